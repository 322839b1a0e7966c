"""
Personal numbers in invoice rows, masked before a row is written anywhere.

Some of what such a number decides is decided later: which rows are the same
document, or the same row twice, which unit it is, whether the order number is an
e-order. For that a hash of what stood there is kept until then, and which
patterns the order number fits; the number itself is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import narwhals as nw
import polars as pl

from ehandel_lib import schema
from ehandel_lib.classify import OrdrePraefiks
from ehandel_lib.clean import cpr

#: Text columns that cannot hold a person's number: what we wrote ourselves, and codes of eight digits.
FASTE = {"kommune_kode", "dokumenttype", "vare_kodesystem", "vare_kode", "kilde_fil"}

#: Begins what stands for a key that held such a number.
SKJULT = "\x1f"

#: What is kept of a row in which something was masked: a hash of it all, one of the unit's number if that was
#: masked, and which patterns a masked order number fits.
SPOR = {"_skjult": pl.UInt64, "_enhed": pl.String, "_moenstre": pl.String}


def text_columns(rows: pl.DataFrame, table: str = "linjer") -> list[str]:
    """The columns of a table in which a person's number may stand."""
    known = [name for name in schema.navne(table) if name not in FASTE]
    return [name for name in known if name in rows.columns and rows.schema[name] == pl.String]


def hidden(rows: pl.DataFrame, patterns: Sequence[OrdrePraefiks]) -> pl.DataFrame:
    """
    Rows of invoices with CPR-like numbers masked, and with `SPOR`.

    Parameters
    ----------
    rows : polars.DataFrame
        What `invoices.invoice_rows` returned.
    patterns : sequence of OrdrePraefiks
        The delivery's e-order rules.

    Returns
    -------
    polars.DataFrame
        The same rows. A `faktura_id` that was masked is a hash behind `SKJULT`.
    """
    columns = [*text_columns(rows), "system", "beloeb", "vaerdi", "aarsag"]
    masked, changed = _masked(rows, columns)
    if not changed:
        return rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in SPOR.items())
    hits = rows.with_row_index("_plads").filter(pl.select(pl.any_horizontal(changed)).to_series())
    traces = _traces(hits, patterns)
    traced = masked.with_row_index("_plads").join(
        traces, on="_plads", how="left", validate="1:1", maintain_order="left"
    )
    return traced.with_columns(faktura_id=pl.coalesce("_id", "faktura_id")).drop("_plads", "_id")


def _masked(rows: pl.DataFrame, columns: list[str]) -> tuple[pl.DataFrame, list[pl.Series]]:
    """The rows with these columns masked, and where each of those that had to be was changed."""
    changed = []
    for name in columns:
        stood = rows.get_column(name)
        shown = cpr.mask_all(stood)
        if shown is not stood:
            changed.append((stood != shown).fill_null(False))
            rows = rows.with_columns(shown)
    return rows, changed


def _traces(hits: pl.DataFrame, patterns: Sequence[OrdrePraefiks]) -> pl.DataFrame:
    """What is kept of the rows in which something is masked."""

    def token(name: str) -> pl.Expr:
        return pl.when(cpr.masked(name) != pl.col(name)).then(key(name))

    return _fits(hits, patterns).select(
        "_plads",
        pl.struct(text_columns(hits)).hash(3).alias("_skjult"),
        token("enhed_id").alias("_enhed"),
        pl.when(cpr.masked("ordrenummer") != pl.col("ordrenummer")).then("_moenstre").alias("_moenstre"),
        token("faktura_id").alias("_id"),
    )


def _fits(hits: pl.DataFrame, patterns: Sequence[OrdrePraefiks]) -> pl.DataFrame:
    """The places of the patterns that each order number fits, whatever the municipality's system."""
    fits = [
        nw.when(replace(pattern, system=None).gaelder()).then(nw.lit(_place(n))).otherwise(nw.lit(""))
        for n, pattern in enumerate(patterns)
    ]
    found = nw.from_native(hits).with_columns(_moenstre=nw.concat_str(nw.lit(""), *fits))
    return found.to_native()


def _place(n: int) -> str:
    return f"<{n}>"


def key(name: str) -> pl.Expr:
    """A text that stands for another one, which cannot be read from it."""
    return pl.format(f"{SKJULT}{{}}", pl.col(name).hash(4))


def unit_key(name: str = "enhed_id") -> pl.Expr:
    """A unit's number as it is compared: itself, or what stands for one that looks like a person's."""
    return pl.when(cpr.masked(name) != pl.col(name)).then(key(name)).otherwise(pl.col(name))


def is_e_order(patterns: Sequence[OrdrePraefiks]) -> pl.Expr:
    """Was the masked order number of a line one of an e-order, now that the system is known?"""
    hits = [
        pl.col("_moenstre").str.contains(_place(n), literal=True)
        & (pl.lit(True) if pattern.system is None else pl.col("system_kode") == pattern.system)
        for n, pattern in enumerate(patterns)
    ]
    return pl.any_horizontal([pl.lit(False), *hits]).fill_null(False)


def masked_cells(rows: pl.DataFrame, table: str) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The rows of a table with CPR-like numbers masked, and one correction for each cell."""
    masked, _ = _masked(rows, text_columns(rows, table))
    return masked, corrections(masked, table) if "kilde_fil" in rows.columns else []


def corrections(rows: pl.DataFrame, table: str) -> list[pl.DataFrame]:
    """One correction for each cell in which something was masked; a document's key is our own."""
    hits = []
    for name in text_columns(rows, table):
        found = rows.filter(pl.col(name).str.contains(cpr.MASKE, literal=True))
        if found.height and name != "faktura_id":
            hits.append(_listed(found, name))
    return hits


def _listed(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.select(
        "kommune_kode",
        "kilde_fil",
        "kilde_raekke",
        pl.lit("system" if name == "system_kode" else name).alias("kolonne"),
        pl.col(name).str.head(100).alias("vaerdi"),
        pl.lit("ligner et CPR-nummer").alias("aarsag"),
        pl.lit("maskeret").alias("handling"),
    )
