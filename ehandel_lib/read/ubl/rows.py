"""
E-invoices as the rows that every other delivery has: one per line, our fields as text.

From here on an invoice archive goes the same way as an ERP extract, through
the same cleaning and the same ledger. A refused document is one row that did
not fit. The files of a folder, or of a zip, count as one source, and a row's
number is that of its document in the order of the files' names.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

import polars as pl

from ehandel_lib.read.files import Fil
from ehandel_lib.read.tables import AFVIST, UDELADT, Table
from ehandel_lib.read.ubl.archive import Source, in_bundles, read_bundle
from ehandel_lib.read.ubl.lines import hele, kommune_kode, raekker
from ehandel_lib.read.ubl.model import KOLONNER, Afvisning, Faktura
from ehandel_lib.read.ubl.zipped import count_members

#: Files of a delivery that are e-invoices: XML, and the zips that are not listed file by file.
ENDELSER = (".xml", ".zip")

#: Rows of a table at most; an archive with more becomes several. Each takes some 3 KB while it is cleaned.
DEL_RAEKKER = 200_000

#: From this size on (some 30,000 zipped invoices) other processes save more time than they take to start.
MANGE_BYTES = 25_000_000

#: How a person among the parties is told: in the ledger's notes, and in the list of corrections.
UDELADT_NOTE = "CPR-numre for en part udeladt sammen med partens navn"
UDELADT_AARSAG = "en parts CPR-nummer; udeladt sammen med partens navn"


@dataclass(frozen=True)
class Udlagt:
    """Documents as rows, counted from 1: how many, their rows, refusals and CPR numbers, and remarks."""

    antal: int
    rows: pl.DataFrame
    afvist: pl.DataFrame
    udeladt: pl.DataFrame
    bemaerkninger: Counter[str]


def invoice_tables(
    files: Iterable[Fil],
    *,
    valuta: str = "DKK",
    kerner: int = 1,
    fremdrift: Callable[[int], object] = int,
    fuld: int = DEL_RAEKKER,
) -> Iterator[Table]:
    """
    The e-invoices of a delivery, one table a folder or zip; several of the same name if it is large.

    Parameters
    ----------
    files : iterable of Fil
        XML files and zips of XML files.
    valuta : str
        The delivery's currency; documents in another one are refused.
    kerner : int
        How many processes parse and lay out.
    fremdrift : callable
        Called with the number of documents read since the last call.
    fuld : int
        How many rows make a table full.
    """
    paths: dict[str, list[Path]] = {}
    for file in sorted(files, key=lambda file: file.navn):
        paths.setdefault(source_name(file.navn), []).append(file.sti)
    for name, own in sorted(paths.items()):
        laid = in_bundles(own, partial(lay_out, valuta=valuta), kerner=kerner if _many(own) else 1)
        yield from _tables(name, laid, fremdrift, fuld)


def count_files(files: Iterable[Fil]) -> int:
    """How many XML files there are, those in zips included: seconds for a million, and none is unpacked."""
    return sum(count_members(file.sti) if file.endelse == ".zip" else 1 for file in files)


def order_numbers(files: Iterable[Fil]) -> list[str]:
    """The order number that holds for each line of the e-invoices; empty where there is none."""
    paths = list(dict.fromkeys(file.sti for file in files))
    processes = (os.cpu_count() or 1) if _many(paths) else 1
    return [number for part in in_bundles(paths, _order_numbers, kerner=processes) for number in part]


def _order_numbers(bundle: list[Source]) -> list[str]:
    return [
        line.ordrenummer
        for _, document in read_bundle(bundle)
        if isinstance(document, Faktura)
        for line in document.linjer or (hele(document),)
    ]


def source_name(name: str) -> str:
    """What a file is counted under: itself, or all XML files of its folder."""
    path = PurePosixPath(name)
    return str(path.parent / "*.xml") if path.suffix.lower() == ".xml" else name


def _many(paths: Sequence[Path]) -> bool:
    """Is there enough to read to make up for starting processes?"""
    return sum(path.stat().st_size for path in paths) > MANGE_BYTES


def sources(files: Iterable[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """
    A delivery's files with sha256 and size, where the XML files of a folder are one: a year has a million.

    Examples
    --------
    >>> sources([("a.csv", "f00", 5), ("x/1.xml", "abc", 10), ("x/2.xml", "def", 20)])[1][::2]
    ('x/*.xml', 30)
    """
    grouped: dict[str, list[tuple[str, str, int]]] = {}
    for file in sorted(files):
        grouped.setdefault(source_name(file[0]), []).append(file)
    return [own[0] if own[0][0] == name else _together(name, own) for name, own in grouped.items()]


def _together(name: str, files: Sequence[tuple[str, str, int]]) -> tuple[str, str, int]:
    listed = "\n".join(f"{sha}  {file}" for file, sha, _ in files)
    return name, hashlib.sha256(listed.encode()).hexdigest(), sum(size for *_, size in files)


def _tables(
    source: str, laid: Iterable[Udlagt], progress: Callable[[int], object], full: int
) -> Iterator[Table]:
    """Bundles of a source as tables of at least `full` rows, the last one with the remarks on all of them."""
    remarks = Counter[str]()
    waiting: list[Udlagt] = []
    before = rows = 0
    for part in laid:
        waiting.append(_after(before, part))
        before += part.antal
        rows += part.rows.height + part.afvist.height
        remarks += part.bemaerkninger
        progress(part.antal)
        if rows >= full:
            yield _table(source, waiting)
            waiting, rows = [], 0
    yield _table(source, waiting, tuple(f"{text.rstrip('.')}: {n}" for text, n in sorted(remarks.items())))


def _after(before: int, part: Udlagt) -> Udlagt:
    """The same documents, counted on from those before."""
    number = pl.col("kilde_raekke") + before
    return replace(
        part,
        rows=part.rows.with_columns(number),
        afvist=part.afvist.with_columns(number),
        udeladt=part.udeladt.with_columns(number),
    )


def _table(source: str, parts: Sequence[Udlagt], notes: tuple[str, ...] = ()) -> Table:
    rows = pl.concat([_frame([]), *(part.rows for part in parts)])
    return Table(
        source,
        rows.with_columns(kilde_fil=pl.lit(source), sumord=pl.lit(False)),
        pl.concat([pl.DataFrame(schema=AFVIST), *(part.afvist for part in parts)]),
        notes,
        pl.concat([pl.DataFrame(schema=UDELADT), *(part.udeladt for part in parts)]),
    )


def lay_out(bundle: list[Source], valuta: str) -> Udlagt:
    """The documents of some files as rows; a frame passes between processes at a fraction of the objects."""
    block, refused, left_out, remarks = [], [], [], Counter[str]()
    documents = read_bundle(bundle)
    for number, (name, document) in enumerate(documents, 1):
        counted = _in_currency(document, valuta)
        if isinstance(counted, Afvisning):
            refused.append((number, "fil", name, counted.aarsag))
            continue
        remarks.update(counted.bemaerkninger)
        remarks[UDELADT_NOTE] += counted.maskeret
        left_out += [(number, kommune_kode(counted), "Party", UDELADT_AARSAG)] * counted.maskeret
        block += [(*row, number) for row in raekker(counted)]
    return Udlagt(
        len(documents),
        _frame(block),
        pl.DataFrame(refused, schema=AFVIST, orient="row"),
        pl.DataFrame(left_out, schema=UDELADT, orient="row"),
        +remarks,
    )


def _in_currency(document: Faktura | Afvisning, currency: str) -> Faktura | Afvisning:
    """The document, unless its amounts are in another currency than the delivery's."""
    if isinstance(document, Afvisning) or document.valuta == currency:
        return document
    # reasons are printed in the report, so a text that is no currency code is not repeated in one
    code = document.valuta if re.fullmatch("[A-Z]{3}", document.valuta) else "ukendt kode"
    return Afvisning(f"Fremmed valuta ({code}); leverancen er i {currency}.")


def _frame(rows: Sequence[tuple]) -> pl.DataFrame:
    schema = dict.fromkeys(KOLONNER.values(), pl.String) | {"kilde_raekke": pl.Int64}
    # by column, which is twice as fast as by row
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    frame = pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)
    return frame.with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in KOLONNER.values()
    )
