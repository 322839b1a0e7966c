"""Whether all municipalities went forward, and whether this one did so more than the others."""

from __future__ import annotations

import pandas as pd
import pytest
from drawn_results import FREMGANG, plain

from ehandel_lib import charts, fremgang, schema, sentences


def landet(**kommuner: tuple[int, int]) -> pd.DataFrame:
    """Posts of municipalities ("k630"): so many invoices of 100 kr., and how many of them are e-traded."""
    rows = [
        {"kommune_kode": code[1:], "faktura_id": str(i), "e_handlet": i < hits, "beloeb_oere": 100_00}
        for code, (n, hits) in kommuner.items()
        for i in range(n)
    ]
    return schema.typed(pd.DataFrame(rows), "poster")


FOER = landet(k630=(20, 4), k101=(10, 5), k147=(10, 2), k151=(10, 9))
NU = landet(k630=(20, 6), k101=(10, 8), k147=(10, 1), k151=(10, 9))


def test_each_municipality_has_its_change_between_the_two_years():
    by_measure = fremgang.per_kommune(NU, FOER).set_index("kommune_kode").groupby("maalt_paa")
    assert set(by_measure.groups) == {"faktura", "omsætning"}
    for _, changes in by_measure:
        expected = {"101": 0.3, "147": -0.1, "151": 0.0, "630": 0.1}
        assert changes["aendring"].to_dict() == pytest.approx(expected)
        assert changes["antal_mindst"].to_dict() == {"101": 10, "147": 10, "151": 10, "630": 20}


def test_a_municipality_with_few_invoices_in_either_year_or_in_one_only_is_left_out():
    before = landet(k630=(20, 4), k101=(4, 4), k147=(9, 2), k151=(4, 0))
    now = landet(k630=(20, 6), k101=(10, 5), k147=(4, 2), k155=(3, 3), k151=(90, 3), k999=(50, 50))
    assert set(fremgang.per_kommune(now, before)["kommune_kode"]) == {"630"}


def test_one_that_is_hidden_cannot_be_found_from_the_others():
    before = landet(k630=(20, 4), k101=(9, 4), k147=(4, 2), k151=(30, 9))
    assert set(fremgang.per_kommune(before, before)["kommune_kode"]) == {"151", "630"}


def test_a_municipality_without_a_rate_on_turnover_has_a_change_on_invoices():
    lost = FOER.assign(beloeb_oere=FOER["beloeb_oere"].mask(FOER["kommune_kode"] == "101", -1))
    changes = fremgang.per_kommune(NU, lost)
    assert changes.loc[changes["kommune_kode"] == "101", "maalt_paa"].tolist() == ["faktura"]
    shown = fremgang.fremgang(changes, "630")
    assert shown["antal_kommuner"].tolist() == [4, 3]


def test_the_rank_the_quartiles_of_the_others_and_how_many_of_them_rose():
    changes = fremgang.per_kommune(NU, FOER)
    assert fremgang.aarsag(changes, FOER, "630") is None
    shown = fremgang.fremgang(changes, "630")
    assert shown["maalt_paa"].tolist() == ["faktura", "omsætning"]
    first = shown.iloc[0]
    assert (first["placering"], first["antal_kommuner"]) == (2, 4)
    assert (first["antal_steget"], first["antal_lavere"]) == (1, 2)
    assert [first[name] for name in ("nedre_kvartil", "median", "oevre_kvartil")] == pytest.approx(
        [-0.05, 0.0, 0.15]
    )


@pytest.mark.parametrize(
    ("now", "before", "why"),
    [
        (NU, FOER.head(0), "Leverancen rummer ingen fakturaer fra 2023, så det kan ikke ses, om"),
        (NU, FOER[FOER["kommune_kode"] != "630"], "Kommunen har ikke mindst 5 fakturaer, der kan vises,"),
        (
            NU,
            FOER[FOER["kommune_kode"] == "630"],
            "Ingen anden kommune i leverancen har mindst 5 fakturaer i både 2023 og 2024",
        ),
    ],
    ids=["no year before", "not there the year before", "alone"],
)
def test_where_there_is_nothing_to_compare_it_is_said_why(now, before, why):
    changes = fremgang.per_kommune(now, before)
    shown, reason = fremgang.fremgang(changes, "630"), fremgang.aarsag(changes, before, "630")
    assert shown.empty
    assert plain(sentences.fremgang(shown, reason, 2024)).startswith(why)
    assert sentences.alt_fremgang(shown, reason, 2024, "Vejle") == sentences.fremgang(shown, reason, 2024)
    assert sentences.blandt_andre(shown, "steg") == ""


def test_the_finding_says_how_far_how_many_and_where_the_middle_is():
    assert plain(sentences.fremgang(FREMGANG, None, 2025)) == (
        "Graden på faktura steg 5,4 procentpoint, mere end i 60 af de 97 andre kommuner; den midterste steg "
        "3,1. Den steg i 71 af de 97. Graden på omsætning faldt 2,0 procentpoint, og 90 af de 96 andre "
        "kommuner udviklede sig bedre; den midterste steg 0,4."
    )


def row(aendring: float, placering: int, antal_lavere: int, andre: int) -> pd.DataFrame:
    return FREMGANG.head(1).assign(
        aendring=aendring, placering=placering, antal_lavere=antal_lavere, antal_kommuner=andre + 1
    )


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (row(0.054, 38, 60, 97), ", mere end i 60 af de 97 andre kommuner"),
        (row(0.054, 1, 97, 97), ", mere end i alle 97 andre kommuner"),
        (row(0.054, 98, 0, 97), ", men ikke mere end i nogen af de 97 andre kommuner"),
        (row(0.054, 1, 1, 1), ", mere end i den anden kommune"),
        (row(0.054, 2, 0, 1), ", men ikke mere end i den anden kommune"),
        (row(-0.01, 91, 7, 97), ", og 90 af de 97 andre kommuner udviklede sig bedre"),
        (row(0.0, 2, 96, 97), ", og 1 af de 97 andre kommuner udviklede sig bedre"),
        (row(-0.01, 98, 0, 97), ", og alle 97 andre kommuner udviklede sig bedre"),
        (row(-0.01, 1, 97, 97), ", men ingen af de 97 andre kommuner udviklede sig bedre"),
        (row(-0.01, 2, 0, 1), ", og den anden kommune udviklede sig bedre"),
        (row(-0.01, 1, 1, 1), ", men den anden kommune udviklede sig ikke bedre"),
    ],
)
def test_the_others_agree_in_number(frame, said):
    change = frame["aendring"].iloc[0]
    verb = "steg" if change > 0 else "faldt" if change else "var"
    assert plain(sentences.blandt_andre(frame, verb)) == said
    assert f"{said}" in plain(sentences.fremgang(frame, None, 2025))


def test_a_change_of_few_invoices_is_said_to_be_that_and_nothing_is_claimed_of_it():
    few = FREMGANG.assign(antal_mindst=19)
    assert "siger mere om enkelte køb" in sentences.fremgang(few, None, 2025)
    assert sentences.blandt_andre(few, "steg") == ""


def test_a_change_that_reads_as_nothing_is_unchanged():
    still = FREMGANG.head(1).assign(aendring=0.0004, median=-0.0003)
    said = plain(sentences.fremgang(still, None, 2025))
    assert said.startswith(
        "Graden på faktura var uændret, og 37 af de 97 andre kommuner udviklede sig bedre;"
    )
    assert "den midterste var uændret." in said


def test_the_picture_has_a_stroke_for_every_other_municipality_and_zero_marked():
    changes = fremgang.per_kommune(NU, FOER)
    figure = charts.fremgang(changes, fremgang.fremgang(changes, "630"), "630", "Vejle")
    axes = figure.axes[0]
    strokes = [len(lines.get_segments()) for lines in axes.collections]
    assert sum(strokes) == 2 * 3
    low, high = axes.get_xlim()
    assert low < -0.1
    assert high > 0.3
    assert "0" in [label.get_text() for label in axes.get_xticklabels()]
