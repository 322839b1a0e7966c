"""A batch makes what has to be made, says why, and lets one failure be one failure."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from small_delivery import KILDE, many, write

from ehandel_lib import sentences
from ehandel_lib.cli.batch import _names
from ehandel_lib.errors import DeliveryError, ParameterError, UnknownNameError
from ehandel_lib.load import hent
from ehandel_lib.read import read_delivery
from ehandel_lib.reference import LANDET, find_kommune, kommuner
from ehandel_lib.run import batch, batch_progress, batch_result, noegle
from ehandel_lib.run.batch_result import FEJLET, LAVET, SPRUNGET_OVER, Grad, Resultat
from ehandel_lib.store import prepare, ulaeselige

KILDER = dict.fromkeys(noegle.AARSAGER, "a")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report's folder with its fingerprints."""
    folder = tmp_path / "Vejle"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "rapport.pdf").write_bytes(b"pdf")
    (folder / "notebooks" / "0_overblik.ipynb").write_bytes(b"{}")
    noegle.write(folder, KILDER)
    return folder


# --- what has to be made


def test_a_report_made_from_the_same_is_not_made_again(report: Path) -> None:
    assert noegle.reason(report, KILDER) is None


@pytest.mark.parametrize(("kind", "told"), noegle.AARSAGER.items())
def test_the_reason_is_what_changed(report: Path, kind: str, told: str) -> None:
    assert noegle.reason(report, KILDER | {kind: "b"}) == told


def test_of_two_changes_the_first_in_the_list_is_told(report: Path) -> None:
    assert noegle.reason(report, KILDER | {"kildekode": "b", "data": "b"}) == "data ændret"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"kilder": 1, "filer": {}}'])
def test_a_report_without_readable_fingerprints_is_new(report: Path, content: str) -> None:
    (report / noegle.FILNAVN).write_text(content)
    assert noegle.reason(report, KILDER) == noegle.NY


@pytest.mark.parametrize("damage", ["change", "remove"])
def test_a_report_whose_files_were_changed_is_made_again(report: Path, damage: str) -> None:
    file = report / "rapport.pdf"
    file.write_bytes(b"andet") if damage == "change" else file.unlink()
    assert noegle.reason(report, KILDER) == noegle.MANGLER


def test_a_file_of_the_users_own_beside_the_report_changes_nothing(report: Path) -> None:
    (report / "mine noter.txt").write_text("x")
    assert noegle.reason(report, KILDER) is None


# --- which municipalities


def test_all_that_have_posts_are_made_unless_some_are_named(demo_leverance: Path) -> None:
    delivery, store = read_delivery(demo_leverance), prepare(demo_leverance)
    everyone = [body.navn for body in batch.chosen(delivery, store, [], None)]
    assert sorted(everyone) == ["Aarhus", "Høje-Taastrup", "Kolding", "Varde", "Vejle", "Ærø"]
    south = [body.navn for body in batch.chosen(delivery, store, [], "syddanmark")]
    assert sorted(south) == ["Kolding", "Varde", "Vejle", "Ærø"]
    named = [body.navn for body in batch.chosen(delivery, store, ["Ærø", "630", "ærø"], None)]
    assert named == ["Ærø", "Vejle"]


@pytest.mark.parametrize(
    ("names", "region", "problem"),
    [
        (["Vejel"], None, UnknownNameError),
        ([], "Fyn", ParameterError),
        (["Vejle"], "Sjælland", ParameterError),
    ],
)
def test_a_name_that_does_not_exist_is_told_before_anything_runs(
    demo_leverance: Path, names: list[str], region: str | None, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        batch.chosen(read_delivery(demo_leverance), prepare(demo_leverance), names, region)


def test_names_come_from_the_command_line_and_the_list(tmp_path: Path) -> None:
    (tmp_path / "liste.txt").write_text("﻿Vejle\n\n# kommentar\n Ærø \n", encoding="utf-8")
    assert _names("630 Varde", str(tmp_path / "liste.txt")) == ["630", "Varde", "Vejle", "Ærø"]
    with pytest.raises(ParameterError, match="kan ikke læses"):
        _names(None, str(tmp_path / "findes ikke"))


# --- what is told


RECORD = Resultat(
    "630", "Vejle", "Syddanmark", LAVET, "ny", "Vejle", 2024, Grad(0.3, 3, 10, 0.25), Grad(None, 0, 0), 5, 98
)


def test_records_are_written_and_read_and_kept_for_those_a_batch_is_not_about(tmp_path: Path) -> None:
    (tmp_path / "Vejle").mkdir()
    batch_result.write(tmp_path, [RECORD])
    other = Resultat("492", "Ærø", "Syddanmark", FEJLET, "Det gik ikke.", "")
    batch_result.write(tmp_path, [other])
    assert batch_result.read(tmp_path) == [other, RECORD]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["oversigt.json"]


def test_a_change_needs_both_years() -> None:
    assert RECORD.omsaetning is not None
    assert RECORD.omsaetning.aendring == pytest.approx(0.05)
    assert Grad(None, 0, 0, 0.25).aendring is None
    assert Grad(0.25, 1, 4).aendring is None


def test_the_figures_are_those_of_the_report(two_reports: tuple[Path, Path]) -> None:
    found = batch_result.figures(two_reports[0])
    assert set(found) == {"aar", "omsaetning", "faktura", "plads", "af"}
    rate = found["omsaetning"]
    assert rate.grad == pytest.approx(rate.taeller / rate.naevner)
    assert rate.foer is not None
    assert 1 <= found["plads"] <= found["af"] == 6


def test_the_table_tells_failures_and_counts_the_skipped() -> None:
    skipped = Resultat("461", "Odense", "Syddanmark", SPRUNGET_OVER, "intet ændret", "Odense")
    failed = Resultat("492", "Ærø", "Syddanmark", FEJLET, "Det gik ikke.", "")
    console = Console(width=100, file=io.StringIO())
    console.print(batch_progress.table([RECORD, skipped, failed]))
    text = console.file.getvalue()
    assert "Det gik ikke." in text
    assert "1 kommune " in text
    assert "Odense" not in text


def test_the_sample_is_the_same_for_the_same_reports_and_another_for_others() -> None:
    keys = dict.fromkeys(kommuner(), KILDER)
    assert batch.drawn(keys) == batch.drawn(dict(reversed(keys.items())))
    samples = {tuple(batch.drawn(keys | {"101": KILDER | {"data": str(n)}})) for n in range(5)}
    assert len(samples) > 1
    assert {len(sample) for sample in samples} == {3}


def test_a_file_that_differs_is_named(tmp_path: Path) -> None:
    for folder, pdf in (("a", b"1"), ("b", b"2")):
        (tmp_path / folder / "notebooks").mkdir(parents=True)
        (tmp_path / folder / "rapport.pdf").write_bytes(pdf)
        (tmp_path / folder / "notebooks" / "0.ipynb").write_bytes(b"ens")
    assert batch.differing(tmp_path / "a", tmp_path / "b") == ["rapport.pdf"]
    (tmp_path / "a" / "notebooks" / "0.ipynb").unlink()
    assert batch.differing(tmp_path / "a", tmp_path / "b") == ["notebooks/0.ipynb", "rapport.pdf"]


# --- what a report is made from

#: A delivery in which each municipality has files of its own, which the order rules name by a pattern.
KILDE_TO = "\n".join(
    [
        KILDE.split("[[filer]]")[0].replace('kommune = "Vejle"\n', ""),
        *(
            "[[filer]]"
            + KILDE.split("[[filer]]")[1]
            .split("[[e_ordre")[0]
            .replace("fakturaer.csv", f"{name}_*.csv")
            .replace('tabel = "fakturaer"', f'tabel = "fakturaer"\nkommune = "{name}"')
            for name in ("Vejle", "Ærø")
        ),
        "[[e_ordre.praefikser]]" + KILDE.split("[[e_ordre.praefikser]]")[1],
    ]
)


def invoices(year: int, beloeb: str = "100,00") -> str:
    rows = [line.replace("2024", str(year)) for line in many(20, beloeb)]
    return "\n".join(["Dato;Nr;Ordre;Varekode;Enhed;Beløb", *rows, ""])


def kilder(folder: Path) -> dict[str, str]:
    """What Vejle's report of 2024 is made from."""
    return noegle.sources(prepare(folder), hent("Vejle", 2024, folder), {"aar": 2024}, {})


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("Ærø_2022.csv", invoices(2022), None),
        ("Ærø_2023.csv", invoices(2023), "landets tal ændret"),
        ("Ærø_2024.csv", invoices(2024, "300,00"), "landets tal ændret"),
        ("Vejle_2023.csv", invoices(2023), "data ændret"),
        ("Vejle_2024.csv", invoices(2024, "300,00"), "data ændret"),
        ("Vejle_2024.csv", invoices(2024) + "\n", "data ændret"),
        ("kilde.toml", KILDE_TO + "\n# en bemærkning\n", "leverancens regler ændret"),
        ("kilde.toml", KILDE_TO.replace("EH######", "EX######"), "data ændret"),
    ],
)
def test_a_report_is_made_again_where_what_it_shows_changed(
    tmp_path: Path, file: str, content: str, told: str | None
) -> None:
    files = {"Vejle_2024.csv": invoices(2024), "Ærø_2024.csv": invoices(2024), "kilde.toml": KILDE_TO}
    folder = write(tmp_path / "leverance", [], **files)
    (folder / "fakturaer.csv").unlink()
    made = tmp_path / "ud"
    made.mkdir()
    noegle.write(made, kilder(folder))
    assert noegle.reason(made, kilder(folder)) is None
    (folder / file).write_text(content, encoding="utf-8")
    assert noegle.reason(made, kilder(folder)) == told


def test_a_report_names_the_files_its_rows_are_from_the_rules_and_the_country(tmp_path: Path) -> None:
    files = {"Vejle_2024.csv": invoices(2024), "Ærø_2024.csv": invoices(2024), "kilde.toml": KILDE_TO}
    folder = write(tmp_path / "leverance", [], **files)
    (folder / "fakturaer.csv").unlink()
    named = [file.navn for file in hent("Vejle", 2024, folder).leverance.filer]
    assert named == ["Vejle_2024.csv", "kilde.toml", "landets tal 2024"]
    (folder / "Ærø_2023.csv").write_text(invoices(2023), encoding="utf-8")
    named = [file.navn for file in hent("Vejle", 2024, folder).leverance.filer]
    assert named[2:] == ["landets tal 2023", "landets tal 2024"]


# --- a file that cannot be read


def two(folder: Path, kilde: str = KILDE_TO) -> Path:
    """Vejle's invoices, and a workbook of Ærø's that is none."""
    files = {"Vejle_2024.csv": invoices(2024), "Ærø_2024.csv": invoices(2024), "kilde.toml": kilde}
    write(folder, [], **files)
    (folder / "fakturaer.csv").unlink()
    (folder / "Ærø_2024.csv").rename(folder / "Ærø_2024.xlsx")
    return folder


def test_a_file_that_cannot_be_read_stops_its_own_municipality_alone(tmp_path: Path) -> None:
    folder = two(tmp_path / "leverance", KILDE_TO.replace("Ærø_*.csv", "Ærø_*.xlsx"))
    store = prepare(folder)
    assert [body.navn for body in batch.chosen(read_delivery(folder), store, [], None)] == ["Ærø", "Vejle"]
    ulaeselige.refuse(store, find_kommune("Vejle"))
    with pytest.raises(DeliveryError, match=r"Ærø_2024\.xlsx"):
        ulaeselige.refuse(store, find_kommune("Ærø"))
    with pytest.raises(DeliveryError, match=r"Ærø_2024\.xlsx"):
        ulaeselige.refuse(store, LANDET)
    said = sentences.graenser(hent("Vejle", 2024, folder).leverance.mangler)
    assert "Sammenligninger er uden Ærø, hvis filer ikke kan læses." in said


def test_a_file_that_may_be_anybodys_stops_them_all_and_says_why(tmp_path: Path) -> None:
    kilde = KILDE_TO.replace("Ærø_*.csv", "Ærø_*.xlsx").replace('kommune = "Ærø"\n', "")
    kilde = kilde.replace('[filer.kolonner]\n"Dato"', '[filer.kolonner]\n"Kommune" = "kommune"\n"Dato"')
    folder = two(tmp_path / "leverance", kilde.replace('"Kommune" = "kommune"\n', "", 1))
    with pytest.raises(DeliveryError, match=r"(?s)Ærø_2024\.xlsx.*kan være fra enhver kommune"):
        prepare(folder)
