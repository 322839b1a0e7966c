"""
The commands of an analyst at work: JupyterLab on the notebooks.
"""

from __future__ import annotations

import sys

import click

from ehandel_lib.cli.danish import DanishCommand
from ehandel_lib.reference import PROJECT


@click.command(cls=DanishCommand, help="Åbn notebookerne i JupyterLab.")
def lab() -> None:
    """Start JupyterLab on the notebooks, with the Python that runs this."""
    import subprocess

    raise SystemExit(subprocess.call([sys.executable, "-m", "jupyterlab", str(PROJECT / "notebooks")]))
