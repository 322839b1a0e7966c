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

from ehandel_lib.cli import batch, deliveries, exploring, national, reports, units
from ehandel_lib.cli.asked import short
from ehandel_lib.cli.danish import DanishGroup, sentence
from ehandel_lib.errors import EhandelError, ReportError
from ehandel_lib.reference import PROJECT

#: Exit codes: what the user gave, the report, us (EX_SOFTWARE of sysexits), and Ctrl-C (128 + SIGINT).
BAD_INPUT, FAILED, OUR_FAULT, INTERRUPTED = 2, 1, 70, 130

LOG = PROJECT / "reports" / "fejl.log"


@click.group(cls=DanishGroup, help="Rapporter om e-handel i kommuner, lavet af fakturadata.")
def program() -> None:
    """The group; each command says for itself what it does."""


for command in (
    reports.rapport,
    batch.rapporter,
    units.enhedsark,
    reports.efterproev,
    reports.forklar,
    deliveries.demo,
    deliveries.ny_kilde,
    deliveries.ordrenumre,
    exploring.lab,
    exploring.ny_notebook,
    exploring.tjek,
    national.kube,
):
    program.add_command(command)


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
        f"Hele beskeden ligger i {short(log)}; send den med, når du melder fejlen."
    )


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """The program, as the command line starts it."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(run())
