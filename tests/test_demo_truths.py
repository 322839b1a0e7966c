"""The planted truths stand in the synthetic data as they are stated, counted here by plain means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ehandel_lib import load
from ehandel_lib.demo import truths
from ehandel_lib.load import Data


@pytest.fixture(scope="module")
def vejle(demo_leverance: Path) -> Data:
    return load.hent("Vejle", leverance=demo_leverance)


@pytest.fixture(scope="module")
def fakturaer(vejle: Data) -> pd.DataFrame:
    """One row an invoice, with plain columns."""
    once = vejle.poster.sort_values("e_handlet").drop_duplicates("faktura_id", keep="last")
    return once.assign(e=once["e_handlet"].astype(float))


def test_the_report_is_about_a_whole_year(vejle):
    assert (vejle.aar, vejle.aar_alle) == (2025, (2023, 2024, 2025))
    assert vejle.poster["dato"].dt.month.nunique() == 12


def test_every_truth_says_what_it_is():
    everything = [*truths.VANER, *truths.LOVEN, truths.SMAAORDRER, truths.AFTALESKIFT, *truths.merpriser()]
    assert all(truth.hvad.endswith(".") for truth in everything)
    habits = [truth.hvad for truth in (*truths.VANER, *truths.LOVEN)]
    assert len(set(habits)) == len(habits)


def test_one_kind_of_unit_lags_and_another_leads(fakturaer):
    per_kind = fakturaer.groupby("enhedstype")["e"].mean()
    assert per_kind.idxmin() == truths.HALTER.enhedstype
    assert per_kind.idxmax() == truths.BEDST.enhedstype


def test_schools_elsewhere_are_nearer_to_the_rest(vejle, demo_leverance):
    elsewhere = load.hent("Aarhus", leverance=demo_leverance).poster
    own, other = (_school_against_all(posts) for posts in (vejle.poster, elsewhere))
    assert own < other / 2


def _school_against_all(posts: pd.DataFrame) -> float:
    e = posts["e_handlet"].astype(float)
    return e[posts["enhedstype"] == "skole"].mean() / e.mean()


def test_one_unit_is_far_below_its_kind_and_no_small_one(fakturaer):
    kind = (
        fakturaer[fakturaer["enhedstype"] == "plejecenter"].groupby("enhed_navn")["e"].agg(["mean", "size"])
    )
    (name,) = truths.LAV_ENHED.enheder
    assert kind["mean"].idxmin() == name
    assert kind.loc[name, "mean"] < kind["mean"].median() / 3
    assert kind.loc[name, "size"] >= 40


def test_one_unit_has_begun(vejle, fakturaer):
    (name,) = truths.FREMGANG.enheder
    before = vejle.poster_foer.drop_duplicates("faktura_id")
    rates = [
        frame[frame["enhed_navn"] == name]["e_handlet"].astype(float).mean() for frame in (before, fakturaer)
    ]
    assert rates[1] > rates[0] + 0.15


def test_small_orders_of_one_category_are_a_hole(fakturaer):
    own = fakturaer[fakturaer["varekategori"] == truths.HUL.varekategori]
    small = own["faktura_beloeb_oere"].between(1, truths.HUL.under_oere - 1)
    assert own[small]["e"].mean() < 0.1
    assert own[~small]["e"].mean() > 0.4


def test_orders_from_the_punch_out_are_lost_for_three_months(vejle):
    lost = truths.TABT_PUNCH_OUT
    then = vejle.poster_alle[vejle.poster_alle["aar"] == lost.fra.year]
    once = then.sort_values("e_handlet").drop_duplicates("faktura_id", keep="last")
    fakturaer = once.assign(e=once["e_handlet"].astype(float))
    there = fakturaer["enhed_navn"].isin(lost.enheder) & (fakturaer["varekategori"] == lost.varekategori)
    food = fakturaer[there & fakturaer["paa_aftale"].astype(bool)]
    usual = food[food["leverandoer_cvr"] == food["leverandoer_cvr"].mode()[0]]
    months = usual["dato"].between(pd.Timestamp(lost.fra), pd.Timestamp(lost.til))
    assert months.sum() >= 5
    assert usual[months]["e"].sum() == 0
    assert usual[months]["ordrenummer"].str.fullmatch(r"3\d{7}").all()
    assert usual[~months]["e"].mean() > 0.7


def test_one_unit_orders_several_times_a_week(vejle):
    plan, posts = truths.SMAAORDRER, vejle.poster
    own = posts[(posts["enhed_navn"] == plan.enhed) & (posts["varekategori"] == plan.varekategori)]
    weeks = own.groupby([own["dato"].dt.isocalendar().week, "leverandoer_navn"])["faktura_id"].nunique()
    often = weeks[weeks >= plan.pr_uge].index.get_level_values(0)
    assert set(plan.uger) <= set(often)


def test_much_is_bought_on_an_agreement_that_has_ended(vejle):
    shift = truths.AFTALESKIFT
    late = vejle.poster[vejle.poster["dato"] > pd.Timestamp(shift.slut)]
    old, new = ((late["aftale_nummer"] == name).sum() for name in (shift.gammel, shift.ny))
    assert shift.andel - 0.2 < old / (old + new) < shift.andel + 0.2
    known = vejle.aftaler.set_index("aftale_nummer")
    assert known.loc[shift.gammel, "aftale_slut"] == pd.Timestamp(shift.slut)
    assert known.loc[shift.ny, "aftale_start"] == pd.Timestamp(shift.ny_start) > pd.Timestamp(shift.slut)


@pytest.mark.parametrize(
    "truth", [t for t in truths.merpriser() if t.indhold == 1], ids=lambda t: t.aftalevare
)
def test_an_item_costs_as_much_more_off_agreement_as_is_stated(vejle, truth):
    lines = vejle.linjer[vejle.linjer["enhedspris_oere"].fillna(0) > 0]
    on = lines[lines["aftale_nummer"].notna() & (lines["varetekst"] == truth.aftalevare)]
    off = lines[lines["aftale_nummer"].isna() & (lines["varetekst"] == truth.varetekst)]
    assert min(len(on), len(off)) >= 5
    ratio = float(off["enhedspris_oere"].median()) / float(on["enhedspris_oere"].median())
    assert ratio - 1 == pytest.approx(truth.merpris, abs=0.06)


def test_boxes_and_wrong_units_would_fool_a_plain_comparison(vejle):
    lines = vejle.linjer[vejle.linjer["enhedspris_oere"].fillna(0) > 0]
    for truth in truths.merpriser():
        if truth.indhold > 1:
            on = lines[lines["aftale_nummer"].notna() & (lines["varetekst"] == truth.aftalevare)]
            off = lines[lines["aftale_nummer"].isna() & (lines["varetekst"] == truth.varetekst)]
            assert float(off["enhedspris_oere"].max()) > truth.indhold * float(on["enhedspris_oere"].median())
