"""A batch makes what has to be made, says why, and lets one failure be one failure."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from rich.console import Console

from ehandel_lib.cli.batch import _names
from ehandel_lib.errors import ParameterError, UnknownNameError
from ehandel_lib.read import read_delivery
from ehandel_lib.reference import kommuner
from ehandel_lib.run import batch, batch_progress, batch_result, noegle
from ehandel_lib.run.batch_result import FEJLET, LAVET, SPRUNGET_OVER, Grad, Resultat
from ehandel_lib.store import prepare

KILDER = dict.fromkeys(noegle.AARSAGER, "a")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report's folder with its fingerprints."""
    folder = tmp_path / "Vejle"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "rapport.pdf").write_bytes(b"pdf")
    (folder / "notebooks" / "0_overblik.ipynb").write_bytes(b"{}")
    noegle.write(folder, KILDER)
    return folder


# --- what has to be made


def test_a_report_made_from_the_same_is_not_made_again(report: Path) -> None:
    assert noegle.reason(report, KILDER) is None


@pytest.mark.parametrize(("kind", "told"), noegle.AARSAGER.items())
def test_the_reason_is_what_changed(report: Path, kind: str, told: str) -> None:
    assert noegle.reason(report, KILDER | {kind: "b"}) == told


def test_of_two_changes_the_first_in_the_list_is_told(report: Path) -> None:
    assert noegle.reason(report, KILDER | {"kildekode": "b", "data": "b"}) == "data ændret"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"kilder": 1, "filer": {}}'])
def test_a_report_without_readable_fingerprints_is_new(report: Path, content: str) -> None:
    (report / noegle.FILNAVN).write_text(content)
    assert noegle.reason(report, KILDER) == noegle.NY


@pytest.mark.parametrize("damage", ["change", "remove"])
def test_a_report_whose_files_were_changed_is_made_again(report: Path, damage: str) -> None:
    file = report / "rapport.pdf"
    file.write_bytes(b"andet") if damage == "change" else file.unlink()
    assert noegle.reason(report, KILDER) == noegle.MANGLER


def test_a_file_of_the_users_own_beside_the_report_changes_nothing(report: Path) -> None:
    (report / "mine noter.txt").write_text("x")
    assert noegle.reason(report, KILDER) is None


# --- which municipalities


def test_all_that_have_posts_are_made_unless_some_are_named(demo_leverance: Path) -> None:
    delivery, store = read_delivery(demo_leverance), prepare(demo_leverance)
    everyone = [body.navn for body in batch.chosen(delivery, store, [], None)]
    assert sorted(everyone) == ["Aarhus", "Høje-Taastrup", "Kolding", "Varde", "Vejle", "Ærø"]
    south = [body.navn for body in batch.chosen(delivery, store, [], "syddanmark")]
    assert sorted(south) == ["Kolding", "Varde", "Vejle", "Ærø"]
    named = [body.navn for body in batch.chosen(delivery, store, ["Ærø", "630", "ærø"], None)]
    assert named == ["Ærø", "Vejle"]


@pytest.mark.parametrize(
    ("names", "region", "problem"),
    [
        (["Vejel"], None, UnknownNameError),
        ([], "Fyn", ParameterError),
        (["Vejle"], "Sjælland", ParameterError),
    ],
)
def test_a_name_that_does_not_exist_is_told_before_anything_runs(
    demo_leverance: Path, names: list[str], region: str | None, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        batch.chosen(read_delivery(demo_leverance), prepare(demo_leverance), names, region)


def test_names_come_from_the_command_line_and_the_list(tmp_path: Path) -> None:
    (tmp_path / "liste.txt").write_text("﻿Vejle\n\n# kommentar\n Ærø \n", encoding="utf-8")
    assert _names("630 Varde", str(tmp_path / "liste.txt")) == ["630", "Varde", "Vejle", "Ærø"]
    with pytest.raises(ParameterError, match="kan ikke læses"):
        _names(None, str(tmp_path / "findes ikke"))


# --- what is told


RECORD = Resultat(
    "630", "Vejle", "Syddanmark", LAVET, "ny", "Vejle", 2024, Grad(0.3, 3, 10, 0.25), Grad(None, 0, 0), 5, 98
)


def test_records_are_written_and_read_and_kept_for_those_a_batch_is_not_about(tmp_path: Path) -> None:
    (tmp_path / "Vejle").mkdir()
    batch_result.write(tmp_path, [RECORD])
    other = Resultat("492", "Ærø", "Syddanmark", FEJLET, "Det gik ikke.", "")
    batch_result.write(tmp_path, [other])
    assert batch_result.read(tmp_path) == [other, RECORD]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["oversigt.json"]


def test_a_change_needs_both_years() -> None:
    assert RECORD.omsaetning is not None
    assert RECORD.omsaetning.aendring == pytest.approx(0.05)
    assert Grad(None, 0, 0, 0.25).aendring is None
    assert Grad(0.25, 1, 4).aendring is None


def test_the_figures_are_those_of_the_report(two_reports: tuple[Path, Path]) -> None:
    found = batch_result.figures(two_reports[0])
    assert set(found) == {"aar", "omsaetning", "faktura", "plads", "af"}
    rate = found["omsaetning"]
    assert rate.grad == pytest.approx(rate.taeller / rate.naevner)
    assert rate.foer is not None
    assert 1 <= found["plads"] <= found["af"] == 6


def test_the_table_tells_failures_and_counts_the_skipped() -> None:
    skipped = Resultat("461", "Odense", "Syddanmark", SPRUNGET_OVER, "intet ændret", "Odense")
    failed = Resultat("492", "Ærø", "Syddanmark", FEJLET, "Det gik ikke.", "")
    console = Console(width=100, file=io.StringIO())
    console.print(batch_progress.table([RECORD, skipped, failed]))
    text = console.file.getvalue()
    assert "Det gik ikke." in text
    assert "1 kommuner" in text
    assert "Odense" not in text


def test_the_sample_is_the_same_for_the_same_reports_and_another_for_others() -> None:
    keys = dict.fromkeys(kommuner(), KILDER)
    assert batch.drawn(keys) == batch.drawn(dict(reversed(keys.items())))
    samples = {tuple(batch.drawn(keys | {"101": KILDER | {"data": str(n)}})) for n in range(5)}
    assert len(samples) > 1
    assert {len(sample) for sample in samples} == {3}


def test_a_file_that_differs_is_named(tmp_path: Path) -> None:
    for folder, pdf in (("a", b"1"), ("b", b"2")):
        (tmp_path / folder / "notebooks").mkdir(parents=True)
        (tmp_path / folder / "rapport.pdf").write_bytes(pdf)
        (tmp_path / folder / "notebooks" / "0.ipynb").write_bytes(b"ens")
    assert batch.differing(tmp_path / "a", tmp_path / "b") == ["rapport.pdf"]
    (tmp_path / "a" / "notebooks" / "0.ipynb").unlink()
    assert batch.differing(tmp_path / "a", tmp_path / "b") == ["notebooks/0.ipynb", "rapport.pdf"]


# --- faults, for real


def begun(delivery: Path, ud: Path, *names: str) -> subprocess.Popen[str]:
    words = ["rapporter", "--data", str(delivery), "--ud", str(ud), "--kommuner", " ".join(names), "--json"]
    command = [sys.executable, "-m", "ehandel_lib.cli", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def processes() -> dict[int, tuple[int, str]]:
    """All that run: id → the id of its parent, and its command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            found[int(folder.name)] = parent, (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def below(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    running, found = processes(), [pid]
    for parent in found:
        found += [child for child, (its, _) in running.items() if its == parent]
    return found[1:]


def wait_for(what, seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def workers(pid: int) -> list[int]:
    """The processes that are each about one report: the fork server's own children."""
    running = processes()
    servers = [child for child in below(pid) if "fork_server" in running.get(child, (0, ""))[1]]
    return [child for child, (parent, _) in running.items() if parent in servers[:1]]


@pytest.mark.langsom
@pytest.mark.skipif(sys.platform != "linux", reason="looks in /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_batch_that_is_stopped_leaves_no_process_and_no_half_report(
    demo_leverance: Path, tmp_path: Path, how: signal.Signals
) -> None:
    ud = tmp_path / "ud"
    process = begun(demo_leverance, ud, "Vejle", "Ærø", "Varde")
    with process:
        wait_for(lambda: len(workers(process.pid)) == 2 and len(list(ud.glob(".*-*"))) == 2)
        started = below(process.pid)
        process.send_signal(how)
        assert process.wait(60) == (130 if how == signal.SIGTERM else -how)
        wait_for(lambda: all(map(gone, started)), 20)
        assert [path for path in ud.iterdir() if not path.name.startswith(".")] == []


@pytest.mark.langsom
@pytest.mark.skipif(sys.platform != "linux", reason="looks in /proc")
def test_one_failure_is_one_failure_and_the_next_batch_takes_it_up(
    demo_leverance: Path, tmp_path: Path
) -> None:
    ud = tmp_path / "ud"
    ud.mkdir()
    (ud / "Ærø").write_text("her skulle mappen være")
    process = begun(demo_leverance, ud, "Vejle", "Ærø", "Odense")
    with process:
        wait_for(lambda: workers(process.pid))
        os.kill(workers(process.pid)[0], signal.SIGKILL)
        lines = [json.loads(line) for line in process.communicate()[0].splitlines()]
    assert process.returncode == 1
    told = {line["kommune_navn"]: line for line in lines}
    assert told["Vejle"]["status"] == LAVET
    assert told["Odense"]["aarsag"].startswith("Leverancen har ingen fakturaer fra Odense")
    assert told["Ærø"]["status"] == FEJLET
    assert "Kan ikke skrive" in told["Ærø"]["aarsag"]
    (ud / "Ærø").unlink()
    again = begun(demo_leverance, ud, "Vejle", "Ærø")
    with again:
        lines = [json.loads(line) for line in again.communicate()[0].splitlines()]
    assert again.returncode == 0
    assert {line["kommune_navn"]: (line["status"], line["aarsag"]) for line in lines} == {
        "Vejle": (SPRUNGET_OVER, "intet ændret"),
        "Ærø": (LAVET, "ny"),
    }
