"""What is bought outside agreements beside what is on them: alike, comparable, guarded, and as planted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from drawn import drawn

from ehandel_lib import alternativer, load
from ehandel_lib.demo import truths
from ehandel_lib.read.kilde import read_delivery
from ehandel_lib.varetekst import ligheder, noegle

INGEN = pd.DataFrame({"aftale_nummer": [], "delaftale_nummer": [], "aftale_start": [], "aftale_slut": []})


def linjer(*varer: tuple[str, str | None, str, int, int, int]) -> pd.DataFrame:
    """Lines by (text, agreement, unit of measure, quantity, øre a line, number of lines), each an invoice."""
    rows = [
        f"{text} | {aftale or '-'} | {enhed} | {maengde} | {oere} | skole | UNSPSC | 44121704 | 11"
        for text, aftale, enhed, maengde, oere, antal in varer
        for _ in range(antal)
    ]
    head = "varetekst | aftale_nummer | maaleenhed | maengde | beloeb_oere | enhedstype"
    return drawn("linjer", "\n".join([head + " | vare_kodesystem | vare_kode | leverandoer_cvr", *rows]))


def fundet(*varer: tuple[str, str | None, str, int, int, int]) -> alternativer.Sammenligning:
    return alternativer.sammenlign(linjer(*varer), INGEN)


def test_an_item_is_compared_with_the_one_most_like_it_on_agreement():
    found = fundet(
        ("Kuglepen, blå", "50.55", "stk", 10, 4000, 5),
        ("Ringbind", "50.55", "stk", 1, 1800, 5),
        ("Kuglepen blå", None, "stk", 10, 5000, 5),
    )
    (row,) = found.varer.to_dict("records")
    assert (row["alternativ"], row["lighed"]) == ("Kuglepen, blå", 100)
    assert (row["pris_uden_oere"], row["pris_aftale_oere"]) == (5000 // 10, 4000 // 10)
    assert row["prisforskel"] == pytest.approx(500 / 400 - 1)
    assert row["besparelse_oere"] == 5 * 10 * (500 - 400)
    assert found.pr_enhedstype["besparelse_oere"].tolist() == [5000]
    assert found.omfang == (25000, 25000, 25000)


def test_a_box_is_compared_by_its_pieces():
    found = fundet(
        ("Kuglepen", "50.55", "stk", 10, 4000, 5), ("Kuglepen, 20 stk.", None, "æske", 1, 10000, 5)
    )
    (row,) = found.varer.to_dict("records")
    assert (row["pris_uden_oere"], row["pris_aftale_oere"]) == (10000, 20 * 400)


@pytest.mark.parametrize(
    ("vare", "aarsag"),
    [
        (("Kuglepen", None, "ks", 1, 9000, 5), "måleenhederne er forskellige"),
        (("Kuglepen", None, "-", 1, 9000, 5), "mængde eller måleenhed mangler"),
        (("Kuglepen", None, "stk", 1, 1300, 5), "så stor forskel, at måleenheden må være en anden"),
        (("Modellervoks", None, "stk", 1, 900, 5), "ingen lignende vare på aftale"),
    ],
)
def test_a_price_that_cannot_be_compared_says_why(vare, aarsag):
    (row,) = fundet(("Kuglepen", "50.55", "stk", 10, 4000, 5), vare).varer.to_dict("records")
    assert row["aarsag"] == aarsag
    assert pd.isna(row["prisforskel"])
    assert pd.isna(row["besparelse_oere"])


def test_few_lines_are_no_price_and_no_item():
    few = fundet(("Kuglepen", "50.55", "stk", 1, 400, 4), ("Kuglepen", None, "stk", 1, 500, 5)).varer
    assert few["aarsag"].tolist() == ["færre end 5 linjer med pris"]
    assert fundet(("Kuglepen", "50.55", "stk", 1, 400, 5), ("Kuglepen", None, "stk", 1, 500, 4)).varer.empty


def test_a_line_with_the_price_of_another_unit_is_left_out():
    found = fundet(
        ("Kuglepen", "50.55", "stk", 1, 400, 5),
        ("Kuglepen", None, "stk", 1, 500, 6),
        ("Kuglepen", None, "stk", 1, 10000, 2),
    )
    (row,) = found.varer.to_dict("records")
    assert (row["linjer_pris"], row["linjer_udeladt"], row["pris_uden_oere"]) == (6, 2, 500)


def test_the_median_is_weighted_by_quantity():
    found = fundet(
        ("Kuglepen", "50.55", "stk", 1, 400, 5),
        ("Kuglepen", None, "stk", 1, 500, 6),
        ("Kuglepen", None, "stk", 100, 60000, 1),
    )
    assert found.varer["pris_uden_oere"].tolist() == [600]


def test_what_is_cheaper_outside_is_shown_and_not_summed():
    found = fundet(("Kuglepen", "50.55", "stk", 1, 400, 5), ("Kuglepen", None, "stk", 1, 300, 5))
    assert found.varer["prisforskel"].tolist() == [-0.25]
    assert found.pr_enhedstype.empty
    assert alternativer.dyreste(found.varer).empty


def test_masked_texts_credit_notes_and_suppliers_without_number_are_left_out():
    on = linjer(("Kuglepen", "50.55", "stk", 1, 400, 5))
    off = linjer(("Kuglepen", None, "stk", 1, 500, 5))
    for broken in (
        off.assign(varetekst="Kuglepen [CPR maskeret]"),
        off.assign(dokumenttype="kreditnota"),
        off.assign(leverandoer_cvr=pd.Series([None] * 5, dtype="str")),
        off.assign(vare_kode="42211705"),  # hearing aids are bought for single citizens
    ):
        assert alternativer.sammenlign(pd.concat([on, broken], ignore_index=True), INGEN).varer.empty


def test_no_lines_give_empty_tables():
    found = alternativer.sammenlign(linjer().head(0), INGEN)
    assert found.varer.empty
    assert found.pr_enhedstype.empty
    assert found.omfang == (0, 0, 0)


def test_another_size_is_less_alike_than_the_same():
    same, other = ligheder([noegle("Bleer, str. 4")], [noegle("BLEER str 4"), noegle("Bleer, str. 5")])[0]
    assert same == 100
    assert other < alternativer.SIKKER


def test_the_delivery_says_what_things_cost_for_the_kinds_that_it_names(tmp_path):
    (tmp_path / "kilde.toml").write_text(
        '[leverance]\nkommune = "Vejle"\n[[filer]]\nmoenster = "*.csv"\ntabel = "fakturaer"\n'
        '[filer.kolonner]\n"Dato" = "dato"\n"Beløb" = "beloeb"\n'
        '[[hvad_koster]]\nenhedstype = "Skole"\nhvad = "lejrskoledag"\nkr = 9000\n',
        encoding="utf-8",
    )
    costs = load._costs(read_delivery(tmp_path))
    assert costs.loc[costs["enhedstype"].str.casefold() == "skole", "hvad"].tolist() == ["lejrskoledag"]
    assert (costs["pris_oere"] > 0).all()
    assert {"teknik", "kultur"} <= set(costs["enhedstype"].dropna())


@pytest.fixture(scope="module")
def vejle(demo_leverance: Path) -> pd.DataFrame:
    data = load.hent("Vejle", leverance=demo_leverance)
    return alternativer.sammenlign(data.linjer, data.aftaler).varer.set_index("varetekst")


COMPARED = [t for t in truths.merpriser() if t.aftalevare not in {"Affaldsposer", "Led-pære E27"}]


@pytest.mark.parametrize("truth", COMPARED, ids=lambda truth: truth.aftalevare)
def test_the_planted_price_differences_are_found(vejle, truth):
    row = vejle.loc[truth.varetekst]
    assert row["alternativ"] == truth.aftalevare
    assert row["prisforskel"] == pytest.approx(truth.merpris, abs=0.08)


def test_the_planted_carton_of_unknown_content_is_not_compared(vejle):
    (truth,) = (t for t in truths.merpriser() if t.aftalevare == "Affaldsposer")
    assert vejle.loc[truth.varetekst, "aarsag"] == "måleenhederne er forskellige"
