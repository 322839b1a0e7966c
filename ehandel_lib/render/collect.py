"""
Executed notebooks as one plain document.

A notebook is a chapter. Its Markdown cells and the twins in its outputs become
blocks, in order; code is never shown. The document is JSON-able data and the only
thing that PDF, page and workbook are made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nbformat import NotebookNode

from ehandel_lib.errors import ReportError
from ehandel_lib.render import markdown
from ehandel_lib.render.markdown import Block
from ehandel_lib.render.once import once
from ehandel_lib.show import MIME, VERSION

#: The kinds of twin that `show` makes.
SLAGS = frozenset(
    {
        "kapitel",
        "noegletal",
        "tabel",
        "ark",
        "figur",
        "laesning",
        "liste",
        "overskrift",
        "stempel",
        "sammenlignet",
    }
)

#: Twins that are about the whole report and no part of the chapter's text.
OM_RAPPORTEN = frozenset({"kapitel", "stempel", "sammenlignet"})

#: How much of an error message from a cell is passed on.
FEJLTEGN = 300


def document(notebooks: Sequence[NotebookNode]) -> dict[str, Any]:
    """
    The document that these executed notebooks make, in their order.

    Parameters
    ----------
    notebooks : sequence of NotebookNode
        Executed; each with one `# ` heading and one call of `show.kapitel`.

    Returns
    -------
    dict
        ``meta`` (municipality, year, delivery) and ``kapitler``: a list of ``id``, ``titel``
        and ``blokke``, where figures and tables are numbered through; and ``ophav``: what the report is made
        of (`provenance.facts`), or None where no chapter says so.

    Raises
    ------
    ReportError
        A notebook is not executed, failed, lacks its heading or its chapter twin, speaks of another
        municipality or year than the first, or two of them use the same id.
    """
    if not notebooks:
        raise ReportError("Der er ingen notesbøger at lave en rapport af.")
    chapters = [_chapter(notebook, place) for place, notebook in enumerate(notebooks, 1)]
    meta = chapters[0].pop("meta")
    for chapter in chapters[1:]:
        _check_same(meta, chapter.pop("meta"), chapter["titel"])
    _number(chapters)
    return {"version": VERSION, "meta": meta, "ophav": _made_of(chapters), "kapitler": chapters}


def _made_of(chapters: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What the report is made of; an earlier report that a chapter compares with is a part of it."""
    found: dict[str, Any] = {}
    for chapter in chapters:
        for twin in chapter.pop("om_rapporten"):
            found |= {key: twin[key] for key in ("ophav", "siden") if key in twin}
    if "ophav" not in found:
        return None
    return {**found["ophav"], **({"siden": found["siden"]} if "siden" in found else {})}


def _chapter(notebook: NotebookNode, place: int) -> dict[str, Any]:
    blocks: list[Block] = []
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            blocks += markdown.blocks(cell.source)
        elif cell.cell_type == "code":
            blocks += _twins(cell, f"celle {number} i {_name(blocks, place)}")
    heads = [b for b in blocks if b["slags"] == "overskrift" and b["niveau"] == 1]
    metas = [b for b in blocks if b["slags"] == "kapitel"]
    if not heads:
        raise ReportError(f"Notesbog nr. {place} har ingen overskrift: skriv en linje, der begynder med #.")
    title = markdown.plain(heads[0]["indhold"])
    if not metas:
        raise ReportError(f'Kapitlet "{title}" er ikke kørt, eller det kalder ikke kapitel(data).')
    body = [b for b in blocks if b is not heads[0] and b["slags"] not in OM_RAPPORTEN]
    return {
        "id": f"kapitel-{place}",
        "titel": title,
        "blokke": once(_told(list(_levelled(body)))),
        "meta": _meta(metas[0]),
        "om_rapporten": [b for b in blocks if b["slags"] in OM_RAPPORTEN],
    }


def _name(blocks: list[Block], place: int) -> str:
    heads = (b for b in blocks if b["slags"] == "overskrift")
    head = next(heads, None)
    return f'kapitlet "{markdown.plain(head["indhold"])}"' if head else f"notesbog nr. {place}"


def _twins(cell: NotebookNode, where: str) -> Iterator[Block]:
    """The twins among a cell's outputs, each a block."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            reason = f"{output.ename}: {output.evalue}"[:FEJLTEGN]
            raise ReportError(f"Rapporten kan ikke laves: {where} fejlede med {reason}")
        data = output.get("data", {})
        if MIME in data:
            yield _twin(data[MIME], data.get("image/svg+xml"), where)


def _twin(twin: Any, svg: str | list[str] | None, where: str) -> Block:
    if twin.get("version") != VERSION or twin.get("slags") not in SLAGS:
        shown = f"{twin.get('slags')!r}, version {twin.get('version')!r}"
        raise ReportError(f"{where} viser noget, som rapporten ikke kender ({shown}). Kør notesbogen igen.")
    block = {key: value for key, value in twin.items() if key != "version"}
    if twin["slags"] == "overskrift":
        return block | {"indhold": [{"t": "tekst", "tekst": block.pop("tekst")}]}
    if twin["slags"] != "figur":
        return block
    if svg is None:
        raise ReportError(f"{where} mangler billedet til figuren {twin['titel']!r}. Kør notesbogen igen.")
    return block | {"svg": "".join(svg)}


def _meta(twin: Block) -> dict[str, Any]:
    return {key: value for key, value in twin.items() if key != "slags"}


def _check_same(first: dict[str, Any], meta: dict[str, Any], title: str) -> None:
    if meta == first:
        return
    theirs = [f"{m['kommune']['navn']} {m['aar']}, {m['leverance']['navn']}" for m in (meta, first)]
    hint = f"{theirs[0]} mod {theirs[1]}" if theirs[0] != theirs[1] else "leverancen er ændret imellem"
    raise ReportError(f'Kapitlet "{title}" handler om andre data end det første ({hint}).')


def _levelled(blocks: list[Block]) -> Iterator[Block]:
    """Headings below the chapter's own, no level skipped: readers and PDF/UA go by their order."""
    last = 1
    for block in blocks:
        if block["slags"] == "overskrift":
            last = max(2, min(block["niveau"], last + 1))
            yield block | {"niveau": last}
        else:
            yield block


def _told(blocks: list[Block]) -> list[Block]:
    """Without the empty tables beside a finding, which says in words that there is nothing to show."""
    kinds = ["", *(block["slags"] for block in blocks), ""]
    return [
        block
        for before, block, after in zip(kinds, blocks, kinds[2:], strict=False)
        if block["slags"] != "tabel" or block["raekker"] or not {before, after} & {"laesning", "liste"}
    ]


def _number(chapters: list[dict[str, Any]]) -> None:
    """Give figures and tables their numbers, and see that no id is used twice."""
    seen: dict[str, str] = {}
    counts = {"figur": 0, "tabel": 0}
    for chapter in chapters:
        for block in chapter["blokke"]:
            if (name := block.get("id")) is None:
                continue
            if name in seen:
                where = f'"{seen[name]}" og "{chapter["titel"]}"'
                raise ReportError(f"Navnet {name!r} (id) bruges to gange, i kapitlerne {where}.")
            seen[name] = chapter["titel"]
            if block["slags"] in counts:
                counts[block["slags"]] += 1
                block["nummer"] = counts[block["slags"]]
