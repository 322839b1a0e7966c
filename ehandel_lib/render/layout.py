"""
The document as it is printed: every value a string, every table laid out.

PDF and page share this step. It says which cells are numbers, how wide columns
should be, which figures have their table beside them and which in the appendix.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ehandel_lib import text
from ehandel_lib.render.markdown import Block
from ehandel_lib.render.printed import TALKOLONNER, kort, overskrift, skriv, stort

#: A table behind a figure that is at most this large stands under the figure; a larger one in the appendix.
KORT_RAEKKER = 4
KORT_KOLONNER = 5

SYNTETISK = "Syntetiske data"


def printed(document: dict[str, Any], tegn: Callable[[str], str]) -> dict[str, Any]:
    """
    The document with all values as strings.

    Parameters
    ----------
    document : dict
        From `render.document`.
    tegn : callable
        What to do with characters that cannot be shown, such as `printed.synlig`.

    Returns
    -------
    dict
        ``forside`` (title page), ``kapitler`` and ``bilag`` (tables behind figures).
    """
    valuta = document["meta"]["leverance"]["valuta"]
    chapters = [
        {**chapter, "blokke": _bound([_block(block, valuta) for block in chapter["blokke"]])}
        for chapter in document["kapitler"]
    ]
    figures = [block for c in chapters for block in c["blokke"] if block["slags"] == "figur"]
    appendix = [figure for figure in figures if not figure["kort"]]
    view = {"forside": frontpage(document), "kapitler": chapters, "bilag": appendix}
    shown: dict[str, Any] = _characters(view, lambda value: tegn(kort(value)))
    return shown


def frontpage(document: dict[str, Any]) -> dict[str, Any]:
    """What the title page, the headers and the file's metadata say."""
    meta = document["meta"]
    delivery = meta["leverance"]
    name, year = meta["kommune"]["officielt_navn"], str(meta["aar"])
    amount = text.mio(meta["omsaetning_oere"], delivery["valuta"])
    base = f"{text.tael(meta['poster'], 'fakturapost', 'fakturaposter')}, {amount} uden moms"
    asof = skriv(delivery["asof"], "dato") if delivery["asof"] else text.MANGLER
    facts = [
        ("Opgjort til og med", asof),
        ("Grundlag", base),
        ("Leverance", delivery["navn"]),
        ("Datobasis", delivery["datobasis"]),
    ]
    return {
        "titel": f"E-handel i {name} {year}",
        "kommune": name,
        "aar": year,
        "undertitel": "Målt på omsætning og på fakturaer",
        "oplysninger": [{"navn": key, "vaerdi": value} for key, value in facts],
        "syntetisk": SYNTETISK if delivery["syntetisk"] else "",
    }


def _block(block: Block, valuta: str) -> Block:
    match block["slags"]:
        case "tabel":
            return {**block, **_table(block, valuta)}
        case "figur":
            data = block["data"]
            short = len(data["raekker"]) <= KORT_RAEKKER and len(data["kolonner"]) <= KORT_KOLONNER
            return {**block, "kort": short, "data": _table(data, valuta)}
        case "noegletal":
            return {**block, "tal": [_tile(t, valuta) for t in block["tal"]]}
        case "oversigt":
            return {**block, "navn_plads": 0, "kolonner": _plain_columns(block)}
        case _:
            return block


def _bound(blocks: list[Block]) -> list[Block]:
    """
    The blocks with ``bundet``: must this one stand on the same page as the next?

    A finding belongs to the figure before it; where there is none, to the figure or table after it.
    """
    kinds = ["", *(block["slags"] for block in blocks), ""]
    bound = []
    for before, this, after in zip(kinds, kinds[1:], kinds[2:], strict=False):
        opens = this == "laesning" and before not in _VISNING and after in _VISNING
        bound.append(opens or (this == "figur" and after == "laesning"))
    return [block | {"bundet": flag} for block, flag in zip(blocks, bound, strict=True)]


_VISNING = ("figur", "tabel", "noegletal")


def _tile(figure: dict[str, Any], valuta: str) -> dict[str, str]:
    value = stort(figure["vaerdi"], figure["enhed"], valuta)
    return {"label": figure["label"], "vaerdi": value, "grundlag": figure["grundlag"]}


def _table(table: dict[str, Any], valuta: str) -> dict[str, Any]:
    columns = [
        {"hoved": overskrift(c["etiket"], c["slags"], valuta), "tal": c["slags"] in TALKOLONNER}
        for c in table["kolonner"]
    ]
    rows = [
        [skriv(value, column["slags"]) for value, column in zip(row, table["kolonner"], strict=True)]
        for row in table["raekker"]
    ]
    return {"kolonner": columns, "raekker": rows, "navn_plads": table["raekkenavn"]}


def _plain_columns(block: Block) -> list[dict[str, Any]]:
    return [
        {"hoved": head, "tal": right} for head, right in zip(block["hoved"], block["hoejre"], strict=True)
    ]


def _characters(value: Any, change: Callable[[str], str], key: str = "") -> Any:
    """All strings changed, wherever they stand; the drawing and the names of things are no text."""
    if isinstance(value, str):
        return value if key in {"svg", "slags", "id", "t"} else change(value)
    if isinstance(value, dict):
        return {k: _characters(v, change, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_characters(v, change) for v in value]
    return value
