"""
Charts of the chapter on development: the months of the years upon each other, and the long line.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ehandel_lib.charts import style
from ehandel_lib.loven import LOVEN, Brud
from ehandel_lib.over_tid import VINDUE

#: The years upon each other, the latest first: colour, line, marker's fill, width.
AAR = (
    (style.KOMMUNE, "-", style.KOMMUNE, 2.0),
    (style.ANDRE_MOERK, "--", "white", 1.3),
    (style.ANDRE_MOERK, ":", "white", 1.0),
)

MAANEDER = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@style.styled
def maaneder(per_maaned: pd.DataFrame, aar: int) -> Figure:
    """
    The rate on invoices from January to December, one line a year, the latest three.

    Parameters
    ----------
    per_maaned : DataFrame
        `over_tid.maaneder`.
    aar : int
        The latest year.
    """
    whole = _whole(per_maaned)
    if whole.empty:
        return style.empty("Der er ingen hele måneder at vise.")
    figure, axes = style.canvas(5.0, venstre=1.2, hoejre=0.6, top=0.8, bund=0.6)
    marks = []
    for year, (colour, line, fill, width) in zip(range(aar, aar - 3, -1), AAR, strict=True):
        own = whole[whole["aar"] == year].set_index("maaned")["grad_faktura"].reindex(range(1, 13))
        if own.notna().any():
            look = {"color": colour, "linestyle": line, "linewidth": width, "marker": "o", "markersize": 5}
            look |= {"markerfacecolor": fill, "markeredgecolor": colour}
            axes.plot(range(1, 13), own.astype("float64"), clip_on=False, **look)  # type: ignore[arg-type]
            marks.append(Line2D([], [], label=str(year), **look))  # type: ignore[arg-type]
    axes.set_xlim(0.6, 12.4)
    axes.set_xticks(range(1, 13), MAANEDER)
    style.percent_upwards(axes, 1.02 * float(whole["grad_faktura"].max()))
    style.key(axes, marks)
    return figure


def _whole(per_maaned: pd.DataFrame) -> pd.DataFrame:
    """The months that are whole and not hidden."""
    return per_maaned[~per_maaned["delvis"].astype("bool")].dropna(subset=["grad_faktura"])


@style.styled
def lang_linje(per_maaned: pd.DataFrame, two: Brud) -> Figure:
    """
    All months as dots, the moving rate as a line, and around the law the two straight pieces.

    Parameters
    ----------
    per_maaned : DataFrame
        `over_tid.maaneder`.
    two : Brud
        `loven.brud`.
    """
    whole = _whole(per_maaned)
    if whole.empty:
        return style.empty("Der er ingen hele måneder at vise.")
    figure, axes = style.canvas(4.8, venstre=1.2, hoejre=0.6, top=0.8, bund=0.6)
    axes.plot(
        _month(whole), whole["grad_faktura"].astype("float64"), "o", markersize=4.5, markerfacecolor="white",
        markeredgecolor=style.ANDRE_MOERK, clip_on=False, zorder=3,
    )  # fmt: skip
    marks = [style.dot("en måned", farve=style.ANDRE_MOERK, fyld=False, size=4.5)]
    rolling = per_maaned.dropna(subset=["grad_rullende"])
    if len(rolling):
        axes.plot(
            _month(rolling), rolling["grad_rullende"].astype("float64"), color=style.KOMMUNE, linewidth=2.2
        )
        marks.append(Line2D([], [], color=style.KOMMUNE, linewidth=2.2, label=f"de seneste {VINDUE} måneder"))
    if two.linjer is not None:
        marks.append(_pieces(axes, two.linjer))
    months = _month(per_maaned)
    first, last = int(months.min()), int(months.max())
    axes.set_xlim(first - 0.8, last + 0.8)
    _law(axes, first, last)
    years = [year for year in range(first // 12, last // 12 + 1) if first <= year * 12 <= last]
    axes.set_xticks([year * 12 for year in years], [f"jan {year}" for year in years])
    axes.tick_params(axis="x", pad=6)
    style.percent_upwards(axes, 1.02 * float(whole["grad_faktura"].max()))
    style.key(axes, marks)
    return figure


def _month(rows: pd.DataFrame) -> pd.Series:
    """Each month's number on a line without end."""
    return rows["aar"].astype(int) * 12 + rows["maaned"].astype(int) - 1


def _pieces(axes: Axes, lines: pd.DataFrame) -> Line2D:
    """The two straight pieces, each on its side of the law."""
    law = LOVEN.year * 12 + LOVEN.month - 1
    look = {"color": style.BLAEK, "linewidth": 1.4, "linestyle": "--"}
    for side in (lines[_month(lines) < law], lines[_month(lines) >= law]):
        axes.plot(_month(side), side["grad"].astype("float64"), **look)  # type: ignore[arg-type]
    return Line2D([], [], label="niveau og hældning før og efter", **look)  # type: ignore[arg-type]


def _law(axes: Axes, first: int, last: int) -> None:
    law = LOVEN.year * 12 + LOVEN.month - 1
    if first < law <= last:
        axes.axvline(law - 0.5, color=style.GRAA, linewidth=1.0, linestyle=":")
        axes.annotate(
            "Loven gælder", (law - 0.5, 0.97), xycoords=("data", "axes fraction"), xytext=(3, 0),
            textcoords="offset points", fontsize=style.LILLE, color=style.GRAA, va="top",
            ha="left",
        )  # fmt: skip
