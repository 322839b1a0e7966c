"""What a notebook shows is data with a look: the twin holds numbers, the look is escaped Danish."""

import datetime as dt

import matplotlib as mpl
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.figure import Figure
from notebook_fixture import delivered, shown

from ehandel_lib import show


def frame():
    return pd.DataFrame(
        {
            "varekategori": ["Møbler", None],
            "grad_omsaetning": pd.array([0.1234, None], "Float64"),
            "omsaetning_oere": pd.array([123_456, -50], "Int64"),
            "lovkrav": pd.array([True, None], "boolean"),
            "dato": pd.to_datetime(["2024-12-31", None]),
            "antal": pd.array([1234, None], "Int64"),
            "aar": pd.array([2024, 2023], "Int64"),
        }
    )


def table(data, **options):
    [output] = shown(lambda: show.tabel(data, "Titel", id="t", **options))
    return output.data


def drawing(label="Møbler"):
    figure = Figure(figsize=(3, 2))
    figure.subplots().set_title(label)
    return figure


def chart(figure, **changes):
    options = {"id": "f", "alt": "Møbler ligger højest.", "data": frame()} | changes
    [output] = shown(lambda: show.figur(figure, "Titel", **options))
    return output.data


def test_a_chart_without_data_is_not_shown():
    assert shown(lambda: show.figur(drawing(), "Titel", id="f", alt="Ingen.", data=frame().head(0))) == []


def test_a_tables_twin_holds_numbers_as_numbers_and_missing_as_null():
    assert table(frame())[show.MIME]["raekker"] == [
        ["Møbler", 0.1234, 123_456, True, "2024-12-31", 1234, 2024],
        [None, None, -50, None, None, None, 2023],
    ]


def test_labels_and_kinds_come_from_the_schema_and_a_year_is_a_name():
    columns = table(frame())[show.MIME]["kolonner"]
    assert [(c["navn"], c["slags"], c["etiket"]) for c in columns] == [
        ("varekategori", "tekst", "Varekategori"),
        ("grad_omsaetning", "andel", "E-handelsgrad på omsætning"),
        ("omsaetning_oere", "oere", "Omsætning"),
        ("lovkrav", "ja_nej", "Omfattet af lovkrav"),
        ("dato", "dato", "Dato"),
        ("antal", "antal", "Antal"),
        ("aar", "kode", "År"),
    ]


def test_the_prompt_shows_percent_kroner_dates_and_dashes():
    html = table(frame())["text/html"]
    for cell in ["12,3\xa0%", "1.235", ">ja<", "31.12.2024", "1.234", ">2024<", ">–<", "Omsætning, kr."]:
        assert cell in html


def test_a_column_the_schema_does_not_know_keeps_its_name_and_type():
    columns = table(pd.DataFrame({"Navn": ["a"], "Tal": [1.5], "N": [2]}))[show.MIME]["kolonner"]
    assert [(c["etiket"], c["slags"]) for c in columns] == [("Navn", "tekst"), ("Tal", "tal"), ("N", "antal")]


def test_a_call_can_say_what_kind_a_column_is():
    own = {"taeller": ("oere", "E-handlet omsætning")}
    html = table(pd.DataFrame({"Navn": ["a"], "taeller": [123_400]}), kolonner=own)["text/html"]
    assert "E-handlet omsætning, kr." in html
    assert "1.234<" in html


def test_the_row_name_is_a_heading():
    html = table(frame()[["antal", "varekategori"]], raekkenavn="varekategori")["text/html"]
    assert "<th scope='row' style='text-align:left'>Møbler</th>" in html
    assert "<td style='text-align:right'>1.234</td>" in html


def test_text_is_escaped_at_the_prompt():
    html = table(pd.DataFrame({"<b>": ["<script>alert(1)</script>", "'\"&"]}))["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_empty_table_is_a_table_with_headings():
    twin = table(frame().head(0))[show.MIME]
    assert twin["raekker"] == []
    assert len(twin["kolonner"]) == 7


@pytest.mark.parametrize(
    "options",
    [
        {"raekkenavn": "findes_ikke"},
        {"kolonner": {"findes_ikke": ("tal", "x")}},
        {"kun_i_ark": ["findes_ikke"]},
    ],
)
def test_a_column_that_is_not_there_is_named(options):
    with pytest.raises(ValueError, match="findes_ikke"):
        show.tabel(frame(), "Titel", id="t", **options)


@pytest.mark.parametrize("name", ["", "Stort", "med mellemrum", "1tal", "../vej", "x" * 61])
def test_an_id_that_cannot_name_a_sheet_is_refused(name):
    with pytest.raises(ValueError, match="id"):
        show.tabel(frame(), "Titel", id=name)


def test_a_figure_without_alt_text_is_refused():
    with pytest.raises(ValueError, match="alt text"):
        chart(drawing(), alt=" ")


def test_the_same_figure_gives_the_same_drawing_without_a_date():
    first, second = (chart(drawing())["image/svg+xml"] for _ in range(2))
    assert first == second
    assert "dc:date" not in first
    assert "<text" not in first  # letters are outlines


def test_a_name_with_dollars_is_not_mathematics():
    with mpl.rc_context({"text.parse_math": True}):  # as matplotlib is before anyone asked for our fonts
        mathematical = drawing(r"A $\undefined{$ B")
    assert "image/svg+xml" in chart(mathematical)


def test_a_label_with_letters_no_font_has_is_drawn_all_the_same():
    assert (
        "U+4E2D" in chart(drawing("中\nny linje"))["image/svg+xml"]
    )  # matplotlib notes the label in a comment


def test_a_figure_carries_its_table_and_its_words():
    twin = chart(drawing(), grundlag="alle", kilde="data", note="obs")[show.MIME]
    assert (twin["alt"], twin["grundlag"], twin["kilde"], twin["note"]) == (
        "Møbler ligger højest.", "alle", "data", "obs",
    )  # fmt: skip
    assert twin["data"]["raekker"][0][0] == "Møbler"


def test_the_chapter_says_whose_data_it_shows():
    [output] = shown(lambda: show.kapitel(delivered("Ærø", 2023)))
    twin = output.data[show.MIME]
    assert twin["kommune"]["officielt_navn"] == "Ærø Kommune"
    assert (twin["aar"], twin["poster"], twin["omsaetning_oere"]) == (2023, 2, 312_400_000_00 + 50)
    assert twin["leverance"] == {
        "navn": "Syntetisk Danmark",
        "syntetisk": True,
        "valuta": "DKK",
        "datobasis": "fakturadato",
        "asof": dt.date(2023, 12, 31).isoformat(),
    }


def test_key_figures_keep_numerator_and_denominator():
    figures = [
        show.Noegletal("Grad", pd.NA, "andel", 0, 0, "ingen fakturaer"),
        show.Noegletal("Navn", "TT", "tekst"),
    ]
    [output] = shown(lambda: show.noegletal(figures, id="n"))
    first = output.data[show.MIME]["tal"][0]
    assert (first["vaerdi"], first["taeller"], first["naevner"]) == (None, 0, 0)
    assert output.data["text/plain"] == "Grad: – (ingen fakturaer)\nNavn: TT"


def test_another_currency_stands_in_the_headings():
    shown(lambda: show.kapitel(delivered(valuta="GBP")))
    try:
        assert "Omsætning, GBP" in table(frame())["text/html"]
    finally:
        shown(lambda: show.kapitel(delivered()))


def test_outside_jupyter_the_words_are_printed(capsys):
    InteractiveShell.clear_instance()
    show.laesning("Møbler ligger højest.")
    assert capsys.readouterr().out == "Møbler ligger højest.\n"
