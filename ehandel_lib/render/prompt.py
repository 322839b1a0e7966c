"""
What the person at the JupyterLab prompt sees of a table or of key figures.

The numbers look as they will in the report, and all text is escaped: a notebook
is read in a browser too.
"""

from __future__ import annotations

from html import escape
from typing import Any

from ehandel_lib.render.printed import TALKOLONNER, overskrift, skriv, stort, synlig

_TILE = (
    "<div style='display:inline-block;vertical-align:top;margin:0 2em 1em 0;max-width:16em'>{}<br>"
    "<strong style='font-size:1.8em'>{}</strong><br><small>{}</small></div>"
)


def figures(tal: list[dict[str, Any]], valuta: str) -> tuple[str, str]:
    """Key figures as plain text and as HTML."""
    lines = [(synlig(t["label"]), stort(t["vaerdi"], t["enhed"], valuta), synlig(t["grundlag"])) for t in tal]
    words = "\n".join(f"{label}: {value}" + (f" ({base})" if base else "") for label, value, base in lines)
    return words, "".join(_TILE.format(*map(escape, line)) for line in lines)


def table(twin: dict[str, Any], valuta: str) -> tuple[str, str]:
    """A table as plain text and as HTML: numbers to the right, row names as headings."""
    columns = twin["kolonner"]
    heads = [overskrift(c["etiket"], c["slags"], valuta) for c in columns]
    rows = [
        [skriv(value, c["slags"]) for value, c in zip(row, columns, strict=True)] for row in twin["raekker"]
    ]
    words = "\n".join([synlig(twin["titel"]), *("\t".join(row) for row in [heads, *rows])])
    styles = [f"text-align:{'right' if c['slags'] in TALKOLONNER else 'left'}" for c in columns]
    top = "".join(
        f"<th scope='col' style='{style}' title='{escape(c['betydning'])}'>{escape(head)}</th>"
        for head, style, c in zip(heads, styles, columns, strict=True)
    )
    body = "".join(f"<tr>{_row(row, styles, twin['raekkenavn'])}</tr>" for row in rows)
    caption = f"<caption style='text-align:left;font-weight:bold'>{escape(synlig(twin['titel']))}</caption>"
    below = [synlig(twin[part]) for part in ("note", "kilde") if twin[part]]
    html = f"<table>{caption}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return words, html + "".join(f"<p><small>{escape(line)}</small></p>" for line in below)


def _row(cells: list[str], styles: list[str], name_at: int) -> str:
    """The cells of one row; the one that names the row is its heading."""
    tags = [("th scope='row'", "th") if place == name_at else ("td", "td") for place in range(len(cells))]
    return "".join(
        f"<{opening} style='{style}'>{escape(cell)}</{closing}>"
        for cell, style, (opening, closing) in zip(cells, styles, tags, strict=True)
    )
