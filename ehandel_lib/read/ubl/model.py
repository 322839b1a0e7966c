"""
What is taken from an e-invoice, and nothing else.

An e-invoice holds far more than a report may: names and telephone numbers of
contacts, bank accounts, attachments. The fields below are a white-list; what
is not named here is never read.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

#: The element that an analyst would look for in the file = our field.
KOLONNER = {
    "AccountingCustomerParty/CompanyID": "kommune",
    "IssueDate": "dato",
    "ID": "faktura_nummer",
    "InvoiceLine/ID": "linje_nummer",
    "Invoice eller CreditNote": "dokumenttype",
    "AccountingSupplierParty/CompanyID": "leverandoer_cvr",
    "AccountingSupplierParty/PartyName": "leverandoer_navn",
    "AccountingCustomerParty/EndpointID": "enhed_id",
    "AccountingCustomerParty/PartyName": "enhed_navn",
    "OrderReference/ID": "ordrenummer",
    "ContractDocumentReference/ID": "aftale_nummer",
    "ContractDocumentReference/ID (delaftale)": "delaftale_nummer",
    "ItemClassificationCode (UNSPSC)": "unspsc",
    "ItemClassificationCode (CPV)": "cpv",
    "Item/Name": "varetekst",
    "AccountingCost": "konto",
    "InvoicedQuantity": "maengde",
    "InvoicedQuantity/@unitCode": "maaleenhed",
    "Price/PriceAmount": "enhedspris",
    "LineExtensionAmount": "beloeb",
    "DocumentCurrencyCode": "valuta",
}


@dataclass(frozen=True, slots=True)
class Linje:
    """One line of an invoice. `beloeb_oere` holds its part of the document's allowances and charges."""

    nummer: str
    tekst: str
    maengde: Decimal | None
    maaleenhed: str
    enhedspris: Decimal | None
    beloeb_oere: int
    unspsc: str
    cpv: str
    ordrenummer: str
    konto: str


@dataclass(frozen=True, slots=True)
class Faktura:
    """
    One invoice or credit note, net of VAT, in the document's own currency.

    The lines' amounts add up to `netto_oere`. A credit note is negative by its document type;
    `ordrenummer` is the document's own, while a line's is the one that holds for the line.
    `koeber_cvr` tells which municipality bought, `enhed_id` (EAN/GLN) which unit of it.
    """

    dokumenttype: str
    nummer: str
    dato: str
    typekode: str
    valuta: str
    tilpasning: str
    profil: str
    ordrenummer: str
    aftale_nummer: str
    delaftale_nummer: str
    leverandoer_cvr: str
    leverandoer_navn: str
    koeber_cvr: str
    enhed_id: str
    enhed_navn: str
    konto: str
    netto_oere: int
    linjer: tuple[Linje, ...]
    maskeret: int
    bemaerkninger: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Afvisning:
    """
    A document that is not counted, and why: one Danish sentence for the ledger.

    `dokument` is the document's own name in the file (Reminder, Invoice …), empty where none could be read.
    """

    aarsag: str
    dokument: str = ""
