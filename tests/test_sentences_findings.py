"""Findings on categories, rates and bands: each sentence on a frame drawn by hand, word for word."""

from __future__ import annotations

import pandas as pd
import pytest
from drawn_results import (
    AFSTEMNING,
    ALENE,
    BLANDT,
    GAB,
    GRUPPER,
    INTERVALLER,
    KATEGORIER,
    PLADSER,
    POSTER,
    STORE,
    SYSTEMER,
    i_alt,
    plain,
    result,
)

from ehandel_lib import analyses, sentences

# ---- varekategorier


def test_the_highest_and_lowest_category_are_among_those_under_the_law_and_stand_with_their_base():
    assert plain(sentences.kategorier(KATEGORIER)) == (
        "Af varekategorierne med lovkrav har kontorartikler den højeste e-handelsgrad: 88 pct. "
        "af omsætningen "
        "og 87 pct. af fakturaerne (af 100 fakturaer). "
        "Lavest ligger telefoni med 10 pct. af omsætningen og 7 pct. af fakturaerne (af 1.234 fakturaer)."
    )


def test_the_levels_are_counted_in_singular_and_plural():
    two_green = KATEGORIER.assign(farve=["grøn", "grøn", "uden lovkrav", "rød", "kan ikke beregnes"])
    assert plain(sentences.antal_pr_niveau(two_green)) == (
        "Af 4 varekategorier med lovkrav er 2 grønne og 1 rød; 1 kan ikke beregnes eller har for "
        "få fakturaer."
    )


def test_each_level_has_its_sentence_even_when_it_is_empty():
    green, yellow, red = sentences.niveauer(KATEGORIER.head(2))
    assert plain(green).startswith("Grøn (over 55 pct.): kontorartikler (88 pct.). Her ")
    assert plain(yellow).startswith("Gul (20–55 pct.): storkøkkenudstyr (45 pct.). Her ")
    assert plain(red) == "Rød (under 20 pct.): ingen varekategorier."


def test_what_has_no_category_is_not_passed_over():
    assert plain(sentences.ukendt(POSTER)) == (
        "Varer uden kendt kategori står på 1 faktura, i alt 600 kr. af 1.000 kr. "
        "Af det beløb er 0 pct. e-handlet."
    )
    assert sentences.ukendt(POSTER.head(2)) == "Alle køb har en kendt varekategori."


def test_the_distance_to_ski_is_told_for_both_ends():
    moved = KATEGORIER.assign(ski_grad_omsaetning=[0.80, 0.50, None, 0.10, None])
    assert plain(sentences.mod_ski(moved)) == (
        "Målt på omsætning ligger kommunen over SKI's tal for 2023 i 1 af 3 varekategorier. "
        "Længst under ligger storkøkkenudstyr (5,0 procentpoint lavere). "
        "Længst over ligger kontorartikler (8,0 procentpoint højere)."
    )


def test_no_category_is_called_lowest_where_all_are_above():
    all_above = KATEGORIER.assign(ski_grad_omsaetning=[0.80, 0.40, None, None, None])
    assert "under" not in sentences.mod_ski(all_above)


def test_the_highest_and_the_lowest_fourth_are_named():
    assert plain(sentences.blandt_kommuner(BLANDT, "Vejle")) == (
        "Vejle hører til den højeste fjerdedel af kommunerne i 1 af 3 varekategorier: kontorartikler. "
        "Vejle hører til den laveste fjerdedel af kommunerne i 1 af 3 varekategorier: telefoni. "
        "Op til 98 kommuner indgår, Vejle selv medregnet."
    )


def test_a_municipality_alone_is_not_compared():
    assert "kun én kommune" in sentences.blandt_kommuner(ALENE, "Vejle")
    assert "kun én kommune" in sentences.plads(PLADSER.head(0), "Vejle")
    assert "kun én kommune" in sentences.systemer(SYSTEMER.head(1))


def test_ski_s_footnotes_follow_the_categories_and_the_missing_ones_are_named():
    notes = sentences.forbehold(KATEGORIER)
    assert any(note.startswith("Telefoni: ") and "abonnementer" in note for note in notes)
    assert not any(note.startswith("Fødevarer: ") for note in notes)
    assert "legetøj" in notes[-1]
    assert "telefoni" not in notes[-1]


def test_on_and_off_agreement_are_two_axes():
    frame = result("""
        paa_aftale | antal_fakturaer | grad_omsaetning | grad_faktura
        nej        | 1               | 0.10            | 0.00
        ja         | 200             | 0.30            | 0.25
    """)
    assert plain(sentences.aftale(frame)).startswith(
        "På aftale er 30 pct. af omsætningen og 25 pct. af fakturaerne (af 200 fakturaer) e-handlet. "
        "Uden for aftale er det 10 pct. af omsætningen og 0 pct. af fakturaerne (af 1 faktura)."
    )
    assert "købt på aftale" in sentences.aftale(frame.tail(1))
    assert "Ingen poster er knyttet til en aftale" in sentences.aftale(frame.head(1))


def test_a_hidden_side_of_the_agreements_says_so():
    frame = result("""
        paa_aftale | antal_fakturaer | grad_omsaetning | grad_faktura
        nej        | -               | -               | -
        ja         | 200             | 0.30            | 0.25
    """)
    said = plain(sentences.aftale(frame))
    assert said == "En af de to grupper har for få fakturaer til at vises, så de kan ikke sammenlignes."
    assert "–" not in said


def test_the_alt_text_beside_ski_counts_the_categories_that_ski_has():
    alt = plain(sentences.alt_mod_ski(KATEGORIER))
    assert alt.startswith("To søjler for hver af 3 varekategorier")
    assert alt.endswith(plain(sentences.mod_ski(KATEGORIER)))


def test_a_headline_does_not_rest_on_a_handful_of_invoices():
    graded = KATEGORIER[KATEGORIER["lovkrav"].fillna(False).astype(bool)].dropna(subset=["grad_omsaetning"])
    few = graded.head(1).assign(varekategori="Høreapparater", grad_omsaetning=1.0, antal_fakturaer=6)
    assert "øreapparater" not in sentences.kategorier(pd.concat([few, graded]))


# ---- faktura og omsætning


def test_the_sentence_of_ski_s_report_is_computed():
    assert plain(sentences.gab(GAB, KATEGORIER)) == (
        "Kun for storkøkkenudstyr er graden på faktura mindst 10 procentpoint højere end graden på "
        "omsætning: "
        "73 pct. af fakturaerne (73 af 100 fakturaer) er e-handlet, men "
        "kun 45 pct. af omsætningen. De sidste 27 pct. af fakturaerne står altså for 55 pct. af omsætningen."
    )


def test_the_widest_gap_is_the_one_that_is_told():
    two = analyses.gab(KATEGORIER.assign(grad_faktura=[0.99, 0.73, None, None, None]))
    assert two["varekategori"].tolist() == ["Storkøkkenudstyr", "Kontorartikler"]
    assert "storkøkkenudstyr" in sentences.gab(two.iloc[::-1], KATEGORIER)


def test_the_direction_is_counted_and_nothing_is_concluded_from_it():
    assert plain(sentences.retning(KATEGORIER.head(2))) == (
        "Graden på faktura er højere end graden på omsætning i 1 af 2 varekategorier."
    )
    same = KATEGORIER.head(2).assign(grad_omsaetning=[0.866, 0.45])
    assert "højere end graden på omsætning i 1 af 2" in plain(sentences.retning(same))


def test_where_the_small_invoices_go_outside_is_told_but_not_from_a_handful():
    reverse = KATEGORIER.head(2).assign(grad_faktura=[0.70, 0.73])
    assert plain(sentences.retning(reverse)).endswith(
        "I kontorartikler er det omvendt: graden på omsætning er mindst 10 procentpoint højere, så dér går "
        "de mindre fakturaer uden om e-handelssystemet."
    )
    assert "omvendt" not in sentences.retning(reverse.assign(antal_fakturaer=19))


def test_a_gap_has_ski_s_explanation_where_there_is_one():
    assert sentences.rester(GAB, KATEGORIER)[0].endswith(
        "SKI's forklaring er, at større maskiner købes ofte gennem en konsulent hos leverandøren."
    )
    assert "SKI" not in sentences.rester(GAB.assign(varekategori="Tablets"), KATEGORIER)[0]


def test_the_widest_gap_is_not_that_of_a_handful_of_invoices():
    three = (("Tablets", 0.5, 5), ("Bleer", 0.3, 40), ("Møbler", 0.2, 40))
    many = pd.concat(GAB.assign(varekategori=name, forskel=gap, antal_fakturaer=n) for name, gap, n in three)
    assert "Tydeligst er det for bleer" in sentences.gab(many, many)


def test_what_is_not_e_handlet_under_the_law_is_all_of_it_also_what_is_hidden():
    under = i_alt(100, 40, 800_000_00, 370_000_00)
    said = plain(sentences.uden_e_handel(KATEGORIER, under))
    assert "430.000 kr. ikke registreret" in said


def test_no_gap_is_said_to_be_none():
    none = sentences.gab(GAB.head(0), KATEGORIER)
    assert none.startswith("I ingen varekategori")
    assert sentences.rester(GAB.head(0), KATEGORIER) == [none]


def test_no_gap_is_claimed_to_be_missing_where_none_could_be_seen():
    unknown = KATEGORIER.assign(grad_omsaetning=pd.NA)
    assert sentences.gab(GAB.head(0), unknown).startswith("Ingen varekategori har både en grad")
    assert sentences.gab(GAB.head(0), unknown) == sentences.retning(unknown)


def test_the_two_parts_of_a_whole_add_up_in_print():
    half = KATEGORIER.assign(grad_faktura=0.625, fakturaer_e_handlet=5, antal_fakturaer=8).iloc[[1]]
    said = plain(sentences.gab(analyses.gab(half), half))
    assert "63 pct. af fakturaerne (5 af 8 fakturaer)" in said
    assert "De sidste 37 pct. af fakturaerne" in said


def test_purchases_are_called_few_only_when_they_are():
    assert "står de 2 største af de 20 fakturaer uden e-handel (10 pct.)" in plain(
        sentences.koncentration(STORE)
    )
    assert "de få køb" in sentences.koncentration(STORE)
    many = STORE.head(1).assign(halvdelen_fakturaer=8, halvdelen_andel=0.40)
    assert "ikke kun få køb" in sentences.koncentration(many)


def test_one_invoice_is_in_the_singular():
    one = STORE.head(1).assign(halvdelen_fakturaer=1, halvdelen_andel=0.05)
    assert "står den største af de 20 fakturaer" in plain(sentences.koncentration(one))


def test_only_agreements_that_suppliers_reported_are_reconciled():
    assert plain(sentences.afstemning(AFSTEMNING, AFSTEMNING, "GBP")) == (
        "På de 3 aftaler, som leverandørerne har indberettet, viser fakturaerne i alt 1,58 mio. GBP og "
        "indberetningerne 1,80 mio. GBP. "
        "Forskellene er tilsammen 420.000 GBP, uanset hvilken vej de går. "
        "På 1 af 3 aftaler passer de to tal sammen inden for 5 pct. Størst blandt de 2 aftaler med fakturaer "
        "nok til at blive vist er forskellen på 50.90 Fødevarer, hvor fakturaerne viser 100.000 GBP "
        "mere end indberetningen."
    )
    none = AFSTEMNING.tail(1)
    assert "ingen omsætningsopgørelse" in sentences.afstemning(none, none)


def test_the_sums_are_of_all_agreements_and_only_shown_ones_are_named():
    shown = AFSTEMNING.assign(
        indberettet_oere=[100000000, pd.NA, pd.NA, pd.NA], difference_oere=[-2000000, pd.NA, pd.NA, pd.NA]
    )
    said = plain(sentences.afstemning(AFSTEMNING, shown))
    assert "i alt 1,58 mio. kr. og indberetningerne 1,80 mio. kr." in said
    assert "Fødevarer" not in said
    assert "Størst" not in said  # of one that is shown nothing is the largest


# ---- beløbsintervaller


def test_credit_notes_are_no_finding_among_the_bands():
    assert plain(sentences.intervaller(INTERVALLER)) == (
        "Højest er e-handelsgraden i intervallet »3.000 til under 4.000 kr.«: 60 "
        "pct. (30 af 50 "
        "fakturaer). Lavest er den i intervallet »Over 0 til under 50 kr.«: 10 pct. (10 af 100 fakturaer)."
    )


def test_the_three_groups_stand_with_their_base():
    assert plain(sentences.grupper(GRUPPER)) == (
        "Af fakturaerne på under 250 kr. er 20 pct. e-handlet (80 af 400). "
        "Af dem på 250 til under 5.000 kr. er det 45 pct. (225 af 500), og af dem på 5.000 kr. eller mere "
        "30 pct. (30 af 100)."
    )


@pytest.mark.parametrize(
    ("grader", "said"),
    [
        ([0.2, 0.4, 0.3], "e-handles mest, som hos SKI's fire kommuner"),
        ([0.4, 0.4, 0.3], "et andet billede end hos SKI's fire kommuner"),
        ([0.1, 0.2, 0.3], "et andet billede end hos SKI's fire kommuner"),
        ([None, 0.2, 0.3], "Ikke alle tre grupper"),
    ],
)
def test_ski_s_pattern_is_claimed_only_where_it_is(grader, said):
    frame = GRUPPER.assign(grad_faktura=pd.array(grader, dtype="Float64"))
    assert said in sentences.moenster(frame)


def test_ski_s_pattern_is_not_claimed_of_what_chance_can_give():
    few = GRUPPER.assign(
        grad_faktura=[0.23, 0.24, 0.19], grad_lav=[0.14, 0.20, 0.11], grad_hoej=[0.35, 0.30, 0.31]
    )
    assert "ikke større, end tilfældet kan give" in sentences.moenster(few)
    assert "tilfældet" not in sentences.moenster(GRUPPER)


def test_ski_s_peak_and_the_band_furthest_below_them_are_named():
    bands = pd.DataFrame(
        {
            "beloebsinterval": ["250 til under 500 kr.", "3.000 til under 4.000 kr.", "5.000 kr. eller mere"],
            "antal_fakturaer": [400, 142, 385],
            "grad_faktura": pd.array([0.41, 0.31, 0.05], "Float64"),
            "ski_grad": pd.array([0.40, 0.49, 0.32], "Float64"),
        }
    )
    assert plain(sentences.mod_ski_intervaller(bands)) == (
        "SKI's fire kommuner e-handler mest i intervallet »3.000 til under 4.000 kr.« (49 pct.); her er det "
        "31 pct. Længst under dem er intervallet »5.000 kr. eller mere«: 5 pct. mod 32 pct."
    )
    assert "Længst" not in sentences.mod_ski_intervaller(bands.head(2))
    assert sentences.mod_ski_intervaller(bands.assign(antal_fakturaer=3)).startswith("Ingen")


def test_the_weight_of_small_and_large_invoices():
    assert plain(sentences.andele(GRUPPER)) == (
        "Af de 1.000 fakturaer med et beløb over nul er 40 pct. på under 250 kr.; de står for 2 pct. af "
        "omsætningen. På 5.000 kr. eller mere er 10 pct.; de står for 68 pct. af omsætningen."
    )


def test_the_caveat_on_ski_s_bands_names_the_four_and_the_list():
    assert "fire kommuner" in sentences.FORBEHOLD_SKI
    assert "top 5 på KL's liste" in sentences.FORBEHOLD_SKI
