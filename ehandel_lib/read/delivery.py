"""
The delivery: a folder of raw files and one `kilde.toml` that says how to read them.

`Delivery` is what `kilde.toml` says, checked; `kilde` reads it. What a column
may be is written here once: nothing else is ever read from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ehandel_lib.classify import OrdrePraefiks
from ehandel_lib.read.agreements import Periode
from ehandel_lib.read.costs import Ting
from ehandel_lib.reference import Kommune

FILNAVN = "kilde.toml"

#: The format of e-invoices in XML; their fields are known, so `kilde.toml` names no columns for them.
UBL = "ubl"

#: table → the fields that a column of the files may be. White-list: nothing else is ever read.
FELTER = {
    "fakturaer": [
        "kommune", "dato", "faktura_nummer", "linje_nummer", "dokumenttype", "leverandoer_cvr",
        "leverandoer_navn", "enhed_id", "enhed_navn", "enhedstype", "ordrenummer", "e_handlet_angivet",
        "system", "aftale_nummer", "delaftale_nummer", "unspsc", "cpv", "varetekst", "konto", "maengde",
        "maaleenhed", "enhedspris", "beloeb", "valuta",
    ],
    "omsaetning": [
        "kommune", "aftale_nummer", "delaftale_nummer", "leverandoer_cvr", "leverandoer_navn", "aar",
        "kvartal", "dato", "beloeb", "valuta",
    ],
    "systemer": ["kommune", "system"],
    "enheder": ["kommune", "enhed_id", "enhed_navn", "enhedstype"],
    "maal": ["kommune", "varekategori", "enhedstype", "maal", "maalt_paa", "dato"],
}  # fmt: skip


@dataclass(frozen=True)
class Filer:
    """
    Files of one form: which they are, which table they make, and which column is which.

    `kolonner` maps a header to our field. Two headers may name the same field, for files whose headers
    drift; a file then has just one of them. `ignorer` holds the headers that are not read; ``"*"`` is all
    others.
    """

    moenster: str
    tabel: str
    kolonner: Mapping[str, str]
    ignorer: tuple[str, ...] = ()
    beloeb: str = "uden moms"
    momssats: float = 25
    kreditnotaer: str = ""
    talform: str = ""
    datoform: str = ""
    dato_fra_filnavn: str = ""
    kommune: Kommune | None = None
    ark: str = ""
    format: str = ""

    @property
    def felter(self) -> frozenset[str]:
        """The fields that these files have."""
        return frozenset(self.kolonner.values())

    def overskrift(self, name: str) -> str:
        """The header that an analyst sees for one of our fields."""
        return next((header for header, known in self.kolonner.items() if known == name), name)


@dataclass(frozen=True)
class Delivery:
    """A delivery as `kilde.toml` describes it. `mappe` is where it lies; the rest is the same everywhere."""

    mappe: Path
    navn: str
    filer: tuple[Filer, ...]
    syntetisk: bool = False
    valuta: str = "DKK"
    datobasis: str = "fakturadato"
    kommune: Kommune | None = None
    myndigheder: tuple[Kommune, ...] = ()
    system: str = ""
    ignorer_filer: tuple[str, ...] = ()
    praefikser: tuple[OrdrePraefiks, ...] = ()
    pladsholdere: tuple[str, ...] = ()
    aftaler: Mapping[str, str] = field(default_factory=dict)
    aftale_perioder: Mapping[str, Periode] = field(default_factory=dict)
    hvad_koster: tuple[Ting, ...] = ()
    dokumenttyper: Mapping[str, str] = field(default_factory=dict)
