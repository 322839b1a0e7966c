"""
One report by the command line in a process of its own, on ordinary kernels.

This is how a report is made where a warm process failed, where two ways of making it
are to be compared, and where there is no fork. The process ends with the one that
started it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ehandel_lib.errors import ReportError
from ehandel_lib.run import forked
from ehandel_lib.run.writing import Order

#: The processes at work, and whether no more may begin.
_running: set[subprocess.Popen[str]] = set()
_stopped = threading.Event()


def make(order: Order, ud: Path, seconds: float = forked.TIME_LIMIT) -> None:
    """
    Make the report of an order in another folder, as `ehandel rapport --frisk` does.

    Raises
    ------
    ReportError
        It could not be made; the text is what the command said.
    DiedError
        The process ended before it could say why.
    """
    given = order.parameters
    words = ["rapport", given["kommune"], "--aar", str(given["aar"]), "--data", str(order.leverance)]
    words += ["--ud", str(ud), "--dybde", given["dybde"], "--frisk"]
    command = [sys.executable, "-m", "ehandel_lib.run.cold", str(os.getpid()), *words]
    code, said = _run(command, seconds)
    if code != 0:
        if message := _message(said):
            raise ReportError(message)
        raise forked.DiedError(f"Processen stoppede: {forked.how_it_ended(code)}.")


def _run(command: list[str], seconds: float) -> tuple[int, str]:
    """The exit code, and what was said on standard error."""
    if _stopped.is_set():
        raise ReportError("Afbrudt.")
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", errors="replace"
    )
    with process, _known(process):
        try:
            said = process.communicate(timeout=seconds)[1]
            return process.returncode, said
        except subprocess.TimeoutExpired:
            process.kill()
            raise forked.DiedError(f"Rapporten: {forked.took_too_long(seconds)}.") from None


@contextmanager
def _known(process: subprocess.Popen[str]) -> Iterator[None]:
    _running.add(process)
    try:
        yield
    finally:
        _running.discard(process)


def stopped() -> bool:
    """Is the program on its way out?"""
    return _stopped.is_set()


def stop() -> None:
    """End all that are at work, and let none begin."""
    _stopped.set()
    for process in list(_running):
        process.terminate()  # it puts its files away


def _message(said: str) -> str:
    """The message: the last lines that are not about how far it was."""
    lines = [line for line in said.splitlines() if line.strip()]
    steps = (": begyndt", ": færdig")
    return " ".join(line for line in lines if not line.endswith(steps)).strip()


def main(parent: int, words: Sequence[str]) -> None:
    """The command line, for as long as the process `parent` lives."""
    if forked.can_fork():
        forked.end_with_parent(parent)
    sys.argv = ["ehandel", *words]
    from ehandel_lib import cli

    cli.main()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
