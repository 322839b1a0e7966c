"""
The delivery folder of the synthetic Denmark: raw files and `kilde.toml`.

The same seed gives the same bytes. The folder is written beside its place and
then renamed, so that a run that is stopped leaves no half delivery.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

import polars as pl

from ehandel_lib import reference
from ehandel_lib.demo import (
    calibrate,
    country,
    dirt,
    files,
    invoices,
    lines,
    orders,
    planted,
    statements,
    targets,
)
from ehandel_lib.demo.description import description
from ehandel_lib.demo.shapes import FORMER, Form
from ehandel_lib.demo.suppliers import suppliers
from ehandel_lib.demo.writing import written
from ehandel_lib.errors import ParameterError

#: What was planted, per file and fault. It lies in the folder but is not part of what is read.
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
        The folder: raw files, `kilde.toml`, and `plantede_fejl.csv` (`fil`, `fejl`, `raekker`, `oere`).

    Raises
    ------
    ParameterError
        The folder holds something else.
    UnknownNameError
        There is no such municipality.
    """
    folder = Path(folder).resolve()
    chosen = _municipalities(froe, kommuner)
    _check_free(folder)
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    beside.mkdir(parents=True)
    try:
        _write_all(beside, froe, chosen)
        shutil.rmtree(folder, ignore_errors=True)
        return beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _municipalities(froe: int, wanted: Sequence[str] | None) -> pl.DataFrame:
    everyone = country.municipalities(froe)
    if wanted is None:
        return everyone
    codes = [reference.find_kommune(name).kode for name in wanted]
    return everyone.filter(pl.col("kommune_kode").is_in(codes))


def _check_free(folder: Path) -> None:
    """Only an older synthetic delivery may be replaced."""
    taken = folder.is_file() or (folder.is_dir() and any(folder.iterdir()))
    if taken and not (folder / FACIT).is_file():
        raise ParameterError(
            f"{folder} er ikke en tom mappe og indeholder ikke demodata. "
            "Vælg en anden mappe, eller tøm den først."
        )


def _write_all(folder: Path, froe: int, kommuner: pl.DataFrame) -> None:
    enheder = country.units(kommuner.select("kommune_kode", "vaegt").rows())
    planted: list[dirt.Plantet] = []
    forms: list[Form] = []
    for aar in country.AAR:
        rows = year(kommuner, enheder, aar, froe)
        forms = [form for form in FORMER if (rows["omraade"] == form.omraade).any()]
        for form in forms:
            planted += _write_form(folder, rows.filter(omraade=form.omraade), form, aar, froe)
        reported = files.workbook(statements.reported(rows, aar, froe), "Omsætning")
        (folder / statements.FIL.format(aar=aar)).write_bytes(reported)
    _csv(kommuner.select(Kommune="kommune_navn", System="system"), folder / "systemer.csv")
    named = enheder.join(kommuner, on="kommune_kode", how="left", validate="m:1", maintain_order="left")
    named = named.select(Kommune="kommune_navn", EAN="enhed_id", Navn="enhed_navn", Type="enhedstype")
    _csv(named, folder / "enheder.csv")
    _csv(targets.table(kommuner["kommune_navn"].to_list()), folder / targets.FIL)
    faults = pl.DataFrame(map(astuple, planted), schema=["fil", "fejl", "raekker", "oere"], orient="row")
    _csv(faults, folder / FACIT)
    (folder / "kilde.toml").write_bytes(description(forms, kommuner).encode())


def _csv(rows: pl.DataFrame, path: Path) -> None:
    path.write_bytes(rows.write_csv(separator=";").encode())


def year(kommuner: pl.DataFrame, enheder: pl.DataFrame, aar: int, froe: int) -> pl.DataFrame:
    """All lines of a year, sound and typed, with every field that a file may hold."""
    leverandoerer = suppliers()
    fakturaer = invoices.draw(kommuner, enheder, leverandoerer, aar, froe)
    fakturaer = planted.small_orders(fakturaer, kommuner, enheder, aar)
    fakturaer = planted.renewed(fakturaer, kommuner, aar, froe)
    linjer = lines.split(fakturaer, leverandoerer, aar, froe)
    fakturaer = calibrate.with_sums(fakturaer, linjer)
    push, lost = planted.habits(fakturaer, kommuner, enheder)
    lift = planted.law(fakturaer, kommuner, enheder)
    e_handlet = calibrate.e_traded(fakturaer, kommuner, (push, lift), aar, froe)
    ordre = orders.numbers(e_handlet, lost, fakturaer["k"].to_numpy(), kommuner, aar, froe)
    heads = pl.concat(
        [
            _heads(fakturaer, aar),
            pl.DataFrame({"e_handlet": e_handlet, "ordrenummer": ordre}),
            _places(kommuner)[fakturaer["k"].to_numpy()],
            enheder.drop("kommune_kode")[fakturaer["enhed"].to_numpy()],
            leverandoerer.select("leverandoer_cvr", "leverandoer_navn")[fakturaer["leverandoer"].to_numpy()],
        ],
        how="horizontal",
    )
    stated = pl.when("e_handlet").then(pl.lit("Ja")).otherwise(pl.lit("Nej"))
    rows = linjer.join(heads, on="faktura", how="left", validate="m:1", maintain_order="left")
    return rows.with_columns(_agreement(), e_handlet_angivet=stated)


def _heads(fakturaer: pl.DataFrame, aar: int) -> pl.DataFrame:
    """What stands on an invoice once."""
    return fakturaer.select(
        "faktura",
        "dato",
        faktura_nummer=f"{aar % 100:02d}" + pl.col("faktura").cast(pl.String).str.zfill(6),
        dokumenttype=pl.when("kredit").then(pl.lit("Kreditnota")).otherwise(pl.lit("Faktura")),
        konto=(pl.col("c") * 10 + 2900).cast(pl.String),
        valuta=pl.lit("DKK"),
    )


def _places(kommuner: pl.DataFrame) -> pl.DataFrame:
    """The municipalities and the file area that each belongs to: Bornholm hands in a workbook of its own."""
    area = pl.when(pl.col("kommune_navn") == "Bornholm").then("kommune_navn").otherwise("region")
    return kommuner.select("kommune_kode", "kommune_navn", omraade=area)


def _agreement() -> list[pl.Expr]:
    """The key ``50.96/2`` as agreement and lot."""
    parts = pl.col("aftale").str.split_exact("/", 1).struct
    return [parts.field("field_0").alias("aftale_nummer"), parts.field("field_1").alias("delaftale_nummer")]


def _write_form(folder: Path, rows: pl.DataFrame, form: Form, aar: int, froe: int) -> list[dirt.Plantet]:
    """Write one area's file of a year; say what was planted in it."""
    name = form.fil.format(aar=aar)
    dirty, planted = dirt.soil(rows, form, aar, froe)
    table = written(dirty, form)
    if form.slags == "parquet":
        content = files.parquet(table)
    elif form.slags == "xlsx":
        content = files.workbook(table, "Fakturaer")
    elif form.slags == "zip":
        content = files.zipped(_quarters(table, dirty["dato"].dt.quarter(), form, aar))
    else:
        content = files.text(table, form, aar)
    (folder / name).write_bytes(content)
    if form.totalraekke:
        planted.append(dirt.Plantet(name, "totalrække", 1, 0))
    if form.med_typer:
        lost = dirty.filter(pl.col("leverandoer_cvr").str.starts_with("0"))
        oere = int(lost["beloeb_oere"].sum())
        planted.append(dirt.Plantet(name, "CVR uden foranstillet nul", len(lost), oere))
    return planted


def _quarters(table: pl.DataFrame, quarter: pl.Series, form: Form, aar: int) -> list[tuple[str, bytes]]:
    return [(f"kvartal_{n}.csv", files.text(table.filter(quarter == n), form, aar)) for n in range(1, 5)]
