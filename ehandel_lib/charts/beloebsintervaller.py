"""
Charts of the chapter on amount bands.

The rate on invoices in each of SKI's twelve bands, what the bands weigh in
invoices and in turnover, and the three groups that the report's conclusion is about.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ehandel_lib import text
from ehandel_lib.charts import style


@style.styled
def intervaller(frame: pd.DataFrame, alle: pd.DataFrame, kommune: str) -> Figure:
    """
    The rate on invoices per amount band: the municipality, all municipalities, SKI's four.

    Parameters
    ----------
    frame, alle : DataFrame
        `analyses.beloebsintervaller` for the municipality and for all: the same twelve rows.
    kommune : str
        The municipality's name.
    """
    if frame["grad_faktura"].isna().all():
        return style.empty("Ingen af beløbsintervallerne har fakturaer nok til at vise en grad.")
    alone = frame["antal_fakturaer"].sum() == alle["antal_fakturaer"].sum()
    others = pd.Series(float("nan"), index=frame.index) if alone else alle["grad_faktura"]
    figure, axes = style.rows(len(frame), raekke=0.78, venstre=4.6, hoejre=3.9)
    largest = pd.concat([frame["grad_faktura"], frame["ski_grad"], others]).max()
    style.percent_axis(axes, 1.0 if pd.isna(largest) else float(largest))
    style.names(axes, list(frame["beloebsinterval"]), style.base(frame))
    for row, shares in enumerate(zip(frame["grad_faktura"], others, frame["ski_grad"], strict=True)):
        _band(axes, row, *shares)
    for row, (share, reason) in enumerate(zip(frame["grad_faktura"], frame["aarsag"], strict=True)):
        if pd.isna(share) and pd.notna(reason):
            style.remark(axes, row, str(reason))
    style.column(axes, kommune, [text.pct0(share) for share in frame["grad_faktura"]], cm=1.4)
    if not alone:
        style.column(axes, "Alle", [text.pct0(share) for share in others], cm=2.6)
    style.column(axes, "SKI 2023", [text.pct0(share) for share in frame["ski_grad"]], cm=3.85)
    style.key(axes, _key(kommune, alone=alone))
    return figure


def _key(kommune: str, *, alone: bool) -> list[Patch | Line2D]:
    every = style.dot("alle kommuner samlet", farve=style.BLAEK, marker="|", size=11)
    every.set_markeredgewidth(1.8)
    label = "SKI 2023: fire kommuner i KL's top 5"
    ski = style.dot(label, farve=style.BLAEK, fyld=False, marker="D", size=4.5)
    return [style.box(kommune, style.KOMMUNE, edge=style.KOMMUNE), *([] if alone else [every]), ski]


def _band(axes: Axes, row: int, own: float, others: float, ski: float) -> None:
    """A bar for the municipality, a stroke for all, a diamond for SKI's four."""
    if pd.notna(own):
        axes.barh(row, own, 0.42, facecolor=style.KOMMUNE)
    if pd.notna(others):
        axes.vlines(others, row - 0.36, row + 0.36, color="white", linewidth=3.6)
        axes.vlines(others, row - 0.36, row + 0.36, color=style.BLAEK, linewidth=1.8)
    if pd.notna(ski):
        axes.plot(
            ski, row, marker="D", markersize=5, clip_on=False, zorder=4,
            markerfacecolor="white", markeredgecolor=style.BLAEK, markeredgewidth=0.9,
        )  # fmt: skip


@style.styled
def andele(frame: pd.DataFrame) -> Figure:
    """
    Each band's share of the invoices to the left, its share of the turnover to the right.

    Parameters
    ----------
    frame : DataFrame
        `analyses.beloebsintervaller`: ``andel_fakturaer`` and ``andel_omsaetning`` per band. The share of
        turnover is negative where credit notes outweigh.
    """
    figure, axes = style.rows(len(frame), raekke=0.46, venstre=4.6, hoejre=0.5, top=0.7, bund=0.1)
    left, right = frame["andel_fakturaer"].fillna(0), frame["andel_omsaetning"].fillna(0)
    gap, lead = 0.01, max(0.0, -float(right.min()))
    label = 0.16 * (left.max() + right.max() + lead)  # room for the number at the end of the longest bar
    axes.set_xlim(-left.max() - gap - label, right.max() + gap + lead + label)
    axes.set_xticks([])
    middle = range(len(frame))
    axes.barh(
        middle, -left, 0.55, left=-gap, facecolor=style.KOMMUNE_LYS, edgecolor=style.KOMMUNE, linewidth=0.6
    )
    axes.barh(middle, right, 0.55, left=gap + lead, facecolor=style.KOMMUNE)
    for row in middle:
        _label(axes, -gap - left.iloc[row], row, frame["andel_fakturaer"].iloc[row], ha="right")
        _label(
            axes, gap + lead + max(0.0, right.iloc[row]), row, frame["andel_omsaetning"].iloc[row], ha="left"
        )
    axes.vlines([-gap, gap + lead], -0.5, len(frame) - 0.5, color=style.ANDRE_MOERK, linewidth=0.6)
    style.names(axes, list(frame["beloebsinterval"]))
    few = style.box("andel af fakturaerne (mod venstre)", style.KOMMUNE_LYS, edge=style.KOMMUNE)
    style.key(axes, [few, style.box("andel af omsætningen (mod højre)", style.KOMMUNE, edge=style.KOMMUNE)])
    return figure


def _label(axes: Axes, x: float, row: int, share: float, *, ha: str) -> None:
    words = text.MANGLER if pd.isna(share) else ("−" if share < 0 else "") + text.pct(abs(share))
    axes.annotate(
        words, (x, row), xytext=(-4 if ha == "right" else 4, 0), textcoords="offset points",
        ha=ha, va="center", fontsize=style.LILLE,
    )  # fmt: skip


@style.styled
def grupper(frame: pd.DataFrame) -> Figure:
    """
    The two rates in each of the three groups of invoices, with the uncertainty of the rate on invoices.

    Parameters
    ----------
    frame : DataFrame
        `analyses.beloebsgrupper`: three rows.
    """
    figure, axes = style.rows(len(frame), raekke=0.8, venstre=4.6, hoejre=3.2)
    style.percent_axis(axes)
    style.names(axes, list(frame["beloebsgruppe"]), style.base(frame))
    for row, group in enumerate(frame.to_dict("records")):
        _pair(axes, row, group)
    style.column(axes, "Faktura", [text.pct0(g) for g in frame["grad_faktura"]], cm=1.4)
    style.column(axes, "Omsætning", [text.pct0(g) for g in frame["grad_omsaetning"]], cm=3.1)
    light = style.box("e-handlet andel af fakturaer", style.KOMMUNE_LYS, edge=style.KOMMUNE)
    style.key(axes, [light, style.box("e-handlet andel af omsætning", style.KOMMUNE, edge=style.KOMMUNE)])
    return figure


def _pair(axes: Axes, row: int, group: dict) -> None:
    if pd.isna(group["grad_faktura"]) and pd.isna(group["grad_omsaetning"]):
        style.remark(axes, row, str(group["aarsag"]))
    if pd.notna(group["grad_faktura"]):
        axes.barh(
            row - 0.17,
            group["grad_faktura"],
            0.3,
            facecolor=style.KOMMUNE_LYS,
            edgecolor=style.KOMMUNE,
            linewidth=0.6,
        )
    if pd.notna(group["grad_omsaetning"]):
        axes.barh(
            row + 0.17,
            group["grad_omsaetning"],
            0.3,
            facecolor=style.KOMMUNE,
            edgecolor=style.KOMMUNE,
            linewidth=0.6,
        )
