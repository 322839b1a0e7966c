"""
A zip of e-invoices, read one file at a time.

A year's invoices are a million small files, and Python's own `zipfile` keeps
the whole table of contents in memory (600 MB). Here the table is walked
through instead, nothing is written to disk, and no file is unpacked further
than a limit, whatever the archive says about its size.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ehandel_lib.errors import UnreadableFileError
from ehandel_lib.read.ubl.parse import FOR_STOR, MAX_BYTES

#: XML of invoices packs 5 to 60 times; a file that grows more, and is not tiny, is made to fill the machine.
MAX_PAKNING = 200
LILLE = 1_000_000

#: So many of a zip's files are asked what kind of zip it is.
SPURGT = 50

# The records of a zip: APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12, 4.3.14-16.
_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")

_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_FULL = 0xFFFFFFFF


class RefusedMember(Exception):
    """A file in an archive that is not unpacked; `str()` is the Danish reason."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a zip: where it starts, how it is packed, how large it is."""

    navn: str
    flag: int
    metode: int
    crc: int
    pakket: int
    stoerrelse: int
    start: int


def members(path: Path) -> Iterator[Member]:
    """
    The files of a zip in the order of its table of contents, without its folders.

    Raises
    ------
    UnreadableFileError
        The file is no zip, is cut off, or says that it unpacks to far more than it could in earnest.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            start, stop, shift = _contents(file, size)
            file.seek(start)
            room = max(LILLE, MAX_PAKNING * size)
            # the count of entries is not asked: old writers let it start over at 65.536
            while file.tell() < stop:
                member = _member(file, shift)
                room -= member.stoerrelse
                if room < 0:
                    raise UnreadableFileError(
                        f"{path.name} fylder over {MAX_PAKNING} gange mere udpakket; læsningen er stoppet."
                    )
                if not member.navn.endswith("/"):
                    yield member
    except (struct.error, ValueError, OSError):
        raise UnreadableFileError(
            f"{path.name} er ikke en hel zip-fil (måske afbrudt under overførslen); hent den igen."
        ) from None


def is_invoice_archive(path: Path) -> bool:
    """
    Does this zip hold XML files? It is then read as one source, however many they are.

    The first files of its table of contents are asked, not all of a million.
    """
    try:
        return any(member.navn.lower().endswith(".xml") for member in islice(members(path), SPURGT))
    except UnreadableFileError:
        return False


def count_members(path: Path) -> int:
    """How many files a zip holds, as far as its table of contents can be read."""
    count = 0
    try:
        for _ in members(path):
            count += 1
    except UnreadableFileError:
        pass  # the zip is refused where it is read
    return count


def _contents(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """Where the table of contents starts and stops, and how far all lies from where it says it is."""
    tail_start = max(0, size - _END.size - 0xFFFF)
    file.seek(tail_start)
    tail = file.read()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0:
        raise ValueError("no end of central directory")
    length, offset = _END.unpack_from(tail, found)[5:7]
    stop = tail_start + found
    if stop >= _LOCATOR.size:
        file.seek(stop - _LOCATOR.size)
        signature, _, end64, _ = _LOCATOR.unpack(file.read(_LOCATOR.size))
        if signature == b"PK\x06\x07":
            file.seek(end64)
            length, offset = _END64.unpack(file.read(_END64.size))[8:10]
            stop = end64
    if stop < length:
        raise ValueError("central directory outside the file")
    return stop - length, stop, stop - length - offset


def _member(file: BinaryIO, shift: int) -> Member:
    entry = _ENTRY.unpack(file.read(_ENTRY.size))
    signature, _, _, flag, method, _, _, crc, packed, size, n_name, n_extra, n_comment = entry[:13]
    if signature != b"PK\x01\x02":
        raise ValueError("not a central directory entry")
    raw = file.read(n_name)
    extra = file.read(n_extra)
    file.seek(n_comment, 1)
    size, packed, start = _wide(extra, size, packed, entry[16])
    name = raw.decode("utf-8" if flag & _UTF8 else "cp437", "replace")
    return Member(name, flag, method, crc, packed, size, start + shift)


def _wide(extra: bytes, *values: int) -> tuple[int, ...]:
    """
    Sizes and offset; those that do not fit 32 bits stand in the extra field 1 (zip64).

    Examples
    --------
    >>> _wide(struct.pack("<2H2Q", 1, 16, 5_000_000_000, 7), _FULL, 12, _FULL)
    (5000000000, 12, 7)
    """
    wide: Iterator[int] = iter(())
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == 1:
            wide = iter(struct.unpack_from(f"<{length // 8}Q", extra, 4))
        extra = extra[4 + length :]
    return tuple(next(wide, v) if v == _FULL else v for v in values)


def unpack(file: BinaryIO, member: Member) -> bytes:
    """
    The content of one file of an open zip.

    Raises
    ------
    RefusedMember
        It is encrypted, damaged, too large, packed in a way that is not read, or its name points elsewhere.
    """
    _check(member)
    file.seek(member.start)
    try:
        signature, *_, n_name, n_extra = _LOCAL.unpack(file.read(_LOCAL.size))
        if signature != b"PK\x03\x04":
            raise ValueError("no local header")
        file.seek(n_name + n_extra, 1)
        packed = file.read(member.pakket)
        data = packed if member.metode == _STORED else _inflated(packed, member.stoerrelse)
    except (struct.error, zlib.error, ValueError):
        raise RefusedMember("Filen er beskadiget i zip-arkivet og kan ikke pakkes ud.") from None
    if len(data) != member.stoerrelse or zlib.crc32(data) != member.crc:
        raise RefusedMember("Filen er beskadiget i zip-arkivet (længde eller kontrolsum passer ikke).")
    return data


def _inflated(packed: bytes, size: int) -> bytes:
    """Unpack, but never more than one byte beyond what the table of contents promised."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size + 1)


def _check(member: Member) -> None:
    parts = member.navn.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
        raise RefusedMember("Navnet peger ud af zip-arkivet; filen læses ikke.")
    if member.flag & _ENCRYPTED:
        raise RefusedMember("Filen er beskyttet med adgangskode; pak arkivet ud og læg filerne i leverancen.")
    if member.metode not in (_STORED, _DEFLATED):
        raise RefusedMember(
            "Filen er pakket med en metode, som ikke læses; pak arkivet igen som almindelig zip."
        )
    if member.stoerrelse > MAX_BYTES or member.pakket > MAX_BYTES:
        raise RefusedMember(FOR_STOR)
    if member.stoerrelse > max(LILLE, MAX_PAKNING * member.pakket):
        raise RefusedMember(f"Filen fylder mere end {MAX_PAKNING} gange så meget udpakket og læses ikke.")
