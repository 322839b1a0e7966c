"""
The laws of a chapter: what makes a notebook one that a report can hold.

A cell calls the library and does not define, loop, branch or catch; a chart has words; a heading is the
reader's question. Each law is a function that gives one Danish sentence for each breach.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ehandel_lib.errors import ParameterError, ReportError
from ehandel_lib.run.depth import KORT, MAERKE, at_depth

#: What a cell may not hold, and how a Danish sentence names it.
FORBUDT = {
    ast.FunctionDef: "en funktion (def)",
    ast.AsyncFunctionDef: "en funktion (def)",
    ast.ClassDef: "en klasse (class)",
    ast.Lambda: "en funktion (lambda)",
    ast.For: "en løkke (for)",
    ast.While: "en løkke (while)",
    ast.If: "en forgrening (if)",
    ast.IfExp: "en forgrening (if)",
    ast.Match: "en forgrening (match)",
    ast.Try: "et fejlfang (try)",
    ast.With: "en blok (with)",
    ast.ListComp: "en løkke i en liste",
    ast.SetComp: "en løkke i en mængde",
    ast.DictComp: "en løkke i en ordbog",
    ast.GeneratorExp: "en løkke i et udtryk",
}

#: What sets up or silences; that is the library's and the runner's business.
OPSAETNING = re.compile(r"sys\.path|^[%!]|warnings|rcParams|display\(|print\(", re.MULTILINE)

#: A cell that is longer than this does something that belongs in the library.
LINJER = 12

#: What the last heading of a chapter is.
SIDSTE = ("## Sådan er der talt", "## Hvad er ikke med?")

#: How the second code cell ends.
HENT = "data = hent(kommune, aar, leverance)\nkapitel(data)"

Brud = Iterator[str]


def tjek(path: Path) -> list[str]:
    """
    All breaches of a law in a chapter, one Danish sentence each; none is best.

    Parameters
    ----------
    path : Path
        The notebook.

    Raises
    ------
    ReportError
        It cannot be read as a notebook.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, nbformat.ValidationError):
        raise ReportError(f"{path.name} kan ikke læses som en notebook.") from None
    try:
        for cell in _code(notebook.cells):
            ast.parse(cell.source)
    except SyntaxError as error:
        return [f'linjen "{(error.text or "").strip()}" er ikke Python, der kan læses.']
    return [sentence for law in LOVE for sentence in law(notebook)]


def _code(cells: list[NotebookNode]) -> list[NotebookNode]:
    return [cell for cell in cells if cell.cell_type == "code"]


def _tags(cell: NotebookNode) -> list[str]:
    tags: list[str] = cell.metadata.get("tags", [])
    return tags


def _short(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells of the short form."""
    cells: list[NotebookNode] = at_depth(notebook, KORT).cells
    return cells


def calls(cell: NotebookNode, *names: str) -> list[ast.Call]:
    """The calls of functions by their bare names in a code cell; none in a text."""
    if cell.cell_type != "code":
        return []
    nodes = ast.walk(ast.parse(cell.source))
    return [
        n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in names
    ]


def _place(cell: NotebookNode) -> str:
    first = next((line for line in cell.source.splitlines() if line.strip()), "")
    return f'cellen, der begynder "{first.strip()[:50]}",'


def _title(notebook: NotebookNode) -> Brud:
    first = notebook.cells[0] if notebook.cells else nbformat.v4.new_markdown_cell()
    is_text = first.cell_type == "markdown" and first.source.startswith("# ")
    if not is_text or len(first.source.splitlines()) != 3:
        yield "den første celle skal være en titel (# …) fulgt af to sætninger på hver sin linje."


def _parameters(notebook: NotebookNode) -> Brud:
    code = _code(notebook.cells)
    if [n for n, cell in enumerate(code) if "parameters" in _tags(cell)] != [0]:
        yield "den første kodecelle, og ingen anden, skal have mærket parameters."
        return
    for statement in ast.parse(code[0].source).body:
        try:
            assert isinstance(statement, ast.Assign)
            ast.literal_eval(statement.value)
        except (AssertionError, ValueError):
            yield "parametercellen må kun have faste værdier (kommune, aar, leverance)."


def _load(notebook: NotebookNode) -> Brud:
    code = _code(notebook.cells)
    if len(code) < 2 or not code[1].source.endswith(HENT):
        yield "den anden kodecelle skal slutte med: data = hent(kommune, aar, leverance) og kapitel(data)."
    for cell in code[2:]:
        if calls(cell, "hent") or re.search(r"^(?:from|import) ", cell.source, re.MULTILINE):
            yield f"{_place(cell)} henter eller importerer; det hører til i den anden kodecelle."


def _thin(notebook: NotebookNode) -> Brud:
    for cell in _code(notebook.cells):
        found = {FORBUDT[type(n)]: None for n in ast.walk(ast.parse(cell.source)) if type(n) in FORBUDT}
        for what in found:
            yield f"{_place(cell)} har {what}; skriv det som en funktion i biblioteket, og kald den."
        if len(cell.source.splitlines()) > LINJER:
            yield f"{_place(cell)} er på {len(cell.source.splitlines())} linjer; højst {LINJER}."
        if OPSAETNING.search(cell.source):
            yield f"{_place(cell)} sætter noget op eller skriver selv ud; brug tabel, figur og laesning."


def _charts(notebook: NotebookNode) -> Brud:
    for cell in _code(notebook.cells):
        charts = calls(cell, "figur")
        if len(charts) > 1:
            yield f"{_place(cell)} har {len(charts)} figurer; højst én i hver celle."
        for chart in charts:
            given = {keyword.arg for keyword in chart.keywords}
            missing = [name for name in ("id", "alt", "data", "kilde") if name not in given]
            if len(chart.args) != 2:
                yield f"figuren i {_place(cell).rstrip(',')} skal have en figur og en titel."
            if missing:
                yield f"figuren i {_place(cell).rstrip(',')} mangler {', '.join(missing)}."


def _sentences(notebook: NotebookNode) -> Brud:
    seen = dict.fromkeys(
        _place(cell)
        for cells in (notebook.cells, _short(notebook))
        for cell, after in pairwise([*cells, nbformat.v4.new_markdown_cell()])
        if calls(cell, "figur") and not calls(after, "laesning")
    )
    for place in seen:
        yield f"efter figuren i {place.rstrip(',')} skal der stå en laesning, som siger, hvad den viser."


def _bottom_line(notebook: NotebookNode) -> Brud:
    for cell in _short(notebook):
        if calls(cell, "laesning"):
            return
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            break
    yield "konklusionen (en laesning) skal stå før den første overskrift."


def _headings(notebook: NotebookNode) -> Brud:
    texts = [cell for cell in notebook.cells[1:] if cell.cell_type == "markdown"]
    heads = [(cell.source.splitlines() or [""])[0] for cell in texts]
    if not texts or notebook.cells[-1] is not texts[-1] or heads[-1] not in SIDSTE:
        yield f'den sidste celle skal være metoden, med overskriften "{SIDSTE[0]}".'
    for head in heads[:-1]:
        if not re.fullmatch(r"## .+\?", head):
            yield f'overskriften "{head[:60]}" skal være læserens spørgsmål (## … ?).'


def _lines(notebook: NotebookNode) -> Brud:
    for cell in notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else []:
            if re.search(r"[.?!] [A-ZÆØÅ]", line):
                yield f'linjen "{line[:60]}" har flere sætninger; én på hver linje.'
            elif not line.startswith("#") and not line.endswith((".", "?")):
                yield f'linjen "{line[:60]}" skal slutte med punktum.'


def _detail(notebook: NotebookNode) -> Brud:
    shown = _short(notebook)
    for cell, after in pairwise(shown):
        alone = cell.cell_type == "markdown" and cell.source.startswith("## ") and "\n" not in cell.source
        if alone and after.cell_type != "code":
            yield f'overskriften "{cell.source[:60]}" har intet under sig i kort form; mærk den {MAERKE}.'
    detail = [cell for cell in notebook.cells if MAERKE in _tags(cell)]
    missing = (_names(detail, ast.Store) - _names(shown, ast.Store)) & _names(shown, ast.Load)
    for name in sorted(missing):
        yield f"den korte form bruger {name}, som kun en celle med mærket {MAERKE} laver."


def _names(cells: list[NotebookNode], context: type[ast.expr_context]) -> set[str]:
    """The names that code cells bind (`ast.Store`) or use (`ast.Load`)."""
    nodes = [node for cell in _code(cells) for node in ast.walk(ast.parse(cell.source))]
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


LOVE: tuple[Callable[[NotebookNode], Brud], ...] = (
    _title, _parameters, _load, _thin, _charts, _sentences, _bottom_line, _headings, _lines, _detail,
)  # fmt: skip


def breaches(path: Path, others: list[Path]) -> list[str]:
    """What `tjek` finds, and the ids of the chapter that another one of the same report uses."""
    found = tjek(path)
    if found:
        return found
    own, taken = ids(path), {name for other in others for name in ids(other)}
    twice = sorted({name for name in own if name in taken or own.count(name) > 1})
    return [f'id="{name}" er brugt før; hver figur og tabel skal have sit eget.' for name in twice]


def hold(chapters: list[Path], report: list[Path]) -> None:
    """
    Refuse chapters that break a law, before anything runs.

    Parameters
    ----------
    chapters : list of Path
        Those to look at.
    report : list of Path
        All chapters of the report.

    Raises
    ------
    ParameterError
        All breaches of the first of them that has any.
    """
    for path in chapters:
        if found := breaches(path, [other for other in report if other != path]):
            place = f"{path.parent.name}/{path.name} kan ikke være med i rapporten:"
            raise ParameterError("\n  ".join([place, *found]))


def ids(path: Path) -> list[str]:
    """The ids that a chapter gives its figures, tables and key figures; in a report each is used once."""
    return [
        str(ast.literal_eval(keyword.value))
        for cell in nbformat.read(path, as_version=4).cells
        for call in calls(cell, "figur", "tabel", "noegletal")
        for keyword in call.keywords
        if keyword.arg == "id"
    ]
