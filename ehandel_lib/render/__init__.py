"""
Executed notebooks become a PDF, an HTML page and a workbook.

`document` reads the notebooks' Markdown and twins into one plain document;
`pdf`, `html` and `workbook` write it out. The same document gives the same
bytes. Nothing heavy is imported before it is asked for: `nbconvert` looks up
the exporters here each time somebody opens a menu.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ehandel_lib.render.collect import document
    from ehandel_lib.render.excel import workbook
    from ehandel_lib.render.exporters import HtmlExporter, PdfExporter
    from ehandel_lib.render.page import html
    from ehandel_lib.render.typeset import pdf

__all__ = ["HtmlExporter", "PdfExporter", "document", "html", "pdf", "workbook"]

#: Where each lives. No module has the name of a function: the one would hide the other.
_HOMES = {
    "document": "collect",
    "pdf": "typeset",
    "html": "page",
    "workbook": "excel",
    "PdfExporter": "exporters",
    "HtmlExporter": "exporters",
}


def __getattr__(name: str) -> Any:
    """Import the one function or class that is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
