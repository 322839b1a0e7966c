"""
Charts of the chapter on product categories.

The first is the ranking of SKI's report: two bars a category, turnover and
invoices, coloured by level where the law demands e-handel. The second puts
the municipality's rate in each category beside the other municipalities'.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ehandel_lib import text
from ehandel_lib.charts import style
from ehandel_lib.rates import FUND_MINDST

#: The levels that only categories under the law have.
LOVKRAV = ("grøn", "gul", "rød")

#: Where a category has no rate the ranking still has its row, drawn as if it were outside the law.
_UDEN = style.NIVEAUER["uden lovkrav"]


#: The key to the municipality's two rates where they stand without levels.
PAR = [
    style.box("andel af omsætning", style.KOMMUNE, edge=style.KOMMUNE),
    style.box("andel af fakturaer", style.KOMMUNE_LYS, edge=style.KOMMUNE),
]


@style.styled
def kategorier(frame: pd.DataFrame) -> Figure:
    """
    Two bars a category, in the frame's order, coloured by level.

    Parameters
    ----------
    frame : DataFrame
        `analyses.kategorier`: one row per category.
    """
    if frame[["grad_omsaetning", "grad_faktura"]].isna().all(axis=None):
        return style.empty("Der er ingen grader at vise.")
    figure, axes = style.rows(len(frame), raekke=0.46, venstre=4.3, hoejre=6.3, top=1.5)
    style.percent_axis(axes)
    style.names(axes, list(frame["varekategori"]))
    for row, kategori in enumerate(frame.to_dict("records")):
        _bars(axes, row, kategori)
    style.column(axes, "Fakturaer", [text.antal(n) for n in frame["antal_fakturaer"]], cm=1.6)
    style.column(axes, "På omsætn.", [text.pct0(g) for g in frame["grad_omsaetning"]], cm=3.3)
    style.column(axes, "På faktura", [text.pct0(g) for g in frame["grad_faktura"]], cm=4.8)
    levels = [_level(*pair) for pair in zip(frame["farve"], frame["antal_fakturaer"], strict=True)]
    style.column(axes, "Niveau", levels, cm=6.25)
    style.key(axes, _key(), columns=4)
    return figure


def _level(level: str, invoices: int) -> str:
    """
    The level in words; in brackets where few invoices decide it.

    Examples
    --------
    >>> _level("grøn", 20), _level("rød", 11), _level("uden lovkrav", 300)
    ('grøn', '(rød)', '–')
    """
    if level not in LOVKRAV:
        return text.MANGLER
    return level if invoices >= FUND_MINDST else f"({level})"


def _bars(axes: Axes, row: int, kategori: dict) -> None:
    """The two bars of one category."""
    dark, light, pattern = style.NIVEAUER.get(kategori["farve"], _UDEN)
    if pd.isna(kategori["grad_omsaetning"]) and pd.isna(kategori["grad_faktura"]):
        style.remark(axes, row, str(kategori["aarsag"]))
        return
    for maal, above, fill, hatch, height in [
        ("omsaetning", -0.18, dark, pattern, 0.36),
        ("faktura", 0.16, light, "", 0.28),
    ]:
        if pd.notna(kategori[f"grad_{maal}"]):
            axes.barh(
                row + above, kategori[f"grad_{maal}"], height,
                facecolor=fill, hatch=hatch, hatchcolor="white", edgecolor=style.BLAEK, linewidth=0.5,
            )  # fmt: skip


def _key() -> list:
    boxes = []
    limits = {
        "grøn": "grøn: over 55 %",
        "gul": "gul: 20–55 %",
        "rød": "rød: under 20 %",
        "uden lovkrav": "uden lovkrav",
    }
    for level, label in limits.items():
        dark, _, pattern = style.NIVEAUER[level]
        patch = style.box(label, dark, pattern=pattern)
        patch.set_hatchcolor("white")
        boxes.append(patch)
    upper, lower = (
        style.box(f"{which}: andel af {what}", "none", edge="none")
        for which, what in (("øverste søjle", "omsætning"), ("nederste", "fakturaer"))
    )
    # read down the columns: levels first, then what the two bars are
    return [*boxes, upper, lower]


@style.styled
def mod_ski(frame: pd.DataFrame) -> Figure:
    """
    The municipality's two rates on purchases on agreements, with SKI's 2023 values as marks.

    Parameters
    ----------
    frame : DataFrame
        `analyses.kategorier` of the posts on agreements, which is what SKI counts. Categories for which SKI
        has published nothing are left out.
    """
    shown = frame.dropna(subset=["ski_grad_omsaetning"])
    if shown.empty:
        return style.empty("Ingen køb på aftale kan sammenlignes med SKI's tal for 2023.")
    figure, axes = style.rows(len(shown), raekke=0.48, venstre=4.6, hoejre=5.6)
    style.percent_axis(axes)
    style.names(axes, list(shown["varekategori"]))
    for row, kategori in enumerate(shown.to_dict("records")):
        _beside_ski(axes, row, kategori)
    for heading, name, cm in [
        ("Omsætn.", "grad_omsaetning", 1.5),
        ("SKI", "ski_grad_omsaetning", 2.6),
        ("Faktura", "grad_faktura", 4.3),
        ("SKI", "ski_grad_faktura", 5.4),
    ]:
        style.column(axes, heading, [text.pct0(grad) for grad in shown[name]], cm=cm)
    ski = style.dot("SKI 2023", farve=style.BLAEK, fyld=False, marker="D", size=4.5)
    style.key(axes, [*PAR, ski])
    return figure


def _beside_ski(axes: Axes, row: int, kategori: dict) -> None:
    if pd.isna(kategori["grad_omsaetning"]) and pd.isna(kategori["grad_faktura"]):
        style.remark(axes, row, str(kategori["aarsag"]))
    for maal, above, fill in [("omsaetning", -0.17, style.KOMMUNE), ("faktura", 0.17, style.KOMMUNE_LYS)]:
        if pd.notna(kategori[f"grad_{maal}"]):
            axes.barh(
                row + above, kategori[f"grad_{maal}"], 0.3,
                facecolor=fill, edgecolor=style.KOMMUNE, linewidth=0.6,
            )  # fmt: skip
        if pd.notna(kategori[f"ski_grad_{maal}"]):
            axes.plot(
                kategori[f"ski_grad_{maal}"], row + above, marker="D", markersize=4.5, clip_on=False,
                zorder=4, markerfacecolor="white", markeredgecolor=style.BLAEK, markeredgewidth=0.9,
            )  # fmt: skip


@style.styled
def udvikling(frame: pd.DataFrame, aar: int) -> Figure:
    """
    Each category's rate on turnover the year before and this year, the greatest rise first.

    Parameters
    ----------
    frame : DataFrame
        `analyses.udvikling`: one row per category.
    aar : int
        This year.
    """
    if frame.empty:
        return style.empty("Ingen varekategori med lovkrav har nok fakturaer i begge år.")
    figure, axes = style.rows(len(frame), raekke=0.45, venstre=4.6, hoejre=5.0)
    style.percent_axis(axes, float(frame[["grad_foer", "grad"]].max().max()))
    style.names(axes, list(frame["varekategori"]))
    for row, (before, now) in enumerate(zip(frame["grad_foer"], frame["grad"], strict=True)):
        style.dumbbell(axes, row, now, before, heavy=False)
    style.column(axes, str(aar - 1), [text.pct0(grad) for grad in frame["grad_foer"]], cm=1.6)
    style.column(axes, str(aar), [text.pct0(grad) for grad in frame["grad"]], cm=2.8)
    style.column(axes, "Ændring, point", [text.punkter(change, 0) for change in frame["aendring"]], cm=4.95)
    style.key(axes, [style.dot(str(aar - 1), fyld=False), style.dot(str(aar))])
    return figure


@style.styled
def blandt_kommuner(frame: pd.DataFrame, kommune: str) -> Figure:
    """
    The municipality's rate in each category beside the middle half of all municipalities.

    Parameters
    ----------
    frame : DataFrame
        `compare.placering` by category: one row per category with quartiles, rank and own rate.
    kommune : str
        The municipality's name, for the key.
    """
    if frame.empty or frame["antal_kommuner"].max() < 2:
        return style.empty("Der er ingen andre kommuner i leverancen at sammenligne med.")
    figure, axes = style.rows(len(frame), raekke=0.48, venstre=4.6, hoejre=3.9)
    style.percent_axis(axes)
    style.names(axes, list(frame["varekategori"]))
    for row, kategori in enumerate(frame.to_dict("records")):
        spread(axes, row, kategori)
        if pd.notna(kategori["grad"]):
            axes.plot(kategori["grad"], row, "o", markersize=7.5, color=style.KOMMUNE, clip_on=False)
    style.column(axes, kommune, [text.pct0(g) for g in frame["grad"]], cm=1.4)
    style.column(axes, "Plads", [rank(row) for row in frame.to_dict("records")], cm=3.85)
    style.key(axes, [style.dot(kommune), *spread_key()])
    return figure


def spread(axes: Axes, row: float, values: dict) -> None:
    """A line from the lowest to the highest, a band for the middle half, a stroke at the median."""
    if pd.isna(values["median"]):
        return
    axes.hlines(row, values["mindste"], values["stoerste"], color=style.ANDRE_MOERK, linewidth=0.8)
    axes.barh(
        row, values["oevre_kvartil"] - values["nedre_kvartil"], 0.5, left=values["nedre_kvartil"],
        color=style.ANDRE, edgecolor=style.ANDRE_MOERK, linewidth=0.5,
    )  # fmt: skip
    axes.vlines(values["median"], row - 0.25, row + 0.25, color=style.BLAEK, linewidth=1.4)


def spread_key() -> list:
    """The key to `spread`."""
    median = style.dot("midterste kommune", farve=style.BLAEK, marker="|", size=9)
    median.set_markeredgewidth(1.4)
    line = style.dot("laveste til højeste", farve=style.ANDRE_MOERK, marker="_", size=11)
    return [style.box("den midterste halvdel", style.ANDRE, edge=style.ANDRE_MOERK), median, line]


def rank(values: dict) -> str:
    """ "12 af 98", or a dash."""
    if pd.isna(values["placering"]):
        return text.MANGLER
    return f"{text.antal(values['placering'])} af {text.antal(values['antal_kommuner'])}"
