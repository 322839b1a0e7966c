"""E-handel that may not have been registered: found where it was lost, and not where chance explains it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ehandel_lib import load, registrering, schema, sentences, skrivefejl
from ehandel_lib.demo import truths

MONTHS = pd.period_range("2023-01", "2024-12", freq="M")


def supplier(
    habits: dict[str, float], lost: tuple[str, ...] = (), cvr: str | None = "99000007"
) -> pd.DataFrame:
    """Two years of a supplier's invoices, four a month to each unit, e-traded by habit but in `lost`."""
    rng = np.random.default_rng(7)
    rows = [
        {
            "enhed_id": unit,
            "dato": month.start_time,
            "e_handlet": str(month) not in lost and rng.random() < habit,
        }
        for month in MONTHS
        for unit, habit in habits.items()
        for _ in range(4)
    ]
    table = pd.DataFrame(rows)
    return schema.typed(
        table.assign(
            kommune_kode="630", aar=table["dato"].dt.year, leverandoer_cvr=cvr, leverandoer_navn="Grønt A/S",
            enhedstype="plejecenter", dokumenttype="faktura", faktura_id=table.index.astype("str") + str(cvr),
        ),
        "poster",
    )  # fmt: skip


LOST = ("2024-03", "2024-04")


def test_months_without_the_usual_e_orders_are_found_with_their_expected_number():
    found = registrering.straekninger(supplier({"a": 0.9, "b": 0.8, "c": 0.0}, LOST))
    assert len(found) == 1
    row = found.iloc[0]
    assert (str(row["fra"])[:7], str(row["til"])[:7]) == LOST
    assert (row["antal_fakturaer"], row["fakturaer_e_handlet"], row["antal_enheder"]) == (16, 0, 2)
    assert row["forventet"] == pytest.approx(8 * 0.9 + 8 * 0.8, abs=1.5)
    assert row["mangler"] == round(row["forventet"])
    assert not row["til_slut"]


def test_e_orders_that_never_come_back_are_lost_to_the_end():
    row = registrering.straekninger(supplier({"a": 0.9, "b": 0.8}, ("2024-10", "2024-11", "2024-12"))).iloc[0]
    assert row["til_slut"]


def test_the_missing_orders_stand_in_their_own_months_and_add_up_to_those_listed():
    posts = supplier({"a": 0.9, "b": 0.8, "c": 0.0}, LOST)
    found = registrering.straekninger(posts)
    months = registrering.pr_maaned(posts, found)
    assert [f"{y}-{m:02d}" for y, m in zip(months["aar"], months["maaned"], strict=True)] == list(LOST)
    assert months["mangler"].sum() == pytest.approx(found["mangler"].sum())
    # the same four invoices a month and unit, so half of them in each month
    assert months["mangler"].tolist() == pytest.approx([found["mangler"].iloc[0] / 2] * 2)


def test_the_missing_orders_of_two_suppliers_are_added_up():
    one, two = supplier({"a": 0.9, "b": 0.8}, LOST), supplier({"a": 0.9, "b": 0.9}, LOST[1:], cvr=None)
    both = pd.concat([one, two], ignore_index=True)
    found = registrering.straekninger(both)
    months = registrering.pr_maaned(both, found)
    assert len(found) == 2
    assert months["mangler"].sum() == pytest.approx(found["mangler"].sum())
    assert months["maaned"].tolist() == [3, 4]


def test_a_month_of_a_stretch_that_lacks_nothing_gets_nothing():
    posts = supplier({"a": 0.9, "b": 0.8}, ("2024-03", "2024-05"))
    whole = posts["dato"].dt.strftime("%Y-%m").eq("2024-04")
    posts = posts.assign(e_handlet=posts["e_handlet"].mask(whole, True))
    found = registrering.straekninger(posts).assign(
        fra=pd.Timestamp(2024, 3, 1), til=pd.Timestamp(2024, 5, 1)
    )
    months = registrering.pr_maaned(posts, found)
    assert months["maaned"].tolist() == [3, 5]


def test_where_nothing_is_missing_there_are_no_months():
    posts = supplier({"a": 0.5})
    assert registrering.pr_maaned(posts, registrering.straekninger(posts)).empty


def test_a_supplier_where_e_handel_has_just_begun_has_lost_nothing():
    began = tuple(str(month) for month in MONTHS[:6])
    assert registrering.straekninger(supplier({"a": 0.9, "b": 0.9}, began)).empty


@pytest.mark.parametrize("habit", [0.0, 0.05, 0.5, 1.0])
def test_an_even_habit_has_no_stretch(habit):
    assert registrering.straekninger(supplier({"a": habit, "b": habit, "c": habit})).empty


def test_of_many_suppliers_with_even_habits_hardly_one_is_listed():
    rng = np.random.default_rng(3)
    parts = []
    for i in range(40):
        posts = supplier({"a": 0.4, "b": 0.2}, cvr=f"{i:08d}")
        parts.append(posts.assign(e_handlet=pd.array(rng.random(len(posts)) < 0.3, dtype="boolean")))
    assert len(registrering.straekninger(pd.concat(parts, ignore_index=True))) <= 1


def test_a_leap_in_the_last_year_makes_no_earlier_month_a_lost_one():
    rng = np.random.default_rng(3)
    parts = []
    for i in range(40):
        posts = supplier({"a": 0.4, "b": 0.2}, cvr=f"{i:08d}")
        late = posts["dato"] >= pd.Timestamp(2024, 5, 1)
        chance = np.where(late, 0.8, 0.2)
        parts.append(posts.assign(e_handlet=pd.array(rng.random(len(posts)) < chance, dtype="boolean")))
    assert len(registrering.straekninger(pd.concat(parts, ignore_index=True))) <= 1


def test_a_supplier_without_a_cvr_number_is_not_named():
    found = registrering.straekninger(supplier({"a": 0.9, "b": 0.8}, LOST, cvr=None))
    assert found["leverandoer_navn"].tolist() == ["Leverandør uden CVR-nummer"]
    assert "Grønt" not in sentences.straekninger(found)


def test_the_tail_is_the_exact_one():
    # 2 of the 3 are drawn from 5 with 4 marked: none marked is impossible; one marked is 4/10 … in one unit
    assert registrering._tail(np.array([2]), np.array([5]), np.array([4]), 0) == pytest.approx(0.0)
    assert registrering._tail(np.array([2]), np.array([5]), np.array([4]), 1) == pytest.approx(4 / 10)
    # two units alike: both must have one marked at most two together
    assert registrering._tail(*(np.array([x, x]) for x in (2, 5, 4)), 2) == pytest.approx(0.4 * 0.4)


def test_no_posts_give_no_stretch_and_a_sentence():
    empty = registrering.straekninger(supplier({"a": 0.5}).head(0))
    assert sentences.straekninger_tabel(empty).empty
    assert sentences.straekninger(empty).endswith("forklare.")


def test_the_lost_punch_out_of_the_demo_is_found(demo_leverance: Path):
    lost = truths.TABT_PUNCH_OUT
    found = registrering.straekninger(load.hent("Vejle", leverance=demo_leverance).poster_alle)
    assert found["fra"].tolist() == [pd.Timestamp(lost.fra)]
    assert found["til"].dt.to_period("M").tolist() == [pd.Period(lost.til, "M")]
    assert "plejecenter" in found["enhedstyper"].iloc[0]
    assert found["leverandoer_navn"].iloc[0].startswith("Fødevareleverandør")


def orders(*others: str, form: str = "TEL-%06d") -> pd.DataFrame:
    """Thirty e-orders of the system's form, and invoices with other numbers."""
    numbers = [form % (17 * i) for i in range(30)] + list(others)
    return pd.DataFrame(
        {
            "kommune_kode": "630",
            "faktura_id": range(len(numbers)),
            "ordrenummer": pd.Series(numbers, dtype="str"),
            "e_handlet": [True] * 30 + [False] * len(others),
        }
    )


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("TEL 000123", "ændret"),
        ("TEL-00O123", "ændret"),
        ("TLE-000123", "ombyttet"),
        ("TEL-0000123", "tilføjet"),
        ("tel000123", "fjernet"),
        ("TEL-00012", "fjernet"),
    ],
)
def test_one_slip_from_the_system_s_form_is_told_by_its_kind(number, kind):
    found = skrivefejl.skrivefejl(orders(number, "NJJL", "32730168", None, "Rekv. 0877"))
    assert list(zip(found["fejl"], found["antal_fakturaer"], strict=True)) == [
        (skrivefejl.SKRIVEFEJL[kind], 1)
    ]
    assert number not in sentences.skrivefejl(found)


def test_two_slips_are_another_number():
    assert skrivefejl.skrivefejl(orders("TLE 000123", "XEL-12345", "4711")).empty


def test_a_form_of_digits_alone_is_near_too_much_to_say_anything():
    assert skrivefejl.skrivefejl(orders("3000017", "300001", form="30%06d")).empty


def test_numbers_that_come_near_by_chance_are_not_listed():
    # with two letters alike in one of 29 numbers, some of many random ones must be a slip from the form
    rng = np.random.default_rng(1)
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVXYZ"))
    random = ["".join(rng.choice(letters, 2)) + f"{rng.integers(10**6):06d}" for _ in range(400)]
    random = [number for number in random if not number.startswith("EH")]
    found = skrivefejl.skrivefejl(orders(*random, form="EH%06d"))
    assert found.empty
    assert "ingen ordrenumre" in sentences.skrivefejl(found).lower()
