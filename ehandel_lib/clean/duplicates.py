"""
Known duplicates: rows of one document that say the same as an earlier row in all that was read.

Only a document with a number and a supplier can be known again. Rows are held
against each other by hashes; a row whose first hash no other row has is none,
and nearly all rows are such, so only the others are looked at closely.
"""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from ehandel_lib import schema
from ehandel_lib.clean.cells import put_back
from ehandel_lib.clean.journal import OK, Journal
from ehandel_lib.clean.tables import conform
from ehandel_lib.read.delivery import UBL

#: What two rows share when they are the same row twice: all that was read of them, but not where it stood.
_IKKE_INDHOLD = {"kilde_fil", "kilde_raekke", "aar", "faktura_id"}

#: No rows that were seen before.
INGEN_SETE = pl.DataFrame(schema={"_a": pl.UInt64, "_b": pl.UInt64, "_gang": pl.UInt32})


def duplicates(
    rows: pl.DataFrame, journals: dict[str, Journal], seen: pl.DataFrame = INGEN_SETE
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Mark the rows that are known duplicates: `dublet`.

    Known is a row whose document has a number and a supplier, and which agrees with an earlier one in all
    that was read. Without line numbers an invoice may have two equal lines: then the second of them in one
    file is a duplicate only of the second of them in an earlier file. Rows without a number or a supplier may
    be two equal purchases; they stay, and are counted. A rejected row makes no other one a duplicate.

    Parameters
    ----------
    rows : polars.DataFrame
        What `invoice_rows` returned.
    journals : dict
        File → its journal.
    seen : polars.DataFrame, optional
        What this function returned for the earlier parts of the delivery.

    Returns
    -------
    (polars.DataFrame, polars.DataFrame)
        The rows, and all that have been seen: two hashes of each, together too long to meet by chance, and
        how many equal rows of its file stood before it.
    """
    keys = _contents(rows, journals)
    known = keys.get_column("_kendt")
    again = known & (
        keys.get_column("_a").is_duplicated() | keys.get_column("_a").is_in(seen["_a"].implode())
    )
    doubtful = keys.filter(again).with_row_index("_plads")
    first = doubtful.filter(pl.struct(INGEN_SETE.columns).is_first_distinct())
    new = first.join(seen, on=INGEN_SETE.columns, how="anti").get_column("_plads")
    fate = doubtful.select(dublet=~pl.col("_plads").is_in(new.implode()))
    marked = put_back(rows.drop("dublet", strict=False), again, fate).with_columns(
        pl.col("dublet").fill_null(False)
    )
    _note_kept(marked.with_columns(keys["_gang"]), journals)
    met = keys.filter(known & ~marked.get_column("dublet")).select(INGEN_SETE.columns)
    return marked, pl.concat([seen, met])


def _contents(rows: pl.DataFrame, journals: dict[str, Journal]) -> pl.DataFrame:
    """What each row says as two hashes, whether it can be a known duplicate, and its turn in its file."""
    said = [name for name in conform(rows.clear(), "linjer").columns if name not in _IKKE_INDHOLD]
    shown = conform(rows, "linjer").select("faktura_id", *said)
    # the lines of an e-invoice are numbered in reading; one without lines is one line
    numbered = [file for file, its in journals.items() if its.form.format == UBL]
    keys = rows.select(
        "kilde_fil",
        _a=reduce(add, (pl.lit(column.hash(seed)) for seed, column in enumerate(shown))),
        _b=pl.col("faktura_id").hash(len(said) + 1),
        _kendt=OK & pl.col("_nummer") & pl.col("_leverandoer").is_not_null(),
        _alene=pl.col("linje_nummer").is_null() & ~pl.col("kilde_fil").is_in(numbered),
    )
    alone = keys.get_column("_alene")
    equal = alone & keys.get_column("_a").is_duplicated()
    turn = pl.int_range(pl.len(), dtype=pl.UInt32).over("kilde_fil", "_kendt", "_a", "_b")
    turns = keys.filter(equal).select(_gang=turn)
    return put_back(keys, equal, turns).with_columns(pl.col("_gang").fill_null(0))


def _note_kept(rows: pl.DataFrame, journals: dict[str, Journal]) -> None:
    """Say beside each file how many rows look like an earlier one, or could not be compared, and stayed."""
    content = [name for name in schema.navne("linjer") if name not in _IKKE_INDHOLD and name in rows.columns]
    numbered, supplied = pl.col("_nummer"), pl.col("_leverandoer").is_not_null()
    again = ~pl.struct("kilde_fil", *content).is_first_distinct()
    unnumbered = rows.filter(OK & ~numbered).filter(again)
    notes = {
        "rækker uden fakturanummer, der ligner en tidligere række; beholdt": unnumbered,
        "ens linjer på en faktura uden linjenumre; beholdt": rows.filter(
            OK & numbered & supplied & ~pl.col("dublet") & (pl.col("_gang") > 0)
        ),
        "rækker uden leverandør, som ikke kan kendes som dubletter": rows.filter(OK & numbered & ~supplied),
    }
    for text, found in notes.items():
        for file, n in found.group_by("kilde_fil", maintain_order=True).len().iter_rows():
            journals[file].note(file, f"{text}: {n}")
