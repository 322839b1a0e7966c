"""A unit's page: one page, its own numbers, no other unit's name, and nothing of few invoices."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import nbformat
import pandas as pd
import pikepdf
import pytest
from pdf_text import words

from ehandel_lib import charts, enheder, enhedsark, load, schema, sentences
from ehandel_lib.errors import ParameterError, UnknownNameError
from ehandel_lib.load import Data
from ehandel_lib.run.sheets import NOTEBOOK, make_sheets


def bought(unit: str, kind: str, category: str, n: int, hits: int) -> list[dict]:
    """Rows of posts: one invoice each, the first `hits` of them e-traded."""
    row = {"enhed_id": unit, "enhed_navn": unit, "enhedstype": kind, "varekategori": category}
    law = category in {"Bleer", "Møbler", "Fødevarer", "Lyskilder"}
    return [
        row | {"lovkrav": law, "e_handlet": i < hits, "faktura_id": f"{unit}{category}{i}"} for i in range(n)
    ]


@pytest.fixture(scope="module")
def drawn_data(demo_leverance: Path) -> Data:
    rows = [row for unit in "ABCD" for row in bought(unit, "skole", "Fødevarer", 20, 10)]
    rows += bought("Nord", "skole", "Fødevarer", 20, 2) + bought("Nord", "skole", "Bleer", 10, 9)
    rows += bought("Nord", "skole", "Møbler", 6, 0) + bought("Nord", "skole", "Lyskilder", 4, 0)
    rows += bought("Nord", "skole", "Diverse", 30, 0)
    rows += bought("Lille", "skole", "Fødevarer", 3, 0) + bought("Ene", "museum", "Møbler", 9, 0)
    ordinary = {"kommune_kode": "630", "aar": 2024, "beloeb_oere": 100_00, "dato": pd.Timestamp(2024, 5, 1)}
    poster = schema.typed(pd.DataFrame(rows).assign(**ordinary), "poster")
    real = load.hent("Vejle", leverance=demo_leverance)
    return Data(real.kommune, 2024, (2024,), real.leverance, {"poster": poster})


def sheet(data: Data, unit: str) -> enhedsark.Ark:
    (one,) = enhedsark.ark(data, unit)
    return one


def test_the_place_to_begin_is_where_most_invoices_under_the_law_lack_an_e_order(drawn_data):
    begin = sheet(drawn_data, "nord").at_hente
    assert begin["varekategori"].tolist() == ["Fødevarer", "Møbler"]  # bleer go well
    assert begin["uden"].tolist() == [20 - 2, 6]
    assert begin["grad_slags"].tolist()[0] == pytest.approx((4 * 10 + 2) / (4 * 20 + 20 + 3))
    assert pd.isna(begin["grad_slags"].tolist()[1])  # no other school buys them
    assert begin["raad"].notna().all()


def test_a_category_of_few_invoices_is_not_shown(drawn_data):
    assert "Lyskilder" not in set(sheet(drawn_data, "Nord").kategorier["varekategori"])


def test_what_goes_well_comes_first_and_there_always_is_something(drawn_data):
    said = sentences.ark_styrke(sheet(drawn_data, "Nord")).replace("\xa0", " ")
    assert said.startswith("Bleer går godt: 9 af 10 fakturaer er e-handlet (90 pct.).")
    none = sheet(drawn_data, "Ene")
    assert sentences.ark_styrke(none).startswith(
        "Ingen af jeres 9\xa0fakturaer er e-handlet. Indkøbskontoret"
    )
    assert sentences.ark_styrke_overskrift(none) == "Så langt er I"
    assert sentences.ark_styrke_overskrift(sheet(drawn_data, "Nord")) == "Det går godt"
    for one in enhedsark.ark(drawn_data):
        for sentence in (sentences.ark_styrke(one), sentences.ark_plads(one), *sentences.ark_raad(one)):
            assert re.fullmatch(r"[A-ZÆØÅ].*\.", sentence)
            assert not re.search(r"dårlig|værst|fejl|skal |nan|None", sentence)


def test_a_unit_like_the_middle_one_is_told_of_no_difference(drawn_data):
    said = sentences.ark_plads(sheet(drawn_data, "B")).replace("\xa0", " ")
    assert said == "I ligger på linje med den midterste enhed (50 pct.)."


def test_a_kind_stands_in_the_plural_and_an_unknown_one_without_its_name(drawn_data):
    assert sentences.ark_slags_overskrift(sheet(drawn_data, "B")) == "Jer og kommunens andre skoler"
    other = sentences.ark_slags_overskrift(sheet(drawn_data, "Ene"))
    assert other == "Jer og kommunens andre enheder af samme slags"


def test_a_kind_of_one_has_no_comparison(drawn_data):
    one = sheet(drawn_data, "Ene")
    assert one.slags is None
    assert sentences.ark_plads(one).startswith("Der er for få enheder")


def test_a_small_unit_gets_a_sentence_and_no_page(drawn_data):
    with pytest.raises(ParameterError, match="Lille får ikke et ark: færre end 5 fakturaer"):
        enhedsark.valgte(drawn_data.poster, "Lille")
    assert "Lille" not in set(enhedsark.valgte(drawn_data.poster)["enhed_navn"])


def test_an_unknown_unit_is_met_with_the_nearest(drawn_data):
    with pytest.raises(UnknownNameError, match="Mente du Nord"):
        enhedsark.valgte(drawn_data.poster, "Nrod")


def test_a_name_that_two_units_share_is_asked_for_by_id():
    rows = bought("1", "skole", "Bleer", 6, 3) + bought("2", "skole", "Bleer", 6, 3)
    poster = schema.typed(pd.DataFrame(rows).assign(enhed_navn="Nord", kommune_kode="630"), "poster")
    with pytest.raises(ParameterError, match='2 enheder hedder "Nord"; skriv enhedens id i stedet: 1, 2'):
        enhedsark.valgte(poster, "Nord")
    assert len(enhedsark.valgte(poster, "2")) == 1


def test_the_pages_notebook_keeps_the_laws():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in code] == [[]] * len(code)
    assert [cell.metadata.get("tags", []) for cell in code] == [["parameters"], [], []]
    assert not any(more_than_calls(cell.source) for cell in code)


def more_than_calls(source: str) -> list[str]:
    """What a cell holds that belongs in the library."""
    nodes = (ast.FunctionDef, ast.For, ast.While, ast.If, ast.Try, ast.ListComp, ast.Lambda, ast.With)
    return [type(node).__name__ for node in ast.walk(ast.parse(source)) if isinstance(node, nodes)]


def test_the_unit_s_own_dot_is_a_filled_square(drawn_data):
    one = sheet(drawn_data, "Nord")
    squares = [
        line for line in charts.ark_blandt(one.blandt, "Nord").axes[0].lines if line.get_marker() == "s"
    ]
    assert [line.get_xdata()[0] for line in squares] == pytest.approx([one.enhed["grad_faktura"]])


@pytest.mark.langsom
def test_a_page_is_one_tagged_page_that_names_no_other_unit(demo_leverance, tmp_path):
    made = make_sheets("Vejle", None, demo_leverance, tmp_path)
    units = enhedsark.valgte(load.hent("Vejle", leverance=demo_leverance).poster)
    assert len(made.filer) == len(units)
    for name in (*made.filer[:3], *made.filer[-3:]):
        raw = (made.mappe / name).read_bytes()
        with pikepdf.open(io.BytesIO(raw)) as pdf:
            assert len(pdf.pages) == 1
            assert pdf.Root.MarkInfo.Marked
            assert str(pdf.Root.Lang).startswith("da")
        named = {unit for unit in units["enhed_navn"] if re.search(rf"\b{re.escape(unit)}\b", words(raw))}
        assert named == {Path(name).stem}
    again = make_sheets("Vejle", None, demo_leverance, tmp_path / "igen", enhed=Path(made.filer[0]).stem)
    assert (again.mappe / again.filer[0]).read_bytes() == (made.mappe / made.filer[0]).read_bytes()


def test_only_compared_units_stand_in_the_figure(drawn_data):
    # A is hidden with the one small school, which could else be told from the schools' total
    assert set(sheet(drawn_data, "Nord").blandt["enhed_navn"]) == {*"BCD", "Nord"}
    assert enheder.INDEN_FOR in set(sheet(drawn_data, "B").blandt["mod_slags"])
