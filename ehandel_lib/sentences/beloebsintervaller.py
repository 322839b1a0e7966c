"""
What the chapter on amount bands says.

SKI found small and very large invoices e-traded least, in four municipalities
that are among the five highest on KL's list. Whether that holds here is computed.
"""

from __future__ import annotations

import math

import pandas as pd

from ehandel_lib import text
from ehandel_lib.sentences.fraser import (
    FUND_MINDST,
    Row,
    af,
    baerende,
    fakturaer,
    pct,
    rows,
    saetning,
    ud_af,
)

INGEN = "Ingen af beløbsintervallerne over 0 kr. har så mange fakturaer, at en e-handelsgrad kan vises."

#: How the bands begin that hold no purchases: credit notes and invoices of nothing.
UDEN_KOEB = ("Negativt beløb", "Præcis 0")

#: Must stand wherever SKI's band figures do (chapter 5, the page on amount bands).
FORBEHOLD_SKI = (
    "SKI's tal er gennemsnit for fire kommuner, der alle ligger i top 5 på KL's liste over "
    "e-handel af samlet "
    "vareindkøb i 2023; de er ikke et landstal."
)


def intervaller(frame: pd.DataFrame) -> str:
    """The band with the highest and the one with the lowest rate on invoices, among invoices above 0."""
    positive = frame[~frame["beloebsinterval"].str.startswith(UDEN_KOEB)].dropna(subset=["grad_faktura"])
    graded = positive.sort_values("grad_faktura", ascending=False, kind="stable")
    if graded.empty:
        return INGEN
    if len(graded) == 1:
        return saetning(f"kun ét interval har fakturaer nok til at vise en grad, {_band(rows(graded)[0])}")
    graded, solid = baerende(graded)
    first, last = rows(graded)[0], rows(graded)[-1]
    if first["grad_faktura"] == last["grad_faktura"]:
        which = af(len(graded), len(graded), "interval", "intervaller")
        among = f" med {solid}" if solid else ", der kan vises"
        return saetning(f"e-handelsgraden er {pct(first['grad_faktura'])} i {which}{among}")
    among = (
        f"blandt intervaller med {solid} er e-handelsgraden højest" if solid else "højest er e-handelsgraden"
    )
    top = f"{among} i intervallet {_band(first)}"
    return saetning(top, f"lavest er den i intervallet {_band(last)}")


def _band(row: Row) -> str:
    counted = ud_af(row["fakturaer_e_handlet"], row["antal_fakturaer"])
    return f"»{row['beloebsinterval']}«: {pct(row['grad_faktura'])} ({counted})"


def mod_alle(frame: pd.DataFrame, alle: pd.DataFrame, kommune: str) -> str:
    """In how many bands the municipality is above all municipalities taken together."""
    both = frame[["beloebsinterval", "grad_faktura"]].merge(
        alle[["beloebsinterval", "grad_faktura"]],
        on="beloebsinterval",
        suffixes=("", "_alle"),
        validate="1:1",
    )
    both = both.dropna()
    if both.empty or both["grad_faktura"].equals(both["grad_faktura_alle"]):
        return "Leverancen rummer ikke andre kommuner at sammenligne intervallerne med."
    above = int((both["grad_faktura"] > both["grad_faktura_alle"]).sum())
    where = af(above, len(both), "interval", "intervaller")
    return saetning(f"{kommune} har højere e-handelsgrad end alle kommuner under ét i {where}")


def grupper(frame: pd.DataFrame) -> str:
    """The rate on small, on middle and on large invoices."""
    graded = frame.dropna(subset=["grad_faktura"])
    if graded.empty:
        return INGEN
    first, *more = rows(graded)
    others = [f"{'' if place else 'er det '}{_rate(row)}" for place, row in enumerate(more)]
    told = [f"af dem {_group(row)} {rate}" for row, rate in zip(more, others, strict=True)]
    counted = f"({_of(first)})"
    return saetning(
        f"af fakturaerne {_group(first)} er {pct(first['grad_faktura'])} e-handlet {counted}",
        ", og ".join(told),
    )


def _rate(row: Row) -> str:
    return f"{pct(row['grad_faktura'])} ({_of(row)})"


def _of(row: Row) -> str:
    return f"{text.antal(row['fakturaer_e_handlet'])} af {text.antal(row['antal_fakturaer'])}"


def _group(row: Row) -> str:
    name = str(row["beloebsgruppe"])
    return f"på {name[0].lower()}{name[1:]}"


def moenster(frame: pd.DataFrame) -> str:
    """Whether SKI's pattern, highest in the middle, holds here."""
    graded = frame.dropna(subset=["grad_faktura"])
    if len(graded) < 3:
        return "Ikke alle tre grupper har nok fakturaer til, at mønsteret kan sammenlignes med SKI's."
    small, middle, large = graded["grad_faktura"]
    if middle > small and middle > large:
        found = "mellem 250 og 5.000 kr. e-handles mest, som hos SKI's fire kommuner"
        return saetning(
            found, "" if _tydeligt(graded) else "forskellen er ikke større, end tilfældet kan give"
        )
    return (
        "Det er et andet billede end hos SKI's fire kommuner, hvor de mellemstore fakturaer e-handles mest."
    )


def mod_ski_intervaller(frame: pd.DataFrame) -> str:
    """Where SKI's four municipalities are highest, and where this one lies furthest below them."""
    both = frame.dropna(subset=["grad_faktura", "ski_grad"])
    both = both[both["antal_fakturaer"] >= FUND_MINDST]
    if both.empty:
        return "Ingen af beløbsintervallerne har fakturaer nok til at blive holdt op mod SKI's tal."
    peak = rows(both.sort_values("ski_grad", ascending=False, kind="stable"))[0]
    gap = both.assign(forskel=both["grad_faktura"] - both["ski_grad"])
    furthest = rows(gap.sort_values("forskel", kind="stable"))[0]
    top = (
        f"SKI's fire kommuner e-handler mest i intervallet »{peak['beloebsinterval']}« "
        f"({pct(peak['ski_grad'])}); her er det {pct(peak['grad_faktura'])}"
    )
    if furthest["forskel"] >= 0 or furthest["beloebsinterval"] == peak["beloebsinterval"]:
        return saetning(top)
    under = f"{pct(furthest['grad_faktura'])} mod {pct(furthest['ski_grad'])}"
    return saetning(top, f"længst under dem er intervallet »{furthest['beloebsinterval']}«: {under}")


def _tydeligt(graded: pd.DataFrame) -> bool:
    """
    Is the middle group's rate further above both others than chance can give?

    The difference's lower limit is Newcombe's, made of the groups' Wilson limits (1998, Statistics in
    Medicine 17).
    """
    small, middle, large = rows(graded)
    below = middle["grad_faktura"] - middle["grad_lav"]
    return all(
        middle["grad_faktura"] - other["grad_faktura"]
        > math.hypot(below, other["grad_hoej"] - other["grad_faktura"])
        for other in (small, large)
    )


def andele(frame: pd.DataFrame) -> str:
    """What the smallest and the largest invoices weigh in number and in money."""
    by = {row["beloebsgruppe"]: row for row in rows(frame)}
    small, large = rows(frame)[0], rows(frame)[-1]
    if len(by) < 2 or pd.isna(small["andel_fakturaer"]) or pd.isna(large["andel_fakturaer"]):
        return (
            "Fordelingen på små og store fakturaer kan ikke vises, fordi en af grupperne har for få "
            "fakturaer."
        )
    counts = frame["antal_fakturaer"]
    whole = "fakturaerne" if counts.isna().any() else f"de {fakturaer(int(counts.sum()))}"
    first = f"af {whole} med et beløb over nul er {pct(small['andel_fakturaer'])} {_group(small)}"
    most = f"{_group(large)} er {pct(large['andel_fakturaer'])}{_weight(large)}"
    return saetning(first + _weight(small), most if large["andel_fakturaer"] else f"ingen er {_group(large)}")


def _weight(row: Row) -> str:
    share: float = row["andel_omsaetning"]
    told = pd.notna(share) and row["andel_fakturaer"] > 0
    return f"; de står for {pct(share)} af omsætningen" if told else ""


def alt_intervaller(frame: pd.DataFrame, kommune: str) -> str:
    """The bands for a reader who cannot see them."""
    bars = (
        f"Tolv liggende søjler, én for hvert beløbsinterval: {kommune}s e-handelsgrad på faktura, med "
        "mærker for alle kommuner og for SKI's fire."
    )
    return saetning(bars, intervaller(frame))


def alt_andele(frame: pd.DataFrame) -> str:
    """The two shares for a reader who cannot see them."""
    bars = (
        "For hvert af de tolv beløbsintervaller en søjle mod venstre med andelen af fakturaerne og "
        "en mod højre med andelen af omsætningen."
    )
    graded = frame.dropna(subset=["andel_fakturaer", "andel_omsaetning"])
    if graded.empty:
        return f"{bars} Andelene kan ikke beregnes."
    many = rows(graded.sort_values("andel_fakturaer", kind="stable"))[-1]
    much = rows(graded.sort_values("andel_omsaetning", kind="stable"))[-1]
    return saetning(
        bars,
        f"flest fakturaer ligger i »{many['beloebsinterval']}« ({pct(many['andel_fakturaer'])})",
        f"mest omsætning i »{much['beloebsinterval']}« ({pct(much['andel_omsaetning'])})",
    )


def alt_grupper(frame: pd.DataFrame) -> str:
    """The three groups for a reader who cannot see them."""
    return saetning(
        "To søjler for hver af tre grupper af fakturaer: e-handlet andel af fakturaerne og af omsætningen",
        grupper(frame),
    )
