"""
What a notebook shows, and its machine-readable twin.

Each call here displays one thing twice: as HTML or SVG for the person at the
JupyterLab prompt, and as data under `MIME`. The report is made from the data
alone: a table with its column kinds, a key figure with numerator and
denominator, a figure with its alt text and the table behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from ehandel_lib import provenance
from ehandel_lib.render import prompt, stamp
from ehandel_lib.render.drawing import svg, use_fonts
from ehandel_lib.render.printed import synlig
from ehandel_lib.schema import KOLONNER, TYPES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ehandel_lib.load import Data

__all__ = [
    "MIME",
    "Noegletal",
    "figur",
    "kapitel",
    "laesning",
    "liste",
    "noegletal",
    "stempel",
    "tabel",
    "use_fonts",
]

MIME = "application/vnd.ehandel+json"
VERSION = 1
#: An id names the anchor, the workbook's sheet and the attached file: keep it fit for all three.
ID = re.compile(r"[a-z][a-z0-9_-]{0,59}")

#: pandas dtype kind → our kind, for columns the schema does not know.
_DTYPES = {"b": "ja_nej", "i": "antal", "u": "antal", "f": "tal", "M": "dato"}

#: Numbers that name something are not counted: a year is 2024, not 2.024.
_NAVNE = frozenset({"aar"})

#: What kapitel() last said about money, for the headings at the prompt. The report reads it from the twin.
_vist = {"valuta": "DKK"}


@dataclass(frozen=True)
class Noegletal:
    """
    A key figure: its value, and what it was counted from.

    `enhed` is the kind of the value: "andel", "oere", "antal", "tal" or "tekst".
    `grundlag` is the sentence under the figure that names the base.
    """

    label: str
    vaerdi: float | int | str | None
    enhed: str = "andel"
    taeller: int | None = None
    naevner: int | None = None
    grundlag: str = ""


def kapitel(data: Data) -> None:
    """Say which municipality, year and delivery the chapter is about; once, before anything else."""
    _vist["valuta"] = data.leverance.valuta
    twin = {
        "kommune": {
            "kode": data.kommune.kode,
            "navn": data.kommune.navn,
            "officielt_navn": data.kommune.officielt_navn,
        },
        "aar": int(data.aar),
        "poster": len(data.poster),
        "omsaetning_oere": int(data.poster["beloeb_oere"].sum()),
        "leverance": {
            "navn": data.leverance.navn,
            "syntetisk": bool(data.leverance.syntetisk),
            "valuta": data.leverance.valuta,
            "datobasis": data.leverance.datobasis,
            "asof": _plain(data.leverance.asof),
        },
    }
    words = f"{data.kommune.officielt_navn} {data.aar}. Leverance: {data.leverance.navn}."
    words += " Syntetiske data." if data.leverance.syntetisk else ""
    _display("kapitel", twin, words, f"<p><strong>{escape(synlig(words))}</strong></p>")


def noegletal(tal: Sequence[Noegletal], *, id: str) -> None:
    """
    Show key figures side by side.

    Parameters
    ----------
    tal : sequence of Noegletal
    id : str
        Names the figures in the workbook; lower-case letters, digits, "_" and "-".
    """
    plain = [{key: _plain(value) for key, value in asdict(t).items()} for t in tal]
    words, html = prompt.figures(plain, _vist["valuta"])
    _display("noegletal", {"id": _id(id), "tal": plain}, words, html)


def tabel(
    frame: pd.DataFrame,
    titel: str,
    *,
    id: str,
    note: str = "",
    kilde: str = "",
    raekkenavn: str | None = None,
    kolonner: Mapping[str, tuple[str, str]] | None = None,
    kun_i_ark: Sequence[str] = (),
) -> None:
    """
    Show a table.

    Parameters
    ----------
    frame : DataFrame
        Its columns are shown in order, its index is not.
    titel : str
        What the table shows, with its base.
    id : str
        Names the table in links and in the workbook; lower-case letters, digits, "_" and "-".
    note, kilde : str, optional
        Printed under the table.
    raekkenavn : str, optional
        The column whose cells name the rows. By default the first.
    kolonner : mapping, optional
        Column → (kind, label), where they differ from `schema.KOLONNER`. A column that neither knows
        is shown under its own name, in the kind of its type.
    kun_i_ark : sequence of str, optional
        Columns that the workbook and the attached CSV have and the pages do not: what a rate was counted
        from, where there is no room for it.

    Raises
    ------
    ValueError
        A column named in `raekkenavn`, `kolonner` or `kun_i_ark` is not in the frame, or `id` is not fit for
        a name.
    """
    content = _table(frame, raekkenavn, kolonner, kun_i_ark)
    twin = {"id": _id(id), "titel": titel, "note": note, "kilde": kilde, **content}
    words, html = prompt.table(twin, _vist["valuta"])
    _display("tabel", twin, words, html)


def figur(
    fig: Figure,
    titel: str,
    *,
    id: str,
    alt: str,
    data: pd.DataFrame,
    grundlag: str = "",
    kilde: str = "",
    note: str = "",
    kolonner: Mapping[str, tuple[str, str]] | None = None,
    kun_i_ark: Sequence[str] = (),
) -> None:
    """
    Show a chart, with the table behind it.

    Parameters
    ----------
    fig : matplotlib Figure
        Drawn once, as SVG with the letters as outlines; closed afterwards.
    titel : str
        What the chart shows; printed above it.
    id : str
        Names the figure in links and in the workbook.
    alt : str
        What a reader who cannot see the chart needs: the finding, the extremes, the spread.
    data : DataFrame
        The numbers in the chart.
    grundlag, kilde, note : str, optional
        The base, the source and a remark; printed under the chart.
    kolonner, kun_i_ark : optional
        As for `tabel`.

    Raises
    ------
    ValueError
        The alt text is empty.
    """
    if not alt.strip():
        raise ValueError(f"the figure {id!r} needs an alt text")
    words = {"titel": titel, "alt": alt, "grundlag": grundlag, "kilde": kilde, "note": note}
    twin = {"id": _id(id), **words, "data": _table(data, None, kolonner, kun_i_ark)}
    _display("figur", twin, f"{titel}\n{alt}", image=svg(fig))


def laesning(tekst: str) -> None:
    """Show the finding of a chart: one to three sentences of plain text."""
    _display("laesning", {"tekst": tekst}, tekst, f"<p><em>{escape(synlig(tekst))}</em></p>")


def liste(punkter: Sequence[str]) -> None:
    """Show sentences as a bullet list."""
    items = "".join(f"<li>{escape(synlig(punkt))}</li>" for punkt in punkter)
    _display("liste", {"punkter": list(punkter)}, "\n".join(f"- {p}" for p in punkter), f"<ul>{items}</ul>")


def stempel(data: Data, dybde: str) -> None:
    """Say what the report is made of: files, parameters, program. The report prints it on its last page."""
    facts = provenance.facts(data, dybde)
    shown = [prompt.table(table, _vist["valuta"]) for table in stamp.tables(facts, short=True)]
    words, html = zip(*shown, strict=True)
    _display("stempel", {"ophav": facts}, "\n".join(words), "".join(html))


def _display(slags: str, twin: dict[str, Any], words: str, html: str = "", *, image: str = "") -> None:
    """Hand the bundle to Jupyter; outside it, print the words."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    if not InteractiveShell.initialized():
        print(words)
        return
    bundle = {MIME: {"slags": slags, "version": VERSION, **twin}, "text/plain": words}
    bundle |= {"image/svg+xml": image} if image else {"text/html": html}
    display(bundle, raw=True)


def _id(value: str) -> str:
    if not ID.fullmatch(value):
        raise ValueError(
            f"id {value!r} should be lower-case letters, digits, '_' and '-', starting with a letter"
        )
    return value


def _table(
    frame: pd.DataFrame,
    raekkenavn: str | None,
    kolonner: Mapping[str, tuple[str, str]] | None,
    kun_i_ark: Sequence[str],
) -> dict[str, Any]:
    """The frame as columns with kinds, rows of plain values and the place of the row names."""
    own = dict(kolonner or {})
    names = [str(name) for name in frame.columns]
    if missing := {raekkenavn or names[0], *own, *kun_i_ark} - set(names):
        raise ValueError(f"no column {sorted(missing)} in the table; it has {names}")
    columns: list[dict[str, Any]] = [_column(name, frame[name], own.get(name)) for name in frame.columns]
    columns = [column | ({"kun_i_ark": True} if column["navn"] in kun_i_ark else {}) for column in columns]
    cells = [[_plain(value) for value in frame[name].tolist()] for name in frame.columns]
    return {
        "kolonner": columns,
        "raekkenavn": names.index(raekkenavn) if raekkenavn else 0,
        "raekker": [list(row) for row in zip(*cells, strict=True)],
    }


def _column(name: str, values: pd.Series, own: tuple[str, str] | None) -> dict[str, Any]:
    known = KOLONNER.get(name)
    slags = known.slags if known else _DTYPES.get(values.dtype.kind, "tekst")
    slags = "kode" if name in _NAVNE else slags
    etiket = known.etiket if known else name
    slags, etiket = own or (slags, etiket)
    assert slags in TYPES, f"unknown kind {slags!r} of column {name!r}"
    betydning = known.betydning if known else ""
    return {"navn": name, "slags": slags, "etiket": etiket, "betydning": betydning}


def _plain(value: Any) -> Any:
    """A value as JSON holds it: numbers as numbers, dates as ISO text, missing as None."""
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value
