"""
The process that the others are forked from.

The program starts it once, with the settings of a notebook's kernel. It imports what the
notebooks and the rendering need, and then does nothing but fork: for each request
a process that does the work and answers over a connection of its own. It has one
thread, reads no data, and ends, with all it has started, when the program is gone.
"""

from __future__ import annotations

import ast
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path

import nbformat

from ehandel_lib.reference import PROJECT
from ehandel_lib.run import forked, rehearsal
from ehandel_lib.run.progress import OnStep

#: What every report needs beside what its notebooks import.
MODULES = (
    "ehandel_lib.run.inside",
    "ehandel_lib.run.writing",
    "ehandel_lib.render.collect",
    "ehandel_lib.render.excel",
    "ehandel_lib.render.page",
    "ehandel_lib.render.typeset",
)

#: So long has a process to put its files away before it is ended.
GRACE_SECONDS = 20.0


def import_all() -> None:
    """What the notebooks and the rendering need; what cannot be imported fails where it is used."""
    for name in [*MODULES, *imported_by_notebooks()]:
        with suppress(Exception):
            import_module(name)
    from ehandel_lib import provenance

    provenance.software()  # asks git: once for all reports
    rehearsal.rehearse()


def imported_by_notebooks(folder: Path = PROJECT / "notebooks") -> list[str]:
    """The modules named in the notebooks' cells."""
    found: dict[str, None] = {}
    for path in sorted(folder.glob("[0-9]*.ipynb")):
        with suppress(Exception):
            for cell in nbformat.read(path, as_version=4).cells:
                if cell.cell_type == "code":
                    found |= dict.fromkeys(_imported(cell.source))
    return list(found)


def _imported(source: str) -> list[str]:
    """
    The modules that a cell imports; a name out of a package may be a module too.

    Examples
    --------
    >>> _imported("from ehandel_lib import rates")
    ['ehandel_lib', 'ehandel_lib.rates']
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def serve(control: socket.socket) -> None:
    """Fork for each connection that comes in, until the program is gone."""
    workers: dict[int, Connection] = {}
    child_ended, wakes = socket.socketpair()
    for end in (child_ended, wakes):
        end.setblocking(False)
    signal.set_wakeup_fd(wakes.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as asked:
        asked.register(control, selectors.EVENT_READ)
        asked.register(child_ended, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in asked.select()]
            if child_ended in ready:
                child_ended.recv(4096)
            _tell_of_the_ended(workers)
            if control in ready:
                _, connections, _, _ = socket.recv_fds(control, 1, 1)
                if not connections:
                    break
                _begin(Connection(connections[0]), workers, control)
    _end(workers)


def _begin(messages: Connection, workers: dict[int, Connection], control: socket.socket) -> None:
    """A process that asks what to do."""

    def task(progress: OnStep) -> object:
        control.close()
        for other in workers.values():
            other.close()
        messages.send(("pid", os.getpid()))
        function, arguments = messages.recv()
        return function(*arguments, progress)

    workers[forked.start(task, messages)] = messages


def _tell_of_the_ended(workers: dict[int, Connection]) -> None:
    for pid in list(workers):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with workers.pop(pid) as messages, suppress(OSError):
                messages.send(("slut", os.waitstatus_to_exitcode(status)))


def _end(workers: dict[int, Connection]) -> None:
    """Ask the processes to put their files away; those that do not are ended."""
    for pid in workers:
        os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + GRACE_SECONDS
    while workers and time.monotonic() < until:
        _tell_of_the_ended(workers)
        time.sleep(0.02)
    for pid in workers:
        forked.end(pid)


def _search_as_a_kernel() -> None:
    """Look for modules in the notebook's working folder after Python's own, not before."""
    del sys.path[0]  # the program's working folder, put there by python -m
    installed = (place for place, path in enumerate(sys.path) if path.endswith("-packages"))
    sys.path.insert(next(installed, 0), "")


def main(fd: int, folder: str) -> None:
    """Import, serve, and remove the folder of the settings."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _search_as_a_kernel()
    try:
        import_all()
        serve(socket.socket(fileno=fd))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
