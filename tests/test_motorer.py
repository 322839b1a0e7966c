"""Lines → posts → cube of any odd lines: pandas, Polars, DuckDB and Spark say the same, to the øre."""

from __future__ import annotations

import shutil
import time
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


#: Order numbers with blanks and in any letters, placeholders, and none.
ORDRER = [
    None,
    "",
    " ",
    "tel-07",
    " TEL-07 ",
    "\tTEL-08",
    "TEL-0",
    "na",
    "N/A ",
    "0-0",
    "æø-1",
    "Ærø 7",
    "4711",
]
odd_orders = st.lists(
    st.tuples(
        st.sampled_from(ORDRER),
        st.sampled_from([None, True, False]),
        st.sampled_from(["101", "630"]),
        st.sampled_from(["TELLIS", "UKENDT"]),
    ),
    min_size=1,
    max_size=12,
)
PRAEFIKSER = [
    classify.OrdrePraefiks("TEL-##", system="TELLIS"),
    classify.OrdrePraefiks("ÆØ-#"),
    classify.OrdrePraefiks("ærø*", kommuner=("101",)),
]


def judged(rows: Any) -> list[tuple]:
    """What is said of each order, in the order of the lines."""
    frame = nw.from_native(classify.e_ordre(rows, PRAEFIKSER)).sort("nr")
    eager = frame.collect(backend="pyarrow") if isinstance(frame, nw.LazyFrame) else frame
    return eager.select("nr", "e_handlet", "har_ordrenummer", "ordre_regel").rows()


def orders_of(rows: list[tuple]) -> pl.DataFrame:
    names = {"ordrenummer": pl.String, "e_handlet_angivet": pl.Boolean, "kommune_kode": pl.String}
    return pl.DataFrame(
        rows, schema={**names, "system_kode": pl.String}, orient="row"
    ).with_row_index("nr").cast({"nr": pl.Int64})  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(odd_orders)
def test_pandas_polars_and_duckdb_judge_any_order_number_alike(rows):
    orders = orders_of(rows)
    expected = judged(orders)
    as_pandas = orders.to_pandas().astype({"ordrenummer": "str", "e_handlet_angivet": "boolean"})
    assert judged(as_pandas) == expected
    assert judged(duckdb.connect().from_arrow(orders.to_arrow())) == expected


@pytest.fixture(params=["Pacific/Kiritimati", "America/Los_Angeles"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[None]:
    """This process is fourteen hours ahead of Greenwich, or eight behind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows flytter ikke et program til en anden zone")
@pytest.mark.usefixtures("elsewhere")
def test_new_years_eve_is_the_same_day_wherever_the_program_runs():
    rows = [("101", "a", *[None] * 4, "skole", True, True, date(2023, 12, 31), 5)]
    lines = on_polars(lines_of([*rows, ("101", "b", *[None] * 4, "skole", True, True, date(2024, 1, 1), 7)]))
    expected = counted(lines)
    assert [(row["aar"], row["maaned"]) for row in expected] == [(2023, 12), (2024, 1)]
    assert counted(duckdb.connect().from_arrow(lines.to_arrow())) == expected
    as_pandas = lines_of(lines.select(*ODD).rows())
    assert counted(as_pandas) == expected


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
@given(odd_orders)
def test_spark_judges_any_order_number_as_polars_does(spark, rows):
    orders = orders_of(rows)
    columns = "nr bigint, ordrenummer string, e_handlet_angivet boolean, kommune_kode string"
    there = spark.createDataFrame(orders.rows(), f"{columns}, system_kode string")
    assert judged(there) == judged(orders)


@pytest.mark.klynge
@pytest.mark.filterwarnings("ignore:PySpark does not yet", "ignore::ResourceWarning")
@settings(max_examples=5, deadline=None)
@given(odd_lines)
def test_spark_counts_any_lines_as_polars_does(spark, rows):
    lines = on_polars(lines_of(rows))
    assert counted(spark.createDataFrame(lines.rows(), klynge.skema(klynge.LINJE))) == counted(lines)
