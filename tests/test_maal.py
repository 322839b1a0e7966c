"""Targets: read strictly, held against the posts, and spread over the months that are left."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from drawn import drawn

from ehandel_lib import maal, schema
from ehandel_lib.demo import truths
from ehandel_lib.demo.targets import EGNE
from ehandel_lib.load import hent

KILDE = """
[leverance]
navn = "Med mål"
kommune = "Vejle"

[[filer]]
moenster = "fakturaer.csv"
tabel = "fakturaer"
[filer.kolonner]
"Dato" = "dato"
"Beløb" = "beloeb"

[[filer]]
moenster = "maal.csv"
tabel = "maal"
[filer.kolonner]
"Varekategori" = "varekategori"
"Enhedstype" = "enhedstype"
"Mål" = "maal"
"Målt på" = "maalt_paa"
"Senest" = "dato"
"""


@pytest.fixture
def delivered(tmp_path: Path):
    def make(rows: str):
        (tmp_path / "kilde.toml").write_text(KILDE, encoding="utf-8")
        (tmp_path / "fakturaer.csv").write_text("Dato;Beløb\n01-02-2024;100,00\n", encoding="utf-8")
        header = "Varekategori;Enhedstype;Mål;Målt på;Senest\n"
        (tmp_path / "maal.csv").write_text(header + rows, encoding="utf-8")
        return hent("Vejle", leverance=tmp_path)

    return make


def test_targets_are_read_from_the_delivery(delivered):
    data = delivered("bleer;Skole;80 %;;31-12-2025\n;;62,5;Omsætning;30-06-2026\n")
    assert data.maal.drop(columns=["maaldato", "enhedstype"]).to_numpy().tolist() == [
        ["630", "Bleer", 0.80, "faktura"],
        ["630", data.maal["varekategori"][1], 0.625, "omsætning"],
    ]
    assert data.maal["varekategori"].isna().tolist() == [False, True]
    assert data.maal["maaldato"].dt.date.tolist() == [date(2025, 12, 31), date(2026, 6, 30)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Bleer;;0,8;;31-12-2025", "målet skal være et tal fra 1 til 100, i procent"),
        ("Bleer;;;;31-12-2025", "målet skal være et tal fra 1 til 100, i procent"),
        ("Blomster;;80;;31-12-2025", "ukendt varekategori"),
        ("Bleer;;80;kroner;31-12-2025", "målt på skal være faktura eller omsætning"),
        ("Bleer;;80;;31-13-2025", "datoen findes ikke"),
        ("Bleer;;80;;31-12-2025\nbleer;;90;;31-12-2025", "målet er nævnt før"),
    ],
)
def test_a_target_that_makes_no_sense_is_rejected_with_its_reason(delivered, row, reason):
    data = delivered(row + "\n")
    assert reason in " ".join(data.rettelser.query("handling == 'afvist'")["aarsag"])
    assert len(data.maal) == row.count("\n")


def test_a_delivery_without_targets_has_none(lille):
    assert hent("Vejle", leverance=lille).maal.empty


@pytest.fixture
def lille(tmp_path: Path) -> Path:
    (tmp_path / "kilde.toml").write_text(KILDE.split('[[filer]]\nmoenster = "maal')[0], encoding="utf-8")
    (tmp_path / "fakturaer.csv").write_text("Dato;Beløb\n01-02-2024;100,00\n", encoding="utf-8")
    return tmp_path


def posts(
    many: int, traded: int, category: str = "Bleer", kind: str = "skole", oere: int = 100_00
) -> pd.DataFrame:
    frame = pd.DataFrame({"e_handlet": [nr < traded for nr in range(many)]})
    ids = [f"{category} {kind} {nr}" for nr in range(many)]
    return schema.typed(
        frame.assign(
            kommune_kode="630", faktura_id=ids, varekategori=category, enhedstype=kind, beloeb_oere=oere
        ),
        "poster",
    )


def targets(text: str) -> pd.DataFrame:
    frame = drawn("poster", "kommune_kode | varekategori\n" + "630 | -")[["kommune_kode", "varekategori"]]
    category, kind, goal, measure, day = (cell.strip() or None for cell in text.split("|"))
    frame = frame.assign(
        varekategori=category,
        enhedstype=kind,
        maal_grad=float(goal),
        maalt_paa=measure,
        maaldato=pd.Timestamp(day),
    )
    return schema.typed(frame, "maal")


ASOF = date(2024, 12, 31)


def test_what_is_needed_a_month_reaches_the_target_on_its_day():
    found = maal.status(targets("Bleer||0.80|faktura|2025-12-31"), posts(120, 60), posts(100, 40), ASOF).iloc[
        0
    ]
    assert found[["taeller", "naevner", "grad", "maaneder"]].tolist() == [60, 120, 0.5, 12]
    assert found["afstand"] == pytest.approx(0.8 - 60 / 120)
    assert found["aendring"] == pytest.approx(60 / 120 - 40 / 100)
    assert found["pr_maaned"] == pytest.approx((0.8 - 0.5) / 12)
    # 120 invoices a year are 10 a month: 8 of them instead of 5
    assert found["fakturaer_pr_maaned"] == pytest.approx(8 - 5)
    assert found["maalstatus"] == "for langsomt"


def test_a_target_may_be_for_one_kind_of_unit_and_for_turnover():
    poster = pd.concat(
        [posts(10, 10, kind="skole"), posts(10, 0, kind="kultur"), posts(10, 4, "Møbler", "skole")]
    )
    goals = pd.concat(
        [targets("|Skole|0.90|omsætning|2025-12-31"), targets("Bleer||0.90|faktura|2025-12-31")]
    )
    found = maal.status(goals, poster, poster.head(0), ASOF)
    assert found["varekategori"].tolist() == ["alle 14 kategorier", "Bleer"]
    assert found["grad"].tolist() == [14 / 20, 10 / 20]
    assert found["fakturaer_pr_maaned"].isna().tolist() == [True, False]


def test_a_target_for_goods_outside_the_law_s_categories_counts_none_of_them():
    poster = pd.concat([posts(10, 5), posts(50, 50, category="Ukendt")])
    assert maal.status(targets("||0.9|faktura|2025-12-31"), poster, poster, ASOF)["naevner"].tolist() == [10]


def test_a_small_group_shows_no_rate():
    found = maal.status(targets("Bleer||0.80|faktura|2025-12-31"), posts(4, 2), posts(4, 2), ASOF).iloc[0]
    assert pd.isna(found["grad"])
    assert pd.isna(found["taeller"])
    assert found[["maalstatus", "aarsag"]].tolist() == ["kan ikke siges", "færre end 5 fakturaer"]


def test_a_target_whose_day_is_past_needs_no_rate_a_month():
    found = maal.status(targets("Bleer||0.80|faktura|2024-06-30"), posts(10, 5), posts(10, 5), ASOF).iloc[0]
    assert found["maaneder"] == 0
    assert pd.isna(found["pr_maaned"])
    assert found["maalstatus"] == "for langsomt"


def test_no_targets_is_an_empty_table_with_its_columns():
    none = maal.status(schema.typed(pd.DataFrame(), "maal"), posts(10, 5), posts(10, 5), ASOF)
    assert none.empty
    assert "maalstatus" in none


def test_the_demo_s_targets_are_recounted_by_plain_means(demo_leverance: Path):
    data = hent("Vejle", leverance=demo_leverance)
    found = maal.status(data.maal, data.poster, data.poster_foer, data.leverance.asof)
    assert len(found) == len(EGNE["Vejle"]) + 1
    for target in found.to_dict("records"):
        now, before = (by_hand(posts, target) for posts in (data.poster, data.poster_foer))
        if pd.isna(target["grad"]):
            assert now[1] < 5
            continue
        assert (target["taeller"], target["naevner"]) == now
        assert target["afstand"] == pytest.approx(target["maal_grad"] - now[0] / now[1])
        assert target["aendring"] == pytest.approx(now[0] / now[1] - before[0] / before[1])
        months = 12 * (target["maaldato"].year - data.leverance.asof.year)
        assert target["maaneder"] == months
        if target["afstand"] > 0:
            assert now[0] / now[1] + months * target["pr_maaned"] == pytest.approx(target["maal_grad"])
            reached = target["aendring"] * months / 12 >= target["afstand"]
            assert (target["maalstatus"] == "på vej") == reached


def by_hand(poster: pd.DataFrame, target: dict) -> tuple[int, int]:
    """Numerator and denominator of a target, by pandas alone."""
    own = poster[poster["lovkrav"].astype(bool)]
    if target["varekategori"] != maal.ALLE_KATEGORIER:
        own = own[own["varekategori"] == target["varekategori"]]
    if target["enhedstype"] != maal.ALLE_ENHEDER:
        own = own[own["enhedstype"] == target["enhedstype"]]
    traded = own[own["e_handlet"].astype(bool)]
    if target["maalt_paa"] == "faktura":
        return traded["faktura_id"].nunique(), own["faktura_id"].nunique()
    return int(traded["beloeb_oere"].sum()), int(own["beloeb_oere"].sum())


def test_the_demo_has_a_target_that_is_reached_one_too_small_and_one_of_the_kind_that_lags(
    demo_leverance: Path,
):
    data = hent("Vejle", leverance=demo_leverance)
    found = maal.status(data.maal, data.poster, data.poster_foer, data.leverance.asof)
    found = found.set_index(["varekategori", "enhedstype"])
    stands = found["maalstatus"]
    assert stands["Bleer", maal.ALLE_ENHEDER] == maal.NAAET
    assert stands["Tablets", "kultur"] == maal.KAN_IKKE_SIGES
    distance = found["afstand"][maal.ALLE_KATEGORIER]
    assert distance[truths.HALTER.enhedstype] > distance[maal.ALLE_ENHEDER] + 0.1
