"""
A notebook's cells, run by the very process that reads the notebook.

papermill hands its notebook to an engine. This one starts no kernel: it runs the
cells in an IPython shell of its own, in a process that was made for this notebook
alone (see `forked`). What the cells show is kept as a kernel would have sent it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from ipykernel.compiler import XCachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.session import json_packer, json_unpacker
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets.config import Config

#: The engine's name, as papermill is asked for it.
NAVN = "ehandel-samme-proces"


class Outputs(list[NotebookNode]):
    """What a cell has shown so far, in the order it was shown."""

    def __init__(self) -> None:
        self.printed = {"stdout": "", "stderr": ""}

    def add(self, kind: str, **content: Any) -> None:
        """Keep one output, as it looks after its way through a kernel's messages."""
        self.flush()
        self.append(new_output(kind, **json_unpacker(json_packer(content))))

    def flush(self) -> None:
        """Keep what was printed since the last output: one text a cell for each stream, as nbclient has."""
        for name, text in self.printed.items():
            kept = [output for output in self if output.get("name") == name]
            if kept:
                kept[0].text += text
            elif text:
                self.append(new_output("stream", name=name, text=text))
        self.printed = dict.fromkeys(self.printed, "")


class _Stream(io.TextIOBase):
    """Where a cell prints."""

    def __init__(self, name: str, outputs: Outputs) -> None:
        self._name, self._outputs = name, outputs

    encoding = "UTF-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._outputs.printed[self._name] += text
        return len(text)


class _Display(DisplayPublisher):
    """Takes what `display` shows."""

    shell: Shell

    def publish(self, data: Any, metadata: Any = None, *, update: bool = False, **_: Any) -> None:  # type: ignore[override]
        if not update:
            self.shell.outputs.add("display_data", data=data, metadata=metadata or {})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class _Result(DisplayHook):
    """Takes the value of a cell's last expression."""

    shell: Shell

    def write_output_prompt(self) -> None:
        """A kernel writes none."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        count = self.prompt_count
        self.shell.outputs.add(
            "execute_result", data=format_dict, metadata=md_dict or {}, execution_count=count
        )

    def finish_displayhook(self) -> None:
        """All is kept already."""


class Shell(InteractiveShell):
    """IPython without a terminal, a history or a user's own start-up files."""

    displayhook_class = _Result
    display_pub_class = _Display
    compiler_class = XCachingCompiler

    def __init__(self, **kwargs: Any) -> None:
        self.outputs = Outputs()
        quiet = Config({"HistoryManager": {"enabled": False}})
        super().__init__(config=quiet, **kwargs)

    def run(self, source: str) -> tuple[Outputs, int, bool]:
        """Run a cell: what it showed, its number, and whether it went well."""
        self.outputs = Outputs()
        count = self.execution_count
        out, err = (_Stream(name, self.outputs) for name in ("stdout", "stderr"))
        with redirect_stdout(out), redirect_stderr(err):
            result = self.run_cell(source, store_history=True)
        self.outputs.flush()
        return self.outputs, count, result.success

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.outputs.add("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)

    def init_io(self) -> None:
        """The streams are set for each cell."""

    def enable_gui(self, gui: Any = None) -> None:
        """There is none."""


class SameProcess(Engine):
    """papermill's engine that runs the cells here."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        on_cell_complete: Callable[..., object],
        **_: Any,
    ) -> None:
        """Run cell by cell, as papermill's own engine does, until one fails."""
        shell = Shell.instance()
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            fine = True
            if cell.cell_type == "code" and cell.source.strip():
                cell.outputs, cell.execution_count, fine = shell.run(cell.source)
            if not fine:
                nb_man.cell_exception(cell, cell_index=index)
            nb_man.cell_complete(cell, cell_index=index)
            on_cell_complete(cell=cell, cell_index=index)
            if not fine:
                return


papermill_engines.register(NAVN, SameProcess)
