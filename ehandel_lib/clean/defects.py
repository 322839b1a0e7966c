"""
The known defects of a column, one function each: rows in, rows out, the journal told.

Every function takes rows that may already be rejected and gives all of them
back; what it cannot mend it rejects with a reason or leaves out with a note.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import polars as pl

from ehandel_lib import reference
from ehandel_lib.clean import amounts, answers, dates, identities
from ehandel_lib.clean.cells import reject, translated
from ehandel_lib.clean.decisions import DATOER, SVAR, Stemmer
from ehandel_lib.clean.evidence import evidence
from ehandel_lib.clean.identities import Svar
from ehandel_lib.clean.journal import Journal
from ehandel_lib.clean.numbers import number
from ehandel_lib.errors import UnknownNameError
from ehandel_lib.read.tables import SUMLINJE

TEKST = pl.String


def repeated_headers(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Reject rows that repeat the header, as files do that were pasted together."""
    same = rows.select(pl.col(field) == header for header, field in journal.form.kolonner.items())
    met = [hit for hit in same if hit.any()]
    needed = min(2, same.width)
    if len(met) < needed:
        return rows
    at_least_two = pl.sum_horizontal(*(hit.fill_null(False).cast(pl.Int8) for hit in met)) >= needed
    return reject(rows, at_least_two, None, pl.lit(None, TEKST), pl.lit("overskriften gentaget"))


def total_rows(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Reject totals: rows with such a word, and nothing that says which invoice they are."""
    date = pl.col("dato").is_null() | pl.col("dato").str.contains(r"(?i)^[a-zæøå :.]+$")
    names = ("faktura_nummer", "leverandoer_cvr", "ordrenummer", "aftale_nummer", "linje_nummer")
    identity = [pl.col(n) for n in names if n in rows.columns]
    nameless = date if "dato" in journal.form.felter else pl.all_horizontal(c.is_null() for c in identity)
    return reject(rows, pl.col("sumord") & nameless, None, pl.lit(None, TEKST), pl.lit(SUMLINJE))


def kommune(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Find each row's municipality; reject rows of an unknown one."""
    fixed = journal.form.kommune or journal.delivery.kommune
    if "kommune" not in journal.form.felter:
        return rows.with_columns(kommune_kode=pl.lit(fixed.kode if fixed else None, TEKST))
    found = translated(rows, "kommune", _find(journal), {"kommune_kode": TEKST, "_fejl": TEKST})
    header = journal.form.overskrift("kommune")
    found = reject(found, pl.col("kommune").is_null(), header, pl.col("kommune"), pl.lit("kommune mangler"))
    return reject(found, pl.col("_fejl").is_not_null(), header, pl.col("kommune"), pl.col("_fejl")).drop(
        "_fejl"
    )


def _find(journal: Journal) -> Callable[[str], tuple[str | None, str | None]]:
    return partial(_kommune_kode, others=journal.delivery.myndigheder)


@cache
def _kommune_kode(name: str, others: tuple[reference.Kommune, ...]) -> tuple[str | None, str | None]:
    """The code of a municipality, or why there is none. The same names come in file after file."""
    try:
        return reference.find_kommune(name, others=others).kode, None
    except UnknownNameError:
        # the name may be anything, and reasons are printed: it is shown as the value alone
        return None, "ukendt kommune"


def dato(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """
    Read each row's date; where day and month may be swapped, the file's other dates decide.

    A file without such evidence follows the other files of its form, and without that, Danish use: day first
    (`decisions`).
    """
    form = journal.form
    if form.dato_fra_filnavn:
        return _date_from_name(rows, journal)
    header, text = form.overskrift("dato"), pl.col("dato")
    new = {"_dag": pl.Date, "_maaned": pl.Date, "_fejl": TEKST}
    both = translated(rows.rename({"dato": "dato_tekst"}), "dato_tekst", dates.parse_date, new)
    votes = {DATOER[0]: pl.col("_maaned").is_null(), DATOER[1]: pl.col("_dag").is_null()}
    readable = pl.col("_fejl").is_null() & pl.col("dato_tekst").is_not_null()
    unsure = readable & (pl.col("_dag") != pl.col("_maaned")).fill_null(False)
    way = evidence(both, "dato", unsure, {k: v & readable for k, v in votes.items()}, journal)
    order = ("_maaned", "_dag") if way == DATOER[1] else ("_dag", "_maaned")
    read = both.with_columns(dato=pl.coalesce(*order))
    text = pl.col("dato_tekst")
    read = reject(read, text.is_null(), header, text, pl.lit("dato mangler"))
    return reject(read, pl.col("_fejl").is_not_null(), header, text, pl.col("_fejl")).drop(*new)


def _date_from_name(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    form = journal.form.dato_fra_filnavn
    text = pl.lit(None, TEKST).alias("dato_tekst")
    named = translated(
        rows.drop("dato"),
        "kilde_fil",
        lambda name: (dates.date_in_name(name.rsplit("/", 1)[-1], form),),
        {"dato": pl.Date},
    ).with_columns(text)
    reason = pl.lit(f'filnavnet har ingen dato af formen "{form}"')
    return reject(named, pl.col("dato").is_null(), None, pl.col("kilde_fil"), reason)


def beloeb(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Read the amounts as øre without VAT; reject what is none. A total counts as none: its parts do."""
    read = number(rows, "beloeb", journal)
    is_total = pl.col("aarsag").eq_missing(SUMLINJE)
    read = read.with_columns(beloeb_oere=pl.when(~is_total).then("beloeb_oere"))
    header, form = journal.form.overskrift("beloeb"), pl.col("beloeb_form")
    journal.record(
        read,
        pl.col("beloeb_afrundet"),
        "beloeb",
        pl.lit("mere end to decimaler; afrundet til øre"),
        pl.lit("rettet"),
    )
    for shape, reason in amounts.AARSAGER.items():
        read = reject(read, form == shape, header, pl.col("beloeb"), pl.lit(reason))
    if "valuta" in journal.form.felter:
        read = _foreign(read, journal)
    if journal.form.beloeb == "med moms":
        rate = journal.form.momssats
        journal.note(f"beløb med {rate:g} % moms omregnet til uden moms")
        vat = [amounts.without_vat(pl.col(c), rate).alias(c) for c in read.columns if c.endswith("_oere")]
        read = read.with_columns(vat)
    journal.count(read["beloeb_oere"])
    return read


def _foreign(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Reject amounts in another currency; they are no øre, and count as none in the ledger."""
    own = [journal.delivery.valuta, *(["KR", "KR.", "DKR"] if journal.delivery.valuta == "DKK" else [])]
    foreign = pl.col("valuta").is_not_null() & ~pl.col("valuta").str.to_uppercase().is_in(own)
    out = reject(
        rows, foreign, journal.form.overskrift("valuta"), pl.col("valuta"),
        pl.format("fremmed valuta; leverancen er i {}", pl.lit(journal.delivery.valuta)),
    )  # fmt: skip
    return out.with_columns(beloeb_oere=pl.when(~foreign).then("beloeb_oere"))


def optional_number(rows: pl.DataFrame, name: str, journal: Journal) -> pl.DataFrame:
    """As `number`, for a column that a row can do without: what cannot be read is left out and listed."""
    read = number(rows, name, journal, decimal=name == "maengde")
    bad = pl.col(name).is_not_null() & ~pl.col(f"{name}_form").is_in([*amounts.LAESELIG, "mangler"])
    journal.record(read, bad, name, pl.lit("ikke et tal"), pl.lit("rettet"))
    return read


def repaired(
    rows: pl.DataFrame,
    name: str,
    parse: Callable[[str], Svar],
    journal: Journal,
    *,
    suspect: Callable[[pl.Series], pl.Series] | None = None,
) -> pl.DataFrame:
    """
    Replace a column by its cleaned values, and list those whose meaning was repaired.

    Only values that are `suspect`, if it is given, are looked at; `parse` would leave the others as they are.
    """
    if name not in journal.form.felter:
        return rows
    looked_at = suspect(rows.get_column(name)) if suspect else rows.get_column(name).is_not_null()
    if not looked_at.any():
        return rows
    new = {"_ny": TEKST, "_aarsag": TEKST, "_handling": TEKST}
    clean = translated(rows, name, parse, new, only=looked_at)
    journal.record(clean, pl.col("_aarsag").is_not_null(), name, pl.col("_aarsag"), pl.col("_handling"))
    return clean.with_columns(pl.when(looked_at).then("_ny").otherwise(name).alias(name)).drop(*new)


def agreements(rows: pl.DataFrame, journal: Journal, known: frozenset[str]) -> pl.DataFrame:
    """Agreement and lot in the form of the reference tables; a lot written with it is taken out."""
    new = {"_aftale": TEKST, "_lot": TEKST, "_fejl": TEKST, "_gjort": TEKST}
    clean = translated(rows, "aftale_nummer", lambda text: identities.agreement(text, known), new)
    journal.record(clean, pl.col("_fejl").is_not_null(), "aftale_nummer", pl.col("_fejl"), pl.col("_gjort"))
    lots = repaired(clean, "delaftale_nummer", identities.lot, journal)
    lot = pl.coalesce("delaftale_nummer", "_lot")
    return lots.with_columns(aftale_nummer=pl.col("_aftale"), delaftale_nummer=lot).drop(*new)


def goods_codes(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """UNSPSC or CPV, whichever the row has; UNSPSC first, as the order of the category rules."""
    both = rows
    for name, parse in (("unspsc", identities.unspsc), ("cpv", identities.cpv)):
        both = repaired(both, name, parse, journal, suspect=identities.no_eight_digits)
    system = pl.when(pl.col("unspsc").is_not_null()).then(pl.lit("UNSPSC"))
    return both.with_columns(
        vare_kodesystem=system.when(pl.col("cpv").is_not_null()).then(pl.lit("CPV")),
        vare_kode=pl.coalesce("unspsc", "cpv"),
    )


def document_kinds(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Invoice or credit note; a delivery that does not say so has invoices only, some of them negative."""
    if "dokumenttype" not in journal.form.felter:
        return rows.with_columns(dokumenttype=pl.lit("faktura"))
    own = journal.delivery.dokumenttyper
    new = {"_slags": TEKST, "_fejl": TEKST}
    kinds = translated(rows, "dokumenttype", lambda text: answers.document_kind(text, own), new)
    header = journal.form.overskrift("dokumenttype")
    kinds = reject(kinds, pl.col("_fejl").is_not_null(), header, pl.col("dokumenttype"), pl.col("_fejl"))
    return kinds.with_columns(dokumenttype=pl.col("_slags").fill_null("faktura")).drop(*new)


def stated_e_order(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """The delivery's own yes or no. In a column that only ever says yes, an empty cell is a no."""
    name = "e_handlet_angivet"
    if name not in journal.form.felter:
        return rows.with_columns(pl.lit(None, pl.Boolean).alias(name))
    read = translated(rows, name, answers.yes_or_no, {"_svar": pl.Boolean, "_fejl": TEKST})
    journal.record(read, pl.col("_fejl").is_not_null(), name, pl.col("_fejl"), pl.lit("rettet"))
    empty, said = read[name].null_count(), read["_svar"]
    yes, no = int((said == True).sum()), int((said == False).sum())  # noqa: E712 - a missing answer is neither
    if journal.way(name, Stemmer(yes, no, empty)) == SVAR[1]:
        read = read.with_columns(_svar=pl.when(pl.col(name).is_null()).then(pl.lit(False)).otherwise("_svar"))
    return read.with_columns(pl.col("_svar").alias(name)).drop("_svar", "_fejl")
