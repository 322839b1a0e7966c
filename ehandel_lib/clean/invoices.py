"""
Invoice rows: from text to lines, with each defect's function in turn, and then as documents.

A document is what shares municipality, supplier, number, kind and year. Only a
document with a number and a supplier can be known to be a duplicate; a row
without a number is a document of its own.
"""

from __future__ import annotations

import polars as pl

from ehandel_lib import schema
from ehandel_lib.classify import aftaler
from ehandel_lib.clean import amounts, cpr, defects, identities
from ehandel_lib.clean.journal import OK, Journal, start
from ehandel_lib.clean.tables import conform
from ehandel_lib.read import Table
from ehandel_lib.read.delivery import FELTER, UBL

#: What stands as invoice number where there is none: signs, zeros and words without a digit that counts.
INTET_NUMMER = r"(?i)^(?:[0\-–._?*/# ]+|n/?a|ingen|ukendt|mangler|null|none|nan)$"

#: What two rows share when they are the same row twice: all that was read of them, but not where it stood.
_IKKE_INDHOLD = {"kilde_fil", "kilde_raekke", "aar", "faktura_id"}


def invoice_rows(tables: list[Table], journal: Journal) -> pl.DataFrame:
    """
    The rows of the invoice files of one form, typed; rejected ones with their `aarsag`, and none left out.
    """
    rows = start(tables, journal, FELTER["fakturaer"])
    for defect in (
        defects.repeated_headers,
        defects.total_rows,
        _municipality,
        defects.dato,
        defects.beloeb,
        defects.document_kinds,
        _suppliers,
        _numbers,
        defects.goods_codes,
        _agreements,
        defects.stated_e_order,
        _quantities,
    ):
        rows = defect(rows, journal)
    return _credit_notes(_documents(rows), journal)


def _municipality(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """As in other tables; that of an e-invoice whose buyer tells none is its unit's, else the delivery's."""
    if journal.form.format == UBL:
        fixed = journal.form.kommune or journal.delivery.kommune
        claims = journal.enheder.group_by("enhed_id").agg(pl.col("kommune_kode").unique().alias("_enhed"))
        # a number that two municipalities claim tells nothing
        known = claims.filter(pl.col("_enhed").list.len() == 1).with_columns(pl.col("_enhed").list.first())
        joined = rows.join(known, on="enhed_id", how="left", validate="m:1", maintain_order="left")
        usual = pl.lit(fixed.kode if fixed else None, pl.String)
        rows = joined.with_columns(kommune=pl.coalesce("kommune", "_enhed", usual)).drop("_enhed")
    return defects.kommune(rows, journal)


def _suppliers(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    # a number that is no CVR still tells one supplier's invoices from another's
    said = [pl.col(name).str.to_lowercase() for name in ("leverandoer_cvr", "leverandoer_navn")]
    kept = rows.with_columns(
        _leverandoer=pl.coalesce(pl.when(~text.is_in(identities.TOMT)).then(text) for text in said)
    )
    return defects.repaired(kept, "leverandoer_cvr", identities.cvr, journal)


def _numbers(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    for name in ("faktura_nummer", "linje_nummer", "enhed_id", "konto"):
        rows = defects.repaired(rows, name, identities.number_text, journal, suspect=identities.SOM_TAL)
    return defects.repaired(rows, "ordrenummer", identities.order_number, journal, suspect=identities.SOM_TAL)


def _agreements(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    if "aftale_nummer" not in journal.form.felter:
        return rows
    known = frozenset(key.split("/")[0] for key in aftaler(journal.delivery.aftaler))
    return defects.agreements(rows, journal, known)


def _quantities(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    for name in ("maengde", "enhedspris"):
        if name in journal.form.felter:
            rows = defects.optional_number(rows, name, journal)
    price = pl.col("enhedspris_oere") if "enhedspris" in journal.form.felter else pl.lit(None, pl.Int64)
    if journal.form.beloeb == "med moms":
        price = amounts.without_vat(price, journal.form.momssats)
    many = (
        pl.col("maengde_decimal").cast(pl.Float64)
        if "maengde" in journal.form.felter
        else pl.lit(None, pl.Float64)
    )
    system = defects.repaired(rows, "system", identities.system, journal)
    return system.with_columns(enhedspris_oere=price, maengde=many)


def _documents(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each row the key of its document, and its year."""
    numbered = pl.col("faktura_nummer").is_not_null() & ~pl.col("faktura_nummer").str.contains(INTET_NUMMER)
    supplier = pl.coalesce("leverandoer_cvr", "_leverandoer")
    kind = pl.when(pl.col("dokumenttype") == "kreditnota").then(pl.lit("|K")).otherwise(pl.lit(""))
    year = pl.col("dato").dt.year().cast(pl.Int64)
    parts = [pl.col("kommune_kode"), supplier, pl.col("faktura_nummer"), year.cast(pl.String)]
    key = pl.concat_str([*(part.fill_null("") for part in parts)], separator="|") + kind
    own = pl.format("{}#{}", "kilde_fil", "kilde_raekke")
    return rows.with_columns(
        aar=year, faktura_id=pl.when(numbered).then(key).otherwise(own), _nummer=numbered
    )


def _credit_notes(rows: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """
    Make credit notes negative: by the document, not by the line.

    Unless `kilde.toml` says how they stand, a credit note whose sum is above zero is turned with all its
    lines, so that a deduction on it stays one; a credit note that is already negative is left as it is.
    """
    stated = journal.form.kreditnotaer
    is_credit = pl.col("dokumenttype") == "kreditnota"
    whole = pl.col("beloeb_oere").sum().over("kilde_fil", "faktura_id")
    turn = {"": is_credit & (whole > 0), "positive": is_credit, "negative": pl.lit(False)}[stated]
    marked = rows.with_columns(_vendt=turn)
    if not stated:
        reason = pl.lit("kreditnota med positivt beløb; gjort negativ")
        journal.record(marked, pl.col("_vendt"), "beloeb", reason, pl.lit("rettet"))
    journal.note_counts(marked, pl.col("_vendt"), "rækker på kreditnotaer, gjort negative")
    journal.count(marked.filter("_vendt"), -2 * pl.col("beloeb_oere"))
    sign = pl.when("_vendt").then(-pl.col("beloeb_oere")).otherwise("beloeb_oere")
    return marked.with_columns(beloeb_oere=sign).drop("_vendt")


#: No rows that were seen before.
INGEN_SETE = pl.DataFrame(schema={"_a": pl.UInt64, "_b": pl.UInt64, "_gang": pl.UInt32})


def duplicates(
    rows: pl.DataFrame, journals: dict[str, Journal], seen: pl.DataFrame = INGEN_SETE
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Mark the rows that are known duplicates: `dublet`.

    Known is a row whose document has a number and a supplier, and which agrees with an earlier one in all
    that was read. Without line numbers an invoice may have two equal lines: then the second of them in one
    file is a duplicate only of the second of them in an earlier file. Rows without a number or a supplier may
    be two equal purchases; they stay, and are counted. A rejected row makes no other one a duplicate.

    Parameters
    ----------
    rows : polars.DataFrame
        What `invoice_rows` returned.
    journals : dict
        File → its journal.
    seen : polars.DataFrame, optional
        What this function returned for the earlier parts of the delivery.

    Returns
    -------
    (polars.DataFrame, polars.DataFrame)
        The rows, and all that have been seen: two hashes of each, together too long to meet by chance, and
        how many equal rows of its file stood before it.
    """
    keys = _contents(rows, journals)
    known = keys.filter("_kendt").with_columns(_ny=pl.struct(INGEN_SETE.columns).is_first_distinct())
    new = known.filter("_ny").join(seen, on=INGEN_SETE.columns, how="anti")
    is_new = pl.int_range(pl.len(), dtype=pl.UInt32).is_in(new["_plads"].implode())
    marked = rows.with_columns(keys["_kendt"]).with_columns(dublet=pl.col("_kendt") & ~is_new).drop("_kendt")
    _note_kept(marked.with_columns(keys["_gang"]), journals)
    return marked, pl.concat([seen, new.select(INGEN_SETE.columns)])


def _contents(rows: pl.DataFrame, journals: dict[str, Journal]) -> pl.DataFrame:
    """What each row says as two hashes, whether it can be a known duplicate, and its turn in its file."""
    shown = pl.col(conform(rows, "linjer").columns).exclude(*_IKKE_INDHOLD)
    keys = (
        conform(rows, "linjer")
        .select(
            "kilde_fil",
            _a=pl.struct("faktura_id", shown).hash(1),
            _b=pl.struct("faktura_id", shown).hash(2),
            _kendt=rows.select(OK & pl.col("_nummer") & pl.col("_leverandoer").is_not_null()).to_series(),
            # the lines of an e-invoice are numbered in reading; one without lines is one line
            _alene=pl.col("linje_nummer").is_null()
            & ~pl.col("kilde_fil").is_in([file for file, its in journals.items() if its.form.format == UBL]),
        )
        .with_row_index("_plads")
    )
    turn = pl.int_range(pl.len(), dtype=pl.UInt32).over("kilde_fil", "_kendt", "_a", "_b")
    return keys.with_columns(_gang=pl.when("_alene").then(turn).otherwise(0).cast(pl.UInt32))


def _note_kept(rows: pl.DataFrame, journals: dict[str, Journal]) -> None:
    """Say beside each file how many rows look like an earlier one, or could not be compared, and stayed."""
    content = [name for name in schema.navne("linjer") if name not in _IKKE_INDHOLD and name in rows.columns]
    numbered, supplied = pl.col("_nummer"), pl.col("_leverandoer").is_not_null()
    again = ~pl.struct("kilde_fil", *content).is_first_distinct()
    unnumbered = rows.filter(OK & ~numbered).filter(again)
    notes = {
        "rækker uden fakturanummer, der ligner en tidligere række; beholdt": unnumbered,
        "ens linjer på en faktura uden linjenumre; beholdt": rows.filter(
            OK & numbered & supplied & ~pl.col("dublet") & (pl.col("_gang") > 0)
        ),
        "rækker uden leverandør, som ikke kan kendes som dubletter": rows.filter(OK & numbered & ~supplied),
    }
    for text, found in notes.items():
        for file, n in found.group_by("kilde_fil", maintain_order=True).len().iter_rows():
            journals[file].note(file, f"{text}: {n}")


def without_cpr(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    The lines with CPR-like numbers masked, and one correction for each cell.

    A document whose key holds such a number is named after its first row instead. An order number that was
    masked says nothing of an order, unless the e-order rule had already known it.
    """
    columns = [
        name for name in schema.navne("linjer") if rows.schema[name] == pl.String and name not in _FASTE
    ]
    masked, hits = masked_cells(rows, columns)
    if not hits:
        return rows, pl.DataFrame()
    first = pl.format("{}#{}", pl.col("kilde_fil").first(), pl.col("kilde_raekke").first()).over(
        rows["faktura_id"]
    )
    key = pl.when(pl.col("faktura_id") != rows["faktura_id"]).then(first).otherwise("faktura_id")
    placeholder = pl.col("ordrenummer").str.contains(cpr.MASKE, literal=True).fill_null(False) & (
        pl.col("ordre_regel") == "andet ordrenummer"
    )
    done = masked.with_columns(
        faktura_id=key,
        har_ordrenummer=pl.col("har_ordrenummer") & ~placeholder,
        ordre_regel=pl.when(placeholder).then(pl.lit("pladsholder")).otherwise("ordre_regel"),
    )
    shown = [hit for hit in hits if hit["kolonne"][0] != "faktura_id"]
    return done, pl.concat(shown) if shown else pl.DataFrame()


def masked_cells(rows: pl.DataFrame, columns: list[str]) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The rows with CPR-like numbers masked in these columns, and one correction for each cell."""
    masked = rows.with_columns(cpr.masked(name) for name in columns)
    hits = []
    for name in columns:
        changed = rows.select((pl.col(name) != masked[name]).fill_null(False)).to_series()
        if changed.any():
            hits.append(_corrections(masked.filter(changed), name))
    return masked, hits


#: Text columns that cannot hold a person's number: what we wrote ourselves, and codes of eight digits.
_FASTE = {"kommune_kode", "dokumenttype", "vare_kodesystem", "vare_kode", "kilde_fil"}


def _corrections(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.select(
        "kommune_kode",
        "kilde_fil",
        "kilde_raekke",
        pl.lit("system" if name == "system_kode" else name).alias("kolonne"),
        pl.col(name).str.head(100).alias("vaerdi"),
        pl.lit("ligner et CPR-nummer").alias("aarsag"),
        pl.lit("maskeret").alias("handling"),
    )
