"""
What is said of a delivery: its name, its files, and the rules that apply.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ehandel_lib.store.history import Udgave

#: What the figures of all municipalities in a year are called among the files, before the year.
LANDETS_TAL = "landets tal"


class Kildefil(NamedTuple):
    """A file of the delivery: its name in it, what it holds, and what was decided in order to read it."""

    navn: str
    sha256: str
    bytes: int
    note: str


@dataclass(frozen=True)
class Leverance:
    """
    What the report says about the delivery. `asof` is the latest date among the municipality's posts.

    `filer` are those that the municipality's rows came from, the rules, and the country's figures.

    `opgoerelser` names those of its files that hold suppliers' turnover statements.

    `mangler` names the municipalities whose own files cannot be read: they are in no comparison.

    `historik` holds the versions of its files that were replaced on this machine. The report does not print
    it: elsewhere the same delivery has another history, and its report must be the same.
    """

    navn: str
    syntetisk: bool
    valuta: str
    datobasis: str
    asof: date
    filer: tuple[Kildefil, ...]
    e_ordre_regler: tuple[str, ...]
    noegle: str
    historik: tuple[Udgave, ...] = ()
    mangler: tuple[str, ...] = ()
    opgoerelser: frozenset[str] = frozenset()
