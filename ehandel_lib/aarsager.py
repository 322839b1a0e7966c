"""
Why two reports differ, as far as their stamps can tell.

A report is stamped with what it was made of. Held against an earlier stamp it shows which data
files, rules, parts of the program, packages or parameters are others. Which of them moved which
figure can only be told where one thing changed at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ehandel_lib.leverance import LANDETS_TAL
from ehandel_lib.provenance import Facts

#: The delivery's own rules; every other file of it holds rows.
REGLER = "kilde.toml"

#: What a report is made of, by what can change: the name of each part in a sentence.
DATA, REGEL, PROGRAM, PAKKER, PARAMETRE = (
    "data",
    "leverancens regler",
    "programmet",
    "pakkerne",
    "parametrene",
)

#: What a parameter is called in a sentence.
PARAMETERNAVNE = {"aar": "året", "dybde": "dybden", "kommune": "kommunen", "leverance": "leverancens navn"}


@dataclass(frozen=True)
class Aarsag:
    """Something that two reports are not both made of: its kind, and what changed as a part of a sentence."""

    slags: str
    tekst: str


def aarsager(foer: Facts, nu: Facts) -> list[Aarsag]:
    """
    What the two reports are not both made of.

    Parameters
    ----------
    foer, nu : dict
        As from `provenance.facts`.
    """
    return [
        *(Aarsag(PARAMETRE, words) for words in _values("{}", foer["parametre"], nu["parametre"])),
        *_files(*({file["navn"]: file["sha256"] for file in facts["filer"]} for facts in (foer, nu))),
        *(Aarsag(PROGRAM, words) for words in _program(foer, nu)),
        *(Aarsag(PAKKER, words) for words in _packages(foer["program"], nu["program"])),
    ]


def _values(what: str, foer: Mapping[str, Any], nu: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*foer, *nu}):
        if foer.get(name) != nu.get(name):
            called = what.format(PARAMETERNAVNE.get(name, name))
            yield f"{called} var {foer.get(name, 'ikke med')} og er {nu.get(name, 'ikke med')}"


def _files(foer: Mapping[str, str], nu: Mapping[str, str]) -> Iterator[Aarsag]:
    for name in andre_filer(foer, nu):
        what = "ny" if name not in foer else "taget ud" if name not in nu else "ændret"
        if name.startswith(f"{LANDETS_TAL} "):  # figures are many
            what = {"ny": "nye", "ændret": "ændrede"}.get(what, what)
        yield Aarsag(REGEL if name == REGLER else DATA, f"{name} er {what}")


def andre_filer(foer: Mapping[str, str], nu: Mapping[str, str]) -> list[str]:
    """
    The files, by name and fingerprint, that two reports do not share.

    The country's figures are told where nothing else is: with the municipality's own they change too.

    Examples
    --------
    >>> andre_filer({"a.csv": "1", "landets tal 2024": "1"}, {"a.csv": "2", "landets tal 2024": "2"})
    ['a.csv']
    >>> andre_filer({"a.csv": "1", "landets tal 2024": "1"}, {"a.csv": "1", "landets tal 2024": "2"})
    ['landets tal 2024']
    """
    other = [name for name in sorted({*foer, *nu}) if foer.get(name) != nu.get(name)]
    return [name for name in other if not name.startswith(f"{LANDETS_TAL} ")] or other


def _program(foer: Facts, nu: Facts) -> Iterator[str]:
    """The notebooks by name; the library and the reference tables have one fingerprint together."""
    for name in sorted({*foer["notebooks"], *nu["notebooks"]}):
        if foer["notebooks"].get(name) != nu["notebooks"].get(name):
            yield f"kapitlet {name} er et andet"
    old, new = foer["program"], nu["program"]
    if old["kildekode"] != new["kildekode"]:
        commits = f" (commit {old['commit'][:12]} er nu {new['commit'][:12]})"
        yield "biblioteket eller referencetabellerne er andre" + commits * (old["commit"] != new["commit"])


def _packages(foer: Mapping[str, Any], nu: Mapping[str, Any]) -> Iterator[str]:
    yield from _values("{}", {"Python": foer["python"]}, {"Python": nu["python"]})
    yield from _values("{}", foer["pakker"], nu["pakker"])
    if foer["requirements.lock"] != nu["requirements.lock"]:
        yield "requirements.lock er en anden"


def egne_filer(regnskab: pd.DataFrame) -> set[str]:
    """The files of the delivery that hold rows of the municipality."""
    used = regnskab.loc[regnskab["raekker_tabel"] > 0, "kilde_fil"]
    return {name.split("/")[0] for name in used}
