"""Every colour of the PDF's template and of the page stands out from what it is set on, also in grey."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from wcag import contrast

from ehandel_lib import render
from ehandel_lib.charts import style

FOLDER = Path(render.__file__).parent
TYPST = (FOLDER / "rapport.typ").read_text(encoding="utf-8")
CSS = (FOLDER / "rapport.css").read_text(encoding="utf-8")

#: Text is set in these on paper, and in the boxes' shade; the front page sets white on the dark ink.
SKRIFT = ("blaek", "moerk", "accent", "graa")
GRUNDE = ("hvid", "flade")

#: Hairlines between rows and under headers: what they part is apart without them (WCAG 1.4.11 exempts them).
PYNT = {"streg"}

named = {
    "typst": {"hvid": "#ffffff", **dict(re.findall(r'#let (\w+) = rgb\("(#\w{6})"\)', TYPST))},
    "css": {"hvid": "#ffffff", **dict(re.findall(r"--(\w+): (#\w{6})", CSS))},
}

each_form = pytest.mark.parametrize("colours", named.values(), ids=named)


@each_form
def test_every_colour_has_a_use_that_is_tested_here(colours):
    assert set(colours) == {*SKRIFT, *GRUNDE, *PYNT}


def test_no_colour_is_written_outside_the_list():
    assert len(re.findall(r"rgb\(|luma\(|cmyk\(", TYPST)) == len(named["typst"]) - 1
    plain = CSS.partition("}")[2]
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", plain)) <= {"#fff"}
    assert re.findall(r"\b(?:rgba?|hsla?)\(|opacity", plain) == []


@each_form
@pytest.mark.parametrize("ground", GRUNDE)
@pytest.mark.parametrize("ink", SKRIFT)
def test_text_stands_out_from_what_it_is_set_on(colours, ink, ground):
    assert contrast(colours[ink], colours[ground]) >= 4.5


@each_form
def test_white_on_the_front_page_and_the_marks_stand_out(colours):
    assert contrast("white", colours["moerk"]) >= 4.5
    for ground in GRUNDE:
        assert contrast(colours["accent"], colours[ground]) >= 3


def test_hairlines_are_never_text():
    assert re.findall(r"fill: streg|text\([^)]*streg", TYPST) == []
    assert re.findall(r"(?<!-)color: var\(--streg\)", CSS) == []


def test_the_two_forms_have_the_same_inks():
    assert named["typst"] == named["css"]


@pytest.mark.parametrize(
    "pair",
    [
        (style.KOMMUNE, style.KOMMUNE_LYS),
        (style.KOMMUNE, "white"),
        (style.KOMMUNE, style.ANDRE),
        (style.BLAEK, style.ANDRE),
        *((dark, light) for dark, light, pattern in style.NIVEAUER.values() if not pattern),
    ],
    ids=str,
)
def test_two_series_of_a_chart_are_told_apart_in_grey_by_their_lightness(pair):
    assert contrast(*pair) >= 3


def test_levels_whose_shades_are_near_have_a_pattern_on_the_one():
    near = [pattern for dark, light, pattern in style.NIVEAUER.values() if contrast(dark, light) < 3]
    assert all(near)


def test_patterns_differ_where_two_levels_are_near_in_grey():
    looks = sorted((contrast(dark), pattern) for dark, _, pattern in style.NIVEAUER.values())
    assert all(one[1] != other[1] for one, other in pairwise(looks) if other[0] / one[0] < 1.3)
