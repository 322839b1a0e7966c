"""
The names of UBL elements, and the text that stands in them.

An element is known by its namespace, not by the prefix that a file happens to
use; only elements on the list below are ever looked at. Text comes back on one
line and cut to a length that a field can have.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"

#: Elements that hold others.
_GROUPS = (
    "AccountingCustomerParty AccountingSupplierParty AllowanceCharge CommodityClassification "
    "ContractDocumentReference CreditNoteLine InvoiceLine Item LegalMonetaryTotal OrderLineReference "
    "OrderReference Party PartyIdentification PartyLegalEntity PartyName Price"
)

#: Elements that hold text.
_FIELDS = (
    "AccountingCost AllowanceTotalAmount Amount BaseQuantity ChargeIndicator ChargeTotalAmount CompanyID "
    "CreditNoteTypeCode CreditedQuantity CustomizationID Description DocumentCurrencyCode EndpointID ID "
    "InvoiceTypeCode InvoicedQuantity IssueDate ItemClassificationCode LineExtensionAmount Name "
    "PayableAmount PriceAmount ProfileID RegistrationName"
)

_NAMES = {_CAC + name: name for name in _GROUPS.split()} | {_CBC + name: name for name in _FIELDS.split()}
_TAGS = {name: tag for tag, name in _NAMES.items()}

#: No field that we take is longer in earnest; a longer text is cut.
MAX_TEGN = 300

Children = dict[str, etree._Element]


def children(element: etree._Element | None) -> Children:
    """The first child of each name on the list; none for no element."""
    if element is None:
        return {}
    # backwards, so that the first one of a name is the last one to be kept
    return {name: child for child in element.iterchildren(reversed=True) if (name := _NAMES.get(child.tag))}


def each(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """All children of this name."""
    return iter(()) if element is None else element.iterchildren(_TAGS[name])


def text(element: etree._Element | None) -> str:
    """The element's text, else empty."""
    return _one_line(element.text) if element is not None else ""


def attribute(element: etree._Element, name: str) -> str:
    """An attribute's text, else empty."""
    return _one_line(element.get(name))


def _one_line(found: str | None) -> str:
    if not found:
        return ""
    # a hostile text of megabytes is cut before it is split
    return (
        " ".join(found[: 4 * MAX_TEGN].split())[:MAX_TEGN]
        if len(found) > MAX_TEGN
        else " ".join(found.split())
    )
