"""
A matplotlib figure as SVG, the same text each time, in the report's own type.

Letters are drawn as outlines, so the chart looks the same on every machine; what
it says to a reader who cannot see it is the alt text, not the outlines.
"""

from __future__ import annotations

import io
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ehandel_lib.render.glyphs import FONTS, tegn
from ehandel_lib.render.printed import kort

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

#: The same salt gives the same ids in an SVG file; without one matplotlib draws them at random.
RC: dict[Any, Any] = {
    "font.family": ["Source Sans 3", "DejaVu Sans"],
    "text.parse_math": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "ehandel",
}


def use_fonts() -> None:
    """
    Let matplotlib draw with the report's own fonts, and never read mathematics into a name.

    A name like "A$B$" is text, not a formula. What Source Sans 3 lacks comes from DejaVu Sans.
    """
    import matplotlib as mpl

    _register_fonts()
    mpl.rcParams.update(RC)


@cache
def _register_fonts() -> None:
    from matplotlib import font_manager

    for path in sorted(Path(FONTS).glob("*.ttf")):
        font_manager.fontManager.addfont(path)


def svg(fig: Figure) -> str:
    """The figure as SVG text without date or random ids; a pyplot figure is closed afterwards."""
    import matplotlib as mpl
    from matplotlib.text import Text

    for axes in fig.axes:
        _plain_ticks(axes.xaxis)
        _plain_ticks(axes.yaxis)
    for label in fig.findobj(Text):
        label.set_parse_math(False)  # a label made before use_fonts() would still read $…$ as a formula
        label.set_text(_drawable(label.get_text()))
    out = io.StringIO()
    with mpl.rc_context({key: RC[key] for key in RC if key.startswith("svg.")}):
        fig.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(fig)  # else the notebook shows it a second time
    return out.getvalue()


def _plain_ticks(axis: Axis) -> None:
    """Labels at the ticks are made while drawing: fix those that hold what no font of ours can draw."""
    labels = [label.get_text() for label in axis.get_ticklabels()]
    if any(_drawable(label) != label for label in labels):
        axis.set_ticks(axis.get_ticklocs(), labels=[_drawable(label) for label in labels])
    for label in axis.get_ticklabels():
        label.set_parse_math(False)


def _drawable(label: str) -> str:
    return "\n".join(tegn(kort(line)) for line in label.split("\n"))
