"""The page and the workbook: complete, accessible in structure, and the same each time."""

import base64
import datetime as dt
import hashlib
import io
import itertools
import os
import re
import subprocess
import sys

import openpyxl
import pytest
from lxml import html as lxml_html
from notebook_fixture import chapter, delivered, rates, report

from ehandel_lib import show
from ehandel_lib.render import document, html, pdf, workbook


@pytest.fixture(scope="module")
def page():
    return lxml_html.document_fromstring(html(document(report())).decode())


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(workbook(document(report()))))


def test_the_same_document_gives_the_same_page_and_workbook():
    first, second = document(report()), document(report())
    assert html(first) == html(second)
    assert workbook(first) == workbook(second)


def test_the_page_says_its_language_and_has_one_title(page):
    assert page.get("lang") == "da"
    assert [h.text_content() for h in page.iter("h1")] == ["E-handel i Vejle Kommune 2024"]
    assert page.findtext("head/title") == "E-handel i Vejle Kommune 2024"


def test_no_heading_level_is_skipped(page):
    levels = [int(element.tag[1]) for element in page.iter() if re.fullmatch(r"h[1-6]", str(element.tag))]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_landmarks_and_a_way_past_them(page):
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.xpath(f"//{landmark}")) == 1
    first = page.xpath("//body//a")[0]
    assert first.get("href") == "#indhold"
    assert page.xpath("//main/@id") == ["indhold"]


def test_every_link_leads_to_a_place_on_the_page_and_no_place_is_double(page):
    places = page.xpath("//@id")
    assert len(places) == len(set(places))
    assert {link.removeprefix("#") for link in page.xpath("//a/@href")} <= set(places)


def test_the_contents_lead_to_each_chapter_and_each_question(page):
    shown = {link.get("href").removeprefix("#") for link in page.xpath("//nav//a")}
    questions = page.xpath("//main//h3[not(ancestor::details)]/@id")
    assert len(questions) == 5
    assert {*questions, *page.xpath("//main//h2/@id")} <= shown


def test_a_chapter_ends_with_its_note_on_method():
    raw = html(document([chapter("Et", "Tekst", "## Sådan er der talt\nHver for sig.")])).decode()
    [note] = lxml_html.document_fromstring(raw).xpath("//section/*[last()][@class='metode']")
    assert " ".join(note.text_content().split()) == "Sådan er der talt i Et Hver for sig."


def test_tables_have_captions_and_headings_with_scope(page):
    for table in page.iter("table"):
        assert {th.get("scope") for th in table.xpath("./thead//th")} == {"col"}
        assert all(row.xpath("./th/@scope") == ["row"] for row in table.xpath("./tbody/tr"))
    captions = [" ".join(caption.text_content().split()) for caption in page.iter("caption")]
    assert "Tabel 1. E-handelsgrad pr. enhed" in captions


def test_figures_are_images_with_alt_text_and_their_table_beside_them(page):
    figures = list(page.iter("figure"))
    assert len(figures) == 3
    for figure in figures:
        [image] = figure.iter("img")
        assert image.get("alt").startswith("Kontorartikler ligger højest")
        drawing = image.get("src").removeprefix("data:image/svg+xml;base64,")
        assert base64.b64decode(drawing).startswith(b"<?xml")
        assert figure.xpath(".//details//table")


def test_the_page_carries_its_fonts_and_is_not_heavy(page):
    css = page.findtext("head/style")
    assert css.count("src:url(data:font/ttf;base64,") == 4
    assert "http" not in css
    assert len(html(document(report()))) < 2_000_000


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ink", ["blaek", "moerk", "accent", "graa"])
@pytest.mark.parametrize("paper", ["#ffffff", "flade"])
def test_all_text_stands_out_from_its_ground(page, ink, paper):
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", page.findtext("head/style")))
    assert contrast(colours[ink], colours.get(paper, paper)) >= 4.5


def test_the_front_sheet_links_every_table(book):
    front = book["Indhold"]
    links = {cell.hyperlink.location for row in front.iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in book.sheetnames[1:]}
    assert book.sheetnames == [
        "Indhold",
        "hovedtal",
        "kategorier",
        "enheder",
        "intervaller",
        "korte",
        "brede",
    ]


def test_numbers_in_the_workbook_are_numbers_with_a_format(book):
    sheet = book["kategorier"]
    head = [cell.value for cell in sheet[6]]
    row = dict(zip(head, sheet[8], strict=True))
    assert row["E-handelsgrad på faktura"].value == 0.37
    assert row["E-handelsgrad på faktura"].number_format == "0.0%"
    assert row["Omsætning, kr."].value == 12_345_678_901 / 100
    assert row["Fakturaer"].value == 117
    assert sheet[12][head.index("E-handelsgrad på faktura")].value is None  # the rate that is missing
    assert sheet.freeze_panes == "B7"


def test_key_figures_keep_what_they_were_counted_from(book):
    rows = [[cell.value for cell in row[:5]] for row in book["hovedtal"].iter_rows(min_row=6)]
    assert rows[0] == [
        "Nøgletal",
        "Værdi",
        "Tæller",
        "Nævner",
        "Grundlag",
    ]
    assert rows[1] == ["E-handelsgrad på omsætning", 0.273, 2.73, 10, "af 10 kr."]
    assert rows[2][2:4] == [41, 100]
    assert rows[3] == ["Omsætning", 312_400_000, None, None, "uden moms"]
    formats = [[cell.number_format for cell in row[1:4]] for row in book["hovedtal"].iter_rows(min_row=7)]
    assert formats[:2] == [["0.0%", *['#,##0.00" kr."'] * 2], ["0.0%", "#,##0", "#,##0"]]
    assert formats[2][0] == '#,##0.00" kr."'


def test_the_workbooks_date_is_that_of_the_data(book):
    assert book.properties.created == dt.datetime(2024, 12, 31)


def test_long_ids_get_sheets_of_their_own():
    long = "kategorier-med-et-meget-langt-navn"
    parts = [lambda n=n: show.tabel(rates(["a"]), "T", id=f"{long}-{n}") for n in range(3)]
    names = openpyxl.load_workbook(io.BytesIO(workbook(document([chapter("Et", *parts)])))).sheetnames
    assert len({name.casefold() for name in names}) == 4
    assert all(len(name) <= 31 for name in names)


def test_a_report_without_any_table_is_a_workbook_with_its_front_sheet():
    empty = document([chapter("Et", data=delivered(asof=None))])
    assert openpyxl.load_workbook(io.BytesIO(workbook(empty))).sheetnames == ["Indhold"]


def test_hash_seed_time_zone_and_locale_do_not_reach_the_files():
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); import notebook_fixture as n;"
        "from ehandel_lib import render as r; d = r.document(n.report()[:1]);"
        "print(hashlib.sha256(r.html(d) + r.workbook(d) + r.pdf(d)).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    run = [sys.executable, "-c", code, os.path.dirname(__file__)]
    there = subprocess.run(run, capture_output=True, text=True, env=environment, check=True).stdout.strip()
    made = document(report()[:1])
    assert there == hashlib.sha256(html(made) + workbook(made) + pdf(made)).hexdigest()


def test_words_with_a_hyphen_are_kept_whole_and_what_was_text_stays_text():
    hostile = 'e-handel <e-handel> & it-tilbehør "av-x" e-' + "x" * 90
    made = html(
        document([chapter("E-handel", hostile, lambda: show.tabel(rates([hostile]), hostile, id="t"))])
    )
    page = lxml_html.document_fromstring(made.decode())
    assert {span.text for span in page.iter("span") if span.get("class") == "hel"} >= {
        "e-handel",
        "it-tilbehør",
    }
    [caption] = page.iter("caption")
    assert caption.text_content() == f"Tabel 1. {hostile}"
    assert page.xpath("//div[@role='region']/@aria-label") == [f"Tabel 1. {hostile}"]
    assert not list(page.iter("e-handel"))


def test_each_question_has_its_number_in_the_text_and_in_the_contents(page):
    heads = [" ".join(h.text_content().split()) for h in page.xpath("//main//h3[@id]")]
    assert heads[:3] == [
        "1.1 Hvor skal der sættes ind?",
        "2.1 Hvilke kategorier e-handles mest?",
        "2.2 Hvordan fordeler enhederne sig?",
    ]
    assert [" ".join(a.text_content().split()) for a in page.xpath("//nav//ul//a")] == heads


def test_a_chart_can_be_scrolled_by_keyboard_and_says_which_it_is(page):
    for figure in page.iter("figure"):
        [box] = figure.xpath("./div[@role='region'][@tabindex='0'][img]")
        assert box.get("aria-label") == " ".join(figure.find("figcaption").text_content().split())
