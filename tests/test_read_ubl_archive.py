"""Folders and zips of e-invoices: all is read or refused, nothing is unpacked that should not be."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from ubl_xml import dokument, linje

from ehandel_lib.read.ubl import Faktura
from ehandel_lib.read.ubl.archive import read_archive

XML = dokument(linje())


def zipped(path: Path, **files: bytes) -> Path:
    """A zip with these members; `__` in a keyword is nothing special, a name is taken as it is."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def reasons(*paths: Path) -> dict[str, str]:
    """File → why it is refused, or "faktura"."""
    found = read_archive(paths)
    return {name: "faktura" if isinstance(document, Faktura) else document.aarsag for name, document in found}


def test_files_folders_and_zips_come_in_order(tmp_path):
    folder = tmp_path / "2024"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "2.xml").write_bytes(XML)
    (folder / "a.XML").write_bytes(XML)
    (folder / "noter.txt").write_text("ikke en faktura")
    archive = zipped(folder / "c.zip", **{"1.xml": XML, "mappe/2.xml": XML})
    single = tmp_path / "enkelt.xml"
    single.write_bytes(XML)
    names = [name for name, _ in read_archive([folder, archive, single])]
    assert names == [
        "2024/a.XML", "2024/b/2.xml", "2024/c.zip/1.xml", "2024/c.zip/mappe/2.xml",
        "c.zip/1.xml", "c.zip/mappe/2.xml", "enkelt.xml",
    ]  # fmt: skip
    assert [name for name, _ in read_archive([single], base=tmp_path)] == ["enkelt.xml"]


def test_two_processes_give_the_same_in_the_same_order(tmp_path):
    files = {f"{n:04}.xml": dokument(linje(f"{n}.00"), sum_=f"{n}.00") for n in range(600)}
    archive = zipped(tmp_path / "a.zip", **files, **{"9.xml": b"<broken"})
    alone = list(read_archive([archive]))
    assert list(read_archive([archive], kerner=2)) == alone
    assert [document.netto_oere for _, document in alone[:-1]] == [n * 100 for n in range(600)]


@pytest.mark.parametrize(
    ("name", "content", "aarsag"),
    [
        ("../ud.xml", XML, "Navnet peger ud af zip-arkivet; filen læses ikke."),
        ("a/../../ud.xml", XML, "Navnet peger ud af zip-arkivet; filen læses ikke."),
        ("/etc/ud.xml", XML, "Navnet peger ud af zip-arkivet; filen læses ikke."),
        ("C:/ud.xml", XML, "Navnet peger ud af zip-arkivet; filen læses ikke."),
        ("..\\ud.xml", XML, "Navnet peger ud af zip-arkivet; filen læses ikke."),
        ("indre.zip", b"PK\x03\x04", "Filen er et arkiv inde i et arkiv"),
        ("indre.xml", b"PK\x03\x04", "Filen er et arkiv inde i et arkiv"),
        ("faktura.pdf", b"%PDF-1.7", "Filen er ikke XML og læses ikke."),
        ("bombe.xml", b" " * 30_000_000, "Filen fylder mere end 200 gange så meget udpakket"),
        ("tom.xml", b"", "Filen er tom."),
    ],
)
def test_a_member_that_is_not_to_be_unpacked_is_refused_alone(tmp_path, name, content, aarsag):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        # the fill keeps the archive as a whole below the limit of a bomb
        made.writestr(zipfile.ZipInfo("fyld.xml"), XML * 300)
        made.writestr("0.xml", XML)
        info = zipfile.ZipInfo("x")
        info.filename = name
        made.writestr(info, content, zipfile.ZIP_DEFLATED)
        made.writestr("1.xml", XML)
    found = reasons(archive)
    assert found[f"a.zip/{name}"].startswith(aarsag)
    assert found["a.zip/0.xml"] == found["a.zip/1.xml"] == "faktura"


def test_a_zip_that_is_nothing_but_a_bomb_is_stopped(tmp_path):
    archive = zipped(tmp_path / "bombe.zip", **{f"{n}.xml": b" " * 900_000 for n in range(40)})
    *_, last = reasons(archive).items()
    assert last == ("bombe.zip", "bombe.zip fylder over 200 gange mere udpakket; læsningen er stoppet.")


def test_a_member_that_lies_about_its_size_is_refused_without_being_unpacked(tmp_path):
    archive = zipped(tmp_path / "a.zip", **{"1.xml": b" " * 50_000_000})
    raw = bytearray(archive.read_bytes())
    entry = raw.rfind(b"PK\x01\x02")
    raw[entry + 24 : entry + 28] = struct.pack("<L", 1000)
    archive.write_bytes(raw)
    tracemalloc.start()
    assert "beskadiget" in reasons(archive)["a.zip/1.xml"]
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "flipped"])
def test_a_damaged_zip_is_refused_and_nothing_raises(tmp_path, damage):
    archive = zipped(tmp_path / "a.zip", **{"1.xml": XML * 3})
    raw = bytearray(archive.read_bytes())
    if damage == "cut":
        raw = raw[: len(raw) // 2]
    elif damage == "text":
        raw = bytearray(b"dette er ikke en zip")
    elif damage == "empty":
        raw = bytearray()
    else:
        raw[60] ^= 0xFF
    archive.write_bytes(raw)
    (reason,) = reasons(archive).values()
    assert "beskadiget" in reason if damage == "flipped" else "ikke en hel zip-fil" in reason


def test_a_changed_byte_that_still_unpacks_is_found_by_its_checksum(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.xml", XML)
    path.write_bytes(path.read_bytes().replace(b">100.00<", b">900.00<"))
    assert "kontrolsum" in reasons(path)["a.zip/1.xml"]


def test_a_locked_member_and_a_rare_packing_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bz.xml", XML, zipfile.ZIP_BZIP2)
        archive.writestr("laast.xml", XML)
    raw = bytearray(path.read_bytes())
    entry = raw.rfind(b"PK\x01\x02")
    raw[entry + 8] |= 1
    path.write_bytes(raw)
    found = reasons(path)
    assert "en metode, som ikke læses" in found["a.zip/bz.xml"]
    assert "adgangskode" in found["a.zip/laast.xml"]


def test_a_large_zip_with_64_bit_sizes_and_a_text_before_it_is_read(tmp_path):
    path = tmp_path / "a.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("1.xml", "w", force_zip64=True) as m,
    ):
        m.write(XML)
    path.write_bytes(b"selvudpakkende" + path.read_bytes())
    assert reasons(path) == {"a.zip/1.xml": "faktura"}
    many = tmp_path / "b.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for n in range(66_000):
            archive.writestr(zipfile.ZipInfo(f"{n}.txt"), b"")
    assert sum(1 for _ in read_archive([many])) == 66_000


def test_names_with_danish_letters_are_kept(tmp_path):
    archive = zipped(tmp_path / "a.zip", **{"ærø.xml": XML})
    assert list(reasons(archive)) == ["a.zip/ærø.xml"]


def test_links_are_not_followed(tmp_path):
    outside = tmp_path / "ude.xml"
    outside.write_bytes(XML)
    folder = tmp_path / "inde"
    folder.mkdir()
    (folder / "link.xml").symlink_to(outside)
    assert reasons(folder) == {}


def test_memory_does_not_grow_with_the_number_of_invoices(tmp_path):
    archive = zipped(tmp_path / "a.zip", **{f"{n}.xml": XML for n in range(6000)})
    tracemalloc.start()
    count = sum(1 for _ in read_archive([archive]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # a table of contents of 6,000 files alone would take as much, the invoices three times more
    assert (count, peak < 2_500_000) == (6000, True)
