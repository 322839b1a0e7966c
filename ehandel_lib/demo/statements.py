"""
What the suppliers report to have sold on the agreements, per quarter.

They never quite match the invoices: amounts are entered late, a supplier
forgets a quarter, a customer is booked twice. How often is invented.
"""

from __future__ import annotations

import numpy as np
import polars as pl

FIL = "omsaetning_{aar}.xlsx"

#: The headers of the statement, and the fields they are.
KOLONNER = {
    "Kommune": "kommune",
    "Aftale": "aftale_nummer",
    "Delaftale": "delaftale_nummer",
    "Leverandør CVR": "leverandoer_cvr",
    "Leverandør": "leverandoer_navn",
    "År": "aar",
    "Kvartal": "kvartal",
    "Omsætning": "beloeb",
}

#: Small differences in all amounts; quarters not reported; quarters reported too high.
UENIGHED, GLEMT, FOR_HOEJ = 0.015, 0.03, 0.02


def reported(rows: pl.DataFrame, aar: int, froe: int) -> pl.DataFrame:
    """Kroner per municipality, agreement, supplier and quarter, as the suppliers report them."""
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
    values = sums.with_columns(aar=pl.lit(aar), kommune="kommune_navn", beloeb=pl.Series(oere) / 100)
    kept = values.filter(pl.Series(lot >= GLEMT))
    return kept.select(pl.col(name).alias(header) for header, name in KOLONNER.items())
