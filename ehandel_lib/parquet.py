"""
Parquet files that are written a part after the other, so that a large one need never be in memory.

A table has the same bytes however it was cut: what makes up a row group is counted
in rows.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

#: The file of the rows that have no value. No code of a municipality or another body is written so.
UKENDT = "-"

#: Rows in a row group.
GRUPPE = 100_000

#: Columns whose values hardly come twice: a dictionary of them would take time, and room.
EGNE = {
    "faktura_id", "faktura_nummer", "ordrenummer", "beloeb_oere", "faktura_beloeb_oere", "kilde_raekke",
}  # fmt: skip


class GrowingFiles:
    """
    The files `<value>.parquet` of a folder, one for each value of a column.

    Parameters
    ----------
    folder : Path
        Made here; it may not exist.
    by : str
        The column.
    """

    def __init__(self, folder: Path, by: str) -> None:
        folder.mkdir()
        self.folder, self.by = folder, by
        self.files: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> GrowingFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self.files.values():
            file.close()

    def append(self, rows: pl.DataFrame) -> None:
        """Write rows, in their order, each to the file of its value."""
        for (value,), part in rows.partition_by(self.by, as_dict=True, maintain_order=True).items():
            table = _arrow(part)
            self._file(UKENDT if value is None else str(value), table.schema).write_table(table)

    def _file(self, name: str, schema: pa.Schema) -> pq.ParquetWriter:
        if name not in self.files:
            path = self.folder / f"{name}.parquet"
            self.files[name] = pq.ParquetWriter(
                path, schema, compression="lz4", use_dictionary=False, write_statistics=False
            )
        return self.files[name]


def write(rows: pl.DataFrame, path: Path) -> None:
    """One Parquet file; a disk that is full or closed is an `OSError`, as everywhere."""
    write_parts([rows], path)


def write_parts(parts: Iterable[pl.DataFrame], path: Path) -> None:
    """One Parquet file of what comes in at least one part."""
    groups = _groups(parts)
    first = _arrow(next(groups))
    path.parent.mkdir(exist_ok=True)
    repeating = [name for name in first.column_names if name not in EGNE]
    with pq.ParquetWriter(
        path, first.schema, compression="lz4", use_dictionary=repeating, write_statistics=False
    ) as file:
        file.write_table(first)
        for group in groups:
            file.write_table(_arrow(group))


def _groups(parts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows, cut where the row groups end."""
    waiting: pl.DataFrame | None = None
    full = False
    for part in parts:
        waiting = part if waiting is None or not waiting.height else pl.concat([waiting, part])
        while waiting.height >= GRUPPE:
            yield waiting.head(GRUPPE)
            waiting, full = waiting.slice(GRUPPE), True
    if waiting is not None and (waiting.height or not full):
        yield waiting


def _arrow(rows: pl.DataFrame) -> pa.Table:
    return rows.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())


def set_aside(rows: pl.DataFrame, path: Path) -> None:
    """Rows that are read again by `aside`; the bytes are written by Python, which knows a full disk."""
    content = io.BytesIO()
    rows.write_parquet(content, compression="lz4", statistics=False, row_group_size=GRUPPE // 4)
    path.write_bytes(content.getbuffer())


def aside(path: Path, start: int = 0, rows: int | None = None) -> pl.DataFrame:
    """Some of the rows that were set aside."""
    return pl.scan_parquet(path).slice(start, rows).collect()
