"""
Lines → posts on Polars, without sorting the lines of every post.

The lines of an invoice nearly always stand together, so that an invoice is a run
of lines and has a number; and a line's place among all lines, found once, says
which line speaks for its post. `posts` says what a post is: the result is the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

#: What tells an invoice from the others.
FAKTURA = ["kommune_kode", "faktura_id"]

#: No file has so many rows, and so many times as many files as there can be still fit in 64 bits.
FLEST_RAEKKER = 1 << 40


def gathered(
    rows: pl.DataFrame, keys: Sequence[str], names: Sequence[str], ties: Sequence[str]
) -> pl.DataFrame:
    """
    One row per post.

    Parameters
    ----------
    rows : polars.DataFrame
        Lines, or posts that know how many lines they are.
    keys : sequence of str
        What the lines of one post have in common.
    names : sequence of str
        What the line that speaks for the post gives it: its first one with an order number, else its first.
    ties : sequence of str
        What orders lines that stand in the same place.

    Returns
    -------
    polars.DataFrame
        `names`, the sums `beloeb_oere`, `antal_linjer` and `faktura_beloeb_oere`, and
        `har_ordrenummer`: has any line one? In the order of the lines that speak for them.
    """
    place = _order(rows, ties)
    # a line with an order number speaks before all lines without one
    turn = (
        place.arg_sort().cast(pl.Int64) + (~rows.get_column("har_ordrenummer")).cast(pl.Int64) * rows.height
    )
    own = [name for name in keys if name not in FAKTURA]
    lines = rows.select(
        *own, "beloeb_oere", "antal_linjer", "har_ordrenummer", _faktura=_invoices(rows), _tur=turn
    )
    posts = (
        lines.with_columns(faktura_beloeb_oere=pl.col("beloeb_oere").sum().over("_faktura"))
        .group_by("_faktura", *own)
        .agg(
            pl.col("beloeb_oere", "antal_linjer").sum(),
            pl.col("har_ordrenummer").max(),
            pl.col("faktura_beloeb_oere").first(),
            _tur=pl.col("_tur").min(),
        )
    )
    spoken = posts.get_column("_tur") % max(rows.height, 1)
    order = spoken.arg_sort()
    speaks = place.gather(spoken.gather(order))
    told = posts.drop("_faktura", "_tur", *own)[order]
    shown = rows.select(*names)[speaks]
    return shown.hstack(told)


def _order(rows: pl.DataFrame, ties: Sequence[str]) -> pl.Series:
    """The places of the rows in the order of their files and of the rows in them."""
    files = rows.get_column("kilde_fil").unique().sort()
    number = pl.col("kilde_fil").replace_strict(files, range(len(files)), default=-1, return_dtype=pl.Int64)
    keyed = rows.select(*ties, _sted=number * FLEST_RAEKKER + pl.col("kilde_raekke"))
    place = keyed.get_column("_sted").arg_sort()
    if (keyed.get_column("_sted").gather(place).diff() == 0).any():
        place = keyed.select(pl.arg_sort_by("_sted", *ties, maintain_order=True)).to_series()
    return place


def _invoices(rows: pl.DataFrame) -> pl.Series:
    """A number for each row's invoice."""
    starts = rows.select(
        pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in FAKTURA)
        | (pl.int_range(pl.len()) == 0)
    ).to_series()
    heads = rows.select(FAKTURA).filter(starts).with_row_index("_nr")
    if heads.get_column("faktura_id").hash().is_duplicated().any():
        # the lines of some invoice stand apart: its first run names it
        heads = heads.select(_nr=pl.col("_nr").min().over(FAKTURA))
    return heads.get_column("_nr").gather(starts.cum_sum() - 1)
