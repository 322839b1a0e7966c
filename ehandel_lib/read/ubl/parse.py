"""
From the bytes of an XML file to the invoices in it.

An invoice may stand alone, lie in an envelope (`StandardBusinessDocument`) or
with others in a collection; each is found by the names that UBL gives it,
whatever prefix the file uses. A file that is not what it seems is refused with
its reason: nothing in it can make the reader fetch, expand or hang.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from lxml import etree

from ehandel_lib.read.ubl.invoice import faktura
from ehandel_lib.read.ubl.model import Afvisning, Faktura

#: The largest file that is opened. E-invoices with attachments reach some tens of megabytes.
MAX_BYTES = 100_000_000

#: From this size a file is freed of its attachments before it is parsed: lxml refuses texts over 10 MB.
MED_BILAG = 1_000_000

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_INVOICES = {f"{{{_UBL}Invoice-2}}Invoice", f"{{{_UBL}CreditNote-2}}CreditNote"}
_PARTS = (f"{_UBL}Common", f"{_UBL}Signature", f"{_UBL}Qualified", f"{_UBL}Unqualified")

_ATTACHMENT = re.compile(rb"(<(?:[\w.-]+:)?EmbeddedDocumentBinaryObject\b[^<>]*>)[^<]+(?=</)")

#: What other business documents are called in Danish.
_NAVNE = {
    "Order": "en ordre",
    "OrderResponse": "en ordrebekræftelse",
    "OrderResponseSimple": "en ordrebekræftelse",
    "OrderChange": "en ordreændring",
    "OrderCancellation": "en annulleret ordre",
    "Catalogue": "et varekatalog",
    "DespatchAdvice": "en følgeseddel",
    "Reminder": "en rykker",
    "Statement": "et kontoudtog",
    "UtilityStatement": "en forbrugsopgørelse",
    "ApplicationResponse": "en kvittering",
    "SelfBilledInvoice": "en selvfaktura af ældre type",
    "FreightInvoice": "en fragtfaktura af ældre type",
}

BRUDT = "Filen er ikke gyldig XML og kan ikke læses."
TOM = "Filen er tom."
FOR_STOR = f"Filen er større end {MAX_BYTES // 1_000_000} MB og læses ikke."
DTD = "Filen har en DTD (DOCTYPE), som kan hente eller folde skjult indhold ud; den læses ikke."


def read_documents(xml: bytes) -> tuple[Faktura | Afvisning, ...]:
    """
    The invoices and credit notes in a file; what is none of them is refused with its reason.

    Reads OIOUBL 2.x, OIOUBL 3 and Peppol BIS Billing 3 / EN 16931 in UBL 2. Never raises, whatever the
    bytes are, and never returns nothing: each document in the file gives one result, and a file without
    documents gives one refusal.

    Parameters
    ----------
    xml : bytes
        A file as it was received.

    Returns
    -------
    tuple of Faktura or Afvisning
        In the order of the file; one, except where the file is a collection.

    Examples
    --------
    >>> read_documents(b"<html>")
    (Afvisning(aarsag='Filen er ikke gyldig XML og kan ikke læses.', dokument=''),)
    >>> order = b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'
    >>> read_documents(order)[0].aarsag
    'Dokumentet er en ordre (Order) og ikke en faktura eller kreditnota.'
    """
    root = _root(xml)
    if isinstance(root, Afvisning):
        return (root,)
    found = tuple(faktura(element) for element in _invoices(root))
    return found or (_other(root),)


def _root(xml: bytes) -> etree._Element | Afvisning:
    """The parsed file, or why it is not parsed."""
    if len(xml) > MAX_BYTES:
        return Afvisning(FOR_STOR)
    if not xml.strip():
        return Afvisning(TOM)
    if len(xml) > MED_BILAG:
        xml = _ATTACHMENT.sub(rb"\1", xml)
    try:
        root = etree.fromstring(xml.lstrip(b" \t\r\n"), _parser())
    except etree.XMLSyntaxError:
        # an entity bomb is stopped by the parser before its DTD is seen
        return Afvisning(DTD if b"<!ENTITY" in xml else BRUDT)
    return Afvisning(DTD) if root.getroottree().docinfo.doctype else root


@cache
def _parser() -> etree.XMLParser:
    """A parser that expands, fetches and loads nothing."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )


def _invoices(root: etree._Element) -> Iterator[etree._Element]:
    """The outermost invoices and credit notes of a tree; not those hidden inside another UBL document."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.tag in _INVOICES:
            yield element
        elif not _is_ubl(element):
            waiting.extend(reversed(element))


def _is_ubl(element: etree._Element) -> bool:
    return element.tag.startswith("{" + _UBL) and not element.tag[1:].startswith(_PARTS)


def _other(root: etree._Element) -> Afvisning:
    """Why a tree without invoices is refused: what it is instead."""
    document = next((e for e in root.iter("*") if _is_ubl(e)), root)
    name = etree.QName(document)
    if _is_ubl(document):
        kind = f"{_NAVNE.get(name.localname, 'et andet forretningsdokument')} ({name.localname})"
        return Afvisning(f"Dokumentet er {kind} og ikke en faktura eller kreditnota.", name.localname)
    short = name.localname[:40]
    if "faktura" in short.casefold() or "invoice" in short.casefold():
        return Afvisning(f"Fakturaen ({short}) er i et andet format end UBL 2 og kan ikke læses.", short)
    return Afvisning(f"Filen ({short}) indeholder ingen faktura eller kreditnota i UBL 2.", short)
