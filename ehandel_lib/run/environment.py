"""
What must work before any package is installed: make the environment, explain a slip.

`make` runs this file before every command, with the environment's own Python or, where
that does not start, the machine's: it imports nothing but the standard library, and
little of that while all is well. The environment is the folder `.venv`, made from the
lock file alone: every package with its hash, then this project itself, built by the
locked hatchling. A stamp says what it was made from: lock file, Python and place.
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]

#: The oldest Python that the project runs on; pyproject.toml says the same.
OLDEST = (3, 11)

#: How often a call that waits for another one's set-up looks whether it is over.
LOOK_SECONDS = 0.2

#: The variables that a target of the Makefile takes.
VARIABLES = ("KOMMUNE", "AAR", "DATA", "UD", "MAPPE", "FORSLAG", "DYBDE", "SIDEN", "REGION", "LISTE", "ENHED")


class SetupError(Exception):
    """The environment cannot be made; `str()` is a Danish message."""


def fingerprints(root: Path = ROOT) -> list[str]:
    """What `.venv` should be made from: lock file, Python and place; and the project file."""
    lock = (root / "requirements.lock").read_bytes() + f"{sys.version_info[:2]} {root}".encode()
    return [hashlib.sha256(part).hexdigest() for part in (lock, (root / "pyproject.toml").read_bytes())]


def make_environment(root: Path = ROOT) -> None:
    """
    Make `.venv`, unless it is there already and made from the same files.

    Raises
    ------
    SetupError
        Python is too old or has no `venv`, or a package could not be fetched.
    """
    if sys.version_info[:2] < OLDEST:
        raise SetupError(f"Python er {_version()}, men projektet kræver 3.11 eller nyere.")
    wanted = fingerprints(root)
    if _made_from(root) == wanted:
        return
    with _one_at_a_time(root / ".venv.laas"):
        found = _made_from(root)
        if found[:1] != wanted[:1]:
            _say("Laver Python-miljøet .venv; det sker kun én gang og tager et par minutter.")
            _install_packages(root)
        if found != wanted:
            _install_project(root)
        if found[:1] != wanted[:1]:
            _say("Miljøet er klar.")
        (root / ".venv" / ".klar").write_text("\n".join(wanted))


def _made_from(root: Path) -> list[str]:
    """The fingerprints of what `.venv` was made from; none where it is not finished or cannot start."""
    try:
        made_from = (root / ".venv" / ".klar").read_text().split()
    except FileNotFoundError:  # never finished, or another call has just begun again
        return []
    return made_from if _starts(root / ".venv") else []


def _starts(folder: Path) -> bool:
    """Does the environment's Python start? A link to a Python that was upgraded or removed does not."""
    if Path(sys.prefix) == folder:
        return True
    import subprocess

    try:
        return subprocess.run([_python(folder), "-I", "-S", "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _install_packages(root: Path) -> None:
    """A new `.venv` with the locked packages and nothing else."""
    import subprocess
    import venv

    try:
        venv.create(root / ".venv", clear=True, with_pip=True, symlinks=os.name != "nt")
    except (subprocess.CalledProcessError, OSError) as failure:
        message = "Kan ikke lave .venv: Pythons modul venv virker ikke her"
        raise SetupError(f"{message} (på Debian og Ubuntu: apt install python3-venv). {failure}") from failure
    _pip(["--require-hashes", "-r", "requirements.lock"], root)


def _install_project(root: Path) -> None:
    """This project, so that its command and its export formats are known; built by the locked hatchling."""
    _pip(["--no-deps", "--no-build-isolation", "--editable", "."], root)


def _pip(what: list[str], root: Path) -> None:
    """Run `pip install`, count the packages on the terminal, keep what it says in a log."""
    import subprocess

    log = root / ".venv" / "pip.log"
    python = _python(root / ".venv")
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", *what]
    fetched = 0
    process = subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    with process, log.open("a", encoding="utf-8") as written:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                written.write(line)
                fetched += line.startswith("Collecting ")
                if sys.stderr.isatty():
                    print(f"\r  {fetched} pakker fundet …", end="", file=sys.stderr, flush=True)
        except BaseException:
            process.kill()  # the next call must not meet a pip that still writes
            raise
        if sys.stderr.isatty():
            print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    if process.returncode != 0:
        lines = [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("ERROR")]
        reason = lines[-1].removeprefix("ERROR: ") if lines else "se loggen"
        raise SetupError(f"Pakkerne kunne ikke hentes ({reason}). Hele loggen: {log.relative_to(root)}.")


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    """
    Wait while another `make` is at it.

    The operating system holds the lock, on the open file, and lets go of it when the process ends, however it
    ends. The file itself says nothing and stays: were it removed, two calls could hold a lock on two files.
    """
    with lock.open("a") as handle:
        if not _taken(handle):
            _say("Venter på, at et andet kald gør miljøet færdigt …")
            while not _taken(handle):
                time.sleep(LOOK_SECONDS)
        yield


def _taken(handle: IO[str]) -> bool:
    """Take the lock, if nobody has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def targets(makefile: str) -> list[str]:
    """
    The targets of a Makefile that have a `##` comment.

    Examples
    --------
    >>> targets("report: x ## Lav rapporten\\nskjult: y\\ntest: ## Kør testene\\n")
    ['report', 'test']
    """
    return re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE)


def slip(variables: list[str], goals: list[str], known_goals: list[str]) -> str:
    """
    The sentence about variables and targets that do not exist.

    Examples
    --------
    >>> slip(["KOMUNE"], ["report"], ["report", "test"])
    'Variablen KOMUNE findes ikke. Mente du KOMMUNE? Intet er kørt.'
    >>> slip([], ["raport"], ["report", "test"])
    'Målet "raport" findes ikke. Mente du report? "make help" viser alle. Intet er kørt.'
    """
    sentences = [f"Variablen {name} findes ikke." + _hint(name, VARIABLES) for name in variables]
    for goal in goals:
        if goal not in known_goals:
            sentences.append(f'Målet "{goal}" findes ikke.{_hint(goal, known_goals)} "make help" viser alle.')
    return " ".join([*sentences, "Intet er kørt."])


def _hint(name: str, known: list[str] | tuple[str, ...]) -> str:
    """The nearest name, if one is near."""
    import difflib

    folded = {other.casefold(): other for other in known}
    near = difflib.get_close_matches(name.casefold().replace("å", "aa"), folded, n=1)
    return f" Mente du {folded[near[0]]}?" if near else f" Der findes: {', '.join(known)}."


def _version() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def main(command: str) -> int:
    """Do what the Makefile asks for; the exit code."""
    if command == "fejl":
        known = targets((ROOT / "Makefile").read_text(encoding="utf-8"))
        variables, goals = (os.environ.get(f"EHANDEL_{name}", "").split() for name in ("FREMMEDE", "MAAL"))
        _say(slip(variables, goals, known))
        return 2
    signal.signal(signal.SIGTERM, _stop)
    try:
        make_environment()
    except SetupError as problem:
        _say(str(problem))
        return 1
    except OSError as failure:
        _say(f"Python-miljøet .venv kan ikke laves: {failure}.")
        return 1
    except KeyboardInterrupt:
        _say("Afbrudt; miljøet laves forfra næste gang.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
