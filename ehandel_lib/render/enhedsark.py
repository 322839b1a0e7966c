"""
A unit's page as PDF: the pages that one executed notebook shows, each a file of its own.

The notebook is run once for all units of a municipality. The section before its
first page is the method note, which is printed at the foot of each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode

from ehandel_lib.render.collect import document
from ehandel_lib.render.typeset import TEMPLATE, pdf

#: The report's look, which the page shares: its template down to where the report's own pages begin.
_FORSIDE = b"// ---- front page"
_ARK = Path(__file__).with_name("enhedsark.typ")


class Side(NamedTuple):
    """One unit's page: the unit's name and id, and the document that the PDF is made of."""

    navn: str
    enhed_id: str
    dokument: dict[str, Any]


def sider(notebook: NotebookNode) -> list[Side]:
    """The pages that an executed notebook shows, in order."""
    whole = document([notebook])
    (chapter,) = whole.pop("kapitler")
    blocks = chapter["blokke"]
    starts = [place for place, block in enumerate(blocks) if block.get("ark")]
    before = blocks[: starts[0]] if starts else []
    note = max((place for place, block in enumerate(before) if block["slags"] == "overskrift"), default=0)
    foot = before[note:]
    pages = []
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        head, *body = blocks[start:end]
        name = head["indhold"][0]["tekst"]
        page = {"id": "ark", "titel": name, "blokke": [*_numbered(body), *foot]}
        pages.append(Side(name, head["ark"].partition("-")[2], {**whole, "kapitler": [page]}))
    return pages


def _numbered(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, with the page's figures and tables counted from 1."""
    count = {"figur": 0, "tabel": 0}
    numbered = []
    for block in blocks:
        if block["slags"] in count:
            count[block["slags"]] += 1
            block = {**block, "nummer": count[block["slags"]]}
        numbered.append(block)
    return numbered


def side_pdf(side: Side) -> bytes:
    """The page as PDF/UA."""
    look, found, _ = TEMPLATE.read_bytes().partition(_FORSIDE)
    assert found, "the report's template has lost the mark before its front page"
    return pdf(side.dokument, look + _ARK.read_bytes())
