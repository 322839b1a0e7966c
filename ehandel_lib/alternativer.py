"""
What is bought outside the agreements most often, and the item on an agreement that is most like it.

Items are compared within a class of goods (UNSPSC's first six digits), by their
texts, and only to *suggest*: the score stands beside it and nothing is merged.
Prices are medians weighted by quantity, per piece, litre or sheet (`varetekst`);
where the units of measure do not agree, or the difference is so large that the
units are the likelier reason, no price is compared. One municipality's lines of
a year, which need no more than seconds for millions of rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from ehandel_lib import rates, schema
from ehandel_lib.aftaler import gaelder
from ehandel_lib.varelinjer import FEJLFAKTOR, priser_pr_vare, varelinjer
from ehandel_lib.varetekst import ligheder

#: An item with fewer lines or invoices is not shown, and a median of fewer lines is no price.
MIN_LINJER = 5

#: Texts less alike are no suggestion; a saving is only counted from here on. Of 100 points; set by looking
#: at pairs: "Plaster" and "Plaster, assorteret" have 78, a word more on one side.
LIGNER, SIKKER = 60, 75

#: At most so many items are compared, the ones with most turnover: far more than anyone reads, and it keeps
#: a large municipality within seconds.
FLEST_VARER = 500


class Omfang(NamedTuple):
    """How far the comparison reaches, in øre of what is bought outside the agreements."""

    uden_oere: int
    vist_oere: int
    sammenlignet_oere: int


class Sammenligning(NamedTuple):
    """The items bought outside the agreements, and what their prices sum to per kind of unit."""

    varer: pd.DataFrame
    pr_enhedstype: pd.DataFrame
    omfang: Omfang


def sammenlign(linjer: pd.DataFrame, aftaler: pd.DataFrame) -> Sammenligning:
    """
    Hold what is bought outside the agreements up against what is on them.

    What is left out before that, `varelinjer` says.

    Parameters
    ----------
    linjer : DataFrame
        One municipality's lines of a year ("linjer" in `schema`).
    aftaler : DataFrame
        `Data.aftaler`.

    Returns
    -------
    varer : DataFrame
        One row per item with at least `MIN_LINJER` lines and invoices outside the agreements, most invoices
        first: `varekategori`, `varetekst`, `maaleenhed`, `antal_fakturaer`, `antal_linjer`,
        `omsaetning_oere`; `alternativ`, its `aftale_nummer` and `lighed` (missing where nothing is like it);
        `pris_uden_oere` and `pris_aftale_oere` (for one unit of the item, and for the same quantity on the
        agreement), `prisforskel` (the one over the other, less 1), `linjer_pris` and `linjer_aftale` (lines
        behind them), `linjer_udeladt`, `besparelse_oere` (the quantity times the difference) and
        `aarsag` (why no price is compared).
    pr_enhedstype : DataFrame
        `enhedstype`, `antal_fakturaer`, `omsaetning_oere` and `besparelse_oere` of the items that are cheaper
        on agreement and alike enough (`SIKKER`), largest first; small groups hidden.
    omfang : Omfang
        All that is bought outside the agreements, the part that `varer` shows, and the part with two prices.
    """
    linjer = linjer.assign(gaeldende=gaelder(linjer, aftaler))
    lines = varelinjer(linjer)
    outside = lines.filter(~pl.col("gaeldende"))
    items = _varer(outside)
    chosen = _alternativer(items, lines.filter("gaeldende"))
    compared = _priset(chosen, outside)
    shown = _vist(compared)
    reach = Omfang(
        uden_oere=int(linjer.loc[~linjer["gaeldende"], "beloeb_oere"].sum()),
        vist_oere=int(shown["omsaetning_oere"].sum()),
        sammenlignet_oere=int(shown.loc[shown["aarsag"].isna(), "omsaetning_oere"].sum()),
    )
    return Sammenligning(shown, _pr_enhedstype(compared, outside), reach)


def _varer(outside: pl.DataFrame) -> pl.DataFrame:
    """The items bought outside the agreements often enough to be shown, priced in their most used measure."""
    text = pl.col("varetekst").mode(maintain_order=True).first()
    items = (
        outside.sort("tekst_nr")
        .group_by("klasse", "varekategori", "vare", maintain_order=True)
        .agg(
            text,
            antal_fakturaer=pl.col("faktura_id").n_unique(),
            antal_linjer=pl.len(),
            omsaetning_oere=pl.col("beloeb_oere").sum(),
            linjer_udeladt=pl.col("udeladt").sum(),
        )
        .filter((pl.col("antal_linjer") >= MIN_LINJER) & (pl.col("antal_fakturaer") >= MIN_LINJER))
        .sort("omsaetning_oere", "vare", descending=[True, False])
        .head(FLEST_VARER)
    )
    prices = (
        priser_pr_vare(outside)
        .sort("vare", "linjer", "maal", descending=[False, True, False])
        .unique(["klasse", "vare"], keep="first", maintain_order=True)
    )
    return items.join(prices, on=["klasse", "vare"], how="left", validate="1:1", maintain_order="left")


def _alternativer(items: pl.DataFrame, on: pl.DataFrame) -> pl.DataFrame:
    """Each item with the most similar one on an agreement in its class; of equals one in the same measure."""
    text = pl.col("varetekst").mode(maintain_order=True).first()
    offers = (
        on.sort("tekst_nr", "aftale_nummer")
        .group_by("klasse", "vare", maintain_order=True)
        .agg(text, pl.col("aftale_nummer").mode(maintain_order=True).first(), pl.len())
        .join(priser_pr_vare(on), on=["klasse", "vare"], how="left", maintain_order="left")
        .sort("klasse", "vare", "linjer", descending=[False, False, True], nulls_last=True)
    )
    by_class = offers.partition_by("klasse", as_dict=True, maintain_order=True)
    found = []
    for (klasse,), own in items.partition_by("klasse", as_dict=True, maintain_order=True).items():
        theirs = by_class.get((klasse,))
        found.append(own.with_columns(_bedste(own, theirs)))
    if not found:
        return items.with_columns(pl.lit(None, kind).alias(name) for name, kind in FORSLAG.items())
    return pl.concat(found, how="vertical_relaxed")


#: What is known of a suggestion.
FORSLAG = {
    "alternativ": pl.String,
    "alt_aftale": pl.String,
    "alt_maal": pl.String,
    "alt_pris": pl.Float64,
    "linjer_aftale": pl.Int64,
    "lighed": pl.Float64,
}


def _bedste(own: pl.DataFrame, theirs: pl.DataFrame | None) -> list[pl.Series]:
    """The columns of the best offer of a class for each of its items; missing where none is like it."""
    if theirs is None:
        return [pl.Series(name, [None] * len(own), dtype=kind) for name, kind in FORSLAG.items()]
    scores = ligheder(own["vare"].to_list(), theirs["vare"].to_list())
    # less than a point: among equals the same measure comes first
    same = own["maal"].to_numpy()[:, None] == theirs["maal"].to_numpy()[None, :]
    best = np.argmax(scores + 0.5 * same, axis=1)
    score = scores[np.arange(len(best)), best]
    columns = [theirs[name][best] for name in ("varetekst", "aftale_nummer", "maal", "pris", "linjer")]
    columns.append(pl.Series(np.round(score.astype(float), 1)))
    like = pl.Series(score >= LIGNER)
    return [
        pl.select(pl.when(like).then(values.cast(kind))).to_series().alias(name)
        for (name, kind), values in zip(FORSLAG.items(), columns, strict=True)
    ]


def _priset(chosen: pl.DataFrame, outside: pl.DataFrame) -> pl.DataFrame:
    """The items with both prices for one unit, the difference and why there is none, and what it sums to."""
    apart = pl.col("pris") / pl.col("alt_pris")
    few = (pl.col("linjer") < MIN_LINJER) | (pl.col("linjer_aftale") < MIN_LINJER)
    reasons = {
        "ingen lignende vare på aftale": pl.col("lighed").is_null(),
        "mængde eller måleenhed mangler": pl.col("pris").is_null() | pl.col("alt_pris").is_null(),
        "måleenhederne er forskellige": pl.col("maal") != pl.col("alt_maal"),
        f"færre end {MIN_LINJER} linjer med pris": few,
        "så stor forskel, at måleenheden må være en anden": (apart > FEJLFAKTOR) | (apart < 1 / FEJLFAKTOR),
    }
    why = pl.coalesce(*(pl.when(test).then(pl.lit(reason)) for reason, test in reasons.items()))
    judged = chosen.with_columns(aarsag=why, prisforskel=apart - 1)
    known = pl.col("aarsag").is_null()
    judged = judged.with_columns(
        prisforskel=pl.when(known).then("prisforskel"),
        pris_uden_oere=pl.when(known).then((pl.col("pris") * pl.col("indhold")).round().cast(pl.Int64)),
        pris_aftale_oere=pl.when(known).then((pl.col("alt_pris") * pl.col("indhold")).round().cast(pl.Int64)),
    )
    sums = _besparet(judged, outside).group_by("klasse", "vare").agg(pl.col("besparelse_oere").sum())
    return judged.join(sums, on=["klasse", "vare"], how="left", validate="1:1", maintain_order="left")


def _besparet(judged: pl.DataFrame, outside: pl.DataFrame) -> pl.DataFrame:
    """The compared lines with `besparelse_oere`: their quantity times the difference of the two medians."""
    compared = judged.filter(pl.col("aarsag").is_null())
    compared = compared.select(
        "klasse", "vare", "maal", "lighed", "prisforskel", aftalt="alt_pris", uden="pris"
    )
    lines = outside.drop_nulls("pris").join(
        compared, on=["klasse", "vare", "maal"], how="inner", validate="m:1"
    )
    difference = pl.col("basis") * (pl.col("uden") - pl.col("aftalt"))
    return lines.with_columns(besparelse_oere=difference.round().cast(pl.Int64))


def _vist(compared: pl.DataFrame) -> pd.DataFrame:
    """The items as pandas, most invoices first."""
    order = ["antal_fakturaer", "omsaetning_oere", "varetekst"]
    shown = compared.sort(*order, descending=[True, True, False]).with_columns(
        aftale_nummer="alt_aftale", linjer_pris="linjer"
    )
    return _pandas(shown.select(VARER))


def _pr_enhedstype(compared: pl.DataFrame, outside: pl.DataFrame) -> pd.DataFrame:
    """What the sure differences sum to in each kind of unit."""
    sure = (pl.col("lighed") >= SIKKER) & (pl.col("prisforskel") > 0)
    sums = (
        _besparet(compared.drop("besparelse_oere"), outside)
        .filter(sure)
        .group_by(pl.col("enhedstype").fill_null(schema.UKENDT))
        .agg(
            antal_fakturaer=pl.col("faktura_id").n_unique(),
            omsaetning_oere=pl.col("beloeb_oere").sum(),
            besparelse_oere=pl.col("besparelse_oere").sum(),
        )
        .sort("besparelse_oere", "enhedstype", descending=[True, False])
    )
    return rates.skjul_smaa(_pandas(sums))


def dyreste(varer: pd.DataFrame) -> pd.DataFrame:
    """The items that cost more outside the agreements and are alike enough (`SIKKER`), most kroner first."""
    sure = (varer["lighed"] >= SIKKER) & (varer["prisforskel"] > 0) & (varer["besparelse_oere"] > 0)
    order = ["besparelse_oere", "varetekst"]
    return varer[sure.fillna(False)].sort_values(order, ascending=[False, True], ignore_index=True)


def billigere(varer: pd.DataFrame) -> pd.DataFrame:
    """The items that cost less outside the agreements and are alike enough (`SIKKER`), most kroner first."""
    sure = (varer["lighed"] >= SIKKER) & (varer["besparelse_oere"] < 0)
    order = ["besparelse_oere", "varetekst"]
    return varer[sure.fillna(False)].sort_values(order, ignore_index=True)


def kunne_betale(pr_enhedstype: pd.DataFrame, hvad_koster: pd.DataFrame) -> pd.DataFrame:
    """
    What the differences could pay for in each kind of unit.

    Parameters
    ----------
    pr_enhedstype : DataFrame
        From `sammenlign`.
    hvad_koster : DataFrame
        `Data.hvad_koster`: `enhedstype` (missing: all kinds), `hvad`, `pris_oere` and `kilde`.

    Returns
    -------
    DataFrame
        The rows of `pr_enhedstype` with a sum, and `hvad`, `pris_oere`, `antal_raad_til` (whole ones) and
        `kilde`; a kind that has no thing of its own gets those of all kinds.

    Examples
    --------
    >>> summer = pd.DataFrame({"enhedstype": ["Skole", "Ukendt"], "besparelse_oere": [25_00, 90_00]})
    >>> koster = pd.DataFrame({"enhedstype": ["skole", None], "hvad": ["bog", "time"],
    ...                        "pris_oere": [10_00, 30_00]})
    >>> kunne_betale(summer, koster)[["enhedstype", "hvad", "antal_raad_til"]].values.tolist()
    [['Skole', 'bog', 2], ['Ukendt', 'time', 3]]
    """
    things = hvad_koster.assign(_slags=hvad_koster["enhedstype"].str.casefold().fillna(""))
    known = pr_enhedstype.dropna(subset=["besparelse_oere"])
    kind = known["enhedstype"].str.casefold()
    known = known.assign(_slags=kind.where(kind.isin(things["_slags"]), ""))
    found = known.merge(things.drop(columns="enhedstype"), on="_slags", how="inner", validate="m:m")
    return found.assign(antal_raad_til=found["besparelse_oere"] // found["pris_oere"]).drop(columns="_slags")


#: The columns of `Sammenligning.varer`.
VARER = [
    "varekategori", "varetekst", "maaleenhed", "antal_fakturaer", "antal_linjer", "omsaetning_oere",
    "alternativ", "aftale_nummer", "lighed", "pris_uden_oere", "pris_aftale_oere", "prisforskel",
    "linjer_pris", "linjer_aftale", "linjer_udeladt", "besparelse_oere", "aarsag",
]  # fmt: skip


def _pandas(frame: pl.DataFrame) -> pd.DataFrame:
    kinds = {name: schema.TYPES[schema.KOLONNER[name].slags] for name in frame.columns}
    return pd.DataFrame(frame.to_dict(as_series=False), columns=frame.columns).astype(kinds)
