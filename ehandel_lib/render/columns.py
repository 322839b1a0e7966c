"""
How wide a printed table's columns are, and how large its letters.

Numbers get the room that their widest cell or heading word needs and never break;
texts share the rest by their length. A table that does not fit gets smaller type,
and at last a page on its side.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Room for text in half a page's width, upright and on its side, in points (A4 less 25 mm on each side).
BREDDE = {"halv": 217.0, "op": 453.5, "side": 700.0}

#: Papers to try with the type sizes for each, largest first; below 7 points nobody reads on paper.
Papirer = dict[str, tuple[float, ...]]
TEKSTSIDE: Papirer = {"op": (9.0, 8.0, 7.0), "side": (9.0, 8.0, 7.0)}

#: In the appendix tables are looked up in, not read: small, and the narrow ones in two columns.
BILAG: Papirer = {"halv": (7.0,), "op": (7.5, 7.0), "side": (7.5, 7.0)}

#: A table that goes on over pages takes their whole width there.
LANGT_BILAG: Papirer = {paper: sizes for paper, sizes in BILAG.items() if paper != "halv"}

#: Mean width of a character in Source Sans 3 over the type size, with a little to spare; digits are 0.5.
TEGNBREDDE = 0.54

#: Space left and right in a cell, in points.
LUFT = 8.5

#: What a text beside a column of numbers gets on top of that.
AFSTAND = 8.0

#: Characters a text column gets at least: the first where there is room, the last where there is none.
#: On half a page it is never the last: there a whole page's width is left to take.
TEKST = {"halv": (18, 13), "op": (18, 13, 9), "side": (18, 13, 9)}

#: Characters a text column asks for; a longer text asks for a sixth of what it has beyond, a code for less.
MEST_TEKST, MEST_KODE = 48, 18

#: A heading's word longer than this is divided over a column of numbers.
LANGT_HOVED = 10

#: A table that nearly fills the line is stretched to it, so that its rules end with the text.
STRAEK = 1.4


@dataclass(frozen=True)
class Bredder:
    """Type size in points, paper (a key of `BREDDE`), and each column's width in points."""

    stoerrelse: float
    papir: str
    bredder: tuple[float, ...]


def fit(columns: list[dict[str, object]], rows: list[list[str]], papirer: Papirer = TEKSTSIDE) -> Bredder:
    """
    Widths for a table, in the largest type that fits.

    Parameters
    ----------
    columns : list of dict
        Each with ``hoved`` (heading), ``tal`` (is it a number?) and ``kode`` (a name that is not divided?).
    rows : list of list of str
    papirer : dict
        Paper → type sizes, in the order to try them: `TEKSTSIDE` or `BILAG`.

    Examples
    --------
    >>> names = {"hoved": "Enhed", "tal": False, "kode": False}
    >>> share = {"hoved": "Andel", "tal": True, "kode": False}
    >>> fit([names, share], [["Skole", "12,3 %"]]).papir
    'op'
    >>> fit([names, *[share] * 15], [["Skole", *["12,3 %"] * 15]]).papir
    'side'
    """
    by_column = [(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
    wish = [_wish(column, cells) for column, cells in by_column]
    gaps = [
        AFSTAND * (before is True and not c["tal"])
        for before, c in zip(_before(columns), columns, strict=True)
    ]
    for paper, text in ((name, most) for name in papirer for most in TEKST[name]):
        least = [_least(column, cells, text) for column, cells in by_column]
        room = BREDDE[paper] - sum(gaps)
        for size in papirer[paper]:
            if sum(_points(n, size) for n in least) <= room:
                numbers = [column["tal"] is True for column in columns]
                widths = _share(least, wish, numbers, size, room)
                return Bredder(size, paper, _with(widths, gaps))
    return Bredder(size, paper, _with(_squeezed(least, size, room), gaps))


def _before(columns: list[dict[str, object]]) -> list[object]:
    """Of each column: is the one to its left a number?"""
    return [None, *(column["tal"] for column in columns[:-1])]


def _with(widths: list[float], gaps: list[float]) -> tuple[float, ...]:
    return tuple(round(width + gap, 2) for width, gap in zip(widths, gaps, strict=True))


def _points(characters: int, size: float) -> float:
    return characters * size * TEGNBREDDE + LUFT


def _least(column: dict[str, object], cells: list[str], text: int) -> int:
    """Characters a column cannot do without."""
    head = max((len(word) for word in str(column["hoved"]).split()), default=1)
    if column["tal"]:
        return max([min(head, LANGT_HOVED), *(len(cell) for cell in cells), 4])
    if column["kode"]:
        return max([min(head, LANGT_HOVED), *(min(_size(cell), MEST_KODE) for cell in cells), 4])
    words = [len(word) for cell in cells for word in cell.split()]
    return max(min(max([head, *words]), text), 4)


def _size(cell: str) -> int:
    """A code's length in mean characters: capitals are wider."""
    return len(cell) + (sum(char.isupper() for char in cell) + 2) // 3


def _wish(column: dict[str, object], cells: list[str]) -> int:
    """Characters a column would like: all of its longest cell, its heading in two lines of whole words."""
    words = [len(word) for word in str(column["hoved"]).split()]
    head = max([(len(str(column["hoved"])) + 3) // 2, *words])
    longest = max([head, *(len(cell) for cell in cells)])
    return longest if longest <= MEST_TEKST else MEST_TEKST + min((longest - MEST_TEKST) // 6, MEST_TEKST)


def _share(least: list[int], wish: list[int], numbers: list[bool], size: float, room: float) -> list[float]:
    """
    What each column needs, and the rest by what they would like: first texts, then headings.

    Of the texts, those that would like little get all of it before those that would like more.
    """
    widths = [_points(n, size) for n in least]
    for kind in (False, True):
        extra = {
            place: max(w - n, 0) * size * TEGNBREDDE
            for place, (w, n, number) in enumerate(zip(wish, least, numbers, strict=True))
            if number is kind
        }
        for left, place in zip(range(len(extra), 0, -1), sorted(extra, key=lambda p: extra[p]), strict=True):
            widths[place] += min(extra[place], (room - sum(widths)) / left)
    stretch = room / sum(widths)
    return [width * (stretch if stretch <= STRAEK else 1) for width in widths]


def _squeezed(least: list[int], size: float, room: float) -> list[float]:
    """No paper is wide enough: every column gives in alike."""
    needs = [_points(n, size) for n in least]
    return [need * room / sum(needs) for need in needs]
