"""
One notebook, run from top to bottom with its parameters.

The parameters are held against the notebook's own first code cell before
anything runs: a name it does not have, or a value of another kind, is an error.
A cell that fails is told with the notebook's name and the question (heading) it
stood under, and the notebook as far as it came is kept.
"""

from __future__ import annotations

import ast
import asyncio
import contextvars
import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from ehandel_lib import errors
from ehandel_lib.errors import EhandelError, ParameterError, ReportError, suggestion
from ehandel_lib.reference import PROJECT
from ehandel_lib.run import inside
from ehandel_lib.run.depth import at_depth
from ehandel_lib.run.kernels import FreshKernelManager

#: How often a kernel may fail to start: over TCP another program can take the port in between.
TRIES = 3

#: What nbclient says when the process ended before it answered at all.
NEVER_STARTED = "Kernel died before replying to kernel_info"

#: Kind of a parameter → how a Danish sentence names it.
KINDS = {"str": "en tekst", "int": "et helt tal", "float": "et tal", "bool": "True eller False"}

OnCell = Callable[[int, int], None]

# Both report every failure themselves in English; ours is the one sentence that the user gets.
for _name in ("papermill", "papermill.translators"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class NotebookError(ReportError):
    """A cell of a notebook failed; `partial` is the notebook as far as it came, `details` the traceback."""

    def __init__(self, message: str, *, notebook: str, partial: NotebookNode, details: str) -> None:
        super().__init__(message)
        self.notebook = notebook
        self.partial = partial
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels from one process to another."""
        again = partial(NotebookError, notebook=self.notebook, partial=self.partial, details=self.details)
        return again, (str(self),)


def check_parameters(notebook: Path, parameters: Mapping[str, object]) -> None:
    """
    Hold parameters against the notebook's `parameters` cell.

    A parameter that is `None` there may be given a kind by a comment: ``aar = None  # type: int``.

    Raises
    ------
    ParameterError
        The notebook has no such parameter, or the value is of another kind than the one it has there.
    """
    known = papermill.inspect_notebook(_escaped(notebook))
    for name, value in parameters.items():
        if name not in known:
            hint = suggestion(name, known)
            raise ParameterError(f'{notebook.name} har ikke parameteren "{name}".{hint}')
        kind = _kind(known[name]["default"], known[name]["inferred_type_name"])
        if kind and value is not None and type(value).__name__ != kind:
            message = f"{notebook.name}: {name} skal være {KINDS[kind]}, men er {value!r}."
            raise ParameterError(message)


def _kind(default: str, stated: str) -> str | None:
    """The kind of a parameter by its annotation or else by its literal; None if it may be anything."""
    try:
        value = ast.literal_eval(default)
    except (SyntaxError, ValueError):
        value = None
    kind = stated.split("|")[0].strip() if stated != "None" else type(value).__name__
    return kind if kind in KINDS else None


def execute(
    notebook: Path,
    parameters: Mapping[str, object],
    *,
    cwd: Path = PROJECT,
    on_cell: OnCell = lambda done, total: None,
    here: bool = False,
) -> NotebookNode:
    """
    Run a notebook in a fresh process.

    Parameters
    ----------
    notebook : Path
        The notebook; it is read only.
    parameters : mapping
        Values for its parameters, see `check_parameters`. `dybde` also says which cells run, see `depth`.
    cwd : Path, optional
        The folder that relative paths in it start from.
    on_cell : callable, optional
        Called after each cell with the number of cells done and in all.
    here : bool, optional
        Run it in this very process, which was made for it (see `forked`), instead of in a kernel.

    Returns
    -------
    NotebookNode
        The notebook with its outputs.

    Raises
    ------
    ParameterError
        Before anything runs.
    NotebookError
        A cell failed, or the process died.
    """
    check_parameters(notebook, parameters)
    run = _run_here if here else _run_in_kernel
    shown = at_depth(nbformat.read(notebook, as_version=4), parameters.get("dybde"))
    total = len(shown.cells) + 1  # papermill adds one with the parameters
    # a fork may be ended without notice: its files lie in the server's own folder, which is removed with it
    place = os.environ["IPYTHONDIR"] if here else None
    with tempfile.TemporaryDirectory(prefix="ehandel-", dir=place) as folder:
        source, output = Path(folder, f"kilde-{notebook.name}"), Path(folder, notebook.name)
        nbformat.write(shown, source)
        try:
            return run(source, output, parameters, cwd, lambda index: on_cell(index + 1, total))
        except PapermillExecutionError as failure:
            partial = nbformat.read(output, as_version=4)
            message = _sentence(notebook, partial, failure)
            raise NotebookError(
                message, notebook=notebook.name, partial=partial, details=str(failure)
            ) from None
        except (DeadKernelError, RuntimeError) as failure:
            message = (
                f"{notebook.name}: processen, som notebooken kørte i, stoppede midt i det hele ({failure})."
            )
            raise NotebookError(
                message, notebook=notebook.name, partial=shown, details=str(failure)
            ) from failure


def _run_in_kernel(
    notebook: Path, output: Path, parameters: Mapping[str, object], cwd: Path, done: Callable[[int], None]
) -> NotebookNode:
    """papermill and a kernel, a new one each time one does not come up."""
    engine = {
        "kernel_manager_class": FreshKernelManager,
        "shutdown_kernel": "immediate",
        "record_timing": False,
        "coalesce_streams": True,  # how printed text is cut into messages depends on the machine's speed
        "resources": {"metadata": {"path": str(cwd)}},
    }
    for attempt in range(TRIES):
        try:
            return _with_own_loop(lambda: _papermill(notebook, output, parameters, done, engine))
        except RuntimeError as failure:
            if NEVER_STARTED not in str(failure) or attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _run_here(
    notebook: Path, output: Path, parameters: Mapping[str, object], cwd: Path, done: Callable[[int], None]
) -> NotebookNode:
    """papermill without a kernel."""
    os.chdir(cwd)
    return _papermill(notebook, output, parameters, done, {"engine_name": inside.NAVN})


def _papermill(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, object],
    done: Callable[[int], None],
    engine: Mapping[str, object],
) -> NotebookNode:
    return papermill.execute_notebook(
        _escaped(notebook),
        _escaped(output),
        dict(parameters),
        progress_bar=False,
        request_save_on_cell_execute=False,
        on_cell_complete=lambda cell, cell_index: done(cell_index),
        **engine,
    )


def _with_own_loop(call: Callable[[], NotebookNode]) -> NotebookNode:
    """Jupyter makes an event loop for each thread and never closes it; this one is closed."""

    def inside() -> NotebookNode:
        loop = ensure_event_loop()
        try:
            return call()
        finally:
            loop.close()
            asyncio.set_event_loop(None)

    return contextvars.Context().run(inside)


def _escaped(path: Path) -> str:
    """The path for papermill, which takes braces for parameters to fill in."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _sentence(notebook: Path, partial: NotebookNode, failure: PapermillExecutionError) -> str:
    """What failed, where: our own Danish message as it is, another program's error with its last line."""
    place = f'{notebook.name} under "{_heading(partial)}"'
    own = getattr(errors, failure.ename, None)
    if isinstance(own, type) and issubclass(own, EhandelError):
        return f"{place}: {failure.evalue}"
    last_line = failure.evalue.strip().splitlines()[-1] if failure.evalue.strip() else ""
    return f"{place}: cellen kunne ikke køres ({failure.ename}: {last_line})."


def _heading(partial: NotebookNode) -> str:
    """The last heading above the cell that failed."""
    heading = "toppen af notebooken"
    for cell in partial.cells:
        if _is_failed(cell):
            break
        if cell.cell_type == "markdown" and not _is_marker(cell):
            titles = [line for line in cell.source.splitlines() if line.startswith("#")]
            heading = titles[-1].lstrip("# ") if titles else heading
    return heading


def _is_failed(cell: Any) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def _is_marker(cell: Any) -> bool:
    return "papermill-error-cell-tag" in cell.metadata.get("tags", [])
