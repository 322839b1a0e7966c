"""
What the synthetic invoices are aimed at: SKI's published figures for 2023, and growth after that.

A goal says for groups of invoices which share of their turnover, or of their
number, is to be e-traded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from ehandel_lib import schema
from ehandel_lib.demo import country
from ehandel_lib.demo.invoices import categories

#: How e-handel grows each year after the first, on the logit scale: 17 % becomes 19 %, 88 % becomes 89 %.
VAEKST = 0.15

#: SKI's chart of amount bands has 12 labels and 11 values: the first value, 46 %, belongs to "Negativt beløb"
#: or to "Præcis 0 kr.". We give it to "Negativt beløb", and zero invoices a rate of our own.
FOERSTE_BAAND = {"Negativt beløb": 0.46, "Præcis 0 kr.": 0.15}


@dataclass(frozen=True)
class Goal:
    """
    Shares aimed at.

    Attributes
    ----------
    group : ndarray of int
        Each invoice's group, or -1 where the goal does not concern it.
    weight : ndarray
        What the invoice counts for: 1, or its turnover.
    rate : ndarray
        The share aimed at, by group.
    """

    group: np.ndarray
    weight: np.ndarray
    rate: np.ndarray

    @cached_property
    def inside(self) -> np.ndarray:
        """The numbers of the invoices that the goal concerns."""
        return np.flatnonzero(self.group >= 0)

    @cached_property
    def share(self) -> np.ndarray:
        """Each invoice's share of its group's base; 0 outside."""
        total = self.sums(self.weight)
        share = np.zeros(len(self.group))
        share[self.inside] = (self.weight / np.where(total > 0, total, np.inf)[self.group])[self.inside]
        return share

    def sums(self, values: np.ndarray) -> np.ndarray:
        """The sum of the values per group."""
        return np.bincount(self.group[self.inside], values[self.inside], len(self.rate))

    def excess(self, e_traded: np.ndarray) -> np.ndarray:
        """How far each group's share is above its goal; 0 where a group is empty."""
        present = self.sums(np.ones(len(self.group))) > 0
        return np.where(present, self.sums(self.share * e_traded) - self.rate, 0.0)


def logit(rate: np.ndarray) -> np.ndarray:
    """The logarithm of the odds."""
    return np.log(rate) - np.log1p(-rate)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """The rate with these log odds."""
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
    """
    The rates of the twelve amount bands, in order.

    Examples
    --------
    >>> bands()[[0, 2, 11]].tolist()
    [0.46, 0.21, 0.32]
    """
    published = {name: float(value) / 100 for name, value in country.ski("beloebsbaand").items()}
    return np.array([(FOERSTE_BAAND | published)[name] for name in schema.BELOEBSINTERVALLER])


def band_number(oere: np.ndarray) -> np.ndarray:
    """
    The number of the amount band, 0 for negative amounts.

    Examples
    --------
    >>> band_number(np.array([-1, 0, 1, 49_99, 50_00, 5_000_00])).tolist()
    [0, 1, 2, 2, 3, 11]
    """
    bounds = [bound for bound in schema.BELOEBSINTERVALLER.values() if bound is not None]
    return np.searchsorted(bounds, oere, side="right")


def published(maal: str) -> np.ndarray:
    """A published figure per category, in the order of `categories`; nan where there is none."""
    figures = country.ski(maal)
    return np.array([float(figures.get(kategori.varekategori, "nan")) / 100 for kategori in categories()])


def goals(fakturaer: pl.DataFrame, kommuner: pl.DataFrame, aar: int) -> dict[str, Goal]:
    """
    The goals of a year.

    Parameters
    ----------
    fakturaer : DataFrame
        With `k`, `c`, `aftale`, `i_alt` (the invoice's øre) and `aftalt` (its øre on agreement).

    Returns
    -------
    dict
        Each municipality's share of its turnover on agreements. With all 98 there are also the categories'
        shares of invoices and of turnover, and the amount bands of the four municipalities of the group.
    """
    k, c = fakturaer["k"].to_numpy(), fakturaer["c"].to_numpy()
    on = fakturaer["aftale"].is_not_null().to_numpy()
    turnover, one = fakturaer["aftalt"].to_numpy().astype(float), np.ones(len(fakturaer))
    own = {"kommune": Goal(np.where(on, k, -1), turnover, grown(kommuner["grad"].to_numpy(), aar))}
    if len(kommuner) < len(country.municipalities()):
        return own
    by_invoice, by_turnover = published("kategori_faktura"), published("kategori_omsaetning")
    category = np.where(on & ~np.isnan(by_turnover)[c], c, -1)
    band = np.where(kommuner["gruppe"].to_numpy()[k], band_number(fakturaer["i_alt"].to_numpy()), -1)
    return own | {
        "fakturaer": Goal(category, one, grown(by_invoice, aar)),
        "omsætning": Goal(category, turnover, grown(by_turnover, aar)),
        "bånd": Goal(band, one, grown(bands(), aar)),
    }
