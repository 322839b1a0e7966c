"""
Every table and key figure of the document in one workbook.

A front sheet lists and links them; a sheet a table has the numbers as numbers, and
what each column means. Text is written as text: nothing in it becomes a formula or
a link. The file is the same bytes for the same document.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from ehandel_lib.render import sheets, stamp
from ehandel_lib.render.layout import frontpage
from ehandel_lib.render.markdown import Block

#: Excel's own limit for a sheet's name; longer ids are cut and numbered.
LAENGSTE_NAVN = 31

#: Excel reserves this name, in any case.
RESERVERET = "history"

#: What the sheet of a chapter's key figures is called.
NOEGLETAL = "Værdier med tæller og nævner"

#: The oldest date a zip file can carry: no clock gets into ours.
ZIP_DATO = (1980, 1, 1, 0, 0, 0)


def workbook(document: dict[str, Any]) -> bytes:
    """
    The document's tables as an Excel file.

    Parameters
    ----------
    document : dict
        From `render.document`.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    asof = document["meta"]["leverance"]["asof"]
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        front = frontpage(document)
        created = dt.datetime.fromisoformat(asof) if asof else dt.datetime(1970, 1, 1)
        book.set_properties({"title": front["titel"], "author": front["kommune"], "created": created})
        tables = list(_tables(document))
        names = sheet_names([table["id"] for table in tables])
        writer = sheets.Writer(book, document["meta"]["leverance"])
        writer.contents(front, [*zip(names, tables, strict=True)])
        for name, table in zip(names, tables, strict=True):
            writer.table(name, table)
    return _stored(out.getvalue())


def _tables(document: dict[str, Any]) -> Iterator[Block]:
    """Key figures, tables and the tables behind figures: id, title, what it is, and the content."""
    for chapter in document["kapitler"]:
        for block in chapter["blokke"]:
            match block["slags"]:
                case "tabel":
                    yield {**block, "art": f"Tabel {block['nummer']}", "kapitel": chapter["titel"]}
                case "ark":
                    yield {**block, "art": "Alle tal", "kapitel": chapter["titel"]}
                case "figur":
                    art = f"Figur {block['nummer']}"
                    yield {**block, **block["data"], "art": art, "kapitel": chapter["titel"]}
                case "noegletal":
                    yield {**block, "art": "Nøgletal", "kapitel": chapter["titel"], "titel": NOEGLETAL}
    for table in stamp.tables(document["ophav"], short=False) if document["ophav"] else []:
        yield {**table, "art": "Ophav", "kapitel": stamp.TITEL}


def sheet_names(ids: list[str]) -> list[str]:
    """
    Names that Excel accepts, each once.

    Examples
    --------
    >>> sheet_names(["kategorier", "history", "x" * 40, "x" * 41])
    ['kategorier', 'history_2', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxx_2']
    """
    taken = {RESERVERET, "indhold"}
    names = []
    for wish in ids:
        clean = re.sub(r"[\[\]:*?/\\']", "_", wish)[:LAENGSTE_NAVN]
        name, count = clean, 1
        while name.casefold() in taken:
            count += 1
            tail = f"_{count}"
            name = clean[: LAENGSTE_NAVN - len(tail)] + tail
        taken.add(name.casefold())
        names.append(name)
    return names


def _stored(raw: bytes) -> bytes:
    """The same file without compression: zlib's output differs between machines, the content does not."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for info in old.infolist():
            new.writestr(zipfile.ZipInfo(info.filename, ZIP_DATO), old.read(info))
    return out.getvalue()
