"""
E-invoices as the rows that every other delivery has: one per line, our fields as text.

From here on an invoice archive goes the same way as an ERP extract, through
the same cleaning and the same ledger. A refused document is one row that did
not fit. The files of a folder, or of a zip, count as one source, and a row's
number is that of its document in the order of the files' names.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path, PurePosixPath

import polars as pl

from ehandel_lib import reference
from ehandel_lib.read.files import Fil
from ehandel_lib.read.tables import AFVIST, Table
from ehandel_lib.read.ubl.archive import Document, read_archive
from ehandel_lib.read.ubl.model import KOLONNER, Afvisning, Faktura, Linje

#: Files of a delivery that are e-invoices: XML, and the zips that are not listed file by file.
ENDELSER = (".xml", ".zip")

#: Rows that are laid out at a time; text as Python objects takes five times what it does in a frame.
BLOK = 50_000

#: From this size on (some 30,000 zipped invoices) other processes save more time than they take to start.
MANGE_BYTES = 25_000_000

Row = tuple[str | None, ...]


def invoice_tables(
    files: Iterable[Fil],
    kommune: str | None,
    *,
    valuta: str = "DKK",
    kerner: int = 1,
    fremdrift: Callable[[int], object] | None = None,
) -> list[Table]:
    """
    The e-invoices of a delivery, one table a folder or zip.

    Parameters
    ----------
    files : iterable of Fil
        XML files and zips of XML files.
    kommune : str, optional
        The code of the municipality whose invoices these are, where the buyer's CVR number is not that of one
        of the 98.
    valuta : str
        The delivery's currency; documents in another one are refused.
    kerner : int
        How many processes parse.
    fremdrift : callable, optional
        Called with the number of documents read so far.
    """
    paths: dict[str, list[Path]] = {}
    for file in sorted(files, key=lambda file: file.navn):
        paths.setdefault(_source(file.navn), []).append(file.sti)
    return [
        _table(name, read_archive(own, kerner=kerner if _many(own) else 1), kommune, valuta, fremdrift or int)
        for name, own in sorted(paths.items())
    ]


def order_numbers(files: Iterable[Fil]) -> list[str]:
    """The order number that holds for each line of the e-invoices; empty where there is none."""
    documents = read_archive(dict.fromkeys(file.sti for file in files))
    return [
        line.ordrenummer
        for _, document in documents
        if isinstance(document, Faktura)
        for line in document.linjer or (_whole(document),)
    ]


def _source(name: str) -> str:
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
        grouped.setdefault(_source(file[0]), []).append(file)
    return [own[0] if own[0][0] == name else _together(name, own) for name, own in grouped.items()]


def _together(name: str, files: Sequence[tuple[str, str, int]]) -> tuple[str, str, int]:
    listed = "\n".join(f"{sha}  {file}" for file, sha, _ in files)
    return name, hashlib.sha256(listed.encode()).hexdigest(), sum(size for *_, size in files)


def _table(
    source: str,
    documents: Iterator[Document],
    kommune: str | None,
    currency: str,
    progress: Callable[[int], object],
) -> Table:
    frames, block, refused, remarks = [_frame([], source)], [], [], Counter[str]()
    for number, (name, document) in enumerate(documents, 1):
        progress(number)
        counted = _in_currency(document, currency)
        if isinstance(counted, Afvisning):
            refused.append((number, "fil", name, counted.aarsag))
            continue
        remarks.update(counted.bemaerkninger)
        remarks["CPR-numre for en part udeladt sammen med partens navn"] += counted.maskeret
        block += [(*row, number) for row in raekker(counted, kommune)]
        if len(block) >= BLOK:
            frames.append(_frame(block, source))
            block = []
    notes = tuple(f"{text.rstrip('.')}: {n}" for text, n in sorted(remarks.items()) if n)
    rejected = pl.DataFrame(refused, schema=AFVIST, orient="row")
    return Table(source, pl.concat([*frames, _frame(block, source)]), rejected, notes)


def _in_currency(document: Faktura | Afvisning, currency: str) -> Faktura | Afvisning:
    """The document, unless its amounts are in another currency than the delivery's."""
    if isinstance(document, Afvisning) or document.valuta == currency:
        return document
    return Afvisning(f"Fremmed valuta ({document.valuta[:20]}); leverancen er i {currency}.")


def _frame(rows: Sequence[tuple], source: str) -> pl.DataFrame:
    schema = dict.fromkeys(KOLONNER.values(), pl.String) | {"kilde_raekke": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    texts = [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in KOLONNER.values()]
    return frame.with_columns(*texts, kilde_fil=pl.lit(source), sumord=pl.lit(False))


def raekker(faktura: Faktura, kommune: str | None = None) -> list[Row]:
    """
    One row per line, with the fields of `KOLONNER` as text; an invoice without lines is one row.

    Amounts and quantities have a decimal comma and always decimals, so that they can be read in one way only.
    """
    numbers = [line.nummer for line in faktura.linjer]
    # equal numbers would make equal lines look like duplicates
    own = numbers if len(set(numbers)) == len(numbers) else [str(n) for n in range(1, len(numbers) + 1)]
    head = (_by_cvr().get(faktura.koeber_cvr, kommune), faktura.dato, faktura.nummer)
    return [
        (*head, number, *_document(faktura), *_goods(faktura, line), faktura.valuta)
        for number, line in zip(own or [""], faktura.linjer or (_whole(faktura),), strict=True)
    ]


def _document(faktura: Faktura) -> Row:
    return (
        faktura.dokumenttype,
        faktura.leverandoer_cvr,
        faktura.leverandoer_navn,
        faktura.enhed_id,
        faktura.enhed_navn,
    )


def _goods(faktura: Faktura, line: Linje) -> Row:
    return (
        line.ordrenummer,
        faktura.aftale_nummer,
        faktura.delaftale_nummer,
        line.unspsc,
        line.cpv,
        line.tekst,
        line.konto,
        _dansk(line.maengde),
        line.maaleenhed,
        _dansk(line.enhedspris),
        _dansk(Decimal(line.beloeb_oere).scaleb(-2)),
    )


def _whole(faktura: Faktura) -> Linje:
    """An invoice without lines as one line."""
    return Linje("", "", None, "", None, faktura.netto_oere, "", "", faktura.ordrenummer, faktura.konto)


def _dansk(value: Decimal | None) -> str | None:
    """
    A number that can be read in one way only.

    Examples
    --------
    >>> _dansk(Decimal("1.234")), _dansk(Decimal(5)), _dansk(None)
    ('1,234000', '5,000000', None)
    """
    return None if value is None else f"{value:.6f}".replace(".", ",")


@cache
def _by_cvr() -> dict[str, str]:
    return {kommune.cvr: kommune.kode for kommune in reference.kommuner().values()}
