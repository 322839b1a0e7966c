"""The workbook as it is opened and printed: all is seen, numbers have units, rates say what they count."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import openpyxl
import pandas as pd
import pytest
from notebook_fixture import chapter, report
from openpyxl.utils import get_column_letter

from ehandel_lib import show
from ehandel_lib.render import document, workbook
from ehandel_lib.render.printed import TALKOLONNER

#: Characters of the usual size on a page (A4 on its side) at full size, and the smallest that can be read.
PAPIR, MINDST = 146, 0.6

LONG = "Tallene er talt på alle fakturaer i året, også dem uden aftale, og de er regnet uden moms. " * 6

#: A sha256, as the stamp has them.
AFTRYK = "0123456789abcdef" * 4


def opened(*parts: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(document([chapter("Et", *parts)]))))


def targets() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "varekategori": ["Møbler", "Bleer"],
            "maalt_paa": ["omsætning", "faktura"],
            "grad": [0.25, 0.5],
            "taeller": pd.array([151_948_637, 839], "Int64"),
            "naevner": pd.array([607_794_548, 1678], "Int64"),
            "aarsag": ["skjult, så en mindre gruppe ikke kan regnes ud af summen af alle de andre", None],
        }
    )


def measures() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "enhedstype": ["skole", "dagtilbud", "plejecenter"],
            "p": [0.25, 8.6e-06, 1e-16],
            "lighed": [100.0, 80.0, 60.0],
            "omsaetning_oere": pd.array([123_456_789_012_00, -5_00, 0], "Int64"),
            "spredningsforhold": [2.05, 1.0, 12.72],
        }
    )


def wide() -> pd.DataFrame:
    """Seventeen columns, as the widest tables of the report have."""
    return pd.DataFrame({f"E-handlet omsætning {n}": [1_234_567] for n in range(17)})


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return opened(
        lambda: show.tabel(targets(), "Mål", id="maal", note=LONG),
        lambda: show.tabel(measures(), "Slags", id="slags"),
        lambda: show.tabel(wide(), "Mange kolonner", id="bred"),
        lambda: show.tabel(pd.DataFrame({"a": [AFTRYK]}), "Filer", id="filer", kolonner={"a": ("kode", "A")}),
        lambda: show.tabel(pd.DataFrame({"a": [LONG]}), "En kolonne", id="smal"),
    )


@pytest.fixture(params=["small", "report"])
def any_book(request: pytest.FixtureRequest, book: openpyxl.Workbook) -> openpyxl.Workbook:
    """The tables of this file, and those of a whole report."""
    if request.param == "small":
        return book
    return openpyxl.load_workbook(io.BytesIO(workbook(document(report()))))


def widths(sheet: Any) -> list[float]:
    """The columns' widths; openpyxl keeps those of neighbours that are alike with the first."""
    found = [8.43] * sheet.max_column
    for held in sheet.column_dimensions.values():
        for place in range(held.min or 1, min(held.max or 0, len(found)) + 1):
            found[place - 1] = held.width
    return found


def column(sheet: Any, head: str) -> list[Any]:
    place = [cell.value for cell in sheet[6]].index(head)
    return [row[place] for row in sheet.iter_rows(min_row=7)]


def test_every_sheet_is_printed_on_pages_that_can_be_read(any_book: openpyxl.Workbook) -> None:
    for sheet in any_book:
        assert sheet.page_setup.orientation == "landscape", sheet.title
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == ("$4:$4" if sheet.title == "Indhold" else "$6:$6")
        area = sheet.print_area.replace("$", "").split("!")[1]
        assert area == f"A1:{get_column_letter(sheet.max_column)}{sheet.max_row}"
        pages = sheet.page_setup.fitToWidth or 1
        assert PAPIR * pages / sum(widths(sheet)) > MINDST, sheet.title


def test_what_stands_above_a_table_is_divided_over_lines_and_all_of_it_is_seen(
    any_book: openpyxl.Workbook,
) -> None:
    for sheet in any_book:
        merged = {area.min_row: area for area in sheet.merged_cells.ranges}
        for row in (1, 2, 3) if sheet.title != "Indhold" else (1, 2):
            cell = sheet.cell(row, 1)
            assert cell.alignment.wrap_text
            room = sum(widths(sheet)[: merged[row].max_col])
            assert room < PAPIR / MINDST
            lines = len(str(cell.value or "")) * cell.font.size / 11 / room
            assert sheet.row_dimensions[row].height >= max(1, lines) * cell.font.size, (sheet.title, row)


def test_the_frozen_part_leaves_room_for_the_table(any_book: openpyxl.Workbook) -> None:
    for sheet in any_book.worksheets[1:]:
        frozen = sum(sheet.row_dimensions[row].height or 15 for row in range(1, 7))
        assert frozen < 200, sheet.title


def test_the_longest_text_above_takes_its_lines(book: openpyxl.Workbook) -> None:
    assert book["maal"].row_dimensions[2].height >= 4 * 9
    assert book["slags"].row_dimensions[2].height < 2 * 9


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("Omsætning, kr.", "123.456.789.012,00"),
        ("p", "0,0000086"),
        ("Spredning mod tilfælde", "12,72"),
    ],
)
def test_a_number_has_its_room_and_a_little_more(book: openpyxl.Workbook, head: str, text: str) -> None:
    sheet = book["slags"]
    place = [cell.value for cell in sheet[6]].index(head)
    assert widths(sheet)[place] >= len(text) * 1.05 + 1


def test_no_heading_is_broken_within_a_word(any_book: openpyxl.Workbook) -> None:
    for sheet in any_book.worksheets[1:]:
        for cell, wide in zip(sheet[6], widths(sheet), strict=False):
            words = str(cell.value or "").split()
            assert wide >= max(map(len, words), default=0) * 1.1 + 1, (sheet.title, cell.value)
            assert sheet.row_dimensions[6].height >= 11 * len(str(cell.value or "")) * 1.1 / wide


def test_a_text_beside_a_number_keeps_its_distance(book: openpyxl.Workbook) -> None:
    assert [cell.alignment.indent for cell in column(book["maal"], "Årsag")] == [1, 0]
    assert book["maal"]["F6"].alignment.indent == 1
    assert [cell.alignment.indent for cell in column(book["maal"], "Målt på")] == [0, 0]


def test_a_long_text_is_divided_and_a_fingerprint_is_not(book: openpyxl.Workbook) -> None:
    reason = column(book["maal"], "Årsag")[0]
    assert reason.alignment.wrap_text
    assert book["maal"].row_dimensions[7].height >= 2 * 11
    assert widths(book["filer"])[0] > len(AFTRYK)


def test_an_amount_among_counts_is_kroner_and_says_so(book: openpyxl.Workbook) -> None:
    money, count = column(book["maal"], "Tæller")
    assert (money.value, money.number_format) == (1_519_486.37, '#,##0.00" kr."')
    assert (count.value, count.number_format) == (839, "#,##0")


def test_a_small_number_is_not_shown_as_nought(book: openpyxl.Workbook) -> None:
    cells = column(book["slags"], "p")
    assert [cell.number_format for cell in cells] == ["#,##0.00", "#,##0.0000000", '"< 0,000001"']
    assert [cell.value for cell in cells] == [0.25, 8.6e-06, 1e-16]


def test_whole_numbers_have_no_decimals(book: openpyxl.Workbook) -> None:
    assert {cell.number_format for cell in column(book["slags"], "Lighed")} == {"#,##0"}
    assert column(book["slags"], "Spredning mod tilfælde")[1].number_format == "#,##0.00"


@pytest.mark.parametrize(
    ("beside", "meaning"),
    [
        (
            ["omsaetning_e_handlet_oere", "omsaetning_oere"],
            "E-handelsgrad: E-handlet omsætning over omsætning.",
        ),
        (["fakturaer_e_handlet", "antal_fakturaer"], "E-handelsgrad: E-handlede fakturaer over fakturaer."),
        (["maalt_paa"], "målt på omsætning: e-handlet omsætning over omsætning."),
    ],
)
def test_a_rate_says_what_is_counted(beside: list[str], meaning: str) -> None:
    frame = pd.DataFrame(
        {"varekategori": ["Bleer"], "grad": [0.5]}
        | {name: ["faktura" if name == "maalt_paa" else 1] for name in beside}
    )
    sheet = opened(lambda: show.tabel(frame, "T", id="t"))["t"]
    assert meaning in sheet["A3"].value
    assert sheet["B6"].comment.text.strip() in sheet["A3"].value


def test_a_chapter_may_say_itself_what_a_column_means() -> None:
    own = {"grad": ("andel", "Vejle", "Vejles e-handlede fakturaer over Vejles fakturaer.")}
    frame = pd.DataFrame({"varekategori": ["Bleer"], "grad": [0.5]})
    sheet = opened(lambda: show.tabel(frame, "T", id="t", kolonner=own))["t"]
    assert sheet["A3"].value == "Definition. Vejle: Vejles e-handlede fakturaer over Vejles fakturaer."


def test_a_measure_that_is_no_percentage_is_told_too(book: openpyxl.Workbook) -> None:
    assert "Spredning mod tilfælde: Enhedernes spredning over den" in book["slags"]["A3"].value
    assert "p: Hvor ofte tilfældet" in book["slags"]["A3"].value


def test_a_dates_column_is_wide_enough() -> None:
    frame = pd.DataFrame({"maaldato": [dt.date(2026, 12, 31)]})
    assert widths(opened(lambda: show.tabel(frame, "T", id="t"))["t"])[0] >= 11


def test_a_sheets_title_says_no_word_twice(any_book: openpyxl.Workbook) -> None:
    for sheet in any_book.worksheets[1:]:
        first, _, rest = sheet["A1"].value.partition(". ")
        assert not re.match(rf"{re.escape(first)}\b", rest), sheet["A1"].value


def test_kinds_that_stand_right_are_the_ones_that_are_numbers() -> None:
    from ehandel_lib.render.formats import HOEJRE

    assert TALKOLONNER < HOEJRE


def test_a_text_has_more_room_where_there_are_few_columns() -> None:
    few, many = {"a": [LONG]}, {"a": [LONG]} | {f"n{i}": [1] for i in range(14)}
    widest = [
        max(widths(opened(lambda f=frame: show.tabel(pd.DataFrame(f), "T", id="t"))["t"]))
        for frame in (few, many)
    ]
    assert widest[0] > 60 > 50 > widest[1]
