"""`jupyter nbconvert --to ehandelPDF` and JupyterLab's menu find our formats."""

import subprocess
import sys

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from notebook_fixture import chapter, report
from pdf_text import words

from ehandel_lib.errors import ReportError


@pytest.mark.parametrize(
    ("name", "menu", "ending"),
    [("ehandelPDF", "E-handel PDF", ".pdf"), ("ehandelHTML", "E-handel HTML", ".html")],
)
def test_nbconvert_knows_the_exporter_by_name(name, menu, ending):
    exporter = get_exporter(name)()
    assert (exporter.export_from_notebook, exporter.file_extension) == (menu, ending)


def test_one_notebook_becomes_a_report_of_one_chapter():
    raw, resources = get_exporter("ehandelPDF")().from_notebook_node(report()[1])
    assert "Varekategorier" in words(raw)
    assert resources["output_extension"] == ".pdf"


def test_the_page_is_text():
    page, _ = get_exporter("ehandelHTML")().from_notebook_node(report()[0])
    assert page.startswith("<!DOCTYPE html>")


def test_a_notebook_that_was_not_run_is_refused_with_a_sentence():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Et")])
    with pytest.raises(ReportError, match="er ikke kørt"):
        get_exporter("ehandelPDF")().from_notebook_node(notebook)


def test_the_command_line_writes_the_file(tmp_path):
    nbformat.write(chapter("Et"), tmp_path / "et.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "ehandelPDF", str(tmp_path / "et.ipynb")]
    subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / "et.pdf").read_bytes().startswith(b"%PDF")


def test_looking_up_an_exporter_imports_no_matplotlib():
    code = "import sys; import ehandel_lib.render; print([m for m in ('matplotlib', 'typst', 'pandas', 'nbconvert') if m in sys.modules])"  # noqa: E501
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert out.strip() == "[]"
