"""
A frame as the plain values of a twin: columns with their kinds, rows that JSON can hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ehandel_lib.schema import KOLONNER, TYPES, betydning

#: pandas dtype kind → our kind, for columns the schema does not know.
_DTYPES = {"b": "ja_nej", "i": "antal", "u": "antal", "f": "tal", "M": "dato"}

#: Column → kind and label, and the meaning where the dictionary's is not the one.
Kolonner = Mapping[str, tuple[str, str] | tuple[str, str, str]]

#: Numbers that name something are not counted: a year is 2024, not 2.024.
_NAVNE = frozenset({"aar"})


def table(
    frame: pd.DataFrame,
    raekkenavn: str | None,
    kolonner: Kolonner | None,
    kun_i_ark: Sequence[str],
) -> dict[str, Any]:
    """
    The frame as columns with kinds, rows of plain values and the place of the row names.

    Raises
    ------
    ValueError
        A column that is named is not in the frame.

    Examples
    --------
    >>> table(pd.DataFrame({"varekategori": ["Bleer"], "grad": [None]}), None, None, ())["raekker"]
    [['Bleer', None]]
    """
    own = dict(kolonner or {})
    names = [str(name) for name in frame.columns]
    if missing := {raekkenavn or names[0], *own, *kun_i_ark} - set(names):
        raise ValueError(f"no column {sorted(missing)} in the table; it has {names}")
    columns: list[dict[str, Any]] = [_column(name, frame, own.get(name)) for name in names]
    columns = [column | ({"kun_i_ark": True} if column["navn"] in kun_i_ark else {}) for column in columns]
    cells = [[plain(value) for value in frame[name].tolist()] for name in frame.columns]
    return {
        "kolonner": columns,
        "raekkenavn": names.index(raekkenavn) if raekkenavn else 0,
        "raekker": [list(row) for row in zip(*cells, strict=True)],
    }


def _column(name: str, frame: pd.DataFrame, own: tuple[str, ...] | None) -> dict[str, Any]:
    known = KOLONNER.get(name)
    slags = known.slags if known else _DTYPES.get(frame[name].dtype.kind, "tekst")
    slags = "kode" if name in _NAVNE else slags
    etiket = known.etiket if known else name
    slags, etiket, *told = own or (slags, etiket)
    assert slags in TYPES, f"unknown kind {slags!r} of column {name!r}"
    meaning = told[0] if told else betydning(name, frame.columns)
    return {"navn": name, "slags": slags, "etiket": etiket, "betydning": meaning}


def plain(value: Any) -> Any:
    """A value as JSON holds it: numbers as numbers, dates as ISO text, missing as None."""
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value
