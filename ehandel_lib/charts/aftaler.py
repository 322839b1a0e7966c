"""
Charts of the chapter on agreements.

The four parts of the turnover (on an agreement or not, e-traded or not) as one bar a
group, and how much more the items bought outside the agreements cost there.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ehandel_lib import text
from ehandel_lib.charts import style

#: part → (fill, pattern, words in the key), from the agreement outward. Patterns mark what is not e-traded.
_FELTER = {
    "aftale_e": (style.KOMMUNE, "", "på aftale, e-handlet"),
    "aftale_ikke": (style.KOMMUNE_LYS, "////", "på aftale, ikke e-handlet"),
    "uden_e": (style.ANDRE_MOERK, "", "uden for aftale, e-handlet"),
    "uden_ikke": (style.ANDRE, "....", "uden for aftale, ikke e-handlet"),
    "skjult": ("white", "", "skjult (få fakturaer)"),
}


@style.styled
def fire_felter(frame: pd.DataFrame, by: str, valuta: str = "DKK") -> Figure:
    """
    One bar a group: which part of its turnover is on agreements and e-traded.

    Parameters
    ----------
    frame : DataFrame
        `aftaler.fire_felter`, in the order to draw.
    by : str
        The column that names the groups.
    valuta : str
        The delivery's currency.
    """
    if frame.empty:
        return style.empty("Der er ingen fakturaposter at vise.")
    figure, axes = style.rows(len(frame), raekke=0.44, venstre=4.3, hoejre=5.9, top=1.5)
    style.percent_axis(axes)
    style.names(axes, [str(name) for name in frame[by]])
    for row, group in enumerate(frame.to_dict("records")):
        _parts(axes, row, group)
    style.column(axes, "Fakturaer", [text.antal(n) for n in frame["antal_fakturaer"]], cm=1.6)
    style.column(axes, "Omsætning", [text.mio(n, valuta) for n in frame["omsaetning_oere"]], cm=3.5)
    style.column(axes, "På aftale", _sum(frame, "aftale_e", "aftale_ikke"), cm=4.8)
    style.column(axes, "Begge", [text.pct0(share) for share in frame["aftale_e_andel"]], cm=5.8)
    key = [style.box(words, fill, pattern=pattern) for fill, pattern, words in _FELTER.values()]
    style.key(axes, key if frame["skjult_andel"].notna().any() else key[:-1], columns=3)
    return figure


def _parts(axes: Axes, row: int, group: dict) -> None:
    """The parts of one group's bar, or why there is none."""
    if pd.notna(group["aarsag"]):
        style.remark(axes, row, str(group["aarsag"]))
        return
    left = 0.0
    for felt, (fill, pattern, _) in _FELTER.items():
        share = group[f"{felt}_andel"]
        if pd.notna(share) and share > 0:
            axes.barh(
                row,
                share,
                0.62,
                left=left,
                facecolor=fill,
                hatch=pattern,
                edgecolor=style.BLAEK,
                linewidth=0.5,
            )
            left += share


def _sum(frame: pd.DataFrame, *felter: str) -> list[str]:
    """The sum of parts as percent; a dash where one of them is hidden."""
    parts = frame[[f"{felt}_andel" for felt in felter]]
    return [text.pct0(share) for share in parts.sum(axis="columns", skipna=False)]


@style.styled
def prisforskelle(frame: pd.DataFrame, valuta: str = "DKK") -> Figure:
    """
    How much more each item costs outside the agreements, and what that was in kroner.

    Parameters
    ----------
    frame : DataFrame
        `alternativer.dyreste`, in the order to draw.
    valuta : str
        The delivery's currency.
    """
    if frame.empty:
        return style.empty("Ingen vare kan sammenlignes med en lignende vare på aftale.")
    figure, axes = style.rows(len(frame), raekke=0.78, venstre=5.6, hoejre=7.0, top=0.8)
    style.percent_axis(axes, float(frame["prisforskel"].max()))
    base = [
        f"{text.antal(own)} linjer mod {text.antal(other)} på aftale"
        for own, other in zip(frame["linjer_pris"], frame["linjer_aftale"], strict=True)
    ]
    style.names(axes, [_kort(name) for name in frame["varetekst"]], base)
    axes.barh(range(len(frame)), frame["prisforskel"], 0.42, facecolor=style.KOMMUNE)
    style.column(axes, "Dyrere", [f"+{text.pct0(share)}" for share in frame["prisforskel"]], cm=1.2)
    style.column(axes, "Uden aftale", [text.pris(oere, valuta) for oere in frame["pris_uden_oere"]], cm=3.2)
    style.column(axes, "På aftale", [text.pris(oere, valuta) for oere in frame["pris_aftale_oere"]], cm=5.2)
    style.column(axes, "I alt", [text.mio(oere, valuta) for oere in frame["besparelse_oere"]], cm=6.9)
    return figure


#: Names longer than this do not fit beside the rows.
_LAENGST = 34


def _kort(name: str) -> str:
    return name if len(name) <= _LAENGST else name[: _LAENGST - 1].rstrip() + "…"
