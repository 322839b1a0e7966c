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

#: Characters a text column should have if there is room, must have, and never asks beyond.
GOD_TEKST, MINDSTE_TEKST, MEST_TEKST = 18, 9, 48

#: A heading's word longer than this is divided over a column of numbers.
LANGT_HOVED = 11

#: A table that nearly fills the line is stretched to it, so that its rules end with the text.
STRAEK = 1.4


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
    by_column = [(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
    wish = [_wish(column, cells) for column, cells in by_column]
    for paper, text in ((paper, text) for paper in BREDDE for text in (GOD_TEKST, MINDSTE_TEKST)):
        least = [_least(column, cells, text) for column, cells in by_column]
        for size in STOERRELSER:
            if sum(_points(n, size) for n in least) <= BREDDE[paper]:
                return Bredder(size, paper, _share(least, wish, size, BREDDE[paper]))
    return Bredder(size, paper, _squeezed(least, size, BREDDE[paper]))


def _points(characters: int, size: float) -> float:
    return characters * size * TEGNBREDDE + LUFT


def _least(column: dict[str, object], cells: list[str], text: int) -> int:
    """Characters a column cannot do without."""
    head = max((len(word) for word in str(column["hoved"]).split()), default=1)
    if column["tal"]:
        return max([min(head, LANGT_HOVED), *(len(cell) for cell in cells), 4])
    words = [len(word) for cell in cells for word in cell.split()]
    return max(min(max([head, *words]), text), 4)


def _wish(column: dict[str, object], cells: list[str]) -> int:
    """Characters a column would like: all of its longest cell, and its heading in two lines."""
    head = (len(str(column["hoved"])) + 3) // 2
    return min(max([head, *(len(cell) for cell in cells)]), MEST_TEKST)


def _share(least: list[int], wish: list[int], size: float, room: float) -> tuple[float, ...]:
    """What each column needs, and the rest of the line by what they would like beyond it."""
    needs = [_points(n, size) for n in least]
    extra = [max(w - n, 0) * size * TEGNBREDDE for w, n in zip(wish, least, strict=True)]
    given = min((room - sum(needs)) / sum(extra), 1.0) if sum(extra) else 0.0
    widths = [need + more * given for need, more in zip(needs, extra, strict=True)]
    stretch = room / sum(widths)
    return tuple(round(width * (stretch if stretch <= STRAEK else 1), 2) for width in widths)


def _squeezed(least: list[int], size: float, room: float) -> tuple[float, ...]:
    """No paper is wide enough: every column gives in alike."""
    needs = [_points(n, size) for n in least]
    return tuple(round(need * room / sum(needs), 2) for need in needs)
