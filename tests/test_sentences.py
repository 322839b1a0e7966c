"""Sentences: what a reader is told, in correct Danish, with its base; and in words where there is nothing."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from drawn_results import (
    AFSTEMNING,
    ALENE,
    BEVAEGELSER,
    BLANDT,
    BRUD,
    ENHEDER,
    ENS,
    FELTER,
    FREMGANG,
    GAB,
    GRUPPER,
    INGEN,
    INGEN_KATEGORIER,
    INTERVALLER,
    KATEGORIER,
    KOMMUNER,
    LOVENS_SPRING,
    MAADER,
    MAAL,
    MAANEDER,
    PLADSER,
    PLAN,
    PLAN_GRUPPER,
    PLAN_INTERVALLER,
    POSTER,
    PR_ENHED,
    REGNSKAB,
    RETTELSER,
    SAMME_MAANED,
    SKJULTE_KATEGORIER,
    SKRIVEFEJL,
    SLAGS,
    STORE,
    STRAEKNINGER,
    SYSTEMER,
    UDEN_PROEVE,
    UENS,
    VAERDI,
    VARER,
    ZONER,
    i_alt,
)

from ehandel_lib import alternativer, enheder, sentences
from ehandel_lib.over_tid import Daekning

SMAA_ORDRER = pd.DataFrame(
    {"antal_ordrer": [900], "smaa_ordrer": [1], "kan_samles": [1], "sparet_oere": [62_00]}
)
INGEN_PERIODER = pd.DataFrame({"aftale_nummer": []})
SENT = pd.DataFrame(
    {
        "aftale_nummer": ["50.70"],
        "varekategori": ["AV-udstyr"],
        "aftale_slut": [pd.Timestamp("2023-12-31")],
        "antal_fakturaer": [1],
        "omsaetning_oere": [1234500],
        "dato": [pd.Timestamp("2024-02-03")],
    }
)
RAAD = pd.DataFrame(
    {
        "enhedstype": ["Skole"],
        "besparelse_oere": [9000000],
        "hvad": ["vikartime"],
        "antal_raad_til": [300],
        "kilde": ["leverancens kilde.toml"],
    }
)

SAID = {
    "købsmåder": lambda: sentences.koebsmaader(MAADER),
    "købsmåder, skjulte": lambda: sentences.koebsmaader(MAADER.assign(fakturaer_e_handlet=pd.NA)),
    "købsmåder, ingen": lambda: sentences.koebsmaader(MAADER.assign(antal_fakturaer=0)),
    "uden aftale": lambda: sentences.uden_aftale(MAADER),
    "uden aftale, ingen": lambda: sentences.uden_aftale(MAADER.assign(fakturaer_e_handlet=0)),
    "fire felter": lambda: sentences.fire_felter(FELTER),
    "fire felter, ingen": lambda: sentences.fire_felter(FELTER.tail(2)),
    "fire felter, intet": lambda: sentences.fire_felter(FELTER[2:3]),
    "alt: fire felter": lambda: sentences.alt_fire_felter(FELTER),
    "uden for perioden": lambda: sentences.uden_for_perioden(SENT, SENT),
    "uden for perioden, skjult": lambda: sentences.uden_for_perioden(
        SENT.assign(antal_fakturaer=pd.NA), SENT
    ),
    "uden for perioden, ingen": lambda: sentences.uden_for_perioden(SENT.head(0), SENT),
    "uden for perioden, ikke oplyst": lambda: sentences.uden_for_perioden(SENT.head(0), INGEN_PERIODER),
    "alternativer": lambda: sentences.alternativer_omfang(
        VARER, alternativer.Omfang(1000000, 480000, 300000)
    ),
    "alternativer, ingen": lambda: sentences.alternativer_omfang(VARER.head(0), alternativer.Omfang(0, 0, 0)),
    "prisforskelle": lambda: sentences.prisforskelle(alternativer.dyreste(VARER), "GBP"),
    "prisforskelle, ingen": lambda: sentences.prisforskelle(VARER.head(0)),
    "alt: prisforskelle": lambda: sentences.alt_prisforskelle(alternativer.dyreste(VARER)),
    "kunne betale": lambda: sentences.kunne_betale(RAAD, VARER),
    "kunne betale, ingen": lambda: sentences.kunne_betale(RAAD.head(0), VARER),
    "kunne betale, for lidt": lambda: sentences.kunne_betale(RAAD.assign(antal_raad_til=0), VARER),
    "kunne betale, intet dyrere": lambda: sentences.kunne_betale(RAAD.head(0), VARER.head(0)),
    "hvis priser": lambda: sentences.note_betale(RAAD).strip(),
    "kategorier": lambda: sentences.kategorier(KATEGORIER),
    "kategorier, én": lambda: sentences.kategorier(KATEGORIER.head(1)),
    "kategorier, skjulte": lambda: sentences.kategorier(SKJULTE_KATEGORIER),
    "kategorier, ingen": lambda: sentences.kategorier(INGEN_KATEGORIER),
    "antal pr. niveau": lambda: sentences.antal_pr_niveau(KATEGORIER),
    "antal pr. niveau, skjulte": lambda: sentences.antal_pr_niveau(SKJULTE_KATEGORIER),
    "ukendt": lambda: sentences.ukendt(POSTER, "GBP"),
    "ukendt, ingen": lambda: sentences.ukendt(POSTER.head(0)),
    "mod SKI": lambda: sentences.mod_ski(KATEGORIER),
    "mod SKI, én": lambda: sentences.mod_ski(KATEGORIER.head(1)),
    "mod SKI, ingen": lambda: sentences.mod_ski(INGEN_KATEGORIER),
    "blandt kommuner": lambda: sentences.blandt_kommuner(BLANDT, "Vejle"),
    "blandt kommuner, alene": lambda: sentences.blandt_kommuner(ALENE, "Vejle"),
    "aftale, ingen": lambda: sentences.aftale(KATEGORIER.head(0).assign(paa_aftale=[])),
    "alt: kategorier": lambda: sentences.alt_kategorier(KATEGORIER),
    "alt: kategorier, skjulte": lambda: sentences.alt_kategorier(SKJULTE_KATEGORIER),
    "alt: blandt kommuner": lambda: sentences.alt_blandt_kommuner(BLANDT, "Vejle"),
    "gab": lambda: sentences.gab(GAB, KATEGORIER),
    "gab, ingen": lambda: sentences.gab(GAB.head(0), KATEGORIER),
    "retning": lambda: sentences.retning(KATEGORIER),
    "retning, ingen": lambda: sentences.retning(SKJULTE_KATEGORIER),
    "koncentration": lambda: sentences.koncentration(STORE),
    "koncentration, ingen": lambda: sentences.koncentration(STORE.head(0)),
    "afstemning": lambda: sentences.afstemning(AFSTEMNING, AFSTEMNING),
    "afstemning, ingen": lambda: sentences.afstemning(AFSTEMNING.tail(1), AFSTEMNING.tail(1)),
    "alt: gab": lambda: sentences.alt_gab(KATEGORIER, GAB),
    "alt: koncentration": lambda: sentences.alt_koncentration(STORE),
    "alt: afstemning": lambda: sentences.alt_afstemning(AFSTEMNING, AFSTEMNING),
    "grupper": lambda: sentences.grupper(GRUPPER),
    "grupper, ingen": lambda: sentences.grupper(GRUPPER.head(0)),
    "mønster": lambda: sentences.moenster(GRUPPER),
    "intervaller": lambda: sentences.intervaller(INTERVALLER),
    "intervaller, ingen": lambda: sentences.intervaller(INTERVALLER.head(2)),
    "mod SKI's intervaller": lambda: sentences.mod_ski_intervaller(INTERVALLER),
    "tiltag": lambda: sentences.tiltag_antal(KATEGORIER),
    "tiltag, ingen": lambda: sentences.tiltag_antal(KATEGORIER.head(0)),
    "forbehold, kort": lambda: sentences.forbehold_kort(KATEGORIER),
    "mod alle": lambda: sentences.mod_alle(INTERVALLER, INTERVALLER.assign(grad_faktura=0.2), "Vejle"),
    "mod alle, alene": lambda: sentences.mod_alle(INTERVALLER, INTERVALLER, "Vejle"),
    "andele": lambda: sentences.andele(GRUPPER),
    "alt: intervaller": lambda: sentences.alt_intervaller(INTERVALLER, "Vejle"),
    "alt: andele": lambda: sentences.alt_andele(INTERVALLER),
    "alt: grupper": lambda: sentences.alt_grupper(GRUPPER),
    "systemer": lambda: sentences.systemer(SYSTEMER),
    "systemer, alene": lambda: sentences.systemer(SYSTEMER.head(1)),
    "systemer, ét": lambda: sentences.systemer(SYSTEMER.tail(1)),
    "antal": lambda: sentences.antal(SYSTEMER),
    "antal, ingen": lambda: sentences.antal(SYSTEMER.head(0)),
    "prøve, uens": lambda: sentences.proeve(UENS),
    "prøve, ens": lambda: sentences.proeve(ENS),
    "prøve, ingen": lambda: sentences.proeve(UDEN_PROEVE),
    "prøvens grundlag": lambda: sentences.proevens_grundlag(UENS),
    "prøvens grundlag, ingen": lambda: sentences.proevens_grundlag(UDEN_PROEVE),
    "egen": lambda: sentences.egen(KOMMUNER, "630", "Vejle"),
    "egen, ingen": lambda: sentences.egen(KOMMUNER, "492", "Ærø"),
    "top og bund, ingen": lambda: sentences.top_bund(KOMMUNER.head(1), KOMMUNER.head(0)),
    "alt: systemer": lambda: sentences.alt_systemer(SYSTEMER, "Vejle"),
    "alt: antal": lambda: sentences.alt_antal(SYSTEMER),
    "enheder samlet": lambda: sentences.enheder_samlet(PR_ENHED),
    "enheder, slags": lambda: sentences.enheder_slags(SLAGS),
    "enheder, tragt": lambda: sentences.enheder_tragt(ENHEDER),
    "enheder, hjælp": lambda: sentences.enheder_hjaelp(enheder.hjaelp(PR_ENHED), ENHEDER),
    "enheder, hjælp til ingen": lambda: sentences.enheder_hjaelp(ENHEDER.head(0), ENHEDER),
    "enheder, bevægelser": lambda: sentences.enheder_bevaegelser(BEVAEGELSER, 2024, ENHEDER),
    "alt: enheder": lambda: sentences.alt_enheder(ENHEDER, SLAGS),
    "alt: tragt": lambda: sentences.alt_tragt(ENHEDER),
    "strækninger": lambda: sentences.straekninger(STRAEKNINGER),
    "strækninger, én": lambda: sentences.straekninger(STRAEKNINGER.tail(1)),
    "skrivefejl": lambda: sentences.skrivefejl(SKRIVEFEJL),
    "måneder": lambda: sentences.maaneder(SAMME_MAANED, 2024),
    "over året": lambda: sentences.over_aaret(SAMME_MAANED, 2024),
    "sammenlignelig": lambda: sentences.sammenlignelig(Daekning(100, 140, 0.8, ((2024, 5),)), 2024),
    "lang linje": lambda: sentences.lang_linje(MAANEDER),
    "loven": lambda: sentences.loven(BRUD),
    "loven, kategorier": lambda: sentences.loven_kategorier(LOVENS_SPRING),
    "loven, ingen kategorier": lambda: sentences.loven_kategorier(LOVENS_SPRING.head(0)),
    "alt: lang linje": lambda: sentences.alt_lang_linje(MAANEDER, BRUD),
    "alt: måneder": lambda: sentences.alt_maaneder(MAANEDER, SAMME_MAANED, 2025),
    "samlet": lambda: sentences.samlet(i_alt(10, 4, 1000, 250), "Vejle Kommune", 2024),
    "samlet, ingen": lambda: sentences.samlet(INGEN, "Vejle Kommune", 2024),
    "lovkrav": lambda: sentences.lovkrav(i_alt(10, 4, 1000, 250), 2024),
    "udvikling": lambda: sentences.udvikling(i_alt(10, 4, 1000, 250), i_alt(9, 4, 900, 250), 2024),
    "udvikling, ingen": lambda: sentences.udvikling(i_alt(10, 4, 1000, 250), INGEN, 2024),
    "plads": lambda: sentences.plads(PLADSER, "Vejle"),
    "plads, alene": lambda: sentences.plads(PLADSER.head(0), "Vejle"),
    "pladser, alt": lambda: sentences.alt_pladser(PLADSER, "Vejle"),
    "pladser, alt, alene": lambda: sentences.alt_pladser(PLADSER.head(0), "Vejle"),
    "fremgang": lambda: sentences.fremgang(FREMGANG, None, 2025),
    "fremgang, alene": lambda: sentences.fremgang(FREMGANG.head(0), "ingen andre", 2025),
    "fremgang, alt": lambda: sentences.alt_fremgang(FREMGANG, None, 2025, "Vejle"),
    "uden e-handel": lambda: sentences.uden_e_handel(KATEGORIER, i_alt(100, 40, 900_000_00, 370_000_00)),
    "uden e-handel, ingen": lambda: sentences.uden_e_handel(INGEN_KATEGORIER, INGEN),
    "alt: indsats": lambda: sentences.alt_indsats(KATEGORIER),
    "alt: indsats, ingen": lambda: sentences.alt_indsats(INGEN_KATEGORIER),
    "handlingsplan": lambda: sentences.handlingsplan(PLAN),
    "handlingsplan, alene": lambda: sentences.handlingsplan(PLAN.tail(1)),
    "handlingsplan, foran": lambda: sentences.handlingsplan(PLAN.assign(til_bedste=0)),
    "handlingsplan, ingen": lambda: sentences.handlingsplan(PLAN.head(0)),
    "plan, zoner": lambda: sentences.plan_zoner(ZONER, "GBP"),
    "plan, zoner, ingen": lambda: sentences.plan_zoner(ZONER.head(0)),
    "plan, celler": lambda: sentences.plan_celler(PLAN_INTERVALLER.dropna(subset=["uden_fakturaer"])),
    "plan, celler, ingen": lambda: sentences.plan_celler(PLAN_INTERVALLER.head(0)),
    "alt: plan": lambda: sentences.alt_plan(PLAN_GRUPPER.head(1)),
    "alt: plan, ingen": lambda: sentences.alt_plan(PLAN_INTERVALLER.head(0)),
    "værdi": lambda: sentences.vaerdi(VAERDI),
    "værdi, alene": lambda: sentences.vaerdi(VAERDI.assign(antal_fakturaer=[None, 1])),
    "værdi, ingen": lambda: sentences.vaerdi(VAERDI.assign(antal_fakturaer=0)),
    "små ordrer": lambda: sentences.smaa_ordrer(SMAA_ORDRER),
    "små ordrer, ingen": lambda: sentences.smaa_ordrer(SMAA_ORDRER * 0),
    "mål": lambda: sentences.maal_status(MAAL),
    "mål, nået": lambda: sentences.maal_status(MAAL[1:2]),
    "mål, ingen": lambda: sentences.maal_status(MAAL.head(0)),
    "regel": lambda: sentences.regel_saetning(sentences.ordreregler(POSTER)),
    "regel, ingen": lambda: sentences.regel_saetning(sentences.ordreregler(POSTER.head(0))),
    "svagt mål": lambda: sentences.svagt_maal(POSTER),
    "svagt mål, ingen": lambda: sentences.svagt_maal(POSTER.head(0)),
    "regnskab": lambda: sentences.regnskab(REGNSKAB),
    "regnskab, ingen": lambda: sentences.regnskab(REGNSKAB.head(0)),
    "rettelser": lambda: sentences.rettelser(RETTELSER),
    "rettelser, ingen": lambda: sentences.rettelser(RETTELSER.head(0)),
    "grundlag": lambda: sentences.grundlag(POSTER),
}

LISTS = {
    "niveauer": lambda: sentences.niveauer(KATEGORIER),
    "forbehold": lambda: sentences.forbehold(KATEGORIER),
    "forbehold, ingen": lambda: sentences.forbehold(INGEN_KATEGORIER),
    "rester": lambda: sentences.rester(GAB, KATEGORIER),
    "rester, ingen": lambda: sentences.rester(GAB.head(0), KATEGORIER),
    "fund": lambda: sentences.fund(KATEGORIER, GAB, GRUPPER),
    "fund, ingen": lambda: sentences.fund(INGEN_KATEGORIER, GAB.head(0), GRUPPER.head(0)),
    "indsats": lambda: sentences.indsats(PLAN),
    "indsats, ingen": lambda: sentences.indsats(PLAN.head(0)),
    "indsats, alt e-handlet": lambda: sentences.indsats(PLAN.assign(uden_fakturaer=0)),
    "plan, note": lambda: [sentences.plan_note(PLAN.assign(til_bedste=[7, 0, None]), ["461", "ukendt"])],
    "plan, felternes note": lambda: [sentences.PLANNOTE],
    "plan, råd": lambda: sentences.plan_raad(PLAN, PLAN_GRUPPER, "GBP"),
    "plan, råd, ingen": lambda: sentences.plan_raad(PLAN.head(0), PLAN_GRUPPER),
    "grænser": sentences.graenser,
    "grænser, en mangler": lambda: sentences.graenser(["Ærø", "Fanø"]),
}


@pytest.mark.parametrize("say", SAID.values(), ids=SAID.keys())
def test_it_is_a_whole_sentence_without_the_words_of_a_computer(say):
    check(say())


@pytest.mark.parametrize("say", LISTS.values(), ids=LISTS.keys())
def test_a_list_holds_whole_sentences(say):
    assert say()
    for sentence in say():
        check(sentence)


#: A sentence ends at a full stop that is not an abbreviation's: a capital follows.
ENDER = re.compile(r"(?<=[.?!])(?<!nr\.)(?<!Nr\.) (?=[A-ZÆØÅ])")

#: Longer sentences are read twice; a number and its unit are one word.
FLEST_ORD = 35

#: Nouns that are counted in the sentences, in the plural and in the singular.
FLERTAL = "fakturaer|fakturaposter|kommuner|enheder|varekategorier|rækker|filer|aftaler|ordrer|varer|måneder"
ENTAL = "faktura|fakturapost|kommune|enhed|varekategori|række|fil|aftale|ordre|måned"


def check_language(sentence: str) -> None:
    """What no sentence may do, on drawn frames and on a whole municipality alike."""
    read = sentence.replace("\xa0", " ")
    assert not re.search(rf"(?<![\d.,–-])\b1 ({FLERTAL})\b", read), read
    assert not re.search(rf"(?<![\d.])(?!1 )\d[\d.]* ({ENTAL})\b", read), read
    assert not re.search(r"kun 0 pct|pct\. point|pct\.point|\d %-point|fra ([\d,]+) til \1 pct", read), read
    assert not re.search(r"\bskyldes\b|\bpå grund af\b|\bfordi e-handel\b", read), f"a cause: {read}"


def check_length(sentence: str) -> None:
    for part in ENDER.split(sentence):
        assert len(part.split(" ")) <= FLEST_ORD, f"{len(part.split(' '))} words: {part}"


def check(sentence: str) -> None:
    check_language(sentence)
    check_length(sentence)
    assert re.match(r"[A-ZÆØÅ]", sentence), sentence
    assert sentence.endswith("."), sentence
    assert not re.search(r"\bnan\b|<NA>|\bNone\b|\binf\b|\{|\.\.|  | \.| ,|\( | \)|–\s*(af|pct)", sentence), (
        sentence
    )
    without_agreements = re.sub(r"\b50\.\d\d\b", "", sentence)
    assert not re.search(r"\d\.\d{1,2}(?!\d)", without_agreements), f"decimal point: {sentence}"


def test_the_chapters_say_nothing_by_the_same_name_twice():
    assert len(sentences.__all__) == len(set(sentences.__all__))
    assert all(hasattr(sentences, name) for name in sentences.__all__)
