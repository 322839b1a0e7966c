"""
The faults that real extracts have, planted in known numbers.

Rows that must not count (duplicates, dates that do not exist, foreign money) are
added beside the sound ones; faults that can be mended (a CVR written DK…, a
minus behind the amount) are put on sound rows. So the figures stay what they
are calibrated to, and whoever cleans the data can be held to the numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from ehandel_lib.demo.shapes import Form

#: One invoice in so many gets each fault; at least `MINDST` in each file.
EN_AF, MINDST = 1500, 3
#: Duplicates are more common than other faults.
DUBLET_EN_AF = 350

#: A date that can be and a serial number that never is given: nobody's CPR number.
CPR = ("010101-0000", "311299-0000", "290200-0000", "1505700000")

DATOER = ("31-02-{aar}", "00-00-0000", "{aar}-13-45", "uden dato")
BELOEB = ("se bilag", "n/a", "-", "?")
VALUTAER = ("EUR", "SEK", "USD")
UKENDTE = ("411", "Christiansø", "999")

#: Added rows get invoice numbers from here on, so that they meet no others.
NYE_NUMRE = 700_000

RAA = ("dato", "beloeb", "kommune", "leverandoer_cvr")

Soil = Callable[[pl.DataFrame, int], pl.DataFrame]


def _cycle(values: tuple[str, ...], n: int) -> pl.Series:
    return pl.Series([values[i % len(values)] for i in range(n)], dtype=pl.String)


def _raw(field: str, values: tuple[str, ...]) -> Soil:
    """A fault that replaces a field by one of these texts."""
    return lambda rows, aar: rows.with_columns(
        _cycle(tuple(v.format(aar=aar) for v in values), len(rows)).alias(f"{field}_raa")
    )


#: Faults of rows that are added beside the sound ones, and must be rejected.
TILFOEJET: dict[str, Soil] = {
    "ugyldig dato": _raw("dato", DATOER),
    "manglende dato": _raw("dato", ("mangler",)),
    "ulæseligt beløb": _raw("beloeb", BELOEB),
    "ukendt kommune": _raw("kommune", UKENDTE),
    "fremmed valuta": lambda rows, aar: rows.with_columns(valuta=_cycle(VALUTAER, len(rows))),
}


def _written_cvr(rows: pl.DataFrame, aar: int) -> pl.DataFrame:
    cvr, turn = pl.col("leverandoer_cvr"), pl.col("faktura") % 3
    blanks = (
        cvr.str.slice(0, 2)
        + " "
        + cvr.str.slice(2, 2)
        + " "
        + cvr.str.slice(4, 2)
        + " "
        + cvr.str.slice(6, 2)
    )
    return rows.with_columns(
        leverandoer_cvr_raa=pl.when(turn == 0)
        .then(pl.lit("DK") + cvr)
        .when(turn == 1)
        .then(pl.lit("DK ") + cvr)
        .otherwise(blanks)
    )


def _wrong_digit(rows: pl.DataFrame, aar: int) -> pl.DataFrame:
    last = pl.col("leverandoer_cvr").str.tail(1).cast(pl.Int64)
    wrong = pl.col("leverandoer_cvr").str.slice(0, 7) + ((last + 1) % 10).cast(pl.String)
    return rows.with_columns(leverandoer_cvr_raa=wrong)


def _styled(stil: str) -> Soil:
    return lambda rows, aar: rows.with_columns(stil=pl.lit(stil))


#: Faults of sound rows, with the rows they fit on.
AENDRET: dict[str, tuple[pl.Expr, Soil]] = {
    "CVR med DK eller mellemrum": (~pl.col("leverandoer_cvr").str.starts_with("0"), _written_cvr),
    "CVR uden foranstillet nul": (
        pl.col("leverandoer_cvr").str.starts_with("0"),
        lambda rows, aar: rows.with_columns(leverandoer_cvr_raa=pl.col("leverandoer_cvr").str.slice(1)),
    ),
    "CVR med forkert kontrolciffer": (~pl.col("leverandoer_cvr").str.starts_with("0"), _wrong_digit),
    "CPR-lignende varetekst": (
        pl.lit(True),
        lambda rows, aar: rows.with_columns(varetekst=pl.lit("Bevilling til ") + _cycle(CPR, len(rows))),
    ),
    "CPR-lignende ordrenummer": (
        ~pl.col("e_handlet"),
        lambda rows, aar: rows.with_columns(ordrenummer=_cycle(CPR, len(rows))),
    ),
    "kr. bag beløbet": (pl.col("beloeb_oere") > 0, _styled("kr")),
    "minus bag beløbet": (pl.col("beloeb_oere") < 0, _styled("minus")),
    "parentes om beløbet": (pl.col("beloeb_oere") < 0, _styled("parentes")),
}


def soil(
    rows: pl.DataFrame, form: Form, aar: int, froe: int
) -> tuple[pl.DataFrame, list[tuple[str, int, int]]]:
    """
    Plant the faults that this shape of file has.

    Returns
    -------
    rows : DataFrame
        With the faults; `<field>_raa` is what stands in the file instead of the field.
    planted : list of (fault, rows, øre)
        The øre are those that can be read in the planted rows.
    """
    rng = np.random.default_rng([froe, aar, 6, sum(map(ord, form.fil))])
    empty = [pl.lit(None, pl.String).alias(f"{name}_raa") for name in RAA]
    rows = rows.with_row_index("plads").with_columns(
        pl.col("plads").cast(pl.Float64), *empty, stil=pl.lit("")
    )
    free = rows.select("faktura").unique(maintain_order=True)["faktura"].to_numpy()
    free = rng.permutation(free)
    planted, added = [], []
    for fault in form.snavs:
        fits = AENDRET[fault][0] if fault in AENDRET else pl.lit(True)
        n = max(MINDST, len(free) // (DUBLET_EN_AF if fault == "dublet" else EN_AF))
        good = rows.filter(fits)["faktura"].unique().to_numpy()
        chosen = free[np.isin(free, good)][:n]
        free = free[~np.isin(free, chosen)]
        hit = rows.filter(pl.col("faktura").is_in(chosen.tolist()))
        if fault in AENDRET:
            hit = AENDRET[fault][1](hit.filter(fits) if "stil" in fault or "beløbet" in fault else hit, aar)
            rows = pl.concat([rows.join(hit, on="plads", how="anti"), hit.select(rows.columns)])
        elif fault == "dublet":
            added.append(hit.with_columns(plads=pl.col("plads") + 0.5))
        else:
            hit = TILFOEJET[fault](
                _renumbered(hit.unique("faktura", keep="first", maintain_order=True), len(added)), aar
            )
            added.append(hit.select(rows.columns))
        readable = 0 if fault == "ulæseligt beløb" else int(hit["beloeb_oere"].sum())
        planted.append((fault, len(hit), readable))
    return pl.concat([rows, *added]).sort("plads", maintain_order=True).drop("plads"), planted


def _renumbered(rows: pl.DataFrame, group: int) -> pl.DataFrame:
    """Copies of lines as invoices of their own."""
    fresh = pl.int_range(pl.len()) + NYE_NUMRE + group * 10_000
    return rows.with_columns(
        faktura_nummer=pl.col("faktura_nummer").str.slice(0, 2) + fresh.cast(pl.String),
        linje_nummer=pl.lit(1, pl.Int64),
        plads=pl.col("plads") + 0.25,
    )
