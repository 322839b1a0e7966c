"""
Invoice files that cannot be read, each of one municipality.

Such a file stops its own municipality and no other. One that may hold anybody's rows stops them
all, for any municipality's figures might lack some.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ehandel_lib.errors import DeliveryError
from ehandel_lib.reference import LANDET, Kommune

FILNAVN = "ulaeselige.json"

#: What is said after the faults of files that may be anybody's, where there are several bodies.
ALLE = (
    "Ingen rapporter kan laves, før det er rettet: rækkerne i filen kan være fra enhver kommune. "
    "Er filen fra én kommune, så skriv det under dens [[filer]] i kilde.toml (kommune = …); "
    "så stopper den kun den kommune."
)


def write(store: Path, faults: Mapping[str, Sequence[str]]) -> None:
    """Keep what is wrong, municipality by municipality, with the prepared delivery."""
    told = {kode: "\n".join(its) for kode, its in faults.items()}
    (store / FILNAVN).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def read(store: Path) -> dict[str, str]:
    """What is wrong, by the municipality's code."""
    path = store / FILNAVN
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def refuse(store: Path, body: Kommune) -> None:
    """
    Stop a report that would lack rows: of a municipality with such a file, or of the whole country.

    Raises
    ------
    DeliveryError
        The text says which file and why.
    """
    faults = read(store)
    its = list(faults.values()) if body == LANDET else [faults[body.kode]] if body.kode in faults else []
    if its:
        raise DeliveryError("\n".join(its))
