"""
The names of UBL elements, and the text that stands in them.

An element is known by its namespace, not by the prefix that a file happens to
use. Text comes back on one line and cut to a length that a field can have.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from lxml import etree

_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"

#: No field that we take is longer in earnest; a longer text is cut.
MAX_TEGN = 300


@cache
def cac(name: str) -> str:
    """The full name of an element that holds others."""
    return _CAC + name


@cache
def cbc(name: str) -> str:
    """The full name of an element that holds text."""
    return _CBC + name


def text_at(parent: etree._Element, *path: str) -> str:
    """The text of the first element on the path that has any, else empty."""
    return next((text for text in all_at(parent, *path) if text), "")


def all_at(parent: etree._Element, *path: str) -> Iterator[str]:
    """The texts of all elements on the path, in order, empty ones too."""
    tag, *rest = path
    for child in parent.iterchildren(tag):
        if rest:
            yield from all_at(child, *rest)
        else:
            yield _one_line(child.text)


def attribute(element: etree._Element, name: str) -> str:
    """An attribute's text, else empty."""
    return _one_line(element.get(name))


def _one_line(text: str | None) -> str:
    return " ".join(text[: 4 * MAX_TEGN].split())[:MAX_TEGN] if text else ""
