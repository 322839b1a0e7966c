"""The tables behind the chapters, counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from drawn import drawn

from ehandel_lib import afstemning, analyses, reference, schema

POSTER = drawn(
    "poster",
    """
    faktura_id | varekategori     | lovkrav | e_handlet | beloeb_oere | aftale_nummer
    a          | Storkøkkenudstyr | ja      | ja        | 100         | 50.25
    b          | Storkøkkenudstyr | ja      | ja        | 100         | 50.25
    c          | Storkøkkenudstyr | ja      | nej       | 800         | 50.25
    d          | Bleer            | ja      | ja        | 500         | 50.96
    e          | Bleer            | ja      | nej       | 500         | -
    f          | Elartikler       | nej     | ja        | 90          | X-1
    f          | Arbejdstøj       | nej     | nej       | 70          | X-2
    g          | Ukendt           | nej     | ja        | 9.999       | -
    h          | Legetøj          | ja      | nej       | -40         | -
    """,
)


def test_no_posts_have_no_categories():
    nothing = analyses.kategorier(POSTER.query("faktura_id == 'ingen'"))
    assert (len(nothing), "ski_grad_omsaetning" in nothing) == (0, True)


def test_categories_are_ranked_by_turnover_and_the_uncomputable_stand_last():
    ranked = analyses.kategorier(POSTER, mindst=1)
    assert ranked["varekategori"].tolist() == [
        "Elartikler",
        "Bleer",
        "Storkøkkenudstyr",
        "Arbejdstøj",
        "Legetøj",
        "Ukendt",
    ]
    assert ranked["farve"].tolist() == [
        "uden lovkrav",
        "gul",
        "gul",
        "uden lovkrav",
        "kan ikke beregnes",
        "uden lovkrav",
    ]


def test_what_is_not_ranked_stands_together_so_that_the_rows_hold_all_posts():
    table = analyses.kategorier(POSTER, n=1, mindst=1).set_index("varekategori")
    assert table.loc["Øvrige kategorier", ["antal_fakturaer", "omsaetning_oere"]].tolist() == [1, 90 + 70]
    assert table["omsaetning_oere"].sum() == POSTER["beloeb_oere"].sum()
    assert table["antal_poster"].sum() == len(POSTER)


def test_ukendt_is_never_dropped_and_never_ranked():
    ukendt = analyses.kategorier(POSTER, n=1, mindst=1).iloc[-1]
    assert (ukendt["varekategori"], ukendt["omsaetning_oere"], ukendt["grad_omsaetning"]) == (
        "Ukendt",
        9999,
        1,
    )


def test_a_category_with_few_invoices_tells_nothing_by_its_place_or_colour():
    sizes = {"Møbler": 9, "Tablets": 2, "Lyskilder": 1}
    rows = [f"{name}|ja|ja|10" for name, n in sizes.items() for _ in range(n)]
    poster = drawn("poster", "varekategori|lovkrav|e_handlet|beloeb_oere\n" + "\n".join(rows))
    ranked = analyses.kategorier(poster)
    assert ranked["varekategori"].tolist() == ["Møbler", "Lyskilder", "Tablets"]
    assert ranked["farve"].tolist() == ["grøn", "kan ikke beregnes", "kan ikke beregnes"]
    assert ranked["aarsag"].tolist()[1:] == ["færre end 5 fakturaer"] * 2


def test_the_mandatory_categories_go_before_others_when_room_is_short():
    assert analyses.kategorier(POSTER, n=4, mindst=1)["varekategori"].tolist() == [
        "Elartikler",
        "Bleer",
        "Storkøkkenudstyr",
        "Legetøj",
        "Øvrige kategorier",
        "Ukendt",
    ]
    assert len(analyses.kategorier(POSTER, n=1, mindst=1)) == 3 + 2


def test_skis_figures_stand_beside_where_it_published_some():
    ranked = analyses.kategorier(POSTER, mindst=1).set_index("varekategori")
    assert ranked.loc["Storkøkkenudstyr", ["ski_grad_omsaetning", "ski_grad_faktura"]].tolist() == [
        0.45,
        0.73,
    ]
    assert ranked.loc["Legetøj", ["ski_grad_omsaetning", "ski_grad_faktura"]].isna().all()


def test_mandatory_categories_without_purchases_are_named():
    missing = analyses.uden_koeb(analyses.kategorier(POSTER, mindst=1))
    assert len(missing) == 14 - 3
    assert "Kaffe og te" in missing
    assert "Bleer" not in missing


def test_the_gap_is_where_few_large_invoices_are_left():
    [wide] = analyses.gab(analyses.kategorier(POSTER, mindst=1)).to_dict("records")
    assert wide["varekategori"] == "Storkøkkenudstyr"
    assert wide["andel_fakturaer"] == pytest.approx(1 / 3)
    assert wide["andel_omsaetning"] == pytest.approx(800 / 1000)
    assert wide["forskel"] == pytest.approx(2 / 3 - 200 / 1000)


def test_a_gap_of_just_the_limit_is_a_gap():
    per_kategori = pd.DataFrame({"varekategori": ["x"], "grad_faktura": [0.75], "grad_omsaetning": [0.5]})
    assert len(analyses.gab(per_kategori, mindst=0.25)) == 1


def test_ukendt_is_no_category_to_act_on():
    per_kategori = pd.DataFrame(
        {"varekategori": ["Ukendt", "Øvrige kategorier"], "grad_faktura": 0.9, "grad_omsaetning": 0.1}
    )
    assert analyses.gab(per_kategori).empty


def test_skis_own_gap_categories_are_the_ones_beyond_the_limit():
    published = pd.DataFrame(
        {
            "grad_omsaetning": reference.ski("kategori_omsaetning"),
            "grad_faktura": reference.ski("kategori_faktura"),
        }
    )
    wide = analyses.gab(published.rename_axis("varekategori").reset_index())
    assert wide["varekategori"].tolist() == [
        "Storkøkkenudstyr",
        "AV-udstyr",
        "Tablets",
        "Computere og it-tilbehør",
    ]


def test_half_of_the_turnover_lies_in_the_fewest_invoices_that_carry_it():
    poster = drawn(
        "poster",
        """
        faktura_id | varekategori | e_handlet | beloeb_oere
        a          | Tablets      | nej       | 500
        b          | Tablets      | nej       | 300
        c          | Tablets      | nej       | 200
        d          | Tablets      | nej       | -100
        e          | Tablets      | ja        | 10.000
        """,
    )
    found = analyses.store_fakturaer(poster, ["Tablets", "Lyskilder"]).to_dict("records")
    assert (found[0]["antal_fakturaer"], found[0]["omsaetning_oere"]) == (3, 1000)
    assert (found[0]["halvdelen_fakturaer"], found[0]["halvdelen_andel"]) == (1, 1 / 3)
    assert (found[1]["antal_fakturaer"], found[1]["halvdelen_fakturaer"]) == (0, 0)
    assert pd.isna(found[1]["halvdelen_andel"])


def test_the_share_of_the_large_invoices_is_said_to_be_of_those_without_e_handel():
    meaning = schema.KOLONNER["halvdelen_andel"].betydning
    assert "alle kategoriens fakturaer uden e-handel" in meaning
    assert meaning != schema.KOLONNER["andel_fakturaer"].betydning


def bands() -> pd.DataFrame:
    return drawn(
        "poster",
        """
        faktura_id | e_handlet | beloeb_oere | faktura_beloeb_oere | beloebsinterval
        a          | ja        | 2.000       | 4.000               | Over 0 til under 50 kr.
        a          | nej       | 2.000       | 4.000               | Over 0 til under 50 kr.
        b          | nej       | 4.999       | 4.999               | Over 0 til under 50 kr.
        c          | ja        | 600.000     | 600.000             | 5.000 kr. eller mere
        d          | nej       | -100        | -100                | Negativt beløb
        e          | nej       | 0           | 0                   | Præcis 0 kr.
        """,
    )


def test_all_twelve_bands_stand_in_order_and_an_invoice_counts_once():
    table = analyses.beloebsintervaller(bands())
    assert table["beloebsinterval"].tolist() == list(schema.BELOEBSINTERVALLER)
    assert table["antal_fakturaer"].tolist() == [1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert table["grad_faktura"][2] == 1 / 2
    assert table["andel_fakturaer"].sum() == pytest.approx(1)
    assert table["aarsag"].fillna("").tolist() == [
        "negativt grundlag",
        "intet grundlag",
        "",
        *["intet grundlag"] * 8,
        "",
    ]


def test_skis_bands_leave_out_the_two_that_its_report_cannot_tell_apart():
    published = analyses.beloebsintervaller(bands())["ski_grad"]
    assert published.isna().tolist() == [True, True] + [False] * 10
    assert published[2:].tolist() == [0.21, 0.21, 0.30, 0.40, 0.42, 0.41, 0.46, 0.49, 0.47, 0.32]


def test_the_three_groups_count_only_amounts_above_zero():
    table = analyses.beloebsgrupper(bands())
    assert table["beloebsgruppe"].tolist() == list(schema.BELOEBSGRUPPER)
    assert table["antal_fakturaer"].tolist() == [2, 0, 1]
    assert table["andel_omsaetning"].tolist() == pytest.approx([8_999 / 608_999, 0, 600_000 / 608_999])


def test_the_reconciliation_keeps_agreements_that_one_side_lacks():
    statements = drawn("omsaetning", "aftale_nummer|beloeb_oere\n50.25|800\n50.25|400\n50.20|5")
    table = afstemning.per_aftale(POSTER, statements).set_index("aftale_nummer")
    assert table.loc["50.25", ["fakturadata_oere", "indberettet_oere", "difference_oere"]].tolist() == [
        1000,
        1200,
        -200,
    ]
    assert table.loc["50.25", "difference_andel"] == pytest.approx(-200 / 1200)
    assert table.loc["50.20", ["fakturadata_oere", "difference_oere"]].isna().all()
    assert set(table.index) == {"50.25", "50.20", "50.96", "X-1", "X-2"}


def test_the_reconciliation_stands_without_statements():
    table = afstemning.per_aftale(POSTER, drawn("omsaetning", "aftale_nummer|beloeb_oere\nx|1").iloc[:0])
    assert table["indberettet_oere"].isna().all()
    assert len(table) == 4
    assert table.set_index("aftale_nummer")["antal_fakturaer"].to_dict()["50.25"] == 3


def test_an_agreement_is_called_by_its_published_name_or_by_the_delivery_s_own_category():
    poster = drawn(
        "poster",
        """
        aftale_nummer | varekategori | kategori_regel
        50.96         | Bleer        | aftale
        DEMO-1        | Telefoni     | aftale
        DEMO-2        | Telefoni     | aftale
        DEMO-2        | Tablets      | aftale
        DEMO-3        | Telefoni     | UNSPSC
    """,
    )
    names = afstemning.aftalenavne(poster)
    assert (names["50.96"], names["50.30"], names["DEMO-1"]) == ("Bleer", "Møbler", "Telefoni")
    assert {"DEMO-2", "DEMO-3"} & set(names) == set()


def test_bands_of_another_currency_are_named_in_it_and_beside_no_kroner():
    kroner = analyses.beloebsintervaller(bands())
    pounds = analyses.i_valuta(kroner, "GBP")
    assert pounds["beloebsinterval"].tolist()[2] == "Over 0 til under 50 GBP"
    assert not pounds["beloebsinterval"].str.contains("kr.", regex=False).any()
    assert pounds["ski_grad"].isna().all()
    assert analyses.i_valuta(kroner, "DKK") is kroner
    assert analyses.i_valuta(analyses.beloebsgrupper(bands()), "GBP")["beloebsgruppe"][0] == "Under 250 GBP"
