"""
A notebook's Markdown as plain blocks, without markup of any kind.

Headings, paragraphs, lists, simple tables, emphasis and code spans are known. All
else is shown as the characters it is written with: HTML stays text, a picture is
its alt text, a link is its words and address, and nothing is ever fetched.
"""

from __future__ import annotations

from functools import cache
from typing import Any

Block = dict[str, Any]

#: Markdown's names for emphasis → ours.
_FREMHAEV = {"strong": "staerk", "emphasis": "kursiv"}


@cache
def _parser() -> Any:
    import mistune

    return mistune.create_markdown(renderer="ast", plugins=["table"])


def blocks(source: str) -> list[Block]:
    """
    The blocks of a Markdown cell.

    Examples
    --------
    >>> blocks("# Møbler")
    [{'slags': 'overskrift', 'niveau': 1, 'indhold': [{'t': 'tekst', 'tekst': 'Møbler'}]}]
    >>> blocks("<script>")
    [{'slags': 'afsnit', 'indhold': [{'t': 'tekst', 'tekst': '<script>'}]}]
    """
    return _blocks(_parser()(source))


def plain(spans: list[Block]) -> str:
    """
    Inline content as bare text.

    Examples
    --------
    >>> plain(blocks("Kun **e-handlede** `poster`")[0]["indhold"])
    'Kun e-handlede poster'
    """
    return "".join(span.get("tekst", "") + plain(span.get("indhold", [])) for span in spans)


def _blocks(tokens: list[Any]) -> list[Block]:
    return [block for token in tokens for block in _block(token)]


def _block(token: Any) -> list[Block]:
    match token["type"]:
        case "blank_line" | "thematic_break":
            return []
        case "heading":
            inline = _inline(token["children"])
            return [{"slags": "overskrift", "niveau": token["attrs"]["level"], "indhold": inline}]
        case "list":
            items = [_blocks(item["children"]) for item in token["children"]]
            return [{"slags": "punkter", "ordnet": token["attrs"]["ordered"], "punkter": items}]
        case "table":
            return [_table(token)]
        case "block_quote":
            return _blocks(token["children"])
        case _ if "children" in token:
            return [_paragraph(_inline(token["children"]))]
        case _:
            return [_paragraph([_text(line)]) for line in token.get("raw", "").splitlines() if line.strip()]


def _paragraph(spans: list[Block]) -> Block:
    return {"slags": "afsnit", "indhold": spans}


def _text(raw: str) -> Block:
    return {"t": "tekst", "tekst": raw}


def _table(token: Any) -> Block:
    head, *bodies = token["children"]
    rows = [[_cell(cell) for cell in row["children"]] for body in bodies for row in body["children"]]
    right = [cell["attrs"]["align"] == "right" for cell in head["children"]]
    return {
        "slags": "oversigt",
        "hoved": [_cell(cell) for cell in head["children"]],
        "hoejre": right,
        "raekker": rows,
    }


def _cell(token: Any) -> str:
    return plain(_inline(token["children"]))


def _inline(tokens: list[Any]) -> list[Block]:
    return [span for token in tokens for span in _span(token)]


def _span(token: Any) -> list[Block]:
    match token["type"]:
        case "softbreak" | "linebreak":
            return [_text(" ")]
        case "codespan":
            return [{"t": "kode", "tekst": token["raw"]}]
        case "strong" | "emphasis" as kind:
            return [{"t": _FREMHAEV[kind], "indhold": _inline(token["children"])}]
        case "link":
            return _link(_inline(token["children"]), token["attrs"]["url"])
        case _ if "children" in token:
            return _inline(token["children"])
        case _:
            return [_text(token.get("raw", ""))]


def _link(words: list[Block], url: str) -> list[Block]:
    """The words of a link, and its address in brackets where a reader on paper could use it."""
    useful = url.startswith(("https://", "http://")) and plain(words) != url
    return [*words, _text(f" ({url})")] if useful else words
