"""
The commands that make a report, make it again, and explain a number in it.
"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from ehandel_lib.cli.asked import DEMO, short, write_demo, year
from ehandel_lib.cli.danish import DanishCommand
from ehandel_lib.errors import ParameterError
from ehandel_lib.reference import LANDET, PROJECT, find_kommune


@click.command(cls=DanishCommand, help="Lav rapporten for en kommune (navn eller kode) af en leverance.")
@click.argument("kommune", required=False, metavar="KOMMUNE", envvar="EHANDEL_KOMMUNE")
@click.option("--hele-landet", is_flag=True, help="Rapporten om alle leverancens kommuner tilsammen.")
@click.option("--aar", metavar="ÅR", envvar="EHANDEL_AAR", help="Året. Ellers det seneste med fakturaer.")
@click.option("--data", metavar="MAPPE", envvar="EHANDEL_DATA", help="Leverancen. Ellers demodata.")
@click.option(
    "--ud", metavar="MAPPE", envvar="EHANDEL_UD", help="Hvor kommunens mappe skal lægges. Ellers reports."
)
@click.option(
    "--dybde", metavar="DYBDE", envvar="EHANDEL_DYBDE", help="kort eller fuld (med detaljerne). Ellers kort."
)
@click.option(
    "--siden",
    metavar="RAPPORT",
    envvar="EHANDEL_SIDEN",
    help="En tidligere rapport (mappe eller PDF): vis ændringer.",
)
@click.option("--frisk", is_flag=True, help="Kør på almindelige, kolde kerner; det er langsommere.")
def rapport(
    kommune: str | None,
    hele_landet: bool,
    aar: str | None,
    data: str | None,
    ud: str | None,
    dybde: str | None,
    siden: str | None,
    frisk: bool,
) -> None:
    """Make a report; the demo data first if they are what it is about and are not there."""
    from ehandel_lib.run import depth
    from ehandel_lib.run.progress import shown
    from ehandel_lib.run.warm import forks

    kommune = LANDET.navn if hele_landet else kommune
    if not kommune:
        raise ParameterError(
            'Hvilken kommune? Skriv fx "ehandel rapport Vejle" eller "make report KOMMUNE=Vejle".'
        )
    aaret, form = year(aar), depth.asked(dybde)
    console = Console(stderr=True)
    if data is None and not (DEMO / "kilde.toml").exists():
        find_kommune(kommune, others=(LANDET,))  # a misspelt name is told before the demo data are made
        write_demo(console)
    with forks(frisk=frisk) as server, shown(console) as progress:
        from ehandel_lib.run.report import make_report  # while the server imports what it needs

        target = Path(ud) if ud else PROJECT / "reports"
        earlier = Path(siden) if siden else None
        folder = make_report(
            kommune, aaret, data or DEMO, target, progress, dybde=form, siden=earlier, server=server
        )
    click.echo(f"Rapporten er klar: {short(folder / 'rapport.pdf')}")


@click.command(
    cls=DanishCommand, help="Lav en færdig rapport igen, og sig, om den er ens, eller hvad der er ændret."
)
@click.argument("fil", required=False, metavar="RAPPORT.PDF")
@click.option("--data", metavar="MAPPE", help="Den leverance, rapporten er lavet af. Ellers demodata.")
@click.option(
    "--siden", metavar="RAPPORT", help="Den tidligere rapport, den er sammenlignet med (mappe eller PDF)."
)
def efterproev(fil: str | None, data: str | None, siden: str | None) -> int:
    """Check a report: 0 where it is the same, 1 where it is not, 2 where it cannot be told."""
    from ehandel_lib.run.progress import shown
    from ehandel_lib.run.verify import verify

    if not fil:
        raise ParameterError('Hvilken rapport? Skriv fx "ehandel efterproev reports/Vejle/rapport.pdf".')
    with shown(Console(stderr=True)) as progress:
        verdict = verify(Path(fil), data or DEMO, progress, siden=Path(siden) if siden else None)
    click.echo(str(verdict))
    return 0 if verdict.ens else 1


@click.command(
    cls=DanishCommand, help="Vis, hvor et tal i rapporten kommer fra: tæller, nævner, regler, filer."
)
@click.argument("kommune", required=False, metavar="KOMMUNE")
@click.option("--tal", metavar="TAL", help='Gruppe og mål, fx "Lyskilder, omsætning" eller "i alt, faktura".')
@click.option("--aar", metavar="ÅR", help="Året. Ellers det seneste med fakturaer.")
@click.option("--data", metavar="MAPPE", help="Leverancen. Ellers demodata.")
def forklar(kommune: str | None, tal: str | None, aar: str | None, data: str | None) -> None:
    """Print the chain behind one percentage."""
    if not kommune or not tal:
        raise ParameterError('Hvilket tal? Skriv fx: ehandel forklar Vejle --tal "Lyskilder, omsætning"')
    aaret = year(aar)
    from ehandel_lib.explain import forklaring
    from ehandel_lib.load import hent

    click.echo(forklaring(hent(kommune, aaret, data or DEMO), tal))
