"""E-invoices for the tests, written out from the few fields that a test is about."""

from __future__ import annotations

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
OIOUBL2 = "OIOUBL-2.02"


def linje(
    beloeb: str = "100.00", *, antal: str = "2", pris: str = "50", ekstra: str = "", vare: str = "",
    kind: str = "Invoice",
) -> str:  # fmt: skip
    """One line; `ekstra` stands before the item, `vare` inside it."""
    quantity = "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity"
    return f"""<cac:{kind}Line><cbc:ID>1</cbc:ID>
    <cbc:{quantity} unitCode="EA">{antal}</cbc:{quantity}>
    <cbc:LineExtensionAmount currencyID="DKK">{beloeb}</cbc:LineExtensionAmount>{ekstra}
    <cac:Item><cbc:Name>Blyant</cbc:Name>{vare}</cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="DKK">{pris}</cbc:PriceAmount></cac:Price></cac:{kind}Line>"""


def ordre_paa_linje(nummer: str) -> str:
    """A line's own order reference."""
    return (
        "<cac:OrderLineReference><cbc:LineID>1</cbc:LineID><cac:OrderReference>"
        f"<cbc:ID>{nummer}</cbc:ID></cac:OrderReference></cac:OrderLineReference>"
    )


def varekode(kode: str, liste: str, version: str = "") -> str:
    """An item code with the list that it is from."""
    lists = f'listID="{liste}" listVersionID="{version}"'
    code = f"<cbc:ItemClassificationCode {lists}>{kode}</cbc:ItemClassificationCode>"
    return f"<cac:CommodityClassification>{code}</cac:CommodityClassification>"


def part(role: str, numre: str, navn: str = "Firma A/S") -> str:
    """A party with the number elements that are given."""
    name = f"<cac:PartyName><cbc:Name>{navn}</cbc:Name></cac:PartyName>"
    return f"<cac:{role}><cac:Party>{numre}{name}</cac:Party></cac:{role}>"


def nummer(kode: str, liste: str, *, sted: str = "PartyLegalEntity/CompanyID") -> str:
    """A party's number in one of its three places."""
    scheme = f' schemeID="{liste}"' if liste else ""
    if sted == "EndpointID":
        return f"<cbc:EndpointID{scheme}>{kode}</cbc:EndpointID>"
    outer, inner = sted.split("/")
    return f"<cac:{outer}><cbc:{inner}{scheme}>{kode}</cbc:{inner}></cac:{outer}>"


def dokument(
    *linjer: str, kind: str = "Invoice", sum_: str = "100.00", total: str = "", ordre: str | None = "4711",
    foer: str = "", dato: str = "2024-05-20", valuta: str = "DKK", typekode: str = "",
    tilpasning: str = PEPPOL,
) -> bytes:  # fmt: skip
    """A whole document; `foer` stands before the parties, `total` inside the total."""
    order = "" if ordre is None else f"<cac:OrderReference><cbc:ID>{ordre}</cbc:ID></cac:OrderReference>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{kind} xmlns="{UBL}{kind}-2" xmlns:cac="{UBL}CommonAggregateComponents-2"
  xmlns:cbc="{UBL}CommonBasicComponents-2">
  <cbc:CustomizationID>{tilpasning}</cbc:CustomizationID><cbc:ProfileID>p</cbc:ProfileID><cbc:ID>F-1</cbc:ID>
  <cbc:IssueDate>{dato}</cbc:IssueDate><cbc:{kind}TypeCode>{typekode}</cbc:{kind}TypeCode>
  <cbc:DocumentCurrencyCode>{valuta}</cbc:DocumentCurrencyCode><cbc:AccountingCost>5250</cbc:AccountingCost>
  {order}{foer}
  <cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="DKK">{sum_}</cbc:LineExtensionAmount>{total}
  </cac:LegalMonetaryTotal>
  {"".join(linjer)}
</{kind}>""".encode()
