"""
Charts of the plan of action: in which cells of category and amount the invoices without e-handel lie.

A cell has its numbers in it, so that the shade is never alone in telling: the darker, the more
invoices without e-handel. The shades are so light that black letters stand on all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ehandel_lib import schema, text
from ehandel_lib.charts import style
from ehandel_lib.plan import gruppe, i_felt

INGEN = "Ingen varekategori med lovkrav har nok fakturaer til at blive vist."

#: From none to the most; black on the darkest still has a contrast of 7 to 1.
MOERKEST = "#9db4cc"
NUANCER = LinearSegmentedColormap.from_list("uden", ["#ffffff", MOERKEST])


@style.styled
def plan_grupper(frame: pd.DataFrame, orden: Sequence[str]) -> Figure:
    """
    Each category by the three groups of amounts: invoices without e-handel, and the share that is e-handlet.

    Parameters
    ----------
    frame : DataFrame
        `plan.grupper`.
    orden : sequence of str
        The categories to draw, from the top: the plan's order.
    """
    if not _any(frame, orden):
        return style.empty(INGEN)
    names = list(schema.BELOEBSGRUPPER)
    figure, axes = _table(frame, "beloebsgruppe", list(orden), names, raekke=0.42, top=0.95, venstre=4.6)
    for (row, column), cell in _cells(frame, "beloebsgruppe", list(orden), names):
        _uden(axes, column - 0.06, row, cell, ha="right")
        if pd.notna(cell["grad_faktura"]):
            _word(axes, column + 0.12, row, text.pct0(cell["grad_faktura"]), ha="left")
    for column, name in enumerate(names):
        _word(axes, column, -1.45, name, va="bottom")
        _word(axes, column - 0.06, -0.65, "uden e-handel", ha="right", va="bottom", size=style.LILLE)
        _word(axes, column + 0.12, -0.65, "e-handlet", ha="left", va="bottom", size=style.LILLE)
    return figure


@style.styled
def plan_intervaller(frame: pd.DataFrame, orden: Sequence[str]) -> Figure:
    """
    Each category by the twelve bands: the share that is e-handlet, under it the invoices without e-handel.

    Parameters
    ----------
    frame : DataFrame
        `plan.intervaller`.
    orden : sequence of str
        The categories to draw, from the top.
    """
    if not _any(frame, orden):
        return style.empty(INGEN)
    names = list(schema.BELOEBSINTERVALLER)
    figure, axes = _table(frame, "beloebsinterval", list(orden), names, raekke=0.85, top=1.1, venstre=4.2)
    for (row, column), cell in _cells(frame, "beloebsinterval", list(orden), names):
        if pd.notna(cell["grad_faktura"]):
            _word(axes, column, row - 0.2, text.pct0(cell["grad_faktura"]), size=style.LILLE)
            _uden(axes, column, row + 0.22, cell, size=style.LILLE)
        else:
            _uden(axes, column, row, cell, size=style.LILLE)
    for column, name in enumerate(names):
        _word(axes, column, -0.7, kort_navn(name), size=style.LILLE, va="bottom")
    groups = [gruppe(name) for name in names]
    borders = [n for n in range(1, len(names)) if groups[n] != groups[n - 1]]
    axes.vlines([n - 0.5 for n in borders], -0.5, len(orden) - 0.5, color=style.BLAEK, linewidth=1.2)
    return figure


def _table(
    frame: pd.DataFrame,
    by: str,
    orden: list[str],
    names: list[str],
    *,
    raekke: float,
    top: float,
    venstre: float,
) -> tuple[Figure, Axes]:
    """The rows with their names, and a shaded box for each cell."""
    figure, axes = style.rows(len(orden), raekke=raekke, venstre=venstre, hoejre=0.1, top=top, bund=0.1)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_xticks([])
    style.names(axes, orden)
    most = frame["uden_fakturaer"].max()
    for (row, column), cell in _cells(frame, by, orden, names):
        known = pd.notna(cell["uden_fakturaer"]) and most > 0
        fill = NUANCER(float(cell["uden_fakturaer"]) / float(most)) if known else "white"
        axes.add_patch(
            Rectangle(
                (column - 0.5, row - 0.5),
                1,
                1,
                facecolor=fill,
                edgecolor=style.ANDRE_MOERK,
                linewidth=0.6,
                clip_on=False,
            )
        )
    return figure, axes


def _cells(
    frame: pd.DataFrame, by: str, orden: list[str], names: list[str]
) -> list[tuple[tuple[int, int], dict]]:
    """The cells that are drawn with their row and column."""
    shown = frame[frame["varekategori"].isin(orden) & frame[by].isin(names)]
    return [((orden.index(c["varekategori"]), names.index(c[by])), c) for c in shown.to_dict("records")]


def _uden(axes: Axes, x: float, y: float, cell: dict, **look: Any) -> None:
    """The number of invoices without e-handel, heavy; in light letters why there is none."""
    shown = pd.notna(cell["uden_fakturaer"]) and cell["antal_fakturaer"] > 0
    _word(axes, x, y, i_felt(cell), weight="bold" if shown else "normal", **look)


def _word(
    axes: Axes, x: float, y: float, words: str, *, ha: str = "center", va: str = "center",
    size: float = style.NORMAL, weight: str = "normal",
) -> None:  # fmt: skip
    axes.text(x, y, words, ha=ha, va=va, fontsize=size, fontweight=weight, clip_on=False)


def kort_navn(interval: str) -> str:
    """
    A band's name over a narrow column.

    Examples
    --------
    >>> kort_navn("1.000 til under 2.000 kr."), kort_navn("5.000 kr. eller mere"), kort_navn("Negativt beløb")
    ('1.000–\\n2.000', '5.000\\nog op', 'under\\n0')
    """
    bounds = list(schema.BELOEBSINTERVALLER.values())
    place = list(schema.BELOEBSINTERVALLER).index(interval)
    if bounds[place] is None:
        return "under\n0"
    if bounds[place] == 0:
        return "0"
    low = text.antal((bounds[place] or 0) // 100)
    if place + 1 == len(bounds):
        return f"{low}\nog op"
    return f"{low}–\n{text.antal((bounds[place + 1] or 0) // 100)}"


def _any(frame: pd.DataFrame, orden: Sequence[str]) -> bool:
    """Is there a cell whose number is shown and is of invoices?"""
    shown = frame[frame["varekategori"].isin(list(orden))].dropna(subset=["uden_fakturaer"])
    return bool((shown["antal_fakturaer"].fillna(0) > 0).any())
