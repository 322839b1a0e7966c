"""
How much memory the program may take: one setting, from which everything that comes in parts has its size.

What comes out does not hang on it. A small limit costs time, since the same work is
done in more and smaller parts.
"""

from __future__ import annotations

import os
import re

from ehandel_lib.errors import ParameterError

#: The variable, and what holds where it is not set: an eighth of a laptop of 8 GB. More made nothing faster.
MILJOE = "EHANDEL_HUKOMMELSE"
NORMAL = 10**9

#: The program itself with its libraries.
FAST = 300 * 10**6

#: The least that leaves room for rows.
MINDST = 500 * 10**6

#: What a row takes while the rows of a municipality are finished, and while a file is read.
PR_RAEKKE = 3_500
PR_LINJE = 5_000

_ENHEDER = {"MB": 10**6, "GB": 10**9}


def graense() -> int:
    """
    The limit in bytes.

    Raises
    ------
    ParameterError
        The variable is no size, or too small.
    """
    text = os.environ.get(MILJOE, "").strip()
    if not text:
        return NORMAL
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(MB|GB)", text.upper())
    if not found:
        raise ParameterError(f'{MILJOE}="{text}" er ingen størrelse; skriv fx 2GB eller 1500MB.')
    size = int(float(found[1].replace(",", ".")) * _ENHEDER[found[2]])
    if size < MINDST:
        raise ParameterError(f"{MILJOE}={text} er for lidt; programmet skal have mindst {MINDST // 10**6}MB.")
    return size


def raekker() -> int:
    """So many rows are finished at a time."""
    return (graense() - FAST) // PR_RAEKKE


def linjer() -> int:
    """So many lines of a file are read at a time."""
    return (graense() - FAST) // PR_LINJE
