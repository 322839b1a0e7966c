"""
What a header probably means: the names that ledgers, procurement systems and e-invoices give our fields.

Only a first draft of `kilde.toml` rests on this; an analyst reads it through.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rapidfuzz import fuzz

#: field → names seen for it, as `plain` writes them. The order decides between fields that share a name.
SYNONYMER = {
    "kommune": (
        "kommune|kommunenavn|kommunenr|kommunekode|kommunenummer|myndighed|organisation|municipality|kunde"
    ),
    "dato": (
        "dato|fakturadato|bilagsdato|bogfoeringsdato|posteringsdato|faktura dato|udstedelsesdato|"
        "bogfoert|date|invoice date|issue date|paid date|payment date|voucher date|betalingsdato|"
        "posting date"
    ),
    "faktura_nummer": (
        "fakturanummer|fakturanr|faktura nr|faktura|faktnr|fakt nr|faktura id|bilagsnr|"
        "bilagsnummer|invoice number|invoice no|invoice id|trans no|transaction number|"
        "leverandoerens fakturanr|reference"
    ),
    "linje_nummer": ("linjenummer|linjenr|linje nr|linje|fakturalinje|line number|line no|line id|linie nr"),
    "dokumenttype": (
        "dokumenttype|bilagstype|fakturatype|bilagsart|type|document type|invoice type|doc type"
    ),
    "leverandoer_cvr": (
        "leverandoer cvr|cvr|cvr nr|cvrnr|cvrnummer|cvr nummer|leverandoerens cvr|kreditor cvr|"
        "leverandoer cvr nr|vendor cvr|supplier vat|company number"
    ),
    "leverandoer_navn": (
        "leverandoer|leverandoernavn|leverandoerens navn|kreditor|kreditornavn|kreditor navn|"
        "supplier|supplier name|vendor|vendor name|leverandoer navn|firma"
    ),
    "enhed_id": (
        "ean|ean nr|ean nummer|eannummer|gln|gln nr|enhed id|enhedsnr|ean lokationsnummer|lokationsnummer"
    ),
    "enhed_navn": (
        "enhed|enhedsnavn|institution|afdeling|navn|department|service|service area|organisational unit|sted"
    ),
    "enhedstype": "enhedstype|institutionstype|enhedens type|unit type|type",
    "ordrenummer": (
        "ordrenummer|ordrenr|ordre nr|ordre|indkoebsordre|indkoebsordrenr|ordrereference|"
        "rekvisition|rekvisitionsnr|rekvisitionsnummer|order|order number|order no|purchase order|"
        "po number|ordre id|indkoebsordrenummer"
    ),
    "e_handlet_angivet": ("e handlet|ehandlet|e handel|ehandel|e ordre|eordre|er e handlet|e handel ja nej"),
    "system": "system|e handelssystem|ehandelssystem|indkoebssystem",
    "aftale_nummer": (
        "aftale|aftalenr|aftalenummer|aftale nr|ski aftale|rammeaftale|rammeaftalenr|kontrakt|"
        "kontraktnr|agreement|contract|ski aftalenr|ski nr"
    ),
    "delaftale_nummer": "delaftale|delaftalenr|delaftale nr|delaftalenummer|da",
    "unspsc": "unspsc|unspsc kode|unspsc nr|unspsckode|unspsc code",
    "cpv": "cpv|cpv kode|cpvkode|cpv code",
    "varetekst": (
        "varetekst|varenavn|vare|beskrivelse|tekst|linjetekst|produkt|produktnavn|"
        "varebeskrivelse|item|description|item description|product|posteringstekst"
    ),
    "konto": (
        "konto|kontonr|kontonummer|artskonto|art|kontostreng|account|account code|"
        "expenditure code|dimensionskonto"
    ),
    "maengde": "maengde|antal|kvantum|stk|quantity|qty",
    "maaleenhed": "maaleenhed|enhed pr|enhedskode|unit|unit of measure|maal",
    "enhedspris": "enhedspris|stykpris|pris|unit price|pris pr enhed|stk pris",
    "aar": "aar|regnskabsaar|year",
    "kvartal": "kvartal|periode|quarter|kvt",
    "beloeb": (
        "beloeb|beloeb ekskl moms|beloeb excl moms|beloeb eksl moms|nettobeloeb|netto|linjebeloeb|"
        "fakturabeloeb|amount|net amount|line amount|invoice line value net of vat|beloeb uden moms|"
        "beloeb dkk|omsaetning|beloeb inkl moms|bruttobeloeb|beloeb i kr|omsaetning dkk|beloeb kr|"
        "linjebeloeb ekskl moms|ekskl moms|value"
    ),
    "valuta": "valuta|valutakode|currency|currency code",
}

#: Spelling likeness (0 to 100) from which two names are taken for the same: one slip in ten letters.
ENS_NOK = 90


def plain(header: str) -> str:
    """
    A header as it is compared: small letters, no signs, æøå spelled out.

    Examples
    --------
    >>> plain(" Ordre-nr. "), plain("Beløb (ekskl. moms)")
    ('ordre nr', 'beloeb ekskl moms')
    """
    text = header.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa").replace("ö", "oe")
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def guess_field(header: str, among: Collection[str] = tuple(SYNONYMER)) -> tuple[str, float]:
    """
    The field that a header most probably names, and how sure that is (0 to 100; 0 is not at all).

    Examples
    --------
    >>> guess_field("Ordrenr."), guess_field("Bogføringsdato")[0], guess_field("Farve")
    (('ordrenummer', 100.0), 'dato', ('', 0.0))
    """
    name = plain(header)
    scores = [
        (100.0 if name == known else fuzz.ratio(name, known), field)
        for field, names in SYNONYMER.items()
        if field in among
        for known in names.split("|")
    ]
    score, field = max(scores, key=lambda pair: pair[0])
    return (field, score) if name and score >= ENS_NOK else ("", 0.0)


def guess_columns(header: Sequence[str], among: Collection[str] = tuple(SYNONYMER)) -> dict[str, str]:
    """
    Header → field for a header row; each field once, for the header that fits it best.

    Examples
    --------
    >>> guess_columns(["Fakturadato", "Ordrenr", "Ordrenummer", "Farve"])
    {'Fakturadato': 'dato', 'Ordrenr': 'ordrenummer'}
    """
    guesses = {
        name: guess_field(name, among) for name in dict.fromkeys(header) if name and header.count(name) == 1
    }
    best: dict[str, str] = {}
    for name, (field, score) in guesses.items():
        if field and (field not in best or score > guesses[best[field]][1]):
            best[field] = name
    return {name: field for field, name in best.items()}


def guess_table(fields: set[str]) -> str:
    """
    The table that files with these fields make.

    Examples
    --------
    >>> guess_table({"kommune", "system"}), guess_table({"beloeb", "aftale_nummer", "kvartal"})
    ('systemer', 'omsaetning')
    """
    if "beloeb" not in fields:
        return "systemer" if "system" in fields else "enheder" if "enhed_id" in fields else "fakturaer"
    period = fields & {"aar", "kvartal"}
    return (
        "omsaetning"
        if period and "aftale_nummer" in fields and "faktura_nummer" not in fields
        else "fakturaer"
    )
