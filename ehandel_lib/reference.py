"""
The reference tables that ship with the project, and the look-up of a municipality.

They lie in `data/reference/`, one CSV each, with the source and the certainty
of every row. `data/README.md` says where each comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from ehandel_lib.errors import UnknownNameError, shorten, suggestion

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "data" / "reference"

#: Names in use that are not the one in our table. Source: domain notes on spelling variants;
#: Aa/Å follows the municipalities' own two spellings.
ALIASES = {
    "nordfyn": "Nordfyns",
    "vesthimmerland": "Vesthimmerlands",
    "brønderslev-dronninglund": "Brønderslev",
    "bornholms regions": "Bornholm",
    "mors": "Morsø",
    "copenhagen": "København",
}


@dataclass(frozen=True)
class Kommune:
    """One municipality, or another public body that a delivery names for itself."""

    kode: str
    navn: str
    officielt_navn: str
    region: str = ""
    cvr: str = ""


#: All municipalities of a delivery, where they are reported on together.
LANDET = Kommune("landet", "Hele landet", "kommunerne i leverancen")


@cache
def _read(name: str) -> pd.DataFrame:
    frame = pd.read_csv(FOLDER / f"{name}.csv", sep=";", dtype="str", keep_default_na=False)
    return frame.replace("", pd.NA)


def table(name: str) -> pd.DataFrame:
    """
    A reference table as text columns; empty cells are missing.

    Parameters
    ----------
    name : {"kommuner", "varekategorier", "aftaler", "koder", "systemer", "ski_2023", "handlingsraad",
        "tid_og_penge", "tiltag", "hvad_koster", "enhedstyper", "borgernaere", "ordliste"}

    Examples
    --------
    >>> len(table("kommuner"))
    98
    """
    return _read(name).copy()


def ski(maal: str) -> pd.Series:
    """
    One measure of SKI's 2023 figures as shares, by its key.

    Examples
    --------
    >>> float(ski("kategori_faktura")["AV-udstyr"])
    0.44
    """
    rows = table("ski_2023").query("maal == @maal")
    return rows.set_index("noegle")["vaerdi"].astype("Float64") / 100


@cache
def kommuner() -> dict[str, Kommune]:
    """The 98 municipalities by three-digit code."""
    fields = ["kommune_kode", "kommune_navn", "officielt_navn", "region", "cvr"]
    return {row[0]: Kommune(*row) for row in table("kommuner")[fields].itertuples(index=False, name=None)}


def fold(name: str) -> str:
    """
    A municipality's name as it is compared: case, Å/Aa, hyphens and "Kommune" do not count.

    Examples
    --------
    >>> fold("Århus Kommune") == fold("aarhus")
    True
    >>> fold("Høje Taastrup") == fold("Høje-Tåstrup")
    True
    """
    text = re.sub(r"\s+kommune$", "", name.strip().casefold()).replace("å", "aa")
    text = re.sub(r"[\s-]+", "-", text)
    return re.sub(r"s?-?regionskommune$", "", text)


def _named(bodies: Iterable[Kommune]) -> dict[str, Kommune]:
    """The bodies by each of their own names, folded."""
    return {fold(name): body for body in bodies for name in (body.navn, body.officielt_navn)}


@cache
def _names() -> dict[str, Kommune]:
    """The 98 municipalities by every name they are known by, folded."""
    names = _named(kommuner().values())
    return names | {fold(alias): names[fold(target)] for alias, target in ALIASES.items()}


def find_kommune(name: str, *, others: tuple[Kommune, ...] = ()) -> Kommune:
    """
    The municipality with this name or code.

    Parameters
    ----------
    name : str
        A name in any of its spellings, or a code: ``"Århus"``, ``"630"``, ``"0630"``, ``"630.0"``.
    others : tuple of Kommune
        Bodies that a delivery names for itself; they win over the 98.

    Raises
    ------
    UnknownNameError
        No such municipality; the message offers the nearest names.

    Examples
    --------
    >>> find_kommune("Århus").kode
    '751'
    >>> find_kommune("0630").navn
    'Vejle'
    >>> find_kommune("Vejel")
    Traceback (most recent call last):
    ...
    ehandel_lib.errors.UnknownNameError: Der findes ingen kommune "Vejel". Mente du Vejle eller Vejen?
    """
    by_code = kommuner() | {body.kode: body for body in others}
    raw = re.sub(r"\.0$", "", name.strip())
    # a body's own code may begin with a zero that belongs to it
    for code in (raw, raw.lstrip("0") if raw.isdigit() else raw):
        if code in by_code:
            return by_code[code]
    by_name = _names() | _named(others)
    try:
        return by_name[fold(name)]
    except KeyError:
        shown = shorten(" ".join(name.split()), 40)
        hint = suggestion(name, [body.navn for body in by_code.values()])
        raise UnknownNameError(f'Der findes ingen kommune "{shown}".{hint}') from None
