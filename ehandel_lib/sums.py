"""
Sums of whole numbers per group: exact, or refused, on every engine alike.

Left to themselves the engines part ways above 2^63: two of them wrap around
without a word, two stop with an error of their own. Each number is therefore
added up in two halves that cannot run over, and the halves are put together
as Python's integers.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa

from ehandel_lib import schema
from ehandel_lib.errors import DeliveryError

#: The halves of a number: its multiple of this, and the rest. Two thousand million rows cannot make either
#: run over.
HALV = 2**32

#: What a 64-bit whole number holds.
STOERST = 2**63 - 1

FOR_STOR = "summen af beløbene er for stor til at være øre i 64 bit; se efter beløb med for mange cifre."


def only(frame: Any, columns: list[str]) -> Any:
    """
    The frame with those of the columns that it has; a pandas frame's in Polars.

    What a group of some thousand posts costs is the engine's fixed cost, and pandas' is ten times Polars'.

    Examples
    --------
    >>> only(pd.DataFrame({"aar": [2024], "konto": ["4"]}), ["aar", "maaned"]).to_dicts()
    [{'aar': 2024}]
    """
    native = nw.to_native(frame, pass_through=True)
    if not isinstance(native, pd.DataFrame):
        return frame
    there = native[[name for name in dict.fromkeys(columns) if name in native]]
    return pl.DataFrame(pa.Table.from_pandas(there, preserve_index=False, nthreads=1))


def per_group(frame: Any, by: list[str], **numbers: nw.Expr) -> pd.DataFrame:
    """
    The sums of whole numbers per group.

    Parameters
    ----------
    frame : frame
        Any that narwhals takes.
    by : list of str
        Columns of the data dictionary to group by; none gives one row for all. What has no value in them is
        a group too.
    **numbers : Expr
        The name of each sum, and what it adds up. A missing number adds nothing.

    Returns
    -------
    DataFrame
        pandas, sorted by the group: the group's columns and the sums as ``Int64``.

    Raises
    ------
    DeliveryError
        A sum is no 64-bit number.

    Examples
    --------
    >>> posts = pd.DataFrame({"aar": [2024, 2023, 2024], "beloeb_oere": [2**62, 7, -1]})
    >>> per_group(posts, ["aar"], oere=nw.col("beloeb_oere"))
        aar                 oere
    0  2023                    7
    1  2024  4611686018427387903
    """
    halves = {f"{name}_{part}": nw.col(f"{name}_{part}") for name in numbers for part in ("hoej", "lav")}
    summed = (
        nw.from_native(frame)
        .with_columns(_alle=nw.lit(1), **{name: number.cast(nw.Int64) for name, number in numbers.items()})
        .with_columns(**{f"{name}_hoej": (nw.col(name) // HALV).cast(nw.Int64) for name in numbers})
        .with_columns(**{f"{name}_lav": nw.col(name) - nw.col(f"{name}_hoej") * HALV for name in numbers})
        .group_by(by or ["_alle"])
        .agg(nw.col(*halves).sum())
        # DuckDB adds BIGINT to HUGEINT, which would reach pandas as a float
        .with_columns(nw.col(*halves).cast(nw.Int64))
    )
    eager = summed.collect(backend="pyarrow") if isinstance(summed, nw.LazyFrame) else summed
    parts = eager.to_arrow().select([*by, *halves]).to_pydict()
    kinds = {name: schema.TYPES[schema.KOLONNER[name].slags] for name in by}
    totals = pd.DataFrame(
        {name: pd.Series(parts[name], dtype=kind) for name, kind in kinds.items()}
        | {name: _whole(parts[f"{name}_hoej"], parts[f"{name}_lav"]) for name in numbers}
    )
    if by:
        return totals.sort_values(by, ignore_index=True)
    return totals if len(totals) else totals.reindex([0], fill_value=0)


def _whole(high: list[int | None], low: list[int | None]) -> pd.Series:
    """The sums, of their two halves."""
    whole = [(h or 0) * HALV + (rest or 0) for h, rest in zip(high, low, strict=True)]
    if any(abs(number) > STOERST for number in whole):
        raise DeliveryError(FOR_STOR)
    return pd.Series(whole, dtype="Int64")


def check_room(frame: Any, amount: str) -> None:
    """
    Refuse amounts that together are no 64-bit number: no part of them can then run over in any sum.

    Raises
    ------
    DeliveryError
        Half of what a 64-bit number holds is exceeded (the check itself counts in floating point).
    """
    total = nw.from_native(frame).select(total=nw.col(amount).cast(nw.Float64).abs().sum())
    eager = total.collect(backend="pyarrow") if isinstance(total, nw.LazyFrame) else total
    found = eager["total"].to_list()[0]
    if found is not None and found > STOERST / 2:
        raise DeliveryError(FOR_STOR)
