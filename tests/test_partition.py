"""A whole report reads its own municipality's part of the prepared data, and no other's."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_store import HEADER, KILDE

from ehandel_lib.run.report import make_report
from ehandel_lib.store import prepare

pytestmark = pytest.mark.langsom

FILES = ["rapport.pdf", "rapport.html", "tabeller.xlsx", "datakvalitet.csv", "proveniens.json"]


def test_a_report_is_the_same_when_all_other_municipalities_data_are_garbage(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "klar"))
    folder = tmp_path / "leverance"
    folder.mkdir()
    rows = [
        f"{kommune};{n % 28 + 1}.{n % 12 + 1}.2024;{n};64942212;papir;{n},50"
        for kommune in ("Vejle", "Aarhus", "Varde")
        for n in range(60)
    ]
    (folder / "kilde.toml").write_text(KILDE, encoding="utf-8")
    (folder / "f1.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "systemer.csv").write_text("Kommune;System\nVejle;TT\n", encoding="utf-8")
    store = prepare(folder)
    whole = make_report("Vejle", None, folder, tmp_path / "hel")
    others = [path for code in ("751", "573") for path in store.rglob(f"{code}.parquet")]
    parts = list((store.parents[1] / ".dele").rglob("*.parquet"))
    assert len(others) == 8
    for path in [*others, *parts]:
        path.unlink()
        path.write_bytes(b"no Parquet")
    again = make_report("Vejle", None, folder, tmp_path / "alene")
    assert {
        name: (whole / name).read_bytes() == (again / name).read_bytes() for name in FILES
    } == dict.fromkeys(FILES, True)
