"""
Rows on disk, block by block, in each of them municipality by municipality.

A file of a delivery has rows of all municipalities. They are written as they come, a
block to a file and sorted in it, and it is remembered how many each has: so those
of some municipalities are found again without a look at the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import polars as pl

from ehandel_lib.parquet import UKENDT, aside, set_aside

#: Municipality → how many rows of a block it has, in the order in which they stand there.
Antal = dict[str, int]

KOMMUNE = "kommune_kode"


def add(folder: Path, blocks: list[Antal], rows: pl.DataFrame) -> None:
    """Write a block, and remember what is in it."""
    if rows.is_empty():
        return
    folder.mkdir(exist_ok=True)
    together = rows.sort(KOMMUNE, maintain_order=True)
    runs = together.select(pl.col(KOMMUNE).rle().struct.unnest()).select("value", "len")
    set_aside(together, folder / f"{len(blocks)}.parquet")
    blocks.append({UKENDT if code is None else code: n for code, n in runs.iter_rows()})


def rows_of(folder: Path, blocks: Sequence[Antal], codes: Collection[str]) -> Iterator[pl.DataFrame]:
    """The rows of these municipalities, block by block; within one they keep the order in which they came."""
    for number, block in enumerate(blocks):
        for start, length in _runs(block, codes):
            yield aside(folder / f"{number}.parquet", start, length)


def _runs(block: Antal, codes: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where the rows of these municipalities stand; those of neighbours are one run."""
    start = place = 0
    for code, rows in block.items():
        if code not in codes:
            if place > start:
                yield start, place - start
            start = place + rows
        place += rows
    if place > start:
        yield start, place - start


def counted(blocks: Sequence[Antal]) -> Antal:
    """How many rows each municipality has in all blocks."""
    total: Antal = {}
    for code, rows in ((code, rows) for block in blocks for code, rows in block.items()):
        total[code] = total.get(code, 0) + rows
    return dict(sorted(total.items()))
