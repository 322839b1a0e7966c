"""
Parquet files that grow: one for each municipality, a part of a delivery after the other.

What has been written is let go again, so that an archive of a million
invoices takes no more memory than its largest part.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import polars as pl
import pyarrow.parquet as pq


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
            table = part.to_arrow(compat_level=pl.CompatLevel.oldest())
            if value not in self.files:
                path = self.folder / f"{value}.parquet"
                self.files[value] = pq.ParquetWriter(path, table.schema, compression="lz4")
            self.files[value].write_table(table)
