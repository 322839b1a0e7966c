"""
Whether the municipality went forward more than the others from the year before.

A rise says little by itself: the year may have lifted all. So each municipality's change
in both rates is counted, and the municipality's own is held against them.
"""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from ehandel_lib import compare, rates

#: What the measure is called → column of its rate; the chapter is on invoices, so these come first.
MAAL = {"faktura": "grad_faktura", "omsætning": "grad_omsaetning"}

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
        `kommune_kode`, `aendring_faktura` and `aendring_omsaetning` (missing where one of the two rates is),
        and `antal_mindst`: the invoices of the year that has the fewest. Municipalities that have no number
        to show in one of the years (`rates.skjul_smaa`) have no row.
    """
    now, before = (
        rates.skjul_smaa(compare.per_kommune(posts)).dropna(subset=["kommune_kode", "grad_faktura"])
        for posts in (landet, landet_foer)
    )
    both = now.merge(before, on="kommune_kode", suffixes=("", "_foer"), validate="1:1")
    return both[["kommune_kode"]].assign(
        aendring_faktura=both["grad_faktura"] - both["grad_faktura_foer"],
        aendring_omsaetning=both["grad_omsaetning"] - both["grad_omsaetning_foer"],
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
        One row a measure in which it and another have a change: `maalt_paa`, `aendring`, `placering` (1 rose
        most) and `antal_kommuner` in the ranking, the quartiles and `median` of the others, how many of these
        rose (`antal_steget`) and how many did less well (`antal_lavere`), and its own `antal_mindst`.
    """
    both = pd.concat([_maal(aendringer, kommune_kode, name) for name in MAAL], ignore_index=True)
    return both[both["antal_kommuner"] > 1].reset_index(drop=True)


def _maal(aendringer: pd.DataFrame, kommune_kode: str, maalt_paa: str) -> pd.DataFrame:
    """The one row of a measure, or none."""
    column = MAAL[maalt_paa].replace("grad", "aendring")
    own = compare.placering(aendringer, kommune_kode, column).rename(columns={"grad": "aendring"})
    of_all = aendringer.set_index("kommune_kode")[column].dropna()
    others = of_all.drop(kommune_kode, errors="ignore")
    lower = (others < of_all.get(kommune_kode, 0.0)).sum()
    fewest = aendringer.loc[aendringer["kommune_kode"] == kommune_kode, "antal_mindst"]
    row = own.drop(columns=["mindste", "stoerste", "gennemsnit"]).assign(
        antal_steget=int((others > 0).sum()),
        antal_lavere=int(lower),
        antal_mindst=fewest.to_numpy()[: len(own)],
    )
    row.insert(0, "maalt_paa", maalt_paa)
    return row


def aarsag(aendringer: pd.DataFrame, landet_foer: Any, kommune_kode: str) -> Aarsag | None:
    """Why the municipality's change stands beside no other's; None where it does."""
    if not len(landet_foer):
        return "intet år før"
    if kommune_kode not in set(aendringer["kommune_kode"]):
        return "ikke kommunen"
    return "ingen andre" if len(aendringer) < 2 else None
