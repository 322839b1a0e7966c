"""The files of the synthetic Denmark: the same bytes each time, sound numbers, no folder overwritten."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from stdnum import ean
from stdnum.dk import cvr

from ehandel_lib import classify, demo, load
from ehandel_lib.demo import country, orders, suppliers
from ehandel_lib.errors import ParameterError, UnknownNameError

#: Enough to try every shape of file.
FEW = ["Hvidovre", "Bornholm", "Greve", "Vejle", "Randers", "Thisted"]


# what is invented


def test_company_numbers_pass_modulus_11_and_most_are_what_stdnum_takes():
    numbers = suppliers.suppliers()["leverandoer_cvr"].to_list()
    assert len(set(numbers)) == len(numbers)
    assert all(map(suppliers.cvr_passes, numbers))
    assert all(cvr.is_valid(number) for number in numbers if not number.startswith("0"))
    assert any(number.startswith("0") for number in numbers)


def test_units_have_numbers_that_pass_the_check_and_belong_to_nobody():
    enheder = country.units([("630", 1.7), ("825", 0.42)])
    assert all(ean.is_valid(number) and number.startswith("299") for number in enheder["enhed_id"])
    assert enheder["enhed_id"].n_unique() == len(enheder)
    kinds = enheder.group_by("kommune_kode").agg(enheder["enhedstype"].n_unique())
    assert len(kinds) == 2
    assert set(enheder["enhedstype"]) == set(country.ENHEDSTYPER)


def test_what_stands_in_place_of_an_e_order_never_has_the_form_of_one():
    rng = np.random.default_rng(1)
    others = [text.upper() for shape in orders.UDEN_ORDRE for text in orders.filled(shape, 500, rng)]
    for form in (*orders.MOENSTRE.values(), *orders.UKENDTES_MOENSTRE):
        pattern = re.compile(classify.OrdrePraefiks(form).regex)
        assert all(pattern.match(text.upper()) for text in orders.filled(form, 50, rng))
        assert not any(pattern.match(text) for text in others), form


# the files


def sha256(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first = sha256(demo.write_demo(tmp_path / "a", kommuner=FEW))
    assert sha256(demo.write_demo(tmp_path / "b", kommuner=FEW)) == first
    assert {Path(name).suffix for name in first} == {".csv", ".xlsx", ".parquet", ".zip", ".toml"}


def test_another_seed_gives_other_bytes(tmp_path):
    first = sha256(demo.write_demo(tmp_path / "a", kommuner=["Greve"]))
    assert sha256(demo.write_demo(tmp_path / "b", froe=7, kommuner=["Greve"])) != first


def test_a_few_municipalities_make_a_whole_delivery(tmp_path):
    small = demo.write_demo(tmp_path / "demo", kommuner=["Vejle", "Thisted"])
    data = load.hent("Thisted", leverance=small)
    assert data.leverance.navn == "Syntetisk Danmark"
    assert data.leverance.syntetisk
    assert data.aar_alle == demo.AAR
    assert sorted(data.landet["kommune_kode"].unique()) == ["630", "787"]


def test_an_older_synthetic_delivery_is_replaced_and_nothing_else(tmp_path):
    folder = demo.write_demo(tmp_path / "demo", kommuner=["Greve"])
    assert demo.write_demo(folder, kommuner=["Vejle"]) == folder
    assert not list(folder.glob("*sjaelland*"))
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
    (tmp_path / "mit").mkdir()
    (tmp_path / "mit" / "fakturaer.csv").write_text("x")
    with pytest.raises(ParameterError, match="er ikke en tom mappe"):
        demo.write_demo(tmp_path / "mit", kommuner=["Greve"])
    assert (tmp_path / "mit" / "fakturaer.csv").read_text() == "x"


def test_a_misspelt_municipality_writes_nothing(tmp_path):
    with pytest.raises(UnknownNameError, match="Mente du Vejle"):
        demo.write_demo(tmp_path / "demo", kommuner=["Vejel"])
    assert not list(tmp_path.iterdir())
