"""
Values that can be read in two ways: the sure values of their column vote, in `decisions`.
"""

from __future__ import annotations

import polars as pl

from ehandel_lib.clean.decisions import Stemmer
from ehandel_lib.clean.journal import OK, Journal


def evidence(
    rows: pl.DataFrame, name: str, unsure: pl.Expr, votes: dict[str, pl.Expr], journal: Journal
) -> str:
    """
    Which of two ways of writing its doubtful values a file follows.

    Parameters
    ----------
    rows : polars.DataFrame
        The file's rows, or those of a block of it.
    name : str
        The field; its texts stand in a column of that name, or in ``{name}_tekst``.
    unsure : polars.Expr
        Can the value be read in two ways?
    votes : dict
        The two ways, and which values speak for each.
    journal : Journal
        The file's.
    """
    first, second = votes.values()
    text = f"{name}_tekst" if f"{name}_tekst" in rows.columns else name
    (counts,) = rows.select(
        (first & OK).sum().alias("a"),
        (second & OK).sum().alias("b"),
        (unsure & OK).sum().alias("tvivl"),
        pl.col(text).filter(unsure & OK).first().alias("eksempel"),
    ).rows()
    return journal.way(name, Stemmer(*counts))
