"""
One delivery's cube, by the engine that is asked for: Polars, DuckDB or Spark.

The definitions are the same functions, and the file is written in the same way,
so it is the same file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ehandel_lib import klynge, rates
from ehandel_lib.clean.tables import conform
from ehandel_lib.errors import ParameterError
from ehandel_lib.kube import kube
from ehandel_lib.store import prepare
from ehandel_lib.text import antal, kroner


def kube_af(mappe: Path, motor: str, master: str | None = None) -> pa.Table:
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
        return _stacked(prepare(mappe) / "kube")
    if motor == "duckdb":
        return _table(kube(_posts(prepare(mappe) / "poster")))
    spark = klynge.session(master)
    try:
        return _table(kube(klynge.paa_spark(spark, mappe.resolve())))
    finally:
        spark.stop()


def _stacked(folder: Path) -> pa.Table:
    """The cubes of all municipalities, one after the other: the municipality is the first key."""
    return pa.concat_tables([pq.read_table(path) for path in sorted(folder.glob("*.parquet"))])


def _posts(folder: Path) -> Any:
    """The prepared posts of all municipalities, for DuckDB."""
    try:
        import duckdb
    except ImportError as fault:
        raise ParameterError("DuckDB mangler; installer det med: pip install duckdb") from fault
    return duckdb.connect().read_parquet(str(folder / "*.parquet"))


def _table(cube: Any) -> pa.Table:
    """The cube in memory; with the same types from every engine."""
    frame = nw.from_native(cube).collect(backend="pyarrow").to_native()
    return conform(pl.DataFrame(frame), "kube").to_arrow(compat_level=pl.CompatLevel.oldest())


def skriv(cube: pa.Table, target: Path, navn: str) -> str:
    """Write a cube, and say what is in it."""
    beside = target.with_name(f".{target.name}.ny")
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(cube, beside, compression="zstd")
    beside.rename(target)
    [total] = rates.begge(pl.DataFrame(cube)).to_dict("records")
    return (
        f"{navn}: {antal(cube.num_rows)} rækker, {antal(total['antal_poster'])} poster, "
        f"{antal(total['antal_fakturaer'])} fakturaer, omsætning {kroner(total['omsaetning_oere'])}"
    )
