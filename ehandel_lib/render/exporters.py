"""
The report's formats for `nbconvert`, and so for JupyterLab's Save and Export menu.

A single notebook becomes a report of one chapter:
`jupyter nbconvert --to ehandelPDF notebook.ipynb` (with `--execute` it is run first).
"""

from __future__ import annotations

from typing import Any, ClassVar

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from ehandel_lib.render.collect import document
from ehandel_lib.render.page import html
from ehandel_lib.render.typeset import pdf


class ReportExporter(Exporter):
    """An executed notebook in one of the report's forms: a name in the menu, an ending and how it is made."""

    ending: ClassVar[str]

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return self.ending

    def form(self, document: dict[str, Any]) -> bytes | str:
        """The document in this form."""
        raise NotImplementedError

    def from_notebook_node(  # type: ignore[override]  # as in nbconvert's own exporters to bytes and text
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes | str, dict[str, Any]]:
        """The notebook in this form, and nbconvert's resources."""
        notebook, found = super().from_notebook_node(nb, resources, **kw)
        return self.form(document([notebook])), found


class PdfExporter(ReportExporter):
    """An executed notebook as the report's PDF."""

    export_from_notebook = "E-handel PDF"
    output_mimetype = "application/pdf"
    ending = ".pdf"

    def form(self, document: dict[str, Any]) -> bytes:
        """As PDF/UA."""
        return pdf(document)


class HtmlExporter(ReportExporter):
    """An executed notebook as the report's page."""

    export_from_notebook = "E-handel HTML"
    output_mimetype = "text/html"
    ending = ".html"

    def form(self, document: dict[str, Any]) -> str:
        """As text, which is what nbconvert writes a page from."""
        return html(document).decode("utf-8")
