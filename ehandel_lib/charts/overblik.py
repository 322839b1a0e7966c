"""
The chart of the overview: where the turnover outside e-handel lies.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ehandel_lib import text
from ehandel_lib.charts import style


@style.styled
def indsats(frame: pd.DataFrame, valuta: str = "DKK", *, n: int = 8) -> Figure:
    """
    The categories under the law with the most turnover: how much is e-handlet, and how much is not.

    Parameters
    ----------
    frame : DataFrame
        `analyses.kategorier`.
    valuta : str
        The currency the amounts are in.
    n : int
        The number of categories shown, those with the most turnover outside e-handel.
    """
    covered = frame[frame["lovkrav"].fillna(False).astype(bool)].dropna(subset=["grad_omsaetning"])
    left = covered.assign(uden_oere=covered["omsaetning_oere"] - covered["omsaetning_e_handlet_oere"])
    shown = left.sort_values(["uden_oere", "varekategori"], ascending=[False, True]).head(n)
    if shown.empty:
        return style.empty("Ingen varekategori med lovkrav har en omsætning, der kan vises.")
    figure, axes = style.rows(len(shown), raekke=0.54, venstre=4.6, hoejre=4.6, bund=0.1)
    axes.set_xticks([])
    traded = shown["omsaetning_e_handlet_oere"].astype("float64")
    rest = shown["uden_oere"].astype("float64")
    axes.set_xlim(0, max(float((traded + rest).max()), 1.0) * 1.001)
    axes.barh(range(len(shown)), rest, 0.55, facecolor=style.KOMMUNE)
    axes.barh(
        range(len(shown)), traded, 0.55, left=rest, clip_on=False,
        facecolor="white", edgecolor=style.ANDRE_MOERK, hatch="////", hatchcolor=style.ANDRE, linewidth=0.6,
    )  # fmt: skip
    style.names(axes, list(shown["varekategori"]))
    style.column(axes, "Uden e-handel", [text.mio(x, valuta) for x in shown["uden_oere"]], cm=2.3)
    style.column(axes, "I alt", [text.mio(x, valuta) for x in shown["omsaetning_oere"]], cm=4.55)
    hatched = style.box("e-handlet", "white", pattern="////", edge=style.ANDRE_MOERK)
    hatched.set_hatchcolor(style.ANDRE)
    style.key(axes, [style.box("omsætning uden e-handel", style.KOMMUNE, edge=style.KOMMUNE), hatched])
    return figure
