"""
What is said of many municipalities at once.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import text
from ehandel_lib.sentences.fraser import midt, pct, rows, saetning
from ehandel_lib.sentences.overblik import noegletal
from ehandel_lib.show import Noegletal

INGEN = "Ingen af kommunerne har en e-handelsgrad, der kan vises."


def regioner(kommuner: pd.DataFrame) -> str:
    """
    How far the municipalities are apart: the lowest, the highest and the middle one.

    Parameters
    ----------
    kommuner : DataFrame
        `landet.kommuner`: one row a municipality.

    Examples
    --------
    >>> kommuner = pd.DataFrame({"kommune_navn": ["Vejle", "Varde"], "grad_omsaetning": [0.2, 0.4]})
    >>> regioner(kommuner).replace("\\xa0", " ")
    'E-handelsgraden på omsætning går fra 20 pct. (Vejle) til 40 pct. (Varde) i 2 kommuner.
    Medianen er 30 pct.'
    """
    known = kommuner.dropna(subset=["grad_omsaetning"]).sort_values(["grad_omsaetning", "kommune_navn"])
    if known.empty:
        return INGEN
    ends = (rows(known)[0], rows(known)[-1])
    lowest, highest = (f"{pct(row['grad_omsaetning'])} ({row['kommune_navn']})" for row in ends)
    count = text.tael(len(known), "kommune", "kommuner")
    return saetning(
        f"e-handelsgraden på omsætning går fra {lowest} til {highest} i {count}",
        f"medianen er {pct(known['grad_omsaetning'].median())}",
    )


def alt_regioner(kommuner: pd.DataFrame) -> str:
    """The dots for a reader who cannot see them: the spread, and each region's middle municipality."""
    known = kommuner.dropna(subset=["grad_omsaetning"])
    medians = known.groupby("region")["grad_omsaetning"].median().sort_values(ascending=False, kind="stable")
    shown = text.opremsning([f"{pct(rate)} ({region})" for region, rate in medians.items()])
    return saetning(regioner(kommuner), f"i regionerne er medianen {shown}" if shown else "")


def spredning(per_kategori: pd.DataFrame) -> str:
    """
    In which category the municipalities differ most and least.

    Parameters
    ----------
    per_kategori : DataFrame
        `landet.spredning`: the widest first.
    """
    known = rows(per_kategori.dropna(subset=["nedre_kvartil", "oevre_kvartil"]))
    if not known:
        return INGEN
    most = f"mest skiller {_half(known[0])}"
    return saetning(most, f"mindst skiller {_half(known[-1])}" if len(known) > 1 else "")


def _half(row: dict) -> str:
    between = f"mellem {pct(row['nedre_kvartil'])} og {pct(row['oevre_kvartil'])}"
    return f"{midt(row['varekategori'])}: den midterste halvdel af kommunerne ligger {between}"


def noegletal_landet(
    under: pd.DataFrame,
    under_foer: pd.DataFrame,
    i_alt: pd.DataFrame,
    foer: pd.DataFrame,
    kommuner: pd.DataFrame,
    valuta: str = "DKK",
) -> list[Noegletal]:
    """The rates of all municipalities together, and the middle municipality's."""
    known = kommuner.dropna(subset=["grad_omsaetning"])["grad_omsaetning"]
    middle = Noegletal(
        "Median af kommunernes grader på omsætning",
        float(known.median()) if len(known) else None,
        grundlag=text.tael(len(known), "kommune", "kommuner") + " tæller lige meget.",
    )
    return [*noegletal(under, under_foer, i_alt, foer, valuta), middle]
