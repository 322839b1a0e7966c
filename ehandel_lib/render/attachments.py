"""
What the PDF carries inside, written and read: each table of the document as a CSV file, and the stamp.

Numbers stand as the twin has them (shares 0 to 1, amounts in øre) with the column's
name as heading. A text that a spreadsheet would take for a formula gets an
apostrophe in front: the file is data, and people do open CSV in Excel.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import pikepdf

from ehandel_lib import proveniens
from ehandel_lib.errors import CheckError
from ehandel_lib.provenance import Facts
from ehandel_lib.render import stamp as last_page

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
            elif block["slags"] == "ark":
                files.append(
                    _file(f"ark_{block['id']}.csv", block["titel"], as_csv(block), "text/csv", "data")
                )
    if facts := document["ophav"]:
        content = proveniens.as_json(facts).decode()
        files.append(_file(proveniens.FILNAVN, last_page.TITEL, content, "application/ld+json", "supplement"))
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


def stamp(raw: bytes) -> Facts:
    """
    What a PDF says that it was made of.

    Raises
    ------
    CheckError
        It is no PDF, or none of ours.
    """
    attached = _attached(raw)
    if proveniens.FILNAVN not in attached:
        raise CheckError(
            f"PDF'en har intet stempel ({proveniens.FILNAVN}): den er ikke en rapport fra ehandel."
        )
    return proveniens.read(attached[proveniens.FILNAVN][1])


def tables(raw: bytes) -> dict[str, tuple[str, bytes]]:
    """The tables that a PDF carries: file name → title and content."""
    return {name: file for name, file in _attached(raw).items() if name.endswith(".csv")}


def _attached(raw: bytes) -> dict[str, tuple[str, bytes]]:
    try:
        with pikepdf.open(io.BytesIO(raw)) as pdf:
            found = dict(pdf.attachments.items())
            return {name: (spec.description, spec.get_file().read_bytes()) for name, spec in found.items()}
    except pikepdf.PdfError:
        raise CheckError("Filen er ikke en PDF, som kan læses.") from None
