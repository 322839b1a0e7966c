"""
What a delivery was before: the files that were replaced, and the stores that are still needed.

Raw files are replaced by corrected ones, and the old version is gone from the
folder. What it held, in rows and øre, is remembered here. Of stores the last one is
kept besides the present one; what no store is made of any more is removed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ehandel_lib.read import Delivery
from ehandel_lib.read.delivery import FILNAVN
from ehandel_lib.store.assemble import DELE
from ehandel_lib.store.assemble import OM as OM_LEVERANCE
from ehandel_lib.store.place import Place, digest


class Udgave(NamedTuple):
    """A version of a file that stood in the delivery before: its name, what it held, and its rows and øre."""

    navn: str
    sha256: str
    raekker: int
    oere: int


@dataclass(frozen=True)
class Tilstand:
    """The store of a delivery's folder, the one before it, and the file versions that were replaced."""

    mappe: str
    nu: str
    foer: str = ""
    historik: tuple[Udgave, ...] = ()


def state(delivery: Delivery, where: Place) -> Tilstand | None:
    """What is remembered of the delivery's folder."""
    return _read(_path(delivery, where))


def replaced(delivery: Delivery, where: Place) -> tuple[Udgave, ...]:
    """The versions of the delivery's files that were replaced or taken away, the earliest first."""
    known = state(delivery, where)
    return known.historik if known else ()


def remember(delivery: Delivery, where: Place, store: Path) -> None:
    """The folder's store is this one now; what its files were before is noted, and old stores are removed."""
    known = state(delivery, where)
    if known is not None and known.nu == store.name:
        return
    before = where.stores / known.nu if known else None
    gone = _gone(before, store) if before is not None and before.is_dir() else ()
    new = Tilstand(
        str(delivery.mappe.resolve()),
        store.name,
        known.nu if known else "",
        (*(known.historik if known else ()), *gone),
    )
    path = _path(delivery, where)
    beside = path.with_suffix(".ny")
    beside.write_text(json.dumps(asdict(new), ensure_ascii=False), encoding="utf-8")
    os.replace(beside, path)
    _prune(where)


def _path(delivery: Delivery, where: Place) -> Path:
    return where.parts / f"{digest(str(delivery.mappe.resolve()))}.json"


def _read(path: Path) -> Tilstand | None:
    if not path.is_file():
        return None
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Tilstand(**{**known, "historik": tuple(Udgave(*its) for its in known["historik"])})


def _gone(before: Path, now: Path) -> tuple[Udgave, ...]:
    """The files of the store before that are not in this one as they were."""
    there = {(name, sha) for name, sha, *_ in _files(now)}
    account = pl.read_parquet(before / "regnskab.parquet", memory_map=False)
    return tuple(
        Udgave(name, sha, *_held(account, name))
        for name, sha, *_ in _files(before)
        if (name, sha) not in there and name != FILNAVN
    )


def _files(store: Path) -> list[list[Any]]:
    found: list[list[Any]] = json.loads((store / OM_LEVERANCE).read_text(encoding="utf-8"))["filer"]
    return found


def _held(account: pl.DataFrame, name: str) -> tuple[int, int]:
    """The rows and øre of a file, or of the members of a zip file."""
    own = account.filter((pl.col("kilde_fil") == name) | pl.col("kilde_fil").str.starts_with(f"{name}/"))
    return int(own["raekker_ind"].sum()), int(own["oere_ind"].sum())


def _prune(where: Place) -> None:
    """Remove the stores that no folder needs, and what only they were made of."""
    known = {path: its for path in where.parts.glob("*.json") if (its := _read(path))}
    for path in [path for path, its in known.items() if not Path(its.mappe).is_dir()]:
        path.unlink()
        del known[path]
    needed = {name for its in known.values() for name in (its.nu, its.foer)}
    _keep(where.stores, needed)
    made_of = [json.loads(path.read_text(encoding="utf-8")) for path in where.stores.glob(f"*/{DELE}")]
    _keep(where.pieces, {name for its in made_of for name in its["stykker"]})
    _keep(where.finished, {name for its in made_of for name in its["kommuner"]})


def _keep(folder: Path, needed: Iterable[str]) -> None:
    for path in folder.glob("*"):
        if path.name not in needed:
            shutil.rmtree(path, ignore_errors=True)
