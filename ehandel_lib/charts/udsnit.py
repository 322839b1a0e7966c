"""
The chart of any grouping that an analyst has chosen: the two rates of each group.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ehandel_lib import text
from ehandel_lib.charts import style


@style.styled
def udsnit(per_gruppe: pd.DataFrame) -> Figure:
    """
    Two bars a group, in the frame's order: the share of the turnover and, lighter, of the invoices.

    Parameters
    ----------
    per_gruppe : DataFrame
        `explore.per_gruppe`: `gruppe`, both rates with their bases, and `aarsag` where there is none.
    """
    if per_gruppe.empty:
        return style.empty("Der er ingen fakturaposter at vise.")
    figure, axes = style.rows(len(per_gruppe), raekke=0.6, venstre=5.6, hoejre=4.6, top=1.3)
    style.percent_axis(axes)
    style.names(axes, [_short(name) for name in per_gruppe["gruppe"]])
    for row, group in enumerate(per_gruppe.to_dict("records")):
        if pd.isna(group["grad_omsaetning"]) and pd.isna(group["grad_faktura"]):
            style.remark(axes, row, str(group["aarsag"]))
        for rate, above, fill, height in [
            (group["grad_omsaetning"], -0.18, style.KOMMUNE, 0.36),
            (group["grad_faktura"], 0.16, style.KOMMUNE_LYS, 0.28),
        ]:
            if pd.notna(rate):
                axes.barh(row + above, rate, height, facecolor=fill, edgecolor=style.KOMMUNE, linewidth=0.5)
    style.column(axes, "Fakturaer", [text.antal(n) for n in per_gruppe["antal_fakturaer"]], cm=1.4)
    style.column(axes, "På omsætn.", [text.pct0(g) for g in per_gruppe["grad_omsaetning"]], cm=3.0)
    style.column(axes, "På faktura", [text.pct0(g) for g in per_gruppe["grad_faktura"]], cm=4.5)
    style.key(
        axes,
        [
            style.box("andel af omsætning", style.KOMMUNE, edge=style.KOMMUNE),
            style.box("andel af fakturaer", style.KOMMUNE_LYS, edge=style.KOMMUNE),
        ],
    )
    return figure


#: So many characters of a name fit beside the bars.
LAENGSTE_NAVN = 36


def _short(name: str) -> str:
    return name if len(name) <= LAENGSTE_NAVN else name[: LAENGSTE_NAVN - 1] + "…"
