"""
Invoice lines made ready for comparing prices: which goods, how much of them, at what price.

A line gets the key and the content of its text (`varetekst`), the class of goods
that most lines with that text have, and the price of one piece, gram, millilitre
or sheet. Left out is what says nothing about prices or too much about persons.
"""

from __future__ import annotations

import pandas as pd
import polars as pl

from ehandel_lib import classify
from ehandel_lib.clean.cpr import MASKE
from ehandel_lib.skjul import borgernaere
from ehandel_lib.varetekst import indhold, noegle

#: A line whose price is this many times its item's median, or that part of it, has another unit of measure
#: than it says; two items' medians that far apart have as well. Real differences are rarely so large.
FEJLFAKTOR = 3.0

#: How many digits of a code name a class of goods: UNSPSC's third level, CPV's third.
KLASSE = {"UNSPSC": 6, "CPV": 4}

_LINJER = [
    "faktura_id", "varetekst", "maaleenhed", "vare_kodesystem", "vare_kode", "aftale_nummer", "maengde",
    "beloeb_oere", "enhedstype", "gaeldende",
]  # fmt: skip


def varelinjer(linjer: pd.DataFrame) -> pl.DataFrame:
    """
    The lines that can be compared.

    Left out are credit notes, lines without a supplier's number or a text, masked texts, lines of no known
    class of goods, and the categories that are bought for single citizens.

    Parameters
    ----------
    linjer : DataFrame
        One municipality's lines of a year ("linjer" in `schema`), with `gaeldende`: on an agreement that
        held?

    Returns
    -------
    polars DataFrame
        With `gaeldende`, `klasse`, `varekategori`, `vare` (the key of the text),
        `maal`, `indhold` (of one unit), `basis` (how much in all), `pris` (øre for one of `maal`) and
        `udeladt` (the price is that of another unit; `basis` and `pris` are then missing).
    """
    return _priser(_linjer(linjer))


def _linjer(linjer: pd.DataFrame) -> pl.DataFrame:
    """The lines that can be compared, with their key, class, content and whether their agreement holds."""
    usable = (linjer["dokumenttype"] == "faktura") & (linjer["beloeb_oere"] > 0)
    usable &= linjer["varetekst"].notna() & linjer["leverandoer_cvr"].notna()
    kinds = dict.fromkeys(_LINJER, pl.String) | {
        "maengde": pl.Float64,
        "beloeb_oere": pl.Int64,
        "gaeldende": pl.Boolean,
    }
    # the columns before the rows: taking rows of all the others as well costs as much as all the rest
    frame = pl.from_pandas(linjer[_LINJER][usable]).cast(kinds)  # type: ignore[arg-type]
    frame = frame.with_columns(klasse=_klasse())
    texts = frame.select("varetekst", "maaleenhed").unique()
    contents = [indhold(text, unit) for text, unit in texts.iter_rows()]
    texts = texts.with_columns(
        vare=pl.Series([noegle(text) for text in texts["varetekst"]], dtype=pl.String),
        maal=pl.Series([c and c.maal for c in contents], dtype=pl.String),
        indhold=pl.Series([c and c.antal for c in contents], dtype=pl.Float64),
    )
    # numbers in the texts' order, because millions of lines sort by a number in a fraction of the time
    texts = texts.sort("vare", "varetekst", "maaleenhed").with_row_index("tekst_nr")
    frame = frame.join(texts, on=["varetekst", "maaleenhed"], how="left", nulls_equal=True)
    frame = frame.filter((pl.col("vare") != "") & ~pl.col("varetekst").str.contains(MASKE, literal=True))
    return _med_klasse(frame)


def _klasse() -> pl.Expr:
    """The class of goods, with its code system, where the line has a code."""
    system, code = pl.col("vare_kodesystem"), pl.col("vare_kode")
    chosen = pl.lit(None, pl.String)
    for name, digits in KLASSE.items():
        chosen = (
            pl.when((system == name) & (code.str.len_chars() >= digits))
            .then(pl.lit(f"{name} ") + code.str.slice(0, digits))
            .otherwise(chosen)
        )
    return chosen


def _med_klasse(frame: pl.DataFrame) -> pl.DataFrame:
    """Each text has the class that most of its coded lines have; citizens' goods are left out."""
    known = (
        frame.drop_nulls("klasse")
        .group_by("vare", "klasse")
        .agg(pl.len(), pl.col("vare_kodesystem").first(), pl.col("vare_kode").min())
        .sort("vare", "len", "klasse", descending=[False, True, False])
        .unique("vare", keep="first", maintain_order=True)
    )
    codes = known.select("vare_kodesystem", "vare_kode").to_pandas()
    codes = codes.assign(aftale_nummer=pd.Series(pd.NA, index=codes.index, dtype="str"))
    codes = codes.assign(delaftale_nummer=codes["aftale_nummer"])
    category = classify.varekategori(codes)["varekategori"]
    known = known.select("vare", "klasse", varekategori=pl.Series(category.tolist(), dtype=pl.String))
    known = known.filter(~pl.col("varekategori").is_in(borgernaere()))
    return frame.drop("klasse").join(known, on="vare", how="inner", validate="m:1", maintain_order="left")


def _priser(frame: pl.DataFrame) -> pl.DataFrame:
    """
    Each line's quantity in the base measure (`basis`) and price of it (`pris`), both missing where not known.

    A price that is far from its item's median on the same side is the price of another unit (`udeladt`).
    """
    side = ["gaeldende", "vare", "maal"]
    basis = pl.col("maengde") * pl.col("indhold")
    priced = frame.with_columns(basis=pl.when(basis > 0).then(basis)).with_columns(
        pris=pl.col("beloeb_oere") / pl.col("basis")
    )
    apart = pl.col("pris") / pl.col("pris").median().over(side)
    wrong = (apart > FEJLFAKTOR) | (apart < 1 / FEJLFAKTOR)
    return priced.with_columns(udeladt=wrong.fill_null(False)).with_columns(
        pl.when(~pl.col("udeladt")).then(name).alias(name) for name in ("basis", "pris")
    )


def priser_pr_vare(lines: pl.DataFrame) -> pl.DataFrame:
    """
    Per item and measure: its price, the lines behind it, how one unit is called and what it holds.

    The price is the median weighted by quantity: half of what was bought cost no more.
    """
    keys = ["klasse", "vare", "maal"]
    priced = lines.drop_nulls(["pris", "maal"]).sort("pris", "tekst_nr")
    weight = pl.col("basis").cum_sum().over(keys), pl.col("basis").sum().over(keys)
    priced = priced.with_columns(_naaet=weight[0] >= weight[1] / 2)
    prices = priced.group_by(keys, maintain_order=True).agg(
        pris=pl.col("pris").filter("_naaet").first(),
        linjer=pl.len(),
        indhold=pl.col("indhold").median(),
        maaleenhed=pl.col("maaleenhed").mode(maintain_order=True).first(),
    )
    return prices.sort(keys)
