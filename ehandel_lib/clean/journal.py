"""
What happens to rows: the first reason for which a row is rejected, and each change of meaning.

A rejected row stays in the frame with its reason until the ledger has counted
it. A repaired value is listed with file, row, column, what stood there and why;
a change of form alone ("1.234,50" → øre) is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ehandel_lib.clean import cpr
from ehandel_lib.read import Delivery, Filer, Table

RETTELSER = pl.Schema(
    {
        "kommune_kode": pl.String,
        "kilde_fil": pl.String,
        "kilde_raekke": pl.Int64,
        "kolonne": pl.String,
        "vaerdi": pl.String,
        "aarsag": pl.String,
        "handling": pl.String,
    }
)

#: A unit, and which municipality's it is.
ENHEDER = pl.Schema({"kommune_kode": pl.String, "enhed_id": pl.String})

#: So much of a value is shown; a longer one is a text, and its row is easily found.
VIST = 100

OK = pl.col("aarsag").is_null()


@dataclass
class Journal:
    """
    What was done to the rows of one `[[filer]]`, and what was decided about each of its files.

    `enheder` holds the delivery's units, which tell an e-invoice's municipality where its buyer does not.
    `oere` is each file's sum as it was parsed, and what was turned on purpose since, for the ledger.
    """

    delivery: Delivery
    form: Filer
    enheder: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ENHEDER))
    rettelser: list[pl.DataFrame] = field(default_factory=list)
    noter: dict[str, list[str]] = field(default_factory=dict)
    oere: Counter[str] = field(default_factory=Counter)

    def count(self, rows: pl.DataFrame, amount: pl.Expr) -> None:
        """Add these amounts to what the ledger must hold of each file."""
        self.oere.update(dict(rows.group_by("kilde_fil").agg(amount.sum()).iter_rows()))

    def note(self, file: str, text: str) -> None:
        """Write a decision beside the file."""
        self.noter.setdefault(file, []).append(text)

    def note_counts(self, rows: pl.DataFrame, where: pl.Expr, text: str) -> None:
        """Write beside each file how many of its rows something holds for."""
        counts = rows.filter(where).group_by("kilde_fil", maintain_order=True).len()
        for file, n in counts.iter_rows():
            self.note(file, f"{text}: {n}")

    def record(
        self,
        rows: pl.DataFrame,
        where: pl.Expr,
        name: str,
        reason: pl.Expr,
        action: pl.Expr,
        *,
        value: pl.Expr | None = None,
    ) -> None:
        """List the rows where something was done to the field `name`."""
        shown = pl.col(name) if value is None else value
        hits = rows.filter(where & OK).select(
            "kommune_kode",
            "kilde_fil",
            "kilde_raekke",
            pl.lit(self.form.overskrift(name)).alias("kolonne"),
            shown.cast(pl.String).str.head(VIST).alias("vaerdi"),
            reason.alias("aarsag"),
            action.alias("handling"),
        )
        if hits.height:
            self.rettelser.append(hits)

    def decide(self, file: str, name: str, value: str, reason: str) -> None:
        """List a decision about a whole column, which has no row of its own."""
        header = self.form.overskrift(name)
        self.note(file, f"{header}: {reason}")
        row = {
            "kilde_fil": file,
            "kolonne": header,
            "vaerdi": value,
            "aarsag": reason,
            "handling": "bemærket",
        }
        self.rettelser.append(pl.DataFrame([row], schema=RETTELSER))


def start(tables: list[Table], journal: Journal, fields: list[str]) -> pl.DataFrame:
    """The rows of all files of one form, with each field, and with room for a reason."""
    for table in tables:
        for text in table.noter:
            journal.note(table.fil, text)
    rows = pl.concat([table.rows for table in tables], how="diagonal")
    missing = [name for name in fields if name not in rows.columns]
    return rows.with_columns(
        *(
            pl.lit(None, pl.String).alias(name)
            for name in (*missing, "kommune_kode", "aarsag", "kolonne", "vaerdi")
        )
    ).rechunk()


def reject(
    rows: pl.DataFrame, where: pl.Expr, header: str | None, value: pl.Expr, reason: pl.Expr
) -> pl.DataFrame:
    """Give these rows a reason for which they do not count, unless they have one."""
    first = where & OK
    return rows.with_columns(
        aarsag=pl.when(first).then(reason).otherwise("aarsag"),
        kolonne=pl.when(first).then(pl.lit(header, pl.String)).otherwise("kolonne"),
        vaerdi=pl.when(first).then(value.cast(pl.String).str.head(VIST)).otherwise("vaerdi"),
    )


def translated(
    rows: pl.DataFrame,
    name: str,
    parse: Callable[[str], tuple[Any, ...]],
    new: dict[str, Any],
    *,
    only: pl.Expr | None = None,
) -> pl.DataFrame:
    """
    The rows with the columns `new`, parsed from the text column `name`; each distinct text is parsed once.

    A missing text, and one that is not among the `only` ones, gives missing values.
    """
    texts = rows.filter(pl.col(name).is_not_null() if only is None else only).get_column(name).unique().sort()
    answers = [(text, *parse(text)) for text in texts]
    schema = {name: pl.String, **new}
    lookup = pl.DataFrame(answers, schema=schema, orient="row")
    return rows.drop(*(column for column in new if column in rows.columns)).join(
        lookup, on=name, how="left", validate="m:1", maintain_order="left"
    )


def rejected(rows: pl.DataFrame) -> pl.DataFrame:
    """The rejected rows as entries of the list of corrections."""
    return (
        rows.filter(~OK)
        .select("kommune_kode", "kilde_fil", "kilde_raekke", "kolonne", "vaerdi", "aarsag")
        .with_columns(handling=pl.lit("afvist"))
    )


def gathered(parts: list[pl.DataFrame], journals: dict[str, Journal]) -> pl.DataFrame:
    """
    All corrections of a delivery, in the order of the files and their rows, with the headers of the files.

    What is shown here is stored too, so CPR-like numbers are masked in it.
    """
    own = [part for journal in {id(j): j for j in journals.values()}.values() for part in journal.rettelser]
    rows = pl.concat(
        [pl.DataFrame(schema=RETTELSER), *(part.cast(RETTELSER) for part in (*own, *parts) if part.height)]
    )
    headers = [
        (file, name, journal.form.overskrift(name))
        for file, journal in journals.items()
        for name in journal.form.felter
    ]
    names = pl.DataFrame(headers, schema=["kilde_fil", "kolonne", "_navn"], orient="row").cast(pl.String)
    named = rows.join(names, on=["kilde_fil", "kolonne"], how="left", validate="m:1")
    return (
        named.with_columns(kolonne=pl.coalesce("_navn", "kolonne"))
        .with_columns(cpr.masked("vaerdi"), cpr.masked("aarsag"))
        .select(list(RETTELSER))
        .pipe(in_order)
    )


def in_order(corrections: pl.DataFrame) -> pl.DataFrame:
    """The corrections in the order of the files and their rows."""
    return corrections.sort(
        "kilde_fil", "kilde_raekke", "kolonne", "handling", "aarsag", "vaerdi", nulls_last=False
    )


_ANTAL = re.compile(r"(.*: )(\d+)")


def notes_together(parts: Iterable[dict[str, list[str]]]) -> dict[str, list[str]]:
    """
    The notes on each file from several parts of it: each said once, and then what was counted, added up.

    The counts stand in alphabetical order: which part met what first depends on how the file was cut.

    Examples
    --------
    >>> notes_together([{"a.zip": ["afrundet: 2", "dansk"]}, {"a.zip": ["dansk", "afrundet: 3"]}])
    {'a.zip': ['dansk', 'afrundet: 5']}
    """
    counts: dict[str, dict[str, int | None]] = {}
    for file, text in ((file, text) for part in parts for file, texts in part.items() for text in texts):
        own = counts.setdefault(file, {})
        if counted := _ANTAL.fullmatch(text):
            own[counted[1]] = (own.get(counted[1]) or 0) + int(counted[2])
        else:
            own[text] = None
    return {
        file: [
            *(text for text, n in own.items() if n is None),
            *sorted(f"{text}{n}" for text, n in own.items() if n is not None),
        ]
        for file, own in sorted(counts.items())
    }
