"""
What all tests share.

Nothing is written into the project: prepared data go to a folder of their own,
which is set before any test or doctest runs and removed afterwards. The small
demo delivery is made once, whichever of the test processes asks first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

#: The folder of this test run; the processes of pytest-xdist inherit it.
FOLDER = "EHANDEL_TESTMAPPE"

#: Variables of the user's that would change what the program does.
FOREIGN = [
    f"EHANDEL_{name}"
    for name in (
        "KOMMUNE",
        "AAR",
        "DATA",
        "UD",
        "MAPPE",
        "FORSLAG",
        "DYBDE",
        "SIDEN",
        "REGION",
        "LISTE",
        "ENHED",
        "FREMMEDE",
        "MAAL",
    )
]
FOREIGN += [
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
    "MAKEOVERRIDES",
    "KOMMUNE",
    "AAR",
    "DATA",
    "UD",
    "MAPPE",
    "FORSLAG",
    "DYBDE",
    "ENHED",
    "SIDEN",
    "REGION",
    "LISTE",
]

#: A few municipalities: the report's own, names with hyphen and Danish letters, and several systems.
SMALL_COUNTRY = ("Vejle", "Høje-Taastrup", "Ærø", "Aarhus", "Varde", "Kolding")


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder, in the process that starts the others."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="ehandel-test-")
        os.environ["EHANDEL_KLAR"] = str(Path(os.environ[FOLDER], "klar"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it."""
    if not hasattr(config, "workerinput") and FOLDER in os.environ:
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """One test process at a time."""
    while True:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            time.sleep(0.1)
    try:
        yield
    finally:
        path.unlink()


@pytest.fixture(scope="session")
def made_once() -> Callable[[str, Callable[[Path], object]], Path]:
    """`made_once(name, make)`: a folder that `make(folder)` fills, once for all test processes."""

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder = Path(os.environ[FOLDER], name)
        with _lock(folder.with_suffix(".laas")):
            if not folder.exists():
                beside = folder.with_suffix(".ny")
                shutil.rmtree(beside, ignore_errors=True)
                make(beside)
                beside.rename(folder)
        return folder

    return made


@pytest.fixture(scope="session")
def demo_leverance(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A delivery of demo data for the municipalities of `SMALL_COUNTRY`."""
    from ehandel_lib.demo import write_demo

    return made_once("demo", lambda folder: write_demo(folder, kommuner=list(SMALL_COUNTRY)))


@pytest.fixture(scope="session")
def two_reports(
    demo_leverance: Path, made_once: Callable[[str, Callable[[Path], object]], Path]
) -> tuple[Path, Path]:
    """The same report twice: called as a function, and as a program from a copy of the delivery elsewhere."""

    from ehandel_lib.run.report import make_report

    def make(folder: Path) -> None:
        make_report("Vejle", None, demo_leverance, folder / "en")
        elsewhere = folder / "et andet sted"
        shutil.copytree(demo_leverance, elsewhere / demo_leverance.name)
        subprocess.run(
            [
                sys.executable,
                "-m",
                "ehandel_lib.cli",
                "rapport",
                "630",
                "--data",
                demo_leverance.name,
                "--ud",
                "to",
            ],
            cwd=elsewhere,
            env={**os.environ, "TZ": "Asia/Tokyo", "LANG": "da_DK.UTF-8", "PYTHONHASHSEED": "7"},
            check=True,
        )

    folder = made_once("rapporter", make)
    return folder / "en" / "Vejle", folder / "et andet sted" / "to" / "Vejle"
