"""
Numbers that are names: CVR, EAN, order, agreement and goods codes, and what programs do to them.

A spreadsheet takes them for quantities: a leading zero goes, ".0" comes, and
long ones turn into 1.23E+10. What can be put back without a guess is put back
and said so; what cannot is left out and said so. The row itself always stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import polars as pl
from stdnum.dk import cvr as _cvr

from ehandel_lib import reference

#: What stands in an optional column that holds nothing.
TOMT = frozenset(
    ("-", "--", "n/a", "na", "n.a.", "null", "none", "nan", "#n/a", "#i/t", "ingen", "(tom)", "(blank)")
)

_FLOAT = re.compile(r"(\d+)[.,]0+")
_KORT = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")

#: What `number_text` may change; no other number needs to be looked at.
_SOM_TAL = r"^\d+[.,]0+$|^\d(?:[.,]\d+)?[eE]\+?\d+$"

#: The weights of modulus 11 in a CVR number.
_VAEGTE = (2, 7, 6, 5, 4, 3, 2, 1)

#: The weighted sum of the digits in each half of a CVR number.
_HALVDELE = tuple(
    sum(
        np.arange(10_000) // 10**place % 10 * weight for place, weight in zip((3, 2, 1, 0), half, strict=True)
    )
    for half in (_VAEGTE[:4], _VAEGTE[4:])
)


def like_quantity(texts: pl.Series) -> pl.Series:
    """Which of the texts may `number_text` change?"""
    return texts.str.contains(_SOM_TAL)


def no_cvr(texts: pl.Series) -> pl.Series:
    """
    Which of the texts are anything else than the eight digits of a CVR number?

    Examples
    --------
    >>> no_cvr(pl.Series(["64942212", "64942213", "00000000", "+4942212", None])).to_list()
    [False, True, True, True, False]
    """
    eight = (texts.str.len_bytes() == 8) & ~texts.str.starts_with("+")
    number = texts.str.to_integer(strict=False).fill_null(0).clip(0, 99_999_999).to_numpy()
    sums = _HALVDELE[0][number // 10_000] + _HALVDELE[1][number % 10_000]
    return ~(eight & pl.Series((number > 0) & (sums % 11 == 0))) & texts.is_not_null()


def no_eight_digits(texts: pl.Series) -> pl.Series:
    """Which of the texts are anything else than a goods code of eight digits?"""
    return (~texts.str.contains("^[0-9]{8}$") | (texts == "0" * 8)) & texts.is_not_null()


class Svar(NamedTuple):
    """A cleaned value, why it differs from what stood there in more than form, and what was done."""

    vaerdi: str | None
    aarsag: str | None = None
    handling: str | None = None


def number_text(text: str) -> Svar:
    """
    A number that a spreadsheet may have turned into a quantity.

    Examples
    --------
    >>> number_text("3053440.0")
    Svar(vaerdi='3053440', aarsag='regnearket havde gjort nummeret til et tal', handling='rettet')
    >>> number_text("5.79800000001E+12").vaerdi is None, number_text("1,234567E+6").vaerdi
    (True, '1234567')
    >>> number_text("TEL-0012")
    Svar(vaerdi='TEL-0012', aarsag=None, handling=None)
    """
    if found := _FLOAT.fullmatch(text):
        return Svar(found[1], "regnearket havde gjort nummeret til et tal", "rettet")
    if not (found := _KORT.fullmatch(text)) or "+" not in text:
        return Svar(text)
    decimals, power = found[2] or "", int(found[3])
    if len(decimals) == power:
        return Svar(
            found[1] + decimals, "regnearket havde forkortet nummeret; alle cifre var der endnu", "rettet"
        )
    return Svar(None, "regnearket har forkortet nummeret; cifrene er tabt", "rettet")


def order_number(text: str) -> Svar:
    """As `number_text`, but a shortened order number stays: an order there was, though not which."""
    answer = number_text(text)
    return answer if answer.vaerdi else Svar(text, answer.aarsag, "bemærket")


def cvr(text: str) -> Svar:
    """
    A Danish company number: eight digits that pass modulus 11.

    Examples
    --------
    >>> cvr("DK 64 94 22 12").vaerdi, cvr("1150464").vaerdi, cvr("12345678").vaerdi is None
    ('64942212', '01150464', True)
    """
    digits = re.sub(r"[\s.\u00a0-]", "", _FLOAT.sub(r"\1", text)).upper()
    digits = re.sub(r"^(?:CVR(?:NR)?:?)?(?:DK)?:?", "", digits)
    if text.casefold() in TOMT or not digits:
        return Svar(None)
    if _is_cvr(digits):
        return Svar(digits)
    padded = digits.zfill(8)
    if len(digits) == 7 and _is_cvr(padded):
        return Svar(padded, "det forreste nul i CVR-nummeret manglede", "rettet")
    return Svar(None, "ikke et CVR-nummer (otte cifre, modulus 11)", "rettet")


def _is_cvr(digits: str) -> bool:
    """Eight digits whose weighted sum 11 divides. (`is_valid` of the package knows no leading zero.)"""
    return bool(re.fullmatch(r"[0-9]{8}", digits)) and digits != "0" * 8 and _cvr.checksum(digits) == 0


def agreement(
    text: str, known: Collection[str] = ()
) -> tuple[str | None, str | None, str | None, str | None]:
    """
    An agreement number, the lot that is written with it, and what was repaired.

    Examples
    --------
    >>> agreement("SKI 50.55.02"), agreement("50.9", {"50.90"})[0]
    (('50.55', '2', None, None), '50.90')
    """
    number = re.sub(r"^SKI[\s-]*(?=\d)", "", text.strip(), flags=re.I)
    if number.casefold() in TOMT or re.fullmatch("0+|nej", number, flags=re.I):
        return None, None, None, None
    number = re.sub(r"^(\d\d),(\d\d?)$", r"\1.\2", number)
    if found := re.fullmatch(r"(\d\d\.\d\d)\s*[./-]\s*0?(\d{1,2})", number):
        return found[1], found[2], None, None
    if number not in known and f"{number}0" in known and re.fullmatch(r"\d\d\.\d", number):
        return f"{number}0", None, "regnearket havde fjernet aftalenummerets sidste nul", "rettet"
    return number, None, None, None


def lot(text: str) -> Svar:
    """
    The number of a lot, as the reference tables write it.

    Examples
    --------
    >>> [lot(text).vaerdi for text in ("Delaftale 2", "02", "DA3", "2.0", "-")]
    ['2', '2', '3', '2', None]
    """
    number = re.sub(r"^(?:delaftale|da)[\s.:-]*(?=\d)", "", _FLOAT.sub(r"\1", text.strip()), flags=re.I)
    if number.casefold() in TOMT or re.fullmatch("0+", number):
        return Svar(None)
    return Svar(number.lstrip("0") if number.isdigit() else number)


def unspsc(text: str) -> Svar:
    """
    A UNSPSC code: two to eight digits, in pairs; two more say nothing of the goods.

    Examples
    --------
    >>> unspsc("0101901234").vaerdi
    '01019012'
    >>> unspsc("44121500.0").vaerdi, unspsc("44 12 15").vaerdi, unspsc("papir").vaerdi is None
    ('44121500', '441215', True)
    """
    digits = re.sub(r"[\s.]", "", _FLOAT.sub(r"\1", text))
    if text.casefold() in TOMT or re.fullmatch("0+", digits):
        return Svar(None)
    whole = digits.isdecimal() and len(digits) in (2, 4, 6, 8, 10)
    return Svar(digits[:8]) if whole else Svar(None, "ikke en UNSPSC-kode (to til otte cifre)", "rettet")


def cpv(text: str) -> Svar:
    """
    A CPV code: eight digits, without its check digit.

    Examples
    --------
    >>> cpv("15860000-4").vaerdi, cpv("3000000").handling, cpv("x").vaerdi is None
    ('15860000', 'rettet', True)
    """
    digits = re.sub(r"-\d$", "", re.sub(r"\s", "", _FLOAT.sub(r"\1", text)))
    if text.casefold() in TOMT or re.fullmatch("0+", digits):
        return Svar(None)
    if re.fullmatch(r"\d{7}", digits):
        return Svar(f"0{digits}", "det forreste nul i CPV-koden manglede", "rettet")
    whole = re.fullmatch(r"\d{8}", digits)
    return Svar(digits) if whole else Svar(None, "ikke en CPV-kode (otte cifre)", "rettet")


def system(text: str) -> Svar:
    """
    The code of an e-procurement system, by its code or its name.

    Examples
    --------
    >>> system("TrueTrade").vaerdi, system("tellis").vaerdi, system("Nyt System").vaerdi, system("-").vaerdi
    ('TT', 'TELLIS', 'NYT SYSTEM', 'UKENDT')
    """
    names = reference.table("systemer")[["system_kode", "system_navn"]].itertuples(index=False, name=None)
    known = {_plain(name): code for code, title in names for name in (code, title)}
    if _plain(text) in known:
        return Svar(known[_plain(text)])
    if text.casefold() in TOMT or not _plain(text):
        return Svar("UKENDT")
    return Svar(" ".join(text.upper().split()), "systemet er ikke i projektets liste", "bemærket")


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
