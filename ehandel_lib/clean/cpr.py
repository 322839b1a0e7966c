"""
Personal numbers: found wherever they stand, and masked before anything is stored.

Ten digits whose first six are a date look like a CPR number, with or without a
mark before the last four, alone or in a text; so does a written date (01.01.90,
01-01-1990) with four digits after it. The check digit is not asked: since 2007 new
numbers need not pass it.
"""

from __future__ import annotations

import calendar
import re

import polars as pl

MASKE = "[CPR maskeret]"

_CPR = re.compile(
    r"(?<!\d)(?:(\d\d)(\d\d)(\d\d)\s?[-./\u2010-\u2013]?"
    r"|(\d\d)([-./ ])(\d\d)\5(?:\d\d)?(\d\d)\s?[-\u2010-\u2013]?)"
    r"\s?\d{4}(?!\d)"
)

#: The same without looks around it, which Polars does not know: it finds too many, never too few.
_MAASKE = r"[0-3]\d[-./ ]?[01]\d[-./ ]?\d{2,4}[\s\u00a0]?[-./\u2010-\u2013]?[\s\u00a0]?\d{4}"


def mask(text: str) -> str:
    """
    The text with each CPR-like number masked.

    Examples
    --------
    >>> mask("vedr. 010190-1234"), mask("3112991234"), mask("3113991234"), mask("5798000000001")
    ('vedr. [CPR maskeret]', '[CPR maskeret]', '3113991234', '5798000000001')
    """
    return _CPR.sub(lambda found: MASKE if _is_date(*_parts(found)) else found[0], text)


def _parts(found: re.Match[str]) -> tuple[int, int, int]:
    day, month, year = found.group(1, 2, 3) if found[1] else found.group(4, 6, 7)
    return int(day), int(month), int(year)


def _is_date(day: int, month: int, year: int) -> bool:
    """Is this a day in some century? 29 February is, in each year that four divides."""
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000 if year % 4 == 0 else 2001, month)[1]


def masked(column: str) -> pl.Expr:
    """
    A text column with CPR-like numbers masked.

    Examples
    --------
    >>> pl.DataFrame({"t": ["bleer til 0101901234", None, "papir"]}).select(masked("t")).to_series().to_list()
    ['bleer til [CPR maskeret]', None, 'papir']
    """
    return pl.col(column).map_batches(mask_all, return_dtype=pl.String)


#: A date of six digits and the four last ones; nothing shorter can be masked.
KORTEST = 10


def mask_all(values: pl.Series) -> pl.Series:
    """The same texts with each CPR-like number masked; the few that may hold one are looked at, each once."""
    longest: int | None = values.str.len_bytes().max()  # type: ignore[assignment]
    if (longest or 0) < KORTEST:
        return values
    long = values.filter(values.str.len_bytes() >= KORTEST)
    maybe = long.filter(long.str.contains(_MAASKE)).unique().to_list()
    changed = {text: hidden for text in maybe if (hidden := mask(text)) != text}
    return values.replace(changed) if changed else values
