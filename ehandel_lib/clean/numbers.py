"""
A column of numbers → øre, with what `amounts` knows, asked about as few texts as possible.

Most amounts of an extract are written in one of three plain ways that leave no
question; a number is those texts' digits. Only the other texts, each once, go
through all of `amounts`, which gives the plain ones the same answer.
"""

from __future__ import annotations

import polars as pl

from ehandel_lib.clean import amounts
from ehandel_lib.clean.cells import put_back
from ehandel_lib.clean.decisions import TAL
from ehandel_lib.clean.evidence import evidence
from ehandel_lib.clean.journal import Journal

#: form → the plain way to write it, which `amounts.FORMER` reads alike; at most nine digits and two decimals.
LIGETIL = {
    "dansk": r"^-?(?:[0-9]{1,9}|[0-9]{1,3}(?:\.[0-9]{3}){1,2}),[0-9]{2}$",
    "heltal": "^-?[0-9]{1,9}$",
    "engelsk": r"^-?(?:[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})\.[0-9]{2}$",
}


def number(rows: pl.DataFrame, name: str, journal: Journal, *, decimal: bool = False) -> pl.DataFrame:
    """
    Read one column of numbers.

    Adds ``_oere`` (missing where unreadable), ``_form``, ``_afrundet`` and, if asked, ``_decimal``, the
    number as text with a decimal point.
    """
    new = [f"{name}{end}" for end in ("_oere", "_form", "_afrundet", *(["_decimal"] if decimal else []))]
    text = rows.get_column(name)
    plain = _plain(text)
    known = rows.with_columns(
        column.alias(its) for column, its in zip(_read_plain(text, plain), new, strict=False)
    )
    odd = plain.is_null()
    texts = amounts.shapes(rows.filter(odd).select(name).unique(), name, journal.delivery.valuta)
    english = _is_english(known, odd, texts, name, journal)
    if not odd.any():
        return known
    values = amounts.values(texts.with_columns(_engelsk=pl.lit(english)), name, "_engelsk")
    read = rows.filter(odd).select(name).join(
        values, on=name, how="left", nulls_equal=True, validate="m:1", maintain_order="left"
    )  # fmt: skip
    both = put_back(known, odd, read.select(pl.col(its).alias(f"_{its}") for its in new))
    chosen = [pl.when(odd).then(f"_{its}").otherwise(its).alias(its) for its in new]
    return both.with_columns(chosen).drop([f"_{its}" for its in new])


def _plain(text: pl.Series) -> pl.Series:
    """The form of each text that is written in a plain way; missing for the others."""
    form: pl.Expr = pl.lit(None, pl.String)
    for name, pattern in LIGETIL.items():
        form = pl.when(text.str.contains(pattern)).then(pl.lit(name)).otherwise(form)
    return pl.select(form.alias("form")).to_series() if len(text) else pl.Series("form", [], pl.String)


def _read_plain(text: pl.Series, form: pl.Series) -> list[pl.Series]:
    """Øre, form, whether decimals were lost, and the text with a decimal point, of what is plain."""
    digits = text.str.replace_many([".", ","], ["", ""]).cast(pl.Int64, strict=False)
    rows = pl.DataFrame({"text": text, "form": form, "oere": digits})
    whole = pl.col("form") == "heltal"
    danish = pl.col("text").str.replace_many([".", ","], ["", "."])
    english = pl.col("text").str.replace_all(",", "", literal=True)
    return rows.select(
        oere=pl.when(whole).then(pl.col("oere") * 100).when(pl.col("form").is_not_null()).then("oere"),
        form="form",
        afrundet=pl.when(pl.col("form").is_not_null()).then(pl.lit(False)),
        decimal=pl.when(pl.col("form") == "dansk").then(danish).otherwise(english),
    ).get_columns()


def _is_english(rows: pl.DataFrame, odd: pl.Series, texts: pl.DataFrame, name: str, journal: Journal) -> bool:
    """Is a doubtful "1.234" of the file a little more than one?"""
    shape = f"{name}_form"
    asked = rows.select("aarsag", name, shape)
    if len(texts):
        forms = asked.filter(odd).select(name).join(
            texts.select(name, _odd=shape), on=name, how="left", nulls_equal=True, validate="m:1",
            maintain_order="left",
        )  # fmt: skip
        asked = put_back(asked, odd, forms.select("_odd")).with_columns(
            pl.coalesce(shape, "_odd").alias(shape)
        )
    votes = {way: pl.col(shape) == way for way in TAL}
    return evidence(asked, name, pl.col(shape) == "tvetydig", votes, journal) == TAL[1]
