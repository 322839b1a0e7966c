"""
The chart over many municipalities: where each of them lies, region by region.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ehandel_lib import text
from ehandel_lib.charts import style
from ehandel_lib.charts.e_handelssystemer import ANDEN, beside


@style.styled
def regioner(kommuner: pd.DataFrame) -> Figure:
    """
    One dot a municipality in its region, with the middle one of each region marked.

    Parameters
    ----------
    kommuner : DataFrame
        `landet.kommuner`: one row a municipality.
    """
    shown = kommuner.dropna(subset=["grad_omsaetning"])
    shown = shown.sort_values(["region", "grad_omsaetning"], ignore_index=True)
    if shown.empty:
        return style.empty("Ingen af kommunerne har en e-handelsgrad, der kan vises.")
    regions = list(dict.fromkeys(shown["region"]))
    figure, axes = style.rows(len(regions), raekke=0.88, venstre=3.7, hoejre=2.2, top=1.0)
    style.percent_axis(axes, float(shown["grad_omsaetning"].max()))
    by_region = [shown.loc[shown["region"] == name, "grad_omsaetning"].astype("float64") for name in regions]
    style.names(axes, regions, [text.tael(len(rates), "kommune", "kommuner") for rates in by_region])
    marker, size, edge, face = ANDEN
    for row, rates in enumerate(by_region):
        axes.plot(
            rates, [row + shift for shift in beside(list(rates), trin=0.1)], linestyle="", marker=marker,
            markersize=size, markeredgecolor=edge, markerfacecolor=face, markeredgewidth=0.7,
            clip_on=False, zorder=3,
        )  # fmt: skip
        axes.vlines(rates.median(), row - 0.42, row + 0.42, color=style.BLAEK, linewidth=1.8, zorder=4)
    style.column(axes, "Median", [text.pct0(rates.median()) for rates in by_region], cm=1.8)
    middle = style.dot("median i regionen", farve=style.BLAEK, marker="|", size=11)
    middle.set_markeredgewidth(1.8)
    style.key(axes, [style.dot("en kommune", farve=style.ANDRE_MOERK, size=4.5), middle])
    return figure
