"""The shapes of a delivery's order numbers, and what a proposed rule would change."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ehandel_lib import cli
from ehandel_lib.classify import OrdrePraefiks
from ehandel_lib.ordrenumre import former, oversigt, proev

KILDE = """
[leverance]
navn = "Prøve"
kommune = "Vejle"
system = "TELLIS"
[[filer]]
moenster = "f.csv"
tabel = "fakturaer"
[filer.kolonner]
Dato = "dato"
Nr = "faktura_nummer"
CVR = "leverandoer_cvr"
Navn = "leverandoer_navn"
Ordre = "ordrenummer"
Netto = "beloeb"
[[e_ordre.praefikser]]
moenster = "TEL-####"
"""


@pytest.fixture(scope="module")
def leverance(tmp_path_factory) -> Path:
    """
    Thirty invoices of one supplier and two of another, 100 kr. each.

    Ten TEL-####, ten 30#####, five placeholders, five without; the other supplier has initials.
    """
    folder = tmp_path_factory.mktemp("lev")
    orders = [f"TEL-{n:04}" for n in range(10)] + [f"30{n:05}" for n in range(10)] + ["NA"] * 5 + [""] * 5
    rows = [f"2024-01-0{n % 9 + 1};{n};16356706;A;{order};100,00" for n, order in enumerate(orders)]
    rows += [f"2024-01-01;B{n};;Lille;ABCD;100,00" for n in range(2)]
    (folder / "f.csv").write_text("\n".join(["Dato;Nr;CVR;Navn;Ordre;Netto", *rows]), encoding="utf-8")
    (folder / "kilde.toml").write_text(KILDE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHANDEL_KLAR", str(tmp_path_factory.mktemp("klar")))
        yield folder


def test_shapes_are_counted_per_system_with_what_a_rule_would_make_of_them(leverance):
    shapes = former(leverance).set_index("form")
    assert set(shapes["system_kode"]) == {"TELLIS"}
    assert shapes["antal"].to_dict() == {"@@@-####": 10, "#######": 10, "@@": 5, "(tomt)": 5, "@@@@": 2}
    assert shapes.loc["#######", "andel"] == 10 / 32
    assert shapes.loc["#######", "andel_omsaetning"] == 1000 / 3200
    assert shapes["e_handlet"].to_dict()["@@@-####"] == 1
    assert shapes["e_handlet"].to_dict()["#######"] == 0


def test_a_shape_has_no_share_of_a_turnover_that_credit_notes_eat(tmp_path, monkeypatch):
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "klar"))
    rows = [f"2024-01-01;{n};16356706;A;{n}{n}{n};100,00" for n in range(10)]
    rows += [f"2024-01-01;K{n};16356706;A;;-90,00" for n in range(10)]
    (tmp_path / "f.csv").write_text("\n".join(["Dato;Nr;CVR;Navn;Ordre;Netto", *rows]), encoding="utf-8")
    (tmp_path / "kilde.toml").write_text(KILDE, encoding="utf-8")
    assert former(tmp_path)["andel_omsaetning"].isna().all()


def test_small_suppliers_are_left_out(leverance):
    assert set(former(leverance, by="leverandoer")["leverandoer_navn"]) == {"A"}


def test_no_order_number_is_shown(leverance):
    shown = oversigt(leverance, "30#####")
    assert "ABCD" not in shown
    assert "TEL-0001" not in shown
    assert "3000001" not in shown


def test_a_proposed_rule_shows_the_rates_before_and_after(leverance):
    total = proev(leverance, OrdrePraefiks("30#####")).iloc[-1]
    assert (total["fakturaer_e_handlet"], total["fakturaer_nye"]) == (10, 10)
    assert (total["grad_faktura"], total["grad_faktura_ny"]) == (10 / 32, 20 / 32)
    assert (total["omsaetning_nye_oere"], total["grad_omsaetning_ny"]) == (1000_00, 20 / 32)


@pytest.mark.parametrize(
    ("rule", "new"),
    [
        (OrdrePraefiks("TEL-####"), 0),
        (OrdrePraefiks("na"), 5),
        (OrdrePraefiks("30#####", system="TT"), 0),
        (OrdrePraefiks("30#####", kommuner=("615",)), 0),
        (OrdrePraefiks("*"), 17),
    ],
)
def test_a_rule_counts_what_it_adds_and_where_it_applies(leverance, rule, new):
    assert proev(leverance, rule)["fakturaer_nye"].tolist() == [new, new]


def test_the_overview_says_it_in_danish(leverance):
    shown = oversigt(leverance, "30#####").replace("\u00a0", " ")
    assert 'Forslaget "30#####" gør flere fakturaer e-handlet:' in shown
    assert "I alt            10 fakturaer: 31,3 % → 62,5 %" in shown


def test_the_command_shows_shapes_per_system_and_supplier_and_tries_the_rule(leverance, capsys):
    assert cli.run(["ordrenumre", str(leverance), "--forslag", "30#####"]) == 0
    shown = capsys.readouterr().out.replace("\u00a0", " ")
    system, supplier, proposal = shown.split("\n\n", 1)[1].rsplit("\n\n", 2)
    assert re.search(r"^TELLIS +fakturaer +andel +omsætning +e-handlet nu$", system, re.MULTILINE)
    assert re.search(r"^  @@@-#### +10 +31,3 % +31,3 % +100,0 %$", system, re.MULTILINE)
    assert re.search(r"^A +fakturaer", supplier, re.MULTILINE)
    assert re.search(r"^  ####### +10 +33,3 % +33,3 % +0,0 %$", supplier, re.MULTILINE)
    assert (
        "I alt            10 fakturaer: 31,3 % → 62,5 %; 1.000 kr.: 31,3 % → 62,5 % af omsætningen"
        in proposal
    )


def test_a_folder_that_is_not_described_yet_shows_the_shapes_of_all_its_files(leverance, tmp_path, capsys):
    shutil.copy(leverance / "f.csv", tmp_path)
    assert cli.run(["ordrenumre", str(tmp_path)]) == 0
    shown = capsys.readouterr().out.replace("\u00a0", " ")
    assert re.search(r"^  @@@-#### +10 +31,3 %$", shown, re.MULTILINE)
    assert not (tmp_path / "kilde.toml").exists()
