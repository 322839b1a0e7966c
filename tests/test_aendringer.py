"""What has changed since an earlier report: which rates, by how much, and why as far as it can be told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from notebook_fixture import chapter
from small_delivery import KILDE, line, many, run, write
from test_proveniens import facts

from ehandel_lib import aarsager, aendringer, load, provenance, proveniens, sentences, show
from ehandel_lib.errors import CheckError, ParameterError, UnreadableFileError
from ehandel_lib.provenance import sha256
from ehandel_lib.render import document, html, pdf, workbook
from ehandel_lib.run.report import CHANGES


def drawn(text: str) -> pd.DataFrame:
    """Rates as `aendringer.tal` gives them, drawn: group, measure, numerator, denominator; "-" is missing."""
    rows = []
    for row in text.strip().splitlines():
        gruppe, maal, taeller, naevner = (cell.strip() for cell in row.split("|"))
        parts = [pd.NA if cell == "-" else int(cell) for cell in (taeller, naevner)]
        grad = pd.NA if "-" in (taeller, naevner) or maal == "plads" else parts[0] / parts[1]
        rows.append([gruppe, maal, *parts, grad])
    kinds = {"gruppe": "str", "maal": "str", "taeller": "Int64", "naevner": "Int64", "grad": "Float64"}
    return pd.DataFrame(rows, columns=aendringer.KOLONNER).astype(kinds)


FOER = drawn("""
    I alt                     | omsætning | 200 | 1000
    I alt                     | faktura   |  30 |  100
    I alt                     | plads     |  55 |   98
    Varekategorier med lovkrav| omsætning | 100 |  400
    Varekategorier med lovkrav| faktura   |  20 |   50
    Bleer                     | omsætning |  50 |  100
    Bleer                     | faktura   |  50 |  100
    Høreapparater             | omsætning |   - |    -
    Høreapparater             | faktura   |   - |    -
""")


def changed(**parts: tuple[int | None, int | None]) -> pd.DataFrame:
    """The drawn rates with the invoices' numerator and denominator of some groups changed."""
    frame = FOER.copy()
    for name, (part, whole) in parts.items():
        at = (frame["gruppe"] == name.replace("_", " ")) & (frame["maal"] == "faktura")
        frame.loc[at, ["taeller", "naevner"]] = [part, whole]
        frame.loc[at, "grad"] = part / whole if part is not None and whole else pd.NA
    return frame


# --- which figures moved


def test_the_same_rates_have_not_moved_and_neither_have_hidden_ones():
    same = aendringer.sammenlign(FOER, FOER)
    assert not same["flyttet"].any()
    assert list(same["gruppe"].drop_duplicates()) == list(FOER["gruppe"].drop_duplicates())
    assert sentences.aendret(same) == "Ingen tal er ændret: alle 9 er de samme som i den tidligere rapport."
    assert sentences.flyttede(aendringer.stoerste(same)) == sentences.INGEN_FLYTTET


def test_a_rate_that_moved_is_told_with_its_size_and_its_base():
    moved = aendringer.sammenlign(FOER, changed(I_alt=(36, 110)))
    assert moved["flyttet"].sum() == 1
    told = sentences.aendret(moved).replace("\xa0", " ")
    assert told.startswith(
        "1 af 9 tal er ændret, og 8 er de samme. Graden på omsætning er den samme (20,0 pct.)."
    )
    assert "Graden på faktura steg fra 30,0 til 32,7 pct." in told
    base = sentences.grundlaget(moved).replace("\xa0", " ")
    assert base == "Der er 10 flere fakturaer end før, og 6 flere e-handlede."


def test_a_rate_of_another_base_has_moved_though_it_is_the_same_number():
    moved = aendringer.sammenlign(FOER, changed(I_alt=(60, 200)))
    assert "er stadig 30,0" in sentences.aendret(moved)


def test_the_largest_moves_come_first_and_wholes_are_not_among_them():
    now = changed(I_alt=(99, 100), Bleer=(20, 100))
    largest = aendringer.stoerste(aendringer.sammenlign(FOER, now))
    assert list(largest["gruppe"]) == ["Bleer"]
    told = sentences.flyttede(largest).replace("\xa0", " ")
    assert told == "Mest flyttede bleer sig målt på faktura: fra 50,0 til 20,0 pct."


def test_a_group_of_few_invoices_is_not_among_those_that_moved_most():
    few = aendringer.sammenlign(FOER, changed(Bleer=(2, 19)))
    assert aendringer.stoerste(few).empty
    assert list(aendringer.stoerste(aendringer.sammenlign(FOER, changed(Bleer=(2, 20))))["gruppe"]) == [
        "Bleer"
    ]


def test_the_same_and_the_changed_are_told_in_the_right_number():
    moved = aendringer.sammenlign(FOER, FOER).assign(flyttet=[True] * 8 + [False])
    assert (
        sentences.aendret(moved).replace("\xa0", " ").startswith("8 af 9 tal er ændret, og 1 er det samme.")
    )
    every = moved.assign(flyttet=True)
    assert sentences.aendret(every).replace("\xa0", " ").startswith("Alle 9 tal er ændret.")


def test_another_year_needs_no_experiment_to_explain_the_figures():
    year, data = (
        aarsager.Aarsag(aarsager.PARAMETRE, "året var 2024 og er 2025"),
        aarsager.Aarsag(aarsager.DATA, "a.csv er ændret"),
    )
    moved = aendringer.sammenlign(FOER, changed(Bleer=(60, 100)))
    last = sentences.hvorfor([year, data], set(), moved)[-1]
    assert "hvert sit år" in last
    assert "én ændring ad gangen" not in last


def test_the_figures_of_the_country_are_many():
    assert [cause.tekst for cause in aarsager._files({}, {"landets tal 2025": "1"})] == [
        "landets tal 2025 er nye"
    ]


@pytest.mark.parametrize(
    ("then", "now"), [((None, None), (5, 10)), ((5, 10), (None, None)), ((0, 0), (5, 10))]
)
def test_a_rate_that_is_missing_on_one_side_has_moved_but_by_no_number(then, now):
    both = aendringer.sammenlign(changed(Bleer=then), changed(Bleer=now))
    row = both[(both["gruppe"] == "Bleer") & (both["maal"] == "faktura")]
    assert row["flyttet"].tolist() == [True]
    assert row["aendring"].isna().all()
    assert aendringer.stoerste(both).empty


def test_groups_that_only_one_report_has_are_named_by_where_they_are():
    more = drawn("Tablets | omsætning | 1 | 10\nTablets | faktura | 1 | 10")
    both = aendringer.sammenlign(FOER, pd.concat([FOER[FOER["gruppe"] != "Bleer"], more]))
    assert sentences.kun_den_ene(both) == "Tablets står kun i denne rapport. Bleer står kun i den tidligere."
    assert both["flyttet"].sum() == 4
    assert sentences.kun_den_ene(aendringer.sammenlign(FOER, FOER)) == "De to rapporter har de samme grupper."


def test_a_rank_that_moved_is_told():
    now = FOER.copy()
    now.loc[now["maal"] == "plads", "taeller"] = 52
    told = sentences.aendret(aendringer.sammenlign(FOER, now))
    assert told.endswith("Pladsen blandt kommunerne gik fra nr. 55 af 98 til nr. 52 af 98.")


def test_what_a_report_has_no_invoices_for_is_compared_without_numbers():
    empty = drawn("I alt | omsætning | - | -\nI alt | faktura | - | -")
    both = aendringer.sammenlign(FOER, empty)
    assert "kan ikke sammenlignes" in sentences.aendret(both)
    assert sentences.grundlaget(both) == ""


# --- why


def program(**parts: object) -> dict:
    return facts() | {"program": facts()["program"] | parts}


def files(**sha: str | None) -> dict:
    """The drawn facts with some files' fingerprints changed; None takes the file out."""
    kept = {file["navn"]: file for file in facts()["filer"]}
    for name, value in sha.items():
        kept[name.replace("__", ".")] = {
            "navn": name.replace("__", "."),
            "sha256": value,
            "bytes": 1,
            "note": "",
        }
    return facts() | {"filer": [file for file in kept.values() if file["sha256"]]}


@pytest.mark.parametrize(
    ("now", "kind", "words"),
    [
        (files(ny__csv="1"), aarsager.DATA, "ny.csv er ny"),
        (files(kilde__toml="1"), aarsager.REGEL, "kilde.toml er ny"),
        (
            program(kildekode="f" * 64),
            aarsager.PROGRAM,
            "biblioteket eller referencetabellerne er andre",
        ),
        (
            program(kildekode="f" * 64, commit="f" * 40),
            aarsager.PROGRAM,
            "biblioteket eller referencetabellerne er andre (commit 0123456789ab er nu ffffffffffff)",
        ),
        (
            facts() | {"notebooks": {"1_prøve.ipynb": "b" * 64}},
            aarsager.PROGRAM,
            "kapitlet 1_prøve.ipynb er et andet",
        ),
        (
            program(pakker={"pandas": "3.2.0", "typst": "0.15.0"}),
            aarsager.PAKKER,
            "pandas var 3.1.0 og er 3.2.0",
        ),
        (program(**{"requirements.lock": "d" * 64}), aarsager.PAKKER, "requirements.lock er en anden"),
        (program(python="3.12"), aarsager.PAKKER, "Python var 3.11 og er 3.12"),
        (
            facts() | {"parametre": {**facts()["parametre"], "aar": 2025}},
            aarsager.PARAMETRE,
            "året var 2024 og er 2025",
        ),
    ],
)
def test_each_cause_is_told_by_its_kind(now, kind, words):
    assert aarsager.aarsager(facts(), now) == [aarsager.Aarsag(kind, words)]


def test_the_same_stamp_gives_no_cause():
    assert aarsager.aarsager(facts(), facts()) == []


def test_one_kind_of_cause_explains_all_and_several_explain_nothing_alone():
    moved = aendringer.sammenlign(FOER, changed(Bleer=(6, 10)))
    still = aendringer.sammenlign(FOER, FOER)
    data, code = (
        aarsager.Aarsag(aarsager.DATA, "a.csv er ændret"),
        aarsager.Aarsag(aarsager.PROGRAM, "x er y"),
    )
    assert sentences.hvorfor([data], {"a.csv"}, moved) == [
        "Data: a.csv er ændret.",
        "Kommunens egne rækker står i a.csv.",
        "Kun data er ændret, så alle ændringer i tallene kommer derfra.",
    ]
    assert sentences.hvorfor([data, code], set(), moved)[-1].startswith(
        "Data og programmet er ændret på én gang"
    )
    assert sentences.hvorfor([data], set(), still)[1:] == [
        "Ingen af de nye eller ændrede filer har rækker fra kommunen; de kan kun flytte sammenligningerne.",
        "Data er ændret, men det flyttede ingen tal.",
    ]
    assert sentences.hvorfor([], set(), still) == ["Data, regler, program, pakker og parametre er de samme."]
    assert sentences.hvorfor([], set(), moved)[-1].endswith("ændret, efter at den blev lavet.")


def test_many_files_are_counted_after_the_first():
    many = [aarsager.Aarsag(aarsager.DATA, f"{n}.csv er ny") for n in range(20)]
    line = sentences.hvorfor(many, set(), aendringer.sammenlign(FOER, FOER))[0]
    assert line.startswith("Data: 0.csv er ny, ")
    assert line.endswith("5.csv er ny og 14 andre.")


# --- what an earlier report carries


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report in its folder, with its rates and its stamp."""
    folder = tmp_path_factory.mktemp("Ærø")
    notebook = chapter("Tal", lambda: show.ark(FOER, "Alle tal", id="tal", kolonner=sentences.TALKOLONNER))
    (folder / "rapport.pdf").write_bytes(pdf({**document([notebook]), "ophav": facts()}))
    return folder


def test_the_rates_are_read_back_as_they_were_and_the_folder_is_as_good_as_the_file(earlier):
    found = aendringer.tidligere(earlier, "Ærø")
    pd.testing.assert_frame_equal(found.tal, FOER)
    assert found.ophav == facts()
    assert found.sha256 == sha256((earlier / "rapport.pdf").read_bytes())
    assert aendringer.tidligere(earlier / "rapport.pdf", "Ærø").sha256 == found.sha256


def test_what_is_no_earlier_report_is_told(earlier, tmp_path):
    with pytest.raises(UnreadableFileError, match="Der er ingen tidligere rapport"):
        aendringer.tidligere(tmp_path, "Ærø")
    (tmp_path / "rapport.pdf").write_bytes(pdf(document([chapter("Metode", "Tekst.")])))
    with pytest.raises(CheckError, match=r"bærer ikke sine tal \(ark_tal.csv\)"):
        aendringer.tidligere(tmp_path, "Ærø")
    with pytest.raises(ParameterError, match="handler om Ærø og kan ikke sammenlignes med Vejle"):
        aendringer.tidligere(earlier, "Vejle")


def test_the_table_of_all_rates_is_in_the_workbook_and_on_no_page(earlier):
    shown = document([chapter("Tal", lambda: show.ark(FOER, "Hver eneste grad", id="tal"))])
    assert b"Hver eneste grad" not in html(shown)
    assert b"Hver eneste grad" in workbook(shown)


def test_the_earlier_report_is_a_part_of_what_this_one_is_made_of(earlier):
    found = aendringer.tidligere(earlier, "Ærø")
    notebook = chapter("Ændringer", lambda: show.sammenlignet(found))
    made = {"ophav": facts()}
    stamped = document([notebook, chapter("Metode", lambda: show._display("stempel", made, ""))])
    assert stamped["ophav"]["siden"] == {"sha256": found.sha256, "kommune": "Ærø", "aar": 2024}
    assert proveniens.read(proveniens.as_json(stamped["ophav"])) == stamped["ophav"]
    assert found.sha256[:12].encode() in html(stamped)


# --- the chapter


@pytest.fixture
def changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """`changes(lines, **files)`: what the chapter says of a delivery beside a report of ten invoices."""
    before = write(tmp_path / "foer", many(10))
    data = load.hent("Vejle", None, before)
    rates = chapter("Tal", lambda: show.ark(aendringer.tal(data), "Alle tal", id="tal"))
    stamped = {**document([rates]), "ophav": provenance.facts(data, "fuld")}
    (tmp_path / "rapport.pdf").write_bytes(pdf(stamped))

    def said(lines: list[str], **files: str) -> str:
        capsys.readouterr()
        folder = write(tmp_path / "nu", lines, **files)
        run(CHANGES, leverance=str(folder), siden=str(tmp_path / "rapport.pdf"))
        return capsys.readouterr().out.replace("\xa0", " ")

    return said


def test_the_same_data_have_changed_nothing(changes):
    words = changes(many(10))
    assert "Ingen tal er ændret: alle " in words
    assert "Data, regler, program, pakker og parametre er de samme." in words


def test_a_changed_file_is_named_as_the_one_cause(changes):
    words = changes([*many(10), line(10, "100,00", ordre=True)])
    assert "Graden på faktura steg fra 50,0 til 54,5 pct." in words
    assert "Der er 1 faktura mere end før, og 1 e-handlet mere." in words
    assert "Data: fakturaer.csv er ændret." in words
    assert "Kun data er ændret, så alle ændringer i tallene kommer derfra." in words


def test_a_changed_rule_is_named_as_the_one_cause(changes):
    words = changes(many(10), **{"kilde.toml": KILDE.replace("EH######", "EH#####8")})
    assert "Der er lige så mange fakturaer som før, og 4 færre e-handlede." in words
    assert "Leverancens regler: kilde.toml er ændret." in words
    assert "Kun leverancens regler er ændret" in words


def test_another_state_of_the_library_is_named_though_it_moved_nothing(changes, monkeypatch):
    program = {**provenance.software(), "kildekode": "f" * 64, "commit": "f" * 40}
    monkeypatch.setattr(provenance, "software", lambda: program)
    words = changes(many(10))
    assert re.search(
        r"Program: biblioteket eller referencetabellerne er andre \(commit .* ffffffffffff\)", words
    )
    assert "Programmet er ændret, men det flyttede ingen tal." in words
