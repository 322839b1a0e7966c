"""The rates, to the last digit, on tables that can be counted by hand."""

from __future__ import annotations

import duckdb
import pandas as pd
import polars as pl
import pytest
from drawn import drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ehandel_lib import rates

POSTER = """
    faktura_id | varekategori   | lovkrav | e_handlet | beloeb_oere
    a          | Kontorartikler | ja      | ja        | 300
    b          | Kontorartikler | ja      | nej       | 100
    c          | Kontorartikler | ja      | nej       | -50
    c          | Bleer          | ja      | ja        | 700
    d          | Bleer          | ja      | nej       | 0
    e          | -              | nej     | nej       | 999
    f          | Storkøkken     | nej     | nej       | -20
"""


@pytest.fixture
def poster() -> pd.DataFrame:
    return drawn("poster", POSTER)


def row(frame: pd.DataFrame, category: str | None) -> dict:
    hit = frame["varekategori"].isna() if category is None else frame["varekategori"] == category
    [found] = frame[hit].to_dict("records")
    return found


def test_turnover_is_oere_over_oere(poster):
    found = row(rates.omsaetning(poster, "varekategori"), "Kontorartikler")
    assert (found["taeller"], found["naevner"], found["antal"]) == (300, 350, 3)
    assert found["grad"] == 300 / 350


def test_invoices_are_counted_once_in_each_group(poster):
    per_kategori = rates.fakturaer(poster, "varekategori")
    assert row(per_kategori, "Kontorartikler")["grad"] == 1 / 3
    assert row(per_kategori, "Bleer")["grad"] == 1 / 2
    [total] = rates.fakturaer(poster).to_dict("records")
    assert (total["taeller"], total["naevner"]) == (2, 6)


def test_an_invoice_is_e_traded_where_one_of_its_posts_is():
    poster = drawn("poster", "faktura_id|e_handlet|beloeb_oere\na|ja|1\na|nej|999")
    assert rates.fakturaer(poster)["grad"].tolist() == [1.0]
    assert rates.omsaetning(poster)["grad"].tolist() == [1 / 1000]


def test_two_municipalities_may_use_the_same_invoice_number():
    poster = drawn("poster", "kommune_kode|faktura_id|e_handlet\n630|a|ja\n101|a|nej")
    assert rates.fakturaer(poster)[["taeller", "naevner"]].to_numpy().tolist() == [[1, 2]]


def test_what_has_no_category_is_a_group_too(poster):
    found = row(rates.omsaetning(poster, "varekategori"), None)
    assert (found["naevner"], found["grad"]) == (999, 0)


def test_a_rate_without_a_positive_base_is_missing_with_a_reason(poster):
    found = row(rates.omsaetning(poster, "varekategori"), "Storkøkken")
    assert pd.isna(found["grad"])
    assert found["aarsag"] == "negativt grundlag"


@pytest.mark.parametrize(
    ("taeller", "naevner", "grad", "aarsag"),
    [
        (0, 10, 0.0, None),
        (10, 10, 1.0, None),
        (0, 0, None, "intet grundlag"),
        (5, 0, None, "intet grundlag"),
        (-5, -10, None, "negativt grundlag"),
        (11, 10, None, "kreditnotaer overstiger køb"),
        (-1, 10, None, "kreditnotaer overstiger køb"),
    ],
)
def test_a_rate_lies_between_0_and_1_or_says_why_not(taeller, naevner, grad, aarsag):
    found, reason = rates.ratio(pd.Series([taeller], dtype="Int64"), pd.Series([naevner], dtype="Int64"))
    assert (None if pd.isna(found[0]) else found[0]) == grad
    assert (None if pd.isna(reason[0]) else reason[0]) == aarsag


def test_both_measures_stand_side_by_side_with_their_bases(poster):
    found = row(rates.begge(poster, ["varekategori", "lovkrav"]), "Bleer")
    assert (found["fakturaer_e_handlet"], found["antal_fakturaer"], found["grad_faktura"]) == (1, 2, 1 / 2)
    assert (found["omsaetning_e_handlet_oere"], found["omsaetning_oere"]) == (700, 700)
    assert (found["grad_omsaetning"], found["antal_poster"]) == (1, 2)


def test_no_posts_give_one_row_of_zeros_or_no_rows(poster):
    [total] = rates.begge(poster.iloc[:0]).to_dict("records")
    assert (total["antal_fakturaer"], total["omsaetning_oere"], total["aarsag"]) == (0, 0, "intet grundlag")
    assert rates.begge(poster.iloc[:0], "varekategori").empty


def test_sums_are_exact_where_floats_are_not():
    poster = drawn("poster", f"e_handlet|beloeb_oere\nja|{2**60}\nnej|1\nnej|1")
    assert rates.omsaetning(poster)["naevner"].tolist() == [2**60 + 2]


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (730, 1000)])
def test_the_interval_is_wilsons(hits, n):
    low, high = rates.wilson(pd.Series([hits], dtype="Int64"), pd.Series([n], dtype="Int64"))
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_interval_of_nothing_is_missing():
    low, high = rates.wilson(pd.Series([0], dtype="Int64"), pd.Series([0], dtype="Int64"))
    assert low.isna().all()
    assert high.isna().all()


def test_colours_follow_skis_limits_and_only_the_mandatory_have_one():
    grader = pd.DataFrame(
        {
            "grad_omsaetning": pd.array([0.551, 0.55, 0.2, 0.199, None, 0.9], dtype="Float64"),
            "lovkrav": [True, True, True, True, True, False],
        }
    )
    farver = rates.niveau(grader)["farve"].tolist()
    assert farver == ["grøn", "gul", "gul", "rød", "kan ikke beregnes", "uden lovkrav"]


def test_a_group_hidden_alone_hides_the_smallest_of_the_others_with_it():
    grader = pd.DataFrame({"antal_fakturaer": [3, 70, 8, 8], "omsaetning_oere": [1, 2, 3, 4]})
    hidden = rates.skjul_smaa(grader)
    assert hidden["omsaetning_oere"].isna().tolist() == [True, False, True, False]
    assert hidden["aarsag"][2] == "skjuler en mindre gruppe"
    two = rates.skjul_smaa(grader.assign(antal_fakturaer=[3, 70, 4, 8]))
    assert two["omsaetning_oere"].isna().tolist() == [True, False, True, False]


@pytest.mark.parametrize(("n", "shown"), [(0, True), (1, False), (4, False), (5, True), (6, True)])
def test_groups_of_one_to_four_invoices_are_hidden(n, shown):
    grader = pd.DataFrame(
        {"antal_fakturaer": [n], "grad_faktura": [0.25], "ski_grad": [0.5], "aarsag": [None]}
    )
    [found] = rates.skjul_smaa(grader).to_dict("records")
    assert pd.notna(found["grad_faktura"]) == shown
    assert pd.notna(found["antal_fakturaer"]) == shown
    assert found["ski_grad"] == 0.5
    assert (found["aarsag"] == "færre end 5 fakturaer") == (not shown)


def on_every_engine(poster: pd.DataFrame) -> list:
    """The same posts in pandas, Polars (eager and lazy) and DuckDB."""
    frame = pl.from_pandas(poster)
    return [poster, frame, frame.lazy(), duckdb.connect().from_arrow(frame.to_arrow())]


@pytest.mark.parametrize(
    "by", [(), "varekategori", ["kommune_kode", "lovkrav"], "aftale_nummer", "paa_aftale"]
)
def test_every_engine_gives_the_same_digits(poster, by):
    first, *others = [rates.begge(frame, by) for frame in on_every_engine(poster)]
    for other in others:
        pd.testing.assert_frame_equal(first, other, check_exact=True)


some_posts = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from([None, "Bleer", "Ærter", "æbler", "Zink"]),
        st.booleans(),
        st.integers(-(2**40), 2**40),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(some_posts)
def test_on_any_posts_the_engines_agree_and_the_groups_add_up(rows):
    ordinary = drawn("poster", "varekategori" + "\nx" * (len(rows) + 1))
    names = ["faktura_id", "varekategori", "e_handlet", "beloeb_oere"]
    values = pd.DataFrame(rows, columns=names)
    poster = ordinary.head(len(rows)).assign(**values).astype(ordinary.dtypes.to_dict())
    first, *others = [rates.begge(frame, "varekategori") for frame in on_every_engine(poster)]
    for other in others:
        pd.testing.assert_frame_equal(first, other, check_exact=True)
    assert first["omsaetning_oere"].sum() == sum(row[3] for row in rows)
    assert first["antal_poster"].sum() == len(rows)
    assert first["grad_omsaetning"].dropna().between(0, 1).all()
    assert first["grad_faktura"].dropna().between(0, 1).all()
