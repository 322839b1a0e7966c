"""
Weaves the planted truths (`truths`) into the synthetic invoices and lines.

Nothing is added: invoices change their unit, their day or their agreement, lines
their item and price, and the odds of being e-traded are pushed before they are
fitted to SKI's figures, or after it where the law is to lift the figures too.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ehandel_lib.classify import lovkrav
from ehandel_lib.demo.invoices import categories
from ehandel_lib.demo.truths import AFTALESKIFT, LOVEN, SMAAORDRER, VANER, Smaaordrer, Vane, merpriser

#: How far the prices of a planted item spread around its median, on the log scale. Invented.
PRISSPREDNING = 0.05

#: A line can have the price of a sack by mistake where that is at most this much more than it was to cost.
RAAD_TIL = 1.5


def chosen(vane: Vane, fakturaer: pl.DataFrame, kommuner: pl.DataFrame, enheder: pl.DataFrame) -> np.ndarray:
    """
    Which invoices a habit is about.

    Parameters
    ----------
    fakturaer : DataFrame
        With `k`, `c`, `enhed`, `aftale`, `leverandoer`, `fast`, `dato` and `i_alt` (øre).
    """
    place, unit = kommuner["kommune_kode"][fakturaer["k"]], enheder[fakturaer["enhed"].to_numpy()]
    conditions = [pl.lit(~place.is_in(vane.uden))]
    if vane.kommune_kode:
        conditions.append(pl.lit(place == vane.kommune_kode))
    if vane.enhedstype:
        conditions.append(pl.lit(unit["enhedstype"] == vane.enhedstype))
    if vane.enheder:
        conditions.append(pl.lit(unit["enhed_navn"].is_in(vane.enheder)))
    if vane.varekategori:
        conditions.append(pl.col("c") == number(vane.varekategori))
    if vane.under_oere:
        conditions.append((pl.col("i_alt") > 0) & (pl.col("i_alt") < vane.under_oere))
    if vane.lovkrav:
        conditions.append(pl.col("c").is_in([number(category) for category in lovkrav()]))
    if vane.fra or vane.til:
        conditions.append(pl.col("dato").is_between(vane.fra or date.min, vane.til or date.max))
    if vane.fast_leverandoer:
        conditions.append(pl.col("aftale").is_not_null() & (pl.col("leverandoer") == pl.col("fast")))
    return fakturaer.select(pl.all_horizontal(*conditions)).to_series().to_numpy()


def number(varekategori: str) -> int:
    """The number of a category."""
    return [kategori.varekategori for kategori in categories()].index(varekategori)


def habits(
    fakturaer: pl.DataFrame, kommuner: pl.DataFrame, enheder: pl.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """The push of all habits on each invoice's log odds, and which invoices lost their order in the shop."""
    push, lost = np.zeros(len(fakturaer)), np.zeros(len(fakturaer), dtype=bool)
    for vane in VANER:
        about = chosen(vane, fakturaer, kommuner, enheder)
        push[about] += vane.log_odds
        lost |= about & vane.tabt
    return push, lost


def law(fakturaer: pl.DataFrame, kommuner: pl.DataFrame, enheder: pl.DataFrame) -> np.ndarray:
    """What the law adds to each invoice's log odds: nothing before its first day."""
    lift = np.zeros(len(fakturaer))
    for vane in LOVEN:
        lift[chosen(vane, fakturaer, kommuner, enheder)] += vane.log_odds
    return lift


def small_orders(
    fakturaer: pl.DataFrame,
    kommuner: pl.DataFrame,
    enheder: pl.DataFrame,
    aar: int,
    truth: Smaaordrer = SMAAORDRER,
) -> pl.DataFrame:
    """The smallest ordinary purchases of the category, moved to the unit, its supplier and its weeks."""
    here = pl.lit(truth.kommune_kode) == pl.Series(kommuner["kommune_kode"][fakturaer["k"]])
    plain = pl.col("aftale").is_not_null() & ~pl.col("kredit") & ~pl.col("nul")
    days = [date.fromisocalendar(aar, uge, 1 + n) for uge in truth.uger for n in range(truth.pr_uge)]
    found = fakturaer.filter(here & plain & (pl.col("c") == number(truth.varekategori)))
    found = found.sort("maal_oere", "faktura").head(len(days))
    unit = enheder.with_row_index("nr").filter(kommune_kode=truth.kommune_kode, enhed_navn=truth.enhed)["nr"]
    if found.is_empty() or unit.is_empty():
        return fakturaer
    moved = found.select(
        "faktura",
        enhed=pl.lit(unit[0]).cast(fakturaer["enhed"].dtype),
        leverandoer=pl.col("fast").cast(fakturaer["leverandoer"].dtype),
        dato=pl.Series(days[: len(found)]).cast(fakturaer["dato"].dtype),
    )
    return fakturaer.update(moved, on="faktura")


def renewed(fakturaer: pl.DataFrame, kommuner: pl.DataFrame, aar: int, froe: int) -> pl.DataFrame:
    """Purchases after an agreement's end stand on its successor, but for those that stay on the old one."""
    truth = AFTALESKIFT
    lot = np.random.default_rng([froe, aar, 9]).random(len(fakturaer))
    own = (kommuner["kommune_kode"] == truth.kommune_kode).to_numpy()[fakturaer["k"].to_numpy()]
    stays = lot < np.where(own, truth.andel, truth.andel_andre)
    moves = (pl.col("aftale") == truth.gammel) & (pl.col("dato") > truth.slut) & ~pl.lit(pl.Series(stays))
    return fakturaer.with_columns(aftale=pl.when(moves).then(pl.lit(truth.ny)).otherwise("aftale"))


def dearer(lines: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """
    The planted items off agreement, with their names, units and prices.

    Parameters
    ----------
    lines : DataFrame
        With `varetekst`, `maaleenhed`, `aftale`, `target` (what the line is to cost, in øre), `aftalt_pris`
        (the usual supplier's price of the item, in øre) and `pris`.

    Returns
    -------
    DataFrame
        The lines with `varetekst`, `maaleenhed` and `pris` changed.
    """
    noise = np.exp(np.clip(rng.normal(0, PRISSPREDNING, len(lines)), -3 * PRISSPREDNING, 3 * PRISSPREDNING))
    lots: dict[str, np.ndarray] = {
        "_lot": rng.random(len(lines)),
        "_fejl": rng.random(len(lines)),
        "_stoej": np.round(noise, 6),
    }
    text, unit, price = pl.col("varetekst"), pl.col("maaleenhed"), pl.col("pris")
    for item in merpriser():
        about = pl.col("aftale").is_null() & (pl.col("varetekst") == item.aftalevare)
        one = pl.col("aftalt_pris") * (1 + item.merpris) * pl.col("_stoej")
        can_pay = one * item.indhold <= RAAD_TIL * pl.col("target")
        mistake = about & can_pay & (pl.col("_fejl") < item.fejl)
        box = item.indhold > 1 and not item.fejl
        other = about & (pl.col("_lot") < item.andel)
        factor = pl.when(mistake | (other & box)).then(item.indhold).otherwise(1)
        text = pl.when(other).then(pl.lit(item.varetekst)).otherwise(text)
        unit = pl.when(other).then(pl.lit(item.maaleenhed)).otherwise(unit)
        price = pl.when(about).then((one * factor).round()).otherwise(price)
    changed = lines.with_columns(**lots).with_columns(
        varetekst=text, maaleenhed=unit, pris=price.cast(pl.Int64)
    )
    return changed.drop(*lots)
