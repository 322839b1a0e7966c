"""
The definitions: what counts, over what.

A rate is a ratio of two sums and keeps both: *taeller* is what is e-handlet,
*naevner* its base. There are two measures, always shown together: the share of
the turnover (*omsætning*, in øre) and the share of the invoices (*faktura*,
each counted once). Every function takes any frame of posts that narwhals takes
(pandas, Polars, DuckDB, PySpark), or a cube of them (`kube`), and gives a small
pandas frame, one row per group; what has no value in a group's column is a
group too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from ehandel_lib import skjul, sums

By = str | Sequence[str]

#: Two-sided 95 %: the standard normal's 97.5 % point.
Z95 = 1.959963984540054

#: A group with fewer invoices shows no rate: it says more about chance, and perhaps about a person, than
#: about purchasing.
MIN_FAKTURAER = 5

#: A group is named as the highest or the lowest, and has a level without brackets, from this many invoices.
FUND_MINDST = 20

#: SKI's colour limits (chapter 5, page 1/2): green above 55 %, red below 20 %, yellow between.
GROEN_OVER, ROED_UNDER = 0.55, 0.20


def keys(by: By) -> list[str]:
    """The columns to group by, as a list."""
    return [by] if isinstance(by, str) else list(by)


def _number(frame: Any, column: str) -> nw.Expr:
    """How many a row stands for: a cube's rows say it in `column`, a post is one."""
    names = nw.from_native(frame).collect_schema().names()
    return nw.col(column) if column in names else nw.lit(1)


def ratio(taeller: pd.Series, naevner: pd.Series) -> tuple[pd.Series, pd.Series]:
    """
    The ratio, and why it is missing where it is.

    Parameters
    ----------
    taeller, naevner : Series of Int64

    Returns
    -------
    grad : Series of Float64
        Between 0 and 1; missing where the base is zero or negative, or where credit notes push the part
        outside its whole.
    aarsag : Series of str
        The reason in Danish, missing where there is a rate.

    Examples
    --------
    >>> grad, aarsag = ratio(pd.Series([3, 0, 5, -1], dtype="Int64"), pd.Series([4, 0, -2, 9], dtype="Int64"))
    >>> grad.tolist(), aarsag.fillna("").tolist()
    ([0.75, <NA>, <NA>, <NA>], ['', 'intet grundlag', 'negativt grundlag', 'kreditnotaer overstiger køb'])
    """
    part, whole = taeller.astype("Float64"), naevner.astype("Float64")
    inside = (naevner > 0) & (taeller >= 0) & (taeller <= naevner)
    reason = np.select(
        [inside, naevner == 0, naevner < 0],
        ["", "intet grundlag", "negativt grundlag"],
        "kreditnotaer overstiger køb",
    )
    aarsag = pd.Series(reason, index=naevner.index, dtype="str").replace("", pd.NA)
    return (part / whole.where(naevner != 0)).where(inside), aarsag


def wilson(taeller: pd.Series, naevner: pd.Series) -> tuple[pd.Series, pd.Series]:
    """
    Wilson's 95 % interval for a share of counts.

    The ledger is complete, so there is no sampling error; the interval says how far the share could have
    landed elsewhere by chance alone had the same buyers bought once more. A small group has a wide one.

    Source: Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> low, high = wilson(pd.Series([0, 8], dtype="Int64"), pd.Series([10, 10], dtype="Int64"))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.49], [0.278, 0.943])
    """
    n = naevner.where(naevner > 0).astype("Float64")
    share = taeller.astype("Float64") / n
    centre = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * (share * (1 - share) / n + Z95**2 / (4 * n**2)) ** 0.5
    return (centre - half).clip(lower=0), (centre + half).clip(upper=1)


def omsaetning(poster: Any, by: By = ()) -> pd.DataFrame:
    """
    E-handelsgrad on turnover: e-traded øre over øre, per group.

    Parameters
    ----------
    poster : frame
        Posts, with `e_handlet` and `beloeb_oere`.
    by : str or sequence of str
        Columns to group by; none gives one row for all.

    Returns
    -------
    DataFrame
        The group, `antal` (posts), `taeller` and `naevner` (øre), `grad` and `aarsag`.

    Examples
    --------
    >>> poster = pd.DataFrame({"varekategori": ["Bleer", "Bleer", None], "e_handlet": [True, False, False],
    ...                        "beloeb_oere": [300, 100, 0]})
    >>> omsaetning(poster, "varekategori")
      varekategori  antal  taeller  naevner  grad          aarsag
    0        Bleer      2      300      400  0.75             NaN
    1          NaN      1        0        0  <NA>  intet grundlag
    """
    amount, groups = nw.col("beloeb_oere"), keys(by)
    poster = sums.only(poster, [*groups, "e_handlet", "beloeb_oere", "antal_poster"])
    totals = sums.per_group(
        poster,
        groups,
        antal=_number(poster, "antal_poster"),
        taeller=nw.when(nw.col("e_handlet")).then(amount).otherwise(0),
        naevner=amount,
    )
    grad, aarsag = ratio(totals["taeller"], totals["naevner"])
    return totals.assign(grad=grad, aarsag=aarsag)


def fakturaer(poster: Any, by: By = ()) -> pd.DataFrame:
    """
    E-handelsgrad on invoices: e-traded invoices over invoices, per group.

    An invoice counts once in each group where it has a post, and is e-traded there if one of those posts is.

    Parameters
    ----------
    poster : frame
        Posts, with `kommune_kode`, `faktura_id` and `e_handlet`.
    by : str or sequence of str
        Columns to group by; none gives one row for all.

    Returns
    -------
    DataFrame
        The group, `antal` (invoices), `taeller` and `naevner` (invoices), `grad`, `aarsag`, and `grad_lav`
        and `grad_hoej` (Wilson's 95 % interval).

    Examples
    --------
    >>> poster = pd.DataFrame({"kommune_kode": "630", "faktura_id": ["a", "a", "b"],
    ...                        "varekategori": ["Bleer", "Møbler", "Bleer"],
    ...                        "e_handlet": [True, False, False]})
    >>> fakturaer(poster)[["antal", "taeller", "grad"]].values.tolist()
    [[2, 1, 0.5]]
    >>> fakturaer(poster, "varekategori")[["varekategori", "taeller", "naevner"]].values.tolist()
    [['Bleer', 1, 2], ['Møbler', 0, 1]]
    """
    groups = keys(by)
    once = list(dict.fromkeys([*groups, "kommune_kode", "faktura_id"]))
    poster = sums.only(poster, [*once, "e_handlet", "antal_fakturaer"])
    invoices = (
        nw.from_native(poster)
        .with_columns(_antal=_number(poster, "antal_fakturaer"))
        .with_columns(_e_handlet=nw.when(nw.col("e_handlet")).then(nw.col("_antal")).otherwise(0))
        .group_by(once)
        .agg(nw.col("_antal", "_e_handlet").max())
    )
    number = nw.col("_antal")
    totals = sums.per_group(invoices, groups, antal=number, taeller=nw.col("_e_handlet"), naevner=number)
    grad, aarsag = ratio(totals["taeller"], totals["naevner"])
    low, high = wilson(totals["taeller"], totals["naevner"])
    return totals.assign(grad=grad, aarsag=aarsag, grad_lav=low, grad_hoej=high)


def begge(poster: Any, by: By = ()) -> pd.DataFrame:
    """
    Both measures side by side, per group.

    Returns
    -------
    DataFrame
        The group, `antal_poster`, `antal_fakturaer`, `fakturaer_e_handlet`, `grad_faktura`, `grad_lav`,
        `grad_hoej`, `omsaetning_oere`, `omsaetning_e_handlet_oere`, `grad_omsaetning` and `aarsag` (why the
        rate on turnover is missing).
    """
    groups = keys(by)
    counts = ["antal_poster", "antal_fakturaer"]
    posts = sums.only(poster, [*groups, "kommune_kode", "faktura_id", "e_handlet", "beloeb_oere", *counts])
    counted, money = fakturaer(posts, groups), omsaetning(posts, groups)
    assert counted[groups].equals(money[groups]), "the same posts have the same groups, in the same order"
    return counted[groups].assign(
        antal_poster=money["antal"],
        antal_fakturaer=counted["naevner"],
        fakturaer_e_handlet=counted["taeller"],
        grad_faktura=counted["grad"],
        grad_lav=counted["grad_lav"],
        grad_hoej=counted["grad_hoej"],
        omsaetning_oere=money["naevner"],
        omsaetning_e_handlet_oere=money["taeller"],
        grad_omsaetning=money["grad"],
        aarsag=money["aarsag"],
    )


def niveau(per_gruppe: pd.DataFrame) -> pd.DataFrame:
    """
    Add SKI's colour level of each group's rate on turnover, as a word in `farve`.

    Only categories that the law covers have a colour; the others are "uden lovkrav".

    Examples
    --------
    >>> grader = pd.DataFrame({"lovkrav": [True] * 4 + [False],
    ...                        "grad_omsaetning": [0.56, 0.55, 0.19, None, 0.9]})
    >>> niveau(grader)["farve"].tolist()
    ['grøn', 'gul', 'rød', 'kan ikke beregnes', 'uden lovkrav']
    """
    grad = per_gruppe["grad_omsaetning"].astype("Float64")
    covered = per_gruppe["lovkrav"].fillna(False).astype("bool")
    farve = np.select(
        [~covered, grad.isna(), (grad > GROEN_OVER).fillna(False), (grad < ROED_UNDER).fillna(False)],
        ["uden lovkrav", "kan ikke beregnes", "grøn", "rød"],
        "gul",
    )
    return per_gruppe.assign(farve=pd.Series(farve, index=per_gruppe.index, dtype="str"))


def uden_tal(per_gruppe: pd.DataFrame, hvor: pd.Series) -> pd.DataFrame:
    """The rows with what was counted for them blanked where `hvor` is true."""
    keep = {"aar", "kvartal", "placering"} | {name for name in per_gruppe if str(name).startswith("ski_")}
    numbers = [name for name in per_gruppe.select_dtypes("number") if name not in keep]
    return per_gruppe.assign(**{str(name): per_gruppe[name].mask(hvor) for name in numbers})


def skjul_smaa(per_gruppe: pd.DataFrame, mindst: int = MIN_FAKTURAER) -> pd.DataFrame:
    """
    Blank the numbers of groups with fewer than `mindst` invoices, and say why.

    A group that is hidden alone could be found as the total less the others; the smallest of these is then
    hidden with it. Groups without a single invoice keep their zero: there is nobody to protect. A category of
    goods for citizens (`skjul.borgernaere`) is hidden too where only few of its invoices are e-traded, or
    only few are not.

    Examples
    --------
    >>> grader = pd.DataFrame({"antal_fakturaer": [0, 4, 5, 900], "grad_faktura": [None, 0.5, 0.4, 0.3]})
    >>> skjul_smaa(grader)["aarsag"].fillna("").tolist()
    ['', 'færre end 5 fakturaer', 'skjuler en mindre gruppe', '']
    """
    count = per_gruppe["antal_fakturaer"].astype("Int64").fillna(0).reset_index(drop=True)
    personal = skjul.er_borgernaer(per_gruppe).reset_index(drop=True)
    kept_back = personal & skjul.faa_i_en_del(per_gruppe, mindst).reset_index(drop=True)
    found = skjul.celler(
        count, [list(count.index)], mindst,
        ogsaa=count.index[kept_back], borgernaer=count.index[personal],
    )  # fmt: skip
    few, covering = (mask.set_axis(per_gruppe.index) for mask in found)
    small = skjul.faa(count, mindst).set_axis(per_gruppe.index)
    hidden = uden_tal(per_gruppe, few | covering)
    reason = per_gruppe.get("aarsag", pd.Series(pd.NA, index=per_gruppe.index)).astype("str")
    reason = reason.mask(few, skjul.BORGERE).mask(small, f"færre end {mindst} fakturaer")
    return hidden.assign(aarsag=reason.mask(covering, skjul.DAEKKER))


def per(poster: Any, by: By) -> pd.DataFrame:
    """
    Both measures per group, as they may be shown: groups of few invoices without numbers.

    Examples
    --------
    >>> poster = pd.DataFrame({"kommune_kode": "630", "faktura_id": list("abcde"), "varekategori": "Legetøj",
    ...                        "e_handlet": [True, False, False, False, False], "beloeb_oere": 100})
    >>> per(poster, "varekategori")[["varekategori", "antal_fakturaer", "grad_faktura"]]
      varekategori  antal_fakturaer  grad_faktura
    0      Legetøj                5           0.2
    """
    return skjul_smaa(begge(poster, by))
