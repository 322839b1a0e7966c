"""Executed notebooks become one document: what they show, in order, and nothing of their code."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_fixture import bars, cell, chapter, delivered, report, tiles

from ehandel_lib import show
from ehandel_lib.errors import ReportError
from ehandel_lib.render import document
from ehandel_lib.render.markdown import blocks, plain


def finding(words):
    return lambda: show.laesning(words)


def kinds(chapter):
    return [block["slags"] for block in chapter["blokke"]]


def test_a_document_is_data_and_holds_no_code():
    text = json.dumps(document(report()))
    assert "kode, der aldrig vises" not in text
    assert json.loads(text) == document(report())


def test_chapters_and_their_blocks_keep_the_order_of_the_notebooks():
    made = document([chapter("Et", "## Hvad?", tiles, finding("Meget.")), chapter("To", finding("Lidt."))])
    assert [c["titel"] for c in made["kapitler"]] == ["Et", "To"]
    assert kinds(made["kapitler"][0]) == ["overskrift", "noegletal", "laesning"]


def test_figures_and_tables_are_numbered_through_the_report():
    made = document(report())
    numbers = [
        (b["slags"], b["nummer"])
        for c in made["kapitler"]
        for b in c["blokke"]
        if b["slags"] in {"figur", "tabel"}
    ]
    assert numbers == [("figur", 1), ("tabel", 1), ("figur", 2), ("figur", 3), ("tabel", 2)]


def test_no_heading_level_is_skipped():
    made = document([chapter("Et", "#### Dybt\n\n# Højt\n\n### Dybt igen")])
    assert [b["niveau"] for b in made["kapitler"][0]["blokke"]] == [2, 2, 3]


def figure_without_picture():
    notebook = chapter("Et")
    twin = {"slags": "figur", "version": 1, "id": "f", "titel": "Uden billede"}
    notebook.cells.append(new_code_cell(outputs=[new_output("display_data", data={show.MIME: twin})]))
    return [notebook]


def failed():
    notebook = chapter("Et")
    error = new_output("error", ename="KeyError", evalue="'grad'", traceback=[])
    notebook.cells.append(new_code_cell("1/0", outputs=[error]))
    return [notebook]


def unknown_twin(**changes):
    twin = {"slags": "laesning", "version": 1, "tekst": "x"} | changes
    notebook = chapter("Et")
    notebook.cells.append(new_code_cell(outputs=[new_output("display_data", data={show.MIME: twin})]))
    return [notebook]


def without_heading():
    return [new_notebook(cells=[cell(lambda: show.kapitel(delivered()))])]


def without_kapitel():
    return [new_notebook(cells=[new_markdown_cell("# Et")])]


def other_year():
    return [chapter("Et", data=delivered(aar=2024)), chapter("To", data=delivered(aar=2023))]


def same_id():
    return [chapter("Et", tiles), chapter("To", tiles)]


@pytest.mark.parametrize(
    ("notebooks", "message"),
    [
        (list, "ingen notesbøger"),
        (without_heading, "Notesbog nr. 1 har ingen overskrift"),
        (without_kapitel, '"Et" er ikke kørt, eller det kalder ikke kapitel'),
        (failed, "celle 3 i kapitlet \"Et\" fejlede med KeyError: 'grad'"),
        (lambda: unknown_twin(version=2), "'laesning', version 2"),
        (lambda: unknown_twin(slags="kort"), "'kort', version 1"),
        (figure_without_picture, "mangler billedet til figuren 'Uden billede'"),
        (other_year, '"To" handler om andre data end det første .Vejle 2023'),
        (same_id, "'hovedtal' .id. bruges to gange"),
    ],
)
def test_what_cannot_be_published_is_refused_with_a_sentence(notebooks, message):
    with pytest.raises(ReportError, match=message):
        document(notebooks())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Se [loven](https://lov.dk/1)", "Se loven (https://lov.dk/1)"),
        ("Se [afsnittet](#her)", "Se afsnittet"),
        ("![en kat](file:///etc/passwd)", "en kat"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("`#read('/etc/passwd')`", "#read('/etc/passwd')"),
        ("En linje\nog den næste", "En linje og den næste"),
        ("> citat", "citat"),
        ("    kodeblok", "kodeblok"),
        ("Pris: $x$ og *_", "Pris: $x$ og *_"),
    ],
)
def test_markdown_is_words_and_never_markup(source, words):
    assert "".join(plain(block["indhold"]) for block in blocks(source)) == words


def test_lists_and_simple_tables_are_known():
    [points] = blocks("1. først\n2. så\n   - indrykket")
    assert points["ordnet"] is True
    assert [b["slags"] for b in points["punkter"][1]] == ["afsnit", "punkter"]
    [table] = blocks("| ord | n |\n|---|--:|\n| **post** | 2 |")
    assert (table["hoved"], table["hoejre"], table["raekker"]) == (
        ["ord", "n"],
        [False, True],
        [["post", "2"]],
    )


def test_a_drawing_stays_out_of_the_twin():
    notebook = chapter(
        "Et", lambda: show.figur(bars(["a"], [1]), "T", id="f", alt="a", data=delivered().poster)
    )
    [output] = notebook.cells[-1].outputs
    assert "svg" not in output.data[show.MIME]
    assert document([notebook])["kapitler"][0]["blokke"][0]["svg"].startswith("<?xml")
