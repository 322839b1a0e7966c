"""The data dictionary is complete and says what a table may hold."""

from __future__ import annotations

import pandas as pd
import pytest
from drawn import drawn
from pandera.errors import SchemaErrors

from ehandel_lib import schema


def test_every_column_of_every_table_is_defined_once_and_used_or_a_result():
    for table in schema.TABELLER:
        names = schema.navne(table)
        assert len(names) == len(set(names))
        assert set(names) <= set(schema.KOLONNER)


def test_every_column_has_a_kind_a_label_and_a_meaning():
    for name, column in schema.KOLONNER.items():
        assert column.navn == name
        assert column.slags in schema.TYPES
        assert column.etiket
        assert column.betydning.endswith((".", "?"))
        assert name == name.lower()
        assert name.isascii()


def test_every_table_says_what_a_row_is():
    assert set(schema.RAEKKER) == set(schema.TABELLER)


def test_a_table_passes_its_own_check():
    poster = drawn("poster", "varekategori|e_handlet|beloeb_oere\nBleer|ja|100")
    assert schema.check(poster, "poster") is not None


@pytest.mark.parametrize(
    ("column", "value"), [("e_handlet", pd.NA), ("beloebsinterval", "Mange kr."), ("ordre_regel", "gæt")]
)
def test_a_value_that_may_not_be_there_is_found(column, value):
    poster = drawn("poster", "varekategori|e_handlet|beloeb_oere\nBleer|ja|100")
    with pytest.raises(SchemaErrors):
        schema.check(poster.assign(**{column: pd.Series([value], dtype=poster[column].dtype)}), "poster")


def test_the_bands_rise_and_the_groups_are_made_of_bands():
    bounds = [bound for bound in schema.BELOEBSINTERVALLER.values() if bound is not None]
    assert len(schema.BELOEBSINTERVALLER) == 12
    assert bounds == sorted(bounds)
    assert set(schema.BELOEBSGRUPPER.values()) <= set(bounds)


def test_the_code_book_has_a_row_for_each_column():
    book = schema.kodebog("poster")
    assert book["navn"].tolist() == schema.navne("poster")
    assert not book["betydning"].str.contains("`").any()
