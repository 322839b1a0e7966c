"""
The limit: an engine reads one column of the raw files and does nothing else.

The last column is read, so that every row is read to its end. Polars takes no
Windows-1252; it reads the bytes and loses æ, ø and å.

    python benchmarks/bare_scan.py duckdb|polars FOLDER
"""

from __future__ import annotations

import json
import sys
from typing import Any

#: The columns of the files.
BREDDE = 14


def duckdb(folder: str) -> dict[str, Any]:
    import duckdb

    columns = ", ".join(f"'k{n}': 'varchar'" for n in range(BREDDE))
    source = (
        f"read_csv('{folder}/fakturaer_*.csv', columns={{{columns}}}, auto_detect=false, delim=';', "
        "quote='\"', header=true, encoding='latin-1')"
    )
    rows, letters = duckdb.sql(f"select count(*), sum(length(k{BREDDE - 1})) from {source}").fetchall()[0]
    return {"raekker": rows, "tegn": int(letters)}


def polars(folder: str) -> dict[str, Any]:
    import polars as pl

    names = [f"k{n}" for n in range(BREDDE)]
    rows = pl.scan_csv(
        f"{folder}/fakturaer_*.csv",
        separator=";",
        encoding="utf8-lossy",
        infer_schema=False,
        new_columns=names,
    )
    found = rows.select(raekker=pl.len(), tegn=pl.col(names[-1]).str.len_chars().sum())
    return found.collect(engine="streaming").to_dicts()[0]


if __name__ == "__main__":
    scan = {"duckdb": duckdb, "polars": polars}[sys.argv[1]]
    print(json.dumps(scan(sys.argv[2])))
