"""The stamp: what a report is made of, as W3C PROV, and as the last page prints it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from notebook_fixture import chapter, delivered

from ehandel_lib import provenance, proveniens, show
from ehandel_lib.errors import CheckError
from ehandel_lib.load import Kildefil
from ehandel_lib.reference import PROJECT
from ehandel_lib.render import document, pdf
from ehandel_lib.render.attachments import attachments
from ehandel_lib.render.stamp import FILER, tables

PROV = "prov:"

#: property → kind of the subject, kind of the object. Source: PROV-O, section 3, "Domain" and "Range".
TERMS = {
    "prov:wasGeneratedBy": ("prov:Entity", "prov:Activity"),
    "prov:wasDerivedFrom": ("prov:Entity", "prov:Entity"),
    "prov:used": ("prov:Activity", "prov:Entity"),
    "prov:wasAssociatedWith": ("prov:Activity", "prov:SoftwareAgent"),
    "prov:agent": ("prov:Association", "prov:SoftwareAgent"),
    "prov:hadPlan": ("prov:Association", "prov:Plan"),
}


def facts(files: int = 2, commit: str = "0123456789abcdef0123") -> provenance.Facts:
    """What a report is made of, drawn."""
    return {
        "parametre": {"kommune": "Ærø", "aar": 2024, "leverance": "En leverance", "dybde": "kort"},
        "opgjort": "2024-12-31",
        "filer": [
            {"navn": f"mappe/fil {n}.csv", "sha256": f"{n:064x}", "bytes": 10, "note": "tegnsæt: UTF-8"}
            for n in range(files)
        ],
        "notebooks": {"1_prøve.ipynb": "a" * 64},
        "program": {
            "ehandel": "0.1.0",
            "commit": commit,
            "kildekode": "b" * 64,
            "python": "3.11",
            "pakker": {"pandas": "3.1.0", "typst": "0.15.0"},
            "requirements.lock": "c" * 64,
        },
    }


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def test_what_is_written_is_read_back():
    assert proveniens.read(proveniens.as_json(facts())) == facts()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"@graph": 3}', b'{"@graph": [{"@id": "#x"}]}', b"\xff"]
)
def test_another_file_is_no_stamp(content):
    with pytest.raises(CheckError, match="Stemplet kan ikke læses"):
        proveniens.read(content)


def test_each_reference_of_the_graph_is_to_a_node_of_the_kind_that_prov_asks_for():
    graph = proveniens.graph(facts())["@graph"]
    kinds = {node["@id"]: listed(node["@type"]) for node in graph}
    assert len(kinds) == len(graph)
    associations = [part for node in graph for part in node.get("prov:qualifiedAssociation", [])]
    seen = set()
    for node in [*graph, *associations]:
        for term, value in node.items():
            if not term.startswith(PROV) or term in {"prov:value", "prov:qualifiedAssociation"}:
                continue
            subject, target = TERMS[term]
            assert subject in listed(node["@type"]), term
            assert all(target in kinds[other["@id"]] for other in listed(value)), term
            seen.add(term)
    assert seen == set(TERMS)


def test_names_are_json_ld_that_needs_no_network_and_no_base():
    stamp = proveniens.graph(facts())
    assert set(stamp["@context"]) >= {"prov", "schema"}
    used = set(re.findall(r'"(\w+):\w+":', json.dumps(stamp["@graph"])))
    assert used <= set(stamp["@context"])
    assert all(re.fullmatch(r"#[^\s<>\"]+", node["@id"]) for node in stamp["@graph"])


# --- what it is about


def made(tmp_path: Path) -> Callable[[], provenance.Facts]:
    data = delivered(filer=(Kildefil("a.csv", "0" * 64, 3, ""),))
    return lambda: provenance.facts(data, "kort")


def test_it_tells_what_and_never_where_or_when(tmp_path):
    text = proveniens.as_json(made(tmp_path)()).decode()
    assert str(PROJECT) not in text
    assert str(Path.home()) + "/" not in text
    assert re.findall(r"\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT", text) == []
    assert re.findall(r"\d{4}-\d\d-\d\d", text) == ["2024-12-31"]


def test_it_tells_files_parameters_notebooks_and_packages(tmp_path):
    found = made(tmp_path)()
    assert found["filer"] == [{"navn": "a.csv", "sha256": "0" * 64, "bytes": 3, "note": ""}]
    assert found["parametre"] == {
        "kommune": "Vejle",
        "aar": 2024,
        "leverance": "Syntetisk Danmark",
        "dybde": "kort",
    }
    assert "0_overblik.ipynb" in found["notebooks"]
    assert found["program"]["pakker"]["papermill"]


def code(folder: Path) -> Path:
    """A project with a module, a notebook and a table."""
    for name in ("ehandel_lib/a.py", "notebooks/1.ipynb", "data/reference/t.csv"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("x")
    return folder


@pytest.mark.parametrize("name", ["ehandel_lib/a.py", "notebooks/1.ipynb", "data/reference/t.csv"])
def test_a_change_in_code_notebook_or_reference_table_is_another_program(tmp_path, name):
    before = provenance.source_code(code(tmp_path))
    (tmp_path / name).write_text("y")
    assert provenance.source_code(tmp_path) != before


@pytest.mark.parametrize("name", ["ehandel_lib/a.pyc", "notebooks/.ipynb_checkpoints/1.ipynb", "docs/a.md"])
def test_what_tools_leave_behind_is_the_same_program(tmp_path, name):
    before = provenance.source_code(code(tmp_path))
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("y")
    assert provenance.source_code(tmp_path) == before


def test_a_copy_without_git_has_an_unknown_commit(tmp_path):
    assert provenance.commit(code(tmp_path)) == "ukendt"


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_changes_that_are_not_committed_are_told(tmp_path):
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@x", "-c", "commit.gpgsign=false", *words],
            cwd=code_at,
            check=True,
        )

    code_at = code(tmp_path)
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "x")
    assert re.fullmatch("[0-9a-f]{40}", provenance.commit(code_at))
    (code_at / "ehandel_lib/a.py").write_text("y")
    assert re.fullmatch(r"[0-9a-f]{40}\+ændringer", provenance.commit(code_at))


# --- as printed


def cells(table: dict) -> dict[str, list]:
    return {row[0]: row[1:] for row in table["raekker"]}


def test_print_cuts_fingerprints_to_twelve_characters_and_the_workbook_does_not():
    for short, length in ((True, 12), (False, 64)):
        program, files = tables(facts(), short=short)
        assert {len(row[1]) for row in files["raekker"]} == {length}
        assert len(cells(program)["requirements.lock (sha256)"][0]) == length


def test_uncommitted_changes_stand_beside_the_commit():
    program, _ = tables(facts(commit="0123456789abcdef+ændringer"), short=True)
    assert cells(program)["Commit"] == ["0123456789ab med ændringer, der ikke er i git"]
    assert cells(tables(facts(commit="ukendt"), short=True)[0])["Commit"] == ["ukendt"]


@pytest.mark.parametrize(("files", "rows"), [(FILER, FILER), (FILER + 1, FILER), (500, FILER)])
def test_the_files_stand_on_one_page_and_none_goes_unmentioned(files, rows):
    _, printed = tables(facts(files), short=True)
    assert len(printed["raekker"]) == rows
    assert sum(row[2] for row in printed["raekker"]) == 10 * files
    assert (printed["raekker"][-1][0] == f"og {files - rows + 1} andre filer") is (files > FILER)
    assert len(tables(facts(files), short=False)[1]["raekker"]) == files


def test_a_changed_file_changes_the_fingerprint_of_them_all():
    changed = facts(500)
    changed["filer"][499]["sha256"] = "f" * 64
    name = "Filerne og landets tal (sha256)"
    assert cells(tables(facts(500), short=True)[0])[name] != cells(tables(changed, short=True)[0])[name]


@pytest.fixture(scope="module")
def stamped() -> dict:
    """A document whose last chapter says what it is made of."""
    data = delivered(filer=tuple(Kildefil(f"fakturaer_{n}.csv", f"{n:064x}", 10, "") for n in range(80)))
    return document([chapter("Metode", lambda: show.stempel(data, "kort"), data=data)])


def test_the_stamp_is_no_part_of_its_chapter(stamped):
    assert stamped["ophav"]["parametre"]["kommune"] == "Vejle"
    assert stamped["kapitler"][0]["blokke"] == []


def test_a_document_without_a_stamp_has_no_last_page():
    plain = document([chapter("Metode", "Tekst.")])
    assert plain["ophav"] is None
    assert attachments(plain) == []


def test_the_pdf_carries_the_stamp_and_prints_it_on_its_last_page(stamped):
    import io

    import pikepdf
    from pdf_text import runs

    raw = pdf(stamped)
    with pikepdf.open(io.BytesIO(raw)) as file:
        content = file.attachments[proveniens.FILNAVN].get_file().read_bytes()
        last = len(file.pages)
    assert proveniens.read(content) == stamped["ophav"]
    placed = runs(raw)
    words = " ".join(run.tekst for run in placed if run.side == last).replace("\u200b", "")
    assert "Hvad rapporten er lavet af" in words
    assert stamped["ophav"]["program"]["kildekode"][:12] in words
    assert f"{0:012x}" in words
    assert "andre filer" in words
