"""
The commands of an analyst at work: JupyterLab on the notebooks, and chapters of one's own.
"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from ehandel_lib.cli.asked import DEMO, short, write_demo
from ehandel_lib.cli.danish import DanishCommand
from ehandel_lib.errors import ParameterError


@click.command(cls=DanishCommand, help="Åbn notebookerne i JupyterLab.")
@click.option("--uden-browser", is_flag=True, help="Start kun serveren, og skriv dens adresse.")
@click.option("--port", type=int, metavar="PORT", help="En bestemt port. Ellers den første ledige fra 8888.")
def lab(uden_browser: bool, port: int | None) -> int:
    """Start JupyterLab on the notebooks, with the Python that runs this; the demo data first."""
    from ehandel_lib.explore import lab

    if not (DEMO / "kilde.toml").exists():
        write_demo(Console(stderr=True))
    lab.keep_git_clean(lambda question: click.confirm(question, default=True, err=True))
    return lab.start(browser=not uden_browser, port=port)


@click.command("ny-notebook", cls=DanishCommand, help="Lav et kapitel, som du kan skrive videre på.")
@click.argument("navn", required=False, metavar="NAVN")
def ny_notebook(navn: str | None) -> None:
    """Write a chapter that keeps the laws and runs as it stands."""
    from ehandel_lib.explore import kapitel

    if not navn:
        raise ParameterError('Hvad skal kapitlet hedde? Skriv fx: ehandel ny-notebook "Møbler i skolerne"')
    click.echo(f"Kapitlet er lavet: {kapitel.ny(navn)}. Det er med, næste gang rapporten laves.")


@click.command(
    cls=DanishCommand, help="Se, om en notebook kan være et kapitel i rapporten, og hvad der mangler."
)
@click.argument("fil", required=False, metavar="NOTEBOOK")
def tjek(fil: str | None) -> int:
    """Say what breaks a law of the chapters: 0 where nothing does, else 1."""
    from ehandel_lib.provenance import kapitler
    from ehandel_lib.run import laws

    if not fil:
        raise ParameterError("Hvilken notebook? Skriv fx: ehandel tjek notebooks/egne/moebler.ipynb")
    path = Path(fil)
    if not path.is_file():
        raise ParameterError(f'Der er ingen fil "{fil}".')
    others = [other for other in kapitler() if other.resolve() != path.resolve()]
    found = laws.breaches(path, others)
    for sentence in found or [f"{short(path)} kan være et kapitel i rapporten."]:
        click.echo(f"{path.name}: {sentence}" if found else sentence)
    return 1 if found else 0
