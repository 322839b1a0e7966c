"""
The report's formats for `nbconvert`, and so for JupyterLab's Save and Export menu.

A single notebook becomes a report of one chapter:
`jupyter nbconvert --to ehandel-pdf notebook.ipynb` (with `--execute` it is run first).
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from ehandel_lib.render.collect import document
from ehandel_lib.render.page import html
from ehandel_lib.render.typeset import pdf


class PdfExporter(Exporter):
    """An executed notebook as the report's PDF."""

    export_from_notebook = "E-handel PDF"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]  # as in nbconvert's own exporters to bytes and text
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The notebook as PDF, and nbconvert's resources."""
        notebook, found = super().from_notebook_node(nb, resources, **kw)
        return pdf(document([notebook])), found


class HtmlExporter(Exporter):
    """An executed notebook as the report's page."""

    export_from_notebook = "E-handel HTML"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # as in nbconvert's own exporters to bytes and text
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The notebook as HTML, and nbconvert's resources."""
        notebook, found = super().from_notebook_node(nb, resources, **kw)
        return html(document([notebook])).decode("utf-8"), found
