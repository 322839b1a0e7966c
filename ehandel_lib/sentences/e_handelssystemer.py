"""
What the chapter on e-procurement systems says.

The conclusion follows from a test, and the test is explained where it stands:
a reader who has never heard of Kruskal-Wallis should know what it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ehandel_lib import reference, schema, text
from ehandel_lib.compare import MIN_KOMMUNER
from ehandel_lib.sentences.fraser import Row, pct, rows, saetning

if TYPE_CHECKING:
    from ehandel_lib.compare import SystemProeve

ALENE = "Leverancen rummer kun én kommune med tal, så e-handelssystemerne kan ikke sammenlignes."

#: Customary limits for a share of explained variance: below the first it is small, above the second large.
#: Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 8 (.01, .06, .14).
LILLE_UNDER, STOR_FRA = 0.06, 0.14


def systemer(frame: pd.DataFrame) -> str:
    """Which systems have the highest and the lowest mean, each with its number of municipalities."""
    graded = frame.dropna(subset=["gennemsnit"]).sort_values("gennemsnit", ascending=False, kind="stable")
    if graded.empty or graded["antal_kommuner"].sum() < 2:
        return ALENE
    if len(graded) == 1:
        only = _navngivet(rows(graded)[0])
        return saetning(f"alle kommuner står med {only}, så der er ikke flere systemer at sammenligne")
    known = graded[graded["system_kode"] != schema.UKENDT_SYSTEM]
    enough = known["antal_kommuner"] >= MIN_KOMMUNER
    return saetning(_ends(rows(known[enough])), _few(rows(known[~enough])))


def _navngivet(row: Row) -> str:
    return f"{row['system_navn']} ({pct(row['gennemsnit'])}, {_kommuner(row['antal_kommuner'])})"


def _ends(ranked: list[Row]) -> str:
    """The highest and the lowest mean among the systems that enough municipalities use."""
    if not ranked:
        return f"intet kendt system bruges af mindst {_kommuner(MIN_KOMMUNER)}"
    if len(ranked) == 1:
        return f"kun {_navngivet(ranked[0])} bruges af mindst {_kommuner(MIN_KOMMUNER)}"
    ends = f"{_navngivet(ranked[0])} det højeste gennemsnit og {_navngivet(ranked[-1])} det laveste"
    return f"af systemer med mindst {_kommuner(MIN_KOMMUNER)} har {ends}"


def _few(alone: list[Row]) -> str:
    """The systems that so few municipalities use that the mean is not the system's."""
    if not alone:
        return ""
    named = text.opremsning([_navngivet(row) for row in alone])
    return f"{named} bruges af så få kommuner, at tallet siger mere om dem end om systemet"


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
    return f"blev kommunerne fordelt tilfældigt på systemerne, ville så store forskelle opstå {cases}"


def _effect(result: SystemProeve) -> str:
    """What the effect size says in words; its number stands with the test's (`proevens_grundlag`)."""
    if not result.tydelig:
        return "hvilket system en kommune bruger, siger altså ikke noget sikkert om, hvor meget den e-handler"
    epsilon2 = result.epsilon2 or 0.0
    size = "lidt" if epsilon2 < LILLE_UNDER else "noget" if epsilon2 < STOR_FRA else "meget"
    return f"hvilket system en kommune bruger, siger {size} om, hvor meget den e-handler, men ikke hvorfor"


def proevens_grundlag(result: SystemProeve) -> str:
    """What was tested: how much the system tells beside chance, the numbers, and what was left out."""
    if result.p is None:
        return "Prøven er ikke lavet: Den kræver mindst to systemer, som hver bruges af mindst tre kommuner."
    tested = (
        f"prøven omfatter {_kommuner(result.antal_kommuner)} fordelt på "
        f"{text.tael(len(result.systemer), 'system', 'systemer')}"
    )
    return saetning(tested, _explained(result), _outside(result))


def _outside(result: SystemProeve) -> str:
    """Which systems are not in the test, and why."""
    names = reference.table("systemer").set_index("system_kode")["system_navn"]
    few = [str(names.get(code, code)) for code in result.udeladte if code != schema.UKENDT_SYSTEM]
    rare = f"{text.opremsning(few)}, som færre end {_kommuner(MIN_KOMMUNER)} bruger" if few else ""
    unknown = "kommuner, hvis system ikke kendes" if schema.UKENDT_SYSTEM in result.udeladte else ""
    left = ", og ".join(filter(None, [rare, unknown]))
    return f"ikke med er {left}" if left else ""


def _explained(result: SystemProeve) -> str:
    """
    How much of the difference between municipalities the system explains, with the test's own numbers.

    Beside the effect size stands the one that chance alone gives on average: (k - 1) / (n - 1).
    """
    if result.h is None or result.p is None or result.p_permutation is None or result.epsilon2 is None:
        return ""
    by_chance = (len(result.systemer) - 1) / (result.antal_kommuner - 1)
    numbers = (
        f"Kruskal-Wallis: H = {text.decimaltal(result.h, 2)}; {_p(result.p)} efter χ²-fordelingen og "
        f"{_p(result.p_permutation)} efter ombytning; ε² = {text.decimaltal(result.epsilon2, 2)}"
    )
    return (
        f"systemet forklarer {pct(result.epsilon2)} af forskellen mellem kommunerne; tilfældet alene giver "
        f"{pct(by_chance)} i gennemsnit ({numbers})"
    )


def _p(value: float) -> str:
    """
    A p-value: never nought, for no test can tell that.

    Examples
    --------
    >>> _p(0.73), _p(0.004)
    ('p = 0,73', 'p < 0,01')
    """
    return f"p = {text.decimaltal(value, 2)}" if value >= 0.01 else "p < 0,01"


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
        return saetning(f"{kommune} har ingen e-handelsgrad på køb på aftale, der kan vises")
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
    """Which systems the highest and the lowest municipalities use, and which both (`compare.top_bund`)."""
    if top.empty or bund.empty:
        return ALENE
    known = [part[part["system_kode"] != schema.UKENDT_SYSTEM] for part in (top, bund)]
    both = sorted(set(known[0]["system_navn"]) & set(known[1]["system_navn"]))
    ends = (
        f"de {text.antal(len(top))} kommuner med de højeste grader og blandt de {text.antal(len(bund))} med "
        "de laveste"
    )
    again = f"{text.opremsning(both)} findes" if both else "ingen af systemerne går igen"
    said = f"{again} både blandt {ends}" if both else f"{again} blandt både {ends}"
    counted = [_counted(part) for part in known]
    return saetning(said, f"i toppen er {counted[0]}; i bunden {counted[1]}" if all(counted) else "")


def _counted(part: pd.DataFrame) -> str:
    """How many municipalities use each system, the most used first."""
    counts = part.groupby("system_navn").size().reset_index(name="antal")
    order = counts.sort_values(["antal", "system_navn"], ascending=[False, True])
    return text.opremsning([f"{row['system_navn']} ({text.antal(row['antal'])})" for row in rows(order)])


def alt_systemer(frame: pd.DataFrame, kommune: str = "") -> str:
    """The dots for a reader who cannot see them."""
    if frame.empty:
        return systemer(frame)
    dots = (
        "En række for hvert e-handelssystem med et punkt for hver kommunes e-handelsgrad og en streg "
        "ved gennemsnittet." + (f" {kommune} er fremhævet." if kommune else "")
    )
    graded = frame.dropna(subset=["mindste", "stoerste"])
    spread = [
        f"{row['system_navn']} går fra {pct(row['mindste'])} til {pct(row['stoerste'])}"
        for row in rows(graded)
        if row["antal_kommuner"] > 1
    ]
    return saetning(dots, systemer(frame), *spread)


def alt_antal(frame: pd.DataFrame) -> str:
    """The numbers of municipalities for a reader who cannot see them."""
    if frame.empty:
        return antal(frame)
    named = [f"{row['system_navn']} {text.antal(row['antal_kommuner'])}" for row in rows(frame)]
    return saetning("liggende søjler med antal kommuner for hvert system", text.opremsning(named))
