"""
What the suppliers report to have sold on the agreements, per quarter.

They never quite match the invoices: amounts are entered late, a supplier
forgets a quarter, a customer is booked twice. How often is invented.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

#: Small differences in all amounts; quarters not reported; quarters reported too high.
UENIGHED, GLEMT, FOR_HOEJ = 0.015, 0.03, 0.02


def reported(rows: pl.DataFrame, aar: int, froe: int) -> pl.DataFrame:
    """Turnover per municipality, agreement, supplier and quarter, as the suppliers report it."""
    keys = ["kommune_navn", "aftale_nummer", "delaftale_nummer", "leverandoer_cvr", "leverandoer_navn"]
    sums = (
        rows.filter(pl.col("aftale_nummer").is_not_null())
        .group_by(*keys, kvartal=pl.col("dato").dt.quarter())
        .agg(pl.col("beloeb_oere").sum())
        .sort(*keys, "kvartal")
    )
    rng = np.random.default_rng([froe, aar, 7])
    lot = rng.random(len(sums))
    factor = 1 + UENIGHED * rng.standard_normal(len(sums)) + np.where(lot > 1 - FOR_HOEJ, 0.3, 0)
    oere = np.round(sums["beloeb_oere"].to_numpy() * factor).astype(np.int64)
    return sums.with_columns(beloeb_oere=pl.Series(oere)).filter(pl.Series(lot >= GLEMT))


def write(path: Path, rows: pl.DataFrame, aar: int, froe: int) -> None:
    """Write the statements of a year as a workbook."""
    from ehandel_lib.demo.delivery import write_workbook

    table = reported(rows, aar, froe).select(
        pl.col("kommune_navn").alias("Kommune"),
        pl.col("aftale_nummer").alias("Aftale"),
        pl.col("delaftale_nummer").alias("Delaftale"),
        pl.col("leverandoer_cvr").alias("Leverandør CVR"),
        pl.col("leverandoer_navn").alias("Leverandør"),
        pl.lit(aar).alias("År"),
        pl.col("kvartal").alias("Kvartal"),
        (pl.col("beloeb_oere") / 100).alias("Omsætning"),
    )
    write_workbook(path, table, "Omsætning")
