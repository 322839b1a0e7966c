"""
A folder is written beside and renamed when it is whole: whoever finds it, finds all of it.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ehandel_lib.errors import StorageError

#: How the folders begin that are not finished.
UFAERDIG = ".ny-"

_AARSAGER = {
    errno.ENOSPC: "disken er fuld",
    errno.EDQUOT: "kvoten på disken er brugt",
    errno.EFBIG: "en fil blev større, end disken tillader",
    errno.EROFS: "disken er skrivebeskyttet",
    errno.EACCES: "mappen må ikke skrives i",
    errno.EPERM: "mappen må ikke skrives i",
    errno.ENOTDIR: "stien går gennem en fil",
}


@contextmanager
def made(within: Path, name: Callable[[], str]) -> Iterator[Path]:
    """A folder to fill, which then gets the name; one of that name that another process made stays."""
    within.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=UFAERDIG, dir=within))
    try:
        yield new
        new.chmod(0o755)
        folder = within / name()
        try:
            new.rename(folder)
        except OSError:
            # another process was faster: its folder holds the same
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(new, ignore_errors=True)


def sweep(*folders: Path) -> None:
    """Remove what a run that was killed left unfinished. Only with the delivery's lock."""
    for left in (left for folder in folders for left in folder.glob(f"{UFAERDIG}*")):
        shutil.rmtree(left, ignore_errors=True)


def link(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the disk has no such links."""
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


@contextmanager
def told(root: Path) -> Iterator[None]:
    """A disk that is full or closed is one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno not in _AARSAGER or not str(error.filename or root).startswith(str(root)):
            raise
        raise StorageError(
            f"De klargjorte data kan ikke skrives i {root}: {_AARSAGER[error.errno]}. "
            "Skaf plads eller adgang eller vælg en anden mappe med miljøvariablen EHANDEL_KLAR; prøv så igen."
        ) from error
