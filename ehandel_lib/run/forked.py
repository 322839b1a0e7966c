"""
A fresh process that has its imports done: a fork of one that has.

A task runs in the new process and its result comes back through a pipe. The process
begins as the old one stood (same modules, same settings), gets chance and working
folder of its own, and ends with the task: nothing that a task does is seen by the
next. The process that forks has one thread; it never reads data itself. Linux only:
a process there is told to end when its parent does, however that happened.
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NoReturn, TypeVar

from ehandel_lib.errors import ReportError
from ehandel_lib.run.progress import OnStep, silent

T = TypeVar("T")

#: Work for a process of its own. It may tell how far it is.
Task = Callable[[OnStep], T]

#: prctl's PR_SET_PDEATHSIG, from linux/prctl.h.
_SET_DEATH_SIGNAL = 1

#: A task may take this long. The slowest notebook on the largest delivery measured takes a minute.
TIME_LIMIT = 30 * 60


class DiedError(ReportError):
    """A process ended before its task was done, or was ended because it took too long."""


def can_fork() -> bool:
    """Windows has no fork, and macOS's own libraries do not stand one."""
    return sys.platform == "linux"


def end_with_parent(parent: int) -> None:
    """Have the system end this process when the process `parent` ends."""
    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it was asked
        os._exit(1)


def start(task: Task[object], messages: Connection) -> int:
    """Run a task in a forked process, which writes to `messages`; its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _be_the_child(task, messages, parent)
    return pid


def _be_the_child(task: Task[object], messages: Connection, parent: int) -> NoReturn:
    code = 1
    try:
        end_with_parent(parent)
        _start_afresh()
        answer = task(lambda step, done, total: messages.send(("trin", step, done, total)))
        messages.send(("svar", answer))
        code = 0
    except BaseException as failure:
        messages.send(("fejl", _sendable(failure)))
    finally:
        os._exit(code)  # no clean-up of what belongs to the parent


def _start_afresh() -> None:
    """Chance and signals as in a process that was just started."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that started it all


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _sendable(failure: BaseException) -> BaseException:
    """The error itself, or where it cannot be sent, one with its text."""
    import pickle

    try:
        pickle.loads(pickle.dumps(failure))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(failure)))
    return failure


def side_by_side(tasks: Sequence[Task[T]], *, at_a_time: int, progress: OnStep = silent) -> list[T]:
    """
    Run tasks in processes of their own, and wait for them.

    Parameters
    ----------
    tasks : sequence of callable
        Each is given a function that tells how far it is.
    at_a_time : int
        How many processes there are at once.
    progress : callable, optional
        Told what the tasks tell.

    Returns
    -------
    list
        What the tasks returned, in their order.

    Raises
    ------
    DiedError
        A process ended before its task was done.
    Exception
        What the first task that failed raised; the others are ended.
    """
    answers: dict[int, T] = {}
    waiting = list(enumerate(tasks))
    running: dict[Connection, tuple[int, int, float]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_a_time:
                place, task = waiting.pop(0)
                messages, its_end = Pipe(duplex=False)
                pid = start(task, its_end)
                its_end.close()
                running[messages] = place, pid, time.monotonic() + TIME_LIMIT
            for messages in _ready(running):
                place, pid, _ = running[messages]
                done, answer = _hear(messages, pid, progress)
                if done:
                    answers[place] = answer
                    del running[messages]
    finally:
        for messages, (_, pid, _) in running.items():
            end(pid)
            messages.close()
    return [answers[place] for place in range(len(tasks))]


def _ready(running: dict[Connection, tuple[int, int, float]]) -> list[Connection]:
    """Those that have said something, as soon as one has."""
    soonest = min(until for _, _, until in running.values())
    found = wait(list(running), timeout=max(0.0, soonest - time.monotonic()))
    if not found:
        raise DiedError(took_too_long(TIME_LIMIT))
    return [messages for messages in found if isinstance(messages, Connection)]


def took_too_long(seconds: float) -> str:
    """The sentence about a task that was ended."""
    return f"den blev stoppet, fordi den havde taget over {seconds / 60:.0f} minutter"


def _hear(messages: Connection, pid: int, progress: OnStep) -> tuple[bool, Any]:
    """One message: whether it was the last, and the answer."""
    try:
        kind, *content = messages.recv()
    except EOFError:
        raise DiedError(how_it_ended(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))) from None
    if kind == "trin":
        progress(*content)
        return False, None
    os.waitpid(pid, 0)
    messages.close()
    if kind == "fejl":
        raise content[0]
    return True, content[0]


def how_it_ended(code: int) -> str:
    """
    What an exit code says.

    Examples
    --------
    >>> how_it_ended(-9)
    'den blev dræbt (SIGKILL), måske fordi der ikke var mere hukommelse'
    >>> how_it_ended(-11), how_it_ended(3)
    ('den brød sammen (SIGSEGV)', 'den sluttede med kode 3')
    """
    if code == -signal.SIGKILL:
        return "den blev dræbt (SIGKILL), måske fordi der ikke var mere hukommelse"
    if code < 0:
        return f"den brød sammen ({signal.Signals(-code).name})"
    return f"den sluttede med kode {code}"


def end(pid: int) -> None:
    """End a child now, and what it started with it."""
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
