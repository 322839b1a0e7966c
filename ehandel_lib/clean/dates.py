"""
Dates: text → calendar day.

"2023-03-02", "02.03.2023", "2/3-23", "20230302", "45000" (Excel) and "2023-03"
each say what they are, save that "02/03/2023" may be in March or in February.
That is never guessed for one value: both readings are given, and the column decides.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

#: Dates outside these years are slips: no delivery is older than e-invoicing itself, or of another century.
AAR = range(1990, 2100)

#: Excel's day 0, as its own leap-year slip makes it for all days after 28 February 1900.
EXCEL_NUL = date(1899, 12, 30)

MAANEDER = {
    name[:3]: n
    for n, names in enumerate(
        ("januar january", "februar", "marts", "april", "maj may", "juni", "juli", "august", "september",
         "oktober october", "november", "december"), 1)
    for name in names.split()
}  # fmt: skip

_TID = re.compile(r"[ T]+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[.,]\d+)?\s*(?:Z|[AaPp][Mm]|[+-]\d{2}:?\d{2})?$")
_KLOKKESLAET = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?")
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_CIFRE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:\.0+)?")
_MAANED = re.compile(r"(\d{4})[-/.](\d{1,2})")
_TRE = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4}|\d{2})")
_NAVN = re.compile(r"(?:(\d{1,2})[-/. ]+)?([a-z]{3,9})[-/., ]+(\d{4}|\d{2})")
_EXCEL = re.compile(r"(\d{5})(?:[.,]\d+)?")


class Dato(NamedTuple):
    """Both readings of a date, day first and month first, and why it has none."""

    dag: date | None
    maaned: date | None
    aarsag: str | None = None


def parse_date(text: str) -> Dato:
    """
    The readings of a date: the same twice if there is no doubt, one missing if only the other is possible.

    A month without a day is its last day, since that is how far its rows reach.

    Examples
    --------
    >>> parse_date("02.03.2023 00:00:00")
    Dato(dag=datetime.date(2023, 3, 2), maaned=datetime.date(2023, 2, 3), aarsag=None)
    >>> parse_date("31-01-23").maaned is None, parse_date("45000").dag, parse_date("2023-02").dag
    (True, datetime.date(2023, 3, 15), datetime.date(2023, 2, 28))
    >>> parse_date("31.02.2023").aarsag, parse_date("00:00:00").aarsag
    ('datoen findes ikke', 'et klokkeslæt uden dato')
    """
    text = text.strip()
    if _KLOKKESLAET.fullmatch(text):
        return Dato(None, None, "et klokkeslæt uden dato")
    text = _TID.sub("", text).lower()
    day, month, known = _readings(text)
    day, month = (d if d and d.year in AAR else None for d in (day, month))
    if day or month:
        return Dato(day, month)
    return Dato(None, None, "datoen findes ikke" if known else "datoen kan ikke læses")


def _readings(text: str) -> tuple[date | None, date | None, bool]:
    """Day first, month first, and whether the text has the form of a date at all."""
    if found := _ISO.fullmatch(text):
        y, m, d = int(found[1]), int(found[3]), int(found[4])
        return _day(y, m, d), _day(y, m, d), True
    if found := _CIFRE.fullmatch(text):
        only = _day(*map(int, found.groups()))
        return only, only, True
    if found := _TRE.fullmatch(text):
        a, b, y = int(found[1]), int(found[2]), _year(found[3])
        return _day(y, b, a), _day(y, a, b), True
    only = _single(text)
    return (
        (only, only, True) if only else (None, None, bool(_MAANED.fullmatch(text) or _NAVN.fullmatch(text)))
    )


def _single(text: str) -> date | None:
    """The forms that can be read in one way only: a month, a named month, Excel's day number."""
    if found := _MAANED.fullmatch(text):
        return last_day(int(found[1]), int(found[2]))
    if (found := _NAVN.fullmatch(text)) and found[2][:3] in MAANEDER:
        month, year = MAANEDER[found[2][:3]], _year(found[3])
        return _day(year, month, int(found[1])) if found[1] else last_day(year, month)
    if found := _EXCEL.fullmatch(text):
        return EXCEL_NUL + timedelta(days=int(found[1]))
    return None


def _year(text: str) -> int:
    """A year of two digits is of this century; no delivery is older than that."""
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def last_day(year: int, month: int) -> date | None:
    """The last day of a month."""
    return _day(year, month, calendar.monthrange(year, month)[1]) if 1 <= month <= 12 and year > 0 else None


def date_in_name(name: str, form: str) -> date | None:
    """
    The date that a file's name holds, by a form such as ``"åååå-mm"``; the last day of a month or a year.

    Examples
    --------
    >>> date_in_name("udtræk_2014-06_endelig.csv", "åååå-mm")
    datetime.date(2014, 6, 30)
    >>> date_in_name("2013.csv", "åååå"), date_in_name("juni.csv", "åååå-mm")
    (datetime.date(2013, 12, 31), None)
    """
    pattern = re.escape(form.lower()).replace("å" * 4, r"(?P<y>(?:19|20)\d{2})")
    pattern = pattern.replace("mm", r"(?P<m>\d{2})", 1).replace("dd", r"(?P<d>\d{2})", 1)
    found = re.search(rf"(?<!\d){pattern}(?!\d)", name.lower())
    if not found:
        return None
    parts = {key: int(value) for key, value in found.groupdict().items()}
    month = parts.get("m", 12)
    return _day(parts["y"], month, parts["d"]) if "d" in parts else last_day(parts["y"], month)
