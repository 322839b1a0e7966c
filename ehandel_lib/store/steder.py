"""
Rows in the order of the files and of the rows in them, also when they are too many to be sorted at once.

A row's place is one whole number. Shares that are sorted by it are put together a
range of places after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from ehandel_lib.classify.gathered import FLEST_RAEKKER
from ehandel_lib.classify.posts import POSTENS_NOEGLE
from ehandel_lib.clean.documents import ORDEN
from ehandel_lib.parquet import aside, set_aside


def placed(posts: pl.DataFrame, files: Sequence[str]) -> pl.DataFrame:
    """Posts with their places, in the order of their files (by name) and rows; equal places by their keys."""
    ranks = sorted(files)
    number = pl.col("kilde_fil").replace_strict(ranks, range(len(ranks)), return_dtype=pl.Int64)
    return in_order(posts.with_columns((number * FLEST_RAEKKER + pl.col("kilde_raekke")).alias(ORDEN)))


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows by their places."""
    places = rows.get_column(ORDEN)
    in_turn = places.is_sorted()
    order = None if in_turn else places.arg_sort()
    if ((places if order is None else places.gather(order)).diff() == 0).any():
        return rows.sort(ORDEN, *POSTENS_NOEGLE, maintain_order=True)
    return rows if order is None else rows[order]


class Shares:
    """Shares of a municipality's rows on disk, each in the order of its places."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.places: list[np.ndarray] = []

    @property
    def files(self) -> list[Path]:
        """The file of each share."""
        return [self.folder / f"{n}.parquet" for n in range(len(self.places))]

    def add(self, rows: pl.DataFrame) -> None:
        """Set a share aside."""
        set_aside(rows, self.folder / f"{len(self.places)}.parquet")
        self.places.append(rows.get_column(ORDEN).to_numpy())

    def together(self, at_a_time: int) -> Iterator[pl.DataFrame]:
        """All rows in order, so many at a time."""
        every = np.sort(np.concatenate(self.places))
        bounds = [*np.unique(every[at_a_time::at_a_time]), None]
        starts = [0] * len(self.places)
        for bound in bounds:
            ends = [len(its) if bound is None else int(np.searchsorted(its, bound)) for its in self.places]
            cuts = zip(self.files, starts, ends, strict=True)
            yield in_order(pl.concat([aside(file, start, end - start) for file, start, end in cuts]))
            starts = ends
