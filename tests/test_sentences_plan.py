"""The plan of action: each sentence on frames drawn by hand, word for word."""

from __future__ import annotations

import pandas as pd
import pytest
from drawn import drawn
from drawn_results import (
    MAADER,
    MAAL,
    PLAN,
    PLAN_GRUPPER,
    PR_ENHED,
    VAERDI,
    ZONER,
    plain,
)
from test_sentences import check

from ehandel_lib import handlingsplan, reference, sentences
from ehandel_lib.tiltag import Halvdel, Spor, halvdel

# ---- where to begin


def test_the_note_says_how_the_plan_is_ordered_what_a_dash_is_and_who_is_similar():
    reached = PLAN.assign(til_bedste=[264, 0, 3])
    assert plain(sentences.plan_note(reached, ["461", "751", "min-myndighed"])) == (
        "Ordnet efter tallet yderst til højre; er det under 5, efter fakturaer uden e-handel. "
        "–: kommunen er allerede i den bedste fjerdedel. "
        "Lignende kommuner er de nærmeste i antal fakturaer: Odense, Aarhus og min-myndighed."
    )


@pytest.mark.parametrize(
    ("til_bedste", "said"),
    [
        ([264, 20, 3], ""),
        ([264, 20, None], "–: for få lignende kommuner køber varen."),
        (
            [264, 0, None],
            "–: kommunen er allerede i den bedste fjerdedel eller for få lignende kommuner køber varen.",
        ),
    ],
)
def test_the_note_explains_no_dash_that_is_not_there(til_bedste, said):
    note = plain(sentences.plan_note(PLAN.assign(til_bedste=til_bedste), ["461"]))
    assert note.count("–") == bool(said)
    assert said in note


def test_a_plan_without_anybody_to_compare_with_has_no_note():
    assert sentences.plan_note(PLAN.assign(til_bedste=None), []) == ""


def test_the_category_with_most_left_is_named_with_its_advice_when_it_is_not_among_the_first():
    four = pd.concat([PLAN, PLAN.tail(1)], ignore_index=True).assign(
        nr=[1, 2, 3, 4], uden_fakturaer=[634, 60, 1, 700], antal_fakturaer=[1234, 100, 1, 900]
    )
    four = four.assign(
        varekategori=[*PLAN["varekategori"], "Fødevarer"], raad=[*PLAN["raad"], "Spørg køkkenet."]
    )
    assert plain(sentences.plan_raad(four, PLAN_GRUPPER)[-1]) == (
        "Flest tilbage har fødevarer: 700 af 900 fakturaer, 99 kr. Spørg køkkenet."
    )
    assert len(sentences.plan_raad(PLAN, PLAN_GRUPPER)) == len(PLAN)


def test_advice_begins_with_what_is_not_e_handlet_and_its_base():
    hole = PLAN_GRUPPER.assign(grad_faktura=[0.0, None, None, None, 0.375, 0.5])
    first, second, third = map(plain, sentences.plan_raad(PLAN, hole))
    assert first == "Bleer: blandt 15.000 fakturaer på under 250 kr. er ingen e-handlet. Gør noget."
    assert second == "AV-udstyr: det er især de store køb, der ikke e-handles. Gør noget andet."
    assert third == "Legetøj: Spørg."


def test_ski_s_step_is_said_to_be_one_that_ski_does_not_name():
    steps = set(reference.table("varekategorier")["ski_indsats"].dropna())
    assert steps == {"første skridt", "næste skridt"}
    assert set(handlingsplan.trin()["ski_trin"]) == {"første", "næste", "ikke nævnt"}


# ---- amounts


def test_the_zones_are_told_with_their_shares_their_money_and_what_is_left_out():
    assert plain(sentences.plan_zoner(ZONER)) == (
        "Af 12.405 fakturaer uden e-handel i varekategorierne med lovkrav er 12.345 på under 250 kr., "
        "50 på 250 til under 5.000 kr. og 10 på 5.000 kr. eller mere. "
        "E-handlet er 18 pct., 38 pct. og 50 pct. af fakturaerne i de 3 grupper. "
        "For de store er 90.000 kr. ikke e-handlet. Kreditnotaer og fakturaer på 0 kr. er ikke med her."
    )


# ---- what it is worth


def test_the_worth_has_both_ends_of_the_hours_and_says_what_it_is_reckoned_with():
    assert plain(sentences.vaerdi(VAERDI)) == (
        "Nåede hver kategori medianen af lignende kommuner, ville det spare behandlingen af 139 fakturaer om "
        "året, regnet til 8.618 kr. eller 25–34 timer. "
        "Blev alle 1.230 fakturaer uden e-handel i kategorierne med lovkrav e-handlet, ville det spare "
        "76.300 kr. eller 218–305 timer. "
        "Regnet med 62 kr. sparet pr. faktura (Hjørring Kommunes tidsberegninger, ski.dk 2020) og 250–350 "
        "kr. i timen (antaget)."
    )


def test_an_amount_with_two_ends_is_told_with_both():
    two = VAERDI.assign(sparet_lav_oere=[100_00, 62_00], timer_lav=[0.2, 0.1], timer_hoej=[1.2, 0.4])
    said = plain(sentences.vaerdi(two.assign(antal_fakturaer=[1, 1])))
    assert "behandlingen af 1 faktura om året, regnet til 100 kr.–8.618 kr. eller 1 time." in said
    assert "Blev den ene faktura uden e-handel" in said
    assert "eller under en time." in said


def test_small_invoices_are_called_invoices():
    orders = pd.DataFrame(
        {"antal_ordrer": [900], "smaa_ordrer": [405], "kan_samles": [32], "sparet_oere": [32 * 62_00]}
    )
    assert plain(sentences.smaa_ordrer(orders)) == (
        "Af 405 fakturaer under 250 kr. (en e-ordre tæller som én) kunne 32 være lagt sammen med en anden "
        "fra samme enhed til samme leverandør i samme uge. Det ville spare 1.984 kr. i behandling om året."
    )


# ---- what can be done

SPOR = Spor(
    maal=MAAL,
    enheder=PR_ENHED,
    halvdel=Halvdel(4, 20, 830),
    zoner=ZONER,
    smaa=pd.DataFrame({"kan_samles": [32]}),
    koebsmaader=MAADER,
)


def told(**changed) -> list[str]:
    """What points to each measure that is listed."""
    return [plain(words) for words in sentences.tiltag(SPOR._replace(**changed))["peger_paa"]]


ALL = [
    "1 af 3 mål nås ikke til tiden, som det går nu.",
    "1 af 8 enheder ligger under det ventede for slagsen: 18 fakturaer at hente.",
    "Halvdelen af 830 fakturaer uden e-handel ligger hos 4 af 20 enheder.",
    "Forskellene er større, end tilfældet giver, mellem skoler.",
    "12.345 af 15.000 fakturaer på under 250 kr. er ikke e-handlet; 32 småkøb kunne samles.",
    "10 af 20 fakturaer på 5.000 kr. eller mere er ikke e-handlet (90.000 kr.).",
    "40 pct. af omsætningen (40.000 kr.) er uden for gældende aftaler.",
]


def test_each_measure_stands_with_the_number_that_points_to_it():
    assert told() == ALL
    for words in told():
        check(f"Her: {words}")


FEW = ZONER.assign(uden_fakturaer=[9, 50, 10])
HIDDEN = ZONER.assign(uden_fakturaer=pd.array([12345, 50, None], "Int64"))
ON = MAADER.assign(andel_omsaetning=[0.96, 0.02, 0.01, 0.01])


@pytest.mark.parametrize(
    ("place", "changed"),
    [
        (0, {"maal": MAAL[1:2]}),
        (0, {"maal": MAAL.head(0)}),
        (1, {"enheder": PR_ENHED[4:]}),
        (2, {"halvdel": None}),
        (4, {"zoner": FEW, "smaa": pd.DataFrame({"kan_samles": [4]})}),
        (5, {"zoner": HIDDEN}),
        (6, {"koebsmaader": ON}),
        (6, {"koebsmaader": MAADER.assign(omsaetning_oere=pd.array([1, None, 1, 1], "Int64"))}),
    ],
)
def test_a_measure_that_nothing_points_to_is_not_listed(place, changed):
    assert ALL[place] not in told(**changed)
    assert len(told(**changed)) == len(ALL) - (2 if "enheder" in changed else 1)


def test_one_is_said_in_the_singular():
    one = told(maal=MAAL[:1], halvdel=Halvdel(1, 7, 16))
    assert one[0] == "Kommunens ene mål nås ikke til tiden, som det går nu."
    assert one[2] == "Halvdelen af 16 fakturaer uden e-handel ligger hos 1 af 7 enheder."


def test_few_small_purchases_that_could_be_gathered_are_not_told():
    assert told(smaa=pd.DataFrame({"kan_samles": [4]}))[4].endswith("er ikke e-handlet.")


def test_every_measure_is_in_two_short_lines_and_in_words_of_our_own():
    table = reference.table("tiltag")
    for column in ("tiltag", "virkning"):
        assert table[column].str.match(r"[A-ZÆØÅ].*\.$").all()
        assert table[column].str.len().max() <= 80
    assert table["kilde"].str.contains("SKI: E-handel som indkøbsredskab, kap. ").all()


def test_units_hold_half_only_where_they_are_few():
    rows = "\n".join(f"{n} | Bleer | {'nord' if n < 12 else f'enhed {n}'} | nej" for n in range(20))
    poster = drawn("poster", "faktura_id | varekategori | enhed_id | e_handlet\n" + rows)
    assert halvdel(poster) == Halvdel(enheder=1, af_enheder=9, fakturaer=20)
    assert halvdel(poster[poster["faktura_id"].astype(int) >= 11]) is None  # nine units, an invoice each
    assert halvdel(poster.head(9)) is None  # too few invoices
    unknown = poster.assign(enhed_id=poster["enhed_id"].where(poster["enhed_id"] != "nord"))
    assert halvdel(unknown) is None  # eight of twenty have a unit to write to
