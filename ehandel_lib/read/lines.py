"""
Delimited text → rows, a block of lines at a time.

A line whose quotation marks are sound is a row, and Polars reads a block of such
lines ten times as fast as the `csv` module, which reads the others: a cell may
hold a line break. What comes out is the same as if the whole file had been read at
once.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from ehandel_lib import hukommelse

#: So many lines are read at a time, where there is memory for them.
BLOK = 200_000

#: Or so many characters, where lines are long.
BLOK_TEGN = 64 * 2**20

#: More columns than any extract has; a file beyond that is no table.
BREDESTE = 2000

#: What the `csv` module says of a cell that does not end; its end may be in the next block.
UAFSLUTTET = "unexpected end of data"


def at_a_time() -> int:
    """So many lines are read at a time."""
    return min(BLOK, hukommelse.linjer())


def unbroken(pieces: Iterable[str], feeds: bool) -> Iterator[str]:
    """
    Text with line feeds as its only line ends.

    A lone carriage return is a line end on old machines, and a stray sign in files that have line feeds.

    Examples
    --------
    >>> "".join(unbroken(["a\\r", "\\nb\\r", "c"], True))
    'a\\nb c'
    """
    held = ""
    for piece in pieces:
        text = held + piece
        held = "\r" if text.endswith("\r") else ""
        yield _line_ends(text.removesuffix("\r"), feeds)
    yield _line_ends(held, feeds)


def _line_ends(text: str, feeds: bool) -> str:
    return text.replace("\r\n", "\n").replace("\r", " " if feeds else "\n") if "\r" in text else text


def blocks_of_lines(pieces: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Whole lines, many at a time, without the last line's end, and whether they are the last."""
    waiting: list[str] = []
    full = at_a_time()
    lines = characters = 0
    ready: str | None = None
    for piece in pieces:
        waiting.append(piece)
        lines, characters = lines + piece.count("\n"), characters + len(piece)
        if lines and (lines >= full or characters >= BLOK_TEGN):
            if ready is not None:
                yield ready, False
            ready, rest = _cut("".join(waiting))
            waiting, lines, characters = [rest], 0, len(rest)
    text = "".join(waiting).removesuffix("\n")
    if ready is not None:
        yield ready, not text
    if text or ready is None:
        yield text, True


def _cut(text: str) -> tuple[str, str]:
    place = text.rindex("\n")
    return text[:place], text[place + 1 :]


def pairs(blocks: Iterable[tuple[str, bool]], separator: str) -> bool:
    """Do the quotation marks of the whole text pair, so that a cell may hold a line break?"""
    try:
        for _ in _records(blocks, separator, paired=True):
            pass
    except csv.Error:
        return False
    return True


def rows(
    blocks: Iterable[tuple[str, bool]], separator: str, *, paired: bool, sound: bool = False
) -> Iterator[pl.DataFrame]:
    """
    The rows of a text: text columns ``"0"``, ``"1"``, …, `bredde` and `kilde_raekke`; blank ones left out.

    Parameters
    ----------
    blocks : iterable
        What `blocks_of_lines` gave.
    separator : str
        What stands between cells.
    paired : bool
        Do the quotation marks pair? If not, each line is a row of its own.
    sound : bool
        Is it known that they do so in each line?
    """
    before = 0
    each = ((text, None) for text, _ in blocks) if sound else _records(blocks, separator, paired=paired)
    for text, records in each:
        block = simple(text, separator, before) if records is None else None
        if block is None:
            records = top_rows(text, separator) if records is None else records
            block = frame(records, before)
        before += text.count("\n") + 1 if records is None else len(records)
        if block.height:
            yield block


def _records(
    blocks: Iterable[tuple[str, bool]], separator: str, *, paired: bool
) -> Iterator[tuple[str, list[list[str]] | None]]:
    """Each block as text, where all of its lines are rows, else as the rows that end in it."""
    held = ""
    for text, last in blocks:
        text = f"{held}\n{text}" if held else text
        held = ""
        if _is_simple(text, separator):
            yield text, None
        elif paired:
            records, held = _parsed(text, separator, last)
            yield "", records
        else:
            yield "", [_line(line, separator) for line in text.split("\n")]


def _parsed(text: str, separator: str, last: bool) -> tuple[list[list[str]], str]:
    """The rows that end in the text, and the text of one that does not."""
    # a blank last line is a row too, since a line end follows
    reader = csv.reader(io.StringIO(f"{text}\n", newline="\n"), delimiter=separator, strict=True)
    records: list[list[str]] = []
    read = 0
    try:
        for record in reader:
            records.append(record)
            read = reader.line_num
    except csv.Error as error:
        if last or str(error) != UAFSLUTTET:
            raise
        return records, "\n".join(text.split("\n")[read:])
    return records, ""


def top_rows(text: str, separator: str) -> list[list[str]]:
    """The rows of a few lines; if the quotation marks do not pair, each line is a row of its own."""
    try:
        return _parsed(text, separator, last=True)[0]
    except csv.Error:
        return [_line(line, separator) for line in text.split("\n")]


def _line(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return line.split(separator)


def _is_simple(text: str, separator: str) -> bool:
    """Is every line a row with sound quotation marks?"""
    return '"' not in text or all_sound(quoted(text.encode())[1], separator)


def quoted(raw: bytes) -> tuple[np.ndarray, list[str]]:
    """The lines that have a quotation mark, and which they are; they are few, and no other is looked at."""
    signs = np.frombuffer(raw, np.uint8)
    ends = np.append(np.flatnonzero(signs == ord("\n")), len(signs))
    numbers = np.unique(np.searchsorted(ends, np.flatnonzero(signs == ord('"'))))
    starts = np.append(0, ends + 1)[numbers]
    places = zip(starts.tolist(), ends[numbers].tolist(), strict=True)
    return numbers, [raw[start:end].decode("utf-8", "replace") for start, end in places]


def all_sound(lines: list[str], separator: str) -> bool:
    """Does each line begin and end its quoted cells where a cell begins and ends?"""
    mark = re.escape(separator)
    cell = f'(?:[^"{mark}]*|"(?:[^"]|"")*")'
    return bool(pl.Series("line", lines, pl.String).str.contains(f"^{cell}(?:{mark}{cell})*$").all())


def _widths(raw: bytes, separator: str) -> np.ndarray:
    """How many cells each line has; a separator within quotation marks is none."""
    signs = np.frombuffer(raw, np.uint8)
    ends = np.append(np.flatnonzero(signs == ord("\n")), len(signs))
    marks = np.flatnonzero(signs == ord(separator))
    widths = np.diff(np.searchsorted(marks, ends), prepend=0) + 1
    if b'"' in raw:
        numbers, lines = quoted(raw)
        bare = pl.Series("line", lines, pl.String).str.replace_all('"[^"]*"', "")
        widths[numbers] = bare.str.count_matches(separator, literal=True).to_numpy() + 1
    return widths


def simple(text: str, separator: str, before: int) -> pl.DataFrame | None:
    """
    The rows of a text whose every line is one, or nothing where Polars does not take it so.

    Widths are counted, since Polars fills a short row up without a word.
    """
    raw = text.encode()
    widths = _widths(raw, separator)
    widest = int(widths.max())
    if widest > BREDESTE:
        return None
    # Polars takes the width from the first line, so it gets one of the full width
    first = (separator * (widest - 1) + "\n").encode()
    cells = pl.read_csv(
        io.BytesIO(first + raw),
        separator=separator,
        has_header=False,
        quote_char='"' if '"' in text else None,
        new_columns=[str(n) for n in range(widest)],
        infer_schema=False,
        empty_string_is_null=False,
        raise_if_empty=False,
    ).slice(1)
    if cells.height != len(widths):
        return None
    numbers = pl.int_range(before + 1, before + pl.len() + 1, dtype=pl.Int64)
    return _unblank(
        cells.with_columns(bredde=pl.Series(widths, dtype=pl.Int64), kilde_raekke=numbers), widest
    )


def _unblank(rows: pl.DataFrame, width: int) -> pl.DataFrame:
    """The rows that hold anything; only those whose first cell is blank are looked at further."""
    first, *others = (pl.col(str(n)).str.strip_chars() != "" for n in range(width))
    held = rows.select(first).to_series()
    if held.all():
        return rows
    rest = rows.filter(~held).select(pl.any_horizontal(first, *others)).to_series()
    place = (~held).cum_sum().cast(pl.Int64) - 1
    return rows.filter(pl.select(pl.when(held).then(True).otherwise(rest.gather(place.clip(0)))).to_series())


def frame(records: Iterable[list[str]], before: int = 0) -> pl.DataFrame:
    """Rows of any width as a frame; blank rows keep their number but are left out."""
    numbered = [(n, row) for n, row in enumerate(records, before + 1) if any(map(str.strip, row))]
    widths = [len(row) for _, row in numbered]
    columns = itertools.zip_longest(*(row for _, row in numbered))
    cells = {str(n): pl.Series(str(n), list(column), dtype=pl.String) for n, column in enumerate(columns)}
    numbers = [n for n, _ in numbered]
    return pl.DataFrame(
        {
            **cells,
            "bredde": pl.Series(widths, dtype=pl.Int64),
            "kilde_raekke": pl.Series(numbers, dtype=pl.Int64),
        }
    )
