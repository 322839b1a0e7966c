"""
The invoices of a year: who bought what kind of goods, where, when, for about how much.

Amounts are lognormal in each category, as invoices are: many small ones, few
that carry the turnover. What is bought, how much of it and from whom is written
in `kategorier.csv`; every figure there is invented.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from ehandel_lib.demo import country

#: Invoices a year in a municipality of weight 1.
FAKTURAER = 1_000

#: The share of invoices on an agreement. Invented.
PAA_AFTALE = 0.58

#: Credit notes and invoices of exactly 0 kr. (free samples, cancelled lines) among all invoices. Invented.
KREDITNOTER, NULFAKTURAER = 0.03, 0.008

#: Amounts are cut here, so that no single invoice decides a municipality's rate.
HOEJST_KR = 400_000

#: How the months share the year: little in July, much before Christmas. Invented.
MAANEDER = (8, 8, 9, 8, 8, 8, 5, 8, 9, 9, 10, 10)

#: The share of a category's invoices that go to the kinds of unit named with it; the rest go anywhere.
HOS_SINE_EGNE = 0.75

#: The share of the purchases on an agreement that a municipality makes from one and the same supplier.
HOS_DEN_FASTE = 0.9

#: Above 1, the first agreements and suppliers of a category are used more than the last.
SKAEVHED = 2.0

#: The most lines of an invoice, and the amount below which there is only one.
FLEST_LINJER, EN_LINJE_KR = 12, 100


@dataclass(frozen=True)
class Kategori:
    """One row of `kategorier.csv`: what is bought, on which agreements, and how."""

    varekategori: str
    aftaler: tuple[str, ...]
    andel_aftale: float
    andel_uden: float
    typisk_kr: float
    spredning: float
    linjer: float
    grad: float | None
    enhedstyper: tuple[str, ...]
    leverandoer: str


@cache
def categories() -> tuple[Kategori, ...]:
    """
    The categories of the synthetic Denmark.

    Examples
    --------
    >>> [k.varekategori for k in categories() if not k.aftaler]
    ['Kaffe og te', 'Høreapparater', 'Legetøj', 'Diverse']
    """
    with (Path(__file__).parent / "kategorier.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return tuple(
        Kategori(
            varekategori=row["varekategori"],
            aftaler=tuple(row["aftaler"].split()),
            enhedstyper=tuple(row["enhedstyper"].split()),
            leverandoer=row["leverandoer"],
            grad=float(row["grad"]) / 100 if row["grad"] else None,
            **{
                name: float(row[name])
                for name in ("andel_aftale", "andel_uden", "typisk_kr", "spredning", "linjer")
            },
        )
        for row in rows
    )


def draw(
    kommuner: pl.DataFrame, enheder: pl.DataFrame, leverandoerer: pl.DataFrame, aar: int, froe: int
) -> pl.DataFrame:
    """
    Draw a year's invoices.

    Returns
    -------
    DataFrame
        One row per invoice, by municipality: `faktura` (0, 1 …), `k` (municipality), `c` (category), `enhed`,
        `leverandoer` and `fast` (row numbers: the unit, the supplier, the usual one), `aftale` (key, or
        missing), `kredit`, `nul`, `dato`, `maal_oere` (about how much, never negative) and `antal_linjer`.
    """
    rng = np.random.default_rng([froe, aar, 2])
    per_kommune = np.round(kommuner["vaegt"].to_numpy() * FAKTURAER).astype(int)
    k = np.repeat(np.arange(len(kommuner)), per_kommune)
    n = len(k)
    codes = kommuner["kommune_kode"].cast(pl.Int64).to_numpy()[k]
    aftalt = rng.random(n) < PAA_AFTALE
    c = np.where(aftalt, _categories("andel_aftale", n, rng), _categories("andel_uden", n, rng))
    fast = usual_supplier(codes, c, leverandoerer)
    amount = _amounts(c, rng)
    kind = rng.random(n)
    return pl.DataFrame(
        {
            "faktura": np.arange(n),
            "k": k,
            "c": c,
            "enhed": _units(k, c, enheder, rng),
            "leverandoer": _suppliers(c, aftalt, fast, leverandoerer, rng),
            "fast": fast,
            "aftale": _agreements(c, aftalt, rng),
            "kredit": kind < KREDITNOTER,
            "nul": kind > 1 - NULFAKTURAER,
            "dato": _dates(n, aar, rng),
            "maal_oere": amount,
            "antal_linjer": _line_counts(c, amount, rng),
        }
    )


def _categories(share: str, n: int, rng: np.random.Generator) -> np.ndarray:
    shares = np.array([getattr(kategori, share) for kategori in categories()])
    return rng.choice(len(shares), n, p=shares / shares.sum())


def _of(name: str, c: np.ndarray) -> np.ndarray:
    """A property of each invoice's category."""
    return np.array([getattr(kategori, name) for kategori in categories()])[c]


def _amounts(c: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    kroner = _of("typisk_kr", c) * np.exp(_of("spredning", c) * rng.standard_normal(len(c)))
    return np.clip(np.round(kroner * 100), 500, HOEJST_KR * 100).astype(np.int64)


def _line_counts(c: np.ndarray, amount: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    count = 1 + np.minimum(rng.poisson(_of("linjer", c) - 1), FLEST_LINJER - 1)
    return np.where(amount < EN_LINJE_KR * 100, 1, count)


def _dates(n: int, aar: int, rng: np.random.Generator) -> np.ndarray:
    months = rng.choice(12, n, p=np.array(MAANEDER) / sum(MAANEDER))
    first = (np.datetime64(f"{aar}-01") + months).astype("datetime64[D]")
    length = (first.astype("datetime64[M]") + 1).astype("datetime64[D]") - first
    return first + (rng.random(n) * length.astype(int)).astype(int)


def _one_of(count: np.ndarray, rng: np.random.Generator, *, skew: float = 1.0) -> np.ndarray:
    """A number from 0 to below `count`, for each."""
    return (rng.random(len(count)) ** skew * count).astype(int)


def _units(k: np.ndarray, c: np.ndarray, enheder: pl.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """A unit of the municipality, mostly of a kind that buys such goods."""
    kinds = list(country.ENHEDSTYPER)
    longest = max(len(kategori.enhedstyper) for kategori in categories())
    own = np.array([[kinds.index(x) for x in (k.enhedstyper * longest)[:longest]] for k in categories()])
    at_home = rng.random(len(c)) < HOS_SINE_EGNE
    anywhere = rng.integers(0, len(kinds), len(c))
    kind = np.where(at_home, own[c, rng.integers(0, longest, len(c))], anywhere)
    groups = enheder.with_row_index("nr").group_by("kommune_kode", "enhedstype", maintain_order=True)
    places = groups.agg(pl.col("nr").first(), pl.len())
    first, count = (places[name].to_numpy().reshape(-1, len(kinds))[k, kind] for name in ("nr", "len"))
    return first + _one_of(count, rng)


def _agreements(c: np.ndarray, aftalt: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """The agreement's key, mostly one of the category's first; missing off agreement."""
    longest = max(len(kategori.aftaler) for kategori in categories())
    table = np.array([(*kategori.aftaler, *[""] * longest)[:longest] for kategori in categories()])
    count = np.array([len(kategori.aftaler) for kategori in categories()])[c]
    keys = table[c, _one_of(count, rng, skew=SKAEVHED)]
    return pl.Series(np.where(aftalt, keys, "")).replace("", None)


def _trades(leverandoerer: pl.DataFrame, c: np.ndarray) -> list[np.ndarray]:
    """Each category's first supplier, how many there are, and how many of them are on its agreement."""
    trades = leverandoerer.with_row_index("nr").group_by("c", maintain_order=True)
    places = trades.agg(pl.col("nr").first(), pl.len(), pl.col("paa_aftale").sum()).sort("c")
    return [places[name].to_numpy()[c] for name in ("nr", "len", "paa_aftale")]


def usual_supplier(codes: np.ndarray, c: np.ndarray, leverandoerer: pl.DataFrame) -> np.ndarray:
    """The supplier that a municipality (by its code as a number) uses most for a category's agreements."""
    first, _, on = _trades(leverandoerer, c)
    return first + (codes + c) % np.maximum(on, 1)


def _suppliers(
    c: np.ndarray, aftalt: np.ndarray, fast: np.ndarray, leverandoerer: pl.DataFrame, rng: np.random.Generator
) -> np.ndarray:
    """On an agreement one of its suppliers, mostly the municipality's usual one; else anyone in the trade."""
    first, count, on = _trades(leverandoerer, c)
    chosen = np.where(rng.random(len(c)) < HOS_DEN_FASTE, fast, first + _one_of(on, rng))
    return np.where(aftalt, chosen, first + _one_of(count, rng, skew=SKAEVHED))
