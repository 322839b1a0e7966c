"""
The shapes that the extracts come in, one per region, as different as real ones are.

Each shape names its headers, its encoding and how it writes dates and amounts.
`kilde.toml` is written from the same descriptions, so that files and
description cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

#: Danish extracts put a narrow blank between thousands now and then: here an ordinary no-break space.
FAST_MELLEMRUM = "\u00a0"


@dataclass(frozen=True)
class Form:
    """One shape of file: which rows go there, the headers, and how values are written."""

    fil: str
    omraade: str
    kolonner: dict[str, str]
    slags: str = "csv"
    kodning: str = "utf-8"
    skilletegn: str = ";"
    dato: str = "%Y-%m-%d"
    tusinder: str = ""
    decimal: str = ","
    minus_bagved: bool = False
    med_moms: bool = False
    positive_kreditnotaer: bool = False
    kommune: str = "kommune_navn"
    indledning: tuple[str, ...] = ()
    totalraekke: bool = False
    ignorer: tuple[str, ...] = ()
    snavs: tuple[str, ...] = field(default=())

    @property
    def felter(self) -> list[str]:
        return list(self.kolonner.values())


_ALLE = ("dublet", "CPR-lignende varetekst")
_TEKST = (
    *_ALLE,
    "ugyldig dato",
    "ulæseligt beløb",
    "ukendt kommune",
    "CVR med DK eller mellemrum",
    "CVR uden foranstillet nul",
    "CVR med forkert kontrolciffer",
    "CPR-lignende ordrenummer",
)

FORMER = (
    Form(
        fil="fakturaer_hovedstaden_{aar}.csv",
        omraade="Hovedstaden",
        kodning="cp1252",
        dato="%d-%m-%Y",
        tusinder=".",
        kolonner={
            "Kommune": "kommune",
            "Fakturadato": "dato",
            "Fakturanr.": "faktura_nummer",
            "Linje": "linje_nummer",
            "Bilagstype": "dokumenttype",
            "CVR-nr.": "leverandoer_cvr",
            "Leverandør": "leverandoer_navn",
            "EAN-nr.": "enhed_id",
            "Ordrenr.": "ordrenummer",
            "Aftale": "aftale_nummer",
            "Delaftale": "delaftale_nummer",
            "UNSPSC": "unspsc",
            "Varetekst": "varetekst",
            "Artskonto": "konto",
            "Antal": "maengde",
            "Enhed": "maaleenhed",
            "Enhedspris": "enhedspris",
            "Beløb ekskl. moms": "beloeb",
            "Valuta": "valuta",
        },
        snavs=(*_TEKST, "fremmed valuta", "kr. bag beløbet", "minus bag beløbet"),
    ),
    Form(
        fil="fakturaer_sjaelland_{aar}.csv",
        omraade="Sjælland",
        kodning="utf-8-sig",
        skilletegn=",",
        decimal=".",
        kommune="kode_4",
        positive_kreditnotaer=True,
        kolonner={
            "kommunekode": "kommune",
            "fakturadato": "dato",
            "fakturanummer": "faktura_nummer",
            "linjenummer": "linje_nummer",
            "dokumenttype": "dokumenttype",
            "leverandør_cvr": "leverandoer_cvr",
            "leverandør": "leverandoer_navn",
            "gln": "enhed_id",
            "institution": "enhed_navn",
            "institutionstype": "enhedstype",
            "rekvisition": "ordrenummer",
            "kontrakt": "aftale_nummer",
            "delkontrakt": "delaftale_nummer",
            "unspsc": "unspsc",
            "tekst": "varetekst",
            "mængde": "maengde",
            "enhed": "maaleenhed",
            "stykpris": "enhedspris",
            "nettobeløb": "beloeb",
        },
        snavs=_TEKST,
    ),
    Form(
        fil="fakturaer_syddanmark_{aar}.parquet",
        omraade="Syddanmark",
        slags="parquet",
        kommune="kode",
        kolonner={
            "kommune_nr": "kommune",
            "dato": "dato",
            "faktura_nr": "faktura_nummer",
            "linje_nr": "linje_nummer",
            "bilagsart": "dokumenttype",
            "kreditor_cvr": "leverandoer_cvr",
            "kreditor_navn": "leverandoer_navn",
            "ean": "enhed_id",
            "ordre_nr": "ordrenummer",
            "aftale_nr": "aftale_nummer",
            "delaftale_nr": "delaftale_nummer",
            "varekode": "unspsc",
            "varetekst": "varetekst",
            "art": "konto",
            "antal": "maengde",
            "maaleenhed": "maaleenhed",
            "pris": "enhedspris",
            "beloeb": "beloeb",
            "valuta": "valuta",
        },
        snavs=(*_ALLE, "manglende dato", "fremmed valuta", "CPR-lignende ordrenummer"),
    ),
    Form(
        fil="fakturaer_midtjylland_{aar}.zip",
        omraade="Midtjylland",
        slags="zip",
        skilletegn="\t",
        dato="%d.%m.%Y",
        minus_bagved=True,
        kolonner={
            "Kommunenavn": "kommune",
            "Dato": "dato",
            "Faktura": "faktura_nummer",
            "Linjenr": "linje_nummer",
            "Leverandørens CVR": "leverandoer_cvr",
            "Leverandørnavn": "leverandoer_navn",
            "EAN": "enhed_id",
            "Indkøbsordre": "ordrenummer",
            "Aftalenr": "aftale_nummer",
            "Delaftalenr": "delaftale_nummer",
            "Varekode": "unspsc",
            "Beskrivelse": "varetekst",
            "Mængde": "maengde",
            "Måleenhed": "maaleenhed",
            "Pris pr. enhed": "enhedspris",
            "Linjebeløb": "beloeb",
            "Valutakode": "valuta",
        },
        snavs=(*_TEKST, "fremmed valuta", "kr. bag beløbet"),
    ),
    Form(
        fil="fakturaer_nordjylland_{aar}.csv",
        omraade="Nordjylland",
        kodning="utf-16-le",
        skilletegn="\t",
        dato="%Y-%m-%d 00:00:00",
        tusinder=FAST_MELLEMRUM,
        kommune="kode",
        med_moms=True,
        indledning=("Fakturaudtræk for {aar}", "Beløb er inkl. moms", ""),
        totalraekke=True,
        ignorer=("Bemærkning",),
        kolonner={
            "Kommunenr.": "kommune",
            "Fakturadato": "dato",
            "Fakturanr": "faktura_nummer",
            "Linjenr.": "linje_nummer",
            "Type": "dokumenttype",
            "CVR": "leverandoer_cvr",
            "Navn": "leverandoer_navn",
            "EAN-nummer": "enhed_id",
            "Ordrereference": "ordrenummer",
            "Aftalenummer": "aftale_nummer",
            "Delaftale": "delaftale_nummer",
            "UNSPSC-kode": "unspsc",
            "Tekst": "varetekst",
            "Antal": "maengde",
            "Beløb inkl. moms": "beloeb",
        },
        snavs=(*_TEKST, "parentes om beløbet"),
    ),
    Form(
        fil="fakturaer_bornholm_{aar}.xlsx",
        omraade="Bornholm",
        slags="xlsx",
        kolonner={
            "Kommune": "kommune",
            "Fakturadato": "dato",
            "Fakturanummer": "faktura_nummer",
            "Linjenummer": "linje_nummer",
            "Leverandør CVR": "leverandoer_cvr",
            "Leverandørnavn": "leverandoer_navn",
            "EAN-nummer": "enhed_id",
            "Ordrenummer": "ordrenummer",
            "E-handlet": "e_handlet_angivet",
            "Aftale": "aftale_nummer",
            "Delaftale": "delaftale_nummer",
            "UNSPSC": "unspsc",
            "Varetekst": "varetekst",
            "Antal": "maengde",
            "Måleenhed": "maaleenhed",
            "Enhedspris": "enhedspris",
            "Beløb": "beloeb",
        },
        snavs=_ALLE,
    ),
)


def amount(oere: pl.Expr, form: Form) -> pl.Expr:
    """An amount in øre as this shape writes it: ``-1.234,50``, ``1234.50``, ``1234,50-``."""
    size = oere.abs()
    kroner = (size // 100).cast(pl.String)
    if form.tusinder:
        head, tail = kroner.str.slice(0, kroner.str.len_chars() - 3), kroner.str.tail(3)
        kroner = (
            pl.when(size >= 1_000_00)
            .then(_grouped(head, form.tusinder) + form.tusinder + tail)
            .otherwise(kroner)
        )
    written = kroner + form.decimal + (size % 100).cast(pl.String).str.zfill(2)
    signed = written + "-" if form.minus_bagved else "-" + written
    return pl.when(oere < 0).then(signed).otherwise(written)


def _grouped(head: pl.Expr, sign: str) -> pl.Expr:
    """The thousands of a number, with a sign before their last three digits if there are more."""
    long = head.str.len_chars() > 3
    return (
        pl.when(long)
        .then(head.str.slice(0, head.str.len_chars() - 3) + sign + head.str.tail(3))
        .otherwise(head)
    )


def written(rows: pl.DataFrame, form: Form) -> pl.DataFrame:
    """
    The rows in the columns and the writing of this shape.

    A value in ``<field>_raa`` is dirt, and stands instead of the field.
    """
    net = pl.col("beloeb_oere").abs() if form.positive_kreditnotaer else pl.col("beloeb_oere")
    oere = (net * 5 + 2) // 4 if form.med_moms else net
    quantity = pl.col("maengde").abs() if form.positive_kreditnotaer else pl.col("maengde")
    typed = form.slags in ("parquet", "xlsx")
    values = rows.with_columns(
        kommune=_kommune(form),
        dato=pl.col("dato") if typed else pl.col("dato").dt.strftime(form.dato),
        maengde=quantity if typed else quantity.cast(pl.String),
        enhedspris=_typed(pl.col("enhedspris_oere"), form)
        if typed
        else amount(pl.col("enhedspris_oere"), form),
        beloeb=_typed(oere, form) if typed else _styled(oere, form),
        leverandoer_cvr=pl.col("leverandoer_cvr").cast(pl.Int64) if typed else pl.col("leverandoer_cvr"),
        linje_nummer=pl.col("linje_nummer") if typed else pl.col("linje_nummer").cast(pl.String),
    )
    dirty = [
        name
        for name in form.felter
        if f"{name}_raa" in rows.columns and not (typed and name == "leverandoer_cvr")
    ]
    if typed:
        values = values.with_columns(dato=pl.when(pl.col("dato_raa").is_null()).then("dato"))
        dirty = [name for name in dirty if name not in ("dato", "beloeb")]
    values = values.with_columns(pl.coalesce(f"{name}_raa", name).alias(name) for name in dirty)
    return values.select(pl.col(name).alias(header) for header, name in form.kolonner.items())


def _kommune(form: Form) -> pl.Expr:
    code = pl.col("kommune_kode")
    return {"kommune_navn": pl.col("kommune_navn"), "kode": code, "kode_4": "0" + code}[form.kommune]


def _typed(oere: pl.Expr, form: Form) -> pl.Expr:
    """Kroner as a number: exact in Parquet, what a spreadsheet has in Excel."""
    kroner = oere / 100
    return kroner.cast(pl.Decimal(14, 2)) if form.slags == "parquet" else kroner


def _styled(oere: pl.Expr, form: Form) -> pl.Expr:
    """The amount, in the odd writing that `stil` asks for."""
    plain = amount(oere, form)
    odd = {
        "kr": plain + " kr.",
        "minus": amount(oere.abs(), form) + "-",
        "parentes": "(" + amount(oere.abs(), form) + ")",
    }
    for name, text in odd.items():
        plain = pl.when(pl.col("stil") == name).then(text).otherwise(plain)
    return plain
