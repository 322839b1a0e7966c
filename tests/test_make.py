"""The Makefile: what the user writes reaches the program as it is, and a slip runs nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ehandel_lib.reference import PROJECT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")

#: Stands where the environment's Python would: writes down what it was called with, and explains a slip.
RECORDER = """#!{python}
import json, os, sys
names = ["KOMMUNE", "AAR", "DATA", "UD", "MAPPE", "FORSLAG", "DYBDE", "SIDEN", "REGION", "LISTE", "ENHED"]
values = {{name: os.environ.get("EHANDEL_" + name) for name in names}}
with open("kald.jsonl", "a") as file:
    file.write(json.dumps({{"arguments": sys.argv[1:], **values}}) + "\\n")
if sys.argv[-1] == "fejl":
    os.execv({python!r}, [{python!r}, *sys.argv[1:]])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the Makefile and an environment that is ready; its Python only writes down its calls."""
    root = tmp_path / "mappe med mellemrum"
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / "ehandel_lib" / "run").mkdir(parents=True)
    shutil.copy(PROJECT / "Makefile", root)
    shutil.copy(PROJECT / "ehandel_lib/run/environment.py", root / "ehandel_lib/run")
    for name in ("requirements.lock", "pyproject.toml"):
        (root / name).touch()
    recorder(root / ".venv/bin/python")
    return root


def recorder(path: Path) -> None:
    path.write_text(RECORDER.format(python=sys.executable))
    path.chmod(0o755)


def make(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR") if key in os.environ}
    return subprocess.run(
        ["make", *words], cwd=root, env={**kept, **environment}, capture_output=True, text=True, timeout=60
    )


def all_calls(root: Path) -> list[dict[str, object]]:
    file = root / "kald.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def calls(root: Path) -> list[dict[str, object]]:
    """The calls of the program, without those that ask about the environment before it."""
    return [call for call in all_calls(root) if call["arguments"][0] == "-m"]


HOSTILE = [
    "Vejle",
    "Høje-Taastrup",
    "Lyngby Taarbæk",
    "x; touch hul",
    "$(touch hul)",
    "$(shell touch hul)",
    "${shell touch hul}",
    "`touch hul`",
    "$$(touch hul)",
    "' ; touch hul ; '",
    '" ; touch hul ; "',
    "Vejle\ntouch hul",
    "Vejle # ikke en kommentar",
    "a && touch hul || b | c > hul",
    "\\",
    "100 %",
    "$",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_reaches_the_program_letter_by_letter(project: Path, value: str) -> None:
    result = make(project, "report", f"KOMMUNE={value}", f"FORSLAG={value}")
    assert result.returncode == 0, result.stderr
    assert [(call["KOMMUNE"], call["FORSLAG"]) for call in calls(project)] == [(value, value)]
    assert not list(project.rglob("hul*"))


@pytest.mark.parametrize("flags", [[], ["-e"]], ids=["make", "make -e"])
@pytest.mark.parametrize("value", ["/etc", "$(shell touch hul)", "x; touch hul"])
def test_a_variable_of_the_users_shell_is_none_of_ours(project: Path, value: str, flags: list[str]) -> None:
    names = ["KOMMUNE", "AAR", "DATA", "UD", "MAPPE", "FORSLAG", "DYBDE", "SIDEN", "REGION", "LISTE", "ENHED"]
    others = {name: value for name in names if name != "KOMMUNE"}
    result = make(project, *flags, "report", "KOMMUNE=Vejle", **others)
    assert result.returncode == 0, result.stderr
    [call] = calls(project)
    assert [call[name] for name in names] == ["Vejle", *[""] * (len(names) - 1)]
    assert not list(project.rglob("hul*"))


def test_what_is_not_given_is_empty(project: Path) -> None:
    make(project, "report", "KOMMUNE=Vejle")
    [call] = calls(project)
    assert (call["AAR"], call["DATA"], call["UD"]) == ("", "", "")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("report", ["-m", "ehandel_lib.cli", "rapport"]),
        ("demo", ["-m", "ehandel_lib.cli", "demo"]),
        ("ny-kilde", ["-m", "ehandel_lib.cli", "ny-kilde"]),
        ("ordrenumre", ["-m", "ehandel_lib.cli", "ordrenumre"]),
        ("lab", ["-m", "ehandel_lib.cli", "lab"]),
    ],
)
def test_a_target_is_one_call_of_the_program(project: Path, target: str, expected: list[str]) -> None:
    assert make(project, target).returncode == 0
    assert [call["arguments"] for call in calls(project)] == [expected]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["report", "KOMUNE=Vejle"], "Variablen KOMUNE findes ikke. Mente du KOMMUNE? Intet er kørt."),
        (["report", "kommune=Vejle"], "Variablen kommune findes ikke. Mente du KOMMUNE? Intet er kørt."),
        (["report", "KOMMUNE=Vejle", "ÅR=2024"], "Variablen ÅR findes ikke. Mente du AAR? Intet er kørt."),
        (["KOMUNE=Vejle"], "Variablen KOMUNE findes ikke. Mente du KOMMUNE? Intet er kørt."),
        (["raport", "KOMMUNE=Vejle"], 'Målet "raport" findes ikke. Mente du report?'),
        (["report", "Vejle"], 'Målet "Vejle" findes ikke.'),
        (["report", "X=$(shell touch hul)"], "Variablen X findes ikke."),
        (["x; touch hul"], 'Målet "x;" findes ikke.'),
    ],
)
def test_a_slip_is_told_in_danish_and_nothing_runs(project: Path, words: list[str], message: str) -> None:
    result = make(project, *words)
    assert message in result.stderr
    assert result.returncode == 2
    assert calls(project) == []
    assert not list(project.rglob("hul*"))


def test_help_is_the_default_and_tells_every_target(project: Path) -> None:
    shown = make(project).stdout
    targets = re.search(r"^maal := (.*)$", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE)[1].split()
    assert re.findall(r"^  make ([a-z-]+) +\S", shown, flags=re.MULTILINE) == targets
    assert calls(project) == []


@pytest.mark.parametrize(
    "active", [{"CONDA_DEFAULT_ENV": "ehandel"}, {"VIRTUAL_ENV": "/et/sted/ehandel"}], ids=["conda", "venv"]
)
def test_an_active_environment_named_ehandel_is_used_and_no_venv_is_made(
    project: Path, tmp_path: Path, active: dict[str, str]
) -> None:
    shutil.rmtree(project / ".venv")
    (tmp_path / "bin").mkdir()
    recorder(tmp_path / "bin" / "python")
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    assert make(project, "report", "KOMMUNE=Vejle", PATH=path, **active).returncode == 0
    assert [call["KOMMUNE"] for call in calls(project)] == ["Vejle"]
    assert not (project / ".venv").exists()


def test_another_active_environment_is_not_used(project: Path) -> None:
    make(project, "report", "KOMMUNE=Vejle", CONDA_DEFAULT_ENV="base", VIRTUAL_ENV="/et/sted/andet")
    assert len(calls(project)) == 1


def test_a_machine_without_a_new_enough_python_is_told_so(project: Path, tmp_path: Path) -> None:
    shutil.rmtree(project / ".venv")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "make", "awk"):
        (tools / name).symlink_to(shutil.which(name))
    result = make(project, "report", "KOMMUNE=Vejle", PATH=str(tools))
    assert "Der mangler Python 3.11 eller nyere på denne maskine" in result.stderr
    assert result.returncode == 2


@pytest.mark.parametrize("name", ["python3.11", "python3.14", "python3.20", "python"])
def test_a_newer_python_is_found_behind_an_old_one(project: Path, tmp_path: Path, name: str) -> None:
    shutil.rmtree(project / ".venv")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tools / "python3").chmod(0o755)
    recorder(tools / name)
    (tools / "make").symlink_to(shutil.which("make"))
    make(project, "miljoe", PATH=str(tools))
    assert all_calls(project)[-1]["arguments"] == CHECK


#: How the environment is asked whether it is as it should be.
CHECK = ["-I", "ehandel_lib/run/environment.py", "lav"]


def test_every_command_asks_about_the_environment_first(project: Path) -> None:
    make(project, "report", "KOMMUNE=Vejle")
    make(project, "test", "lint")
    asked = [call["arguments"][0] for call in all_calls(project) if call["arguments"][0] != "-c"]
    assert asked == ["-I", "-m", "-I", "-m", "-m", "-m", "-m"]


def test_help_asks_about_nothing(project: Path) -> None:
    make(project, "help")
    assert all_calls(project) == []


def test_an_environment_whose_python_is_gone_is_made_with_another_one(project: Path, tmp_path: Path) -> None:
    (project / ".venv/bin/python").unlink()
    (project / ".venv/bin/python").symlink_to(tmp_path / "python-som-er-fjernet")
    tools = tmp_path / "tools"
    tools.mkdir()
    recorder(tools / "python3")
    make(project, "miljoe", PATH=f"{tools}{os.pathsep}{os.environ['PATH']}")
    assert all_calls(project)[-1]["arguments"] == CHECK


def test_clean_leaves_reports_deliveries_and_the_environment(project: Path) -> None:
    for folder in ("data/demo", "data/klar", "data/min-leverance", "reports/Vejle", "tests"):
        (project / folder).mkdir(parents=True)
    assert make(project, "clean").returncode == 0
    assert sorted(path.name for path in (project / "data").iterdir()) == ["min-leverance"]
    assert (project / "reports/Vejle").exists()
    assert (project / ".venv/bin/python").exists()


def test_the_program_itself_refuses_a_hostile_municipality(project: Path) -> None:
    (project / ".venv/bin/python").write_text(
        f'#!/bin/sh\nif [ "$1" = -m ]; then exec "{sys.executable}" "$@"; fi\n'
    )
    result = make(project, "report", "KOMMUNE=x; rm -rf ~", PYTHONPATH=str(PROJECT))
    assert 'Der findes ingen kommune "x; rm -rf ~".' in result.stderr
    assert "Traceback" not in result.stderr
