"""
What a notebook works on: one municipality and year of a prepared delivery, and all municipalities beside it.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ehandel_lib import reference, schema
from ehandel_lib.errors import ParameterError
from ehandel_lib.rates import MIN_FAKTURAER
from ehandel_lib.read import read_delivery
from ehandel_lib.reference import Kommune
from ehandel_lib.store import find_leverance, prepare

__all__ = ["Data", "Kildefil", "Leverance", "find_leverance", "hent", "prepare", "skriv_datakvalitet"]

#: A cell that begins so is a formula to a spreadsheet.
FORMELTEGN = ("=", "+", "-", "@", "\t", "\r")


class Kildefil(NamedTuple):
    """A file of the delivery: its name in it, what it holds, and what was decided in order to read it."""

    navn: str
    sha256: str
    bytes: int
    note: str


@dataclass(frozen=True)
class Leverance:
    """What the report says about the delivery. `asof` is the latest date among the municipality's posts."""

    navn: str
    syntetisk: bool
    valuta: str
    datobasis: str
    asof: date
    filer: tuple[Kildefil, ...]
    e_ordre_regler: tuple[str, ...]
    noegle: str


@dataclass(frozen=True)
class Data:
    """The data of one municipality and year, and of all beside it; pandas frames of the schema."""

    kommune: Kommune
    aar: int
    aar_alle: tuple[int, ...]
    poster: pd.DataFrame
    poster_foer: pd.DataFrame
    landet: pd.DataFrame
    omsaetning: pd.DataFrame
    systemer: pd.DataFrame
    enheder: pd.DataFrame
    regnskab: pd.DataFrame
    rettelser: pd.DataFrame
    leverance: Leverance


def hent(kommune: str, aar: int | None = None, leverance: str | Path = "data/demo") -> Data:
    """
    The prepared data of one municipality and year.

    Parameters
    ----------
    kommune : str
        Name or code.
    aar : int, optional
        By default the latest year in which the municipality has `rates.MIN_FAKTURAER` invoices: a slip of the
        pen (2032) is no year to report. Its posts stay in the data, and the year can be asked for.
    leverance : str or Path
        The delivery's folder, from the working folder or the project's root. It is prepared first if need be.

    Raises
    ------
    UnknownNameError
        No such municipality.
    ParameterError
        The delivery has no such year.
    """
    delivery = read_delivery(find_leverance(leverance))
    body = reference.find_kommune(str(kommune), others=delivery.myndigheder)
    store = prepare(leverance)
    about = json.loads((store / "leverance.json").read_text(encoding="utf-8"))
    own = _own_posts(store, body)
    year = _year(aar, own, about["aar"])
    posts = own[own["aar"] == year].reset_index(drop=True)
    turnover = _read(store / "omsaetning.parquet", "omsaetning", [("kommune_kode", "=", body.kode)])
    return Data(
        kommune=body,
        aar=year,
        aar_alle=tuple(about.pop("aar")),
        poster=posts,
        poster_foer=own[own["aar"] == year - 1].reset_index(drop=True),
        landet=_read(store / "landet" / f"{year}.parquet", "poster"),
        omsaetning=turnover[turnover["aar"] == year].reset_index(drop=True),
        systemer=_read(store / "systemer.parquet", "systemer"),
        enheder=_read(store / "enheder.parquet", "enheder", [("kommune_kode", "=", body.kode)]),
        regnskab=_own_or_unknown(_read(store / "regnskab.parquet", "regnskab"), body),
        rettelser=_own_or_unknown(_read(store / "rettelser.parquet", "rettelser"), body),
        leverance=_leverance(about, posts, year),
    )


def _own_posts(store: Path, body: Kommune) -> pd.DataFrame:
    path = store / "poster" / f"{body.kode}.parquet"
    return _read(path, "poster") if path.is_file() else schema.typed(pd.DataFrame(), "poster")


def _year(wanted: int | None, own: pd.DataFrame, years: list[int]) -> int:
    if wanted is None:
        invoices = own.groupby("aar")["faktura_id"].nunique()
        enough = invoices[invoices >= MIN_FAKTURAER]
        return int((enough if len(enough) else invoices).index.max()) if len(own) else years[-1]
    if wanted not in years:
        raise ParameterError(
            f"Leverancen har ingen fakturaer fra {wanted}; den har {', '.join(map(str, years))}."
        )
    return wanted


def _own_or_unknown(rows: pd.DataFrame, body: Kommune) -> pd.DataFrame:
    """The municipality's rows, and those whose municipality could not be read."""
    return rows[(rows["kommune_kode"] == body.kode) | rows["kommune_kode"].isna()].reset_index(drop=True)


def _leverance(about: dict[str, Any], posts: pd.DataFrame, year: int) -> Leverance:
    return Leverance(
        **{
            **about,
            "asof": posts["dato"].max().date() if len(posts) else date(year, 12, 31),
            "filer": tuple(Kildefil(*file) for file in about["filer"]),
            "e_ordre_regler": tuple(about["e_ordre_regler"]),
        }
    )


#: Arrow type → pandas type, so that whole numbers and yes/no stay what they are where some are missing.
_PANDAS = {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype(), pa.bool_(): pd.BooleanDtype()}


def _read(path: Path, table: str, filters: list[tuple[str, str, str]] | None = None) -> pd.DataFrame:
    return schema.typed(pq.read_table(path, filters=filters).to_pandas(types_mapper=_PANDAS.get), table)


def skriv_datakvalitet(data: Data) -> bytes:
    """The rejected and changed rows for a spreadsheet: semicolons, UTF-8 with a mark, no formulas."""
    columns = ["kilde_fil", "kilde_raekke", "kolonne", "vaerdi", "aarsag", "handling"]
    rows = data.rettelser[columns].astype("object").where(data.rettelser[columns].notna(), "")
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([schema.KOLONNER[name].etiket for name in columns])
    writer.writerows([defused(cell) for cell in row] for row in rows.itertuples(index=False, name=None))
    return out.getvalue().encode("utf-8-sig")


def defused(cell: object) -> object:
    """
    A cell that a spreadsheet will not calculate.

    Examples
    --------
    >>> defused("=1+1"), defused("-"), defused(12)
    ("'=1+1", "'-", 12)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMELTEGN) else cell
