"""
Which numbers a reader may not see: groups of few invoices, and what would tell them.

A rate of few invoices says more about chance than about purchasing, so it is hidden, and
with it one more of the same table that it could be told from. Goods bought for single
citizens (`data/reference/borgernaere.csv`) are held stricter: there
neither the e-traded invoices nor the others, nor what is left when one table is
subtracted from another, may be one to four.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from ehandel_lib import reference

#: Why a category of goods for citizens shows no numbers, though it has invoices enough.
BORGERE = "skjult af hensyn til borgere"

#: Why a group of many invoices shows none.
DAEKKER = "skjuler en mindre gruppe"


@cache
def borgernaere() -> frozenset[str]:
    """
    The categories whose purchases are tied to single citizens.

    Examples
    --------
    >>> sorted(borgernaere())
    ['Bleer', 'Bleer med bevilling', 'Høreapparater']
    """
    return frozenset(reference.table("borgernaere")["varekategori"])


def er_borgernaer(frame: pd.DataFrame) -> pd.Series:
    """
    Is the row such a category in one municipality?

    A row of one of several municipalities is a dot among others, and none of its numbers is shown.
    """
    if "varekategori" not in frame or "kommune_kode" in frame:
        return pd.Series(False, index=frame.index)
    return frame["varekategori"].isin(borgernaere())


def faa(antal: pd.Series, mindst: int) -> pd.Series:
    """
    Is the number too small to be shown? None at all is not: there is nobody to protect.

    Examples
    --------
    >>> faa(pd.Series([0, 1, 4, 5, None], dtype="Int64"), 5).tolist()
    [False, True, True, False, False]
    """
    return ((antal > 0) & (antal < mindst)).fillna(False).astype("bool")


def faa_i_en_del(frame: pd.DataFrame, mindst: int) -> pd.Series:
    """Is the row's number of invoices, of e-traded ones or of the others too small to be shown?"""
    count = frame["antal_fakturaer"].astype("Int64")
    small = faa(count, mindst)
    if "fakturaer_e_handlet" not in frame:
        return small
    e_traded = frame["fakturaer_e_handlet"].astype("Int64")
    return small | faa(e_traded, mindst) | faa(count - e_traded, mindst)


def celler(
    antal: pd.Series,
    summer: Sequence[Sequence[int]],
    mindst: int,
    *,
    vaegt: pd.Series | None = None,
    ogsaa: Collection[int] = (),
    borgernaer: Collection[int] = (),
) -> tuple[pd.Series, pd.Series]:
    """
    Which cells to hide: the small ones, and others that cover for them.

    Where just one member of a sum is hidden, it is the sum less the others. The least other member with an
    invoice is then hidden too, which may call for the next one in another sum, until no sum has just one.
    Where cells of goods for citizens are hidden, so are others of at least `mindst` invoices in the sum. At
    last each cell that covers is shown again, the weightiest first, where no sum needs it any more.

    Parameters
    ----------
    antal : Series of Int64
        The number of invoices in each cell.
    summer : sequence of lists
        The index labels of cells that add up to something known, or that are such a sum and its parts.
    mindst : int
    vaegt : Series, optional
        What a reader loses with each cell: the least is hidden first. By default its number of invoices.
    ogsaa : collection of labels
        Cells to hide besides the small ones.
    borgernaer : collection of labels
        Cells of goods for citizens.

    Returns
    -------
    few, covering : Series of bool

    Examples
    --------
    >>> antal = pd.Series([3, 9, 7, 0, 20, 8])
    >>> few, covering = celler(antal, [[0, 1, 2, 3], [2, 4], [5]], 5)
    >>> few.tolist(), covering.tolist()
    ([True, False, False, False, False, False], [False, False, True, False, True, False])
    >>> light = pd.Series([0, 10, 50, 0, 0, 0])
    >>> celler(antal, [[0, 1, 2, 3], [2, 4], [5]], 5, vaegt=light)[1].tolist()
    [False, True, False, False, False, False]
    """
    count: dict[Any, int] = {label: int(n) for label, n in antal.items() if n > 0}
    weight: dict[Any, Any] = dict(zip(antal.index, antal if vaegt is None else vaegt, strict=True))
    present = [[label for label in members if label in count] for members in summer]
    # a cell that is all of a sum is known by it, and covers for nothing
    whole = {members[0] for members in present if len(members) == 1}
    few = {label for label, n in count.items() if n < mindst} | (count.keys() & set(ogsaa))
    hidden, personal = set(few), set(borgernaer)

    def lacking(members: Sequence[Any], hidden: set[Any]) -> list[Any]:
        return _daekkende(members, hidden, personal, count, mindst)

    while cover := next(filter(None, (lacking(members, hidden) for members in present)), None):
        hidden.add(min(cover, key=lambda label: (label in whole, weight[label])))
    for label in sorted(hidden - few, key=lambda label: (-weight[label], label)):
        if not any(lacking(members, hidden - {label}) for members in present if label in members):
            hidden.remove(label)
    return antal.index.to_series().isin(few), antal.index.to_series().isin(hidden - few)


def _daekkende(
    members: Sequence[Any], hidden: set[Any], personal: set[Any], count: Mapping[Any, int], mindst: int
) -> list[Any]:
    """The cells of a sum of which one must be hidden too, or none where nothing is told."""
    gone = hidden.intersection(members)
    shown = [label for label in members if label not in hidden]
    others = [label for label in shown if label not in personal]
    told = bool(gone & personal and others) and sum(count[label] for label in gone - personal) < mindst
    return (others or shown) if told or len(gone) == 1 else []
