"""
The rows of one municipality as documents: credit notes, known duplicates, units, systems and e-orders.

A document is what shares municipality, supplier, number, kind and year; a row
without a number is a document of its own. No document crosses municipalities, so
one municipality after the other, or a part of its documents, is finished.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from ehandel_lib import schema
from ehandel_lib.classify import e_ordre
from ehandel_lib.clean import cpr, masking
from ehandel_lib.clean.duplicates import duplicates
from ehandel_lib.clean.identities import system
from ehandel_lib.clean.journal import OK, VIST, rejected
from ehandel_lib.clean.ledger import ledger
from ehandel_lib.read import Delivery, Filer
from ehandel_lib.schema import UKENDT_SYSTEM

#: A row's place among those of its municipality, where these are finished in shares.
ORDEN = "_orden"


@dataclass
class Finished:
    """
    The lines of some documents, and what became of their rows.

    `linjer` also has the three columns of `classify.e_ordre`: an order number is judged before a CPR-like one
    is masked. `rettelser` are still without the headers of the files; `optalt` is what was counted, with the
    municipality, the file, the note and the number, and `oere` how much the sum of a municipality's rows of a
    file was changed on purpose.
    """

    linjer: pl.DataFrame = field(default_factory=pl.DataFrame)
    regnskab: pl.DataFrame = field(default_factory=pl.DataFrame)
    rettelser: list[pl.DataFrame] = field(default_factory=list)
    optalt: list[tuple[str | None, str, str, int]] = field(default_factory=list)
    oere: list[tuple[str | None, str, int]] = field(default_factory=list)

    def note(self, rows: pl.DataFrame, text: str) -> None:
        """Count how many rows of each municipality and file something holds for."""
        counts = rows.group_by("kommune_kode", "kilde_fil", maintain_order=True).len()
        self.optalt += [(kommune, file, text, n) for kommune, file, n in counts.iter_rows()]

    def noter(self, kommune: str | None = "") -> dict[str, list[str]]:
        """The counts of a municipality, or of all, as notes on each file."""
        notes: dict[str, list[str]] = {}
        for code, file, text, n in self.optalt:
            if kommune in ("", code):
                notes.setdefault(file, []).append(f"{text}: {n}")
        return notes

    def changed(self, kommune: str | None = "") -> Counter[str]:
        """How much the sum of each file was changed, for a municipality or for all."""
        sums = Counter[str]()
        for code, file, oere in self.oere:
            if kommune in ("", code):
                sums[file] += oere
        return sums


def finished(
    delivery: Delivery,
    rows: pl.DataFrame,
    forms: Mapping[str, Filer],
    systemer: pl.DataFrame,
    enheder: pl.DataFrame,
) -> Finished:
    """
    Finish the rows of whole documents.

    Parameters
    ----------
    delivery : Delivery
        What `kilde.toml` says.
    rows : polars.DataFrame
        What `masking.hidden` returned, of all files, in their order. Rows of a document, and equal rows
        without a number, are all here or all in another call. `ORDEN` is kept on their lines.
    forms : mapping
        File → its form.
    systemer, enheder : polars.DataFrame
        The municipalities' systems and units, unmasked.
    """
    done = Finished()
    judged, kept = duplicates(credit_notes(rows, forms, done), forms)
    for text, which in kept:
        done.note(which, text)
    done.regnskab = ledger(outcomes(judged))
    done.rettelser += [rejected(judged), _listed(judged.filter("dublet"))]
    lines = _classified(delivery, judged.filter(OK & ~pl.col("dublet")), systemer, enheder)
    done.rettelser += masking.corrections(lines, "linjer")
    more = ["ordre_regel", "har_ordrenummer", "e_handlet", *({ORDEN} & set(rows.columns))]
    done.linjer = _named(lines).select(*schema.navne("linjer"), *more)
    return done


def credit_notes(rows: pl.DataFrame, forms: Mapping[str, Filer], done: Finished) -> pl.DataFrame:
    """
    Make credit notes negative: by the document, not by the line.

    Unless `kilde.toml` says how they stand, a credit note whose sum is above zero is turned with all its
    lines, so that a deduction on it stays one; a credit note that is already negative is left as it is.
    """
    stated = {way: [f for f, form in forms.items() if form.kreditnotaer == way] for way in ("", "positive")}
    is_credit = pl.col("dokumenttype") == "kreditnota"
    whole = pl.col("beloeb_oere").sum().over("kilde_fil", "faktura_id") > 0
    # a document is a credit note with all its rows
    credits = rows.with_row_index("_plads").filter(is_credit).filter(
        pl.col("kilde_fil").is_in(stated["positive"]) | (pl.col("kilde_fil").is_in(stated[""]) & whole)
    )  # fmt: skip
    if credits.is_empty():
        return rows
    by_sum = credits.filter(OK, pl.col("kilde_fil").is_in(stated[""]))
    done.rettelser.append(
        by_sum.select(
            "kommune_kode",
            "kilde_fil",
            "kilde_raekke",
            pl.lit("beloeb").alias("kolonne"),
            pl.col("beloeb").str.head(VIST).alias("vaerdi"),
            pl.lit("kreditnota med positivt beløb; gjort negativ").alias("aarsag"),
            pl.lit("rettet").alias("handling"),
        )
    )
    done.note(credits, "rækker på kreditnotaer, gjort negative")
    sums = credits.group_by("kommune_kode", "kilde_fil").agg(-2 * pl.col("beloeb_oere").sum())
    done.oere += list(sums.iter_rows())
    turned = pl.int_range(pl.len(), dtype=pl.UInt32).is_in(credits["_plads"].implode())
    return rows.with_columns(
        beloeb_oere=pl.when(turned).then(-pl.col("beloeb_oere")).otherwise("beloeb_oere")
    )


def outcomes(rows: pl.DataFrame) -> pl.DataFrame:
    """What became of each row: in the table, a duplicate, or rejected."""
    outcome = (
        pl.when(~OK).then(pl.lit("afvist")).when("dublet").then(pl.lit("dublet")).otherwise(pl.lit("tabel"))
    )
    return rows.select("kilde_fil", "kommune_kode", "beloeb_oere", outcome.alias("udfald"))


def _listed(rows: pl.DataFrame) -> pl.DataFrame:
    """The known duplicates as entries of the list of corrections."""
    return rows.select(
        "kommune_kode",
        "kilde_fil",
        "kilde_raekke",
        pl.lit("faktura_nummer").alias("kolonne"),
        pl.col("faktura_nummer").alias("vaerdi"),
        pl.lit("samme faktura i alle kolonner som en tidligere række").alias("aarsag"),
        pl.lit("dublet").alias("handling"),
    )


def _classified(
    delivery: Delivery, lines: pl.DataFrame, systemer: pl.DataFrame, enheder: pl.DataFrame
) -> pl.DataFrame:
    """The kept lines with unit, system and e-order."""
    usual = system(delivery.system).vaerdi if delivery.system else UKENDT_SYSTEM
    by_place = lines.drop("system_kode", strict=False).join(
        systemer.with_columns(cpr.masked("system_kode")), on="kommune_kode", how="left", validate="m:1",
        maintain_order="left",
    )  # fmt: skip
    own = pl.when(pl.col("system") != UKENDT_SYSTEM).then("system")
    units = enheder.select(
        "kommune_kode",
        masking.unit_key().alias("_enhed"),
        cpr.masked("enhed_navn").alias("_navn"),
        cpr.masked("enhedstype").alias("_type"),
    )
    placed = by_place.with_columns(
        system_kode=pl.coalesce(own, "system_kode", pl.lit(usual)), _enhed=pl.coalesce("_enhed", "enhed_id")
    )
    joined = placed.join(
        units, on=["kommune_kode", "_enhed"], how="left", validate="m:1", maintain_order="left"
    ).with_columns(
        # an e-invoice often has the municipality's own name where the unit's should be
        enhed_navn=pl.coalesce("_navn", "enhed_navn"),
        enhedstype=pl.coalesce("_type", "enhedstype"),
    )
    answered: pl.DataFrame = e_ordre(joined, delivery.praefikser, pladsholdere=delivery.pladsholdere)
    return _of_masked_orders(answered, delivery)


def _of_masked_orders(lines: pl.DataFrame, delivery: Delivery) -> pl.DataFrame:
    """
    An order number that was masked says nothing of an order, unless the e-order rule had already known it.
    """
    _, prefix, held, _, other = schema.ORDRE_REGLER
    masked = pl.col("_moenstre").is_not_null() & (pl.col("ordre_regel") == other)
    known = masked & masking.is_e_order(delivery.praefikser)
    return lines.with_columns(
        e_handlet=pl.col("e_handlet") | known,
        har_ordrenummer=pl.col("har_ordrenummer") & ~(masked & ~known),
        ordre_regel=pl.when(known)
        .then(pl.lit(prefix))
        .when(masked)
        .then(pl.lit(held))
        .otherwise("ordre_regel"),
    )


def _named(lines: pl.DataFrame) -> pl.DataFrame:
    """A document whose key held a person's number is named after its first row instead."""
    first = pl.format("{}#{}", pl.col("kilde_fil").first(), pl.col("kilde_raekke").first()).over("faktura_id")
    is_hidden = pl.col("faktura_id").str.starts_with(masking.SKJULT)
    if not lines.select(is_hidden.any()).item():
        return lines
    return lines.with_columns(faktura_id=pl.when(is_hidden).then(first).otherwise("faktura_id"))
