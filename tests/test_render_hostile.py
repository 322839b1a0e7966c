"""Hostile names, notes and labels are printed as the characters they are, in all three forms."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from html.parser import HTMLParser

import openpyxl
import pandas as pd
import pytest
from notebook_fixture import bars, chapter
from pdf_text import runs, solid

from ehandel_lib import show
from ehandel_lib.render import document, html, pdf, workbook

WORD = "x" * 10_000

#: What came in → what is read in print. A character with no look of its own is printed as its number.
FJENDTLIGE = {
    '#read("/etc/passwd")': '#read("/etc/passwd")',
    "#{panic()}": "#{panic()}",
    "#image(\"/etc/hostname\")": "#image(\"/etc/hostname\")",
    "$x^2$ \\input{/etc/passwd}": "$x^2$ \\input{/etc/passwd}",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>': '"><img src=x onerror=alert(1)>',
    "</style><b>": "</style><b>",
    "{{ 7*7 }} {% include 'x' %}": "{{ 7*7 }} {% include 'x' %}",
    '=HYPERLINK("http://ond.example";"klik")': '=HYPERLINK("http://ond.example";"klik")',
    "+1+cmd|' /C calc'!A0": "+1+cmd|' /C calc'!A0",
    "@SUM(1)": "@SUM(1)",
    "https://ond.example/a": "https://ond.example/a",
    "![x](http://ond.example/x.png) *_ [y](file:///etc/passwd)": (
        "![x](http://ond.example/x.png) *_ [y](file:///etc/passwd)"
    ),
    "evil\u202etxt.exe": "evil[U+202E]txt.exe",
    "nul\x00 esc\x1b[31m": "nul[U+0000] esc[U+001B][31m",
    "@label <ref> ~ -- ... // /* */": "@label <ref> ~ -- ... // /* */",
    "privat \ue000": "privat [U+E000]",
    "Ringkøbing-Skjern ÆØÅ æøå é ß ł": "Ringkøbing-Skjern ÆØÅ æøå é ß ł",
}  # fmt: skip


def hostile_report():
    names = [*FJENDTLIGE, WORD, "smil 😀🧿"]
    frame = pd.DataFrame({"leverandoer_navn": names, "beloeb_oere": range(len(names))})
    notebook = chapter(
        "Kapitel",
        lambda: show.tabel(frame, "Tabel " + names[0], id="t", note=names[4], kilde=names[8]),
        lambda: show.figur(
            bars(names[:18], [1.0] * 18),
            "Figur " + names[5],
            id="f",
            alt=names[6],
            data=frame,
            grundlag=names[7],
        ),
        lambda: show.noegletal([show.Noegletal(n, n, "tekst", grundlag=n) for n in names], id="n"),
        *(lambda n=n: show.laesning(n) for n in names),
        lambda: show.liste(names),
    )
    return document([notebook])


@pytest.fixture(scope="module")
def made():
    return hostile_report()


@pytest.fixture(scope="module")
def as_pdf(made):
    return pdf(made)


@pytest.fixture(scope="module")
def as_html(made):
    return html(made).decode()


@pytest.fixture(scope="module")
def as_book(made):
    return workbook(made)


@pytest.mark.parametrize("text", FJENDTLIGE.values())
def test_the_pdf_prints_the_characters(as_pdf, text):
    found = solid(as_pdf).replace("\u2010", "")
    assert found.count(re.sub(r"\s", "", text)) >= 4  # table, tile, finding, list


def test_letters_no_font_of_ours_has_are_printed_as_numbers(as_pdf):
    assert "smil😀[U+1F9FF]" in solid(as_pdf)


def test_nothing_runs_off_the_page(as_pdf):
    for run in runs(as_pdf):
        assert run.x >= 70
        assert run.x + run.bredde <= 595.3 - 68, run
        assert 25 < run.y < 820, run


def test_a_word_of_ten_thousand_letters_is_cut(as_pdf, as_html):
    assert "x" * 120 + "…" in solid(as_pdf)
    assert "x" * 121 not in solid(as_pdf)
    assert "x" * 121 not in as_html


class Reader(HTMLParser):
    """The words of a page, its elements, and whatever it would fetch."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words, self.tags, self.addresses = [], set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [
            value for name, value in attrs if name in {"src", "href", "data", "action", "poster"}
        ]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def read(as_html):
    reader = Reader()
    reader.feed(as_html)
    return reader


@pytest.mark.parametrize("text", FJENDTLIGE.values())
def test_the_page_prints_the_characters(read, text):
    assert " ".join(read.words).count(text) >= 4


def test_the_page_has_no_script_and_fetches_nothing(read):
    assert not read.tags & {"script", "iframe", "object", "embed", "link", "base", "form", "svg"}
    assert all(address.startswith(("#", "data:image/svg+xml;base64,")) for address in read.addresses)


@pytest.mark.parametrize("text", FJENDTLIGE.values())
def test_the_workbook_holds_the_characters_as_text(as_book, text):
    book = openpyxl.load_workbook(io.BytesIO(as_book))
    cells = [cell for row in book["t"].iter_rows() for cell in row if cell.value == text]
    assert cells
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


def test_the_workbook_has_no_formula_and_no_link_out_of_itself(as_book):
    with zipfile.ZipFile(io.BytesIO(as_book)) as file:
        for name in file.namelist():
            root = ET.fromstring(file.read(name)) if name.endswith((".xml", ".rels")) else ()
            kinds = {element.tag.rpartition("}")[2] for element in root.iter()} if len(root) else set()
            assert "f" not in kinds
            assert b'TargetMode="External"' not in file.read(name)


def test_the_long_word_is_whole_in_the_workbook(as_book):
    book = openpyxl.load_workbook(io.BytesIO(as_book))
    assert WORD in {cell.value for row in book["t"].iter_rows() for cell in row}
