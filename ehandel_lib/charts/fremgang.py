"""
The chart of each municipality's change since the year before.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ehandel_lib import text
from ehandel_lib.charts import style


@style.styled
def fremgang(aendringer: pd.DataFrame, frame: pd.DataFrame, kommune_kode: str, kommune: str) -> Figure:
    """
    A line for each measure on which every municipality's change is a stroke, the municipality's own a dot.

    Parameters
    ----------
    aendringer : DataFrame
        `fremgang.per_kommune`.
    frame : DataFrame
        `fremgang.fremgang`, in the order to draw.
    kommune_kode, kommune : str
        The municipality itself.
    """
    if frame.empty:
        return style.empty("Der er ingen ændringer at sammenligne.")
    figure, axes = style.rows(len(frame), raekke=0.64, venstre=2.7, hoejre=5.2)
    style.point_axis(axes, float(aendringer["aendring"].min()), float(aendringer["aendring"].max()))
    style.names(axes, [f"På {name}" for name in frame["maalt_paa"]])
    others = aendringer[aendringer["kommune_kode"] != kommune_kode]
    for row, (measure, own) in enumerate(zip(frame["maalt_paa"], frame["aendring"], strict=True)):
        strokes = others.loc[others["maalt_paa"] == measure, "aendring"]
        axes.vlines(strokes, row - 0.24, row + 0.24, color=style.ANDRE_MOERK, linewidth=0.8)
        axes.plot(own, row, "o", markersize=9, color=style.KOMMUNE, clip_on=False, zorder=4)
    style.column(axes, kommune, [text.punkter(change) for change in frame["aendring"]], cm=1.4)
    style.column(axes, "Midterste", [text.punkter(change) for change in frame["median"]], cm=3.0)
    style.column(axes, "Plads", style.ranks(frame["placering"], frame["antal_kommuner"]), cm=5.1)
    style.key(axes, [style.dot(kommune), style.stroke("en anden kommune", 9, style.ANDRE_MOERK)])
    return figure
