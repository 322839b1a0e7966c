"""
What a file leaves open, and what decides it: "1.234" and "02/03/2023" can be read in two ways.

The sure values of a column vote on how its doubtful ones are read. A file is read
a block of rows at a time, by what its first block says; when all of it is known,
and the other files of its form too, a file that was read otherwise than they
decide, and has doubtful values, is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ehandel_lib.read import Filer

#: The column of an own yes or no; one that only ever says yes means no where it is empty.
JA_NEJ = "e_handlet_angivet"

DATOER = ("dag først", "måned først")
TAL = ("dansk", "engelsk")
SVAR = ("ja og nej", "kun ja")

#: The two ways of a column whose doubt is in no number.
MAADER = {"dato": DATOER, JA_NEJ: SVAR}


@dataclass(frozen=True)
class Stemmer:
    """How many of a column's values speak for its first way and its second, and how many are in doubt."""

    foerste: int = 0
    anden: int = 0
    tvivl: int = 0
    eksempel: str | None = None

    def __add__(self, other: Stemmer) -> Stemmer:
        return Stemmer(
            self.foerste + other.foerste,
            self.anden + other.anden,
            self.tvivl + other.tvivl,
            other.eksempel if self.eksempel is None else self.eksempel,
        )


@dataclass
class Valg:
    """The votes of a file's columns so far, and how each of them is read."""

    form: Filer
    stemmer: dict[str, Stemmer] = field(default_factory=dict)
    laest: dict[str, str] = field(default_factory=dict)

    def way(self, name: str, votes: Stemmer) -> str:
        """How the doubtful values of this block's column are read; its votes are counted."""
        self.stemmer[name] = self.stemmer.get(name, Stemmer()) + votes
        return self.laest.setdefault(name, _decided(self.form, name, votes, Stemmer())[0])


def _decided(form: Filer, name: str, here: Stemmer, everywhere: Stemmer) -> tuple[str, str]:
    """The way of a column, and why: as stated, by the file's votes, by all files', or by Danish use."""
    if name == JA_NEJ:
        votes = here + everywhere
        return SVAR[bool(votes.foerste and not votes.anden)], ""
    ways = MAADER.get(name, TAL)
    stated = form.datoform if name == "dato" else form.talform
    if stated:
        return stated, "som kilde.toml siger"
    if here.foerste != here.anden:
        return ways[here.foerste < here.anden], "som kolonnens andre værdier"
    if everywhere.foerste != everywhere.anden:
        return ways[everywhere.foerste < everywhere.anden], "som de andre filer af samme form"
    return ways[0], "som er dansk skik; intet i kolonnen afgør det"


def decided(own: Valg, files: Sequence[Valg]) -> dict[str, tuple[str, str]]:
    """Column → the way in which a file is to be read by what all files of its form say, and why."""
    return {
        name: _decided(own.form, name, votes, sum((f.stemmer.get(name, Stemmer()) for f in files), Stemmer()))
        for name, votes in own.stemmer.items()
    }


def explained(own: Valg, files: Sequence[Valg]) -> dict[str, str]:
    """Column → what is said of how its doubtful values were read; nothing of a column without any."""
    said = {}
    for name, (way, why) in decided(own, files).items():
        votes = own.stemmer[name]
        first, second = MAADER.get(name, TAL)
        if name == JA_NEJ:
            if way == SVAR[1]:
                said[name] = "kolonnen siger kun ja; et tomt felt er læst som nej"
        elif votes.tvivl:
            both = f" ({votes.foerste} taler for {first}, {votes.anden} for {second})"
            more = both if votes.foerste and votes.anden else ""
            said[name] = f"værdier, der kan læses på to måder: {votes.tvivl}; læst {way}, {why}{more}"
    return said


Read = TypeVar("Read")


def settled(
    files: Sequence[Read], valg: Callable[[Read], Valg], again: Callable[[Read, dict[str, str]], Read]
) -> list[Read]:
    """
    The files of one form, as the evidence in all of them says that they are to be read.

    Parameters
    ----------
    files : sequence
        The files, each read by what it says itself.
    valg : callable
        File → its votes.
    again : callable
        Reads a file once more, in these ways.
    """
    votes = [valg(file) for file in files]
    result = []
    for file, own in zip(files, votes, strict=True):
        ways = {name: way for name, (way, _) in decided(own, votes).items()}
        wrong = any(own.stemmer[name].tvivl and own.laest[name] != way for name, way in ways.items())
        result.append(again(file, ways) if wrong else file)
    return result
