"""
How far it is: a bar on a terminal, a line for each step elsewhere.

A step of the work calls `progress(step, done, total)`. Whoever started it decides
what is shown; nothing is shown by default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

#: Called with the step's name, how many parts of it are done, and how many there are.
OnStep = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Show nothing."""


@contextmanager
def shown(console: Console) -> Iterator[OnStep]:
    """
    Show each step on the console for as long as the block lasts.

    Examples
    --------
    >>> with shown(Console(force_terminal=False, width=60)) as progress:
    ...     progress("1_varekategorier", 0, 9)
    ...     progress("1_varekategorier", 5, 9)
    ...     progress("1_varekategorier", 9, 9)
    1_varekategorier: begyndt
    1_varekategorier: færdig
    """
    if console.is_terminal:
        with _bars(console) as progress:
            yield progress
    else:
        yield _lines(console)


@contextmanager
def _bars(console: Console) -> Iterator[OnStep]:
    """One bar a step."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), MofNCompleteColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console) as bars:

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(escape(step), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield progress


def _lines(console: Console) -> OnStep:
    """One line when a step begins and one when it is done."""
    said: set[tuple[str, str]] = set()

    def progress(step: str, done: int, total: int) -> None:
        state = "færdig" if done >= total else "begyndt"
        if (step, state) not in said:
            said.add((step, state))
            console.print(f"{step}: {state}", markup=False, highlight=False, soft_wrap=True)

    return progress
