"""
What e-handel is worth in hours and kroner, and what small orders cost.

An e-traded invoice is matched to its order and saves handling: 62 kr. by the time study
of Hjørring. The amounts are in a table that a municipality edits. How many invoices that
is worth for has a low and a high case, and both are said. Small orders from one unit to
one supplier in one week could have been one order.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import rates, reference
from ehandel_lib.classify import lovkrav
from ehandel_lib.skjul import celler

#: The case → what is counted, in the words of a table.
TILFAELDE = {
    "lav": "hver kategori når medianen af sammenlignelige kommuner",
    "hoej": "alle fakturaer i kategorierne med lovkrav e-handles",
}


def sats(noegle: str) -> tuple[int | None, int | None]:
    """
    An amount that is reckoned with, in øre: the low and the high one; None where it is not known.

    Examples
    --------
    >>> sats("sparet_pr_faktura"), sats("gebyr_pr_lille_ordre")
    ((6200, 6200), (None, None))
    """
    row = reference.table("tid_og_penge").set_index("noegle").loc[noegle]
    amounts = [None if pd.isna(row[case]) else round(float(row[case]) * 100) for case in ("lav", "hoej")]
    return amounts[0], amounts[1]


def uden_e_handel(poster: pd.DataFrame) -> pd.DataFrame:
    """
    The invoices of which nothing under the law is e-handlet: `faktura_id` and each `varekategori` it is in.

    Counted once each, they are the invoices of the 14 categories less those that are e-handlet there.
    """
    covered = poster[poster["varekategori"].isin(lovkrav())]
    traded = covered.groupby("faktura_id")["e_handlet"].transform("max").astype("bool")
    return covered.loc[~traded, ["faktura_id", "varekategori"]].drop_duplicates(ignore_index=True)


def faerrest(uden: pd.DataFrame, behov: pd.Series) -> set[str]:
    """
    So few invoices that each category gets as many as it needs: those with goods of several go first.

    Parameters
    ----------
    uden : DataFrame
        From `uden_e_handel`.
    behov : Series of Int64
        Category → how many of its invoices are needed; missing is none.

    Examples
    --------
    >>> uden = pd.DataFrame({"faktura_id": list("abbc"), "varekategori": ["Bleer", "Bleer", *["Møbler"] * 2]})
    >>> faerrest(uden, pd.Series({"Bleer": 1, "Møbler": 1}))
    {'b'}
    """
    wide = uden.groupby("faktura_id")["varekategori"].transform("size")
    ranked = uden.assign(_wide=wide).sort_values(["_wide", "faktura_id"], ascending=[False, True])
    chosen: set[str] = set()
    for category, need in behov.dropna().items():
        own = ranked.loc[ranked["varekategori"] == category, "faktura_id"]
        held = own.isin(chosen)
        chosen.update(own[~held].head(max(0, int(need) - int(held.sum()))))
    return chosen


def potentiale(plan: pd.DataFrame, poster: pd.DataFrame) -> pd.DataFrame:
    """
    What the invoices without e-handel would save in a year, low and high.

    The low case takes the fewest invoices, the high one all; each counts once, whatever it has goods of. It
    says what handling would take less of; no budget shrinks by itself.

    Parameters
    ----------
    plan : DataFrame
        From `handlingsplan.potentiale`.
    poster : DataFrame
        The municipality's posts of the year.

    Returns
    -------
    DataFrame
        Two rows, low and high: `tilfaelde` (what is assumed), `antal_fakturaer`, and both ends of the money
        and of the hours: `sparet_lav_oere`, `sparet_hoej_oere`, `timer_lav` (the dear hour) and `timer_hoej`.
        The low case is missing where there is nobody to compare with.
    """
    left = uden_e_handel(poster)
    likes = plan["til_median"].notna().any()
    fewest = len(faerrest(left, plan.set_index("varekategori")["til_median"])) if likes else None
    counts = pd.Series([fewest, left["faktura_id"].nunique()], dtype="Int64")
    saved = [counts * (amount or 0) for amount in sats("sparet_pr_faktura")]
    cheap, dear = (amount or 1 for amount in sats("timepris"))
    return pd.DataFrame(
        {
            "tilfaelde": list(TILFAELDE.values()),
            "antal_fakturaer": counts,
            "sparet_lav_oere": saved[0],
            "sparet_hoej_oere": saved[1],
            "timer_lav": (saved[0] / dear).astype("Float64"),
            "timer_hoej": (saved[1] / cheap).astype("Float64"),
        }
    )


def ordrer(poster: pd.DataFrame) -> pd.DataFrame:
    """
    The orders behind the invoices.

    The invoices of one e-order are one order, in several deliveries. Any other invoice is an order of its
    own: what else stands as a number may be somebody's initials. Credit notes are no orders, and an order
    without a supplier's or a unit's number cannot be gathered with any other and is left out.

    Returns
    -------
    DataFrame
        `leverandoer_cvr`, `enhed_id`, `ordre`, `enhedstype`, `dato` (the first invoice's), `beloeb_oere`, and
        `uge`: the ISO week with its own year, so that 30 December 2024 is in 2025-W01.
    """
    bought = poster[(poster["dokumenttype"] != "kreditnota") & (poster["beloeb_oere"] > 0)]
    bought = bought.dropna(subset=["leverandoer_cvr", "enhed_id", "dato"])
    known = bought["e_handlet"].astype("bool") & bought["ordrenummer"].notna()
    keys = ["leverandoer_cvr", "enhed_id", "ordre"]
    order = bought["faktura_id"].mask(known, "ordre " + bought["ordrenummer"])
    found = (
        bought.assign(ordre=order)
        .groupby(keys, as_index=False)
        .agg(enhedstype=("enhedstype", "first"), dato=("dato", "min"), beloeb_oere=("beloeb_oere", "sum"))
    )
    return found.assign(uge=found["dato"].dt.strftime("%G-W%V"))


def kan_samles(poster: pd.DataFrame, aar: int) -> pd.DataFrame:
    """
    The small orders that could have gone with another one.

    A small order (`smaa_ordrer_under`) could have been part of another where the same unit ordered from the
    same supplier in the same ISO week: where there is a larger order, each small one; otherwise all but one.

    Parameters
    ----------
    poster : DataFrame
        The municipality's posts of all years: a week may begin in one and end in the next.
    aar : int
        The orders of this calendar year are counted.

    Returns
    -------
    DataFrame
        `ordrer`'s columns, with `lille` and `kan_samles`.
    """
    found = ordrer(poster)
    ordered = found.assign(lille=found["beloeb_oere"] < (sats("smaa_ordrer_under")[0] or 0))
    ordered = ordered.sort_values(["lille", "dato", "ordre"], kind="stable")
    # the larger orders of a week stand before its small ones, so that each after the first has one to go with
    after = ordered.groupby(["leverandoer_cvr", "enhed_id", "uge"]).cumcount() > 0
    flagged = ordered.assign(kan_samles=ordered["lille"] & after)
    return flagged[flagged["dato"].dt.year == aar].reset_index(drop=True)


def smaa_ordrer(samlede: pd.DataFrame) -> pd.DataFrame:
    """
    How many small orders there were, how many could have been gathered, and what that would save.

    Parameters
    ----------
    samlede : DataFrame
        From `kan_samles`.

    Returns
    -------
    DataFrame
        One row: `antal_ordrer`, `smaa_ordrer`, `kan_samles`, and `sparet_oere`: the handling of the invoices
        that would not have come, and the fee where it is known.
    """
    whole = samlede.assign(enhedstype="alle")
    return _talt(whole).reindex(["alle"], fill_value=0).reset_index(drop=True)


def pr_enhedstype(samlede: pd.DataFrame, mindst: int = rates.MIN_FAKTURAER) -> pd.DataFrame:
    """`smaa_ordrer` for each kind of unit, most to gather first; kinds with few orders are hidden."""
    table = _talt(samlede).reset_index()
    few, covering = celler(table["antal_ordrer"], [list(table.index)], mindst)
    shown = table[~(few | covering)]
    return shown.sort_values(["kan_samles", "enhedstype"], ascending=[False, True], ignore_index=True)


def _talt(samlede: pd.DataFrame) -> pd.DataFrame:
    counted = samlede.groupby("enhedstype", dropna=False).agg(
        antal_ordrer=("ordre", "size"), smaa_ordrer=("lille", "sum"), kan_samles=("kan_samles", "sum")
    )
    counted = counted.astype("Int64")
    each = (sats("sparet_pr_faktura")[0] or 0) + (sats("gebyr_pr_lille_ordre")[0] or 0)
    return counted.assign(sparet_oere=counted["kan_samles"] * each)
