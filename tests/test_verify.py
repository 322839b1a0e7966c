"""Checking a finished report: the same byte for byte, or what differs, told by name."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pikepdf
import pytest
from notebook_fixture import chapter, report
from small_delivery import many, write
from test_proveniens import facts

from ehandel_lib import cli, demo, proveniens
from ehandel_lib.errors import CheckError, ParameterError, UnreadableFileError
from ehandel_lib.render import document, pdf
from ehandel_lib.render.attachments import stamp, tables
from ehandel_lib.run.verify import Verdict, _same, differences, verify


def changed(**parts: object) -> dict:
    """The drawn facts with parts of the program changed."""
    drawn = facts()
    return drawn | {"program": drawn["program"] | parts}


def said(then: dict, now: dict) -> list[str]:
    return list(differences(then, now))


def test_the_same_facts_differ_in_nothing():
    assert said(facts(), facts()) == []


def test_notes_on_how_files_were_read_are_no_difference():
    now = facts()
    now["filer"] = [{"navn": file["navn"], "sha256": file["sha256"]} for file in now["filer"]]
    assert said(facts(), now) == []


def test_a_changed_a_missing_and_a_new_data_file_are_named():
    then, now = facts(3), facts(4)
    now["filer"][0]["sha256"] = "f" * 64
    del now["filer"][1]
    assert said(then, now) == [
        "datafilen mappe/fil 0.csv er ændret: sha256 000000000000 i rapporten, ffffffffffff her",
        "datafilen mappe/fil 1.csv mangler her",
        "datafilen mappe/fil 3.csv er ny: den var der ikke, da rapporten blev lavet",
    ]


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (
            {"commit": "f" * 40 + "+ændringer"},
            "commit er en anden: 0123456789ab i rapporten, ffffffffffff+ændringer her",
        ),
        (
            {"kildekode": "f" * 64},
            "kildekoden (med notebooks og referencetabeller) er en anden: "
            "bbbbbbbbbbbb i rapporten, ffffffffffff her",
        ),
        (
            {"requirements.lock": "f" * 64},
            "requirements.lock er en anden: cccccccccccc i rapporten, ffffffffffff her",
        ),
        ({"python": "3.12"}, "Python er en anden: 3.11 i rapporten, 3.12 her"),
        (
            {"pakker": {"pandas": "3.1.0", "typst": "0.16.0"}},
            "pakken typst er en anden: 0.15.0 i rapporten, 0.16.0 her",
        ),
        (
            {"pakker": {"pandas": "3.1.0"}},
            "pakken typst er en anden: 0.15.0 i rapporten, findes ikke her",
        ),
    ],
)
def test_another_program_is_told_by_its_part(parts, sentence):
    before = changed(commit="0123456789abcdef" + "0" * 24)
    assert said(before, before | {"program": before["program"] | parts}) == [sentence]


def test_another_parameter_is_told():
    now = facts() | {
        "parametre": {"kommune": "Ærø", "aar": 2023, "leverance": "En leverance", "dybde": "kort"}
    }
    assert said(facts(), now) == ["parameteren aar er en anden: 2024 i rapporten, 2023 her"]


def test_what_is_no_report_is_told(tmp_path):
    with pytest.raises(UnreadableFileError, match=r'^Der er ingen fil ".*rapport.pdf"\.$'):
        verify(tmp_path / "rapport.pdf", tmp_path)
    with pytest.raises(CheckError, match="ikke en PDF"):
        stamp(b"%PDF-1.7 men ikke mere")
    with pytest.raises(CheckError, match="har intet stempel"):
        stamp(pdf(document([chapter("Metode", "Tekst.")])))


def test_the_stamp_and_the_tables_are_read_from_the_pdf():
    raw = pdf({**document(report()), "ophav": facts()})
    assert stamp(raw) == facts()
    assert len(tables(raw)) == len(list(pikepdf.open(io.BytesIO(raw)).attachments)) - 1


def with_stamp(raw: bytes, content: dict) -> bytes:
    """A PDF whose stamp says something else."""
    with pikepdf.open(io.BytesIO(raw)) as file:
        file.attachments[proveniens.FILNAVN] = proveniens.as_json(content)
        out = io.BytesIO()
        file.save(out)
    return out.getvalue()


@pytest.fixture
def copied(two_reports: tuple[Path, Path], demo_leverance: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A report, and a copy of its delivery in a folder of another name."""
    shutil.copytree(demo_leverance, tmp_path / "et andet navn")
    return two_reports[0] / "rapport.pdf", tmp_path / "et andet navn"


def test_a_missing_data_file_is_named_though_the_report_cannot_be_made(copied):
    rapport, folder = copied
    for aar in demo.AAR:
        (folder / f"fakturaer_syddanmark_{aar}.parquet").unlink()
    verdict = verify(rapport, folder)
    assert not verdict.ens
    assert "datafilen fakturaer_syddanmark_2024.parquet mangler her" in verdict.saetninger
    assert "rapporten kan ikke laves igen" in verdict.saetninger[-1]


def test_another_delivery_altogether_is_a_wrong_folder(copied, tmp_path):
    other = tmp_path / "lille"
    other.mkdir()
    (other / "kilde.toml").write_text(
        '[leverance]\nnavn = "Lille"\nkommune = "Vejle"\n\n[[filer]]\n'
        'moenster = "f.csv"\ntabel = "fakturaer"\n'
        '[filer.kolonner]\n"Dato" = "dato"\n"Beløb" = "beloeb"\n',
        encoding="utf-8",
    )
    (other / "f.csv").write_text("Dato;Beløb\n02-01-2024;100,00\n", encoding="utf-8")
    with pytest.raises(ParameterError, match='lavet af leverancen "Syntetisk Danmark", men mappen lille er'):
        verify(copied[0], other)


def test_a_report_that_cannot_be_made_again_is_told_with_exit_code_2(copied, tmp_path, capsys):
    rapport, folder = copied
    wrong = stamp(rapport.read_bytes())
    wrong["parametre"]["aar"] = 1999
    (tmp_path / "r.pdf").write_bytes(with_stamp(rapport.read_bytes(), wrong))
    assert cli.run(["efterproev", str(tmp_path / "r.pdf"), "--data", str(folder)]) == cli.BAD_INPUT
    assert "Rapporten kan ikke laves igen: Leverancen har ingen fakturaer fra 1999" in capsys.readouterr().err


def test_what_lies_beside_a_report_is_compared_where_it_is_there(tmp_path):
    given, made = tmp_path / "rapport.html", tmp_path / "ny.html"
    made.write_bytes(b"<p>12 %</p>")
    assert _same(given, made) is None
    given.write_bytes(b"<p>12 %</p>")
    assert _same(given, made) is True
    given.write_bytes(b"<p>21 %</p>")
    assert _same(given, made) is False


def test_a_report_that_was_compared_with_an_earlier_one_asks_for_it(tmp_path):
    folder = write(tmp_path / "lille", many(5))
    plain = pdf({**document(report()), "ophav": facts()})
    (tmp_path / "rapport.pdf").write_bytes(plain)
    with pytest.raises(ParameterError, match="ikke sammenlignet med en tidligere rapport; udelad --siden"):
        verify(tmp_path / "rapport.pdf", folder, siden=tmp_path / "rapport.pdf")
    earlier = {"sha256": "e" * 64, "kommune": "Ærø", "aar": 2023}
    (tmp_path / "rapport.pdf").write_bytes(with_stamp(plain, facts() | {"siden": earlier}))
    with pytest.raises(ParameterError, match=r"sha256 eeeeeeeeeeee\); skriv med --siden"):
        verify(tmp_path / "rapport.pdf", folder)


def test_another_earlier_report_is_told():
    then, now = ({"siden": {"sha256": sha * 64, "kommune": "Ærø", "aar": 2023}} for sha in "ef")
    assert said(facts() | then, facts() | now) == [
        "den tidligere rapports sha256 er en anden: eeeeeeeeeeee i rapporten, ffffffffffff her"
    ]


def test_the_verdict_is_read_as_a_sentence_or_a_list():
    assert str(Verdict(True, ("Ens.", "Lavet igen."))) == "Ens. Lavet igen."
    assert str(Verdict(False, ("a", "b"))) == "Ikke ens:\n  - a\n  - b"


@pytest.mark.langsom
def test_an_unchanged_report_is_the_same_byte_for_byte(copied, capsys):
    rapport, folder = copied
    assert cli.run(["efterproev", str(rapport), "--data", str(folder)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Ens, byte for byte (sha256 ")
    assert "Det samme gælder rapport.html og tabeller.xlsx." in out


@pytest.mark.langsom
def test_a_changed_data_file_and_the_tables_it_changes_are_named(copied, capsys):
    rapport, folder = copied
    systemer = (folder / "systemer.csv").read_text(encoding="utf-8")
    (folder / "systemer.csv").write_text(systemer.replace("Vejle;TELLIS", "Vejle;TT"), encoding="utf-8")
    assert cli.run(["efterproev", str(rapport), "--data", str(folder)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("Ikke ens:\n  - datafilen systemer.csv er ændret: sha256 ")
    assert "fakturaer_" not in out
    assert "»E-handelsgrad på omsætning i kommuner med hvert e-handelssystem«" in out
