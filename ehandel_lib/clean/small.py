"""
The small tables of a delivery as a whole: reported turnover, systems, units and targets.

They are needed for every municipality, and are held in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from ehandel_lib.clean import masking
from ehandel_lib.clean.decisions import settled
from ehandel_lib.clean.documents import outcomes
from ehandel_lib.clean.files import blocks, journal
from ehandel_lib.clean.journal import OK, Journal, counts, gathered, rejected
from ehandel_lib.clean.ledger import check, ledger, together
from ehandel_lib.clean.tables import conform, first_ones
from ehandel_lib.read import Delivery, Filer, Table

TABELLER = ("omsaetning", "systemer", "enheder", "maal")


@dataclass(frozen=True)
class Small:
    """
    The small tables, masked as they are stored, what became of their rows, and what was decided per file.

    `umaskeret` holds them before masking made two keys the same; never stored.
    """

    tabeller: dict[str, pl.DataFrame]
    umaskeret: dict[str, pl.DataFrame]
    regnskab: pl.DataFrame
    rettelser: pl.DataFrame
    noter: dict[str, list[str]]


def small_tables(delivery: Delivery, tables: Sequence[tuple[Table, Filer]]) -> Small:
    """
    Clean the files that hold no invoices.

    Parameters
    ----------
    delivery : Delivery
        What `kilde.toml` says.
    tables : sequence of (Table, Filer)
        The files, whole.
    """
    read = [one for form in delivery.filer for one in _of_form(delivery, form, tables)]
    rows = {name: _rows(name, [(r, j) for r, j in read if j.form.tabel == name]) for name in TABELLER}
    kept = {name: its.filter(OK) for name, its in rows.items()}
    masked = {name: masking.masked_cells(its, name) for name, its in kept.items()}
    journals = {j.fil: j for _, j in read}
    account = together([ledger(outcomes(its.with_columns(dublet=False))) for its in rows.values()])
    check(account, *counts(j for _, j in read))
    fates = [entry for j in journals.values() for entry in j.rettelser]
    fates += [rejected(its) for its in rows.values()]
    fates += [cell for _, cells in masked.values() for cell in cells]
    return Small(
        tabeller={name: conform(its, name) for name, (its, _) in masked.items()},
        umaskeret={name: conform(its, name) for name, its in kept.items()},
        regnskab=account,
        rettelser=gathered(fates, {f: j.form for f, j in journals.items()}),
        noter={f: j.noter for f, j in journals.items()},
    )


def _of_form(
    delivery: Delivery, form: Filer, tables: Sequence[tuple[Table, Filer]]
) -> list[tuple[pl.DataFrame, Journal]]:
    """The files of a form as typed rows, as the evidence in all of them says that they are to be read."""

    def read(table: Table, ways: dict[str, str]) -> tuple[Table, pl.DataFrame, Journal]:
        own = journal(delivery, form, table.fil, ways)
        return table, pl.concat(blocks([table], own)), own

    first = [read(table, {}) for table, its in tables if its is form]
    files = settled(first, lambda file: file[2].valg, lambda file, ways: read(file[0], ways))
    votes = [own.valg for _, _, own in files]
    for _, _, own in files:
        own.decide(votes)
    return [(rows, own) for _, rows, own in files]


def _rows(table: str, read: list[tuple[pl.DataFrame, Journal]]) -> pl.DataFrame:
    """The rows of all files of a table; none where there are no files."""
    counted = dict.fromkeys(("kilde_raekke", "beloeb_oere"), pl.Int64)
    told = dict.fromkeys(("kilde_fil", "aarsag", "kolonne", "vaerdi"), pl.String)
    empty: dict[str, Any] = {**conform(None, table).schema, **counted, **told}
    if not read:
        return pl.DataFrame(schema=empty)
    return first_ones(pl.concat([rows for rows, _ in read], how="diagonal"), table)
