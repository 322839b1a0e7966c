"""
The smallest deliveries, all chapters: nothing said twice, nothing asked without an answer, nothing claimed.

The notebooks run in this process, as the short form has them, and the document that comes of them is read.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from pathlib import Path

import nbformat
import pytest
from notebook_fixture import shown
from small_delivery import line, many, write

from ehandel_lib import render
from ehandel_lib.reference import PROJECT
from ehandel_lib.run.depth import KORT, at_depth

SMAA = {
    "one invoice": many(1),
    "three invoices": many(3),
    "only credit notes": many(9, "-100,00"),
    "no e-order": [line(i, "100,00") for i in range(60)],
    "nothing but e-orders": [line(i, "100,00", ordre=True) for i in range(60)],
    "400 units": many(400),
}

#: Between two sentences.
MELLEM = re.compile(r"(?<=[.?!])\s+(?=[A-ZÆØÅ0-9»])")


def executed(path: Path, delivery: Path) -> nbformat.NotebookNode:
    notebook = at_depth(nbformat.read(path, as_version=4), KORT)
    scope: dict[str, object] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = shown(partial(exec, cell.source, scope))
            scope |= {"kommune": "Vejle", "leverance": str(delivery), "dybde": KORT}
    return notebook


#: Two of them are made in every run, the others by `make test-langsom`.
HURTIGE = ("one invoice", "only credit notes")
KASUS = [pytest.param(name, marks=[] if name in HURTIGE else pytest.mark.langsom) for name in SMAA]


@pytest.fixture(scope="module", params=KASUS)
def chapters(request, tmp_path_factory):
    place = tmp_path_factory.mktemp("lille")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHANDEL_KLAR", str(place / "klar"))
        delivery = write(place / "leverance", SMAA[request.param])
        notebooks = [
            executed(path, delivery) for path in sorted((PROJECT / "notebooks").glob("[0-9]_*.ipynb"))
        ]
    return {chapter["titel"]: chapter["blokke"] for chapter in render.document(notebooks)["kapitler"]}


def told(blocks: list[dict]) -> list[str]:
    """What a chapter's cells say, sentence by sentence."""
    findings = [block["tekst"] for block in blocks if block["slags"] == "laesning"]
    lists = [item for block in blocks if block["slags"] == "liste" for item in block["punkter"]]
    return [sentence for text in (*findings, *lists) for sentence in MELLEM.split(text)]


def test_no_sentence_is_said_twice_in_a_chapter(chapters):
    counts = {title: Counter(told(blocks)) for title, blocks in chapters.items()}
    assert [(title, said) for title, c in counts.items() for said, n in c.items() if n > 1] == []


def test_no_question_is_left_without_an_answer(chapters):
    for title, blocks in chapters.items():
        shown_ = [block for block in blocks if block["slags"] != "ark"]
        for block, after in zip(shown_, [*shown_[1:], {"slags": "overskrift"}], strict=True):
            assert (block["slags"], after["slags"]) != ("overskrift", "overskrift"), (title, block)


def test_no_table_is_empty_and_no_figure_without_marks(chapters):
    for title, blocks in chapters.items():
        tables = [block for block in blocks if block["slags"] == "tabel"]
        assert [block["titel"] for block in tables if not block["raekker"]] == [], title
        figures = [block for block in blocks if block["slags"] == "figur"]
        bare = [
            f["titel"] for f in figures if not any(is_number(v) for row in f["data"]["raekker"] for v in row)
        ]
        assert bare == [], title


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


#: What no sentence says: a missing number read aloud, one of one, and nothing compared with others.
FORBUDT = re.compile(r"\s–[\s,.]|\b[01] af 1\b(?! faktura)|\b(\d+) af \1 (?!faktura)|\bi 0 af ")


def test_no_sentence_reads_a_dash_aloud_or_counts_one_of_one(chapters):
    said = [sentence for blocks in chapters.values() for sentence in told(blocks)]
    assert [sentence for sentence in said if FORBUDT.search(sentence.replace("\xa0", " "))] == []


def test_nothing_is_said_of_agreements_that_the_delivery_does_not_tell(chapters):
    [only] = {block["tekst"] for block in chapters["Aftaler"] if block["slags"] == "laesning"}
    assert only.startswith("Leverancen oplyser ingen aftaler")
    assert [block["slags"] for block in chapters["Aftaler"] if block["slags"] in ("figur", "tabel")] == []
