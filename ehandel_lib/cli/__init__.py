"""
The program `ehandel`: one command for each thing that a user does.

Everything it says is Danish. A mistake in what the user gave is one sentence
and exit code 2, a report that could not be made is 1, and a fault of our own is
one sentence that says where the log lies, and 70.
"""

from __future__ import annotations

import re
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ehandel_lib.cli.danish import DanishGroup, sentence
from ehandel_lib.errors import EhandelError, ParameterError, ReportError
from ehandel_lib.reference import PROJECT, find_kommune

#: Exit codes: what the user gave, the report, us (EX_SOFTWARE of sysexits), and Ctrl-C (128 + SIGINT).
BAD_INPUT, FAILED, OUR_FAULT, INTERRUPTED = 2, 1, 70, 130

#: The delivery that is used when none is named.
DEMO = PROJECT / "data" / "demo"

LOG = PROJECT / "reports" / "fejl.log"


@click.group(cls=DanishGroup, help="Rapporter om e-handel i kommuner, lavet af fakturadata.")
def program() -> None:
    """The group; each command says for itself what it does."""


@program.command(help="Lav rapporten for en kommune (navn eller kode) af en leverance.")
@click.argument("kommune", required=False, metavar="KOMMUNE", envvar="EHANDEL_KOMMUNE")
@click.option("--aar", metavar="ÅR", envvar="EHANDEL_AAR", help="Året. Ellers det seneste med fakturaer.")
@click.option("--data", metavar="MAPPE", envvar="EHANDEL_DATA", help="Leverancen. Ellers demodata.")
@click.option(
    "--ud", metavar="MAPPE", envvar="EHANDEL_UD", help="Hvor kommunens mappe skal lægges. Ellers reports."
)
def rapport(kommune: str | None, aar: str | None, data: str | None, ud: str | None) -> None:
    """Make a report; the demo data first if they are what it is about and are not there."""
    from ehandel_lib.run.progress import shown
    from ehandel_lib.run.report import make_report

    if not kommune:
        raise ParameterError(
            'Hvilken kommune? Skriv fx "ehandel rapport Vejle" eller "make report KOMMUNE=Vejle".'
        )
    year = _year(aar)
    console = Console(stderr=True)
    if data is None and not (DEMO / "kilde.toml").exists():
        find_kommune(kommune)  # a misspelt name is told before the demo data are made
        _write_demo(console)
    with shown(console) as progress:
        folder = make_report(kommune, year, data or DEMO, Path(ud) if ud else PROJECT / "reports", progress)
    click.echo(f"Rapporten er klar: {_short(folder / 'rapport.pdf')}")


@program.command(help="Lav en færdig rapport igen, og sig, om den er ens, eller hvad der er ændret.")
@click.argument("fil", required=False, metavar="RAPPORT.PDF")
@click.option("--data", metavar="MAPPE", help="Den leverance, rapporten er lavet af. Ellers demodata.")
def efterproev(fil: str | None, data: str | None) -> int:
    """Check a report: 0 where it is the same, 1 where it is not, 2 where it cannot be told."""
    from ehandel_lib.run.progress import shown
    from ehandel_lib.run.verify import verify

    if not fil:
        raise ParameterError('Hvilken rapport? Skriv fx "ehandel efterproev reports/Vejle/rapport.pdf".')
    with shown(Console(stderr=True)) as progress:
        verdict = verify(Path(fil), data or DEMO, progress)
    click.echo(str(verdict))
    return 0 if verdict.ens else FAILED


@program.command(help="Vis, hvor et tal i rapporten kommer fra: tæller, nævner, regler, filer.")
@click.argument("kommune", required=False, metavar="KOMMUNE")
@click.option("--tal", metavar="TAL", help='Gruppe og mål, fx "Lyskilder, omsætning" eller "i alt, faktura".')
@click.option("--aar", metavar="ÅR", help="Året. Ellers det seneste med fakturaer.")
@click.option("--data", metavar="MAPPE", help="Leverancen. Ellers demodata.")
def forklar(kommune: str | None, tal: str | None, aar: str | None, data: str | None) -> None:
    """Print the chain behind one percentage."""
    if not kommune or not tal:
        raise ParameterError('Hvilket tal? Skriv fx: ehandel forklar Vejle --tal "Lyskilder, omsætning"')
    year = _year(aar)
    from ehandel_lib.explain import forklaring
    from ehandel_lib.load import hent

    click.echo(forklaring(hent(kommune, year, data or DEMO), tal))


@program.command(help="Lav demodata for alle 98 kommuner i data/demo.")
def demo() -> None:
    """Write the synthetic delivery."""
    _write_demo(Console(stderr=True))


@program.command("ny-kilde", help="Skriv et udkast til kilde.toml for filerne i en mappe.")
@click.argument("mappe", required=False, metavar="MAPPE", envvar="EHANDEL_MAPPE")
def ny_kilde(mappe: str | None) -> None:
    """Draft the description of a delivery from the headers of its files."""
    from ehandel_lib.read.draft import draft

    click.echo(draft(_folder(mappe, "ny-kilde")))


@program.command(help="Vis, hvilke former ordrenumrene har i en leverance, og hvad et mønster ville ændre.")
@click.argument("mappe", required=False, metavar="MAPPE", envvar="EHANDEL_MAPPE")
@click.option(
    "--forslag", metavar="MØNSTER", envvar="EHANDEL_FORSLAG", help='Et mønster at prøve, fx "TEL-#######".'
)
def ordrenumre(mappe: str | None, forslag: str | None) -> None:
    """Show the shapes of the order numbers in a delivery, and try a rule."""
    from ehandel_lib.ordrenumre import oversigt

    click.echo(oversigt(_folder(mappe, "ordrenumre"), forslag or ""))


@program.command(help="Åbn notebookerne i JupyterLab.")
def lab() -> None:
    """Start JupyterLab on the notebooks, with the Python that runs this."""
    import subprocess

    raise SystemExit(subprocess.call([sys.executable, "-m", "jupyterlab", str(PROJECT / "notebooks")]))


def _write_demo(console: Console) -> None:
    from ehandel_lib.demo import write_demo

    console.print("Laver demodata for alle kommuner i data/demo …", highlight=False)
    write_demo(DEMO)


def _year(text: str | None) -> int | None:
    """The year as a number."""
    if text is None:
        return None
    if not re.fullmatch(r"(19|20)\d\d", text.strip(), flags=re.ASCII):
        raise ParameterError(f'Året skal være et årstal med fire cifre, fx 2024, men er "{text[:40]}".')
    return int(text)


def _folder(name: str | None, command: str) -> Path:
    """The folder that a command is about."""
    if not name:
        raise ParameterError(f'Hvilken mappe? Skriv fx "ehandel {command} data/min-leverance".')
    if not Path(name).is_dir():
        raise ParameterError(f'Der er ingen mappe "{name}".')
    return Path(name)


def _short(path: Path) -> str:
    """A path as the user would write it from where they stand."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def run(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program and tell what went wrong, if anything did.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after the program's name; by default those it was started with.

    Returns
    -------
    int
        The exit code.
    """
    try:
        code = program.main(
            args=None if arguments is None else list(arguments), prog_name="ehandel", standalone_mode=False
        )
    except click.exceptions.NoArgsIsHelpError as question:
        click.echo(question.ctx.get_help() if question.ctx else "", err=True)
        return BAD_INPUT
    except click.ClickException as problem:
        command = (
            problem.ctx.command_path if isinstance(problem, click.UsageError) and problem.ctx else "ehandel"
        )
        return _tell(f'{sentence(problem)} "{command} --help" viser, hvad der findes.', BAD_INPUT)
    except ReportError as problem:
        return _tell(str(problem), FAILED)
    except EhandelError as problem:
        return _tell(str(problem), BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        return _tell("Afbrudt.", INTERRUPTED)
    except BrokenPipeError:
        return FAILED
    except Exception as fault:
        return _tell(_logged(fault), OUR_FAULT)
    return code if isinstance(code, int) else 0


def _tell(message: str, code: int) -> int:
    """Print a message on standard error, without what would steer the terminal; the code is passed on."""
    click.echo(re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "�", message), err=True)
    return code


def _logged(fault: Exception) -> str:
    """Write the traceback to the log; the sentence that says so."""
    text = "".join(traceback.format_exception(fault))
    log = LOG
    try:
        log.parent.mkdir(exist_ok=True)
        log.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError:
        log = Path(tempfile.mkdtemp(prefix="ehandel-fejl-"), "fejl.log")
        log.write_text(text, encoding="utf-8", errors="backslashreplace")
    kind = type(fault).__name__
    return (
        f"Der skete en fejl i programmet selv ({kind}). "
        f"Hele beskeden ligger i {_short(log)}; send den med, når du melder fejlen."
    )


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """The program, as the command line starts it."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(run())
