"""
What a report is made of: which data, which parameters, which program.

With this, anybody can make the report again and see that it is the same. It
holds fingerprints instead of clock times, and names instead of the paths of
one machine.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import re
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

import ehandel_lib
from ehandel_lib.reference import LANDET, PROJECT

if TYPE_CHECKING:
    from ehandel_lib.load import Data

#: What a report is made of; see `facts`.
Facts = dict[str, Any]

#: The folders whose files decide how a report looks.
CODE = ("ehandel_lib", "notebooks", "data/reference")

#: What a chapter's notebook is called: its place in the reading order, then a noun; and an office's own ones.
KAPITLER, EGNE = "[0-9]*_*.ipynb", "egne/*.ipynb"

#: Where the chapters lie.
NOTEBOOKS = PROJECT / "notebooks"

#: What stands where git cannot say (a downloaded copy without its history).
UNKNOWN = "ukendt"


def sha256(content: bytes) -> str:
    """
    The fingerprint of some bytes.

    Examples
    --------
    >>> sha256(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(content).hexdigest()


@cache
def of_table(path: Path) -> str:
    """
    The fingerprint of what a Parquet file of a finished store holds; "" where there is none.

    The file's own bytes are no measure: how rows are packed depends on what they were written with.
    """
    if not path.is_file():
        return ""
    marks = hashlib.sha256()
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(use_threads=False):
            marks.update(_lines(batch))
    return marks.hexdigest()


def of_rows(rows: pa.Table) -> str:
    """The fingerprint of rows in whatever order they are."""
    return sha256(b"\n".join(sorted(_lines(rows).split(b"\n"))))


def _lines(rows: pa.Table | pa.RecordBatch) -> bytes:
    out = io.BytesIO()
    csv.write_csv(rows, out)
    return out.getvalue()


def commit(root: Path = PROJECT) -> str:
    """
    The last git commit that changed what reports are made of, or "ukendt".

    It ends in "+ændringer" if these files were changed since. A commit of tests or documents alone is none.
    """
    top, head = (
        _git(root, "rev-parse", "--show-toplevel"),
        _git(root, "log", "-1", "--format=%H", "--", *CODE),
    )
    if not head or not top or Path(top).resolve() != root.resolve():
        return UNKNOWN
    changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", *CODE)
    return f"{head}+ændringer" if changed else head


def _git(root: Path, *arguments: str) -> str:
    """What git answers, or nothing where there is no git or no repository."""
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def packages() -> dict[str, str]:
    """
    The packages that the program asks for, with the versions that are installed.

    Examples
    --------
    >>> "pandas" in packages()
    True
    """
    asked = [line for line in metadata.requires("ehandel") or [] if "extra ==" not in line]
    names = sorted({re.split(r"[^\w.-]", line)[0].lower() for line in asked})
    return {name: metadata.version(name) for name in names}


@cache
def software() -> dict[str, Any]:
    """The program: version, commit, the fingerprints of its code and of the lock file, Python, packages."""
    lock = PROJECT / "requirements.lock"
    return {
        "ehandel": ehandel_lib.__version__,
        "commit": commit(),
        "kildekode": source_code(),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "pakker": packages(),
        "requirements.lock": sha256(lock.read_bytes()) if lock.exists() else UNKNOWN,
    }


def source_code(root: Path = PROJECT) -> str:
    """
    One fingerprint for all that decides how a report looks: library, notebooks and reference tables.

    It tells two programs apart where the commit cannot: in a copy without git, or with changes not committed.
    """
    found = [path for folder in CODE for path in (root / folder).rglob("*") if path.is_file()]
    names = {path.relative_to(root).as_posix(): path for path in found if path.suffix != ".pyc"}
    names = {name: path for name, path in names.items() if "/." not in name}
    return together((name, sha256(names[name].read_bytes())) for name in names)


def together(files: Iterable[tuple[str, str]]) -> str:
    """
    One fingerprint for some files, by their names and fingerprints.

    Examples
    --------
    >>> together([("b", "2"), ("a", "1")]) == together([("a", "1"), ("b", "2")])
    True
    """
    return sha256(json.dumps(sorted(files), ensure_ascii=False).encode())


def facts(data: Data, dybde: str) -> Facts:
    """
    What a report on these data is made of, as plain values.

    Parameters
    ----------
    data : load.Data
        What the notebooks were given.
    dybde : str
        The report's form, see `run.depth`.

    Returns
    -------
    dict
        ``parametre`` (municipality, year, the delivery's own name, the report's form), ``opgjort``
        (the data's as-of date), ``filer`` (those that the municipality's rows came from, the rules,
        and the country's figures: name, sha256, bytes and what was decided in order to read each),
        ``notebooks`` (name → sha256) and ``program`` (`software`).
    """
    delivery = data.leverance
    return {
        "parametre": {
            "kommune": data.kommune.navn,
            "aar": int(data.aar),
            "leverance": delivery.navn,
            "dybde": dybde,
        },
        "opgjort": delivery.asof.isoformat(),
        "filer": [file._asdict() for file in delivery.filer],
        "notebooks": notebooks(data.kommune.kode),
        "program": software(),
    }


def notebooks(kode: str = "") -> dict[str, str]:
    """The chapters' notebooks by name, with their fingerprints; see `kapitler`."""
    return {path.name: sha256(path.read_bytes()) for path in kapitler(kode)}


def kapitler(kode: str = "") -> list[Path]:
    """
    The chapters' notebooks in reading order; an office's own stand before the last one, on method.

    Parameters
    ----------
    kode : str, optional
        What the report is about: a municipality, which all share the same chapters, or `reference.LANDET`.
    """
    if kode == LANDET.kode:
        return sorted((NOTEBOOKS / LANDET.kode).glob(KAPITLER))
    ours, own = (sorted(NOTEBOOKS.glob(pattern)) for pattern in (KAPITLER, EGNE))
    return [*ours[:-1], *own, *ours[-1:]]
