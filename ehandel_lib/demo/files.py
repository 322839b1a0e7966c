"""
Rows → bytes, the same ones each time and on each machine.

Zip members and workbooks carry a fixed date, and are stored without
compression: compressed bytes differ with the version of zlib.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime

import polars as pl
import pyarrow as pa
import pyarrow.parquet
import xlsxwriter

from ehandel_lib.demo.shapes import Form

#: The date in zip members and workbooks.
FAST_DATO = datetime(2025, 1, 31)

#: The mark that Excel's "Unicode text" begins with.
UTF16_MAERKE = b"\xff\xfe"


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """
    A zip file of these members.

    Examples
    --------
    >>> zipped([("a.csv", b"x;y")]) == zipped([("a.csv", b"x;y")])
    True
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, FAST_DATO.timetuple()[:6]), content)
    return buffer.getvalue()


def workbook(table: pl.DataFrame, sheet: str) -> bytes:
    """A workbook with one sheet: numbers as numbers, dates as dates."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd-mm-yyyy"})
    book.set_properties({"created": FAST_DATO})
    page = book.add_worksheet(sheet)
    for n, row in enumerate([tuple(table.columns), *table.iter_rows()]):
        page.write_row(n, 0, row)
    book.close()
    with zipfile.ZipFile(buffer) as packed:
        return zipped((name, packed.read(name)) for name in packed.namelist())


def parquet(table: pl.DataFrame) -> bytes:
    """A Parquet file in one piece, however many pieces the frame is in."""
    buffer = io.BytesIO()
    arrow = table.to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks()
    pa.parquet.write_table(arrow, buffer, row_group_size=max(1, len(table)))
    return buffer.getvalue()


def text(table: pl.DataFrame, form: Form, aar: int) -> bytes:
    """A text file in the shape's encoding, with what stands above and below the table."""
    above = "".join(line.format(aar=aar) + "\r\n" for line in form.indledning)
    body = table.write_csv(separator=form.skilletegn, line_terminator="\r\n")
    below = _total(table, form) if form.totalraekke else ""
    mark = UTF16_MAERKE if form.kodning == "utf-16-le" else b""
    return mark + (above + body + below).encode(form.kodning)


def total(table: pl.DataFrame, form: Form) -> int:
    """The sum of the amounts that stand in a text file as plain numbers, in øre."""
    header = next(name for name, field in form.kolonner.items() if field == "beloeb")
    plain = table[header].str.replace_all(form.tusinder, "", literal=True)
    digits = plain.str.replace(form.decimal, "", literal=True)
    return int(digits.cast(pl.Int64, strict=False).sum())


def _total(table: pl.DataFrame, form: Form) -> str:
    """A total row as extracts have it: "I alt" first, the sum below the amounts."""
    kroner, oere = divmod(abs(total(table, form)), 100)
    fields = ["", *form.felter[1:], *form.ignorer]
    cells = [f"{kroner}{form.decimal}{oere:02d}" if field == "beloeb" else "" for field in fields]
    return form.skilletegn.join(["I alt", *cells[1:]]) + "\r\n"
