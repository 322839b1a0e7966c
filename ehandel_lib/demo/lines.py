"""
The lines of the invoices: item, quantity, unit, unit price, amount, code.

An invoice's amount is shared among its lines, and each line buys as many of an
item as its share pays for. So quantity times unit price is the amount, to the
øre, and an item has its supplier's price wherever it is bought.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from ehandel_lib.demo.invoices import categories
from ehandel_lib.demo.planted import dearer

#: The share of lines that carry a UNSPSC code: on agreements, and off them. Invented.
KODE_PAA_AFTALE, KODE_UDEN = 0.6, 0.8

#: A line buys one of the so many dearest items that it can pay for.
UDVALG = 4

#: No line of an invoice gets less than this against the others' shares, which are exponential around 1.
MINDSTE_DEL = 0.15

#: What lies beside the goods on some invoices on agreement, and is on no agreement itself: the item, the
#: category that it comes with (or any), and on how many of the invoices. Invented.
VED_SIDEN_AF = (("Fragt", None, 0.05), ("Kaffe, formalet, 500 g", "Fødevarer", 0.06))


@cache
def items() -> pl.DataFrame:
    """The goods of `varer.csv`, by category and price, with `c` (category) and `pris_oere`."""
    path = Path(__file__).parent / "varer.csv"
    goods = pl.read_csv(path, separator=";", schema_overrides={"unspsc": pl.String})
    number = {kategori.varekategori: c for c, kategori in enumerate(categories())}
    return goods.with_columns(
        c=pl.col("varekategori").replace_strict(number, return_dtype=pl.Int64),
        pris_oere=(pl.col("pris_kr") * 100).round().cast(pl.Int64),
    ).sort("c", "pris_oere", "varetekst")


def split(fakturaer: pl.DataFrame, leverandoerer: pl.DataFrame, aar: int, froe: int) -> pl.DataFrame:
    """
    The lines of the invoices.

    Returns
    -------
    DataFrame
        `faktura`, `linje_nummer`, `varetekst`, `maaleenhed`, `unspsc`, `aftale`, `maengde`, `enhedspris_oere`
        and `beloeb_oere` (negative on credit notes: then the quantity is), by invoice and line.
    """
    rng = np.random.default_rng([froe, aar, 3])
    goods = _bought(fakturaer, leverandoerer, rng)
    extra = [
        _beside(fakturaer, item, category, share, nr, rng)
        for nr, (item, category, share) in enumerate(VED_SIDEN_AF, 1)
    ]
    lines = pl.concat([goods, *extra]).sort("faktura", "linje_nummer")
    return lines.with_columns(beloeb_oere=pl.col("maengde") * pl.col("enhedspris_oere"))


def _bought(fakturaer: pl.DataFrame, leverandoerer: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """What each invoice is for."""
    count = fakturaer["antal_linjer"].to_numpy()
    rows = fakturaer[np.repeat(np.arange(len(fakturaer)), count)]
    target = np.maximum(100, rows["maal_oere"].to_numpy() * _shares(count, rng))
    item = _affordable(rows["c"].to_numpy(), target, rng)
    listed, usual = (
        np.round(
            items()["pris_oere"].to_numpy()[item] * leverandoerer["pris"].to_numpy()[rows[name].to_numpy()]
        )
        for name in ("leverandoer", "fast")
    )
    price = np.where(listed <= target, listed, np.round(target)).astype(np.int64)
    coded = rng.random(len(rows)) < np.where(rows["aftale"].is_null(), KODE_UDEN, KODE_PAA_AFTALE)
    found = items().select("varetekst", "maaleenhed", "unspsc")[item]
    lines = pl.concat([rows, found], how="horizontal").with_columns(
        target=pl.Series(target), pris=pl.Series(price), aftalt_pris=pl.Series(usual)
    )
    lines = dearer(lines, rng)
    quantity = np.maximum(1, np.round(target / lines["pris"].to_numpy())).astype(np.int64)
    return lines.select(
        "faktura",
        pl.int_range(1, pl.len() + 1).over("faktura").alias("linje_nummer"),
        "varetekst",
        "maaleenhed",
        pl.when(pl.Series(coded)).then("unspsc").alias("unspsc"),
        "aftale",
        pl.when("kredit").then(-pl.Series(quantity)).otherwise(pl.Series(quantity)).alias("maengde"),
        pl.when("nul").then(0).otherwise("pris").alias("enhedspris_oere"),
    )


def _shares(count: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each line's share of its invoice; they add up to 1."""
    share = rng.exponential(size=count.sum()) + MINDSTE_DEL
    first = np.cumsum(count) - count
    return share / np.repeat(np.add.reduceat(share, first), count)


def _affordable(c: np.ndarray, target: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The row in `items` of something in the category that this much money can pay for; else the cheapest."""
    back = (rng.random(len(c)) * UDVALG).astype(int)
    chosen = np.zeros(len(c), dtype=int)
    prices, category = items()["pris_oere"].to_numpy(), items()["c"].to_numpy()
    for number in np.unique(c):
        rows, here = np.flatnonzero(category == number), c == number
        dearest = np.maximum(np.searchsorted(prices[rows], target[here], side="right") - 1, 0)
        chosen[here] = rows[0] + np.maximum(dearest - back[here], 0)
    return chosen


def _beside(
    fakturaer: pl.DataFrame, item: str, category: str | None, share: float, nr: int, rng: np.random.Generator
) -> pl.DataFrame:
    """One more line, on no agreement, on some of the invoices."""
    lot = pl.Series(rng.random(len(fakturaer)))
    names = [kategori.varekategori for kategori in categories()]
    fits = pl.lit(True) if category is None else pl.col("c") == names.index(category)
    plain = pl.col("aftale").is_not_null() & ~pl.col("kredit") & ~pl.col("nul") & (pl.col("antal_linjer") > 1)
    goods = items().row(by_predicate=pl.col("varetekst") == item, named=True)
    return fakturaer.filter(fits & plain & (lot < share)).select(
        "faktura",
        linje_nummer=pl.col("antal_linjer") + nr,
        varetekst=pl.lit(item),
        maaleenhed=pl.lit(goods["maaleenhed"]),
        unspsc=pl.lit(goods["unspsc"], pl.String),
        aftale=pl.lit(None, pl.String),
        maengde=pl.lit(1, pl.Int64),
        enhedspris_oere=pl.lit(goods["pris_oere"], pl.Int64),
    )
