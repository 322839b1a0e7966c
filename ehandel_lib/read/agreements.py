"""
What `kilde.toml` says of agreements: the category of their goods, and when they begin and end.

`"50.40" = "Computere og it-tilbehør"` is enough; with dates it is
`"50.40" = { varekategori = "…", start = 2021-01-01, slut = 2024-12-31 }`, where each part may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from ehandel_lib.errors import suggestion

#: What may be said of an agreement.
FELTER = ("varekategori", "start", "slut")


class Periode(NamedTuple):
    """When an agreement begins and ends, both days included; None where it is not said."""

    start: date | None
    slut: date | None


def read_agreements(
    section: Mapping[str, Any], problems: list[str]
) -> tuple[dict[str, str], dict[str, Periode]]:
    """
    The categories and the periods of the section `[aftaler]`, by agreement; what is wrong goes to `problems`.

    Examples
    --------
    >>> wrong: list[str] = []
    >>> read_agreements({"A": "Bleer", "B": {"slut": date(2024, 6, 30)}, "C": 7}, wrong)
    ({'A': 'Bleer'}, {'B': Periode(start=None, slut=datetime.date(2024, 6, 30))})
    >>> wrong
    ['[aftaler] "C" skal have en varekategori i anførselstegn']
    """
    categories, periods = {}, {}
    for number, said in section.items():
        known = said if isinstance(said, dict) else {"varekategori": said}
        faults = _faults(number.strip(), known)
        problems.extend(faults)
        if not faults and "varekategori" in known:
            categories[number.strip()] = known["varekategori"].strip()
        if not faults and {"start", "slut"} & set(known):
            periods[number.strip()] = Periode(known.get("start"), known.get("slut"))
    return categories, periods


def _faults(number: str, known: Mapping[str, Any]) -> list[str]:
    """What is wrong with what is said of one agreement."""
    where = f'[aftaler] "{number}"'
    faults = [f"{where}: {key} kendes ikke.{suggestion(key, FELTER)}" for key in known if key not in FELTER]
    category = known.get("varekategori", "-")
    if not isinstance(category, str) or not category.strip():
        faults.append(f"{where} skal have en varekategori i anførselstegn")
    dates = [known[key] for key in ("start", "slut") if key in known]
    if any(not isinstance(day, date) or isinstance(day, datetime) for day in dates):
        faults.append(f"{where}: start og slut skal være datoer som 2024-06-30, uden anførselstegn")
    elif len(dates) == 2 and dates[0] > dates[1]:
        faults.append(f"{where}: slut ligger før start")
    return faults
