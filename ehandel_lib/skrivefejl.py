"""
Order numbers one slip from the system's own form: perhaps e-orders that were typed by hand.

The invoice then carries an order number, but not one that the rule for e-orders
knows. How many numbers would come so near by chance alone is counted beside.
"""

from __future__ import annotations

import re

import pandas as pd
from scipy import stats

from ehandel_lib.classify import nummerform

#: A system's form is taken from at least so many e-orders, and has so many signs of its own that are no
#: digit: digits alone come near each other by chance.
MIN_FORM, MIN_TEGN = 20, 2

#: More slips than chance gives in one case of twenty are listed.
SJAELDEN = 0.05

#: The letters that an order number may hold: a letter drawn at random is one of these.
BOGSTAVER = 29

#: The kinds of slip, and in which order they are asked for.
SKRIVEFEJL = {
    "ændret": "et tegn er et andet",
    "ombyttet": "to tegn er byttet om",
    "tilføjet": "et tegn for meget",
    "fjernet": "et tegn mangler",
}


def skrivefejl(poster: pd.DataFrame) -> pd.DataFrame:
    """
    Order numbers that are not e-orders, but one slip from the form that the system's own have.

    Returns
    -------
    DataFrame
        `form` (the system's, ``#`` is a digit and ``@`` a letter), `fejl` (a value of `SKRIVEFEJL`),
        `antal_fakturaer`, and `forventet`: how many of the other order numbers of the same length would come
        so near by chance if their signs were drawn at random. No order number itself is shown.

    Examples
    --------
    >>> numbers = ["TEL-%04d" % i for i in range(30)] + ["TEL 0007", "TLE-0008", "4711"]
    >>> poster = pd.DataFrame({"kommune_kode": "630", "faktura_id": range(33), "ordrenummer": numbers,
    ...                        "e_handlet": [True] * 30 + [False] * 3})
    >>> skrivefejl(poster).drop(columns="forventet").values.tolist()
    [['TEL-####', 'et tegn er et andet', 1], ['TEL-####', 'to tegn er byttet om', 1]]
    """
    once = poster.drop_duplicates(["kommune_kode", "faktura_id", "ordrenummer"]).dropna(
        subset=["ordrenummer"]
    )
    numbers = once["ordrenummer"].astype("str").str.strip().str.upper()
    own = once["e_handlet"].astype("bool")
    rows = []
    for form in _forms(numbers[own]):
        others = numbers[~own & ~numbers.str.fullmatch(_regex(_signs(form)))]
        for kind, ways in _slips(form).items():
            near = others.str.fullmatch("|".join(map(_regex, ways)))
            chance = _by_chance(ways, others)
            if near.any() and stats.poisson.sf(near.sum() - 1, chance) < SJAELDEN:
                rows.append((form, SKRIVEFEJL[kind], int(near.sum()), chance))
            others = others[~near]
    columns = ["form", "fejl", "antal_fakturaer", "forventet"]
    table = pd.DataFrame(rows, columns=columns).astype(
        {"form": "str", "fejl": "str", "antal_fakturaer": "Int64", "forventet": "Float64"}
    )
    return table.sort_values(
        ["antal_fakturaer", "form", "fejl"], ascending=[False, True, True], ignore_index=True
    )


def _forms(e_orders: pd.Series) -> list[str]:
    """The forms of the system's own order numbers, those that chance does not come near."""
    counts = nummerform(e_orders).value_counts()
    return sorted(
        form
        for form, n in zip(map(str, counts.index), counts, strict=True)
        if n >= MIN_FORM and sum(sign not in "#@" and not sign.isdigit() for sign in form) >= MIN_TEGN
    )


#: A place in a pattern where any sign may stand; it stands for itself nowhere else.
_HVAD_SOM_HELST = "\0"


def _signs(form: str) -> tuple[str, ...]:
    return tuple(form)


def _slips(form: str) -> dict[str, list[tuple[str, ...]]]:
    """Kind of slip → the patterns that a number with one such slip has."""
    signs, any_sign = _signs(form), (_HVAD_SOM_HELST,)
    places = range(len(signs))
    ways = {
        "ændret": [signs[:i] + any_sign + signs[i + 1 :] for i in places],
        "ombyttet": [
            (*signs[:i], signs[i + 1], signs[i], *signs[i + 2 :])
            for i in places[:-1]
            if signs[i] != signs[i + 1]
        ],
        "tilføjet": [signs[:i] + any_sign + signs[i:] for i in range(len(signs) + 1)],
        "fjernet": [signs[:i] + signs[i + 1 :] for i in places],
    }
    return {kind: list(dict.fromkeys(ways[kind])) for kind in SKRIVEFEJL}


_KLASSER = {"#": "[0-9]", "@": "[A-ZÆØÅ]", _HVAD_SOM_HELST: "."}


def _regex(signs: tuple[str, ...]) -> str:
    return "".join(_KLASSER.get(sign) or re.escape(sign) for sign in signs)


def _by_chance(ways: list[tuple[str, ...]], others: pd.Series) -> float:
    """How many of the numbers would fit if their letters and digits were drawn at random."""
    shapes = others.str.replace(r"[^\W\d_]", "@", regex=True).str.replace(r"\d", "#", regex=True)
    counts = shapes.value_counts()
    chances = [min(1.0, sum(_fits(way, str(shape)) for way in ways)) for shape in counts.index]
    return float(sum(n * chance for n, chance in zip(counts, chances, strict=True)))


def _fits(way: tuple[str, ...], shape: str) -> float:
    """The chance that a number of this shape has this pattern."""
    if len(way) != len(shape):
        return 0.0
    chance = 1.0
    for wanted, sign in zip(way, shape, strict=True):
        if wanted in (_HVAD_SOM_HELST, sign):
            continue
        drawn = 1 / BOGSTAVER if wanted.isalpha() and sign == "@" else 1 / 10
        chance *= drawn if sign == ("@" if wanted.isalpha() else "#") and wanted.isalnum() else 0.0
    return chance
