"""
What several commands ask of what the user wrote: a year, a folder, the demo delivery.
"""

from __future__ import annotations

import re
from pathlib import Path

from rich.console import Console

from ehandel_lib.errors import ParameterError
from ehandel_lib.reference import PROJECT

#: The delivery that is used when none is named.
DEMO = PROJECT / "data" / "demo"


def write_demo(console: Console) -> None:
    """Make the demo data, and say so."""
    from ehandel_lib import demo

    console.print("Laver demodata for alle kommuner i data/demo …", highlight=False)
    demo.write_demo(DEMO)


def year(text: str | None) -> int | None:
    """The year as a number."""
    if text is None:
        return None
    if not re.fullmatch(r"(19|20)\d\d", text.strip(), flags=re.ASCII):
        raise ParameterError(f'Året skal være et årstal med fire cifre, fx 2024, men er "{text[:40]}".')
    return int(text)


def folder(name: str | None, command: str) -> Path:
    """The folder that a command is about."""
    if not name:
        raise ParameterError(f'Hvilken mappe? Skriv fx "ehandel {command} data/min-leverance".')
    if not Path(name).is_dir():
        raise ParameterError(f'Der er ingen mappe "{name}".')
    return Path(name)


def short(path: Path) -> str:
    """A path as the user would write it from where they stand."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
