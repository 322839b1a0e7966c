"""
The look that all charts share: size, letters, colours, and the rows they are drawn in.

A chart is read on paper, in grey print and by people who see colours differently, so
nothing is told by colour alone: levels have a pattern and a word, and every mark has its
number in a column beside it. Sizes are in centimetres, as on the page; no text is below
8 points there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from math import ceil, floor
from typing import Any, ParamSpec

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ehandel_lib import text
from ehandel_lib.show import TOM, use_fonts

CM = 1 / 2.54

#: The text width of an A4 page in the report (25 mm margins), so that 8 points stay 8 points.
BREDDE = 16.0

#: The smallest letters that print legibly; names and values are one size up.
LILLE, NORMAL = 8, 9

BLAEK = "#1a1a1a"
GRAA = "#55595f"
STREG = "#c9cdd3"

#: The municipality itself, and what it is held up against; their lightness keeps them apart in grey print.
KOMMUNE = "#1f3a5f"
KOMMUNE_LYS = "#b4c6da"
ANDRE = "#c9cdd3"
ANDRE_MOERK = "#6b7178"

#: level → (dark fill, light fill, pattern). The pattern says in black and white what the colour says.
NIVEAUER = {
    "grøn": ("#0b6e4f", "#b5d9ca", ""),
    "gul": ("#e3a72f", "#f7e3b5", "////"),
    "rød": ("#b3382c", "#ecc4bf", "xxxx"),
    "uden lovkrav": ("#484d53", "#dadde1", ""),
}

RC: dict[Any, Any] = {
    "font.family": ["Source Sans 3", "DejaVu Sans"],  # the second for letters that the first lacks
    "font.size": NORMAL,
    "text.parse_math": False,  # a "$" in a name is a "$"
    "text.color": BLAEK,
    "axes.edgecolor": STREG,
    "axes.labelcolor": GRAA,
    "axes.labelsize": LILLE,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.spines.bottom": False,
    "axes.axisbelow": True,
    "xtick.labelsize": LILLE,
    "xtick.color": GRAA,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": LILLE,
    "figure.facecolor": "white",
}

P = ParamSpec("P")


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a chart function draw in the common style, whatever the session's own settings are."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        use_fonts()
        with mpl.rc_context(RC):
            figure = draw(*args, **kwargs)
            for axes in figure.axes:
                if axes.axison:  # ticks are made when first asked for: here, while the style holds
                    axes.get_xticklabels()
                    axes.get_yticklabels()
        return figure

    return drawn


def canvas(
    hoejde: float, *, venstre: float, hoejre: float, top: float = 0.9, bund: float = 0.6
) -> tuple[Figure, Axes]:
    """A figure of the page's width and one axes in it; all measures in centimetres."""
    figure = Figure(figsize=(BREDDE * CM, hoejde * CM))
    box = (venstre / BREDDE, bund / hoejde, 1 - (venstre + hoejre) / BREDDE, 1 - (top + bund) / hoejde)
    return figure, figure.add_axes(box)


def rows(
    antal: int,
    *,
    raekke: float = 0.95,
    venstre: float = 5.0,
    hoejre: float = 3.4,
    top: float = 1.1,
    bund: float = 0.6,
) -> tuple[Figure, Axes]:
    """A figure with `antal` rows from the top down, row 0 first; the axes' y is the row's number."""
    figure, axes = canvas(antal * raekke + top + bund, venstre=venstre, hoejre=hoejre, top=top, bund=bund)
    axes.set_ylim(antal - 0.5, -0.5)
    axes.set_yticks([])
    return figure, axes


def percent_ticks(stoerste: float) -> list[float]:
    """
    Even steps from 0 to the first one that is not below `stoerste`; always one step at least, and 1 at most.

    Examples
    --------
    >>> percent_ticks(0.42), percent_ticks(0.0)
    ([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], [0.0, 0.05])
    """
    step = 0.25 if stoerste > 0.6 else 0.1 if stoerste > 0.2 else 0.05
    return [round(step * i, 2) for i in range(max(1, ceil(round(min(1.0, stoerste) / step, 6))) + 1)]


def percent_axis(axes: Axes, stoerste: float = 1.0) -> None:
    """Percent along the bottom from 0, with light lines to read by."""
    ticks = percent_ticks(stoerste)
    axes.set_xlim(0, ticks[-1] * 1.001)
    axes.set_xticks(ticks, [text.pct0(tick) for tick in ticks])
    axes.grid(axis="x", color=STREG, linewidth=0.5)


def point_ticks(lav: float, hoej: float) -> list[float]:
    """
    Even steps from the last one that is not above `lav` to the first that is not below `hoej`; zero is one.

    Examples
    --------
    >>> point_ticks(-0.03, 0.12), point_ticks(0.01, 0.04)
    ([-0.05, 0.0, 0.05, 0.1, 0.15], [0.0, 0.02, 0.04])
    >>> point_ticks(0.0, 0.0)
    [0.0, 0.02]
    """
    lav, hoej = min(lav, 0.0), max(hoej, 0.0)
    step = next(step for step in (0.02, 0.05, 0.1, 0.2, 0.5) if hoej - lav <= 6 * step)
    first, last = floor(round(lav / step, 6)), ceil(round(hoej / step, 6))
    return [round(step * i, 2) for i in range(first, max(last, first + 1) + 1)]


def point_axis(axes: Axes, lav: float, hoej: float) -> None:
    """Percentage points along the bottom, zero marked."""
    ticks = point_ticks(lav, hoej)
    width = ticks[-1] - ticks[0]
    axes.set_xlim(ticks[0] - 0.001 * width, ticks[-1] + 0.001 * width)
    axes.set_xticks(ticks, [text.punkter(tick, 0) for tick in ticks])
    axes.grid(axis="x", color=STREG, linewidth=0.5)
    axes.axvline(0, color=GRAA, linewidth=1.0)


def percent_upwards(axes: Axes, stoerste: float, *, skrevet: bool = True) -> None:
    """Percent from 0 upwards, `skrevet` or as lines only, which a chart beside this one explains."""
    ticks = percent_ticks(stoerste)
    axes.set_ylim(0, ticks[-1])
    axes.set_yticks(ticks, [text.pct0(tick) if skrevet else "" for tick in ticks], fontsize=LILLE)
    axes.grid(axis="y", color=STREG, linewidth=0.5)


def names(
    axes: Axes, navne: Sequence[str], grundlag: Sequence[str] | None = None, *, fremhaev: str | None = None
) -> None:
    """Write each row's name to the left of it, and under the name what it counts."""
    for row, name in enumerate(navne):
        beside = (-7, 5) if grundlag is not None and grundlag[row] else (-7, 0)
        weight = "bold" if name == fremhaev else "normal"
        _beside(axes, 0, row, name, beside, ha="right", fontsize=NORMAL, fontweight=weight)
    for row, base in enumerate(grundlag if grundlag is not None else []):
        _beside(axes, 0, row, base, (-7, -5.5), ha="right", fontsize=LILLE, color=GRAA)


def column(axes: Axes, overskrift: str, vaerdier: Sequence[str], *, cm: float) -> None:
    """Write a column of values to the right of the rows, `cm` from the axes, its heading above."""
    points = cm * CM * 72
    _beside(axes, 1, -0.5, overskrift, (points, 6), ha="right", va="baseline", fontsize=LILLE, color=GRAA)
    for row, value in enumerate(vaerdier):
        _beside(axes, 1, row, value, (points, 0), ha="right", fontsize=NORMAL)


def _beside(
    axes: Axes, x: float, row: float, words: str, points: tuple[float, float], **look: object
) -> None:
    """Text at a row, at the axes' left (0) or right (1) edge, moved by some points."""
    look = {"va": "center", **look}
    axes.annotate(
        words, (x, row), xycoords=("axes fraction", "data"), xytext=points, textcoords="offset points",
        annotation_clip=False, **look,  # type: ignore[arg-type]
    )  # fmt: skip


def remark(axes: Axes, row: float, words: str) -> None:
    """Say in words, where a mark would be, why there is none."""
    _beside(axes, 0, row, words, (4, 0), ha="left", fontsize=LILLE, color=GRAA, style="italic")


def key(axes: Axes, marks: Sequence[Patch | Line2D], *, columns: int | None = None) -> None:
    """The key to the marks, in one line above the rows, from the figure's left edge."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.legend(
        handles=list(marks), ncols=columns or len(marks), loc="upper left", bbox_to_anchor=(0, 1),
        borderpad=0, borderaxespad=0.1, handlelength=1.4, handletextpad=0.5, columnspacing=1.4,
        labelspacing=0.35,
    )  # fmt: skip


#: Names at lines' ends stand so far apart, and at most so far from their own ends, in points.
NAVN_LUFT, NAVN_FLYT = 9.5, 4.5


def spread(ends: Sequence[float], luft: float = NAVN_LUFT, flyt: float = NAVN_FLYT) -> list[float] | None:
    """
    Heights for names at lines' ends: moved apart where they are close, None where that would be too far.

    Examples
    --------
    >>> spread([80.0, 20.0, 25.0]), spread([20.0, 20.2])
    ([80.0, 17.75, 27.25], None)
    """
    order = sorted(range(len(ends)), key=lambda i: ends[i])
    groups: list[list[float]] = []  # of names that touch: each one's height, were it the lowest of its group
    for rank, i in enumerate(order):
        groups.append([ends[i] - rank * luft])
        while len(groups) > 1 and _mean(groups[-2]) > _mean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    lowest = [_mean(group) for group in groups for _ in group]
    places = {i: lowest[rank] + rank * luft for rank, i in enumerate(order)}
    if any(abs(places[i] - end) > flyt for i, end in enumerate(ends)):
        return None
    return [places[i] for i in range(len(ends))]


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def end_names(axes: Axes, navne: Sequence[tuple[str, str]], steder: Sequence[float]) -> None:
    """Write lines' names, each in its colour, to the right of the axes at heights in points (`spread`)."""
    for (name, colour), height in zip(navne, steder, strict=True):
        axes.annotate(
            name, (1, 0), xycoords="axes fraction", xytext=(6, height), textcoords="offset points",
            va="center", ha="left", fontsize=LILLE, color=colour, annotation_clip=False,
        )  # fmt: skip


def dot(label: str, *, farve: str = KOMMUNE, fyld: bool = True, marker: str = "o", size: float = 7) -> Line2D:
    """A round mark for the key."""
    face = farve if fyld else "white"
    return Line2D(
        [], [], linestyle="", marker=marker, markersize=size, color=farve, markerfacecolor=face, label=label
    )


def stroke(label: str, size: float, farve: str) -> Line2D:
    """An upright stroke for the key."""
    mark = dot(label, farve=farve, marker="|", size=size)
    mark.set_markeredgewidth(1.2)
    return mark


def box(label: str, fill: str, *, pattern: str = "", edge: str = BLAEK) -> Patch:
    """A filled mark for the key."""
    return Patch(facecolor=fill, edgecolor=edge, hatch=pattern, linewidth=0.6, label=label)


def dumbbell(axes: Axes, row: int, filled: float, hollow: float, *, heavy: bool) -> None:
    """A filled and a hollow dot and the line between them."""
    width, colour = (3.2, KOMMUNE) if heavy else (1.0, ANDRE_MOERK)
    axes.hlines(row, filled, hollow, color=colour, linewidth=width, zorder=2)
    axes.plot(filled, row, "o", markersize=7.5, color=KOMMUNE, clip_on=False)
    axes.plot(
        hollow, row, "o", markersize=7.5, markerfacecolor="white", markeredgecolor=KOMMUNE,
        markeredgewidth=1.4, clip_on=False,
    )  # fmt: skip


def empty(words: str) -> Figure:
    """A figure for the case that there is nothing to draw: it says so, and the report leaves it out."""
    figure, axes = canvas(1.6, venstre=0.2, hoejre=0.2, top=0.2, bund=0.2)
    axes.set_axis_off()
    axes.text(0, 0.5, words, transform=axes.transAxes, va="center", color=GRAA, style="italic")
    figure.set_label(TOM)
    return figure


def ranks(placering: pd.Series, antal: pd.Series) -> list[str]:
    """Places among so many: "nr. 25 af 98"."""
    pairs = zip(placering, antal, strict=True)
    return [f"nr. {text.antal(own)} af {text.antal(all_)}" for own, all_ in pairs]


def base(frame: pd.DataFrame) -> list[str]:
    """What each row counts: "1.234 fakturaer"; nothing where the number is hidden."""
    return ["" if pd.isna(n) else text.tael(int(n), "faktura", "fakturaer") for n in frame["antal_fakturaer"]]
