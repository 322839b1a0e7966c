"""The short form of a notebook and the full one."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ehandel_lib.errors import ParameterError
from ehandel_lib.run.depth import asked, at_depth
from ehandel_lib.run.execute import execute

DETAIL = {"tags": ["fuld"]}


@pytest.fixture
def notebook():
    return new_notebook(
        cells=[
            new_code_cell('dybde = "fuld"', metadata={"tags": ["parameters"]}),
            new_markdown_cell("## Hvor mange?", metadata=DETAIL),
            new_code_cell("print('detalje')", metadata=DETAIL),
            new_code_cell("print(dybde)"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )


def test_the_short_form_leaves_the_detail_out(notebook):
    shown = at_depth(notebook, "kort")
    assert [cell.source for cell in shown.cells] == ['dybde = "fuld"', "print(dybde)"]
    assert len(notebook.cells) == 4


@pytest.mark.parametrize("depth", ["fuld", None])
def test_the_full_form_and_the_open_notebook_have_all_cells(notebook, depth):
    assert len(at_depth(notebook, depth).cells) == 4


@pytest.mark.parametrize("text", ["lang", "FULDT", "0"])
def test_a_depth_that_does_not_exist_is_told_in_a_sentence(text):
    with pytest.raises(ParameterError, match=f'Dybden skal være kort eller fuld, men er "{text}"'):
        asked(text)


def test_detail_does_not_run_in_the_short_form(notebook, tmp_path):
    path = tmp_path / "1_{noget}.ipynb"
    nbformat.write(notebook, path)
    counted = []
    executed = execute(path, {"dybde": "kort"}, on_cell=lambda done, total: counted.append((done, total)))
    assert [cell.outputs[0].text for cell in executed.cells if cell.get("outputs")] == ["kort\n"]
    assert counted[-1] == (3, 3)
