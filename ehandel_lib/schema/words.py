"""
The words that columns may hold: amount bands, kinds of documents, rules, and what was done to a row.
"""

from __future__ import annotations

#: The twelve amount bands of SKI's report, by the invoice's net amount: label → lower bound in øre.
#: A band reaches from its bound (included) to the next one's (excluded); "Over 0" starts at 1 øre.
#: Source: SKI, E-handel som indkøbsredskab, chapter 5, the chart of amount bands.
BELOEBSINTERVALLER = {
    "Negativt beløb": None,
    "Præcis 0 kr.": 0,
    "Over 0 til under 50 kr.": 1,
    "50 til under 100 kr.": 50_00,
    "100 til under 250 kr.": 100_00,
    "250 til under 500 kr.": 250_00,
    "500 til under 1.000 kr.": 500_00,
    "1.000 til under 2.000 kr.": 1_000_00,
    "2.000 til under 3.000 kr.": 2_000_00,
    "3.000 til under 4.000 kr.": 3_000_00,
    "4.000 til under 5.000 kr.": 4_000_00,
    "5.000 kr. eller mere": 5_000_00,
}

#: The three groups of the same report: small, middle and large invoices.
BELOEBSGRUPPER = {"Under 250 kr.": 1, "250 til under 5.000 kr.": 250_00, "5.000 kr. eller mere": 5_000_00}

#: What a target is a share of.
MAALT_PAA = ("faktura", "omsætning")

DOKUMENTTYPER = ("faktura", "kreditnota")
KODESYSTEMER = ("UNSPSC", "CPV")
UKENDT = "Ukendt"
OEVRIGE = "Øvrige kategorier"
UKENDT_SYSTEM = "UKENDT"

#: How a post's e-order was decided, in the order in which the rules are asked.
ORDRE_REGLER = ("ja/nej-kolonne", "præfiks", "pladsholder", "intet ordrenummer", "andet ordrenummer")

#: How a post's category was decided, in the order in which the rules are asked.
KATEGORI_REGLER = ("aftale", "UNSPSC", "CPV", "ukendt")

#: What happened to a row that did not go unchanged into the table.
HANDLINGER = ("afvist", "dublet", "rettet", "maskeret", "bemærket")
