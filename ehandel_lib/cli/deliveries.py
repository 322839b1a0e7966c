"""
The commands about a delivery: make the demo one, describe a new one, look at its order numbers.
"""

from __future__ import annotations

import click
from rich.console import Console

from ehandel_lib.cli import asked
from ehandel_lib.cli.asked import folder
from ehandel_lib.cli.danish import DanishCommand


@click.command(cls=DanishCommand, help="Lav demodata for alle 98 kommuner i data/demo.")
def demo() -> None:
    """Write the synthetic delivery."""
    asked.write_demo(Console(stderr=True))


@click.command("ny-kilde", cls=DanishCommand, help="Skriv et udkast til kilde.toml for filerne i en mappe.")
@click.argument("mappe", required=False, metavar="MAPPE", envvar="EHANDEL_MAPPE")
def ny_kilde(mappe: str | None) -> None:
    """Draft the description of a delivery from the headers of its files."""
    from ehandel_lib.read.draft import draft

    click.echo(draft(folder(mappe, "ny-kilde")))


@click.command(
    cls=DanishCommand,
    help="Vis, hvilke former ordrenumrene har i en leverance, og hvad et mønster ville ændre.",
)
@click.argument("mappe", required=False, metavar="MAPPE", envvar="EHANDEL_MAPPE")
@click.option(
    "--forslag", metavar="MØNSTER", envvar="EHANDEL_FORSLAG", help='Et mønster at prøve, fx "TEL-#######".'
)
def ordrenumre(mappe: str | None, forslag: str | None) -> None:
    """Show the shapes of the order numbers in a delivery, and try a rule."""
    from ehandel_lib.ordrenumre import oversigt

    click.echo(oversigt(folder(mappe, "ordrenumre"), forslag or ""))
