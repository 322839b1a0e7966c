"""
Where the municipality stands: on both measures, among all municipalities and among those of its size.

A rank says more among equals. Those of its size are the municipalities whose number of
invoices is nearest (`handlingsplan.sammenlignelige`), the same that the plan compares with.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from ehandel_lib import compare

#: Column of the rate → what the measure is called.
MAAL = {"grad_omsaetning": "omsætning", "grad_faktura": "faktura"}


def pladser(per_kommune: pd.DataFrame, kommune_kode: str, lignende: Collection[str]) -> pd.DataFrame:
    """
    Rate, rank and the middle of the others, by measure.

    Parameters
    ----------
    per_kommune : DataFrame
        From `compare.per_kommune`.
    kommune_kode : str
    lignende : collection of str
        The codes of the other municipalities of its size.

    Returns
    -------
    DataFrame
        One row a measure in which it and another have a rate: `maalt_paa`, `grad`, `placering` and
        `antal_kommuner` (in the ranking) with the `median` and quartiles of the others, and the same three of
        those of its size: `placering_lignende`, `antal_lignende`, `median_lignende`.

    Examples
    --------
    >>> kommuner = pd.DataFrame({"kommune_kode": list("abcd"), "grad_omsaetning": [0.1, 0.2, 0.6, 0.3],
    ...                          "grad_faktura": [0.1, None, 0.2, 0.3]})
    >>> pladser(kommuner, "b", ["a"])[["maalt_paa", "placering", "placering_lignende"]].values.tolist()
    [['omsætning', 3, 1]]
    """
    near = per_kommune[per_kommune["kommune_kode"].isin([kommune_kode, *lignende])]
    both = pd.concat([_plads(per_kommune, near, kommune_kode, maal) for maal in MAAL], ignore_index=True)
    return both[both["antal_kommuner"] > 1].reset_index(drop=True)


def _plads(per_kommune: pd.DataFrame, near: pd.DataFrame, kommune_kode: str, maal: str) -> pd.DataFrame:
    """The one row of a measure, or none."""
    among_all = compare.placering(per_kommune, kommune_kode, maal)
    among_near = compare.placering(near, kommune_kode, maal)[["placering", "antal_kommuner", "median"]]
    among_near.columns = pd.Index(["placering_lignende", "antal_lignende", "median_lignende"])
    left_out = ["mindste", "stoerste", "gennemsnit"]
    row = pd.concat([among_all.drop(columns=left_out), among_near], axis=1)
    row.insert(0, "maalt_paa", MAAL[maal])
    return row
