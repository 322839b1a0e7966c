"""
The amounts of an e-invoice: decimals as they stand, whole øre as we keep them.

An allowance or a charge on the whole document belongs to all its lines. It is
spread over them by size, and the øre that division leaves over go to the
lines that lost most by rounding, so that the parts add up to the invoice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

#: xs:decimal, the number type of UBL: no exponent, no comma, no thousands.
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")

#: Longer numbers are no amounts; the limit keeps sums of millions of invoices inside 64 bits.
MAX_CIFRE = 28
MAX_KRONER = Decimal(10) ** 12

#: Wide enough that nothing below loses a digit.
_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)

#: Unit prices of screws and sheets of paper need more than øre.
_PRICE = Decimal("0.000001")
_OERE = Decimal("0.01")


def decimal(text: str) -> Decimal | None:
    """
    The number that stands there, or None if it is none.

    Examples
    --------
    >>> decimal(" 1250.50 "), decimal("-.5"), decimal("1.250,50"), decimal("1E9"), decimal("")
    (Decimal('1250.50'), Decimal('-0.5'), None, None, None)
    """
    text = text.strip()
    if len(text) > MAX_CIFRE or not _DECIMAL.fullmatch(text):
        return None
    value = Decimal(text)
    return value if abs(value) < MAX_KRONER else None


def oere(kroner: Decimal) -> int:
    """
    Kroner as whole øre, half øre away from zero.

    Examples
    --------
    >>> oere(Decimal("12.345")), oere(Decimal("-0.005"))
    (1235, -1)
    """
    return int(_EXACT.quantize(kroner, _OERE).scaleb(2))


def enhedspris(price: Decimal | None, quantity: Decimal | None) -> Decimal | None:
    """
    The price of one unit, where it was given for `quantity` of them (`cbc:BaseQuantity`).

    Examples
    --------
    >>> enhedspris(Decimal("250.00"), Decimal("100"))
    Decimal('2.500000')
    >>> enhedspris(Decimal("5"), Decimal("0"))
    """
    if price is None or quantity == 0:
        return None
    return _EXACT.divide(price, quantity or Decimal(1)).quantize(_PRICE, ROUND_HALF_UP)


def netto(lines: Decimal, allowances: Decimal, charges: Decimal) -> Decimal:
    """
    The amount net of VAT, the same in every UBL family.

    `cbc:TaxExclusiveAmount` is not asked: it is the net amount in OIOUBL 3 and Peppol BIS, but the VAT in
    OIOUBL 2.
    """
    return _EXACT.add(_EXACT.subtract(lines, allowances), charges)


def fordel(total_oere: int, weights: Sequence[Decimal]) -> list[int]:
    """
    Split an invoice's øre over its lines.

    Each line gets its own amount; what the total has more or less than the lines together (allowances,
    charges, rounding) is spread by the lines' absolute size, by the largest-remainder method. Lines that are
    all zero share alike.

    Parameters
    ----------
    total_oere : int
        The invoice's net amount.
    weights : sequence of Decimal
        The lines' amounts in kroner; at least one.

    Returns
    -------
    list of int
        One amount in øre per line; their sum is `total_oere`.

    Examples
    --------
    >>> fordel(90_00, [Decimal(100), Decimal(0)])
    [9000, 0]
    >>> fordel(100, [Decimal(1), Decimal(1), Decimal(1)])
    [34, 33, 33]
    >>> fordel(-1, [Decimal(0), Decimal(0)])
    [0, -1]
    """
    places = max(2, *(-int(w.as_tuple().exponent) for w in weights))
    own = [int(_EXACT.scaleb(w, places)) for w in weights]
    unit = 10 ** (places - 2)
    size = [abs(w) for w in own] if any(own) else [1] * len(own)
    base = sum(size)
    rest = total_oere * unit - sum(own)
    if rest == 0 and unit == 1:
        return own
    # numerators over the common denominator base * unit: exact, whatever the number of decimals
    exact = [o * base + rest * s for o, s in zip(own, size, strict=True)]
    parts = [e // (base * unit) for e in exact]
    left = total_oere - sum(parts)
    by_loss = sorted(range(len(exact)), key=lambda i: (-(exact[i] % (base * unit)), i))
    for i in by_loss[:left]:
        parts[i] += 1
    return parts
