"""Column parsers: what a text means, in all the forms that extracts use."""

from datetime import date

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ehandel_lib.clean import amounts, answers, cpr, dates, identities


def read(texts: list[str | None], english: bool = False, currency: str = "DKK") -> list[int | None]:
    rows = amounts.shapes(pl.DataFrame({"x": texts}, schema={"x": pl.String}), "x", currency)
    return amounts.values(rows.with_columns(e=pl.lit(english)), "x", "e")["x_oere"].to_list()


@pytest.mark.parametrize(
    ("text", "oere"),
    [
        ("1234,5", 1234_50),
        ("1234.56", 1234_56),
        ("1.234,50", 1234_50),
        ("1,234.50", 1234_50),
        ("1.234.567", 1234567_00),
        ("1 234,50", 1234_50),
        ("1\u00a0234\u00a0567,5", 1234567_50),
        ("1\u202f234", 1234_00),
        ("1'234.5", 1234_50),
        ("1’234", 1234_00),
        ("1.234,50-", -1234_50),
        ("-1.234,50", -1234_50),
        ("- 7", -7_00),
        ("\u22127,5", -7_50),
        ("–7", -7_00),
        ("(7,50)", -7_50),
        ("+7", 7_00),
        ("kr. 7,50", 7_50),
        ("7,50 kr.", 7_50),
        ("DKK7", 7_00),
        ("100,-", 100_00),
        ("-100,-", -100_00),
        ("100.-", 100_00),
        (",5", 50),
        ("5,", 5_00),
        ("0", 0),
        ("-0", 0),
        ("0,125", 13),
        ("-0,125", -13),
        ("0,124999", 12),
        ("1234,567", 1234_57),
        ("5.684E-14", 0),
        ("00012", 12_00),
    ],
)
def test_an_amount_that_says_what_it_is_is_read_exactly(text, oere):
    assert read([text]) == read([text], english=True) == [oere]


@pytest.mark.parametrize(("text", "danish", "english"), [("1.234", 1234_00, 1_23), ("1,235", 1_24, 1235_00)])
def test_an_amount_that_does_not_say_follows_its_column(text, danish, english):
    assert read([text]) == [danish]
    assert read([text], english=True) == [english]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        *(
            (text, "mangler")
            for text in ["", " ", None, "-", "--", "n/a", "NA", "null", "#N/A", "#I/T", "kr.", "."]
        ),
        *(
            (text, "ulæselig")
            for text in [
                "se bilag",
                "12 34",
                "1.23.4",
                "1,2,3",
                "(5",
                "5)",
                "-5-",
                "--5",
                "1234.567,8.9",
                "½",
                "٣",
            ]
        ),
        *((text, "valuta") for text in ["EUR 5", "5 €", "$5", "£ 5", "USD5", "5 SEK"]),
        ("1,23E+10", "stumpet"),
        ("9" * 13, "for stort"),
    ],
)
def test_what_is_no_amount_is_known_by_its_trouble(text, form):
    rows = amounts.shapes(pl.DataFrame({"x": [text]}, schema={"x": pl.String}), "x")
    assert rows["x_form"].to_list() == [form]
    assert read([text]) == [None]


def test_the_currency_of_the_delivery_is_no_foreign_one():
    assert read(["£5", "GBP 6", "kr. 7"], currency="GBP") == [5_00, 6_00, None]


@settings(deadline=None, derandomize=True, max_examples=80)
@given(st.integers(1 - 10**14, 10**14 - 1), st.sampled_from(["dansk", "engelsk", "bar"]))
def test_every_amount_comes_back_from_each_way_of_writing_it(oere, way):
    kroner, rest = divmod(abs(oere), 100)
    text = f"{kroner:,}.{rest:02}"
    if way == "dansk":
        text = text.translate(str.maketrans(",.", ".,"))
    text = text.replace(",", "") if way == "bar" else text
    assert read([f"-{text}" if oere < 0 else text]) == [oere]


@settings(deadline=None, derandomize=True, max_examples=80)
@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=12), st.from_regex(r"[-(]?[0-9., ]{0,9}[-)]?", fullmatch=True))
    )
)
def test_no_text_at_all_stops_the_reading_of_amounts(texts):
    assert len(read(texts)) == len(texts)


def test_amounts_are_the_same_on_every_engine():
    texts = ["1.234,50-", "1,234.50", "1.234", "(7)", "kr. 100,-", "x", "", None, "0,125", "1 234"]
    expected = read(texts)
    frame = pd.DataFrame({"x": pd.array(texts, dtype="str"), "e": False})
    in_pandas = amounts.values(amounts.shapes(frame, "x"), "x", "e")["x_oere"]
    assert [None if pd.isna(x) else int(x) for x in in_pandas] == expected
    table = duckdb.from_df(frame)
    in_duckdb = amounts.values(amounts.shapes(table, "x"), "x", "e").select("x, x_oere").fetchall()
    assert in_duckdb == list(zip(texts, expected, strict=True))


@pytest.mark.parametrize(
    ("gross", "rate", "net"), [(125_00, 25, 100_00), (1, 25, 1), (-1, 25, -1), (5, 12.5, 4), (0, 25, 0)]
)
def test_vat_is_taken_off_in_whole_numbers(gross, rate, net):
    assert pl.select(amounts.without_vat(pl.lit(gross), rate)).item() == net


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-03-15", date(2023, 3, 15)),
        ("2023-03-15T10:20:30.123Z", date(2023, 3, 15)),
        ("2023/3/5", date(2023, 3, 5)),
        ("15-03-2023", date(2023, 3, 15)),
        ("15.03.2023", date(2023, 3, 15)),
        ("15.03.2023 00:00:00", date(2023, 3, 15)),
        ("15/3-23", date(2023, 3, 15)),
        ("15/3 2023", date(2023, 3, 15)),
        ("15. marts 2023", date(2023, 3, 15)),
        ("15-Mar-23", date(2023, 3, 15)),
        ("20230315", date(2023, 3, 15)),
        ("20230315.0", date(2023, 3, 15)),
        ("45000", date(2023, 3, 15)),
        ("45000.75", date(2023, 3, 15)),
        ("2023-02", date(2023, 2, 28)),
        ("2024-02", date(2024, 2, 29)),
        ("Jun-13", date(2013, 6, 30)),
        ("29.02.2024", date(2024, 2, 29)),
    ],
)
def test_a_date_that_can_be_read_in_one_way_is(text, day):
    read_as = dates.parse_date(text)
    assert (read_as.dag or read_as.maaned) == day
    assert read_as.dag is None or read_as.maaned in (None, day)


def test_day_and_month_are_given_in_both_orders_where_both_are_possible():
    assert dates.parse_date("02/03/2023")[:2] == (date(2023, 3, 2), date(2023, 2, 3))
    assert dates.parse_date("31/12/2023")[:2] == (date(2023, 12, 31), None)
    assert dates.parse_date("12/31/2023")[:2] == (None, date(2023, 12, 31))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31.02.2023", "datoen findes ikke"),
        ("2023-13-45", "datoen findes ikke"),
        ("29.02.2023", "datoen findes ikke"),
        ("0223-03-15", "datoen findes ikke"),
        ("00:00:00", "et klokkeslæt uden dato"),
        ("12:30", "et klokkeslæt uden dato"),
        ("uden dato", "datoen kan ikke læses"),
        ("1234", "datoen kan ikke læses"),
        ("99999", "datoen findes ikke"),
        ("0000-00", "datoen findes ikke"),
    ],
)
def test_a_date_that_is_none_says_why(text, reason):
    assert dates.parse_date(text) == (None, None, reason)


@settings(deadline=None, derandomize=True, max_examples=80)
@given(st.text(max_size=25))
def test_no_text_at_all_stops_the_reading_of_a_cell(text):
    dates.parse_date(text)
    identities.cvr(text)
    identities.number_text(text)
    identities.agreement(text)
    identities.lot(text)
    identities.unspsc(text)
    identities.cpv(text)
    identities.system(text)
    answers.document_kind(text, {})
    answers.quarter(text)
    answers.year(text)
    cpr.mask(text)


@pytest.mark.parametrize(
    ("text", "number", "action"),
    [
        ("64942212", "64942212", None),
        ("DK64942212", "64942212", None),
        ("DK-64 94 22 12", "64942212", None),
        ("CVR: 64942212", "64942212", None),
        ("64942212.0", "64942212", None),
        ("2575884", "02575884", "rettet"),
        ("02575884", "02575884", None),
        ("64942213", None, "rettet"),
        ("00000000", None, "rettet"),
        ("SE556012579001", None, "rettet"),
        ("-", None, None),
        ("n/a", None, None),
    ],
)
def test_a_cvr_number_is_read_in_its_forms_and_checked(text, number, action):
    answer = identities.cvr(text)
    assert (answer.vaerdi, answer.handling) == (number, action)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("0101901234", "[CPR maskeret]"),
        ("010190-1234", "[CPR maskeret]"),
        ("010190 1234", "[CPR maskeret]"),
        ("010190–1234", "[CPR maskeret]"),
        ("2902001234", "[CPR maskeret]"),
        ("010190.1234", "[CPR maskeret]"),
        ("010190/1234", "[CPR maskeret]"),
        ("01.01.90-1234", "[CPR maskeret]"),
        ("01-01-1990-1234", "[CPR maskeret]"),
        ("01.01.2023-31.12.2023", "01.01.2023-31.12.2023"),
        ("010119901234", "010119901234"),
        ("til 010190-1234, og 311299-4321!", "til [CPR maskeret], og [CPR maskeret]!"),
        ("CPR0101901234.0", "CPR[CPR maskeret].0"),
        ("2902011234", "2902011234"),
        ("3201901234", "3201901234"),
        ("0113901234", "0113901234"),
        ("0001901234", "0001901234"),
        ("10101901234", "10101901234"),
        ("5798000000001", "5798000000001"),
        ("TEL-1234567", "TEL-1234567"),
    ],
)
def test_what_looks_like_a_cpr_number_is_masked_and_nothing_else(text, masked):
    assert cpr.mask(text) == masked
    assert pl.DataFrame({"t": [text]}).select(cpr.masked("t")).item() == masked
