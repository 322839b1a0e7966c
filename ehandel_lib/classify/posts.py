"""
From classified lines to posts, and the amount band of an invoice.

A *fakturapost* is an invoice's part in one category. It is the row of the tidy
table on which every rate is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import polars as pl

from ehandel_lib import schema
from ehandel_lib.classify.category import lovkrav
from ehandel_lib.classify.gathered import gathered


def _band(amount: nw.Expr, bounds: Mapping[str, int | None]) -> nw.Expr:
    """The label of the highest bound that the amount reaches; a bound of None takes all below the next."""
    label: nw.Expr = nw.lit(next(iter(bounds)))
    for name, bound in bounds.items():
        if bound is not None:
            label = nw.when(amount >= bound).then(nw.lit(name)).otherwise(label)
    return label


def beloebsinterval(amount: nw.Expr) -> nw.Expr:
    """
    The amount band of an invoice; bounds belong to the upper band, and 0 is a band of its own.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = nw.from_native(pd.DataFrame({"x": [-1, 0, 1, 49_99, 50_00, 5_000_00]}))
    >>> frame.select(beloebsinterval(nw.col("x"))).to_native().iloc[:, 0].tolist()
    ['Negativt beløb', 'Præcis 0 kr.', 'Over 0 til under 50 kr.', 'Over 0 til under 50 kr.',
     '50 til under 100 kr.', '5.000 kr. eller mere']
    """
    return _band(amount, schema.BELOEBSINTERVALLER)


def beloebsgruppe(interval: nw.Expr) -> nw.Expr:
    """
    Small, middle or large invoice, of its amount band; missing for invoices of 0 kr. or less.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = nw.from_native(pd.DataFrame({"x": ["100 til under 250 kr.", "250 til under 500 kr."]}))
    >>> frame.select(beloebsgruppe(nw.col("x"))).to_native().iloc[:, 0].tolist()
    ['Under 250 kr.', '250 til under 5.000 kr.']
    """
    group: nw.Expr = nw.lit(None, nw.String)
    for name, bound in schema.BELOEBSGRUPPER.items():
        bands = [band for band, its in schema.BELOEBSINTERVALLER.items() if its is not None and its >= bound]
        group = nw.when(interval.is_in(bands)).then(nw.lit(name)).otherwise(group)
    return group


#: What the lines of one post have in common. A post is an invoice's part in one category, so also of one
#: agreement and one answer to "e-handlet?"; an invoice with both answers has a post for each.
POSTENS_NOEGLE = [
    "kommune_kode",
    "faktura_id",
    "varekategori",
    "aftale_nummer",
    "delaftale_nummer",
    "e_handlet",
]


@nw.narwhalify
def poster(linjer: Any) -> Any:
    """
    Gather classified lines into posts.

    Parameters
    ----------
    linjer : frame
        Lines with the columns of `e_ordre` and `varekategori`.

    Returns
    -------
    frame
        One row per post, with the columns of the table "poster" in `schema`. Where the lines of a post differ
        (two order numbers, two accounts), its first line with an order number speaks for it, else its first
        line, so that what stands together belongs together: a unit's number and name, a file and a row of it.
    """
    return _gathered(linjer.with_columns(antal_linjer=nw.lit(1)))


@nw.narwhalify
def samlede(poster: Any) -> Any:
    """
    Gather posts anew, where some are parts of the same: lines that were gathered one archive after the other.

    Examples
    --------
    >>> import polars as pl
    >>> post = dict.fromkeys(schema.navne("poster")) | {"har_ordrenummer": False, "antal_linjer": 1}
    >>> parts = pl.DataFrame([post | {"beloeb_oere": oere} for oere in (40_00, 20_00)])
    >>> samlede(parts).select("beloeb_oere", "faktura_beloeb_oere", "beloebsinterval", "antal_linjer").rows()
    [(6000, 6000, '50 til under 100 kr.', 2)]
    """
    return _gathered(poster)


#: What makes up a post besides its key: what its lines add up to, and what is found of those sums.
_TALT = ["beloeb_oere", "antal_linjer"]
_FUNDET = {"paa_aftale", "lovkrav", "beloebsinterval", "har_ordrenummer", "faktura_beloeb_oere"}

#: The keys that a post can be without.
_KAN_MANGLE = ["aftale_nummer", "delaftale_nummer"]

#: What orders lines that stand in the same place. The lines of an e-invoice share a row number: of those, all
#: that is said of them decides.
_LIGESTILLET = ["ordrenummer", "konto", "enhed_id", "enhed_navn", "leverandoer_navn"]


def _gathered(rows: Any) -> Any:
    """One row per post, of lines or posts that know how many lines they are."""
    same = [name for name in schema.navne("poster") if name not in {*POSTENS_NOEGLE, *_TALT, *_FUNDET}]
    if isinstance(native := nw.to_native(rows), pl.DataFrame):
        return nw.from_native(_by_place(native, same))
    return _by_sorting(rows, same)


def _by_place(rows: pl.DataFrame, same: list[str]) -> pl.DataFrame:
    """The posts on Polars."""
    empty = [pl.col(name).fill_null("") for name in _KAN_MANGLE]
    posts = gathered(
        rows.with_columns(pl.col("antal_linjer").cast(pl.Int64), *empty),
        POSTENS_NOEGLE,
        [*POSTENS_NOEGLE, *same],
        _LIGESTILLET,
    )
    bounds = [bound for bound in schema.BELOEBSINTERVALLER.values() if bound is not None]
    reached = pl.Series(bounds, dtype=pl.Int64).search_sorted(posts["faktura_beloeb_oere"], side="right")
    return (
        posts.with_columns(pl.col(name).replace("", None) for name in _KAN_MANGLE)
        .with_columns(
            paa_aftale=pl.col("aftale_nummer").is_not_null(),
            lovkrav=pl.col("varekategori").is_in(lovkrav()),
            beloebsinterval=pl.Series(list(schema.BELOEBSINTERVALLER)).gather(reached),
        )
        .select(schema.navne("poster"))
    )


def _by_sorting(rows: Any, same: list[str]) -> Any:
    """The posts on any engine: each post's lines in their order, of which the first speaks."""
    order = ["_uden", "kilde_fil", "kilde_raekke", *_LIGESTILLET]
    key, har = POSTENS_NOEGLE, nw.col("har_ordrenummer").cast(nw.Int64)
    whole = nw.col("beloeb_oere").sum().over("kommune_kode", "faktura_id").cast(nw.Int64)
    return (
        rows.with_columns(
            antal_linjer=nw.col("antal_linjer").cast(nw.Int64),
            faktura_beloeb_oere=whole,
            _har=har,
            _uden=1 - har,
            _en=nw.lit(1),
            # pandas loses a group without a key where the order in it counts
            **{name: nw.col(name).fill_null("") for name in _KAN_MANGLE},
        )
        # windows, since Spark cannot take the first of a group by an order
        .with_columns(
            _plads=nw.col("_en").cum_sum().over(*key, order_by=order),
            _har=nw.col("_har").max().over(*key),
            **{name: nw.col(name).sum().over(*key).cast(nw.Int64) for name in _TALT},
        )
        .filter(nw.col("_plads") == 1)
        .with_columns(**{name: nw.when(nw.col(name) != "").then(nw.col(name)) for name in _KAN_MANGLE})
        .with_columns(
            har_ordrenummer=nw.col("_har") == 1,
            paa_aftale=~nw.col("aftale_nummer").is_null(),
            lovkrav=nw.col("varekategori").is_in(lovkrav()),
            beloebsinterval=beloebsinterval(nw.col("faktura_beloeb_oere")),
        )
        .select(schema.navne("poster"))
    )
