"""
Files that are whole or not there.

A run writes into a working folder beside the real one. Only when all of it is
written do the files get their real names, one rename each; a run that is stopped
half-way leaves the earlier report as it was.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ehandel_lib.errors import ReportError

#: A working folder this old belongs to a run that was killed.
LEFT_BEHIND_SECONDS = 24 * 60 * 60

#: Where the notebooks of a finished run lie, and where a failed run says why.
NOTEBOOKS = "notebooks"
FAILURE = "fejl"

_REASONS = {
    errno.EACCES: "der er ikke skriveadgang, eller filen er åben i et andet program",
    errno.EPERM: "der er ikke skriveadgang",
    errno.EROFS: "disken kan kun læses",
    errno.ENOSPC: "der er ikke mere plads på disken",
    errno.ENOTDIR: "en del af stien er en fil og ikke en mappe",
    errno.EEXIST: "der ligger en fil af det navn, hvor mappen skulle være",
    errno.ENAMETOOLONG: "stien er for lang",
}


def folder_name(name: str, code: str) -> str:
    """
    A municipality's or another body's name as the name of its folder.

    Examples
    --------
    >>> folder_name("Høje-Taastrup", "169")
    'Høje-Taastrup'
    >>> folder_name("../../etc", "x1"), folder_name("...", "x1")
    ('_.._etc', 'x1')
    """
    safe = re.sub(r"[^\w .-]", "_", unicodedata.normalize("NFC", name)).strip(" .")
    return safe[:80] or code


@contextmanager
def written_beside(target: Path) -> Iterator[Path]:
    """
    A working folder whose files move into `target` when the block ends well, and vanish when it does not.

    Raises
    ------
    ReportError
        The folder or a file in it cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_behind(target)
        work = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
        try:  # it is named first: a process may be stopped the moment the folder is there
            work.mkdir(mode=0o700)
            yield work
            _move(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as failure:
        raise ReportError(cannot_write(failure, target)) from failure


def _move(work: Path, target: Path) -> None:
    """Give each file its real name, and remove what an earlier run left that this one does not have."""
    files = sorted(path.relative_to(work) for path in work.rglob("*") if path.is_file())
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        os.replace(work / file, target / file)
    for old in (target / NOTEBOOKS).glob("*.ipynb"):
        if old.relative_to(target) not in files:
            old.unlink()
    shutil.rmtree(target / FAILURE, ignore_errors=True)


def keep_failure(target: Path, message: str, files: dict[str, bytes]) -> None:
    """Leave the reason of a failed run and the given files in the folder `fejl`; an earlier report stays."""
    folder = target / FAILURE
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, content in {"besked.txt": f"{message}\n".encode(), **files}.items():
            (folder / name).write_bytes(content)
    except OSError as failure:
        raise ReportError(f"{message} ({cannot_write(failure, folder)})") from failure


def write_whole(path: Path, content: bytes) -> None:
    """
    Write one file, whole or not at all.

    Raises
    ------
    ReportError
        It cannot be written.
    """
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(content)
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as failure:
        raise ReportError(cannot_write(failure, path)) from failure


def _remove_left_behind(target: Path) -> None:
    for path in target.parent.glob(f".{target.name}-*"):
        if time.time() - path.stat().st_mtime > LEFT_BEHIND_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def cannot_write(failure: OSError, target: Path) -> str:
    """The sentence about a file of `target` that could not be written."""
    reason = _REASONS.get(failure.errno or 0, failure.strerror or str(failure))
    return f"Kan ikke skrive i {failure.filename2 or failure.filename or target}: {reason}."
