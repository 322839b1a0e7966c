"""
What is said of the municipality's change beside the others'.

The difference itself stands in the sentence, for that is what municipalities are ranked by.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import rates, text
from ehandel_lib.fremgang import Aarsag
from ehandel_lib.sentences.fraser import FUND_MINDST, LILLE_GRUNDLAG, Row, rows, saetning

#: Columns of the table behind the figure, where they have other kinds or labels than the data dictionary's.
FREMGANGSKOLONNER = {
    "nedre_kvartil": ("point", "Nedre kvartil"),
    "median": ("point", "Midterste"),
    "oevre_kvartil": ("point", "Øvre kvartil"),
}


def fremgang(frem: pd.DataFrame, aarsag: Aarsag | None, aar: int) -> str:
    """
    How far the rates went, what the others' did, and why where nothing can be said.

    Parameters
    ----------
    frem : DataFrame
        `fremgang.fremgang`.
    aarsag : str, optional
        `fremgang.aarsag`.
    aar : int
        The year.
    """
    if frem.empty:
        return saetning(
            f"{_hvorfor(aarsag, aar)}, så det kan ikke ses, om kommunen er gået mere frem end de andre"
        )
    if frem["antal_mindst"].min() < FUND_MINDST:
        return saetning(LILLE_GRUNDLAG)
    first, *more = rows(frem)
    others = _andre(first)
    rose = f"den steg i {text.antal(first['antal_steget'])} af de {text.antal(others)}" if others > 1 else ""
    return saetning(_maal(first), rose, *map(_maal, more))


def _hvorfor(aarsag: Aarsag | None, aar: int) -> str:
    least = f"mindst {text.tael(rates.MIN_FAKTURAER, 'faktura', 'fakturaer')}"
    if aarsag == "intet år før":
        return f"leverancen rummer ingen fakturaer fra {aar - 1}"
    if aarsag == "ingen andre":
        return f"ingen anden kommune i leverancen har {least} i både {aar - 1} og {aar}"
    return f"kommunen har ikke {least}, der kan vises, i både {aar - 1} og {aar}"


def _maal(row: Row) -> str:
    """One measure: its own change, how many did better or less well, and the middle one."""
    went = _gik(row["aendring"])
    own = f"graden på {row['maalt_paa']} {went}{_blandt(row, went.split()[0])}"
    return f"{own}; den midterste {_gik(row['median'], enhed=False)}" if _andre(row) > 1 else own


def _gik(change: float, *, enhed: bool = True) -> str:
    """A change as verb and size: "steg 5,4 procentpoint"."""
    size = text.procenttal(abs(change), 1)
    if size == "0,0":
        return "var uændret"
    return f"{'steg' if change > 0 else 'faldt'} {text.point(change) if enhed else size}"


def _andre(row: Row) -> int:
    return int(row["antal_kommuner"]) - 1


def blandt_andre(frem: pd.DataFrame, verb: str) -> str:
    """
    What follows the change in the rate on invoices in a sentence; nothing where nothing can be claimed.

    Parameters
    ----------
    frem : DataFrame
        `fremgang.fremgang`.
    verb : str
        How the rate went there: "steg", "faldt" or "var" (`fraser.gik`).
    """
    row = next((row for row in rows(frem) if row["maalt_paa"] == "faktura"), None)
    return "" if row is None or row["antal_mindst"] < FUND_MINDST else _blandt(row, verb)


def _blandt(row: Row, verb: str) -> str:
    """How many of the others rose less, or after a fall, did better."""
    others, less, better = _andre(row), int(row["antal_lavere"]), int(row["placering"]) - 1
    if verb == "steg":
        one = "den anden kommune" if others == 1 else f"nogen af de {text.antal(others)} andre kommuner"
        return f", mere end i {_af(less, others)}" if less else f", men ikke mere end i {one}"
    if others == 1:
        return (
            f", {'og' if better else 'men'} den anden kommune udviklede sig {'' if better else 'ikke '}bedre"
        )
    return f", {'og' if better else 'men'} {_af(better, others)} udviklede sig bedre"


def _af(part: int, others: int) -> str:
    """
    Some of the others.

    Examples
    --------
    >>> _af(0, 97), _af(1, 97)
    ('ingen af de 97 andre kommuner', '1 af de 97 andre kommuner')
    >>> _af(97, 97), _af(1, 1)
    ('alle 97 andre kommuner', 'den anden kommune')
    """
    if others == 1:
        return "den anden kommune"
    if part == others:
        return f"alle {text.antal(others)} andre kommuner"
    return f"{text.antal(part) if part else 'ingen'} af de {text.antal(others)} andre kommuner"


def alt_fremgang(frem: pd.DataFrame, aarsag: Aarsag | None, aar: int, kommune: str) -> str:
    """What the strokes show: the rank on each measure, and what the sentence says."""
    if frem.empty:
        return fremgang(frem, aarsag, aar)
    ranks = [
        f"på {row['maalt_paa']} er den nr. {text.antal(row['placering'])} af {text.antal(_andre(row) + 1)}"
        for row in rows(frem)
    ]
    return saetning(
        f"en streg for hver kommunes ændring fra {aar - 1} til {aar} og en prik for {kommune}",
        text.opremsning(ranks),
        fremgang(frem, aarsag, aar),
    )
