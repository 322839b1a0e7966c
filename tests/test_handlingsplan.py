"""The plan of action: who is compared with whom, what would be won, and in which order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import SMALL_COUNTRY

from ehandel_lib import handlingsplan, load, reference, schema
from ehandel_lib.classify import lovkrav
from ehandel_lib.demo import truths
from ehandel_lib.kube import kube


def posts(kommune: str, *cells: tuple[str, int, int], oere: int = 100_00) -> pd.DataFrame:
    """A municipality's invoices: category, how many, and how many of them are e-handlet."""
    rows = [
        (category, nr < traded, f"{kommune} {category} {nr}")
        for category, many, traded in cells
        for nr in range(many)
    ]
    frame = pd.DataFrame(rows, columns=["varekategori", "e_handlet", "faktura_id"])
    return schema.typed(frame.assign(kommune_kode=kommune, beloeb_oere=oere, lovkrav=True), "poster")


OWN = posts(
    "630",
    ("Bleer", 100, 20),
    ("Tablets", 200, 190),
    ("Møbler", 50, 0),
    ("Telefoni", 4, 0),
    ("Lyskilder", 3, 0),
)
LIKES = [
    posts(f"10{nr}", ("Bleer", 100, traded), ("Tablets", 200, 100))
    for nr, traded in enumerate([10, 40, 60, 80, 90])
]
LANDET = pd.concat([OWN, *LIKES, posts("999", ("Bleer", 4000, 4000))], ignore_index=True)


@pytest.fixture
def plan(monkeypatch):
    monkeypatch.setattr(handlingsplan, "NABOER", 5)
    monkeypatch.setattr(handlingsplan.sammenlignelige, "__defaults__", (5,))
    return handlingsplan.potentiale(OWN, LANDET, "630").set_index("varekategori")


def test_the_comparable_ones_are_the_nearest_in_number_of_invoices():
    assert handlingsplan.sammenlignelige(LANDET, "630", n=5) == ["100", "101", "102", "103", "104"]


def test_half_and_twice_as_many_invoices_are_equally_far():
    country = pd.concat(
        [posts(code, ("Bleer", n, 0)) for code, n in [("630", 100), ("2", 201), ("1", 50), ("3", 150)]]
    )
    assert handlingsplan.sammenlignelige(country, "630", n=2) == ["3", "1"]


def test_a_municipality_without_invoices_has_no_likes():
    assert handlingsplan.sammenlignelige(LANDET, "751") == []


def test_what_is_won_is_counted_in_whole_invoices_up_to_the_others_rate(plan):
    # the five rates are 10, 40, 60, 80 and 90 %: median 60, upper quartile 80
    assert plan.loc["Bleer", ["median", "oevre_kvartil"]].tolist() == [0.60, 0.80]
    assert plan.loc["Bleer", ["til_median", "til_bedste"]].tolist() == [60 - 20, 80 - 20]
    assert plan.loc["Bleer", "til_bedste_oere"] == (80 - 20) * 100_00


def test_a_rate_that_is_reached_leaves_nothing_to_win(plan):
    assert plan.loc["Tablets", ["til_median", "til_bedste", "til_bedste_oere"]].tolist() == [0, 0, 0]


def test_what_is_reached_is_printed_as_a_dash_and_no_bare_nought(plan):
    shown = handlingsplan.vist(plan.reset_index()).set_index("varekategori")["op_til_bedste"]
    assert shown.loc["Bleer"] == 80 - 20
    assert shown.isna().to_dict() == {"Bleer": False, "Tablets": True, "Møbler": True}


def test_a_category_that_too_few_others_buy_has_no_comparison_and_still_a_place(plan):
    assert pd.isna(plan.loc["Møbler", "til_bedste"])
    assert plan["nr"].to_dict() == {"Bleer": 1, "Møbler": 2, "Tablets": 3}


def test_who_is_ahead_of_its_likes_begins_where_most_is_left():
    ahead = posts("630", ("Bleer", 100, 77), ("Tablets", 200, 150))
    found = handlingsplan.potentiale(ahead, pd.concat([ahead, *LIKES]), "630")
    assert found["varekategori"].tolist() == ["Tablets", "Bleer"]
    assert found["til_bedste"].tolist() == [0, 80 - 77]


def test_a_small_category_is_not_in_the_plan(plan):
    assert "Telefoni" not in plan.index


def test_a_rate_between_two_invoices_is_reached_by_the_next_one():
    own = pd.DataFrame({"antal_fakturaer": [3, 10], "fakturaer_e_handlet": [1, 3]}, dtype="Int64")
    needed = handlingsplan._mangler(own, pd.Series([0.5, 0.3], dtype="Float64"))
    assert needed.tolist() == [2 - 1, 0]


def test_the_large_purchases_gap_stands_with_its_category():
    large = pd.concat(
        [posts("630", ("AV-udstyr", 8, 8)), posts("630b", ("AV-udstyr", 2, 0), oere=100_000_00)]
    )
    found = handlingsplan.potentiale(large.assign(kommune_kode="630"), LANDET, "630")
    assert found["forskel"].tolist() == pytest.approx([8 / 10 - 800 / 200_800])


def test_a_cube_gives_the_same_plan_as_its_posts():
    by_posts = handlingsplan.potentiale(OWN, LANDET, "630")
    by_cube = handlingsplan.potentiale(kube(OWN, ["varekategori"]), kube(LANDET, ["varekategori"]), "630")
    pd.testing.assert_frame_equal(by_posts, by_cube)


def test_ski_s_steps_are_those_of_chapter_6():
    steps = handlingsplan.trin()
    first = steps.query("ski_trin == 'første'")["varekategori"]
    assert set(first) == {"Bleer", "Forbrugsartikler", "Kontorartikler", "Lyskilder", "Møbler"}
    later = steps.query("ski_trin == 'næste'").sort_values("ski_raekkefoelge")["varekategori"]
    assert later.tolist() == [
        "Storkøkkenudstyr", "Tablets", "Computere og it-tilbehør", "Fødevarer", "AV-udstyr",
    ]  # fmt: skip


def test_every_category_has_advice_with_its_source():
    advice = reference.table("handlingsraad")
    assert handlingsplan.trin()["raad"].notna().all()
    assert set(lovkrav()) <= set(advice["noegle"])
    assert advice["kilde"].notna().all()
    assert advice["raad"].str.match(r"[A-ZÆØÅ].*\.$").all()


def test_the_planted_laggard_and_leaders_have_their_places_on_the_demo(demo_leverance: Path):
    data = load.hent("Vejle", leverance=demo_leverance)
    found = handlingsplan.potentiale(data.poster, data.landet, data.kommune.kode)
    assert found["varekategori"].iloc[0] == truths.HUL.varekategori
    leapt = found[found["varekategori"].isin([leap.varekategori for leap in truths.LOVENS_SPRING])]
    assert leapt["til_bedste"].tolist() == [0, 0]
    assert leapt["nr"].min() > (found["til_bedste"] >= handlingsplan.MINDST_AT_HENTE).sum()


def test_what_there_is_to_win_on_the_demo_is_recounted_by_plain_means(demo_leverance: Path):
    data = load.hent("Vejle", leverance=demo_leverance)
    first = handlingsplan.potentiale(data.poster, data.landet, data.kommune.kode).iloc[0]
    every = [load.hent(name, leverance=demo_leverance).poster for name in SMALL_COUNTRY]
    counts = [by_hand(poster[poster["varekategori"] == first["varekategori"]]) for poster in every]
    (traded, all_), *others = counts
    best = np.quantile([e / n for e, n in others if n >= 5], 0.75)
    assert SMALL_COUNTRY[0] == "Vejle"
    assert first["oevre_kvartil"] == pytest.approx(best)
    assert first["til_bedste"] == np.ceil(best * all_) - traded
    assert first["uden_fakturaer"] == all_ - traded


def by_hand(poster: pd.DataFrame) -> tuple[int, int]:
    """E-traded invoices and invoices, by pandas alone."""
    return poster[poster["e_handlet"].astype(bool)]["faktura_id"].nunique(), poster["faktura_id"].nunique()
