"""
How wide a printed table's columns are, and how large its letters.

Numbers get the room that their widest cell or heading word needs and never break;
texts share the rest by their length. A table that does not fit gets smaller type,
and at last a page on its side.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Room for text on a page, upright and on its side, in points (A4 less 25 mm on each side).
BREDDE = {"op": 453.5, "side": 700.0}

#: Type sizes to try, largest first; below the last nobody reads on paper.
STOERRELSER = (9.0, 8.0, 7.0)

#: Mean width of a character in Source Sans 3 over the type size, with a little to spare; digits are 0.5.
TEGNBREDDE = 0.54

#: Space left and right in a cell, in points.
LUFT = 9.0

#: A text column is never narrower than this many characters, nor asks for more than the other number.
MINDSTE_TEKST, MEST_TEKST = 11, 48


@dataclass(frozen=True)
class Bredder:
    """Type size in points, paper ("op" upright or "side" on its side), and each column's width in points."""

    stoerrelse: float
    papir: str
    bredder: tuple[float, ...]


def fit(columns: list[dict[str, object]], rows: list[list[str]]) -> Bredder:
    """
    Widths for a table, in the largest type that fits.

    Parameters
    ----------
    columns : list of dict
        Each with ``hoved`` (heading) and ``tal`` (is it a number?).
    rows : list of list of str

    Examples
    --------
    >>> fit([{"hoved": "Enhed", "tal": False}, {"hoved": "Andel", "tal": True}], [["Skole", "12,3 %"]]).papir
    'op'
    """
    least = [_least(column, cells) for column, cells in _by_column(columns, rows)]
    wish = [_wish(column, cells) for column, cells in _by_column(columns, rows)]
    choices = [(size, paper) for paper in BREDDE for size in STOERRELSER]
    for size, paper in choices:
        if sum(n * size * TEGNBREDDE + LUFT for n in least) <= BREDDE[paper]:
            break
    return Bredder(size, paper, _share(least, wish, size, BREDDE[paper]))


def _by_column(
    columns: list[dict[str, object]], rows: list[list[str]]
) -> list[tuple[dict[str, object], list[str]]]:
    return [(column, [row[place] for row in rows]) for place, column in enumerate(columns)]


def _least(column: dict[str, object], cells: list[str]) -> int:
    """Characters a column cannot do without."""
    longest_word = max((len(word) for word in str(column["hoved"]).split()), default=1)
    if column["tal"]:
        return max(min(longest_word, 14), *(len(cell) for cell in cells), 3)
    words = [len(word) for cell in cells for word in cell.split()]
    return max(min(max([longest_word, *words]), MINDSTE_TEKST), 4)


def _wish(column: dict[str, object], cells: list[str]) -> int:
    """Characters a column would like."""
    longest = max([len(cell) for cell in cells] + [min(len(str(column["hoved"])), 24)], default=1)
    return min(longest, MEST_TEKST)


def _share(least: list[int], wish: list[int], size: float, room: float) -> tuple[float, ...]:
    """What each column needs, and the rest of the line by what they would like beyond it."""
    needs = [n * size * TEGNBREDDE + LUFT for n in least]
    spare = max(room - sum(needs), 0.0)
    extra = [max(w - n, 0) * size * TEGNBREDDE for w, n in zip(wish, least, strict=True)]
    given = min(spare / sum(extra), 1.0) if sum(extra) else 0.0
    return tuple(round(need + more * given, 2) for need, more in zip(needs, extra, strict=True))
