"""Exploring: groups and parts of the posts, frames in Danish, and views that become chapters."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from drawn import drawn

import ehandel_lib as eh
from ehandel_lib import rates, sentences
from ehandel_lib.errors import ParameterError, UnknownNameError
from ehandel_lib.explore import GRUPPER, fakturaer, kapitel, muligt_udsnit, navne, per_gruppe, udsnit
from ehandel_lib.explore.visning import VISTE_RAEKKER, frame_html
from ehandel_lib.run import laws
from ehandel_lib.sentences.udsnit import overskrift

POSTER = drawn(
    "poster",
    """
    | varekategori | leverandoer_cvr | leverandoer_navn | enhed_id | enhed_navn | enhedstype | beloeb_oere |
    | Møbler       | 11111111        | Bord A/S         | 1        | Skolen     | Skole      | 300         |
    | Møbler       | 11111111        | BORD             | 2        | Skolen     | Skole      | 100         |
    | Møbler       | 11111111        | Bord A/S         | 1        | Skolen     | Skole      | 50          |
    | Bleer        | -               | Ole Olsen        | -        | -          | -          | 25          |
    """,
)


def many(counts: dict[str, int]) -> pd.DataFrame:
    """Posts of one invoice each: so many in each category, all of the same amount."""
    rows = [f"| {name} | 100 |" for name, count in counts.items() for _ in range(count)]
    return drawn("poster", "\n".join(["| varekategori | beloeb_oere |", *rows]))


def test_a_supplier_is_its_number_under_its_most_frequent_name():
    assert navne(POSTER, "leverandoer").tolist() == ["Bord A/S"] * 3 + ["Uden CVR-nummer"]


def test_units_of_the_same_name_are_told_apart():
    assert navne(POSTER, "enhed").tolist() == ["Skolen (1)", "Skolen (2)", "Skolen (1)", "Uden enhed"]


def test_a_key_without_a_name_stands_for_itself():
    poster = POSTER.assign(enhed_navn=pd.Series([None] * 4, dtype="str"))
    assert navne(poster, "enhed").tolist() == ["1", "2", "1", "Uden enhed"]


def test_what_has_no_kind_is_a_group():
    assert navne(POSTER, "enhedstype").tolist()[-1] == "Ukendt"


@pytest.mark.parametrize("gruppe", GRUPPER)
def test_the_groups_hold_all_posts(gruppe):
    counted = rates.begge(POSTER.assign(gruppe=navne(POSTER, gruppe)), "gruppe")
    assert counted["omsaetning_oere"].sum() == 300 + 100 + 50 + 25


def test_an_unknown_grouping_names_the_nearest():
    with pytest.raises(UnknownNameError, match="Mente du leverandoer"):
        per_gruppe(POSTER, "leverandor")


def test_a_part_is_what_all_choices_have_in_common():
    assert udsnit(POSTER, varekategori="Møbler", enhed="Skolen (1)")["beloeb_oere"].tolist() == [300, 50]


def test_a_misspelt_group_is_no_empty_part_but_a_possible_one_is():
    with pytest.raises(UnknownNameError, match="Mente du Møbler"):
        udsnit(POSTER, varekategori="Møblr")
    assert muligt_udsnit(POSTER, varekategori="Møblr").empty


def test_the_largest_groups_stand_alone_and_the_rest_together():
    counted = per_gruppe(many({"A": 9, "B": 8, "C": 7, "D": 6}), "varekategori", flest=2)
    assert counted["gruppe"].tolist() == ["A", "B", "Øvrige"]
    assert counted["antal_fakturaer"].tolist() == [9, 8, 7 + 6]


def test_one_group_is_never_the_rest():
    counted = per_gruppe(many({"A": 9, "B": 8, "C": 7}), "varekategori", flest=2)
    assert counted["gruppe"].tolist() == ["A", "B", "C"]


def test_months_stand_in_their_own_order():
    poster = POSTER.assign(dato=pd.to_datetime(["2024-12-31", "2024-01-01", "2024-12-01", "2024-03-05"]))
    assert per_gruppe(poster, "maaned")["gruppe"].tolist() == ["2024-01", "2024-03", "2024-12"]


def test_small_groups_show_no_numbers():
    counted = per_gruppe(many({"A": 9, "B": 4}), "varekategori", "faktura")
    assert counted.set_index("gruppe").loc["B", "aarsag"] == "færre end 5 fakturaer"
    assert pd.isna(counted.set_index("gruppe").loc["B", "antal_fakturaer"])


def test_nothing_gives_no_rows_and_a_sentence():
    counted = per_gruppe(POSTER.head(0), "leverandoer")
    assert counted.empty
    assert sentences.udsnit(counted) == sentences.alt_udsnit(counted)
    assert "Ingen af grupperne" in sentences.udsnit(counted)
    assert eh.figur.udsnit(counted).axes


def test_single_invoices_are_masked_and_a_person_is_not_named():
    poster = POSTER.assign(faktura_id=[f"630|11111111|F-12345{n}|2024" for n in range(4)])
    shown = fakturaer(poster)
    assert shown["faktura_nummer"].tolist() == ["…3450", "…3451", "…3452", "…3453"]
    assert "Ole Olsen" not in shown.to_string()


def test_the_sentence_names_the_highest_and_the_lowest_but_not_the_rest():
    counted = per_gruppe(many({"A": 9, "B": 8, "C": 7, "D": 6}), "varekategori", flest=2)
    counted = counted.assign(grad_omsaetning=[0.1, 0.4, 0.9], grad_faktura=[0.1, 0.4, 0.9])
    said = sentences.udsnit(counted).replace("\xa0", " ")
    assert said.startswith("Højest ligger B med 40 pct.")
    assert "Lavest ligger A med 10 pct." in said
    assert "Øvrige" not in said


def test_a_frame_is_shown_in_danish_and_its_text_as_characters():
    frame = pd.DataFrame(
        {"grad": [0.125, None], "beloeb_oere": [123456, None], "aar": [2024, 2025], "navn": ["<b>", "\x1b"]}
    )
    html = frame_html(frame)
    for shown in ("12,5\xa0%", "1.235", ">2024<", "&lt;b&gt;", "[U+001B]", "–"):
        assert shown in html


def test_a_long_frame_says_how_many_rows_are_not_shown():
    assert "… og 2\xa0rækker mere" in frame_html(pd.DataFrame({"x": range(VISTE_RAEKKER + 2)}))


def test_a_named_index_is_shown():
    assert "<th scope='row'>Møbler</th>" in frame_html(pd.DataFrame({"x": [1]}, index=["Møbler"]))


AT_THE_PROMPT = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
import ehandel_lib as eh
import pandas as pd
frame = pd.DataFrame({"grad": [0.5]})
html = shell.display_formatter.formatters["text/html"]
html.enabled = True
assert "50,0" not in html(frame)
eh.per_gruppe
assert "50,0" in html(frame)
assert pd.get_option("display.max_rows") == 60
shell.push({"eh": eh, "frame": frame})
shell.run_cell('eh.per_gruppe(frame, "enhet")')
"""


def test_the_prompt_shows_frames_in_danish_and_errors_as_a_sentence():
    done = subprocess.run([sys.executable, "-c", AT_THE_PROMPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ('UnknownNameError: Der kan ikke grupperes efter "enhet". Mente du enhed?')


def test_tab_completion_offers_what_there_is():
    assert all(getattr(eh, name) is not None for name in dir(eh))
    with pytest.raises(AttributeError, match="henter"):
        eh.henter  # noqa: B018


VALG = {"varekategori": "Møbler", "enhed": 'Skolen "ved åen" {1}\\'}


def test_a_view_becomes_a_chapter_that_keeps_the_laws(tmp_path):
    path = kapitel.gem("Møbler i skolen", "leverandoer", "faktura", VALG, tmp_path)
    assert path == str(tmp_path / "moebler_i_skolen.ipynb")
    assert laws.breaches(tmp_path / "moebler_i_skolen.ipynb", []) == []


def test_a_second_view_is_added_to_the_chapter_with_an_id_of_its_own(tmp_path):
    kapitel.gem("Møbler", "leverandoer", "faktura", VALG, tmp_path)
    kapitel.gem("Møbler", "maaned", "omsaetning", {}, tmp_path)
    path = tmp_path / "moebler.ipynb"
    assert laws.breaches(path, []) == []
    assert laws.ids(path) == ["egen-moebler-1", "egen-moebler-2"]


def test_the_cells_choose_what_was_chosen(tmp_path):
    kapitel.gem("Møbler", "leverandoer", "faktura", VALG, tmp_path)
    cell = nbformat.read(tmp_path / "moebler.ipynb", as_version=4).cells[5]
    scope = {"data": SimpleNamespace(poster=POSTER), "muligt_udsnit": lambda poster, **valg: valg}
    exec(cell.source.splitlines()[0], scope)
    assert scope["udsnit_1"] == VALG


def test_a_chapter_runs_for_a_municipality_without_the_group(demo_leverance, tmp_path, capsys):
    kapitel.gem("Møbler", "leverandoer", "faktura", VALG, tmp_path)
    scope: dict[str, object] = {}
    for cell in nbformat.read(tmp_path / "moebler.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source.replace("data/demo", str(demo_leverance)), scope)
    assert "intet grundlag" in capsys.readouterr().out


@pytest.mark.parametrize("navn", ["", "../x", "3 møbler", "a/b", "x" * 50, "møbler.ipynb"])
def test_a_name_that_is_no_file_name_is_refused(navn, tmp_path):
    with pytest.raises(ParameterError, match="bogstav"):
        kapitel.gem(navn, "maaned", "faktura", {}, tmp_path)


def test_a_new_chapter_does_not_take_the_place_of_an_old_one(tmp_path):
    kapitel.ny("Møbler", tmp_path)
    with pytest.raises(ParameterError, match="allerede"):
        kapitel.ny("møbler", tmp_path)


def test_the_question_names_what_was_chosen():
    assert overskrift("maaned", {}) == "Hvor meget e-handles pr. måned?"


@pytest.fixture
def flade(demo_leverance):
    from ehandel_lib.explore.flade import udforsk

    return udforsk("Vejle", leverance=demo_leverance)


def test_opening_bars_leads_to_single_invoices(flade):
    assert flade.fakturaer.value == ""
    flade.soejler.klik = {"navn": "Møbler", "nummer": 1}
    assert (flade.valg, flade.gruppe.value) == ({"varekategori": "Møbler"}, "leverandoer")
    assert "<details>" in flade.fakturaer.value
    flade.soejler.klik = {"navn": flade.soejler.grupper[0]["navn"], "nummer": 2}
    assert flade.gruppe.value == "enhed"
    assert len(flade.sti.children) == 2


def test_the_bars_are_those_of_the_report(flade):
    flade.maal.value = "faktura"
    counted = rates.fakturaer(flade.data.poster, "varekategori").set_index("varekategori")
    shown = {group["navn"]: group["grad"] for group in flade.soejler.grupper}
    assert shown["Møbler"] == counted.loc["Møbler", "grad"]


def test_undoing_a_choice_undoes_those_after_it(flade):
    flade.aabn("Møbler")
    flade.aabn(flade.soejler.grupper[0]["navn"])
    flade.tilbage("varekategori")
    assert (flade.valg, flade.gruppe.value) == ({}, "varekategori")


def test_another_municipality_starts_afresh(flade):
    flade.aabn("Møbler")
    flade.kommune.value = "Ærø"
    assert flade.valg == {}
    assert "Ærø Kommune" in flade.laesning.value


def test_what_cannot_be_done_is_a_sentence(flade):
    flade.navn.value = "3"
    flade.gem.click()
    assert "Giv kapitlet et navn" in flade.besked.value
    flade.maal.value = "faktura"
    assert flade.besked.value == ""
