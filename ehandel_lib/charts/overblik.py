"""
Charts of the overview: where the turnover outside e-handel lies, and where the municipality stands.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from ehandel_lib import analyses, text
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
    shown = analyses.uden_e_handel(frame).dropna(subset=["grad_omsaetning"]).head(n)
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


@style.styled
def pladser(
    alle: pd.DataFrame, frame: pd.DataFrame, kommune_kode: str, kommune: str, lignende: Collection[str]
) -> Figure:
    """
    A line for each measure on which every municipality is a stroke, those of the same size a long one.

    Parameters
    ----------
    alle : DataFrame
        `pladser.grader`.
    frame : DataFrame
        `pladser.pladser`, in the order to draw.
    kommune_kode, kommune : str
        The municipality itself.
    lignende : collection of str
        The codes of those of its size.
    """
    if frame.empty:
        return style.empty("Der er ingen andre kommuner i leverancen at sammenligne med.")
    figure, axes = style.rows(len(frame), raekke=0.58, venstre=4.4, hoejre=5.2)
    style.percent_axis(axes, float(alle["grad"].max()))
    style.names(axes, [_line(row) for row in frame.to_dict("records")])
    others = alle[alle["kommune_kode"] != kommune_kode]
    near = others["kommune_kode"].isin(list(lignende))
    for place, row in enumerate(frame.to_dict("records")):
        on_line = (others["koeb"] == row["koeb"]) & (others["maalt_paa"] == row["maalt_paa"])
        far, close = (others.loc[on_line & part, "grad"] for part in (~near, near))
        axes.vlines(far, place - 0.16, place + 0.16, color=style.ANDRE_MOERK, linewidth=0.8)
        axes.vlines(close, place - 0.36, place + 0.36, color=style.BLAEK, linewidth=1.2)
        axes.plot(row["grad"], place, "o", markersize=9, color=style.KOMMUNE, clip_on=False, zorder=4)
    style.column(axes, kommune, [text.pct0(grad) for grad in frame["grad"]], cm=1.4)
    style.column(axes, "Alle", style.ranks(frame["placering"], frame["antal_kommuner"]), cm=3.2)
    style.column(axes, "Lignende", style.ranks(frame["placering_lignende"], frame["antal_lignende"]), cm=5.1)
    style.key(
        axes,
        [style.dot(kommune), style.stroke("en kommune af lignende størrelse", 12, style.BLAEK),
         style.stroke("en anden kommune", 7, style.ANDRE_MOERK)],
    )  # fmt: skip
    return figure


def _line(row: Mapping[Hashable, Any]) -> str:
    """
    The name of a line.

    Examples
    --------
    >>> _line({"koeb": "varer med lovkrav", "maalt_paa": "faktura"})
    'Varer med lovkrav, faktura'
    """
    return f"{row['koeb'][:1].upper()}{row['koeb'][1:]}, {row['maalt_paa']}"
