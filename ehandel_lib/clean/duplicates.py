"""
Known duplicates: rows of one document that say the same as an earlier row in all that was read.

Only a document with a number and a supplier can be known again. Rows are held
against each other by hashes; a row whose first hash no other row has is none,
and nearly all rows are such, so only the others are looked at closely.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add

import polars as pl

from ehandel_lib import schema
from ehandel_lib.clean.cells import put_back
from ehandel_lib.clean.journal import OK
from ehandel_lib.clean.tables import conform
from ehandel_lib.read import Filer
from ehandel_lib.read.delivery import UBL

#: What two rows share when they are the same row twice: all that was read of them, but not where it stood.
_IKKE_INDHOLD = {"kilde_fil", "kilde_raekke", "aar", "faktura_id"}


def duplicates(
    rows: pl.DataFrame, forms: Mapping[str, Filer]
) -> tuple[pl.DataFrame, list[tuple[str, pl.DataFrame]]]:
    """
    Mark the rows that are known duplicates: `dublet`.

    Known is a row whose document has a number and a supplier, and which agrees with an earlier one in all
    that was read. Without line numbers an invoice may have two equal lines: then the second of them in one
    file is a duplicate only of the second of them in an earlier file. Rows without a number or a supplier may
    be two equal purchases; they stay, and are counted. A rejected row makes no other one a duplicate.

    Parameters
    ----------
    rows : polars.DataFrame
        What `masking.hidden` returned, of all files, in their order.
    forms : mapping
        File → its form.

    Returns
    -------
    (polars.DataFrame, list)
        The rows, and those that look like an earlier one, or could not be compared, and stayed: what is said
        of them, and which they are.
    """
    keys = _contents(rows, forms)
    again = keys.get_column("_kendt") & keys.get_column("_a").is_duplicated()
    fate = keys.filter(again).select(dublet=~pl.struct("_a", "_b", "_gang").is_first_distinct())
    marked = put_back(rows.drop("dublet", strict=False), again, fate).with_columns(
        pl.col("dublet").fill_null(False)
    )
    return marked, _kept(marked.with_columns(keys["_gang"]))


def _contents(rows: pl.DataFrame, forms: Mapping[str, Filer]) -> pl.DataFrame:
    """What each row says as two hashes, whether it can be a known duplicate, and its turn in its file."""
    said = [name for name in conform(rows.clear(), "linjer").columns if name not in _IKKE_INDHOLD]
    shown = rows.select("faktura_id", "_skjult", *(name for name in said if name in rows.columns))
    # the lines of an e-invoice are numbered in reading; one without lines is one line
    numbered = [file for file, form in forms.items() if form.format == UBL]
    keys = rows.select(
        "kilde_fil",
        _a=reduce(add, (column.hash(seed) for seed, column in enumerate(shown))),
        _b=pl.col("faktura_id").hash(len(said) + 2),
        _kendt=OK & pl.col("_nummer") & pl.col("_har_leverandoer"),
        _alene=pl.col("linje_nummer").is_null() & ~pl.col("kilde_fil").is_in(numbered),
    )
    alone = keys.get_column("_alene")
    equal = alone & keys.get_column("_a").is_duplicated()
    turn = pl.int_range(pl.len(), dtype=pl.UInt32).over("kilde_fil", "_kendt", "_a", "_b")
    turns = keys.filter(equal).select(_gang=turn)
    return put_back(keys, equal, turns).with_columns(pl.col("_gang").fill_null(0))


def _kept(rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """The rows that look like an earlier one, or could not be compared, and stayed."""
    content = [name for name in schema.navne("linjer") if name not in _IKKE_INDHOLD and name in rows.columns]
    numbered, supplied = pl.col("_nummer"), pl.col("_har_leverandoer")
    unnumbered = rows.filter(OK & ~numbered)
    return [
        (
            "rækker uden fakturanummer, der ligner en tidligere række; beholdt",
            unnumbered.filter(~pl.struct("kilde_fil", "_skjult", *content).is_first_distinct()),
        ),
        (
            "ens linjer på en faktura uden linjenumre; beholdt",
            rows.filter(OK & numbered & supplied & ~pl.col("dublet") & (pl.col("_gang") > 0)),
        ),
        (
            "rækker uden leverandør, som ikke kan kendes som dubletter",
            rows.filter(OK & numbered & ~supplied),
        ),
    ]
