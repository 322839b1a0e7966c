"""
Bytes → text, strictly: UTF-8, else UTF-16 by its mark, else Windows-1252.

No detector guesses here; detectors got Danish Windows-1252 wrong. A file is gone
through once to see which it is, so that one of several gigabytes need never be in
memory; what was chosen is said, so that the report can say it too.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ehandel_lib.errors import UnreadableFileError

#: A UTF-8 mark that was read as Windows-1252 and saved as UTF-8 once more.
DOBBELT_MAERKE = "ï»¿"

#: Danish letters in UTF-8 as they look when they are read as Windows-1252.
FEJLLAEST = ("Ã¦", "Ã¸", "Ã¥", "Ã†", "Ã˜", "Ã…")

#: Gives the bytes of a file from its start, piece by piece.
Bytes = Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Tegnsaet:
    """
    How the bytes of a file are text, and what had to be decided to see it.

    `dobbelt` is whether the text was encoded twice; `linjeskift` whether it has a line feed, and `anfoert`
    whether it has a quotation mark.
    """

    navn: str
    noter: tuple[str, ...]
    dobbelt: bool = False
    linjeskift: bool = False
    anfoert: bool = False


def decode(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """
    The text of a small file, and what had to be decided to read it.

    Raises
    ------
    UnreadableFileError
        The bytes are none of the three encodings.

    Examples
    --------
    >>> decode("Ærø".encode("cp1252"), "a.csv")
    ('Ærø', ('tegnsæt: Windows-1252',))
    >>> decode("Ærø".encode() + "Ærø".encode("cp1252"), "a.csv")[1]
    ('tegnsæt: Windows-1252', 'noget af teksten er UTF-8 og læses forkert')
    >>> decode("ï»¿a;Ã¦".encode("utf-8"), "a.csv")
    ('a;æ', ('tegnsæt: UTF-8', 'teksten var dobbeltkodet; rettet'))
    """
    found = survey(lambda: [raw], name)
    return "".join(texts([raw], found)), found.noter


def survey(content: Bytes, name: str) -> Tegnsaet:
    """
    How a file's bytes are text; it is gone through, and nothing of it is kept.

    Raises
    ------
    UnreadableFileError
        The bytes are none of the three encodings, or no text at all.
    """
    start = next(iter(content()), b"")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _looked_at(Tegnsaet("utf-16", ("tegnsæt: UTF-16",)), content, name)
    try:
        return _looked_at(Tegnsaet("utf-8-sig", ("tegnsæt: UTF-8",)), content, name)
    except UnicodeDecodeError:
        return _looked_at(Tegnsaet("cp1252", ("tegnsæt: Windows-1252",)), content, name)


def _looked_at(guess: Tegnsaet, content: Bytes, name: str) -> Tegnsaet:
    """The encoding that is tried, with all that is to be known of the text, if the bytes are in it."""
    feeds = quotes = mixed = False
    twice = _Twice()
    try:
        for text in _decoded(content(), guess.navn):
            if "\0" in text:
                raise UnreadableFileError(
                    f"{name} er ikke en tekstfil (den indeholder nul-tegn; måske UTF-16 uden mærke). "
                    "Gem den igen som CSV UTF-8."
                )
            feeds, quotes = feeds or "\n" in text, quotes or '"' in text
            mixed = mixed or (guess.navn == "cp1252" and any(letter in text for letter in FEJLLAEST))
            twice.feed(text)
    except UnicodeDecodeError:
        if guess.navn == "utf-8-sig":
            raise
        raise UnreadableFileError(_no_encoding(content, guess.navn, name)) from None
    noter = (*guess.noter, "noget af teksten er UTF-8 og læses forkert") if mixed else guess.noter
    if guess.navn == "utf-8-sig" and twice.marked:
        noter = (*noter, twice.note())
    double = guess.navn == "utf-8-sig" and twice.marked and twice.possible
    return Tegnsaet(guess.navn, noter, double, feeds, quotes)


class _Twice:
    """Whether a text whose mark shows that it was encoded twice can be decoded once more."""

    def __init__(self) -> None:
        self.begun = self.marked = self.strange = False
        self.possible = True
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def feed(self, text: str) -> None:
        if not self.begun and text:
            self.begun, self.marked = True, text.startswith(DOBBELT_MAERKE)
            text = text.removeprefix(DOBBELT_MAERKE) if self.marked else text
        if not self.marked or not self.possible:
            return
        self.strange = self.strange or not text.isascii()
        try:
            self.decoder.decode(text.encode("cp1252"))
        except UnicodeError:
            self.possible = False

    def note(self) -> str:
        try:
            self.decoder.decode(b"", final=True)
        except UnicodeError:
            self.possible = False
        if not self.possible:
            return "dobbeltkodet mærke fjernet; resten af teksten er, som den stod"
        return "teksten var dobbeltkodet; rettet" if self.strange else "dobbeltkodet mærke fjernet"


def texts(content: Iterable[bytes], known: Tegnsaet) -> Iterator[str]:
    """The text of a file, piece by piece."""
    pieces = _decoded(content, known.navn)
    if known.navn == "utf-8-sig":
        pieces = _unmarked(pieces)
    if not known.dobbelt:
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    for piece in pieces:
        yield decoder.decode(piece.encode("cp1252"))


def _decoded(content: Iterable[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for piece in content:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _unmarked(pieces: Iterator[str]) -> Iterator[str]:
    """The text without the mark that a text has which was encoded twice."""
    first = True
    for piece in pieces:
        yield piece.removeprefix(DOBBELT_MAERKE) if first else piece
        first = first and not piece


def _no_encoding(content: Bytes, encoding: str, name: str) -> str:
    """The sentence that says where a file stops being text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    for piece in (*content(), b""):
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            line += piece[: error.start].count(b"\n")
            sign = error.object[error.start]
            return (
                f"{name} er hverken UTF-8, UTF-16 eller Windows-1252: linje {line} har et tegn, "
                f"der ikke findes (byte 0x{sign:02x}). Gem filen igen som CSV UTF-8."
            )
        line += piece.count(b"\n")
    raise AssertionError("unreachable: the bytes were found not to be text")
