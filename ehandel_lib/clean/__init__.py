"""
A delivery → typed lines, and an account of every row that came in.

Each known defect has one function (`defects`, `amounts`, `dates`, `identities`,
`answers`, `cpr`); `invoices` and `tables` put them in order for one file, and
`documents` for one municipality; `journal` notes what they do and `ledger` proves
that nothing was lost. The store goes file by file and municipality by
municipality; `clean` does the same to a delivery that fits in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from ehandel_lib import reference
from ehandel_lib.clean.decisions import settled
from ehandel_lib.clean.documents import Finished, finished
from ehandel_lib.clean.files import blocks, journal
from ehandel_lib.clean.journal import Journal, counts, gathered, in_order, notes_together
from ehandel_lib.clean.ledger import check, together
from ehandel_lib.clean.small import Small, small_tables
from ehandel_lib.errors import DeliveryError, suggestion
from ehandel_lib.read import Delivery, Filer, Table

__all__ = ["Cleaned", "Finished", "Small", "check_systems", "clean", "finished", "small_tables"]


@dataclass(frozen=True)
class Cleaned:
    """
    The tables of a delivery as Polars frames with the schema's columns.

    `linjer` also has the three columns of `classify.e_ordre`: an order number is judged before a CPR-like one
    is masked. `noter` holds what was decided, file by file.
    """

    linjer: pl.DataFrame
    omsaetning: pl.DataFrame
    systemer: pl.DataFrame
    enheder: pl.DataFrame
    maal: pl.DataFrame
    regnskab: pl.DataFrame
    rettelser: pl.DataFrame
    noter: dict[str, list[str]]


def clean(delivery: Delivery, tables: Sequence[tuple[Table, Filer]]) -> Cleaned:
    """
    Clean all files of a delivery.

    Parameters
    ----------
    delivery : Delivery
        What `kilde.toml` says.
    tables : sequence of (Table, Filer)
        The files, each with its form; a large one may be several blocks of the same name.

    Raises
    ------
    DeliveryError
        An e-order rule names a system that nobody uses.
    AssertionError
        A row or an øre was lost on the way: a mistake of ours, not of the data.
    """
    small = small_tables(delivery, [(table, form) for table, form in tables if form.tabel != "fakturaer"])
    units, systems = small.umaskeret["enheder"], small.umaskeret["systemer"]
    read = [one for form in delivery.filer for one in _invoices(delivery, form, tables, units)]
    journals = {own.fil: own for _, own in read}
    forms = {file: own.form for file, own in journals.items()}
    rows = [its for its, _ in read]
    check_systems(delivery, systems, [name for its in rows for name in its["system"].drop_nulls().unique()])
    done = finished(delivery, pl.concat(rows), forms, systems, units) if rows else Finished()
    if rows:
        rows_in, oere = counts(own for _, own in read)
        oere.update(done.changed())
        check(done.regnskab, rows_in, oere)
    entries = [entry for own in journals.values() for entry in own.rettelser]
    told = [small.noter, {file: own.noter for file, own in journals.items()}, done.noter()]
    return Cleaned(
        linjer=done.linjer,
        **small.tabeller,
        regnskab=together([part for part in (small.regnskab, done.regnskab) if part.width]),
        rettelser=in_order(pl.concat([small.rettelser, gathered([*entries, *done.rettelser], forms)])),
        noter=notes_together(told),
    )


def _invoices(
    delivery: Delivery, form: Filer, tables: Sequence[tuple[Table, Filer]], units: pl.DataFrame
) -> list[tuple[pl.DataFrame, Journal]]:
    """The invoice files of a form as rows, as the evidence in all of them says that they are to be read."""
    parts: dict[str, list[Table]] = {}
    for table, its in tables:
        if its is form and form.tabel == "fakturaer":
            parts.setdefault(table.fil, []).append(table)

    def read(file: str, ways: dict[str, str]) -> tuple[pl.DataFrame, Journal]:
        own = journal(delivery, form, file, ways, units)
        return pl.concat(blocks(parts[file], own)), own

    files = settled(
        [read(file, {}) for file in parts], lambda one: one[1].valg, lambda one, ways: read(one[1].fil, ways)
    )
    votes = [own.valg for _, own in files]
    for _, own in files:
        own.decide(votes)
    return files


def check_systems(delivery: Delivery, systemer: pl.DataFrame, seen: Iterable[str]) -> None:
    """A misspelt system in an e-order rule would silently make all of its orders no e-orders."""
    known = {*reference.table("systemer")["system_kode"], *systemer["system_kode"], *seen, delivery.system}
    wrong = sorted({p.system for p in delivery.praefikser if p.system and p.system not in known})
    faults = [
        f'[e_ordre.praefikser] systemet "{name}" kendes ikke.{suggestion(name, sorted(known))}'
        for name in wrong
    ]
    if faults:
        raise DeliveryError("\n  ".join(["kilde.toml kan ikke bruges:", *faults]))
