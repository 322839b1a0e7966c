"""
What a notebook works on: one municipality and year, all others beside it, and what the delivery is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ehandel_lib.leverance import Leverance
from ehandel_lib.reference import Kommune

#: A table, or how to read it when it is first asked for.
Tabel = pd.DataFrame | Callable[[], pd.DataFrame]

#: The tables of `Data`, as an analyst asks for them.
TABELLER = (
    "poster", "poster_foer", "poster_alle", "linjer", "landet", "landet_foer", "omsaetning", "systemer",
    "enheder", "maal", "aftaler", "hvad_koster", "regnskab", "rettelser",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Data:
    """
    The data of one municipality and year, and of all beside it; pandas frames of the schema.

    A table is read when it is first asked for. `tabeller` holds each by name: the frame itself, or a
    function that reads it.
    """

    kommune: Kommune
    aar: int
    aar_alle: tuple[int, ...]
    leverance: Leverance
    tabeller: Mapping[str, Tabel] = field(repr=False)

    @cached_property
    def poster(self) -> pd.DataFrame:
        """The municipality's posts of the year."""
        return (
            self._of_year("poster_alle", self.aar) if "poster" not in self.tabeller else self._read("poster")
        )

    @cached_property
    def poster_foer(self) -> pd.DataFrame:
        """The municipality's posts of the year before."""
        given = "poster_foer" in self.tabeller
        return self._read("poster_foer") if given else self._of_year("poster_alle", self.aar - 1)

    @cached_property
    def poster_alle(self) -> pd.DataFrame:
        """The municipality's posts of all years."""
        return self._read("poster_alle")

    @cached_property
    def linjer(self) -> pd.DataFrame:
        """The municipality's invoice lines of the year."""
        return self._read("linjer")

    @cached_property
    def landet(self) -> pd.DataFrame:
        """All municipalities' posts of the year as a cube, which `rates` counts as it counts posts."""
        return self._read("landet")

    @cached_property
    def landet_foer(self) -> pd.DataFrame:
        """The same cube of the year before."""
        return self._read("landet_foer")

    @cached_property
    def omsaetning(self) -> pd.DataFrame:
        """What suppliers reported for the municipality and year."""
        return self._read("omsaetning")

    @cached_property
    def systemer(self) -> pd.DataFrame:
        """Each municipality's e-procurement system."""
        return self._read("systemer")

    @cached_property
    def enheder(self) -> pd.DataFrame:
        """The municipality's units."""
        return self._read("enheder")

    @cached_property
    def maal(self) -> pd.DataFrame:
        """The targets that the municipality has set."""
        return self._read("maal")

    @cached_property
    def aftaler(self) -> pd.DataFrame:
        """The agreements whose periods the delivery tells."""
        return self._read("aftaler")

    @cached_property
    def hvad_koster(self) -> pd.DataFrame:
        """What a saving could pay for, and what that costs."""
        return self._read("hvad_koster")

    @cached_property
    def regnskab(self) -> pd.DataFrame:
        """The ledger of the municipality, and of the rows whose municipality could not be read."""
        return self._read("regnskab")

    @cached_property
    def rettelser(self) -> pd.DataFrame:
        """The municipality's rows that were rejected or changed, and those of no known municipality."""
        return self._read("rettelser")

    def __repr__(self) -> str:
        """What an analyst sees at the prompt: whose data these are, and what can be asked for."""
        count = f"{len(self.poster):,}".replace(",", ".")
        return f"{self.kommune.officielt_navn} {self.aar}: {count} poster.\nTabeller: {', '.join(TABELLER)}."

    def _read(self, table: str) -> pd.DataFrame:
        known = self.tabeller[table]
        return known() if callable(known) else known

    def _of_year(self, table: str, year: int) -> pd.DataFrame:
        rows: pd.DataFrame = getattr(self, table)
        return rows[rows["aar"] == year].reset_index(drop=True)
