"""
How a column's values are written in a workbook, and how wide the column must be.

Excel prints a number by its format, and ### where the column is too narrow for it. So
formats and widths are made together, from the text that a Danish reader sees.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

from ehandel_lib.render.printed import TALKOLONNER, skriv

#: Kind → Excel's number format; Excel writes comma and point as the reader's country does.
FORMATER = {
    "andel": "0.0%",
    "point": "+0.0;-0.0;0.0",
    "oere": "#,##0.00",
    "antal": "#,##0",
    "dato": "dd-mm-yyyy",
}

#: Kinds that stand to the right in their column.
HOEJRE = TALKOLONNER | {"dato"}

#: A number that two decimals would make nought gets two digits; below the least it is told to be less.
CIFRE, MINDST, UNDER = 2, 1e-6, '"< 0,000001"'

#: Widths in characters: of any column at least, and of a text before it is divided over lines, in a table
#: of many columns and in one with room; a code is divided last.
SMAL, BRED, BREDEST = 8, 42, 70

#: What Excel's own typeface is replaced by may be wider, bold letters are, and a cell has its margins.
RESERVE, FED, LUFT = 1.08, 1.1, 1.6

#: A letter is narrower than a figure: so many stand where a figure does.
BOGSTAVER = 1.15

#: A heading has so many lines at most, where its words allow it.
HOVEDLINJER = 3


def formats(values: Sequence[Any], slags: Sequence[str], enhed: str = "") -> list[str]:
    """
    Excel's format for each value of a column; empty where there is no number.

    Parameters
    ----------
    values : sequence
        As they stand in the twin.
    slags : sequence of str
        The kind of each.
    enhed : str, optional
        What an amount says that it is in, where the heading cannot, because the column holds counts too.

    Examples
    --------
    >>> formats([0.5, None], ["andel"] * 2), formats([100, 7], ["oere", "antal"], "kr.")
    (['0.0%', ''], ['#,##0.00" kr."', '#,##0'])
    >>> formats([100.0, 60.0], ["tal"] * 2), formats([0.25, 8.6e-06, 1e-9], ["tal"] * 3)
    (['#,##0', '#,##0'], ['#,##0.00', '#,##0.0000000', '"< 0,000001"'])
    """
    unit = f'" {enhed}"' if enhed else ""
    places = _places([v for v, kind in zip(values, slags, strict=True) if kind == "tal" and _number(v)])
    return [
        _format(value, kind, places, unit if kind == "oere" else "")
        for value, kind in zip(values, slags, strict=True)
    ]


def _number(value: Any) -> bool:
    return value is not None and not isinstance(value, str)


def _format(value: Any, slags: str, places: int, unit: str) -> str:
    if value is None or (isinstance(value, str) and slags != "dato"):
        return ""
    if slags == "tal":
        return _decimals(value, places)
    return FORMATER.get(slags, "") + unit


def _places(numbers: list[float]) -> int:
    """Decimals of a column: none where all are whole, fewer where all are large."""
    if all(float(number).is_integer() for number in numbers):
        return 0
    return 1 if min(abs(number) for number in numbers) >= 10 else 2


def _decimals(value: float, places: int) -> str:
    """A number's format; a small one has the decimals that it takes to see it."""
    if 0 < abs(value) < MINDST:
        return UNDER
    small = 0 < abs(value) < 0.5 * 10**-places
    places = CIFRE - 1 - math.floor(math.log10(abs(value))) if small else places
    return "#,##0" + ("." + "0" * places if places else "")


def shown(value: Any, slags: str, code: str) -> str:
    """
    A value as it stands in its cell.

    Examples
    --------
    >>> shown(15194863700, "oere", '#,##0.00" kr."'), shown(8.6e-06, "tal", "#,##0.0000000")
    ('151.948.637,00 kr.', '0,0000086')
    >>> shown(0.5, "andel", "0.0%"), shown(1e-9, "tal", '"< 0,000001"'), shown(None, "antal", "")
    ('50,0\\xa0%', '< 0,000001', '')
    """
    if value is None:
        return ""
    if slags == "oere":
        return _fixed(value / 100, 2) + "".join(code.split('"')[1:])
    if slags == "tal" and code:
        return code.strip('"') if code.startswith('"') else _fixed(value, len(code.partition(".")[2]))
    return skriv(value, slags)


def _fixed(value: float, places: int) -> str:
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def width(hoved: str, cells: Sequence[str], slags: str, bred: float = BRED) -> float:
    """
    A column's width in characters.

    A number has all of its room; a heading has that of its longest word, and is divided over
    `HOVEDLINJER` lines where it can be; a text is divided from `bred`, a code only from `BREDEST`.

    Examples
    --------
    >>> width("Omsætning, kr.", ["151.948.637,00"], "oere"), width("År", ["2025"], "kode")
    (16.7, 8)
    >>> width("Råd", ["Bed om én samlet ordre om ugen. " * 9], "tekst")
    42
    """
    longest = max(map(len, cells), default=0) * RESERVE + LUFT
    most = {"kode": BREDEST}.get(slags, math.inf if slags in HOEJRE else bred)
    word = max(map(len, hoved.split()), default=0)
    head = max(word, len(hoved) / HOVEDLINJER) * RESERVE * FED + LUFT
    return round(max(SMAL, head, min(longest, most)), 1)


def lines(value: str, characters: float) -> int:
    """
    Over how many lines a text is divided at this width.

    Examples
    --------
    >>> lines("E-handlede fakturaer over fakturaer", 40), lines("E-handlede fakturaer over fakturaer", 20)
    (1, 2)
    """
    return max(1, len(textwrap.wrap(value, max(1, int(characters * BOGSTAVER)))))
