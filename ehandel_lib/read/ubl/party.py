"""
Who sells and who buys.

A party has several numbers, each with the name of the list it is from. Only
two are taken: the CVR number of a company and the EAN/GLN number of a unit. A
number that may be a person's CPR number is not taken, and the name next to it
neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ehandel_lib.read.ubl.names import Children, attribute, children, each, text

#: OIOUBL 2, Peppol/OIOUBL 3 (ISO 6523 0184) and the older Peppol number for the Danish company register.
CVR_LISTER = {"DK:CVR", "CVR", "0184", "9902"}
GLN_LISTER = {"GLN", "EAN", "0088"}
#: Lists of persons: OIOUBL 2, Peppol, and 0221, by which OIOUBL 3 files may name them.
CPR_LISTER = {"DK:CPR", "CPR", "9901", "0221"}

PRIVATPERSON = "Privatperson"

_CVR = re.compile(r"(?:DK)?-?([0-9]{8})", re.IGNORECASE)
_GLN = re.compile(r"[0-9]{13}")


@dataclass(frozen=True, slots=True)
class Part:
    """A party: its CVR and GLN number where it has them, its name, and how many CPR numbers were left out."""

    cvr: str
    gln: str
    navn: str
    maskeret: int


def read(role: etree._Element | None) -> Part:
    """
    The party in the element of the supplier or the buyer; an empty one for no element.

    Parameters
    ----------
    role : lxml element, optional
        ``AccountingSupplierParty`` or ``AccountingCustomerParty``.
    """
    element = children(role).get("Party")
    if element is None:
        return Part("", "", "", 0)
    fields = children(element)
    numbers = [(attribute(e, "schemeID").upper(), (e.text or "").strip()) for e in _numbers(element, fields)]
    persons = sum(scheme in CPR_LISTER and number != "" for scheme, number in numbers)
    return Part(
        cvr=next((cvr for scheme, number in numbers if (cvr := _cvr(scheme, number))), ""),
        gln=next((gln for scheme, number in numbers if (gln := _gln(scheme, number))), ""),
        navn=PRIVATPERSON if persons else _name(fields),
        maskeret=persons,
    )


def _numbers(element: etree._Element, fields: Children) -> Iterator[etree._Element]:
    """The party's numbers, the one that identifies it best first."""
    if "PartyLegalEntity" in fields:
        for legal in each(element, "PartyLegalEntity"):
            yield from each(legal, "CompanyID")
    if "EndpointID" in fields:
        yield fields["EndpointID"]
    if "PartyIdentification" in fields:
        for identification in each(element, "PartyIdentification"):
            yield from each(identification, "ID")


def _cvr(scheme: str, number: str) -> str:
    """The eight digits of a CVR number; a number from another list, or from none, is not one."""
    match = _CVR.fullmatch("".join(number.split())) if scheme in CVR_LISTER else None
    return match[1] if match else ""


def _gln(scheme: str, number: str) -> str:
    match = _GLN.fullmatch("".join(number.split())) if scheme in GLN_LISTER else None
    return match[0] if match else ""


def _name(fields: Children) -> str:
    legal = fields.get("PartyLegalEntity")
    return text(children(fields.get("PartyName")).get("Name")) or text(
        children(legal).get("RegistrationName")
    )
