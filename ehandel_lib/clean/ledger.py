"""
The ledger: rows in = kept + duplicates + rejected, and the same in øre, per file and municipality.

Rows in are counted where the files are read, the other three where the lines
are finished. If they do not agree, a row was lost, and that is our mistake.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ehandel_lib import schema

POSTER = ("tabel", "dublet", "afvist")


def ledger(rows: pl.DataFrame) -> pl.DataFrame:
    """
    One row a file and municipality; rows whose municipality is unknown have none.

    Parameters
    ----------
    rows : polars.DataFrame
        Every row that came in: `kilde_fil`, `kommune_kode`, `beloeb_oere` (missing where unreadable) and
        `udfald`, one of `POSTER`.
    """
    amount = pl.col("beloeb_oere").fill_null(0)
    outcome = {post: pl.col("udfald") == post for post in POSTER}
    return (
        rows.group_by("kilde_fil", "kommune_kode")
        .agg(
            pl.len().cast(pl.Int64).alias("raekker_ind"),
            *(hit.sum().cast(pl.Int64).alias(f"raekker_{post}") for post, hit in outcome.items()),
            amount.sum().alias("oere_ind"),
            *(amount.filter(hit).sum().alias(f"oere_{post}") for post, hit in outcome.items()),
        )
        .pipe(_in_order)
    )


def together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """One ledger of the parts of a delivery: what they say of a file and a municipality, added up."""
    return _in_order(pl.concat(parts).group_by("kilde_fil", "kommune_kode").sum())


def _in_order(account: pl.DataFrame) -> pl.DataFrame:
    return account.sort("kilde_fil", "kommune_kode", nulls_last=True).select(schema.navne("regnskab"))


def check(account: pl.DataFrame, rows_in: Mapping[str, int], oere_in: Mapping[str, int]) -> None:
    """
    Assert that no row and no øre was lost between the files and the ledger.

    Parameters
    ----------
    account : polars.DataFrame
        What `ledger` returned.
    rows_in : mapping
        How many rows were read of each file.
    oere_in : mapping
        The sum of each file's amounts, taken as soon as they were read as øre.
    """
    per_file = account.drop("kommune_kode").group_by("kilde_fil").sum()
    kept = {row["kilde_fil"]: row for row in per_file.iter_rows(named=True)}
    assert kept.keys() <= rows_in.keys(), f"rows of {sorted(kept.keys() - rows_in.keys())} were never read"
    for file, read in rows_in.items():
        row = kept.get(file, dict.fromkeys(per_file.columns, 0))
        assert row["raekker_ind"] == read, f"{file}: {read} rows read, {row['raekker_ind']} in the ledger"
        assert read == sum(row[f"raekker_{post}"] for post in POSTER), f"{file}: rows do not add up: {row}"
        amount = oere_in.get(file, 0)
        assert amount == sum(row[f"oere_{post}"] for post in POSTER), f"{file}: {amount} øre read, but {row}"
