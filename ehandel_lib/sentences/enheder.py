"""
What the chapter on units says.

Kinds are named, and the units where help pays most; how many others lie outside
the limits is told beside how many are expected there where no unit is an exception.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import enheder, text
from ehandel_lib.sentences.fraser import fra_til, pct, rows, saetning, slags

INGEN = (
    f"Ingen slags enheder har mindst {enheder.MIN_ENHEDER} enheder med nok fakturaer, så enhederne kan ikke "
    "sammenlignes"
)

#: The same under the chapter's figures and tables, where the bottom line has said why.
FOR_FAA = "der er for få enheder af samme slags til at vise det"

#: The units where help pays most, as many as a plan can begin with.
FLEST_NAEVNT = 5

#: So many of the units that have moved stand in the short table.
FLEST_FLYTTET = 8

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
    expected = text.decimaltal(len(compared) * (1 - enheder.GRAENSE) / 2)
    return saetning(
        f"af de {_enheder(len(compared))}, der kan sammenlignes med andre af samme slags, ligger "
        f"{_ingen(low)} under og {_ingen(high)} over det, som er ventet for slagsen",
        f"skilte ingen enhed sig ud, ville det være højst omkring {expected} i hver ende",
        _skjulte(per_enhed),
    )


_UNDER = (enheder.UNDER, enheder.TYDELIGT_UNDER)
_OVER = (enheder.OVER, enheder.TYDELIGT_OVER)


def _antal(compared: pd.DataFrame, *places: str) -> int:
    return int(compared["mod_slags"].isin(places).sum())


def _ingen(n: int) -> str:
    return text.antal(n) if n else "ingen"


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
    differs = (kinds["p"] < enheder.SPREDT).fillna(False).astype("bool")
    wide = (kinds["slags_spredning"] > 0).fillna(False).astype("bool")
    apart, single, alike = (
        text.opremsning([slags(name) for name in kinds["enhedstype"][which]])
        for which in (wide, differs & ~wide, ~differs)
    )
    if not differs.any():
        alike = "enheder af samme slags"
    return saetning(
        ends,
        f"mellem {apart} er forskellene større, end tilfældet giver, og grænserne er gjort så meget bredere, "
        "at en enhed udenfor også er usædvanlig blandt dem"
        if apart
        else "",
        f"blandt {single} er det kun de yderste enheder, der skiller sig ud" if single else "",
        f"mellem {alike} er forskellene ikke større, end tilfældet giver" if alike else "",
    )


def _median(row: dict) -> str:
    return f"{pct(row['median'])} af sine fakturaer (median, {_enheder(row['antal_enheder'])})"


def _navngivet(row: dict) -> str:
    return f"{slags(row['enhedstype'])} (median {pct(row['median'])} i {_enheder(row['antal_enheder'])})"


def enheder_tragt(compared: pd.DataFrame) -> str:
    """How many units lie outside the funnel's two limits, and how many are expected there."""
    if compared.empty:
        return saetning(FOR_FAA)
    outside, far = (
        _antal(compared, *_UNDER, *_OVER),
        _antal(compared, enheder.TYDELIGT_UNDER, enheder.TYDELIGT_OVER),
    )
    expected = text.decimaltal(len(compared) * (1 - enheder.GRAENSE))
    rare = text.decimaltal(len(compared) * (1 - enheder.ALARM))
    return saetning(
        f"uden for 95 %-grænserne ligger {_ingen(outside)} af {_enheder(len(compared))}, hvor højst "
        f"omkring {expected} er ventet, selv om ingen skiller sig ud",
        f"uden for 99,8 %-grænserne ligger {_ingen(far)} (ventet højst {rare})",
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
            "ingen enhed ligger længere under de andre af sin slags, end det er ventet",
            "hjælp til en hel slags enheder rækker da længere end hjælp til en enkelt",
        )
    total = int(units["flere_e_handlede"].sum())
    more = text.tael(total, "faktura", "fakturaer")
    one = len(units) == 1
    who = "nåede den ene enhed" if one else f"nåede de {text.antal(len(units))} enheder"
    kind = "sin slags" if one else "deres slags"
    return saetning(
        f"{who} under grænsen den midterste af {kind}, ville yderligere {more} om året være e-handlet",
        "det siger, hvor et besøg kan hjælpe flest køb, og ikke, hvem der gør det dårligt",
    )


def enheder_bevaegelser(moved: pd.DataFrame, aar: int, compared: pd.DataFrame) -> str:
    """
    How many units rose and fell since the year before, and which of them clearly.

    Parameters
    ----------
    moved, compared : DataFrame
        `enheder.bevaegelser`, and `enheder.tragt`: the units that the chapter has counted before.
    """
    if moved.empty:
        return saetning(f"ingen enhed har nok fakturaer i både {aar - 1} og {aar} til at vise en udvikling")
    up, down = int((moved["aendring"] > 0).sum()), int((moved["aendring"] < 0).sum())
    told = saetning(
        f"fra {aar - 1} til {aar} steg e-handelsgraden på faktura i {_ingen(up)} og faldt i "
        f"{_ingen(down)} af {_enheder(len(moved))} med mindst fem fakturaer begge år",
        _andre_enheder(moved, compared),
    )
    clear = [
        f"{row['enhed_navn']} ({fra_til(row['grad_foer'], row['grad'])})"
        for row in rows(moved[moved["tydelig"]])
    ]
    if not clear:
        return saetning(told, "ingen enkelt enheds ændring er større, end tilfældet kan give")
    return saetning(told, f"ændringen er større, end tilfældet giver, for {text.opremsning(clear)}")


def _andre_enheder(moved: pd.DataFrame, compared: pd.DataFrame) -> str:
    """Why these units are not as many as those that were compared before."""
    more = int((~moved["enhed_id"].isin(compared["enhed_id"])).sum())
    fewer = int((~compared["enhed_id"].isin(moved["enhed_id"])).sum())
    alone = f"{text.antal(more)} af dem kan ikke sammenlignes med andre af samme slags" if more else ""
    new = f"{text.antal(fewer)} af de {text.antal(len(compared))} havde for få året før" if fewer else ""
    return "; ".join(part for part in (alone, new) if part)


def alt_enheder(compared: pd.DataFrame, kinds: pd.DataFrame) -> str:
    """The dots for a reader who cannot see them."""
    if kinds.empty:
        return saetning(FOR_FAA)
    spread = [
        f"{slags(row['enhedstype'])} går fra {pct(row['mindste'])} til {pct(row['stoerste'])}, "
        f"median {pct(row['median'])}"
        for row in rows(kinds)
    ]
    return saetning(
        "en række for hver slags enheder med et punkt for hver enheds e-handelsgrad på faktura",
        "medianen og den midterste halvdel er markeret",
        "enheder uden for grænserne har et andet tegn",
        *spread,
        f"{_ingen(_antal(compared, *_UNDER))} ligger under og {_ingen(_antal(compared, *_OVER))} "
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
