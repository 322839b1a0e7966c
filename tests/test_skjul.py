"""No group of one to four invoices of goods for citizens can be told, from one table or from two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import permutations
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import SMALL_COUNTRY
from drawn import drawn

from ehandel_lib import (
    afstemning,
    aftaler,
    analyses,
    compare,
    handlingsplan,
    load,
    maal,
    plan,
    rates,
    schema,
    skjul,
)
from ehandel_lib.load import Data
from ehandel_lib.run.report import make_report

#: Which of a category's posts a number is counted from: its invoices, as a set.
Fakturaer = frozenset[str]

#: Numbers in the rows of categories that are not of the municipality's own invoices, or are of none.
ANDRES = re.compile(
    r"SKI |Nr\.|Lignende|Kommuner|kvartil|Median|Laveste|Højeste|Gennemsnit|Mål$|Måldato|Måneder|"
    r"Ifølge leverandører"
)


def invoices(posts: pd.DataFrame) -> Fakturaer:
    return frozenset(posts["faktura_id"])


class Dele:
    """What a report may count of one category, as sets of invoices."""

    def __init__(self, data: Data, name: str) -> None:
        own = data.poster[data.poster["varekategori"] == name]
        before = data.poster_foer[data.poster_foer["varekategori"] == name]
        e, holds = own["e_handlet"].astype(bool), aftaler.gaelder(own, data.aftaler)
        self.own, self.alle_poster = own, data.poster
        self.alle, self.e = invoices(own), invoices(own[e])
        self.uden = self.alle - self.e
        on = own["paa_aftale"].astype(bool)
        self.aftale, self.aftale_e = invoices(own[on]), invoices(own[on & e])
        self.foer = frozenset(f"{i} året før" for i in before["faktura_id"])
        self.foer_e = frozenset(
            f"{i} året før" for i in before[before["e_handlet"].astype(bool)]["faktura_id"]
        )
        self.felter = {
            "Aftale, e-handlet": invoices(own[holds & e]),
            "Aftale, ikke e-handlet": invoices(own[holds & ~e]),
            "Uden aftale, e-handlet": invoices(own[~holds & e]),
            "Uden aftale, ikke e-handlet": invoices(own[~holds & ~e]),
        }

    def ark(self, sheet: str, label: str, row: dict[str, object]) -> Fakturaer:
        """The invoices behind a number in the workbook."""
        uden = re.search(r"uden e-handel", label, re.I)
        e = re.search(
            r"e-hand(le|els)|Fakturaer dertil|op til|Placering|Grad|Nu$|Tæller|Mangler", label, re.I
        )
        if sheet == "fire-felter":
            part = next((f for name, f in self.felter.items() if label.startswith(name)), None)
            return self.alle if part is None else part
        if sheet == "afstemning":  # all of the agreement's categories
            return invoices(self.alle_poster[self.alle_poster["aftale_nummer"] == row["Aftale"]])
        if sheet == "mod-ski":
            return self.aftale_e if e else self.aftale
        if sheet in ("plan_felter", "plan_intervaller", "plan_grupper"):
            group = row.get("Beløbsinterval") or row.get("Beløbsgruppe") or label.split(":")[0]
            column = "beloebsinterval" if "Beløbsinterval" in row else "gruppe"
            bands = self.own.assign(gruppe=self.own["beloebsinterval"].map(plan.gruppe))
            within = invoices(bands[bands[column] == group])
            return within & self.uden if uden else within & self.e if e else within
        if re.search(r"året før|Året før", label):
            return self.foer_e if e else self.foer
        return self.uden if uden else self.e if e else self.alle


#: Sheets with a row for a category that this test knows how to count.
KENDTE = {
    "tal", "varekategorier", "indsats", "blandt-kommuner", "mod-ski", "gab", "handlingsplan", "plan_grupper",
    "plan_felter", "plan_intervaller", "maal", "fire-felter", "udvikling", "afstemning",
}  # fmt: skip


def published(workbook: Path, data: Data, name: str) -> Iterator[tuple[str, Fakturaer]]:
    """Each number of the workbook that is counted from some of a category's invoices, and which."""
    parts = Dele(data, name)
    for sheet in openpyxl.load_workbook(workbook, read_only=True):
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        hits = [row for row in rows if name in row[:3] and sum(cell is not None for cell in row) > 1]
        if not hits:
            continue
        assert sheet.title in KENDTE, f"{sheet.title} is new: say here what its numbers are counted from"
        head = next(row for row in rows if sum(cell is not None for cell in row) > 2)
        for row in hits:
            cells = dict(zip(map(str, head), row, strict=True))
            for label, value in cells.items():
                if isinstance(value, str | datetime | None) or ANDRES.search(label):
                    continue
                counted = parts.ark(sheet.title, label, cells)
                if re.fullmatch(
                    r"(E-handlede fakturaer|Fakturaer|Fakturaer uden e-handel|Uden e-handel)", label
                ):
                    assert value == len(counted), (sheet.title, label)
                yield f"{sheet.title}: {label}", counted


def told(numbers: list[tuple[str, Fakturaer]]) -> dict[str, int]:
    """The groups of few invoices that a number, or one number less another, tells."""
    sets = {counted: where for where, counted in numbers}
    few = {where: len(counted) for counted, where in sets.items()}
    few |= {f"{sets[a]} − {sets[b]}": len(a - b) for a, b in permutations(sets, 2) if b < a}
    return {where: n for where, n in few.items() if 0 < n < rates.MIN_FAKTURAER}


def rest(numbers: list[tuple[str, Fakturaer]]) -> list[tuple[str, Fakturaer]]:
    """The shown parts of each sheet together: a reader can add them up before subtracting."""
    by_sheet: dict[str, Fakturaer] = {}
    for where, counted in numbers:
        sheet, label = where.split(": ", 1)
        if (sheet == "fire-felter" and label.startswith(("Aftale", "Uden"))) or sheet.startswith("plan_"):
            kind = (
                "uden" if re.search("uden", label, re.I) else "e" if "e-handlet" in label.lower() else "alle"
            )
            key = f"{sheet}, {'dele' if sheet == 'fire-felter' else kind}"
            by_sheet[key] = by_sheet.get(key, frozenset()) | counted
    return [*numbers, *by_sheet.items()]


def check(workbook: Path, data: Data) -> None:
    for name in sorted(skjul.borgernaere()):
        assert told(rest(list(published(workbook, data, name)))) == {}, name


def posts(*cells: tuple[str, int, int], **given: object) -> pd.DataFrame:
    """Invoices of 100 kr. each: category, how many, and how many of them are e-traded."""
    rows = [
        {"varekategori": name, "e_handlet": nr < traded, "faktura_id": f"{name} {nr} {given}"}
        for name, many, traded in cells
        for nr in range(many)
    ]
    ordinary = {"kommune_kode": "630", "aar": 2025, "dato": pd.Timestamp(2025, 5, 1), "lovkrav": True}
    frame = pd.DataFrame(rows).assign(**{**ordinary, "beloeb_oere": 100_00, **given})
    return schema.typed(frame, "poster")


@pytest.mark.parametrize(
    ("many", "traded", "shown"), [(20, 0, True), (20, 4, False), (20, 16, False), (10, 5, True)]
)
def test_neither_the_e_traded_nor_the_others_may_be_few_where_goods_are_for_citizens(many, traded, shown):
    poster = posts(("Bleer", many, traded), ("Møbler", many, traded), ("Legetøj", 90, 9))
    found = analyses.kategorier(poster).set_index("varekategori")
    assert pd.notna(found.loc["Bleer", "antal_fakturaer"]) == shown
    assert pd.notna(found.loc["Bleer", "grad_omsaetning"]) == shown
    assert pd.notna(found.loc["Møbler", "antal_fakturaer"]) == shown  # it covers for the other
    assert found.loc["Legetøj", "antal_fakturaer"] == 90
    if not shown:
        assert found.loc["Bleer", "aarsag"] == skjul.BORGERE
        assert found.loc["Møbler", "aarsag"] == skjul.DAEKKER


def test_two_categories_for_citizens_do_not_cover_for_each_other():
    poster = posts(("Bleer", 20, 3), ("Høreapparater", 12, 1), ("Møbler", 50, 9), ("Legetøj", 90, 9))
    found = analyses.kategorier(poster).set_index("varekategori")["antal_fakturaer"]
    assert found.isna().to_dict() == {"Bleer": True, "Høreapparater": True, "Møbler": True, "Legetøj": False}


def test_the_categories_of_the_law_cover_for_each_other_since_they_have_a_total_of_their_own():
    covered = posts(("Tablets", 3, 1), ("Møbler", 50, 9), ("Legetøj", 90, 9))
    others = posts(("Elartikler", 8, 2), ("Ukendt", 20, 2), lovkrav=False)
    found = analyses.kategorier(pd.concat([covered, others])).set_index("varekategori")["antal_fakturaer"]
    assert found.isna().to_dict() == {
        "Legetøj": False, "Møbler": True, "Tablets": True, "Elartikler": False, "Ukendt": False,
    }  # fmt: skip


def test_every_table_of_categories_hides_the_same_ones():
    poster = posts(("Bleer", 20, 3), ("Møbler", 50, 9), ("Legetøj", 90, 9), ("Fødevarer", 95, 9))
    shown = {"Legetøj", "Fødevarer"}
    assert analyses.skjulte(poster) == {"Bleer", "Møbler"}
    assert set(handlingsplan.potentiale(poster, poster, "630")["varekategori"]) == shown
    assert set(compare.udvikling(poster, poster)["varekategori"]) == shown
    targets = pd.DataFrame(
        {"varekategori": ["Bleer", "Legetøj"], "enhedstype": [None, None], "maalt_paa": "faktura",
         "maal_grad": 0.5, "maaldato": pd.Timestamp(2026, 1, 1)}
    )  # fmt: skip
    stands = maal.status(targets, poster, poster, date(2025, 12, 31)).set_index("varekategori")
    assert stands["grad"].isna().to_dict() == {"Bleer": True, "Legetøj": False}
    assert stands.loc["Bleer", "aarsag"] == skjul.BORGERE


ON, ENDED = {"aftale_nummer": "1", "paa_aftale": True}, {"aftale_nummer": "2", "paa_aftale": True}
PERIODER = drawn("aftaler", "aftale_nummer\n2").assign(aftale_slut=pd.Timestamp(2024, 12, 31))


@pytest.mark.parametrize(
    ("outside", "ended", "hidden"),
    [((0, 0), (0, 0), False), ((10, 5), (0, 0), False), ((10, 6), (0, 0), True), ((0, 0), (9, 5), True)],
)
def test_what_is_on_agreement_is_not_said_where_it_would_tell_what_is_not(outside, ended, hidden):
    names = ("Bleer", "Møbler")
    parts = [posts(*((name, 40, 20) for name in names), ("Legetøj", 90, 30), **ON)]
    for part, given in ((outside, {}), (ended, ENDED)):
        parts += [posts(*((name, *part) for name in names), **given)] if part[0] else []
    poster = pd.concat(parts)
    kept_back = aftaler.skjulte(poster, PERIODER)
    assert kept_back == ({"Bleer"} if hidden else frozenset())
    mod_ski = analyses.kategorier(poster.query("paa_aftale"), skjult=kept_back).set_index("varekategori")
    assert pd.isna(mod_ski.loc["Bleer", "antal_fakturaer"]) == hidden
    fields = aftaler.fire_felter(poster, PERIODER, "varekategori").set_index("varekategori")
    assert fields.loc["Bleer", "antal_fakturaer"] == 40 + outside[0] + ended[0]
    assert pd.isna(fields.loc["Bleer", "aftale_e_oere"]) == hidden
    assert pd.isna(fields.loc["Bleer", "aftale_ikke_andel"]) == hidden


def test_an_ordinary_category_keeps_its_place_beside_ski_s():
    poster = pd.concat([posts(("Lyskilder", 40, 20), ("Møbler", 40, 9), **ON), posts(("Lyskilder", 1, 1))])
    assert aftaler.skjulte(poster, PERIODER) == frozenset()
    shown = analyses.kategorier(poster.query("paa_aftale")).set_index("varekategori")
    assert shown.loc["Lyskilder", "antal_fakturaer"] == 40


def test_all_amounts_of_a_category_for_citizens_are_hidden_for_the_sake_of_one():
    bands = {"100 til under 250 kr.": (9, 2), "500 til under 1.000 kr.": (40, 20)}
    poster = pd.concat(
        [posts((name, *part), beloebsinterval=band) for name in ("Bleer", "Møbler", "Legetøj")
         for band, part in bands.items()]
    )  # fmt: skip
    cells = plan.grupper(plan.kryds(poster)).query("antal_fakturaer > 0")
    assert cells.groupby("varekategori").size().to_dict() in ({"Legetøj": 2}, {"Møbler": 2})


def test_an_agreement_on_diapers_has_no_turnover_from_invoices_where_few_are_outside_it():
    stated = pd.DataFrame({"aftale_nummer": ["1"], "beloeb_oere": [4_000_00]})
    for few, hidden in ((3, True), (9, False)):
        poster = pd.concat([posts(("Bleer", 40, 20), **ON), posts(("Bleer", few, 0))])
        found = afstemning.per_aftale(poster.assign(kategori_regel="aftale"), stated).iloc[0]
        assert pd.isna(found["fakturadata_oere"]) == hidden
        assert pd.isna(found["difference_oere"]) == hidden


def test_a_cell_that_is_all_of_its_row_covers_for_nothing():
    rows = [[0, 1], [2, 3], [4, 5]]  # two columns: 30 | 9, 8 | 0, 20 | 20
    few, covering = skjul.celler(pd.Series([3, 30, 8, 0, 20, 20]), [*rows, [0, 2, 4], [1, 3, 5]], 5)
    assert few.tolist() == [True, False, False, False, False, False]
    assert covering.tolist() == [False, True, False, False, True, True]


def test_no_two_tables_of_a_workbook_tell_a_few_purchases_for_citizens(
    two_reports: tuple[Path, Path], demo_leverance: Path
) -> None:
    check(two_reports[0] / "tabeller.xlsx", load.hent("Vejle", leverance=demo_leverance))


@pytest.mark.langsom
@pytest.mark.parametrize("town", SMALL_COUNTRY)
def test_nor_do_two_tables_of_the_full_report(
    town: str, demo_leverance: Path, made_once: Callable[[str, Callable[[Path], object]], Path]
) -> None:
    folder = made_once(
        f"skjul-{town}", lambda folder: make_report(town, None, demo_leverance, folder, dybde="fuld")
    )
    [workbook] = folder.rglob("tabeller.xlsx")
    check(workbook, load.hent(town, leverance=demo_leverance))
