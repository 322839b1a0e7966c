"""
From exploration to report: a view becomes a chapter of its own that calls the library, with nothing copied.

A chapter is a notebook in `notebooks/egne/`. It keeps the laws of all chapters (`run.laws`), and every report
made afterwards has it, whichever municipality it is for: a group that is not found there is empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ehandel_lib.errors import ParameterError
from ehandel_lib.reference import PROJECT
from ehandel_lib.sentences.udsnit import overskrift

#: Where an office's own chapters lie.
EGNE = PROJECT / "notebooks" / "egne"

#: A chapter's name becomes a file's name, and part of an id: letters, digits and blanks.
NAVN = re.compile(r"[A-Za-zÆØÅæøå][\wÆØÅæøå -]{0,39}", re.ASCII)

_BOGSTAVER = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": "_", "-": "_"})

_PARAMETRE = 'kommune = "Vejle"\naar = None  # type: int\nleverance = "data/demo"'

_HENT = """from ehandel_lib import charts, rates, sentences
from ehandel_lib.load import hent
from ehandel_lib.show import figur, kapitel, laesning
from ehandel_lib.explore import muligt_udsnit, per_gruppe

data = hent(kommune, aar, leverance)
kapitel(data)"""

_INDLEDNING = """Kapitlet er lavet af kontoret selv.
Det viser, hvor meget der e-handles i det valgte udsnit."""

_METODE = """## Sådan er der talt
Graderne er talt som i resten af rapporten: hver faktura én gang i hver gruppe, og beløb uden moms.
De største grupper er vist, og resten står samlet som Øvrige.
Grupper med færre end fem fakturaer viser ingen tal."""


def gem(navn: str, gruppe: str, maal: str, valg: Mapping[str, str], mappe: Path = EGNE) -> str:
    """
    Write a view as a chapter, or add it to the chapter of that name.

    Parameters
    ----------
    navn : str
        The chapter's title.
    gruppe, maal : str
        What `per_gruppe` is asked for.
    valg : mapping
        What `udsnit` is asked for.
    mappe : Path, optional
        The folder of own chapters.

    Returns
    -------
    str
        The file, from the project's root where it lies in it.

    Raises
    ------
    ParameterError
        The name cannot be a file's name, or the file is no chapter that can be added to.
    """
    path = mappe / f"{_slug(navn)}.ipynb"
    notebook = nbformat.read(path, as_version=4) if path.exists() else _new(navn.strip(), valg)
    number = 1 + sum("figur(" in cell.source for cell in notebook.cells if cell.cell_type == "code")
    if not notebook.cells or notebook.cells[-1].cell_type != "markdown":
        raise ParameterError(f"{path.name} kan ikke udvides: dens sidste celle skal være tekst om metoden.")
    notebook.cells[-1:-1] = _pair(path.stem, number, gruppe, maal, valg)
    for place, cell in enumerate(notebook.cells):
        cell["id"] = f"celle-{place}"
    mappe.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook, version=4, ensure_ascii=False) + "\n", encoding="utf-8")
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)


def ny(navn: str, mappe: Path = EGNE) -> str:
    """
    Write a chapter to begin with: the categories, of all posts.

    Raises
    ------
    ParameterError
        The name cannot be a file's name, or there is a chapter of that name.
    """
    path = mappe / f"{_slug(navn)}.ipynb"
    if path.exists():
        raise ParameterError(f'Der er allerede et kapitel "{navn.strip()}" ({path.name}); vælg et nyt navn.')
    return gem(navn, "varekategori", "omsaetning", {}, mappe)


def _slug(navn: str) -> str:
    if not NAVN.fullmatch(navn.strip()):
        raise ParameterError(
            "Giv kapitlet et navn på højst 40 bogstaver, tal og mellemrum, der begynder med et bogstav, "
            f'fx "Møbler pr. skole" uden punktum; "{navn[:60]}" kan ikke bruges.'
        )
    return navn.strip().lower().translate(_BOGSTAVER)


def _new(navn: str, valg: Mapping[str, str]) -> NotebookNode:
    """A chapter without charts: title, parameters, the load, the finding, the method."""
    title = f"# {navn}\n{_INDLEDNING}"
    finding = (
        f"i_alt = rates.begge({_part(valg)})\nlaesning(sentences.udsnit_i_alt(i_alt, data.leverance.valuta))"
    )
    cells = [
        new_markdown_cell(title),
        new_code_cell(_PARAMETRE, metadata={"tags": ["parameters"]}),
        new_code_cell(_HENT),
        new_code_cell(finding),
        new_markdown_cell(_METODE),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _pair(stem: str, number: int, gruppe: str, maal: str, valg: Mapping[str, str]) -> list[NotebookNode]:
    """A question, its chart and its sentence."""
    question = overskrift(gruppe, valg)
    asked = ", ".join(_quoted(word) for word in (gruppe, maal))
    chart = f"""udsnit_{number} = {_part(valg)}
grupper_{number} = per_gruppe(udsnit_{number}, {asked})
figur(
    charts.udsnit(grupper_{number}),
    {_quoted(question.replace("Hvor meget e-handles", "E-handelsgrad").rstrip("?"))},
    id={_quoted(f"egen-{stem}-{number}")},
    alt=sentences.alt_udsnit(grupper_{number}, {_quoted(maal)}),
    data=grupper_{number},
    grundlag=sentences.grundlag(udsnit_{number}, data.leverance.valuta),
    kilde=sentences.KILDE,
)"""
    sentence = f"laesning(sentences.udsnit(grupper_{number}, {_quoted(maal)}))"
    return [new_markdown_cell(f"## {question}"), new_code_cell(chart), new_code_cell(sentence)]


def _part(valg: Mapping[str, str]) -> str:
    """The call of `udsnit`, as it stands in a cell."""
    chosen = "".join(f", {name}={_quoted(value)}" for name, value in valg.items())
    return f"muligt_udsnit(data.poster{chosen})" if chosen else "data.poster"


def _quoted(text: str) -> str:
    """A text as a Python literal: what JSON writes is one, whatever the text holds."""
    return json.dumps(text, ensure_ascii=False)
