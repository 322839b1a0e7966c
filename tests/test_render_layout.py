"""What is printed of a document: strings, laid out, nothing said twice and nothing divided without need."""

import pandas as pd
import pytest
from notebook_fixture import chapter, chart, delivered, rates
from pdf_text import words

from ehandel_lib import show
from ehandel_lib.render import columns, document, html, layout, pdf
from ehandel_lib.render.attachments import attachments
from ehandel_lib.render.markdown import plain
from ehandel_lib.render.printed import synlig


def blocks(*parts, **options):
    return layout.printed(document([chapter("Et", *parts, **options)]), synlig)["kapitler"][0]["blokke"]


def finding(words):
    return lambda: show.laesning(words)


def said(block):
    return [(text["fed"], text["rest"]) for text in block["tekster"]]


def test_a_chapter_opens_with_its_findings_in_one_box():
    [box, _] = blocks(finding("Et. Og mere."), finding("To."), "Tekst")
    assert box["form"] == "boks"
    assert said(box) == [("Et.", "Og mere."), ("", "To.")]


def test_the_answer_stands_between_the_question_and_the_figure_that_shows_it():
    figure = lambda: chart(rates(["a", "b"]), "f")  # noqa: E731
    made = blocks("## Hvor?", figure, finding("Her. Mest der."), finding("Også dér."))
    assert [(b["slags"], b.get("form"), b["bundet"]) for b in made] == [
        ("overskrift", None, False),
        ("laesning", "svar", True),
        ("figur", None, True),
        ("laesning", "mere", False),
    ]
    assert [said(made[1]), said(made[3])] == [[("Her.", "Mest der.")], [("", "Også dér.")]]


def test_an_answer_without_a_figure_stays_where_it_is():
    made = blocks("## Hvor?", finding("Her."), "Tekst", finding("Der."))
    assert [b.get("form") for b in made] == [None, "svar", None, "svar"]


def test_the_first_sentence_does_not_end_at_an_abbreviation():
    [box] = blocks(finding("Hos J. Hansen er nr. 4 skolen i St. Heddinge. Den køber 3,5 mio. kr."))
    assert said(box) == [("Hos J. Hansen er nr. 4 skolen i St. Heddinge.", "Den køber 3,5 mio. kr.")]


def reasons(*why):
    frame = pd.DataFrame({"varekategori": ["a", "b"], "aarsag": pd.array(why, "str")})
    [table] = blocks(lambda: show.tabel(frame, "T", id="t"))
    return [column["hoved"] for column in table["kolonner"]]


def test_a_column_of_reasons_is_shown_only_where_there_is_one():
    assert reasons(None, "for få fakturaer") == ["Varekategori", "Årsag"]
    assert reasons(None, None) == ["Varekategori"]


def test_a_column_for_the_workbook_alone_is_not_printed_but_attached():
    data = rates(["Møbler", "Bleer"])[["varekategori", "grad_faktura", "fakturaer_e_handlet"]]
    call = lambda: show.tabel(data, "T", id="t", kun_i_ark=["fakturaer_e_handlet"])  # noqa: E731
    [table] = blocks(call)
    assert [column["hoved"] for column in table["kolonner"]] == ["Varekategori", "E-handelsgrad på faktura"]
    [attached] = attachments(document([chapter("Et", call)]))
    assert attached["indhold"].splitlines()[0] == "varekategori;grad_faktura;fakturaer_e_handlet"


def test_what_stands_under_a_figure_is_named_once():
    call = lambda: show.tabel(rates(["a"]), "T", id="t", kilde="Kilde: data", note="obs")  # noqa: E731
    [table] = blocks(call)
    assert table["under"] == [{"navn": "Kilde", "tekst": "data"}, {"navn": "Note", "tekst": "obs"}]


def test_an_empty_table_is_a_sentence_in_both_forms():
    empty = document([chapter("Et", lambda: show.tabel(rates(["a"]).head(0), "T", id="t"))])
    assert "Der er ingen rækker at vise." in html(empty).decode()
    assert b"<table" not in html(empty)
    assert "Der er ingen rækker at vise." in words(pdf(empty))


@pytest.mark.parametrize(("rows", "whole"), [(22, True), (23, False)])
def test_a_table_of_half_a_page_is_never_divided(rows, whole):
    [table] = blocks(lambda: show.tabel(rates(["x"] * rows), "T", id="t"))
    assert table["hel"] is whole


def test_an_empty_table_is_left_out_where_a_finding_says_why():
    empty = lambda: show.tabel(rates(["a"]).head(0), "T", id="t")  # noqa: E731
    full = lambda: show.tabel(rates(["a"]), "U", id="u")  # noqa: E731
    made = blocks(empty, finding("Ingen."), "Tekst", full, finding("En."))
    assert [(b["slags"], b.get("nummer")) for b in made] == [
        ("laesning", None),
        ("afsnit", None),
        ("tabel", 1),
        ("laesning", None),
    ]


NOTE = "## Sådan er der talt\nHver for sig."


@pytest.mark.parametrize(
    ("parts", "body", "note"),
    [
        (["Tekst", NOTE], ["afsnit"], ["Hver for sig."]),
        ([NOTE, "## Hvad så?"], ["overskrift", "afsnit", "overskrift"], []),
        (["## Hvad er ikke med?"], ["overskrift"], []),
    ],
    ids=["last", "not last", "another"],
)
def test_a_chapter_s_last_section_is_its_note_where_it_is_called_so(parts, body, note):
    [made] = layout.printed(document([chapter("Et", *parts)]), synlig)["kapitler"]
    assert [block["slags"] for block in made["blokke"]] == body
    assert [plain(block["indhold"]) for block in made["metode"]] == note


def test_the_front_page_names_municipality_year_base_and_date():
    front = layout.frontpage(document([chapter("Et", data=delivered("Ærø", 2023, valuta="GBP"))]))
    assert front["titel"] == "E-handel i Ærø Kommune 2023"
    facts = {fact["navn"]: fact["vaerdi"].replace("\xa0", " ") for fact in front["oplysninger"]}
    assert facts == {
        "Opgjort til og med": "31. december 2023",
        "Grundlag": "2 fakturaposter, 312 mio. GBP uden moms",
        "Leverance": "Syntetisk Danmark",
        "Datobasis": "Fakturadato",
    }


def column(head, *, tal=False, kode=False):
    return {"hoved": head, "tal": tal, "kode": kode}


@pytest.mark.parametrize("numbers", [1, 5, 8, 12, 20, 60])
def test_a_table_is_never_wider_than_its_paper(numbers):
    heads = [column("Navn"), *[column("E-handelsgrad på omsætning", tal=True)] * numbers]
    fit = columns.fit(heads, [["Kommune", *["100,0 %"] * numbers]])
    assert sum(fit.bredder) <= columns.BREDDE[fit.papir] + 0.5
    assert len(fit.bredder) == numbers + 1


def test_type_gets_smaller_before_the_paper_is_turned():
    papers = []
    for numbers in range(1, 16):
        heads = [column("Navn"), *[column("Andel", tal=True)] * numbers]
        fit = columns.fit(heads, [["Kommune", *["100,0 %"] * numbers]])
        papers.append((fit.papir == "side", -fit.stoerrelse))
    assert papers == sorted(papers, key=lambda choice: choice[0])
    assert (False, -7.0) in papers
    assert papers[0] == (False, -9.0)


@pytest.mark.parametrize(("numbers", "paper"), [(3, "halv"), (5, "op"), (20, "side")])
def test_a_table_of_the_appendix_takes_the_least_paper_on_which_it_can_be_read(numbers, paper):
    heads = [column("Navn"), *[column("E-handelsgrad på omsætning", tal=True)] * numbers]
    fit = columns.fit(heads, [["Storkøkkenudstyr", *["100,0 %"] * numbers]], columns.BILAG)
    assert (fit.papir, fit.stoerrelse >= 7) == (paper, True)
    assert sum(fit.bredder) <= columns.BREDDE[paper] + 0.5


def test_numbers_and_codes_get_the_room_of_their_widest_cell():
    text, number, code = columns.fit(
        [column("Tekst"), column("Tal", tal=True), column("Kode", kode=True)],
        [["ord " * 60, "123.456.789", "DEMO-BRAEND"]],
    ).bredder
    assert number >= len("123.456.789") * 9 * 0.5
    assert code >= len("DEMO-BRAEND") * 9 * 0.5
    assert text > number + code
