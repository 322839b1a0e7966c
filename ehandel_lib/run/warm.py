"""
Processes with their imports done, for whoever makes reports.

`with forks() as server` starts the fork server and goes on at once: it imports while the
delivery is read. `server.call(function, …)` runs a function of ours in a fresh
process. Where there is no fork there is no server, and the notebooks get
ordinary kernels.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ehandel_lib.run import forked
from ehandel_lib.run.forked import DiedError, how_it_ended, took_too_long
from ehandel_lib.run.progress import OnStep, silent
from ehandel_lib.run.settings import environment

#: So long may the server take to end its processes in order.
CLOSING_SECONDS = 30


class Server:
    """A running fork server; several threads may call it at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._was_asked = False
        self.folder = tempfile.mkdtemp(prefix="ehandel-")
        self._control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ehandel_lib.run.fork_server", str(theirs.fileno()), self.folder],
                env=environment(Path(self.folder)),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches the program alone, which ends the others in order
            )

    def call(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        progress: OnStep = silent,
        seconds: float = forked.TIME_LIMIT,
    ) -> Any:
        """
        Run a function in a fresh process.

        Parameters
        ----------
        function : callable
            A function of a module; it is given the arguments and a function that tells how far it is.
        progress : callable, optional
            Told what it tells.
        seconds : float, optional
            How long it may take.

        Raises
        ------
        DiedError
            The process ended before it had answered, or took too long.
        Exception
            What the function raised.
        """
        ours, theirs = socket.socketpair()
        with Connection(ours.detach()) as messages:
            with theirs, self._lock:
                self._was_asked = True
                try:
                    socket.send_fds(self._control, [b"1"], [theirs.fileno()])
                except OSError as failure:
                    raise DiedError("processen, som de andre startes fra, er væk") from failure
            return self._answer(messages, (function, arguments), progress, seconds)

    def _answer(
        self, messages: Connection, what: tuple[Callable[..., Any], Any], progress: OnStep, seconds: float
    ) -> Any:
        """What comes back, up to the message that the process has ended."""
        until, pid, answer, failure = time.monotonic() + seconds, 0, None, None
        answered = False
        while True:
            if not messages.poll(max(0.0, until - time.monotonic())):
                _kill(pid)
                raise DiedError(took_too_long(seconds))
            try:
                kind, *content = messages.recv()
            except (EOFError, OSError):
                raise DiedError(how_it_ended(-signal.SIGKILL)) from None
            if kind == "pid":
                pid = content[0]
                messages.send(what)
            elif kind == "trin":
                progress(*content)
            elif kind == "svar":
                answer, answered = content[0], True
            elif kind == "fejl":
                failure = content[0]
            elif failure is not None:
                raise failure
            elif not answered:
                raise DiedError(how_it_ended(content[0]))
            else:
                return answer

    def close(self) -> None:
        """End the server and everything it has started, and remove the folder of its settings."""
        self._control.close()
        if self._was_asked:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=CLOSING_SECONDS)
        if self.process.poll() is None:
            self.process.kill()  # its children end with it
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        if pid:
            os.kill(pid, signal.SIGKILL)


@contextmanager
def forks(*, frisk: bool = False) -> Iterator[Server | None]:
    """
    A fork server for as long as the block lasts; None where there is no fork, or `frisk` asks for none.

    Examples
    --------
    >>> with forks(frisk=True) as server:
    ...     print(server)
    None
    """
    if frisk or not forked.can_fork():
        yield None
        return
    server = Server()
    try:
        yield server
    finally:
        server.close()
