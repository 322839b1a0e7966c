"""
Municipalities, systems and years side by side.

Two averages are in use and they are never mixed: *samlet* is sum over sum, so
that a large municipality weighs more; *kommunegennemsnit* is the mean of the
municipalities' own rates, each counting once. SKI's report says
"gennemsnitlig" without saying which; we name the one we use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ehandel_lib import analyses, rates, reference, schema
from ehandel_lib.rates import By, keys

#: The measure that municipalities are ranked by unless another is named.
MAAL = "grad_omsaetning"

#: A system needs this many municipalities to be tested: below, one municipality's habits are the system.
MIN_KOMMUNER = 3

#: The level at which a difference between systems is called clear.
SIGNIFIKANS = 0.05

#: Shuffles in the permutation test. The p-value's own standard error is then at most 0.5 percentage points.
PERMUTATIONER = 9_999

#: Any fixed number: it makes the shuffles, and so the report, the same every time.
FROE = 2025


def per_kommune(landet: Any, by: By = ()) -> pd.DataFrame:
    """
    Both measures for each municipality, or for each municipality and group.

    Parameters
    ----------
    landet : frame
        Posts of all municipalities. SKI's comparison of systems rests on purchases on agreements.
    by : str or sequence of str
        Further columns to group by.

    Returns
    -------
    DataFrame
        `kommune_kode`, the groups, and the columns of `rates.begge`.
    """
    groups = keys(by)
    return rates.begge(landet, ["kommune_kode", *groups])


def spredning(per_kommune: pd.DataFrame, maal: str = MAAL, by: By = ()) -> pd.DataFrame:
    """
    How the municipalities' rates lie: quartiles, extremes and their mean, each municipality counting once.

    Municipalities without a rate are not among them; `antal_kommuner` says how many are.

    Examples
    --------
    >>> kommuner = pd.DataFrame({"kommune_kode": list("abcd"), "grad_omsaetning": [0.1, 0.2, 0.6, None]})
    >>> spredning(kommuner)[["nedre_kvartil", "median", "antal_kommuner"]].round(2).values.tolist()
    [[0.15, 0.2, 3]]
    """
    groups = keys(by)
    known = per_kommune.dropna(subset=[maal]).astype({maal: "float64"})
    grouped = known.assign(_alle=1).groupby(groups or ["_alle"], dropna=False)[maal]
    table = pd.DataFrame(
        {
            "nedre_kvartil": grouped.quantile(0.25),
            "median": grouped.quantile(0.5),
            "oevre_kvartil": grouped.quantile(0.75),
            "mindste": grouped.min(),
            "stoerste": grouped.max(),
            "gennemsnit": grouped.mean(),
        }
    ).astype("Float64")
    table = table.assign(antal_kommuner=grouped.size().astype("Int64"))
    return table.reset_index() if groups else table.reset_index(drop=True)


def placering(per_kommune: pd.DataFrame, kommune_kode: str, maal: str = MAAL, by: By = ()) -> pd.DataFrame:
    """
    One municipality among all: its own rate and rank beside the spread of the others.

    Parameters
    ----------
    per_kommune : DataFrame
        From `per_kommune` with the same `by`.
    kommune_kode : str
        The municipality. It is left out of the quartiles it is compared with, and counted in the ranking.

    Returns
    -------
    DataFrame
        One row per group where the municipality has a rate: the group, `grad`, `placering` (1 is highest;
        equals share the better place), `antal_kommuner` (in the ranking) and the spread of the others.

    Examples
    --------
    >>> kommuner = pd.DataFrame({"kommune_kode": list("abcd"), "grad_omsaetning": [0.1, 0.2, 0.6, 0.2]})
    >>> placering(kommuner, "b")[["grad", "placering", "antal_kommuner", "median"]].values.tolist()
    [[0.2, 2, 4, 0.2]]
    """
    groups = keys(by)
    known = per_kommune.dropna(subset=[maal]).assign(_alle=1)
    by_group = known.groupby(groups or ["_alle"], dropna=False)[maal]
    ranked = known.assign(
        placering=by_group.rank(ascending=False, method="min").astype("Int64"),
        antal_kommuner=by_group.transform("size").astype("Int64"),
    )
    own = ranked[ranked["kommune_kode"] == kommune_kode].rename(columns={maal: "grad"})
    others = spredning(known[known["kommune_kode"] != kommune_kode], maal, by).drop(columns="antal_kommuner")
    columns = [*groups, "grad", "placering", "antal_kommuner"]
    if groups:
        return own[columns].merge(others, on=groups, how="left", validate="1:1")
    return own[columns].reset_index(drop=True).join(others)


def med_system(per_kommune: pd.DataFrame, systemer: pd.DataFrame) -> pd.DataFrame:
    """Add each municipality's name and system; a municipality without a known system has "UKENDT"."""
    names = {body.kode: body.navn for body in reference.kommuner().values()}
    systems = reference.table("systemer").set_index("system_kode")["system_navn"]
    joined = per_kommune.merge(
        systemer[["kommune_kode", "system_kode"]], on="kommune_kode", how="left", validate="m:1"
    )
    code = joined["system_kode"].fillna(schema.UKENDT_SYSTEM)
    return joined.assign(
        system_kode=code,
        system_navn=code.map(systems).fillna(code),
        kommune_navn=joined["kommune_kode"].map(names).fillna(joined["kommune_kode"]),
    )


def systemer(per_kommune: pd.DataFrame, systemer: pd.DataFrame, maal: str = MAAL) -> pd.DataFrame:
    """
    The municipalities' rates per e-procurement system, highest mean first.

    Parameters
    ----------
    per_kommune : DataFrame
        One row per municipality.
    systemer : DataFrame
        Municipality → system.

    Returns
    -------
    DataFrame
        `system_kode`, `system_navn`, the spread (`spredning`) with `antal_kommuner`, and `ski_grad`: SKI's
        mean for 2023.
    """
    joined = med_system(per_kommune, systemer)
    table = spredning(joined, maal, ["system_kode", "system_navn"])
    published = reference.ski("system_gns_ehandelsgrad")
    ranked = table.sort_values(["gennemsnit", "system_kode"], ascending=[False, True], ignore_index=True)
    return ranked.assign(ski_grad=ranked["system_kode"].map(published).astype("Float64"))


def top_bund(
    per_kommune: pd.DataFrame, systemer: pd.DataFrame, n: int = 10, maal: str = MAAL
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    The `n` municipalities with the highest and with the lowest rate, each with its system.

    Both start with the most extreme; equals stand by code. With fewer than `2 * n` municipalities the two
    lists share the difference so that no municipality is in both.
    """
    known = med_system(per_kommune, systemer).dropna(subset=[maal])
    ranked = known.sort_values([maal, "kommune_kode"], ascending=[False, True], ignore_index=True)
    ranked = ranked.assign(placering=ranked[maal].rank(ascending=False, method="min").astype("Int64"))
    columns = ["placering", "kommune_kode", "kommune_navn", "system_kode", "system_navn", maal]
    columns += [str(name) for name in ranked if name not in columns]  # what the rate was counted from
    top = ranked[columns].head(min(n, (len(ranked) + 1) // 2))
    bottom = ranked[columns].iloc[::-1].head(min(n, len(ranked) // 2)).reset_index(drop=True)
    return top, bottom


def ender(top: pd.DataFrame, bund: pd.DataFrame) -> pd.DataFrame:
    """Both ends as one table, from the highest to the lowest (`top_bund`)."""
    return pd.concat([top, bund.iloc[::-1]], ignore_index=True)


@dataclass(frozen=True)
class SystemProeve:
    """
    Does the e-handelsgrad differ between systems?

    `h` and `p` are Kruskal and Wallis's test; `p_permutation` is the share of random re-assignments of the
    municipalities to the systems with an H at least as large, which holds for small groups too. `epsilon2`
    is the effect size: the share of the variation in rank that goes with the system, 0 to 1. `tydelig` is
    true where the permutation test is below `SIGNIFIKANS`. With fewer than two systems to compare, the
    numbers are None and `tydelig` is false.
    """

    h: float | None
    p: float | None
    p_permutation: float | None
    epsilon2: float | None
    antal_kommuner: int
    systemer: tuple[str, ...]
    udeladte: tuple[str, ...]
    tydelig: bool


def _h_of_permutations(groups: Sequence[np.ndarray], n: int) -> np.ndarray:
    """H for `n` random assignments of the pooled ranks to groups of the same sizes (ties as they are)."""
    ranks = stats.rankdata(np.concatenate(groups))
    sizes = np.array([len(group) for group in groups])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rng = np.random.default_rng(FROE)
    shuffled = rng.permuted(np.broadcast_to(ranks, (n, len(ranks))), axis=1)
    sums = np.add.reduceat(shuffled, starts, axis=1)
    total = len(ranks)
    uncorrected = 12 / (total * (total + 1)) * (sums**2 / sizes).sum(axis=1) - 3 * (total + 1)
    return uncorrected / stats.tiecorrect(ranks)


def proeve(
    per_kommune: pd.DataFrame, systemer: pd.DataFrame, maal: str = MAAL, mindst: int = MIN_KOMMUNER
) -> SystemProeve:
    """
    Test whether the municipalities' rates differ between systems.

    Municipalities whose system is not known form no system and are left out, as are systems with fewer than
    `mindst` municipalities: what they show is one municipality's habits.

    Parameters
    ----------
    per_kommune : DataFrame
        One row per municipality.
    systemer : DataFrame
        Municipality → system.
    mindst : int
        The smallest number of municipalities that makes a system comparable.

    Returns
    -------
    SystemProeve

    Notes
    -----
    Kruskal and Wallis (1952), Journal of the American Statistical Association 47, 583-621; the effect size
    is Kelley's ε² = H / (n - 1) (Tomczak and Tomczak 2014, Trends in Sport Sciences 21, 19-25).
    """
    known = med_system(per_kommune, systemer).dropna(subset=[maal])
    by_system = {
        str(code): rows[maal].to_numpy(dtype="float64")
        for code, rows in known.groupby("system_kode")
        if code != schema.UKENDT_SYSTEM
    }
    tested = {code: values for code, values in by_system.items() if len(values) >= mindst}
    left_out = tuple(sorted(set(known["system_kode"]) - set(tested)))
    groups = list(tested.values())
    n = sum(map(len, groups))
    if len(groups) < 2 or len(np.unique(np.concatenate(groups))) < 2:
        return SystemProeve(None, None, None, None, n, tuple(tested), left_out, tydelig=False)
    h, p = stats.kruskal(*groups)
    as_extreme = (_h_of_permutations(groups, PERMUTATIONER) >= h - 1e-9).sum()
    p_permutation = float((as_extreme + 1) / (PERMUTATIONER + 1))
    return SystemProeve(
        float(h), float(p), p_permutation, float(h / (n - 1)), n, tuple(tested), left_out,
        tydelig=p_permutation < SIGNIFIKANS,
    )  # fmt: skip


#: The rate on turnover with its parts: column of `rates.begge` → name where two years stand side by side.
_PARTS = {MAAL: "grad", "omsaetning_e_handlet_oere": "taeller", "omsaetning_oere": "naevner"}


def udvikling(poster: Any, poster_foer: Any) -> pd.DataFrame:
    """
    Each category under the law this year and the year before, the greatest rise on turnover first.

    Only categories with enough invoices in both years (`rates.MIN_FAKTURAER`) have a row: a few invoices move
    a rate far without anyone having changed their ways.

    Returns
    -------
    DataFrame
        `varekategori`, `grad_foer`, `grad`, `aendring`, `antal_fakturaer_foer`, `antal_fakturaer`, and the
        rates' parts in øre: `taeller`, `naevner`, `taeller_foer` and `naevner_foer`.
    """
    now, before = (
        analyses.per_kategori(posts)
        .query("lovkrav")
        .rename(columns=_PARTS)[["varekategori", *_PARTS.values(), "antal_fakturaer"]]
        .dropna(subset=["grad", "antal_fakturaer"])
        for posts in (poster, poster_foer)
    )
    both = now.merge(before, on="varekategori", suffixes=("", "_foer"), validate="1:1")
    both = both.assign(aendring=both["grad"] - both["grad_foer"])
    order = ["varekategori", "grad_foer", "grad", "aendring", "antal_fakturaer_foer", "antal_fakturaer"]
    order += ["taeller", "naevner", "taeller_foer", "naevner_foer"]
    return both[order].sort_values(["aendring", "varekategori"], ascending=[False, True], ignore_index=True)
