"""
Bars that can be opened: a small widget, drawn in the browser from data alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import traitlets

from ehandel_lib import text
from ehandel_lib.explore.grupper import MAAL, OEVRIGE
from ehandel_lib.render.printed import synlig

_HER = Path(__file__).parent

#: The column heads for a measure; the second stands over the bars.
HOVEDER = {
    "omsaetning": ["Gruppe", "E-handlet andel af omsætningen", "Grad", "E-handlet", "I alt", "Fakturaer"],
    "faktura": ["Gruppe", "E-handlet andel af fakturaerne", "Grad", "E-handlet", "I alt", "Omsætning"],
}


class Soejler(anywidget.AnyWidget):
    """A bar for each group; `klik` tells which one was opened last, and how many have been."""

    _esm = _HER / "soejler.js"
    _css = _HER / "soejler.css"
    titel = traitlets.Unicode("").tag(sync=True)
    hoveder: Any = traitlets.List(traitlets.Unicode()).tag(sync=True)
    grupper: Any = traitlets.List(traitlets.Dict()).tag(sync=True)
    klik: Any = traitlets.Dict({"navn": "", "nummer": 0}).tag(sync=True)

    def vis(self, per_gruppe: pd.DataFrame, maal: str, titel: str, valuta: str = "DKK") -> None:
        """Show these groups; the bars' own traits last, since they draw."""
        self.titel, self.hoveder = titel, HOVEDER[maal]
        self.grupper = [_group(row, maal, valuta) for row in per_gruppe.to_dict("records")]


def _group(row: dict[Any, Any], maal: str, valuta: str) -> dict[str, Any]:
    """A group as the browser gets it: every number as it is printed."""
    rate = row[MAAL[maal][0]]
    money = [text.kroner(row[name], valuta) for name in ("omsaetning_e_handlet_oere", "omsaetning_oere")]
    counts = [text.antal(row[name]) for name in ("fakturaer_e_handlet", "antal_fakturaer")]
    shown = [*money, counts[1]] if maal == "omsaetning" else [*counts, money[1]]
    return {
        "navn": synlig(str(row["gruppe"])),
        "grad": None if pd.isna(rate) else float(rate),
        "aarsag": "" if pd.isna(row["aarsag"]) else str(row["aarsag"]),
        "tal": [text.pct(rate), *shown],
        "kan_aabnes": row["gruppe"] != OEVRIGE,
    }
