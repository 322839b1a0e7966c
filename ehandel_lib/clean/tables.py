"""
The small tables of a delivery: reported turnover, which municipality uses which system, and its units.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from ehandel_lib import schema
from ehandel_lib.classify import aftaler
from ehandel_lib.clean import answers, defects, identities
from ehandel_lib.clean.cells import reject, translated
from ehandel_lib.clean.journal import OK, Journal, start
from ehandel_lib.read import Table
from ehandel_lib.read.delivery import FELTER

#: kind of a column → its type in Polars.
TYPER: dict[str, Any] = {
    "tekst": pl.String, "kode": pl.String, "antal": pl.Int64, "oere": pl.Int64, "tal": pl.Float64,
    "andel": pl.Float64, "dato": pl.Date, "ja_nej": pl.Boolean,
}  # fmt: skip


def conform(rows: pl.DataFrame | None, table: str) -> pl.DataFrame:
    """The rows with the columns of a table of the schema, in order and type; none for no rows."""
    types = {column.navn: TYPER[column.slags] for column in schema.kolonner(table)}
    if rows is None:
        return pl.DataFrame(schema=types)
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None).alias(name)).cast(kind)
        for name, kind in types.items()
    )


def turnover_rows(table: Table, journal: Journal) -> pl.DataFrame:
    """The rows of a turnover statement, typed; rejected ones with their `aarsag`."""
    rows = start(table, journal, FELTER["omsaetning"])
    form = journal.form
    for defect in (defects.repeated_headers, defects.total_rows, defects.kommune):
        rows = defect(rows, journal)
    if "dato" in form.felter or form.dato_fra_filnavn:
        rows = defects.dato(rows, journal)
    else:
        rows = rows.with_columns(pl.lit(None, pl.Date).alias("dato"))
    rows = _periods(defects.beloeb(rows, journal), journal)
    rows = defects.repaired(rows, "leverandoer_cvr", identities.cvr, journal, suspect=identities.no_cvr)
    known = frozenset(key.split("/")[0] for key in aftaler(journal.delivery.aftaler))
    rows = defects.agreements(rows, journal, known)
    missing = pl.col("aftale_nummer").is_null()
    header = form.overskrift("aftale_nummer")
    return reject(rows, missing, header, pl.lit(None, pl.String), pl.lit("aftale mangler"))


def _periods(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Year and quarter, from their own columns or from the date."""
    date_year, date_quarter = (
        pl.col("dato").dt.year().cast(pl.Int64),
        pl.col("dato").dt.quarter().cast(pl.Int64),
    )
    period = {"_aar": pl.Int64}
    rows = translated(rows, "aar", lambda text: (answers.year(text),), period)
    rows = translated(
        rows,
        "kvartal",
        lambda t: (answers.quarter(t), answers.year(t)),
        {"_kv": pl.Int64, "_kvaar": pl.Int64},
    )
    header = journal.form.overskrift("aar")
    shown = pl.coalesce("aar", "kvartal")
    journal.record(
        rows, pl.col("kvartal").is_not_null() & pl.col("_kv").is_null(), "kvartal", pl.lit("ikke et kvartal"),
        pl.lit("rettet"),
    )  # fmt: skip
    dated = rows.with_columns(
        aar=pl.coalesce("_aar", "_kvaar", date_year), kvartal=pl.coalesce("_kv", date_quarter), _vist=shown
    )
    return reject(
        dated, pl.col("aar").is_null(), header, pl.col("_vist"), pl.lit("år mangler eller kan ikke læses")
    ).drop("_aar", "_kv", "_kvaar", "_vist")


def system_rows(table: Table, journal: Journal) -> pl.DataFrame:
    """Which municipality uses which system."""
    rows = start(table, journal, FELTER["systemer"]).with_columns(pl.lit(None, pl.Int64).alias("beloeb_oere"))
    rows = defects.kommune(defects.repeated_headers(rows, journal), journal)
    rows = defects.repaired(rows, "system", identities.system, journal)
    return rows.with_columns(system_kode=pl.col("system").fill_null(schema.UKENDT_SYSTEM))


def unit_rows(table: Table, journal: Journal) -> pl.DataFrame:
    """The units of the municipalities."""
    rows = start(table, journal, FELTER["enheder"]).with_columns(pl.lit(None, pl.Int64).alias("beloeb_oere"))
    rows = defects.kommune(defects.repeated_headers(rows, journal), journal)
    rows = defects.repaired(rows, "enhed_id", identities.number_text, journal)
    header = journal.form.overskrift("enhed_id")
    return reject(
        rows, pl.col("enhed_id").is_null(), header, pl.lit(None, pl.String), pl.lit("enheds-id mangler")
    )


#: table → what its rows have one of, the column that is listed for a second one, and why it does not count.
_EN_GANG = {
    "systemer": (["kommune_kode"], "system", "system_kode", "kommunen er nævnt før"),
    "enheder": (["kommune_kode", "enhed_id"], "enhed_id", "enhed_id", "enheden er nævnt før"),
    "maal": (
        ["kommune_kode", "varekategori", "enhedstype", "maalt_paa", "maaldato"],
        "maal",
        "maal",
        "målet er nævnt før",
    ),
}


def first_ones(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """The rows of all files of a small table, where the first row of a municipality or a unit counts."""
    if table not in _EN_GANG:
        return rows
    keys, field, value, reason = _EN_GANG[table]
    again = OK & ~pl.struct(*keys, "aarsag").is_first_distinct()
    return reject(rows, again, field, pl.col(value), pl.lit(reason))
