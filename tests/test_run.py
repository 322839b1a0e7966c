"""Notebooks are run in fresh processes that leave nothing behind, and files are whole or not there."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ehandel_lib.errors import ParameterError, ReportError
from ehandel_lib.reference import PROJECT
from ehandel_lib.run import kernels, output
from ehandel_lib.run.execute import NotebookError, check_parameters, execute
from ehandel_lib.run.side_by_side import execute_all
from ehandel_lib.run.stored import stored, write

Draw = Callable[..., Path]


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """`draw("source", …, name=…)`: a notebook with a title, parameters, and these cells under a heading."""

    def drawn(*sources: str, name: str = "1_prøve") -> Path:
        parameters = 'kommune = "Vejle"\naar = None  # type: int\nandel = 0.5\nmed_bilag = True'
        notebook = new_notebook(
            cells=[
                new_markdown_cell("# En prøve"),
                new_code_cell(parameters, metadata={"tags": ["parameters"]}),
                new_markdown_cell("Tekst.\n\n## Hvad sker der?"),
                *[new_code_cell(source) for source in sources],
            ],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path

    return drawn


@pytest.fixture
def own_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own, its path short enough for sockets, to see what is left in it."""
    folder = Path(tempfile.mkdtemp(prefix="eh", dir="/tmp" if os.path.isdir("/tmp") else None))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def printed(notebook: NotebookNode) -> str:
    return "".join(out["text"] for cell in notebook.cells for out in cell.get("outputs", []) if "text" in out)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- parameters


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"komune": "Vejle"}, '1_prøve.ipynb har ikke parameteren "komune". Mente du kommune?'),
        ({"kommune": 630}, "kommune skal være en tekst, men er 630."),
        ({"aar": "2024"}, "aar skal være et helt tal, men er '2024'."),
        ({"aar": True}, "aar skal være et helt tal, men er True."),
        ({"aar": 2024.0}, "aar skal være et helt tal, men er 2024.0."),
        ({"andel": 1}, "andel skal være et tal, men er 1."),
        ({"med_bilag": 1}, "med_bilag skal være True eller False, men er 1."),
    ],
)
def test_a_parameter_that_does_not_fit_is_told_before_anything_runs(
    draw: Draw, tmp_path: Path, parameters: dict[str, object], message: str
) -> None:
    notebook = draw(f"open({str(tmp_path / 'kørt')!r}, 'w')")
    with pytest.raises(ParameterError, match=re.escape(message)):
        execute(notebook, parameters)
    assert not (tmp_path / "kørt").exists()


@pytest.mark.parametrize("parameters", [{}, {"kommune": "Ærø", "aar": 2024}, {"aar": None}])
def test_a_parameter_that_fits_is_accepted(draw: Draw, parameters: dict[str, object]) -> None:
    check_parameters(draw("1"), parameters)


@pytest.mark.parametrize("value", ['"', "'", "\\", '""" + x + """', "{aar}", "a\nb", "x; rm -rf ~", "Ærø"])
def test_a_text_reaches_the_notebook_letter_by_letter(draw: Draw, value: str) -> None:
    assert printed(execute(draw("print(ascii(kommune))"), {"kommune": value})).strip() == ascii(value)


# --- the process


def test_the_process_is_our_python_with_settings_that_do_not_depend_on_the_user(
    draw: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "start.py").write_text("print('the user was here')")
    (tmp_path / "ipython" / "profile_default" / "startup").mkdir(parents=True)
    (tmp_path / "ipython" / "profile_default" / "startup" / "x.py").write_text("print('the user was here')")
    (tmp_path / "matplotlib").mkdir()
    (tmp_path / "matplotlib" / "matplotlibrc").write_text("figure.figsize: 1, 1")
    foreign = tmp_path / "jupyter" / "kernels" / "python3"
    foreign.mkdir(parents=True)
    (foreign / "kernel.json").write_text('{"argv": ["false"], "display_name": "x", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "start.py"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlib"))
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    source = """
import os, sys, time, matplotlib
print([sys.executable, os.getcwd(), time.tzname[0], hash("a") == hash("a"), os.environ["PYTHONHASHSEED"]])
print(matplotlib.rcParams["figure.figsize"], matplotlib.get_backend())
"""
    executed = execute(draw(source), {}, cwd=tmp_path)
    assert printed(executed).splitlines() == [
        str([sys.executable, str(tmp_path), "UTC", True, "0"]),
        "[6.4, 4.8] agg",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no socket files")
def test_it_talks_through_socket_files_and_leaves_none_behind(draw: Draw, own_tmp: Path) -> None:
    source = "import os; print(os.getpid(), get_ipython().kernel.parent.transport)"
    pid, transport = printed(execute(draw(source), {})).split()
    assert transport == "ipc"
    assert not alive(int(pid))
    assert list(own_tmp.iterdir()) == []


def test_where_the_temporary_folder_is_too_long_for_sockets_it_talks_over_the_network(
    draw: Draw, own_tmp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = own_tmp / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    assert printed(execute(draw("print(get_ipython().kernel.parent.transport)"), {})).strip() == "tcp"
    assert list(deep.iterdir()) == []


def test_each_notebook_gets_a_fresh_process(draw: Draw) -> None:
    notebooks = [draw("import os; print(os.getpid())", name=name) for name in ("1_a", "2_b", "3_c")]
    executed = execute_all(notebooks, {})
    assert list(executed) == ["1_a.ipynb", "2_b.ipynb", "3_c.ipynb"]
    assert len({printed(notebook) for notebook in executed.values()}) == 3


# --- failures


def test_a_cell_that_fails_is_told_with_its_notebook_and_its_question(draw: Draw) -> None:
    with pytest.raises(NotebookError) as failure:
        execute(draw("x = 1", "1 / 0", "y = 2"), {})
    message = (
        '1_prøve.ipynb under "Hvad sker der?": cellen kunne ikke køres (ZeroDivisionError: division by zero).'
    )
    assert str(failure.value) == message
    done = [cell.execution_count for cell in stored(failure.value.partial).cells if cell.cell_type == "code"]
    assert done == [1, 2, 3, None]
    assert "ZeroDivisionError" in failure.value.details


def test_our_own_message_is_passed_on_as_it_is(draw: Draw) -> None:
    source = "from ehandel_lib.errors import DeliveryError\nraise DeliveryError('Mappen er tom.')"
    with pytest.raises(NotebookError, match=r'^1_prøve.ipynb under "Hvad sker der\?": Mappen er tom\.$'):
        execute(draw(source), {})


def test_a_process_that_dies_is_told_and_leaves_nothing(draw: Draw, own_tmp: Path) -> None:
    with pytest.raises(NotebookError, match=r"1_prøve.ipynb: processen, .* stoppede"):
        execute(draw("import os; os._exit(9)"), {})
    assert list(own_tmp.iterdir()) == []


def test_the_first_failure_ends_the_notebooks_beside_it(draw: Draw, tmp_path: Path, own_tmp: Path) -> None:
    file = tmp_path / "pid"
    slow = draw(
        f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(60)", name="1_a"
    )
    waits = (
        f"import os, time\nwhile not os.path.exists({str(file)!r}): time.sleep(0.1)\ntime.sleep(0.2); 1 / 0"
    )
    never = draw(f"open({str(tmp_path / 'kørt')!r}, 'w')", name="3_c")
    begun = time.monotonic()
    with pytest.raises(NotebookError, match="2_b"):
        execute_all([slow, draw(waits, name="2_b"), never], {})
    assert time.monotonic() - begun < 30
    assert not alive(int(file.read_text()))
    assert not (tmp_path / "kørt").exists()
    assert list(own_tmp.iterdir()) == []
    assert kernels._running.all() == []


# --- what is kept


def test_two_runs_leave_the_same_bytes(draw: Draw) -> None:
    notebook = draw("print(kommune)", "import warnings; warnings.warn('bemærk')", "{'a': 1}")
    first, second = (write(stored(execute(notebook, {"kommune": "Ærø"}))) for _ in range(2))
    assert first == second


def test_what_is_kept_has_no_clock_and_no_path_of_this_machine(draw: Draw) -> None:
    source = "import sys, ehandel_lib; print(ehandel_lib.__file__, sys.executable)"
    text = write(stored(execute(draw(source, "1"), {"kommune": "Ærø"}))).decode()
    assert str(PROJECT) not in text
    assert sys.prefix not in text
    assert re.findall(r"\d\d:\d\d:\d\d|20\d\d-\d\d-\d\dT", text) == []
    assert "kommune = " in text
    nbformat.validate(nbformat.reads(text, as_version=4))


# --- files


def test_files_get_their_names_when_all_are_written(tmp_path: Path) -> None:
    target = tmp_path / "Vejle"
    with output.written_beside(target) as work:
        (work / "notebooks").mkdir()
        (work / "notebooks" / "1.ipynb").write_text("ny")
        (work / "rapport.pdf").write_text("ny")
        assert not target.exists()
    assert sorted(path.name for path in target.rglob("*")) == ["1.ipynb", "notebooks", "rapport.pdf"]
    assert list(tmp_path.iterdir()) == [target]


def test_a_run_that_fails_leaves_the_earlier_report(tmp_path: Path) -> None:
    target = tmp_path / "Vejle"
    target.mkdir()
    (target / "rapport.pdf").write_text("gammel")

    def fail_half_way() -> None:
        with output.written_beside(target) as work:
            (work / "rapport.pdf").write_text("halv")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert (target / "rapport.pdf").read_text() == "gammel"
    assert list(tmp_path.iterdir()) == [target]


def test_a_new_report_removes_old_chapters_and_the_old_failure_but_not_the_users_files(
    tmp_path: Path,
) -> None:
    target = tmp_path / "Vejle"
    output.keep_failure(target, "Det gik ikke.", {"fejl.log": b"spor"})
    (target / "notebooks").mkdir()
    (target / "notebooks" / "9_gammel.ipynb").write_text("")
    (target / "mine noter.txt").write_text("")
    with output.written_beside(target) as work:
        (work / "rapport.pdf").write_text("")
    assert sorted(path.name for path in target.rglob("*") if path.is_file()) == [
        "mine noter.txt",
        "rapport.pdf",
    ]


def test_what_a_killed_run_left_is_removed_when_it_is_old(tmp_path: Path) -> None:
    for name, age in ((".Vejle-gammel", output.LEFT_BEHIND_SECONDS + 60), (".Vejle-ny", 60)):
        (tmp_path / name).mkdir()
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    with output.written_beside(tmp_path / "Vejle") as work:
        (work / "rapport.pdf").write_text("")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".Vejle-ny", "Vejle"]


def test_a_folder_that_cannot_be_written_is_told_in_danish(tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("")
    with (
        pytest.raises(ReportError, match=r"^Kan ikke skrive i .*fil.*: "),
        output.written_beside(tmp_path / "fil" / "Vejle"),
    ):
        pass


def test_the_reason_of_a_failure_lies_with_its_files(tmp_path: Path) -> None:
    output.keep_failure(tmp_path / "Vejle", "Det gik ikke.", {"fejl.log": b"spor"})
    assert (tmp_path / "Vejle/fejl/besked.txt").read_text() == "Det gik ikke.\n"
    assert (tmp_path / "Vejle/fejl/fejl.log").read_text() == "spor"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Høje-Taastrup", "Høje-Taastrup"),
        ("Ærø", "Ærø"),
        ("Darlington Borough Council", "Darlington Borough Council"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\x", "C__x"),
        (" . ", "999"),
        ("", "999"),
        ("a" * 300, "a" * 80),
    ],
)
def test_a_name_is_a_folder_of_its_own(name: str, expected: str) -> None:
    assert output.folder_name(name, "999") == expected
