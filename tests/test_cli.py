"""The program `ehandel`: Danish in, Danish out, and the right exit code."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import pytest

from ehandel_lib import cli
from ehandel_lib.errors import DeliveryError, ReportError

#: Words of click's own that must not be met.
ENGLISH = re.compile(
    r"\b(Usage|Options|Commands|Arguments|Error|Show this|Try|No such|Missing|requires|got)\b"
)

COMMANDS = list(cli.program.commands)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.run(list(words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("words", [["--help"], [], *[[name, "--help"] for name in COMMANDS]], ids=str)
def test_help_is_danish(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    _, out, err = said(capsys, *words)
    assert "Brug: ehandel" in out + err
    assert ENGLISH.findall(out + err) == []
    assert "..." not in out + err, "a help text is cut short"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_says_what_it_does(name: str) -> None:
    command = cli.program.commands[name]
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert command.help
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("flag", ["--help", "--hjælp", "-h"])
def test_help_has_three_names(capsys: pytest.CaptureFixture[str], flag: str) -> None:
    code, out, _ = said(capsys, "rapport", flag)
    assert code == 0
    assert out.startswith("Brug: ehandel rapport [TILVALG] KOMMUNE")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["raport"],
            'Der er ingen kommando "raport". Mente du rapport eller rapporter? "ehandel --help" viser',
        ),
        (["xyzzy"], f'Der er ingen kommando "xyzzy". Der findes: {", ".join(COMMANDS)}.'),
        (["rapport", "--arr", "2024"], "Tilvalget --arr findes ikke. Mente du --aar?"),
        (["--udd"], "Tilvalget --udd findes ikke."),
        (["rapport", "--aar"], 'Tilvalget --aar mangler sin værdi. "ehandel rapport --help" viser'),
        (["rapport", "--help=ja"], "Tilvalget --help tager ingen værdi."),
        (["rapport", "Høje", "Taastrup"], '"Taastrup" er et ord for meget; et navn med mellemrum'),
        (["rapport"], "Hvilken kommune? Skriv fx"),
        (["rapport", ""], "Hvilken kommune? Skriv fx"),
        (
            ["rapport", "Vejle", "--aar", "i fjor"],
            'Året skal være et årstal med fire cifre, fx 2024, men er "i fjor"',
        ),
        (["rapport", "Vejle", "--aar", "24"], "Året skal være et årstal med fire cifre"),
        (["rapport", "Vejle", "--aar", "２０２４"], "Året skal være et årstal med fire cifre"),
        (["ordrenumre", "docs", "--forslag", "TEL-##"], "Mappen docs har ingen kilde.toml. Lav et udkast"),
        (["ny-kilde"], 'Hvilken mappe? Skriv fx "ehandel ny-kilde'),
        (["ny-kilde", "findes/ikke"], 'Der er ingen mappe "findes/ikke".'),
    ],
)
def test_a_mistake_is_one_danish_sentence(
    capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    code, out, err = said(capsys, *words)
    assert message in err
    assert ENGLISH.findall(err) == []
    assert (code, out) == (cli.BAD_INPUT, "")


def test_a_misspelt_municipality_is_told_before_demo_data_are_made(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli.reports, "DEMO", tmp_path / "demo")
    code, _, err = said(capsys, "rapport", "Vejel")
    assert err == 'Der findes ingen kommune "Vejel". Mente du Vejle eller Vejen?\n'
    assert code == cli.BAD_INPUT
    assert not (tmp_path / "demo").exists()


def test_values_are_taken_from_the_environment_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EHANDEL_KOMMUNE", "Vejle")
    monkeypatch.setenv("EHANDEL_AAR", "x")
    assert "Året skal være et årstal" in said(capsys, "rapport")[2]
    monkeypatch.setenv("EHANDEL_KOMMUNE", "")
    assert "Hvilken kommune?" in said(capsys, "rapport")[2]


def test_what_would_steer_the_terminal_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = said(capsys, "rapport", "Vejle", "--aar", "\x1b]0;titel\x07\x9b31m")
    assert re.findall(r"[^\x20-\x7e\n\xa0-\U0010ffff]", err) == []


def failing(monkeypatch: pytest.MonkeyPatch, problem: BaseException) -> None:
    """A program with one command, which fails."""

    @click.command(cls=cli.program.command_class)
    def fail() -> None:
        raise problem

    monkeypatch.setitem(cli.program.commands, "fejl", fail)


@pytest.mark.parametrize(
    ("problem", "code", "message"),
    [
        (DeliveryError("Mappen er tom."), 2, "Mappen er tom.\n"),
        (ReportError("1_x.ipynb: det gik ikke."), 1, "1_x.ipynb: det gik ikke.\n"),
        (KeyboardInterrupt(), 130, "\nAfbrudt.\n"),
    ],
)
def test_each_kind_of_failure_has_its_exit_code(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    problem: BaseException,
    code: int,
    message: str,
) -> None:
    failing(monkeypatch, problem)
    assert said(capsys, "fejl") == (code, "", message)


def test_a_fault_of_ours_is_logged_and_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "LOG", tmp_path / "reports" / "fejl.log")
    failing(monkeypatch, ZeroDivisionError("æøå \udcff"))
    code, _, err = said(capsys, "fejl")
    assert code == cli.OUR_FAULT
    assert re.fullmatch(r"Der skete en fejl i programmet selv \(ZeroDivisionError\)\. .*fejl\.log.*\n", err)
    assert "Traceback" in (tmp_path / "reports" / "fejl.log").read_text()


def test_the_log_goes_elsewhere_where_the_project_cannot_be_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "fil").write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(cli, "LOG", tmp_path / "fil" / "fejl.log")
    failing(monkeypatch, ZeroDivisionError())
    _, _, err = said(capsys, "fejl")
    assert Path(re.search(r"ligger i (\S+);", err)[1]).read_text().endswith("ZeroDivisionError\n")


def test_it_runs_as_a_module_and_says_danish_letters_in_a_plain_locale() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "ehandel_lib.cli", "rapport", "Vejle", "--aar", "x"],
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        encoding="utf-8",
    )
    assert result.returncode == 2
    assert "Året skal være" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM as such on Windows")
def test_a_terminated_program_ends_as_an_interrupted_one() -> None:
    code = (
        "from ehandel_lib import cli\n"
        "import click, sys, time\n"
        "sleep = lambda: (print('klar', flush=True), time.sleep(60))\n"
        "cli.program.add_command(click.Command('sov', callback=sleep))\n"
        "sys.argv = ['ehandel', 'sov']\n"
        "cli.main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout.readline() == "klar\n"
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        assert process.wait(10) == cli.INTERRUPTED
        assert time.monotonic() - begun < 5
        assert process.stderr.read().strip() == "Afbrudt."
