"""
A delivery → posts on a cluster of machines (Apache Spark), by the functions that a laptop uses.

What one sender delivered, the files of one form, is read and cleaned as a whole
by one machine, since a doubtful column is decided and a duplicate known by all
of its rows. From there on everything is done by narwhals on Spark: category,
posts, cube. Forms that turn out to share a municipality are one sender.
"""

from __future__ import annotations

import ipaddress
import os
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl
import pyarrow as pa

from ehandel_lib import classify, hukommelse, schema
from ehandel_lib.clean import clean
from ehandel_lib.errors import DeliveryError, EhandelError, ParameterError
from ehandel_lib.read import Delivery, find_files, read_delivery, read_file
from ehandel_lib.read.delivery import UBL
from ehandel_lib.read.ubl.rows import invoice_tables

#: The forms of `kilde.toml` (their places in it) that are cleaned together.
Afsender = tuple[int, ...]

#: What a line is when it comes from cleaning: the schema's columns and the three of `classify.e_ordre`.
LINJE = [
    *schema.kolonner("linjer"),
    *(schema.KOLONNER[n] for n in ("e_handlet", "har_ordrenummer", "ordre_regel")),
]

_ARROW = {
    "tekst": pa.string(), "kode": pa.string(), "antal": pa.int64(), "oere": pa.int64(), "tal": pa.float64(),
    "dato": pa.date32(), "ja_nej": pa.bool_(),
}  # fmt: skip
_SPARK = {
    "tekst": "string",
    "kode": "string",
    "antal": "bigint",
    "oere": "bigint",
    "tal": "double",
    "dato": "date",
    "ja_nej": "boolean",
}

#: Lines that travel together from Python to Spark.
BUNDT = 20_000


def afsendere(delivery: Delivery) -> list[Afsender]:
    """The senders as `kilde.toml` tells them: each form of invoice files by itself."""
    return [(n,) for n, form in enumerate(delivery.filer) if form.tabel == "fakturaer"]


def samlet(senders: list[Afsender], seen: Iterable[tuple[str | None, int]]) -> list[Afsender]:
    """
    The senders, those that share a municipality made one.

    Parameters
    ----------
    senders : list of tuple of int
        The forms of each.
    seen : iterable of (str, int)
        Municipality and the number of the sender that has lines of it.

    Examples
    --------
    >>> samlet([(0,), (1,), (3,)], [("630", 0), ("101", 1), ("630", 2)])
    [(0, 3), (1,)]
    """
    groups = [set(forms) for forms in senders]
    owner: dict[str | None, int] = {}
    for kommune, n in seen:
        first = owner.setdefault(kommune, n)
        if groups[first] is not groups[n]:
            groups[first] |= groups[n]
            merged, other = groups[first], groups[n]
            groups = [merged if group is other else group for group in groups]
    return sorted({tuple(sorted(group)) for group in groups})


def linjer(delivery: Delivery, sender: Afsender) -> pl.DataFrame:
    """A sender's lines, cleaned, with their e-order."""
    forms = [delivery.filer[n] for n in sender]
    files = [
        (file, form) for file, form in find_files(delivery) if form.tabel != "fakturaer" or form in forms
    ]
    tables = [(read_file(file, form), form) for file, form in files if form.format != UBL]
    for form in forms:
        own = [file for file, its in files if its is form and form.format == UBL]
        tables += [(table, form) for table in invoice_tables(own, valuta=delivery.valuta, kerner=1)]
    return clean(delivery, tables).linjer.select(column.navn for column in LINJE)


def paa_spark(spark: Any, mappe: Path) -> Any:
    """
    The posts of a delivery, as a Spark frame.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
        From `session`.
    mappe : Path
        The delivery's folder, which all machines see under this name.

    Raises
    ------
    EhandelError
        The delivery cannot be read.
    """
    from pyspark import StorageLevel

    delivery = read_delivery(mappe)
    senders, before = afsendere(delivery), None
    while senders != before:
        before, lines = senders, _spredt(spark, mappe, senders).persist(StorageLevel.DISK_ONLY)
        senders = samlet(senders, _collected(lines.select("kommune_kode", "_afsender").distinct()))
    posts = classify.poster(classify.varekategori(lines.drop("_afsender"), delivery.aftaler))
    return posts.persist(StorageLevel.DISK_ONLY)


def _spredt(spark: Any, mappe: Path, senders: list[Afsender]) -> Any:
    """The lines of all senders, each read and cleaned by one of the cluster's processes."""
    names = pa.schema(
        [*(pa.field(c.navn, _ARROW[c.slags]) for c in LINJE), pa.field("_afsender", pa.int64())]
    )

    def cleaned(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        delivery = read_delivery(mappe)
        for number in (n for batch in batches for n in batch["nr"].to_pylist()):
            found = linjer(delivery, senders[number]).with_columns(_afsender=pl.lit(number, pl.Int64))
            yield from found.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(names).to_batches(BUNDT)

    numbers = spark.range(0, len(senders), 1, len(senders)).withColumnRenamed("id", "nr")
    return numbers.mapInArrow(cleaned, f"{skema(LINJE)}, _afsender bigint")


def skema(columns: Iterable[schema.Kolonne]) -> str:
    """The columns of the data dictionary as Spark declares them."""
    return ", ".join(f"{column.navn} {_SPARK[column.slags]}" for column in columns)


def _collected(frame: Any) -> list[tuple[str | None, int]]:
    """The rows of a small frame; what a machine found wrong with the delivery, as its own sentence."""
    from pyspark.errors import PySparkException

    try:
        return sorted((kommune or "", n) for kommune, n in frame.collect())
    except PySparkException as fault:
        told = re.findall(r"^ehandel_lib\.errors\.\w+: (.+)$", str(fault), flags=re.MULTILINE)
        if told:
            raise DeliveryError(told[-1]) from fault
        raise


def session(master: str | None) -> Any:
    """
    A Spark session on a cluster, or on this machine alone.

    Parameters
    ----------
    master : str, optional
        The cluster's address, ``spark://host:port``.

    Raises
    ------
    ParameterError
        PySpark or Java is missing, or the cluster does not answer.
    """
    # Nothing passes between Spark and pandas here.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as fault:
        raise ParameterError(
            "PySpark mangler; installer det med: pip install -r requirements-spark.lock"
        ) from fault
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    builder = SparkSession.builder.appName("ehandel").master(master or "local[*]")
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.ui.enabled": "false",
    }
    settings["spark.ui.showConsoleProgress"] = "false"
    if not master:
        settings["spark.driver.memory"] = f"{hukommelse.graense() // 2**20}m"
        settings["spark.sql.shuffle.partitions"] = str(2 * (os.cpu_count() or 1))
    if not master or _er_her(master):
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        settings["spark.driver.host"] = settings["spark.driver.bindAddress"] = "127.0.0.1"
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, EhandelError, OSError, RuntimeError) as fault:
        raise ParameterError(f"Spark kunne ikke startes: {str(fault).splitlines()[0]}") from fault


def _er_her(master: str) -> bool:
    """Is the cluster on this machine?"""
    host = urlsplit(master).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
