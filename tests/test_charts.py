"""Charts: what a reader on paper, in grey, at eight points, can read; and that nothing is left behind."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from drawn_results import (
    AFSTEMNING,
    ALENE,
    BLANDT,
    BRUD,
    ENHEDER,
    FELTER,
    FREMGANG,
    GRUPPER,
    INGEN_KATEGORIER,
    INTERVALLER,
    KATEGORIER,
    KOMMUNER,
    MAANEDER,
    PLADSER,
    PLAN_GRUPPER,
    PLAN_INTERVALLER,
    SKJULTE_KATEGORIER,
    SLAGS,
    STORE,
    SYSTEMER,
    UDVIKLING,
    VARER,
)
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from wcag import contrast

from ehandel_lib import alternativer, charts, loven, show
from ehandel_lib.charts import style
from ehandel_lib.charts.handlingsplan import MOERKEST

GRADER = pd.concat(
    KOMMUNER[["kommune_kode"]].assign(
        koeb="varer med lovkrav", maalt_paa=maal, grad=KOMMUNER["grad_omsaetning"]
    )
    for maal in ("omsætning", "faktura")
).dropna()
AENDRINGER = GRADER.drop(columns="koeb").rename(columns={"grad": "aendring"})
AENDRINGER = AENDRINGER.assign(aendring=AENDRINGER["aendring"] - 0.25)
ALLE = INTERVALLER.assign(antal_fakturaer=9 * INTERVALLER["antal_fakturaer"])

CHARTS = {
    "kategorier": lambda: charts.kategorier(KATEGORIER),
    "kategorier, skjulte": lambda: charts.kategorier(SKJULTE_KATEGORIER),
    "kategorier, ingen": lambda: charts.kategorier(INGEN_KATEGORIER),
    "mod SKI": lambda: charts.mod_ski(KATEGORIER),
    "mod SKI, skjulte": lambda: charts.mod_ski(SKJULTE_KATEGORIER),
    "mod SKI, ingen": lambda: charts.mod_ski(INGEN_KATEGORIER),
    "udvikling": lambda: charts.udvikling(UDVIKLING, 2024),
    "udvikling, ingen": lambda: charts.udvikling(UDVIKLING.head(0), 2024),
    "blandt kommuner": lambda: charts.blandt_kommuner(BLANDT, "Ringkøbing-Skjern"),
    "blandt kommuner, alene": lambda: charts.blandt_kommuner(ALENE, "Vejle"),
    "blandt kommuner, ingen": lambda: charts.blandt_kommuner(BLANDT.head(0), "Vejle"),
    "gab": lambda: charts.gab(KATEGORIER),
    "gab, ingen": lambda: charts.gab(SKJULTE_KATEGORIER),
    "koncentration": lambda: charts.koncentration(STORE),
    "koncentration, ingen": lambda: charts.koncentration(STORE.head(0)),
    "afstemning": lambda: charts.afstemning(AFSTEMNING, "GBP"),
    "afstemning, ingen": lambda: charts.afstemning(AFSTEMNING.head(0)),
    "intervaller": lambda: charts.intervaller(INTERVALLER, ALLE, "Vejle"),
    "intervaller, alene": lambda: charts.intervaller(INTERVALLER, INTERVALLER, "Vejle"),
    "andele": lambda: charts.andele(INTERVALLER),
    "plan, grupper": lambda: charts.plan_grupper(PLAN_GRUPPER, ["Bleer", "AV-udstyr"]),
    "plan, grupper, ingen": lambda: charts.plan_grupper(PLAN_GRUPPER.head(0), []),
    "plan, intervaller": lambda: charts.plan_intervaller(PLAN_INTERVALLER, ["Bleer", "AV-udstyr"]),
    "plan, intervaller, ingen": lambda: charts.plan_intervaller(PLAN_INTERVALLER.head(0), []),
    "grupper": lambda: charts.grupper(GRUPPER),
    "systemer": lambda: charts.systemer(KOMMUNER, SYSTEMER, "630", "Vejle"),
    "systemer, ingen": lambda: charts.systemer(KOMMUNER.head(0), SYSTEMER.head(0), "630", "Vejle"),
    "kommuner pr. system": lambda: charts.kommuner_pr_system(SYSTEMER),
    "kommuner pr. system, ingen": lambda: charts.kommuner_pr_system(SYSTEMER.head(0)),
    "enheder": lambda: charts.enheder_pr_slags(ENHEDER, SLAGS),
    "enheder, ingen": lambda: charts.enheder_pr_slags(ENHEDER.head(0), SLAGS.head(0)),
    "tragt": lambda: charts.tragt(ENHEDER, SLAGS),
    "tragt, ingen": lambda: charts.tragt(ENHEDER.head(0), SLAGS.head(0)),
    "måneder": lambda: charts.maaneder(MAANEDER, 2025),
    "måneder, ingen": lambda: charts.maaneder(MAANEDER.head(0), 2025),
    "lang linje": lambda: charts.lang_linje(MAANEDER, BRUD),
    "lang linje, kort": lambda: charts.lang_linje(MAANEDER.head(7), loven.Brud(7, 0)),
    "lang linje, ingen": lambda: charts.lang_linje(MAANEDER.head(0), loven.Brud(0, 0)),
    "fire felter": lambda: charts.fire_felter(FELTER, "varekategori"),
    "fire felter, ingen": lambda: charts.fire_felter(FELTER.head(0), "varekategori"),
    "prisforskelle": lambda: charts.prisforskelle(alternativer.dyreste(VARER), "GBP"),
    "prisforskelle, ingen": lambda: charts.prisforskelle(VARER.head(0)),
    "pladser": lambda: charts.pladser(GRADER, PLADSER, "630", "Ringkøbing-Skjern", ["101"]),
    "pladser, ingen": lambda: charts.pladser(GRADER.head(0), PLADSER.head(0), "630", "Vejle", []),
    "fremgang": lambda: charts.fremgang(AENDRINGER, FREMGANG, "630", "Ringkøbing-Skjern"),
    "fremgang, ingen": lambda: charts.fremgang(AENDRINGER.head(0), FREMGANG.head(0), "630", "Vejle"),
    "indsats": lambda: charts.indsats(KATEGORIER),
    "indsats, ingen": lambda: charts.indsats(SKJULTE_KATEGORIER),
}

every_chart = pytest.mark.parametrize("draw", [cache(draw) for draw in CHARTS.values()], ids=CHARTS.keys())


def texts(figure: Figure) -> list[Text]:
    """The texts that show, in their places."""
    figure.draw_without_rendering()
    return [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]


def words(figure: Figure) -> list[str]:
    return [t.get_text().replace("\xa0", " ") for t in texts(figure)]


@every_chart
def test_it_is_as_wide_as_the_page_and_leaves_nothing_with_pyplot(draw):
    figure = draw()
    assert isinstance(figure, Figure)
    assert figure.get_figwidth() * 2.54 == pytest.approx(16.0)
    assert plt.get_fignums() == []


@every_chart
def test_no_letter_is_below_eight_points_and_all_are_of_the_report_s_own_font(draw):
    for text in texts(draw()):
        assert text.get_fontsize() >= 8, text.get_text()
        assert text.get_fontfamily()[0] == "Source Sans 3"


@every_chart
def test_all_text_lies_inside_the_figure(draw):
    figure = draw()
    whole = figure.bbox.padded(1)
    for text in texts(figure):
        box = text.get_window_extent()
        assert whole.contains(box.x0, box.y0), text.get_text()
        assert whole.contains(box.x1, box.y1), text.get_text()


@every_chart
def test_no_text_stands_on_another(draw):
    boxes = [(t.get_text(), t.get_window_extent().padded(-1)) for t in texts(draw())]
    for (one, box), (other, beside) in combinations(boxes, 2):
        assert not box.overlaps(beside), f"{one!r} and {other!r}"


@every_chart
def test_nothing_missing_is_written_as_a_computer_does(draw):
    for said in words(draw()):
        assert not {"nan", "None", "<NA>", "inf"} & set(said.split()), said


def outline(mark: Artist) -> list[object]:
    """The colours that a mark is seen by against white: what it is filled and what it is drawn round with."""
    if isinstance(mark, LineCollection):
        return list(mark.get_edgecolor())
    if isinstance(mark, Line2D):
        return [mark.get_markeredgecolor(), mark.get_markerfacecolor()]
    return [mark.get_facecolor(), mark.get_edgecolor()]


@every_chart
def test_every_text_stands_out_from_the_paper(draw):
    assert {t.get_text() for t in texts(draw()) if contrast(t.get_color()) < 4.5} == set()


@every_chart
def test_every_mark_stands_out_from_the_paper_by_its_fill_or_its_outline(draw):
    axes = draw().axes[0]
    marks = [*axes.patches, *axes.lines, *axes.collections]
    # the white rim around a stroke sets it off from the bar; it is no mark
    seen = [mark for mark in marks if {mpl.colors.to_hex(c) for c in outline(mark)} != {"#ffffff"}]
    assert [mark for mark in seen if max(map(contrast, outline(mark))) < 3] == []


def test_the_contrast_is_that_of_wcag():
    assert contrast("black") == pytest.approx(21)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.005)


def test_the_session_s_own_look_is_neither_used_nor_changed():
    with mpl.rc_context({"font.size": 3, "axes.linewidth": 7}):
        figure = charts.kategorier(KATEGORIER)
        assert mpl.rcParams["font.size"] == 3
        assert mpl.rcParams["axes.linewidth"] == 7
    assert min(t.get_fontsize() for t in texts(figure)) >= 8


def test_a_level_is_told_by_word_and_pattern_and_not_by_colour_alone():
    figure = charts.kategorier(KATEGORIER)
    hatches = {bar.get_hatch() or "" for bar in figure.axes[0].patches}
    assert {style.NIVEAUER["gul"][2], style.NIVEAUER["rød"][2]} <= hatches
    assert {"grøn", "gul", "rød"} <= set(words(figure))


def test_the_levels_are_far_apart_in_grey_or_patterned_apart():
    grey = {
        name: mpl.colors.rgb_to_hsv(mpl.colors.to_rgb(look[0]))[2] for name, look in style.NIVEAUER.items()
    }
    for one, other in combinations(style.NIVEAUER, 2):
        apart = abs(grey[one] - grey[other]) > 0.05 or style.NIVEAUER[one][2] != style.NIVEAUER[other][2]
        assert apart, (one, other)


def test_each_category_stands_with_its_base_and_both_rates():
    said = words(charts.kategorier(KATEGORIER))
    assert {"Telefoni", "1.234", "10 %", "7 %"} <= set(said)


def test_a_hidden_group_has_its_reason_and_no_bar():
    shown = len(charts.kategorier(KATEGORIER.drop(index=SKJULTE_KATEGORIER.index)).axes[0].patches)
    figure = charts.kategorier(KATEGORIER)
    assert "færre end 5 fakturaer" in words(figure)
    assert len(figure.axes[0].patches) == shown


def test_a_figure_without_a_rate_says_that_it_is_empty():
    assert charts.kategorier(SKJULTE_KATEGORIER).get_label() == show.TOM


def test_a_bar_is_as_long_as_its_rate():
    figure = charts.kategorier(KATEGORIER)
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert widths == pytest.approx([0.88, 0.87, 0.45, 0.73, 0.30, 0.30, 0.10, 0.07])


def test_ski_s_values_stand_beside_purchases_on_agreements_and_nowhere_in_the_ranking():
    diamonds = [line.get_xdata()[0] for line in charts.mod_ski(KATEGORIER).axes[0].lines]
    expected = KATEGORIER.dropna(subset=["ski_grad_omsaetning"])[["ski_grad_omsaetning", "ski_grad_faktura"]]
    assert diamonds == pytest.approx(list(expected.to_numpy(dtype=float).ravel()))
    assert len(charts.kategorier(KATEGORIER).axes[0].lines) == 0


def test_the_year_before_is_hollow_and_the_year_is_filled():
    figure = charts.udvikling(UDVIKLING, 2024)
    fills = {line.get_markerfacecolor(): line.get_xdata()[0] for line in figure.axes[0].lines[:2]}
    assert fills == {style.KOMMUNE: 0.30, "white": 0.10}
    assert {"2023", "2024", "+20", "−5"} <= set(words(figure))


def ending(*rates: float, months: int = 12) -> pd.DataFrame:
    """Months of 2025, 2024 and so on that stay at these rates."""
    years = [MAANEDER[MAANEDER["aar"] == 2025 - i].assign(grad_faktura=rate) for i, rate in enumerate(rates)]
    return pd.concat([years[0].head(months), *years[1:]], ignore_index=True)


@pytest.mark.parametrize(
    ("frame", "beside_the_lines"),
    [
        (ending(0.4, 0.3, 0.2), True),
        (ending(0.4, 0.215, 0.2), True),
        (ending(0.4, 0.201, 0.2), False),
        (ending(0.4, 0.3, 0.2, months=9), False),
    ],
    ids=["apart", "near", "upon each other", "one ends before the others"],
)
def test_years_are_named_at_their_lines_ends_or_where_those_collide_in_a_key(frame, beside_the_lines):
    figure = charts.maaneder(frame, 2025)
    assert {"2025", "2024", "2023"} <= set(words(figure))
    assert (not figure.legends) == beside_the_lines
    if beside_the_lines:
        named = {text.get_text(): text.get_window_extent().y0 for text in texts(figure)}
        assert named["2025"] > named["2024"] > named["2023"]


def test_the_long_line_is_named_at_its_end_or_in_a_key():
    end = float(BRUD.linjer["grad"].iloc[-1])
    for rolling, named in ((end / 2, True), (end, False)):
        months = MAANEDER.assign(grad_rullende=rolling)
        figure = charts.lang_linje(months, BRUD)
        assert (not figure.legends) == named
        assert {"seneste 12 måneder", "niveau før/efter"} <= set(words(figure))


@pytest.mark.parametrize("rate", [0.05, 0.18, 0.47, 0.52, 0.97])
def test_the_law_is_named_where_no_month_stands(rate):
    months = MAANEDER.assign(grad_faktura=rate).astype({"grad_faktura": "Float64"})
    months.loc[0, "grad_faktura"] = 0.55  # the axis goes higher than the months about the law
    figure = charts.lang_linje(months, loven.brud(months))
    [law] = [text for text in texts(figure) if text.get_text() == "Loven gælder"]
    box, axes = law.get_window_extent(), figure.axes[0]
    dots = axes.transData.transform([(25 * 12, rate)])[0][1]
    assert not box.y0 - 3 < dots < box.y1 + 3


def test_the_law_is_named_also_where_all_months_after_it_are_hidden():
    hidden = MAANEDER.assign(grad_faktura=MAANEDER["grad_faktura"].mask(MAANEDER["aar"] == 2025))
    assert "Loven gælder" in words(charts.lang_linje(hidden, loven.brud(hidden)))


def test_the_widest_gap_is_on_top_and_only_wide_ones_are_heavy():
    figure = charts.gab(KATEGORIER)
    lines = figure.axes[0].collections
    heavy = [line.get_linewidth()[0] > 2 for line in lines]
    assert heavy == [True, False, False, False]
    assert words(figure)[words(figure).index("Storkøkkenudstyr") + 1] == "Sygeplejeartikler"


def test_the_municipality_is_marked_by_another_shape():
    markers = [
        line.get_marker() for line in charts.systemer(KOMMUNER, SYSTEMER, "630", "Vejle").axes[0].lines
    ]
    assert markers.count("s") == 1
    assert markers.count("o") == 4  # Ærø has no rate


def test_all_municipalities_are_shown_only_where_there_are_others():
    assert "alle kommuner samlet" in words(charts.intervaller(INTERVALLER, ALLE, "Vejle"))
    assert "alle kommuner samlet" not in words(charts.intervaller(INTERVALLER, INTERVALLER, "Vejle"))


def test_ski_s_bands_are_said_to_come_from_four_municipalities_at_the_top():
    assert "SKI 2023: fire kommuner i KL's top 5" in words(charts.intervaller(INTERVALLER, ALLE, "Vejle"))


def test_a_municipality_alone_has_no_strokes_of_others():
    with_others = charts.intervaller(INTERVALLER, ALLE, "Vejle").axes[0].collections
    assert len(with_others) == 2 * 11  # each stroke with its white rim; one band is hidden
    assert len(charts.intervaller(INTERVALLER, INTERVALLER, "Vejle").axes[0].collections) == 0


def test_the_plan_s_cells_have_their_numbers_and_a_word_where_they_are_hidden():
    figure = charts.plan_grupper(PLAN_GRUPPER, ["Bleer", "AV-udstyr"])
    assert {"12.345", "18 %", "få", "skjult", "–"} <= set(words(figure))


def test_only_numbers_are_heavy_in_the_plan_s_cells():
    figures = (
        charts.plan_grupper(PLAN_GRUPPER, ["Bleer", "AV-udstyr"]),
        charts.plan_intervaller(PLAN_INTERVALLER, ["Bleer", "AV-udstyr"]),
    )
    looks = {
        text.get_text(): text.get_fontweight()
        for figure in figures
        for text in figure.axes[0].texts
        if text.get_text() in ("12.345", "50", "få", "skjult", "–")
    }
    assert looks == {"12.345": "bold", "50": "bold"} | dict.fromkeys(("få", "skjult", "–"), "normal")


def test_the_plan_s_cells_have_no_key_that_shows_one_shade_of_many():
    assert charts.plan_grupper(PLAN_GRUPPER, ["Bleer", "AV-udstyr"]).legends == []


def test_black_letters_stand_on_the_darkest_cell():
    assert contrast("black") / contrast(MOERKEST) > 7


def test_a_negative_share_goes_the_other_way():
    bars = charts.andele(INTERVALLER).axes[0].patches
    assert bars[12].get_width() == pytest.approx(-0.05)


def test_a_name_with_a_dollar_sign_is_not_mathematics():
    evil = KATEGORIER.assign(
        varekategori=KATEGORIER["varekategori"].str.replace("Telefoni", "A$B$ \\frac{1}")
    )
    assert "A$B$ \\frac{1}" in words(charts.kategorier(evil))


def test_the_reconciliation_uses_the_delivery_s_currency():
    assert any(said.endswith("GBP") for said in words(charts.afstemning(AFSTEMNING, "GBP")))


def test_only_the_largest_agreements_are_drawn():
    many = pd.concat([AFSTEMNING.head(1)] * 30, ignore_index=True)
    assert len(charts.afstemning(many).axes[0].patches) == 2 * 12


@pytest.mark.parametrize(
    ("values", "shifts"),
    [
        ([], []),
        ([0.2], [0.0]),
        ([0.2, 0.2, 0.2], [0.0, 0.11, -0.11]),
        ([0.2, 0.2, 0.3], [0.0, 0.11, 0.0]),
    ],
)
def test_dots_that_would_cover_each_other_are_moved_apart(values, shifts):
    from ehandel_lib.charts.e_handelssystemer import beside

    assert beside(values) == shifts
