"""
Whether the municipality went forward more than the others from the year before.

A rise says little by itself: the year may have lifted all. So each municipality's change
in both rates is counted, and the municipality's own is held against them.
"""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from ehandel_lib import compare, pladser

#: Why nothing can be compared: nobody's year before is there, nor this one's, nor another's.
Aarsag = Literal["intet år før", "ikke kommunen", "ingen andre"]


def per_kommune(landet: Any, landet_foer: Any) -> pd.DataFrame:
    """
    Each municipality's change in both rates from the year before.

    Parameters
    ----------
    landet, landet_foer : frame
        Posts, or a cube, of all municipalities in the year and in the one before.

    Returns
    -------
    DataFrame
        A row for each municipality and measure with a rate to show in both years (`pladser.maalt`):
        `kommune_kode`, `maalt_paa`, `aendring`, and `antal_mindst`: the invoices of the year with the fewest.
    """
    now, before = (pladser.maalt(posts) for posts in (landet, landet_foer))
    both = now.merge(before, on=["kommune_kode", "maalt_paa"], suffixes=("", "_foer"), validate="1:1")
    return both[["kommune_kode", "maalt_paa"]].assign(
        aendring=both["grad"] - both["grad_foer"],
        antal_mindst=both[["antal_fakturaer", "antal_fakturaer_foer"]].min(axis=1),
    )


def fremgang(aendringer: pd.DataFrame, kommune_kode: str) -> pd.DataFrame:
    """
    The municipality's change among the others', by measure.

    Parameters
    ----------
    aendringer : DataFrame
        From `per_kommune`.
    kommune_kode : str

    Returns
    -------
    DataFrame
        One row a measure in which it and another have a change, invoices first: `maalt_paa`, `aendring`,
        `placering` (1 rose most) and `antal_kommuner` in the ranking, the quartiles and `median` of the
        others, how many of these rose (`antal_steget`) and how many did less well (`antal_lavere`), and its
        own `antal_mindst`.
    """
    placed = compare.placering(aendringer, kommune_kode, "aendring", "maalt_paa")
    own = aendringer[aendringer["kommune_kode"] == kommune_kode].drop(columns="kommune_kode")
    others = aendringer[aendringer["kommune_kode"] != kommune_kode].merge(
        own, on="maalt_paa", suffixes=("", "_egen"), validate="m:1"
    )
    counted = others.assign(
        antal_steget=others["aendring"] > 0, antal_lavere=others["aendring"] < others["aendring_egen"]
    ).groupby("maalt_paa")[["antal_steget", "antal_lavere"]]
    table = (
        placed.drop(columns=["mindste", "stoerste", "gennemsnit"])
        .rename(columns={"grad": "aendring"})
        .merge(counted.sum().astype("Int64").reset_index(), on="maalt_paa", validate="1:1")
        .merge(own[["maalt_paa", "antal_mindst"]], on="maalt_paa", validate="1:1")
    )
    return table.sort_values("maalt_paa", ignore_index=True)


def aarsag(aendringer: pd.DataFrame, landet_foer: Any, kommune_kode: str) -> Aarsag | None:
    """Why the municipality's change stands beside no other's; None where it does."""
    if not len(landet_foer):
        return "intet år før"
    if kommune_kode not in set(aendringer["kommune_kode"]):
        return "ikke kommunen"
    return "ingen andre" if aendringer["kommune_kode"].nunique() < 2 else None
