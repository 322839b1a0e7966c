"""
What the PDF carries inside: each table of the document as a CSV file, and the stamp.

Numbers stand as the twin has them (shares 0 to 1, amounts in øre) with the column's
name as heading. A text that a spreadsheet would take for a formula gets an
apostrophe in front: the file is data, and people do open CSV in Excel.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from ehandel_lib import proveniens
from ehandel_lib.render import stamp

#: What a spreadsheet takes for the start of a formula.
FORMEL = ("=", "+", "-", "@", "\t", "\r")


def attachments(document: dict[str, Any]) -> list[dict[str, str]]:
    """The files: each table, the table behind each figure, and what the report is made of."""
    files = []
    for chapter in document["kapitler"]:
        for block in chapter["blokke"]:
            if block["slags"] in {"tabel", "figur"}:
                table = block if block["slags"] == "tabel" else block["data"]
                name = f"{block['slags']}_{block['nummer']:02d}_{block['id']}.csv"
                files.append(_file(name, block["titel"], as_csv(table), "text/csv", "data"))
    if facts := document["ophav"]:
        content = proveniens.as_json(facts).decode()
        files.append(_file(proveniens.FILNAVN, stamp.TITEL, content, "application/ld+json", "supplement"))
    return files


def _file(navn: str, titel: str, indhold: str, mime: str, art: str) -> dict[str, str]:
    return {"navn": navn, "titel": titel, "indhold": indhold, "mime": mime, "art": art}


def as_csv(table: dict[str, Any]) -> str:
    """
    A twin's table as CSV with semicolons; missing is empty.

    Examples
    --------
    >>> as_csv({"kolonner": [{"navn": "enhed"}, {"navn": "grad"}], "raekker": [["A;B", -0.5], ["=1", None]]})
    'enhed;grad\\n"A;B";-0.5\\n\\'=1;\\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow([column["navn"] for column in table["kolonner"]])
    writer.writerows([[_cell(cell) for cell in row] for row in table["raekker"]])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMEL):
        return "'" + value
    return "" if value is None else value
