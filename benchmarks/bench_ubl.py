"""
E-invoices per second: our reader against the loop that anyone would write.

The same zip of small XML files, the same fields, in one run: `zipfile` and
`xml.etree.ElementTree` with a path per field, beside ours with one process and
with all cores; and what a delivery asks for, the rows of all lines in frames.
All sides' net amounts must agree to the øre, or nothing is printed. The readers
take turns, and the best of each reader's rounds counts: what else the machine
does comes and goes. The ratios are what to look at.

    python benchmarks/bench_ubl.py [files]
    python benchmarks/bench_ubl.py --klar [files …]

With `--klar`, deliveries of so many files are read, cleaned, classified and
stored instead, and the time and the peak memory are told.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile
from decimal import Decimal
from functools import partial
from pathlib import Path

import polars as pl

from ehandel_lib import store
from ehandel_lib.read.ubl import Faktura
from ehandel_lib.read.ubl.archive import in_bundles, read_archive
from ehandel_lib.read.ubl.rows import lay_out

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NS = {"cac": f"{UBL}CommonAggregateComponents-2", "cbc": f"{UBL}CommonBasicComponents-2"}

LINE = """<cac:InvoiceLine><cbc:ID>{n}</cbc:ID><cbc:InvoicedQuantity unitCode="EA">{n}</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="DKK">{amount}</cbc:LineExtensionAmount>
<cac:OrderLineReference><cbc:LineID>{n}</cbc:LineID></cac:OrderLineReference>
<cac:TaxTotal><cbc:TaxAmount currencyID="DKK">0</cbc:TaxAmount><cac:TaxSubtotal>
<cbc:TaxableAmount currencyID="DKK">{amount}</cbc:TaxableAmount><cbc:TaxAmount currencyID="DKK">0</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>StandardRated</cbc:ID><cbc:Percent>25</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:Item><cbc:Description>Blyant HB, sort</cbc:Description><cbc:Name>Blyant HB</cbc:Name>
<cac:CommodityClassification><cbc:ItemClassificationCode listID="UNSPSC" listVersionID="19.0501">44121706</cbc:ItemClassificationCode></cac:CommodityClassification></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="DKK">12.50</cbc:PriceAmount><cbc:BaseQuantity unitCode="EA">1</cbc:BaseQuantity></cac:Price></cac:InvoiceLine>"""  # noqa: E501

PARTY = """<cac:{role}><cac:Party><cbc:EndpointID schemeID="{scheme}">{endpoint}</cbc:EndpointID>
<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName><cac:PostalAddress><cbc:StreetName>Gaden</cbc:StreetName>
<cbc:BuildingNumber>1</cbc:BuildingNumber><cbc:CityName>Byen</cbc:CityName><cbc:PostalZone>7100</cbc:PostalZone>
<cac:Country><cbc:IdentificationCode>DK</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName><cbc:CompanyID schemeID="DK:CVR">DK{cvr}</cbc:CompanyID></cac:PartyLegalEntity>
<cac:Contact><cbc:ID>1</cbc:ID></cac:Contact></cac:Party></cac:{role}>"""  # noqa: E501

INVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="{ubl}Invoice-2" xmlns:cac="{cac}" xmlns:cbc="{cbc}"><cbc:UBLVersionID>2.0</cbc:UBLVersionID>
<cbc:CustomizationID>OIOUBL-2.02</cbc:CustomizationID><cbc:ProfileID>Procurement-OrdSim-BilSim-1.0</cbc:ProfileID>
<cbc:ID>F{number}</cbc:ID><cbc:IssueDate>2024-05-20</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>DKK</cbc:DocumentCurrencyCode><cbc:AccountingCost>5250124502</cbc:AccountingCost>
<cac:OrderReference><cbc:ID>TEL-{number}</cbc:ID></cac:OrderReference>{seller}{buyer}
<cac:TaxTotal><cbc:TaxAmount currencyID="DKK">0</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="DKK">{total}</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="DKK">0</cbc:TaxExclusiveAmount>
<cbc:AllowanceTotalAmount currencyID="DKK">1.00</cbc:AllowanceTotalAmount>
<cbc:PayableAmount currencyID="DKK">{total}</cbc:PayableAmount></cac:LegalMonetaryTotal>{lines}</Invoice>"""


def make_zip(path: Path, count: int) -> None:
    """A zip of invoices with one to six lines each, the same in each run."""
    chance = random.Random(4)
    seller = PARTY.format(
        role="AccountingSupplierParty",
        scheme="DK:CVR",
        endpoint="DK16356706",
        name="Leverandør A/S",
        cvr="16356706",
    )
    buyer = PARTY.format(
        role="AccountingCustomerParty", scheme="GLN", endpoint="5798009811578", name="Skolen", cvr="29189900"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            oere = [chance.randrange(1_00, 5_000_00) for _ in range(chance.randint(1, 6))]
            lines = "".join(LINE.format(n=n, amount=f"{a / 100:.2f}") for n, a in enumerate(oere, 1))
            filled = INVOICE.format(
                ubl=UBL,
                number=number,
                seller=seller,
                buyer=buyer,
                total=f"{sum(oere) / 100:.2f}",
                lines=lines,
                **NS,
            )
            archive.writestr(f"{number:07}.xml", filled)


def plain_loop(path: Path) -> tuple[int, int]:
    """The reader that anyone would write, with the fields that ours takes. Returns documents and øre."""
    documents = total = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            fields, lines = plain_fields(ET.fromstring(archive.read(name)))
            total += fields["netto"]
            documents += bool(lines)
    return documents, total


def plain_fields(root: ET.Element) -> tuple[dict, list[dict]]:
    def text(element: ET.Element, path: str) -> str:
        return (element.findtext(path, "", NS) or "").strip()

    def scheme(path: str) -> str:
        found = root.find(path, NS)
        return "" if found is None else found.get("schemeID", "")

    money = "cac:LegalMonetaryTotal/cbc:"
    seller, buyer = "cac:AccountingSupplierParty/cac:Party/", "cac:AccountingCustomerParty/cac:Party/"
    net = Decimal(text(root, money + "LineExtensionAmount"))
    net -= Decimal(text(root, money + "AllowanceTotalAmount") or 0)
    net += Decimal(text(root, money + "ChargeTotalAmount") or 0)
    fields = {
        "netto": int(net * 100),
        **{
            name: text(root, "cbc:" + name)
            for name in ("ID", "IssueDate", "InvoiceTypeCode", "DocumentCurrencyCode")
        },
        **{name: text(root, "cbc:" + name) for name in ("CustomizationID", "ProfileID", "AccountingCost")},
        "ordre": text(root, "cac:OrderReference/cbc:ID"),
        "aftale": text(root, "cac:ContractDocumentReference/cbc:ID"),
        "cvr": text(root, seller + "cac:PartyLegalEntity/cbc:CompanyID").removeprefix("DK"),
        "cvr_liste": scheme(seller + "cac:PartyLegalEntity/cbc:CompanyID"),
        "navn": text(root, seller + "cac:PartyName/cbc:Name"),
        "koeber": text(root, buyer + "cac:PartyLegalEntity/cbc:CompanyID"),
        "enhed": text(root, buyer + "cbc:EndpointID"),
        "enhed_liste": scheme(buyer + "cbc:EndpointID"),
        "enhed_navn": text(root, buyer + "cac:PartyName/cbc:Name"),
    }
    return fields, [plain_line(line, text) for line in root.findall("cac:InvoiceLine", NS)]


def plain_line(line: ET.Element, text) -> dict:
    quantity = line.find("cbc:InvoicedQuantity", NS)
    codes = line.findall("cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode", NS)
    return {
        "nummer": text(line, "cbc:ID"),
        "tekst": text(line, "cac:Item/cbc:Name"),
        "antal": Decimal(quantity.text) if quantity is not None else None,
        "enhed": quantity.get("unitCode") if quantity is not None else "",
        "pris": Decimal(text(line, "cac:Price/cbc:PriceAmount") or 0),
        "per": text(line, "cac:Price/cbc:BaseQuantity"),
        "beloeb": Decimal(text(line, "cbc:LineExtensionAmount")),
        "ordre": text(line, "cac:OrderLineReference/cac:OrderReference/cbc:ID"),
        "konto": text(line, "cbc:AccountingCost"),
        "koder": [(code.get("listID"), code.get("listVersionID"), code.text) for code in codes],
    }


def our_reader(path: Path, processes: int) -> tuple[int, int]:
    documents = total = 0
    for _, document in read_archive([path], kerner=processes):
        assert isinstance(document, Faktura), document
        documents += 1
        total += document.netto_oere
    return documents, total


def our_rows(path: Path, processes: int) -> tuple[int, int]:
    """The rows of all lines, as `store` asks for them; amounts have six decimals."""
    documents = total = 0
    for part in in_bundles([path], partial(lay_out, valuta="DKK"), kerner=processes):
        documents += part.antal
        total += part.rows["beloeb"].str.replace(",", "").cast(pl.Int64).sum() // 10_000
    return documents, total


READERS = {
    "xml.etree i en løkke": plain_loop,
    "ehandel, 1 proces": lambda path: our_reader(path, 1),
    "ehandel, alle kerner": lambda path: our_reader(path, os.cpu_count() or 1),
    "ehandel, rækker, 1 proces": lambda path: our_rows(path, 1),
    "ehandel, rækker, alle kerner": lambda path: our_rows(path, os.cpu_count() or 1),
}


def measure(name: str, path: Path) -> dict:
    """Time, processor time and peak memory of one reader, in this process and those that it starts."""
    started, cpu = time.perf_counter(), sum(os.times()[:4])
    documents, oere = READERS[name](path)
    seconds = time.perf_counter() - started
    used = {"sekunder": seconds, "cpu": sum(os.times()[:4]) - cpu}
    return {"dokumenter": documents, "oere": oere, **used, **peaks()}


def peaks() -> dict[str, float]:
    """The peak memory of this process, and of the largest of those that it started."""
    own, child = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {"mb": own / 1024, "mb_barn": child / 1024}


def told(*words: str) -> dict:
    """What this program tells in a fresh process, so that no reader pays for another's memory."""
    command = [sys.executable, __file__, *words]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


KILDE = """
[leverance]
navn = "Arkiv"
kommune = "Vejle"
[[filer]]
moenster = "*.xml"
tabel = "fakturaer"
[[e_ordre.praefikser]]
moenster = "TEL-*"
"""


def whole_deliveries(counts: list[int]) -> None:
    """Prepare deliveries of so many invoices, each in one zip and in a fresh process."""
    print(f"{'fakturaer':>9}{'tid':>8}{'MB':>7}{'MB pr. barn':>13}")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            make_zip(Path(folder) / "fakturaer.zip", count)
            (Path(folder) / "kilde.toml").write_text(KILDE, encoding="utf-8")
            result = told("--klargoer", folder)
        print(f"{count:9}{result['sekunder']:7.0f}s{result['mb']:7.0f}{result['mb_barn']:13.0f}")


def prepared(folder: str) -> dict:
    """Prepare a delivery; time and peak memory."""
    with tempfile.TemporaryDirectory() as place:
        os.environ[store.MILJOE] = place
        started = time.perf_counter()
        store.prepare(folder)
        return {"sekunder": time.perf_counter() - started, **peaks()}


#: The widths of the columns of the table.
BREDDER = (9, 8, 9, 9, 9, 6, 13)

#: How many times each reader reads the zip.
RUNDER = 3


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fakturaer.zip"
        make_zip(path, count)
        rounds = [{name: told("--maal", name, str(path)) for name in READERS} for _ in range(RUNDER)]
    oere = {result["oere"] for results in rounds for result in results.values()}
    assert len(oere) == 1, rounds
    assert all(result["dokumenter"] == count for results in rounds for result in results.values()), rounds
    kroner = f"{oere.pop() / 100:.2f} kr."
    print(f"{count} fakturaer, samme beløb til sidste øre: {kroner} Bedste af {RUNDER} runder.")
    heads = ("fakt./s", "tid", "forhold", "CPU-tid", "forhold", "MB", "MB pr. barn")
    print(" " * 30 + "".join(f"{head:>{width}}" for head, width in zip(heads, BREDDER, strict=True)))
    best = {name: {key: min(r[name][key] for r in rounds) for key in rounds[0][name]} for name in READERS}
    first = next(iter(best.values()))
    for name, r in best.items():
        time_ratio, cpu_ratio = first["sekunder"] / r["sekunder"], first["cpu"] / r["cpu"]
        print(
            f"{name:30}{count / r['sekunder']:9.0f}{r['sekunder']:7.1f}s{time_ratio:8.2f}x"
            f"{r['cpu']:8.1f}s{cpu_ratio:8.2f}x{r['mb']:6.0f}{r['mb_barn']:13.0f}"
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--maal", name, path]:
            print(json.dumps(measure(name, Path(path))))
        case ["--klargoer", folder]:
            print(json.dumps(prepared(folder)))
        case ["--klar", *counts]:
            whole_deliveries([int(count) for count in counts] or [20_000, 100_000])
        case [count]:
            main(int(count))
        case _:
            main(20_000)
