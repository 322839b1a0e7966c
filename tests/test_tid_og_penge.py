"""Hours and kroner: reckoned as said, low and high; small orders gathered where they could have been one."""

from __future__ import annotations

import pandas as pd
import pytest
from drawn import drawn

from ehandel_lib import handlingsplan, load, rates, reference, tid_og_penge
from ehandel_lib.demo import truths

#: Seven invoices: one with goods of two categories, one e-handlet in one of two, one outside the law.
POSTER = drawn(
    "poster",
    """
    faktura_id | varekategori | e_handlet | beloeb_oere
    a          | Bleer        | nej       | 10000
    b          | Bleer        | nej       | 10000
    b          | Møbler       | nej       | 10000
    c          | Møbler       | nej       | 10000
    d          | Møbler       | nej       | 10000
    e          | Bleer        | ja        | 10000
    e          | Møbler       | nej       | 10000
    f          | Telefoni     | ja        | 10000
    g          | Ukendt       | nej       | 10000
""",
)
PLAN = pd.DataFrame({"varekategori": ["Bleer", "Møbler", "Telefoni"], "til_median": [1, 2, None]}).astype(
    {"til_median": "Int64"}
)


def flags(text: str, aar: int = 2024) -> dict[str, bool]:
    """Each order of the drawing and whether it could have gone with another."""
    found = tid_og_penge.kan_samles(drawn("poster", text), aar)
    return dict(zip(found["ordre"], found["kan_samles"], strict=True))


def test_the_two_cases_are_what_they_say():
    low, high = tid_og_penge.potentiale(PLAN, POSTER).to_dict("records")
    assert (low["antal_fakturaer"], high["antal_fakturaer"]) == (2, 4)
    for case in (low, high):
        saved = case["antal_fakturaer"] * 62
        assert case["sparet_lav_oere"] == case["sparet_hoej_oere"] == saved * 100
        assert case["timer_lav"] == pytest.approx(saved / 350)
        assert case["timer_hoej"] == pytest.approx(saved / 250)


def test_an_invoice_with_goods_of_two_categories_is_handled_once():
    left = tid_og_penge.uden_e_handel(POSTER)
    assert left["faktura_id"].tolist() == ["a", "b", "b", "c", "d"]
    assert tid_og_penge.faerrest(left, PLAN.set_index("varekategori")["til_median"]) == {"b", "c"}


def test_what_is_left_on_the_demo_is_what_the_overview_counts(demo_leverance):
    data = load.hent("Vejle", leverance=demo_leverance)
    plan = handlingsplan.potentiale(data.poster, data.landet, data.kommune.kode)
    low, high = tid_og_penge.potentiale(plan, data.poster)["antal_fakturaer"]
    under = rates.begge(data.poster.query("lovkrav")).iloc[0]
    assert high == under["antal_fakturaer"] - under["fakturaer_e_handlet"]
    by_category = rates.begge(data.poster.query("lovkrav"), "varekategori")  # the plan's, and those it hides
    assert high < (by_category["antal_fakturaer"] - by_category["fakturaer_e_handlet"]).sum()
    assert low <= plan["til_median"].sum()


def test_without_anybody_to_compare_with_there_is_no_low_case():
    alone = tid_og_penge.potentiale(PLAN.assign(til_median=pd.array([None] * 3, "Int64")), POSTER)
    assert alone["sparet_lav_oere"].isna().tolist() == [True, False]


def test_every_amount_has_its_source():
    table = reference.table("tid_og_penge")
    assert table[["hvad", "kilde", "sikkerhed"]].notna().all(axis=None)


def test_small_orders_of_a_week_could_have_been_one():
    assert flags("""
        leverandoer_cvr | enhed_id | faktura_id | dato       | beloeb_oere
        11              | skole    | a          | 2024-03-04 | 10000
        11              | skole    | b          | 2024-03-06 | 10000
        11              | skole    | c          | 2024-03-10 | 24999
        11              | skole    | næste uge  | 2024-03-11 | 10000
        11              | dagpleje | d          | 2024-03-05 | 10000
        22              | skole    | e          | 2024-03-05 | 10000
        -               | skole    | f          | 2024-03-05 | 10000
        -               | skole    | g          | 2024-03-05 | 10000
    """) == {"a": False, "b": True, "c": True, "næste uge": False, "d": False, "e": False}


def test_a_small_order_could_have_gone_with_a_larger_one_even_a_later_one():
    assert flags("""
        leverandoer_cvr | enhed_id | faktura_id | dato       | beloeb_oere
        11              | skole    | lille      | 2024-03-04 | 10000
        11              | skole    | stor       | 2024-03-08 | 25000
    """) == {"lille": True, "stor": False}


@pytest.mark.parametrize(
    ("days", "together"), [(("2024-12-30", "2025-01-02"), True), (("2024-01-02", "2024-12-31"), False)]
)
def test_the_week_of_new_year_is_one_week_and_not_the_first_and_last_of_a_year(days, together):
    text = f"""
        leverandoer_cvr | enhed_id | faktura_id | dato      | beloeb_oere
        11              | skole    | a          | {days[0]} | 10000
        11              | skole    | b          | {days[1]} | 10000
    """
    both = flags(text, 2024) | flags(text, 2025)
    assert sum(both.values()) == together


def test_the_invoices_of_one_e_order_are_one_order_and_a_credit_note_is_none():
    assert flags("""
        leverandoer_cvr | enhed_id | faktura_id | ordrenummer | e_handlet | dato       | beloeb_oere
        11              | skole    | a          | TEL-1       | ja        | 2024-03-04 | 10000
        11              | skole    | b          | TEL-1       | ja        | 2024-03-05 | 10000
        11              | skole    | c          | LBJ         | nej       | 2024-03-05 | 30000
        22              | skole    | d          | LBJ         | nej       | 2024-03-05 | 10000
        22              | skole    | e          | LBJ         | nej       | 2024-03-05 | 10000
        22              | skole    | k          | -           | nej       | 2024-03-05 | -10000
    """) == {"ordre TEL-1": True, "c": False, "d": False, "e": True}


SAMLEDE = pd.DataFrame(
    {
        "enhedstype": ["skole"] * 6 + ["kultur"] * 5 + ["dagtilbud"] * 4,
        "ordre": [str(nr) for nr in range(15)],
        "lille": [True] * 4 + [False] * 11,
        "kan_samles": [True] * 3 + [False] * 12,
    }
)


def test_what_gathering_saves_is_an_invoice_less_each():
    assert tid_og_penge.smaa_ordrer(SAMLEDE).to_dict("records") == [
        {"antal_ordrer": 15, "smaa_ordrer": 4, "kan_samles": 3, "sparet_oere": 3 * 62_00}
    ]


def test_kinds_of_units_with_few_orders_are_hidden_and_cannot_be_found_from_the_sum():
    shown = tid_og_penge.pr_enhedstype(SAMLEDE)
    assert shown["enhedstype"].tolist() == ["skole"]


def test_the_planted_small_orders_are_found_on_the_demo(demo_leverance):
    data = load.hent("Vejle", leverance=demo_leverance)
    orders = tid_og_penge.kan_samles(data.poster_alle, data.aar)
    gathered = orders[orders["kan_samles"]]
    planted = data.poster[data.poster["enhed_navn"] == truths.SMAAORDRER.enhed]
    assert gathered["enhed_id"].value_counts().index[0] == planted["enhed_id"].iloc[0]
    week = planted["dato"].dt.isocalendar().week
    planted = planted[
        planted["varekategori"].eq(truths.SMAAORDRER.varekategori) & week.isin(truths.SMAAORDRER.uger)
    ]
    supplier = planted["leverandoer_cvr"].mode()[0]
    assert by_week(gathered, supplier, planted) == by_hand(planted[planted["leverandoer_cvr"] == supplier])


def by_week(gathered: pd.DataFrame, supplier: str, planted: pd.DataFrame) -> dict[int, int]:
    """The orders of the planted weeks that the analysis says could have been gathered."""
    own = gathered[gathered["leverandoer_cvr"].eq(supplier) & gathered["enhed_id"].isin(planted["enhed_id"])]
    counts = own.groupby(own["dato"].dt.isocalendar().week.astype(int)).size()
    return {week: n for week, n in counts.items() if week in truths.SMAAORDRER.uger}


def by_hand(planted: pd.DataFrame) -> dict[int, int]:
    """What the rule covers: each order under 250 kr. where there is a larger one, else all but one."""
    found = {}
    for week, own in planted.groupby(planted["dato"].dt.isocalendar().week.astype(int)):
        assert own["faktura_id"].nunique() >= truths.SMAAORDRER.pr_uge
        amounts = own[own["beloeb_oere"] > 0].groupby("faktura_id")["beloeb_oere"].sum()
        small = int((amounts < 250_00).sum())
        found[week] = small if small < len(amounts) else small - 1
    assert len(found) == len(truths.SMAAORDRER.uger)
    return {week: n for week, n in found.items() if n}


def test_no_orders_are_zeros():
    none = drawn("poster", "varekategori | beloeb_oere").head(0)
    whole = tid_og_penge.smaa_ordrer(tid_og_penge.kan_samles(none, 2024))
    assert whole.to_numpy().tolist() == [[0, 0, 0, 0]]
