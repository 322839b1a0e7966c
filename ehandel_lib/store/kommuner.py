"""
The tables of one municipality, made of the pieces of all files.

No document crosses municipalities, so each is finished by itself, and a large one a
share of its documents at a time. A municipality whose pieces, units and system are
as they were is not made again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ehandel_lib import classify, schema
from ehandel_lib.classify.posts import POSTENS_NOEGLE
from ehandel_lib.clean import Small, finished
from ehandel_lib.clean.journal import gathered, in_order, notes_together
from ehandel_lib.clean.ledger import together
from ehandel_lib.clean.tables import conform
from ehandel_lib.kube import kube
from ehandel_lib.parquet import UKENDT, GrowingFiles, write
from ehandel_lib.read import Delivery
from ehandel_lib.store import beside
from ehandel_lib.store.pieces import Piece
from ehandel_lib.store.place import Place, digest, frame_key, rules

#: So many rows are finished at a time; each takes some 2 KB while they are.
DEL_RAEKKER = 250_000

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


def make_results(
    delivery: Delivery,
    pieces: Sequence[Piece],
    small: Small,
    where: Place,
    tell: Callable[[int, int], object],
) -> list[Result]:
    """
    The tables of each municipality; those that are there already are used as they are.

    Parameters
    ----------
    delivery : Delivery
        What `kilde.toml` says.
    pieces : sequence of Piece
        The invoice files, in their order.
    small : Small
        The delivery's small tables.
    where : Place
        The delivery's folders.
    tell : callable
        Told how many municipalities are done, and how many there are.
    """
    codes = sorted({code for piece in pieces for code in piece.kommuner})
    folders = {code: where.finished / f"{code}-{_key(delivery, code, pieces, small)}" for code in codes}
    missing = [code for code, folder in folders.items() if not (folder / OM).is_file()]
    done = len(codes) - len(missing)
    for batch in _batches(missing, pieces):
        tell(done, len(codes))
        _make(delivery, {code: folders[code] for code in batch}, pieces, small)
        done += len(batch)
    return [_read(code, folder) for code, folder in folders.items()]


def _read(kommune: str, folder: Path) -> Result:
    told = json.loads((folder / OM).read_text(encoding="utf-8"))
    return Result(kommune, folder, told["noter"], told["oere"], tuple(told["aar"]))


def _key(delivery: Delivery, kommune: str, pieces: Sequence[Piece], small: Small) -> str:
    """What decides a municipality's tables."""
    own = [small.umaskeret[name].filter(kommune_kode=kommune) for name in ("systemer", "enheder")]
    about = [
        delivery.system,
        delivery.pladsholdere,
        sorted(delivery.aftaler.items()),
        repr(delivery.praefikser),
    ]
    names = [piece.folder.name for piece in pieces if kommune in piece.kommuner]
    return digest(rules(), names, about, *map(frame_key, own))


def _batches(codes: Sequence[str], pieces: Sequence[Piece]) -> Iterator[list[str]]:
    """Municipalities to be made together: small ones many at a time, since a step costs the same for all."""
    batch: list[str] = []
    rows = 0
    for code in codes:
        own = _rows_of(code, pieces)
        if batch and rows + own > DEL_RAEKKER:
            yield batch
            batch, rows = [], 0
        batch.append(code)
        rows += own
    if batch:
        yield batch


def _rows_of(kommune: str, pieces: Sequence[Piece]) -> int:
    return sum(piece.kommuner.get(kommune, 0) for piece in pieces)


def _make(delivery: Delivery, folders: dict[str, Path], pieces: Sequence[Piece], small: Small) -> None:
    """Finish the rows of some municipalities, a share of their documents at a time, and write the tables."""
    forms = {piece.source.fil: piece.source.form for piece in pieces}
    made: dict[str, list[Part]] = {code: [] for code in folders}
    with ExitStack() as stack:
        # a municipality's lines are written as they come; the rest waits until it has all of them
        new = {code: stack.enter_context(_folder(folder)) for code, folder in folders.items()}
        for rows in _shares(list(folders), pieces):
            done = finished(delivery, rows, forms, small.umaskeret["systemer"], small.umaskeret["enheder"])
            lines = classify.varekategori(done.linjer, delivery.aftaler)
            entries = gathered(done.rettelser, forms)
            tables = [
                conform(lines, "linjer"),
                conform(classify.poster(lines), "poster"),
                done.regnskab,
                entries,
            ]
            parts = [_by_code(table) for table in tables]
            for code in folders:
                own, posts, account, listed = (part.get(code) for part in parts)
                if own is not None:
                    new[code][1].append(own)
                kommune = None if code == UKENDT else code
                made[code].append(Part(posts, account, listed, done.noter(kommune), done.changed(kommune)))
        _write(pieces, {code: folder for code, (folder, _) in new.items()}, made)


class Part(NamedTuple):
    """What a share of a municipality's documents gave, besides its lines."""

    poster: pl.DataFrame | None
    regnskab: pl.DataFrame | None
    rettelser: pl.DataFrame | None
    noter: dict[str, list[str]]
    oere: Counter[str]


@contextmanager
def _folder(folder: Path) -> Iterator[tuple[Path, GrowingFiles]]:
    """A municipality's folder, and the file that its lines go to."""
    with (
        beside.made(folder.parent, lambda: folder.name) as new,
        GrowingFiles(new / "linjer", "kommune_kode") as lines,
    ):
        yield new, lines


def _by_code(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    parts = rows.partition_by("kommune_kode", as_dict=True, maintain_order=True)
    return {UKENDT if code is None else code: part for (code,), part in parts.items()}


def _write(pieces: Sequence[Piece], folders: dict[str, Path], made: dict[str, list[Part]]) -> None:
    """The tables of each municipality, and what is to be told of its rows."""
    empty = conform(None, "poster")
    posts = {
        code: pl.concat([empty, *(part.poster for part in parts if part.poster is not None)]).sort(
            "kilde_fil", "kilde_raekke", *POSTENS_NOEGLE
        )
        for code, parts in made.items()
    }
    fine = conform(kube(pl.concat(posts.values())), "kube")
    cubes = {"kube": _by_code(fine), "landet": _by_code(_rolled(fine))}
    for code, folder in folders.items():
        own = made[code]
        write(posts[code], folder / "poster.parquet")
        for name, by_code in cubes.items():
            write(by_code.get(code, conform(None, name)), folder / f"{name}.parquet")
        entries = [part.rettelser for part in own if part.rettelser is not None]
        entries += [part for piece in pieces if code in piece.kommuner for part in piece.corrections(code)]
        write(in_order(pl.concat([conform(None, "rettelser"), *entries])), folder / "rettelser.parquet")
        write(
            together([part.regnskab for part in own if part.regnskab is not None]),
            folder / "regnskab.parquet",
        )
        about = {
            "noter": notes_together([part.noter for part in own]),
            "oere": dict(sorted(_sums(part.oere for part in own).items())),
            "aar": sorted(posts[code]["aar"].unique().to_list()),
        }
        (folder / OM).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


def _sums(parts: Iterable[Counter[str]]) -> Counter[str]:
    """Negative sums stay, which adding counters would leave out."""
    total = Counter[str]()
    for part in parts:
        total.update(part)
    return total


def _rolled(fine: pl.DataFrame) -> pl.DataFrame:
    """The cube without what only a municipality asks of itself."""
    return conform(kube(fine, schema.navne("landet")[:-4]), "landet")


def _shares(codes: Sequence[str], pieces: Sequence[Piece]) -> Iterator[pl.DataFrame]:
    """Municipalities' rows, so many at a time that they fit in memory; a document is never divided."""
    total = sum(_rows_of(code, pieces) for code in codes)
    shares = -(-total // DEL_RAEKKER)
    for share in range(shares):
        rows = (piece.rows(code) for code in codes for piece in pieces if code in piece.kommuner)
        yield pl.concat([its if shares == 1 else _share(its, share, shares) for its in rows]).rechunk()


def _share(rows: pl.DataFrame, share: int, shares: int) -> pl.DataFrame:
    """The rows of some of the documents; of those without a number, equal ones together."""
    content = pl.struct(pl.col("leverandoer_navn", "beloeb_oere", "dato", "varetekst", "konto", "_skjult"))
    whose = pl.when("_nummer").then(pl.col("faktura_id").hash(5)).otherwise(content.hash(5))
    return rows.filter((whose.fill_null(0) % shares) == share)
