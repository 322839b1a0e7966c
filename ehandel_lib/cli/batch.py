"""
The command that makes many reports.
"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from ehandel_lib.cli.asked import DEMO, short, write_demo, year
from ehandel_lib.cli.danish import DanishCommand
from ehandel_lib.errors import ParameterError
from ehandel_lib.reference import PROJECT


@click.command(cls=DanishCommand, help="Lav rapporterne for alle kommuner i en leverance, eller for nogle.")
@click.option(
    "--kommuner",
    metavar="NAVNE",
    envvar="EHANDEL_KOMMUNE",
    help='Navne eller koder med mellemrum eller komma imellem, fx "Vejle Ærø".',
)
@click.option("--region", metavar="REGION", envvar="EHANDEL_REGION", help="Kun kommunerne i regionen.")
@click.option(
    "--liste", metavar="FIL", envvar="EHANDEL_LISTE", help="En fil med et navn eller en kode på hver linje."
)
@click.option("--aar", metavar="ÅR", envvar="EHANDEL_AAR", help="Året. Ellers det seneste med fakturaer.")
@click.option("--data", metavar="MAPPE", envvar="EHANDEL_DATA", help="Leverancen. Ellers demodata.")
@click.option("--ud", metavar="MAPPE", envvar="EHANDEL_UD", help="Hvor kommunernes mapper skal lægges.")
@click.option("--dybde", metavar="DYBDE", envvar="EHANDEL_DYBDE", help="kort eller fuld. Ellers kort.")
@click.option("--frisk", is_flag=True, help="Lav alle igen på almindelige kerner, og sammenlign.")
@click.option("--json", "as_json", is_flag=True, help="Fortæl med en linje JSON for hver kommune.")
def rapporter(
    kommuner: str | None,
    region: str | None,
    liste: str | None,
    aar: str | None,
    data: str | None,
    ud: str | None,
    dybde: str | None,
    frisk: bool,
    as_json: bool,
) -> int:
    """Make the reports that have to be made: 0 where all are there, 1 where one failed."""
    from ehandel_lib.run import batch_progress, depth, progress
    from ehandel_lib.run.warm import forks

    asked, aaret, form = _names(kommuner, liste), year(aar), depth.asked(dybde)
    console = Console(stderr=True)
    if data is None and not (DEMO / "kilde.toml").exists():
        write_demo(console)
    with forks() as server:
        from ehandel_lib.read import read_delivery
        from ehandel_lib.run import batch, batch_result
        from ehandel_lib.run.front_page import write_front_page
        from ehandel_lib.run.report import prepare
        from ehandel_lib.store import find_leverance

        delivery = read_delivery(find_leverance(data or DEMO))
        job = batch.Batch(delivery, Path(ud) if ud else PROJECT / "reports", aaret, form, frisk)
        with progress.shown(Console(stderr=True, quiet=as_json)) as step:
            store = prepare(delivery, step)
        bodies = batch.chosen(delivery, store, asked, region)
        with batch_progress.shown(console, len(bodies), as_json=as_json) as told:
            results = batch.make_all(job, bodies, server, told)
    if not as_json:
        console.print(batch_progress.table(results))  # also where the records cannot be written
    batch_result.write(job.ud, results)
    page = write_front_page(job.ud, batch_result.read(job.ud))
    if not as_json:
        click.echo(f"Oversigten er klar: {short(page)}")
    return int(any(result.status == batch_result.FEJLET for result in results))


def _names(kommuner: str | None, liste: str | None) -> list[str]:
    """The names on the command line and in the list file, as they were written."""
    named = _split(kommuner or "")
    if liste:
        try:
            lines = Path(liste).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError):
            raise ParameterError(f'Listen "{liste}" kan ikke læses som en tekstfil (UTF-8).') from None
        named += [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return named


def _split(text: str) -> list[str]:
    """
    Names divided by commas or spaces; a name of several words is found whole.

    Examples
    --------
    >>> _split("Vejle Ærø"), _split("Vejle, Lyngby-Taarbæk"), _split("Faaborg-Midtfyn 630")
    (['Vejle', 'Ærø'], ['Vejle', 'Lyngby-Taarbæk'], ['Faaborg-Midtfyn', '630'])
    """
    return [name.strip() for name in (text.split(",") if "," in text else text.split()) if name.strip()]
