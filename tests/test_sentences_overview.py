"""Findings on systems, the whole, method and change: each sentence on a frame drawn by hand."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from drawn_results import (
    ENS,
    FREMGANG,
    INGEN,
    KOMMUNER,
    PLADSER,
    PLAN,
    POSTER,
    REGNSKAB,
    RETTELSER,
    SYSTEMER,
    UDEN_PROEVE,
    UDVIKLING,
    UENS,
    i_alt,
    plain,
)

from ehandel_lib import sentences

# ---- e-handelssystemer


def test_the_conclusion_follows_the_test():
    assert sentences.proeve(UENS).startswith("Der er en tydelig sammenhæng")
    assert sentences.proeve(ENS).startswith("Der er ingen tydelig sammenhæng")
    assert sentences.proeve(UDEN_PROEVE).startswith("Der er for få kommuner")


def test_p_value_and_effect_size_are_explained():
    said = plain(sentences.proeve(ENS))
    assert "ville så store forskelle opstå i 78 af 100 tilfælde." in said
    assert "siger altså ikke noget sikkert" in said
    assert "i færre end 1 af 100 tilfælde." in plain(sentences.proeve(UENS))
    assert "siger meget om, hvor meget den e-handler, men ikke hvorfor" in sentences.proeve(UENS)


def test_the_conclusion_is_in_plain_words_and_the_numbers_of_the_test_stand_below():
    assert not re.search("Kruskal|ε|χ|p [=<]", sentences.proeve(ENS) + sentences.proeve(UENS))
    below = plain(sentences.proevens_grundlag(ENS))
    by_chance = (len(ENS.systemer) - 1) / (ENS.antal_kommuner - 1)
    assert "p = 0,77 efter χ²-fordelingen og p = 0,78 efter ombytning" in below
    assert "Systemet forklarer 2 pct. af forskellen mellem kommunerne" in below
    assert f"tilfældet alene giver {100 * by_chance:.0f} pct. i gennemsnit" in below
    assert "ε² = 0,02)." in below


def test_what_was_left_out_of_the_test_is_named():
    said = plain(sentences.proevens_grundlag(UENS))
    assert "40 kommuner fordelt på 2 systemer" in said
    assert said.endswith(
        "Ikke med er Kvantum, som færre end 3 kommuner bruger, og kommuner, hvis system ikke kendes."
    )


def test_a_system_with_one_municipality_is_said_to_be_that_municipality():
    assert plain(sentences.systemer(SYSTEMER)) == (
        "Kun Tellis (20 pct., 3 kommuner) bruges af mindst 3 kommuner. "
        "Kvantum (41 pct., 1 kommune) bruges af så få kommuner, at tallet siger mere om dem end om systemet."
    )


def test_a_system_that_few_use_is_not_called_the_highest():
    many = pd.concat(
        [SYSTEMER, SYSTEMER.tail(1).assign(system_kode="TT", system_navn="TrueTrade", gennemsnit=0.3)]
    )
    assert plain(sentences.systemer(many)).startswith(
        "Af systemer med mindst 3 kommuner har TrueTrade (30 pct., 3 kommuner) det højeste gennemsnit og "
        "Tellis (20 pct., 3 kommuner) det laveste. Kvantum"
    )
    assert "kendes ikke" not in sentences.systemer(many)


@pytest.mark.parametrize(
    ("kode", "said"),
    [
        ("630", "Vejle er nr. 2 af de 3 kommuner, der bruger Tellis: 20,0 pct. mod 20,0 pct. i gennemsnit."),
        ("101", "Vejle er den eneste kommune i leverancen, der bruger Kvantum."),
        ("147", "Det er ikke oplyst, hvilket e-handelssystem Vejle bruger."),
        ("492", "Vejle har ingen e-handelsgrad på køb på aftale, der kan vises."),
        ("999", "Vejle har ingen e-handelsgrad på køb på aftale, der kan vises."),
    ],
)
def test_the_municipality_stands_among_those_with_its_system(kode, said):
    assert plain(sentences.egen(KOMMUNER, kode, "Vejle")) == said


def test_systems_at_both_ends_are_named_but_not_the_unknown():
    top, bund = KOMMUNER.iloc[[1, 2]], KOMMUNER.iloc[[3, 1]]
    assert plain(sentences.top_bund(top, bund)) == (
        "Tellis findes både blandt de 2 kommuner med de højeste grader og blandt de 2 med de laveste. "
        "I toppen er Tellis (1); i bunden Tellis (1)."
    )
    assert sentences.top_bund(KOMMUNER.iloc[[0]], KOMMUNER.iloc[[3]]).startswith(
        "Ingen af systemerne går igen"
    )


# ---- overblik


def test_both_rates_are_told_with_numerator_and_denominator():
    both = (
        "25,0 pct. af omsætningen (50.000 kr. af 200.000 kr.) og "
        "24,3 pct. af fakturaerne (300 af 1.234 fakturaer)"
    )
    counted = i_alt(1234, 300, 200_000_00, 50_000_00)
    assert plain(sentences.samlet(counted, "Vejle Kommune", 2024)) == (
        f"Af alle køb i Vejle Kommune i 2024 blev {both} registreret som e-handel."
    )
    assert plain(sentences.lovkrav(counted, 2024)) == (
        f"I de 14 varekategorier med lovkrav blev {both} registreret som e-handel i 2024."
    )
    assert "ingen køb" in sentences.lovkrav(INGEN, 2024)


def test_a_rate_that_cannot_be_computed_is_said_so_with_the_reason():
    said = plain(sentences.samlet(i_alt(4, 1, -500, 0), "Vejle Kommune", 2024))
    assert said.endswith("Den samlede grad på omsætning kan ikke beregnes: negativt grundlag.")


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (
            i_alt(8, 2, 1000, 300),
            "Fra 2023 til 2024 faldt graden på omsætning fra 30,0 til 25,0 pct., og graden på faktura "
            "steg fra 25,0 til 40,0 pct.",
        ),
        (i_alt(10, 4, 1000, 250), "var graden på omsætning uændret (25,0 pct.)"),
        (i_alt(100_000, 39_999, 1000, 250), "og graden på faktura var uændret (40,0 pct.)"),
        (i_alt(4, 1, -500, 0), "Fra 2023 til 2024 steg graden på faktura fra 25,0 til 40,0 pct."),
        (INGEN, "ingen fakturaer fra året før"),
    ],
)
def test_the_change_since_last_year(then, said):
    assert said in plain(sentences.udvikling(i_alt(10, 4, 1000, 250), then, 2024))


def test_the_change_on_invoices_is_held_against_the_others():
    known = i_alt(10, 4, 1000, 250)
    assert plain(sentences.udvikling(known, i_alt(8, 2, 1000, 300), 2024, frem=FREMGANG)).endswith(
        "og graden på faktura steg fra 25,0 til 40,0 pct., mere end i 60 af de 97 andre kommuner."
    )
    lost = known.assign(grad_faktura=pd.NA)
    assert "andre kommuner" not in sentences.udvikling(lost, lost, 2024, frem=FREMGANG)
    assert "andre kommuner" not in sentences.udvikling(known, known, 2024, frem=FREMGANG.head(0))


def test_key_figures_are_of_the_law_and_of_all_and_carry_their_base():
    under, before, all_ = i_alt(4, 1, 400, 100), i_alt(5, 2, 500, 100), i_alt(10, 4, 1000, 250)
    figures = sentences.noegletal(under, before, all_, INGEN)
    assert [figure.label.split(",")[0] for figure in figures] == ["Lovkrav"] * 2 + ["Alle køb"] * 2
    assert [(figure.taeller, figure.naevner) for figure in figures] == [
        (100, 400),
        (1, 4),
        (250, 1000),
        (4, 10),
    ]
    assert [figure.vaerdi for figure in figures] == [0.25, 0.25, 0.25, 0.4]
    assert [figure.foer for figure in figures] == [0.2, 0.4, None, None]
    assert "året før 40,0" in figures[1].grundlag
    assert "året før" not in figures[3].grundlag


@pytest.mark.parametrize(
    ("antal_lignende", "sentence"),
    [(25, " og nr. 13 af 25 kommuner med omtrent lige så mange fakturaer."), (98, "."), (1, ".")],
    ids=["some", "all", "none"],
)
def test_the_rank_is_among_those_of_the_same_size_where_they_are_some_of_all(antal_lignende, sentence):
    pladser = PLADSER.assign(antal_lignende=antal_lignende)
    said = f"Vejle er nr. 44 af 98 kommuner målt på omsætning af varer med lovkrav{sentence} Den midterste"
    assert plain(sentences.plads(pladser, "Vejle")).startswith(said)
    assert "halvdel af de 97 øvrige ligger" in plain(sentences.plads(pladser, "Vejle"))


def test_the_strokes_are_told_with_both_measures():
    said = plain(sentences.alt_pladser(PLADSER, "Vejle"))
    assert (
        "På omsætning af varer med lovkrav er graden 25 pct., nr. 44 af 98 kommuner og nr. 13 af 25" in said
    )
    assert "På faktura af varer med lovkrav er graden 40 pct., nr. 2 af 98 kommuner og nr. 1 af 25" in said


def test_the_first_steps_are_those_of_the_plan_with_their_numbers():
    assert [plain(step) for step in sentences.indsats(PLAN)] == [
        "Nr. 1, bleer: 634 af 1.234 fakturaer er ikke e-handlet; med de bedste lignende kommuners grad "
        "ville 264 flere være e-handlet. Gør noget.",
        "Nr. 2, AV-udstyr: 60 af 100 fakturaer er ikke e-handlet; med de bedste lignende kommuners grad "
        "ville 20 flere være e-handlet. Gør noget andet.",
        "Nr. 3, legetøj: 1 af 1 faktura er ikke e-handlet. Spørg.",
    ]


def test_the_overview_names_the_categories_that_the_plan_begins_with():
    begin = sentences.handlingsplan(PLAN)
    for step in sentences.indsats(PLAN)[:2]:
        assert step.split(", ")[1].split(":")[0] in begin


def test_a_category_with_nothing_left_is_no_step():
    done = PLAN.assign(uden_fakturaer=[0, 60, 1])
    assert [step[:5] for step in map(plain, sentences.indsats(done))] == ["Nr. 2", "Nr. 3"]


# ---- metode


def test_a_ledger_that_adds_up_is_said_to():
    assert plain(sentences.regnskab(REGNSKAB)) == (
        "Af 10 rækker indgår 6 i tabellen, 1 var dublet, og 3 blev afvist med en årsag; 2 af dem er uden "
        "kendt kommune og kan være andres. Kommunens rækker står i 2 filer. "
        "Regnskabet går op både i rækker og i beløb."
    )


def test_a_ledger_that_does_not_add_up_is_not_said_to():
    broken = REGNSKAB.assign(raekker_tabel=[3, 2, 0], oere_tabel=[300, 200, 0])
    assert "går ikke op: der mangler en forklaring på 1 række og 1 kr." in plain(sentences.regnskab(broken))


def test_the_ledger_per_file_ends_with_the_sum():
    per_fil = sentences.regnskab_pr_fil(REGNSKAB)
    assert per_fil["kilde_fil"].tolist() == ["a.csv", "b.csv", "Rækker uden kendt kommune", "I alt"]
    assert per_fil["raekker_afvist"].tolist() == [0, 1, 2, 0 + 1 + 2]


def test_amounts_of_invoices_and_of_statements_have_no_sum_together():
    per_fil = sentences.regnskab_pr_fil(REGNSKAB, {"b.csv"}).set_index("kilde_fil")
    assert per_fil.index.tolist()[-3:] == ["I alt uden opgørelser", "I alt, opgørelser", "I alt"]
    assert per_fil["oere_ind"].tail(2).tolist() == [300 + 20, pd.NA]
    assert per_fil.loc["I alt uden opgørelser", "oere_tabel"] == 400
    assert per_fil.loc["I alt", "raekker_ind"] == 5 + 3 + 2


def test_a_delivery_of_nothing_but_statements_has_one_sum():
    per_fil = sentences.regnskab_pr_fil(REGNSKAB, {"a.csv", "b.csv"})
    assert per_fil["oere_ind"].tail(1).tolist() == [500 + 300 + 20]


def test_the_ledger_of_the_country_is_not_said_to_be_one_municipalitys():
    country = pd.concat([REGNSKAB, REGNSKAB.assign(kommune_kode=["621", "621", None])])
    assert "Rækker fra 2 kommuner står i 2 filer." in plain(sentences.regnskab(country))


def test_rows_values_and_remarks_on_columns_are_counted_apart():
    assert plain(sentences.rettelser(RETTELSER)) == (
        "Af rækkerne blev 2 afvist. 1 af de afviste er uden kendt kommune. Maskeret, før noget blev gemt, er "
        "1 værdi, der ligner et CPR-nummer. 2 bemærkninger gælder hele kolonner, og i tabellen er talt de "
        "værdier i filen, som de er om."
    )


def test_the_reasons_of_rows_without_a_municipality_add_up_to_them():
    strangers = pd.DataFrame(
        {"kommune_kode": None, "kilde_raekke": range(3), "handling": "afvist", "kilde_fil": "a.csv"}
    ).assign(aarsag=["sumlinje", "ukendt kommune", "ukendt kommune"])
    said = plain(sentences.rettelser(strangers))
    assert "3 af de afviste er uden kendt kommune: 2 »ukendt kommune« og 1 »sumlinje«." in said


def test_remarks_that_differ_by_a_count_alone_are_one_line_with_the_sum():
    assert sentences.aarsager(RETTELSER)[["aarsag", "antal"]].to_numpy().tolist() == [
        ["dato mangler", 2],
        ["værdier, der kan læses på to måder; læst dag først", 12 + 1203],
        ["ligner et CPR-nummer", 1],
    ]


def test_remarks_on_other_municipalities_files_are_left_out():
    own = sentences.egne_rettelser(RETTELSER, REGNSKAB[REGNSKAB["kilde_fil"] != "a.csv"])
    assert own["aarsag"].tolist() == [RETTELSER["aarsag"][n] for n in (0, 1, 3, 4)]


def test_no_e_order_among_many_invoices_points_to_the_rules():
    none = pd.concat([POSTER.head(1)] * 20).assign(
        faktura_id=[f"f{n}" for n in range(20)], e_handlet=False, har_ordrenummer=True
    )
    assert "Ingen ordrenumre passer på reglerne for e-ordrer" in sentences.svagt_maal(none)
    bare = sentences.svagt_maal(none.assign(har_ordrenummer=False))
    assert "Ingen fakturaer har et ordrenummer" in bare
    assert "ehandel ordrenumre" in bare
    assert "reglerne" not in sentences.svagt_maal(none.head(19))
    assert "reglerne" not in sentences.svagt_maal(none.assign(e_handlet=[True] + [False] * 19))


def test_every_rule_has_its_row_and_its_share():
    assert sentences.ordreregler(POSTER)["antal_poster"].tolist() == [0, 1, 0, 1, 1]
    assert "33 pct." in plain(sentences.regel_saetning(sentences.kategoriregler(POSTER)))
    assert "af »ukendt«" in sentences.regel_saetning(sentences.kategoriregler(POSTER))


def test_any_order_number_is_a_weaker_measure_of_its_own():
    assert "67 pct. (2 af 3 fakturaer)" in plain(sentences.svagt_maal(POSTER))


def test_the_glossary_explains_each_word_once():
    words = sentences.ordliste()
    assert words["ord"].is_unique
    assert all(meaning.endswith(".") for meaning in words["betydning"])


# ---- udvikling


def test_the_change_names_both_years_both_bases_and_where_it_is_greatest():
    assert plain(sentences.udvikling_pr_kategori(UDVIKLING, POSTER, 2024)) == (
        "Fra 2023 til 2024 steg graden på omsætning i 2 af de 3 varekategorier med lovkrav, der har nok "
        "fakturaer i begge år. Blandt dem med mindst 20 fakturaer i begge år steg tablets mest, "
        "fra 10,0 til 30,0 pct. (af 40 og 50 fakturaer)."
    )
    known = UDVIKLING.assign(antal_fakturaer_foer=90)
    assert "Mest faldt telefoni, fra 12,0 til 7,0 pct. (af 90 og 80 fakturaer)." in plain(
        sentences.udvikling_pr_kategori(known.assign(antal_fakturaer=80), POSTER, 2024)
    )


@pytest.mark.parametrize(
    ("frame", "before", "said"),
    [
        (UDVIKLING.head(0), POSTER.head(0), "Leverancen rummer ingen fakturaer fra 2023, så udviklingen"),
        (UDVIKLING.head(0), POSTER, "Ingen varekategori med lovkrav har nok fakturaer i både 2023 og 2024."),
    ],
    ids=["only one year", "too few invoices"],
)
def test_a_change_that_cannot_be_shown_is_said(frame, before, said):
    assert plain(sentences.udvikling_pr_kategori(frame, before, 2024)).startswith(said)
    assert sentences.alt_udvikling(frame, before, 2024) == sentences.udvikling_pr_kategori(
        frame, before, 2024
    )


def test_the_alt_text_of_the_change_has_its_spread():
    alt = plain(sentences.alt_udvikling(UDVIKLING, POSTER, 2024))
    assert "går fra 5,0 procentpoint ned til 20,0 procentpoint op" in alt
