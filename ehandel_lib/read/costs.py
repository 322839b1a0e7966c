"""
What `kilde.toml` says of what things cost: what a saving could pay for, kind of unit by kind of unit.

    [[hvad_koster]]
    enhedstype = "skole"     # may be left out: then for all kinds
    hvad = "lejrskoledag for en klasse"
    kr = 9000
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ehandel_lib.errors import suggestion

#: What may be said of a thing.
FELTER = ("enhedstype", "hvad", "kr")


class Ting(NamedTuple):
    """A thing that a kind of unit, or any, can buy for this price."""

    enhedstype: str | None
    hvad: str
    pris_oere: int


def read_costs(section: Sequence[Any], problems: list[str]) -> tuple[Ting, ...]:
    """
    The things of the sections `[[hvad_koster]]`; what is wrong goes to `problems`.

    Examples
    --------
    >>> wrong: list[str] = []
    >>> read_costs([{"hvad": "vikartime", "kr": 310.5}, {"hvad": "bil", "kr": 0}], wrong)
    (Ting(enhedstype=None, hvad='vikartime', pris_oere=31050),)
    >>> wrong
    ['[hvad_koster nr. 2] kr skal være et tal over 0']
    """
    things = []
    for n, said in enumerate(section, 1):
        known = said if isinstance(said, Mapping) else {}
        faults = _faults(f"[hvad_koster nr. {n}]", known)
        problems.extend(faults)
        if not faults:
            kind = known.get("enhedstype", "").strip() or None
            things.append(Ting(kind, known["hvad"].strip(), round(known["kr"] * 100)))
    return tuple(things)


def _faults(where: str, known: Mapping[str, Any]) -> list[str]:
    """What is wrong with what is said of one thing."""
    faults = [f"{where} {key} kendes ikke.{suggestion(key, FELTER)}" for key in known if key not in FELTER]
    price = known.get("kr", 0)
    if not isinstance(known.get("hvad"), str) or not known["hvad"].strip():
        faults.append(f"{where} hvad skal være en tekst i anførselstegn")
    if not isinstance(known.get("enhedstype", ""), str):
        faults.append(f"{where} enhedstype skal være en tekst i anførselstegn")
    if isinstance(price, bool) or not isinstance(price, (int, float)) or not 0 < price < float("inf"):
        faults.append(f"{where} kr skal være et tal over 0")
    return faults
