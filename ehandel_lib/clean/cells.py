"""
The cells of a column, changed where they need it and left alone where they do not.

Nearly all cells of an extract are in order, so each repair first asks whether
any cell calls for it: a cheap look at the whole column, and the costly one at
the few misfits or at each distinct text once. The result is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from ehandel_lib.clean.journal import OK, VIST


def reject(
    rows: pl.DataFrame, where: pl.Expr, header: str | None, value: pl.Expr, reason: pl.Expr
) -> pl.DataFrame:
    """Give these rows a reason for which they do not count, unless they have one."""
    first = rows.select(hit=where & OK).get_column("hit")
    if not first.any():
        return rows
    return rows.with_columns(
        aarsag=pl.when(first).then(reason).otherwise("aarsag"),
        kolonne=pl.when(first).then(pl.lit(header, pl.String)).otherwise("kolonne"),
        vaerdi=pl.when(first).then(value.cast(pl.String).str.head(VIST)).otherwise("vaerdi"),
    )


def translated(
    rows: pl.DataFrame,
    name: str,
    parse: Callable[[str], tuple[Any, ...]],
    new: dict[str, Any],
    *,
    only: pl.Series | None = None,
) -> pl.DataFrame:
    """
    The rows with the columns `new`, parsed from the text column `name`; each distinct text is parsed once.

    A missing text, and one that is not among the `only` ones, gives missing values.
    """
    column = rows.get_column(name)
    texts = (column if only is None else column.filter(only)).drop_nulls().unique().sort()
    answers = [(text, *parse(text)) for text in texts]
    lookup = pl.DataFrame(answers, schema={name: pl.String, **new}, orient="row")
    kept = rows.drop(*(its for its in new if its in rows.columns))
    return kept.join(lookup, on=name, how="left", validate="m:1", maintain_order="left")


def where_needed(rows: pl.DataFrame, needed: pl.Series, **columns: pl.Expr) -> pl.DataFrame:
    """
    The rows with new columns, worked out for the rows that need them only; missing in the others.

    Examples
    --------
    >>> rows = pl.DataFrame({"t": ["a", "b", "c"]})
    >>> where_needed(rows, pl.Series([False, True, False]), ny=pl.col("t").str.to_uppercase())["ny"].to_list()
    [None, 'B', None]
    """
    return put_back(rows, needed, rows.filter(needed).with_columns(**columns).select(list(columns)))


def put_back(rows: pl.DataFrame, needed: pl.Series, part: pl.DataFrame) -> pl.DataFrame:
    """The rows with the columns of `part`, which has one row for each that is needed, in their order."""
    nth = needed.cum_sum().cast(pl.Int64) - 1
    place = pl.select(pl.when(needed).then(nth)).to_series()
    return rows.with_columns(column.gather(place) for column in part)
