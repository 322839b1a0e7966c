"""The front page of many reports: every municipality, in Danish order, and nothing that is markup."""

from __future__ import annotations

import re

import pytest

from ehandel_lib.render import index
from ehandel_lib.run.batch_result import FEJLET, LAVET, SPRUNGET_OVER, Grad, Resultat
from ehandel_lib.run.front_page import write_front_page


def result(name: str, rate: float | None = 0.25, **other: object) -> Resultat:
    grad = Grad(rate, 1, 4, None if rate is None else rate - 0.01)
    told = {"status": LAVET, "aarsag": "ny", "mappe": name, "aar": 2024, "plads": 2, "af": 3} | other
    return Resultat("630", name, "Syddanmark", omsaetning=grad, faktura=grad, **told)


@pytest.fixture
def page():
    return index.html([result("Ærø"), result("Aarhus", None), result("Vejle")]).decode()


def test_municipalities_stand_in_danish_order(page):
    assert re.findall(r'<th scope="row"[^>]*>([^<]+)<', page) == ["Vejle", "Ærø", "Aarhus"]


def test_a_rate_is_a_bar_and_a_number_and_its_change_has_a_sign(page):
    assert "width: 25.0%" in page
    assert "25,0\xa0%" in page
    assert ">+1,0<" in page


def test_what_has_no_rate_has_a_dash_and_sorts_as_nothing(page):
    row = page[page.index(">Aarhus<") :]
    assert 'data-sorter="">–' in row


def test_change_and_rank_say_which_rate_they_are_of(page):
    heads = re.findall(r'<button type="button">([^<]+)</button>', page)
    assert "Ændring på omsætning, procentpoint" in heads
    assert "Plads på omsætning" in heads


@pytest.mark.parametrize(
    ("status", "why", "told"),
    [
        (LAVET, "ny", "ny"),
        (LAVET, "ny; lykkedes i andet forsøg", "ny"),
        (LAVET, "data ændret", "lavet igen: nye data"),
        (LAVET, "bibliotek ændret; lykkedes i andet forsøg", "lavet igen: nyt program"),
        (LAVET, "filer ændret eller væk", "lavet igen: filer var ændret eller væk"),
        (SPRUNGET_OVER, "intet ændret", "uændret"),
        (FEJLET, "diskfejl", "ikke lavet"),
    ],
)
def test_what_happened_to_a_report_is_told_without_the_words_of_the_program(status, why, told):
    page = index.html([result("Vejle", status=status, aarsag=why)]).decode()
    assert f'data-sorter="{told}">{told}</td>' in page


@pytest.mark.parametrize(("names", "whose"), [(["Vejle"], "kommunens"), (["Vejle", "Ærø"], "hver kommunes")])
def test_the_rates_are_each_municipalitys_own(names, whose):
    assert f"Graderne er {whose} egne" in index.html([result(name) for name in names]).decode()


def test_links_lead_to_the_report_and_name_the_municipality():
    page = index.html([result("Høje Taastrup")]).decode()
    assert 'href="H%C3%B8je%20Taastrup/rapport.pdf" aria-label="Høje Taastrup, PDF"' in page


def test_a_failure_stands_on_top_with_its_cause_and_log():
    page = index.html([result("Vejle", status=FEJLET, aarsag="kernen døde")]).decode()
    assert page.index("kernen døde") < page.index("Find en kommune")
    assert 'href="Vejle/fejl/besked.txt"' in page


def test_names_and_causes_are_characters_not_markup():
    page = index.html([result("<script>x</script>", aarsag="<img src=x>", status=FEJLET)]).decode()
    assert "<script>x" not in page
    assert "<img src=x>" not in page


def test_only_our_script_runs_and_nothing_is_fetched(page):
    assert "default-src 'none'" in page
    assert re.search(r"script-src 'sha256-[\w+/=]{44}'", page)
    assert "://" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_the_front_page_lies_beside_the_reports_with_the_chart_in_words(tmp_path):
    path = write_front_page(tmp_path, [result("Vejle"), result("Ærø", 0.5)])
    assert path == tmp_path / "index.html"
    assert "går fra 25\xa0pct. (Vejle) til 50\xa0pct. (Ærø)" in path.read_text(encoding="utf-8")
