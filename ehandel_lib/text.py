"""
Numbers, amounts and dates as a Danish reader expects them.

All text that an analyst or a leader reads is written here: a decimal comma, a
dot for thousands, "pct." or "%", "kr." after the amount. What is missing is a
dash, never "nan". The patterns are explicit because Babel's own for percent
has no decimals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_decimal

LOCALE = "da_DK"

#: What stands where there is no value.
MANGLER = "–"

#: The sign of a negative number.
MINUS = "−"

#: No-break space: a number and its unit stay on one line.
NBSP = "\u00a0"

#: Babel rounds half to even as a computer does; a reader expects half up.
_PLACES = {0: Decimal(1), 1: Decimal("0.1"), 2: Decimal("0.01")}


def decimaltal(value: float | int | Decimal | None, decimals: int = 1) -> str:
    """
    A number with a decimal comma and dots for thousands, rounded half up.

    A negative number has a minus sign and no hyphen: some screen readers pass over the hyphen.

    Examples
    --------
    >>> decimaltal(1234.55)
    '1.234,6'
    >>> decimaltal(-0.04), decimaltal(-5.1)
    ('0,0', '−5,1')
    >>> decimaltal(None)
    '–'
    """
    if pd.isna(value):  # type: ignore[arg-type]
        return MANGLER
    # repr gives the shortest decimal that is this float, so 0.125 is rounded as it is written
    exact = (
        value
        if isinstance(value, Decimal)
        else Decimal(repr(value.item() if hasattr(value, "item") else value))
    )
    rounded = exact.quantize(_PLACES[decimals], ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return (MINUS if rounded < 0 else "") + format_decimal(abs(rounded), pattern, LOCALE)


def antal(value: float | int | None) -> str:
    """
    A count.

    Examples
    --------
    >>> antal(12345)
    '12.345'
    """
    return decimaltal(value, 0)


def procenttal(share: float | None, decimals: int = 0) -> str:
    """
    A share between 0 and 1 as a bare percentage, for use before "pct." or "procentpoint".

    Examples
    --------
    >>> procenttal(0.275), procenttal(0.275, 1)
    ('28', '27,5')
    """
    return MANGLER if pd.isna(share) else decimaltal(Decimal(repr(float(share))) * 100, decimals)


def pct(share: float | None) -> str:
    """
    A share as percent with one decimal, for tables.

    Examples
    --------
    >>> pct(0.1234)
    '12,3\\xa0%'
    """
    return MANGLER if pd.isna(share) else procenttal(share, 1) + NBSP + "%"


def pct0(share: float | None) -> str:
    """
    A share as whole percent, for labels.

    Examples
    --------
    >>> pct0(0.555)
    '56\\xa0%'
    """
    return MANGLER if pd.isna(share) else procenttal(share) + NBSP + "%"


def i_pct(share: float | None) -> str:
    """
    A share as it stands in a sentence.

    Examples
    --------
    >>> i_pct(0.27)
    '27\\xa0pct.'
    """
    return MANGLER if pd.isna(share) else procenttal(share) + NBSP + "pct."


def point(difference: float | None, decimals: int = 1) -> str:
    """
    A difference between two shares, in percentage points and without its sign.

    Examples
    --------
    >>> point(-0.021), point(0.01, 0)
    ('2,1\\xa0procentpoint', '1\\xa0procentpoint')
    """
    if pd.isna(difference):
        return MANGLER
    return procenttal(abs(difference), decimals) + NBSP + "procentpoint"


def punkter(difference: float | None, decimals: int = 1) -> str:
    """
    The same with its sign and without the word, where another stands beside it.

    Examples
    --------
    >>> punkter(0.124), punkter(-0.05, 0), punkter(0.0001)
    ('+12,4', '−5', '0,0')
    """
    if pd.isna(difference):
        return MANGLER
    words = procenttal(difference, decimals)
    return words if words.startswith(MINUS) or not words.strip("0,") else f"+{words}"


def _enhed(valuta: str) -> str:
    return "kr." if valuta == "DKK" else valuta


def kroner(oere: int | None, valuta: str = "DKK") -> str:
    """
    Whole kroner from øre.

    Examples
    --------
    >>> kroner(123456750)
    '1.234.568\\xa0kr.'
    """
    if pd.isna(oere):
        return MANGLER
    return decimaltal(Decimal(int(oere)) / 100, 0) + NBSP + _enhed(valuta)


def pris(oere: int | None, valuta: str = "DKK") -> str:
    """
    The price of one thing, in kroner and øre.

    Examples
    --------
    >>> pris(554), pris(123450)
    ('5,54\\xa0kr.', '1.234,50\\xa0kr.')
    """
    if pd.isna(oere):
        return MANGLER
    return decimaltal(Decimal(int(oere)) / 100, 2) + NBSP + _enhed(valuta)


def mio(oere: int | None, valuta: str = "DKK") -> str:
    """
    Kroner with three digits, so that a reader who divides two of them finds the percentage beside them.

    Examples
    --------
    >>> mio(123456700), mio(12345600), mio(9900)
    ('1,23\\xa0mio.\\xa0kr.', '123.000\\xa0kr.', '99\\xa0kr.')
    >>> mio(1234567000), mio(602_000_000_000)
    ('12,3\\xa0mio.\\xa0kr.', '6,02\\xa0mia.\\xa0kr.')
    >>> mio(99_999_999), mio(-5_233_000)
    ('1,00\\xa0mio.\\xa0kr.', '−52.300\\xa0kr.')
    """
    if pd.isna(oere):
        return MANGLER
    amount = _tre_cifre(Decimal(int(oere)) / 100)
    name, unit = next(((name, unit) for name, unit in _STORE if abs(amount) >= unit), ("", Decimal(1)))
    scaled = amount / unit
    decimals = 0 if not name or abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2
    return NBSP.join(filter(None, [decimaltal(scaled, decimals), name, _enhed(valuta)]))


#: What large amounts are counted in, the largest first.
_STORE = [("mia.", Decimal(10**9)), ("mio.", Decimal(10**6))]


def _tre_cifre(amount: Decimal) -> Decimal:
    """Rounded to three digits from 10.000 kr., below that to whole kroner."""
    places = Decimal(10) ** max(0, amount.adjusted() - 2) if abs(amount) >= 10_000 else Decimal(1)
    return (amount / places).quantize(Decimal(1), ROUND_HALF_UP) * places


def dato(day: dt.date | None) -> str:
    """
    A date in words.

    Examples
    --------
    >>> dato(dt.date(2024, 12, 31))
    '31. december 2024'
    """
    return MANGLER if pd.isna(day) else format_date(day, "d. MMMM y", LOCALE)


def periode(fra: dt.date, til: dt.date) -> str:
    """
    Some whole months in words.

    Examples
    --------
    >>> periode(dt.date(2024, 9, 1), dt.date(2024, 11, 1)), periode(dt.date(2024, 5, 1), dt.date(2024, 5, 9))
    ('september-november 2024', 'maj 2024')
    >>> periode(dt.date(2024, 12, 1), dt.date(2025, 1, 1))
    'december 2024-januar 2025'
    """
    last = format_date(til, "MMMM y", LOCALE)
    if (fra.year, fra.month) == (til.year, til.month):
        return last
    return f"{format_date(fra, 'MMMM' if fra.year == til.year else 'MMMM y', LOCALE)}-{last}"


def ja_nej(value: bool | None) -> str:
    """
    A truth value in words.

    Examples
    --------
    >>> ja_nej(True), ja_nej(None)
    ('ja', '–')
    """
    return MANGLER if pd.isna(value) else "ja" if value else "nej"


def opremsning(words: Sequence[str], sidste: str = "og") -> str:
    """
    Words as a list in a sentence.

    Examples
    --------
    >>> opremsning(["bleer"]), opremsning(["bleer", "lyskilder", "møbler"])
    ('bleer', 'bleer, lyskilder og møbler')
    >>> opremsning([])
    ''
    """
    *first, last = words or [""]
    return f"{', '.join(first)} {sidste} {last}" if first else last


def tael(n: int, ental: str, flertal: str) -> str:
    """
    A count with its noun.

    Examples
    --------
    >>> tael(1, "faktura", "fakturaer"), tael(1200, "faktura", "fakturaer")
    ('1\\xa0faktura', '1.200\\xa0fakturaer')
    """
    return antal(n) + NBSP + (ental if n == 1 else flertal)
