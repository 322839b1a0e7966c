"""
The sheets of the workbook: a front sheet, and one a table.

Numbers are numbers with a format, so that a reader can go on counting: shares as
percent, amounts in kroner with øre. A text that starts like a formula is marked as
text, and stays so when somebody edits the cell. Each sheet can be printed as it is:
what stands above the table is divided over lines of one length.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from ehandel_lib.render import formats
from ehandel_lib.render.attachments import FORMEL
from ehandel_lib.render.markdown import Block
from ehandel_lib.render.printed import overskrift, synlig
from ehandel_lib.schema import MAALT_PAA

#: Excel's limit for the text in a cell.
LAENGSTE_TEKST = 32_767

#: The row of the column headings in each sheet, counted from 0: title, base and remark stand above.
HOVED = 5

#: The kinds whose meaning stands above the table; the headings' comments have that of every column.
DEFINERES = frozenset({"andel", "point", "tal"})

#: Columns that hold counts or amounts, row by row, and the columns that say which.
DELE = frozenset({"taeller", "naevner", "taeller_foer", "naevner_foer"})
MAALT = ("maalt_paa", "maal")

#: The columns of the sheet of key figures, as (key, kind, label).
NOEGLETAL = (
    ("label", "tekst", "Nøgletal"),
    ("vaerdi", "tal", "Værdi"),
    ("taeller", "antal", "Tæller"),
    ("naevner", "antal", "Nævner"),
    ("grundlag", "tekst", "Grundlag"),
)

#: Columns of the front sheet and their widths in characters.
INDHOLD = {"Ark": 26, "Nr.": 11, "Titel": 46, "Kapitel": 24, "Grundlag, kilde og note": 70}

#: Text above a table takes so many characters of the usual size, however many columns that is.
TEKSTBREDDE = 110

#: Type sizes in points, and the height of a line to the size.
STOR, ALMEN, LILLE, LINJE = 14, 11, 9, 1.4

#: Excel's limit for the height of a row, in points.
HOEJEST = 409

#: So many characters stand side by side on a page (A4 on its side) in the smallest type that can be read.
SIDEBREDDE = 240

#: And so many at full size.
FULD_SIDE = 145

#: A4, and margins in inches.
A4, RAND = 9, 0.5

MOERK, GRAA, LINK = "#12394F", "#54616B", "#0A6A72"


class Skrevet(NamedTuple):
    """A column as it is seen: its heading, its cells' texts, its kind, and whether it is indented."""

    hoved: str
    celler: list[str]
    slags: str
    indrykket: bool


class Writer:
    """Writes sheets into one workbook, in its formats."""

    def __init__(self, book: Any, leverance: dict[str, Any]) -> None:
        self.book = book
        self.valuta = leverance["valuta"]
        self.kilde = f"leverancen {leverance['navn']}"
        self._styles: dict[tuple[tuple[str, Any], ...], Any] = {}

    def contents(self, front: dict[str, Any], tables: list[tuple[str, Block]]) -> None:
        """The front sheet: what the workbook is, and a link to each table."""
        sheet = self.book.add_worksheet("Indhold")
        for place, wide in enumerate(INDHOLD.values()):
            sheet.set_column(place, place, wide)
        facts = [f"{fact['navn']}: {fact['vaerdi']}" for fact in front["oplysninger"]]
        last, room = len(INDHOLD) - 1, sum(INDHOLD.values())
        self._above(sheet, 0, front["titel"], last, room, STOR)
        self._above(sheet, 1, "; ".join([*facts, front["syntetisk"]]).strip("; "), last, room)
        for place, head in enumerate(INDHOLD):
            sheet.write_string(3, place, head, self._heading("tekst"))
        for row, (name, table) in enumerate(tables, 4):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self._link(), name)
            told = [table["art"], table["titel"], table["kapitel"], self.about(table)]
            for place, words in enumerate(told, 1):
                self._words(sheet, row, place, words)
            _height(sheet, row, told, [*INDHOLD.values()][1:])
        sheet.freeze_panes(4, 0)
        _printable(sheet, 3, len(tables) + 3, last, room)

    def table(self, name: str, table: Block) -> None:
        """A table's sheet: title, remarks, headings with their meaning, and the rows."""
        if table["slags"] == "noegletal":
            table = {**table, **_key_figures(table)}
        sheet = self.book.add_worksheet(name)
        columns = table["kolonner"]
        widths = _widths([self._column(sheet, place, table) for place in range(len(columns))])
        for place, wide in enumerate(widths):
            sheet.set_column(place, place, wide)
        for row, cells in enumerate(table["raekker"], HOVED + 1):
            _height(sheet, row, cells, widths)
        last = _span(widths)
        room = sum(widths[: last + 1]) + formats.SMAL * max(0, last + 1 - len(widths))
        self._above(sheet, 0, f"{table['art']}. {table['titel']}", last, room, STOR)
        self._above(sheet, 1, self.about(table), last, room)
        self._above(sheet, 2, _definitions(table), last, room)
        sheet.write_url(3, 0, "internal:'Indhold'!A1", self._link(), "Til indhold")
        heads = [_lines(self._head(c), w / formats.FED) for c, w in zip(columns, widths, strict=True)]
        sheet.set_row(HOVED, max(heads, default=1) * ALMEN * LINJE)
        sheet.freeze_panes(HOVED + 1, table["raekkenavn"] + 1)
        rows, last = HOVED + len(table["raekker"]), max(last, len(columns) - 1)
        pages = _printable(sheet, HOVED, rows, last, max(room, sum(widths)))
        if pages > 1:
            sheet.repeat_columns(0, table["raekkenavn"])

    def about(self, table: Block) -> str:
        """The table's base, source and remark; its source is the delivery where it names no other."""
        parts = (("Grundlag", table.get("grundlag")), ("Kilde", table.get("kilde") or self.kilde))
        words = [(name, words) for name, words in (*parts, ("Note", table.get("note"))) if words]
        return " ".join(
            f"{name}: {told.removeprefix(f'{name}:').strip().rstrip('.')}." for name, told in words
        )

    def _above(self, sheet: Any, row: int, value: str, last: int, room: float, size: int = LILLE) -> None:
        """A text over the first columns, divided over as many lines as it takes."""
        bold = {"bold": True, "font_color": MOERK} if size > ALMEN else {"font_color": GRAA}
        style = self._style(**bold, font_size=size, text_wrap=True, valign="top")
        sheet.merge_range(row, 0, row, last, "", style)
        self._words(sheet, row, 0, value, style)
        lines = formats.lines(value, room * ALMEN / size / (formats.FED if size > ALMEN else 1))
        sheet.set_row(row, lines * size * LINJE)

    def _column(self, sheet: Any, place: int, table: Block) -> Skrevet:
        """Write a column, and say what is seen of it."""
        column, before = table["kolonner"][place], table["kolonner"][max(place - 1, 0)]["slags"]
        indented = column["slags"] not in formats.HOEJRE and before in formats.HOEJRE
        head, cells = self._head(column), [row[place] for row in table["raekker"]]
        self._words(sheet, HOVED, place, head, self._heading(column["slags"], indented))
        if column["betydning"]:
            sheet.write_comment(HOVED, place, synlig(column["betydning"]), {"author": "", "x_scale": 2})
        kinds = column.get("pr_raekke") or _kinds(table, place)
        codes = formats.formats(cells, kinds, self._unit() if {*kinds} - {column["slags"]} else "")
        texts = [formats.shown(*cell) for cell in zip(cells, kinds, codes, strict=True)]
        for row, cell in enumerate(zip(cells, kinds, codes, strict=True), HOVED + 1):
            self._cell(sheet, row, place, *cell, indented)
        return Skrevet(head, texts, column["slags"], indented)

    def _unit(self) -> str:
        return "kr." if self.valuta == "DKK" else self.valuta

    def _head(self, column: dict[str, Any]) -> str:
        return overskrift(column["etiket"], column["slags"], self.valuta)

    def _cell(
        self, sheet: Any, row: int, place: int, value: Any, slags: str, code: str, indented: bool
    ) -> None:
        """A value by its kind; a missing one leaves the cell empty."""
        style = self._style(num_format=code, valign="top") if code else None
        match slags:
            case _ if value is None:
                sheet.write_blank(row, place, None)
            case "oere":
                sheet.write_number(row, place, value / 100, style)
            case "point":
                sheet.write_number(row, place, value * 100, style)
            case "dato":
                sheet.write_datetime(row, place, dt.datetime.fromisoformat(value), style)
            case "andel" | "antal" | "tal" if not isinstance(value, str):
                sheet.write_number(row, place, value, style)
            case "ja_nej":
                self._words(sheet, row, place, "ja" if value else "nej", indented=indented)
            case _:
                self._words(sheet, row, place, str(value), indented=indented)

    def _words(
        self, sheet: Any, row: int, place: int, value: str, style: Any = None, *, indented: bool = False
    ) -> None:
        shown = synlig(value)[:LAENGSTE_TEKST]
        if style is None:
            marked = {"quote_prefix": True} if shown.startswith(FORMEL) else {}
            style = self._style(**marked, text_wrap=True, valign="top", align="left", indent=int(indented))
        sheet.write_string(row, place, shown, style)

    def _heading(self, slags: str, indented: bool = False) -> Any:
        align = {"align": "right"} if slags in formats.HOEJRE else {"align": "left", "indent": int(indented)}
        return self._style(bold=True, font_color=MOERK, bottom=2, text_wrap=True, valign="bottom", **align)

    def _link(self) -> Any:
        return self._style(font_color=LINK, underline=1, valign="top")

    def _style(self, **properties: Any) -> Any:
        """The workbook's format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self.book.add_format(properties)
        return self._styles[key]


def _widths(columns: list[Skrevet]) -> list[float]:
    """The columns' widths: the texts are widest where all then stands on a page at full size."""
    for bred in (formats.BREDEST, formats.BRED):
        widths = [formats.width(c.hoved, c.celler, c.slags, bred) + c.indrykket for c in columns]
        if sum(widths) <= FULD_SIDE:
            return widths
    return widths


def _span(widths: list[float]) -> int:
    """The last of the columns that a text above the table runs over: two at least, and wide enough."""
    filled = [*widths, *[formats.SMAL] * TEKSTBREDDE]
    return next(place for place, wide in enumerate(accumulate(filled)) if place and wide >= TEKSTBREDDE)


def _height(sheet: Any, row: int, cells: Sequence[Any], widths: Sequence[float]) -> None:
    """Make room for the texts of a row that are divided over lines; a program that opens the file may not."""
    divided = [_lines(c, w) for c, w in zip(cells, widths, strict=True) if isinstance(c, str)]
    if (most := max(divided, default=1)) > 1:
        sheet.set_row(row, min(most * ALMEN * LINJE, HOEJEST))


def _lines(value: str, wide: float) -> int:
    return formats.lines(value, wide - formats.LUFT)


def _printable(sheet: Any, head: int, rows: int, last: int, wide: float) -> int:
    """Set a sheet up for paper, and say over how many pages its columns go."""
    pages = math.ceil(wide / SIDEBREDDE)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(RAND, RAND, RAND, RAND + 0.2)
    sheet.set_footer("&L&A&RSide &P af &N")
    sheet.print_area(0, 0, rows, last)
    sheet.repeat_rows(head)
    sheet.fit_to_pages(pages, 0)
    return pages


def _kinds(table: Block, place: int) -> list[str]:
    """The kind of each of a column's values: a numerator's follows what its row is measured on."""
    column = table["kolonner"][place]
    names = [other["navn"] for other in table["kolonner"]]
    basis = next((names.index(name) for name in MAALT if name in names), None)
    if basis is None or column["navn"] not in DELE:
        return [column["slags"]] * len(table["raekker"])
    return ["oere" if row[basis] == MAALT_PAA[1] else column["slags"] for row in table["raekker"]]


def _definitions(table: Block) -> str:
    """What the table's percentages and other measures mean."""
    told = [column for column in table["kolonner"] if column["slags"] in DEFINERES and column["betydning"]]
    words = [f"{column['etiket']}: {column['betydning']}" for column in told]
    return f"Definition. {' '.join(words)}" if words else ""


def _key_figures(block: Block) -> dict[str, Any]:
    """Key figures as a table: value, numerator and denominator, as the notebook gave them."""
    kinds = {
        "vaerdi": [t["enhed"] for t in block["tal"]],
        **{key: [t.get("talt_i", "antal") for t in block["tal"]] for key in ("taeller", "naevner")},
    }
    columns = [
        {"navn": key, "slags": slags, "etiket": label, "betydning": "", "pr_raekke": kinds.get(key)}
        for key, slags, label in NOEGLETAL
    ]
    rows = [[t[key] for key, _, _ in NOEGLETAL] for t in block["tal"]]
    return {"kolonner": columns, "raekker": rows, "raekkenavn": 0}
