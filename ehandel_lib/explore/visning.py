"""
Frames as a Danish reader expects them, at the prompt: percent, kroner, dates, a dash where nothing is.

The frames stay plain pandas frames and no option of pandas is touched: Jupyter is told how to show them.
"""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from ehandel_lib import text
from ehandel_lib.render.printed import TALKOLONNER, skriv, synlig
from ehandel_lib.schema import KOLONNER

#: A longer frame shows so many rows; the rest is counted.
VISTE_RAEKKER = 30

#: pandas dtype kind → kind of the schema, for columns that the schema does not know.
_SLAGS = {"b": "ja_nej", "i": "antal", "u": "antal", "f": "tal", "M": "dato"}


def frame_html(frame: pd.DataFrame, valuta: str = "DKK", titel: str = "") -> str:
    """
    A frame as an HTML table: cells as they are printed, heads as code names them, their meaning at hand.

    Parameters
    ----------
    frame : DataFrame
        Columns that `schema.KOLONNER` knows are written by their kind, others by their type.
    valuta : str
        What amounts are in.
    titel : str
        The table's caption.

    Examples
    --------
    >>> frame_html(pd.DataFrame({"grad": [0.125]})).count("12,5")
    1
    """
    shown = frame.head(VISTE_RAEKKER)
    kinds = [_kind(str(name), frame[name]) for name in frame]
    named = not isinstance(frame.index, pd.RangeIndex)
    heads = "".join(_head(str(name), kind, valuta) for name, kind in zip(frame, kinds, strict=True))
    cells = zip(*(_cells(shown[name], kind) for name, kind in zip(frame, kinds, strict=True)), strict=True)
    labels = [f"<th scope='row'>{escape(synlig(str(label)))}</th>" if named else "" for label in shown.index]
    body = "".join(f"<tr>{label}{''.join(row)}</tr>" for label, row in zip(labels, cells, strict=False))
    rest = len(frame) - len(shown)
    more = f"<p><small>… og {text.tael(rest, 'række', 'rækker')} mere.</small></p>" if rest else ""
    caption = f"<caption style='text-align:left'>{escape(synlig(titel))}</caption>" if titel else ""
    top = f"<thead><tr>{'<th></th>' if named else ''}{heads}</tr></thead>"
    return f"<table>{caption}{top}<tbody>{body}</tbody></table>{more}"


def _kind(name: str, values: pd.Series) -> str:
    known = KOLONNER.get(name)
    return known.slags if known and name != "aar" else "kode" if name == "aar" else _by_type(values)


def _by_type(values: pd.Series) -> str:
    return _SLAGS.get(values.dtype.kind, "tekst")


def _head(name: str, kind: str, valuta: str) -> str:
    known = KOLONNER.get(name)
    money = "kr." if valuta == "DKK" else escape(valuta)
    unit = f"<br><small>{money}</small>" if kind == "oere" else ""
    meaning = escape(f"{known.etiket}: {known.betydning}") if known else ""
    return f"<th scope='col' title='{meaning}' style='{_side(kind)}'>{escape(synlig(name))}{unit}</th>"


def _cells(values: pd.Series, kind: str) -> list[str]:
    plain = values.astype("object").where(values.notna(), None).tolist()
    return [f"<td style='{_side(kind)}'>{escape(_written(value, kind))}</td>" for value in plain]


def _written(value: Any, kind: str) -> str:
    return skriv(value.isoformat()[:10] if hasattr(value, "isoformat") else value, kind)


def _side(kind: str) -> str:
    return f"text-align:{'right' if kind in TALKOLONNER else 'left'}"


def paa_dansk() -> None:
    """Tell Jupyter how to show frames and figures; outside it, do nothing."""
    from IPython.core.getipython import get_ipython
    from matplotlib.figure import Figure

    from ehandel_lib.render.drawing import svg

    shell = get_ipython()
    if shell is None or shell.display_formatter is None:
        return
    shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, frame_html)
    shell.display_formatter.formatters["image/svg+xml"].for_type(Figure, svg)
