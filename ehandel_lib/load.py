"""
The prepared data: a delivery is read and cleaned once, and fetched by municipality and year.

The store lies under `data/klar/`, named after what the delivery's files and our
own rules hold, so that a changed file or a changed rule makes a new one and
nothing stale is ever read. It is written beside and renamed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ehandel_lib import classify, reference, schema
from ehandel_lib.clean import Cleaned, clean
from ehandel_lib.clean.tables import conform
from ehandel_lib.errors import DeliveryError, EhandelError, ParameterError
from ehandel_lib.read import Delivery, Filer, Table, find_files, read_delivery, read_file
from ehandel_lib.read.delivery import FILNAVN, UBL
from ehandel_lib.read.files import Fil, delivery_files, fingerprint
from ehandel_lib.read.ubl.rows import invoice_tables, sources
from ehandel_lib.reference import PROJECT, Kommune
from ehandel_lib.text import antal

#: Where another folder for prepared data is named.
MILJOE = "EHANDEL_KLAR"

#: What of the library decides how prepared data look.
_REGLER = ("read", "clean", "classify", "load.py", "schema.py", "reference.py")

#: A cell that begins so is a formula to a spreadsheet.
FORMELTEGN = ("=", "+", "-", "@", "\t", "\r")

Fremgang = Callable[[str, int, int], None]


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
    """The data of one municipality and year, and of all municipalities beside it; pandas frames of the schema."""

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


def find_leverance(leverance: str | Path) -> Path:
    """The delivery's folder: from the working folder, else from the project's root."""
    path = Path(leverance)
    return path if path.is_absolute() or path.exists() else PROJECT / path


def prepare(leverance: str | Path, progress: Fremgang | None = None) -> Path:
    """
    Read and clean a delivery, unless that is done already.

    Parameters
    ----------
    leverance : str or Path
        The delivery's folder.
    progress : callable, optional
        Told what is being done, how many steps are done, and how many there are.

    Returns
    -------
    Path
        The store's folder.

    Raises
    ------
    EhandelError
        The delivery cannot be read, or no row of it can be used.
    """
    delivery = read_delivery(find_leverance(leverance))
    store = _place(delivery)
    if store.is_dir():
        return store
    tell = progress or (lambda *_: None)
    tables = _tables(delivery, tell)
    tell("renser", 0, 1)
    cleaned = clean(delivery, tables)
    _refuse_nothing(cleaned)
    store.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{store.name}-", dir=store.parent))
    try:
        _write(beside, delivery, cleaned, store.name)
        beside.chmod(0o755)
        beside.rename(store)
    except OSError:
        # another process was faster: its store holds the same
        if not store.is_dir():
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    tell("renser", 1, 1)
    return store


def _place(delivery: Delivery) -> Path:
    """The store's folder: named after the delivery, and keyed by all that decides what it holds."""
    sources = sorted(p for part in _REGLER for p in _sources(Path(__file__).parent / part))
    sources += sorted(reference.FOLDER.glob("*.csv"))
    seen = [(p.relative_to(PROJECT).as_posix(), fingerprint(p)) for p in sources]
    seen += [(name, sha) for name, sha, _ in _files(delivery)]
    key = hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]
    name = re.sub(r"\W+", "-", delivery.navn.lower()).strip("-") or "leverance"
    return Path(os.environ.get(MILJOE) or PROJECT / "data" / "klar") / f"{name}-{key}"


def _sources(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))


def _files(delivery: Delivery) -> list[tuple[str, str, int]]:
    """The delivery's files on disk: name in it, sha256, size."""
    on_disk = {delivery.mappe / FILNAVN, *(file.sti for file in delivery_files(delivery.mappe))}
    return sources(
        sorted((p.relative_to(delivery.mappe).as_posix(), fingerprint(p), p.stat().st_size) for p in on_disk)
    )


def _tables(delivery: Delivery, tell: Fremgang) -> list[tuple[Table, Filer]]:
    """All files as text rows; the faults of all of them in one message."""
    found = find_files(delivery)
    files = [(file, form) for file, form in found if form.format != UBL]
    tables, faults = [], []
    for n, (file, form) in enumerate(files):
        tell(f"læser {file.navn}", n, len(files))
        try:
            tables.append((read_file(file, form), form))
        except EhandelError as error:
            faults.append(str(error))
    if faults:
        raise DeliveryError("\n".join(faults))
    return tables + _invoices(delivery, found, tell)


def _invoices(
    delivery: Delivery, found: list[tuple[Fil, Filer]], tell: Fremgang
) -> list[tuple[Table, Filer]]:
    """The e-invoices of a delivery as text rows."""

    def told(documents: int) -> None:
        if documents % 1000 == 0:
            tell(f"læser e-fakturaer: {antal(documents)}", documents, 0)

    tables = []
    for form in delivery.filer:
        own = [file for file, its in found if its is form and form.format == UBL]
        body = form.kommune or delivery.kommune
        made = invoice_tables(
            own,
            body.kode if body else None,
            valuta=delivery.valuta,
            kerner=os.cpu_count() or 1,
            fremdrift=told,
        )
        tables += [(table, form) for table in made]
    return tables


def _refuse_nothing(cleaned: Cleaned) -> None:
    """A delivery of which no row can be used makes no report."""
    if cleaned.linjer.height:
        return
    reasons = (
        cleaned.rettelser.filter(pl.col("handling") == "afvist")
        .group_by("kilde_fil", "kolonne", "aarsag")
        .agg(pl.len().alias("antal"), pl.col("vaerdi").drop_nulls().first())
        .sort("antal", "kilde_fil", "aarsag", descending=[True, False, False])
        .head(5)
    )
    shown = [
        f"{row['kilde_fil']}: {antal(row['antal'])} rækker: {row['aarsag']}"
        + (f" ({row['kolonne']} = {row['vaerdi']!r})" if row["kolonne"] and row["vaerdi"] else "")
        for row in reasons.iter_rows(named=True)
    ]
    raise DeliveryError("\n  ".join(["ingen fakturarækker i leverancen kan bruges:", *shown]))


def _write(folder: Path, delivery: Delivery, cleaned: Cleaned, key: str) -> None:
    lines = classify.varekategori(cleaned.linjer, delivery.aftaler)
    posts = conform(classify.poster(lines), "poster").sort(
        "kommune_kode",
        "kilde_fil",
        "kilde_raekke",
        "faktura_id",
        "varekategori",
        "aftale_nummer",
        "delaftale_nummer",
    )
    _split(folder / "linjer", conform(lines, "linjer"), "kommune_kode")
    _split(folder / "poster", posts, "kommune_kode")
    _split(folder / "landet", posts, "aar")
    for name in ("omsaetning", "systemer", "enheder", "regnskab", "rettelser"):
        getattr(cleaned, name).write_parquet(folder / f"{name}.parquet")
    about = {
        "navn": delivery.navn,
        "syntetisk": delivery.syntetisk,
        "valuta": delivery.valuta,
        "datobasis": delivery.datobasis,
        "filer": [(*file, _note(file[0], cleaned.noter)) for file in _files(delivery)],
        "e_ordre_regler": _rules(delivery),
        "noegle": key,
        "aar": sorted(posts["aar"].unique().to_list()),
    }
    (folder / "leverance.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")


def _split(folder: Path, rows: pl.DataFrame, by: str) -> None:
    folder.mkdir()
    for (value,), part in rows.partition_by(by, as_dict=True, maintain_order=True).items():
        part.write_parquet(folder / f"{value}.parquet", compression="lz4")


def _note(name: str, notes: dict[str, list[str]]) -> str:
    """What was decided about a file, or about the members of a zip file."""
    inside = {file: its for file, its in notes.items() if file.startswith(f"{name}/")}
    return "; ".join([*notes.get(name, []), *(f"{file}: {'; '.join(its)}" for file, its in inside.items())])


def _rules(delivery: Delivery) -> list[str]:
    """The delivery's e-order rules, as an analyst would say them."""
    places = {k.kode: k.navn for k in (*reference.kommuner().values(), *delivery.myndigheder)}
    lines = []
    for rule in delivery.praefikser:
        system = f" i {rule.system}" if rule.system else ""
        where = f" ({', '.join(places[kode] for kode in rule.kommuner)})" if rule.kommuner else ""
        lines.append(f"{rule.moenster}{system}{where}")
    stated = any("e_handlet_angivet" in form.felter for form in delivery.filer)
    return [*lines, *(["leverancens egen ja/nej-kolonne"] if stated else [])]


def hent(kommune: str, aar: int | None = None, leverance: str | Path = "data/demo") -> Data:
    """
    The prepared data of one municipality and year.

    Parameters
    ----------
    kommune : str
        Name or code.
    aar : int, optional
        By default the latest year in which the municipality has posts.
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
        return int(own["aar"].max()) if len(own) else years[-1]
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
    """
    The list of rejected and changed rows as a file for a spreadsheet: semicolons, UTF-8 with a mark, no formulas.
    """
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
