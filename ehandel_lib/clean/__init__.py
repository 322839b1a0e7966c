"""
A delivery → typed lines, and an account of every row that came in.

Each known defect has one function (`defects`, `amounts`, `dates`, `identities`,
`answers`, `cpr`); `invoices` and `tables` put them in order; `journal` notes
what they do and `ledger` proves that nothing was lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from ehandel_lib import reference, schema
from ehandel_lib.classify import e_ordre
from ehandel_lib.clean import cpr
from ehandel_lib.clean.cpr import MASKE
from ehandel_lib.clean.duplicates import INGEN_SETE, duplicates
from ehandel_lib.clean.goals import goal_rows
from ehandel_lib.clean.identities import system
from ehandel_lib.clean.invoices import invoice_rows
from ehandel_lib.clean.journal import OK, Journal, gathered, rejected
from ehandel_lib.clean.ledger import check, ledger
from ehandel_lib.clean.masking import masked_cells, without_cpr
from ehandel_lib.clean.tables import conform, system_rows, turnover_rows, unit_rows
from ehandel_lib.errors import DeliveryError, suggestion
from ehandel_lib.read import Delivery, Filer, Table
from ehandel_lib.schema import UKENDT_SYSTEM

__all__ = ["Cleaned", "clean"]

_RAEKKER: dict[str, Callable[[list[Table], Journal], pl.DataFrame]] = {
    "fakturaer": invoice_rows,
    "omsaetning": turnover_rows,
    "systemer": system_rows,
    "enheder": unit_rows,
    "maal": goal_rows,
}


@dataclass(frozen=True)
class Cleaned:
    """
    The tables of a delivery as Polars frames with the schema's columns.

    `linjer` also has the three columns of `classify.e_ordre`: an order number is judged before a CPR-like one
    is masked. `noter` holds what was decided, file by file. Where a delivery is cleaned in parts, `linjer`,
    `regnskab`, `rettelser` and `noter` are the part's own; `sete` is what `duplicates` has seen so far.
    `umaskeret` holds the small tables for the next part, before masking made two keys the same; never stored.
    """

    linjer: pl.DataFrame
    omsaetning: pl.DataFrame
    systemer: pl.DataFrame
    enheder: pl.DataFrame
    maal: pl.DataFrame
    regnskab: pl.DataFrame
    rettelser: pl.DataFrame
    noter: dict[str, list[str]]
    sete: pl.DataFrame
    umaskeret: dict[str, pl.DataFrame]


@dataclass
class _Read:
    """Rows by table, the journal of each file, and the sum of each file's amounts as they were read."""

    rows: dict[str, pl.DataFrame] = field(default_factory=dict)
    journals: dict[str, Journal] = field(default_factory=dict)
    oere: dict[str, int] = field(default_factory=dict)


def clean(delivery: Delivery, tables: list[tuple[Table, Filer]], foer: Cleaned | None = None) -> Cleaned:
    """
    Clean all files of a delivery, or one part after the other.

    Parameters
    ----------
    delivery : Delivery
        What `kilde.toml` says.
    tables : list of (Table, Filer)
        The files, each with its form. Of several parts, the first holds all that are not invoices.
    foer : Cleaned, optional
        The part before.

    Raises
    ------
    DeliveryError
        An e-order rule names a system that nobody uses.
    AssertionError
        A row or an øre was lost on the way: a mistake of ours, not of the data.
    """
    small = _read(delivery, [(table, form) for table, form in tables if form.tabel != "fakturaer"])
    kept = {
        name: conform(_kept(small.rows[name]), name)
        if name in small.rows
        else (foer.umaskeret[name] if foer else conform(None, name))
        for name in _RAEKKER
        if name != "fakturaer"
    }
    invoices = [(table, form) for table, form in tables if form.tabel == "fakturaer"]
    large = _read(delivery, invoices, kept["enheder"])
    journals = small.journals | large.journals
    judged = list(small.rows.values())
    lines, seen = large.rows.get("fakturaer"), foer.sete if foer else INGEN_SETE
    if lines is not None:
        lines, seen = duplicates(lines, journals, seen)
        judged.append(lines)
    classified, masked = without_cpr(_classified(delivery, lines, kept))
    cells = [hit for name in kept if name in small.rows for hit in _masked(_kept(small.rows[name]), name)[1]]
    misfits = [_misfits(table, journals[table.fil]) for table, _ in tables]
    account = ledger(pl.concat([_outcomes(rows) for rows in (*judged, *misfits)]))
    check(account, [table for table, _ in tables], small.oere | large.oere)
    fates = [rejected(rows) for rows in (*judged, *misfits)]
    fates += [_duplicates(lines)] if lines is not None else []
    fates += [_left_out(table) for table, _ in tables if table.udeladt.height]
    return Cleaned(
        linjer=classified,
        **{name: _masked(rows, name)[0] for name, rows in kept.items()},
        regnskab=account,
        rettelser=gathered([*fates, masked, *cells], journals),
        noter={file: journal.noter.get(file, []) for file, journal in sorted(journals.items())},
        sete=seen,
        umaskeret=kept,
    )


def _read(
    delivery: Delivery, tables: list[tuple[Table, Filer]], enheder: pl.DataFrame | None = None
) -> _Read:
    """The rows of all files, typed, the files of a form together."""
    read = _Read()
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in _RAEKKER}
    units = conform(None, "enheder") if enheder is None else enheder
    for form in delivery.filer:
        own = [table for table, its in tables if its is form]
        if own:
            journal = Journal(delivery, form, units)
            rows = _RAEKKER[form.tabel](own, journal)
            read.journals |= dict.fromkeys((table.fil for table in own), journal)
            read.oere |= journal.oere
            parts[form.tabel].append(rows)
    read.rows |= {
        name: pl.concat(part, how="diagonal").with_columns(dublet=False)
        for name, part in parts.items()
        if part
    }
    return read


def _kept(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(OK & ~pl.col("dublet"))


def _masked(rows: pl.DataFrame, table: str) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The rows of a small table with CPR-like numbers masked, and a correction for each cell."""
    fixed = {"kommune_kode", "kilde_fil"}
    columns = [
        name
        for name in schema.navne(table)
        if name not in fixed and name in rows.columns and rows.schema[name] == pl.String
    ]
    return (
        masked_cells(rows, columns)
        if "kilde_fil" in rows.columns
        else (rows.with_columns(cpr.masked(name) for name in columns), [])
    )


def _misfits(table: Table, journal: Journal) -> pl.DataFrame:
    """The rows that did not fit the header, in the form of rejected rows."""
    fixed = journal.form.kommune or journal.delivery.kommune
    return table.afvist.with_columns(
        pl.lit(table.fil).alias("kilde_fil"),
        pl.lit(fixed.kode if fixed else None, pl.String).alias("kommune_kode"),
        pl.lit(None, pl.Int64).alias("beloeb_oere"),
        pl.lit(False).alias("dublet"),
    )


def _outcomes(rows: pl.DataFrame) -> pl.DataFrame:
    """What became of each row: in the table, a duplicate, or rejected."""
    outcome = (
        pl.when(~OK).then(pl.lit("afvist")).when("dublet").then(pl.lit("dublet")).otherwise(pl.lit("tabel"))
    )
    return rows.select("kilde_fil", "kommune_kode", "beloeb_oere", outcome.alias("udfald"))


def _duplicates(rows: pl.DataFrame) -> pl.DataFrame:
    """The known duplicates as entries of the list of corrections."""
    return rows.filter("dublet").select(
        "kommune_kode",
        "kilde_fil",
        "kilde_raekke",
        pl.lit("faktura_nummer").alias("kolonne"),
        pl.col("faktura_nummer").alias("vaerdi"),
        pl.lit("samme faktura i alle kolonner som en tidligere række").alias("aarsag"),
        pl.lit("dublet").alias("handling"),
    )


def _left_out(table: Table) -> pl.DataFrame:
    """The persons' numbers that reading left out, as entries of the list of corrections."""
    return table.udeladt.select(
        pl.col("kommune").alias("kommune_kode"),
        pl.lit(table.fil).alias("kilde_fil"),
        "kilde_raekke",
        "kolonne",
        pl.lit(MASKE).alias("vaerdi"),
        "aarsag",
        pl.lit("maskeret").alias("handling"),
    )


def _classified(delivery: Delivery, rows: pl.DataFrame | None, kept: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The kept lines with unit, system and e-order."""
    lines = (
        rows.pipe(_kept)
        if rows is not None
        else conform(None, "linjer").with_columns(system=pl.lit(None, pl.String))
    )
    _check_systems(delivery, kept["systemer"], lines)
    usual = system(delivery.system).vaerdi if delivery.system else UKENDT_SYSTEM
    by_place = lines.drop("system_kode", strict=False).join(
        kept["systemer"], on="kommune_kode", how="left", validate="m:1", maintain_order="left"
    )
    own = pl.when(pl.col("system") != UKENDT_SYSTEM).then("system")
    placed = by_place.with_columns(system_kode=pl.coalesce(own, "system_kode", pl.lit(usual)))
    units = kept["enheder"].rename({"enhed_navn": "_navn", "enhedstype": "_type"})
    joined = placed.join(
        units, on=["kommune_kode", "enhed_id"], how="left", validate="m:1", maintain_order="left"
    ).with_columns(
        # an e-invoice often has the municipality's own name where the unit's should be
        enhed_navn=pl.coalesce("_navn", "enhed_navn"),
        enhedstype=pl.coalesce("_type", "enhedstype"),
    )
    answered: pl.DataFrame = e_ordre(
        conform(joined, "linjer"), delivery.praefikser, pladsholdere=delivery.pladsholdere
    )
    return answered


def _check_systems(delivery: Delivery, systems: pl.DataFrame, lines: pl.DataFrame) -> None:
    """A misspelt system in an e-order rule would silently make all of its orders no e-orders."""
    known = {
        *reference.table("systemer")["system_kode"],
        *systems["system_kode"],
        *lines["system"].drop_nulls(),
    }
    known.add(delivery.system)
    wrong = sorted({p.system for p in delivery.praefikser if p.system and p.system not in known})
    faults = [
        f'[e_ordre.praefikser] systemet "{name}" kendes ikke.{suggestion(name, sorted(known))}'
        for name in wrong
    ]
    if faults:
        raise DeliveryError("\n  ".join(["kilde.toml kan ikke bruges:", *faults]))
