"""
Charts of the chapter on invoices against turnover.

Where the two rates part, a few large invoices are missing from e-handel. The
first chart shows how far they part, the second how few invoices carry how much,
the third whether invoices and suppliers' statements agree on the turnover.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ehandel_lib import text
from ehandel_lib.charts import style


@style.styled
def gab(frame: pd.DataFrame, *, mindst: float = 0.10) -> Figure:
    """
    Each category's two rates as two dots and the distance between them, the widest first.

    Parameters
    ----------
    frame : DataFrame
        `analyses.kategorier`. Categories without both rates are left out.
    mindst : float
        From this difference on the line is heavy.
    """
    both = frame.dropna(subset=["grad_omsaetning", "grad_faktura"])
    both = both.assign(forskel=both["grad_faktura"] - both["grad_omsaetning"])
    both = both.sort_values(["forskel", "varekategori"], ascending=[False, True])
    if both.empty:
        return style.empty("Ingen varekategori har både en grad på omsætning og en grad på faktura.")
    figure, axes = style.rows(len(both), raekke=0.46, venstre=4.6, hoejre=5.0)
    style.percent_axis(axes)
    style.names(axes, list(both["varekategori"]))
    for row, (turnover, invoices) in enumerate(
        zip(both["grad_omsaetning"], both["grad_faktura"], strict=True)
    ):
        style.dumbbell(axes, row, turnover, invoices, heavy=invoices - turnover >= mindst)
    style.column(axes, "Omsætning", [text.pct0(g) for g in both["grad_omsaetning"]], cm=1.6)
    style.column(axes, "Faktura", [text.pct0(g) for g in both["grad_faktura"]], cm=2.8)
    style.column(axes, "Forskel, point", [text.punkter(d, 0) for d in both["forskel"]], cm=4.95)
    style.key(
        axes, [style.dot("andel af omsætning"), style.dot("andel af fakturaer", fyld=False), _heavy(mindst)]
    )
    return figure


def _heavy(mindst: float) -> Line2D:
    mark = style.dot(f"mindst {text.procenttal(mindst)} procentpoint højere på faktura", marker="_", size=13)
    mark.set_markeredgewidth(3.2)
    return mark


@style.styled
def koncentration(frame: pd.DataFrame) -> Figure:
    """
    Per category: how few of the invoices that were not e-handlet carry half of their turnover.

    Parameters
    ----------
    frame : DataFrame
        `analyses.store_fakturaer`: one row per category.
    """
    if frame.empty:
        return style.empty(
            "Ingen varekategori har en grad på faktura, der klart overstiger graden på omsætning."
        )
    figure, axes = style.rows(len(frame), raekke=0.8, venstre=4.6, hoejre=3.1)
    style.percent_axis(axes)
    style.names(axes, list(frame["varekategori"]), style.base(frame))
    for row, share in enumerate(frame["halvdelen_andel"]):
        if pd.isna(share):
            style.remark(axes, row, "for få fakturaer")
            continue
        axes.barh(row, 1, 0.4, facecolor="white", edgecolor=style.ANDRE_MOERK, linewidth=0.5, clip_on=False)
        axes.barh(row, share, 0.4, facecolor=style.KOMMUNE, edgecolor=style.KOMMUNE, linewidth=0.5)
    style.column(axes, "Fakturaer", [text.antal(n) for n in frame["halvdelen_fakturaer"]], cm=1.7)
    style.column(axes, "Andel", [text.pct0(share) for share in frame["halvdelen_andel"]], cm=3.0)
    few = style.box("de største fakturaer, som bærer halvdelen af omsætningen uden e-handel", style.KOMMUNE)
    style.key(axes, [few, style.box("resten", "white", edge=style.ANDRE_MOERK)])
    return figure


@style.styled
def afstemning(frame: pd.DataFrame, valuta: str = "DKK", *, n: int = 12) -> Figure:
    """
    The turnover on each agreement by invoices and by suppliers' statements.

    Parameters
    ----------
    frame : DataFrame
        `afstemning.per_aftale`: one row per agreement.
    valuta : str
        The currency the amounts are in.
    n : int
        The number of agreements shown, from the top of the frame.
    """
    frame = frame.head(n)
    if frame.empty:
        return style.empty("Leverancen rummer ingen omsætningsopgørelse at stemme af mod.")
    figure, axes = style.rows(len(frame), raekke=0.78, venstre=4.6, hoejre=6.4, bund=0.1)
    amounts = frame[["fakturadata_oere", "indberettet_oere"]].fillna(0).astype("int64") / 100_000_000
    axes.set_xlim(min(0, amounts.min().min() * 1.05), max(amounts.max().max() * 1.02, 0.001))
    axes.set_xticks([])
    axes.axvline(0, color=style.ANDRE_MOERK, linewidth=0.6)
    axes.barh(amounts.reset_index().index - 0.17, amounts["fakturadata_oere"], 0.32, facecolor=style.KOMMUNE)
    axes.barh(
        amounts.reset_index().index + 0.17, amounts["indberettet_oere"], 0.32,
        facecolor="white", edgecolor=style.BLAEK, hatch="////", hatchcolor=style.ANDRE_MOERK, linewidth=0.6,
    )  # fmt: skip
    known = [name if pd.notna(name) else "" for name in frame["aftale_navn"]]
    numbers = [str(number) for number in frame["aftale_nummer"]]
    names = [name or number for name, number in zip(known, numbers, strict=True)]
    style.names(axes, names, [number * bool(name) for name, number in zip(known, numbers, strict=True)])
    style.column(axes, "Fakturaer", [text.mio(x, valuta) for x in frame["fakturadata_oere"]], cm=2.3)
    style.column(axes, "Indberettet", [text.mio(x, valuta) for x in frame["indberettet_oere"]], cm=4.5)
    style.column(axes, "Difference", [_signed(d) for d in frame["difference_andel"]], cm=6.35)
    hatched = style.box("ifølge leverandørernes indberetning", "white", pattern="////")
    hatched.set_hatchcolor(style.ANDRE_MOERK)
    style.key(axes, [style.box("ifølge fakturaerne", style.KOMMUNE), hatched])
    return figure


def _signed(share: float) -> str:
    """A difference in percent with its sign; a dash where there is none."""
    words = text.pct(share if pd.isna(share) else abs(share))
    if words in (text.MANGLER, text.pct(0)):
        return words
    return ("−" if share < 0 else "+") + words
