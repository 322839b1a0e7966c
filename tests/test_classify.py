"""What each line is: the e-order rule, the category, the post and its amount band."""

from __future__ import annotations

import itertools

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from drawn import drawn

from ehandel_lib import classify, schema
from ehandel_lib.classify import OrdrePraefiks

PRAEFIKSER = [
    OrdrePraefiks("TEL-#######", system="TELLIS"),
    OrdrePraefiks("30#####", kommuner=("101",)),
    OrdrePraefiks("EHO@@*"),
]


def order(nummer: str | None, **values: object) -> dict:
    linje = drawn("linjer", "ordrenummer\n-").assign(ordrenummer=nummer, **values)
    linje = linje.astype({"ordrenummer": "str", "e_handlet_angivet": "boolean"})
    return classify.e_ordre(linje, PRAEFIKSER).iloc[0].to_dict()


@pytest.mark.parametrize(
    ("nummer", "rule", "e_handlet", "any_number"),
    [
        ("TEL-0012345", "præfiks", True, True),
        ("  tel-0012345 ", "præfiks", True, True),
        ("TEL-001234", "andet ordrenummer", False, True),
        ("TEL-00123456", "andet ordrenummer", False, True),
        ("XTEL-0012345", "andet ordrenummer", False, True),
        ("EHOæø7", "præfiks", True, True),
        ("EHO1", "andet ordrenummer", False, True),
        ("3012345", "andet ordrenummer", False, True),
        ("NA", "pladsholder", False, False),
        ("n/a", "pladsholder", False, False),
        ("1", "pladsholder", False, False),
        ("0000", "pladsholder", False, False),
        ("- -", "pladsholder", False, False),
        ("", "intet ordrenummer", False, False),
        ("   ", "intet ordrenummer", False, False),
        (None, "intet ordrenummer", False, False),
    ],
)
def test_an_order_number_alone_is_not_an_e_order(nummer, rule, e_handlet, any_number):
    post = order(nummer)
    assert (post["ordre_regel"], post["e_handlet"], post["har_ordrenummer"]) == (rule, e_handlet, any_number)


def test_a_pattern_of_a_system_holds_only_where_the_system_is_used():
    assert order("TEL-0012345", system_kode="TT")["e_handlet"] is False


def test_a_pattern_of_a_municipality_holds_only_there():
    assert order("3012345", kommune_kode="101")["e_handlet"] is True


def test_a_yes_or_no_of_the_delivery_decides_before_the_patterns():
    yes, no = order(None, e_handlet_angivet=True), order("TEL-0012345", e_handlet_angivet=False)
    assert (yes["e_handlet"], yes["ordre_regel"]) == (True, "ja/nej-kolonne")
    assert (no["e_handlet"], no["ordre_regel"]) == (False, "ja/nej-kolonne")


def test_a_delivery_can_name_further_placeholders():
    linje = drawn("linjer", "ordrenummer\nSe bilag")
    assert classify.e_ordre(linje, [], pladsholdere=["se BILAG"])["ordre_regel"].tolist() == ["pladsholder"]


def test_a_pattern_with_signs_of_regular_expressions_means_the_signs():
    linje = drawn("linjer", "ordrenummer\nA.1+(7)\nAx1+(7)")
    assert classify.e_ordre(linje, [OrdrePraefiks("A.1+(#)")])["e_handlet"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("aftale", "delaftale", "system", "kode", "category", "rule"),
    [
        ("50.55", None, "UNSPSC", "50201706", "Kontorartikler", "aftale"),
        ("50.96", "2", None, None, "Bleer", "aftale"),
        ("50.96", "6", None, None, "Bleer", "aftale"),
        ("50.96", "1", "UNSPSC", "53102306", "Bleer med bevilling", "aftale"),
        ("50.96", None, None, None, "Ukendt", "ukendt"),
        ("99.99", None, "CPV", "15860000", "Kaffe og te", "CPV"),
        (None, None, "UNSPSC", "50201706", "Kaffe og te", "UNSPSC"),
        (None, None, "UNSPSC", "50171500", "Fødevarer", "UNSPSC"),
        (None, None, "UNSPSC", "43211509", "Tablets", "UNSPSC"),
        (None, None, "UNSPSC", "43211503", "Computere og it-tilbehør", "UNSPSC"),
        (None, None, "UNSPSC", "83111603", "Ukendt", "ukendt"),
        (None, None, "CPV", "64212000", "Ukendt", "ukendt"),
        (None, None, "CPV", "50201706", "Ukendt", "ukendt"),
        (None, None, None, "50201706", "Ukendt", "ukendt"),
        (None, None, None, None, "Ukendt", "ukendt"),
    ],
)
def test_agreement_decides_before_the_longest_code(aftale, delaftale, system, kode, category, rule):
    linje = drawn("linjer", "ordrenummer\n-").assign(
        aftale_nummer=aftale, delaftale_nummer=delaftale, vare_kodesystem=system, vare_kode=kode
    )
    found = classify.varekategori(schema.typed(linje, "linjer")).iloc[0]
    assert (found["varekategori"], found["kategori_regel"]) == (category, rule)
    assert found["lovkrav"] == (category in classify.lovkrav())
    assert found["paa_aftale"] == (aftale is not None)


def test_a_delivery_can_map_agreements_of_its_own_and_override_ours():
    linjer = drawn("linjer", "aftale_nummer\nLOKAL-7\n50.55")
    found = classify.varekategori(linjer, {"LOKAL-7": "Legetøj", "50.55": "Papir"})
    assert found["varekategori"].tolist() == ["Legetøj", "Papir"]


def test_every_mandatory_category_can_be_reached_by_a_code_or_an_agreement():
    from ehandel_lib import reference

    reachable = set(reference.table("koder")["varekategori"]) | set(classify.aftaler().values())
    assert set(classify.lovkrav()) <= reachable
    assert len(classify.lovkrav()) == 14


@pytest.mark.parametrize(
    ("oere", "band"),
    [
        (-1, "Negativt beløb"),
        (0, "Præcis 0 kr."),
        (1, "Over 0 til under 50 kr."),
        (49_99, "Over 0 til under 50 kr."),
        (50_00, "50 til under 100 kr."),
        (99_99, "50 til under 100 kr."),
        (100_00, "100 til under 250 kr."),
        (249_99, "100 til under 250 kr."),
        (250_00, "250 til under 500 kr."),
        (500_00, "500 til under 1.000 kr."),
        (1_000_00, "1.000 til under 2.000 kr."),
        (2_000_00, "2.000 til under 3.000 kr."),
        (3_000_00, "3.000 til under 4.000 kr."),
        (4_000_00, "4.000 til under 5.000 kr."),
        (4_999_99, "4.000 til under 5.000 kr."),
        (5_000_00, "5.000 kr. eller mere"),
        (2**60, "5.000 kr. eller mere"),
    ],
)
def test_amount_bands_are_exact_at_their_edges(oere, band):
    frame = nw.from_native(pd.DataFrame({"beloeb": [oere]}))
    assert frame.select(x=classify.beloebsinterval(nw.col("beloeb")))["x"].to_list() == [band]


@pytest.mark.parametrize(
    ("oere", "group"),
    [
        (-1, None),
        (0, None),
        (1, "Under 250 kr."),
        (249_99, "Under 250 kr."),
        (250_00, "250 til under 5.000 kr."),
        (4_999_99, "250 til under 5.000 kr."),
        (5_000_00, "5.000 kr. eller mere"),
    ],
)
def test_amount_groups_leave_out_zero_and_credit(oere, group):
    frame = nw.from_native(pd.DataFrame({"beloeb": [oere]}))
    band = classify.beloebsinterval(nw.col("beloeb"))
    [label] = frame.select(x=classify.beloebsgruppe(band))["x"].to_list()
    assert (None if pd.isna(label) else label) == group


def posts(text: str) -> pd.DataFrame:
    linjer = classify.varekategori(classify.e_ordre(drawn("linjer", text), PRAEFIKSER))
    return schema.check(schema.typed(classify.poster(linjer), "poster"), "poster")


def test_an_invoice_has_one_post_for_each_category():
    found = posts("""
        faktura_id | aftale_nummer | ordrenummer | beloeb_oere
        a          | 50.55         | TEL-0000001 | 100
        a          | 50.55         | TEL-0000001 | 250
        a          | 50.20         | TEL-0000001 | 9900
        b          | -             | -           | -500
    """).sort_values(["faktura_id", "varekategori"])
    assert found[["faktura_id", "varekategori", "beloeb_oere", "antal_linjer"]].to_numpy().tolist() == [
        ["a", "Forbrugsartikler", 9900, 1],
        ["a", "Kontorartikler", 350, 2],
        ["b", "Ukendt", -500, 1],
    ]


def test_the_amount_band_is_that_of_the_whole_invoice():
    found = posts("""
        faktura_id | aftale_nummer | beloeb_oere
        a          | 50.55         | 100
        a          | 50.20         | 9900
    """)
    assert found["faktura_beloeb_oere"].tolist() == [10_000, 10_000]
    assert set(found["beloebsinterval"]) == {"100 til under 250 kr."}


def test_lines_with_and_without_an_e_order_are_two_posts():
    found = posts("""
        faktura_id | aftale_nummer | ordrenummer | beloeb_oere
        a          | 50.55         | TEL-0000001 | 100
        a          | 50.55         | -           | 200
    """)
    assert dict(zip(found["e_handlet"], found["beloeb_oere"], strict=True)) == {True: 100, False: 200}


def test_a_post_has_an_order_number_where_one_of_its_lines_has():
    found = posts("""
        faktura_id | aftale_nummer | ordrenummer | beloeb_oere
        a          | 50.55         | 4711        | 100
        a          | 50.55         | -           | 100
    """)
    assert found["har_ordrenummer"].tolist() == [True]


def test_two_municipalities_may_use_the_same_invoice_number():
    found = posts("""
        kommune_kode | faktura_id | beloeb_oere
        630          | a          | 100
        101          | a          | 700
    """)
    assert found["faktura_beloeb_oere"].tolist() == found["beloeb_oere"].tolist()


def test_gathering_into_posts_loses_no_line_and_no_oere():
    linjer = drawn("linjer", "aftale_nummer|beloeb_oere\n50.55|1\n-|2\n50.55|3\n50.20|-4").assign(
        faktura_id=["a", "a", "a", "b"]
    )
    found = classify.poster(classify.varekategori(classify.e_ordre(linjer, [])))
    assert (found["antal_linjer"].sum(), found["beloeb_oere"].sum()) == (4, 1 + 2 + 3 - 4)


def test_shapes_show_shared_prefixes_and_hide_rare_letters_and_all_digits():
    numbers = [f"TEL-{i:05}" for i in range(40)] + [f"30{i:05}" for i in range(25)] + ["ABC", "XYZ", "12"]
    shapes = classify.former(pd.Series([*numbers, None], dtype="str"))
    assert dict(zip(shapes["form"], shapes["antal"], strict=True)) == {
        "TEL-#####": 40,
        "30#####": 25,
        "@@@": 2,
        "##": 1,
        "(tomt)": 1,
    }
    assert float(shapes["andel"].sum()) == pytest.approx(1)


def test_a_shape_can_be_used_as_a_pattern():
    [form] = classify.former(pd.Series([f"TEL-{i:05}" for i in range(40)]))["form"]
    linje = drawn("linjer", "ordrenummer\nTEL-00017")
    assert classify.e_ordre(linje, [OrdrePraefiks(form)])["e_handlet"].all()


@pytest.mark.parametrize("engine", [pd.DataFrame, pl.from_pandas, duckdb.from_df])
def test_what_stands_in_a_post_comes_from_one_line(engine):
    linjer = drawn(
        "linjer",
        """
        faktura_id | ordrenummer | enhed_id | enhed_navn | konto | beloeb_oere
        a          | -           | 1        | Børnehave  | 10    | 100
        a          | 4711        | 9        | Aftenskole | -     | 200
        a          | 4710        | 8        | Skole      | 11    | 300
        """,
    ).assign(kilde_fil=["a.csv", "b.csv", "b.csv"], kilde_raekke=[9, 3, 20])
    lines = classify.varekategori(classify.e_ordre(linjer, []))
    columns = ["enhed_id", "enhed_navn", "konto", "ordrenummer", "kilde_fil", "kilde_raekke", "beloeb_oere"]
    found = nw.from_native(classify.poster(engine(lines))).select(columns)
    eager = found.collect() if isinstance(found, nw.LazyFrame) else found
    [row] = eager.to_pandas().astype("object").replace({np.nan: None}).to_numpy().tolist()
    assert row == ["9", "Aftenskole", None, "4711", "b.csv", 3, 600]


def test_polars_asks_each_combination_once_and_answers_as_pandas_does():
    cells = {
        "aftale_nummer": [None, "50.55", "50.96", "LOKAL-7", ""],
        "delaftale_nummer": [None, "1", "2", ""],
        "vare_kodesystem": [None, "UNSPSC", "CPV", "andet"],
        "vare_kode": [None, "50201706", "432115", "83111603", "15860000", "9", ""],
    }
    rows = pd.DataFrame(list(itertools.product(*cells.values())), columns=list(cells), dtype="str")
    found = ["varekategori", "kategori_regel", "lovkrav", "paa_aftale"]
    on_polars = classify.varekategori(pl.from_pandas(rows), {"LOKAL-7": "Bleer"})
    assert on_polars[found].rows() == list(
        classify.varekategori(rows, {"LOKAL-7": "Bleer"})[found].itertuples(index=False, name=None)
    )
