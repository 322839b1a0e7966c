"""
The sheets of the workbook: a front sheet, and one a table.

Numbers are numbers with a format, so that a reader can go on counting: shares as
percent, amounts in kroner with øre. A text that starts like a formula is marked as
text, and stays so when somebody edits the cell.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from ehandel_lib.render.attachments import FORMEL
from ehandel_lib.render.markdown import Block
from ehandel_lib.render.printed import overskrift, synlig

#: Kind → Excel's number format; Excel writes comma and point as the reader's country does.
FORMATER = {
    "andel": "0.0%",
    "point": "+0.0;-0.0;0.0",
    "oere": "#,##0.00",
    "antal": "#,##0",
    "tal": "#,##0.00",
    "dato": "dd-mm-yyyy",
}

#: Excel's limit for the text in a cell.
LAENGSTE_TEKST = 32_767

#: The row of the column headings in each sheet, counted from 0: title, base and remark stand above.
HOVED = 5

#: Widths in characters: a column is never narrower or wider.
SMAL, BRED = 10, 48

#: The columns of the sheet of key figures, as (key, kind, label).
NOEGLETAL = (
    ("label", "tekst", "Nøgletal"),
    ("vaerdi", "tal", "Værdi"),
    ("enhed", "tekst", "Enhed"),
    ("taeller", "tal", "Tæller (beløb i øre)"),
    ("naevner", "tal", "Nævner (beløb i øre)"),
    ("grundlag", "tekst", "Grundlag"),
)

ENHEDER = {"andel": "pct.", "oere": "kr.", "antal": "antal", "tal": "tal", "tekst": ""}


class Writer:
    """Writes sheets into one workbook, in its formats."""

    def __init__(self, book: Any, leverance: dict[str, Any]) -> None:
        self.book = book
        self.valuta = leverance["valuta"]
        self.kilde = f"leverancen {leverance['navn']}"
        bold = {"bold": True, "font_color": "#12394F"}
        self.title = book.add_format({**bold, "font_size": 14})
        self.head = book.add_format({**bold, "bottom": 2, "text_wrap": True, "valign": "bottom"})
        self.small = book.add_format({"font_color": "#54616B"})
        self.text = book.add_format({"quote_prefix": True})
        self.link = book.add_format({"font_color": "#0A6A72", "underline": 1})
        self.numbers = {kind: book.add_format({"num_format": code}) for kind, code in FORMATER.items()}

    def contents(self, front: dict[str, Any], tables: list[tuple[str, Block]]) -> None:
        """The front sheet: what the workbook is, and a link to each table."""
        sheet = self.book.add_worksheet("Indhold")
        self._words(sheet, 0, 0, front["titel"], self.title)
        facts = [f"{fact['navn']}: {fact['vaerdi']}" for fact in front["oplysninger"]]
        self._words(sheet, 1, 0, "; ".join([*facts, front["syntetisk"]]).strip("; "), self.small)
        for place, head in enumerate(["Ark", "Nr.", "Titel", "Kapitel", "Grundlag, kilde og note"]):
            sheet.write_string(3, place, head, self.head)
        for row, (name, table) in enumerate(tables, 4):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self.link, name)
            for place, words in enumerate(
                [table["art"], table["titel"], table["kapitel"], self.about(table)], 1
            ):
                self._words(sheet, row, place, words)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 11)
        sheet.set_column(2, 4, BRED)
        sheet.freeze_panes(4, 0)

    def table(self, name: str, table: Block) -> None:
        """A table's sheet: title, remarks, headings with their meaning, and the rows."""
        if table["slags"] == "noegletal":
            table = {**table, **_key_figures(table)}
        sheet = self.book.add_worksheet(name)
        self._words(sheet, 0, 0, f"{table['art']}. {table['titel']}", self.title)
        self._words(sheet, 1, 0, self.about(table), self.small)
        self._words(sheet, 2, 0, _definitions(table), self.small)
        sheet.write_url(3, 0, "internal:'Indhold'!A1", self.link, "Til indhold")
        for place, column in enumerate(table["kolonner"]):
            self._column(sheet, place, column, [row[place] for row in table["raekker"]])
        sheet.freeze_panes(HOVED + 1, table["raekkenavn"] + 1)
        sheet.repeat_rows(HOVED)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_paper(9)

    def about(self, table: Block) -> str:
        """The table's base, source and remark; its source is the delivery where it names no other."""
        parts = (("Grundlag", table.get("grundlag")), ("Kilde", table.get("kilde") or self.kilde))
        words = [(name, words) for name, words in (*parts, ("Note", table.get("note"))) if words]
        return " ".join(
            f"{name}: {told.removeprefix(f'{name}:').strip().rstrip('.')}." for name, told in words
        )

    def _column(self, sheet: Any, place: int, column: dict[str, Any], cells: list[Any]) -> None:
        head = overskrift(column["etiket"], column["slags"], self.valuta)
        self._words(sheet, HOVED, place, head, self.head)
        if column["betydning"]:
            sheet.write_comment(HOVED, place, synlig(column["betydning"]), {"author": "", "x_scale": 2})
        for row, value in enumerate(cells, HOVED + 1):
            kinds = column.get("pr_raekke") or [column["slags"]] * len(cells)
            self._cell(sheet, row, place, value, kinds[row - HOVED - 1])
        texts = [len(str(cell)) for cell in cells if isinstance(cell, str)]
        sheet.set_column(place, place, min(max([SMAL, len(head) // 2 + 4, *texts]), BRED))

    def _cell(self, sheet: Any, row: int, place: int, value: Any, slags: str) -> None:
        """A value by its kind; a missing one leaves the cell empty."""
        match slags:
            case _ if value is None:
                sheet.write_blank(row, place, None)
            case "oere":
                sheet.write_number(row, place, value / 100, self.numbers[slags])
            case "point":
                sheet.write_number(row, place, value * 100, self.numbers[slags])
            case "dato":
                sheet.write_datetime(row, place, dt.datetime.fromisoformat(value), self.numbers[slags])
            case "andel" | "antal" | "tal" if not isinstance(value, str):
                sheet.write_number(row, place, value, self.numbers[slags])
            case "ja_nej":
                sheet.write_string(row, place, "ja" if value else "nej")
            case _:
                self._words(sheet, row, place, str(value))

    def _words(self, sheet: Any, row: int, place: int, value: str, style: Any = None) -> None:
        shown = synlig(value)[:LAENGSTE_TEKST]
        style = self.text if style is None and shown.startswith(FORMEL) else style
        sheet.write_string(row, place, shown, style)


def _definitions(table: Block) -> str:
    """What the table's percentages mean; the headings' comments say it of every column."""
    shares = [column for column in table["kolonner"] if column["slags"] == "andel" and column["betydning"]]
    words = [f"{column['etiket']}: {column['betydning']}" for column in shares]
    return f"Definition. {' '.join(words)}" if words else ""


def _key_figures(block: Block) -> dict[str, Any]:
    """Key figures as a table: value, unit, numerator and denominator, as the notebook gave them."""
    columns: list[dict[str, Any]] = [
        {"navn": key, "slags": slags, "etiket": label, "betydning": ""} for key, slags, label in NOEGLETAL
    ]
    columns[1]["pr_raekke"] = [t["enhed"] for t in block["tal"]]
    rows = [
        [ENHEDER.get(t[key], t[key]) if key == "enhed" else t[key] for key, _, _ in NOEGLETAL]
        for t in block["tal"]
    ]
    return {"kolonner": columns, "raekker": rows, "raekkenavn": 0}
