"""A cube gives the same digits as the posts it was made of: for every grouping, on every engine."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pytest
from drawn import drawn
from hypothesis import given, settings
from hypothesis import strategies as st

from ehandel_lib import analyses, compare, rates, schema
from ehandel_lib.errors import DeliveryError
from ehandel_lib.kube import NOEGLER, kube

#: Two invoices alike (a and b), one in three cells, one in four, one of nothing, and empty keys.
POSTER = """
    kommune_kode|faktura_id|dato      |varekategori|lovkrav|paa_aftale|e_handlet|enhedstype|beloeb_oere
    630         |a         |2024-01-31|Bleer       |ja     |ja        |ja       |skole     |300
    630         |a         |2024-01-31|Møbler      |ja     |ja        |nej      |skole     |20
    630         |b         |2024-01-01|Bleer       |ja     |ja        |ja       |skole     |-40
    630         |b         |2024-01-01|Møbler      |ja     |ja        |nej      |skole     |7
    630         |c         |2024-12-31|Bleer       |ja     |ja        |ja       |-         |5
    630         |c         |2024-12-31|Bleer       |ja     |nej       |ja       |-         |5
    630         |c         |2024-12-31|Ærter       |nej    |nej       |nej      |-         |1
    630         |d         |2024-12-31|Bleer       |ja     |ja        |ja       |-         |9
    630         |d         |2024-12-31|Bleer       |ja     |nej       |ja       |-         |9
    630         |d         |2024-12-31|Ærter       |nej    |nej       |nej      |-         |9
    630         |d         |2024-12-31|Ukendt      |nej    |nej       |nej      |-         |9
    630         |e         |2024-02-29|-           |-      |-         |nej      |-         |0
    630         |f         |2024-02-29|Bleer       |ja     |ja        |ja       |skole     |4
    630         |f         |2024-02-29|Bleer       |ja     |ja        |ja       |skole     |4
    101         |a         |2024-02-29|Bleer       |ja     |ja        |nej      |skole     |8
"""

ENGINES = {
    "pandas": lambda poster: poster,
    "polars": pl.from_pandas,
    "polars, doven": lambda poster: pl.from_pandas(poster).lazy(),
    "duckdb": lambda poster: duckdb.connect().from_arrow(pl.from_pandas(poster).to_arrow()),
}


@pytest.fixture
def poster() -> pd.DataFrame:
    return drawn("poster", POSTER)


def in_pandas(cube: Any) -> pd.DataFrame:
    """A cube of any engine as the schema's pandas table, its rows where they stood."""
    frame = nw.from_native(cube)
    eager = frame.collect(backend="pyarrow") if isinstance(frame, nw.LazyFrame) else frame
    names = eager.columns
    return eager.to_pandas().astype({n: schema.TYPES[schema.KOLONNER[n].slags] for n in names})


def groupings(*keys: str) -> list[list[str]]:
    return [
        list(chosen) for chosen in chain.from_iterable(combinations(keys, n) for n in range(len(keys) + 1))
    ]


def assert_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_like_invoices_stand_once_with_their_number(poster):
    cube = kube(poster)
    alike = cube[cube["antal_fakturaer"] == 2]
    assert alike[["varekategori", "antal_poster", "beloeb_oere"]].to_numpy().tolist() == [
        ["Bleer", 2, 260],
        ["Møbler", 2, 27],
    ]
    assert len(set(alike["faktura_id"])) == 1


def test_an_invoice_in_more_cells_than_a_kind_tells_keeps_its_name(poster):
    cube = kube(poster)
    assert (cube["faktura_id"] == "=d").sum() == 4
    assert set(cube["faktura_id"].str[0]) == {"=", "≡"}


def test_a_cube_loses_no_post_invoice_or_oere(poster):
    cube = kube(poster)
    assert cube["antal_poster"].sum() == len(poster)
    assert cube["beloeb_oere"].sum() == poster["beloeb_oere"].sum()
    once = cube.drop_duplicates(["kommune_kode", "faktura_id"])
    assert once["antal_fakturaer"].sum() == len(poster.drop_duplicates(["kommune_kode", "faktura_id"]))


def test_a_cube_is_a_table_of_the_schema(poster):
    full = poster.dropna(subset=["varekategori"])
    assert schema.check(kube(full), "kube") is not None


@pytest.mark.parametrize("engine", ENGINES)
def test_every_rate_of_a_cube_is_that_of_the_posts(poster, engine):
    cube = kube(ENGINES[engine](poster))
    for by in ([], ["varekategori"], ["enhedstype", "lovkrav"], ["paa_aftale", "e_handlet"]):
        assert_same(rates.begge(poster, by), rates.begge(cube, by))
    assert_same(compare.per_kommune(poster, "lovkrav"), compare.per_kommune(cube, "lovkrav"))


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "pandas"])
def test_every_engine_makes_the_same_cube_row_for_row(poster, engine):
    assert_same(kube(poster), in_pandas(kube(ENGINES[engine](poster))))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("keys", [[], ["varekategori"], ["aar", "paa_aftale", "enhedstype"], list(NOEGLER)])
def test_rolling_up_a_cube_is_cubing_the_posts_with_fewer_keys(poster, engine, keys):
    posts = ENGINES[engine](poster)
    assert_same(in_pandas(kube(kube(posts), keys)), in_pandas(kube(posts, keys)))


def test_cubes_of_two_municipalities_may_be_stacked(poster):
    parts = [kube(poster[poster["kommune_kode"] == code]) for code in ("101", "630")]
    assert_same(pd.concat(parts, ignore_index=True), kube(poster))


def test_the_chapters_tables_are_the_same_from_a_cube(poster):
    poster = poster.dropna(subset=["varekategori"])
    cube = kube(poster)
    assert_same(analyses.kategorier(poster, mindst=1), analyses.kategorier(cube, mindst=1))
    assert_same(analyses.beloebsintervaller(poster), analyses.beloebsintervaller(cube))
    assert_same(analyses.beloebsgrupper(poster), analyses.beloebsgrupper(cube))


def test_no_posts_make_a_cube_without_rows(poster):
    assert in_pandas(kube(poster.iloc[:0])).empty
    assert rates.begge(kube(poster.iloc[:0])).loc[0, "antal_fakturaer"] == 0


#: Names that a sorting by a Danish or any other alphabet would order otherwise than by their bytes.
odd = st.sampled_from([None, "", "Aa", "aa", "Z", "Æ", "Ø", "Å", "æ", "a b", "≡1,1,1,1", "\U0001f600", "�"])
some_posts = st.lists(
    st.tuples(
        st.sampled_from(["101", "630"]),
        st.sampled_from(["a", "b", "=a", "≡1,1,1,1", "Å"]),
        odd,
        odd,
        st.one_of(st.none(), st.booleans()),
        st.booleans(),
        st.dates(pd.Timestamp(1999, 12, 31).date(), pd.Timestamp(2025, 1, 1).date()),
        st.integers(-(2**58), 2**58),
    ),
    max_size=14,
)
NAMES = ["kommune_kode", "faktura_id", "varekategori", "enhedstype", "paa_aftale", "e_handlet"]
NAMES += ["dato", "beloeb_oere"]


def posts_of(rows: list[tuple]) -> pd.DataFrame:
    ordinary = drawn("poster", "varekategori" + "\nx" * (len(rows) + 1))
    values = pd.DataFrame(rows, columns=NAMES).assign(dato=lambda f: pd.to_datetime(f["dato"]))
    return (
        ordinary.head(len(rows))
        .assign(**values, aar=values["dato"].dt.year)
        .astype(ordinary.dtypes.to_dict())
    )


@settings(max_examples=10, deadline=None)
@given(
    some_posts, st.sampled_from(groupings("varekategori", "enhedstype", "maaned", "paa_aftale", "e_handlet"))
)
def test_on_any_posts_cube_and_posts_and_engines_agree(rows, by):
    poster = posts_of(rows)
    expected = rates.begge(poster.assign(maaned=poster["dato"].dt.month.astype("Int64")), by)
    first, *others = [in_pandas(kube(on_engine(poster))) for on_engine in ENGINES.values()]
    for other in others:
        assert_same(first, other)
    assert_same(expected, rates.begge(first, by))
    assert_same(kube(poster, by), kube(first, by))


@pytest.mark.parametrize("engine", ENGINES)
def test_sums_beyond_64_bit_are_refused_and_not_wrapped(engine):
    poster = drawn("poster", f"varekategori|beloeb_oere\na|{2**62}\na|{2**62}\nb|1")
    posts = ENGINES[engine](poster)
    with pytest.raises(DeliveryError, match="for stor"):
        rates.omsaetning(posts)
    with pytest.raises(DeliveryError, match="for stor"):
        kube(posts)


@pytest.mark.parametrize("engine", ENGINES)
def test_sums_that_just_fit_are_exact(engine):
    poster = drawn(
        "poster", f"varekategori|beloeb_oere\na|{2**62}\na|{2**62 - 1}\nb|{-(2**62)}\nb|{-(2**62) + 1}"
    )
    totals = rates.omsaetning(ENGINES[engine](poster), "varekategori")
    assert totals["naevner"].tolist() == [2**63 - 1, -(2**63) + 1]
