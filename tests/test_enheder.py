"""Units: each among its own kind, and only what chance cannot explain is said about one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn import drawn
from scipy import stats

from ehandel_lib import enheder, load, schema, sentences
from ehandel_lib.demo import truths


def units(*rows: tuple[str | None, str | None, int, int], aar: int = 2024) -> pd.DataFrame:
    """Posts of units: name, kind, invoices, and how many of them are e-traded."""
    posts = [
        {"enhed_id": name, "enhed_navn": name, "enhedstype": kind}
        | {"e_handlet": i < hits, "faktura_id": f"{name}-{i}"}
        for name, kind, n, hits in rows
        for i in range(n)
    ]  # fmt: skip
    ordinary = {"kommune_kode": "630", "aar": aar, "beloeb_oere": 100_00, "dato": pd.Timestamp(aar, 5, 1)}
    return schema.typed(pd.DataFrame(posts).assign(**ordinary), "poster")


#: Three schools alike, one far below, two too small to be shown; a kind of three; a unit without a kind.
POSTER = units(
    ("Nord", "skole", 40, 20), ("Syd", "skole", 40, 21), ("Vest", "skole", 40, 19), ("Øst", "skole", 40, 2),
    ("Ny", "skole", 4, 0), ("Nyere", "skole", 4, 0), ("A", "museum", 50, 1), ("B", "museum", 50, 2),
    ("C", "museum", 50, 40), ("X", None, 50, 0),
)  # fmt: skip


def test_a_unit_is_held_against_its_own_kind_and_a_kind_needs_four():
    compared = enheder.tragt(enheder.pr_enhed(POSTER))
    assert compared["enhed_navn"].tolist() == ["Nord", "Syd", "Vest", "Øst"]
    assert compared["slags_grad"].tolist() == pytest.approx([(20 + 21 + 19 + 2) / 160] * 4)
    assert compared["slags_median"].tolist() == pytest.approx([(19 + 20) / 2 / 40] * 4)
    assert compared["mod_slags"].tolist() == [*["inden for grænserne"] * 3, "under"]


def test_a_small_unit_with_the_same_rate_is_not_said_to_lag():
    rows = [(f"Skole {i}", "skole", 200, 100) for i in range(4)]
    compared = enheder.tragt(
        enheder.pr_enhed(units(*rows, ("Lille", "skole", 8, 2), ("Stor", "skole", 200, 50)))
    )
    said = dict(zip(compared["enhed_navn"], compared["mod_slags"], strict=True))
    assert said["Lille"] == "inden for grænserne"
    assert said["Stor"] == "under"


def test_a_unit_without_id_goes_by_its_name_and_one_without_both_is_unknown():
    poster = units(("Nord", "skole", 6, 3), (None, None, 5, 1)).assign(enhed_id=None)
    assert enheder.pr_enhed(poster)["enhed_navn"].tolist() == ["Ukendt", "Nord"]


def test_a_unit_s_name_and_kind_are_those_of_most_of_its_posts():
    poster = drawn(
        "poster",
        """
        enhed_id | enhed_navn | enhedstype | beloeb_oere
        1        | Nord       | skole      | 100
        1        | Nord       | skole      | 100
        1        | Nordskolen | -          | 100
        1        | -          | dagtilbud  | 100
        """,
    )
    unit = enheder.pr_enhed(poster).iloc[0]
    assert (unit["enhed_navn"], unit["enhedstype"]) == ("Nord", "skole")


def test_the_one_small_unit_of_a_kind_cannot_be_told_from_the_kind_s_total():
    one_of_four = units(("Stor", "museum", 50, 1), ("Mellem", "museum", 20, 1), ("Lille", "museum", 4, 1))
    shown = enheder.pr_enhed(pd.concat([POSTER, one_of_four], ignore_index=True)).set_index("enhed_navn")
    assert shown.loc["Lille", "aarsag"] == "færre end 5 fakturaer"
    assert shown.loc["Mellem", "aarsag"] == "skjuler en mindre gruppe"
    assert set(shown.loc[["Ny", "Nyere"], "aarsag"]) == {"færre end 5 fakturaer"}
    assert pd.notna(shown.loc["Nord", "grad_faktura"])


@pytest.mark.parametrize("share", [0.95, 0.998])
@pytest.mark.parametrize(("n", "p"), [(7, 0.3), (30, 0.3), (90, 0.05), (400, 0.9)])
def test_a_count_is_beyond_the_drawn_limit_exactly_where_its_tail_is_too_small(n, p, share):
    low, high = enheder.graenser(np.array([n]), np.array([p]), share)
    for hits in range(n + 1):
        assert (hits / n < low[0] - 1e-12) == (stats.binom.cdf(hits, n, p) < (1 - share) / 2)
        assert (hits / n > high[0] + 1e-12) == (stats.binom.sf(hits - 1, n, p) < (1 - share) / 2)


def test_of_units_that_do_not_differ_about_one_in_twenty_lies_outside():
    rng = np.random.default_rng(4)
    hits = rng.binomial(60, 0.3, 400)
    compared = enheder.tragt(
        enheder.pr_enhed(units(*((f"E{i:03d}", "skole", 60, h) for i, h in enumerate(hits))))
    )
    outside = (compared["mod_slags"] != "inden for grænserne").mean()
    assert 0.02 < outside < 0.08


@pytest.mark.parametrize(("p", "hits"), [(1.0, 10), (0.0, 0)])
def test_a_kind_where_all_or_nothing_is_e_traded_has_no_outsider_and_no_spread(p, hits):
    per_enhed = enheder.pr_enhed(units(*((f"E{i}", "skole", 10, hits) for i in range(4))))
    assert set(enheder.tragt(per_enhed)["mod_slags"]) == {"inden for grænserne"}
    kind = enheder.slags(per_enhed).iloc[0]
    assert kind["median"] == p
    assert pd.isna(kind["spredningsforhold"])
    assert "ikke større, end tilfældet giver" in sentences.enheder_slags(enheder.slags(per_enhed))


def test_the_spread_is_pearson_s_chi_square_over_its_degrees_of_freedom():
    kind = enheder.slags(enheder.pr_enhed(POSTER)).iloc[0]
    table = [[20, 21, 19, 2], [20, 19, 21, 38]]
    chi2 = stats.chi2_contingency(table, correction=False)
    assert kind["spredningsforhold"] == pytest.approx(chi2.statistic / 3)
    assert kind["p"] == pytest.approx(chi2.pvalue)
    assert kind[["antal_enheder", "antal_under", "antal_over"]].tolist() == [4, 1, 0]


def test_help_is_counted_up_to_the_kind_s_middle_and_only_below_the_limits():
    help_ = enheder.hjaelp(enheder.pr_enhed(POSTER))
    assert help_["enhed_navn"].tolist() == ["Øst"]
    assert help_["flere_e_handlede"].tolist() == [17]  # 19.5 of 40 at the median, less 2, is 17.5


def test_only_a_change_larger_than_chance_is_called_clear():
    before = units(("Nord", "skole", 40, 2), ("Syd", "skole", 40, 18), aar=2023)
    after = units(("Nord", "skole", 40, 30), ("Syd", "skole", 40, 20), ("Ny", "skole", 40, 30))
    moved = enheder.bevaegelser(after, before)
    assert moved["enhed_navn"].tolist() == ["Nord", "Syd"]
    assert moved["tydelig"].tolist() == [True, False]
    assert moved["aendring"].tolist() == pytest.approx([28 / 40, 2 / 40])
    raw = [stats.fisher_exact([[30, 10], [2, 38]]).pvalue, stats.fisher_exact([[20, 20], [18, 22]]).pvalue]
    assert moved["q"].tolist() == pytest.approx(list(stats.false_discovery_control(raw)))
    said = sentences.enheder_bevaegelser(moved, 2024, enheder.tragt(enheder.pr_enhed(after)))
    assert "giver, for Nord (fra 5,0 til 75,0 pct.)" in said.replace("\xa0", " ")


def test_nothing_to_compare_is_a_sentence_everywhere():
    per_enhed = enheder.pr_enhed(POSTER.head(0))
    compared, kinds = enheder.tragt(per_enhed), enheder.slags(per_enhed)
    assert per_enhed.empty
    assert compared.empty
    assert kinds.empty
    assert enheder.alle(per_enhed).empty
    moved = enheder.bevaegelser(POSTER.head(0), POSTER.head(0))
    for said in (
        sentences.enheder_samlet(per_enhed), sentences.enheder_slags(kinds),
        sentences.enheder_tragt(compared),
        sentences.enheder_hjaelp(enheder.hjaelp(per_enhed), compared), sentences.alt_tragt(compared),
        sentences.alt_enheder(compared, kinds), sentences.enheder_bevaegelser(moved, 2024, compared),
    ):  # fmt: skip
        assert said.endswith(".")


def test_the_truths_of_the_demo_are_found(demo_leverance: Path):
    data = load.hent("Vejle", leverance=demo_leverance)
    per_enhed = enheder.pr_enhed(data.poster)
    kinds = enheder.slags(per_enhed)["enhedstype"].tolist()
    assert (kinds[0], kinds[-1]) == (truths.HALTER.enhedstype, truths.BEDST.enhedstype)
    first = enheder.hjaelp(per_enhed).iloc[0]
    assert (first["enhed_navn"],) == truths.LAV_ENHED.enheder
    assert first["mod_slags"] in ("under", "tydeligt under")  # the other plejecentre lie scattered too
    moved = enheder.bevaegelser(data.poster, data.poster_foer).query("aendring > 0")
    (begun,) = truths.FREMGANG.enheder
    assert begun in set(moved.nsmallest(3, "q")["enhed_navn"])


SCATTERED = units(*((f"S{i}", "plejecenter", 60, hits) for i, hits in enumerate((2, 15, 30, 45, 58))))
ALIKE = units(*((f"A{i}", "skole", 60, hits) for i, hits in enumerate((28, 29, 30, 31, 32))))
ONE_APART = units(
    *((f"B{i}", "dagtilbud", 60, hits) for i, hits in enumerate((1, *[29, 30, 31, 32, 28] * 6)))
)


def test_where_a_kind_s_units_lie_scattered_no_unit_is_made_an_exception():
    compared = enheder.tragt(enheder.pr_enhed(pd.concat([SCATTERED, ALIKE], ignore_index=True)))
    assert set(compared["mod_slags"]) == {"inden for grænserne"}
    wide = compared.groupby("enhedstype")["slags_spredning"].first()
    assert wide["skole"] == 0
    assert wide["plejecenter"] > 0.2
    said = sentences.enheder_slags(enheder.slags(enheder.pr_enhed(SCATTERED)))
    assert "Mellem plejecentre er forskellene større, end tilfældet giver" in said


def test_one_exception_does_not_widen_its_own_limits():
    compared = enheder.tragt(enheder.pr_enhed(ONE_APART)).set_index("enhed_navn")
    assert compared["slags_spredning"].max() == 0
    assert compared.loc["B0", "mod_slags"] == "tydeligt under"
    assert compared.loc["B1", "mod_slags"] == "inden for grænserne"
    said = sentences.enheder_slags(enheder.slags(enheder.pr_enhed(ONE_APART)))
    assert "Blandt dagtilbud er det kun de yderste enheder, der skiller sig ud" in said


@pytest.mark.parametrize(("size", "scatter"), [(9, 0.08), (9, 0.16), (14, 0.16), (40, 0.16)])
def test_of_units_that_are_scattered_about_one_in_twenty_lies_outside(size, scatter):
    rng, mean = np.random.default_rng(7), 0.45
    beta = mean * (1 - mean) / scatter**2 - 1
    outside = unwidened = total = 0
    for kind in range(2400 // size):
        n = rng.integers(20, 120, size)
        hits = rng.binomial(n, rng.beta(mean * beta, (1 - mean) * beta, size))
        table = pd.DataFrame({"antal_fakturaer": n, "fakturaer_e_handlet": hits, "grad_faktura": hits / n})
        table = table.assign(enhedstype="skole", enhed_id=[f"{kind}-{i}" for i in range(size)])
        compared = enheder.tragt(table)
        outside += int((compared["mod_slags"] != "inden for grænserne").sum())
        low, high = enheder.graenser(n.astype(float), compared["slags_grad"].to_numpy(dtype=float), 0.95)
        unwidened += int(((hits / n < low) | (hits / n > high)).sum())
        total += size
    assert 0.02 < outside / total < 0.08
    assert unwidened / total > 0.12


def test_the_limits_of_a_scattered_kind_are_those_of_its_tails():
    n, p, scatter = np.array([60.0]), np.array([0.4]), 0.15
    size = 0.4 * 0.6 / scatter**2 - 1
    low, high = enheder.graenser(n, p, 0.95, scatter)
    for hits in range(61):
        below = stats.betabinom.cdf(hits, 60, 0.4 * size, 0.6 * size)
        above = stats.betabinom.sf(hits - 1, 60, 0.4 * size, 0.6 * size)
        assert (hits / 60 < low[0] - 1e-12) == (below < 0.025)
        assert (hits / 60 > high[0] + 1e-12) == (above < 0.025)


def test_what_is_left_of_normal_scores_when_the_outermost_are_drawn_in():
    scores = np.sort(np.random.default_rng(5).standard_normal((40_000, 9)))
    drawn_in = np.clip(scores, scores[:, [1]], scores[:, [-2]])
    assert enheder._tilbage(9, 1) == pytest.approx((drawn_in**2).mean(), rel=0.01)


def test_why_more_units_have_moved_than_were_compared_is_said():
    before = units(("Nord", "skole", 40, 2), ("Alene", "museum", 40, 18), aar=2023)
    after = units(
        *((name, "skole", 40, 20) for name in ("Nord", "Syd", "Øst", "Vest")), ("Alene", "museum", 40, 30)
    )
    said = sentences.enheder_bevaegelser(
        enheder.bevaegelser(after, before), 2024, enheder.tragt(enheder.pr_enhed(after))
    ).replace("\xa0", " ")
    assert "i 2 og faldt i ingen af 2 enheder med mindst fem fakturaer begge år" in said
    assert "1 af dem kan ikke sammenlignes med andre af samme slags; 3 af de 4 havde for få året før" in said


def test_the_rows_that_chance_explains_worst_come_first_the_rises_before_the_falls():
    before = units(
        ("A", "skole", 40, 2), ("B", "skole", 40, 30), ("C", "skole", 40, 20), ("D", "x", 9, 3), aar=2023
    )
    after = units(("A", "skole", 40, 30), ("B", "skole", 40, 2), ("C", "skole", 40, 21), ("D", "x", 9, 3))
    shown = enheder.sikrest_flyttet(enheder.bevaegelser(after, before), 2)
    assert shown["enhed_navn"].tolist() == ["A", "B"]
