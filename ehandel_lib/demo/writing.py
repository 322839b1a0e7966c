"""
Sound and soiled rows in the writing of a shape: its dates, its amounts, its name for a municipality.

Where a fault was planted, its text stands instead of the value.
"""

from __future__ import annotations

import polars as pl

from ehandel_lib.demo.shapes import Form


def written(rows: pl.DataFrame, form: Form) -> pl.DataFrame:
    """
    The rows in the columns and the writing of this shape.

    A value in ``<field>_raa`` is a fault, and stands instead of the field.
    """
    values = _typed(rows, form) if form.med_typer else _as_text(rows, form)
    columns = (pl.col(name).alias(header) for header, name in form.kolonner.items())
    return values.select(*columns, *(pl.lit(None, pl.String).alias(header) for header in form.ignorer))


def _typed(rows: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Dates and numbers as such. A CVR number is a number too, and so loses a leading zero."""
    return rows.with_columns(
        kommune=_kommune(form),
        dato=pl.when(pl.col("dato_raa").is_null()).then("dato"),
        leverandoer_cvr=pl.col("leverandoer_cvr").cast(pl.Int64),
        enhedspris=_kroner(pl.col("enhedspris_oere"), form),
        beloeb=_kroner(pl.col("beloeb_oere"), form),
    )


def _kroner(oere: pl.Expr, form: Form) -> pl.Expr:
    """Kroner as a number: exact in Parquet, what a spreadsheet has in Excel."""
    return (oere / 100).cast(pl.Decimal(14, 2)) if form.slags == "parquet" else oere / 100


def _as_text(rows: pl.DataFrame, form: Form) -> pl.DataFrame:
    values = rows.with_columns(
        kommune=_kommune(form),
        dato=pl.col("dato").dt.strftime(form.dato),
        linje_nummer=pl.col("linje_nummer").cast(pl.String),
        maengde=_unsigned(pl.col("maengde"), form).cast(pl.String),
        enhedspris=amount(pl.col("enhedspris_oere"), form),
        beloeb=_styled(_with_vat(_unsigned(pl.col("beloeb_oere"), form), form), form),
    )
    return values.with_columns(
        pl.coalesce(f"{name}_raa", name).alias(name) for name in form.felter if f"{name}_raa" in rows.columns
    )


def _unsigned(number: pl.Expr, form: Form) -> pl.Expr:
    """Without its sign, where the document type says that a credit note is one."""
    return number.abs() if form.positive_kreditnotaer else number


def _with_vat(oere: pl.Expr, form: Form) -> pl.Expr:
    """With 25 % VAT, rounded to the øre: dividing by 1.25 and rounding gives the net amount back."""
    return (oere * 5 + 2) // 4 if form.med_moms else oere


def _kommune(form: Form) -> pl.Expr:
    code = pl.col("kommune_kode")
    return {"navn": pl.col("kommune_navn"), "kode": code, "kode med nul": "0" + code}[form.kommune]


def amount(oere: pl.Expr, form: Form) -> pl.Expr:
    """
    An amount in øre as this shape writes it: ``-1.234,50``, ``1234.50``, ``1234,50-``.

    Examples
    --------
    >>> from ehandel_lib.demo.shapes import FORMER
    >>> beloeb = pl.DataFrame({"oere": [123450, -50, 123456789]})
    >>> beloeb.select(amount(pl.col("oere"), FORMER[0]))["oere"].to_list()
    ['1.234,50', '-0,50', '1.234.567,89']
    """
    size = oere.abs()
    kroner = _grouped((size // 100).cast(pl.String), form.tusinder)
    number = kroner + form.decimal + (size % 100).cast(pl.String).str.zfill(2)
    signed = number + "-" if form.minus_bagved else "-" + number
    return pl.when(oere < 0).then(signed).otherwise(number).alias("oere")


def _grouped(digits: pl.Expr, mark: str) -> pl.Expr:
    """Digits with a mark between the thousands. Padding to nine and stripping avoids a case per length."""
    if not mark:
        return digits
    padded = digits.str.zfill(9)
    parts = (padded.str.slice(start, 3) for start in (0, 3, 6))
    whole = pl.concat_str(*parts, separator=mark).str.strip_chars_start("0" + mark)
    return pl.when(digits == "0").then(digits).otherwise(whole)


def _styled(oere: pl.Expr, form: Form) -> pl.Expr:
    """The amount, in the odd writing that `stil` asks for."""
    plain, size = amount(oere, form), amount(oere.abs(), form)
    styles = {"kr.": plain + " kr.", "minus bagved": size + "-", "parentes": "(" + size + ")"}
    for name, text in styles.items():
        plain = pl.when(pl.col("stil") == name).then(text).otherwise(plain)
    return plain
