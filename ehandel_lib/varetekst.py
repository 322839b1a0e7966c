"""
What the text of an item tells: its words, and how much of it one price is for.

"Kuglepen blå, 20 stk." in an æske is twenty pieces, "Sæbe, 1 l" is a litre, and
"5x500 ark" 2,500 sheets. Prices are compared per piece, gram, millilitre or
sheet, and only where both texts or units of measure say so: a *ks* of unknown
content is compared with nothing but a *ks*.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

#: What a word for a measure is, and how many of the base unit it holds.
MAAL = {
    "stk": ("stk", 1.0), "styk": ("stk", 1.0), "stykker": ("stk", 1.0), "stks": ("stk", 1.0),
    "ea": ("stk", 1.0), "c62": ("stk", 1.0), "pcs": ("stk", 1.0), "h87": ("stk", 1.0),
    "ark": ("ark", 1.0), "breve": ("breve", 1.0), "par": ("par", 1.0),
    "rl": ("rl", 1.0), "rulle": ("rl", 1.0), "ruller": ("rl", 1.0), "poser": ("stk", 1.0),
    "kapsler": ("stk", 1.0), "tabletter": ("stk", 1.0),
    "l": ("ml", 1000.0), "ltr": ("ml", 1000.0), "liter": ("ml", 1000.0), "dl": ("ml", 100.0),
    "cl": ("ml", 10.0), "ml": ("ml", 1.0), "ltq": ("ml", 1000.0),
    "kg": ("g", 1000.0), "kgm": ("g", 1000.0), "g": ("g", 1.0), "gr": ("g", 1.0), "gram": ("g", 1.0),
}  # fmt: skip

#: Other words for the same package. What is not here or in `MAAL` is compared with its like only.
PAKNINGER = {
    "pakke": "pk", "pakker": "pk", "pak": "pk", "pkt": "pk", "pck": "pk",
    "æsk": "æske", "æs": "æske", "bx": "æske", "box": "æske",
    "kasse": "ks", "karton": "ks", "krt": "ks", "ct": "ks", "kolli": "kolli", "ps": "pose", "pose": "pose",
}  # fmt: skip

#: A text's content is taken from the first of these kinds that it names: 500 sheets of 80 g are 500 sheets.
_FOER = (("stk", "ark", "breve", "par", "rl"), ("ml", "g"))

#: Pieces are what a unit of measure counts best: such a unit is not opened further by its text.
_ENKELTE = frozenset({"stk", "par", "rl", "ml", "g", "ark"})

_TAL = r"(\d+(?:[.,]\d+)?)"
_INDHOLD = re.compile(
    rf"(?<![\w,.])(?:{_TAL}\s*[x×*]\s*)?{_TAL}\s*({'|'.join(sorted(MAAL, key=len, reverse=True))})\b"
)
_ORD = re.compile(r"[^\W_]+(?:[.,]\d+)?")

#: What two texts lose, of 100 points: for being about other numbers ("str. 4" and "str. 5"), which is another
#: thing, and for other contents (1 l and 500 ml), which can be compared by the litre.
ANDRE_TAL, ANDET_INDHOLD = 25, 10

#: Only the so many likeliest texts are looked at for numbers and contents: the others are no rivals.
NAERMESTE = 25


class Indhold(NamedTuple):
    """How much one unit of an item holds: so many of `maal`."""

    maal: str
    antal: float


def noegle(text: str) -> str:
    """
    The text as it is compared: letter case, marks and spaces do not count.

    Examples
    --------
    >>> noegle("Kopipapir  A4, 80 g. "), noegle("LED-Pære E27")
    ('kopipapir a4 80 g', 'led pære e27')
    """
    plain = unicodedata.normalize("NFC", text).casefold()
    return " ".join(word.strip(".,") for word in _ORD.findall(plain))


def indhold(text: str, enhed: str | None) -> Indhold | None:
    """
    How much one unit of this item holds, or None where the unit of measure is not known.

    A unit that is itself a litre, a kilo or a pair is taken at its word; a piece of a stated weight or volume
    is that weight or volume. Other units (a package) hold what the text says.

    Examples
    --------
    >>> indhold("Kuglepen, blå", "stk"), indhold("Kuglepen blå, 20 stk.", "æske")
    (Indhold(maal='stk', antal=1.0), Indhold(maal='stk', antal=20.0))
    >>> indhold("Sæbe, 1 l", "stk."), indhold("Kopipapir A4 80 g, 5x500 ark", "ks")
    (Indhold(maal='ml', antal=1000.0), Indhold(maal='ark', antal=2500.0))
    >>> indhold("Affaldsposer, karton", "KS"), indhold("Kartofler", "kg"), indhold("Kuglepen", None)
    (Indhold(maal='ks', antal=1.0), Indhold(maal='g', antal=1000.0), None)
    """
    unit = (enhed or "").casefold().strip(" .")
    if not unit:
        return None
    maal, each = MAAL.get(unit, (PAKNINGER.get(unit, unit), 1.0))
    if maal in _ENKELTE - {"stk"}:
        return Indhold(maal, each)
    kinds = _FOER[1:] if maal == "stk" else _FOER
    said = _stated(text, kinds)
    return said or Indhold(maal, each)


def _stated(text: str, kinds: tuple[tuple[str, ...], ...]) -> Indhold | None:
    """The content that the text states, of the first kind that it names."""
    found = []
    for times, number, word in _INDHOLD.findall(unicodedata.normalize("NFC", text).casefold()):
        maal, each = MAAL[word]
        found.append(Indhold(maal, _number(times or "1") * _number(number) * each))
    for kind in kinds:
        own = [content for content in found if content.maal in kind and content.antal > 0]
        if own:
            return own[0]
    return None


def _number(digits: str) -> float:
    return float(digits.replace(",", "."))


def ligheder(ene: list[str], andre: list[str]) -> np.ndarray:
    """
    How alike each of the one texts is to each of the others, from 0 to 100; both are keys (`noegle`).

    The mean of two measures of rapidfuzz, on the texts without their contents: whether the words are the same
    (`token_set_ratio`, which does not mind that one text says more) and whether the texts are
    (`token_sort_ratio`). Texts about other numbers or other contents are less alike.

    Returns
    -------
    ndarray
        One row for each of the one texts, one column for each of the others.

    Examples
    --------
    >>> ligheder(["bleer str 4"], ["bleer str 4", "bleer str 5"]).round().tolist()
    [[100.0, 66.0]]
    """
    names = [[_INDHOLD.sub(" ", text) for text in texts] for texts in (ene, andre)]
    scores = process.cdist(*names, scorer=fuzz.token_set_ratio).astype(float)
    scores = (scores + process.cdist(*names, scorer=fuzz.token_sort_ratio)) / 2
    numbers = [[frozenset(re.findall(_TAL, text)) for text in texts] for texts in names]
    sizes = [[_stated(text, _FOER) for text in texts] for texts in (ene, andre)]
    for row, nearest in enumerate(np.argsort(-scores, axis=1, kind="stable")[:, :NAERMESTE]):
        a, one = numbers[0][row], sizes[0][row]
        for column in nearest:
            b, other = numbers[1][column], sizes[1][column]
            scores[row, column] -= ANDRE_TAL * bool(a and b and not a & b)
            scores[row, column] -= ANDET_INDHOLD * bool(one and other and one != other)
    return scores
