"""The laws of a notebook, and that each one runs: in a fresh process, and on next to nothing."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from small_delivery import line, run, write

from ehandel_lib import analyses, compare, enheder, handlingsplan, loven, rates, registrering, tid_og_penge
from ehandel_lib.reference import PROJECT
from ehandel_lib.run import laws
from ehandel_lib.run.depth import at_depth
from ehandel_lib.run.execute import execute
from ehandel_lib.run.report import CHANGES, chapters
from ehandel_lib.show import MIME

LANDET = chapters("landet")

NOTEBOOKS = [*chapters(compared=True), *LANDET]

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

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

#: Those that need nothing but a delivery; the one on changes is run by its own tests.
every_chapter = pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)

every_national = pytest.mark.parametrize("path", LANDET, ids=lambda path: path.stem)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def cells(path: Path, kind: str) -> list[NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == kind]


def test_there_is_one_notebook_a_chapter_in_reading_order():
    assert [path.stem for path in chapters(compared=True)] == NAMES


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
def test_it_keeps_the_laws(path):
    assert laws.tjek(path) == []


def test_all_notebooks_have_the_same_parameters():
    assert len({cells(path, "code")[0].source for path in chapters()}) == 1
    assert cells(CHANGES, "code")[0].source.startswith(cells(NOTEBOOKS[0], "code")[0].source)


@every_notebook
def test_the_short_form_keeps_its_frame(path):
    whole, shown = read(path).cells, at_depth(read(path), "kort").cells
    assert [cell.source for cell in shown[:3]] == [cell.source for cell in whole[:3]]
    assert shown[-1].source == whole[-1].source


@pytest.mark.parametrize("report", [chapters(compared=True), LANDET], ids=["kommune", "landet"])
def test_ids_are_used_once_in_the_report(report):
    ids = [name for path in report for name in laws.ids(path)]
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
        (
            "5_handlingsplan",
            "timepris på 250-350 kr.",
            tid_og_penge.sats("timepris") == (250_00, 350_00),
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
        ("8_udvikling", "12 hele måneder på hver side", loven.MIN_MAANEDER == 12),
        ("8_udvikling", "har 60 fakturaer både", loven.MIN_FAKTURAER == 60),
        ("8_udvikling", "af de nævnte kan højst 5 pct.", loven.FALSKE_FUND == 0.05),
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


@every_national
def test_it_runs_for_the_whole_country(path, demo_leverance):
    shown = twins(execute(path, {"leverance": str(demo_leverance)}))
    assert shown[0]["kommune"]["navn"] == "Hele landet"
    assert all(figure["data"]["raekker"] for figure in shown if figure["slags"] == "figur")


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
