"""
Files → grids: rows of text cells, exactly as a spreadsheet would show them, with its row numbers.

Everything is text here, dates and numbers too: what a text means is decided
later, column by column, where the other values of the column can be asked. A
typed number leaves no such question: it is written in a form that has one meaning.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import reduce

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from ehandel_lib.errors import UnreadableFileError
from ehandel_lib.read.encoding import decode
from ehandel_lib.read.files import ZIP_FEJL, Fil, too_large

SKILLETEGN = (";", ",", "\t", "|")

#: A header is looked for in so many rows from the top. The longest preamble met was 18 rows.
HOVED = 100

#: More columns than any extract has; a file beyond that is no table.
BREDESTE = 2000

#: What Excel itself keeps of a number; the rest of a double is noise (0.1 + 0.2).
EXCEL_CIFRE = 15

#: Decimals of a typed number that are kept; an amount has two, and a quantity or a price few more.
DECIMALER = 6

#: "1.234" may be a thousand or a little more than one; with any other number of decimals there is no doubt.
AMBIGUOUS = 3

#: Older formats and other programs' are not read: what reads them breaks down on damaged files.
REGNEARK = (".xlsx", ".xlsm")

#: Excel holds at most 1,048,576 rows; with 100 columns that is as much as an extract ever fills.
CELLER = 110_000_000


@dataclass(frozen=True)
class Grid:
    """
    The rows of one sheet: text columns ``"0"``, ``"1"``, …, `bredde` (cells in the row) and `kilde_raekke`.

    `ark` is the sheet's name where a file has several; `noter` what was decided in order to read it.
    """

    rows: pl.DataFrame
    noter: tuple[str, ...] = ()
    ark: str = ""

    def head(self) -> list[tuple[str, ...]]:
        """The cells of the first rows."""
        cells = self.rows.head(HOVED).drop("bredde", "kilde_raekke").fill_null("")
        return [tuple(" ".join(cell.split()) for cell in row) for row in cells.iter_rows()]


def csv_grid(file: Fil, score: Callable[[Sequence[Sequence[str]]], tuple[int, ...]]) -> Grid:
    """
    The grid of a delimited text file.

    `score` judges the first rows, cut by each separator in turn; the separator with the best ones is taken.
    """
    text, notes = decode(file.read(), file.navn)
    text = text.replace("\r\n", "\n")
    # a lone carriage return is a line end on old machines, and a stray sign in all other files
    text = text.replace("\r", " " if "\n" in text else "\n").removesuffix("\n")
    top = "\n".join(text.split("\n", HOVED)[:HOVED])
    heads = {
        mark: [[" ".join(c.split()) for c in row] for row in _parsed(top, mark)[0]] for mark in SKILLETEGN
    }
    best = max(heads, key=lambda mark: score(heads[mark]))
    said = (*notes, f"skilletegn: {'tabulator' if best == chr(9) else best}")
    simple = _simple(text, best)
    if simple is not None:
        return Grid(simple, said)
    rows, more = _parsed(text, best)
    return Grid(_frame(rows), (*said, *more))


def _simple(text: str, separator: str) -> pl.DataFrame | None:
    """
    The rows of a text whose every line is a row with sound quotation marks; nothing if it is not such a text.

    Ten times as fast as the `csv` module, and most files are so. Widths are counted here, since Polars fills
    a short row up without a word.
    """
    lines = pl.Series("line", text.split("\n"), dtype=pl.String)
    mark = re.escape(separator)
    quoted = lines.filter(lines.str.contains('"', literal=True))
    cell = f'(?:[^"{mark}]*|"(?:[^"]|"")*")'
    if not quoted.str.contains(f"^{cell}(?:{mark}{cell})*$").all():
        return None
    widths = lines.str.replace_all('"[^"]*"', "").str.count_matches(mark).cast(pl.Int64) + 1
    widest = int(widths.max())  # type: ignore[arg-type]
    if widest > BREDESTE:
        return None
    # Polars takes the width from the first line, so it gets one of the full width
    first = separator * (widest - 1) + "\n"
    rows = pl.read_csv(
        io.BytesIO((first + text).encode()),
        separator=separator,
        has_header=False,
        quote_char='"' if len(quoted) else None,
        new_columns=[str(n) for n in range(widest)],
        infer_schema=False,
        empty_string_is_null=False,
        raise_if_empty=False,
    ).slice(1)
    if rows.height != len(lines):
        return None
    numbered = rows.with_columns(bredde=widths, kilde_raekke=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    return numbered.filter(pl.any_horizontal(pl.col(str(n)).str.strip_chars() != "" for n in range(widest)))


def _parsed(text: str, separator: str) -> tuple[list[list[str]], tuple[str, ...]]:
    """The rows; if the quotation marks do not pair, each line is a row of its own."""
    try:
        return list(csv.reader(io.StringIO(text, newline="\n"), delimiter=separator, strict=True)), ()
    except csv.Error:
        rows = [_line(line, separator) for line in text.split("\n")]
        return rows, ("anførselstegnene går ikke op; læst linje for linje",)


def _line(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return line.split(separator)


def _frame(rows: Iterable[list[str]]) -> pl.DataFrame:
    """Rows of any width as a frame; blank rows keep their number but are left out."""
    numbered = [(n, row) for n, row in enumerate(rows, 1) if any(map(str.strip, row))]
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


def sheets(file: Fil) -> Iterator[Grid]:
    """The sheets of a workbook that hold anything, hidden ones too."""
    raw = file.read()
    _refuse_bombs(file, raw)
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(raw))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if rows:
                yield Grid(_frame([_cell(value) for value in row] for row in rows), (f"ark: {name}",), name)
    except (CalamineError, OSError, ValueError, IndexError, KeyError):
        raise UnreadableFileError(
            f"{file.navn} kan ikke læses som regneark (er den beskadiget eller beskyttet med adgangskode?)."
        ) from None


def _refuse_bombs(file: Fil, raw: bytes) -> None:
    """A workbook is a zip file; refuse one that would unpack to too much, or has a cell far away."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            faults = [fault for member in archive.infolist() if (fault := too_large(member))]
            names = (
                [m for m in archive.namelist() if fnmatchcase(m, "*worksheets/*.xml")] if not faults else []
            )
            faults += [fault for name in names if (fault := _too_wide(archive.read(name)))]
    except ZIP_FEJL:
        return  # the reader says what is wrong
    if faults:
        raise UnreadableFileError(f"{file.navn} åbnes ikke: {faults[0]}")


def _too_wide(sheet: bytes) -> str:
    """
    Why the cells of a sheet cannot all be laid out, or nothing.

    The reader makes room for every cell up to the last one, so that a stray cell in XFD1048576 would fill the
    machine.
    """
    places = [(m[1], int(m[2])) for m in re.finditer(rb'<c\b[^>]*?\sr="([A-Z]+)([0-9]{1,9})"', sheet)]
    last = max((row for _, row in places), default=0)
    letters = max((column for column, _ in places), key=lambda c: (len(c), c), default=b"")
    width = reduce(lambda n, letter: 26 * n + letter - 64, letters, 0)
    if last * width <= CELLER:
        return ""
    return f"et ark går ud til celle {letters.decode()}{last}; slet de tomme rækker og kolonner."


def _cell(value: object) -> str:
    """
    A typed value as text.

    Examples
    --------
    >>> _cell(3053440.0), _cell(0.1 + 0.2), _cell(date(2023, 1, 2)), _cell(True)
    ('3053440', '0,3', '2023-01-02', 'ja')
    """
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, float):
        digits = f"{value:.{EXCEL_CIFRE}g}".replace("e", "E")
        # beyond its digits a double is no amount and no number of anything
        return _number(Decimal(digits)) if abs(value) < 10**EXCEL_CIFRE else digits
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _number(value: Decimal) -> str:
    """
    A number in the one form that cannot be read in two ways: a comma, and never just three decimals after it.

    Examples
    --------
    >>> [_number(Decimal(x)) for x in ("12.345", "1234.5", "7.000", "-0.30", "33.3333333333333", "1E-9")]
    ['12,3450', '1234,5', '7', '-0,3', '33,333333', '0']
    """
    whole, _, decimals = f"{value:.{DECIMALER}f}".partition(".")
    decimals = decimals.rstrip("0")
    if not decimals:
        return "0" if whole == "-0" else whole
    return f"{whole},{decimals}{'0' if len(decimals) == AMBIGUOUS else ''}"


def parquet_grid(file: Fil) -> Grid:
    """The grid of a Parquet file; its column names are row 1, as they would be in a spreadsheet."""
    try:
        # pyarrow refuses a damaged file where Polars 2.1 may end the whole process
        table = pq.read_table(pa.BufferReader(file.read()))
        table.validate(full=True)
        frame = pl.DataFrame(table)
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError, MemoryError):
        raise UnreadableFileError(f"{file.navn} kan ikke læses som Parquet (er den beskadiget?).") from None
    nested = [
        name for name, kind in frame.schema.items() if kind.is_nested() or kind in (pl.Binary, pl.Object)
    ]
    if nested:
        raise UnreadableFileError(
            f"{file.navn} har kolonner, der ikke er tal, dato eller tekst: {', '.join(nested)}."
        )
    names = dict(zip(frame.columns, map(str, range(frame.width)), strict=True))
    body = frame.select(_text(pl.col(name), frame.schema[name]).alias(new) for name, new in names.items())
    header = pl.DataFrame({new: [name] for name, new in names.items()}, schema=body.schema)
    rows = pl.concat([header, body])
    return Grid(
        rows.with_columns(bredde=pl.lit(frame.width, pl.Int64)).with_row_index("kilde_raekke", 1)
        .with_columns(pl.col("kilde_raekke").cast(pl.Int64))
    )  # fmt: skip


def _text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A typed column as the text that a spreadsheet would show."""
    if kind == pl.Boolean:
        return pl.when(column).then(pl.lit("ja")).when(~column).then(pl.lit("nej"))
    if kind.is_float() or kind.is_decimal():
        return column.map_elements(_cell, return_dtype=pl.String)
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M:%S")
    return column.cast(pl.String)
