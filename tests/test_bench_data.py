"""The measured delivery: what is drawn, what our ledger finds, and what the pandas script finds, agree."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from ehandel_lib import store

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A small generated delivery, our account of it, and the modules of the measurement."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        import bench_data
        import pandas_script
        import raw_data

        place = tmp_path_factory.mktemp("maaling")
        patch.setenv(store.MILJOE, str(place / "klar"))
        patch.setattr(raw_data, "BLOK", 300)  # several blocks to a month
        facit = raw_data.write_delivery(place / "rå", 6_000)
        yield facit, bench_data.ours(place / "rå"), pandas_script.cube(place / "rå"), place
        for name in ("bench_data", "pandas_script", "raw_data", "measure"):
            sys.modules.pop(name, None)


def test_the_ledger_finds_just_what_was_drawn(measured):
    facit, ours, _, place = measured
    account = pl.read_parquet(store.prepare(place / "rå") / "regnskab.parquet")
    invoices = account.filter(pl.col("kilde_fil").str.starts_with("fakturaer"))
    found = {name: invoices[name].sum() for name in ("oere_dublet", "oere_afvist", "oere_tabel")}
    assert {name: facit[name] for name in found} == found
    assert {name: facit[name] for name in facit if name in ours} == {
        name: n for name, n in ours.items() if name in facit
    }
    assert min(facit["raekker_dublet"], facit["raekker_afvist"], facit["maskeret"]) > 0


def test_the_pandas_script_finds_the_same_cube(measured):
    facit, ours, (cells, found), _ = measured
    assert {name: ours[name] for name in found} == found
    assert isinstance(cells, pd.DataFrame)
    assert cells["beloeb_oere"].sum() == facit["oere_tabel"]


def test_the_number_of_masked_texts_is_the_number_drawn(measured):
    facit, _, _, place = measured
    fixes = pl.read_parquet(store.prepare(place / "rå") / "rettelser" / "*.parquet")
    assert fixes.filter(pl.col("handling") == "maskeret").height == facit["maskeret"]
    assert json.loads((place / "rå" / "facit.json").read_text()) == facit
