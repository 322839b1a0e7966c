"""
One file of a delivery → typed rows, a block at a time.

A file is read by what its first block says of how its columns are written; where
that turns out otherwise, it is read once more (`decisions`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import polars as pl

from ehandel_lib.clean import masking
from ehandel_lib.clean.cpr import MASKE
from ehandel_lib.clean.goals import goal_rows
from ehandel_lib.clean.invoices import invoice_rows
from ehandel_lib.clean.journal import Journal
from ehandel_lib.clean.tables import system_rows, turnover_rows, unit_rows
from ehandel_lib.read import Delivery, Filer, Table

#: table → what makes rows of a block of its files.
RAEKKER: dict[str, Callable[[Table, Journal], pl.DataFrame]] = {
    "fakturaer": invoice_rows,
    "omsaetning": turnover_rows,
    "systemer": system_rows,
    "enheder": unit_rows,
    "maal": goal_rows,
}


def journal(
    delivery: Delivery, form: Filer, file: str, ways: Mapping[str, str], units: pl.DataFrame | None = None
) -> Journal:
    """An empty journal of a file whose columns are to be read in these ways."""
    empty = Journal(delivery, form, file) if units is None else Journal(delivery, form, file, units)
    empty.valg.laest.update(ways)
    return empty


def blocks(tables: Iterable[Table], journal: Journal) -> Iterator[pl.DataFrame]:
    """The rows of a file, typed, a block at a time; those of invoices masked, so that they may be written."""
    for table in tables:
        rows = RAEKKER[journal.form.tabel](table, journal)
        misfits = _misfits(table, journal)
        if misfits.height:
            rows = pl.concat([rows, misfits], how="diagonal")
        if table.udeladt.height:
            journal.rettelser.append(_left_out(table))
        yield masking.hidden(rows, journal.delivery.praefikser) if journal.form.tabel == "fakturaer" else rows


def _misfits(table: Table, journal: Journal) -> pl.DataFrame:
    """The rows that did not fit the header, in the form of rejected rows."""
    fixed = journal.form.kommune or journal.delivery.kommune
    return table.afvist.with_columns(
        pl.lit(table.fil).alias("kilde_fil"),
        pl.lit(fixed.kode if fixed else None, pl.String).alias("kommune_kode"),
        pl.lit(None, pl.Int64).alias("beloeb_oere"),
    )


def _left_out(table: Table) -> pl.DataFrame:
    """The persons' numbers that reading left out, as entries of the list of corrections."""
    return table.udeladt.select(
        pl.col("kommune").alias("kommune_kode"),
        pl.lit(table.fil).alias("kilde_fil"),
        "kilde_raekke",
        "kolonne",
        pl.lit(MASKE).alias("vaerdi"),
        "aarsag",
        pl.lit("maskeret").alias("handling"),
    )
