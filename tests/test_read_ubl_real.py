"""The reader against real public files that nobody here wrote, and what their list says of each."""

from __future__ import annotations

import csv
import os
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from ehandel_lib.load import hent
from ehandel_lib.read.ubl import Afvisning, Faktura, read_documents
from ehandel_lib.read.ubl.archive import read_archive
from ehandel_lib.run.report import make_report

FOLDER = Path(os.environ.get("EHANDEL_REAL_DATA", "")) / "ubl"

pytestmark = pytest.mark.skipif(
    "EHANDEL_REAL_DATA" not in os.environ,
    reason="EHANDEL_REAL_DATA er ikke sat: de rigtige e-fakturaer ligger ikke i projektet",
)


def manifest() -> list[dict[str, str]]:
    """One row a file, as its list says."""
    path = FOLDER / "MANIFEST.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def expected_net(row: dict[str, str]) -> Decimal:
    """The net amount from other fields than the reader takes: of each family, the one that holds it."""
    if row["customization"].startswith("OIOUBL-2"):
        return Decimal(row["tax_incl"]) - Decimal(row["tax_excl"])
    return Decimal(row["tax_excl"])


def expected_cvr(row: dict[str, str]) -> str:
    scheme, _, number = row["supplier_company_id"].rpartition(":")
    digits = number.removeprefix("DK")
    return digits if scheme in ("DK:CVR", "CVR", "0184") and len(digits) == 8 else ""


@pytest.mark.parametrize("row", manifest(), ids=lambda row: row["file"])
def test_the_file_is_read_as_its_list_says_or_refused_for_the_right_reason(row):
    documents = read_documents((FOLDER / row["file"]).read_bytes())
    first = documents[0]
    kind = row["doctype"].split()[-1]
    if isinstance(first, Afvisning):
        assert first.dokument == kind
        assert first.aarsag == expected_refusal(row, first)
        return
    assert len(documents) == 1
    assert_agrees(first, row, kind)


def expected_refusal(row: dict[str, str], refused: Afvisning) -> str:
    """The reason that the list lets us expect."""
    kind = row["doctype"]
    danish = {"Order": "en ordre", "Reminder": "en rykker", "Statement": "et kontoudtog"}
    if kind in danish:
        return f"Dokumentet er {danish[kind]} ({kind}) og ikke en faktura eller kreditnota."
    if "svefaktura" in row["file"]:
        assert "UBL 2" in refused.aarsag
        return refused.aarsag
    # the fragments in a testSet: neither date nor amount
    assert kind.startswith("(in testSet)")
    assert row["line_ext"] == ""
    missing = (
        f"Linje {row['n_lines']}: beløbet"
        if row["n_lines"] != "0"
        else ("Totalen: beløbet", "Dokumentet har")
    )
    assert refused.aarsag.startswith(missing)
    return refused.aarsag


def assert_agrees(faktura: Faktura, row: dict[str, str], kind: str) -> None:
    sign = -1 if kind == "CreditNote" else 1
    assert faktura.dokumenttype == {"Invoice": "faktura", "CreditNote": "kreditnota"}[kind]
    assert faktura.ordrenummer == row["order_ref"]
    assert faktura.leverandoer_cvr == expected_cvr(row)
    assert len(faktura.linjer) == int(row["n_lines"])
    assert faktura.dato == row["issue_date"]
    # the list cuts long names
    assert faktura.tilpasning.startswith(row["customization"])
    assert row["currency"] in ("", faktura.valuta)
    # one example states no amount but what is to be paid, which is its only line
    net = expected_net(row) if row["tax_excl"] else Decimal(100)
    assert faktura.netto_oere == sign * net * 100
    assert sum(line.beloeb_oere for line in faktura.linjer) == faktura.netto_oere


def test_the_whole_folder_gives_each_file_and_counts_real_invoices():
    documents = list(read_archive([FOLDER]))
    names = {name.split("/", 1)[1] for name, _ in documents}
    assert names == {row["file"] for row in manifest()}
    invoices = {name for name, document in documents if isinstance(document, Faktura)}
    listed = [row for row in manifest() if row["doctype"].split()[-1] in ("Invoice", "CreditNote")]
    refused = [
        row for row in listed if row["doctype"].startswith("(in testSet)") or "svefaktura" in row["file"]
    ]
    assert len(invoices) == len(listed) - len(refused)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A delivery of all the files."""
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "klar"))
    folder = tmp_path / "lev"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.csv"))
    kilde = '[leverance]\nkommune = "Vejle"\n[[filer]]\nmoenster = "*.xml"\ntabel = "fakturaer"\n'
    (folder / "kilde.toml").write_text(kilde, encoding="utf-8")
    return folder


@pytest.mark.langsom
def test_the_folder_makes_a_report(folder, tmp_path):
    made = make_report("Vejle", None, folder, tmp_path / "ud")
    assert (made / "rapport.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_the_folder_makes_a_delivery_whose_ledger_adds_up(folder):
    documents = [document for _, document in read_archive([FOLDER])]
    danish = [d for d in documents if isinstance(d, Faktura) and d.valuta == "DKK"]
    ledger = hent("Vejle", 2005, folder).regnskab
    assert ledger["oere_ind"].sum() == sum(document.netto_oere for document in danish)
    assert ledger["raekker_ind"].sum() == sum(len(d.linjer) or 1 for d in danish) + len(documents) - len(
        danish
    )
    parts = ledger[["raekker_tabel", "raekker_dublet", "raekker_afvist"]].sum(axis=1)
    assert parts.equals(ledger["raekker_ind"])
    assert ledger["raekker_afvist"].sum() == len(documents) - len(danish)
