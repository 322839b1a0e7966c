"""The laws of a chapter: each breach is seen and told in one sentence."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ehandel_lib.errors import ReportError
from ehandel_lib.run import laws

FIGUR = 'figur(tegn(data), "Titel", id="a", alt="ord", data=data.poster, kilde="K")'

#: A chapter that keeps the laws: place → (kind, source).
LOVLIG = {
    "titel": ("markdown", "# Titel\nEn sætning.\nEn sætning mere."),
    "parametre": ("code", 'kommune = "Vejle"\naar = None\nleverance = "data/demo"'),
    "hent": ("code", "import ehandel_lib\n\n" + laws.HENT),
    "fund": ("code", "fund = 1\nlaesning(fund)"),
    "spørgsmål": ("markdown", "## Hvor meget?"),
    "figur": ("code", FIGUR),
    "læsning": ("code", "laesning(fund)"),
    "metode": ("markdown", "## Sådan er der talt\nSom i resten."),
}


def chapter(folder: Path, fuld: tuple[str, ...] = (), **changed: str | None) -> Path:
    """The lawful chapter with some cells changed (None takes one out), and some tagged as detail."""
    cells = []
    for place, (kind, source) in LOVLIG.items():
        text = changed.get(place, source)
        if text is None:
            continue
        cell = (new_markdown_cell if kind == "markdown" else new_code_cell)(text)
        tags = ["parameters"] if place == "parametre" else ["fuld"] if place in fuld else []
        cell.metadata = {"tags": tags} if tags else {}
        cells.append(cell)
    path = folder / "kapitel.ipynb"
    path.write_text(nbformat.writes(new_notebook(cells=cells)), encoding="utf-8")
    return path


def test_a_lawful_chapter_breaks_nothing(tmp_path):
    assert laws.tjek(chapter(tmp_path)) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"titel": "# Titel\nEn sætning."}, "to sætninger"),
        ({"parametre": "kommune = find()"}, "faste værdier"),
        ({"parametre": "import os"}, "faste værdier"),
        ({"hent": "data = 1"}, "anden kodecelle skal slutte med"),
        ({"fund": "import os\nlaesning(1)"}, "importerer"),
        ({"fund": "data = hent(kommune)\nlaesning(1)"}, "henter"),
        ({"fund": "laesning([x for x in y])"}, "løkke"),
        ({"fund": "if data:\n    laesning(1)"}, "forgrening"),
        ({"fund": "f = lambda: 1\nlaesning(f)"}, "lambda"),
        ({"fund": "laesning(1)\n" * 13}, "13 linjer"),
        ({"fund": "laesning(1)\nprint(2)"}, "skriver selv ud"),
        ({"fund": "fund = 1"}, "konklusionen"),
        ({"spørgsmål": "## Hvor meget"}, "læserens spørgsmål"),
        ({"figur": FIGUR + "\n" + FIGUR.replace('"a"', '"b"')}, "2 figurer"),
        ({"figur": 'figur(tegn(data), "Titel", id="a", data=1, kilde="K")'}, "mangler alt"),
        ({"figur": FIGUR.replace(', "Titel"', "")}, "en figur og en titel"),
        ({"læsning": "fund"}, "skal der stå en laesning"),
        ({"læsning": None}, "skal der stå en laesning"),
        ({"metode": "## Metode\nSom i resten."}, "skal være metoden"),
        ({"metode": None}, "skal være metoden"),
        ({"metode": "## Sådan er der talt\nEn. To."}, "flere sætninger"),
        ({"metode": "## Sådan er der talt\nUden punktum"}, "slutte med punktum"),
        ({"fund": "laesning("}, "ikke Python"),
    ],
)
def test_a_breach_is_told(changed, told, tmp_path):
    assert told in " ".join(laws.tjek(chapter(tmp_path, **changed)))


def test_a_heading_without_content_in_the_short_form_is_told(tmp_path):
    found = laws.tjek(chapter(tmp_path, fuld=("figur", "læsning")))
    assert found == ['overskriften "## Hvor meget?" har intet under sig i kort form; mærk den fuld.']


def test_what_only_the_detail_defines_cannot_be_used_without_it(tmp_path):
    found = laws.tjek(chapter(tmp_path, fuld=("figur",), figur=FIGUR + "\nfund = 2", fund="laesning(data)"))
    assert "den korte form bruger fund, som kun en celle med mærket fuld laver." in found


def test_an_id_of_another_chapter_is_told(tmp_path):
    other = tmp_path / "anden"
    other.mkdir()
    found = laws.breaches(chapter(tmp_path), [chapter(other)])
    assert found == ['id="a" er brugt før; hver figur og tabel skal have sit eget.']


def test_an_id_used_twice_in_a_chapter_is_told(tmp_path):
    path = chapter(tmp_path, fund='tabel(data, "T", id="a")\nfund = 1\nlaesning(fund)')
    assert laws.breaches(path, []) == ['id="a" er brugt før; hver figur og tabel skal have sit eget.']


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text("{}")
    with pytest.raises(ReportError, match=r"x\.ipynb kan ikke læses som en notebook"):
        laws.tjek(path)
