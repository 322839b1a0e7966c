"""
Which characters our fonts can draw, and what is printed instead of the others.

The report carries its fonts and uses no others: Source Sans 3, and DejaVu Sans
(which comes with matplotlib) for what that lacks, Greek, Hebrew and plain emoji
among it. What neither can draw is printed as its number, as PDF/UA and PDF/A
accept no empty boxes.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ehandel_lib.render.printed import nummer, synlig

FONTS = Path(__file__).parent / "fonts"
TEXT_FONT = "SourceSans3-Regular.ttf"
FALLBACK_FONT = "DejaVuSans.ttf"


@cache
def fallback_folder() -> Path:
    """Where matplotlib keeps DejaVu Sans; found without importing it."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


@cache
def covered() -> frozenset[int]:
    """The code points that one of the two fonts can draw."""
    from fontTools.ttLib import TTFont

    points: set[int] = set()
    for path in (FONTS / TEXT_FONT, fallback_folder() / FALLBACK_FONT):
        with TTFont(path, lazy=True) as font:
            points |= set(font.getBestCmap())
    return frozenset(points)


def tegn(value: str) -> str:
    """
    The text with each character that our fonts cannot draw printed as its number.

    Examples
    --------
    >>> tegn("Ærø 😀 中"), tegn("a\\x00b")
    ('Ærø 😀 [U+4E2D]', 'a[U+0000]b')
    """
    shown = synlig(value)
    if shown.isascii():
        return shown
    known = covered()
    return "".join(char if ord(char) in known or char in "\u00ad\u200b" else nummer(char) for char in shown)
