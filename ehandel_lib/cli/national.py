"""
The command of a national analyst: a delivery → its cube.
"""

from __future__ import annotations

from pathlib import Path

import click

from ehandel_lib.cli import asked
from ehandel_lib.cli.danish import DanishCommand
from ehandel_lib.reference import PROJECT


@click.command(cls=DanishCommand, help="Skriv en leverances kube: alt, hvad rapporternes grader beregnes af.")
@click.argument("leverance", required=False, metavar="LEVERANCE", envvar="EHANDEL_DATA")
@click.option(
    "--motor",
    type=click.Choice(["polars", "duckdb", "spark"]),
    default="polars",
    show_default=True,
    help="Det program, der regner; tallene er de samme.",
)
@click.option(
    "--spark",
    "master",
    metavar="ADRESSE",
    help="Klyngens adresse, spark://maskine:port; ellers denne maskine.",
)
@click.option("--ud", metavar="FIL", help="Filen, der skrives (Parquet); ellers reports/kube.parquet.")
def kube(leverance: str | None, motor: str, master: str | None, ud: str | None) -> None:
    """Write the cube of a delivery, and say how large it is."""
    from ehandel_lib import motor as motorer

    target = Path(ud) if ud else PROJECT / "reports" / "kube.parquet"
    cube = motorer.kube_af(asked.folder(leverance, "kube"), motor, master)
    click.echo(motorer.skriv(cube, target, asked.short(target)))
