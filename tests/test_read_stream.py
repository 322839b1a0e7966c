"""A text read a few bytes and a few lines at a time is read as if it had been whole."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ehandel_lib.errors import UnreadableFileError
from ehandel_lib.read import files, lines, open_file, read_file
from ehandel_lib.read.delivery import Filer
from ehandel_lib.read.encoding import decode, survey, texts
from ehandel_lib.read.files import Fil

TEXTS = st.text(alphabet='aæ;"\n\r ', max_size=40)
FORM = Filer("*", "fakturaer", {"Dato": "dato", "Beløb": "beloeb"}, ("*",))


def plainly(text: str) -> list[tuple[int, list[str]]]:
    """The rows with their numbers, by the csv module alone; blank rows left out."""
    whole = text.replace("\r\n", "\n")
    whole = whole.replace("\r", " " if "\n" in whole else "\n").removesuffix("\n")
    try:
        rows = list(csv.reader(io.StringIO(whole, newline="\n"), delimiter=";", strict=True))
    except csv.Error:
        rows = []
        for line in whole.split("\n"):
            try:
                rows.append(next(csv.reader([line], delimiter=";", strict=True), []))
            except csv.Error:
                rows.append(line.split(";"))
    return [(n, row) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]


def in_stream(raw: bytes) -> list[tuple[int, list[str]]]:
    def pieces() -> list[bytes]:
        return [raw[n : n + 3] for n in range(0, len(raw), 3)]

    known = survey(pieces, "f.csv")

    def blocks():
        return lines.blocks_of_lines(lines.unbroken(texts(pieces(), known), known.linjeskift))

    paired = lines.pairs(blocks(), ";")
    found = []
    for block in lines.rows(blocks(), ";", paired=paired):
        for row in block.iter_rows(named=True):
            found.append((row["kilde_raekke"], [row[str(n)] for n in range(row["bredde"])]))
    return found


@settings(
    derandomize=True, deadline=None, max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(TEXTS, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_in_pieces_gives_the_rows_of_the_csv_module(monkeypatch, text, encoding):
    monkeypatch.setattr(lines, "BLOK", 2)
    raw = text.encode(encoding)
    decoded, _ = decode(raw, "f.csv")
    assert in_stream(raw) == plainly(decoded)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(lines, "BLOK", 3)
    monkeypatch.setattr(files, "STYKKE", 7)


LONG = "Preamble\n\nDato;Beløb;;\n" + "".join(
    f"{n}.1.2023;{n},5;\n" + ("\n" if n % 5 == 0 else "") + ("x\n" if n % 7 == 0 else "")
    for n in range(1, 300)
)


@pytest.mark.parametrize("place", ["f.csv", "a.zip"])
def test_a_file_in_blocks_makes_the_same_table_and_the_same_notes(tmp_path, monkeypatch, place):
    (tmp_path / "f.csv").write_text(LONG, encoding="cp1252")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "f.csv", "f.csv")
    file = Fil(place, tmp_path / place, "f.csv" if place == "a.zip" else "")
    file = Fil("f.csv", file.sti, file.medlem)
    whole = read_file(file, FORM)
    monkeypatch.setattr(lines, "BLOK", 20)
    monkeypatch.setattr(files, "STYKKE", 200)
    parts = list(open_file(file, FORM)())
    assert len(parts) > 5
    assert_frame_equal(pl.concat([part.rows for part in parts]), whole.rows)
    assert_frame_equal(pl.concat([part.afvist for part in parts]), whole.afvist)
    assert tuple(note for part in parts for note in part.noter) == whole.noter
    assert "tomme rækker, sprunget over: 59" in whole.noter
    assert whole.rows["kilde_raekke"][-1] == LONG.count("\n")


def test_a_cell_with_a_line_break_may_lie_across_blocks(tmp_path, small_blocks):
    rows = "".join(f'{n}.1.2023;"{n}\n\n\n\n,5"\n' for n in range(1, 130))
    (tmp_path / "f.csv").write_text("Dato;Beløb\n" + rows, encoding="utf-8")
    table = read_file(Fil("f.csv", tmp_path / "f.csv"), FORM)
    assert table.rows["beloeb"].to_list() == [f"{n}\n\n\n\n,5" for n in range(1, 130)]
    assert table.rows["kilde_raekke"].to_list() == list(range(2, 131))


def test_a_byte_that_is_no_text_is_told_with_its_line_however_far_down(tmp_path, small_blocks):
    (tmp_path / "f.csv").write_bytes("Dato;Beløb\n".encode("cp1252") + b"1.1.23;5\n" * 50 + b"\x81")
    with pytest.raises(UnreadableFileError, match=r"linje 52 har et tegn, der ikke findes \(byte 0x81\)"):
        open_file(Fil("f.csv", tmp_path / "f.csv"), FORM)


def test_a_workbook_and_a_parquet_file_are_read_in_blocks_too(tmp_path: Path, monkeypatch):
    frame = pl.DataFrame({"Dato": [f"{n % 28 + 1}.1.2023" for n in range(250)], "Beløb": list(range(250))})
    frame.write_parquet(tmp_path / "f.parquet")
    frame.write_excel(tmp_path / "f.xlsx", position="C3")
    for name in ("f.parquet", "f.xlsx"):
        file = Fil(name, tmp_path / name)
        whole = read_file(file, FORM)
        with monkeypatch.context() as patch:
            patch.setattr(lines, "BLOK", 60)
            parts = list(open_file(file, FORM)())
        assert len(parts) > 2
        assert_frame_equal(pl.concat([part.rows for part in parts]), whole.rows)
        assert whole.rows["beloeb"].to_list() == [str(n) for n in range(250)]
