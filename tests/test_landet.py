"""The whole country: the same numbers as its municipalities' posts, and what is said of them."""

from __future__ import annotations

import pandas as pd
import pytest

from ehandel_lib import charts, landet, rates, sentences
from ehandel_lib.load import hent


@pytest.fixture(scope="module")
def country(demo_leverance):
    return hent("Hele landet", leverance=demo_leverance)


def test_the_country_is_the_sum_of_its_municipalities(country, demo_leverance):
    whole = rates.begge(country.poster).iloc[0]
    parts = [
        rates.begge(hent(kode, country.aar, demo_leverance).poster).iloc[0]
        for kode in sorted(country.poster["kommune_kode"].unique())
    ]
    for name in ("antal_fakturaer", "fakturaer_e_handlet", "omsaetning_oere", "omsaetning_e_handlet_oere"):
        assert whole[name] == sum(part[name] for part in parts)


def test_the_default_year_is_the_latest_whole_one(country):
    assert country.aar == max(country.aar_alle)
    assert country.poster_foer["aar"].unique().tolist() == [country.aar - 1]


def test_each_municipality_has_its_name_and_region(country):
    shown = landet.kommuner(country.landet).set_index("kommune_navn")["region"]
    assert shown["Vejle"] == "Syddanmark"
    assert shown["Aarhus"] == "Midtjylland"


def test_a_body_that_is_no_municipality_stands_by_its_code():
    poster = pd.DataFrame({"kommune_kode": "x1", "faktura_id": list("abcde"), "e_handlet": True})
    shown = landet.kommuner(poster.assign(beloeb_oere=1))
    assert shown[["kommune_navn", "region"]].to_numpy().tolist() == [["x1", "Uden region"]]


def test_nobody_with_a_rate_is_a_sentence_and_a_chart_that_says_so():
    none = pd.DataFrame({"kommune_navn": ["A"], "region": ["B"], "grad_omsaetning": [None]})
    assert sentences.regioner(none) == sentences.alt_regioner(none)
    assert "Ingen af kommunerne" in sentences.regioner(none)
    assert charts.regioner(none).axes


def test_the_widest_category_stands_first(country):
    spread = landet.spredning(country.landet)
    width = (spread["oevre_kvartil"] - spread["nedre_kvartil"]).tolist()
    assert width == sorted(width, reverse=True)
    assert sentences.spredning(spread).startswith("Mest skiller")
