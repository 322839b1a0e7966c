"""
How far a batch is: one live line on a terminal, plain lines elsewhere, JSON lines for a scheduler.

And the table that ends it: what was made and why, what was skipped, what failed with its cause.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from ehandel_lib.run.batch import OnResult
from ehandel_lib.run.batch_result import FEJLET, LAVET, SPRUNGET_OVER, Resultat


@contextmanager
def shown(console: Console, total: int, *, as_json: bool) -> Iterator[OnResult]:
    """
    Tell of each result for as long as the block lasts.

    Examples
    --------
    >>> with shown(Console(force_terminal=False, width=80), 2, as_json=False) as told:
    ...     told(Resultat("630", "Vejle", "Syddanmark", "lavet", "ny", "Vejle"))
    1 af 2: Vejle lavet (ny)
    """
    if as_json:
        yield _as_json
    elif console.is_terminal:
        with _live(console, total) as told:
            yield told
    else:
        yield _lines(console, total)


def _as_json(result: Resultat) -> None:
    """One line a result, at once."""
    click.echo(json.dumps(asdict(result), ensure_ascii=False))


def _lines(console: Console, total: int) -> OnResult:
    seen: set[str] = set()

    def told(result: Resultat) -> None:
        seen.add(result.kommune_kode)
        words = f"{len(seen)} af {total}: {result.kommune_navn} {result.status} ({result.aarsag})"
        console.print(words, markup=False, highlight=False, soft_wrap=True)

    return told


@contextmanager
def _live(console: Console, total: int) -> Iterator[OnResult]:
    """One line that stays where it is; failures are told above it."""
    statuses: dict[str, str] = {}
    begun = time.monotonic()
    columns = (BarColumn(bar_width=30), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(_state(statuses, total, 0), total=total)

        def told(result: Resultat) -> None:
            statuses[result.kommune_kode] = result.status
            if result.status == FEJLET:
                console.print(f"{result.kommune_navn}: {result.aarsag}", markup=False, highlight=False)
            words = _state(statuses, total, time.monotonic() - begun)
            bar.update(task, completed=len(statuses), description=words)

        yield told


def _state(statuses: dict[str, str], total: int, seconds: float) -> str:
    """
    Done, failed, left, and how long it will take.

    Examples
    --------
    >>> _state({"630": "lavet", "101": "sprunget over"}, 98, 5)
    '1 lavet · 1 sprunget over · 0 fejlet · 96 tilbage · 8 min'
    """
    counts = Counter(statuses.values())
    left = total - len(statuses)
    parts = [f"{counts[status]} {status}" for status in (LAVET, SPRUNGET_OVER, FEJLET)] + [f"{left} tilbage"]
    if counts[LAVET] and left:
        to_go = seconds / counts[LAVET] * left
        parts.append(f"{to_go / 60:.0f} min" if to_go > 90 else f"{to_go:.0f} sek.")
    return " · ".join(parts)


def table(results: Sequence[Resultat]) -> Table:
    """Why each report ran; the skipped ones as one row."""
    shown = Table("Kommune", "Status", "Hvorfor")
    for result in results:
        if result.status != SPRUNGET_OVER:
            shown.add_row(result.kommune_navn, result.status, result.aarsag)
    skipped = sum(result.status == SPRUNGET_OVER for result in results)
    if skipped:
        shown.add_row(f"{skipped} {'kommune' if skipped == 1 else 'kommuner'}", SPRUNGET_OVER, "intet ændret")
    return shown
