"""
E-handel that may not have been registered: what the purchasing office should check.

An order that is placed in a supplier's own shop (punch-out) can fail to come
back, and the invoice then looks like one without an order. It shows as a
stretch of months in which units that usually have an e-order with a supplier
have none. It is only *possible*: chance is counted first.
"""

from __future__ import annotations

from typing import NamedTuple

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
    "leverandoer": "str",
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

    Each unit is held against its own habit with the supplier in all other months, and in those before; the
    weaker evidence counts. A unit that never has e-orders neither helps nor hurts. Of all stretches of up to
    half the period, the least likely is tested, and the result corrected for the number of stretches looked
    at and then for the number of suppliers.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts of all years.

    Returns
    -------
    DataFrame
        `leverandoer` (a key that is not shown), `leverandoer_navn` (no name without a CVR number), `fra` and
        `til` (first and last month), and for the units that have e-orders with the supplier in other months:
        `enhedstyper` and `antal_enheder` (those that lack some), `antal_fakturaer`, `fakturaer_e_handlet`,
        `forventet` (e-orders by their habit), `mangler` (the difference, whole), `til_slut` (do they lack to
        the end of the data?) and `q`.

    Notes
    -----
    A scan over time (Naus 1965, Journal of the American Statistical Association 60, 532-538) with the exact
    conditional test: given each unit's total, its e-orders in the stretch are hypergeometric, and their sum
    is a convolution.
    """
    once = _fakturaer(poster)
    if once.empty:
        return pd.DataFrame(columns=list(_KOLONNER)).astype(_KOLONNER)
    months = _maaneder(once)
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


def pr_maaned(poster: pd.DataFrame, straekninger: pd.DataFrame) -> pd.DataFrame:
    """
    The e-orders that may be missing, month by month.

    What a stretch lacks is shared out to its months by what each lacks of the units' habit.

    Parameters
    ----------
    poster : DataFrame
        The posts that the stretches were found in.
    straekninger : DataFrame
        From `straekninger`.

    Returns
    -------
    DataFrame
        `aar`, `maaned` and `mangler`, which adds up to that of the stretches; only months that lack some.
    """
    once = _fakturaer(poster)
    months = _maaneder(once) if len(straekninger) else pd.PeriodIndex([], freq="M")
    parts = [
        _fordelt(once[once["leverandoer"] == key], months, pd.PeriodIndex([fra, til], freq="M"), mangler)
        for key, fra, til, mangler in straekninger[["leverandoer", "fra", "til", "mangler"]].to_numpy()
    ]
    lacking = pd.concat([pd.Series(dtype="float64", index=months[:0]), *parts]).groupby(level=0).sum()
    calendar = pd.PeriodIndex(lacking.index, freq="M")
    table = pd.DataFrame({"aar": calendar.year, "maaned": calendar.month, "mangler": lacking.to_numpy()})
    return table.astype({"aar": "Int64", "maaned": "Int64", "mangler": "float64"})


def _fordelt(own: pd.DataFrame, months: pd.PeriodIndex, ends: pd.PeriodIndex, mangler: int) -> pd.Series:
    """What one supplier's stretch lacks, by month."""
    n, hits = _taelt(own, months)
    first, last = map(int, months.get_indexer(ends))
    least = _mindst(n, hits, first, last + 1)
    bought, seen = (np.diff(count, axis=1)[:, first : last + 1] for count in (n, hits))
    lacking = (np.where(least.brugt, least.vane(), 0) @ bought - least.brugt @ seen).clip(min=0)
    shared = pd.Series(lacking / lacking.sum() * mangler, index=months[first : last + 1], dtype="float64")
    return shared[shared > 0]


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


def _maaneder(once: pd.DataFrame) -> pd.PeriodIndex:
    return pd.period_range(once["maaned"].min(), once["maaned"].max(), freq="M")


def _taelt(own: pd.DataFrame, months: pd.PeriodIndex) -> tuple[np.ndarray, np.ndarray]:
    """A supplier's invoices and e-orders by unit, in the order of their names, added up month by month."""
    counted = [
        own.pivot_table(index="enhed", columns="maaned", values="e_handlet", aggfunc=how, fill_value=0)
        .reindex(columns=months, fill_value=0)
        .to_numpy(dtype=int)
        for how in ("size", "sum")
    ]
    n, hits = (np.concatenate([np.zeros((len(c), 1), int), c.cumsum(axis=1)], axis=1) for c in counted)
    return n, hits


def _supplier(own: pd.DataFrame, months: pd.PeriodIndex) -> dict[str, object] | None:
    """The least likely stretch of one supplier, if there is one that could be lost orders."""
    n, hits = _taelt(own, months)
    best, looked_at = _least_likely(n, hits)
    if best is None:
        return None
    i, j = best
    units = sorted(own["enhed"].unique())
    least = _mindst(n, hits, i, j)
    lacking = [unit for unit, lack in zip(units, least.ventet() - least.hits, strict=True) if lack >= 1]
    kinds = own[own["enhed"].isin(lacking)]["enhedstype"].value_counts().sort_index()
    p = max(other.p() for other in _holdt_op(n, hits, i, j))
    return {
        "leverandoer": own["leverandoer"].iloc[0],
        "leverandoer_navn": own["leverandoer_navn"].mode().min(),
        "fra": months[i].start_time,
        "til": months[j - 1].start_time,
        "enhedstyper": ", ".join(kinds.index),
        "antal_enheder": len(lacking),
        "antal_fakturaer": int(least.n[least.brugt].sum()),
        "fakturaer_e_handlet": least.registreret(),
        "forventet": float(least.ventet().sum()),
        "mangler": round(least.ventet().sum() - least.registreret()),
        "til_slut": j == len(months),
        "p": min(1.0, p * looked_at),
    }


class Holdt(NamedTuple):
    """
    A stretch held against other months: by unit, the invoices and the e-orders in the one and in the others.
    """

    n: np.ndarray
    hits: np.ndarray
    andre_n: np.ndarray
    andre_hits: np.ndarray

    @property
    def brugt(self) -> np.ndarray:
        """The units that buy in the stretch and have e-orders in the other months."""
        used: np.ndarray = (self.n > 0) & (self.andre_hits > 0)
        return used

    def registreret(self) -> int:
        """The e-orders that are in the stretch."""
        return int(self.hits[self.brugt].sum())

    def vane(self) -> np.ndarray:
        """Each unit's share of e-orders in the other months; 0 where it has no invoices there."""
        zero = np.zeros(len(self.n))
        habit: np.ndarray = np.divide(self.andre_hits, self.andre_n, out=zero, where=self.andre_n > 0)
        return habit

    def ventet(self) -> np.ndarray:
        """Each unit's e-orders by its habit."""
        expected: np.ndarray = self.n * self.vane()
        return expected

    def z(self) -> float:
        """How far the e-orders lie below the habit; 0 where too few are lost to be worth a check."""
        seen, expected = self.registreret(), self.ventet().sum()
        if expected - seen < MIN_MANGLER or seen > (1 - BORTFALD) * expected:
            return 0.0
        n, total = self.n[self.brugt], (self.n + self.andre_n)[self.brugt]
        share = (self.hits + self.andre_hits)[self.brugt] / total
        variance = n * share * (1 - share) * (total - n) / np.maximum(total - 1, 1)
        return float((seen - (n * share).sum() + 0.5) / np.sqrt(max(variance.sum(), 1e-9)))

    def p(self) -> float:
        """How likely as few e-orders are by chance."""
        used, total, marked = self.brugt, self.n + self.andre_n, self.hits + self.andre_hits
        return _tail(self.n[used], total[used], marked[used], self.registreret())


def _holdt_op(n: np.ndarray, hits: np.ndarray, i: int, j: int) -> list[Holdt]:
    """
    The stretch against all other months, and against those before it: a habit that came later was not lost.
    """
    own = n[:, j] - n[:, i], hits[:, j] - hits[:, i]
    others = (n[:, -1] - own[0], hits[:, -1] - own[1]), (n[:, i], hits[:, i])
    return [Holdt(*own, *other) for other in others]


def _mindst(n: np.ndarray, hits: np.ndarray, i: int, j: int) -> Holdt:
    """The stretch against the months that lead one to expect the fewest e-orders."""
    return min(_holdt_op(n, hits, i, j), key=lambda other: other.ventet().sum())


def _least_likely(n: np.ndarray, hits: np.ndarray) -> tuple[tuple[int, int] | None, int]:
    """
    The stretch (from, to) whose e-orders lie farthest below the habit, and how many stretches were looked at.

    A stretch must lack `MIN_MANGLER` e-orders, and have lost `BORTFALD` of them, by what all other months and
    by what the months before it lead one to expect; the weaker of the two counts.
    """
    last = n.shape[1] - 1
    stretches = [(i, j) for i in range(1, last) for j in range(i + 1, min(last, i + last // 2) + 1)]
    distance = [max(other.z() for other in _holdt_op(n, hits, *stretch)) for stretch in stretches]
    lowest = min(distance, default=0.0)
    return (stretches[distance.index(lowest)] if lowest < 0 else None), len(stretches)


def _tail(drawn: np.ndarray, total: np.ndarray, marked: np.ndarray, seen: int) -> float:
    """How likely the units together have at most `seen` e-orders in the stretch, given their totals."""
    chances = np.ones(1)
    for k, size, hits in zip(drawn, total, marked, strict=True):
        chances = np.convolve(chances, stats.hypergeom.pmf(np.arange(k + 1), size, hits, k))
    return float(min(1.0, chances[: seen + 1].sum()))
