"""
The data dictionary: each table and each column once.

A column has one name, one kind, one Danish label and one meaning wherever it
appears. The readers, the tests, the tables in the report and its code book all
ask here; nothing else says what a column is.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib.schema.columns import KOLONNER, Kolonne
from ehandel_lib.schema.meanings import betydning
from ehandel_lib.schema.pandera import pa
from ehandel_lib.schema.tables import RAEKKER, TABELLER
from ehandel_lib.schema.words import (
    BELOEBSGRUPPER,
    BELOEBSINTERVALLER,
    DOKUMENTTYPER,
    HANDLINGER,
    KATEGORI_REGLER,
    KODESYSTEMER,
    MAALT_PAA,
    OEVRIGE,
    ORDRE_REGLER,
    UKENDT,
    UKENDT_SYSTEM,
)

__all__ = [
    "BELOEBSGRUPPER",
    "BELOEBSINTERVALLER",
    "DOKUMENTTYPER",
    "HANDLINGER",
    "KATEGORI_REGLER",
    "KODESYSTEMER",
    "KOLONNER",
    "MAALT_PAA",
    "OEVRIGE",
    "ORDRE_REGLER",
    "RAEKKER",
    "TABELLER",
    "TYPES",
    "UKENDT",
    "UKENDT_SYSTEM",
    "Kolonne",
    "betydning",
    "check",
    "kodebog",
    "kolonner",
    "navne",
    "typed",
]

#: kind → pandas type. Money is whole øre; a missing number is a missing number, never 0.
TYPES = {
    "tekst": "str",
    "kode": "str",
    "antal": "Int64",
    "oere": "Int64",
    "tal": "Float64",
    "andel": "Float64",
    "point": "Float64",
    "dato": "datetime64[ns]",
    "ja_nej": "boolean",
}


def kolonner(table: str) -> list[Kolonne]:
    """
    The columns of a table, in order.

    Examples
    --------
    >>> [column.navn for column in kolonner("systemer")]
    ['kommune_kode', 'system_kode']
    """
    return [KOLONNER[name.rstrip("!")] for name in TABELLER[table].split()]


def navne(table: str) -> list[str]:
    """The column names of a table, in order."""
    return [column.navn for column in kolonner(table)]


def typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """
    The frame with the table's columns, in order and in their types; a column that is not there is missing.

    Examples
    --------
    >>> typed(pd.DataFrame({"system_kode": ["TT"], "kommune_kode": ["630"]}), "systemer").columns.tolist()
    ['kommune_kode', 'system_kode']
    """
    return frame.reindex(columns=navne(table)).astype({c.navn: TYPES[c.slags] for c in kolonner(table)})


def check(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """
    The frame, unchanged, if it is a table of this kind.

    Raises
    ------
    pandera.errors.SchemaErrors
        All columns and values that do not fit, at once. This is a mistake of ours, not of the data.
    """
    required = {name.rstrip("!") for name in TABELLER[table].split() if name.endswith("!")}
    columns = {
        column.navn: pa.Column(
            TYPES[column.slags],
            checks=[pa.Check.isin(column.tilladt)] if column.tilladt else [],
            nullable=column.navn not in required,
        )
        for column in kolonner(table)
    }
    return pa.DataFrameSchema(columns, strict=True, ordered=True).validate(frame, lazy=True)


def kodebog(*tables: str) -> pd.DataFrame:
    """The code book: one row a column, with the table's name, the kind, the label and the meaning."""
    rows = [  # a reader of the report meets the names of columns without the marks of code
        (table, column.navn, column.etiket, column.slags, column.betydning.replace("`", ""))
        for table in tables or tuple(TABELLER)
        for column in kolonner(table)
    ]
    return pd.DataFrame(rows, columns=["tabel", "navn", "etiket", "slags", "betydning"])
