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
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from ehandel_lib import classify, hukommelse, schema
from ehandel_lib.clean import Finished, Small, finished
from ehandel_lib.clean.documents import ORDEN
from ehandel_lib.clean.journal import gathered, in_order, notes_together
from ehandel_lib.clean.ledger import together
from ehandel_lib.clean.tables import conform
from ehandel_lib.kube import kube, kube_af_dele
from ehandel_lib.parquet import UKENDT, aside, set_aside, write, write_parts
from ehandel_lib.read import Delivery, Filer
from ehandel_lib.store import beside
from ehandel_lib.store.pieces import Piece
from ehandel_lib.store.place import Place, digest, frame_key, rules
from ehandel_lib.store.steder import Shares, placed

#: Which share of its municipality a row belongs to.
DEL = "_del"

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
    keys = _keys(delivery, codes, pieces, small)
    folders = {code: where.finished / f"{code}-{key}" for code, key in keys.items()}
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


def _keys(delivery: Delivery, codes: Sequence[str], pieces: Sequence[Piece], small: Small) -> dict[str, str]:
    """What decides each municipality's tables."""
    ours = rules()
    tables = [small.umaskeret[name] for name in ("systemer", "enheder")]
    by_code = [_by_code(table) for table in tables]
    about = [
        delivery.system,
        delivery.pladsholdere,
        sorted(delivery.aftaler.items()),
        repr(delivery.praefikser),
    ]
    keys = {}
    for code in codes:
        names = [piece.folder.name for piece in pieces if code in piece.kommuner]
        own = [known.get(code, table.clear()) for known, table in zip(by_code, tables, strict=True)]
        keys[code] = digest(ours, names, about, *map(frame_key, own))
    return keys


def _batches(codes: Sequence[str], pieces: Sequence[Piece]) -> Iterator[list[str]]:
    """Municipalities to be made together: small ones many at a time, since a step costs the same for all."""
    batch: list[str] = []
    rows, room = 0, hukommelse.raekker()
    for code in codes:
        own = _rows_of(code, pieces)
        if batch and rows + own > room:
            yield batch
            batch, rows = [], 0
        batch.append(code)
        rows += own
    if batch:
        yield batch


def _rows_of(kommune: str, pieces: Sequence[Piece]) -> int:
    return sum(piece.kommuner.get(kommune, 0) for piece in pieces)


def _make(delivery: Delivery, folders: dict[str, Path], pieces: Sequence[Piece], small: Small) -> None:
    """Finish the rows of some municipalities, and write their tables."""
    forms = {piece.source.fil: piece.source.form for piece in pieces}
    finish = partial(_finished, delivery, forms, small)
    rows = sum(_rows_of(code, pieces) for code in folders)
    with ExitStack() as stack:
        new = {
            code: stack.enter_context(beside.made(folder.parent, partial(str, folder.name)))
            for code, folder in folders.items()
        }
        if rows <= hukommelse.raekker():
            _together(new, pieces, finish)
        else:
            for code, folder in new.items():
                _in_shares(code, folder, pieces, finish, rows)


class Share(NamedTuple):
    """What some whole documents gave: tables, and what was counted."""

    linjer: pl.DataFrame
    poster: pl.DataFrame
    rettelser: pl.DataFrame
    talt: Finished


Finish = Callable[[pl.DataFrame], Share]


def _finished(delivery: Delivery, forms: dict[str, Filer], small: Small, rows: pl.DataFrame) -> Share:
    done = finished(delivery, rows, forms, small.umaskeret["systemer"], small.umaskeret["enheder"])
    lines = classify.varekategori(done.linjer, delivery.aftaler)
    posts = placed(conform(classify.poster(lines), "poster"), list(forms))
    return Share(lines, posts, gathered(done.rettelser, forms), done)


def _together(folders: dict[str, Path], pieces: Sequence[Piece], finish: Finish) -> None:
    """Some municipalities that fit in memory together."""
    share = finish(pl.concat([rows for piece in pieces for rows in piece.rows(folders)]).rechunk())
    posts = share.poster.drop(ORDEN)
    lines, by_code = _by_code(conform(share.linjer, "linjer")), _by_code(posts)
    cubes = _cubes([lambda: posts])
    for code, folder in folders.items():
        write(by_code.get(code, posts.clear()), folder / "poster.parquet")
        if code in lines:
            write(lines[code], folder / "linjer" / f"{code}.parquet")
    _write(folders, pieces, cubes, [share])


def _in_shares(kommune: str, folder: Path, pieces: Sequence[Piece], finish: Finish, rows: int) -> None:
    """A municipality that does not fit in memory: a share of its documents at a time."""
    shares = -(-rows // hukommelse.raekker())
    with TemporaryDirectory(dir=folder) as place:
        spread = _spread(Path(place), kommune, pieces, shares)
        lines, posts = Shares(Path(place) / "linjer"), Shares(Path(place) / "poster")
        told = []
        for parts in spread:
            share = finish(pl.concat([aside(part) for part in parts]).rechunk())
            lines.add(share.linjer.select(*schema.navne("linjer"), ORDEN))
            posts.add(share.poster)
            told.append(share._replace(linjer=share.linjer.clear(), poster=share.poster.clear()))
        at_a_time = hukommelse.raekker() // 2
        write_parts(
            (conform(its, "linjer") for its in lines.together(at_a_time)),
            folder / "linjer" / f"{kommune}.parquet",
        )
        write_parts((its.drop(ORDEN) for its in posts.together(at_a_time)), folder / "poster.parquet")
        cubes = _cubes([partial(aside, file) for file in posts.files])
    _write({kommune: folder}, pieces, cubes, told)


def _spread(place: Path, kommune: str, pieces: Sequence[Piece], shares: int) -> list[list[Path]]:
    """The municipality's rows set aside in shares; a document is never divided."""
    spread: list[list[Path]] = [[] for _ in range(shares)]
    before = 0
    for number, rows in enumerate(rows for piece in pieces for rows in piece.rows({kommune})):
        numbered = rows.with_columns(_share(shares), pl.int_range(before, before + pl.len()).alias(ORDEN))
        before += rows.height
        for (share,), part in numbered.partition_by(DEL, as_dict=True, maintain_order=True).items():
            path = place / f"{share}-{number}.parquet"
            set_aside(part.drop(DEL), path)
            spread[share].append(path)
    return [parts for parts in spread if parts]


def _share(shares: int) -> pl.Expr:
    """Which share a row belongs to: that of its document; of rows without a number, equal ones together."""
    content = pl.struct("leverandoer_navn", "beloeb_oere", "dato", "varetekst", "konto", "_skjult")
    whose = pl.when("_nummer").then(pl.col("faktura_id").hash(5)).otherwise(content.hash(5))
    return (whose.fill_null(0) % shares).cast(pl.Int64).alias(DEL)


def _cubes(posts: Sequence[Callable[[], pl.DataFrame]]) -> dict[str, dict[str, pl.DataFrame]]:
    """The cubes of each municipality: its own, and the one without what only it asks of itself."""
    fine = conform(kube_af_dele(posts), "kube")
    rolled = conform(kube(fine, schema.navne("landet")[:-4]), "landet")
    return {"kube": _by_code(fine), "landet": _by_code(rolled)}


def _by_code(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    parts = rows.partition_by("kommune_kode", as_dict=True, maintain_order=True)
    return {UKENDT if code is None else code: part for (code,), part in parts.items()}


def _write(
    folders: dict[str, Path],
    pieces: Sequence[Piece],
    cubes: dict[str, dict[str, pl.DataFrame]],
    shares: Sequence[Share],
) -> None:
    """The small tables of each municipality, and what is to be told of its rows."""
    listed = [share.rettelser for share in shares]
    listed += [part for piece in pieces for part in piece.corrections(folders)]
    small = {
        **cubes,
        "rettelser": _by_code(in_order(pl.concat([conform(None, "rettelser"), *listed]))),
        "regnskab": _by_code(together([share.talt.regnskab for share in shares])),
    }
    for code, folder in folders.items():
        for name, tables in small.items():
            write(tables.get(code, conform(None, name)), folder / f"{name}.parquet")
        kommune = None if code == UKENDT else code
        years = cubes["kube"].get(code, conform(None, "kube"))["aar"]
        about = {
            "noter": notes_together([share.talt.noter(kommune) for share in shares]),
            "oere": dict(sorted(_sums(share.talt.changed(kommune) for share in shares).items())),
            "aar": sorted(years.unique().to_list()),
        }
        (folder / OM).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


def _sums(parts: Iterable[Counter[str]]) -> Counter[str]:
    """Negative sums stay, which adding counters would leave out."""
    total = Counter[str]()
    for part in parts:
        total.update(part)
    return total
