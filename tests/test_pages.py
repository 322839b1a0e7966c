"""
The pages of a report as a reader turns them: none nearly empty, nothing cut, together what belongs so.

The places come from the PDF itself, what belongs together from the executed notebooks beside it. The towns of
`make test-langsom` are the largest, the smallest, the one with the longest name, one in full, and next
to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import nbformat
import pikepdf
import pytest
from pdf_text import Run, runs
from small_delivery import line, many, write

from ehandel_lib import render
from ehandel_lib.demo import write_demo
from ehandel_lib.run.report import make_report

MM = 72 / 25.4

#: Where text may stand on a page, in points from its lower left corner: between header and footer.
TOP, BUND, MARGEN = (297 - 22) * MM, 19 * MM, 25 * MM

#: A page within a chapter is filled at least so far, and the last page of one holds more than a paragraph.
FYLDT, MERE_END_ET_AFSNIT = 0.60, 0.12

#: A leader reads the short form once; the full one is looked up in, and its long tables end where they end.
FLEST_SIDER = 24
FULD = "Vejle, full"

#: Municipalities of the demo and deliveries of a handful of lines.
BYER = ["København", "Læsø", "Ringkøbing-Skjern"]
SMAA = {
    "one invoice": many(1),
    "only credit notes": many(9, "-100,00"),
    "400 units": [line(i, "100,00", ordre=i % 2 == 0) for i in range(400)],
}


class Report:
    """A report's pages: the text on each, the chapters and questions, and the document they are made of."""

    def __init__(self, folder: Path) -> None:
        raw = (folder / "rapport.pdf").read_bytes()
        notebooks = [nbformat.read(path, as_version=4) for path in sorted((folder / "notebooks").iterdir())]
        self.document = render.document(notebooks)
        self.short = folder.parent.name != FULD
        with pikepdf.open(folder / "rapport.pdf") as pdf, pdf.open_outline() as outline:
            self.sizes = [(float(page.MediaBox[2]), float(page.MediaBox[3])) for page in pdf.pages]
            self.chapters = [_bare(item.title) for item in outline.root]
            self.questions = [_bare(child.title) for item in outline.root for child in item.children]
        self.pages = [[run for run in runs(raw) if run.side == n + 1] for n in range(len(self.sizes))]

    def body(self, page: int) -> list[Run]:
        """The text between header and footer of an upright page, counted from 0."""
        return [run for run in self.pages[page] if BUND < run.y < TOP and run.tekst.strip()]

    def filled(self, page: int) -> float:
        """How far down the page its text reaches, from 0 to 1."""
        return (TOP - min(run.y for run in self.body(page))) / (TOP - BUND)

    def opens(self, page: int) -> bool:
        """Does a chapter begin at the top of this page?"""
        start = _solid([run for run in self.body(page) if run.y > TOP - 14 * MM])
        return any(start.endswith(_solid(name)) for name in self.chapters)

    def holding(self, words: str) -> set[int]:
        """The pages on which these words stand."""
        return {n for n, page in enumerate(self.pages) if n and _solid(words) in _solid(page)}


def _bare(title: str) -> str:
    return re.sub(r"^[\dA-Z.]+\s+(?=\S)", "", title.replace("\xa0", " ")) if title[:1].isdigit() else title


def _solid(what: list[Run] | str) -> str:
    """Without blanks and signs of division, whatever broke the lines."""
    text = what if isinstance(what, str) else "".join(run.tekst for run in what)
    return re.sub(r"[\s\u200b\u00ad-]", "", text)


@pytest.fixture(scope="session")
def slow_reports(
    made_once: Callable[[str, Callable[[Path], object]], Path],
) -> Path:
    """A folder with the reports of `BYER` and `SMAA`, each in a folder of its own."""

    def make(folder: Path) -> None:
        delivery = folder / "leverance"
        write_demo(delivery, kommuner=[*BYER, "Vejle", "Fanø"])
        for town in BYER:
            make_report(town, None, delivery, folder / town)
        make_report("Vejle", None, delivery, folder / FULD, dybde="fuld")
        for case, lines in SMAA.items():
            make_report("Vejle", None, write(folder / "smaa" / case, lines), folder / case)

    return made_once("sider", make)


SLOW = [pytest.param(name, marks=pytest.mark.langsom) for name in (*BYER, FULD, *SMAA)]


@pytest.fixture(params=["Vejle", *SLOW], scope="module")
def report(request: pytest.FixtureRequest) -> Report:
    if request.param == "Vejle":
        return Report(request.getfixturevalue("two_reports")[0])
    [folder] = (request.getfixturevalue("slow_reports") / request.param).iterdir()
    return Report(folder)


def test_the_short_form_is_short_and_the_overview_one_page(report: Report) -> None:
    assert len(report.pages) <= FLEST_SIDER or not report.short
    assert report.opens(1)
    assert report.opens(2)


def test_no_page_within_a_chapter_is_half_empty(report: Report) -> None:
    if not report.short:
        pytest.skip("I den fulde form følger figurer på en halv side efter hinanden.")
    appendix = next(n for n in range(2, len(report.pages)) if "Sådanerdertalt" in _solid(report.body(n)[:2]))
    within = [n for n in range(1, appendix - 1) if not report.opens(n + 1)]
    assert {n + 1: round(report.filled(n), 2) for n in within if report.filled(n) < FYLDT} == {}


def test_no_page_holds_a_lone_paragraph(report: Report) -> None:
    if not report.short:
        pytest.skip("En lang tabel slutter, hvor den slutter.")
    upright = [n for n, (width, height) in enumerate(report.sizes) if n and width < height]
    few = {n + 1: round(report.filled(n), 2) for n in upright if report.filled(n) < MERE_END_ET_AFSNIT}
    assert few == {}


def test_no_question_stands_last_on_its_page(report: Report) -> None:
    for question in report.questions:
        page = min(report.holding(question[:40]))
        start = _solid(question)[:8]
        place = min(
            run.y for run in report.body(page) if _solid(run.tekst)[:8] == start[: len(_solid(run.tekst))]
        )
        assert any(run.y < place - 4 * MM for run in report.body(page)), question


def test_nothing_reaches_into_the_margins(report: Report) -> None:
    for (width, _), page in zip(report.sizes[1:], report.pages[1:], strict=True):
        outside = [r.tekst for r in page if r.x < MARGEN - 1 or r.x + r.bredde > width - MARGEN + 2]
        assert outside == []


def test_a_figure_stands_on_the_page_of_its_finding(report: Report) -> None:
    for chapter in report.document["kapitler"]:
        blocks = chapter["blokke"]
        for block, after in pairwise(blocks):
            if block["slags"] == "figur" and after["slags"] == "laesning":
                caption = report.holding(f"Figur {block['nummer']}. {block['titel'][:25]}")
                assert caption & report.holding(after["tekst"][:30]), block["titel"]
