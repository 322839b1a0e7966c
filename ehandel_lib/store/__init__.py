"""
The store of prepared data: a delivery is read, cleaned and classified once.

The store lies under `data/klar/`, named after what the delivery's files and our
own rules hold, so that a changed file or a changed rule makes a new one and
nothing stale is ever read. It is written beside and renamed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from ehandel_lib import classify, reference
from ehandel_lib.classify.posts import POSTENS_NOEGLE
from ehandel_lib.clean import Cleaned, clean
from ehandel_lib.clean.journal import in_order, notes_together
from ehandel_lib.clean.ledger import together
from ehandel_lib.clean.tables import conform
from ehandel_lib.errors import DeliveryError, EhandelError
from ehandel_lib.parquet import GrowingFiles
from ehandel_lib.read import Delivery, Filer, Table, find_files, read_delivery, read_file
from ehandel_lib.read.delivery import FILNAVN, UBL
from ehandel_lib.read.files import Fil, delivery_files, fingerprint
from ehandel_lib.read.ubl.rows import DEL_RAEKKER, count_files, invoice_tables, sources
from ehandel_lib.reference import PROJECT
from ehandel_lib.text import antal

#: Where another folder for prepared data is named.
MILJOE = "EHANDEL_KLAR"

#: What of the library decides how prepared data look.
_REGLER = ("read", "clean", "classify", "store", "parquet.py", "schema", "reference.py")

#: A file's rows, and its form.
Laest = tuple[Table, Filer]

#: Told what is being done, how many steps are done, and how many there are.
Fremgang = Callable[[str, int, int], None]


def find_leverance(leverance: str | Path) -> Path:
    """The delivery's folder: from the working folder, else from the project's root."""
    path = Path(leverance)
    return path if path.is_absolute() or path.exists() else PROJECT / path


def prepare(leverance: str | Path, progress: Fremgang | None = None) -> Path:
    """
    Read and clean a delivery, unless that is done already.

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
        The delivery cannot be read, or no row of it can be used.
    """
    delivery = read_delivery(find_leverance(leverance))
    store = _place(delivery)
    if store.is_dir():
        return store
    tell = progress or (lambda *_: None)
    store.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{store.name}-", dir=store.parent))
    try:
        _write(beside, delivery, _cleaned(delivery, tell), store.name)
        beside.chmod(0o755)
        beside.rename(store)
    except OSError:
        # another process was faster: its store holds the same
        if not store.is_dir():
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    tell("renser", 1, 1)
    return store


def _place(delivery: Delivery) -> Path:
    """The store's folder: named after the delivery, and keyed by all that decides what it holds."""
    sources = sorted(p for part in _REGLER for p in _sources(Path(__file__).parent.parent / part))
    sources += sorted(reference.FOLDER.glob("*.csv"))
    seen = [(p.relative_to(PROJECT).as_posix(), fingerprint(p)) for p in sources]
    seen += [(name, sha) for name, sha, _ in source_files(delivery)]
    key = hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]
    name = re.sub(r"\W+", "-", delivery.navn.lower()).strip("-") or "leverance"
    return Path(os.environ.get(MILJOE) or PROJECT / "data" / "klar") / f"{name}-{key}"


def _sources(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))


def source_files(delivery: Delivery) -> list[tuple[str, str, int]]:
    """The delivery's files on disk: name in it, sha256, size."""
    on_disk = {delivery.mappe / FILNAVN, *(file.sti for file in delivery_files(delivery.mappe))}
    return sources(
        sorted((p.relative_to(delivery.mappe).as_posix(), fingerprint(p), p.stat().st_size) for p in on_disk)
    )


def _cleaned(delivery: Delivery, tell: Fremgang) -> Iterator[Cleaned]:
    """The delivery part by part; only an archive of e-invoices is large enough to have several."""
    before: Cleaned | None = None
    for tables in _parts(delivery, tell):
        part = clean(delivery, tables, before)
        before = replace(part, linjer=part.linjer.clear())
        yield part
        del part


def _parts(delivery: Delivery, tell: Fremgang) -> Iterator[list[Laest]]:
    """All files as text rows: the tables first, then e-invoices until a part is full."""
    found = find_files(delivery)
    part = _tables(found, tell)
    for table, form in _invoices(delivery, found, tell):
        part.append((table, form))
        if sum(table.rows.height for table, its in part if its.format == UBL) >= DEL_RAEKKER:
            yield part
            part = []
    if part:
        yield part


def _tables(found: list[tuple[Fil, Filer]], tell: Fremgang) -> list[Laest]:
    """All files but e-invoices; the faults of all of them in one message."""
    files = [(file, form) for file, form in found if form.format != UBL]
    tables, faults = [], []
    for n, (file, form) in enumerate(files):
        tell(f"læser {file.navn}", n, len(files))
        try:
            tables.append((read_file(file, form), form))
        except EhandelError as error:
            faults.append(str(error))
    if faults:
        raise DeliveryError("\n".join(faults))
    return tables


def _invoices(delivery: Delivery, found: list[tuple[Fil, Filer]], tell: Fremgang) -> Iterator[Laest]:
    """The e-invoices of a delivery, read as they are asked for."""
    read, total = 0, count_files(file for file, form in found if form.format == UBL)

    def told(documents: int) -> None:
        nonlocal read
        read += documents
        tell("læser e-fakturaer", read, max(read, total))

    for form in delivery.filer:
        own = [file for file, its in found if its is form and form.format == UBL]
        tables = invoice_tables(
            own, valuta=delivery.valuta, kerner=os.cpu_count() or 1, fremdrift=told, fuld=DEL_RAEKKER
        )
        yield from ((table, form) for table in tables)


def _refuse_nothing(corrections: pl.DataFrame) -> None:
    """A delivery of which no row can be used makes no report."""
    reasons = (
        corrections.filter(pl.col("handling") == "afvist")
        .group_by("kilde_fil", "kolonne", "aarsag")
        .agg(pl.len().alias("antal"), pl.col("vaerdi").drop_nulls().first())
        .sort("antal", "kilde_fil", "aarsag", descending=[True, False, False])
        .head(5)
    )
    shown = [
        f"{row['kilde_fil']}: {row['aarsag']}, rækker: {antal(row['antal'])}"
        + (f" ({row['kolonne']} = {row['vaerdi']!r})" if row["kolonne"] and row["vaerdi"] else "")
        for row in reasons.iter_rows(named=True)
    ]
    if not shown:
        raise DeliveryError("der er ingen rækker i leverancens fakturafiler.")
    raise DeliveryError("\n  ".join(["ingen fakturarækker i leverancen kan bruges:", *shown]))


def _write(folder: Path, delivery: Delivery, parts: Iterator[Cleaned], key: str) -> None:
    posts, accounts, corrections, notes = [], [], [], []
    with GrowingFiles(folder / "linjer", "kommune_kode") as files:
        for cleaned in parts:
            lines = classify.varekategori(cleaned.linjer, delivery.aftaler)
            files.append(conform(lines, "linjer"))
            posts.append(conform(classify.poster(lines), "poster"))
            accounts.append(cleaned.regnskab)
            corrections.append(cleaned.rettelser)
            notes.append(cleaned.noter)
            for name in ("omsaetning", "systemer", "enheder", "maal"):
                getattr(cleaned, name).write_parquet(folder / f"{name}.parquet")
    all_posts = _posts(posts)
    posts.clear()  # the parts would stand in memory beside the whole
    all_corrections = pl.concat(corrections) if len(corrections) == 1 else in_order(pl.concat(corrections))
    if all_posts.is_empty():
        _refuse_nothing(all_corrections)
    _split(folder / "poster", all_posts, "kommune_kode")
    _split(folder / "landet", all_posts, "aar")
    together(accounts).write_parquet(folder / "regnskab.parquet")
    all_corrections.write_parquet(folder / "rettelser.parquet")
    noted = notes_together(notes)
    about = {
        "navn": delivery.navn,
        "syntetisk": delivery.syntetisk,
        "valuta": delivery.valuta,
        "datobasis": delivery.datobasis,
        "filer": [(*file, _note(file[0], noted)) for file in source_files(delivery)],
        "noegle": key,
        "aar": sorted(all_posts["aar"].unique().to_list()),
    }
    (folder / "leverance.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")


def _posts(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The posts of all parts; an invoice of which several have some is gathered anew."""
    invoice = ["kommune_kode", "faktura_id"]
    keys = pl.concat([part.select(invoice).unique() for part in parts])
    shared = keys.filter(keys.is_duplicated()).unique()
    posts = pl.concat(parts)
    if shared.height:
        again = classify.samlede(posts.join(shared, on=invoice, how="semi"))
        posts = pl.concat([posts.join(shared, on=invoice, how="anti"), conform(again, "poster")])
    return posts.sort("kommune_kode", "kilde_fil", "kilde_raekke", *POSTENS_NOEGLE)


def _split(folder: Path, rows: pl.DataFrame, by: str) -> None:
    folder.mkdir()
    for (value,), part in rows.partition_by(by, as_dict=True, maintain_order=True).items():
        part.write_parquet(folder / f"{value}.parquet", compression="lz4")


def _note(name: str, notes: dict[str, list[str]]) -> str:
    """What was decided about a file, or about the members of a zip file."""
    inside = {file: its for file, its in notes.items() if file.startswith(f"{name}/")}
    return "; ".join([*notes.get(name, []), *(f"{file}: {'; '.join(its)}" for file, its in inside.items())])
