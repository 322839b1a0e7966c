"""The first draft of `kilde.toml`: what it recognises, what it leaves to the analyst."""

import re
from pathlib import Path

import pytest

from ehandel_lib.errors import DeliveryError
from ehandel_lib.load import hent
from ehandel_lib.read import read_delivery
from ehandel_lib.read.draft import draft, order_shapes
from ehandel_lib.read.headers import guess_field

LINES = "Fakturadato;Faktura nr.;Leverandørens CVR;Ordrenr;Farve;Beløb ekskl. moms\n" + "".join(
    f"31.12.2023;{n};64942212;TEL-{n:04};rød;10,00\n" for n in range(30)
)


def place(tmp_path: Path, name: str = "Vejle 2023", **files: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    for file, text in files.items():
        (folder / f"{file}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Ordrenr.", "ordrenummer"),
        ("INDKØBSORDRE", "ordrenummer"),
        ("Rekvisitionsnummer", "ordrenummer"),
        ("Leverandoernavn", "leverandoer_navn"),
        ("Leverandornavn", "leverandoer_navn"),
        ("EAN-nr", "enhed_id"),
        ("Bogføringsdato", "dato"),
        ("Beløb excl. moms", "beloeb"),
        ("Invoice Line Value (net of VAT)", "beloeb"),
        ("Cvr nr.", "leverandoer_cvr"),
        ("Farve", ""),
        ("", ""),
    ],
)
def test_a_header_is_known_by_its_synonyms_and_in_spite_of_a_slip(header, field):
    assert guess_field(header)[0] == field


def test_a_draft_can_be_used_as_it_stands_when_the_folder_names_the_municipality(tmp_path, monkeypatch):
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "klar"))
    folder = place(tmp_path, f1=LINES, f2=LINES.replace("2023;", "2022;"))
    told = draft(folder)
    assert re.search(r"TEL-####\s+60\s+100,0\s%", told)
    text = (folder / "kilde.toml").read_text(encoding="utf-8")
    assert 'moenster = "f*.csv"' in text
    assert 'kommune = "Vejle"' in text
    assert 'ignorer = ["Farve"]' in text
    assert "#   TEL-####" in text
    data = hent("Vejle", None, folder)
    assert (len(data.poster), data.poster["beloeb_oere"].sum()) == (30, 300_00)


def test_files_of_other_kinds_get_sections_of_their_own(tmp_path):
    folder = place(
        tmp_path,
        faktura=LINES,
        systemer="Kommune;System\nVejle;TELLIS\n",
        enheder="Kommune;EAN;Navn;Type\nVejle;1;Skolen;skole\n",
        omsaetning="Kommune;Aftale;År;Kvartal;Omsætning\nVejle;50.55;2023;1;5\n",
    )
    draft(folder)
    forms = {form.moenster: form for form in read_delivery(folder).filer}
    assert {name: form.tabel for name, form in forms.items()} == {
        "faktura.csv": "fakturaer", "systemer.csv": "systemer",
        "enheder.csv": "enheder", "omsaetning.csv": "omsaetning",
    }  # fmt: skip
    assert forms["enheder.csv"].kolonner["Type"] == "enhedstype"
    assert forms["omsaetning.csv"].kolonner["Omsætning"] == "beloeb"


def test_what_the_headers_do_not_say_is_left_to_fill_in(tmp_path):
    months = {"2023-01": "Beløb inkl. moms;Tekst\n5;x\n", "2023-02": "Beløb inkl. moms;Tekst\n"}
    folder = place(tmp_path, "udtræk", **months)
    draft(folder)
    text = (folder / "kilde.toml").read_text(encoding="utf-8")
    assert '# kommune = "…"' in text
    assert 'beloeb = "med moms"' in text
    assert 'dato_fra_filnavn = "åååå-mm"' in text
    with pytest.raises(DeliveryError, match="ingen kolonne er kommune"):
        read_delivery(folder)


def test_a_preamble_and_hostile_names_do_not_spoil_the_draft(tmp_path):
    folder = place(tmp_path, f='Udtræk\n\nDato;Beløb;"a""] = 1 #\\"\nx;1;2\n')
    draft(folder)
    assert read_delivery(folder).filer[0].ignorer == ('a"] = 1 #\\',)


def test_an_existing_description_is_never_overwritten(tmp_path):
    folder = place(tmp_path, f=LINES)
    (folder / "kilde.toml").write_text("min egen")
    with pytest.raises(DeliveryError, match=r"har allerede en kilde\.toml"):
        draft(folder)
    assert (folder / "kilde.toml").read_text() == "min egen"


def test_a_folder_with_nothing_to_read_gets_a_sentence(tmp_path):
    with pytest.raises(DeliveryError, match="findes ikke"):
        draft(tmp_path / "nej")
    folder = place(tmp_path)
    with pytest.raises(DeliveryError, match="mappen er tom"):
        draft(folder)
    (folder / "a.pdf").write_bytes(b"%PDF")
    (folder / "b.csv").write_text("x;y\n1;2\n")
    with pytest.raises(DeliveryError, match=r"a\.pdf er ikke en tabel; b\.csv har ingen overskrifter"):
        draft(folder)
    assert not (folder / "kilde.toml").exists()


def test_shapes_never_show_the_numbers_themselves(tmp_path):
    text = LINES + "31.12.2023;99;64942212;ABCD;rød;10,00\n31.12.2023;99;64942212;;rød;10,00\n"
    shapes = order_shapes(place(tmp_path, f=text))
    assert shapes[["form", "antal"]].values.tolist() == [["TEL-####", 30], ["(tomt)", 1], ["@@@@", 1]]
