"""
The document as it is printed: every value a string, every table laid out.

PDF and page share this step. It says which cells are numbers, how wide columns
should be, and gathers what stands in the appendices: how each chapter counts, and
the tables behind the figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from ehandel_lib import text
from ehandel_lib.render import stamp
from ehandel_lib.render.findings import VISNING, answered
from ehandel_lib.render.markdown import Block, plain
from ehandel_lib.render.printed import TALKOLONNER, kort, overskrift, skriv, stort

#: A table with no more rows and letters than this is never divided: it is under half a page.
HEL_RAEKKER, HEL_TEGN = 22, 2000

#: In the appendix nothing but tables stands: there a table is whole up to two thirds of a page.
HEL_BILAG = 40

#: A paragraph or list of no more letters than this is never divided: about sixteen lines. The end of a
#: chapter would else be two lines alone on a page.
HEL_TEKST = 1500

#: The heading of a chapter's last section where it is the note on method.
METODE = "Sådan er der talt"

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
        ``forside`` (title page), ``kapitler``, each with ``metode`` (its note on method) apart from its
        ``blokke``, and ``stempel`` (what the report is made of, or None).
    """
    valuta = document["meta"]["leverance"]["valuta"]
    chapters = [_chapter(chapter, valuta) for chapter in document["kapitler"]]
    view: dict[str, Any] = {"forside": frontpage(document), "kapitler": chapters}
    view["stempel"] = _stamp(document["ophav"], valuta) if document["ophav"] else None
    shown: dict[str, Any] = _characters(view, lambda value: tegn(kort(value)))
    return shown


def _chapter(chapter: dict[str, Any], valuta: str) -> dict[str, Any]:
    """The chapter's blocks, and apart from them its note on method."""
    body, note = _parted(_on_pages(chapter["blokke"]))
    return {
        **chapter,
        "blokke": _bound([_block(block, valuta) for block in answered(_anchored(body, chapter["id"]))]),
        "metode": [_block(block, valuta) for block in note],
    }


def _parted(blocks: list[Block]) -> tuple[list[Block], list[Block]]:
    """The blocks before the last section, and those under its heading if it is the note on method."""
    for place in range(len(blocks) - 1, -1, -1):
        if blocks[place]["slags"] == "overskrift":
            if plain(blocks[place]["indhold"]) == METODE:
                return blocks[:place], blocks[place + 1 :]
            break
    return blocks, []


def _stamp(facts: dict[str, Any], valuta: str) -> dict[str, Any]:
    """The last page."""
    tables = [{"titel": t["titel"], **_table(t, valuta)} for t in stamp.tables(facts, short=True)]
    return {"titel": stamp.TITEL, "tekst": stamp.TEKST, "tabeller": tables}


def frontpage(document: dict[str, Any]) -> dict[str, Any]:
    """What the title page, the headers and the file's metadata say."""
    meta = document["meta"]
    delivery = meta["leverance"]
    name, year = meta["kommune"]["officielt_navn"], str(meta["aar"])
    amount = text.mio(meta["omsaetning_oere"], delivery["valuta"])
    base = f"{text.tael(meta['poster'], 'fakturapost', 'fakturaposter')}, {amount} uden moms"
    asof = text.dato(dt.date.fromisoformat(delivery["asof"])) if delivery["asof"] else text.MANGLER
    facts = [
        ("Opgjort til og med", asof),
        ("Grundlag", base),
        ("Leverance", delivery["navn"]),
        ("Datobasis", delivery["datobasis"][:1].upper() + delivery["datobasis"][1:]),
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
            return {**_below(block), **_table(block, valuta)}
        case "figur":
            return {**_below(block), "data": _table(block["data"], valuta, HEL_BILAG)}
        case "noegletal":
            return {**block, "tal": [_tile(t, valuta) for t in block["tal"]]}
        case "oversigt":
            columns = _plain_columns(block)
            return {**block, "navn_plads": 0, "kolonner": columns, "hel": _whole(block["raekker"])}
        case "punkter":
            items = [[_block(inner, valuta) for inner in item] for item in block["punkter"]]
            words = "".join(plain(inner.get("indhold", [])) for item in block["punkter"] for inner in item)
            return {**block, "punkter": items, "hel": len(words) <= HEL_TEKST}
        case "liste":
            return {**block, "hel": len("".join(block["punkter"])) <= HEL_TEKST}
        case "afsnit":
            return {**block, "hel": len(plain(block["indhold"])) <= HEL_TEKST}
        case _:
            return block


def _anchored(blocks: list[Block], chapter: str) -> list[Block]:
    """The blocks with ``anker`` on the chapter's questions, by which the contents lead to them."""
    places = [place for place, b in enumerate(blocks) if b["slags"] == "overskrift" and b["niveau"] == 2]
    names = {place: f"{chapter}-{number}" for number, place in enumerate(places, 1)}
    return [
        {**b, "anker": names.get(place)} if b["slags"] == "overskrift" else b
        for place, b in enumerate(blocks)
    ]


def _on_pages(blocks: list[Block]) -> list[Block]:
    """Without the tables that only the workbook has."""
    return [block for block in blocks if block["slags"] != "ark"]


def _bound(blocks: list[Block]) -> list[Block]:
    """
    The blocks with ``bundet``: must this one stand on the same page as the next?

    An answer belongs to the figure or table after it, and what is more to say to the one before it.
    """
    kinds = [*(block["slags"] for block in blocks), ""]
    bound = [
        (this == "laesning" and after in VISNING) or (this in VISNING and after == "laesning")
        for this, after in pairwise(kinds)
    ]
    return [block | {"bundet": flag} for block, flag in zip(blocks, bound, strict=True)]


def _tile(figure: dict[str, Any], valuta: str) -> dict[str, str]:
    value = stort(figure["vaerdi"], figure["enhed"], valuta)
    return {"label": figure["label"], "vaerdi": value, "grundlag": figure["grundlag"]}


def _below(block: Block) -> Block:
    """The block with what stands under it as pairs of a name and a text; a name said twice is said once."""
    names = {"grundlag": "Grundlag", "kilde": "Kilde", "note": "Note"}
    words = [(name, block.get(key, "").removeprefix(f"{name}:").strip()) for key, name in names.items()]
    return {**block, "under": [{"navn": name, "tekst": word} for name, word in words if word]}


def _table(table: dict[str, Any], valuta: str, whole: int = HEL_RAEKKER) -> dict[str, Any]:
    shown = [place for place in range(len(table["kolonner"])) if _says_something(table, place)]
    kept = [table["kolonner"][place] for place in shown]
    columns = [
        {
            "hoved": overskrift(column["etiket"], column["slags"], valuta),
            "tal": column["slags"] in TALKOLONNER,
            "kode": column["slags"] == "kode",
        }
        for column in kept
    ]
    rows = [
        [skriv(row[place], column["slags"]) for place, column in zip(shown, kept, strict=True)]
        for row in table["raekker"]
    ]
    name_at = shown.index(table["raekkenavn"])
    return {"kolonner": columns, "raekker": rows, "navn_plads": name_at, "hel": _whole(rows, whole)}


def _says_something(table: dict[str, Any], place: int) -> bool:
    """Left out are columns for the workbook alone, and reasons why a rate is missing where none is."""
    column = table["kolonner"][place]
    if place == table["raekkenavn"]:
        return True
    if column.get("kun_i_ark"):
        return False
    reasons = column["navn"] == "aarsag"
    return not reasons or any(row[place] is not None for row in table["raekker"])


def _whole(rows: list[list[str]], most: int = HEL_RAEKKER) -> bool:
    """Is the table short enough to stand whole on one page?"""
    return len(rows) <= most and sum(len(cell) for row in rows for cell in row) <= HEL_TEGN


def _plain_columns(block: Block) -> list[dict[str, Any]]:
    return [
        {"hoved": head, "tal": right, "kode": False}
        for head, right in zip(block["hoved"], block["hoejre"], strict=True)
    ]


def _characters(value: Any, change: Callable[[str], str], key: str = "") -> Any:
    """All strings changed, wherever they stand; the drawing and the names of things are no text."""
    if isinstance(value, str):
        return value if key in {"svg", "slags", "id", "t", "anker"} else change(value)
    if isinstance(value, dict):
        return {k: _characters(v, change, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_characters(v, change) for v in value]
    return value
