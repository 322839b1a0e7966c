"""
The document as a PDF for people, screen readers and archives.

Typst sets it with our template; what it gets is data, never markup, and it reads
no file but the template. The file meets PDF/UA-1 and PDF/A-3a, carries each table
as CSV, and is the same bytes for the same document.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from ehandel_lib.errors import ReportError
from ehandel_lib.render import columns, layout, tagtree
from ehandel_lib.render.attachments import attachments
from ehandel_lib.render.glyphs import FONTS, fallback_folder, tegn

TEMPLATE = Path(__file__).with_name("rapport.typ")

STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]

#: The date of a report without a single post, which has no as-of date of its own.
INGEN_DATO = "1970-01-01"

#: A name of this length, as a file's or an address, may break after its signs; a word of the other anywhere.
LANGT_NAVN, LANGT_ORD = 17, 30

#: A figure is no higher than this, in points: it shares its page with its heading and its finding.
FIGURHOEJDE = 520.0


def pdf(document: dict[str, Any], template: bytes | None = None) -> bytes:
    """
    The report as PDF.

    Parameters
    ----------
    document : dict
        From `render.document`.
    template : bytes, optional
        Another template than the report's, which gets the same data; the tables behind the figures stand
        under them there and not in an appendix.

    Raises
    ------
    ReportError
        Typst could not set the document; the message says why.

    See Also
    --------
    html : the same document as a page.
    """
    import typst

    view = layout.printed(document, lambda value: _breakable(tegn(value)))
    view["vedlaeg"] = attachments(document)
    tables = _placed(view, appendix=template is None)
    try:
        raw = typst.compile(  # type: ignore[misc]  # its stub wants one type for template and font folders
            template or TEMPLATE.read_bytes(),
            font_paths=[FONTS, fallback_folder()],
            ignore_system_fonts=True,
            sys_inputs={"dokument": json.dumps(view, ensure_ascii=False)},
            pdf_standards=[*STANDARDS],
            timestamp=_timestamp(document),
        )
    except typst.TypstError as error:
        raise ReportError(f"PDF'en kan ikke sættes: {error.message[:300]}") from error
    return tagtree.row_headers(raw, [table["navn_plads"] for table in tables])


def _placed(view: dict[str, Any], *, appendix: bool) -> list[dict[str, Any]]:
    """Give figures and tables their size and the appendices their content: all tables as they are printed."""
    figures = [block for block in _blocks(view) if block["slags"] == "figur"]
    for figure in figures:
        figure["bredde"], figure["hoejde"] = _scaled(figure["svg"])
        small = columns.BILAG if figure["data"]["hel"] else columns.LANGT_BILAG
        _fit(figure["data"], small if appendix else columns.TEKSTSIDE)
        figure["i_bilag"] = appendix
    view["bilag"] = _gathered(figures) if appendix else []
    behind = [figure["data"] for part in view["bilag"] for figure in part["figurer"]]
    return [*_tables(view), *behind, *_stamped(view)]


def _gathered(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The figures in their order, those with narrow tables that follow each other together."""
    runs = groupby(figures, key=lambda figure: str(figure["data"]["papir"]))
    return [{"papir": paper, "figurer": list(run)} for paper, run in runs]


def _tables(view: dict[str, Any]) -> list[dict[str, Any]]:
    """The tables among the text, fitted to the page."""
    tables = []
    for block in _blocks(view):
        if block["slags"] in {"tabel", "oversigt"} and block["raekker"]:
            tables.append(_fit(block))
        elif block["slags"] == "figur" and not block["i_bilag"]:
            tables.append(block["data"])
    return tables


def _stamped(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [_fit(table) for table in view["stempel"]["tabeller"]] if view["stempel"] else []


def _blocks(view: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands in the chapters, and then in their notes on method."""
    parts = [chapter[part] for part in ("blokke", "metode") for chapter in view["kapitler"]]
    return [block for part in parts for block in _nested(part)]


def _nested(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks and those inside list items, depth first."""
    found = []
    for block in blocks:
        found.append(block)
        if block["slags"] == "punkter":
            found += [inner for item in block["punkter"] for inner in _nested(item)]
    return found


def _fit(table: dict[str, Any], papirer: columns.Papirer = columns.TEKSTSIDE) -> dict[str, Any]:
    table.update(asdict(columns.fit(table["kolonner"], table["raekker"], papirer)))
    return table


def _scaled(svg: str) -> tuple[float, float]:
    """A drawing's size on the page in points: its own, unless that is too large."""
    sizes = re.search(r'<svg[^>]*?\swidth="([\d.]+)pt"\sheight="([\d.]+)pt"', svg)
    assert sizes, "matplotlib writes its size in points"
    width, height = float(sizes[1]), float(sizes[2])
    scale = min(1.0, columns.BREDDE["op"] / width, FIGURHOEJDE / height)
    return round(width * scale, 2), round(height * scale, 2)


def _breakable(value: str) -> str:
    """The text with places to break in words that a column may not hold: after a sign, else anywhere."""
    return re.sub(rf"\S{{{LANGT_NAVN},}}", lambda word: _parts(word[0]), value)


def _parts(word: str) -> str:
    pieces = re.findall(r"[^_/\\.=&?]*[_/\\.=&?]*", word)
    short = [
        piece if len(piece) < LANGT_ORD else _ZWSP.join(re.findall(r".{1,8}", piece)) for piece in pieces
    ]
    return _ZWSP.join(filter(None, short))


_ZWSP = "\u200b"


def _timestamp(document: dict[str, Any]) -> dt.datetime:
    """The data's own as-of date: a clock would make each run another file."""
    day = dt.date.fromisoformat(document["meta"]["leverance"]["asof"] or INGEN_DATO)
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
