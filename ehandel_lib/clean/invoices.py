"""
Invoice rows: from text to typed rows, with each defect's function in turn.

Nothing here needs to know another row, save how the columns of its file are
written (`decisions`), so a file goes through a block at a time.
"""

from __future__ import annotations

import polars as pl

from ehandel_lib.classify import aftaler
from ehandel_lib.clean import amounts, defects, identities
from ehandel_lib.clean.cells import where_needed
from ehandel_lib.clean.journal import Journal, start
from ehandel_lib.clean.tables import conform
from ehandel_lib.read import Table
from ehandel_lib.read.delivery import FELTER, UBL

#: What stands as invoice number where there is none: signs, zeros and words without a digit that counts.
INTET_NUMMER = r"(?i)^(?:[0\-–._?*/# ]+|n/?a|ingen|ukendt|mangler|null|none|nan)$"

#: What is kept of a row until all rows of its municipality are known, besides the columns of a line.
_VENTER = {
    "system": pl.String, "aarsag": pl.String, "kolonne": pl.String, "vaerdi": pl.String,
    "beloeb": pl.String, "_nummer": pl.Boolean, "_har_leverandoer": pl.Boolean,
}  # fmt: skip


def invoice_rows(table: Table, journal: Journal) -> pl.DataFrame:
    """
    The rows of an invoice file, or of a block of it, typed.

    Parameters
    ----------
    table : Table
        The rows as they were read.
    journal : Journal
        The file's; it is told what was done.

    Returns
    -------
    polars.DataFrame
        All rows, the rejected ones with their `aarsag`; none is left out. Credit notes, duplicates, units and
        systems wait for `documents.finished`, which sees all of a municipality's rows.
    """
    rows = start(table, journal, FELTER["fakturaer"])
    for defect in (
        defects.repeated_headers,
        defects.total_rows,
        _municipality,
        defects.dato,
        defects.beloeb,
        defects.document_kinds,
        _suppliers,
        _numbers,
        defects.goods_codes,
        _agreements,
        defects.stated_e_order,
        _quantities,
    ):
        rows = defect(rows, journal)
    return _waiting(_documents(rows), journal)


def _waiting(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """The columns that are needed later; an amount as it stood only where it may have to be shown."""
    shown = (pl.col("dokumenttype") == "kreditnota") & pl.lit(not journal.form.kreditnotaer)
    lines = conform(rows, "linjer")
    return lines.with_columns(
        rows.select(
            pl.when(shown).then("beloeb") if name == "beloeb" else pl.col(name).cast(kind)
            for name, kind in _VENTER.items()
        )
    )


def _municipality(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """As in other tables; that of an e-invoice whose buyer tells none is its unit's, else the delivery's."""
    if journal.form.format == UBL:
        fixed = journal.form.kommune or journal.delivery.kommune
        claims = journal.enheder.group_by("enhed_id").agg(pl.col("kommune_kode").unique().alias("_enhed"))
        # a number that two municipalities claim tells nothing
        known = claims.filter(pl.col("_enhed").list.len() == 1).with_columns(pl.col("_enhed").list.first())
        joined = rows.join(known, on="enhed_id", how="left", validate="m:1", maintain_order="left")
        usual = pl.lit(fixed.kode if fixed else None, pl.String)
        rows = joined.with_columns(kommune=pl.coalesce("kommune", "_enhed", usual)).drop("_enhed")
    return defects.kommune(rows, journal)


def _suppliers(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Suppliers by CVR; a number that is no CVR still tells one supplier's invoices from another's."""
    stated = rows.get_column("leverandoer_cvr")
    clean = defects.repaired(rows, "leverandoer_cvr", identities.cvr, journal, suspect=identities.no_cvr)
    unknown = clean.get_column("leverandoer_cvr").is_null()
    if not unknown.any():
        return clean.with_columns(_leverandoer=pl.col("leverandoer_cvr"))
    named = clean.with_columns(stated.alias("_stod"))
    words = [pl.col(name).str.to_lowercase() for name in ("_stod", "leverandoer_navn")]
    other = pl.coalesce(pl.when(~text.is_in(identities.TOMT)).then(text) for text in words)
    found = where_needed(named, unknown, _leverandoer=other)
    return found.with_columns(_leverandoer=pl.coalesce("leverandoer_cvr", "_leverandoer")).drop("_stod")


def _numbers(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    for name in ("faktura_nummer", "linje_nummer", "enhed_id", "konto"):
        rows = defects.repaired(rows, name, identities.number_text, journal, suspect=identities.like_quantity)
    return defects.repaired(
        rows, "ordrenummer", identities.order_number, journal, suspect=identities.like_quantity
    )


def _agreements(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    if "aftale_nummer" not in journal.form.felter:
        return rows
    known = frozenset(key.split("/")[0] for key in aftaler(journal.delivery.aftaler))
    return defects.agreements(rows, journal, known)


def _quantities(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    for name in ("maengde", "enhedspris"):
        if name in journal.form.felter:
            rows = defects.optional_number(rows, name, journal)
    price = pl.col("enhedspris_oere") if "enhedspris" in journal.form.felter else pl.lit(None, pl.Int64)
    if journal.form.beloeb == "med moms":
        price = amounts.without_vat(price, journal.form.momssats)
    many = (
        pl.col("maengde_decimal").cast(pl.Float64)
        if "maengde" in journal.form.felter
        else pl.lit(None, pl.Float64)
    )
    system = defects.repaired(rows, "system", identities.system, journal)
    return system.with_columns(enhedspris_oere=price, maengde=many)


def _documents(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each row the key of its document, and its year."""
    numbered = pl.col("faktura_nummer").is_not_null() & ~pl.col("faktura_nummer").str.contains(INTET_NUMMER)
    kind = pl.when(pl.col("dokumenttype") == "kreditnota").then(pl.lit("|K")).otherwise(pl.lit(""))
    year = pl.col("dato").dt.year().cast(pl.Int64)
    parts = [pl.col("kommune_kode", "_leverandoer", "faktura_nummer"), year.cast(pl.String)]
    key = pl.concat_str([*(part.fill_null("") for part in parts)], separator="|") + kind
    own = pl.format("{}#{}", "kilde_fil", "kilde_raekke")
    return rows.with_columns(
        aar=year,
        faktura_id=pl.when(numbered).then(key).otherwise(own),
        _nummer=numbered,
        _har_leverandoer=pl.col("_leverandoer").is_not_null(),
    )
