"""Municipalities and systems side by side, counted by hand and against scipy."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from drawn import drawn
from scipy import stats

from ehandel_lib import compare, rates


def kommuner(*grader: float | None) -> pd.DataFrame:
    """Municipalities 001, 002, … with these rates."""
    codes = [f"{i:03}" for i in range(1, len(grader) + 1)]
    return pd.DataFrame({"kommune_kode": codes, "grad_omsaetning": pd.array(grader, dtype="Float64")}).astype(
        {"kommune_kode": "str"}
    )


def systemer(*codes: str) -> pd.DataFrame:
    numbers = [f"{i:03}" for i in range(1, len(codes) + 1)]
    return pd.DataFrame({"kommune_kode": numbers, "system_kode": codes}, dtype="str")


LANDET = drawn(
    "poster",
    """
    kommune_kode | faktura_id | e_handlet | beloeb_oere
    101          | a          | ja        | 900
    101          | b          | nej       | 100
    630          | a          | ja        | 10
    630          | b          | nej       | 90
    """,
)


def test_the_pooled_rate_is_not_the_mean_of_the_municipalities():
    per_kommune = compare.per_kommune(LANDET)
    assert rates.begge(LANDET)["grad_omsaetning"].tolist() == [910 / 1100]
    assert compare.spredning(per_kommune)["gennemsnit"].tolist() == [(0.9 + 0.1) / 2]


def test_the_spread_leaves_out_municipalities_without_a_rate():
    [spread] = compare.spredning(kommuner(0.1, 0.2, 0.3, None)).to_dict("records")
    assert (spread["antal_kommuner"], spread["median"], spread["mindste"]) == (3, 0.2, 0.1)


def test_the_spread_is_quartiles_extremes_and_a_mean_that_is_not_the_median():
    [spread] = compare.spredning(kommuner(0.1, 0.2, 0.3, 0.4, 0.9)).to_dict("records")
    assert (spread["nedre_kvartil"], spread["median"], spread["oevre_kvartil"]) == (0.2, 0.3, 0.4)
    assert (spread["mindste"], spread["stoerste"]) == (0.1, 0.9)
    assert spread["gennemsnit"] == pytest.approx(1.9 / 5)


def test_a_municipality_is_ranked_among_all_and_compared_with_the_others():
    [own] = compare.placering(kommuner(0.9, 0.5, 0.1, 0.3, None), "002").to_dict("records")
    assert (own["placering"], own["antal_kommuner"], own["grad"]) == (2, 4, 0.5)
    assert own["median"] == 0.3
    assert own["stoerste"] == 0.9


def test_equal_rates_share_the_better_place():
    per_kommune = kommuner(0.5, 0.5, 0.1)
    assert compare.placering(per_kommune, "001")["placering"].tolist() == [1]
    assert compare.placering(per_kommune, "003")["placering"].tolist() == [3]


def test_a_municipality_alone_or_without_a_rate_has_no_others_to_be_compared_with():
    [own] = compare.placering(kommuner(0.5), "001").to_dict("records")
    assert (own["placering"], own["antal_kommuner"]) == (1, 1)
    assert pd.isna(own["median"])
    assert compare.placering(kommuner(0.5, None), "002").empty


def test_places_are_given_within_each_group():
    per_kategori = pd.concat(
        [kommuner(0.1, 0.9).assign(varekategori="Bleer"), kommuner(0.8, 0.2).assign(varekategori="Møbler")]
    )
    own = compare.placering(per_kategori, "001", by="varekategori").set_index("varekategori")
    assert own["placering"].to_dict() == {"Bleer": 2, "Møbler": 1}
    assert own["median"].to_dict() == {"Bleer": 0.9, "Møbler": 0.2}


def test_systems_show_their_number_of_municipalities_and_skis_mean():
    table = compare.systemer(kommuner(0.2, 0.4, 0.1, None), systemer("TELLIS", "TELLIS", "TT")).set_index(
        "system_kode"
    )
    assert table["antal_kommuner"].to_dict() == {"TELLIS": 2, "TT": 1}
    assert table["gennemsnit"].to_dict() == pytest.approx({"TELLIS": 0.3, "TT": 0.1})
    assert table.loc["TELLIS", ["system_navn", "ski_grad"]].tolist() == ["Tellis", 0.17]


def test_a_municipality_without_a_system_is_ukendt_and_stays():
    joined = compare.med_system(kommuner(0.2, 0.4), systemer("TT"))
    assert joined["system_kode"].tolist() == ["TT", "UKENDT"]
    assert joined["system_navn"].tolist() == ["TrueTrade", "System kendes ikke"]


def test_the_highest_and_lowest_are_in_one_list_only():
    top, bottom = compare.top_bund(kommuner(0.1, 0.5, 0.3, 0.2, 0.4, None), systemer("TT"), n=10)
    assert top["kommune_kode"].tolist() == ["002", "005", "003"]
    assert bottom["kommune_kode"].tolist() == ["001", "004"]
    assert bottom["placering"].tolist() == [5, 4]


THREE_SYSTEMS = systemer(*["TELLIS"] * 4, *["TT"] * 3, *["TRICOM"] * 3, "KVANTUM", "UKENDT")
RATES = (0.10, 0.12, 0.15, 0.11, 0.30, 0.32, 0.31, 0.20, 0.20, 0.25, 0.41, 0.9)


def test_the_test_is_kruskal_and_wallis_on_systems_with_enough_municipalities():
    found = compare.proeve(kommuner(*RATES), THREE_SYSTEMS)
    expected = stats.kruskal(RATES[:4], RATES[4:7], RATES[7:10])
    assert (found.h, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert found.epsilon2 == pytest.approx(expected.statistic / (10 - 1))
    assert (found.antal_kommuner, found.udeladte) == (10, ("KVANTUM", "UKENDT"))
    assert found.tydelig


def test_the_permutation_p_value_is_near_the_exact_one():
    values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.9]
    found = compare.proeve(kommuner(*values), systemer(*["TT"] * 3, *["RK"] * 3))
    observed = stats.kruskal(values[:3], values[3:]).statistic
    as_extreme = [
        stats.kruskal(order[:3], order[3:]).statistic >= observed - 1e-9 for order in permutations(values)
    ]
    assert found.p_permutation == pytest.approx(np.mean(as_extreme), abs=0.02)
    assert not found.tydelig


def test_municipalities_whose_system_is_unknown_form_no_system():
    found = compare.proeve(kommuner(*RATES), systemer(*["TT"] * 4, *["RK"] * 3, *["UKENDT"] * 5))
    assert found.systemer == ("RK", "TT")
    assert found.udeladte == ("UKENDT",)


def test_the_result_is_the_same_every_time():
    assert compare.proeve(kommuner(*RATES), THREE_SYSTEMS) == compare.proeve(kommuner(*RATES), THREE_SYSTEMS)


@pytest.mark.parametrize(
    ("per_kommune", "per_system"),
    [
        (kommuner(0.1, 0.2, 0.3), systemer("TT", "TT", "TT")),
        (kommuner(0.1, 0.2, 0.3, 0.4), systemer("TT", "TT", "RK", "RK")),
        (kommuner(*[0.2] * 6), systemer(*["TT"] * 3, *["RK"] * 3)),
        (kommuner(), systemer()),
    ],
)
def test_where_there_is_nothing_to_compare_no_test_is_made(per_kommune, per_system):
    found = compare.proeve(per_kommune, per_system)
    assert (found.h, found.p_permutation, found.tydelig) == (None, None, False)


def invoices(lovkrav="ja", **e_handlet):
    """One post an invoice of 1 kr., one letter each: "j" is e-traded."""
    said = {"j": "ja", "n": "nej"}
    rows = [f"| {name} | {lovkrav} | {said[e]} | 100 |" for name, es in e_handlet.items() for e in es]
    return drawn("poster", "\n".join(["| varekategori | lovkrav | e_handlet | beloeb_oere |", *rows]))


def test_a_category_is_followed_over_two_years_where_both_have_enough_invoices():
    found = compare.udvikling(
        invoices(Legetøj="jjjjn", Møbler="nnnnn", Tablets="jjjjj", Telefoni="jjjjj"),
        invoices(Legetøj="jnnnn", Møbler="jnnnn", Tablets="jjjj", Telefoni="nn"),
    )
    # four invoices on tablets and two on phones are too few
    assert found["varekategori"].tolist() == ["Legetøj", "Møbler"]
    assert found["aendring"].round(2).tolist() == [0.6, -0.2]
    assert found[["antal_fakturaer_foer", "antal_fakturaer"]].to_numpy().tolist() == [[5, 5], [5, 5]]


def test_what_the_law_does_not_cover_is_not_followed():
    posts = invoices(lovkrav="nej", Vandmaalere="jjjjjjj")
    assert compare.udvikling(posts, posts).empty
    assert compare.udvikling(posts.head(0), posts.head(0)).empty
