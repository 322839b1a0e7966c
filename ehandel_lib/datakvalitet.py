"""
The list of rejected and changed rows as a file that a spreadsheet opens.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ehandel_lib import schema

if TYPE_CHECKING:
    from ehandel_lib.load import Data

#: A cell that begins so is a formula to a spreadsheet.
FORMELTEGN = ("=", "+", "-", "@", "\t", "\r")


def skriv_datakvalitet(data: Data) -> bytes:
    """The rejected and changed rows for a spreadsheet: semicolons, UTF-8 with a mark, no formulas."""
    columns = ["kilde_fil", "kilde_raekke", "kolonne", "vaerdi", "aarsag", "handling"]
    rows = data.rettelser[columns].astype("object").where(data.rettelser[columns].notna(), "")
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([schema.KOLONNER[name].etiket for name in columns])
    writer.writerows([defused(cell) for cell in row] for row in rows.itertuples(index=False, name=None))
    return out.getvalue().encode("utf-8-sig")


def defused(cell: object) -> object:
    """
    A cell that a spreadsheet will not calculate.

    Examples
    --------
    >>> defused("=1+1"), defused("-"), defused(12)
    ("'=1+1", "'-", 12)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMELTEGN) else cell
