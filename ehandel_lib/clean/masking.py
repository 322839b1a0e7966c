"""
Persons' numbers in the cells of a table: masked, each with an entry in the list of corrections.
"""

from __future__ import annotations

import polars as pl

from ehandel_lib import schema
from ehandel_lib.clean import cpr


def without_cpr(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    The lines with CPR-like numbers masked, and one correction for each cell.

    A document whose key holds such a number is named after its first row instead. An order number that was
    masked says nothing of an order, unless the e-order rule had already known it.
    """
    columns = [
        name for name in schema.navne("linjer") if rows.schema[name] == pl.String and name not in _FASTE
    ]
    masked, hits = masked_cells(rows, columns)
    if not hits:
        return rows, pl.DataFrame()
    first = pl.format("{}#{}", pl.col("kilde_fil").first(), pl.col("kilde_raekke").first()).over(
        rows["faktura_id"]
    )
    key = pl.when(pl.col("faktura_id") != rows["faktura_id"]).then(first).otherwise("faktura_id")
    placeholder = pl.col("ordrenummer").str.contains(cpr.MASKE, literal=True).fill_null(False) & (
        pl.col("ordre_regel") == "andet ordrenummer"
    )
    done = masked.with_columns(
        faktura_id=key,
        har_ordrenummer=pl.col("har_ordrenummer") & ~placeholder,
        ordre_regel=pl.when(placeholder).then(pl.lit("pladsholder")).otherwise("ordre_regel"),
    )
    shown = [hit for hit in hits if hit["kolonne"][0] != "faktura_id"]
    return done, pl.concat(shown) if shown else pl.DataFrame()


def masked_cells(rows: pl.DataFrame, columns: list[str]) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The rows with CPR-like numbers masked in these columns, and one correction for each cell."""
    changed = {}
    masked = rows
    for name in columns:
        stood = rows.get_column(name)
        shown = cpr.mask_all(stood)
        if shown is not stood:
            changed[name] = (stood != shown).fill_null(False)
            masked = masked.with_columns(shown)
    return masked, [_corrections(masked.filter(where), name) for name, where in changed.items()]


#: Text columns that cannot hold a person's number: what we wrote ourselves, and codes of eight digits.
_FASTE = {"kommune_kode", "dokumenttype", "vare_kodesystem", "vare_kode", "kilde_fil"}


def _corrections(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.select(
        "kommune_kode",
        "kilde_fil",
        "kilde_raekke",
        pl.lit("system" if name == "system_kode" else name).alias("kolonne"),
        pl.col(name).str.head(100).alias("vaerdi"),
        pl.lit("ligner et CPR-nummer").alias("aarsag"),
        pl.lit("maskeret").alias("handling"),
    )
