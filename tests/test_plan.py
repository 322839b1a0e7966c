"""Amount bands inside each category: counted right, ranked right, and no small cell can be found."""

from __future__ import annotations

import pandas as pd
import pytest
from drawn import drawn
from hypothesis import given, settings
from hypothesis import strategies as st

from ehandel_lib import load, plan, schema, sentences, skjul
from ehandel_lib.classify import lovkrav
from ehandel_lib.demo import truths


def posts(*cells: tuple[str, str, int, int]) -> pd.DataFrame:
    """Invoices of 100 kr. each: category, band, how many, and how many of them are e-handlet."""
    rows = [
        (category, band, nr < traded, f"{category} {band} {nr}")
        for category, band, many, traded in cells
        for nr in range(many)
    ]
    frame = pd.DataFrame(rows, columns=["varekategori", "beloebsinterval", "e_handlet", "faktura_id"])
    return schema.typed(frame.assign(kommune_kode="630", beloeb_oere=100_00, lovkrav=True), "poster")


SMALL, MIDDLE, LARGE = "100 til under 250 kr.", "500 til under 1.000 kr.", "5.000 kr. eller mere"


def cell(cells: pd.DataFrame, category: str, group: str) -> pd.Series:
    return cells.set_index(["varekategori", "beloebsgruppe"]).loc[(category, group)]


@pytest.mark.parametrize(
    ("band", "group"), [(SMALL, "Under 250 kr."), (MIDDLE, "250 til under 5.000 kr."), (LARGE, LARGE)]
)
def test_a_band_lies_in_its_group(band, group):
    assert plan.gruppe(band) == group


def test_every_band_lies_in_one_group_or_is_no_purchase():
    groups = [plan.gruppe(band) for band in schema.BELOEBSINTERVALLER]
    assert groups.count(plan.UDEN_KOEB) == 2
    assert list(dict.fromkeys(groups))[1:] == list(schema.BELOEBSGRUPPER)


def test_a_group_is_the_sum_of_its_bands():
    poster = posts(
        ("Legetøj", SMALL, 10, 4), ("Legetøj", "50 til under 100 kr.", 20, 5), ("Legetøj", LARGE, 30, 30)
    )
    groups = plan.grupper(plan.kryds(poster))
    small = cell(groups, "Legetøj", "Under 250 kr.")
    assert small[["antal_fakturaer", "fakturaer_e_handlet", "uden_fakturaer"]].tolist() == [30, 9, 21]
    assert small["grad_faktura"] == 9 / 30
    assert small["uden_oere"] == 21 * 100_00


def test_all_fourteen_categories_and_twelve_bands_have_a_cell_and_no_other_category_has():
    poster = posts(("Legetøj", SMALL, 10, 4), ("Ukendt", SMALL, 10, 4))
    cells = plan.intervaller(plan.kryds(poster))
    assert len(cells) == 14 * 12
    assert cells["varekategori"].drop_duplicates().tolist() == lovkrav()
    assert cells["antal_fakturaer"].sum() == 10


def test_an_invoice_with_two_posts_in_a_cell_counts_once():
    poster = drawn(
        "poster",
        """
        varekategori | beloebsinterval       | faktura_id | e_handlet | beloeb_oere
        Bleer        | 100 til under 250 kr. | a          | ja        | 6000
        Bleer        | 100 til under 250 kr. | a          | nej       | 6000
        -            | 100 til under 250 kr. | b          | nej       | 12000
        """,
    )
    found = cell(plan.grupper(plan.kryds(poster, mindst=1)), "Bleer", "Under 250 kr.")
    assert found[["antal_fakturaer", "fakturaer_e_handlet", "uden_oere"]].tolist() == [1, 1, 6000]


def test_a_small_cell_is_hidden_and_another_covers_for_it_in_its_row():
    poster = posts(("Legetøj", SMALL, 4, 0), ("Legetøj", MIDDLE, 50, 0), ("Legetøj", LARGE, 9, 0))
    groups = plan.grupper(plan.kryds(poster))
    assert groups.query("varekategori == 'Legetøj'")["aarsag"].tolist()[0] == "færre end 5 fakturaer"
    assert cell(groups, "Legetøj", LARGE)["aarsag"] == "skjuler en mindre gruppe"
    assert pd.isna(cell(groups, "Legetøj", LARGE)["uden_fakturaer"])


def test_what_covers_is_the_cell_with_the_least_money_without_e_handel():
    # nine invoices are fewer than fifty, but they are e-handlet, so nothing is lost with them but a word
    poster = posts(("Legetøj", SMALL, 4, 0), ("Legetøj", MIDDLE, 50, 49), ("Legetøj", LARGE, 9, 0))
    groups = plan.grupper(plan.kryds(poster))
    assert cell(groups, "Legetøj", "250 til under 5.000 kr.")["aarsag"] == skjul.DAEKKER
    assert cell(groups, "Legetøj", LARGE)["uden_fakturaer"] == 9


def test_a_cell_that_no_sum_needs_hidden_any_more_is_shown_again():
    # hidden for the first sum, then made needless by what the second one hides of both
    antal = pd.Series([2, 9, 30, 3])
    few, covering = skjul.celler(antal, [[0, 1, 2], [3, 2]], 5)
    assert few.tolist() == [True, False, False, True]
    assert covering.tolist() == [False, False, True, False]


def test_the_cells_side_by_side_say_why_there_is_no_number():
    poster = posts(("Legetøj", SMALL, 4, 0), ("Legetøj", MIDDLE, 50, 0), ("Legetøj", LARGE, 9, 3))
    wide = plan.bredt(plan.grupper(plan.kryds(poster)), ["Møbler", "Legetøj"])
    assert wide["varekategori"].tolist() == ["Møbler", "Legetøj"]
    words = wide[[f"uden_fakturaer {group}" for group in schema.BELOEBSGRUPPER]].to_numpy().tolist()
    assert words == [["–", "–", "–"], ["få", "50", "skjult"]]


@settings(max_examples=4, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Bleer", "Møbler", "Tablets"]),
            st.sampled_from([*schema.BELOEBSINTERVALLER]),
            st.integers(1, 12),
        ),
        min_size=1,
        max_size=20,
        unique_by=lambda made: made[:2],
    )
)
def test_no_sum_gives_a_small_cell_away(cells):
    found = plan.kryds(posts(*[(*made, 0) for made in cells]))
    whole = found["beloebsinterval"].isna()
    sums = [rows for _, rows in found.groupby(["varekategori", "beloebsgruppe"])]
    sums += [rows for _, rows in found[whole].groupby("varekategori")]
    sums += [rows for _, rows in found[~whole].groupby("beloebsinterval")]
    for rows in sums:
        hidden = rows["antal_fakturaer"].isna()
        others = rows["antal_fakturaer"].fillna(0) > 0
        assert hidden.sum() != 1 or not others.any()
    assert not ((found["antal_fakturaer"] > 0) & (found["antal_fakturaer"] < 5)).any()


def test_the_plan_list_has_the_cells_with_the_most_invoices_without_e_handel():
    poster = posts(
        ("Bleer", SMALL, 40, 10), ("Møbler", LARGE, 100, 90), ("Tablets", MIDDLE, 60, 0),
        ("Telefoni", "Negativt beløb", 500, 0),
    )  # fmt: skip
    ranked = plan.flest_uden(plan.grupper(plan.kryds(poster)), 2)
    assert ranked["varekategori"].tolist() == ["Tablets", "Bleer"]
    assert ranked["andel_uden"].tolist() == [60 / 100, 30 / 100]


def test_a_hole_is_a_zone_far_below_its_category():
    poster = posts(("Legetøj", SMALL, 40, 2), ("Legetøj", MIDDLE, 60, 50), ("Legetøj", LARGE, 20, 12))
    groups = plan.grupper(plan.kryds(poster))
    assert plan.huller(groups, "Legetøj", 64 / 120)["beloebsgruppe"].tolist() == ["Under 250 kr."]
    assert plan.huller(groups, "Møbler", 0.5).empty


def small_holes(cells: pd.DataFrame) -> pd.DataFrame:
    """The holes among small invoices, over all categories."""
    groups = plan.grupper(cells)
    whole = groups.groupby("varekategori")[["fakturaer_e_handlet", "antal_fakturaer"]].sum()
    grad = (whole["fakturaer_e_handlet"] / whole["antal_fakturaer"]).dropna()
    holes = pd.concat([plan.huller(groups, name, float(rate)) for name, rate in grad.items()])
    return holes[holes["beloebsgruppe"] == "Under 250 kr."].sort_values("uden_fakturaer", ascending=False)


def test_the_planted_hole_is_found_on_the_demo_and_not_in_another_municipality(demo_leverance):
    own, other = (
        small_holes(plan.kryds(load.hent(name, leverance=demo_leverance).poster))
        for name in ("Vejle", "Aarhus")
    )
    assert own["varekategori"].iloc[0] == truths.HUL.varekategori
    assert own["grad_faktura"].iloc[0] < 0.1
    assert truths.HUL.varekategori not in set(other["varekategori"])


def test_the_two_zones_of_ski_are_summed_over_the_categories():
    poster = posts(
        ("Bleer", SMALL, 10, 4),
        ("Møbler", SMALL, 10, 0),
        ("Møbler", MIDDLE, 20, 15),
        ("Bleer", LARGE, 10, 1),
        ("Ukendt", SMALL, 99, 0),
    )
    zones = plan.zoner(poster).set_index("beloebsgruppe")
    assert zones.loc["Under 250 kr.", ["fakturaer_e_handlet", "antal_fakturaer"]].tolist() == [4, 20]
    assert zones["problemzone"].tolist() == [True, False, True]


def test_an_invoice_with_goods_of_two_categories_counts_once_in_its_zone():
    poster = posts(("Bleer", SMALL, 10, 4))
    both = pd.concat([poster, poster.assign(varekategori="Møbler", e_handlet=False)], ignore_index=True)
    small = plan.zoner(both).set_index("beloebsgruppe").loc["Under 250 kr."]
    assert small[["fakturaer_e_handlet", "antal_fakturaer", "uden_fakturaer"]].tolist() == [4, 10, 6]
    assert small["uden_oere"] == 16 * 100_00


def test_the_zones_and_what_is_no_purchase_are_all_that_is_left_on_the_demo(demo_leverance):
    poster = load.hent("Vejle", leverance=demo_leverance).poster.query("lovkrav")
    traded = poster.groupby("faktura_id")["e_handlet"].transform("max").astype(bool)
    outside = poster["beloebsinterval"].isin(["Negativt beløb", "Præcis 0 kr."])
    left, bought = (poster[~traded & where]["faktura_id"].nunique() for where in (~traded, ~outside))
    assert plan.zoner(poster)["uden_fakturaer"].sum() == bought < left


def test_nothing_bought_is_zeros_and_no_plan():
    cells = plan.kryds(posts(("Ukendt", SMALL, 10, 0)))
    assert cells["antal_fakturaer"].sum() == 0
    assert plan.flest_uden(plan.grupper(cells), 5).empty


def test_side_by_side_each_rate_has_its_parts():
    parts = {"uden_fakturaer": [3], "grad_faktura": [0.4], "fakturaer_e_handlet": [2], "antal_fakturaer": [5]}
    cells = pd.DataFrame({"varekategori": ["Bleer"], "beloebsgruppe": ["Under 250 kr."], **parts})
    wide = plan.bredt(cells.assign(aarsag=None), ["Bleer"])
    assert wide["fakturaer_e_handlet Under 250 kr."].tolist() == [2]
    assert wide["antal_fakturaer Under 250 kr."].tolist() == [5]
    assert {*sentences.GRUPPEBAG} < {*sentences.GRUPPEKOLONNER}
    assert {*wide.columns[1:]} < {*sentences.GRUPPEKOLONNER}
