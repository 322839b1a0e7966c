"""
E-handel that may not have been registered: what the purchasing office should check.

An order that is placed in a supplier's own shop (punch-out) can fail to come
back, and the invoice then looks like one without an order. It shows as a
stretch of months in which units that usually have an e-order with a supplier
have none. It is only *possible*: chance is counted first.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ehandel_lib import rates

#: Suppliers with fewer invoices, or fewer e-orders among them, have no habit to break.
MIN_FAKTURAER, MIN_E_ORDRER = 20, 10

#: Fewer e-orders missing than this are not worth a check.
MIN_MANGLER = rates.MIN_FAKTURAER

#: At least this share of the e-orders that the habit leads one to expect is gone in a stretch.
BORTFALD = 0.5

#: The share of false alarms accepted among the stretches listed (Benjamini and Hochberg 1995).
FALSKE_FUND = 0.05

#: What a supplier without a CVR number is called: it may be a person.
UDEN_CVR = "Leverandør uden CVR-nummer"

_KOLONNER = {
    "leverandoer_navn": "str",
    "fra": "datetime64[ns]",
    "til": "datetime64[ns]",
    "enhedstyper": "str",
    "antal_enheder": "Int64",
    "antal_fakturaer": "Int64",
    "fakturaer_e_handlet": "Int64",
    "forventet": "Float64",
    "mangler": "Int64",
    "til_slut": "boolean",
    "q": "Float64",
}


def straekninger(poster: pd.DataFrame) -> pd.DataFrame:
    """
    Stretches of months in which a supplier's e-orders are gone, the most missing first.

    Each unit is held against its own habit with the supplier in all other months; a unit that never has
    e-orders neither helps nor hurts. Of all stretches of up to half the period, the least likely is tested,
    and the result corrected for the number of stretches looked at and then for the number of suppliers.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts of all years.

    Returns
    -------
    DataFrame
        `leverandoer_navn` (no name without a CVR number), `fra` and `til` (first and last month), and for the
        units that have e-orders with the supplier in other months: `enhedstyper` and `antal_enheder` (those
        that lack some), `antal_fakturaer`, `fakturaer_e_handlet`, `forventet` (e-orders by their habit),
        `mangler` (the difference, whole), `til_slut` (do they lack to the end of the data?) and `q`.

    Notes
    -----
    A scan over time (Naus 1965, Journal of the American Statistical Association 60, 532-538) with the exact
    conditional test: given each unit's total, its e-orders in the stretch are hypergeometric, and their sum
    is a convolution.
    """
    once = _fakturaer(poster)
    if once.empty:
        return pd.DataFrame(columns=list(_KOLONNER)).astype(_KOLONNER)
    months = pd.period_range(once["maaned"].min(), once["maaned"].max(), freq="M")
    size = once.groupby("leverandoer")["e_handlet"].agg(["size", "sum"])
    tested = size[(size["size"] >= MIN_FAKTURAER) & (size["sum"] >= MIN_E_ORDRER)].index
    found = [_supplier(once[once["leverandoer"] == key], months) for key in tested]
    known = [row for row in found if row is not None]
    # a supplier without a stretch that could be one is a test that came out at 1
    ps = [row["p"] for row in known] + [1.0] * (len(found) - len(known))
    corrected = stats.false_discovery_control(ps)[: len(known)] if ps else []
    rows = [row | {"q": q} for row, q in zip(known, corrected, strict=True) if q < FALSKE_FUND]
    table = pd.DataFrame(rows, columns=list(_KOLONNER)).astype(_KOLONNER)
    return table.sort_values(["mangler", "leverandoer_navn"], ascending=[False, True], ignore_index=True)


def _fakturaer(poster: pd.DataFrame) -> pd.DataFrame:
    """One row an invoice, credit notes left out: supplier, unit and its kind, month, has it an e-order?"""
    bought = poster[poster["dokumenttype"] == "faktura"]
    once = bought.groupby(["kommune_kode", "faktura_id"]).agg(
        cvr=("leverandoer_cvr", "first"),
        leverandoer_navn=("leverandoer_navn", "first"),
        enhed=("enhed_id", "first"),
        enhedstype=("enhedstype", "first"),
        dato=("dato", "min"),
        e_handlet=("e_handlet", "max"),
    )
    named = once["cvr"].notna()
    return once.assign(
        leverandoer=once["cvr"].where(named, UDEN_CVR + once["leverandoer_navn"].fillna("")),
        leverandoer_navn=once["leverandoer_navn"].where(named, UDEN_CVR).fillna(once["cvr"]),
        enhed=once["enhed"].fillna(""),
        enhedstype=once["enhedstype"].fillna("ukendt"),
        maaned=once["dato"].dt.to_period("M"),
        e_handlet=once["e_handlet"].astype(int),
    ).reset_index(drop=True)


def _supplier(own: pd.DataFrame, months: pd.PeriodIndex) -> dict[str, object] | None:
    """The least likely stretch of one supplier, if there is one that could be lost orders."""
    counted = [
        own.pivot_table(index="enhed", columns="maaned", values="e_handlet", aggfunc=how, fill_value=0)
        .reindex(columns=months, fill_value=0)
        .to_numpy(dtype=int)
        for how in ("size", "sum")
    ]
    n, hits = (np.concatenate([np.zeros((len(c), 1), int), c.cumsum(axis=1)], axis=1) for c in counted)
    best, looked_at = _least_likely(n, hits)
    if best is None:
        return None
    i, j = best
    units = sorted(own["enhed"].unique())
    in_n, in_hits = n[:, j] - n[:, i], hits[:, j] - hits[:, i]
    expected = in_n * _habit(n, hits, i, j)
    used = (n[:, -1] - in_n > 0) & (hits[:, -1] - in_hits > 0) & (in_n > 0)
    lacking = [unit for unit, lack in zip(units, expected - in_hits, strict=True) if lack >= 1]
    kinds = own[own["enhed"].isin(lacking)]["enhedstype"].value_counts().sort_index()
    p = _tail(in_n[used], n[used, -1], hits[used, -1], int(in_hits[used].sum()))
    return {
        "leverandoer_navn": own["leverandoer_navn"].mode().min(),
        "fra": months[i].start_time,
        "til": months[j - 1].start_time,
        "enhedstyper": ", ".join(kinds.index),
        "antal_enheder": len(lacking),
        "antal_fakturaer": int(in_n[used].sum()),
        "fakturaer_e_handlet": int(in_hits[used].sum()),
        "forventet": float(expected[used].sum()),
        "mangler": round(expected[used].sum() - in_hits[used].sum()),
        "til_slut": j == len(months),
        "p": min(1.0, p * looked_at),
    }


def _habit(n: np.ndarray, hits: np.ndarray, i: int, j: int) -> np.ndarray:
    """Each unit's share of e-orders outside the months from i to j; 0 where it buys nothing there."""
    out_n = n[:, -1] - (n[:, j] - n[:, i])
    out_hits = hits[:, -1] - (hits[:, j] - hits[:, i])
    share: np.ndarray = np.divide(out_hits, out_n, out=np.zeros(len(n)), where=out_n > 0)
    return share


def _least_likely(n: np.ndarray, hits: np.ndarray) -> tuple[tuple[int, int] | None, int]:
    """
    The stretch (from, to) whose e-orders lie farthest below the habit, and how many stretches were looked at.

    A stretch must lack `MIN_MANGLER` e-orders, and have lost `BORTFALD` of them, by what all other months and
    by what the months before it lead one to expect.
    """
    last = n.shape[1] - 1
    best, lowest, looked_at = None, 0.0, 0
    for i in range(1, last):
        before = np.divide(hits[:, i], n[:, i], out=np.zeros(len(n)), where=n[:, i] > 0)
        for j in range(i + 1, min(last, i + last // 2) + 1):
            looked_at += 1
            in_n, in_hits = n[:, j] - n[:, i], hits[:, j] - hits[:, i]
            habit = _habit(n, hits, i, j)
            used = (habit > 0) & (in_n > 0)
            seen, expected = in_hits[used].sum(), (in_n * habit)[used].sum()
            earlier = (in_n * before)[used].sum()
            usual = min(expected, earlier)
            if usual - seen < MIN_MANGLER or seen > (1 - BORTFALD) * usual:
                continue
            total, share = n[used, -1], hits[used, -1] / n[used, -1]
            variance = in_n[used] * share * (1 - share) * (total - in_n[used]) / np.maximum(total - 1, 1)
            z = (seen - (in_n[used] * share).sum() + 0.5) / np.sqrt(max(variance.sum(), 1e-9))
            if z < lowest:
                best, lowest = (i, j), z
    return best, looked_at


def _tail(drawn: np.ndarray, total: np.ndarray, marked: np.ndarray, seen: int) -> float:
    """How likely the units together have at most `seen` e-orders in the stretch, given their totals."""
    chances = np.ones(1)
    for k, size, hits in zip(drawn, total, marked, strict=True):
        chances = np.convolve(chances, stats.hypergeom.pmf(np.arange(k + 1), size, hits, k))
    return float(min(1.0, chances[: seen + 1].sum()))
