"""
Errors of scale: next to nothing, the same of everything, or too much.

Each delivery makes a report that says in a sentence what cannot be shown, or is refused in one. The chapters
run in this process; `make test-langsom` has the rarer cases and makes some whole reports.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from small_delivery import KILDE, SYSTEMER, line, many, run, write

from ehandel_lib.errors import EhandelError
from ehandel_lib.run.report import chapters, make_report

#: delivery → its lines, and what the report must say.
CASES: dict[str, tuple[list[str], list[str]]] = {
    "one invoice": (many(1), ["(1 af 1 faktura)", "Grundlaget er så lille", "Enten er der for få fakturaer"]),
    "only credit notes": (many(9, "-100,00"), ["Graden på omsætning kan ikke beregnes: negativt grundlag."]),
    "one category": (
        many(30),
        ["Kun én varekategori med lovkrav har en e-handelsgrad", "(15 af 30 "],
    ),
    "400 units": (many(400), ["200 af 400 fakturaer"]),
    "a negative total": ([*many(9), line(99, "-9999,00")], ["kan ikke beregnes: negativt grundlag."]),
    "credit notes e-traded": (
        [line(i, "100,00") for i in range(9)] + [line(99, "-10,00", ordre=True)],
        ["kan ikke beregnes: kreditnotaer overstiger køb."],
    ),
    "everything e-traded": (
        [line(i, "10,00", ordre=True) for i in range(9)],
        ["100,0 pct. af omsætningen (90 kr. af 90 kr.)", "al den omsætning, der kan vises, e-handlet"],
    ),
    "nothing e-traded": ([line(i, "10,00") for i in range(9)], ["0,0 pct. af omsætningen (0 kr. af 90 kr.)"]),
    "amounts of nothing": (many(9, "0,00"), ["kan ikke beregnes: intet grundlag."]),
    "billions": (many(9, "1.000.000.000,00"), ["5,00 mia. kr. af 9,00 mia. kr."]),
}

#: What a delivery of one file from one municipality and one year lacks, whatever is in it.
LACKING = [
    "Leverancen rummer ingen omsætningsopgørelse",
    "Leverancen rummer kun én kommune",
    "Leverancen rummer ingen fakturaer fra 2023",
    "Leverancen siger ikke, hvilket e-handelssystem kommunerne bruger.",
    "Der er for få kommuner med kendt system",
    "Ingen poster er knyttet til en aftale",
]

#: What no sentence may say.
UNWRITTEN = re.compile(r"\bnan\b|<NA>|\bNone\b|\binf\b|hver af 0 ")


@pytest.fixture
def delivery(tmp_path: Path) -> Callable[..., Path]:
    """`delivery(lines)`: a folder with these invoices, and other files by name."""

    return lambda lines, **files: write(tmp_path / "lille", lines, **files)


def said(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """All that the chapters show, in words."""
    for path in chapters():
        run(path, leverance=str(folder))
    return capsys.readouterr().out.replace("\xa0", " ")


#: The cases of every test run; the others take their seconds in `make test-langsom`.
OFTEN = {"one invoice", "only credit notes"}


@pytest.mark.parametrize(
    ("lines", "sentences"),
    [
        pytest.param(*case, id=name, marks=[] if name in OFTEN else pytest.mark.langsom)
        for name, case in CASES.items()
    ],
)
def test_the_report_says_what_cannot_be_shown(
    delivery: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
    lines: list[str],
    sentences: list[str],
) -> None:
    words = said(delivery(lines), capsys)
    assert [sentence for sentence in [*sentences, *LACKING] if sentence not in words] == []
    assert UNWRITTEN.findall(words) == []


@pytest.mark.langsom
def test_a_system_that_the_project_does_not_know_is_noted(
    delivery: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    table = "Kommune;System\nVejle;Fantasia\n"
    words = said(delivery(many(9), **{"kilde.toml": KILDE + SYSTEMER, "systemer.csv": table}), capsys)
    assert "systemet er ikke i projektets liste" in words
    assert "Der er for få kommuner med kendt system" in words


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "Der er ingen rækker i leverancens fakturafiler"),
        (["i går;1;;;E1;100,00"], "ingen fakturarækker i leverancen kan bruges"),
    ],
    ids=["no invoice", "no invoice that can be read"],
)
def test_a_delivery_without_invoices_is_refused_in_a_sentence(
    delivery: Callable[..., Path], tmp_path: Path, lines: list[str], sentence: str
) -> None:
    with pytest.raises(EhandelError, match=sentence):
        make_report("Vejle", None, delivery(lines), tmp_path / "ud")
    assert not (tmp_path / "ud").exists()


@pytest.mark.langsom
@pytest.mark.parametrize("case", ["one invoice", "only credit notes", "400 units"])
def test_the_whole_job_makes_all_files_of_it(
    delivery: Callable[..., Path], tmp_path: Path, case: str
) -> None:
    folder = make_report("Vejle", None, delivery(CASES[case][0]), tmp_path / "ud")
    assert {"rapport.pdf", "rapport.html", "tabeller.xlsx"} <= {path.name for path in folder.iterdir()}
    if program := os.environ.get("VERAPDF"):
        for flavour in ("ua1", "3a"):
            command = [program, "-f", flavour, str(folder / "rapport.pdf")]
            result = subprocess.run(command, capture_output=True, text=True)
            assert result.returncode == 0, result.stdout + result.stderr
