"""
The tables of one municipality, made of the pieces of all files.

No document crosses municipalities, so each is finished by itself, and a large one a
share of its documents at a time. A municipality whose pieces, units and system are
as they were is not made again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ehandel_lib import classify
from ehandel_lib.classify.posts import POSTENS_NOEGLE
from ehandel_lib.clean import Finished, Small, finished
from ehandel_lib.clean.journal import gathered, in_order, notes_together
from ehandel_lib.clean.ledger import together
from ehandel_lib.clean.tables import conform
from ehandel_lib.kube import kube
from ehandel_lib.parquet import GrowingFiles, write
from ehandel_lib.read import Delivery
from ehandel_lib.store import beside
from ehandel_lib.store.pieces import Piece
from ehandel_lib.store.place import Place, digest, frame_key, rules

#: So many rows are finished at a time; each takes some 2 KB while they are.
DEL_RAEKKER = 400_000

OM = "resultat.json"


@dataclass(frozen=True)
class Result:
    """A municipality's tables on disk, and what its rows added to the notes and the sums of the files."""

    kommune: str
    folder: Path
    noter: dict[str, list[str]]
    oere: dict[str, int]
    aar: tuple[int, ...]

    @property
    def regnskab(self) -> pl.DataFrame:
        """The ledger of the municipality's rows."""
        return pl.read_parquet(self.folder / "regnskab.parquet", memory_map=False)


def make_result(
    delivery: Delivery, kommune: str, pieces: Sequence[Piece], small: Small, where: Place
) -> Result:
    """
    The tables of a municipality; those that are there already are used as they are.

    Parameters
    ----------
    delivery : Delivery
        What `kilde.toml` says.
    kommune : str
        Its code, or `parquet.UKENDT` for the rows of none.
    pieces : sequence of Piece
        Those that have rows of it, in their order.
    small : Small
        The delivery's small tables.
    where : Place
        The delivery's folders.
    """
    tables = {name: its.filter(kommune_kode=kommune) for name, its in small.umaskeret.items()}
    about = [
        delivery.system,
        delivery.pladsholdere,
        sorted(delivery.aftaler.items()),
        repr(delivery.praefikser),
    ]
    names = [piece.folder.name for piece in pieces]
    key = digest(rules(), names, about, *(frame_key(tables[name]) for name in ("systemer", "enheder")))
    folder = where.finished / f"{kommune}-{key}"
    if not (folder / OM).is_file():
        with beside.made(where.finished, lambda: folder.name) as new:
            _write(new, delivery, kommune, pieces, tables)
    told = json.loads((folder / OM).read_text(encoding="utf-8"))
    return Result(kommune, folder, told["noter"], told["oere"], tuple(told["aar"]))


def _write(
    folder: Path, delivery: Delivery, kommune: str, pieces: Sequence[Piece], tables: dict[str, pl.DataFrame]
) -> None:
    """Finish a municipality's rows, a share of its documents at a time."""
    forms = {piece.source.fil: piece.source.form for piece in pieces}
    posts, accounts, entries, notes, oere = [], [], [], [], Finished().oere
    with GrowingFiles(folder / "linjer", "kommune_kode") as files:
        for rows in _shares(kommune, pieces):
            done = finished(delivery, rows, forms, tables["systemer"], tables["enheder"])
            lines = classify.varekategori(done.linjer, delivery.aftaler)
            files.append(conform(lines, "linjer"))
            posts.append(conform(classify.poster(lines), "poster"))
            accounts.append(done.regnskab)
            entries.append(gathered(done.rettelser, forms))
            notes.append(done.noter)
            oere.update(done.oere)
    own_posts = pl.concat(posts).sort("kilde_fil", "kilde_raekke", *POSTENS_NOEGLE)
    entries += [part for piece in pieces for part in piece.corrections(kommune)]
    write(own_posts, folder / "poster.parquet")
    write(conform(kube(own_posts), "kube"), folder / "kube.parquet")
    write(in_order(pl.concat(entries)), folder / "rettelser.parquet")
    write(together(accounts), folder / "regnskab.parquet")
    about = {
        "noter": notes_together(notes),
        "oere": dict(sorted(oere.items())),
        "aar": sorted(own_posts["aar"].unique().to_list()),
    }
    (folder / OM).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


def _shares(kommune: str, pieces: Sequence[Piece]) -> Iterator[pl.DataFrame]:
    """A municipality's rows, so many at a time that they fit in memory; a document is never divided."""
    total = sum(piece.kommuner[kommune] for piece in pieces)
    shares = -(-total // DEL_RAEKKER)
    for share in range(shares):
        rows = [piece.rows(kommune) for piece in pieces] if shares == 1 else [
            _share(piece.rows(kommune), share, shares) for piece in pieces
        ]  # fmt: skip
        yield pl.concat(rows).rechunk()


def _share(rows: pl.DataFrame, share: int, shares: int) -> pl.DataFrame:
    """The rows of some of the documents; of those without a number, equal ones together."""
    content = pl.struct(pl.col("leverandoer_navn", "beloeb_oere", "dato", "varetekst", "konto", "_skjult"))
    whose = pl.when("_nummer").then(pl.col("faktura_id").hash(5)).otherwise(content.hash(5))
    return rows.filter((whose.fill_null(0) % shares) == share)
