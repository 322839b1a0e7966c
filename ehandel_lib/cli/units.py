"""
The command that makes a page for each unit.
"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from ehandel_lib.cli.asked import DEMO, short, write_demo, year
from ehandel_lib.cli.danish import DanishCommand
from ehandel_lib.errors import ParameterError
from ehandel_lib.reference import PROJECT, find_kommune
from ehandel_lib.text import tael


@click.command(cls=DanishCommand, help="Lav en side (PDF) til hver af kommunens enheder, eller til én.")
@click.argument("kommune", required=False, metavar="KOMMUNE", envvar="EHANDEL_KOMMUNE")
@click.option("--enhed", metavar="ENHED", envvar="EHANDEL_ENHED", help="Kun denne enhed (navn eller id).")
@click.option("--aar", metavar="ÅR", envvar="EHANDEL_AAR", help="Året. Ellers det seneste med fakturaer.")
@click.option("--data", metavar="MAPPE", envvar="EHANDEL_DATA", help="Leverancen. Ellers demodata.")
@click.option(
    "--ud", metavar="MAPPE", envvar="EHANDEL_UD", help="Hvor kommunens mappe skal lægges. Ellers reports."
)
def enhedsark(
    kommune: str | None, enhed: str | None, aar: str | None, data: str | None, ud: str | None
) -> None:
    """Make the pages; the demo data first if they are what it is about and are not there."""
    if not kommune:
        raise ParameterError(
            'Hvilken kommune? Skriv fx "ehandel enhedsark Vejle" eller "make enhedsark KOMMUNE=Vejle".'
        )
    aaret = year(aar)
    from ehandel_lib.run.progress import shown
    from ehandel_lib.run.sheets import make_sheets

    console = Console(stderr=True)
    if data is None and not (DEMO / "kilde.toml").exists():
        find_kommune(kommune)  # a misspelt name is told before the demo data are made
        write_demo(console)
    target = Path(ud) if ud else PROJECT / "reports"
    with shown(console) as progress:
        made = make_sheets(kommune, aaret, data or DEMO, target, enhed or None, progress)
    left = f" {tael(made.uden_ark, 'enhed', 'enheder')} er skjult (for få fakturaer) og har intet ark."
    ready = f"{tael(len(made.filer), 'ark', 'ark')} er klar i {short(made.mappe)}."
    click.echo(ready + (left if made.uden_ark else ""))
