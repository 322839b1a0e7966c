"""
What a column means in its table, where that depends on what stands beside it.

`grad` is a rate on invoices in one table and on turnover in the next. A reader who has
only the table must be told which: the columns that it was counted from say so.
"""

from __future__ import annotations

from collections.abc import Collection

from ehandel_lib.schema.columns import KOLONNER

_FAKTURA = "E-handlede fakturaer over fakturaer"
_OMSAETNING = "E-handlet omsætning over omsætning"

#: The same in a table that has both, a row each.
BEGGE = f"Målt på faktura: {_FAKTURA.lower()}; målt på omsætning: {_OMSAETNING.lower()}"

#: Column → what it means beside another column; the first that is there decides.
VED_SIDEN_AF = {
    "grad": {
        "maalt_paa": f"{BEGGE}.",
        "omsaetning_e_handlet_oere": f"{_OMSAETNING}.",
        "fakturaer_e_handlet": f"{_FAKTURA}.",
    },
    "grad_foer": {
        "maalt_paa": f"{BEGGE}, året før.",
        "omsaetning_e_handlet_oere": f"{_OMSAETNING}, året før.",
        "fakturaer_e_handlet": f"{_FAKTURA}, året før.",
    },
    "andel_fakturaer": {"halvdelen_fakturaer": "Fakturaer med halvdelen over fakturaer uden e-handel."},
    "antal_fakturaer": {"halvdelen_fakturaer": "Fakturaer, der ikke er e-handlet."},
}


def betydning(navn: str, navne: Collection[str]) -> str:
    """
    The meaning of a column in a table with these columns; empty where the dictionary does not know it.

    Examples
    --------
    >>> betydning("grad", ["varekategori", "grad", "omsaetning_e_handlet_oere"])
    'E-handlet omsætning over omsætning.'
    >>> betydning("region", []), betydning("noget", [])
    ('Den region, kommunen ligger i.', '')
    """
    known = KOLONNER[navn].betydning if navn in KOLONNER else ""
    beside = VED_SIDEN_AF.get(navn, {})
    return next((words for other, words in beside.items() if other in navne), known)
