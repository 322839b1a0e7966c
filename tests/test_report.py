"""A whole report: the same bytes twice, nothing of this machine in it, and nothing half when it fails."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import nbformat
import openpyxl
import pikepdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ehandel_lib import provenance
from ehandel_lib.errors import ParameterError, ReportError, UnknownNameError
from ehandel_lib.reference import PROJECT
from ehandel_lib.run import report, writing
from ehandel_lib.run.report import make_report
from ehandel_lib.schema import BELOEBSGRUPPER, KOLONNER
from ehandel_lib.show import MIME

FILES = ["datakvalitet.csv", "noegle.json", "proveniens.json", "rapport.html", "rapport.pdf", "tabeller.xlsx"]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def test_a_report_has_all_its_files(two_reports: tuple[Path, Path]) -> None:
    chapters = [f"notebooks/{path.name}" for path in report.chapters()]
    assert sorted(contents(two_reports[0])) == sorted([*FILES, *chapters])


def test_the_same_data_and_parameters_give_the_same_bytes(two_reports: tuple[Path, Path]) -> None:
    first, second = map(contents, two_reports)
    assert [name for name in first if first[name] != second.get(name)] == []


def test_no_file_names_a_folder_of_this_machine(two_reports: tuple[Path, Path], demo_leverance: Path) -> None:
    found = contents(two_reports[1])
    with zipfile.ZipFile(two_reports[1] / "tabeller.xlsx") as workbook:
        found |= {name: workbook.read(name) for name in workbook.namelist()}
    folders = [str(PROJECT), str(demo_leverance.parent), str(Path.home()), sys.prefix]
    named = [
        (name, place) for name, content in found.items() for place in folders if place.encode() in content
    ]
    assert named == []


def test_the_notebooks_are_kept_with_outputs_and_parameters(two_reports: tuple[Path, Path]) -> None:
    notebook = nbformat.read(two_reports[0] / "notebooks" / "1_varekategorier.ipynb", as_version=4)
    [given] = [cell for cell in notebook.cells if "injected-parameters" in cell.metadata.get("tags", [])]
    assert re.findall(r"^(\w+) = (.*)$", given.source, flags=re.MULTILINE) == [
        ("kommune", '"Vejle"'),
        ("aar", "2025"),
        ("leverance", '"demo"'),
        ("dybde", '"kort"'),
    ]
    assert any(cell.get("outputs") for cell in notebook.cells)


def figures(folder: Path) -> list[dict]:
    """The figures of the report, as the executed notebooks hold them."""
    notebooks = [nbformat.read(path, as_version=4) for path in sorted((folder / "notebooks").iterdir())]
    outputs = [o for n in notebooks for c in n.cells if c.cell_type == "code" for o in c.outputs]
    twins = [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]
    return [twin for twin in twins if twin["slags"] == "figur"]


def test_what_stands_for_a_figure_is_its_finding_with_numbers(two_reports: tuple[Path, Path]) -> None:
    shown = figures(two_reports[0])
    assert len(shown) > 10
    assert len({figure["alt"] for figure in shown}) == len(shown)
    for figure in shown:
        finding = figure["alt"].split(". ", 1)[-1]  # the first sentence says how it is drawn
        assert finding != figure["alt"], figure["id"]
        assert len(re.findall(r"\d+", finding)) >= 2, (figure["id"], finding)
        assert figure["alt"] != figure["titel"]


def test_the_table_behind_each_figure_is_in_the_pdf_and_on_the_page(two_reports: tuple[Path, Path]) -> None:
    page = (two_reports[0] / "rapport.html").read_text("utf-8")
    with pikepdf.open(two_reports[0] / "rapport.pdf") as pdf:
        attached = set(pdf.attachments)
    shown = figures(two_reports[0])
    assert page.count("<summary>Tallene bag figur") == len(shown)
    assert [f["id"] for f in shown if not any(f["id"] in name for name in attached)] == []


#: The printed percentages, and what stands beside each in the workbook: numerator, denominator.
INVOICES, MONEY = ("E-handlede fakturaer", "Fakturaer"), ("E-handlet omsætning, kr.", "Omsætning, kr.")
RATES = {
    "E-handelsgrad på omsætning": MONEY,
    "E-handelsgrad på faktura": INVOICES,
    "E-handelsgrad": MONEY,
    "E-handlet": INVOICES,
    "Vejle": ("Tæller", "Nævner"),
    "Grad": ("Tæller", "Nævner"),
    "Nu": ("Tæller", "Nævner"),
    "På omsætning": MONEY,
    "De seneste 12 måneder": ("E-handlede, 12 måneder", "Fakturaer, 12 måneder"),
    **{
        f"{group}: e-handelsgrad": (f"{group}: e-handlede fakturaer", f"{group}: fakturaer")
        for group in BELOEBSGRUPPER
    },
    "Alle kommuner, faktura": ("Alle kommuner, e-handlede fakturaer", "Alle kommuner, fakturaer"),
    "Andel af fakturaer": ("Fakturaer med halvdelen", "Fakturaer uden e-handel"),
    "Grad på omsætning, året": ("E-handlet omsætning, året, kr.", "Omsætning, året, kr."),
    "Grad på omsætning, året før": ("E-handlet omsætning, året før, kr.", "Omsætning, året før, kr."),
    "Difference i pct.": ("Difference, kr.", "Ifølge leverandører, kr."),
}


#: These stand in the full form alone.
FULD = {"Andel af fakturaer", "Difference i pct."}


def sheets(folder: Path) -> dict[str, tuple[list[str], list[dict[str, object]]]]:
    """Each sheet's words above the table, and its rows by heading."""
    book = openpyxl.load_workbook(folder / "tabeller.xlsx", data_only=True)
    found = {}
    for sheet in book:
        above = [str(row[0]) for row in sheet.iter_rows(max_row=4, values_only=True)]
        head, *rows = sheet.iter_rows(min_row=6, values_only=True)
        found[sheet.title] = (above, [dict(zip(head, row, strict=True)) for row in rows])
    return found


def test_each_percentage_in_the_workbook_is_its_numerator_over_its_denominator(
    two_reports: tuple[Path, Path],
) -> None:
    checked: Counter[str] = Counter()
    for name, (_, rows) in sheets(two_reports[0]).items():
        for row in rows:
            for rate in RATES.keys() & row.keys() - {None}:
                part, whole = RATES[rate] if RATES[rate][0] in row else INVOICES
                if rate == "Andel af fakturaer" and part not in row:  # of all rows: the column adds up to 1
                    assert sum(float(other[rate]) for other in rows) == pytest.approx(1)
                elif row[rate] is not None:
                    assert row[part] / row[whole] == pytest.approx(row[rate]), (name, rate)
                    checked[rate] += 1
    assert checked.keys() == RATES.keys() - FULD
    assert checked.total() > 300


def test_no_sheet_has_two_columns_of_one_name_or_a_rate_of_one_thing_or_another(
    two_reports: tuple[Path, Path],
) -> None:
    for sheet in openpyxl.load_workbook(two_reports[0] / "tabeller.xlsx"):
        heads = [cell.value for cell in sheet[6] if cell.value]
        assert sheet.title == "Indhold" or len(heads) == len(set(heads)), sheet.title
        assert KOLONNER["grad"].betydning not in str(sheet["A3"].value), sheet.title


def test_each_sheet_says_its_source_and_what_its_percentages_mean(two_reports: tuple[Path, Path]) -> None:
    for name, (above, rows) in sheets(two_reports[0]).items():
        if name != "Indhold":
            assert "Kilde: " in above[1], name
            assert above[3] == "Til indhold"
            for rate in RATES.keys() & (rows[0].keys() if rows else set()):
                assert f"{rate}: " in above[2] or not rate.startswith("E-handelsgrad"), name


@pytest.mark.parametrize(
    ("kommune", "aar", "error", "message"),
    [
        ("Vejel", None, UnknownNameError, "Mente du Vejle eller Vejen?"),
        ("Vejle", 1999, ParameterError, "Leverancen har ingen fakturaer fra 1999; den har 2023, 2024, 2025."),
        ("Odense", None, ParameterError, "Leverancen har ingen fakturaer fra Odense i 2025."),
    ],
)
def test_a_wrong_parameter_is_told_and_nothing_is_made(
    demo_leverance: Path,
    tmp_path: Path,
    kommune: str,
    aar: int | None,
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        make_report(kommune, aar, demo_leverance, tmp_path / "ud")
    assert list(tmp_path.iterdir()) == []


def test_the_report_is_kept_out_of_the_delivery(demo_leverance: Path) -> None:
    with pytest.raises(ParameterError, match="kan ikke lægges i leverancens egen mappe"):
        make_report("Vejle", None, demo_leverance, demo_leverance / "rapporter")


def only_chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """The report has one chapter, and that one code cell after its parameters."""
    parameters = 'kommune = "Vejle"\naar = None  # type: int\nleverance = "data/demo"\ndybde = "kort"'
    cells = [
        new_markdown_cell("# Kapitel\n\n## Hvorfor ikke?"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_code_cell(code),
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": spec})
    (tmp_path / "kapitler").mkdir()
    nbformat.write(notebook, tmp_path / "kapitler" / "1_kapitel.ipynb")
    monkeypatch.setattr(provenance, "NOTEBOOKS", tmp_path / "kapitler")


@pytest.fixture
def failing_chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chapter that fails in its second cell."""
    only_chapter(tmp_path, monkeypatch, "1 / 0")


@pytest.fixture
def good_chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chapter that runs to its end."""
    only_chapter(tmp_path, monkeypatch, "print(6 * 7)")


@pytest.mark.usefixtures("failing_chapter")
def test_a_chapter_that_fails_leaves_its_reason_and_the_earlier_report(
    demo_leverance: Path, tmp_path: Path
) -> None:
    target = tmp_path / "ud" / "Vejle"
    target.mkdir(parents=True)
    (target / "rapport.pdf").write_text("gammel")
    with pytest.raises(ReportError, match=r'^1_kapitel.ipynb under "Hvorfor ikke\?": .*ZeroDivisionError'):
        make_report("Vejle", None, demo_leverance, tmp_path / "ud")
    assert sorted(contents(target)) == [
        "fejl/1_kapitel.ipynb",
        "fejl/besked.txt",
        "fejl/fejl.log",
        "rapport.pdf",
    ]
    assert (target / "rapport.pdf").read_text() == "gammel"
    assert "ZeroDivisionError" in (target / "fejl" / "fejl.log").read_text()
    assert [path.name for path in (tmp_path / "ud").iterdir()] == ["Vejle"]


@pytest.mark.usefixtures("good_chapter")
@pytest.mark.parametrize(
    ("failure", "told", "reason"),
    [
        (
            ReportError("Skrifttypen mangler."),
            r"^Skrifttypen mangler\. De kørte notebooks ligger i .*fejl\.$",
            "Skrifttypen mangler.\n",
        ),
        (
            KeyError("farve"),
            "^'farve'$",
            "Der skete en fejl i programmet selv (KeyError). fejl.log har hele beskeden.\n",
        ),
    ],
    ids=["a report error", "an unexpected error"],
)
def test_a_report_that_cannot_be_written_keeps_its_executed_notebooks_and_the_reason(
    demo_leverance: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    told: str,
    reason: str,
) -> None:
    def fail(notebooks: object) -> dict[str, object]:
        raise failure

    monkeypatch.setattr(writing.render, "document", fail)
    with pytest.raises(Exception, match=told) as met:
        make_report("Vejle", None, demo_leverance, tmp_path / "ud")
    assert met.type is type(failure)
    place = tmp_path / "ud" / "Vejle" / "fejl"
    assert sorted(contents(place)) == ["1_kapitel.ipynb", "besked.txt", "fejl.log"]
    assert b'"42\\n"' in (place / "1_kapitel.ipynb").read_bytes()
    assert (place / "besked.txt").read_text(encoding="utf-8") == reason
    assert type(failure).__name__ in (place / "fejl.log").read_text(encoding="utf-8")
    assert str(PROJECT) not in (place / "fejl.log").read_text(encoding="utf-8")
    assert [path.name for path in (tmp_path / "ud").iterdir()] == ["Vejle"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for one process on Windows")
def test_a_run_that_is_interrupted_ends_at_once_and_leaves_nothing(
    demo_leverance: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # a short path: a kernel's socket under pytest's own folder would be too long a name
    temporary = Path(tempfile.mkdtemp(prefix="eh"))
    request.addfinalizer(lambda: shutil.rmtree(temporary))
    start = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    start += f"sys.argv = ['ehandel', 'rapport', 'Vejle', '--data', {str(demo_leverance)!r}, '--ud', 'ud']\n"
    start += "from ehandel_lib.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", start],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("0_"):
                break
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read().endswith("Afbrudt.\n")
    assert list(temporary.iterdir()) == []
    assert list((tmp_path / "ud").iterdir()) == []
