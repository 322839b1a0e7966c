"""
Invoice rows: from text to lines, with each defect's function in turn, and then as documents.

A document is what shares municipality, supplier, number, kind and year. Only a
document with a number and a supplier can be known to be a duplicate; a row
without a number is a document of its own.
"""

from __future__ import annotations

import polars as pl

from ehandel_lib.classify import aftaler
from ehandel_lib.clean import amounts, defects, identities
from ehandel_lib.clean.cells import where_needed
from ehandel_lib.clean.journal import Journal, start
from ehandel_lib.read import Table
from ehandel_lib.read.delivery import FELTER, UBL

#: What stands as invoice number where there is none: signs, zeros and words without a digit that counts.
INTET_NUMMER = r"(?i)^(?:[0\-–._?*/# ]+|n/?a|ingen|ukendt|mangler|null|none|nan)$"


def invoice_rows(tables: list[Table], journal: Journal) -> pl.DataFrame:
    """
    The rows of the invoice files of one form, typed; rejected ones with their `aarsag`, and none left out.
    """
    rows = start(tables, journal, FELTER["fakturaer"])
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
    return _credit_notes(_documents(rows), journal)


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
        aar=year, faktura_id=pl.when(numbered).then(key).otherwise(own), _nummer=numbered
    )


def _credit_notes(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """
    Make credit notes negative: by the document, not by the line.

    Unless `kilde.toml` says how they stand, a credit note whose sum is above zero is turned with all its
    lines, so that a deduction on it stays one; a credit note that is already negative is left as it is.
    """
    stated = journal.form.kreditnotaer
    is_credit = rows.get_column("dokumenttype") == "kreditnota"
    if stated == "negative" or not is_credit.any():
        return rows
    # a document is of one kind, so that the sum of its credited lines is its own
    whole = pl.col("beloeb_oere").sum().over("kilde_fil", "faktura_id")
    turned = pl.lit(True) if stated else whole > 0
    marked = where_needed(rows, is_credit, _vendt=turned).with_columns(pl.col("_vendt").fill_null(False))
    if not stated:
        reason = pl.lit("kreditnota med positivt beløb; gjort negativ")
        journal.record(marked, pl.col("_vendt"), "beloeb", reason, pl.lit("rettet"))
    journal.note_counts(marked, pl.col("_vendt"), "rækker på kreditnotaer, gjort negative")
    journal.count(marked.filter("_vendt"), -2 * pl.col("beloeb_oere"))
    sign = pl.when("_vendt").then(-pl.col("beloeb_oere")).otherwise("beloeb_oere")
    return marked.with_columns(beloeb_oere=sign).drop("_vendt")
