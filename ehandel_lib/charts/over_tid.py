"""
Charts of the chapter on development: the months of the years upon each other, and the long line.

A line has its name at its end; where the names would stand on each other they are in a key above.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

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

#: Height of the axes, of the months' names below them and of the key or nothing above, in centimetres.
HOEJDE, BUND, NOEGLE, LUFT = 3.1, 0.6, 0.8, 0.3

#: The look of a month's dot, of the moving rate and of the two straight pieces.
PRIK: dict[str, Any] = {"farve": style.ANDRE_MOERK, "fyld": False, "size": 4.5}
RULLENDE: dict[str, Any] = {"color": style.KOMMUNE, "linewidth": 2.2}
STYKKER: dict[str, Any] = {"color": style.BLAEK, "linewidth": 1.4, "linestyle": "--"}


class Streg(NamedTuple):
    """A line: its name, the rate that it ends at (None where it ends before the others) and its look."""

    navn: str
    ende: float | None
    udseende: dict[str, Any]


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
    known = whole.set_index(["aar", "maaned"])["grad_faktura"].astype("float64")
    years = [known.reindex([(aar - i, month) for month in range(1, 13)]) for i in range(len(AAR))]
    lines = [
        Streg(str(aar - i), None if pd.isna(own.iloc[-1]) else float(own.iloc[-1]), _look(*AAR[i]))
        for i, own in enumerate(years)
        if own.notna().any()
    ]
    figure, axes = _plot(lines, float(whole["grad_faktura"].max()), hoejre=1.1)
    for line in lines:
        axes.plot(range(1, 13), years[aar - int(line.navn)], clip_on=False, **line.udseende)
    axes.set_xlim(0.6, 12.4)
    axes.set_xticks(range(1, 13), MAANEDER)
    return figure


def _look(colour: str, line: str, fill: str, width: float) -> dict[str, Any]:
    look = {"color": colour, "linestyle": line, "linewidth": width, "marker": "o", "markersize": 5}
    return look | {"markerfacecolor": fill, "markeredgecolor": colour}


def _plot(
    lines: Sequence[Streg], stoerste: float, *, hoejre: float, andre: Sequence[Line2D] = ()
) -> tuple[Figure, Axes]:
    """
    Percent upwards, and the lines' names: `hoejre` cm beside the axes, or in a key with the `andre` marks.
    """
    top = 1.02 * stoerste
    scale = HOEJDE * style.CM * 72 / style.percent_ticks(top)[-1]
    ends = [line.ende * scale for line in lines if line.ende is not None]
    places = style.spread(ends) if len(ends) == len(lines) else None
    above, beside = (NOEGLE, 0.6) if places is None else (LUFT, hoejre)
    figure, axes = style.canvas(HOEJDE + BUND + above, venstre=1.2, hoejre=beside, top=above, bund=BUND)
    style.percent_upwards(axes, top)
    if places is None:
        style.key(axes, [*andre, *(Line2D([], [], label=line.navn, **line.udseende) for line in lines)])
    else:
        style.end_names(axes, [(line.navn, line.udseende["color"]) for line in lines], places)
    return figure, axes


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
    rolling = per_maaned.dropna(subset=["grad_rullende"])
    lines = []
    if len(rolling):
        lines.append(Streg(f"seneste {VINDUE} måneder", float(rolling["grad_rullende"].iloc[-1]), RULLENDE))
    if two.linjer is not None:
        lines.append(Streg("niveau før/efter", float(two.linjer["grad"].iloc[-1]), STYKKER))
    figure, axes = _plot(
        lines, float(whole["grad_faktura"].max()), hoejre=3.0, andre=[style.dot("en måned", **PRIK)]
    )
    axes.plot(
        _month(whole), whole["grad_faktura"].astype("float64"), "o", markersize=PRIK["size"],
        markerfacecolor="white", markeredgecolor=PRIK["farve"], clip_on=False, zorder=3,
    )  # fmt: skip
    if len(rolling):
        axes.plot(_month(rolling), rolling["grad_rullende"].astype("float64"), **RULLENDE)
    _pieces(axes, two.linjer)
    months = _month(per_maaned)
    first, last = int(months.min()), int(months.max())
    axes.set_xlim(first - 0.8, last + 0.8)
    _law(axes, whole, first, last)
    years = [year for year in range(first // 12, last // 12 + 1) if first <= year * 12 <= last]
    axes.set_xticks([year * 12 for year in years], [f"jan {year}" for year in years])
    axes.tick_params(axis="x", pad=6)
    return figure


def _month(rows: pd.DataFrame) -> pd.Series:
    """Each month's number on a line without end."""
    return rows["aar"].astype(int) * 12 + rows["maaned"].astype(int) - 1


def _pieces(axes: Axes, lines: pd.DataFrame | None) -> None:
    """The two straight pieces, where there are any, each on its side of the law."""
    if lines is None:
        return
    law = LOVEN.year * 12 + LOVEN.month - 1
    for side in (lines[_month(lines) < law], lines[_month(lines) >= law]):
        axes.plot(_month(side), side["grad"].astype("float64"), **STYKKER)


def _law(axes: Axes, whole: pd.DataFrame, first: int, last: int) -> None:
    """The law's first day, named in the half of the plot where the months after it are not."""
    law = LOVEN.year * 12 + LOVEN.month - 1
    if first < law <= last:
        axes.axvline(law - 0.5, color=style.GRAA, linewidth=1.0, linestyle=":")
        after = whole.loc[_month(whole) >= law, "grad_faktura"].astype("float64")
        high = after.mean() > axes.get_ylim()[1] / 2  # not so where all of them are hidden
        axes.annotate(
            "Loven gælder", (law - 0.5, 0.04 if high else 0.97), xycoords=("data", "axes fraction"),
            xytext=(3, 0), textcoords="offset points", fontsize=style.LILLE, color=style.GRAA,
            va="bottom" if high else "top", ha="left",
        )  # fmt: skip
