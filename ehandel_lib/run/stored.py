"""
What is kept of an executed notebook.

The outputs and the parameters are; clock times, random cell ids, the machine's
paths and the exact Python build are not: two runs on two machines then leave the
same bytes, and the PDF, the web page and the workbook are made from those.
"""

from __future__ import annotations

import copy
import os
import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from ehandel_lib.reference import PROJECT

#: papermill's tag on the cells that it adds to point at a failure.
MARKER = "papermill-error-cell-tag"

#: What a warning calls the cell it came from: a file named after the process.
CELL_FILE = re.compile(r"ipykernel_\d+[/\\]\d+\.py")


def stored(notebook: NotebookNode) -> NotebookNode:
    """A copy of an executed notebook, as it came from `execute`, without what differs between machines."""
    kept = copy.deepcopy(notebook)
    kept.cells = [cell for cell in kept.cells if MARKER not in cell.metadata.get("tags", [])]
    kept.metadata.pop("papermill", None)
    kept.metadata.pop("widgets", None)
    kept.metadata["language_info"] = NotebookNode(name="python")
    for number, cell in enumerate(kept.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        cell["id"] = f"celle-{number}"
        if "outputs" in cell:
            cell.outputs = [without_paths(output) for output in cell.outputs]
    return kept


def write(notebook: NotebookNode) -> bytes:
    """The notebook as the bytes of its file."""
    text: str = nbformat.writes(notebook, version=4, ensure_ascii=False)
    return text.encode() + b"\n"


def without_paths(value: Any) -> Any:
    """
    The same output with the machine's own folders left out of its texts.

    Examples
    --------
    >>> without_paths({"text": [f"File {PROJECT / 'rates.py'}, line 3"]})
    {'text': ['File rates.py, line 3']}
    """
    if isinstance(value, dict):
        return type(value)({key: without_paths(part) for key, part in value.items()})
    if isinstance(value, list):
        return [without_paths(part) for part in value]
    if not isinstance(value, str):
        return value
    for folder in _machine_folders():
        value = value.replace(folder + os.sep, "")
    return CELL_FILE.sub("celle", value)


@cache
def _machine_folders() -> list[str]:
    """The folders of this machine that can turn up in a message, the longest first."""
    found = {Path(sys.prefix), Path(sys.base_prefix), PROJECT, Path.home(), Path(tempfile.gettempdir())}
    names = {str(form) for folder in found for form in (folder, folder.resolve()) if len(form.parts) > 1}
    return sorted(names, key=lambda name: (-len(name), name))
