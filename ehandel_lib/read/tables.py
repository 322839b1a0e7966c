"""
A file of a delivery → our fields, still as text, each row with the place it came from.

The header row is the one that holds the headers of `kilde.toml`; what stands
above it is skipped and said so. A header that is missing or unknown is an
error that lists all of the file's problems. A row that does not fit the
header is set aside with its reason, never bent into place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import partial

import polars as pl

from ehandel_lib.errors import DeliveryError, UnreadableFileError, nearest
from ehandel_lib.read.delivery import FILNAVN, Filer
from ehandel_lib.read.encoding import FEJLLAEST
from ehandel_lib.read.files import Fil
from ehandel_lib.read.grid import HOVED, REGNEARK, Grid, csv_grid, parquet_grid, sheets

TEKSTFILER = (".csv", ".txt", ".tsv", ".asc", ".dat", "")

#: The words that a total row is known by.
SUMORD = (
    "i alt",
    "ialt",
    "total",
    "totalt",
    "subtotal",
    "hovedtotal",
    "grand total",
    "sum",
    "samlet",
    "hovedsum",
)

SUMLINJE = "sumlinje"

#: A sign that no file holds, to stand between the cells of a row.
CELLESKEL = "\x1f"

#: Blanks of all kinds, and marks that no eye sees.
BLANKE = (
    " \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff"
)

#: So much of a cell is shown in a message or in the list of corrections.
VIST = 100

#: The columns of a grid that are no cells.
FASTE = ("bredde", "kilde_raekke")

AFVIST = pl.Schema({"kilde_raekke": pl.Int64, "kolonne": pl.String, "vaerdi": pl.String, "aarsag": pl.String})

#: What was left out of a row that counts. Only the reader knows of it, and it never says what stood there.
UDELADT = pl.Schema(
    {"kilde_raekke": pl.Int64, "kommune": pl.String, "kolonne": pl.String, "aarsag": pl.String}
)


@dataclass(frozen=True)
class Table:
    """
    The rows of one file.

    Attributes
    ----------
    fil : str
        The file's name in the delivery.
    rows : polars.DataFrame
        Our fields as text without blanks around it (missing where empty), `kilde_fil`, `kilde_raekke` and
        `sumord`: does a cell of the row, read or ignored, hold a word of `SUMORD`?
    afvist : polars.DataFrame
        Rows that do not fit the header: `kilde_raekke`, `kolonne`, `vaerdi`, `aarsag`.
    noter : tuple of str
        What was decided in order to read it.
    udeladt : polars.DataFrame
        CPR numbers that were left out in reading: `UDELADT`.
    """

    fil: str
    rows: pl.DataFrame
    afvist: pl.DataFrame
    noter: tuple[str, ...]
    udeladt: pl.DataFrame = dataclass_field(default_factory=lambda: pl.DataFrame(schema=UDELADT))


def open_file(file: Fil, form: Filer) -> Callable[[], Iterator[Table]]:
    """
    A file that agrees with its description, ready to be read from its start, a block of rows at a time.

    What is to be noted of the whole file comes with its last block.

    Raises
    ------
    DeliveryError
        The headers do not agree with `kilde.toml`: all of the file's problems in one message.
    UnreadableFileError
        The file is not what its name says.
    """
    grid = read_grid(file, form)
    head = grid.head()
    top = header_row(head, form)
    problems = header_problems(head[top], form) if head else ["filen er tom"]
    if problems:
        raise DeliveryError("\n  ".join([f"{file.navn} passer ikke med {FILNAVN}:", *problems]))
    return partial(_tables, file.navn, grid, head[top], top, form)


def read_file(file: Fil, form: Filer) -> Table:
    """A small file as a whole, by its description; see `open_file`."""
    parts = list(open_file(file, form)())
    return Table(
        file.navn,
        pl.concat([part.rows for part in parts]),
        pl.concat([part.afvist for part in parts]),
        tuple(note for part in parts for note in part.noter),
    )


def read_grid(file: Fil, form: Filer) -> Grid:
    """The sheet of a file that holds the headers of its description."""
    if file.endelse == ".parquet":
        return parquet_grid(file)
    if file.endelse in REGNEARK:
        return _sheet(file, form)
    if file.endelse not in TEKSTFILER:
        known = ", ".join((".csv", *REGNEARK, ".parquet", ".zip"))
        raise UnreadableFileError(f"{file.navn} kan ikke læses: kun {known} læses.")
    return csv_grid(file, lambda head: (_hits(head, form), sum(map(len, head))))


def _sheet(file: Fil, form: Filer) -> Grid:
    grids = [grid for grid in sheets(file) if not form.ark or grid.ark == form.ark]
    if not grids:
        wanted = f'arket "{form.ark}" findes ikke' if form.ark else "der står intet i regnearket"
        raise DeliveryError(f"{file.navn} passer ikke med {FILNAVN}:\n  {wanted}")
    most = max(_hits(grid.head(), form) for grid in grids)
    best = [grid for grid in grids if _hits(grid.head(), form) == most]
    if most and len(best) > 1:
        names = ", ".join(f'"{grid.ark}"' for grid in best)
        fault = f"flere ark har kolonnerne: {names}; vælg et med ark = …"
        raise DeliveryError(f"{file.navn} passer ikke med {FILNAVN}:\n  {fault}")
    return best[0]


def _hits(head: Sequence[Sequence[str]], form: Filer) -> int:
    """How many of our fields the best row of the head names."""
    return max((len({form.kolonner[c] for c in row if c in form.kolonner}) for row in head), default=0)


def header_row(head: Sequence[Sequence[str]], form: Filer) -> int:
    """The place of the row that names most of our fields; the first row, if none names any."""
    hits = [_hits([row], form) for row in head]
    return hits.index(max(hits)) if hits else 0


def header_problems(header: Sequence[str], form: Filer) -> list[str]:
    """All that is wrong with a header row, in Danish, with the nearest match."""
    if not _hits([header], form):
        shown = ", ".join(repr(name) for name in header if name)[: 2 * VIST]
        wanted = ", ".join(repr(name) for name in form.kolonner)
        return [f"ingen af kolonnerne {wanted} findes i de første {HOVED} rækker; øverst står {shown}"]
    known = {*form.kolonner, *form.ignorer}
    unknown = [] if "*" in form.ignorer else [name for name in header if name and name not in known]
    problems, explained = [], set()
    for field in dict.fromkeys(form.kolonner.values()):
        names = [name for name, its in form.kolonner.items() if its == field]
        there = [name for name in header if name in names]
        if len(there) > 1:
            problems.append(f"{' og '.join(map(repr, there))} er begge {field}; kun den ene kan læses")
        if not there:
            like = nearest(names[0], [n for n in header if n and n not in form.kolonner], n=1)
            explained.update(like)
            problems.append(f"kolonnen {' eller '.join(map(repr, names))} findes ikke{_like(like)}")
    problems += [
        f"{name!r} er ikke nævnt i {FILNAVN} (skriv den under [filer.kolonner] eller i ignorer)"
        for name in dict.fromkeys(unknown)
        if name not in explained
    ]
    return problems


def _like(names: list[str]) -> str:
    """The header that resembles one that is missing, and what may have happened to it."""
    if not names:
        return ""
    if any(letter in names[0] for letter in FEJLLAEST):
        return f"; {names[0]!r} ligner: filen blander UTF-8 og Windows-1252, så gem den igen som CSV UTF-8"
    return f"; {names[0]!r} ligner: er den omdøbt?"


def _tables(name: str, grid: Grid, header: Sequence[str], top: int, form: Filer) -> Iterator[Table]:
    """The blocks of a file."""
    blocks = grid.blocks()
    seen = Seen(header)
    first = next(blocks)
    head, body = first.slice(top, 1), first.slice(top + 1)
    # some programs end each row, but not the header, with a separator: that width is no fault
    usual = max(head["bredde"][0], body["bredde"].mode().min() or 0)
    seen.start(head)
    noter = (*grid.noter, *seen.above())
    for block in blocks:
        seen.add(body)
        yield _table(name, body, header, usual, form, noter)
        body, noter = block, ()
    seen.add(body)
    yield _table(name, body, header, usual, form, (*noter, *seen.within()))


def _table(
    name: str, rows: pl.DataFrame, header: Sequence[str], usual: int, form: Filer, noter: tuple[str, ...]
) -> Table:
    named = max(n for n, cell in enumerate(header) if cell) + 1
    last = max(n for n, cell in enumerate(header) if cell in form.kolonner) + 1
    width = rows.width - len(FASTE)
    rows = rows.with_columns(pl.lit(None, pl.String).alias(str(n)) for n in range(width, last))
    beyond = [str(n) for n in range(named, width)]
    surplus = pl.any_horizontal([_filled(n) for n in beyond]) if beyond else pl.lit(False)
    fault = (
        pl.when((pl.col("bredde") < last) & pl.col("sumord"))
        .then(pl.lit(SUMLINJE))
        .when(pl.col("bredde") < last)
        .then(pl.format("for få felter: {} i stedet for {}", "bredde", pl.lit(named)))
        .when((pl.col("bredde") > usual) | ((pl.col("bredde") > named) & surplus))
        .then(pl.format("for mange felter: {} i stedet for {}", "bredde", pl.lit(named)))
    )
    judged = rows.with_columns(sumord=_has_sum_word(width)).with_columns(aarsag=fault)
    places = {form.kolonner[cell]: str(n) for n, cell in enumerate(header) if cell in form.kolonner}
    fitting = judged.filter(pl.col("aarsag").is_null()).select(
        *(pl.col(n).str.strip_chars(BLANKE).alias(field) for field, n in places.items()),
        pl.lit(name).alias("kilde_fil"),
        "kilde_raekke",
        "sumord",
    )
    return Table(name, _unwrapped(fitting, list(places)), _misfits(judged), noter)


def _filled(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.strip_chars() != ""


def _has_sum_word(width: int) -> pl.Expr:
    """Is one cell of the row a word of `SUMORD`? Asked of all cells at once, which is ten times as fast."""
    cells = pl.concat_str([pl.col(str(n)) for n in range(width)], separator=CELLESKEL, ignore_nulls=True)
    words = "|".join(SUMORD)
    return cells.str.contains(rf"(?i)(?:^|{CELLESKEL})\s*(?:{words})[:. ]*(?:{CELLESKEL}|$)")


def _unwrapped(rows: pl.DataFrame, fields: list[str]) -> pl.DataFrame:
    """Text out of the wrap ="…" that keeps a spreadsheet's hands off, and missing where there is none."""
    wraps = rows.select(pl.col(fields).str.starts_with('="').any()).row(0, named=True)
    return rows.with_columns(_text(pl.col(field), bool(wraps[field])) for field in fields)


def _text(column: pl.Expr, wraps: bool) -> pl.Expr:
    wrapped = column.str.starts_with('="') & column.str.ends_with('"')
    text = pl.when(wrapped).then(column.str.slice(2).str.head(-1)).otherwise(column) if wraps else column
    return pl.when(text != "").then(text)


def _misfits(judged: pl.DataFrame) -> pl.DataFrame:
    """
    The rows that do not fit the header.

    What stands in them is not shown: it may come from a column that `kilde.toml` does not let in.
    """
    misfits = judged.filter(pl.col("aarsag").is_not_null())
    nothing = pl.lit(None, pl.String)
    return misfits.select("kilde_raekke", nothing.alias("kolonne"), nothing.alias("vaerdi"), "aarsag").cast(
        AFVIST
    )


class Seen:
    """What is to be noted of a file when all of it has been read."""

    def __init__(self, header: Sequence[str]) -> None:
        self.header = header
        self.unnamed: set[int] = set()
        self.first = self.last = self.rows = 0

    def start(self, head: pl.DataFrame) -> None:
        """Take the header row."""
        self.first = self.last = head["kilde_raekke"][0]
        self.rows = 1

    def add(self, rows: pl.DataFrame) -> None:
        """Take the rows of a block."""
        self.rows += rows.height
        self.last = rows["kilde_raekke"][-1] if rows.height else self.last
        named = {n for n, cell in enumerate(self.header) if cell}
        columns = {n for n in range(rows.width - len(FASTE)) if n not in named}
        self.unnamed |= {n for n in columns - self.unnamed if rows[str(n)].is_not_null().any()}

    def above(self) -> list[str]:
        """What stood above the header."""
        return [f"rækker over overskriften, sprunget over: {self.first - 1}"] if self.first > 1 else []

    def within(self) -> list[str]:
        """What was not read below it."""
        blank = self.last - self.first + 1 - self.rows
        notes = [f"tomme rækker, sprunget over: {blank}"] if blank else []
        unnamed = len(self.unnamed)
        return [*notes, *([f"kolonner uden overskrift, ikke læst: {unnamed}"] if unnamed else [])]
