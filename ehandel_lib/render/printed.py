"""
How a value from a twin is printed: one way for the prompt, the PDF and the page.

A column's kind (see `schema.KOLONNER`) decides the form: a share is "12,3 %", an
amount is whole kroner with the unit in the heading, a missing value is a dash.
Text is printed as the characters it is made of; a character that does not show
(a control character, a change of direction) is printed as its number.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable
from typing import Any

from ehandel_lib import text

#: Kinds that are printed as digits in a column: right-aligned, so that the units stand under each other.
TALKOLONNER = frozenset({"andel", "point", "oere", "antal", "tal"})

#: Unicode categories with no look of their own: control, format (direction marks among them), surrogate,
#: private use, unassigned, and the two kinds of line separator.
USYNLIGE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

#: Format characters that Danish text may hold: the soft hyphen and the zero-width space.
STILLE = frozenset("\u00ad\u200b")

#: Longer words than this are cut with an ellipsis in print (the workbook has them whole): no Danish word
#: reaches half of it, so what is longer is not a word but an accident or an attack.
LAENGSTE_ORD = 120


def synlig(value: str) -> str:
    """
    The text with each character that does not show printed as its number.

    Examples
    --------
    >>> synlig("Møbler\\u202eA/S\\x1b")
    'Møbler[U+202E]A/S[U+001B]'
    >>> synlig("to\\nlinjer\\tog tab")
    'to linjer og tab'
    """
    if value.isascii() and value.isprintable():
        return value
    return "".join(_visible(char) for char in value)


def _visible(char: str) -> str:
    if char in "\n\r\t":
        return " "
    hidden = unicodedata.category(char) in USYNLIGE and char not in STILLE
    return nummer(char) if hidden else char


def nummer(char: str) -> str:
    """
    A character by its number, for where it cannot be shown.

    Examples
    --------
    >>> nummer("\\x1b")
    '[U+001B]'
    """
    return f"[U+{ord(char):04X}]"


def kort(value: str) -> str:
    """
    The text without words longer than `LAENGSTE_ORD`.

    Examples
    --------
    >>> len(kort("x" * 10_000 + " og " + "y"))
    126
    """
    words = value.split(" ")
    return " ".join(w if len(w) <= LAENGSTE_ORD else w[:LAENGSTE_ORD] + "…" for w in words)


def skriv(value: Any, slags: str) -> str:
    """
    A value of a twin as printed in a cell.

    Parameters
    ----------
    value : str, int, float, bool or None
        As it stands in the twin: dates are ISO text, amounts øre, shares 0 to 1.
    slags : str
        The kind, a key of `schema.TYPES`.

    Examples
    --------
    >>> skriv(0.1234, "andel"), skriv(123456, "oere"), skriv(1234, "antal"), skriv(None, "andel")
    ('12,3\\xa0%', '1.235', '1.234', '–')
    >>> skriv(True, "ja_nej"), skriv("2024-12-31", "dato"), skriv(12.5, "tal"), skriv("=1+1", "tekst")
    ('ja', '31.12.2024', '12,5', '=1+1')
    >>> skriv(0.0004, "tal"), skriv(0.0, "tal"), skriv(0.04, "tal")
    ('<\\xa00,01', '0', '0,04')
    """
    if value is None:
        return text.MANGLER
    return _SKRIV[slags](value)


def _point(difference: float) -> str:
    """A difference between two shares in percentage points, with its sign."""
    words = text.procenttal(abs(difference), 1)
    return words if words == text.procenttal(0, 1) else ("−" if difference < 0 else "+") + words


def _dato(value: str) -> str:
    return dt.date.fromisoformat(value).strftime("%d.%m.%Y")


def _tal(value: float) -> str:
    """A number with the decimals it needs; a small one is not printed as nought, for a p-value never is."""
    if 0 < value < 0.005:
        return f"<{text.NBSP}0,01"
    return text.decimaltal(value, 0 if float(value).is_integer() else 2 if abs(value) < 10 else 1)


_SKRIV: dict[str, Callable[[Any], str]] = {
    "andel": text.pct,
    "point": _point,
    "oere": lambda oere: text.kroner(oere).removesuffix("kr.").rstrip(),
    "antal": text.antal,
    "tal": _tal,
    "dato": _dato,
    "ja_nej": text.ja_nej,
    "tekst": lambda value: synlig(str(value)),
    "kode": lambda value: synlig(str(value)),
}


def overskrift(etiket: str, slags: str, valuta: str = "DKK") -> str:
    """
    A column's heading, with the unit where the cells do not carry it.

    Examples
    --------
    >>> overskrift("Omsætning", "oere"), overskrift("Omsætning", "oere", "GBP"), overskrift("Grad", "andel")
    ('Omsætning, kr.', 'Omsætning, GBP', 'Grad')
    >>> overskrift("Ændring", "point"), skriv(-0.021, "point"), skriv(0.0001, "point")
    ('Ændring, point', '−2,1', '0,0')
    """
    units = {"oere": "kr." if valuta == "DKK" else valuta, "point": "point"}
    return synlig(etiket) + (f", {units[slags]}" if slags in units else "")


def stort(value: Any, enhed: str, valuta: str = "DKK") -> str:
    """
    A key figure as it stands alone and large.

    Examples
    --------
    >>> stort(0.1234, "andel"), stort(123456700, "oere"), stort(1234, "antal"), stort("rød", "tekst")
    ('12,3\\xa0%', '1,23\\xa0mio.\\xa0kr.', '1.234', 'rød')
    """
    return text.mio(value, valuta) if enhed == "oere" and value is not None else skriv(value, enhed)
