"""
The shapes that the extracts come in, one per region, as different as real ones are.

Each shape names its headers, its encoding and how it writes dates and amounts.
`kilde.toml` is written from the same descriptions, so that files and
description cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Some extracts put a no-break space between thousands.
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
    kommune: str = "navn"
    indledning: tuple[str, ...] = ()
    totalraekke: bool = False
    ignorer: tuple[str, ...] = ()
    snavs: tuple[str, ...] = ()

    @property
    def felter(self) -> list[str]:
        """The fields of the file, in order."""
        return list(self.kolonner.values())

    @property
    def med_typer(self) -> bool:
        """Does the file keep dates and numbers as such?"""
        return self.slags in ("parquet", "xlsx")


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
        kommune="kode med nul",
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
