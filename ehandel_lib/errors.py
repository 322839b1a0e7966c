"""
What can go wrong, by name.

Every error that a user can cause carries one Danish sentence: what is wrong,
how many, which value, where, and what to do. The command line prints that
sentence and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA


class EhandelError(Exception):
    """Base of all errors that a user of the program can cause; `str()` is a Danish message."""

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows: the sentence, and not the way through the program that led to it."""
        return [f"{type(self).__name__}: {self}"]


class UnknownNameError(EhandelError):
    """A name (municipality, column, parameter, command) that does not exist; offers the nearest ones."""


class DeliveryError(EhandelError):
    """The delivery does not match its `kilde.toml`, or has none."""


class UnreadableFileError(EhandelError):
    """A file in the delivery cannot be read as what it says it is."""


class StorageError(EhandelError):
    """Prepared data cannot be written: the disk is full or closed."""


class ParameterError(EhandelError):
    """A parameter is unknown, missing or of the wrong type."""


class ReportError(EhandelError):
    """A notebook or the rendering of the report failed."""


class CheckError(EhandelError):
    """A finished report cannot be checked: it has no stamp, or cannot be made again."""


def nearest(name: str, known: Iterable[str], *, n: int = 3) -> list[str]:
    """
    The known names that look most like `name`, best first.

    Examples
    --------
    >>> nearest("Vejel", ["Vejen", "Vejle", "Varde", "Odense"], n=2)
    ['Vejle', 'Vejen']
    >>> nearest("xyz", ["Vejle"])
    []
    """
    likeness = {k: _alike(name.casefold(), k.casefold()) for k in known}
    good = [k for k, score in likeness.items() if score >= LIKE_ENOUGH]
    return sorted(good, key=lambda k: -likeness[k])[:n]


#: Below this likeness a name is no help as a suggestion: about two slips in five letters.
LIKE_ENOUGH = 0.6


def _alike(a: str, b: str) -> float:
    """Spelling likeness from 0 to 1; two swapped letters are one slip, and the same letters break a tie."""
    return OSA.normalized_similarity(a, b) + 0.01 * (sorted(a) == sorted(b))


def suggestion(name: str, known: Iterable[str]) -> str:
    """
    The end of a Danish sentence that offers the nearest names, or nothing.

    Examples
    --------
    >>> suggestion("Vejel", ["Vejen", "Vejle", "Varde"])
    ' Mente du Vejle eller Vejen?'
    >>> suggestion("xyz", ["Vejle"])
    ''
    """
    names = nearest(name, known)
    if not names:
        return ""
    *first, last = names
    return f" Mente du {', '.join(first)} eller {last}?" if first else f" Mente du {last}?"


def shorten(value: str, length: int) -> str:
    """
    A value as a message shows it: cut with an ellipsis where it is too long.

    Examples
    --------
    >>> shorten("1234567", 5)
    '1234…'
    """
    return value if len(value) <= length else value[: length - 1] + "…"
