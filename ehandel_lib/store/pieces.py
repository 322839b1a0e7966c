"""
The invoice files of a delivery, each as one piece: its rows, typed and masked, municipality by municipality.

A piece hangs on its file, on how `kilde.toml` says that it is read, and on our own
rules, so a file that is as it was is not read again. How a doubtful column was read
is part of its name: where another file of the same form decides it otherwise, it is
made once more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from ehandel_lib.clean.decisions import Stemmer, settled
from ehandel_lib.clean.files import blocks, journal
from ehandel_lib.clean.journal import Journal, gathered
from ehandel_lib.read import Delivery, Filer, Table
from ehandel_lib.store import beside, blokke
from ehandel_lib.store.blokke import Antal
from ehandel_lib.store.place import Place, digest

#: The names of a piece's parts.
RAEKKER, RETTELSER, OM = "raekker", "rettelser", "stykke.json"

#: Gives a file's rows as text, a block at a time.
Read = Callable[[], Iterable[Table]]


@dataclass(frozen=True)
class Source:
    """An invoice file, or the e-invoices of a folder: its name, what decides its rows, and how it is read."""

    fil: str
    form: Filer
    noegle: str
    laes: Read


@dataclass(frozen=True)
class Piece:
    """The rows of a source on disk, and how many of each block are whose; `systemer` are named in them."""

    source: Source
    folder: Path
    journal: Journal
    blokke: list[Antal]
    rettet: list[Antal]
    systemer: tuple[str, ...]

    @cached_property
    def kommuner(self) -> Antal:
        """How many rows each municipality has."""
        return blokke.counted(self.blokke)

    def rows(self, codes: Collection[str]) -> Iterator[pl.DataFrame]:
        """The rows of some municipalities; those of each in their order."""
        return blokke.rows_of(self.folder / RAEKKER, self.blokke, codes)

    def corrections(self, codes: Collection[str]) -> Iterator[pl.DataFrame]:
        """What was done to the rows of some municipalities, if anything was."""
        return blokke.rows_of(self.folder / RETTELSER, self.rettet, codes)


def make_pieces(
    delivery: Delivery, sources: Iterable[Source], units: pl.DataFrame, where: Place
) -> list[Piece]:
    """
    The pieces of all sources, in their order; those that are there already are used as they are.

    Parameters
    ----------
    delivery : Delivery
        What `kilde.toml` says.
    sources : iterable of Source
        The invoice files, those of a form together.
    units : polars.DataFrame
        The municipalities' units, unmasked.
    where : Place
        The delivery's folders.
    """

    def piece(source: Source, ways: dict[str, str] | None) -> Piece:
        found = _found(delivery, source, ways, where)
        return found or _make(delivery, source, ways or {}, units, where)

    made = []
    listed = list(sources)
    for form in delivery.filer:
        own = [piece(source, None) for source in listed if source.form is form]
        files = settled(own, lambda one: one.journal.valg, lambda one, ways: piece(one.source, ways))
        votes = [one.journal.valg for one in files]
        for one in files:
            one.journal.decide(votes)
        made += files
    return made


def _name(source: Source, ways: dict[str, str]) -> str:
    return f"{source.noegle}-{digest(sorted(ways.items()))[:6]}"


def _found(delivery: Delivery, source: Source, ways: dict[str, str] | None, where: Place) -> Piece | None:
    """The piece, if it is there: read in these ways, or in any."""
    wanted = [where.pieces / _name(source, ways)] if ways else sorted(where.pieces.glob(f"{source.noegle}-*"))
    for folder in wanted:
        if (folder / OM).is_file():
            return _read(delivery, source, folder)
    return None


def _read(delivery: Delivery, source: Source, folder: Path) -> Piece:
    about = json.loads((folder / OM).read_text(encoding="utf-8"))
    own = journal(delivery, source.form, source.fil, about["laest"])
    own.noter, own.raekker, own.oere = about["noter"], about["raekker"], about["oere"]
    own.valg.stemmer = {name: Stemmer(**votes) for name, votes in about["stemmer"].items()}
    return Piece(source, folder, own, about["blokke"], about["rettet"], tuple(about["systemer"]))


def _make(
    delivery: Delivery, source: Source, ways: dict[str, str], units: pl.DataFrame, where: Place
) -> Piece:
    """Read a source and write its piece."""
    own = journal(delivery, source.form, source.fil, ways, units)
    found: list[Antal] = []
    listed: list[Antal] = []
    systems: set[str] = set()
    # its name says how it was read, which is known when the first block is
    with beside.made(where.pieces, lambda: _name(source, own.valg.laest)) as folder:
        for block in blocks(source.laes(), own):
            blokke.add(folder / RAEKKER, found, block)
            blokke.add(folder / RETTELSER, listed, _entries(own))
            systems.update(block["system"].drop_nulls().unique())
        about = {
            "fil": source.fil,
            "noter": own.noter,
            "raekker": own.raekker,
            "oere": own.oere,
            "stemmer": {name: asdict(votes) for name, votes in own.valg.stemmer.items()},
            "laest": own.valg.laest,
            "blokke": found,
            "rettet": listed,
            "systemer": sorted(systems),
        }
        (folder / OM).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return _read(delivery, source, where.pieces / _name(source, own.valg.laest))


def _entries(own: Journal) -> pl.DataFrame:
    """What was done to the rows of a block, with the headers of the file."""
    entries = gathered(own.rettelser, {own.fil: own.form})
    own.rettelser.clear()
    return entries
