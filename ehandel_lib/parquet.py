"""
Parquet files that grow: one for each value of a column, a part after the other.

What has been written is let go again, so that a file of twenty million rows takes
no more memory than its largest part.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

#: The file of the rows that have no value. No code of a municipality or another body is written so.
UKENDT = "-"


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
        if rows.is_empty():
            return
        together = rows.sort(self.by, maintain_order=True)
        table = together.to_arrow(compat_level=pl.CompatLevel.oldest())
        start = 0
        for value, n in (
            together.select(pl.col(self.by).rle().struct.unnest()).select("value", "len").iter_rows()
        ):
            self._file(UKENDT if value is None else str(value), table.schema).write_table(
                table.slice(start, n)
            )
            start += n

    def _file(self, name: str, schema: pa.Schema) -> pq.ParquetWriter:
        if name not in self.files:
            path = self.folder / f"{name}.parquet"
            self.files[name] = pq.ParquetWriter(
                path, schema, compression="lz4", use_dictionary=False, write_statistics=False
            )
        return self.files[name]


def write(rows: pl.DataFrame, path: Path) -> None:
    """One Parquet file; a disk that is full or closed is an `OSError`, as everywhere."""
    table: pa.Table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
    pq.write_table(table, path, compression="lz4")
