"""Around the law: two pieces only with a year on each side, and a leap only where there is one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn_results import LOVENS_SPRING, plain

from ehandel_lib import linjer, load, loven, over_tid, schema, sentences
from ehandel_lib.demo import truths


def series(months: int, jump: float, slope: float = 0.0) -> pd.DataFrame:
    """Monthly rates from January 2024 on: a slope a year, and a jump at the law."""
    span = pd.period_range("2024-01", periods=months, freq="M")
    t = np.arange(months) / 12
    wave = 0.01 * np.where(np.arange(months) % 2, 1, -1)
    rate = 0.2 + slope * t + jump * (np.arange(months) >= 12) + wave
    table = pd.DataFrame(
        {"aar": span.year, "maaned": span.month, "grad_faktura": rate, "antal_fakturaer": 100}
    )
    kinds = {"aar": "Int64", "maaned": "Int64", "grad_faktura": "Float64", "antal_fakturaer": "Int64"}
    return table.astype(kinds).assign(delvis=False, grad_rullende=pd.Series(pd.NA, dtype="Float64"))


@pytest.mark.parametrize(("months", "drawn_in_two"), [(12, False), (23, False), (24, True)])
def test_two_pieces_need_twelve_whole_months_on_each_side(months, drawn_in_two):
    two = loven.brud(series(months, 0.1))
    assert (two.maaneder_foer, two.maaneder_efter) == (12, months - 12)
    assert (two.spring is not None) == drawn_in_two
    assert ("hele måneder på hver side" in sentences.loven(two)) != drawn_in_two


def test_a_jump_at_the_law_is_found_with_its_slopes():
    two = loven.brud(series(36, 0.10, slope=0.02))
    assert two.spring == pytest.approx(0.10, abs=0.01)
    assert two.haeldning_foer == pytest.approx(0.02, abs=0.02)
    assert two.lav > 0
    said = sentences.loven(two)
    assert "mere, end månedernes udsving forklarer" in said
    assert "men ikke hvorfor" in said


def test_a_steady_rise_is_no_jump():
    two = loven.brud(series(36, 0.0, slope=0.05))
    assert two.lav < 0 < two.hoej
    assert "inden for månedernes udsving" in sentences.loven(two)


@pytest.mark.parametrize(
    ("jump", "with_them", "said"),
    [
        (0.10, 0.09, "Det er mere, end månedernes udsving forklarer (95 %-interval +"),
        (0.00, 0.01, "Det er inden for månedernes udsving (95 %-interval −"),
        (0.10, 0.00, "Om det er mere, end månedernes udsving forklarer, kan ikke siges: springet er +"),
    ],
)
def test_the_leap_is_told_with_the_orders_that_may_be_missing(jump, with_them, said):
    two, more = loven.brud(series(36, jump)), loven.brud(series(36, with_them))
    told = plain(sentences.loven(two, more))
    assert said in told
    assert "de e-ordrer, der måske mangler, tælles med" in told
    assert "tælles med" not in sentences.loven(two, two)
    assert said in plain(sentences.alt_lang_linje(series(36, jump), two, more))
    assert ("mere, end månedernes udsving forklarer (" in told) == (jump > 0.05 and with_them > 0.05)


def test_the_slopes_say_which_years_they_are_of():
    two = loven.brud(series(36, 0.10, slope=0.02))
    ends = [f"+{100 * slope:.1f}".replace(".", ",") for slope in (two.haeldning_foer, two.haeldning_efter)]
    assert plain(sentences.loven_haeldning(two)).startswith(
        f"Hældningen er {ends[0]} procentpoint om året før 1. januar 2025 og {ends[1]} om året efter."
    )
    assert sentences.loven_haeldning(loven.Brud(7, 3)) == sentences.loven(loven.Brud(7, 3))


def test_a_month_with_few_invoices_weighs_little():
    months = series(36, 0.10)
    odd = months.assign(
        grad_faktura=months["grad_faktura"].mask(months.index == 14, 0.9),
        antal_fakturaer=months["antal_fakturaer"].mask(months.index == 14, 5).mask(months.index != 14, 2000),
    )
    assert loven.brud(odd).spring == pytest.approx(0.10, abs=0.02)


def counted(rng: np.random.Generator, before: float, after: float, n: int) -> pd.DataFrame:
    """Three years of months of some `n` invoices, by lot e-traded: one rate before the law, another after."""
    months = series(36, 0.0)
    invoices = rng.poisson(n, 36) + 1
    e_traded = rng.binomial(invoices, np.where(months["aar"] < 2025, before, after))
    return months.assign(antal_fakturaer=invoices, grad_faktura=e_traded / invoices).iloc[-36:]


@pytest.mark.parametrize(("before", "after", "n"), [(0.3, 0.3, 60), (0.05, 0.5, 7), (0.2, 0.2, 7)])
def test_the_interval_holds_the_truth_in_95_of_100(before, after, n):
    rng = np.random.default_rng(5)
    found = [loven.brud(counted(rng, before, after, n)) for _ in range(300)]
    holds = np.mean([two.lav <= after - before <= two.hoej for two in found])
    assert 0.92 <= holds <= 0.98
    if before == after:
        assert np.mean([two.p < 0.05 for two in found]) == pytest.approx(1 - holds)


def alike(rng: np.random.Generator, months: int, rho: float) -> pd.DataFrame:
    """Months about one level; what moves one moves a part `rho` of the next."""
    table = series(months, 0.0)
    noise = rng.standard_normal(months)
    for i in range(1, months):
        noise[i] = rho * noise[i - 1] + np.sqrt(1 - rho**2) * noise[i]
    return table.assign(grad_faktura=0.25 + 0.03 * noise)


@pytest.mark.parametrize(("months", "rho", "least"), [(36, 0.3, 0.92), (36, 0.6, 0.90), (24, 0.3, 0.90)])
def test_months_that_are_like_their_neighbours_do_not_make_the_interval_too_narrow(months, rho, least):
    rng = np.random.default_rng(11)
    found = [loven.brud(alike(rng, months, rho)) for _ in range(300)]
    assert least <= np.mean([two.lav <= 0 <= two.hoej for two in found]) <= 0.99


def test_how_alike_neighbours_are_is_found_though_the_lines_hide_some_of_it():
    rng = np.random.default_rng(2)
    t = (np.arange(-60, 0) + 0.5) / 12
    for rho in (0.0, 0.3, 0.6):
        seen = []
        for _ in range(200):
            rate = alike(rng, 60, rho)["grad_faktura"].to_numpy(dtype=float)
            seen.append(linjer.lighed([linjer.linje(t, rate, np.full(60, 100.0))]))
        assert np.mean(seen) == pytest.approx(rho, abs=0.07)


def test_a_line_right_through_all_months_has_no_error():
    t = (np.arange(-12, 0) + 0.5) / 12
    flat = linjer.linje(t, np.full(12, 0.25), np.full(12, 50.0))
    jump, half, p = linjer.spring(flat, linjer.linje(-t, np.full(12, 0.5), np.full(12, 50.0)))
    assert (jump, half) == pytest.approx((0.25, 0.0), abs=1e-6)
    assert p < 1e-6


def posts(**rates: tuple[float, float]) -> pd.DataFrame:
    """Ten invoices a month of 2024 and 2025 in each category, at a rate up to the law and another from it."""
    rows = [
        {
            "dato": month.start_time + pd.Timedelta(days=3 * i),
            "e_handlet": (i + month.month % 2) / 10 < (before if month.year < 2025 else after),
            "varekategori": category,
            "faktura_id": f"{category}{month}{i}",
        }
        for category, (before, after) in rates.items()
        for month in pd.period_range("2024-01", "2025-12", freq="M")
        for i in range(10)
    ]
    table = pd.DataFrame(rows)
    law = table["varekategori"].isin(["Bleer", "Møbler", "Fødevarer"])
    full = table.assign(kommune_kode="630", beloeb_oere=100, aar=table["dato"].dt.year, lovkrav=law)
    return schema.typed(full, "poster")


def test_each_category_is_told_apart_and_goods_outside_the_law_stand_beside():
    leaps = loven.per_kategori(posts(Bleer=(0.2, 0.8), Møbler=(0.5, 0.5), Brændstof=(0.3, 0.3)), 2025)
    assert leaps["varekategori"].tolist() == [loven.MED_LOVKRAV, loven.UDEN_LOVKRAV, "Bleer", "Møbler"]
    assert leaps["tydelig"].tolist() == [True, False, True, False]
    assert leaps["q"].isna().tolist() == [True, True, False, False]
    bleer = leaps.iloc[2]
    assert (bleer["naevner_foer"], bleer["naevner"]) == (120, 120)
    assert bleer["grad"] - bleer["grad_foer"] == pytest.approx(0.6)


def test_p_is_corrected_for_the_number_of_categories():
    poster = posts(Bleer=(0.2, 0.8), Møbler=(0.5, 0.6), Fødevarer=(0.5, 0.5))
    leaps = loven.per_kategori(poster, 2025).dropna(subset=["q"]).set_index("varekategori")
    alone = {
        name: loven.per_kategori(poster[poster["varekategori"] == name], 2025)["q"].iloc[-1]
        for name in leaps.index
    }
    first, second, third = (alone[name] for name in ("Bleer", "Møbler", "Fødevarer"))
    assert first < second < third
    assert leaps["q"].tolist() == pytest.approx([first * 3, second * 3 / 2, third])


def test_a_category_with_few_invoices_on_one_side_has_no_row():
    full = posts(Bleer=(0.2, 0.8), Møbler=(0.5, 0.5))
    few = (
        full["varekategori"].eq("Møbler") & full["dato"].ge(loven.LOVEN) & full["faktura_id"].str[-1].gt("4")
    )
    kept = full[~few | full["dato"].dt.month.eq(1)]
    assert "Møbler" in set(loven.per_kategori(kept, 2025)["varekategori"])
    kept = full[~few]
    assert loven.per_kategori(kept[kept["faktura_id"] != "Møbler2025-050"], 2025)[
        "varekategori"
    ].tolist() == [
        loven.MED_LOVKRAV,
        "Bleer",
    ]


def test_before_the_law_has_a_year_nothing_is_said_of_the_categories():
    whole = posts(Bleer=(0.2, 0.8))
    for known in (whole[whole["aar"] == 2024], whole.head(0)):
        leaps = loven.per_kategori(known, 2024)
        assert leaps.empty
        assert "så kategorierne kan ikke ses hver for sig" in sentences.loven_kategorier(leaps)


def test_the_categories_that_leapt_are_named_with_both_ends_and_what_they_are_counted_of():
    leaps = loven.per_kategori(posts(Bleer=(0.2, 0.8), Møbler=(0.5, 0.5)), 2025)
    bleer = leaps.set_index("varekategori").loc["Bleer"]
    ends = [f"{100 * bleer[name]:.1f}".replace(".", ",") for name in ("grad_foer", "grad")]
    assert plain(sentences.loven_kategorier(leaps)).startswith(
        "Niveauet springer tydeligt i 1 af 2 varekategorier med lovkrav og fakturaer nok: bleer "
        f"(fra {ends[0]} til {ends[1]} pct. af 120 og 120 fakturaer)."
    )


@pytest.mark.parametrize(
    ("categories", "said"),
    [
        ({"Bleer": (0.5, 0.5)}, "I den ene varekategori med lovkrav og fakturaer nok springer niveauet ikke"),
        ({"Bleer": (0.5, 0.5), "Møbler": (0.3, 0.3)}, "I ingen af de 2 varekategorier med lovkrav og"),
        ({"Bleer": (0.2, 0.8)}, "Niveauet springer tydeligt i 1 af 1 varekategori med lovkrav"),
    ],
)
def test_the_number_of_categories_agrees(categories, said):
    assert plain(sentences.loven_kategorier(loven.per_kategori(posts(**categories), 2025))).startswith(said)


def test_goods_outside_the_law_that_leap_too_are_a_warning():
    both = loven.per_kategori(posts(Bleer=(0.2, 0.8), Brændstof=(0.2, 0.8)), 2025)
    assert "også et spring, så noget andet end loven er på spil" in sentences.loven_kategorier(both)
    assert "intet tydeligt spring (+1,0 procentpoint)" in plain(sentences.loven_kategorier(LOVENS_SPRING))


def test_the_planted_leaps_are_found_and_no_others(demo_leverance: Path):
    vejle = load.hent("Vejle", leverance=demo_leverance)
    leaps = loven.per_kategori(vejle.poster_alle, vejle.aar)
    planted = {leap.varekategori for leap in truths.LOVENS_SPRING}
    single = leaps[leaps["q"].notna()]
    assert len(single) > len(planted)
    assert set(single[single["tydelig"]]["varekategori"]) == planted
    assert not leaps.set_index("varekategori").loc[loven.UDEN_LOVKRAV, "tydelig"]
    said = sentences.loven_kategorier(leaps)
    assert all(name.casefold() in said.casefold() for name in planted)
    for leap in single[single["tydelig"]].itertuples():
        assert leap.lav < leap.grad - leap.grad_foer < leap.hoej


def test_where_nothing_happened_nothing_is_said_to_have(demo_leverance: Path):
    other = load.hent(truths.UBEROERT, leverance=demo_leverance)
    leaps = loven.per_kategori(other.poster_alle, other.aar)
    assert len(leaps) > 2
    assert not leaps["tydelig"].any()
    assert "i ingen af de" in sentences.loven_kategorier(leaps).lower()
    two = loven.brud(over_tid.maaneder(other.poster_alle, other.aar))
    assert two.lav < 0 < two.hoej
    assert "inden for månedernes udsving" in sentences.loven(two)


def test_a_day_on_which_nothing_was_planted_shows_no_leap(demo_leverance: Path):
    vejle = load.hent("Vejle", 2024, demo_leverance)
    day = pd.Timestamp(2024, 1, 1)
    leaps = loven.per_kategori(vejle.poster_alle, vejle.aar, day)
    assert len(leaps) > 2
    assert not leaps["tydelig"].any()
