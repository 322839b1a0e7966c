"""
The delivery folder of the synthetic Denmark: files as extracts are, and `kilde.toml`.

The same seed gives the same bytes. Nothing in the files knows when or where they
were written: zip members and workbooks carry a fixed date.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

from ehandel_lib import reference
from ehandel_lib.demo import calibrate, country, dirt, invoices, lines, orders, statements
from ehandel_lib.demo.description import description
from ehandel_lib.demo.shapes import FORMER, Form, written
from ehandel_lib.demo.suppliers import suppliers
from ehandel_lib.errors import ParameterError

#: The date in zip members and workbooks, so that two runs give the same bytes.
FAST_DATO = datetime(2025, 1, 31)

#: What was planted, per file and fault; not part of what is read.
FACIT = "plantede_fejl.csv"


def write_demo(folder: str | Path, froe: int = country.FROE, kommuner: Sequence[str] | None = None) -> Path:
    """
    Write the synthetic delivery.

    Parameters
    ----------
    folder : path
        Is replaced if it holds an older synthetic delivery.
    froe : int
        Seed. The same seed gives the same bytes.
    kommuner : sequence of str, optional
        Only these municipalities, by name or code; SKI's figures then do not come out.

    Returns
    -------
    Path
        The folder. It holds the raw files, `kilde.toml` and `plantede_fejl.csv` (faults planted, by file).

    Raises
    ------
    ParameterError
        The folder holds something else.
    """
    folder = Path(folder)
    _check_free(folder)
    beside = folder.with_name(f".{folder.name}.ny")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    _write_all(beside, froe, kommuner)
    shutil.rmtree(folder, ignore_errors=True)
    return beside.rename(folder)


def _check_free(folder: Path) -> None:
    """Only an older synthetic delivery may be replaced."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        marker = folder / FACIT
        if not marker.is_file():
            raise ParameterError(
                f"Mappen {folder} er ikke tom og indeholder ikke demodata; vælg en anden mappe, eller tøm den først."
            )


def _write_all(folder: Path, froe: int, wanted: Sequence[str] | None) -> None:
    kommuner = country.municipalities(froe)
    if wanted is not None:
        codes = [reference.find_kommune(name).kode for name in wanted]
        kommuner = kommuner.filter(pl.col("kommune_kode").is_in(codes))
    enheder = country.units(kommuner.select("kommune_kode", "vaegt").rows())
    planted: list[tuple[str, str, int, int]] = []
    forms: list[Form] = []
    for aar in country.AAR:
        rows = year(kommuner, enheder, aar, froe)
        for form in FORMER:
            here = rows.filter(pl.col("omraade") == form.omraade)
            if len(here):
                forms.append(form)
                planted += _write_form(folder, here, form, aar, froe)
        statements.write(folder / f"omsaetning_{aar}.xlsx", rows, aar, froe)
    _csv(kommuner.select(Kommune="kommune_navn", System="system"), folder / "systemer.csv")
    _csv(
        enheder.join(kommuner, on="kommune_kode", how="left", validate="m:1", maintain_order="left").select(
            Kommune="kommune_navn", EAN="enhed_id", Navn="enhed_navn", Type="enhedstype"
        ),
        folder / "enheder.csv",
    )
    _csv(pl.DataFrame(planted, schema=["fil", "fejl", "raekker", "oere"], orient="row"), folder / FACIT)
    text = description(list(dict.fromkeys(form.fil for form in forms)), kommuner)
    (folder / "kilde.toml").write_text(text, encoding="utf-8", newline="\n")


def _csv(rows: pl.DataFrame, path: Path) -> None:
    path.write_bytes(rows.write_csv(separator=";").encode("utf-8-sig"))


def year(kommuner: pl.DataFrame, enheder: pl.DataFrame, aar: int, froe: int) -> pl.DataFrame:
    """All lines of a year, sound and typed, with everything that a file may hold."""
    leverandoerer = suppliers()
    fakturaer = invoices.draw(kommuner, enheder, leverandoerer, aar, froe)
    linjer = lines.split(fakturaer, leverandoerer, froe)
    e_handlet = calibrate.e_traded(fakturaer, linjer, kommuner, aar, froe)
    k = fakturaer["k"].to_numpy()
    order = orders.numbers(e_handlet, k, kommuner, aar, froe)
    on = fakturaer["aftale"].str.split_exact("/", 1).struct
    headed = fakturaer.select(
        "faktura",
        "dato",
        aftale_nummer=on.field("field_0"),
        delaftale_nummer=on.field("field_1"),
        faktura_nummer=pl.lit(f"{aar % 100:02d}") + pl.col("faktura").cast(pl.String).str.zfill(6),
        dokumenttype=pl.when("kredit").then(pl.lit("Kreditnota")).otherwise(pl.lit("Faktura")),
        ordrenummer=pl.Series(order, dtype=pl.String).replace("", None),
        e_handlet=pl.Series(e_handlet),
        e_handlet_angivet=pl.when(pl.Series(e_handlet)).then(pl.lit("Ja")).otherwise(pl.lit("Nej")),
        konto=(pl.col("c") * 10 + 2900).cast(pl.String),
        valuta=pl.lit("DKK"),
    ).hstack(_looked_up(fakturaer, kommuner, enheder, leverandoerer))
    rows = linjer.join(headed, on="faktura", how="left", validate="m:1", maintain_order="left")
    off = pl.col("aftale").is_null()
    return rows.with_columns(
        pl.when(~off).then(name).alias(name) for name in ("aftale_nummer", "delaftale_nummer")
    )


def _looked_up(
    fakturaer: pl.DataFrame, kommuner: pl.DataFrame, enheder: pl.DataFrame, leverandoerer: pl.DataFrame
) -> pl.DataFrame:
    """What the invoices' row numbers stand for: municipality, unit, supplier."""
    area = pl.when(pl.col("kommune_navn") == "Bornholm").then(pl.lit("Bornholm")).otherwise("region")
    places = kommuner.select("kommune_kode", "kommune_navn", omraade=area)
    return pl.concat(
        [
            places[fakturaer["k"].to_numpy()],
            enheder.drop("kommune_kode")[fakturaer["enhed"].to_numpy()],
            leverandoerer.select("leverandoer_cvr", "leverandoer_navn")[fakturaer["leverandoer"].to_numpy()],
        ],
        how="horizontal",
    )


def _write_form(
    folder: Path, rows: pl.DataFrame, form: Form, aar: int, froe: int
) -> list[tuple[str, str, int, int]]:
    """Write one region's file of a year; say what was planted in it."""
    name = form.fil.format(aar=aar)
    dirty, planted = dirt.soil(rows, form, aar, froe)
    table = written(dirty, form).with_columns(
        pl.lit(None, pl.String).alias(header) for header in form.ignorer
    )
    path = folder / name
    if form.slags == "parquet":
        table.write_parquet(path, statistics=False)
    elif form.slags == "xlsx":
        write_workbook(path, table, "Fakturaer")
    elif form.slags == "zip":
        _write_zip(path, table, dirty, form)
    else:
        path.write_bytes(_text(table, form, aar))
    if form.totalraekke:
        planted.append(("totalrække", 1, 0))
    return [(name, *fault) for fault in planted]


def _text(table: pl.DataFrame, form: Form, aar: int) -> bytes:
    body = table.write_csv(separator=form.skilletegn, line_terminator="\r\n")
    above = "".join(line.format(aar=aar) + "\r\n" for line in form.indledning)
    below = _total(table, form) if form.totalraekke else ""
    text = above + body + below
    return (b"\xff\xfe" if form.kodning == "utf-16-le" else b"") + text.encode(form.kodning)


def _total(table: pl.DataFrame, form: Form) -> str:
    """A total row as extracts have it: "I alt" first, the sum below the amounts."""
    header = next(name for name, field in form.kolonner.items() if field == "beloeb")
    digits = table[header].str.replace_all(r"[^0-9,]", "").str.replace(",", "").cast(pl.Int64, strict=False)
    total = f"{int(digits.sum()) / 100:.2f}".replace(".", form.decimal)
    cells = ["I alt"] + [total if name == header else "" for name in table.columns[1:]]
    return form.skilletegn.join(cells) + "\r\n"


def _write_zip(path: Path, table: pl.DataFrame, dirty: pl.DataFrame, form: Form) -> None:
    """One file per quarter."""
    quarter = dirty["dato"].dt.quarter().to_numpy()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(1, 5):
            member = zipfile.ZipInfo(f"kvartal_{n}.csv", date_time=FAST_DATO.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, _text(table.filter(pl.Series(quarter == n)), form, 0), compresslevel=6)


def write_workbook(path: Path, table: pl.DataFrame, sheet: str) -> None:
    """A workbook with one sheet: numbers as numbers, dates as dates, and a fixed date of making."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd-mm-yyyy"})
    book.set_properties({"created": FAST_DATO})
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, table.columns)
    for n, row in enumerate(table.iter_rows(), 1):
        page.write_row(n, 0, row)
    book.close()
    path.write_bytes(buffer.getvalue())
