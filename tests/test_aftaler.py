"""E-handel and agreements as two axes, on drawn posts and on the planted truth."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from drawn import drawn

from ehandel_lib import aftaler, load
from ehandel_lib.demo import truths

PERIODER = drawn(
    "aftaler",
    """
    aftale_nummer | delaftale_nummer | aftale_start | aftale_slut
    50.70         | -                | -            | 2024-06-30
    50.96         | 2                | 2024-03-01   | 2024-12-31
    50.96         | -                | 2020-01-01   | -
    """,
)
for _name in ("aftale_start", "aftale_slut"):
    PERIODER[_name] = pd.to_datetime(PERIODER[_name])

KOEB = """
    dato       | aftale_nummer | delaftale_nummer | leverandoer_cvr | e_handlet | enhedstype | beloeb_oere
    2024-06-30 | 50.70         | -                | 1               | ja        | skole      | 600
    2024-07-01 | 50.70         | -                | 1               | ja        | skole      | 100
    2024-02-01 | 50.96         | 2                | 1               | nej       | -          | 50
    2024-02-01 | 50.96         | 3                | 1               | nej       | skole      | 50
    2024-02-01 | 50.99         | -                | 2               | nej       | skole      | 20
    2024-02-01 | -             | -                | 2               | ja        | skole      | 80
    2024-02-01 | -             | -                | 3               | nej       | skole      | 70
    2024-02-01 | -             | -                | -               | nej       | skole      | 30
"""


def poster() -> pd.DataFrame:
    return drawn("poster", KOEB)


def ingen() -> pd.DataFrame:
    return PERIODER.head(0)


def test_an_agreement_holds_on_its_last_day_and_a_lot_has_its_own_period():
    assert aftaler.gaelder(poster(), PERIODER).tolist() == [
        True,
        False,
        False,
        True,
        True,
        False,
        False,
        False,
    ]


def test_without_periods_every_agreement_holds():
    assert aftaler.gaelder(poster(), ingen()).tolist() == [True] * 5 + [False] * 3


def test_each_post_is_bought_in_one_way():
    found = aftaler.med_koebsmaade(poster(), PERIODER)["koebsmaade"].tolist()
    assert found == [
        aftaler.PAA_AFTALE, aftaler.UDLOEBET, aftaler.UDLOEBET, aftaler.PAA_AFTALE, aftaler.PAA_AFTALE,
        aftaler.AFTALELEVERANDOER, aftaler.ANDEN, aftaler.ANDEN,
    ]  # fmt: skip


def mange(gange: int) -> pd.DataFrame:
    """The drawn posts so many times, as invoices of their own."""
    copies = [poster().assign(faktura_id=lambda f, n=n: f["faktura_id"] + f"-{n}") for n in range(gange)]
    return pd.concat(copies, ignore_index=True)


def test_the_ways_add_up_to_the_turnover_and_a_way_not_used_has_its_zero():
    found = aftaler.koebsmaader(mange(5), PERIODER)
    assert found["koebsmaade"].tolist() == list(aftaler.MAADER)
    assert found["omsaetning_oere"].sum() == 5 * 1000
    assert found["andel_omsaetning"].tolist() == [670 / 1000, 150 / 1000, 80 / 1000, 100 / 1000]
    none = aftaler.koebsmaader(mange(5), ingen())
    assert none["antal_fakturaer"].tolist() == [25, 0, 5, 10]


def test_the_four_parts_of_a_group_are_its_turnover():
    found = aftaler.fire_felter(mange(5), PERIODER, "enhedstype").set_index("enhedstype")
    skole = found.loc["skole"]
    assert [skole[f"{felt}_oere"] for felt in aftaler.FELTER] == [5 * 600, 5 * 70, 5 * 180, 5 * 100]
    assert [skole[f"{felt}_andel"] for felt in aftaler.FELTER] == [600 / 950, 70 / 950, 180 / 950, 100 / 950]
    assert found.index.isna().sum() == 1


def test_a_small_part_is_hidden_with_another_one():
    rows = pd.concat(
        [mange(5), poster().head(1).assign(enhedstype="kultur")]
        + [poster().iloc[[6]].assign(enhedstype="kultur", faktura_id=f"k{n}") for n in range(6)]
    )
    kultur = aftaler.fire_felter(rows, PERIODER, "enhedstype").set_index("enhedstype").loc["kultur"]
    assert kultur["antal_fakturaer"] == 7
    assert pd.isna(kultur["aftale_e_oere"])
    assert pd.isna(kultur["uden_ikke_oere"])
    assert kultur["skjult_andel"] == 1


def test_a_small_group_shows_nothing_and_credit_notes_no_shares():
    few = aftaler.fire_felter(poster().iloc[[0]], ingen(), "enhedstype").iloc[0]
    assert few["aarsag"] == "færre end 5 fakturaer"
    assert pd.isna(few["omsaetning_oere"])
    back = mange(5).assign(beloeb_oere=-5)
    credited = aftaler.fire_felter(back, ingen(), "enhedstype").set_index("enhedstype").loc["skole"]
    assert credited["aarsag"] == "kreditnotaer overstiger køb"
    assert pd.isna(credited["aftale_e_andel"])


def test_no_posts_give_empty_tables():
    nothing = poster().head(0)
    assert aftaler.fire_felter(nothing, PERIODER, "enhedstype").empty
    assert aftaler.uden_for_perioden(nothing, PERIODER).empty
    assert aftaler.koebsmaader(nothing, PERIODER)["antal_fakturaer"].tolist() == [0, 0, 0, 0]


def test_what_is_bought_outside_a_period_is_counted_by_agreement():
    found = aftaler.uden_for_perioden(mange(5), PERIODER)
    assert found["aftale_nummer"].tolist() == ["50.70", "50.96"]
    assert found["omsaetning_oere"].tolist() == [500, 250]
    assert found["dato"].tolist() == [pd.Timestamp("2024-07-01"), pd.Timestamp("2024-02-01")]
    hidden = aftaler.uden_for_perioden(poster(), PERIODER)
    assert hidden["dato"].isna().all()
    assert hidden["omsaetning_oere"].isna().all()


def test_the_planted_purchases_on_the_ended_agreement_are_found(demo_leverance: Path):
    vejle = load.hent("Vejle", leverance=demo_leverance)
    found = aftaler.uden_for_perioden(vejle.poster, vejle.aftaler)
    shift = truths.AFTALESKIFT
    late = vejle.poster[vejle.poster["dato"] > pd.Timestamp(shift.slut)]
    by_hand = late[late["aftale_nummer"] == shift.gammel]
    assert found["aftale_nummer"].tolist() == [shift.gammel]
    assert found["antal_fakturaer"].tolist() == [by_hand["faktura_id"].nunique()]
    assert found["omsaetning_oere"].tolist() == [by_hand["beloeb_oere"].sum()]


def test_the_four_parts_and_the_ways_of_the_demo_are_recounted_by_plain_means(demo_leverance: Path):
    vejle = load.hent("Vejle", leverance=demo_leverance)
    shift, own = truths.AFTALESKIFT, vejle.poster
    ended = own["aftale_nummer"].eq(shift.gammel) & (own["dato"] > pd.Timestamp(shift.slut))
    on, e = own["aftale_nummer"].notna() & ~ended, own["e_handlet"].astype(bool)
    ways = aftaler.koebsmaader(own, vejle.aftaler).set_index("koebsmaade")
    assert ways.loc[aftaler.PAA_AFTALE, "omsaetning_e_handlet_oere"] == own.loc[on & e, "beloeb_oere"].sum()
    assert ways.loc[aftaler.UDLOEBET, "antal_fakturaer"] == own.loc[ended, "faktura_id"].nunique()
    outside = own[own["aftale_nummer"].isna()]
    known = outside["leverandoer_cvr"].isin(own.loc[own["aftale_nummer"].notna(), "leverandoer_cvr"].dropna())
    assert ways.loc[aftaler.AFTALELEVERANDOER, "omsaetning_oere"] == outside.loc[known, "beloeb_oere"].sum()
    assert ways.loc[aftaler.ANDEN, "omsaetning_oere"] == outside.loc[~known, "beloeb_oere"].sum()
    parts = aftaler.fire_felter(own, vejle.aftaler, "enhedstype").set_index("enhedstype")
    for kind, posts in own.groupby("enhedstype"):
        by_hand = posts.loc[on & e, "beloeb_oere"].sum() / posts["beloeb_oere"].sum()
        assert abs(parts.loc[kind, "aftale_e_andel"] - by_hand) < 1e-12


def test_goods_on_no_agreement_are_bought_on_none_in_the_demo(demo_leverance: Path):
    vejle = load.hent("Vejle", leverance=demo_leverance)
    parts = aftaler.fire_felter(vejle.poster, vejle.aftaler, "varekategori").set_index("varekategori")
    assert parts.loc["Legetøj", ["aftale_e_andel", "aftale_ikke_andel"]].tolist() == [0, 0]
    it, paper = (parts.loc[name] for name in ("Computere og it-tilbehør", "Forbrugsartikler"))
    # the planted purchases on the ended agreement are off agreement
    assert (
        it["aftale_e_andel"] + it["aftale_ikke_andel"] < paper["aftale_e_andel"] + paper["aftale_ikke_andel"]
    )
