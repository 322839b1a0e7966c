"""
Bytes → text, strictly: UTF-8, else UTF-16 by its mark, else Windows-1252.

No detector guesses here; detectors got Danish Windows-1252 wrong. What was
chosen is said, so that the report can say it too.
"""

from __future__ import annotations

import codecs

from ehandel_lib.errors import UnreadableFileError

#: A UTF-8 mark that was read as Windows-1252 and saved as UTF-8 once more.
DOBBELT_MAERKE = "ï»¿"


def decode(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """
    The text of a file, and what had to be decided to read it.

    Raises
    ------
    UnreadableFileError
        The bytes are none of the three encodings.

    Examples
    --------
    >>> decode("Ærø".encode("cp1252"), "a.csv")
    ('Ærø', ('tegnsæt: Windows-1252',))
    >>> decode("ï»¿a;Ã¦".encode("utf-8"), "a.csv")
    ('a;æ', ('tegnsæt: UTF-8', 'teksten var dobbeltkodet; rettet'))
    """
    text, notes = _decoded(raw, name)
    if "\0" in text:
        raise UnreadableFileError(
            f"{name} er ikke en tekstfil (den indeholder nul-tegn; måske UTF-16 uden mærke). "
            "Gem den igen som CSV UTF-8."
        )
    return text, notes


def _decoded(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(raw, "utf-16", name), ("tegnsæt: UTF-16",)
    try:
        return _undoubled(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _strictly(raw, "cp1252", name), ("tegnsæt: Windows-1252",)


def _strictly(raw: bytes, encoding: str, name: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UnreadableFileError(
            f"{name} er hverken UTF-8, UTF-16 eller Windows-1252: linje {line} har et tegn, der ikke findes "
            f"(byte 0x{raw[error.start]:02x}). Gem filen igen som CSV UTF-8."
        ) from None


def _undoubled(text: str) -> tuple[str, tuple[str, ...]]:
    """Text whose mark shows that it was encoded twice, decoded once more, where the rest allows it."""
    if not text.startswith(DOBBELT_MAERKE):
        return text, ("tegnsæt: UTF-8",)
    text = text.removeprefix(DOBBELT_MAERKE)
    try:
        once = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text, ("tegnsæt: UTF-8", "dobbeltkodet mærke fjernet; resten af teksten er, som den stod")
    fixed = "teksten var dobbeltkodet; rettet" if once != text else "dobbeltkodet mærke fjernet"
    return once, ("tegnsæt: UTF-8", fixed)
