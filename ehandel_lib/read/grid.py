"""
Files → grids: rows of text cells, exactly as a spreadsheet would show them, with its row numbers.

Everything is text here, dates and numbers too: what a text means is decided
later, column by column, where the other values of the column can be asked. A
typed number leaves no such question: it is written in a form that has one meaning.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import partial, reduce

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from ehandel_lib.errors import UnreadableFileError
from ehandel_lib.read import lines
from ehandel_lib.read.encoding import Tegnsaet, survey, texts
from ehandel_lib.read.files import ZIP_FEJL, Fil, too_large

SKILLETEGN = (";", ",", "\t", "|")

#: A header is looked for in so many rows from the top. The longest preamble met was 18 rows.
HOVED = 100

#: What Excel itself keeps of a number; the rest of a double is noise (0.1 + 0.2).
EXCEL_CIFRE = 15

#: Decimals of a typed number that are kept; an amount has two, and a quantity or a price few more.
DECIMALER = 6

#: "1.234" may be a thousand or a little more than one; with any other number of decimals there is no doubt.
AMBIGUOUS = 3

#: Older formats and other programs' are not read: what reads them breaks down on damaged files.
REGNEARK = (".xlsx", ".xlsm")

#: What the readers raise on files that are broken, in one way or another.
REGNEARK_FEJL = (CalamineError, OSError, ValueError, IndexError, KeyError)
PARQUET_FEJL = (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError, MemoryError)

#: Excel holds at most 1,048,576 rows; with 100 columns that is as much as an extract ever fills.
CELLER = 110_000_000


@dataclass(frozen=True)
class Grid:
    """
    The rows of one sheet: text columns ``"0"``, ``"1"``, …, `bredde` (cells in the row) and `kilde_raekke`.

    `blocks` reads them from the start, many at a time; the first block has the first `HOVED` rows. `ark` is
    the sheet's name where a file has several; `noter` what was decided in order to read it. `top` is a faster
    way to the first rows alone.
    """

    blocks: Callable[[], Iterator[pl.DataFrame]]
    noter: tuple[str, ...] = ()
    ark: str = ""
    top: Callable[[], Iterator[pl.DataFrame]] | None = None

    def head(self) -> list[tuple[str, ...]]:
        """The cells of the first rows."""
        first = next(self.top(), None) if self.top else None
        if first is None or first.height < HOVED:
            first = next(self.blocks(), None)
        if first is None:
            return []
        cells = first.head(HOVED).drop("bredde", "kilde_raekke").fill_null("")
        return [tuple(" ".join(cell.split()) for cell in row) for row in cells.iter_rows()]


def _from_the_top(blocks: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows, the first `HOVED` of them in one block."""
    first: list[pl.DataFrame] = []
    while sum(block.height for block in first) < HOVED and (block := next(blocks, None)) is not None:
        first.append(block)
    if first:
        yield pl.concat(first, how="diagonal")
    yield from blocks


def csv_grid(file: Fil, score: Callable[[Sequence[Sequence[str]]], tuple[int, ...]]) -> Grid:
    """
    The grid of a delimited text file.

    `score` judges the first rows, cut by each separator in turn; the separator with the best ones is taken.
    """
    known = survey(file.chunks, file.navn)

    def whole() -> Iterator[tuple[str, bool]]:
        return lines.blocks_of_lines(lines.unbroken(texts(file.chunks(), known), known.linjeskift))

    few = _first_lines(texts(file.chunks(), known), known)
    top = "\n".join(few[:HOVED])
    heads = {
        mark: [[" ".join(c.split()) for c in row] for row in lines.top_rows(top, mark)] for mark in SKILLETEGN
    }
    best = max(heads, key=lambda mark: score(heads[mark]))
    said = (*known.noter, f"skilletegn: {'tabulator' if best == chr(9) else best}")
    sound = not known.anfoert or _sound(file, known, best)
    paired = sound or lines.pairs(whole(), best)
    if not paired:
        said = (*said, "anførselstegnene går ikke op; læst linje for linje")
    # where no cell reaches from one line into the next, the first lines are the first rows
    apart = len(few) == 2 * HOVED and lines.all_sound(few, best)
    above = [("\n".join(few), True)]
    return Grid(
        lambda: _from_the_top(lines.rows(whole(), best, paired=paired, sound=sound)),
        said,
        top=(lambda: lines.rows(above, best, paired=paired)) if apart else None,
    )


def _first_lines(pieces: Iterator[str], known: Tegnsaet) -> list[str]:
    """The first lines of a text: so many that blank ones among them do no harm."""
    text = ""
    for piece in lines.unbroken(pieces, known.linjeskift):
        text += piece
        if text.count("\n") >= 2 * HOVED:
            break
    return text.removesuffix("\n").split("\n", 2 * HOVED)[: 2 * HOVED]


def _sound(file: Fil, known: Tegnsaet, separator: str) -> bool:
    """Do the quotation marks of each line pair? Where line ends are plain, the bytes show it."""
    if known.navn == "utf-16" or not known.linjeskift or known.dobbelt:
        return False
    rest = b""
    for chunk in file.chunks():
        text = (rest + chunk).replace(b"\r\n", b"\n")
        end = text.rfind(b"\n") + 1
        rest = text[end:]
        if not lines.all_sound(lines.quoted(text[:end])[1], separator):
            return False
    return lines.all_sound(lines.quoted(rest)[1], separator)


def sheets(file: Fil) -> Iterator[Grid]:
    """The sheets of a workbook that hold anything, hidden ones too."""
    raw = file.read()
    _refuse_bombs(file, raw)
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(raw))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is not None:
                yield Grid(partial(_sheet_blocks, file, sheet), (f"ark: {name}",), name)
    except REGNEARK_FEJL:
        raise UnreadableFileError(_no_workbook(file)) from None


def _no_workbook(file: Fil) -> str:
    return f"{file.navn} kan ikke læses som regneark (er den beskadiget eller beskyttet med adgangskode?)."


def _sheet_blocks(file: Fil, sheet: CalamineSheet) -> Iterator[pl.DataFrame]:
    """The rows of a sheet; those of `iter_rows` begin with the first column that holds anything."""
    left = [""] * sheet.start[1] if sheet.start else []
    records = ([*left, *map(_cell, row)] for row in sheet.iter_rows())
    before = 0
    try:
        while block := list(itertools.islice(records, lines.at_a_time())):
            rows = lines.frame(block, before)
            before += len(block)
            if rows.height:
                yield rows
    except REGNEARK_FEJL:
        raise UnreadableFileError(_no_workbook(file)) from None


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
        source = pa.BufferReader(file.read()) if file.medlem else str(file.sti)
        # pyarrow refuses a damaged file where Polars 2.1 may end the whole process
        parquet = pq.ParquetFile(source)
        empty = pl.DataFrame(parquet.schema_arrow.empty_table())
    except PARQUET_FEJL:
        raise UnreadableFileError(_no_parquet(file)) from None
    nested = [
        name for name, kind in empty.schema.items() if kind.is_nested() or kind in (pl.Binary, pl.Object)
    ]
    if nested:
        raise UnreadableFileError(
            f"{file.navn} har kolonner, der ikke er tal, dato eller tekst: {', '.join(nested)}."
        )
    return Grid(lambda: _parquet_blocks(file, parquet, empty))


def _no_parquet(file: Fil) -> str:
    return f"{file.navn} kan ikke læses som Parquet (er den beskadiget?)."


def _parquet_blocks(file: Fil, parquet: pq.ParquetFile, empty: pl.DataFrame) -> Iterator[pl.DataFrame]:
    names = dict(zip(empty.columns, map(str, range(empty.width)), strict=True))
    types = dict.fromkeys(names.values(), pl.String)
    header = pl.DataFrame({new: [name] for name, new in names.items()}, schema=types)
    before = 1
    try:
        for batch in parquet.iter_batches(batch_size=lines.at_a_time()):
            batch.validate(full=True)
            typed = pl.DataFrame(pa.Table.from_batches([batch]))
            cells = typed.select(_text(pl.col(n), empty.schema[n]).alias(new) for n, new in names.items())
            if before == 1:
                cells = pl.concat([header, cells])
            numbers = pl.int_range(before, before + pl.len(), dtype=pl.Int64)
            yield cells.with_columns(bredde=pl.lit(cells.width, pl.Int64), kilde_raekke=numbers)
            before += cells.height
    except PARQUET_FEJL:
        raise UnreadableFileError(_no_parquet(file)) from None
    if before == 1:
        yield header.with_columns(bredde=pl.lit(header.width, pl.Int64), kilde_raekke=pl.lit(1, pl.Int64))


def _text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A typed column as the text that a spreadsheet would show."""
    if kind == pl.Boolean:
        return pl.when(column).then(pl.lit("ja")).when(~column).then(pl.lit("nej"))
    if kind.is_float() or kind.is_decimal():
        return column.map_elements(_cell, return_dtype=pl.String)
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M:%S")
    return column.cast(pl.String)
