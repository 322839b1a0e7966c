"""
E-handel and agreements are two axes: an order can go through the system for goods on no agreement.

SKI's report names eight ways to e-trade, four on agreements and four off them
(chapter 2, "E-handelsmåder på og uden for aftaler"). Invoices tell some of them
apart: whether the agreement still held on the day, and whether the supplier has
an agreement at all. Free text, a B-assortment and a punch-out to other goods look
the same on an invoice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ehandel_lib import rates, skjul
from ehandel_lib.rates import MIN_FAKTURAER

#: The ways to buy, from the agreement outward. An agreement outside its period counts as none, as with SKI.
PAA_AFTALE, UDLOEBET, AFTALELEVERANDOER, ANDEN = MAADER = (
    "På gældende aftale",
    "På en aftale uden for dens periode",
    "Uden aftale, hos en aftaleleverandør",
    "Uden aftale, hos en anden leverandør",
)

#: The four fields: name → (is it on an agreement that holds?, is it e-traded?).
FELTER = {
    "aftale_e": (True, True),
    "aftale_ikke": (True, False),
    "uden_e": (False, True),
    "uden_ikke": (False, False),
}


class Oplyst(NamedTuple):
    """What the delivery tells of the municipality's purchases: any agreement, any supplier?"""

    aftaler: bool = True
    leverandoerer: bool = True


ALT_OPLYST = Oplyst()


def oplyst(poster: pd.DataFrame) -> Oplyst:
    """
    Do the posts tell agreements and suppliers at all?

    A delivery without these columns says nothing of what is bought on agreements.

    Examples
    --------
    >>> oplyst(pd.DataFrame({"aftale_nummer": [None, None], "leverandoer_cvr": ["12345678", None]}))
    Oplyst(aftaler=False, leverandoerer=True)
    """
    return Oplyst(*(bool(poster[name].notna().any()) for name in ("aftale_nummer", "leverandoer_cvr")))


def sammenlignelige(linjer: pd.DataFrame, oplyst: Oplyst) -> pd.DataFrame:
    """The posts, or lines, that can be held up against agreements: none where no agreement is told."""
    return linjer if oplyst.aftaler else linjer.head(0)


def gaelder(poster: pd.DataFrame, aftaler: pd.DataFrame) -> pd.Series:
    """
    Is the post, or line, bought on an agreement that held on the day?

    Where the delivery says nothing of an agreement's period, it holds.

    Parameters
    ----------
    poster : DataFrame
        With `dato`, `aftale_nummer` and `delaftale_nummer`.
    aftaler : DataFrame
        `Data.aftaler`: `aftale_nummer`, `delaftale_nummer`, `aftale_start` and `aftale_slut`, both included.

    Returns
    -------
    Series of bool
        False without an agreement.
    """
    holds = poster["aftale_nummer"].notna().to_numpy(dtype=bool, copy=True)
    # a municipality can have millions of lines, and few of them on an agreement with a period
    told = poster["aftale_nummer"].isin(aftaler["aftale_nummer"]).to_numpy(dtype=bool)
    dates, period = poster["dato"][told], periode(poster[told], aftaler)
    outside = (dates < period["aftale_start"]) | (dates > period["aftale_slut"])
    holds[told] = ~outside.to_numpy(dtype=bool)
    return pd.Series(holds, index=poster.index)


def periode(poster: pd.DataFrame, aftaler: pd.DataFrame) -> pd.DataFrame:
    """Each post's `aftale_start` and `aftale_slut`: the lot's own, else the agreement's, else missing."""
    lots, own = _noegle(aftaler), _noegle(poster)
    found = {}
    for name in ("aftale_start", "aftale_slut"):
        known = dict(zip(lots, aftaler[name], strict=True))
        lot, whole = (pd.to_datetime(keys.map(known)) for keys in (own, poster["aftale_nummer"]))
        found[name] = lot.fillna(whole)
    return pd.DataFrame(found, index=poster.index).astype("datetime64[ns]")


def _noegle(rows: pd.DataFrame) -> pd.Series:
    """Agreement and lot as one key: "50.96/2", or "50.55" where there is no lot."""
    lot = ("/" + rows["delaftale_nummer"].astype("str")).where(rows["delaftale_nummer"].notna(), "")
    return rows["aftale_nummer"].astype("str") + lot.astype("str")


def med_koebsmaade(poster: pd.DataFrame, aftaler: pd.DataFrame) -> pd.DataFrame:
    """
    The posts with `gaeldende` (on an agreement that held) and `koebsmaade`, one of `MAADER`.

    An agreement supplier is one from whom the municipality bought on an agreement in the same posts.
    """
    holds = gaelder(poster, aftaler)
    suppliers = set(poster.loc[poster["aftale_nummer"].notna(), "leverandoer_cvr"].dropna())
    how = pd.Series(ANDEN, index=poster.index, dtype="str")
    how = how.mask(poster["leverandoer_cvr"].isin(suppliers), AFTALELEVERANDOER)
    how = how.mask(poster["aftale_nummer"].notna(), UDLOEBET).mask(holds, PAA_AFTALE)
    return poster.assign(gaeldende=holds, koebsmaade=how)


def koebsmaader(poster: pd.DataFrame, aftaler: pd.DataFrame) -> pd.DataFrame:
    """
    Both measures per way of buying, small groups hidden.

    Returns
    -------
    DataFrame
        `koebsmaade` in the order of `MAADER`, the columns of `rates.begge`, and `andel_omsaetning`: the
        group's share of the turnover. An invoice counts in each group where it has a post.
    """
    counted = rates.begge(med_koebsmaade(poster, aftaler), "koebsmaade")
    every = pd.DataFrame({"koebsmaade": pd.Series(MAADER, dtype="str")})
    frame = every.merge(counted, on="koebsmaade", how="left", validate="1:1")
    whole = frame.select_dtypes("number").columns.difference(
        ["grad_faktura", "grad_omsaetning", "grad_lav", "grad_hoej"]
    )
    frame[whole] = frame[whole].fillna(0)
    total = frame["omsaetning_oere"].sum()
    share, _ = rates.ratio(frame["omsaetning_oere"], pd.Series(total, index=frame.index, dtype="Int64"))
    return rates.skjul_smaa(frame.assign(andel_omsaetning=share))


def fire_felter(poster: pd.DataFrame, aftaler: pd.DataFrame, by: str) -> pd.DataFrame:
    """
    On an agreement or not, e-traded or not: the four parts of each group's turnover.

    Parameters
    ----------
    by : str
        Column to group by; what has no value there is a group too.

    Returns
    -------
    DataFrame
        The group, `antal_fakturaer`, `omsaetning_oere`, and for each of `FELTER` its invoices, øre and share
        of the group's turnover (``aftale_e_fakturaer``, ``aftale_e_oere``, ``aftale_e_andel`` …). A part with
        fewer than `rates.MIN_FAKTURAER` invoices is hidden, and another one with it where it could be told
        from the rest of this table; of `skjulte` all are. `skjult_andel` is what the hidden parts are
        together, and `aarsag` says why a row has none.
    """
    marked = med_koebsmaade(poster, aftaler)
    groups = rates.begge(marked, by)[[by, "antal_fakturaer", "fakturaer_e_handlet", "omsaetning_oere"]]
    keys = [by, "gaeldende", "e_handlet"]
    cells = rates.begge(marked.assign(gaeldende=marked["gaeldende"].astype("boolean")), keys)
    counts, money = {}, {}
    for felt, (on, e) in FELTER.items():
        part = cells[(cells["gaeldende"] == on) & (cells["e_handlet"] == e)]
        own = groups[[by]].merge(part, on=by, how="left", validate="1:1")
        counts[felt], money[felt] = own["antal_fakturaer"].fillna(0), own["omsaetning_oere"].fillna(0)
    held_back = pd.Series(False, index=groups.index)
    if by == "varekategori":
        held_back = groups[by].isin(skjulte(poster, aftaler))
    hidden = _skjulte_felter(pd.DataFrame(counts), held_back)
    shown = _vist(groups, hidden, pd.DataFrame(counts), pd.DataFrame(money))
    return shown.sort_values(["omsaetning_oere", by], ascending=[False, True], ignore_index=True)


def _vist(
    groups: pd.DataFrame, hidden: pd.DataFrame, counts: pd.DataFrame, money: pd.DataFrame
) -> pd.DataFrame:
    """The groups with those of their four parts that are not hidden, and their shares."""
    shown = rates.skjul_smaa(groups)
    few = shown["antal_fakturaer"].isna()
    bad = (money < 0).any(axis="columns") | (groups["omsaetning_oere"] <= 0)
    shares = money.div(groups["omsaetning_oere"].where(groups["omsaetning_oere"] != 0), axis="index")
    shares = shares.astype("Float64").mask(hidden).mask(bad | few)
    rest = (1 - shares.sum(axis="columns")).where(hidden.any(axis="columns") & ~bad & ~few)
    parts = {f"{felt}_fakturaer": counts[felt].mask(hidden[felt] | few) for felt in FELTER}
    parts |= {f"{felt}_oere": money[felt].mask(hidden[felt] | few) for felt in FELTER}
    parts |= {f"{felt}_andel": shares[felt] for felt in FELTER}
    reason = shown["aarsag"].where(few).mask(bad & ~few, "kreditnotaer overstiger køb")
    numbers = shown[["antal_fakturaer", "omsaetning_oere"]]
    return groups.drop(columns="fakturaer_e_handlet").assign(
        **numbers, **parts, skjult_andel=rest, aarsag=reason
    )


def _skjulte_felter(counts: pd.DataFrame, ogsaa: pd.Series) -> pd.DataFrame:
    """
    Which parts to hide: small ones, all parts of the rows `ogsaa`, and those that would tell one of them.

    A part hidden alone in its row is the row less the others.
    """
    rows = np.arange(counts.size).reshape(counts.shape)
    few, covering = skjul.celler(
        pd.Series(counts.to_numpy().ravel()), rows.tolist(), MIN_FAKTURAER,
        ogsaa=rows[ogsaa.to_numpy()].ravel(),
    )  # fmt: skip
    return pd.DataFrame((few | covering).to_numpy().reshape(counts.shape), counts.index, counts.columns)


def skjulte(poster: pd.DataFrame, aftaler: pd.DataFrame) -> frozenset[str]:
    """
    The categories of goods for citizens of which the report does not say what is on agreements.

    The report shows a category as a whole, its purchases on any agreement, and those on an agreement that
    held. Where what lies between them, e-traded or not, is a group of few invoices, a subtraction would tell
    it; of such a category only the whole is shown.

    Parameters
    ----------
    poster, aftaler : DataFrame
        As for `gaelder`.
    """
    own = med_koebsmaade(poster[poster["varekategori"].isin(skjul.borgernaere())], aftaler)
    where = own["koebsmaade"].where(own["koebsmaade"].isin([PAA_AFTALE, UDLOEBET]), ANDEN)
    counted = rates.begge(own.assign(koebsmaade=where), ["varekategori", "koebsmaade"])
    return frozenset(counted.loc[skjul.faa_i_en_del(counted, MIN_FAKTURAER), "varekategori"])


def uden_for_perioden(poster: pd.DataFrame, aftaler: pd.DataFrame) -> pd.DataFrame:
    """
    What is bought on agreements that had ended, or had not begun, on the day; small groups hidden.

    Returns
    -------
    DataFrame
        `aftale_nummer`, `varekategori`, `aftale_start`, `aftale_slut`, the columns of `rates.begge` and
        `dato` (the last such purchase), most invoices first. `skjulte` have no row.
    """
    marked = med_koebsmaade(poster, aftaler)
    late = marked[marked["koebsmaade"] == UDLOEBET]
    late = late[~late["varekategori"].isin(skjulte(poster, aftaler))]
    late = late.assign(**periode(late, aftaler))
    keys = ["aftale_nummer", "varekategori", "aftale_start", "aftale_slut"]
    counted = rates.begge(late, keys)
    last = late.groupby(keys, dropna=False)["dato"].max().reset_index()
    frame = counted.merge(last, on=keys, validate="1:1")
    frame = frame.sort_values(
        ["antal_fakturaer", "aftale_nummer"], ascending=[False, True], ignore_index=True
    )
    hidden = rates.skjul_smaa(frame)
    return hidden.assign(dato=hidden["dato"].where(hidden["antal_fakturaer"].notna()))
