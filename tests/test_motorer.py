"""Lines → posts → cube of any odd lines: pandas, Polars, DuckDB and Spark say the same, to the øre."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pytest
from drawn import drawn
from hypothesis import given, settings
from hypothesis import strategies as st

from ehandel_lib import classify, klynge
from ehandel_lib.kube import kube

#: What each line may say: nothing, an empty text, a blank too many, a name that alphabets put in different
#: places, a day at a year's end, and amounts whose squares are no 64-bit numbers.
ODD = {
    "kommune_kode": st.sampled_from(["101", "630"]),
    "faktura_id": st.sampled_from(["a", "a ", "b", "Å"]),
    "aftale_nummer": st.sampled_from([None, "", "50.55", "50.55 ", "50.96", "DEMO-Ø"]),
    "delaftale_nummer": st.sampled_from([None, "", "1", "2"]),
    "vare_kodesystem": st.sampled_from([None, "UNSPSC", "CPV"]),
    "vare_kode": st.sampled_from([None, "", "44121700", "50201706 ", " 50201706", "15860000", "Ø"]),
    "enhedstype": st.sampled_from([None, "", "Aa", "aa", "Z", "Æ", "Ø", "Å", "æ", "\U0001f600", "�"]),
    "har_ordrenummer": st.booleans(),
    "e_handlet": st.booleans(),
    "dato": st.sampled_from([date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 12, 31)]),
    "beloeb_oere": st.integers(-(2**58), 2**58),
}
odd_lines = st.lists(st.tuples(*ODD.values()), min_size=3, max_size=12)


def lines_of(rows: list[tuple]) -> pd.DataFrame:
    """Lines as cleaning leaves them, ordinary in all that is not drawn."""
    ordinary = drawn("linjer", "ordrenummer" + "\n-" * len(rows)).assign(ordre_regel="intet ordrenummer")
    ordinary = ordinary.assign(har_ordrenummer=False, e_handlet=False).astype(
        dict.fromkeys(["har_ordrenummer", "e_handlet"], "boolean")
    )
    values = pd.DataFrame(rows, columns=list(ODD)).assign(dato=lambda frame: pd.to_datetime(frame["dato"]))
    typed = ordinary.assign(**values, aar=values["dato"].dt.year).astype(ordinary.dtypes.to_dict())
    return typed[[column.navn for column in klynge.LINJE]]


def on_polars(lines: pd.DataFrame) -> pl.DataFrame:
    return pl.from_pandas(lines).with_columns(pl.col("dato").cast(pl.Date))


def counted(lines: Any) -> list[dict[str, Any]]:
    """The cube of lines of any engine, its rows in their order."""
    frame = nw.from_native(kube(classify.poster(classify.varekategori(lines))))
    eager = frame.collect(backend="pyarrow") if isinstance(frame, nw.LazyFrame) else frame
    return eager.to_arrow().to_pylist()


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if not find_spec("pyspark"):
        pytest.skip("PySpark mangler: make test-klynge")
    if not shutil.which("java"):
        pytest.skip("Java mangler")
    session = klynge.session(None)
    yield session
    session.stop()


@settings(max_examples=10, deadline=None)
@given(odd_lines)
def test_pandas_polars_and_duckdb_count_any_lines_alike(rows):
    lines = lines_of(rows)
    expected = counted(on_polars(lines))
    assert sum(row["beloeb_oere"] for row in expected) == sum(row[-1] for row in rows)
    assert counted(lines) == expected
    assert counted(duckdb.connect().from_arrow(on_polars(lines).to_arrow())) == expected


@pytest.mark.klynge
@pytest.mark.filterwarnings("ignore:PySpark does not yet", "ignore::ResourceWarning")
@settings(max_examples=5, deadline=None)
@given(odd_lines)
def test_spark_counts_any_lines_as_polars_does(spark, rows):
    lines = on_polars(lines_of(rows))
    assert counted(spark.createDataFrame(lines.rows(), klynge.skema(klynge.LINJE))) == counted(lines)
