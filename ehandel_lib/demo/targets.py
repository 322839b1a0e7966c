"""
The targets that the synthetic municipalities have set: one for all, and some of Vejle's own.

All are invented. Vejle's cover what a target can be: a category, a kind of unit, turnover, one
that is reached already, and one for a group so small that no rate is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

FIL = "maal.csv"

#: Header → field.
KOLONNER = {
    "Kommune": "kommune",
    "Varekategori": "varekategori",
    "Enhedstype": "enhedstype",
    "Mål": "maal",
    "Målt på": "maalt_paa",
    "Senest": "dato",
}

#: Category, kind of unit, percent, measure, day.
FAELLES = ("", "", "60", "faktura", "31-12-2027")
EGNE = {
    "Vejle": (
        ("Forbrugsartikler", "", "85", "faktura", "31-12-2026"),
        ("Møbler", "", "60", "omsætning", "31-12-2027"),
        ("", "skole", "50", "faktura", "31-12-2026"),
        ("Bleer", "", "50", "faktura", "31-12-2026"),
        ("Tablets", "kultur", "50", "faktura", "31-12-2026"),
    )
}


def table(kommuner: Sequence[str]) -> pl.DataFrame:
    """The targets of these municipalities, as the file has them."""
    rows = [(name, *target) for name in kommuner for target in (FAELLES, *EGNE.get(name, ()))]
    return pl.DataFrame(rows, schema=list(KOLONNER), orient="row")
