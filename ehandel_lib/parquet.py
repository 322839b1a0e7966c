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
        for (value,), part in rows.partition_by(self.by, as_dict=True, maintain_order=True).items():
            name = UKENDT if value is None else str(value)
            table = part.to_arrow(compat_level=pl.CompatLevel.oldest())
            if name not in self.files:
                self.files[name] = pq.ParquetWriter(
                    self.folder / f"{name}.parquet", table.schema, compression="lz4"
                )
            self.files[name].write_table(table)


def write(rows: pl.DataFrame, path: Path) -> None:
    """One Parquet file; a disk that is full or closed is an `OSError`, as everywhere."""
    table: pa.Table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
    pq.write_table(table, path, compression="lz4")
