"""
What the chapter on units says.

Kinds are named, and the units where help pays most; how many others lie outside
the limits is told beside how many chance alone would put there.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import enheder, text
from ehandel_lib.sentences.fraser import fra_til, midt, pct, rows, saetning

INGEN = (
    f"Ingen slags enheder har mindst {enheder.MIN_ENHEDER} enheder med nok fakturaer, så enhederne kan ikke "
    "sammenlignes"
)

#: The same under the chapter's figures and tables, where the bottom line has said why.
FOR_FAA = "der er for få enheder af samme slags til at vise det"

#: The units where help pays most, as many as a plan can begin with.
FLEST_NAEVNT = 5

#: Columns of the tables of units, where they have other labels than the data dictionary's.
ENHEDSKOLONNER = {
    "grad_faktura": ("andel", "På faktura"),
    "grad_omsaetning": ("andel", "På omsætning"),
    "slags_median": ("andel", "Slagsens median"),
}


def enheder_samlet(per_enhed: pd.DataFrame) -> str:
    """
    The chapter's bottom line: how many units are compared, and how many lie outside the limits.

    Parameters
    ----------
    per_enhed : DataFrame
        `enheder.pr_enhed`.
    """
    compared = enheder.tragt(per_enhed)
    if compared.empty:
        return saetning(INGEN, _skjulte(per_enhed))
    low, high = (_antal(compared, *side) for side in (_UNDER, _OVER))
    chance = text.decimaltal(len(compared) * (1 - enheder.GRAENSE) / 2)
    return saetning(
        f"af de {_enheder(len(compared))}, der kan sammenlignes med andre af samme slags, ligger "
        f"{text.antal(low)} under og {text.antal(high)} over det, som tilfældet kan forklare",
        f"tilfældet alene ville give omkring {chance} i hver ende",
        _skjulte(per_enhed),
    )


_UNDER = (enheder.UNDER, enheder.TYDELIGT_UNDER)
_OVER = (enheder.OVER, enheder.TYDELIGT_OVER)


def _antal(compared: pd.DataFrame, *places: str) -> int:
    return int(compared["mod_slags"].isin(places).sum())


def _enheder(n: int) -> str:
    return text.tael(int(n), "enhed", "enheder")


def _skjulte(per_enhed: pd.DataFrame) -> str:
    """How many units are too small to be shown."""
    hidden = int(per_enhed["antal_fakturaer"].isna().sum())
    return f"ikke vist er {_enheder(hidden)} med for få fakturaer" if hidden else ""


def enheder_slags(kinds: pd.DataFrame) -> str:
    """Which kind has the lowest and the highest median, and where the units differ more than by chance."""
    if kinds.empty:
        return saetning(FOR_FAA)
    ranked = rows(kinds)
    ends = f"den midterste enhed e-handler {_median(ranked[0])}"
    if len(ranked) > 1:
        ends = f"lavest ligger {_navngivet(ranked[0])}, højest {_navngivet(ranked[-1])}"
    differs = (kinds["p"] < 1 - enheder.GRAENSE).fillna(False).astype("bool")
    apart, alike = ([midt(name) for name in kinds["enhedstype"][which]] for which in (differs, ~differs))
    differ = (
        f"forskellene er større, end tilfældet giver, inden for {text.opremsning(apart)}; dér ligger "
        "enhederne spredt, og en enhed uden for grænserne er ikke nødvendigvis en undtagelse"
    )
    same = f"inden for {text.opremsning(alike)} er de ikke"
    if not apart:
        differ = "inden for ingen slags er forskellene større, end tilfældet giver"
    return saetning(ends, differ, same if apart and alike else "")


def _median(row: dict) -> str:
    return f"{pct(row['median'])} af sine fakturaer (median, {_enheder(row['antal_enheder'])})"


def _navngivet(row: dict) -> str:
    return f"{midt(row['enhedstype'])} (median {pct(row['median'])} i {_enheder(row['antal_enheder'])})"


def enheder_tragt(compared: pd.DataFrame) -> str:
    """How many units lie outside the funnel's two limits, and how many chance alone would put there."""
    if compared.empty:
        return saetning(FOR_FAA)
    outside, far = (
        _antal(compared, *_UNDER, *_OVER),
        _antal(compared, enheder.TYDELIGT_UNDER, enheder.TYDELIGT_OVER),
    )
    expected = text.decimaltal(len(compared) * (1 - enheder.GRAENSE))
    rare = text.decimaltal(len(compared) * (1 - enheder.ALARM))
    return saetning(
        f"uden for 95 %-grænserne ligger {text.antal(outside)} af {_enheder(len(compared))}; tilfældet alene "
        f"ville sende omkring {expected} derud",
        f"uden for 99,8 %-grænserne ligger {text.antal(far) if far else 'ingen'} (ved tilfælde {rare})",
        "jo færre fakturaer en enhed har, jo længere skal den ligge fra de andre, før det siger noget",
    )


def enheder_hjaelp(units: pd.DataFrame, compared: pd.DataFrame) -> str:
    """
    What it would mean if the units below the limits reached the middle of their kind.

    Parameters
    ----------
    units, compared : DataFrame
        `enheder.hjaelp` and `enheder.tragt`.
    """
    if compared.empty:
        return saetning(FOR_FAA)
    if units.empty:
        return saetning(
            "ingen enhed ligger så langt under de andre af sin slags, at tilfældet ikke kan forklare det",
            "hjælp til en hel slags enheder rækker da længere end hjælp til en enkelt",
        )
    total = int(units["flere_e_handlede"].sum())
    more = text.tael(total, "faktura mere", "fakturaer mere")
    one = len(units) == 1
    who = "nåede den ene enhed" if one else f"nåede de {text.antal(len(units))} enheder"
    kind = "sin slags" if one else "deres slags"
    return saetning(
        f"{who} under grænsen den midterste af {kind}, ville {more} om året være e-handlet",
        "det siger, hvor et besøg kan hjælpe flest køb, og ikke, hvem der gør det dårligt",
    )


def enheder_bevaegelser(moved: pd.DataFrame, aar: int) -> str:
    """How many units rose and fell since the year before, and which of them clearly."""
    if moved.empty:
        return saetning(f"ingen enhed har nok fakturaer i både {aar - 1} og {aar} til at vise en udvikling")
    up, down = int((moved["aendring"] > 0).sum()), int((moved["aendring"] < 0).sum())
    told = saetning(
        f"fra {aar - 1} til {aar} steg e-handelsgraden på faktura i {text.antal(up)} og faldt i "
        f"{text.antal(down)} af {_enheder(len(moved))}"
    )
    clear = [
        f"{row['enhed_navn']} ({fra_til(row['grad_foer'], row['grad'])})"
        for row in rows(moved[moved["tydelig"]])
    ]
    if not clear:
        return saetning(told, "ingen enkelt enheds ændring er større, end tilfældet kan give")
    return saetning(told, f"større, end tilfældet giver, er ændringen for {text.opremsning(clear)}")


def alt_enheder(compared: pd.DataFrame, kinds: pd.DataFrame) -> str:
    """The dots for a reader who cannot see them."""
    if kinds.empty:
        return saetning(FOR_FAA)
    spread = [
        f"{midt(row['enhedstype'])} går fra {pct(row['mindste'])} til {pct(row['stoerste'])}, "
        f"median {pct(row['median'])}"
        for row in rows(kinds)
    ]
    return saetning(
        "en række for hver slags enheder med et punkt for hver enheds e-handelsgrad på faktura",
        "medianen og den midterste halvdel er markeret",
        "enheder uden for tilfældets grænser har et andet tegn",
        *spread,
        f"{text.antal(_antal(compared, *_UNDER))} ligger under og {text.antal(_antal(compared, *_OVER))} "
        "over grænserne",
    )


def alt_tragt(compared: pd.DataFrame) -> str:
    """The funnels for a reader who cannot see them."""
    if compared.empty:
        return saetning(FOR_FAA)
    return saetning(
        "en tragt for hver slags enheder: vandret antal fakturaer, lodret e-handelsgrad på faktura",
        "grænserne står langt fra hinanden ved få fakturaer og nærmer sig slagsens grad ved mange",
        enheder_tragt(compared),
    )
