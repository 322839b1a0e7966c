"""The chain behind a printed percentage: the same numbers as the report, each link counted by hand."""

# ruff: noqa: E501 - tables are drawn: one row a line

from __future__ import annotations

from types import SimpleNamespace

import pytest
from drawn import drawn

from ehandel_lib import cli, rates, text
from ehandel_lib.errors import UnknownNameError
from ehandel_lib.explain import find_tal, forklaring
from ehandel_lib.load import Kildefil
from ehandel_lib.reference import find_kommune

POSTER = drawn("poster", """
    varekategori | e_handlet | har_ordrenummer | ordre_regel        | kategori_regel | beloeb_oere | dokumenttype | kilde_fil     | antal_linjer | faktura_id
    Lyskilder    | ja        | ja              | præfiks            | aftale         | 300.00      | faktura      | a.csv         | 2            | f1
    Lyskilder    | ja        | ja              | præfiks            | UNSPSC         | 100.00      | faktura      | a.csv         | 1            | f2
    Lyskilder    | nej       | ja              | andet ordrenummer  | aftale         | 500.00      | faktura      | b.zip/c.csv   | 1            | f3
    Lyskilder    | nej       | nej             | intet ordrenummer  | aftale         | 200.00      | faktura      | b.zip/c.csv   | 3            | f4
    Lyskilder    | nej       | nej             | pladsholder        | aftale         | -100.00     | kreditnota   | a.csv         | 1            | f5
    Møbler       | nej       | nej             | intet ordrenummer  | aftale         | 50.00       | faktura      | a.csv         | 1            | f1
    Ukendt       | nej       | nej             | intet ordrenummer  | ukendt         | 70.00       | faktura      | a.csv         | 1            | f6
""")  # fmt: skip

REGNSKAB = drawn("regnskab", """
    kilde_fil | raekker_ind | raekker_tabel | raekker_dublet | raekker_afvist | oere_ind | oere_tabel | oere_dublet | oere_afvist
    a.csv     | 9           | 6             | 2              | 1              | 10.00    | 0          | 8.00        | 2.00
    b.zip     | 5           | 4             | 1              | 0              | 1.00     | 0          | 1.00        | 0
""")  # fmt: skip

FILER = (Kildefil("a.csv", "a" * 64, 1, ""), Kildefil("b.zip", "b" * 64, 1, ""))


def data(poster=POSTER) -> SimpleNamespace:
    leverance = SimpleNamespace(valuta="DKK", filer=FILER)
    return SimpleNamespace(
        kommune=find_kommune("Vejle"), aar=2024, poster=poster, regnskab=REGNSKAB, leverance=leverance
    )


def chain(navn: str, poster=POSTER) -> dict[str, list[str]]:
    """The explanation as its headings and the lines under each."""
    head, *parts = forklaring(data(poster), navn).replace("\xa0", " ").split("\n\n")
    return {"": head.splitlines()} | {
        title: [line.strip() for line in lines] for title, *lines in (part.split("\n") for part in parts)
    }


def test_turnover_has_its_numerator_denominator_and_rate():
    found = chain("Lyskilder, omsætning")
    assert found[""] == ["Lyskilder, omsætning: Vejle Kommune 2024"]
    assert found["Tallet"] == [
        "E-handelsgrad på omsætning: 40,0 %",  # (300 + 100) / (300 + 100 + 500 + 200 - 100)
        "Tæller: 400 kr. (den del af gruppens omsætning, der er e-handlet)",
        "Nævner: 1.000 kr. (gruppens omsætning uden moms)",
    ]


def test_invoices_are_counted_once_each():
    assert chain("i alt, faktura")["Tallet"] == [
        "E-handelsgrad på faktura: 33,3 %",  # f1 and f2 of six
        "Tæller: 2 fakturaer (antal fakturaer i gruppen, der er e-handlet)",
        "Nævner: 6 fakturaer (antal fakturaer i gruppen)",
    ]


@pytest.mark.parametrize("maal", ["omsætning", "faktura"])
def test_it_is_the_number_that_the_report_prints(maal):
    printed = rates.begge(POSTER, "varekategori").set_index("varekategori").loc["Lyskilder"]
    column = {"omsætning": "grad_omsaetning", "faktura": "grad_faktura"}[maal]
    shown = text.pct(printed[column]).replace("\xa0", " ")
    assert chain(f"Lyskilder, {maal}")["Tallet"][0].endswith(f": {shown}")


def test_the_weaker_measure_stands_beside():
    words = "det er ikke i sig selv e-handel"
    weak = chain("Lyskilder, omsætning")["Svagere mål"]
    assert weak == [f"Har ordrenummer: 90,0 % (900 kr. af 1.000 kr.); {words}"]
    weak = chain("Lyskilder, faktura")["Svagere mål"]
    assert weak == [f"Har ordrenummer: 60,0 % (3 fakturaer af 5 fakturaer); {words}"]


def test_the_base_stands_beside_all_posts():
    assert chain("Lyskilder, faktura")["Grundlaget"] == [
        "5 poster, 1.000 kr., på 5 fakturaer; heraf 1 post på en kreditnota",
        "Alle kommunens poster i året: 7 poster, 1.120 kr.",
    ]


def test_each_rule_has_its_posts_and_its_amount_and_they_add_up():
    found = chain("Lyskilder, omsætning")
    assert found["Hvad der afgjorde, om posterne er e-handlet"] == [
        "præfiks: 2 poster, 400 kr.",
        "pladsholder: 1 post, −100 kr.",
        "intet ordrenummer: 1 post, 200 kr.",
        "andet ordrenummer: 1 post, 500 kr.",
    ]
    assert found["Hvad der afgjorde varekategorien"] == [
        "aftale: 4 poster, 900 kr.",
        "UNSPSC: 1 post, 100 kr.",
    ]


def test_duplicates_rejects_and_unknown_are_told():
    assert chain("Lyskilder, omsætning")["Hvad der ikke er med"] == [
        "3 rækker, 9 kr.: kendte dubletter",
        "1 række, 2 kr.: afvist med en årsag",
        "(rækkerne er fra alle kommunens filer og år; de står hver for sig i datakvalitet.csv)",
        "1 post, 70 kr.: har ingen kendt varekategori og kan høre til her",
    ]


def test_the_total_says_how_many_groups_are_counted_but_hidden():
    assert chain("i alt, omsætning")["Hvad der ikke er med"][-1] == (
        "2 varekategorier med færre end 5 fakturaer er med i tallet, men vises ikke for sig"
    )


def test_the_files_have_rows_amount_and_fingerprint():
    assert chain("Lyskilder, omsætning")["Filerne, posterne kommer fra"] == [
        "a.csv: 4 rækker, 300 kr. (sha256 aaaaaaaaaaaa)",
        "b.zip/c.csv: 4 rækker, 700 kr. (sha256 bbbbbbbbbbbb)",
    ]


def test_a_small_group_is_not_told():
    told = forklaring(data(), "Møbler, omsætning")
    assert told.endswith("Rapporten viser ingen tal for gruppen: færre end 5 fakturaer.")
    assert "50" not in told


def test_a_group_that_would_give_away_a_small_one_is_not_told_either():
    pair = POSTER[POSTER["varekategori"] != "Ukendt"]
    told = forklaring(data(pair), "Lyskilder, omsætning")
    assert told.endswith("Rapporten viser ingen tal for gruppen: skjuler en mindre gruppe.")


@pytest.mark.parametrize("invoices", [4, 5])
def test_the_limit_is_that_of_the_report(invoices):
    few = POSTER[POSTER["varekategori"] == "Lyskilder"].head(invoices)
    assert ("Tallet" in chain("Lyskilder, faktura", few)) is (invoices >= rates.MIN_FAKTURAER)


def test_a_category_that_nobody_bought_has_no_rate():
    found = chain("Tablets, omsætning")
    assert found["Tallet"][0] == "E-handelsgrad på omsætning: kan ikke beregnes: intet grundlag"
    assert found["Filerne, posterne kommer fra"] == ["Ingen filer."]


def test_an_amount_band_can_be_asked_for_and_case_does_not_count():
    assert find_tal("5.000 KR. eller mere,  Omsætning ", POSTER).kolonne == "beloebsinterval"
    assert "5 poster" in chain("Lyskilder, faktura")["Grundlaget"][0]


@pytest.mark.parametrize(
    ("navn", "message"),
    [
        ("Lyskider, omsætning", 'Der er intet tal for "Lyskider". Mente du Lyskilder?'),
        ("Lyskilder, omsetning", 'Der er intet mål "omsetning". Mente du omsætning?'),
        ("Lyskilder, kroner", 'Der er intet mål "kroner". Der findes: omsætning og faktura.'),
        ("Cykler, faktura", 'Der er intet tal for "Cykler". Der findes: i alt, Negativt beløb,'),
        ("Lyskilder", "har intet komma"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(navn, message):
    with pytest.raises(UnknownNameError) as problem:
        find_tal(navn, POSTER)
    assert message in str(problem.value)


def test_the_command_prints_the_chain(demo_leverance, capsys):
    words = ["forklar", "Vejle", "--tal", "i alt, omsætning", "--aar", "2024", "--data", str(demo_leverance)]
    assert cli.run(words) == 0
    assert capsys.readouterr().out.startswith("I alt, omsætning: Vejle Kommune 2024\n\nTallet\n")
    assert cli.run(["forklar", "Vejle"]) == cli.BAD_INPUT
    assert "Hvilket tal?" in capsys.readouterr().err
