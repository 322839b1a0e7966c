"""
Values that can be read in two ways: the other values of their column decide, and the decision is noted.
"""

from __future__ import annotations

import polars as pl

from ehandel_lib.clean.journal import OK, Journal


def evidence(
    rows: pl.DataFrame,
    name: str,
    unsure: pl.Expr,
    votes: dict[str, pl.Expr],
    journal: Journal,
    stated: str,
) -> dict[str, str]:
    """
    For each file, which of two ways of writing its doubtful values follow; decisions go to the journal.

    The file's sure values vote; without votes there, all files of the form; and without those, Danish use,
    which is the first key of `votes`.
    """
    first, second = votes
    counts = rows.group_by("kilde_fil", maintain_order=True).agg(
        (votes[first] & OK).sum().alias(first),
        (votes[second] & OK).sum().alias(second),
        (unsure & OK).sum().alias("tvivl"),
        pl.col(_text_of(rows, name)).filter(unsure & OK).first().alias("eksempel"),
    )
    total = int(counts[first].sum()) - int(counts[second].sum())
    chosen = {}
    for file, ayes, noes, doubts, example in counts.iter_rows():
        way, why = _decided(stated, ayes - noes, total, (first, second))
        chosen[file] = way
        if doubts:
            more = f" ({ayes} taler for {first}, {noes} for {second})" if ayes and noes else ""
            journal.decide(
                file, name, example, f"værdier, der kan læses på to måder: {doubts}; læst {way}, {why}{more}"
            )
    return chosen


def _text_of(rows: pl.DataFrame, name: str) -> str:
    return f"{name}_tekst" if f"{name}_tekst" in rows.columns else name


def _decided(stated: str, here: int, all_files: int, ways: tuple[str, str]) -> tuple[str, str]:
    if stated:
        return stated, "som kilde.toml siger"
    if here:
        return ways[here < 0], "som kolonnens andre værdier"
    if all_files:
        return ways[all_files < 0], "som de andre filer af samme form"
    return ways[0], "som er dansk skik; intet i kolonnen afgør det"
