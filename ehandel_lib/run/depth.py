"""
How much of each notebook goes into the report.

A cell tagged `fuld` is detail: it is taken out of the short form before the notebook
runs, and runs in the full one. In JupyterLab nothing is taken out.
"""

from __future__ import annotations

import copy

from nbformat import NotebookNode

from ehandel_lib.errors import ParameterError, suggestion

KORT, FULD = "kort", "fuld"

#: What a report is, unless its maker asks for the other.
DYBDER = (KORT, FULD)

#: The tag of a cell that the short form leaves out.
MAERKE = FULD


def asked(text: str | None) -> str:
    """
    The depth that the user wrote; the short form where they wrote nothing.

    Raises
    ------
    ParameterError
        There is no such depth.

    Examples
    --------
    >>> asked(None), asked(" Fuld ")
    ('kort', 'fuld')
    """
    if not text:
        return KORT
    depth = text.strip().casefold()
    if depth not in DYBDER:
        hint = suggestion(depth, DYBDER)
        raise ParameterError(f'Dybden skal være kort eller fuld, men er "{text[:40]}".{hint}')
    return depth


def at_depth(notebook: NotebookNode, depth: object) -> NotebookNode:
    """
    The notebook as it runs at a depth: in the short form without the cells that are detail.

    Parameters
    ----------
    notebook : NotebookNode
    depth : str or None
        None is all of it, as in JupyterLab.
    """
    if depth != KORT:
        return notebook
    shown = copy.deepcopy(notebook)
    shown.cells = [cell for cell in shown.cells if MAERKE not in cell.metadata.get("tags", [])]
    return shown
