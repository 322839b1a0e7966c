"""From an archive of e-invoices to a delivery's tables: same cleaning, same ledger, nothing lost."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pytest
from polars.testing import assert_frame_equal
from ubl_xml import dokument, linje, nummer, ordre_paa_linje, part, varekode

from ehandel_lib import store
from ehandel_lib.clean import clean
from ehandel_lib.errors import DeliveryError
from ehandel_lib.load import hent, prepare
from ehandel_lib.read import find_files, read_delivery, read_file
from ehandel_lib.read.draft import draft, order_shapes
from ehandel_lib.read.files import Fil
from ehandel_lib.read.ubl import archive, read_documents
from ehandel_lib.read.ubl.lines import raekker
from ehandel_lib.read.ubl.model import KOLONNER, Faktura
from ehandel_lib.read.ubl.rows import invoice_tables

KILDE = """
[leverance]
navn = "Arkiv"
kommune = "Vejle"
[[filer]]
moenster = "*.xml"
tabel = "fakturaer"
[[e_ordre.praefikser]]
moenster = "TEL-####"
"""

#: The CVR number of Vejle Kommune, from the table of municipalities.
VEJLE = "29189900"


def faktura(xml: bytes) -> Faktura:
    (document,) = read_documents(xml)
    assert isinstance(document, Faktura)
    return document


def felter(xml: bytes) -> list[dict[str, str | None]]:
    """The rows of one document, by field."""
    return [dict(zip(KOLONNER.values(), row, strict=True)) for row in raekker(faktura(xml))]


def med_id(xml: bytes, number: str) -> bytes:
    """The document with another number, so that it is no duplicate."""
    return xml.replace(b"<cbc:ID>F-1</cbc:ID>", f"<cbc:ID>{number}</cbc:ID>".encode())


@pytest.fixture
def mappe(tmp_path, monkeypatch) -> Path:
    """An empty delivery of e-invoices, whose prepared data go away with it."""
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "klar"))
    folder = tmp_path / "lev"
    folder.mkdir()
    (folder / "kilde.toml").write_text(KILDE, encoding="utf-8")
    return folder


def test_a_line_becomes_a_row_of_our_fields():
    xml = dokument(
        linje(vare=varekode("44121706", "TST")), foer=part("AccountingCustomerParty", nummer(VEJLE, "0184"))
    )
    (row,) = felter(xml)
    assert row | {"kommune": None} == {
        "kommune": None,
        "dato": "2024-05-20",
        "faktura_nummer": "F-1",
        "linje_nummer": "1",
        "dokumenttype": "faktura",
        "leverandoer_cvr": "",
        "leverandoer_navn": "",
        "enhed_id": "",
        "enhed_navn": "Firma A/S",
        "ordrenummer": "4711",
        "aftale_nummer": "",
        "delaftale_nummer": "",
        "unspsc": "44121706",
        "cpv": "",
        "varetekst": "Blyant",
        "konto": "5250",
        "maengde": "2,000000",
        "maaleenhed": "EA",
        "enhedspris": "50,000000",
        "beloeb": "100,000000",
        "valuta": "DKK",
    }


@pytest.mark.parametrize(("cvr", "kommune"), [(VEJLE, "630"), ("16356706", None), ("", None)])
def test_the_buyers_cvr_number_tells_the_municipality(cvr, kommune):
    xml = dokument(linje(), foer=part("AccountingCustomerParty", nummer(cvr, "0184")))
    assert felter(xml)[0]["kommune"] == kommune


def test_an_invoice_without_lines_is_one_row():
    (row,) = felter(dokument())
    assert (row["beloeb"], row["ordrenummer"], row["maengde"]) == ("100,000000", "4711", None)


def test_lines_with_the_same_number_are_numbered_so_that_none_looks_like_a_duplicate():
    assert [row["linje_nummer"] for row in felter(dokument(linje("50"), linje("50")))] == ["1", "2"]


def test_the_files_of_a_folder_are_one_source_and_a_zip_another(tmp_path):
    (tmp_path / "2024").mkdir()
    for name in ("a.xml", "b.xml"):
        (tmp_path / "2024" / name).write_bytes(dokument(linje(), linje()))
    with zipfile.ZipFile(tmp_path / "2024" / "c.zip", "w") as archive:
        archive.writestr("x.xml", dokument(linje()))
        archive.writestr(
            "y.xml", b"<Reminder xmlns='urn:oasis:names:specification:ubl:schema:xsd:Reminder-2'/>"
        )
    files = [Fil(p.relative_to(tmp_path).as_posix(), p) for p in sorted(tmp_path.rglob("*.*"))]
    folder, archive = invoice_tables(files)
    assert (folder.fil, folder.rows["kilde_raekke"].to_list()) == ("2024/*.xml", [1, 1, 2, 2])
    assert (archive.fil, archive.rows.height) == ("2024/c.zip", 1)
    assert archive.afvist.rows() == [
        (2, "fil", "c.zip/y.xml", "Dokumentet er en rykker (Reminder) og ikke en faktura eller kreditnota.")
    ]


def test_foreign_currency_is_refused_once_per_document(tmp_path):
    (tmp_path / "a.xml").write_bytes(dokument(linje(), linje(), valuta="SEK"))
    (table,) = invoice_tables([Fil("a.xml", tmp_path / "a.xml")])
    assert table.rows.height == 0
    assert table.afvist.rows() == [(1, "fil", "a.xml", "Fremmed valuta (SEK); leverancen er i DKK.")]


def test_a_text_in_the_place_of_a_currency_code_is_not_repeated_in_the_reason(tmp_path):
    (tmp_path / "a.xml").write_bytes(dokument(linje(), valuta="Borger 10"))
    (table,) = invoice_tables([Fil("a.xml", tmp_path / "a.xml")])
    assert table.afvist.rows() == [(1, "fil", "a.xml", "Fremmed valuta (ukendt kode); leverancen er i DKK.")]


def test_what_was_left_out_or_does_not_add_up_is_noted(tmp_path):
    person = part("AccountingSupplierParty", nummer("0101801234", "DK:CPR"))
    (tmp_path / "a.xml").write_bytes(dokument(linje("40"), foer=person))
    (table,) = invoice_tables([Fil("a.xml", tmp_path / "a.xml")])
    assert table.noter == (
        "CPR-numre for en part udeladt sammen med partens navn: 1",
        "Linjerne giver ikke dokumentets sum (LineExtensionAmount); forskellen er fordelt på linjerne: 1",
    )


def test_an_archive_is_a_delivery_whose_ledger_adds_up(mappe):
    supplier = part("AccountingSupplierParty", nummer("16356706", "0184"))
    xml = dokument(linje("60", ekstra=ordre_paa_linje("TEL-1234")), linje("40"), ordre="NA", foer=supplier)
    note = dokument(linje("25", kind="CreditNote"), kind="CreditNote", sum_="25")
    (mappe / "1.xml").write_bytes(xml)
    (mappe / "2.XML").write_bytes(med_id(note, "K-1"))
    (mappe / "3.xml").write_bytes(b"<Invoice")
    with zipfile.ZipFile(mappe / "juni.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("igen.xml", xml)
        archive.writestr("sek.xml", dokument(linje(), valuta="SEK"))
    data = hent("Vejle", 2024, mappe)
    assert data.poster["beloeb_oere"].sum() == 100_00 - 25_00
    by_order = data.poster.set_index("ordre_regel")["beloeb_oere"]
    assert by_order.to_dict() == {"præfiks": 60_00, "pladsholder": 40_00, "andet ordrenummer": -25_00}
    counts = data.regnskab.set_index("kilde_fil")[
        ["raekker_ind", "raekker_tabel", "raekker_dublet", "raekker_afvist"]
    ]
    assert counts.loc["*.xml"].tolist() == [4, 3, 0, 1]
    assert counts.loc["juni.zip"].tolist() == [3, 0, 2, 1]
    refused = data.rettelser[data.rettelser["handling"] == "afvist"]
    assert set(refused["vaerdi"]) == {"3.xml", "juni.zip/sek.xml"}
    assert [file.navn for file in data.leverance.filer] == [
        "*.xml",
        "juni.zip",
        "kilde.toml",
        "landets tal 2024",
    ]


ENHEDER = """[[filer]]
moenster = "enheder.csv"
tabel = "enheder"
[filer.kolonner]
Kommune = "kommune"
EAN = "enhed_id"
Navn = "enhed_navn"
Slags = "enhedstype"
"""


def med_enheder(mappe: Path, *rows: str, kommune: str = 'kommune = "Vejle"') -> Path:
    """The delivery with a table of units beside its e-invoices."""
    text = KILDE.replace('kommune = "Vejle"', kommune).replace("[[e_ordre", ENHEDER + "[[e_ordre")
    (mappe / "kilde.toml").write_text(text, encoding="utf-8")
    (mappe / "enheder.csv").write_text("\n".join(["Kommune;EAN;Navn;Slags", *rows]), encoding="utf-8")
    return mappe


def til(enhed: str, navn: str = "Vejle Kommune") -> str:
    """A buyer with the number of a unit."""
    return part("AccountingCustomerParty", nummer(enhed, "GLN", sted="EndpointID"), navn)


def test_the_unit_table_of_the_delivery_gives_the_unit_its_name_and_kind(mappe):
    med_enheder(mappe, "Vejle;5798009811578;Nørreskov;Skole", "Vejle;5798009811000;;Dagtilbud")
    for n, ean in enumerate(["5798009811578", "5798009811000", "5798009819999"]):
        (mappe / f"{n}.xml").write_bytes(med_id(dokument(linje(), foer=til(ean)), f"F{n}"))
    posts = hent("Vejle", 2024, mappe).poster.sort_values("kilde_raekke")
    assert posts["enhed_navn"].tolist() == ["Nørreskov", "Vejle Kommune", "Vejle Kommune"]
    assert posts["enhedstype"].fillna("-").tolist() == ["Skole", "Dagtilbud", "-"]


@pytest.mark.parametrize(
    ("kommune", "rows", "found"),
    [
        ("", ["Varde;5798009811578;Skolen;Skole"], ["573"]),
        ('kommune = "Vejle"', ["Varde;5798009811578;Skolen;Skole"], ["573"]),
        ('kommune = "Vejle"', ["Varde;5798009811000;En anden;Skole"], ["630"]),
        # a number that two claim tells nothing
        ("", ["Varde;5798009811578;A;Skole", "Vejle;5798009811578;B;Skole"], [None]),
    ],
)
def test_the_unit_tells_the_municipality_where_the_buyer_does_not(mappe, kommune, rows, found):
    med_enheder(mappe, *rows, kommune=kommune)
    (mappe / "1.xml").write_bytes(dokument(linje(), foer=til("5798009811578")))
    delivery = read_delivery(mappe)
    tables = [(read_file(f, its), its) for f, its in find_files(delivery) if its.format != "ubl"]
    form = next(its for its in delivery.filer if its.format == "ubl")
    tables += [(table, form) for table in invoice_tables([Fil("1.xml", mappe / "1.xml")])]
    account = clean(delivery, tables).regnskab.filter(kilde_fil="*.xml")
    assert account["kommune_kode"].to_list() == found


def test_a_person_among_the_parties_is_counted_in_the_corrections(mappe):
    person = part("AccountingSupplierParty", nummer("0101801234", "DK:CPR", sted="EndpointID"), "Ane Hansen")
    kunde = part("AccountingCustomerParty", nummer(VEJLE, "0184"))
    (mappe / "1.xml").write_bytes(dokument(linje(), linje(), foer=person + kunde))
    data = hent("Vejle", 2024, mappe)
    masked = data.rettelser[data.rettelser["handling"] == "maskeret"]
    assert masked[
        ["kommune_kode", "kilde_fil", "kilde_raekke", "kolonne", "vaerdi", "aarsag"]
    ].values.tolist() == [
        ["630", "*.xml", 1, "Party", "[CPR maskeret]", "en parts CPR-nummer; udeladt sammen med partens navn"]
    ]
    assert data.poster["leverandoer_navn"].tolist() == ["Privatperson"]


def arkiv(mappe: Path) -> None:
    """
    Two zips with what must be seen across parts.

    Twelve invoices of two lines, of which the second zip has two again and one with the same number and other
    amounts; two refusals, and a person.
    """
    firm = part("AccountingSupplierParty", nummer("16356706", "0184"))
    two = [
        med_id(dokument(linje("60"), linje("40"), ordre=f"TEL-000{n}", foer=firm), f"F{n}") for n in range(10)
    ]
    with zipfile.ZipFile(mappe / "a.zip", "w") as archive:
        for n, xml in enumerate(two):
            archive.writestr(f"{n}.xml", xml)
        archive.writestr("brudt.xml", b"<Invoice")
    person = part("AccountingSupplierParty", nummer("0101801234", "DK:CPR"))
    with zipfile.ZipFile(mappe / "b.zip", "w") as archive:
        archive.writestr("0.xml", two[0])
        archive.writestr("1.xml", two[7])
        archive.writestr("2.xml", med_id(dokument(linje("11"), linje("22"), sum_="33", foer=firm), "F3"))
        archive.writestr("3.xml", med_id(dokument(linje(), foer=person), "P1"))
        archive.writestr("4.xml", b"")
    (mappe / "f.csv").write_text("Dato;Netto\n2024-02-01;100,00\n2024-02-01;100,00\n", encoding="utf-8")
    with (mappe / "kilde.toml").open("a", encoding="utf-8") as file:
        file.write('[[filer]]\nmoenster = "f.csv"\ntabel = "fakturaer"\n')
        file.write('kolonner = { Dato = "dato", Netto = "beloeb" }\n')


def test_the_progress_tells_how_many_of_the_documents_are_read(mappe, monkeypatch):
    arkiv(mappe)
    monkeypatch.setattr(archive, "BUNDT", 4)
    told = []
    prepare(mappe, lambda step, done, total: told.append((step, done, total)))
    assert [(done, total) for step, done, total in told if step == "læser e-fakturaer"] == [
        (4, 16), (8, 16), (11, 16), (15, 16), (16, 16)
    ]  # fmt: skip


TABELLER = ("poster", "landet", "linjer", "regnskab", "rettelser", "enheder", "systemer", "omsaetning")


def stored(place: Path, name: str) -> dict[str, pl.DataFrame]:
    """The files of a table; lines are sorted, since those of a part come after those of the part before."""
    found = [
        path for pattern in (f"{name}.parquet", f"{name}/*.parquet") for path in sorted(place.glob(pattern))
    ]
    return {
        path.name: pl.read_parquet(path).sort("kilde_fil", "kilde_raekke", pl.all())
        if name == "linjer"
        else pl.read_parquet(path)
        for path in found
    }


def test_a_large_archive_in_many_parts_gives_the_same_as_in_one(mappe, monkeypatch):
    arkiv(mappe)
    whole = prepare(mappe)
    monkeypatch.setenv("EHANDEL_KLAR", str(mappe.parent / "i_dele"))
    monkeypatch.setattr(archive, "BUNDT", 2)
    monkeypatch.setattr(store, "DEL_RAEKKER", 7)
    in_parts = prepare(mappe)
    for name in TABELLER:
        one, many = (stored(place, name) for place in (whole, in_parts))
        assert list(one) == list(many)
        for file, rows in one.items():
            assert_frame_equal(rows, many[file])
    about = [
        json.loads((place / "leverance.json").read_text(encoding="utf-8")) for place in (whole, in_parts)
    ]
    assert about[0] == about[1]
    account = pl.read_parquet(whole / "regnskab.parquet").select(cs.starts_with("raekker")).sum().row(0)
    assert account == (31, 25, 4, 2)


def test_cpr_numbers_in_text_and_references_are_never_stored(mappe):
    xml = dokument(linje(), ordre="0101801234").replace(b"Blyant", b"Bleer til 010180-1234")
    (mappe / "1.xml").write_bytes(xml)
    hent("Vejle", 2024, mappe)
    stored = b"".join(
        path.read_bytes() for path in mappe.parent.joinpath("klar").rglob("*.*") if path.is_file()
    )
    assert b"0101801234" not in stored
    assert b"010180-1234" not in stored


@pytest.mark.parametrize("moenster", ["*.xml", "juni.zip", "2024/*.xml"])
def test_a_zip_of_e_invoices_is_named_by_itself_or_as_its_files(mappe, moenster):
    (mappe / "2024").mkdir()
    with zipfile.ZipFile(mappe / "2024" / "juni.zip", "w") as archive:
        archive.writestr("../ud.xml", dokument(linje()))
        archive.writestr("1.xml", dokument(linje()))
    kilde = KILDE.replace('"*.xml"', f'"{moenster}"\nformat = "ubl"')
    (mappe / "kilde.toml").write_text(kilde, encoding="utf-8")
    ((file, form),) = find_files(read_delivery(mappe))
    assert (file.navn, form.format) == ("2024/juni.zip", "ubl")


def test_e_invoices_need_no_columns_and_take_none(mappe):
    kilde = KILDE.replace('"*.xml"', '"*.xml"\nbeloeb = "med moms"')
    (mappe / "kilde.toml").write_text(kilde, encoding="utf-8")
    with pytest.raises(DeliveryError, match="beloeb bruges ikke til e-fakturaer"):
        read_delivery(mappe)


def test_a_draft_for_an_archive_shows_the_shapes_of_its_order_numbers(mappe):
    (mappe / "kilde.toml").unlink()
    (mappe / "1.xml").write_bytes(dokument(linje(), linje(ekstra=ordre_paa_linje("TEL-1234"))))
    with zipfile.ZipFile(mappe / "juni.zip", "w") as archive:
        archive.writestr("2.xml", dokument(ordre=None))
    shown = draft(mappe)
    assert "@@@-####" in shown
    assert "(tomt)" in shown
    assert "TEL" not in shown
    assert {form.format for _, form in find_files(read_delivery(mappe))} == {"ubl"}
    assert order_shapes(mappe).set_index("form")["antal"].to_dict() == {"####": 1, "(tomt)": 1, "@@@-####": 1}
