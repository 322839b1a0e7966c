"""
Where the municipality stands: on both measures, among all municipalities and among those of its size.

What the law covers comes first, all purchases after it. A rank says more among equals. Those of its size
are the municipalities whose number of invoices is nearest (`handlingsplan.sammenlignelige`), the same that
the plan compares with.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from ehandel_lib import compare, rates

#: Column of the rate → what the measure is called.
MAAL = {"grad_omsaetning": "omsætning", "grad_faktura": "faktura"}

#: The parts of each in the columns of `rates.begge`: numerator and denominator.
DELE = {
    "grad_omsaetning": ("omsaetning_e_handlet_oere", "omsaetning_oere"),
    "grad_faktura": ("fakturaer_e_handlet", "antal_fakturaer"),
}

#: What is bought: the goods that the law covers, and all.
LOVKRAV, ALLE = "varer med lovkrav", "alle køb"

_LINJE, _GRAD = ["koeb", "maalt_paa"], ["grad", "taeller", "naevner"]


def maalt(landet: Any) -> pd.DataFrame:
    """
    Every municipality's rates, a row for each measure; those of few invoices are left out.

    Parameters
    ----------
    landet : frame
        Posts, or a cube, of all municipalities.

    Returns
    -------
    DataFrame
        `kommune_kode`, `antal_fakturaer`, `maalt_paa` (a value of `MAAL`), `grad` and its parts,
        `taeller` and `naevner` (øre or invoices), measure by measure.
    """
    shown = rates.skjul_smaa(compare.per_kommune(landet)).dropna(subset=["kommune_kode"])
    about = shown[["kommune_kode", "antal_fakturaer"]]
    parts = [
        about.assign(
            maalt_paa=name, **{to: shown[of] for to, of in zip(_GRAD, (grad, *DELE[grad]), strict=True)}
        )
        for grad, name in MAAL.items()
    ]
    found = pd.concat(parts, ignore_index=True).astype({"grad": "Float64"})
    return found.dropna(subset=["grad"]).reset_index(drop=True)


def grader(landet: Any) -> pd.DataFrame:
    """`maalt` of what the law covers and of all purchases, in the order to be told: `koeb` says which."""
    parts = [(LOVKRAV, landet.query("lovkrav")), (ALLE, landet)]
    return pd.concat([maalt(part).assign(koeb=koeb) for koeb, part in parts], ignore_index=True)


def pladser(alle: pd.DataFrame, kommune_kode: str, lignende: Collection[str]) -> pd.DataFrame:
    """
    Rate, rank and the middle of the others, by purchase and measure.

    Parameters
    ----------
    alle : DataFrame
        From `grader`.
    kommune_kode : str
    lignende : collection of str
        The codes of the other municipalities of its size.

    Returns
    -------
    DataFrame
        One row a purchase and measure in which it and another have a rate: `koeb`, `maalt_paa`, `grad`,
        `placering` and `antal_kommuner` (in the ranking) with the `median` and quartiles of the others, and
        the same three of those of its size: `placering_lignende`, `antal_lignende`, `median_lignende`; last
        `taeller` and `naevner` of its own rate.

    Examples
    --------
    >>> alle = pd.DataFrame({"kommune_kode": list("abcd"), "koeb": ALLE, "maalt_paa": "omsætning",
    ...                      "grad": [0.1, 0.2, 0.6, 0.3], "taeller": [1, 2, 6, 3], "naevner": 10})
    >>> pladser(alle, "b", ["a"])[["placering", "placering_lignende", "taeller", "naevner"]].values.tolist()
    [[3, 1, 2, 10]]
    """
    near = alle[alle["kommune_kode"].isin([kommune_kode, *lignende])]
    among_all, among_near = (compare.placering(rows, kommune_kode, "grad", _LINJE) for rows in (alle, near))
    of_its_size = among_near[[*_LINJE, "placering", "antal_kommuner", "median"]].set_axis(
        [*_LINJE, "placering_lignende", "antal_lignende", "median_lignende"], axis=1
    )
    both = among_all.drop(columns=["mindste", "stoerste", "gennemsnit"]).merge(
        of_its_size, on=_LINJE, how="left", validate="1:1"
    )
    own = alle.loc[alle["kommune_kode"] == kommune_kode, [*_LINJE, *_GRAD[1:]]]
    both = both.merge(own, on=_LINJE, how="left", validate="1:1")
    return both[both["antal_kommuner"] > 1].reset_index(drop=True)
