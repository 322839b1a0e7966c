"""
The finished store of a delivery, put together of what its files and municipalities gave.

It is written beside and renamed, and only when the ledger adds up: a run that is
killed leaves the store that was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ehandel_lib.clean import Small
from ehandel_lib.clean.journal import counts, gathered, in_order, notes_together
from ehandel_lib.clean.ledger import check, together
from ehandel_lib.clean.tables import conform
from ehandel_lib.errors import DeliveryError
from ehandel_lib.parquet import UKENDT, GrowingFiles, write
from ehandel_lib.read import Delivery
from ehandel_lib.store import beside
from ehandel_lib.store.kommuner import Result
from ehandel_lib.store.pieces import Piece
from ehandel_lib.text import antal

OM = "leverance.json"

#: Which pieces and results a store is made of.
DELE = "dele.json"


def assemble(
    folder: Path,
    key: str,
    delivery: Delivery,
    files: Sequence[tuple[str, str, int]],
    small: Small,
    pieces: Sequence[Piece],
    results: Sequence[Result],
) -> None:
    """
    Fill the folder of a store.

    Parameters
    ----------
    folder : Path
        Empty.
    key : str
        The store's name.
    delivery : Delivery
        What `kilde.toml` says.
    files : sequence of (str, str, int)
        The delivery's files: name, sha256, size.
    small : Small
        The small tables.
    pieces : sequence of Piece
        The invoice files.
    results : sequence of Result
        The municipalities.
    """
    account = together([small.regnskab, *(result.regnskab for result in results)])
    _check(account, small, pieces, results)
    years = sorted({year for result in results for year in result.aar})
    if not years:
        _refuse([small.rettelser, *(_entries(result) for result in results)])
    for name, table in small.tabeller.items():
        write(table, folder / f"{name}.parquet")
    write(account, folder / "regnskab.parquet")
    _link(folder, results)
    _corrections(folder / "rettelser", small, pieces, results)
    noted = notes_together(
        [small.noter, *({p.source.fil: p.journal.noter} for p in pieces), *(r.noter for r in results)]
    )
    about = {
        "navn": delivery.navn,
        "syntetisk": delivery.syntetisk,
        "valuta": delivery.valuta,
        "datobasis": delivery.datobasis,
        "filer": [(*file, _note(file[0], noted)) for file in files],
        "noegle": key,
        "aar": years,
    }
    (folder / OM).write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
    made_of = {
        "stykker": sorted({p.folder.name for p in pieces}),
        "kommuner": sorted(r.folder.name for r in results),
    }
    (folder / DELE).write_text(json.dumps(made_of), encoding="utf-8")


def _check(account: pl.DataFrame, small: Small, pieces: Sequence[Piece], results: Sequence[Result]) -> None:
    """Of the invoice files; the small tables were checked when they were read."""
    rows_in, oere = counts(piece.journal for piece in pieces)
    for result in results:
        oere.update(result.oere)
    others = small.regnskab["kilde_fil"].unique().implode()
    check(account.filter(~pl.col("kilde_fil").is_in(others)), rows_in, oere)


def _link(folder: Path, results: Sequence[Result]) -> None:
    """Each municipality's lines, posts and cube under its code, and a smaller cube of all for each year."""
    with GrowingFiles(folder / "landet", "aar") as country:
        for result in results:
            if result.aar:
                file = f"{result.kommune}.parquet"
                beside.link(result.folder / "linjer" / file, folder / "linjer" / file)
                for table in ("poster", "kube"):
                    beside.link(result.folder / f"{table}.parquet", folder / table / file)
                country.append(pl.read_parquet(result.folder / "landet.parquet", memory_map=False))


def _entries(result: Result) -> pl.DataFrame:
    return pl.read_parquet(result.folder / "rettelser.parquet", memory_map=False)


def _corrections(folder: Path, small: Small, pieces: Sequence[Piece], results: Sequence[Result]) -> None:
    """The list of corrections, municipality by municipality; what is said of a whole file is no one's."""
    folder.mkdir()
    of_files = gathered(
        [entry for piece in pieces for entry in piece.journal.rettelser],
        {piece.source.fil: piece.source.form for piece in pieces},
    )
    others = pl.concat([small.rettelser, of_files])
    more = {
        UKENDT if code is None else code: rows
        for (code,), rows in others.partition_by("kommune_kode", as_dict=True).items()
    }
    own = {result.kommune: result for result in results}
    for code in sorted({*more, *own, UKENDT}):
        path = folder / f"{code}.parquet"
        if code in own and code not in more:
            beside.link(own[code].folder / "rettelser.parquet", path)
        else:
            rows = [
                its
                for its in (more.get(code), _entries(own[code]) if code in own else None)
                if its is not None
            ]
            write(in_order(pl.concat([conform(None, "rettelser"), *rows])), path)


def _refuse(corrections: Sequence[pl.DataFrame]) -> None:
    """A delivery of which no row can be used makes no report."""
    reasons = (
        pl.concat(corrections)
        .filter(pl.col("handling") == "afvist")
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
        raise DeliveryError("Der er ingen rækker i leverancens fakturafiler, kun overskrifter.")
    raise DeliveryError("\n  ".join(["ingen fakturarækker i leverancen kan bruges:", *shown]))


def _note(name: str, notes: dict[str, list[str]]) -> str:
    """What was decided about a file, or about the members of a zip file."""
    inside = {file: its for file, its in notes.items() if file.startswith(f"{name}/")}
    return "; ".join([*notes.get(name, []), *(f"{file}: {'; '.join(its)}" for file, its in inside.items())])
