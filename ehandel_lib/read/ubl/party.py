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

from ehandel_lib.read.ubl.names import attribute, cac, cbc, text_at

#: OIOUBL 2, Peppol/OIOUBL 3 (ISO 6523 0184) and the older Peppol number for the Danish company register.
CVR_LISTER = {"DK:CVR", "CVR", "0184", "9902"}
GLN_LISTER = {"GLN", "EAN", "0088"}
#: Lists of persons: OIOUBL 2, Peppol, and 0221, by which OIOUBL 3 files may name them.
CPR_LISTER = {"DK:CPR", "CPR", "9901", "0221"}

PRIVATPERSON = "Privatperson"


@dataclass(frozen=True, slots=True)
class Part:
    """A party: its CVR and GLN number where it has them, its name, and how many CPR numbers were left out."""

    cvr: str
    gln: str
    navn: str
    maskeret: int


def read(root: etree._Element, role: str) -> Part:
    """
    The supplier or the buyer of a document.

    Parameters
    ----------
    root : lxml element
        The document.
    role : {"AccountingSupplierParty", "AccountingCustomerParty"}
    """
    outer = next(root.iterchildren(cac(role)), None)
    element = None if outer is None else next(outer.iterchildren(cac("Party")), None)
    if element is None:
        return Part("", "", "", 0)
    numbers = [(attribute(e, "schemeID").upper(), (e.text or "").strip()) for e in _numbers(element)]
    persons = sum(scheme in CPR_LISTER and number != "" for scheme, number in numbers)
    return Part(
        cvr=next((cvr for scheme, number in numbers if (cvr := _cvr(scheme, number))), ""),
        gln=next((gln for scheme, number in numbers if (gln := _gln(scheme, number))), ""),
        navn=PRIVATPERSON if persons else _name(element),
        maskeret=persons,
    )


def _numbers(party: etree._Element) -> Iterator[etree._Element]:
    """The party's numbers, the one that identifies it best first."""
    for legal in party.iterchildren(cac("PartyLegalEntity")):
        yield from legal.iterchildren(cbc("CompanyID"))
    yield from party.iterchildren(cbc("EndpointID"))
    for identification in party.iterchildren(cac("PartyIdentification")):
        yield from identification.iterchildren(cbc("ID"))


def _cvr(scheme: str, number: str) -> str:
    """The eight digits of a CVR number; a number from another list, or from none, is not one."""
    match = re.fullmatch(r"(?:DK)?-?([0-9]{8})", re.sub(r"\s", "", number), re.IGNORECASE)
    return match[1] if match and scheme in CVR_LISTER else ""


def _gln(scheme: str, number: str) -> str:
    digits = re.sub(r"\s", "", number)
    return digits if scheme in GLN_LISTER and re.fullmatch(r"[0-9]{13}", digits) else ""


def _name(party: etree._Element) -> str:
    return text_at(party, cac("PartyName"), cbc("Name")) or text_at(
        party, cac("PartyLegalEntity"), cbc("RegistrationName")
    )
