"""Damaged, cut, foreign and absurd files: each gives a result, none raises, none hangs."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ubl_xml import dokument, linje, nummer, ordre_paa_linje, part, varekode

from ehandel_lib.read.ubl import Afvisning, Faktura, read_documents

INVOICE = dokument(
    linje("10.10", ekstra=ordre_paa_linje("4712"), vare=varekode("44121706", "TST")),
    linje("89.90"),
    foer=part("AccountingSupplierParty", nummer("DK16356706", "DK:CVR"))
    + part("AccountingCustomerParty", nummer("5798009811578", "GLN", sted="EndpointID")),
    total="<cbc:ChargeTotalAmount>1.01</cbc:ChargeTotalAmount>",
)
CREDIT_NOTE = dokument(linje(kind="CreditNote"), kind="CreditNote")
SEEDS = [
    INVOICE,
    CREDIT_NOTE,
    b"<StandardBusinessDocument>" + INVOICE.split(b"?>", 1)[1] + b"</StandardBusinessDocument>",
]

#: What breaks readers: XML's own signs, marks of other encodings, numbers beyond every type, near names.
PIECES = st.sampled_from(
    [
        b"<", b">", b"&", b"]]>", b"<!--", b"<![CDATA[", b"</cbc:ID>", b"&#0;", b"&#x10FFFF;", b"&lol;",
        b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe6", b"-", b"9" * 400, b"1E999", b"NaN", b"-0", b".", b"+",
        b"0.0000000001", "٣".encode(), b'currencyID=""', b"Invoice-3", b"CreditNote", b"<!DOCTYPE a>",
        b"<?xml version='1.0'?>", b"<cac:InvoiceLine>", b"</cac:InvoiceLine>", b"<cac:Item/>", b"2024-02-30",
        b"xmlns:cbc='urn:x'", b" " * 999,
    ]
)  # fmt: skip

ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "cp037", "utf-7"]
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A seed with a handful of cuts, swaps and pieces put in, now and then in another encoding."""
    raw = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(raw)))
        width = draw(st.sampled_from([0, 1, 7, 60, 400]))
        piece = draw(PIECES | st.binary(max_size=6) | st.just(b""))
        raw = raw[:at] + piece + raw[at + width :]
    if draw(st.booleans()):
        raw = raw[: draw(st.integers(0, len(raw)))]
    if draw(st.integers(0, 4)) == 0:
        raw = raw.decode("utf-8", "replace").encode(draw(ENCODINGS), "replace")
    return raw


def check(raw: bytes) -> None:
    """At least one document, in little time; its lines add up, or its reason is a sentence."""
    started = time.process_time()
    documents = read_documents(raw)
    assert time.process_time() - started < 2
    assert documents
    for document in documents:
        if isinstance(document, Afvisning):
            assert document.aarsag.endswith(".")
            assert len(document.aarsag) < 200
        else:
            check_invoice(document)


def check_invoice(faktura: Faktura) -> None:
    assert abs(faktura.netto_oere) < 2**63
    assert not faktura.linjer or sum(line.beloeb_oere for line in faktura.linjer) == faktura.netto_oere
    assert all(abs(line.beloeb_oere) < 2**63 for line in faktura.linjer)


RELAXED = settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@RELAXED
@given(files())
def test_a_damaged_e_invoice_is_read_or_refused(raw):
    check(raw)


@settings(RELAXED, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_reason(raw):
    assert all(isinstance(document, Afvisning) for document in read_documents(raw))


NUMBERS = st.from_regex(r"[+-]?[0-9]{0,30}(\.[0-9]{0,30})?([eE][0-9]{1,3})?", fullmatch=True)


@settings(RELAXED, max_examples=200)
@given(NUMBERS, NUMBERS, NUMBERS)
def test_any_numbers_add_up_or_are_refused(line, total, charge):
    check(dokument(linje(line), sum_=total, total=f"<cbc:ChargeTotalAmount>{charge}</cbc:ChargeTotalAmount>"))


@pytest.mark.langsom
@settings(RELAXED, max_examples=int(os.environ.get("EHANDEL_FUZZ", "20000")))
@given(files())
def test_twenty_thousand_damaged_e_invoices_are_read_or_refused(raw):
    check(raw)
