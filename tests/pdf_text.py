"""
The text of a PDF as Typst writes it, with the place of each run; no program of the system is needed.

Enough for our own files: fonts of type 0 with two-byte codes and a ToUnicode map, one matrix a run.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import pikepdf


@dataclass(frozen=True)
class Run:
    """A stretch of text on one line, in points from the lower left corner of the page."""

    side: int
    x: float
    y: float
    bredde: float
    tekst: str


def runs(raw: bytes) -> list[Run]:
    """All text of the document in the order of its pages."""
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        return [run for number, page in enumerate(pdf.pages, 1) for run in _page(page, number)]


def words(raw: bytes) -> str:
    """The text with one blank between runs and without zero-width spaces, for searching in."""
    joined = " ".join(run.tekst for run in runs(raw)).replace("\u200b", "").replace("\xa0", " ")
    return re.sub(r"\s+", " ", joined)


def solid(raw: bytes) -> str:
    """The text without any blanks: for words that were broken over lines."""
    return re.sub(r"[\s\u200b\u00ad]", "", "".join(run.tekst for run in runs(raw)))


def _page(page: Any, number: int) -> list[Run]:
    fonts = {name: _font(font) for name, font in page.Resources.get("/Font", {}).items()}
    found, matrices, matrix, font, size = [], [], (1.0, 0.0, 0.0), None, 0.0
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                matrices.append(matrix)
            case "Q":
                matrix = matrices.pop()
            case "cm":
                a, _, _, _, e, f = map(float, operands)
                matrix = (matrix[0] * a, matrix[1] + matrix[0] * e, matrix[2] + matrix[0] * f)
            case "Tf":
                font, size = fonts[str(operands[0])], float(operands[1])
            case "Tm":
                place = float(operands[4]), float(operands[5])
            case "Tj" | "TJ":
                parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                text, width = _shown(list(parts), *font)
                x, y = matrix[1] + matrix[0] * place[0], matrix[2] - matrix[0] * place[1]
                found.append(Run(number, x, y, width * size / 1000 * matrix[0], text))
    return found


def _shown(parts: list[Any], letters: dict[int, str], widths: dict[int, float]) -> tuple[str, float]:
    text, width = "", 0.0
    for part in parts:
        if isinstance(part, pikepdf.String):
            codes = bytes(part)
            for code in (int.from_bytes(codes[i : i + 2], "big") for i in range(0, len(codes), 2)):
                text += letters.get(code, "\ufffd")
                width += widths.get(code, 0.0)
        else:
            width -= float(part)
    return text, width


def _font(font: Any) -> tuple[dict[int, str], dict[int, float]]:
    cmap = font.ToUnicode.read_bytes().decode("ascii")
    letters = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-F]+)>\s*<([0-9A-F]+)>", block):
            letters[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    widths: dict[int, float] = {}
    values = list(font.DescendantFonts[0].W)
    while values:
        first, second = int(values[0]), values[1]
        if isinstance(second, pikepdf.Array):
            widths |= {first + i: float(w) for i, w in enumerate(second)}
            values = values[2:]
        else:
            widths |= {code: float(values[2]) for code in range(first, int(second) + 1)}
            values = values[3:]
    return letters, widths
