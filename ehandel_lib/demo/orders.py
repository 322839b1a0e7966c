"""
What stands in the order field of the invoices.

An e-order has a number in its system's form. No system's real forms are
published, so all of these are invented. The other invoices carry what real ones
carry: nothing, placeholders, something like initials, numbers of other kinds.
"""

from __future__ import annotations

import numpy as np
import polars as pl

#: '#' is a digit and '@' a letter. Invented: no system's real prefixes are known to this project.
MOENSTRE = {
    "TELLIS": "TEL-#######",
    "TT": "TT########",
    "TRICOM": "TRC######",
    "RK": "RK-####-####",
    "BUBO": "BB@@######",
    "KOMMERS": "KOM######",
    "KVANTUM": "KV-########",
}

#: Municipalities whose system is not known have forms of their own; these are dealt out in turn.
UKENDTES_MOENSTRE = ("IND######", "45########", "B-#####", "EH@######", "REK-##-#####")

#: Where there is no e-order: what stands instead, and how often.
UDEN_ORDRE = {
    "": 34,
    "NA": 8,
    "n/a": 5,
    "1": 4,
    "-": 2,
    "@@@@": 16,
    "@@@##": 9,
    "Rekv. ####": 6,
    "3#######": 12,
    "#####": 4,
}

#: The form of the numbers that suppliers' shops give. Invented.
BUTIKKENS = "3#######"

#: People write the prefix in small letters now and then.
SMAA_BOGSTAVER = 0.01

_BOGSTAVER = np.array(list("ABCDEFGHJKLMNPRSTUVXYZ"))


def patterns(kommuner: pl.DataFrame) -> list[str]:
    """The order-number form of each municipality, in order."""
    unknown = iter(UKENDTES_MOENSTRE * len(kommuner))
    return [MOENSTRE[s] if s in MOENSTRE else next(unknown) for s in kommuner["system"]]


def filled(moenster: str, n: int, rng: np.random.Generator) -> list[str]:
    """
    `n` values of this form.

    Examples
    --------
    >>> filled("Rekv. 7", 1, np.random.default_rng(1))
    ['Rekv. 7']
    """
    digits = rng.integers(0, 10, (n, len(moenster))).astype(str)
    letters = _BOGSTAVER[rng.integers(0, len(_BOGSTAVER), (n, len(moenster)))]
    signs = [
        digits[:, i] if sign == "#" else letters[:, i] if sign == "@" else np.full(n, sign)
        for i, sign in enumerate(moenster)
    ]
    return ["".join(row) for row in np.stack(signs, axis=1)] if moenster else [""] * n


def numbers(
    e_handlet: np.ndarray, lost: np.ndarray, k: np.ndarray, kommuner: pl.DataFrame, aar: int, froe: int
) -> np.ndarray:
    """The order field of each invoice; a lost order has the number of the supplier's shop."""
    rng = np.random.default_rng([froe, aar, 5])
    field = np.full(len(k), "", dtype=object)
    of_kommune = np.array(patterns(kommuner))[k]
    for moenster in sorted(set(of_kommune)):
        here = np.flatnonzero(e_handlet & (of_kommune == moenster))
        field[here] = filled(moenster, len(here), rng)
    small = e_handlet & (rng.random(len(k)) < SMAA_BOGSTAVER)
    field[small] = [text.lower() for text in field[small]]
    shares = np.array(list(UDEN_ORDRE.values()))
    kind = rng.choice(len(shares), len(k), p=shares / shares.sum())
    kind[lost] = list(UDEN_ORDRE).index(BUTIKKENS)
    for i, moenster in enumerate(UDEN_ORDRE):
        here = np.flatnonzero(~e_handlet & (kind == i))
        field[here] = filled(moenster, len(here), rng)
    return field
