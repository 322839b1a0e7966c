"""
What a notebook shows, and its machine-readable twin.

Each call here displays one thing twice: as HTML or SVG for the person at the
JupyterLab prompt, and as data under `MIME`. The report is made from the data
alone: a table with its column kinds, a key figure with numerator and
denominator, a figure with its alt text and the table behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from ehandel_lib import provenance, twins
from ehandel_lib.render import prompt, stamp
from ehandel_lib.render.drawing import svg, use_fonts
from ehandel_lib.render.printed import synlig

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ehandel_lib.aendringer import Tidligere
    from ehandel_lib.load import Data

__all__ = [
    "MIME",
    "Noegletal",
    "ark",
    "figur",
    "kapitel",
    "laesning",
    "liste",
    "noegletal",
    "overskrift",
    "sammenlignet",
    "stempel",
    "tabel",
    "use_fonts",
]

MIME = "application/vnd.ehandel+json"
VERSION = 1
#: An id names the anchor, the workbook's sheet and the attached file: keep it fit for all three.
ID = re.compile(r"[a-z][a-z0-9_-]{0,59}")

#: What a figure without marks is labelled.
TOM = "tom"

#: What kapitel() last said about money, for the headings at the prompt. The report reads it from the twin.
_vist = {"valuta": "DKK"}


@dataclass(frozen=True)
class Noegletal:
    """
    A key figure: its value, and what it was counted from.

    `enhed` is the kind of the value: "andel", "oere", "antal", "tal" or "tekst"; `talt_i` that of the
    numerator and denominator: "antal" or "oere".
    `grundlag` is the sentence under the figure that names the base, `foer` the value a year before.
    """

    label: str
    vaerdi: float | int | str | None
    enhed: str = "andel"
    taeller: int | None = None
    naevner: int | None = None
    grundlag: str = ""
    foer: float | None = None
    talt_i: str = "antal"


def kapitel(data: Data) -> None:
    """Say which municipality, year and delivery the chapter is about; once, before anything else."""
    _vist["valuta"] = data.leverance.valuta
    posts = data.poster.get("antal_poster", pd.Series(1, index=data.poster.index))  # a cube knows how many
    twin = {
        "kommune": {
            "kode": data.kommune.kode,
            "navn": data.kommune.navn,
            "officielt_navn": data.kommune.officielt_navn,
        },
        "aar": int(data.aar),
        "poster": int(posts.sum()),
        "omsaetning_oere": int(data.poster["beloeb_oere"].sum()),
        "leverance": {
            "navn": data.leverance.navn,
            "syntetisk": bool(data.leverance.syntetisk),
            "valuta": data.leverance.valuta,
            "datobasis": data.leverance.datobasis,
            "asof": twins.plain(data.leverance.asof),
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
    plain = [{key: twins.plain(value) for key, value in asdict(t).items()} for t in tal]
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
    kolonner: twins.Kolonner | None = None,
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
        Column → (kind, label) or (kind, label, meaning), where they differ from `schema.KOLONNER`. A column
        that neither knows is shown under its own name, in the kind of its type.
    kun_i_ark : sequence of str, optional
        Columns that the workbook and the attached CSV have and the pages do not: what a rate was counted
        from, where there is no room for it.

    Raises
    ------
    ValueError
        A column named in `raekkenavn`, `kolonner` or `kun_i_ark` is not in the frame, or `id` is not fit for
        a name.
    """
    content = twins.table(frame, raekkenavn, kolonner, kun_i_ark)
    twin = {"id": _id(id), "titel": titel, "note": note, "kilde": kilde, **content}
    words, html = prompt.table(twin, _vist["valuta"])
    _display("tabel", twin, words, html)


def ark(frame: pd.DataFrame, titel: str, *, id: str, kolonner: twins.Kolonner | None = None) -> None:
    """Show a table that the workbook and the attached CSV have and the pages do not; see `tabel`."""
    twin = {"id": _id(id), "titel": titel, "note": "", "kilde": "", **twins.table(frame, None, kolonner, ())}
    words, html = prompt.table(twin, _vist["valuta"])
    _display("ark", twin, words, html)


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
    kolonner: twins.Kolonner | None = None,
    kun_i_ark: Sequence[str] = (),
) -> None:
    """
    Show a chart, with the table behind it; without data or marks nothing: the reading sentence says why.

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
    if data.empty or fig.get_label() == TOM:
        return
    words = {"titel": titel, "alt": alt, "grundlag": grundlag, "kilde": kilde, "note": note}
    twin = {"id": _id(id), **words, "data": twins.table(data, None, kolonner, kun_i_ark)}
    _display("figur", twin, f"{titel}\n{alt}", image=svg(fig))


def overskrift(tekst: str, *, niveau: int = 2, ark: str | None = None) -> None:
    """
    Show a heading that a cell makes, where a notebook shows the same for many.

    Parameters
    ----------
    tekst : str
    niveau : int, optional
        2 for a heading below the chapter's title, 3 below that.
    ark : str, optional
        A page of its own begins here; its name among the pages.
    """
    twin = {"niveau": niveau, "tekst": tekst, "ark": ark}
    _display("overskrift", twin, tekst, f"<h{niveau}>{escape(synlig(tekst))}</h{niveau}>")


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


def sammenlignet(foer: Tidligere) -> None:
    """Say which earlier report this one is compared with; it becomes a part of what the report is made of."""
    siden = foer.kort()
    words = f"Sammenlignet med rapporten om {siden['kommune']} {siden['aar']} (sha256 {siden['sha256']})."
    _display("sammenlignet", {"siden": siden}, words, f"<p>{escape(synlig(words))}</p>")


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
