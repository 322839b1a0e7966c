"""The guide to deliveries says what the program does."""

import re
from pathlib import Path

import pytest

from ehandel_lib.read import read_delivery
from ehandel_lib.read.delivery import FELTER
from ehandel_lib.read.kilde import _FILER, _LEVERANCE
from ehandel_lib.read.tables import REGNEARK
from ehandel_lib.reference import PROJECT

GUIDE = (PROJECT / "docs" / "vejledning.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", GUIDE, flags=re.DOTALL)


def test_the_examples_of_the_guide_are_a_description_that_can_be_read(tmp_path: Path):
    whole, agreements, goals, costs, orders, _ = EXAMPLES
    (tmp_path / "kilde.toml").write_text(whole + agreements + goals + costs + orders, encoding="utf-8")
    delivery = read_delivery(tmp_path)
    assert [rule.moenster for rule in delivery.praefikser] == ["TEL-#######", "TEL-#######"]
    assert delivery.praefikser[1].kommuner == ("630", "573")
    assert delivery.aftaler["50.96/2"] == "Bleer"
    assert [thing.enhedstype for thing in delivery.hvad_koster] == ["skole"]
    assert delivery.filer[-1].felter == set(FELTER["maal"]) - {"kommune"}


def test_the_example_of_an_archive_reads_e_invoices_beside_a_table_of_units(tmp_path: Path):
    (tmp_path / "kilde.toml").write_text(EXAMPLES[-1], encoding="utf-8")
    assert [(form.tabel, form.format) for form in read_delivery(tmp_path).filer] == [
        ("fakturaer", "ubl"),
        ("enheder", ""),
    ]


@pytest.mark.parametrize(
    "name", sorted({*_LEVERANCE, *_FILER, *(f for fields in FELTER.values() for f in fields)})
)
def test_the_guide_names_every_key_and_every_field(name: str):
    assert f"`{name}`" in GUIDE


@pytest.mark.parametrize("suffix", REGNEARK)
def test_the_guide_names_the_files_that_are_read(suffix: str):
    assert f"`{suffix}`" in GUIDE
