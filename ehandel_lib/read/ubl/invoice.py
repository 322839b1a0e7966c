"""
One UBL invoice or credit note, field by field.

The three families that reach Danish municipalities (OIOUBL 2, OIOUBL 3, Peppol
BIS 3) name their elements alike and differ in what they put there; where a
field is a trap, the comment says which. Only children that are asked for are
looked at, so contacts, accounts and attachments are passed by.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from lxml import etree

from ehandel_lib.read.ubl import amounts, party
from ehandel_lib.read.ubl.model import Afvisning, Faktura, Linje
from ehandel_lib.read.ubl.names import MAX_TEGN, Children, attribute, children, each, text

#: A proforma invoice (UNCL 1001 code 325) asks for no payment; the invoice itself follows.
PROFORMA = "325"

#: Differences up to one krone are rounding, which OIOUBL allows.
AFRUNDING_OERE = 100

#: UNCL 7143 and OIOUBL's own words for the two code systems.
_UNSPSC = {"TST", "UNSPSC"}
_CPV = {"STI", "CPV"}

#: UNSPSC versions without dots. Danish files give them with list MP (own product number): still UNSPSC.
_UNSPSC_VERSIONER = {"70501", "190501", "260801"}

#: A line that says "no order" does not overrule the document's order.
_INTET = re.compile(r"n\.?/?a\.?|1|[\W_0]*", re.IGNORECASE)

#: An agreement as SKI numbers it, with its lot; other contract numbers are the supplier's own.
_AFTALE = re.compile(r"(\d\d\.\d\d)(?:[./](\d{1,2}))?")


#: xs:date, which may carry a time zone.
_DATO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")


class Ulaeselig(Exception):
    """The document lacks something without which it cannot be counted; `str()` is the reason."""


def faktura(root: etree._Element) -> Faktura | Afvisning:
    """
    The invoice in an element of the UBL invoice or credit note schema, or why it cannot be counted.

    Parameters
    ----------
    root : lxml element
        ``Invoice`` or ``CreditNote``.
    """
    name = etree.QName(root).localname
    try:
        return _faktura(root, name == "CreditNote")
    except Ulaeselig as reason:
        return Afvisning(str(reason), name)


def _faktura(root: etree._Element, credit: bool) -> Faktura:
    top = children(root)
    type_code = text(top.get("CreditNoteTypeCode" if credit else "InvoiceTypeCode"))
    if type_code == PROFORMA and not credit:
        raise Ulaeselig("Dokumentet er en proformafaktura (typekode 325) og ikke et krav om betaling.")
    lines = [children(line) for line in each(root, "CreditNoteLine" if credit else "InvoiceLine")]
    own = [_amount(line, f"Linje {n}") for n, line in enumerate(lines, 1)]
    total = children(top.get("LegalMonetaryTotal"))
    net = _net(root, total, own)
    parts = amounts.fordel(net, own) if own else []
    order = text(children(top.get("OrderReference")).get("ID"))
    account = text(top.get("AccountingCost"))
    supplier = party.read(top.get("AccountingSupplierParty"))
    buyer = party.read(top.get("AccountingCustomerParty"))
    agreement, lot = _agreement(root)
    # a credit note's amounts are positive; the document type turns them, never the sign
    sign = -1 if credit else 1
    return Faktura(
        dokumenttype="kreditnota" if credit else "faktura",
        nummer=text(top.get("ID")),
        dato=_date(text(top.get("IssueDate"))),
        typekode=type_code,
        valuta=_currency(top, [total, *lines]),
        tilpasning=text(top.get("CustomizationID")),
        profil=text(top.get("ProfileID")),
        ordrenummer=order,
        aftale_nummer=agreement,
        delaftale_nummer=lot,
        leverandoer_cvr=supplier.cvr,
        leverandoer_navn=supplier.navn,
        koeber_cvr=buyer.cvr,
        enhed_id=buyer.gln,
        enhed_navn=buyer.navn,
        konto=account,
        netto_oere=sign * net,
        linjer=tuple(_line(f, sign, part, order, account) for f, part in zip(lines, parts, strict=True)),
        maskeret=supplier.maskeret + buyer.maskeret,
        bemaerkninger=_remarks(total, own),
    )


def _amount(fields: Children, where: str) -> Decimal:
    """An amount that must be there."""
    stated = text(fields.get("LineExtensionAmount"))
    value = amounts.decimal(stated)
    if value is None:
        wrong = "er ikke et tal, som kan være et beløb" if stated else "mangler"
        raise Ulaeselig(f"{where}: beløbet uden moms (LineExtensionAmount) {wrong}.")
    return value


def _net(root: etree._Element, total: Children, own: list[Decimal]) -> int:
    """The document's net amount in øre: lines − allowances + charges, before any change of sign."""
    if not total and not own:
        raise Ulaeselig("Dokumentet har hverken linjer eller et beløb (LegalMonetaryTotal).")
    stated = text(total.get("LineExtensionAmount"))
    lines = _amount(total, "Totalen") if stated or not own else sum(own, Decimal(0))
    allowances = _document_level(root, total, "AllowanceTotalAmount", ("false", "0"))
    charges = _document_level(root, total, "ChargeTotalAmount", ("true", "1"))
    net = amounts.netto(lines, allowances, charges)
    if abs(net) >= amounts.MAX_KRONER:
        raise Ulaeselig("Dokumentets beløb er for stort til at være en faktura.")
    return amounts.oere(net)


def _document_level(root: etree._Element, total: Children, name: str, indicators: tuple[str, str]) -> Decimal:
    """The document's allowances or charges: the stated total, else the sum of those that are listed."""
    stated = text(total.get(name))
    if stated:
        texts = [stated]
    else:
        listed = [children(element) for element in each(root, "AllowanceCharge")]
        texts = [
            text(f.get("Amount")) for f in listed if text(f.get("ChargeIndicator")).lower() in indicators
        ]
    values = [amounts.decimal(found) for found in texts]
    if None in values:
        raise Ulaeselig(f"Dokumentets rabatter eller gebyrer ({name}) er ikke et tal, som kan være et beløb.")
    return sum((value for value in values if value is not None), Decimal(0))


def _remarks(total: Children, own: list[Decimal]) -> tuple[str, ...]:
    """What the ledger should know of a document that is counted."""
    stated = amounts.decimal(text(total.get("LineExtensionAmount")))
    if not own or stated is None or abs(amounts.oere(stated - sum(own))) <= AFRUNDING_OERE:
        return ()
    return ("Linjerne giver ikke dokumentets sum (LineExtensionAmount); forskellen er fordelt på linjerne.",)


def _date(stated: str) -> str:
    """The issue date; a time zone (`2024-05-20+02:00`) does not move it."""
    match = _DATO.fullmatch(stated)
    try:
        return dt.date.fromisoformat(match[1] if match else "").isoformat()
    except ValueError:
        wrong = "er ikke en dato" if stated else "mangler"
        raise Ulaeselig(f"Dokumentets dato (IssueDate) {wrong}.") from None


def _currency(top: Children, amounts_of: list[Children]) -> str:
    """The document's currency; where it does not say, the one written at its amounts."""
    stated = text(top.get("DocumentCurrencyCode"))
    if stated:
        return stated.upper()
    for fields in amounts_of:
        for name in ("LineExtensionAmount", "PayableAmount"):
            if name in fields and fields[name].get("currencyID"):
                return attribute(fields[name], "currencyID").upper()
    raise Ulaeselig("Dokumentet siger ikke, hvilken valuta beløbene er i (DocumentCurrencyCode).")


def _agreement(root: etree._Element) -> tuple[str, str]:
    """The framework agreement that the invoice names, and its lot."""
    for reference in each(root, "ContractDocumentReference"):
        match = _AFTALE.fullmatch(text(children(reference).get("ID")))
        if match:
            return match[1], match[2] or ""
    return "", ""


def _line(fields: Children, sign: int, part: int, order: str, account: str) -> Linje:
    quantity = fields.get("InvoicedQuantity", fields.get("CreditedQuantity"))
    item = children(fields.get("Item"))
    price = children(fields.get("Price"))
    many = amounts.decimal(text(quantity))
    unspsc, cpv = _codes(fields.get("Item")) if "CommodityClassification" in item else ("", "")
    return Linje(
        nummer=text(fields.get("ID")),
        tekst=text(item.get("Name")) or text(item.get("Description")),
        maengde=None if many is None else sign * many,
        maaleenhed="" if quantity is None else attribute(quantity, "unitCode"),
        enhedspris=amounts.enhedspris(
            amounts.decimal(text(price.get("PriceAmount"))), amounts.decimal(text(price.get("BaseQuantity")))
        ),
        beloeb_oere=sign * part,
        unspsc=unspsc,
        cpv=cpv,
        ordrenummer=_order(fields.get("OrderLineReference"), order),
        konto=text(fields.get("AccountingCost")) or account,
    )


def _order(reference: etree._Element | None, order: str) -> str:
    """The order that holds for a line: its own, else the document's."""
    if reference is None:
        return order
    siblings = [reference, *reference.itersiblings(reference.tag)]
    stated = [text(children(children(s).get("OrderReference")).get("ID")) for s in siblings]
    return next((found for found in stated if found and not (order and _INTET.fullmatch(found))), order)


def _codes(item: etree._Element | None) -> tuple[str, str]:
    """The item's first UNSPSC and first CPV code; the list that a code is from decides which it is."""
    found = {"unspsc": "", "cpv": ""}
    for classification in each(item, "CommodityClassification"):
        for element in each(classification, "ItemClassificationCode"):
            system = _code_system(element)
            code = "".join((element.text or "")[:MAX_TEGN].split()).replace("-", "")
            # a CPV code may carry its check digit: 30192000-1
            code = code[:8] if system == "cpv" else code
            if system and code.isascii() and code.isdigit() and len(code) <= 10:
                found[system] = found[system] or code
    return found["unspsc"], found["cpv"]


def _code_system(code: etree._Element) -> str:
    listed = attribute(code, "listID").upper()
    if listed in _CPV:
        return "cpv"
    if listed in _UNSPSC:
        return "unspsc"
    version = attribute(code, "listVersionID").replace(".", "")
    return "unspsc" if listed == "MP" and version in _UNSPSC_VERSIONER else ""
