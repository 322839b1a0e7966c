"""What is taken from one e-invoice, and when it is refused instead."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ubl_xml import OIOUBL2, UBL, dokument, linje, nummer, ordre_paa_linje, part, varekode

from ehandel_lib.read.ubl import Afvisning, Faktura, read_documents
from ehandel_lib.read.ubl.amounts import fordel


def en(xml: bytes) -> Faktura:
    """The only document in the file, which must be an invoice."""
    (document,) = read_documents(xml)
    assert isinstance(document, Faktura), document
    return document


def afvist(xml: bytes) -> str:
    """Why the only document in the file is refused."""
    (document,) = read_documents(xml)
    assert isinstance(document, Afvisning), document
    return document.aarsag


def test_an_invoice_gives_its_fields():
    faktura = en(dokument(linje(), typekode="380"))
    assert (faktura.dokumenttype, faktura.nummer, faktura.dato) == ("faktura", "F-1", "2024-05-20")
    assert (faktura.typekode, faktura.valuta, faktura.ordrenummer) == ("380", "DKK", "4711")
    assert (faktura.netto_oere, faktura.konto, faktura.maskeret) == (100_00, "5250", 0)
    (line,) = faktura.linjer
    assert (line.nummer, line.tekst, line.maengde, line.maaleenhed) == ("1", "Blyant", Decimal(2), "EA")
    assert (line.enhedspris, line.beloeb_oere, line.ordrenummer) == (Decimal(50), 100_00, "4711")


def test_the_vat_in_oioubl_2_is_never_taken_for_the_net_amount():
    vat = "<cbc:TaxExclusiveAmount>25.00</cbc:TaxExclusiveAmount>"
    assert en(dokument(linje(), total=vat, tilpasning=OIOUBL2)).netto_oere == 100_00


RABAT = "<cbc:AllowanceTotalAmount>10</cbc:AllowanceTotalAmount>"


@pytest.mark.parametrize(
    ("total", "oere"),
    [
        ("", 100_00),
        (RABAT, 90_00),
        ("<cbc:ChargeTotalAmount>25.50</cbc:ChargeTotalAmount>", 125_50),
        (RABAT + "<cbc:ChargeTotalAmount>5</cbc:ChargeTotalAmount>", 95_00),
        ("<cbc:AllowanceTotalAmount>150</cbc:AllowanceTotalAmount>", -50_00),
        ("<cbc:PrepaidAmount>40</cbc:PrepaidAmount><cbc:PayableAmount>85</cbc:PayableAmount>", 100_00),
    ],
)
def test_net_is_lines_less_allowances_plus_charges(total, oere):
    assert en(dokument(linje(), total=total)).netto_oere == oere


@pytest.mark.parametrize(
    ("indicator", "oere"), [("false", 90_00), ("true", 110_00), ("0", 90_00), ("1", 110_00)]
)
def test_listed_allowances_count_where_no_total_is_stated(indicator, oere):
    listed = (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{indicator}</cbc:ChargeIndicator>"
        "<cbc:Amount>10.00</cbc:Amount></cac:AllowanceCharge>"
    )
    assert en(dokument(linje(), foer=listed)).netto_oere == oere


def test_a_stated_total_is_not_counted_twice_with_its_list():
    listed = (
        "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>"
        "<cbc:Amount>10.00</cbc:Amount></cac:AllowanceCharge>"
    )
    total = "<cbc:AllowanceTotalAmount>10.00</cbc:AllowanceTotalAmount>"
    assert en(dokument(linje(), foer=listed, total=total)).netto_oere == 90_00


def test_a_credit_note_is_turned_by_its_type_and_not_by_its_sign():
    note = en(dokument(linje(kind="CreditNote"), kind="CreditNote"))
    assert (note.dokumenttype, note.netto_oere) == ("kreditnota", -100_00)
    assert (note.linjer[0].beloeb_oere, note.linjer[0].maengde) == (-100_00, -2)
    # a correction of a credit note is negative in the file and positive with us
    assert en(dokument(linje("-5", kind="CreditNote"), kind="CreditNote", sum_="-5")).netto_oere == 5_00


def test_a_negative_invoice_stays_an_invoice_and_negative():
    faktura = en(dokument(linje("-100.00", antal="-2"), sum_="-100.00"))
    assert (faktura.dokumenttype, faktura.netto_oere, faktura.linjer[0].beloeb_oere) == (
        "faktura",
        -100_00,
        -100_00,
    )


def test_document_charges_are_spread_over_the_lines_to_the_last_oere():
    total = "<cbc:ChargeTotalAmount>0.02</cbc:ChargeTotalAmount>"
    lines = [linje("10.00"), linje("10.00"), linje("10.00")]
    faktura = en(dokument(*lines, sum_="30.00", total=total))
    assert [line.beloeb_oere for line in faktura.linjer] == [1001, 1001, 1000]


def test_lines_with_fractions_of_an_oere_add_up_to_the_document():
    faktura = en(dokument(linje("0.333"), linje("0.333"), linje("0.334"), sum_="1.00"))
    assert sum(line.beloeb_oere for line in faktura.linjer) == 100
    assert faktura.bemaerkninger == ()


def test_lines_that_do_not_give_the_stated_sum_are_remarked_and_still_add_up():
    faktura = en(dokument(linje("40.00"), sum_="100.00"))
    assert sum(line.beloeb_oere for line in faktura.linjer) == 100_00
    assert faktura.bemaerkninger == (
        "Linjerne giver ikke dokumentets sum (LineExtensionAmount); forskellen er fordelt på linjerne.",
    )


AMOUNTS = st.lists(
    st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False), min_size=1, max_size=12
)


@given(st.integers(min_value=-(10**12), max_value=10**12), AMOUNTS)
def test_the_parts_always_add_up_to_the_whole(total, weights):
    assert sum(fordel(total, weights)) == total


@given(AMOUNTS)
def test_without_allowances_no_line_moves_more_than_by_rounding(weights):
    total = round(sum(weights) * 100)
    # half an øre of the total's own rounding, and less than one of the line's
    assert all(abs(part - w * 100) < 1.5 for part, w in zip(fordel(total, weights), weights, strict=True))


def test_an_invoice_without_lines_keeps_its_amount():
    faktura = en(dokument())
    assert (faktura.netto_oere, faktura.linjer) == (100_00, ())


@pytest.mark.parametrize(
    ("header", "on_line", "expected"),
    [
        ("4711", "", "4711"),
        ("4711", "4712", "4712"),
        ("4711", "NA", "4711"),
        ("4711", "1", "4711"),
        ("", "4712", "4712"),
        (None, "4712", "4712"),
        ("n/a", "4712", "4712"),
        ("", "", ""),
        (None, "n/a", "n/a"),
    ],
)
def test_the_order_of_a_line_is_its_own_or_else_the_document_s(header, on_line, expected):
    assert (
        en(dokument(linje(ekstra=ordre_paa_linje(on_line)), ordre=header)).linjer[0].ordrenummer == expected
    )


def test_the_seller_s_order_number_is_not_the_buyer_s():
    reference = "<cac:OrderReference><cbc:SalesOrderID>SO-9</cbc:SalesOrderID></cac:OrderReference>"
    assert en(dokument(linje(), ordre=None, foer=reference)).ordrenummer == ""


@pytest.mark.parametrize(
    ("kode", "liste", "version", "unspsc", "cpv"),
    [
        ("44121706", "TST", "19.05.01", "44121706", ""),
        ("44121706", "UNSPSC", "", "44121706", ""),
        ("44121706", "MP", "19.05.01", "44121706", ""),
        ("44121706", "MP", "26.0801", "44121706", ""),
        ("44121706", "MP", "", "", ""),
        ("30192000", "STI", "", "", "30192000"),
        ("30192000-1", "CPV", "", "", "30192000"),
        (" 4412\n1706 ", "TST", "", "44121706", ""),
        ("44121706", "SRV", "", "", ""),
        ("44121706", "SRV", "19.05.01", "", ""),
        ("44121706", "ZZZ", "", "", ""),
        ("44121706", "", "", "", ""),
        ("blyant", "TST", "", "", ""),
        ("", "TST", "", "", ""),
    ],
)
def test_the_list_decides_what_an_item_code_is(kode, liste, version, unspsc, cpv):
    (line,) = en(dokument(linje(vare=varekode(kode, liste, version)))).linjer
    assert (line.unspsc, line.cpv) == (unspsc, cpv)


def test_an_item_keeps_one_code_of_each_system():
    codes = varekode("09348023", "SRV") + varekode("30192000", "STI") + varekode("44121706", "TST")
    (line,) = en(dokument(linje(vare=codes))).linjer
    assert (line.unspsc, line.cpv) == ("44121706", "30192000")


@pytest.mark.parametrize(
    ("kode", "liste", "cvr"),
    [
        ("DK16356706", "DK:CVR", "16356706"),
        ("16356706", "0184", "16356706"),
        ("DK16356706", "0184", "16356706"),
        ("dk 16 35 67 06", "0184", "16356706"),
        ("DK29189900", "", ""),
        ("DK16356706", "DK:SE", ""),
        ("5402697509", "CVR", ""),
        ("5566778899", "0007", ""),
        ("NL16356706", "", ""),
        ("5798009811578", "0088", ""),
        ("", "0184", ""),
    ],
)
def test_only_a_number_of_the_company_register_is_a_cvr(kode, liste, cvr):
    assert (
        en(dokument(linje(), foer=part("AccountingSupplierParty", nummer(kode, liste)))).leverandoer_cvr
        == cvr
    )


@pytest.mark.parametrize("sted", ["PartyLegalEntity/CompanyID", "EndpointID", "PartyIdentification/ID"])
def test_a_cvr_is_found_wherever_the_party_has_it(sted):
    xml = dokument(linje(), foer=part("AccountingSupplierParty", nummer("DK16356706", "DK:CVR", sted=sted)))
    assert en(xml).leverandoer_cvr == "16356706"


@pytest.mark.parametrize(
    ("liste", "gln"), [("GLN", "5798009811578"), ("0088", "5798009811578"), ("0184", "")]
)
def test_the_unit_is_the_buyer_s_ean(liste, gln):
    numbers = nummer("5798009811578", liste, sted="EndpointID") + nummer("29189900", "0184")
    faktura = en(dokument(linje(), foer=part("AccountingCustomerParty", numbers, "Skolen")))
    assert (faktura.enhed_id, faktura.enhed_navn, faktura.koeber_cvr) == (gln, "Skolen", "29189900")


@pytest.mark.parametrize("liste", ["DK:CPR", "0221", "9901"])
def test_a_person_is_left_out_with_number_and_name_and_counted(liste):
    numbers = nummer("0101801234", liste, sted="PartyIdentification/ID")
    faktura = en(dokument(linje(), foer=part("AccountingSupplierParty", numbers, "Hans Hansen")))
    assert (faktura.leverandoer_navn, faktura.leverandoer_cvr, faktura.maskeret) == ("Privatperson", "", 1)
    assert "0101801234" not in repr(faktura)
    assert "Hans" not in repr(faktura)


@pytest.mark.parametrize(
    ("kontrakt", "aftale", "lot"),
    [("50.55", "50.55", ""), ("50.96/2", "50.96", "2"), ("50.90.02", "50.90", "02"), ("Contract321", "", "")],
)
def test_an_agreement_is_taken_where_it_is_numbered_as_ski_does(kontrakt, aftale, lot):
    reference = f"<cac:ContractDocumentReference><cbc:ID>{kontrakt}</cbc:ID></cac:ContractDocumentReference>"
    faktura = en(dokument(linje(), foer=reference))
    assert (faktura.aftale_nummer, faktura.delaftale_nummer) == (aftale, lot)


@pytest.mark.parametrize("wrong", ["", "20-05-2024", "2024-13-01", "20240520", "i går"])
def test_a_document_without_a_date_is_refused(wrong):
    assert "dato (IssueDate)" in afvist(dokument(linje(), dato=wrong))


def test_a_time_zone_does_not_move_the_date():
    assert en(dokument(linje(), dato="2024-05-20+02:00")).dato == "2024-05-20"


@pytest.mark.parametrize("wrong", ["", "1.250,00", "1E9", "NaN", "٣", "9" * 40, "1000000000000"])
def test_an_amount_that_is_no_amount_refuses_the_document(wrong):
    assert "beløbet uden moms" in afvist(dokument(linje(wrong)))
    assert "beløbet uden moms" in afvist(dokument(sum_=wrong))


@pytest.mark.parametrize(("per", "pris"), [("1000", "0.25"), ("1", "250"), ("0", None), ("", "250")])
def test_a_unit_price_is_for_one_unit(per, pris):
    xml = dokument(
        linje(pris=f"250</cbc:PriceAmount><cbc:BaseQuantity>{per}</cbc:BaseQuantity><cbc:PriceAmount>")
    )
    assert en(xml).linjer[0].enhedspris == (None if pris is None else Decimal(pris))


def test_currency_is_kept_and_found_at_the_amounts_where_the_document_does_not_say():
    assert en(dokument(linje(), valuta="SEK")).valuta == "SEK"
    assert en(dokument(linje(), valuta="")).valuta == "DKK"


def test_a_proforma_invoice_is_no_claim():
    assert "proformafaktura" in afvist(dokument(linje(), typekode="325"))


@pytest.mark.parametrize(
    ("root", "dansk"),
    [
        ("Order", "en ordre (Order)"),
        ("Reminder", "en rykker (Reminder)"),
        ("Statement", "et kontoudtog (Statement)"),
        ("UtilityStatement", "en forbrugsopgørelse (UtilityStatement)"),
        ("Waybill", "et andet forretningsdokument (Waybill)"),
    ],
)
def test_other_documents_are_refused_by_name(root, dansk):
    xml = f'<{root} xmlns="{UBL}{root}-2"/>'
    assert afvist(xml.encode()) == f"Dokumentet er {dansk} og ikke en faktura eller kreditnota."
    assert afvist(f"<Envelope>{xml}</Envelope>".encode()).startswith(f"Dokumentet er {dansk}")


def test_an_invoice_of_another_standard_is_refused_as_such():
    assert "et andet format end UBL 2" in afvist(b'<Invoice xmlns="urn:sfti:documents:BasicInvoice:1:0"/>')
    assert "et andet format end UBL 2" in afvist(b'<r:CrossIndustryInvoice xmlns:r="urn:un:unece:uncefact"/>')


def test_prefixes_and_envelopes_do_not_matter():
    plain = dokument(linje())
    renamed = (
        plain.replace(b"cbc:", b"Harry:")
        .replace(b":cbc=", b":Harry=")
        .replace(b"cac:", b"S:")
        .replace(b":cac=", b":S=")
    )
    body = plain.split(b"?>", 1)[1]
    wrapped = b'<StandardBusinessDocument xmlns="urn:x"><Header/>' + body + b"</StandardBusinessDocument>"
    assert en(renamed) == en(wrapped) == en(plain)


def test_each_document_of_a_collection_is_read():
    body = dokument(linje()).split(b"?>", 1)[1]
    broken = dokument(linje(), dato="").split(b"?>", 1)[1]
    found = read_documents(b"<testSet><test>" + body + b"</test>" + broken + body + b"</testSet>")
    assert [type(document) for document in found] == [Faktura, Afvisning, Faktura]


def test_comments_inside_a_value_do_not_cut_it():
    assert en(dokument(linje(), ordre="47<!-- x -->11")).ordrenummer == "4711"


@pytest.mark.parametrize(
    ("raw", "aarsag"),
    [
        (b"", "Filen er tom."),
        (b" \n", "Filen er tom."),
        (b"<Invoice", "Filen er ikke gyldig XML og kan ikke læses."),
        (b"%PDF-1.7", "Filen er ikke gyldig XML og kan ikke læses."),
        (b"<a>" * 300 + b"</a>" * 300, "Filen er ikke gyldig XML og kan ikke læses."),
        (b"<!DOCTYPE a><a/>", "Filen har en DTD (DOCTYPE)"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "Filen har en DTD (DOCTYPE)"),
        (b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>', "Filen har en DTD (DOCTYPE)"),
        (b"<html/>", "Filen (html) indeholder ingen faktura"),
    ],
)
def test_a_file_that_is_no_e_invoice_is_refused_with_its_reason(raw, aarsag):
    assert afvist(raw).startswith(aarsag)


def test_an_entity_bomb_is_refused_at_once():
    levels = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    assert "DTD" in afvist(f'<!DOCTYPE a [<!ENTITY a0 "ha">{levels}]><a>&a11;</a>'.encode())


def test_an_attachment_of_any_size_is_passed_by():
    # lxml alone refuses texts of more than 10 MB
    element = (
        b"<cbc:EmbeddedDocumentBinaryObject>" + b"QUJD" * 3_000_000 + b"</cbc:EmbeddedDocumentBinaryObject>"
    )
    bilag = b"<cac:Reference><cac:Attachment>%s</cac:Attachment></cac:Reference>"
    marker = b"<cac:LegalMonetaryTotal>"
    assert en(dokument(linje()).replace(marker, bilag % element + marker)) == en(dokument(linje()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-1"])
def test_the_declared_encoding_is_honoured(encoding):
    text = dokument(linje()).decode().replace("Blyant", "Blå øre")
    declared = text.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    assert en(declared.encode(encoding)).linjer[0].tekst == "Blå øre"
