"""
The files of one report, from notebooks that are to be run to finished names.

An order says all there is to know, so that any process can carry it out: the one that
was asked, with ordinary kernels, or a fork of the fork server, which forks again for
each notebook and each form of the report.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from ehandel_lib import load, provenance, proveniens, render
from ehandel_lib.datakvalitet import skriv_datakvalitet
from ehandel_lib.errors import ReportError
from ehandel_lib.run import forked, noegle, output
from ehandel_lib.run.execute import NotebookError, execute
from ehandel_lib.run.progress import OnStep, silent
from ehandel_lib.run.side_by_side import execute_all
from ehandel_lib.run.stored import stored, without_paths, write

#: The forms of the report by file name, the slowest first.
FORMER = {"rapport.pdf": "pdf", "rapport.html": "html", "tabeller.xlsx": "workbook"}


@dataclass(frozen=True)
class Order:
    """A report to make: of what, from which notebooks, into which folder, with how many processes
    and which settings beside those that every notebook has."""

    target: Path
    leverance: Path
    notebooks: tuple[Path, ...]
    parameters: Mapping[str, Any]
    own: Mapping[str, Mapping[str, Any]]
    ophav: Mapping[str, Any]
    cwd: Path
    processer: int
    miljoe: Mapping[str, str] = field(default_factory=dict)
    kilder: Mapping[str, str] = field(default_factory=dict)

    def of_notebook(self, path: Path) -> dict[str, Any]:
        """The parameters of one notebook: those of all, and its own."""
        return {**self.parameters, **self.own.get(path.name, {})}


def write_report(order: Order, progress: OnStep = silent, *, warm: bool = False) -> Path:
    """
    Run the notebooks and write all files of a report.

    Parameters
    ----------
    order : Order
    progress : callable, optional
        Told how far it is.
    warm : bool, optional
        This process has its imports done, one thread and no data: fork for each part instead of starting
        kernels.

    Returns
    -------
    Path
        The report's folder.

    Raises
    ------
    ReportError
        A notebook or the rendering fails or a file cannot be written. The folder `fejl` then says why.
    """
    with output.written_beside(order.target) as work, _kept_where_it_fails(order.target) as kept:
        executed = _forked(order, progress) if warm else _in_kernels(order, progress)
        kept.update({file: write(notebook) for file, notebook in executed.items()})
        (work / output.NOTEBOOKS).mkdir()
        for file, content in kept.items():
            (work / output.NOTEBOOKS / file).write_bytes(content)
        document = render.document(list(executed.values()))
        parts = [partial(_write_form, document, file, work / file) for file in FORMER]
        _carry_out([*parts, partial(_write_data, order, work)], order, progress, warm)
        noegle.write(work, order.kilder)
    return order.target


def write_warm(order: Order, progress: OnStep) -> Path:
    """`write_report` for a process that was forked for it, and that its notebooks are forked from."""
    os.environ.update(order.miljoe)
    load.kend(order.parameters["kommune"], order.parameters["aar"], order.leverance)
    return write_report(order, progress, warm=True)


def _in_kernels(order: Order, progress: OnStep) -> dict[str, NotebookNode]:
    executed = execute_all(order.notebooks, order.parameters, own=order.own, cwd=order.cwd, progress=progress)
    return {file: stored(notebook) for file, notebook in executed.items()}


def _forked(order: Order, progress: OnStep) -> dict[str, NotebookNode]:
    tasks = [partial(_run_here, path, order) for path in order.notebooks]
    executed = forked.side_by_side(tasks, at_a_time=order.processer, progress=progress)
    return {path.name: notebook for path, notebook in zip(order.notebooks, executed, strict=True)}


def _run_here(path: Path, order: Order, progress: OnStep) -> NotebookNode:
    """One notebook, in the process that was forked for it."""
    progress(path.stem, 0, 1)
    on_cell = partial(progress, path.stem)
    notebook = stored(execute(path, order.of_notebook(path), cwd=order.cwd, on_cell=on_cell, here=True))
    progress(path.stem, 1, 1)
    return notebook


def _carry_out(tasks: Sequence[forked.Task[None]], order: Order, progress: OnStep, warm: bool) -> None:
    """Write the files, and tell how many are written."""
    done = 0

    def one_more(*_: object) -> None:
        nonlocal done
        progress("Rapporten skrives", done, len(tasks))
        done += 1

    one_more()
    if warm:
        forked.side_by_side(tasks, at_a_time=order.processer, progress=one_more)
        return
    for task in tasks:
        task(one_more)


def _write_form(document: dict[str, Any], file: str, path: Path, progress: OnStep) -> None:
    path.write_bytes(getattr(render, FORMER[file])(document))
    progress(file, 1, 1)


def _write_data(order: Order, work: Path, progress: OnStep) -> None:
    """What is made from the data and not from the notebooks."""
    given = order.parameters
    data = load.hent(given["kommune"], given["aar"], order.leverance)
    facts = {**provenance.facts(data, given["dybde"]), **order.ophav}
    (work / "datakvalitet.csv").write_bytes(skriv_datakvalitet(data))
    (work / proveniens.FILNAVN).write_bytes(proveniens.as_json(facts))
    progress(proveniens.FILNAVN, 1, 1)


@contextmanager
def _kept_where_it_fails(target: Path) -> Iterator[dict[str, bytes]]:
    """The notebooks that are executed by then: where it fails, they are left with the reason and its log."""
    files: dict[str, bytes] = {}
    try:
        yield files
    except NotebookError as failure:
        files[failure.notebook] = write(stored(failure.partial))
        _keep(target, str(failure), failure.details, files)
        place = target / output.FAILURE
        raise ReportError(f"{failure} Notebooken, så langt den nåede, ligger i {place}.") from failure
    except ReportError as failure:
        _keep(target, str(failure), _traceback(failure), files)
        what = "De kørte notebooks" if files else "Loggen"  # none where no kernel could be started
        raise ReportError(f"{failure} {what} ligger i {target / output.FAILURE}.") from failure
    except OSError as failure:
        with suppress(ReportError):
            _keep(target, output.cannot_write(failure, target), _traceback(failure), files)
        raise
    except Exception as failure:
        reason = (
            f"Der skete en fejl i programmet selv ({type(failure).__name__}). fejl.log har hele beskeden."
        )
        with suppress(ReportError):  # what went wrong first is the thing to tell
            _keep(target, reason, _traceback(failure), files)
        raise


def _keep(target: Path, reason: str, details: str, files: Mapping[str, bytes]) -> None:
    output.keep_failure(target, reason, {**files, "fejl.log": details.encode(errors="backslashreplace")})


def _traceback(failure: Exception) -> str:
    """Where in the program it went wrong, without this machine's folders."""
    told: str = without_paths("".join(traceback.format_exception(failure)))
    return told
