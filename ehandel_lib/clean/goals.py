"""
The targets of a delivery: a share of invoices or turnover to reach by a day.

A target is for one category or for all 14, and for one kind of unit or for all. It is
written in percent; a share like 0,8 could mean either and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import polars as pl

from ehandel_lib import schema
from ehandel_lib.classify import lovkrav
from ehandel_lib.clean import defects
from ehandel_lib.clean.cells import reject, translated
from ehandel_lib.clean.journal import Journal, start
from ehandel_lib.read import Table
from ehandel_lib.read.delivery import FELTER


def percent(text: str) -> float | None:
    """
    A percentage as a share.

    Examples
    --------
    >>> percent("80 %"), percent("62,5 pct."), percent("0,8"), percent("101"), percent("mange")
    (0.8, 0.625, None, None, None)
    """
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?)\s*(?:%|pct\.?|procent)?", text.strip().casefold())
    value = float(found[1].replace(",", ".")) if found else 0.0
    return value / 100 if 1 <= value <= 100 else None


def category(text: str) -> str | None:
    """
    One of the 14 categories, in any case of letters.

    Examples
    --------
    >>> category("bleer"), category("Blomster")
    ('Bleer', None)
    """
    return {name.casefold(): name for name in lovkrav()}.get(" ".join(text.split()).casefold())


def measure(text: str) -> str | None:
    """
    What a target is a share of.

    Examples
    --------
    >>> measure("Fakturaer"), measure("omsætning"), measure("kroner")
    ('faktura', 'omsætning', None)
    """
    word = text.strip().casefold()
    return next((known for known in schema.MAALT_PAA if word.startswith(known)), None)


#: Field, its parser, the new column and its type, and what is wrong where there is no answer.
PARSERE: tuple[tuple[str, Callable[[str], object], dict[str, Any], str], ...] = (
    ("maal", percent, {"maal_grad": pl.Float64}, "målet skal være et tal fra 1 til 100, i procent"),
    ("varekategori", category, {"_kategori": pl.String}, "ukendt varekategori"),
    ("maalt_paa", measure, {"_paa": pl.String}, "målt på skal være faktura eller omsætning"),
)


def goal_rows(table: Table, journal: Journal) -> pl.DataFrame:
    """The targets of the municipalities, typed; rejected ones with their `aarsag`."""
    rows = start(table, journal, FELTER["maal"]).with_columns(pl.lit(None, pl.Int64).alias("beloeb_oere"))
    rows = defects.kommune(defects.repeated_headers(rows, journal), journal)
    rows = defects.dato(rows, journal).rename({"dato": "maaldato"})
    for name, parse, new, reason in PARSERE:
        rows = translated(rows, name, _one(parse), new)
        wrong = pl.col(next(iter(new))).is_null() & (pl.col(name).is_not_null() | (name == "maal"))
        rows = reject(rows, wrong, journal.form.overskrift(name), pl.col(name), pl.lit(reason))
    return rows.with_columns(
        varekategori="_kategori", maalt_paa=pl.col("_paa").fill_null(schema.MAALT_PAA[0])
    ).drop("_kategori", "_paa")


def _one(parse: Callable[[str], object]) -> Callable[[str], tuple[object, ...]]:
    """A parser's single answer in the form that `translated` takes."""
    return lambda text: (parse(text),)
