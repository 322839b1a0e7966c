"""Spending files of three councils, which nobody here wrote: read, or refused with the reason."""

import csv
import os
import re
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from ehandel_lib.errors import DeliveryError
from ehandel_lib.load import hent

REAL = os.environ.get("EHANDEL_REAL_DATA", "")

pytestmark = pytest.mark.skipif(
    not REAL, reason="EHANDEL_REAL_DATA peger ikke på en mappe med offentlige myndigheders udgiftsfiler"
)

DARLINGTON = """
[leverance]
navn = "Darlington"
valuta = "GBP"
datobasis = "betalingsmåned"
[leverance.myndighed]
kode = "DAR"
navn = "Darlington"
officielt_navn = "Darlington Borough Council"

[[filer]]
moenster = "2013-*.csv"
tabel = "fakturaer"
dato_fra_filnavn = "åååå-mm"
ignorer = ["Directotate"]
[filer.kolonner]
"Service" = "enhed_navn"
"Supplier" = "leverandoer_navn"
"Invoice Line Value (net of VAT)" = "beloeb"
"Account" = "konto"

[[filer]]
moenster = "2014-*.csv"
tabel = "fakturaer"
dato_fra_filnavn = "åååå-mm"
ignorer = ["Directotate"]
[filer.kolonner]
"Service" = "enhed_navn"
"Supplier" = "leverandoer_navn"
"Order" = "ordrenummer"
"Invoice Line Value (net of VAT)" = "beloeb"
"Account" = "konto"

[[filer]]
moenster = "2015-*.csv"
tabel = "fakturaer"
ignorer = ["Directotate"]
[filer.kolonner]
"Date" = "dato"
"Service" = "enhed_navn"
"Supplier" = "leverandoer_navn"
"Order" = "ordrenummer"
"Invoice Line Value (net of VAT)" = "beloeb"
"Account" = "konto"

[[e_ordre.praefikser]]
moenster = "30#####"
"""

OXFORD = """
[leverance]
valuta = "GBP"
[leverance.myndighed]
kode = "OXF"
navn = "Oxford"
[[filer]]
moenster = "*.csv"
tabel = "fakturaer"
ignorer = ["*"]
[filer.kolonner]
"Paid Date" = "dato"
"Trans No" = "faktura_nummer"
"Expenditure Code" = "konto"
"Supplier Name" = "leverandoer_navn"
"Amount" = "beloeb"
"""

SALFORD = """
[leverance]
valuta = "GBP"
[leverance.myndighed]
kode = "SAL"
navn = "Salford"
[[filer]]
moenster = "*.csv"
tabel = "fakturaer"
ignorer = ["*"]
[filer.kolonner]
"Directorate Name" = "enhed_navn"
"Supplier Company Name" = "leverandoer_navn"
"Start Date" = "dato"
"Annual Value" = "beloeb"
"""


def delivery(tmp_path: Path, council: str, kilde: str, files: str = "*.csv") -> Path:
    folder = tmp_path / council
    folder.mkdir()
    for file in sorted((Path(REAL) / "spend" / council).glob(files)):
        shutil.copyfile(file, folder / file.name)
    (folder / "kilde.toml").write_text(kilde, encoding="utf-8")
    return folder


def counted_by_hand(folder: Path) -> tuple[Counter, Counter, Counter]:
    """Rows, pence and pence on orders by month and account, with the csv module alone."""
    rows, pence, ordered = Counter(), Counter(), Counter()
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.reader(stream))
        top = next(n for n, line in enumerate(lines) if "Account" in line)
        header = lines[top]
        for line in lines[top + 1 :]:
            cell = dict(zip(header, line, strict=False))
            key = (file.name[:7], cell["Account"].strip())
            amount = int(Decimal(cell["Invoice Line Value (net of VAT)"]) * 100)
            rows[key] += 1
            pence[key] += amount
            if re.fullmatch(r"30\d{5}", cell.get("Order", "").strip()):
                ordered[key] += amount
    return rows, pence, ordered


@pytest.fixture(scope="module")
def darlington(tmp_path_factory):
    place = tmp_path_factory.mktemp("darlington")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHANDEL_KLAR", str(place / "klar"))
        folder = delivery(place, "darlington", DARLINGTON)
        return folder, {year: hent("Darlington", year, folder) for year in (2013, 2014, 2015)}


def test_darlington_agrees_with_a_count_by_hand_per_month_and_account(darlington):
    folder, years = darlington
    posts = pd.concat([data.poster for data in years.values()])
    month = posts["dato"].dt.strftime("%Y-%m")
    groups = posts.groupby([month, posts["konto"]])
    rows, pence, ordered = counted_by_hand(folder)
    assert groups["antal_linjer"].sum().to_dict() == rows
    assert groups["beloeb_oere"].sum().to_dict() == pence
    e_ordered = posts["beloeb_oere"].where(posts["e_handlet"], 0).groupby([month, posts["konto"]]).sum()
    assert e_ordered[e_ordered != 0].to_dict() == {key: value for key, value in ordered.items() if value}


def test_darlington_loses_no_row_and_no_penny(darlington):
    folder, years = darlington
    account = years[2015].regnskab
    rows, pence, _ = counted_by_hand(folder)
    assert account["raekker_ind"].sum() == account["raekker_tabel"].sum() == rows.total()
    assert account["oere_tabel"].sum() == sum(pence.values())
    assert (
        account["raekker_dublet"].sum() == 0
    )  # there are equal rows, but no invoice numbers to know them by


def test_darlington_says_what_was_skipped_and_kept(darlington):
    notes = {file.navn: file.note for file in darlington[1][2013].leverance.filer}
    assert "rækker over overskriften, sprunget over: 18" in notes["2013-06_sqlheader_no_order.csv"]
    assert "ligner en tidligere række; beholdt" in notes["2015-03.csv"]


def test_oxford_2017_is_read_day_first(tmp_path, monkeypatch):
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "klar"))
    folder = delivery(tmp_path, "oxford", OXFORD, "*2017*")
    data = hent("Oxford", None, folder)
    with next(folder.glob("*.csv")).open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert data.regnskab["oere_ind"].sum() == sum(int(Decimal(line["Amount"]) * 100) for line in lines)
    assert data.regnskab["raekker_ind"].sum() == len(lines)
    assert "læst dag først, som kolonnens andre værdier" in data.leverance.filer[0].note
    assert data.poster["dato"].dt.month.isin([4, 5, 6]).all()


def test_oxford_2014_is_refused_since_its_dates_are_times_of_day(tmp_path, monkeypatch):
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "klar"))
    folder = delivery(tmp_path, "oxford", OXFORD, "*2014*")
    with pytest.raises(
        DeliveryError, match=r"et klokkeslæt uden dato, rækker: 3\.836 \(Paid Date = '00:00:00'\)"
    ):
        hent("Oxford", None, folder)


def test_salford_is_read_in_spite_of_its_doubly_encoded_mark(tmp_path, monkeypatch):
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "klar"))
    folder = delivery(tmp_path, "salford", SALFORD)
    data = hent("Salford", None, folder)
    assert "dobbeltkodet mærke fjernet" in data.leverance.filer[0].note
    with next(folder.glob("*.csv")).open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    amounts = [line["Annual Value"].strip() for line in lines]
    assert data.regnskab["raekker_ind"].sum() == len(lines)
    read = sum(int(Decimal(a) * 100) for a in amounts if a not in ("", "-"))
    assert data.regnskab["oere_ind"].sum() == read
    reasons = data.rettelser.loc[data.rettelser["handling"] == "afvist", "aarsag"]
    assert set(reasons) <= {"beløb mangler", "dato mangler", "datoen kan ikke læses"}
    assert len(reasons) == data.regnskab["raekker_afvist"].sum() > 0
