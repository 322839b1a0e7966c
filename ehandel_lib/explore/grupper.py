"""
A part of the posts, and its groups: what an analyst asks for at the prompt, in the explorer and in a chapter.

A *gruppe* is a way to part the posts (category, supplier, month …). Its groups are named as a reader
would name them, by names that are unique; the key behind is never merged: a supplier is its CVR number, a
unit its id. The same words choose a part of the posts: ``udsnit(poster, varekategori="Møbler")``.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ehandel_lib import rates, schema
from ehandel_lib.errors import UnknownNameError, suggestion

#: A chart with more rows than this is not read; the rest stands together.
FLEST = 20

OEVRIGE = "Øvrige"
UDEN_CVR = "Uden CVR-nummer"
UDEN_AFTALE = "Uden aftale"
PAA_AFTALE = "På aftale"
UDEN_ENHED = "Uden enhed"

#: The measures, and the columns of `rates.begge` that hold a measure's rate, part and base.
MAAL = {
    "omsaetning": ("grad_omsaetning", "omsaetning_e_handlet_oere", "omsaetning_oere"),
    "faktura": ("grad_faktura", "fakturaer_e_handlet", "antal_fakturaer"),
}


def _named(poster: pd.DataFrame, key: str, name: str, without: str) -> pd.Series:
    """Each post's key as a name: its most frequent one; with the end of the key where two keys share it."""
    known = poster.dropna(subset=[key])
    counted = known.groupby([key, name], dropna=False).size().reset_index(name="_antal")
    first = counted.sort_values(["_antal", name], ascending=[False, True]).drop_duplicates(key)
    names = first.set_index(key)[name]
    names = names.where(names.notna(), names.index.to_series())
    shared = names.duplicated(keep=False)
    ends = "(" + names.index.to_series().str[-4:] + ")"
    unique = names.where(~shared, names.str.cat(ends, sep=" "))
    unique = unique.where(~unique.duplicated(keep=False), names.index.to_series())
    return poster[key].map(unique).fillna(without).astype("str")


def _text(column: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda poster: poster[column].fillna(schema.UKENDT).astype("str")


_PAA_AFTALE = {True: PAA_AFTALE, False: UDEN_AFTALE}

#: gruppe → how a post is named in it. The order is that of the explorer's menu.
_NAVNE: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "varekategori": _text("varekategori"),
    "beloebsinterval": _text("beloebsinterval"),
    "enhedstype": _text("enhedstype"),
    "enhed": lambda poster: _named(poster, "enhed_id", "enhed_navn", UDEN_ENHED),
    "leverandoer": lambda poster: _named(poster, "leverandoer_cvr", "leverandoer_navn", UDEN_CVR),
    "maaned": lambda poster: poster["dato"].dt.strftime("%Y-%m").astype("str"),
    "aftale": lambda poster: poster["aftale_nummer"].fillna(UDEN_AFTALE).astype("str"),
    "paa_aftale": lambda poster: (
        poster["paa_aftale"].map({True: PAA_AFTALE, False: UDEN_AFTALE}).astype("str")
    ),
}

#: gruppe → its name in a sentence ("pr. …").
GRUPPER = {
    "varekategori": "varekategori",
    "beloebsinterval": "beløbsinterval",
    "enhedstype": "enhedstype",
    "enhed": "enhed",
    "leverandoer": "leverandør",
    "maaned": "måned",
    "aftale": "aftale",
    "paa_aftale": "på eller uden for aftale",
}

#: Groups that have an order of their own; the others stand by size.
_ORDNET = {"maaned": None, "beloebsinterval": list(schema.BELOEBSINTERVALLER)}


def navne(poster: pd.DataFrame, gruppe: str) -> pd.Series:
    """
    The name of each post's group.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts.
    gruppe : str
        A key of `GRUPPER`.

    Raises
    ------
    UnknownNameError
        There is no such way to group.

    Examples
    --------
    Two units may share a name; their ids keep them apart.

    >>> poster = pd.DataFrame({"enhed_id": ["5790000000011", "5790000000028", None],
    ...                        "enhed_navn": ["Skolen", "Skolen", None]})
    >>> navne(poster, "enhed").tolist()
    ['Skolen (0011)', 'Skolen (0028)', 'Uden enhed']
    """
    if gruppe not in _NAVNE:
        raise UnknownNameError(f'Der kan ikke grupperes efter "{gruppe}".{suggestion(gruppe, list(GRUPPER))}')
    return _NAVNE[gruppe](poster).rename("gruppe")


def muligt_udsnit(poster: pd.DataFrame, **valg: str) -> pd.DataFrame:
    """
    The posts that belong to all of these groups; none where there is no such group.

    For a chapter that is made for many municipalities: what one of them buys, another may not.
    """
    chosen = pd.Series(True, index=poster.index)
    for gruppe, navn in valg.items():
        chosen &= navne(poster, gruppe) == navn
    return poster[chosen].reset_index(drop=True)


def udsnit(poster: pd.DataFrame, **valg: str) -> pd.DataFrame:
    """
    The posts that belong to all of these groups.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts.
    **valg : str
        A key of `GRUPPER` and the group's name, as `navne` gives it.

    Raises
    ------
    UnknownNameError
        There is no such group in the posts; the message offers the nearest.

    Examples
    --------
    >>> poster = pd.DataFrame({"varekategori": ["Møbler", "Bleer"], "enhedstype": ["Skole", None]})
    >>> udsnit(poster, varekategori="Bleer", enhedstype="Ukendt").index.tolist()
    [0]
    >>> udsnit(poster, varekategori="Møbel")
    Traceback (most recent call last):
    ...
    ehandel_lib.errors.UnknownNameError: Ingen poster har varekategori "Møbel". Mente du Møbler?
    """
    for gruppe, navn in valg.items():
        found = navne(poster, gruppe)
        if not (found == navn).any():
            hint = suggestion(navn, sorted(found.unique()))
            raise UnknownNameError(f'Ingen poster har {GRUPPER[gruppe]} "{navn}".{hint}')
    return muligt_udsnit(poster, **valg)


def per_gruppe(
    poster: pd.DataFrame, gruppe: str, maal: str = "omsaetning", flest: int = FLEST
) -> pd.DataFrame:
    """
    Both measures per group: the largest groups, and the rest together.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts, or an `udsnit` of them.
    gruppe : str
        A key of `GRUPPER`.
    maal : str
        A key of `MAAL`: whose base says how large a group is.
    flest : int
        So many groups have a row of their own.

    Returns
    -------
    DataFrame
        `gruppe` and the columns of `rates.begge`; months and amount bands in their own order, other groups by
        size, the rest ("Øvrige") last. Groups of few invoices show no numbers (`rates.skjul_smaa`).
    """
    base = MAAL[maal][2]
    labelled = poster.assign(gruppe=navne(poster, gruppe))
    counted = rates.begge(labelled, "gruppe")
    if gruppe in _ORDNET:
        order = _ORDNET[gruppe] or sorted(counted["gruppe"])
        shown = [name for name in order if name in set(counted["gruppe"])]
        return rates.skjul_smaa(counted.set_index("gruppe").loc[shown].reset_index())
    ranked = counted.sort_values([base, "gruppe"], ascending=[False, True])["gruppe"]
    if len(ranked) > flest + 1:  # one group is never "the rest"
        shown = ranked.head(flest).tolist()
        rest = labelled.assign(gruppe=labelled["gruppe"].where(labelled["gruppe"].isin(shown), OEVRIGE))
        counted, shown = rates.begge(rest, "gruppe"), [*shown, OEVRIGE]
    else:
        shown = ranked.tolist()
    return rates.skjul_smaa(counted.set_index("gruppe").loc[shown].reset_index())


#: What is shown of a single invoice, and so much of its number.
FAKTURAFELTER = [
    "faktura_nummer", "dato", "leverandoer_navn", "enhed_navn", "varekategori", "e_handlet", "ordre_regel",
    "beloeb_oere",
]  # fmt: skip
VISTE_TEGN = 4


def fakturaer(poster: pd.DataFrame, flest: int = 100) -> pd.DataFrame:
    """
    The largest posts one by one, for the analyst's own eyes: never for a report.

    Returns
    -------
    DataFrame
        `FAKTURAFELTER`, the largest first. Of the invoice's key only the last characters of its number are
        shown, and a supplier without a CVR number, who may be a person, is not named.
    """
    largest = poster.sort_values(["beloeb_oere", "faktura_id"], ascending=[False, True]).head(flest)
    number = largest["faktura_id"].str.split("|").str[-2].fillna(largest["faktura_id"]).str[-VISTE_TEGN:]
    named = largest["leverandoer_navn"].where(largest["leverandoer_cvr"].notna(), UDEN_CVR)
    shown = largest.assign(leverandoer_navn=named, faktura_nummer="…" + number)
    return shown[FAKTURAFELTER].reset_index(drop=True)
