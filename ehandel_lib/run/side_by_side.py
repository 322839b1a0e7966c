"""
Several notebooks at once, each in its own process.

The first that fails ends the others: without it there is no report, and its
message should not wait for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event

from nbformat import NotebookNode

from ehandel_lib.reference import PROJECT
from ehandel_lib.run import kernels
from ehandel_lib.run.execute import execute
from ehandel_lib.run.progress import OnStep, silent

#: Notebooks that run side by side: one for each of two cores. More would only need more memory.
AT_A_TIME = 2


#: How often a wait comes up to see whether it was interrupted. Polars' own handler of Ctrl-C lets an endless
#: wait go on, and Python then hears of the signal only when something else happens.
LISTEN_SECONDS = 0.3


class StoppedError(Exception):
    """Ends a notebook that runs beside one that failed."""


def execute_all(
    notebooks: Sequence[Path],
    parameters: Mapping[str, object],
    *,
    own: Mapping[str, Mapping[str, object]] | None = None,
    cwd: Path = PROJECT,
    progress: OnStep = silent,
) -> dict[str, NotebookNode]:
    """
    Run the notebooks with the same parameters.

    Parameters
    ----------
    notebooks : sequence of Path
        They are begun in this order.
    parameters : mapping
        See `execute.execute`.
    own : mapping, optional
        File name → parameters that only that notebook has.
    cwd : Path, optional
        The folder that relative paths in them start from.
    progress : callable, optional
        Told after each cell, with the notebook's name.

    Returns
    -------
    dict
        File name → executed notebook, in the order given.

    Raises
    ------
    ParameterError, NotebookError
        Of the first notebook that failed.
    """
    stopped = Event()
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        try:
            waiting = [
                pool.submit(
                    _one, path, {**parameters, **(own or {}).get(path.name, {})}, cwd, progress, stopped
                )
                for path in notebooks
            ]
            _wait_for(waiting)
            return {path.name: future.result() for path, future in zip(notebooks, waiting, strict=True)}
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            kernels.kill_all()
            raise


def _wait_for(waiting: Sequence[Future[NotebookNode]]) -> None:
    """Until all are done or one has failed; then raise its error."""
    while True:
        done, rest = wait(waiting, timeout=LISTEN_SECONDS, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
        if not rest:
            return


def _one(
    path: Path, parameters: Mapping[str, object], cwd: Path, progress: OnStep, stopped: Event
) -> NotebookNode:
    """Run a notebook, unless a stop comes in between."""

    def on_cell(done: int, total: int) -> None:
        if stopped.is_set():
            raise StoppedError
        progress(path.stem, done, total)

    on_cell(0, 1)
    executed = execute(path, parameters, cwd=cwd, on_cell=on_cell)
    progress(path.stem, 1, 1)
    return executed
