"""
What the chapter on e-procurement systems says.

The conclusion follows from a test, and the test is explained where it stands:
a reader who has never heard of Kruskal-Wallis should know what it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ehandel_lib import reference, schema, text
from ehandel_lib.sentences.fraser import pct, rows, saetning

if TYPE_CHECKING:
    from ehandel_lib.compare import SystemProeve

ALENE = "Leverancen rummer kun én kommune med tal, så e-handelssystemerne kan ikke sammenlignes."

#: Customary limits for a share of explained variance: below the first it is small, above the second large.
#: Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 8 (.01, .06, .14).
LILLE_UNDER, STOR_FRA = 0.06, 0.14

#: The mean of so few municipalities is told with a warning.
FAA_KOMMUNER = 5


def systemer(frame: pd.DataFrame) -> str:
    """Which systems have the highest and the lowest mean, each with its number of municipalities."""
    graded = frame.dropna(subset=["gennemsnit"]).sort_values("gennemsnit", ascending=False, kind="stable")
    if graded.empty or graded["antal_kommuner"].sum() < 2:
        return ALENE
    named = [
        f"{row['system_navn']} ({pct(row['gennemsnit'])}, {_kommuner(row['antal_kommuner'])})"
        for row in rows(graded)
    ]
    if len(named) == 1:
        return saetning(f"alle kommuner står med {named[0]}, så der er ikke flere systemer at sammenligne")
    return saetning(f"højest gennemsnit har {named[0]}, lavest har {named[-1]}", _alone(graded))


def _alone(graded: pd.DataFrame) -> str:
    """Which systems have so few municipalities that the mean is not the system's."""
    few = graded[graded["antal_kommuner"] < FAA_KOMMUNER]
    if few.empty:
        return ""
    return (
        f"{text.opremsning(list(few['system_navn']))} bruges af så få kommuner, at tallet siger mere "
        "om kommunen end om systemet"
    )


def _kommuner(antal: int) -> str:
    return text.tael(int(antal), "kommune", "kommuner")


def antal(frame: pd.DataFrame) -> str:
    """Which system most municipalities use."""
    if frame.empty:
        return "Leverancen siger ikke, hvilket e-handelssystem kommunerne bruger."
    ranked = rows(frame.sort_values(["antal_kommuner", "system_navn"], ascending=[False, True]))
    most, total = ranked[0], int(frame["antal_kommuner"].sum())
    return saetning(
        f"flest kommuner bruger {most['system_navn']}: {text.antal(most['antal_kommuner'])} af "
        f"{_kommuner(total)}"
    )


def proeve(result: SystemProeve) -> str:
    """
    The conclusion on systems: what the test found, its numbers, and what they mean.

    Parameters
    ----------
    result : SystemProeve
        `compare.proeve`.
    """
    if result.p_permutation is None or result.epsilon2 is None:
        return (
            "Der er for få kommuner med kendt system til at afgøre, om e-handelsgraden hænger sammen "
            "med systemet."
        )
    found = "en tydelig" if result.tydelig else "ingen tydelig"
    return saetning(
        f"der er {found} sammenhæng mellem kommunernes e-handelsgrad og deres e-handelssystem",
        _chance(result.p_permutation),
        _effect(result),
    )


def _chance(p: float) -> str:
    """What the p-value says, in cases out of a hundred."""
    cases = f"i {text.antal(p * 100)} af 100 tilfælde" if p >= 0.01 else "i færre end 1 af 100 tilfælde"
    number = f"p = {text.decimaltal(p, 2)}" if p >= 0.01 else "p < 0,01"
    return (
        "blev kommunerne fordelt tilfældigt på systemerne, ville forskelle så store som disse opstå "
        f"{cases} ({number})"
    )


def _effect(result: SystemProeve) -> str:
    """What the effect size says, beside the one that chance alone gives on average: (k - 1) / (n - 1)."""
    epsilon2 = result.epsilon2 or 0.0
    by_chance = (len(result.systemer) - 1) / (result.antal_kommuner - 1)
    number = (
        f"{pct(epsilon2)} af variationen i kommunernes rækkefølge (effektstørrelsen ε² = "
        f"{text.decimaltal(epsilon2, 2)})"
    )
    if not result.tydelig:
        return f"forskellene svarer til {number}; tilfældet alene giver i gennemsnit {pct(by_chance)}"
    size = "lidt" if epsilon2 < LILLE_UNDER else "noget" if epsilon2 < STOR_FRA else "meget"
    return f"systemet siger {size} om graden: det svarer til {number}"


def proevens_grundlag(result: SystemProeve) -> str:
    """What was tested: how many municipalities, which systems, and which were left out."""
    if result.p is None:
        return "Prøven er ikke lavet: Den kræver mindst to systemer, som hver bruges af mindst tre kommuner."
    tested = (
        f"prøven (Kruskal-Wallis, med p-værdi fra ombytning) omfatter {_kommuner(result.antal_kommuner)} "
        f"fordelt på {text.tael(len(result.systemer), 'system', 'systemer')}"
    )
    statistic = _statistic(result)
    if not result.udeladte:
        return saetning(tested, statistic)
    names = reference.table("systemer").set_index("system_kode")["system_navn"]
    left = text.opremsning([str(names.get(code, code)) for code in result.udeladte])
    outside = f"uden for prøven står {left}: systemet kendes ikke eller bruges af for få kommuner"
    return saetning(tested, statistic, outside)


def _statistic(result: SystemProeve) -> str:
    """The test's own numbers, for a reader who wants to check them."""
    if result.h is None or result.p is None or result.p_permutation is None:
        return ""
    by_table = f"p efter χ²-fordelingen = {text.decimaltal(result.p, 2)}"
    return (
        f"H = {text.decimaltal(result.h, 2)}, {by_table}, p efter ombytning = "
        f"{text.decimaltal(result.p_permutation, 2)}"
    )


def egen(kommuner: pd.DataFrame, kommune_kode: str, kommune: str, *, maal: str = "grad_omsaetning") -> str:
    """
    Where the municipality stands among those with the same system.

    Parameters
    ----------
    kommuner : DataFrame
        One row per municipality: ``kommune_kode``, ``system_kode``, ``system_navn`` and the rate.
    kommune_kode, kommune : str
        The municipality.
    """
    own = kommuner[kommuner["kommune_kode"] == kommune_kode].dropna(subset=[maal])
    if own.empty:
        return saetning(f"{kommune} har ingen e-handelsgrad, der kan vises")
    me = rows(own)[0]
    if me["system_kode"] == schema.UKENDT_SYSTEM:
        return saetning(f"det er ikke oplyst, hvilket e-handelssystem {kommune} bruger")
    same = kommuner[kommuner["system_kode"] == me["system_kode"]].dropna(subset=[maal])
    if len(same) < 2:
        return saetning(f"{kommune} er den eneste kommune i leverancen, der bruger {me['system_navn']}")
    place = 1 + int((same[maal] > me[maal]).sum())
    own_rate, mean = (
        f"{text.procenttal(share, 1)}{text.NBSP}pct." for share in (me[maal], same[maal].mean())
    )
    return saetning(
        f"{kommune} er nr. {text.antal(place)} af de {_kommuner(len(same))}, der bruger {me['system_navn']}: "
        f"{own_rate} mod {mean} i gennemsnit"
    )


def top_bund(top: pd.DataFrame, bund: pd.DataFrame) -> str:
    """Which systems occur among both the highest and the lowest municipalities (`compare.top_bund`)."""
    if top.empty or bund.empty:
        return ALENE
    known = [set(part["system_navn"][part["system_kode"] != schema.UKENDT_SYSTEM]) for part in (top, bund)]
    both = sorted(known[0] & known[1])
    ends = (
        f"de {text.antal(len(top))} kommuner med de højeste grader og de {text.antal(len(bund))} med "
        "de laveste"
    )
    if not both:
        return saetning(f"ingen af systemerne går igen hos både {ends}")
    return saetning(f"{text.opremsning(both)} bruges både af {ends}")


def alt_systemer(frame: pd.DataFrame, kommune: str = "") -> str:
    """The dots for a reader who cannot see them."""
    if frame.empty:
        return systemer(frame)
    dots = (
        "En række for hvert e-handelssystem med et punkt for hver kommunes e-handelsgrad og en streg "
        "ved gennemsnittet" + (f"; {kommune} er fremhævet." if kommune else ".")
    )
    graded = frame.dropna(subset=["mindste", "stoerste"])
    spread = [
        f"{row['system_navn']}: fra {pct(row['mindste'])} til {pct(row['stoerste'])}"
        for row in rows(graded)
        if row["antal_kommuner"] > 1
    ]
    return saetning(dots, systemer(frame), "spredningen er " + "; ".join(spread) if spread else "")


def alt_antal(frame: pd.DataFrame) -> str:
    """The numbers of municipalities for a reader who cannot see them."""
    if frame.empty:
        return antal(frame)
    named = [f"{row['system_navn']} {text.antal(row['antal_kommuner'])}" for row in rows(frame)]
    return saetning("liggende søjler med antal kommuner for hvert system", text.opremsning(named))
