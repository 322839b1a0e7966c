"""
From the store to what a notebook works on: one municipality and year, or the whole country.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ehandel_lib import provenance, reference, schema
from ehandel_lib.clean.decisions import JA_NEJ
from ehandel_lib.clean.journal import in_order
from ehandel_lib.data import Data, Tabel
from ehandel_lib.errors import ParameterError
from ehandel_lib.leverance import LANDETS_TAL, Kildefil, Leverance
from ehandel_lib.parquet import UKENDT
from ehandel_lib.rates import MIN_FAKTURAER
from ehandel_lib.read import Delivery, read_delivery
from ehandel_lib.read.delivery import FILNAVN
from ehandel_lib.read.files import form_of
from ehandel_lib.reference import LANDET, Kommune
from ehandel_lib.store import find_leverance, history, prepare, ulaeselige
from ehandel_lib.store.finished import told
from ehandel_lib.store.place import place

__all__ = ["Data", "Kildefil", "Leverance", "find_leverance", "hent", "kend", "prepare"]

#: What this process has read already, for those that are forked from it.
_kendt: dict[tuple[str, int | None, Path], Data] = {}


def kend(kommune: str, aar: int, leverance: Path) -> None:
    """
    Read what nearly every chapter asks for; in the processes that are forked from this one, `hent` has it.

    Their tables are their own: a fork sees no other's changes.
    """
    data = hent(kommune, aar, leverance)
    for table in ("poster", "poster_foer", "landet", "landet_foer"):
        getattr(data, table)  # a table is read when it is first asked for
    _kendt[kommune, aar, leverance.resolve()] = data


def hent(kommune: str, aar: int | None = None, leverance: str | Path = "data/demo") -> Data:
    """
    The prepared data of one municipality and year.

    Parameters
    ----------
    kommune : str
        Name or code; "Hele landet" is all of them: its posts are a cube.
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
    folder = find_leverance(leverance)
    if known := _kendt.get((str(kommune), aar, folder.resolve())):
        return known
    delivery = read_delivery(folder)
    body = reference.find_kommune(str(kommune), others=(*delivery.myndigheder, LANDET))
    store = told(delivery.mappe) or prepare(leverance)
    about = json.loads((store / "leverance.json").read_text(encoding="utf-8"))
    about |= {"historik": history.replaced(delivery, place(delivery)), "mangler": _lacking(delivery, store)}
    if body == LANDET:
        return _country(store, delivery, about, aar)
    dates = _posts(store, body, ["aar", "dato", "faktura_id", "system_kode"])
    year = _year(aar, dates, about["aar"])
    of_year = dates[dates["aar"] == year]
    regnskab = _own_or_unknown(_read(store / "regnskab.parquet", "regnskab"), body)
    about |= {
        "filer": _files(about["filer"], regnskab, store, year),
        "opgoerelser": _statements(delivery, regnskab),
        "e_ordre_regler": _rules(delivery, body, set(of_year["system_kode"]), regnskab),
    }
    return Data(
        kommune=body,
        aar=year,
        aar_alle=tuple(about.pop("aar")),
        leverance=_leverance(about, of_year, year),
        tabeller=_tables(store, body, year)
        | {"regnskab": regnskab, "rettelser": lambda: _corrections(store / "rettelser", body, regnskab)}
        | {"aftaler": _agreements(delivery), "hvad_koster": _costs(delivery)},
    )


def _country(store: Path, delivery: Delivery, about: dict[str, Any], aar: int | None) -> Data:
    """All municipalities; by default the latest year in which at least half as much was bought as in any."""
    years: list[int] = about.pop("aar")
    invoices = pd.Series({year: _landet(store, year)["antal_poster"].sum() for year in years})
    full = invoices[invoices * 2 >= invoices.max()].index.max()
    year = int(full) if aar is None else _asked(aar, years)
    country = _landet(store, year)
    regnskab = _read(store / "regnskab.parquet", "regnskab")
    about |= {"e_ordre_regler": (), "opgoerelser": _statements(delivery, regnskab)}
    return Data(
        kommune=LANDET,
        aar=year,
        aar_alle=tuple(years),
        leverance=_leverance(about, pd.DataFrame(), year),
        tabeller={
            "poster": country,
            "poster_foer": lambda: _landet(store, year - 1),
            "landet": country,
            "landet_foer": lambda: _landet(store, year - 1),
            "systemer": lambda: _read(store / "systemer.parquet", "systemer"),
            "regnskab": regnskab,
            "rettelser": schema.typed(pd.DataFrame(), "rettelser"),
        },
    )


def _landet(store: Path, year: int) -> pd.DataFrame:
    """The cube of all municipalities in a year; empty where nobody bought anything."""
    return _read_if_there(_cube(store, year), "landet", None)


def _tables(store: Path, body: Kommune, year: int) -> dict[str, Tabel]:
    """How each table of a municipality and year is read; its posts of one year are taken from all."""
    own: list[Filter] = [("kommune_kode", "=", body.kode)]
    of_year: Filter = ("aar", "=", year)
    lines = store / "linjer" / f"{body.kode}.parquet"
    return {
        "poster_alle": lambda: schema.typed(_posts(store, body), "poster"),
        "linjer": lambda: _read_if_there(lines, "linjer", [of_year]),
        "landet": lambda: _landet(store, year),
        "landet_foer": lambda: _landet(store, year - 1),
        "omsaetning": lambda: _read(store / "omsaetning.parquet", "omsaetning", [*own, of_year]),
        "systemer": lambda: _read(store / "systemer.parquet", "systemer"),
        "enheder": lambda: _read(store / "enheder.parquet", "enheder", own),
        "maal": lambda: _read(store / "maal.parquet", "maal", own),
    }


def _lacking(delivery: Delivery, store: Path) -> tuple[str, ...]:
    """The municipalities whose files cannot be read."""
    codes = ulaeselige.read(store)
    return tuple(reference.find_kommune(code, others=delivery.myndigheder).navn for code in sorted(codes))


def _agreements(delivery: Delivery) -> pd.DataFrame:
    """The agreements whose periods the delivery tells."""
    rows = [(*key.split("/", 1), *period) for key, period in delivery.aftale_perioder.items()]
    frame = pd.DataFrame(
        [(row[0], row[1] if len(row) == 4 else None, *row[-2:]) for row in rows],
        columns=schema.navne("aftaler"),
    )
    return schema.typed(frame, "aftaler")


def _costs(delivery: Delivery) -> pd.DataFrame:
    """What things cost: the delivery's own for the kinds of unit that it names, else the project's."""
    own = pd.DataFrame(delivery.hvad_koster, columns=["enhedstype", "hvad", "pris_oere"])
    ours = reference.table("hvad_koster")
    ours = ours.assign(pris_oere=pd.to_numeric(ours["pris_kr"]) * 100)
    told, kinds = (rows["enhedstype"].fillna("").str.casefold() for rows in (own, ours))
    kept = ours[~kinds.isin(set(told))]
    rows = pd.concat([own.assign(kilde="leverancens kilde.toml"), kept], ignore_index=True)
    return schema.typed(rows, "hvad_koster")


def _posts(store: Path, body: Kommune, columns: list[str] | None = None) -> pd.DataFrame:
    """The municipality's posts of all years; none where it has none."""
    path = store / "poster" / f"{body.kode}.parquet"
    if path.is_file():
        return _pandas(pq.read_table(path, columns=columns))
    return schema.typed(pd.DataFrame(), "poster")[columns or schema.navne("poster")]


def _year(wanted: int | None, own: pd.DataFrame, years: list[int]) -> int:
    if wanted is None:
        invoices = own.groupby("aar")["faktura_id"].nunique()
        enough = invoices[invoices >= MIN_FAKTURAER]
        return int((enough if len(enough) else invoices).index.max()) if len(own) else years[-1]
    return _asked(wanted, years)


def _asked(year: int, years: list[int]) -> int:
    if year not in years:
        raise ParameterError(
            f"Leverancen har ingen fakturaer fra {year}; den har {', '.join(map(str, years))}."
        )
    return year


def _own_or_unknown(rows: pd.DataFrame, body: Kommune) -> pd.DataFrame:
    """The municipality's rows, and those whose municipality could not be read."""
    return rows[(rows["kommune_kode"] == body.kode) | rows["kommune_kode"].isna()].reset_index(drop=True)


def _corrections(folder: Path, body: Kommune, regnskab: pd.DataFrame) -> pd.DataFrame:
    """The municipality's corrections, and those of nobody in files that its ledger has, as the files are."""
    paths = [folder / f"{name}.parquet" for name in (body.kode, UKENDT)]
    rows = in_order(pl.concat([pl.read_parquet(path) for path in paths if path.is_file()]))
    own = pl.col("kommune_kode").eq_missing(body.kode)
    listed = rows.filter(own | pl.col("kilde_fil").is_in(regnskab["kilde_fil"].tolist()))
    return schema.typed(_pandas(listed.to_arrow(compat_level=pl.CompatLevel.oldest())), "rettelser")


def _rules(delivery: Delivery, body: Kommune, systems: set[str], regnskab: pd.DataFrame) -> tuple[str, ...]:
    """The e-order rules that can apply to the municipality, as an analyst would say them."""
    own = [p for p in delivery.praefikser if not p.kommuner or body.kode in p.kommuner]
    own = [p for p in own if not p.system or p.system in systems]
    lines = [f"{p.moenster} i {p.system}" if p.system else p.moenster for p in own]
    used = regnskab.loc[regnskab["raekker_tabel"] > 0, "kilde_fil"]
    forms = [form for name in used if (form := form_of(name, delivery))]
    stated = any(JA_NEJ in form.felter for form in forms)
    return (*lines, *["leverancens egen ja/nej-kolonne"] * stated)


def _statements(delivery: Delivery, regnskab: pd.DataFrame) -> frozenset[str]:
    """The files of the ledger that hold suppliers' turnover statements."""
    forms = {name: form_of(name, delivery) for name in set(regnskab["kilde_fil"])}
    return frozenset(name for name, form in forms.items() if form and form.tabel == "omsaetning")


def _files(
    files: list[list[Any]], regnskab: pd.DataFrame, store: Path, year: int
) -> list[list[Any] | Kildefil]:
    """
    What the municipality's report is made of: files with rows of its own or of nobody known, and the rules.

    Of all others it has the country's figures of the year and, where there are any, of the year before; they
    stand last and like files.
    """
    used = set(regnskab["kilde_fil"])
    own = [
        file
        for file in files
        if file[0] == FILNAVN or any(name == file[0] or name.startswith(f"{file[0]}/") for name in used)
    ]
    before = [year - 1] if _cube(store, year - 1).is_file() else []
    return [*own, *(landets_tal(store, each) for each in (*before, year))]


def _cube(store: Path, year: int) -> Path:
    return store / "landet" / f"{year}.parquet"


@cache
def landets_tal(store: Path, year: int) -> Kildefil:
    """The figures of all municipalities in a year, told as a file of so many rows."""
    country, systems = _cube(store, year), store / "systemer.parquet"
    cube = pq.read_table(country, use_threads=False) if country.is_file() else pa.table({})
    marks = [("systemer", provenance.of_table(systems)), *(("landet", part) for part in _figures(cube))]
    marks += [("mangler", code) for code in sorted(ulaeselige.read(store))]
    return Kildefil(f"{LANDETS_TAL} {year}", provenance.together(marks), cube.num_rows, "")


def _figures(cube: pa.Table) -> list[str]:
    """What the rates count: the cells, and the kinds of invoices, whose names hang on other years too."""
    if not cube.num_rows:
        return []
    counted = [("antal_fakturaer", "max"), ("antal_poster", "sum"), ("beloeb_oere", "sum")]
    kinds = cube.group_by(["kommune_kode", "faktura_id", "e_handlet"], use_threads=False).aggregate(counted)
    return [provenance.of_rows(rows.drop_columns(["faktura_id"])) for rows in (cube, kinds)]


def _leverance(about: dict[str, Any], posts: pd.DataFrame, year: int) -> Leverance:
    return Leverance(
        **{
            **about,
            "asof": posts["dato"].max() if len(posts) else date(year, 12, 31),
            "filer": tuple(Kildefil(*file) for file in about["filer"]),
        }
    )


#: Column, comparison and value, as pyarrow takes them.
Filter = tuple[str, str, str | int]

#: Arrow type → pandas type, so that whole numbers and yes/no stay what they are where some are missing.
_PANDAS = {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype(), pa.bool_(): pd.BooleanDtype()}


def _pandas(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=_PANDAS.get)
    return frame


def _read(path: Path, table: str, filters: list[Filter] | None = None) -> pd.DataFrame:
    return schema.typed(_pandas(pq.read_table(path, filters=filters)), table)


def _read_if_there(path: Path, table: str, filters: list[Filter] | None) -> pd.DataFrame:
    return _read(path, table, filters) if path.is_file() else schema.typed(pd.DataFrame(), table)
