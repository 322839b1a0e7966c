"""Two people with a clone each make the same report, byte for byte."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ehandel_lib.reference import PROJECT
from ehandel_lib.run.report import chapters

pytestmark = pytest.mark.langsom

FILES = ["rapport.pdf", "rapport.html", "tabeller.xlsx", "datakvalitet.csv", "proveniens.json"]

#: Two users of the same program, with nothing else in common.
USERS = {
    "a": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "0"},
    "en anden mappe, æøå": {
        "TZ": "America/Los_Angeles",
        "LC_ALL": "da_DK.UTF-8",
        "LANG": "da_DK.UTF-8",
        "LANGUAGE": "da",
        "PYTHONHASHSEED": "4711",
        "COLUMNS": "40",
    },
}


def git(*words: str, cwd: Path) -> None:
    given = ["-c", "user.name=x", "-c", "user.email=x@x", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *given, *words], cwd=cwd, check=True, capture_output=True)


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two clones of the project as it stands here, each in its user's own folder."""
    root = tmp_path_factory.mktemp("kloner")
    source = root / "kilde"
    ignore = shutil.ignore_patterns("__pycache__", ".*", "demo", "klar", "reports")
    for part in ("ehandel_lib", "notebooks", "data"):
        shutil.copytree(PROJECT / part, source / part, ignore=ignore)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(PROJECT / name, source / name)
    git("init", "-q", cwd=source)
    git("add", "-f", ".", cwd=source)
    git("commit", "-q", "-m", "x", cwd=source)
    for user in USERS:
        git("clone", "-q", str(source), str(root / user / "ehandel"), cwd=root)
    return [root / user / "ehandel" for user in USERS]


def made(clone: Path, leverance: Path, settings: dict[str, str]) -> dict[str, str]:
    """The fingerprints of a report that this user makes."""
    home = clone.parent / "hjem"
    (home / "t").mkdir(parents=True)
    shutil.copytree(leverance, clone / "data" / "min leverance")
    left_out = ("EHANDEL_", "LC_", "LANG", "PYTHON", "XDG_", "MPL", "JUPYTER", "IPYTHON")
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    own = {"HOME": str(home), "TMPDIR": str(home / "t"), "PYTHONPATH": str(clone), "PYTHONUTF8": "1"}
    words = ["rapport", "Vejle", "--data", "data/min leverance", "--ud", "ud"]
    subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-m", "ehandel_lib.cli", *words],
        cwd=clone,
        env={**theirs, **own, **settings},
        check=True,
    )
    folder = clone / "ud" / "Vejle"
    names = [*FILES, *(f"notebooks/{path.name}" for path in chapters())]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git to clone with")
def test_two_clones_folders_homes_time_zones_locales_and_hash_seeds_give_the_same_bytes(
    clones: list[Path], demo_leverance: Path
) -> None:
    first, second = (
        made(clone, demo_leverance, settings) for clone, settings in zip(clones, USERS.values(), strict=True)
    )
    assert [name for name in first if first[name] != second[name]] == []
    stamp = (clones[0] / "ud" / "Vejle" / "proveniens.json").read_text(encoding="utf-8")
    assert "ændringer" not in stamp
    assert '"schema:version": "ukendt"' not in stamp
