"""The environment is said three times, for pip, for uv and for conda: they say the same."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ehandel_lib.reference import PROJECT
from ehandel_lib.run import environment

#: Name on the package index → name on conda-forge, where they differ.
CONDA_NAMES = {"duckdb": "python-duckdb", "matplotlib": "matplotlib-base", "typst": "typst-py"}

#: What conda needs besides, because there it does not come with Python.
ONLY_CONDA = {"python", "make", "pip"}


def read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def project() -> dict[str, object]:
    return tomllib.loads(read("pyproject.toml"))["project"]


def groups() -> dict[str, dict[str, str]]:
    """Group → package → lowest version of what is needed besides for one purpose: a browser, a cluster."""
    named = tomllib.loads(read("pyproject.toml"))["dependency-groups"]
    return {name: dict(line.split(">=") for line in lines) for name, lines in named.items()}


def asked() -> dict[str, str]:
    """Package → lowest version, as pyproject.toml has it."""
    lines = [*project()["dependencies"], *project()["optional-dependencies"]["test"]]
    return dict(line.split(">=") for line in lines)


def locked(lock: str = "requirements.lock") -> dict[str, str]:
    """Package → version, as the lock file has it for this Python or another."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", read(lock), flags=re.MULTILINE))


def conda() -> dict[str, str]:
    """Package → lowest version, as environment.yml has it."""
    wanted = read("environment.yml").split("\ndependencies:\n")[1]
    return dict(re.findall(r"^  - ([\w.-]+)(?:>=(\S+))?$", wanted, flags=re.MULTILINE))


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


#: Package → the name it is imported by, where they differ.
IMPORTED_AS = {"python-calamine": "python_calamine", "python-stdnum": "stdnum", "fonttools": "fontTools"}


def imported(folder: str) -> set[str]:
    """The packages that the files of a folder import."""
    files = [path.read_text(encoding="utf-8") for path in (PROJECT / folder).rglob("*.py")]
    return set(re.findall(r"^ *(?:import|from) (\w+)", "\n".join(files), flags=re.MULTILINE))


def test_what_only_the_tests_import_is_only_asked_for_by_the_tests() -> None:
    named = [re.split("[>=]", line)[0] for line in project()["dependencies"]]
    modules = {IMPORTED_AS.get(name, name) for name in named}
    assert modules & imported("ehandel_lib")
    assert modules & (imported("tests") - imported("ehandel_lib")) == set()


#: Lock file → what it must hold.
LOCKS = {
    "requirements.lock": asked(),
    **{f"requirements-{name}.lock": wanted for name, wanted in groups().items()},
}

every_lock = pytest.mark.parametrize(("lock", "wanted"), LOCKS.items())


@every_lock
def test_every_package_of_the_project_is_locked_at_a_version_it_accepts(
    lock: str, wanted: dict[str, str]
) -> None:
    found = locked(lock)
    too_old = {
        name: found.get(name)
        for name, lowest in wanted.items()
        if name not in found or number(found[name]) < number(lowest)
    }
    assert too_old == {}


@pytest.mark.parametrize("lock", [name for name in LOCKS if name != "requirements.lock"])
def test_no_package_is_locked_at_two_versions(lock: str) -> None:
    here, there = locked(), locked(lock)
    assert {name: there[name] for name in here.keys() & there.keys() if here[name] != there[name]} == {}


def test_every_lock_file_belongs_to_a_group() -> None:
    assert {path.name for path in PROJECT.glob("*.lock")} == set(LOCKS)


@every_lock
def test_the_lock_file_has_a_hash_for_every_package_and_no_address(lock: str, wanted: dict[str, str]) -> None:
    entries = re.split(r"^(?=[\w.-]+==)", read(lock), flags=re.MULTILINE)[1:]
    assert len(entries) > len(wanted)
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", [*LOCKS, "environment.yml", "pyproject.toml", "Makefile", ".ci/run"])
def test_no_file_says_where_packages_come_from(name: str) -> None:
    text = read(name)
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url\b|--find-links", text) == []
    assert not re.search(r"(^|[\s\"'=])/(opt|work|tmp|root|home)/", text)


def test_conda_gets_the_same_packages_from_the_same_version() -> None:
    expected = {CONDA_NAMES.get(name, name): lowest for name, lowest in asked().items()}
    found = {name: lowest for name, lowest in conda().items() if name not in ONLY_CONDA}
    assert found == expected


def test_python_is_the_same_age_everywhere() -> None:
    lowest = project()["requires-python"].removeprefix(">=")
    assert conda()["python"] == lowest
    assert number(lowest) == environment.OLDEST


def test_the_build_backend_is_locked() -> None:
    backend = tomllib.loads(read("pyproject.toml"))["build-system"]["requires"]
    assert [name for name in backend if name not in locked()] == []


def test_conda_installs_the_project_itself_and_nothing_else_with_pip() -> None:
    assert re.findall(r"^      - (.*)$", read("environment.yml"), flags=re.MULTILINE) == ["--editable ."]


# --- making it


@pytest.fixture
def project_copy(tmp_path: Path) -> Path:
    """A project with an empty lock file, so that its environment is made in a second."""
    root = tmp_path / "mappe med mellemrum æøå"
    root.mkdir()
    (root / "requirements.lock").write_text("")
    (root / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n")
    return root


def python(root: Path) -> Path:
    return root / ".venv" / "bin" / "python"


def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which of the two steps of the set-up are taken."""
    taken: list[str] = []

    def packages(root: Path) -> None:
        (root / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        python(root).unlink(missing_ok=True)
        python(root).symlink_to(sys.executable)
        taken.append("packages")

    monkeypatch.setattr(environment, "_install_packages", packages)
    monkeypatch.setattr(environment, "_install_project", lambda root: taken.append("project"))
    return taken


def test_a_second_call_sets_nothing_up(monkeypatch: pytest.MonkeyPatch, project_copy: Path) -> None:
    taken = steps(monkeypatch)
    environment.make_environment(project_copy)
    environment.make_environment(project_copy)
    assert taken == ["packages", "project"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [("requirements.lock", ["packages", "project"]), ("pyproject.toml", ["project"])],
)
def test_a_changed_file_sets_up_what_depends_on_it(
    monkeypatch: pytest.MonkeyPatch, project_copy: Path, changed: str, expected: list[str]
) -> None:
    taken = steps(monkeypatch)
    environment.make_environment(project_copy)
    taken.clear()
    (project_copy / changed).write_text("# changed\n")
    environment.make_environment(project_copy)
    assert taken == expected


def test_a_set_up_that_failed_is_begun_again(monkeypatch: pytest.MonkeyPatch, project_copy: Path) -> None:
    taken = steps(monkeypatch)

    def fail(root: Path) -> None:
        raise environment.SetupError("nettet er væk")

    monkeypatch.setattr(environment, "_install_project", fail)
    with pytest.raises(environment.SetupError):
        environment.make_environment(project_copy)
    monkeypatch.setattr(environment, "_install_project", lambda root: taken.append("project"))
    environment.make_environment(project_copy)
    assert taken == ["packages", "packages", "project"]


def test_a_python_that_was_removed_is_set_up_again(
    monkeypatch: pytest.MonkeyPatch, project_copy: Path
) -> None:
    taken = steps(monkeypatch)
    environment.make_environment(project_copy)
    taken.clear()
    python(project_copy).unlink()
    python(project_copy).symlink_to(project_copy / "python-som-er-fjernet")
    environment.make_environment(project_copy)
    assert taken == ["packages", "project"]


def test_a_python_of_another_version_is_set_up_again(
    monkeypatch: pytest.MonkeyPatch, project_copy: Path
) -> None:
    taken = steps(monkeypatch)
    environment.make_environment(project_copy)
    taken.clear()
    monkeypatch.setattr(environment.sys, "version_info", (3, 99, 0))
    environment.make_environment(project_copy)
    assert taken == ["packages", "project"]


def test_a_folder_that_was_moved_is_set_up_again(monkeypatch: pytest.MonkeyPatch, project_copy: Path) -> None:
    taken = steps(monkeypatch)
    environment.make_environment(project_copy)
    taken.clear()
    environment.make_environment(project_copy.rename(project_copy.with_name("flyttet")))
    assert taken == ["packages", "project"]


# --- one at a time

#: Holds the lock of the project in the working folder until it is stopped, and says when it has it.
HOLDER = """
import sys, time
sys.path.insert(0, {folder!r})
import environment
with environment._one_at_a_time(environment.Path(".venv.laas")):
    print("har den", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(project_copy: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that makes the environment of the project."""
    code = HOLDER.format(folder=str(PROJECT / "ehandel_lib" / "run"))
    with subprocess.Popen(
        [sys.executable, "-I", "-c", code], cwd=project_copy, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "har den\n"
        yield process
        process.kill()


def test_a_call_says_that_it_waits_for_another_one(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    project_copy: Path,
    holder: subprocess.Popen[str],
) -> None:
    taken = steps(monkeypatch)
    waits: list[float] = []

    def let_go(seconds: float) -> None:
        waits.append(seconds)
        assert taken == []
        holder.kill()
        holder.wait()

    monkeypatch.setattr(environment.time, "sleep", let_go)
    environment.make_environment(project_copy)
    assert "Venter på, at et andet kald gør miljøet færdigt …" in capsys.readouterr().err
    assert (taken, len(waits)) == (["packages", "project"], 1)


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_set_up_that_was_killed_does_not_hold_up_the_next(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    project_copy: Path,
    holder: subprocess.Popen[str],
    way: signal.Signals,
) -> None:
    taken = steps(monkeypatch)
    holder.send_signal(way)
    holder.wait()
    environment.make_environment(project_copy)
    assert taken == ["packages", "project"]
    assert "Venter" not in capsys.readouterr().err


def test_an_environment_that_is_ready_waits_for_nobody_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], project_copy: Path
) -> None:
    steps(monkeypatch)
    environment.make_environment(project_copy)
    capsys.readouterr()
    monkeypatch.setattr(environment, "_one_at_a_time", None)
    environment.make_environment(project_copy)
    assert capsys.readouterr().err == ""


def test_a_check_of_a_ready_environment_loads_little() -> None:
    path = PROJECT / "ehandel_lib" / "run" / "environment.py"
    code = f"import runpy, sys; runpy.run_path({str(path)!r}); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True).stdout
    assert {"subprocess", "venv", "difflib", "logging"} & set(loaded.split()) == set()
    assert "hashlib" in loaded


def test_an_old_python_is_told_in_danish(monkeypatch: pytest.MonkeyPatch, project_copy: Path) -> None:
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 2))
    with pytest.raises(environment.SetupError, match=r"Python er 3\.9\.2, men projektet kræver 3\.11"):
        environment.make_environment(project_copy)


def test_a_package_that_cannot_be_fetched_is_told_in_danish(project_copy: Path) -> None:
    (project_copy / "requirements.lock").write_text("findes-ikke==1.0 --hash=sha256:" + "0" * 64 + "\n")
    (project_copy / ".venv/bin").mkdir(parents=True)
    (project_copy / ".venv/bin/python").symlink_to(sys.executable)
    with pytest.raises(environment.SetupError, match=r"Pakkerne kunne ikke hentes .*pip\.log"):
        environment._pip(["--no-index", "--require-hashes", "-r", "requirements.lock"], project_copy)


def test_the_set_up_needs_only_the_standard_library() -> None:
    path = PROJECT / "ehandel_lib" / "run" / "environment.py"
    code = f"import runpy; runpy.run_path({str(path)!r})"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)
