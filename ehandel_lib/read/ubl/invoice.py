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
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from ehandel_lib.read.ubl import amounts, party
from ehandel_lib.read.ubl.model import Afvisning, Faktura, Linje
from ehandel_lib.read.ubl.names import all_at, attribute, cac, cbc, text_at

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
    type_code = text_at(root, cbc("CreditNoteTypeCode" if credit else "InvoiceTypeCode"))
    if type_code == PROFORMA and not credit:
        raise Ulaeselig("Dokumentet er en proformafaktura (typekode 325) og ikke et krav om betaling.")
    # a credit note's amounts are positive; the document type turns them, never the sign
    sign = -1 if credit else 1
    elements = list(root.iterchildren(cac("CreditNoteLine" if credit else "InvoiceLine")))
    own = [_amount(e, cbc("LineExtensionAmount"), f"Linje {i}") for i, e in enumerate(elements, 1)]
    net = _net(root, own)
    parts = amounts.fordel(net, own) if own else []
    order = text_at(root, cac("OrderReference"), cbc("ID"))
    account = text_at(root, cbc("AccountingCost"))
    supplier = party.read(root, "AccountingSupplierParty")
    buyer = party.read(root, "AccountingCustomerParty")
    agreement = _agreement(root)
    return Faktura(
        dokumenttype="kreditnota" if credit else "faktura",
        nummer=text_at(root, cbc("ID")),
        dato=_date(root),
        typekode=type_code,
        valuta=_currency(root, elements),
        tilpasning=text_at(root, cbc("CustomizationID")),
        profil=text_at(root, cbc("ProfileID")),
        ordrenummer=order,
        aftale_nummer=agreement[0],
        delaftale_nummer=agreement[1],
        leverandoer_cvr=supplier.cvr,
        leverandoer_navn=supplier.navn,
        koeber_cvr=buyer.cvr,
        enhed_id=buyer.gln,
        enhed_navn=buyer.navn,
        konto=account,
        netto_oere=sign * net,
        linjer=tuple(_line(e, sign, part, order, account) for e, part in zip(elements, parts, strict=True)),
        maskeret=supplier.maskeret + buyer.maskeret,
        bemaerkninger=_remarks(root, own),
    )


def _amount(parent: etree._Element, tag: str, where: str) -> Decimal:
    """An amount that must be there."""
    text = text_at(parent, tag)
    value = amounts.decimal(text)
    if value is None:
        wrong = "mangler" if not text else "er ikke et tal, som kan være et beløb"
        raise Ulaeselig(f"{where}: beløbet uden moms (LineExtensionAmount) {wrong}.")
    return value


def _net(root: etree._Element, own: list[Decimal]) -> int:
    """The document's net amount in øre: lines − allowances + charges, before any change of sign."""
    total = next(root.iterchildren(cac("LegalMonetaryTotal")), None)
    if total is None and not own:
        raise Ulaeselig("Dokumentet har hverken linjer eller et beløb (LegalMonetaryTotal).")
    stated = total is not None and text_at(total, cbc("LineExtensionAmount"))
    lines = (
        _amount(total, cbc("LineExtensionAmount"), "Totalen") if stated or not own else sum(own, Decimal(0))
    )
    net = amounts.netto(
        lines,
        _document_level(root, total, "AllowanceTotalAmount", "false"),
        _document_level(root, total, "ChargeTotalAmount", "true"),
    )
    if abs(net) >= amounts.MAX_KRONER:
        raise Ulaeselig("Dokumentets beløb er for stort til at være en faktura.")
    return amounts.oere(net)


def _document_level(root: etree._Element, total: etree._Element | None, tag: str, indicator: str) -> Decimal:
    """The document's allowances or charges: the stated total, else the sum of those that are listed."""
    if total is not None and text_at(total, cbc(tag)):
        value = amounts.decimal(text_at(total, cbc(tag)))
        if value is None:
            raise Ulaeselig(f"Totalen: {tag} er ikke et tal, som kan være et beløb.")
        return value
    listed = Decimal(0)
    for element in root.iterchildren(cac("AllowanceCharge")):
        if text_at(element, cbc("ChargeIndicator")).lower() in (
            indicator,
            {"false": "0", "true": "1"}[indicator],
        ):
            value = amounts.decimal(text_at(element, cbc("Amount")))
            if value is None:
                raise Ulaeselig("En rabat eller et gebyr på dokumentet har et beløb, som ikke er et tal.")
            listed += value
    return listed


def _remarks(root: etree._Element, own: list[Decimal]) -> tuple[str, ...]:
    """What the ledger should know of a document that is counted."""
    stated = amounts.decimal(text_at(root, cac("LegalMonetaryTotal"), cbc("LineExtensionAmount")))
    if not own or stated is None or abs(amounts.oere(stated - sum(own))) <= AFRUNDING_OERE:
        return ()
    return ("Linjerne giver ikke dokumentets sum (LineExtensionAmount); forskellen er fordelt på linjerne.",)


def _date(root: etree._Element) -> str:
    """The issue date; a time zone (`2024-05-20+02:00`) does not move it."""
    text = text_at(root, cbc("IssueDate"))
    match = _DATO.fullmatch(text)
    try:
        return dt.date.fromisoformat(match[1] if match else "").isoformat()
    except ValueError:
        wrong = "er ikke en dato" if text else "mangler"
        raise Ulaeselig(f"Dokumentets dato (IssueDate) {wrong}.") from None


def _currency(root: etree._Element, lines: list[etree._Element]) -> str:
    """The document's currency; where it does not say, the one written at its amounts."""
    stated = text_at(root, cbc("DocumentCurrencyCode"))
    if stated:
        return stated.upper()
    for parent in [*root.iterchildren(cac("LegalMonetaryTotal")), *lines]:
        for amount in parent.iterchildren(cbc("LineExtensionAmount"), cbc("PayableAmount")):
            if amount.get("currencyID"):
                return attribute(amount, "currencyID").upper()
    raise Ulaeselig("Dokumentet siger ikke, hvilken valuta beløbene er i (DocumentCurrencyCode).")


def _agreement(root: etree._Element) -> tuple[str, str]:
    """The framework agreement that the invoice names, and its lot."""
    for text in all_at(root, cac("ContractDocumentReference"), cbc("ID")):
        match = _AFTALE.fullmatch(text)
        if match:
            return match[1], match[2] or ""
    return "", ""


def _line(element: etree._Element, sign: int, part: int, order: str, account: str) -> Linje:
    item = next(element.iterchildren(cac("Item")), None)
    quantity = next(element.iterchildren(cbc("InvoicedQuantity"), cbc("CreditedQuantity")), None)
    price = next(element.iterchildren(cac("Price")), None)
    unspsc, cpv = _codes(item)
    amount = None if quantity is None else amounts.decimal(quantity.text or "")
    return Linje(
        nummer=text_at(element, cbc("ID")),
        tekst="" if item is None else text_at(item, cbc("Name")) or text_at(item, cbc("Description")),
        maengde=None if amount is None else sign * amount,
        maaleenhed="" if quantity is None else attribute(quantity, "unitCode"),
        enhedspris=_unit_price(price),
        beloeb_oere=sign * part,
        unspsc=unspsc,
        cpv=cpv,
        ordrenummer=_order(element, order),
        konto=text_at(element, cbc("AccountingCost")) or account,
    )


def _unit_price(price: etree._Element | None) -> Decimal | None:
    if price is None:
        return None
    amount = amounts.decimal(text_at(price, cbc("PriceAmount")))
    return amounts.enhedspris(amount, amounts.decimal(text_at(price, cbc("BaseQuantity"))))


def _order(line: etree._Element, order: str) -> str:
    """The order that holds for a line: its own, else the document's."""
    stated = all_at(line, cac("OrderLineReference"), cac("OrderReference"), cbc("ID"))
    return next((text for text in stated if not (order and _INTET.fullmatch(text)) and text), order)


def _codes(item: etree._Element | None) -> tuple[str, str]:
    """The item's first UNSPSC and first CPV code; the list that a code is from decides which it is."""
    found = {"unspsc": "", "cpv": ""}
    for element in _code_elements(item):
        system = _code_system(element)
        code = re.sub(r"[\s-]", "", element.text or "")
        # a CPV code may carry its check digit: 30192000-1
        code = code[:8] if system == "cpv" else code
        if system and code.isascii() and code.isdigit() and len(code) <= 10:
            found[system] = found[system] or code
    return found["unspsc"], found["cpv"]


def _code_elements(item: etree._Element | None) -> Iterator[etree._Element]:
    for classification in () if item is None else item.iterchildren(cac("CommodityClassification")):
        yield from classification.iterchildren(cbc("ItemClassificationCode"))


def _code_system(code: etree._Element) -> str:
    listed = attribute(code, "listID").upper()
    version = attribute(code, "listVersionID").replace(".", "")
    if listed in _CPV:
        return "cpv"
    if listed in _UNSPSC or (listed == "MP" and version in _UNSPSC_VERSIONER):
        return "unspsc"
    return ""
