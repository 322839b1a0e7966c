"""
One delivery's cube, by the engine that is asked for: Polars, DuckDB or Spark.

The definitions are the same functions, and the file is written in the same way,
so it is the same file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import narwhals as nw
import polars as pl

from ehandel_lib import hukommelse, klynge, rates
from ehandel_lib.clean.tables import conform
from ehandel_lib.errors import ParameterError
from ehandel_lib.kube import kube
from ehandel_lib.parquet import write_parts
from ehandel_lib.store import prepare
from ehandel_lib.text import antal, kroner


def kube_af(mappe: Path, motor: str, master: str | None = None) -> Iterator[pl.DataFrame]:
    """
    The cube of a delivery.

    Parameters
    ----------
    mappe : Path
        The delivery's folder.
    motor : str
        ``"polars"`` puts the cubes of the prepared municipalities together, ``"duckdb"`` counts their posts,
        and ``"spark"`` also reads and cleans the delivery on the cluster.
    master : str, optional
        The address of the cluster.

    Yields
    ------
    polars.DataFrame
        A part of the cube after the other; put together they are in its order.

    Raises
    ------
    ParameterError
        An address without Spark, or an engine that is not installed.
    EhandelError
        The delivery cannot be read.
    """
    if master and motor != "spark":
        raise ParameterError("--spark er klyngens adresse og hører sammen med --motor spark.")
    if motor == "polars":
        # the municipality is the first key
        paths = sorted((prepare(mappe) / "kube").glob("*.parquet"))
        return (pl.read_parquet(path, memory_map=False) for path in paths)
    return iter([_on_duckdb(mappe) if motor == "duckdb" else _on_spark(mappe, master)])


def _on_duckdb(mappe: Path) -> pl.DataFrame:
    """The cube of the posts that are prepared, which DuckDB lays on the disk where memory is short."""
    try:
        import duckdb
    except ImportError as fault:
        raise ParameterError("DuckDB mangler; installer det med: pip install duckdb") from fault
    folder = prepare(mappe) / "poster"
    with TemporaryDirectory() as place:
        settings: dict[str, Any] = {
            "memory_limit": f"{hukommelse.graense() // 10**6}MB",
            "temp_directory": place,
        }
        with duckdb.connect(config=settings) as database:
            return _collected(kube(database.read_parquet(str(folder / "*.parquet"))))


def _on_spark(mappe: Path, master: str | None) -> pl.DataFrame:
    """The cube of the raw files, made on the cluster."""
    spark = klynge.session(master)
    try:
        return _collected(kube(klynge.paa_spark(spark, mappe.resolve())))
    finally:
        spark.stop()


def _collected(cube: Any) -> pl.DataFrame:
    """The cube in memory; with the same types from every engine."""
    return conform(pl.DataFrame(nw.from_native(cube).collect(backend="pyarrow").to_native()), "kube")


def skriv(cube: Iterable[pl.DataFrame], target: Path, navn: str) -> str:
    """Write a cube that comes in parts, and say what is in it."""
    beside = target.with_name(f".{target.name}.ny")
    target.parent.mkdir(parents=True, exist_ok=True)
    found = Counter[str]()
    write_parts(_counted(cube, found), beside)
    beside.rename(target)
    return (
        f"{navn}: {antal(found['raekker'])} rækker, {antal(found['antal_poster'])} poster, "
        f"{antal(found['antal_fakturaer'])} fakturaer, omsætning {kroner(found['omsaetning_oere'])}"
    )


def _counted(cube: Iterable[pl.DataFrame], found: Counter[str]) -> Iterator[pl.DataFrame]:
    """The same parts, with what is in them added up; no invoice is in two of them."""
    for part in cube:
        [total] = rates.begge(part).to_dict("records")
        found.update(
            {name: int(total[name]) for name in ("antal_poster", "antal_fakturaer", "omsaetning_oere")}
        )
        found["raekker"] += part.height
        yield part
