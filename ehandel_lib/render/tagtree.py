"""
The row headings of the tables in a tagged PDF.

Typst tags the cells of a table's first row as headings but not the cell that names
a row; a screen reader then says a number without saying whose. This step goes
through the tag tree and makes that cell a heading of its row.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name


def row_headers(raw: bytes, name_at: list[int]) -> bytes:
    """
    The PDF with the name cell of each body row tagged as its heading.

    Parameters
    ----------
    raw : bytes
        A tagged PDF.
    name_at : list of int
        For each table, in the order of the document, the place of the cell that names the row.
    """
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        tables = list(_of_type(pdf.Root.StructTreeRoot, "/Table"))
        assert len(tables) == len(name_at), f"{len(tables)} tables tagged, {len(name_at)} expected"
        for table, place in zip(tables, name_at, strict=True):
            for row in _of_type(table, "/TR"):
                _tag(list(_children(row)), place)
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return out.getvalue()


def _tag(cells: list[Any], place: int) -> None:
    """Make the cell a row heading, unless the whole row is headings."""
    if place >= len(cells) or cells[place].S != Name.TD:
        return
    cell = cells[place]
    cell.S = Name.TH
    cell.A = Array([*_attributes(cell), Dictionary(O=Name.Table, Scope=Name.Row)])


def _attributes(cell: Any) -> list[Any]:
    if "/A" not in cell:
        return []
    return list(cell.A) if isinstance(cell.A, Array) else [cell.A]


def _children(element: Any) -> Iterator[Any]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid


def _of_type(element: Any, kind: str) -> Iterator[Any]:
    """The elements of a type, in reading order; not those inside another of that type."""
    for child in _children(element):
        if kind == child.S:
            yield child
        else:
            yield from _of_type(child, kind)
