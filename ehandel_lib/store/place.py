"""
Where prepared data lie, and what decides that they are made anew.

`data/klar/<delivery>/<key>/` is a finished store, named after all that decides what
it holds. What it is made of, one piece for each file and one for each
municipality, lies under `data/klar/.dele/<delivery>/`, so that a new month or a
corrected file takes no more work than that.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from ehandel_lib import reference
from ehandel_lib.read import Delivery, Filer
from ehandel_lib.read.delivery import FILNAVN
from ehandel_lib.read.files import delivery_files, fingerprint
from ehandel_lib.read.ubl.rows import sources
from ehandel_lib.reference import PROJECT

#: Where another folder for prepared data is named.
MILJOE = "EHANDEL_KLAR"

#: What of the library decides how prepared data look.
_REGLER = (
    "read",
    "clean",
    "classify",
    "store",
    "parquet.py",
    "kube.py",
    "celler.py",
    "sums.py",
    "schema",
    "reference.py",
)


@dataclass(frozen=True)
class Place:
    """The folders of one delivery's prepared data."""

    root: Path
    navn: str

    @property
    def stores(self) -> Path:
        """The finished stores."""
        return self.root / self.navn

    @property
    def parts(self) -> Path:
        """What they are made of."""
        return self.root / ".dele" / self.navn

    @property
    def pieces(self) -> Path:
        """The rows of each file, municipality by municipality."""
        return self.parts / "stykker"

    @property
    def finished(self) -> Path:
        """The tables of each municipality."""
        return self.parts / "kommuner"


def place(delivery: Delivery) -> Place:
    """The folders of a delivery."""
    name = re.sub(r"\W+", "-", delivery.navn.lower()).strip("-") or "leverance"
    return Place(Path(os.environ.get(MILJOE) or PROJECT / "data" / "klar"), name)


def find_leverance(leverance: str | Path) -> Path:
    """The delivery's folder: from the working folder, else from the project's root."""
    path = Path(leverance)
    return path if path.is_absolute() or path.exists() else PROJECT / path


def on_disk(delivery: Delivery) -> dict[str, tuple[str, int]]:
    """The delivery's files on disk: name in it → sha256 and size."""
    paths = {delivery.mappe / FILNAVN, *(file.sti for file in delivery_files(delivery.mappe))}
    return {
        p.relative_to(delivery.mappe).as_posix(): (fingerprint(p), p.stat().st_size) for p in sorted(paths)
    }


def listed(files: dict[str, tuple[str, int]]) -> list[tuple[str, str, int]]:
    """The files as the report lists them: those of e-invoices by their folder."""
    return sources((name, sha, size) for name, (sha, size) in files.items())


def source_files(delivery: Delivery) -> list[tuple[str, str, int]]:
    """The delivery's files: name in it, sha256, size."""
    return listed(on_disk(delivery))


def digest(*parts: Any) -> str:
    """A short name for all of these."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


@cache
def _of_files(paths: tuple[tuple[Path, int], ...]) -> str:
    return digest([(p.relative_to(PROJECT).as_posix(), fingerprint(p)) for p, _ in paths])


def rules() -> str:
    """What our own rules are: code, reference tables, and Polars, whose hashes differ between versions."""
    found = sorted(p for part in _REGLER for p in _sources(Path(__file__).parent.parent / part))
    found += sorted(reference.FOLDER.glob("*.csv"))
    return digest(_of_files(tuple((p, p.stat().st_mtime_ns) for p in found)), version("polars"))


def _sources(path: Path) -> Iterator[Path]:
    yield from [path] if path.is_file() else path.rglob("*.py")


def piece_key(delivery: Delivery, form: Filer, name: str, sha: str, units: pl.DataFrame | None = None) -> str:
    """
    What decides the rows of one file: the file, how it is read, and what of the delivery they hang on.

    The units matter to e-invoices alone, whose municipality they may tell.
    """
    about = [
        delivery.valuta, repr(delivery.kommune), repr(delivery.myndigheder),
        sorted(delivery.dokumenttyper.items()), sorted(delivery.aftaler), repr(delivery.praefikser),
    ]  # fmt: skip
    return digest(rules(), name, sha, _plain(form), about, "" if units is None else frame_key(units))


def _plain(form: Filer) -> dict[str, Any]:
    return {**vars(form), "kolonner": list(form.kolonner.items()), "kommune": repr(form.kommune)}


def frame_key(rows: pl.DataFrame) -> str:
    """What a small table holds."""
    return hashlib.sha256(rows.write_csv().encode()).hexdigest()
