"""
The report's fonts as data for a page that loads nothing from a network.

Only the letters that Danish text needs are kept. The font files stay uncompressed:
zlib's output differs between machines, and the page should not.
"""

from __future__ import annotations

import base64
import io
from functools import cache

from ehandel_lib.render.glyphs import FONTS

#: CSS weight and style → our file.
SNIT = {
    ("400", "normal"): "SourceSans3-Regular.ttf",
    ("400", "italic"): "SourceSans3-It.ttf",
    ("600", "normal"): "SourceSans3-Semibold.ttf",
    ("700", "normal"): "SourceSans3-Bold.ttf",
}

#: Kerning is a third of a cut's size and most of the time it takes: only the headings' cut keeps it.
KNIBES = frozenset({"SourceSans3-Bold.ttf"})

#: Latin with the accents of European names, punctuation, and the few symbols of our own texts.
TEGN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2028),
    0x2030,
    0x20AC,
    0x2192,
    0x2212,
    0x2265,
]


@cache
def font_faces() -> str:
    """The fonts as CSS `@font-face` rules with their data inside."""
    return "\n".join(
        "@font-face{font-family:'Source Sans 3';"
        f"font-weight:{weight};font-style:{style};src:url(data:font/ttf;base64,{_subset(name)})}}"
        for (weight, style), name in SNIT.items()
    )


def _subset(name: str) -> str:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    # the file's own date is kept; its digits are of one width without any layout feature
    with TTFont(FONTS / name, recalcTimestamp=False, lazy=True) as font:
        options = Options(layout_features=["kern"] if name in KNIBES else [], hinting=False)
        options.layout_closure = False
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=TEGN)
        subsetter.subset(font)
        out = io.BytesIO()
        font.save(out)
    return base64.b64encode(out.getvalue()).decode("ascii")
