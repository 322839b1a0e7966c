"""Files of all the kinds that analysts hand in, and the mess in them."""

import io
import random
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from ehandel_lib.errors import DeliveryError, UnreadableFileError
from ehandel_lib.read import Delivery, Filer, find_files, read_file
from ehandel_lib.read.files import Fil

FORM = Filer("*", "fakturaer", {"Dato": "dato", "Beløb": "beloeb", "Tekst": "varetekst"}, ignorer=("Farve",))


def read(tmp_path: Path, content: str | bytes, name: str = "f.csv", form: Filer = FORM):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(Fil(name, path), form)


def cells(table) -> list[tuple]:
    return table.rows.select("kilde_raekke", "dato", "beloeb", "varetekst").rows()


TWO = [(2, "1.2.23", "5,00", "æøå"), (3, "2.2.23", "6,00", None)]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_encodings_and_separators_are_found_and_noted(tmp_path, encoding, note, mark):
    rows = [["Dato", "Beløb", "Tekst"], ["1.2.23", '"5,00"', "æøå"], ["2.2.23", '"6,00"', ""]]
    table = read(tmp_path, "\r\n".join(mark.join(row) for row in rows).encode(encoding))
    assert cells(table) == TWO
    assert f"tegnsæt: {note}" in table.noter
    assert f"skilletegn: {'tabulator' if mark == chr(9) else mark}" in table.noter


def test_two_encodings_in_one_file_are_told_of_and_not_taken_for_a_new_header(tmp_path):
    cells_only = "Dato;Bel\u00f8b;Tekst\n".encode("cp1252") + "1.2.23;5,00;æøå\n".encode()
    assert "noget af teksten er UTF-8 og læses forkert" in read(tmp_path, cells_only).noter
    with pytest.raises(DeliveryError, match="filen blander UTF-8 og Windows-1252, så gem den igen"):
        read(tmp_path, "Dato;Beløb;Tekst\n".encode() + "1.2.23;5,00;æøå\n".encode("cp1252"))


def test_a_mark_that_was_encoded_twice_is_mended(tmp_path):
    text = "\ufeffDato;Beløb;Tekst\n1.2.23;5,00;æøå\n2.2.23;6,00;\n"
    table = read(tmp_path, text.encode().decode("cp1252").encode())
    assert cells(table) == TWO
    assert "teksten var dobbeltkodet; rettet" in table.noter


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"Dato;Bel\x81b\n", "hverken UTF-8, UTF-16 eller Windows-1252: linje 1"),
        ("Dato;Beløb".encode("utf-16-le"), "nul-tegn"),
        (b"", "filen er tom"),
        (b"\n\n", "filen er tom"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_the_reason(tmp_path, content, part):
    with pytest.raises((UnreadableFileError, DeliveryError), match=part):
        read(tmp_path, content)


def test_preamble_blank_lines_and_line_breaks_in_cells_keep_the_row_numbers(tmp_path):
    text = 'sep=;\nUdtræk;Vejle\n\nDato;Beløb;Tekst\n1.2.23;5,00;"to\nlinjer; ja"\n;;\n\n'
    text += '2.2.23;6,00;"en ""anden"""\n'
    table = read(tmp_path, text)
    assert cells(table) == [(5, "1.2.23", "5,00", "to\nlinjer; ja"), (8, "2.2.23", "6,00", 'en "anden"')]
    assert "rækker over overskriften, sprunget over: 3" in table.noter
    assert "tomme rækker, sprunget over: 2" in table.noter


def test_columns_may_stand_in_any_order_with_blanks_in_their_names(tmp_path):
    table = read(tmp_path, "Tekst; Beløb ;Farve;Dato\nx;5;rød;1.2.23\n")
    assert cells(table) == [(2, "1.2.23", "5", "x")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1.2.23", "for få felter: 1 i stedet for 3"),
        ("1.2.23;5;x;y", "for mange felter: 4 i stedet for 3"),
        ("1.2.23;Hansen; Søn;", "for mange felter: 4 i stedet for 3"),
        ("I alt", "sumlinje"),
    ],
)
def test_rows_that_do_not_fit_are_set_aside_with_their_number(tmp_path, line, reason):
    table = read(tmp_path, f"Dato;Beløb;Tekst\n1.2.23;5;x\n{line}\n2.2.23;6;y\n")
    assert table.rows["kilde_raekke"].to_list() == [2, 4]
    assert table.afvist.select("kilde_raekke", "aarsag").rows() == [(3, reason)]


def test_a_separator_at_the_end_of_every_row_is_no_fault(tmp_path):
    table = read(tmp_path, "Dato;Beløb;Tekst\n1.2.23;5;x;\n2.2.23;6;y;\n")
    assert table.rows.height == 2
    assert table.afvist.height == 0


def test_quotation_marks_that_do_not_pair_spoil_their_own_line_only(tmp_path):
    table = read(tmp_path, 'Dato;Beløb;Tekst\n1.2.23;5;"skærm 12"" og mus"\n1.2.23;6;"åben\n1.2.23;7;z\n')
    assert [row[2] for row in cells(table)] == ["5", "6", "7"]
    assert "anførselstegnene går ikke op; læst linje for linje" in table.noter


def test_words_of_totals_are_seen_in_ignored_columns_too(tmp_path):
    table = read(tmp_path, "Dato;Beløb;Tekst;Farve\n1.2.23;5;x;rød\n;5;;I ALT:\n1.2.23;5;totalentreprise;\n")
    assert table.rows["sumord"].to_list() == [False, True, False]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Dato;Belob;Tekst", ["kolonnen 'Beløb' findes ikke; 'Belob' ligner: er den omdøbt?"]),
        ("Dato;Beløb;Tekst;Pris", ["'Pris' er ikke nævnt i kilde.toml (skriv den under [filer"]),
        ("Dato;Beløb;Dato;Tekst", ["'Dato' og 'Dato' er begge dato; kun den ene kan læses"]),
        ("Dato;Sum;Tekst;Pris", ["kolonnen 'Beløb' findes ikke", "'Sum' er ikke", "'Pris' er ikke nævnt"]),
        ("a;b", ["ingen af kolonnerne 'Dato', 'Beløb', 'Tekst' findes i de første 100 rækker; øverst"]),
    ],
)  # fmt: skip
def test_all_faults_of_a_header_are_told_at_once(tmp_path, header, told):
    with pytest.raises(DeliveryError) as error:
        read(tmp_path, f"{header}\n1;2;3;4\n")
    first, *lines = str(error.value).split("\n")
    assert first == "f.csv passer ikke med kilde.toml:"
    assert len(lines) == len(told)
    assert all(part in line for part, line in zip(told, lines, strict=True))


def test_two_headers_may_name_one_field_when_a_file_has_just_one_of_them(tmp_path):
    form = Filer("*", "fakturaer", {"Dato": "dato", "Beløb": "beloeb", "Bel.": "beloeb"})
    assert read(tmp_path, "Dato;Bel.\n1;2\n", form=form).rows["beloeb"].to_list() == ["2"]


def workbook(**sheets: list[list]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_shows_its_cells_as_a_spreadsheet_does(tmp_path):
    rows = [
        ["Udtræk"],
        [],
        ["Dato", "Beløb", "Tekst"],
        [date(2023, 2, 1), 0.1 + 0.2, 3053440],
        [datetime(2023, 2, 1, 12), 1234.5, True],
        [45000, -7, 5798000000001],
    ]
    assert cells(read(tmp_path, workbook(Ark=rows), "f.xlsx")) == [
        (4, "2023-02-01", "0,3", "3053440"),
        (5, "2023-02-01 12:00:00", "1234,5", "ja"),
        (6, "45000", "-7", "5798000000001"),
    ]


def test_the_sheet_with_the_headers_is_read_and_two_such_sheets_are_refused(tmp_path):
    head, row = ["Dato", "Beløb", "Tekst"], ["1.2.23", 5, "x"]
    one = read(tmp_path, workbook(Forside=[["Hej"]], Data=[head, row]), "f.xlsx")
    assert "ark: Data" in one.noter
    two = workbook(A=[head, row], B=[head, row])
    with pytest.raises(DeliveryError, match=r'flere ark har kolonnerne: "A", "B"; vælg et med ark = …'):
        read(tmp_path, two, "f.xlsx")
    chosen = read(tmp_path, two, "f.xlsx", Filer("*", "fakturaer", FORM.kolonner, ark="B"))
    assert "ark: B" in chosen.noter


def test_a_parquet_file_is_read_as_text(tmp_path):
    frame = pl.DataFrame({"Dato": [date(2023, 2, 1), None], "Beløb": [1234.5, 7.0], "Tekst": [50, None]})
    out = io.BytesIO()
    frame.write_parquet(out)
    assert cells(read(tmp_path, out.getvalue(), "f.parquet")) == [
        (2, "2023-02-01", "1234,5", "50"),
        (3, None, "7", None),
    ]


@pytest.mark.parametrize("name", ["f.xlsx", "f.xls", "f.parquet", "f.ods"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rod", b"<html></html>"])
def test_a_file_that_is_not_what_its_name_says_gets_a_sentence(tmp_path, name, content):
    with pytest.raises((UnreadableFileError, DeliveryError), match="f\\."):
        read(tmp_path, content, name)


def test_a_kind_of_file_that_is_not_read_is_named(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"f\.pdf kan ikke læses: kun \.csv"):
        read(tmp_path, b"%PDF", "f.pdf")


def zipped(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_files_in_a_zip_are_files_of_the_delivery(tmp_path):
    members = {"a/k1.csv": b"Dato;Bel\xf8b;Tekst\n1;2;3\n", "__MACOSX/._k1.csv": b"x", "k2.csv": b""}
    zipped(tmp_path / "z.zip", **members)
    delivery = Delivery(
        tmp_path, "x", (Filer("z.zip/a/*.csv", "fakturaer", FORM.kolonner),), ignorer_filer=("k2.csv",)
    )
    ((file, form),) = find_files(delivery)
    table = read_file(file, form)
    assert table.rows.select("kilde_fil", "kilde_raekke").rows() == [("z.zip/a/k1.csv", 2)]


@pytest.mark.parametrize(
    ("members", "part"),
    [
        ({"../k.csv": b"x"}, "peger ud af mappen"),
        ({"/etc/k.csv": b"x"}, "peger ud af mappen"),
        ({"a\\..\\..\\k.csv": b"x"}, "peger ud af mappen"),
        ({"C:/k.csv": b"x"}, "peger ud af mappen"),
        ({"indre.zip": b"x"}, "indeholder en pakket fil"),
        ({"stor.csv": b"0" * (70 * 2**20)}, "fylder udpakket 73.400.320 byte"),
    ],
)
def test_a_zip_that_is_not_to_be_trusted_is_not_opened(tmp_path, members, part):
    zipped(tmp_path / "z.zip", **members)
    with pytest.raises(UnreadableFileError, match=part):
        find_files(Delivery(tmp_path, "x", (FORM,)))


def test_a_broken_zip_gets_a_sentence(tmp_path):
    (tmp_path / "z.zip").write_bytes(b"PK\x03\x04 ikke en zip")
    with pytest.raises(UnreadableFileError, match="er ikke en zip-fil"):
        find_files(Delivery(tmp_path, "x", (FORM,)))


def test_a_workbook_that_would_fill_the_machine_is_not_opened(tmp_path):
    zipped(tmp_path / "f.xlsx", **{"xl/sheet.xml": b"0" * (70 * 2**20)})
    with pytest.raises(UnreadableFileError, match="fylder udpakket"):
        read_file(Fil("f.xlsx", tmp_path / "f.xlsx"), FORM)


def test_a_stray_cell_far_away_is_told_before_room_is_made_for_all_cells_up_to_it(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Dato", "Beløb", "Tekst"])
    book.active["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(UnreadableFileError, match="går ud til celle XFD1048576"):
        read(tmp_path, out.getvalue(), "f.xlsx")


def as_parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"Dato": ["1.2.23"] * 9, "Beløb": [1.5] * 9, "Tekst": ["æ"] * 9}).write_parquet(out)
    return out.getvalue()


SOUND = {
    "f.csv": 'Udtræk\nDato;Beløb;Tekst\n1.2.23;5,00;"æ;ø"\n2.2.23;6,00;\n'.encode("cp1252"),
    "f.txt": "Dato\tBeløb\tTekst\n1.2.23\t5,00\tæ\n".encode("utf-16"),
    "f.xlsx": workbook(A=[["Dato", "Beløb", "Tekst"], ["1.2.23", 5, "x"]]),
    "f.parquet": as_parquet(),
}
DIRT = [
    b"\0",
    b"\xff",
    b'"',
    b";",
    b"\n",
    b"\r",
    b"\x1f",
    b"\xef\xbb\xbf",
    b"9" * 400,
    b"1e999",
    b'""""',
    b"</row>",
]


@pytest.mark.parametrize("name", SOUND)
def test_damaged_files_are_read_or_refused_with_a_sentence(tmp_path, name):
    chance = random.Random(4)
    for _ in range(100):
        content = bytearray(SOUND[name])
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 9)] = chance.choice(DIRT)
        with suppress(UnreadableFileError, DeliveryError):
            assert read(tmp_path, bytes(content), name).rows["kilde_raekke"].is_unique().all()
