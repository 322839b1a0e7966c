"""The prepared store, and what a notebook fetches from it."""

import json
import threading
from dataclasses import FrozenInstanceError, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from ehandel_lib import load, rates, schema
from ehandel_lib.datakvalitet import skriv_datakvalitet
from ehandel_lib.errors import DeliveryError, ParameterError, UnknownNameError
from ehandel_lib.store import finished

KILDE = """
[leverance]
navn = "To kommuner"
syntetisk = true
[[filer]]
moenster = "f*.csv"
tabel = "fakturaer"
[filer.kolonner]
Kommune = "kommune"
Dato = "dato"
Faktura = "faktura_nummer"
Ordre = "ordrenummer"
Aftale = "aftale_nummer"
"Beløb" = "beloeb"
[[filer]]
moenster = "oms.csv"
tabel = "omsaetning"
[filer.kolonner]
Kommune = "kommune"
Aftale = "aftale_nummer"
"År" = "aar"
"Beløb" = "beloeb"
[[e_ordre.praefikser]]
moenster = "TEL-##"
kommuner = ["Vejle"]
[aftaler]
"X-1" = "Tablets"
"""

LINES = """Kommune;Dato;Faktura;Ordre;Aftale;Beløb
Vejle;31.12.2023;1;TEL-01;50.55;5
Vejle;30.12.2023;1;TEL-01;X-1;7
Vejle;30.6.2022;2;n/a;50.55;9
Aarhus;31.5.2024;3;TEL-01;50.55;11
Vejel;31.5.2024;3;=1+1;50.55;13
Vejle;=HYPERLINK("x");4;-1;50.55;15
"""

TURNOVER = "Kommune;Aftale;År;Beløb\nVejle;50.55;2023;100\nVejle;50.55;2022;90\nAarhus;50.55;2023;80\n"


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "klar"))
    place = tmp_path / "leverance"
    place.mkdir()
    for name, text in {"kilde.toml": KILDE, "f1.csv": LINES, "oms.csv": TURNOVER}.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


def test_a_municipality_gets_its_posts_its_year_and_the_country_beside_it(folder):
    data = load.hent("Vejle", None, folder)
    assert (data.kommune.kode, data.aar, data.aar_alle) == ("630", 2023, (2022, 2023, 2024))
    assert data.poster["beloeb_oere"].tolist() == [5_00, 7_00]
    assert data.poster["faktura_beloeb_oere"].tolist() == [12_00, 12_00]
    assert data.poster["varekategori"].tolist() == ["Kontorartikler", "Tablets"]
    assert data.poster["e_handlet"].tolist() == [True, True]
    assert data.poster_foer["beloeb_oere"].tolist() == [9_00]
    assert data.landet["kommune_kode"].tolist() == ["630", "630"]
    assert data.landet_foer["aar"].tolist() == [2022]
    assert data.omsaetning["beloeb_oere"].tolist() == [100_00]
    assert data.regnskab.groupby("kilde_fil")["raekker_ind"].sum().to_dict() == {"f1.csv": 5, "oms.csv": 2}


@pytest.mark.parametrize(
    "table",
    [
        "poster",
        "poster_foer",
        "poster_alle",
        "linjer",
        "landet",
        "landet_foer",
        "omsaetning",
        "systemer",
        "enheder",
        "regnskab",
        "rettelser",
    ],
)
@pytest.mark.parametrize("kommune", ["Vejle", "Ærø"])
def test_every_table_is_as_the_schema_says_also_when_it_is_empty(folder, table, kommune):
    name = "poster" if table in ("poster_foer", "poster_alle") else table.removesuffix("_foer")
    for year in (2022, 2023):
        schema.check(getattr(load.hent(kommune, year, folder), table), name)


def test_the_lines_are_those_of_the_year_and_all_posts_those_of_every_year(folder):
    data = load.hent("Vejle", 2023, folder)
    assert data.linjer["beloeb_oere"].tolist() == [5_00, 7_00]
    assert data.poster_alle["aar"].tolist() == [2023, 2023, 2022]


def test_a_table_is_read_when_it_is_asked_for_and_only_then(folder):
    data = load.hent("Vejle", 2023, folder)
    for path in load.prepare(folder).rglob("*.parquet"):
        if path.parent.name != "poster":
            path.unlink()
    assert len(data.poster) == 2
    with pytest.raises(FileNotFoundError):
        data.enheder  # noqa: B018 - reading it is the point


def test_data_may_be_put_together_by_hand_and_not_changed(folder):
    data = load.hent("Vejle", 2023, folder)
    own = replace(data, tabeller={**data.tabeller, "poster": data.poster.head(1)})
    assert (len(own.poster), len(own.linjer)) == (1, 2)
    with pytest.raises(FrozenInstanceError):
        own.aar = 2022


def test_a_notebook_of_a_run_is_told_of_the_store_and_does_not_look_again(folder, monkeypatch):
    finished.remember(folder, load.prepare(folder))
    monkeypatch.setenv(finished.MILJOE_FAERDIGE, finished.environment()[finished.MILJOE_FAERDIGE])
    (folder / "f1.csv").unlink()
    assert load.hent("Vejle", 2023, folder).poster["beloeb_oere"].tolist() == [5_00, 7_00]
    monkeypatch.delenv(finished.MILJOE_FAERDIGE)
    with pytest.raises(DeliveryError):
        load.hent("Vejle", 2023, folder)


def test_the_year_may_be_chosen_and_an_unknown_one_is_refused(folder):
    assert load.hent("Vejle", 2022, folder).poster["beloeb_oere"].tolist() == [9_00]
    with pytest.raises(ParameterError, match="ingen fakturaer fra 2019; den har 2022, 2023, 2024"):
        load.hent("Vejle", 2019, folder)
    with pytest.raises(UnknownNameError, match="Mente du Vejle"):
        load.hent("Vejel", None, folder)


def test_a_few_invoices_of_another_year_do_not_choose_the_year(folder):
    rows = [f"Vejle;31.12.2023;{n};;50.55;5" for n in range(rates.MIN_FAKTURAER)]
    slips = [f"Vejle;31.12.2032;{n};;50.55;5" for n in range(rates.MIN_FAKTURAER - 1)]
    header = LINES.splitlines()[0]
    (folder / "f1.csv").write_text("\n".join([header, *rows, *slips]), encoding="utf-8")
    assert load.hent("Vejle", None, folder).aar == 2023
    assert len(load.hent("Vejle", 2032, folder).poster) == rates.MIN_FAKTURAER - 1


def test_a_municipality_without_posts_gets_the_latest_year_and_empty_tables(folder):
    data = load.hent("Ærø", None, folder)
    assert (data.aar, len(data.poster), len(data.landet)) == (2024, 0, 1)
    assert data.leverance.asof == date(2024, 12, 31)


def test_the_delivery_says_where_the_numbers_come_from(folder):
    about = load.hent("Vejle", None, folder).leverance
    assert (about.navn, about.syntetisk, about.asof) == ("To kommuner", True, date(2023, 12, 31))
    assert about.e_ordre_regler == ("TEL-##",)
    assert load.hent("Kolding", None, folder).leverance.e_ordre_regler == ()
    (file,) = [file for file in about.filer if file.navn == "f1.csv"]
    assert (len(file.sha256), file.bytes) == (64, len(LINES.encode()))
    assert "tegnsæt: UTF-8" in file.note
    assert str(folder) not in repr(about)


def test_a_rule_of_other_municipalities_files_is_not_said_to_apply(folder):
    own = """[[filer]]
moenster = "egne.csv"
tabel = "fakturaer"
kommune = "Kolding"
[filer.kolonner]
Dato = "dato"
"E-handlet" = "e_handlet_angivet"
"Beløb" = "beloeb"
"""
    (folder / "kilde.toml").write_text(KILDE + own, encoding="utf-8")
    (folder / "egne.csv").write_text("Dato;E-handlet;Beløb\n31.12.2023;ja;5\n", encoding="utf-8")
    assert load.hent("Vejle", None, folder).leverance.e_ordre_regler == ("TEL-##",)
    assert load.hent("Kolding", None, folder).leverance.e_ordre_regler == ("leverancens egen ja/nej-kolonne",)


@pytest.mark.parametrize("kommune", ["Vejle", "Hele landet"])
def test_the_delivery_says_which_files_are_statements(folder, kommune):
    assert load.hent(kommune, 2023, folder).leverance.opgoerelser == {"oms.csv"}


def test_a_delivery_is_prepared_once_and_again_when_a_file_changes(folder):
    first = load.prepare(folder)
    stamp = (first / "leverance.json").stat().st_mtime_ns
    assert load.prepare(folder) == first
    assert (first / "leverance.json").stat().st_mtime_ns == stamp
    (folder / "f1.csv").write_text(LINES.replace(";5\n", ";6\n"), encoding="utf-8")
    assert load.prepare(folder) != first
    assert load.hent("Vejle", 2023, folder).poster["beloeb_oere"].sum() == 13_00


def test_two_stores_of_the_same_delivery_are_the_same_byte_for_byte(folder, tmp_path, monkeypatch):
    stores = []
    for name in ("a", "b"):
        monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / name))
        store = load.prepare(folder)
        stores.append({p.relative_to(store): p.read_bytes() for p in sorted(store.rglob("*")) if p.is_file()})
    assert stores[0] == stores[1]


def test_processes_that_prepare_at_the_same_time_do_not_disturb_each_other(folder):
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(load.prepare(folder))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 4
    assert [path.name for path in found[0].parent.iterdir()] == [found[0].name]
    assert json.loads((found[0] / "leverance.json").read_text(encoding="utf-8"))["navn"] == "To kommuner"


def test_progress_is_told(folder):
    steps: list[tuple[str, int, int]] = []
    load.prepare(folder, lambda *step: steps.append(step))
    assert ("læser f1.csv", 0, 2) in steps
    assert steps[-1] == ("renser", 1, 1)


def test_the_faults_of_all_files_are_told_together(folder):
    (folder / "f1.csv").write_text("Kommune;Dato\n")
    (folder / "oms.csv").write_bytes(b"\x81")
    with pytest.raises(DeliveryError) as error:
        load.prepare(folder)
    assert "f1.csv passer ikke med kilde.toml:" in str(error.value)
    assert "oms.csv er hverken UTF-8" in str(error.value)


def test_a_delivery_of_which_no_row_can_be_used_is_refused_with_the_reasons(folder):
    (folder / "f1.csv").write_text(
        "Kommune;Dato;Faktura;Ordre;Aftale;Beløb\nVejle;00:00:00;1;;;5\n", encoding="utf-8"
    )
    with pytest.raises(
        DeliveryError, match=r"f1\.csv: et klokkeslæt uden dato, rækker: 1 \(Dato = '00:00:00'\)"
    ):
        load.prepare(folder)


def test_the_quality_file_opens_in_a_spreadsheet_and_calculates_nothing(folder):
    data = load.hent("Vejle", None, folder)
    text = skriv_datakvalitet(data).decode("utf-8-sig")
    assert text.startswith("Fil;Række;Kolonne;Værdi;Årsag;Handling\r\n")
    assert 'f1.csv;7;Dato;"\'=HYPERLINK(""x"")";datoen kan ikke læses;afvist\r\n' in text
    assert len(text.splitlines()) == 1 + len(data.rettelser) == 3
    assert isinstance(data.rettelser, pd.DataFrame)
