"""
Which invoices are e-traded: as many as SKI counted, and the likely ones.

Every invoice has a likelihood from its goods, its size, its unit and its
municipality. The likelihoods are shifted until they add up to the goals (`fit`),
invoices are picked by them at even steps (`pick`), and a few are changed until
the sums themselves are right (`settle`). The gap between the two rates of a
category is not pasted on: where SKI saw one, large invoices become less likely.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from ehandel_lib.demo.goals import Goal, band_number, bands, goals, logit, published, sigmoid
from ehandel_lib.demo.invoices import categories

#: The rates that the bands' and the municipalities' own ones are measured against when they tilt the
#: likelihoods of all invoices, those outside the goals too. Near the mean of SKI's bands and systems.
BAANDENES_MIDTE, KOMMUNERNES_MIDTE = 0.40, 0.18

#: How far units differ in habit, as a spread on the logit scale. Invented.
VANER = 0.45

#: The rate of goods of the mandatory categories that are bought outside the agreements. Invented.
UDEN_AFTALE = 0.12

#: The sums come this close to their goals: a twentieth of a percentage point.
TAET_PAA = 0.0005

#: Rounds of shifting, the longest step of one, and the most invoices that are changed afterwards.
RUNDER, LAENGSTE_SKRIDT, HOEJST_AENDRET = 50, 0.5, 4000

#: Likelihoods are rounded: the last bit of a logarithm, which differs between machines, shall decide nothing.
DECIMALER = 9


def e_traded(
    fakturaer: pl.DataFrame,
    kommuner: pl.DataFrame,
    pushes: tuple[np.ndarray, np.ndarray],
    aar: int,
    froe: int,
) -> np.ndarray:
    """
    Decide for each invoice whether it is e-traded.

    Parameters
    ----------
    fakturaer : DataFrame
        With `i_alt` and `aftalt`: the invoice's øre, and its øre on agreement.
    pushes : pair of ndarray
        What is added to each invoice's log odds before they are fitted (`planted.habits`), and after it
        (`planted.law`): that lifts the goals too.

    Returns
    -------
    ndarray of bool
        By invoice. With all 98 municipalities the sums meet SKI's figures; with fewer, only the
        municipalities' own goals are aimed at.
    """
    rng = np.random.default_rng([froe, aar, 4])
    aims = goals(fakturaer, kommuner, aar)
    push, lift = pushes
    chance = fit(_start(fakturaer, kommuner, froe) + push, aims, _size(fakturaer))
    if lift.any():
        chance, aims = lifted(chance, lift, aims)
    picked = pick(np.round(chance, DECIMALER), fakturaer["k"].to_numpy(), rng)
    # a few municipalities have too few invoices to hold the other categories too
    others = {"andre": _as_likely(fakturaer, chance)} if "omsætning" in aims else {}
    return settle(picked, aims | others)


def _as_likely(fakturaer: pl.DataFrame, chance: np.ndarray) -> Goal:
    """The turnover of each category as the likelihoods have it: what SKI did not publish shall not yield."""
    on = fakturaer["aftale"].is_not_null().to_numpy()
    group = np.where(on, fakturaer["c"].to_numpy(), -1)
    goal = Goal(group, fakturaer["aftalt"].to_numpy().astype(float), np.zeros(len(categories())))
    return replace(goal, rate=np.round(goal.excess(chance), DECIMALER))


def with_sums(fakturaer: pl.DataFrame, linjer: pl.DataFrame) -> pl.DataFrame:
    """The invoices with `i_alt` and `aftalt`: their øre, and their øre on agreement."""
    on = pl.col("aftale").is_not_null()
    sums = linjer.group_by("faktura", maintain_order=True).agg(
        i_alt=pl.col("beloeb_oere").sum(), aftalt=pl.col("beloeb_oere").filter(on).sum()
    )
    return fakturaer.join(sums, on="faktura", how="left", validate="1:1", maintain_order="left")


def _start(fakturaer: pl.DataFrame, kommuner: pl.DataFrame, froe: int) -> np.ndarray:
    """The log odds before anything is shifted: goods, amount band, habits of unit and municipality."""
    off = np.array([UDEN_AFTALE if k.grad is None else k.grad for k in categories()])
    on = published("kategori_faktura")
    on = np.where(np.isnan(on), off, on)
    c, agreed = fakturaer["c"].to_numpy(), fakturaer["aftale"].is_not_null().to_numpy()
    band = (logit(bands()) - logit(np.array(BAANDENES_MIDTE)))[band_number(fakturaer["i_alt"].to_numpy())]
    unit = fakturaer["enhed"].to_numpy()
    # a unit keeps its habits from year to year
    habit = np.random.default_rng([froe, 8]).normal(0, VANER, unit.max() + 1)[unit]
    place = logit(kommuner["grad"].to_numpy()) - logit(np.array(KOMMUNERNES_MIDTE))
    return logit(np.where(agreed, on[c], off[c])) + band + habit + place[fakturaer["k"].to_numpy()]


def _size(fakturaer: pl.DataFrame) -> np.ndarray:
    """The logarithm of the amount, centred and scaled within the category."""
    c = fakturaer["c"].to_numpy()
    log = np.log(np.maximum(np.abs(fakturaer["i_alt"].to_numpy()), 100))
    count = np.maximum(np.bincount(c), 1)
    centred = log - (np.bincount(c, log) / count)[c]
    spread = np.sqrt(np.bincount(c, centred**2) / count)
    return centred / np.where(spread > 0, spread, 1)[c]


def fit(start: np.ndarray, aims: dict[str, Goal], size: np.ndarray) -> np.ndarray:
    """
    Shift the log odds, goal by goal and round by round, until the likelihoods add up to the goals.

    A goal shifts its groups up or down; the turnover of a category is met by tilting it in `size`.
    """
    x = start.copy()
    for _ in range(RUNDER):
        for name, goal in aims.items():
            lever = size if name == "omsætning" else np.ones(len(x))
            p = sigmoid(x)
            slope = goal.sums(goal.share * p * (1 - p) * lever)
            step = goal.excess(p) / np.where(np.abs(slope) > 1e-6, slope, np.inf)
            bounded = np.clip(step, -LAENGSTE_SKRIDT, LAENGSTE_SKRIDT)
            x[goal.inside] -= (bounded[goal.group] * lever)[goal.inside]
    return sigmoid(x)


def lifted(chance: np.ndarray, lift: np.ndarray, aims: dict[str, Goal]) -> tuple[np.ndarray, dict[str, Goal]]:
    """
    The likelihoods with something added to their log odds, and goals that are as much higher.

    Examples
    --------
    >>> half = Goal(np.zeros(2, dtype=int), np.ones(2), np.array([0.5]))
    >>> chance, aims = lifted(np.array([0.5, 0.5]), np.log([1.0, 3.0]), {"kommune": half})
    >>> chance.round(9).tolist(), aims["kommune"].rate.tolist()
    ([0.5, 0.75], [0.625])
    """
    odds = chance * np.exp(lift)
    higher = odds / (1 - chance + odds)
    raised = {
        name: replace(goal, rate=np.round(goal.rate + goal.sums(goal.share * (higher - chance)), DECIMALER))
        for name, goal in aims.items()
    }
    return higher, raised


def pick(chance: np.ndarray, k: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """
    Pick by likelihood at even steps, likely ones beside likely ones: each municipality gets its number.

    Examples
    --------
    >>> chance, one_place = np.full(1000, 0.25), np.zeros(1000)
    >>> int(pick(chance, one_place, np.random.default_rng(1)).sum())
    250
    """
    order = np.lexsort((chance, k))
    ends = np.cumsum(chance[order]) + rng.random()
    picked = np.zeros(len(chance), dtype=bool)
    picked[order] = np.floor(ends) > np.floor(np.concatenate([[ends[0] - chance[order][0]], ends[:-1]]))
    return picked


def settle(picked: np.ndarray, aims: dict[str, Goal]) -> np.ndarray:
    """
    Change the invoice that brings the sums closest to all goals, again and again, until they are met.

    Closest is by the sum of the squared distances of all groups of all goals.
    """
    e = picked.copy()
    free = np.unique(np.concatenate([goal.inside for goal in aims.values()]))
    parts = [(goal.group[free], goal.share[free], goal.excess(e)) for goal in aims.values()]
    for _ in range(HOEJST_AENDRET):
        if max(np.abs(excess).max() for *_, excess in parts) < TAET_PAA:
            break
        turn = np.where(e[free], -1.0, 1.0)
        change = sum(share * (2 * turn * excess[group] + share) for group, share, excess in parts)
        best = int(np.argmin(change))
        if change[best] >= 0:
            break
        e[free[best]] ^= True
        for group, share, excess in parts:
            excess[group[best]] += turn[best] * share[best]
    return e
