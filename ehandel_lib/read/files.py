"""
Which files a delivery has: those in its folder, and those inside its zip files.

Each file of the folder must be spoken for in `kilde.toml`: read by exactly one
`[[filer]]`, or ignored by name. A zip file is opened only if its members have
honest names and sizes.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from ehandel_lib.errors import DeliveryError, UnreadableFileError
from ehandel_lib.read.delivery import FILNAVN, UBL, Delivery, Filer
from ehandel_lib.read.ubl.zipped import is_invoice_archive
from ehandel_lib.text import antal

#: What computers leave in folders without being asked; never part of a delivery.
UVEDKOMMENDE = ("~$*", "Thumbs.db", "desktop.ini", "__MACOSX", ".[!.]*")

#: The largest file that is unpacked: some 20 million invoice lines as CSV.
STOERST_BYTES = 8 * 2**30

#: Text packs 5 to 40 times; a member that grows more than this, and is large, was made to do harm.
STOERST_FORHOLD = 200
LILLE_BYTES = 64 * 2**20

#: So many bytes of a file are read at a time.
STYKKE = 4 * 2**20

#: Files with a zip inside: more packing than a delivery needs, and how zip bombs are built.
PAKKEDE = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz")

#: What the standard library raises on zip files that are broken, in one way or another.
ZIP_FEJL = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
)


@dataclass(frozen=True)
class Fil:
    """One file of a delivery: its name within it, the file on disk, and the member if that is a zip file."""

    navn: str
    sti: Path
    medlem: str = ""

    def read(self) -> bytes:
        """The file's bytes."""
        if not self.medlem:
            return self.sti.read_bytes()
        try:
            with zipfile.ZipFile(self.sti) as archive:
                return archive.read(self.medlem)
        except ZIP_FEJL:
            raise UnreadableFileError(f"{self.navn} kan ikke pakkes ud: zip-filen er beskadiget.") from None

    def chunks(self) -> Iterator[bytes]:
        """The file's bytes, piece by piece."""
        if not self.medlem:
            with self.sti.open("rb") as stream:
                yield from iter(lambda: stream.read(STYKKE), b"")
            return
        try:
            with zipfile.ZipFile(self.sti) as archive, archive.open(self.medlem) as stream:
                yield from iter(lambda: stream.read(STYKKE), b"")
        except ZIP_FEJL:
            raise UnreadableFileError(f"{self.navn} kan ikke pakkes ud: zip-filen er beskadiget.") from None

    @property
    def endelse(self) -> str:
        """The suffix of the file itself, in small letters."""
        return PurePosixPath(self.navn).suffix.lower()


def find_files(delivery: Delivery) -> list[tuple[Fil, Filer]]:
    """
    Each file that is to be read, with its description, in the order of their names.

    Raises
    ------
    DeliveryError
        Files that no `[[filer]]` or more than one speaks for, and patterns that no file fits: all at once.
    UnreadableFileError
        A zip file that is broken or not to be trusted.
    """
    found, problems = [], []
    used: set[str] = set()
    for file in delivery_files(delivery.mappe):
        if any(_fits(file, pattern) for pattern in delivery.ignorer_filer):
            continue
        forms = [form for form in delivery.filer if _read_by(file, form)]
        used.update(form.moenster for form in forms)
        if len(forms) == 1:
            found.append((file, forms[0]))
        elif forms:
            patterns = " og ".join(f'"{form.moenster}"' for form in forms)
            problems.append(f"{file.navn} passer på flere moenster: {patterns}")
        else:
            problems.append(f"{file.navn} er ikke nævnt (skriv den under [[filer]] eller i ignorer_filer)")
    problems += [f'ingen fil passer på "{f.moenster}"' for f in delivery.filer if f.moenster not in used]
    if problems:
        heading = f"filerne i {delivery.mappe.name} passer ikke med {FILNAVN}:"
        raise DeliveryError("\n  ".join([heading, *problems]))
    return found


def form_of(navn: str, delivery: Delivery) -> Filer | None:
    """The description of a file by its name in the ledger; none where no description speaks for it."""
    file = Fil(navn, delivery.mappe / navn)
    return next((form for form in delivery.filer if _read_by(file, form)), None)


def _read_by(file: Fil, form: Filer) -> bool:
    """Is the file of this form? A zip of e-invoices may be named as the XML files that it holds."""
    if form.format == UBL and file.endelse in (".zip", ".xml") and _fits(_as_xml(file), form.moenster):
        return True
    return _fits(file, form.moenster)


def _as_xml(file: Fil) -> Fil:
    return Fil(file.navn[:-4] + ".xml", file.sti)


def _fits(file: Fil, pattern: str) -> bool:
    """Does the pattern fit the whole name, or the name without its folders?"""
    return fnmatchcase(file.navn, pattern) or fnmatchcase(PurePosixPath(file.navn).name, pattern)


def delivery_files(folder: Path) -> list[Fil]:
    """All files in the folder and in its zip files, in the order of their names."""
    return sorted(_files(folder), key=lambda file: file.navn)


def _files(folder: Path) -> Iterator[Fil]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name == FILNAVN or _unasked(name):
            continue
        if fault := _closed(path):
            raise UnreadableFileError(f"{name} {fault}")
        if not path.is_file():
            continue
        if path.suffix.lower() == ".zip" and not is_invoice_archive(path):
            yield from _members(path, name)
        else:
            yield Fil(name, path)


def _closed(path: Path) -> str:
    """Why what lies in the folder cannot be read, or nothing: passed over, its rows would be lost."""
    if path.is_symlink() and not path.is_file():
        return (
            "er en genvej til en mappe eller til noget, der ikke findes. "
            "Læg selve filerne i leverancens mappe."
        )
    if not os.access(path, os.R_OK | os.X_OK if path.is_dir() else os.R_OK):
        return "må ikke læses af den bruger, der kører programmet. Giv adgang, eller flyt den ud af mappen."
    return ""


def _unasked(name: str) -> bool:
    """Is the file, or a folder that it lies in, hidden or left there by a computer?"""
    return any(fnmatchcase(part, pattern) for part in PurePosixPath(name).parts for pattern in UVEDKOMMENDE)


def _members(path: Path, name: str) -> Iterator[Fil]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and not _unasked(m.filename)]
    except ZIP_FEJL:
        raise UnreadableFileError(f"{name} er ikke en zip-fil, eller den er beskadiget.") from None
    for member in members:
        if fault := _fault(member):
            raise UnreadableFileError(f"{name} åbnes ikke: {fault}")
        yield Fil(f"{name}/{member.filename}", path, member.filename)


def _fault(member: zipfile.ZipInfo) -> str:
    """Why this member of a zip file is not to be trusted, or nothing."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        return f'filnavnet "{member.filename}" peger ud af mappen.'
    if name.suffix.lower() in PAKKEDE:
        return f"den indeholder en pakket fil ({name}). Pak den ud først."
    if member.flag_bits & 1:
        return f"{name} er beskyttet med en adgangskode."
    return too_large(member)


def too_large(member: zipfile.ZipInfo) -> str:
    """Why this member of a zip file would fill the machine, or nothing."""
    grows = member.file_size / max(member.compress_size, 1)
    if member.file_size > STOERST_BYTES or (member.file_size > LILLE_BYTES and grows > STOERST_FORHOLD):
        size = antal(member.file_size)
        return f"{member.filename} fylder udpakket {size} byte, {grows:.0f} gange det pakkede."
    return ""


def fingerprint(path: Path) -> str:
    """The sha256 of a file on disk."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
