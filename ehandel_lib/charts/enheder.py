"""
Charts of the chapter on units: a dot for each unit among its kind, and the funnel.

No unit is named in them. A unit that lies beyond what chance gives has another
mark, by shape and fill; all others are the same hollow dot.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from ehandel_lib import enheder as analysis
from ehandel_lib import text
from ehandel_lib.charts import style
from ehandel_lib.charts.e_handelssystemer import beside

#: The kinds drawn, those with the most units: more rows or panels than this are no overview.
FLEST_SLAGS, FLEST_TRAGTE = 12, 8

INGEN = "Der er for få enheder af samme slags til en figur."

#: Where a unit lies → marker, size, edge, fill.
_HUL = ("o", 5.0, style.ANDRE_MOERK, "white")
_UNDER = ("v", 7.0, style.KOMMUNE, style.KOMMUNE)
_OVER = ("^", 7.0, style.KOMMUNE, style.KOMMUNE_LYS)
MAERKER = {
    analysis.TYDELIGT_UNDER: _UNDER,
    analysis.UNDER: _UNDER,
    analysis.INDEN_FOR: _HUL,
    analysis.OVER: _OVER,
    analysis.TYDELIGT_OVER: _OVER,
}

#: A limit is drawn through at most so many numbers of invoices: each is counted exactly.
_PUNKTER = 150

#: The funnel's panels, in centimetres: their height, what is between them, and the margins.
_HOEJ, _MELLEM, _VENSTRE, _RAEKKE, _TOP, _BUND = 2.5, 0.55, 1.25, 3.6, 1.5, 0.95


@style.styled
def enheder_pr_slags(units: pd.DataFrame, kinds: pd.DataFrame) -> Figure:
    """
    The units' rates on invoices kind by kind, with the middle half and the median.

    Parameters
    ----------
    units : DataFrame
        `enheder.tragt`.
    kinds : DataFrame
        `enheder.slags`, in the order of the chart.
    """
    if kinds.empty:
        return style.empty(INGEN)
    largest = kinds.nlargest(FLEST_SLAGS, "antal_enheder").index
    shown = kinds[kinds.index.isin(largest)]
    figure, axes = style.rows(len(shown), raekke=0.8, venstre=3.7, hoejre=3.4, top=1.5)
    style.percent_axis(axes, float(units["grad_faktura"].max()))
    counts = [text.tael(int(n), "enhed", "enheder") for n in shown["antal_enheder"]]
    style.names(axes, [stor(name) for name in shown["enhedstype"]], counts)
    for row, kind in enumerate(shown.to_dict("records")):
        middle = kind["oevre_kvartil"] - kind["nedre_kvartil"]
        axes.barh(row, middle, 0.6, left=kind["nedre_kvartil"], facecolor=style.ANDRE, edgecolor=style.GRAA,
                  linewidth=0.5)  # fmt: skip
        axes.vlines(kind["median"], row - 0.38, row + 0.38, color=style.BLAEK, linewidth=1.8, zorder=3)
        own = units[units["enhedstype"] == kind["enhedstype"]].sort_values(["grad_faktura", "enhed_id"])
        for value, shift, lag in zip(
            own["grad_faktura"], beside(list(own["grad_faktura"])), own["mod_slags"], strict=True
        ):
            _dot(axes, value, row + shift, lag)
    style.column(axes, "Median", [text.pct0(g) for g in shown["median"]], cm=1.6)
    style.column(axes, "Slagsen i alt", [text.pct0(g) for g in shown["grad_faktura"]], cm=3.3)
    median = style.dot("median", farve=style.BLAEK, marker="|", size=11)
    median.set_markeredgewidth(1.8)
    half = style.box("den midterste halvdel", style.ANDRE, edge=style.GRAA)
    style.key(axes, [*_key(), median, half], columns=3)
    return figure


def _dot(axes: Axes, x: float, y: float, lag: str) -> None:
    marker, size, edge, fill = MAERKER[lag]
    axes.plot(
        x, y, linestyle="", marker=marker, markersize=size, markeredgecolor=edge, markerfacecolor=fill,
        markeredgewidth=0.8, clip_on=False, zorder=4 if fill == "white" else 5,
    )  # fmt: skip


def _key() -> list[Line2D | Patch]:
    marks: list[Line2D | Patch] = []
    names = {
        analysis.INDEN_FOR: "en enhed",
        analysis.UNDER: "under grænsen (95 %)",
        analysis.OVER: "over grænsen (95 %)",
    }
    for lag, label in names.items():
        marker, size, edge, fill = MAERKER[lag]
        mark = style.dot(label, farve=edge, marker=marker, size=size)
        mark.set_markerfacecolor(fill)
        marks.append(mark)
    return marks


def stor(name: str) -> str:
    """The name with a capital first, as a row or a panel is named."""
    return name[:1].upper() + name[1:]


@style.styled
def tragt(units: pd.DataFrame, kinds: pd.DataFrame) -> Figure:
    """
    A funnel for each kind: the units' rates by how many invoices they have, and the limits of chance.

    Parameters
    ----------
    units : DataFrame
        `enheder.tragt`.
    kinds : DataFrame
        `enheder.slags`.
    """
    if kinds.empty:
        return style.empty(INGEN)
    largest = kinds.nlargest(FLEST_TRAGTE, "antal_enheder").index
    shown = list(kinds[kinds.index.isin(largest)]["enhedstype"])
    side_by_side = 3 if len(shown) <= 6 else 4
    lines = -(-len(shown) // side_by_side)
    height = _TOP + (lines - 1) * _RAEKKE + _HOEJ + _BUND
    figure = Figure(figsize=(style.BREDDE * style.CM, height * style.CM))
    highest = 1.05 * float(units["grad_faktura"].max())
    for place, name in enumerate(shown):
        axes = figure.add_axes(_box(*divmod(place, side_by_side), side_by_side, height))
        _panel(axes, units[units["enhedstype"] == name], highest, labels=place % side_by_side == 0)
        axes.set_title(stor(name), fontsize=style.NORMAL, loc="left", pad=3)
    figure.text(_VENSTRE / style.BREDDE, 0.05 / height, "Vandret: antal fakturaer. Lodret: e-handelsgrad på "
                "faktura.", fontsize=style.LILLE, color=style.GRAA, va="bottom")  # fmt: skip
    style.key(figure.axes[0], [*_key(), *_line_key()], columns=3)
    return figure


def _box(line: int, column: int, columns: int, height: float) -> tuple[float, float, float, float]:
    """Where a panel stands in the figure, as shares of its width and height."""
    width = (style.BREDDE - _VENSTRE - 0.3 - (columns - 1) * _MELLEM) / columns
    left = _VENSTRE + column * (width + _MELLEM)
    bottom = height - _TOP - line * _RAEKKE - _HOEJ
    return (left / style.BREDDE, bottom / height, width / style.BREDDE, _HOEJ / height)


def _panel(axes: Axes, units: pd.DataFrame, highest: float, *, labels: bool) -> None:
    """One kind's funnel."""
    most = float(units["antal_fakturaer"].max()) * 1.12
    target, scatter = (float(units[name].iloc[0]) for name in ("slags_grad", "slags_spredning"))
    n = np.unique(np.geomspace(1, most, _PUNKTER).astype(int)).astype(float)
    for share, look in ((analysis.GRAENSE, "-"), (analysis.ALARM, "--")):
        for limit in analysis.graenser(n, np.full(len(n), target), share, scatter):
            axes.plot(n, limit, look, color=style.ANDRE_MOERK, linewidth=0.7, zorder=2)
    axes.axhline(target, color=style.BLAEK, linewidth=1.2, zorder=2)
    axes.set_xlim(0, most)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.xaxis.set_major_formatter(lambda value, _: text.antal(value))
    style.percent_upwards(axes, highest, skrevet=labels)
    for unit in units.sort_values("enhed_id").to_dict("records"):
        _dot(axes, unit["antal_fakturaer"], unit["grad_faktura"], unit["mod_slags"])


def _line_key() -> list[Line2D]:
    return [
        Line2D([], [], color=style.BLAEK, linewidth=1.2, label="slagsens grad"),
        Line2D([], [], color=style.ANDRE_MOERK, linewidth=0.7, label="95 %-grænse"),
        Line2D([], [], color=style.ANDRE_MOERK, linewidth=0.7, linestyle="--", label="99,8 %-grænse"),
    ]
