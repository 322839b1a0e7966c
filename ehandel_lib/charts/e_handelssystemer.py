"""
Charts of the chapter on e-procurement systems.

A mean over one or two municipalities is not a system's effect. So each
municipality is a dot, the mean stands among them, and the number of them
beside the name.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ehandel_lib import text
from ehandel_lib.charts import style

#: Dots of municipalities nearer than this (in shares) would cover each other and are moved apart.
TAET = 0.012

#: marker, size, edge and fill of the municipality itself and of another one; the shape tells them apart too.
EGEN = ("s", 8, style.KOMMUNE, style.KOMMUNE)
ANDEN = ("o", 4.5, style.ANDRE_MOERK, style.ANDRE)


@style.styled
def systemer(
    kommuner: pd.DataFrame,
    frame: pd.DataFrame,
    kommune_kode: str = "",
    kommune: str = "",
    *,
    maal: str = "grad_omsaetning",
) -> Figure:
    """
    The municipalities' rates by system, one dot each, with the mean and SKI's 2023 value.

    Parameters
    ----------
    kommuner : DataFrame
        One row per municipality: ``kommune_kode``, ``system_kode`` and the rate.
    frame : DataFrame
        `compare.systemer`: one row per system, in the order of the chart.
    kommune_kode, kommune : str
        The municipality to mark, if any.
    """
    if frame.empty:
        return style.empty("Leverancen siger ikke, hvilket e-handelssystem kommunerne bruger.")
    if frame["antal_kommuner"].sum() < 2:
        return style.empty("Der er ingen andre kommuner i leverancen at sammenligne med.")
    figure, axes = style.rows(len(frame), raekke=0.95, venstre=3.7, hoejre=3.4)
    style.percent_axis(axes, float(pd.concat([kommuner[maal], frame["ski_grad"]]).max()))
    counts = [text.tael(int(n), "kommune", "kommuner") for n in frame["antal_kommuner"]]
    style.names(axes, list(frame["system_navn"]), counts)
    for row, code in enumerate(frame["system_kode"]):
        one = (
            kommuner[kommuner["system_kode"] == code]
            .dropna(subset=[maal])
            .sort_values([maal, "kommune_kode"])
        )
        _swarm(axes, row, one, maal, kommune_kode)
    _means(axes, frame)
    style.column(axes, "Gennemsnit", [text.pct0(g) for g in frame["gennemsnit"]], cm=1.8)
    style.column(axes, "SKI 2023", [text.pct0(g) for g in frame["ski_grad"]], cm=3.3)
    mean = style.dot("gennemsnit", farve=style.BLAEK, marker="|", size=11)
    mean.set_markeredgewidth(1.8)
    other = style.dot("en kommune", farve=style.ANDRE_MOERK, size=4.5)
    ski = style.dot("SKI 2023", farve=style.BLAEK, fyld=False, marker="D", size=4.5)
    own = [style.dot(kommune, marker="s", size=6.5)] if kommune else []
    style.key(axes, [*own, other, mean, ski])
    return figure


def _swarm(axes: Axes, row: int, one: pd.DataFrame, maal: str, kommune_kode: str) -> None:
    """The municipalities of one system as dots, moved up and down where they would cover each other."""
    shifts = beside(list(one[maal]))
    own = (one["kommune_kode"] == kommune_kode).tolist()
    heights = [row + shift for shift in shifts]
    for value, height, mine in zip(one[maal], heights, own, strict=True):
        marker, size, edge, face = EGEN if mine else ANDEN
        axes.plot(
            value, height, linestyle="", clip_on=False, zorder=5 if mine else 3, marker=marker,
            markersize=size, markeredgecolor=edge, markerfacecolor=face, markeredgewidth=0.7,
        )  # fmt: skip


def beside(values: Sequence[float], taet: float = TAET, trin: float = 0.11) -> list[float]:
    """
    How far each of some sorted values is moved off its line, so that close ones lie side by side.

    Examples
    --------
    >>> beside([0.10, 0.10, 0.10, 0.30])
    [0.0, 0.11, -0.11, 0.0]
    """
    lanes: list[float] = []  # the last value in each lane, from the middle out
    shifts = []
    for value in values:
        free = [lane for lane, last in enumerate(lanes) if value - last >= taet]
        lane = free[0] if free else len(lanes)
        lanes[lane : lane + 1] = [value]
        step = (lane + 1) // 2 * (1 if lane % 2 else -1)
        shifts.append(max(-0.42, min(0.42, step * trin)) + 0.0)
    return shifts


def _means(axes: Axes, frame: pd.DataFrame) -> None:
    for row, (mean, ski) in enumerate(zip(frame["gennemsnit"], frame["ski_grad"], strict=True)):
        if pd.notna(mean):
            axes.vlines(mean, row - 0.42, row + 0.42, color=style.BLAEK, linewidth=1.8, zorder=4)
        if pd.notna(ski):
            axes.plot(
                ski, row + 0.36, marker="D", markersize=4.5, clip_on=False, zorder=6,
                markerfacecolor="white", markeredgecolor=style.BLAEK, markeredgewidth=0.9,
            )  # fmt: skip


@style.styled
def kommuner_pr_system(frame: pd.DataFrame) -> Figure:
    """
    How many municipalities use each system.

    Parameters
    ----------
    frame : DataFrame
        `compare.systemer`: ``system_navn`` and ``antal_kommuner``.
    """
    if frame.empty:
        return style.empty("Leverancen siger ikke, hvilket e-handelssystem kommunerne bruger.")
    ranked = frame.sort_values(["antal_kommuner", "system_navn"], ascending=[False, True])
    figure, axes = style.rows(len(ranked), raekke=0.48, venstre=3.7, hoejre=1.4, top=0.3, bund=0.1)
    axes.set_xticks([])
    axes.set_xlim(0, max(1, int(ranked["antal_kommuner"].max())))
    axes.barh(range(len(ranked)), ranked["antal_kommuner"].astype(float), 0.55, facecolor=style.KOMMUNE)
    style.names(axes, list(ranked["system_navn"]))
    for row, n in enumerate(ranked["antal_kommuner"]):
        axes.annotate(
            text.antal(n),
            (n, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )
    return figure
