"""The laws of a notebook, and that each one runs: in a fresh process, and on next to nothing."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from small_delivery import line, run, write

from ehandel_lib import analyses, compare, enheder, handlingsplan, over_tid, rates, registrering, tid_og_penge
from ehandel_lib.reference import PROJECT
from ehandel_lib.run.depth import MAERKE, at_depth
from ehandel_lib.run.execute import execute
from ehandel_lib.run.report import CHANGES, chapters
from ehandel_lib.show import MIME

NOTEBOOKS = chapters(compared=True)

NAMES = [
    "0_overblik",
    "aendringer",
    "1_varekategorier",
    "2_faktura_og_omsaetning",
    "3_beloebsintervaller",
    "4_e_handelssystemer",
    "5_handlingsplan",
    "6_enheder",
    "7_aftaler",
    "8_udvikling",
    "9_metode_og_datakvalitet",
]

#: What a cell may not hold: it calls the library, which defines, loops, branches and catches.
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.IfExp,
    ast.Try, ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Match,
)  # fmt: skip

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

#: Those that need nothing but a delivery; the one on changes is run by its own tests.
every_chapter = pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def cells(path: Path, kind: str) -> list[NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == kind]


def short(path: Path) -> list[NotebookNode]:
    """The cells of the short form."""
    return at_depth(read(path), "kort").cells


def names(cells: list[NotebookNode], context: type[ast.expr_context]) -> set[str]:
    """The names that code cells bind (`ast.Store`) or use (`ast.Load`)."""
    nodes = [node for cell in cells if cell.cell_type == "code" for node in ast.walk(ast.parse(cell.source))]
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


def calls(cell: NotebookNode, name: str) -> list[ast.Call]:
    """The calls of a function by its bare name in a cell."""
    nodes = ast.walk(ast.parse(cell.source))
    return [
        node
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def test_there_is_one_notebook_a_chapter_in_reading_order():
    assert [path.stem for path in NOTEBOOKS] == NAMES


@every_notebook
def test_no_outputs_lie_in_the_repository(path):
    for cell in cells(path, "code"):
        assert cell.outputs == []
        assert cell.execution_count is None


@every_notebook
def test_the_kernel_is_the_plain_python_one(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


@every_notebook
def test_the_first_code_cell_and_no_other_holds_the_parameters_as_literals(path):
    tagged = [
        n for n, cell in enumerate(cells(path, "code")) if "parameters" in cell.metadata.get("tags", [])
    ]
    assert tagged == [0]
    for statement in ast.parse(cells(path, "code")[0].source).body:
        assert isinstance(statement, ast.Assign)
        ast.literal_eval(statement.value)


def test_all_notebooks_have_the_same_parameters():
    assert len({cells(path, "code")[0].source for path in chapters()}) == 1
    assert cells(CHANGES, "code")[0].source.startswith(cells(NOTEBOOKS[0], "code")[0].source)


@every_notebook
def test_the_second_code_cell_imports_and_loads_once(path):
    load = cells(path, "code")[1]
    assert load.source.endswith("data = hent(kommune, aar, leverance)\nkapitel(data)")
    assert not any(calls(cell, "hent") for cell in cells(path, "code")[2:])
    assert not any("import" in cell.source for cell in cells(path, "code")[2:])


@every_notebook
def test_cells_call_and_do_not_define_loop_branch_or_catch(path):
    for cell in cells(path, "code"):
        found = [
            type(node).__name__ for node in ast.walk(ast.parse(cell.source)) if isinstance(node, FORBIDDEN)
        ]
        assert found == [], cell.source


@every_notebook
def test_cells_are_at_most_twelve_lines(path):
    assert max(len(cell.source.splitlines()) for cell in cells(path, "code")) <= 12


@every_notebook
def test_nothing_is_silenced_or_set_up_in_a_cell(path):
    for cell in cells(path, "code"):
        assert not re.search(
            r"sys\.path|^[%!]|warnings|rcParams|display\(|print\(", cell.source, re.MULTILINE
        )


@every_notebook
def test_a_cell_shows_at_most_one_chart_with_title_caption_data_and_alt_text(path):
    for cell in cells(path, "code"):
        charts = calls(cell, "figur")
        assert len(charts) <= 1
        for chart in charts:
            assert len(chart.args) == 2
            assert {"id", "alt", "data", "kilde"} <= {keyword.arg for keyword in chart.keywords}


@every_notebook
def test_a_chart_is_followed_by_its_sentence(path):
    for cells in (read(path).cells, short(path)):
        for cell, after in pairwise(cells):
            if cell.cell_type == "code" and calls(cell, "figur"):
                assert after.cell_type == "code"
                assert calls(after, "laesning"), after.source


@every_notebook
def test_the_bottom_line_comes_before_the_first_heading(path):
    before = []
    for cell in short(path):
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            break
        before.append(cell)
    assert any(cell.cell_type == "code" and calls(cell, "laesning") for cell in before)


@every_notebook
def test_a_heading_whose_content_is_detail_is_detail_itself(path):
    for cell, after in pairwise(short(path)):
        if cell.cell_type == "markdown" and cell.source.startswith("## ") and "\n" not in cell.source:
            assert after.cell_type == "code", cell.source


@every_notebook
def test_the_short_form_uses_nothing_that_only_the_detail_defines(path):
    detail = [cell for cell in read(path).cells if MAERKE in cell.metadata.get("tags", [])]
    shown = short(path)
    only_there = names(detail, ast.Store) - names(shown, ast.Store)
    assert names(shown, ast.Load) & only_there == set()


@every_notebook
def test_the_short_form_keeps_its_frame(path):
    whole, shown = read(path).cells, short(path)
    assert [cell.source for cell in shown[:3]] == [cell.source for cell in whole[:3]]
    assert shown[-1].source == whole[-1].source


@every_notebook
def test_the_title_is_followed_by_two_sentences(path):
    first = read(path).cells[0].source.splitlines()
    assert first[0].startswith("# ")
    assert len(first) == 3


@every_notebook
def test_headings_are_the_reader_s_questions_and_the_method_note_is_last(path):
    notebook = read(path).cells
    headings = [cell.source.splitlines()[0] for cell in notebook[1:] if cell.cell_type == "markdown"]
    assert notebook[-1].cell_type == "markdown"
    assert all(re.fullmatch(r"## .+\?", heading) for heading in headings[:-1])
    assert headings[-1] in {"## Sådan er der talt", "## Hvad er ikke med?"}


@every_notebook
def test_markdown_has_one_sentence_a_line(path):
    for cell in cells(path, "markdown"):
        for row in cell.source.splitlines():
            assert not re.search(r"[.?!] [A-ZÆØÅ]", row), row
            assert row.startswith("#") or row.endswith((".", "?")), row


def test_ids_are_used_once_in_the_report():
    ids = [
        ast.literal_eval(keyword.value)
        for path in NOTEBOOKS
        for cell in cells(path, "code")
        for name in ("figur", "tabel", "noegletal")
        for call in calls(cell, name)
        for keyword in call.keywords
        if keyword.arg == "id"
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("name", "said", "value"),
    [
        ("1_varekategorier", "færre end fem fakturaer", rates.MIN_FAKTURAER == 5),
        ("1_varekategorier", "grøn over 55 pct., gul fra 20 til 55 pct.", rates.GROEN_OVER == 0.55),
        ("1_varekategorier", "rød under 20 pct.", rates.ROED_UNDER == 0.20),
        ("2_faktura_og_omsaetning", "mindst 10 procentpoint", analyses.STOR_FORSKEL == 0.10),
        ("5_handlingsplan", "de 24, hvis antal fakturaer", handlingsplan.NABOER == 24),
        ("5_handlingsplan", "færre end fem afgør ikke", handlingsplan.MINDST_AT_HENTE == 5),
        ("5_handlingsplan", "færre end fem fakturaer", rates.MIN_FAKTURAER == 5),
        (
            "5_handlingsplan",
            "62 kr. pr. faktura",
            tid_og_penge.sats("sparet_pr_faktura") == (62_00, 62_00),
        ),
        ("5_handlingsplan", "under 250 kr.", tid_og_penge.sats("smaa_ordrer_under")[0] == 250_00),
        ("4_e_handelssystemer", "færre end fem fakturaer", rates.MIN_FAKTURAER == 5),
        ("4_e_handelssystemer", "9.999 gange", compare.PERMUTATIONER == 9_999),
        ("4_e_handelssystemer", "under 5 pct.", compare.SIGNIFIKANS == 0.05),
        ("4_e_handelssystemer", "færre end tre kommuner", compare.MIN_KOMMUNER == 3),
        ("6_enheder", "færre end fem fakturaer", rates.MIN_FAKTURAER == 5),
        ("6_enheder", "færre end fire enheder", enheder.MIN_ENHEDER == 4),
        ("6_enheder", "i 95 pct. og 99,8 pct.", (enheder.GRAENSE, enheder.ALARM) == (0.95, 0.998)),
        ("6_enheder", "højst 5 pct. af de tydelige", enheder.FALSKE_FUND == 0.05),
        ("8_udvikling", "12 hele måneder på hver side", over_tid.MIN_MAANEDER == 12),
        ("8_udvikling", "mindst halvdelen af de ventede", registrering.BORTFALD == 0.5),
        ("8_udvikling", "mindst fem i alt", registrering.MIN_MANGLER == 5),
        ("8_udvikling", "højst 5 pct. af de listede", registrering.FALSKE_FUND == 0.05),
    ],
)
def test_a_threshold_in_the_prose_is_the_library_s(name, said, value):
    prose = "\n".join(cell.source for cell in cells(PROJECT / "notebooks" / f"{name}.ipynb", "markdown"))
    assert said in prose
    assert value


def twins(notebook: NotebookNode) -> list[dict]:
    return [
        output["data"][MIME]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if MIME in output.get("data", {})
    ]


@every_chapter
def test_it_runs_in_a_fresh_process_with_its_own_parameters(path, demo_leverance):
    shown = twins(execute(path, {"leverance": str(demo_leverance)}))
    assert shown[0]["slags"] == "kapitel"
    assert shown[0]["kommune"]["navn"] == "Vejle"
    assert shown[1]["slags"] == "laesning"
    assert all(figure["alt"] and figure["data"]["raekker"] for figure in shown if figure["slags"] == "figur")


#: Three invoices: one e-traded, one not, and a credit note that outweighs them both.
FAKTURAER = [
    line(1, "100,00", ordre=True, kode="14111500"),
    line(2, "50,00", kode=""),
    line(3, "-500,00"),
]


@pytest.fixture(scope="module")
def lille_leverance(tmp_path_factory):
    return write(tmp_path_factory.mktemp("lille"), FAKTURAER)


@every_chapter
def test_it_says_in_words_what_a_delivery_with_next_to_nothing_cannot_show(path, lille_leverance, capsys):
    # one municipality, no system, no turnover statement, no year before, no group of five invoices
    run(path, leverance=str(lille_leverance))
    said = capsys.readouterr().out
    assert "Vejle Kommune 2024" in said
    assert not re.search(r"\bnan\b|<NA>|\bNone\b|\binf\b", said)
