"""
A batch that is disturbed for real: processes killed, Ctrl-C, a full disk, a folder that cannot be written.

It runs as a program from a small copy of the project: the whole library, one chapter and a delivery of
two municipalities. The chapter waits, or kills its own process, for as long as a file tells it to.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from small_delivery import KILDE, many, write

from ehandel_lib.reference import PROJECT
from ehandel_lib.run.batch_result import FEJLET, LAVET, SPRUNGET_OVER

pytestmark = [
    pytest.mark.langsom,
    pytest.mark.skipif(sys.platform != "linux", reason="looks in /proc"),
]

#: What the chapter reads beside its delivery: its process waits, or is killed.
CHAPTER = """
import os
import signal
import time
from pathlib import Path

from ehandel_lib.load import hent
from ehandel_lib.show import kapitel

beside = Path(leverance).absolute().parent
(beside / f"{kommune} er i gang").touch()
while (beside / f"{kommune} venter").exists():
    time.sleep(0.05)
once = beside / f"{kommune} dør én gang"
if (beside / f"{kommune} dør").exists() or once.exists():
    once.unlink(missing_ok=True)
    os.kill(os.getpid(), signal.SIGKILL)
kapitel(hent(kommune, aar, leverance))
"""

PARAMETERS = 'kommune = "Vejle"\naar = None  # type: int\nleverance = "leverance"\ndybde = "fuld"'

#: A namespace of mounts that only the command in it sees, for root and for others.
IN_A_NAMESPACE = ["unshare", "-m"] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["unshare", "-Urm"]


@dataclass(frozen=True)
class Project:
    """A copy of the project, with a delivery in `leverance` and the reports in `ud`."""

    folder: Path

    @property
    def ud(self) -> Path:
        return self.folder / "ud"

    @property
    def command(self) -> list[str]:
        words = ["rapporter", "--data", "leverance", "--ud", "ud", "--json"]
        return [sys.executable, "-m", "ehandel_lib.cli", *words]

    def begin(self, command: list[str] | None = None) -> subprocess.Popen[str]:
        """The batch as a shell starts it: with a process group of its own."""
        settings = {"PYTHONPATH": str(self.folder), "EHANDEL_KLAR": str(self.folder / "klar")}
        return subprocess.Popen(
            command or self.command,
            cwd=self.folder,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, command: list[str] | None = None) -> tuple[int, dict[str, tuple[str, str]], str]:
        """The exit code, each municipality's status and why, and what was said on standard error."""
        with self.begin(command) as process:
            out, said = process.communicate(timeout=300)
        lines = [json.loads(line) for line in out.splitlines()]
        told = {one["kommune_navn"]: (one["status"], one["aarsag"]) for one in lines}
        return process.returncode, told, said

    @contextmanager
    def told(self, what: str) -> Iterator[Path]:
        """Tell the chapter something for as long as the block lasts."""
        file = self.folder / what
        file.touch()
        try:
            yield file
        finally:
            file.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projekt")
    shutil.copytree(PROJECT / "ehandel_lib", folder / "ehandel_lib")
    shutil.copytree(PROJECT / "data" / "reference", folder / "data" / "reference")
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(PROJECT / name, folder)
    cells = [
        new_markdown_cell("# Overblik"),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(CHAPTER),
    ]
    (folder / "notebooks").mkdir()
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / "notebooks" / "0_overblik.ipynb")
    column = '[filer.kolonner]\n"Kommune" = "kommune"'
    kilde = KILDE.replace('kommune = "Vejle"\n', "").replace("[filer.kolonner]", column)
    lines = [f"{name};{line}" for name in ("Vejle", "Ærø") for line in many(20)]
    table = "\n".join(["Kommune;Dato;Nr;Ordre;Varekode;Enhed;Beløb", *lines, ""])
    write(folder / "leverance", [], **{"kilde.toml": kilde, "fakturaer.csv": table})
    return folder


@pytest.fixture
def project(copied: Path) -> Iterator[Project]:
    made = Project(copied)
    for told in copied.glob("* er i gang"):
        told.unlink()
    yield made
    shutil.rmtree(made.ud, ignore_errors=True)
    if made.ud.is_file():
        made.ud.unlink()


def processes() -> dict[int, int]:
    """All that run: id → the id of its parent."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
            found[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
    return found


def below(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    running, found = processes(), [pid]
    for parent in found:
        found += [child for child, its in running.items() if its == parent]
    return found[1:]


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_for(what: Callable[[], Any], seconds: float = 200) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def names(folder: Path) -> list[str]:
    """What lies under real names, not what a killed process left half-done under a hidden one."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def page(project: Project) -> str:
    return (project.ud / "index.html").read_text(encoding="utf-8")


ALL_THERE = ["Vejle", "index.html", "oversigt.json", "Ærø"]


def test_a_killed_process_is_one_failure_and_the_next_batch_takes_it_up(project: Project) -> None:
    with project.told("Ærø dør"):
        code, told, _ = project.run()
    assert code == 1
    assert told["Vejle"] == (LAVET, "ny")
    assert told["Ærø"][0] == FEJLET
    assert names(project.ud) == ALL_THERE
    assert names(project.ud / "Ærø") == ["fejl"]
    assert (project.ud / "Ærø" / "fejl" / "besked.txt").read_text(encoding="utf-8").strip() in told["Ærø"][1]
    assert "Ærø/fejl/besked.txt" in page(project).replace("%C3%86r%C3%B8", "Ærø")

    with project.told("Ærø dør én gang"):
        code, told, _ = project.run()
    again = "ny; lykkedes i andet forsøg"
    assert (code, told) == (0, {"Vejle": (SPRUNGET_OVER, "intet ændret"), "Ærø": (LAVET, again)})
    assert "fejl" not in names(project.ud / "Ærø")
    assert "besked.txt" not in page(project)

    (project.ud / "index.html").unlink()
    code, told, _ = project.run()
    assert (code, {status for status, _ in told.values()}) == (0, {SPRUNGET_OVER})
    assert "Ærø" in page(project)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_batch_that_is_stopped_leaves_no_process_and_no_half_report(
    project: Project, how: signal.Signals
) -> None:
    with project.told("Vejle venter"), project.told("Ærø venter"), project.begin() as process:
        wait_for(lambda: len(list(project.folder.glob("* er i gang"))) == 2)
        started = below(process.pid)
        if how == signal.SIGINT:
            os.killpg(process.pid, how)  # as the terminal does it
        else:
            process.send_signal(how)
        assert process.wait(60) == (-how if how == signal.SIGKILL else 130)
        wait_for(lambda: all(map(gone, started)), 60)
        assert names(project.ud) == []
        if how != signal.SIGKILL:
            assert list(project.ud.iterdir()) == []
    code, told, _ = project.run()
    assert (code, told) == (0, {"Vejle": (LAVET, "ny"), "Ærø": (LAVET, "ny")})
    assert names(project.ud) == ALL_THERE


def test_reports_that_cannot_lie_where_they_should_are_told_in_a_sentence(project: Project) -> None:
    project.ud.write_text("her skulle mappen være")
    code, told, said = project.run([*project.command, "--kommuner", "Vejle Ærø Odense"])
    assert code == 1
    assert {status for status, _ in told.values()} == {FEJLET}
    assert told.pop("Odense")[1].startswith("Leverancen har ingen fakturaer fra Odense")
    assert all("Kan ikke skrive i" in why for _, why in told.values())
    assert said.startswith("Kan ikke skrive i")
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("mount", "mended", "cause"),
    [
        ("mount -t tmpfs -o size=64k disk ud", "size=64m", "der er ikke mere plads på disken"),
        ("mount -t tmpfs -o ro disk ud", "rw", "disken kan kun læses"),
    ],
)
def test_a_disk_that_is_full_or_read_only_is_told_and_when_it_is_not_the_next_batch_completes(
    project: Project, mount: str, mended: str, cause: str
) -> None:
    if not shutil.which("unshare") or subprocess.run([*IN_A_NAMESPACE, "true"], check=False).returncode:
        pytest.skip("mounts a small disk in a namespace of its own, which this system does not allow")
    project.ud.mkdir()
    script = f"""{mount} && "$@" >først.json; echo $? >>koder; find ud -type f >først
        mount -o remount,{mended} ud && "$@" >siden.json; echo $? >>koder; find ud -type f >siden"""
    with project.told("koder"):
        project.run([*IN_A_NAMESPACE, "sh", "-c", script, "sh", *project.command])
        assert (project.folder / "koder").read_text().split() == ["1", "0"]
    first, then = ((project.folder / name).read_text(encoding="utf-8") for name in ("først", "siden"))
    said = [json.loads(line) for line in (project.folder / "først.json").read_text().splitlines()]
    assert [one["status"] for one in said] == [FEJLET, FEJLET]
    assert all(cause in one["aarsag"] for one in said)
    whole = {file for file in first.splitlines() if "/fejl/" not in file}
    assert whole <= {"ud/oversigt.json"}  # a small one, for which there may be room
    assert {"ud/Vejle/rapport.pdf", "ud/Ærø/rapport.pdf", "ud/index.html"} <= set(then.splitlines())
    assert "/fejl/" not in then


def test_a_file_of_one_municipality_that_cannot_be_read_is_its_own_failure(project: Project) -> None:
    folder = project.folder / "to filer"
    form = "[[filer]]" + KILDE.split("[[filer]]")[1].split("[[e_ordre")[0]
    kilde = KILDE.split("[[filer]]")[0].replace('kommune = "Vejle"\n', "")
    for name, ending in (("Vejle", "csv"), ("Ærø", "xlsx")):
        own = form.replace("fakturaer.csv", f"{name}.{ending}")
        kilde += own.replace("[filer.kolonner]", f'kommune = "{name}"\n[filer.kolonner]')
    table = "\n".join(["Dato;Nr;Ordre;Varekode;Enhed;Beløb", *many(20), ""])
    rules = "[[e_ordre.praefikser]]" + KILDE.split("[[e_ordre.praefikser]]")[1]
    write(folder, [], **{"kilde.toml": kilde + rules, "Vejle.csv": table, "Ærø.xlsx": "ikke en projektmappe"})
    (folder / "fakturaer.csv").unlink()
    command = [folder.name if word == "leverance" else word for word in project.command]
    code, told, _ = project.run(command)
    assert (code, told["Vejle"]) == (1, (LAVET, "ny"))
    assert told["Ærø"][0] == FEJLET
    assert "Ærø.xlsx" in told["Ærø"][1]
    assert names(project.ud / "Ærø") == ["fejl"]
