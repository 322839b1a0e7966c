"""The PDF: tagged, archivable, the same each time, and made of characters only."""

import io
import os
import subprocess

import pikepdf
import pytest
from notebook_fixture import bars, chapter, chart, delivered, rates, report
from pdf_text import runs, words

from ehandel_lib import show
from ehandel_lib.render import document, pdf

A4 = (595.3, 841.9)


@pytest.fixture(scope="module")
def whole():
    return pdf(document(report()))


@pytest.fixture(scope="module")
def placed(whole):
    return runs(whole)


def opened(raw):
    return pikepdf.open(io.BytesIO(raw))


def elements(element, kind):
    """The structure elements of a kind, in reading order."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if kind == kid.S:
                yield kid
            yield from elements(kid, kind)


def attribute(element, name):
    found = element.get("/A", [])
    parts = list(found) if isinstance(found, pikepdf.Array) else [found]
    return next((str(part[name]) for part in parts if name in part), None)


def test_the_same_document_gives_the_same_bytes(whole):
    assert pdf(document(report())) == whole


def test_title_language_and_date_are_those_of_the_data(whole):
    with opened(whole) as file:
        assert str(file.Root.Lang) == "da-DK"
        assert str(file.docinfo.Title) == "E-handel i Vejle Kommune 2024"
        assert str(file.docinfo.CreationDate) == "D:20241231000000Z"
        assert bool(file.Root.ViewerPreferences.DisplayDocTitle)


def test_chapters_and_questions_are_bookmarks(whole):
    with opened(whole) as file, file.open_outline() as outline:
        chapters = [item.title for item in outline.root]
        questions = [child.title for item in outline.root for child in item.children]
    assert any("Varekategorier" in title for title in chapters)
    assert any("Hvilke kategorier e-handles mest?" in title for title in questions)


def test_every_table_has_column_headings_and_a_name_for_each_row(whole):
    with opened(whole) as file:
        tables = list(elements(file.Root.StructTreeRoot, "/Table"))
        assert len(tables) == 6  # two tables, one in Markdown, three in the appendix
        for table in tables:
            head, *rows = elements(table, "/TR")
            assert {attribute(cell, "/Scope") for cell in elements(head, "/TH")} == {"/Column"}
            assert rows
            for row in rows:
                assert [attribute(cell, "/Scope") for cell in elements(row, "/TH")] == ["/Row"]


def test_each_figure_carries_its_alt_text(whole):
    with opened(whole) as file:
        alts = [str(figure.Alt) for figure in elements(file.Root.StructTreeRoot, "/Figure")]
    assert (
        alts
        == ["Kontorartikler ligger højest, telefoni lavest; fire af seks kategorier ligger under 55 pct."] * 3
    )


def test_each_table_and_figure_is_attached_as_csv(whole):
    with opened(whole) as file:
        names = sorted(file.attachments)
        content = file.attachments["tabel_01_enheder.csv"].get_file().read_bytes().decode()
    assert names == [
        "figur_01_kategorier.csv",
        "figur_02_intervaller.csv",
        "figur_03_korte.csv",
        "tabel_01_enheder.csv",
        "tabel_02_brede.csv",
    ]
    assert content.splitlines()[0].startswith("enhed_navn;antal_fakturaer;")
    assert len(content.splitlines()) == 91


def test_a_long_table_repeats_its_headings_on_each_page(placed):
    pages = {run.side for run in placed if run.tekst.startswith("Skolen ved")}
    headings = {run.side for run in placed if run.tekst == "Enhed"}
    assert len(pages) == 3
    assert pages <= headings


def test_every_page_but_the_first_says_where_it_belongs_and_that_the_data_are_synthetic(placed):
    last = max(run.side for run in placed)
    for page in range(2, last + 1):
        text = " ".join(run.tekst for run in placed if run.side == page).replace("\xa0", " ")
        assert "Vejle Kommune · 2024 · Syntetiske data" in text
        assert f"Side {page} af {last}" in text
    assert "Syntetiske data" in " ".join(run.tekst for run in placed if run.side == 1)


def test_real_data_carry_no_such_mark():
    assert "Syntetiske" not in words(pdf(document([chapter("Et", data=delivered(syntetisk=False))])))


def test_numbers_in_a_column_end_at_the_same_place(placed):
    first, *_, last = [run for run in placed if run.tekst.startswith("Skolen ved")]
    percents = [r for r in placed if first.side <= r.side < last.side and r.tekst.rstrip().endswith("%")]
    assert len(percents) > 50
    assert len({round(run.x + run.bredde) for run in percents}) == 2  # two columns of percentages


def test_a_heading_is_never_the_last_line_of_its_page():
    parts = [
        part
        for n in range(12)
        for part in (f"## Spørgsmål {n}?", lambda n=n: chart(rates(list("abc")), f"f{n}"))
    ]
    placed = runs(pdf(document([chapter("Et", *parts)])))
    for heading in (run for run in placed if run.tekst.startswith("Spørgsmål")):
        below = [r for r in placed if r.side == heading.side and 60 < r.y < heading.y]
        assert any(run.tekst.startswith("Figur") for run in below)


@pytest.mark.parametrize("parts", [(), (lambda: show.tabel(rates(["a"]).head(0), "Tom", id="tom"),), ("",)])
def test_a_chapter_with_next_to_nothing_is_a_page(parts):
    assert words(pdf(document([chapter("Et", *parts, data=delivered(asof=None))]))).count("Et") >= 1


def test_a_large_drawing_is_made_to_fit_the_page():
    names = [f"Kategori {n}" for n in range(200)]
    call = lambda: show.figur(bars(names, [1.0] * 200), "Stor", id="f", alt="a", data=rates(["a"]))  # noqa: E731
    with opened(pdf(document([chapter("Et", call)]))) as file:
        assert len(file.pages) == 3  # title, chapter, appendix: the drawing takes no page of its own


@pytest.mark.skipif(not os.environ.get("VERAPDF"), reason="VERAPDF peger ikke på programmet veraPDF")
@pytest.mark.parametrize("flavour", ["ua1", "3a"])
def test_verapdf_finds_no_fault(whole, flavour, tmp_path):
    path = tmp_path / "rapport.pdf"
    path.write_bytes(whole)
    result = subprocess.run([os.environ["VERAPDF"], "-f", flavour, str(path)], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
