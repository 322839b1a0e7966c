"""README and the guides say what is there."""

from __future__ import annotations

import re

import pytest

from ehandel_lib import codebook, demo
from ehandel_lib.classify.order import PLADSHOLDERE
from ehandel_lib.reference import PROJECT

PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]


def test_the_code_book_in_readme_is_the_data_dictionarys():
    text = codebook.README.read_text(encoding="utf-8")
    assert codebook.refreshed(text) == text, "kør python -m ehandel_lib.codebook"


def test_the_guide_names_every_placeholder():
    guide = (PROJECT / "docs" / "metode.md").read_text(encoding="utf-8")
    [listed] = re.findall(r"\*\*Pladsholder\.\*\*.*?tæller: (.*?), et felt af lutter", guide, re.DOTALL)
    assert tuple(" ".join(listed.split()).split(", ")) == PLADSHOLDERE


def test_the_data_page_tells_the_years_of_the_demo():
    page = (PROJECT / "data" / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"the years\s+{demo.AAR[0]} to {demo.AAR[-1]}", page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", text)]
    missing = [target for target in targets if target and not (page.parent / target).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page):
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8")))
    assert named <= targets


def test_the_modules_named_in_readme_exist():
    text = codebook.README.read_text(encoding="utf-8")
    [table] = re.findall(r"\| module \|.*?\n\n", text, re.DOTALL)
    names = [
        name
        for row in table.strip().splitlines()[2:]
        for name in re.findall(r"`([\w./]+)`", row.split("|")[1])
    ]
    assert names
    assert [name for name in names if not (PROJECT / "ehandel_lib" / name).exists()] == []
