"""
The chart of a unit's page: the unit among those of its kind, none of which is named.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ehandel_lib.charts import style
from ehandel_lib.charts.e_handelssystemer import beside


@style.styled
def ark_blandt(units: pd.DataFrame, enhed_id: str) -> Figure:
    """
    One row of dots, the unit's own a filled square, with the kind's median.

    Parameters
    ----------
    units : DataFrame
        The compared units of the kind, from `enheder.tragt`.
    enhed_id : str
        The unit itself.
    """
    figure, axes = style.rows(1, raekke=1.7, venstre=0.4, hoejre=0.4, top=0.8, bund=0.6)
    style.percent_axis(axes, float(units["grad_faktura"].max()))
    ordered = units.sort_values(["grad_faktura", "enhed_id"])
    axes.vlines(float(units["slags_median"].iloc[0]), -0.42, 0.42, color=style.BLAEK, linewidth=1.8, zorder=2)
    for unit, shift in zip(ordered.to_dict("records"), beside(list(ordered["grad_faktura"])), strict=True):
        own = unit["enhed_id"] == enhed_id
        marker, size = ("s", 10) if own else ("o", 5)
        edge = style.KOMMUNE if own else style.ANDRE_MOERK
        axes.plot(
            unit["grad_faktura"], shift, linestyle="", clip_on=False, zorder=5 if own else 3,
            marker=marker, markersize=size, markeredgecolor=edge, markerfacecolor=edge if own else "white",
        )  # fmt: skip
    median = style.dot("median", farve=style.BLAEK, marker="|", size=11)
    median.set_markeredgewidth(1.8)
    others = style.dot("de andre", farve=style.ANDRE_MOERK, fyld=False, size=5)
    style.key(axes, [style.dot("jer", marker="s", size=8), others, median])
    return figure
