"""
What happens to rows: the first reason for which a row is rejected, and each change of meaning.

A rejected row stays in the frame with its reason until the ledger has counted
it. A repaired value is listed with file, row, column, what stood there and why;
a change of form alone ("1.234,50" → øre) is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from ehandel_lib.clean import cpr
from ehandel_lib.clean.decisions import JA_NEJ, Stemmer, Valg, explained
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
    What was done to the rows of one file, and what was decided about it.

    `enheder` holds the delivery's units, which tell an e-invoice's municipality where its buyer does not.
    `oere` is the file's sum as it was parsed, and `raekker` how many rows it had, for the ledger.
    """

    delivery: Delivery
    form: Filer
    fil: str
    enheder: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ENHEDER))
    rettelser: list[pl.DataFrame] = field(default_factory=list)
    noter: list[str] = field(default_factory=list)
    raekker: int = 0
    oere: int = 0
    valg: Valg = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is decided yet."""
        self.valg = Valg(self.form)

    def count(self, amount: pl.Series) -> None:
        """Add these amounts to what the ledger must hold of the file."""
        self.oere += int(amount.sum())

    def note(self, text: str) -> None:
        """Write a decision beside the file, once."""
        if text not in self.noter:
            self.noter.append(text)

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

    def way(self, name: str, votes: Stemmer) -> str:
        """How the doubtful values of a column are read; what is said of it will stand here in the notes."""
        if name not in self.valg.stemmer:
            self.noter.append(_plads(name))
        return self.valg.way(name, votes)

    def decide(self, files: Sequence[Valg]) -> None:
        """Say how the doubtful values of each column were read, by what all files of the form hold."""
        said = explained(self.valg, files)
        for name in self.valg.stemmer:
            header, place = self.form.overskrift(name), self.noter.index(_plads(name))
            self.noter[place : place + 1] = [f"{header}: {said[name]}"] if name in said else []
            if name in said and name != JA_NEJ:
                self._list(header, self.valg.stemmer[name].eksempel, said[name])

    def _list(self, header: str, value: str | None, reason: str) -> None:
        """List a decision about a whole column, which has no row of its own."""
        row = {
            "kilde_fil": self.fil,
            "kolonne": header,
            "vaerdi": value,
            "aarsag": reason,
            "handling": "bemærket",
        }
        self.rettelser.append(pl.DataFrame([row], schema=RETTELSER))


def _plads(name: str) -> str:
    """What stands in the notes until it is known what to say of a column."""
    return f"\0{name}"


def counts(journals: Iterable[Journal]) -> tuple[Counter[str], Counter[str]]:
    """The rows and the øre that were read of each file."""
    rows, amounts = Counter[str](), Counter[str]()
    for own in journals:
        rows[own.fil] += own.raekker
        amounts[own.fil] += own.oere
    return rows, amounts


def start(table: Table, journal: Journal, fields: list[str]) -> pl.DataFrame:
    """The rows of a file, or of a block of it, with each field, and with room for a reason."""
    for text in table.noter:
        journal.noter.append(text)
    journal.raekker += table.rows.height + table.afvist.height
    missing = [name for name in fields if name not in table.rows.columns]
    return table.rows.with_columns(
        *(
            pl.lit(None, pl.String).alias(name)
            for name in (*missing, "kommune_kode", "aarsag", "kolonne", "vaerdi")
        )
    ).rechunk()


def rejected(rows: pl.DataFrame) -> pl.DataFrame:
    """The rejected rows as entries of the list of corrections."""
    return (
        rows.filter(~OK)
        .select("kommune_kode", "kilde_fil", "kilde_raekke", "kolonne", "vaerdi", "aarsag")
        .with_columns(handling=pl.lit("afvist"))
    )


def gathered(parts: Iterable[pl.DataFrame], forms: Mapping[str, Filer]) -> pl.DataFrame:
    """
    Corrections in the order of the files and their rows, with the headers of the files.

    What is shown here is stored too, so CPR-like numbers are masked in it.

    Parameters
    ----------
    parts : iterable of polars.DataFrame
        Corrections.
    forms : mapping
        File → its form.
    """
    rows = pl.concat(
        [pl.DataFrame(schema=RETTELSER), *(part.cast(RETTELSER) for part in parts if part.height)]
    )
    headers = [(file, name, form.overskrift(name)) for file, form in forms.items() for name in form.felter]
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
