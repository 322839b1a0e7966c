"""
The store of prepared data: a delivery is read, cleaned and classified once.

Each file becomes a piece, each municipality is made of the pieces, and the store is
put together of the municipalities. What has not changed is used again, and nothing
stale is ever read: all is named after what decides it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import polars as pl

from ehandel_lib import hukommelse
from ehandel_lib.clean import check_systems, small_tables
from ehandel_lib.errors import DeliveryError, EhandelError
from ehandel_lib.read import Delivery, Filer, Table, find_files, open_file, read_delivery, read_file
from ehandel_lib.read.delivery import UBL
from ehandel_lib.read.files import Fil
from ehandel_lib.read.ubl.rows import DEL_RAEKKER, count_files, invoice_tables, source_name
from ehandel_lib.store import beside, history, ulaeselige
from ehandel_lib.store.assemble import assemble
from ehandel_lib.store.kommuner import make_results
from ehandel_lib.store.locks import locked
from ehandel_lib.store.pieces import Source, make_pieces
from ehandel_lib.store.place import (
    MILJOE,
    Place,
    digest,
    find_leverance,
    listed,
    on_disk,
    piece_key,
    place,
    rules,
    source_files,
)

__all__ = ["MILJOE", "Fremgang", "find_leverance", "prepare", "source_files"]

#: Told what is being done, how many steps are done, and how many there are.
Fremgang = Callable[[str, int, int], None]


def prepare(leverance: str | Path, progress: Fremgang | None = None) -> Path:
    """
    Read and clean a delivery, or what of it is new.

    Parameters
    ----------
    leverance : str or Path
        The delivery's folder.
    progress : callable, optional
        Told what is being done, how many steps are done, and how many there are.

    Returns
    -------
    Path
        The store's folder.

    Raises
    ------
    EhandelError
        The delivery cannot be read, no row of it can be used, or there is no room for what is prepared.
    """
    delivery = read_delivery(find_leverance(leverance))
    where, files = place(delivery), on_disk(delivery)
    store = where.stores / digest(
        rules(), delivery.navn, sorted((name, sha) for name, (sha, _) in files.items())
    )
    known = history.state(delivery, where)
    if not store.is_dir() or known is None or known.nu != store.name:
        with beside.told(where.root), locked(where.parts / "laas") as alone:
            if alone:
                beside.sweep(where.stores, where.pieces, where.finished)
            if not store.is_dir():
                _make(delivery, files, store, progress or (lambda *_: None))
            history.remember(delivery, where, store)
    return store


def _make(delivery: Delivery, files: dict[str, tuple[str, int]], store: Path, tell: Fremgang) -> None:
    where = place(delivery)
    shas = {name: sha for name, sha, _ in listed(files)} | {name: sha for name, (sha, _) in files.items()}
    found = find_files(delivery)
    tables, sources, unreadable = _tables(delivery, found, shas, where, tell)
    small = small_tables(delivery, tables)
    sources += _invoices(delivery, found, shas, small.umaskeret["enheder"], tell)
    pieces = make_pieces(delivery, sources, small.umaskeret["enheder"], where)
    check_systems(
        delivery, small.umaskeret["systemer"], {name for piece in pieces for name in piece.systemer}
    )
    results = make_results(delivery, pieces, small, where, partial(tell, "renser"))
    with beside.made(where.stores, lambda: store.name) as folder:
        assemble(folder, f"{where.navn}-{store.name}", delivery, listed(files), small, pieces, results)
        ulaeselige.write(folder, unreadable)
    tell("renser", 1, 1)


def _tables(
    delivery: Delivery, found: list[tuple[Fil, Filer]], shas: dict[str, str], where: Place, tell: Fremgang
) -> tuple[list[tuple[Table, Filer]], list[Source], dict[str, list[str]]]:
    """
    All files but e-invoices: the small tables, where to read invoices, and faults of one municipality alone.

    All other faults are one message. A municipality with a fault has no invoices at all.
    """
    files = [(file, form) for file, form in found if form.format != UBL]
    tables, sources, faults = [], [], []
    unreadable: dict[str, list[str]] = {}
    for n, (file, form) in enumerate(files):
        told = partial(tell, f"læser {file.navn}", n, len(files))
        try:
            if form.tabel == "fakturaer":
                sha = shas[file.sti.relative_to(delivery.mappe).as_posix()]
                key = piece_key(delivery, form, file.navn, sha)
                known = next(where.pieces.glob(f"{key}-*"), None)
                read = (
                    partial(_opened, told, file, form)
                    if known
                    else partial(_told, told, open_file(file, form))
                )
                sources.append(Source(file.navn, form, key, read))
            else:
                told()
                tables.append((read_file(file, form), form))
        except EhandelError as error:
            if form.kommune and form.tabel == "fakturaer":
                unreadable.setdefault(form.kommune.kode, []).append(str(error))
            else:
                faults.append(str(error))
    whole = [source for source in sources if not _of_one_in(unreadable, source.form)]
    if faults or (unreadable and not whole):
        own = [fault for its in unreadable.values() for fault in its]
        single = delivery.kommune is not None or not faults
        raise DeliveryError("\n".join([*faults, *own, *([] if single else [ulaeselige.ALLE])]))
    return tables, whole, unreadable


def _of_one_in(unreadable: Mapping[str, object], form: Filer) -> bool:
    return form.kommune is not None and form.kommune.kode in unreadable


def _opened(told: Callable[[], None], file: Fil, form: Filer) -> Iterator[Table]:
    return _told(told, open_file(file, form))


def _told(told: Callable[[], None], blocks: Callable[[], Iterator[Table]]) -> Iterator[Table]:
    told()
    yield from blocks()


def _invoices(
    delivery: Delivery,
    found: list[tuple[Fil, Filer]],
    shas: dict[str, str],
    units: pl.DataFrame,
    tell: Fremgang,
) -> list[Source]:
    """Where to read e-invoices."""
    own = [(file, form) for file, form in found if form.format == UBL]
    read, total = 0, count_files(file for file, _ in own)

    def told(documents: int) -> None:
        nonlocal read
        read += documents
        tell("læser e-fakturaer", read, max(read, total))

    grouped: dict[tuple[str, int], list[Fil]] = {}
    for file, form in own:
        grouped.setdefault((source_name(file.navn), delivery.filer.index(form)), []).append(file)
    cores, full = os.cpu_count() or 1, min(DEL_RAEKKER, hukommelse.linjer())
    return [
        Source(
            name,
            delivery.filer[n],
            piece_key(delivery, delivery.filer[n], name, shas[name], units),
            partial(invoice_tables, files, valuta=delivery.valuta, kerner=cores, fremdrift=told, fuld=full),
        )
        for (name, n), files in sorted(grouped.items())
    ]
