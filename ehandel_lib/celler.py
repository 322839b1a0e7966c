"""
A cube on Polars: by whole numbers in place of texts, and of one part of the posts after the other.

Each key of a cube has few values, so a cell is a number whose digits say which;
numbers are grouped and sorted in a tenth of the time. `kube` says what a cube is:
the result is the same, to the last row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import polars as pl

from ehandel_lib import schema, sums
from ehandel_lib.errors import DeliveryError

#: Gives some of the posts, all posts of an invoice among them.
Del = Callable[[], pl.DataFrame]

#: What is counted in a cell.
TALT = ("antal_poster", "antal_fakturaer", "beloeb_oere")

#: A kind of invoice: how many cells, and the least, the greatest and the sum of their places.
SLAGS = ("_antal", "_min", "_max", "_sum")

_TYPER: dict[str, Any] = {"antal": pl.Int64, "ja_nej": pl.Boolean}


@dataclass(frozen=True)
class Vaerdier:
    """The values of each key among all posts, sorted; a missing one is the first."""

    af: dict[str, pl.Series]

    @property
    def kan_tales(self) -> bool:
        """Is each cell a 64-bit number, and no missing value the same as one that is there?"""
        filled = any(its.null_count() and _like_nothing(its) for its in self.af.values())
        return not filled and prod(len(its) for its in self.af.values()) < 2**62

    @cached_property
    def vaegte(self) -> dict[str, int]:
        """What a step of each key is worth in a cell's number; the first key counts most."""
        weights, weight = {}, 1
        for name, its in reversed(self.af.items()):
            weights[name], weight = weight, weight * len(its)
        return weights

    def celle(self, posts: pl.DataFrame) -> pl.Series:
        """Each post's cell."""
        number = pl.zeros(posts.height, dtype=pl.Int64, eager=True)
        for name, its in self.af.items():
            number += _places(posts.get_column(name), its) * self.vaegte[name]
        return number.alias("_celle")

    def noegler(self, cells: pl.Series) -> list[pl.Series]:
        """The keys of each cell."""
        return [
            its.gather(cells // self.vaegte[name] % len(its)).alias(name) for name, its in self.af.items()
        ]


def _like_nothing(values: pl.Series) -> bool:
    """Is there a value that stands no higher than the one that takes the place of a missing one?"""
    known = values.drop_nulls()
    if known.dtype == pl.String:
        return bool((known == "").any())
    return bool((known.cast(pl.Int64) <= 0).any())


def _places(column: pl.Series, values: pl.Series) -> pl.Series:
    """The place of each value among the sorted ones."""
    known = values.drop_nulls()
    if column.dtype == pl.String:
        place = column.cast(pl.Enum(known)).to_physical().cast(pl.Int64)
    else:
        place = known.cast(pl.Int64).search_sorted(column.cast(pl.Int64)).cast(pl.Int64)
    if not values.null_count():
        return place
    return pl.select(pl.when(column.is_null()).then(0).otherwise(place + 1)).to_series()


def kube_af_dele(parts: Sequence[Del], keys: Sequence[str], mark: str, most: int, alike: str) -> Any:
    """
    The cube of posts that come in parts, or nothing where their cells are no numbers.

    Parameters
    ----------
    parts : sequence of callable
        Each gives some of the posts, with `keys`, `faktura_id` and `TALT`; it is called twice.
    keys : sequence of str
        In the order of the data dictionary.
    mark, most, alike : str, int, str
        What begins an invoice's own name, how many cells a kind tells, and what begins its name.
    """
    values = _values(parts, keys)
    if not values.kan_tales:
        return None
    cells = pl.concat([values.celle(part()).unique() for part in parts]).unique().sort()
    counted = pl.concat([_counted(part(), values, cells, most) for part in parts])
    whole = _added(counted)
    name = pl.concat_str(pl.lit(alike), pl.concat_str(*SLAGS, separator=","))
    own = pl.concat_str(pl.lit(mark), "faktura_id").fill_null("")
    named = whole.select(
        "_celle", *TALT, faktura_id=pl.when(pl.col("_antal") <= most).then(name).otherwise(own)
    )
    rows = named.sort("_celle", "faktura_id")
    return pl.DataFrame(values.noegler(rows.get_column("_celle"))).hstack(rows.select("faktura_id", *TALT))


def _values(parts: Sequence[Del], keys: Sequence[str]) -> Vaerdier:
    """The values of the keys; amounts that together are no 64-bit number are refused."""
    found: dict[str, list[pl.Series]] = {name: [] for name in keys}
    total = 0.0
    for part in parts:
        posts = part()
        total += float(posts.get_column("beloeb_oere").cast(pl.Float64).abs().sum())
        for name in keys:
            found[name].append(posts.get_column(name).unique())
    if total > sums.STOERST / 2:
        raise DeliveryError(sums.FOR_STOR)
    return Vaerdier({name: pl.concat(its).unique().sort() for name, its in found.items()})


def _counted(posts: pl.DataFrame, values: Vaerdier, cells: pl.Series, most: int) -> pl.DataFrame:
    """The posts added up by cell and kind of invoice; an invoice in many cells is a kind of its own."""
    size = values.vaegte["kommune_kode"]
    rows = posts.select("faktura_id", *TALT).with_columns(values.celle(posts))
    parts = rows.group_by("_celle", "faktura_id").agg(
        pl.col("antal_poster", "beloeb_oere").sum(), pl.col("antal_fakturaer").max()
    )
    cell = parts.get_column("_celle")
    # a cell's place in its municipality
    first = cells.search_sorted((cell // size) * size, side="left")
    place = (cells.search_sorted(cell, side="left").cast(pl.Int64) - first.cast(pl.Int64) + 1).alias("_plads")
    placed = parts.with_columns(place, _kommune=cell // size)
    # most invoices have one cell
    more = placed.get_column("faktura_id").is_duplicated()
    single = placed.filter(~more).with_columns(
        _antal=pl.lit(1, pl.Int64), **dict.fromkeys(SLAGS[1:], pl.col("_plads"))
    )
    names = ["_celle", *SLAGS, "faktura_id", *TALT]
    both = [its.select(names) for its in (single, _kinds(placed.filter(more)))]
    own = pl.when(pl.col("_antal") > most).then("faktura_id")
    return _added(pl.concat(both).with_columns(faktura_id=own))


def _kinds(placed: pl.DataFrame) -> pl.DataFrame:
    """The kinds of invoices that have several cells."""
    kinds = placed.group_by("_kommune", "faktura_id").agg(
        _antal=pl.len().cast(pl.Int64), _min=pl.min("_plads"), _max=pl.max("_plads"), _sum=pl.sum("_plads")
    )
    return placed.join(kinds, on=["_kommune", "faktura_id"], how="left", validate="m:1", nulls_equal=True)


def _added(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("_celle", *SLAGS, "faktura_id").agg(pl.col(*TALT).sum())


def som_poster(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Posts, or a cube of them, with the columns that count and in their types."""
    if "maaned" in keys and "maaned" not in frame.columns:
        frame = frame.with_columns(maaned=pl.col("dato").dt.month())
    counted = (pl.col(name) if name in frame.columns else pl.lit(1).alias(name) for name in TALT[:2])
    is_cube = "antal_fakturaer" in frame.columns
    return frame.select(
        *(pl.col(name).cast(_TYPER.get(schema.KOLONNER[name].slags, pl.String)) for name in keys),
        pl.col("faktura_id").fill_null("") if is_cube else pl.col("faktura_id"),
        *(number.cast(pl.Int64) for number in counted),
        pl.col("beloeb_oere").cast(pl.Int64),
    )
