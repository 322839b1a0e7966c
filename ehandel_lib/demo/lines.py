"""
The lines of the invoices: item, quantity, unit, unit price, amount, code.

An invoice's amount is shared among its lines, and each line buys as many of an
item as the share pays for. So quantity times unit price is the amount, to the
øre, and the same item has the price of its supplier everywhere.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from ehandel_lib.demo.invoices import categories

#: The share of lines that carry a UNSPSC code: on agreements, and off them. Invented.
KODE_PAA_AFTALE, KODE_UDEN = 0.6, 0.8

#: Of the dearest items that a line can pay for, one of so many is bought.
UDVALG = 4

#: Lines that lie beside the goods of an invoice on agreement: a share of the invoices, by what is bought.
FRAGT, KAFFE_MED_MADEN = 0.05, 0.06


@cache
def items() -> pl.DataFrame:
    """The goods of `varer.csv`, by category and price, with `c` (category) and `pris_oere`."""
    goods = pl.read_csv(
        Path(__file__).parent / "varer.csv", separator=";", schema_overrides={"unspsc": pl.String}
    )
    number = {kategori.varekategori: c for c, kategori in enumerate(categories())}
    return goods.with_columns(
        c=pl.col("varekategori").replace_strict(number, return_dtype=pl.Int64),
        pris_oere=(pl.col("pris_kr") * 100).round().cast(pl.Int64),
    ).sort("c", "pris_oere", "varetekst")


def split(fakturaer: pl.DataFrame, leverandoerer: pl.DataFrame, froe: int) -> pl.DataFrame:
    """
    The lines of the invoices.

    Returns
    -------
    DataFrame
        `faktura`, `linje_nummer`, `varetekst`, `maaleenhed`, `unspsc`, `aftale`, `maengde`, `enhedspris_oere` and
        `beloeb_oere` (negative on credit notes: then the quantity is), by invoice and line.
    """
    rng = np.random.default_rng([froe, int(fakturaer["dato"].dt.year().min()), 3])
    goods = _bought(fakturaer, leverandoerer, rng)
    extra = [
        _beside(fakturaer, "Diverse", "Fragt", FRAGT, rng),
        _beside(fakturaer, "Kaffe og te", "Kaffe, formalet, 500 g", KAFFE_MED_MADEN, rng, only="Fødevarer"),
    ]
    lines = pl.concat([goods, *extra]).sort("faktura", "linje_nummer")
    return lines.with_columns(beloeb_oere=pl.col("maengde") * pl.col("enhedspris_oere"))


def _bought(fakturaer: pl.DataFrame, leverandoerer: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """What each invoice is for."""
    count = fakturaer["antal_linjer"].to_numpy()
    line = np.repeat(np.arange(len(fakturaer)), count)
    share = rng.exponential(size=len(line)) + 0.15
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    share /= np.repeat(np.add.reduceat(share, first), count)
    inv = fakturaer[line]
    target = np.maximum(100, inv["maal_oere"].to_numpy() * share)
    item = _item(inv["c"].to_numpy(), target, rng)
    factor = leverandoerer["pris"].to_numpy()[inv["leverandoer"].to_numpy()]
    listed = np.round(items()["pris_oere"].to_numpy()[item] * factor)
    price = np.where(listed <= target, listed, np.round(target)).astype(np.int64)
    quantity = np.maximum(1, np.round(target / price)).astype(np.int64)
    sign = np.where(inv["kredit"].to_numpy(), -1, 1)
    coded = rng.random(len(line)) < np.where(inv["aftale"].is_null().to_numpy(), KODE_UDEN, KODE_PAA_AFTALE)
    return (
        items()[item]
        .select("varetekst", "maaleenhed", unspsc=pl.when(pl.Series(coded)).then("unspsc"))
        .with_columns(
            inv["faktura"],
            inv["aftale"],
            linje_nummer=pl.Series(np.arange(len(line)) - np.repeat(first, count) + 1),
            maengde=pl.Series(quantity * sign),
            enhedspris_oere=pl.Series(np.where(inv["nul"].to_numpy(), 0, price)),
        )
        .select(_COLUMNS)
    )


_COLUMNS = [
    "faktura",
    "linje_nummer",
    "varetekst",
    "maaleenhed",
    "unspsc",
    "aftale",
    "maengde",
    "enhedspris_oere",
]


def _item(c: np.ndarray, target: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The row in `items` of something in the category that this much money can pay for."""
    back = (rng.random(len(c)) * UDVALG).astype(int)
    chosen = np.zeros(len(c), dtype=int)
    prices = items()["pris_oere"].to_numpy()
    for number in range(len(categories())):
        rows = np.flatnonzero(items()["c"].to_numpy() == number)
        here = c == number
        affordable = np.searchsorted(prices[rows], target[here], side="right")
        spread = np.minimum(back[here], np.maximum(affordable - 1, 0))
        chosen[here] = rows[0] + np.maximum(affordable - 1 - spread, 0)
    return chosen


def _beside(
    fakturaer: pl.DataFrame,
    kategori: str,
    tekst: str,
    share: float,
    rng: np.random.Generator,
    *,
    only: str | None = None,
) -> pl.DataFrame:
    """A further line, on no agreement, on some of the invoices: freight, or coffee with the food."""
    names = [k.varekategori for k in categories()]
    fits = pl.lit(True) if only is None else pl.col("c") == names.index(only)
    chosen = fakturaer.with_columns(lod=pl.Series(rng.random(len(fakturaer)))).filter(
        fits,
        pl.col("lod") < share,
        pl.col("aftale").is_not_null(),
        ~pl.col("kredit"),
        ~pl.col("nul"),
        pl.col("antal_linjer") > 1,
    )
    known = items().filter(pl.col("varetekst") == tekst)
    code = known["unspsc"][0] if len(known) else None
    return chosen.select(
        "faktura",
        linje_nummer=pl.col("antal_linjer") + (1 if only is None else 2),
        varetekst=pl.lit(tekst),
        maaleenhed=pl.lit("ps" if code else "stk"),
        unspsc=pl.lit(code, pl.String),
        aftale=pl.lit(None, pl.String),
        maengde=pl.lit(1, pl.Int64),
        enhedspris_oere=pl.lit(46_00 if code else 79_00, pl.Int64),
    ).select(_COLUMNS)
