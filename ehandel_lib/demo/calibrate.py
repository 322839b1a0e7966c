"""
Which invoices are e-traded: as many as SKI counted, and the likely ones.

Every invoice gets a likelihood from its category, its unit, its size and its
municipality. The likelihoods are shifted until they add up to the published
rates (`fit`), invoices are picked by them at even steps (`pick`), and a few are
changed until the sums themselves are right (`settle`). The gap between the two
rates of a category is not pasted on: there the large invoices are less likely.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from ehandel_lib import schema
from ehandel_lib.demo import country
from ehandel_lib.demo.invoices import categories

#: What e-handel grows by each year after the first: on the logit scale, so 17 % becomes 19 %, 88 % becomes 89 %.
VAEKST = 0.15

#: SKI's chart of amount bands has 12 labels and 11 values: the first value, 46 %, belongs to "Negativt beløb"
#: or to "Præcis 0 kr.". We give it to "Negativt beløb", and zero invoices a rate of our own.
FOERSTE_BAAND = {"Negativt beløb": 0.46, "Præcis 0 kr.": 0.15}

#: The rate that the bands' own rates are measured against when they tilt all municipalities' likelihoods.
BAANDENES_MIDTE = 0.40

#: How far units differ in habit, as a spread on the logit scale. Invented.
VANER = 0.45

#: Goods of the mandatory categories that are bought outside the agreements. Invented.
UDEN_AFTALE = 0.12

#: The sums come this close to their goals: 0.1 percentage points for rates.
TAET_PAA = 0.001

#: Rounds of shifting, and the highest number of invoices that are changed afterwards.
RUNDER, HOEJST_AENDRET = 60, 4000


@dataclass(frozen=True)
class Maal:
    """One kind of goal: the group of each invoice (-1: none), its weight, and the rate aimed at per group."""

    gruppe: np.ndarray
    vaegt: np.ndarray
    grad: np.ndarray

    @cached_property
    def andel(self) -> np.ndarray:
        """Each invoice's share of its group's base."""
        total = np.bincount(self.gruppe[self.med], self.vaegt[self.med], len(self.grad))
        safe = np.where(total > 0, total, np.inf)
        return np.where(self.med, self.vaegt / safe[self.gruppe], 0.0)

    @cached_property
    def med(self) -> np.ndarray:
        """Does the invoice count here?"""
        return self.gruppe >= 0

    def afvigelse(self, chance: np.ndarray) -> np.ndarray:
        """How far each group is above its goal; 0 where a group is empty."""
        got = np.bincount(self.gruppe[self.med], (self.andel * chance)[self.med], len(self.grad))
        there = np.bincount(self.gruppe[self.med], minlength=len(self.grad)) > 0
        return np.where(there, got - self.grad, 0.0)


def logit(rate: np.ndarray | float) -> np.ndarray:
    return np.log(rate) - np.log1p(-np.asarray(rate))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def grown(rate: np.ndarray, aar: int) -> np.ndarray:
    """
    The goal in a later year.

    Examples
    --------
    >>> grown(np.array([0.17, 0.88]), 2024).round(3).tolist()
    [0.192, 0.895]
    """
    return sigmoid(logit(rate) + VAEKST * (aar - country.AAR[0]))


def bands() -> np.ndarray:
    """The rates of the twelve amount bands, in order."""
    published = {name: float(value) / 100 for name, value in country.ski("beloebsbaand").items()}
    return np.array([(FOERSTE_BAAND | published)[name] for name in schema.BELOEBSINTERVALLER])


def band_number(oere: np.ndarray) -> np.ndarray:
    """The number of the amount band, 0 for negative amounts."""
    bounds = [bound for bound in schema.BELOEBSINTERVALLER.values() if bound is not None]
    return np.searchsorted(bounds, oere, side="right")


def e_traded(
    fakturaer: pl.DataFrame, linjer: pl.DataFrame, kommuner: pl.DataFrame, aar: int, froe: int
) -> np.ndarray:
    """
    Decide for each invoice whether it is e-traded.

    Returns
    -------
    ndarray of bool
        By invoice. With all 98 municipalities the sums meet SKI's figures; with fewer, only the
        municipalities' own goals are aimed at.
    """
    rng = np.random.default_rng([froe, aar, 4])
    sums = linjer.group_by("faktura", maintain_order=True).agg(
        i_alt=pl.col("beloeb_oere").sum(),
        aftalt=pl.col("beloeb_oere").filter(pl.col("aftale").is_not_null()).sum(),
    )
    total, on_agreement = sums["i_alt"].to_numpy(), sums["aftalt"].to_numpy().astype(float)
    goals = _goals(fakturaer, total, on_agreement, kommuner, aar)
    size = _size(fakturaer["c"].to_numpy(), on_agreement)
    chance = fit(_start(fakturaer, total, rng), goals, size)
    return settle(pick(chance, fakturaer["k"].to_numpy(), rng), goals, chance)


def _goals(
    fakturaer: pl.DataFrame, total: np.ndarray, on_agreement: np.ndarray, kommuner: pl.DataFrame, aar: int
) -> dict[str, Maal]:
    """The published figures as goals."""
    k, c = fakturaer["k"].to_numpy(), fakturaer["c"].to_numpy()
    aftalt = fakturaer["aftale"].is_not_null().to_numpy()
    names = [kategori.varekategori for kategori in categories()]
    by_turnover, by_invoice = (
        np.array([float(country.ski(kind).get(name, "nan")) / 100 for name in names])
        for kind in ("kategori_omsaetning", "kategori_faktura")
    )
    published = aftalt & ~np.isnan(by_turnover)[c]
    one = np.ones(len(k))
    goals = {"kommune": Maal(np.where(aftalt, k, -1), on_agreement, grown(kommuner["grad"].to_numpy(), aar))}
    if len(kommuner) < len(country.municipalities()):
        return goals
    group = kommuner["gruppe"].to_numpy()[k]
    return goals | {
        "fakturaer": Maal(np.where(published, c, -1), one, grown(by_invoice, aar)),
        "omsætning": Maal(np.where(published, c, -1), on_agreement, grown(by_turnover, aar)),
        "bånd": Maal(np.where(group, band_number(total), -1), one, grown(bands(), aar)),
    }


def _start(fakturaer: pl.DataFrame, total: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The logit of each invoice before anything is shifted: its goods, its amount band, its unit's habits."""
    names = [kategori.varekategori for kategori in categories()]
    published = country.ski("kategori_faktura")
    own = [k.grad if k.grad is not None else UDEN_AFTALE for k in categories()]
    on = [float(published[n]) / 100 if n in published else g for n, g in zip(names, own, strict=True)]
    c, aftalt = fakturaer["c"].to_numpy(), fakturaer["aftale"].is_not_null().to_numpy()
    goods = logit(np.where(aftalt, np.array(on)[c], np.array(own)[c]))
    habit = rng.normal(0, VANER, fakturaer["enhed"].max() + 1)[fakturaer["enhed"].to_numpy()]
    return goods + habit + (logit(bands()) - logit(BAANDENES_MIDTE))[band_number(total)]


def _size(c: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """The logarithm of the amount, centred and scaled within the category."""
    log = np.log(np.maximum(np.abs(amount), 100))
    count = np.bincount(c)
    centred = log - (np.bincount(c, log) / np.maximum(count, 1))[c]
    spread = np.sqrt(np.bincount(c, centred**2) / np.maximum(count, 1))
    return centred / np.where(spread > 0, spread, 1)[c]


def fit(start: np.ndarray, goals: dict[str, Maal], size: np.ndarray) -> np.ndarray:
    """
    Shift the logits, goal by goal and round by round, until the likelihoods add up.

    A goal shifts its groups up or down; the turnover of a category is met by its slope in `size`.
    """
    x = start.copy()
    for _ in range(RUNDER):
        for name, goal in goals.items():
            lever = size if name == "omsætning" else np.ones(len(x))
            p = sigmoid(x)
            pull = np.bincount(
                goal.gruppe[goal.med], (goal.andel * p * (1 - p) * lever)[goal.med], len(goal.grad)
            )
            step = goal.afvigelse(p) / np.where(np.abs(pull) > 1e-6, pull, np.inf)
            x -= np.where(goal.med, np.clip(step, -0.5, 0.5)[goal.gruppe] * lever, 0)
    return sigmoid(x)


def pick(chance: np.ndarray, k: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Pick by likelihood at even steps, likely ones beside likely ones: each municipality gets its number."""
    order = np.lexsort((chance, k))
    steps = np.floor(np.cumsum(chance[order]) + rng.random())
    picked = np.empty(len(chance), dtype=bool)
    picked[order] = np.diff(steps, prepend=np.floor(steps[0] - chance[order][0] + 1e-12)) > 0
    return picked


def settle(picked: np.ndarray, goals: dict[str, Maal], chance: np.ndarray) -> np.ndarray:
    """Change the invoice that brings the sums closest to all goals, again and again, until they are met."""
    e = picked.copy()
    member = np.flatnonzero(np.any([goal.med for goal in goals.values()], axis=0))
    terms = [(goal.gruppe[member], goal.andel[member], goal) for goal in goals.values()]
    off = [goal.afvigelse(e.astype(float)) for goal in goals.values()]
    for _ in range(HOEJST_AENDRET):
        if max(np.abs(d).max() for d in off) < TAET_PAA:
            break
        sign = np.where(e[member], -1.0, 1.0)
        gain = sum(
            share * (2 * sign * d[group] + share) for (group, share, _), d in zip(terms, off, strict=True)
        )
        best = int(np.argmin(gain))
        if gain[best] >= 0:
            break
        e[member[best]] = not e[member[best]]
        for (group, share, _), d in zip(terms, off, strict=True):
            d[group[best]] += sign[best] * share[best]
    return e
