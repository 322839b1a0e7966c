"""
The faults that real extracts have, planted in known numbers.

Rows that must not count (duplicates, dates that do not exist, foreign money) are
added beside the sound ones; faults that can be mended (a CVR written DK…, a
minus behind the amount) are put on sound rows. So the figures stay what they
are calibrated to, and whoever cleans the data can be held to the numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from ehandel_lib.demo.shapes import Form

#: One invoice in so many gets each fault; at least `MINDST` in each file. Invented.
EN_AF, MINDST = 1500, 3
#: Duplicates are more common than other faults. Invented.
DUBLET, DUBLET_EN_AF = "dublet", 350

#: A date that can be, and a serial number that is never given: nobody's CPR number.
CPR = ("010101-0000", "311299-0000", "290200-0000", "1505700000")

DATOER = ("31-02-{aar}", "00-00-0000", "{aar}-13-45", "uden dato")
BELOEB = ("se bilag", "n/a", "-", "?")
VALUTAER = ("EUR", "SEK", "USD")
UKENDTE_KOMMUNER = ("411", "Christiansø", "999")

#: Added rows get invoice numbers from here on, so that they meet no others.
NYE_NUMRE, PR_FEJL = 700_000, 10_000

#: The fields in whose place a fault may stand.
RAA = ("dato", "beloeb", "kommune", "leverandoer_cvr")


@dataclass(frozen=True)
class Plantet:
    """A fault planted in a file: how many rows, and the øre that can be read in them."""

    fil: str
    fejl: str
    raekker: int
    oere: int


def _cycle(values: tuple[str, ...], n: int) -> pl.Series:
    return pl.Series([values[i % len(values)] for i in range(n)], dtype=pl.String)


def _instead(field: str, values: tuple[str, ...]) -> Callable[[pl.DataFrame, int], pl.DataFrame]:
    """A fault that puts one of these texts in the place of a field."""

    def plant(rows: pl.DataFrame, aar: int) -> pl.DataFrame:
        texts = tuple(value.format(aar=aar) for value in values)
        return rows.with_columns(_cycle(texts, len(rows)).alias(f"{field}_raa"))

    return plant


#: Faults of rows that are added beside the sound ones, and must be rejected.
TILFOEJET: dict[str, Callable[[pl.DataFrame, int], pl.DataFrame]] = {
    "ugyldig dato": _instead("dato", DATOER),
    "manglende dato": _instead("dato", ("mangler",)),
    "ulæseligt beløb": _instead("beloeb", BELOEB),
    "ukendt kommune": _instead("kommune", UKENDTE_KOMMUNER),
    "fremmed valuta": lambda rows, aar: rows.with_columns(valuta=_cycle(VALUTAER, len(rows))),
}

_CVR = pl.col("leverandoer_cvr")
_NUL_FORAN = _CVR.str.starts_with("0")


def _written_cvr(rows: pl.DataFrame) -> pl.DataFrame:
    """In turn DK12345678, DK 12345678 and 12 34 56 78, the same on all lines of an invoice."""
    blanks = pl.concat_str(*(_CVR.str.slice(start, 2) for start in (0, 2, 4, 6)), separator=" ")
    turn = pl.col("faktura") % 3
    odd = pl.when(turn == 0).then("DK" + _CVR).when(turn == 1).then("DK " + _CVR).otherwise(blanks)
    return rows.with_columns(leverandoer_cvr_raa=odd)


def _wrong_digit(rows: pl.DataFrame) -> pl.DataFrame:
    last = (_CVR.str.tail(1).cast(pl.Int64) + 1) % 10
    return rows.with_columns(leverandoer_cvr_raa=_CVR.str.slice(0, 7) + last.cast(pl.String))


def _styled(stil: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda rows: rows.with_columns(stil=pl.lit(stil))


#: Faults of sound rows: the rows they fit on, and what is done to them.
AENDRET: dict[str, tuple[pl.Expr, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "CVR med DK eller mellemrum": (~_NUL_FORAN, _written_cvr),
    "CVR uden foranstillet nul": (
        _NUL_FORAN,
        lambda rows: rows.with_columns(leverandoer_cvr_raa=_CVR.str.slice(1)),
    ),
    "CVR med forkert kontrolciffer": (~_NUL_FORAN, _wrong_digit),
    "CPR-lignende varetekst": (
        pl.lit(True),
        lambda rows: rows.with_columns(varetekst="Bevilling til " + _cycle(CPR, len(rows))),
    ),
    "CPR-lignende ordrenummer": (
        ~pl.col("e_handlet"),
        lambda rows: rows.with_columns(ordrenummer=_cycle(CPR, len(rows))),
    ),
    "kr. bag beløbet": (pl.col("beloeb_oere") > 0, _styled("kr.")),
    "minus bag beløbet": (pl.col("beloeb_oere") < 0, _styled("minus bagved")),
    "parentes om beløbet": (pl.col("beloeb_oere") < 0, _styled("parentes")),
}


def soil(rows: pl.DataFrame, form: Form, aar: int, froe: int) -> tuple[pl.DataFrame, list[Plantet]]:
    """
    Plant the faults that this shape of file has, each on invoices of its own.

    Returns
    -------
    rows : DataFrame
        With the faults; `<field>_raa` and `stil` say what stands in the file instead of the field.
    planted : list of Plantet
    """
    name = form.fil.format(aar=aar)
    rng = np.random.default_rng([froe, aar, 6, sum(map(ord, form.fil))])
    free = rng.permutation(rows["faktura"].unique().sort().to_numpy())
    empty = {f"{field}_raa": pl.lit(None, pl.String) for field in RAA}
    place = pl.col("plads").cast(pl.Float64)
    rows = rows.with_row_index("plads").with_columns(place, stil=pl.lit(""), **empty)
    planted: list[Plantet] = []
    for fault in form.snavs:
        chosen = _chosen(rows, fault, free)
        free = free[~np.isin(free, chosen)]
        hit = rows.filter(pl.col("faktura").is_in(chosen.tolist()))
        soiled = _soiled(hit, fault, aar, NYE_NUMRE + PR_FEJL * len(planted)).select(rows.columns)
        rows = pl.concat([rows.join(soiled, on="plads", how="anti"), soiled]).sort("plads")
        planted.append(Plantet(name, fault, len(soiled), _readable(soiled)))
    return rows.drop("plads"), planted


def _chosen(rows: pl.DataFrame, fault: str, free: np.ndarray) -> np.ndarray:
    """The invoices that get this fault: the first ones in the lot that it fits on."""
    fits = AENDRET[fault][0] if fault in AENDRET else pl.lit(True)
    possible = np.isin(free, rows.filter(fits)["faktura"].unique().to_numpy())
    return free[possible][: max(MINDST, len(free) // (DUBLET_EN_AF if fault == DUBLET else EN_AF))]


def _soiled(hit: pl.DataFrame, fault: str, aar: int, number: int) -> pl.DataFrame:
    """The rows with the fault: the sound ones changed, or new ones with a place between the sound ones."""
    if fault in AENDRET:
        fits, change = AENDRET[fault]
        return change(hit.filter(fits))
    if fault == DUBLET:
        return hit.with_columns(pl.col("plads") + 0.5)
    first = hit.unique("faktura", keep="first", maintain_order=True)
    fresh = pl.col("faktura_nummer").str.slice(0, 2) + (pl.int_range(pl.len()) + number).cast(pl.String)
    alone = first.with_columns(pl.col("plads") + 0.25, faktura_nummer=fresh, linje_nummer=pl.lit(1, pl.Int64))
    return TILFOEJET[fault](alone, aar)


def _readable(rows: pl.DataFrame) -> int:
    return int(rows.filter(pl.col("beloeb_raa").is_null())["beloeb_oere"].sum())
