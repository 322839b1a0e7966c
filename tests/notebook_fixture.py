"""
Executed notebooks for the render tests, made without a kernel.

`shown` runs a call of `show` and gives what a cell's output would hold; `chapter` puts such outputs
and Markdown into a notebook. `report()` is a whole report with invented numbers, with wide and long tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import nbformat
import pandas as pd
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.figure import Figure
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ehandel_lib import show
from ehandel_lib.reference import Kommune
from ehandel_lib.schema import BELOEBSINTERVALLER

KATEGORIER = ["Kontorartikler", "Møbler", "AV-udstyr", "Tablets", "Computere og it-tilbehør", "Telefoni"]


METODE = """## Hvad tæller med?

*E-handel* er en ordre, sendt gennem systemet (se [loven](https://www.retsinformation.dk/eli/lta/2024/1164)).

1. Først aftalen.
2. Så `UNSPSC`.

| ord | betydning |
|---|---|
| Post | Fakturaens del i en kategori |

### Undtagelser

Ingen.
"""


def shell() -> InteractiveShell:
    """The IPython that `display` talks to; it writes no history file."""
    HistoryManager.enabled = False
    return InteractiveShell.instance()


def shown(call: Callable[[], None]) -> list[NotebookNode]:
    """The outputs of a cell that makes this call, as they stand in a saved notebook."""
    shell()
    with capture_output() as captured:
        call()
    return [new_output("display_data", data=dict(rich.data)) for rich in captured.outputs]


def cell(call: Callable[[], None]) -> NotebookNode:
    return new_code_cell("kode, der aldrig vises", outputs=shown(call))


def chapter(
    title: str, *parts: str | Callable[[], None], data: SimpleNamespace | None = None
) -> NotebookNode:
    """A notebook: its heading, `kapitel`, then Markdown (text) and outputs (calls) in order."""
    data = data or delivered()
    cells = [new_markdown_cell(f"# {title}"), cell(lambda: show.kapitel(data))]
    cells += [new_markdown_cell(part) if isinstance(part, str) else cell(part) for part in parts]
    notebook = new_notebook(cells=cells)
    nbformat.validate(notebook)
    return notebook


def delivered(kommune: str = "Vejle", aar: int = 2024, **leverance: object) -> SimpleNamespace:
    """As much of `load.Data` as `kapitel` asks for."""
    facts = {
        "navn": "Syntetisk Danmark",
        "syntetisk": True,
        "valuta": "DKK",
        "datobasis": "fakturadato",
        "asof": dt.date(aar, 12, 31),
    }
    return SimpleNamespace(
        kommune=Kommune("630", kommune, f"{kommune} Kommune"),
        aar=aar,
        poster=pd.DataFrame({"beloeb_oere": pd.array([312_400_000_00, 50], "Int64")}),
        leverance=SimpleNamespace(**{**facts, **leverance}),
    )


def rates(names: list[str], column: str = "varekategori") -> pd.DataFrame:
    """A frame as the analyses give it, with one missing rate."""
    n = len(names)
    grad = [(i * 37 % 89) / 100 for i in range(n)]
    return pd.DataFrame(
        {
            column: names,
            "antal_fakturaer": pd.array([100 + 17 * i for i in range(n)], "Int64"),
            "fakturaer_e_handlet": pd.array([50 + i for i in range(n)], "Int64"),
            "grad_faktura": pd.array([*grad[:-1], None], "Float64"),
            "omsaetning_oere": pd.array([123_456_789_00 + i for i in range(n)], "Int64"),
            "grad_omsaetning": pd.array([*[g / 2 for g in grad[:-1]], None], "Float64"),
        }
    )


def bars(names: list[str], values: list[float]) -> Figure:
    show.use_fonts()
    figure = Figure(figsize=(6.3, 0.28 * len(names) + 0.8), layout="constrained")
    axes = figure.subplots()
    axes.barh(names, values, color="#0a6a72")
    axes.invert_yaxis()
    return figure


def chart(frame: pd.DataFrame, id: str, titel: str = "E-handelsgrad på omsætning pr. kategori") -> None:
    names = frame.iloc[:, 0].tolist()
    show.figur(
        bars(names, frame["grad_omsaetning"].fillna(0).tolist()),
        titel,
        id=id,
        alt="Kontorartikler ligger højest, telefoni lavest; fire af seks kategorier ligger under 55 pct.",
        data=frame,
        grundlag="1.234 fakturaer på aftalerne",
        kilde="Kommunens fakturadata 2024",
        note="Fødevarer undervurderes, fordi fejl i punch out ikke registreres",
    )


def tiles() -> None:
    show.noegletal(
        [
            show.Noegletal("E-handelsgrad på omsætning", 0.273, "andel", 273, 1000, "af 10 kr.",
                           talt_i="oere"),
            show.Noegletal("E-handelsgrad på fakturaer", 0.412, "andel", 41, 100, "af 123.456 fakturaer"),
            show.Noegletal("Omsætning", 312_400_000_00, "oere", grundlag="uden moms"),
        ],
        id="hovedtal",
    )  # fmt: skip


def report() -> list[NotebookNode]:
    """A report of four chapters."""
    kategorier = rates(KATEGORIER)
    intervaller = rates(list(BELOEBSINTERVALLER), "beloebsinterval")
    enheder = rates([f"Skolen ved den lange vej nr. {i}" for i in range(90)], "enhed_navn")
    brede = rates([f"Leverandør {i} med et langt navn" for i in range(30)], "leverandoer_navn").assign(
        grad_lav=0.1,
        grad_hoej=0.9,
        median=0.5,
        nedre_kvartil=0.2,
        oevre_kvartil=0.8,
        mindste=0.0,
        stoerste=1.0,
    )
    finding = "E-handelsgraden er højest på kontorartikler (88 pct.) og lavest på telefoni (10 pct.)."
    return [
        chapter(
            "Overblik",
            "Hvor stor en del af kommunens indkøb er **e-handlet**, og hvor er der mest at hente?",
            tiles,
            lambda: show.laesning(finding),
            "## Hvor skal der sættes ind?",
            lambda: show.liste(["Møbler: få store fakturaer.", "Telefoni: abonnementer."]),
        ),
        chapter(
            "Varekategorier",
            "## Hvilke kategorier e-handles mest?",
            lambda: chart(kategorier, "kategorier"),
            lambda: show.laesning(finding),
            "## Hvordan fordeler enhederne sig?",
            lambda: show.tabel(enheder, "E-handelsgrad pr. enhed", id="enheder", kilde="Data"),
        ),
        chapter(
            "Beløbsintervaller",
            "## Er små fakturaer sværere?",
            lambda: chart(intervaller, "intervaller", "E-handelsgrad på omsætning pr. beløbsinterval"),
            lambda: show.laesning("Under 250 kr. og over 5.000 kr. er graden lavere."),
            lambda: chart(kategorier.head(3)[["varekategori", "grad_omsaetning"]], "korte", "Tre kategorier"),
        ),
        chapter(
            "Metode",
            METODE,
            lambda: show.tabel(brede, "Mange kolonner", id="brede"),
        ),
    ]  # fmt: skip
