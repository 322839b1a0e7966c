"""
Raw files → cube: ours against a plain pandas script and against merely scanning one column.

All sides read the same generated delivery in one run, each in a process of its
own; rows, øre and e-traded øre must agree with what the generator drew, and the
cubes of the two that make one must have the same cells, or nothing is printed.
The ratios are what to look at.

    python benchmarks/bench_data.py [--raekker N …] [--mappe FOLDER] [--billede SVG]

The pandas script holds everything in memory; where the machine has too little for
that, it is left out, and the table says so.

What is written is a table in Markdown and a picture, both for `docs/ydelse.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pyarrow.parquet as pq
from measure import Maaling, measured
from raw_data import write_delivery

from ehandel_lib import motor, store
from ehandel_lib.kube import NOEGLER
from ehandel_lib.text import antal, decimaltal

HER = Path(__file__).resolve().parent

RAEKKER = (1_000_000, 5_000_000, 20_000_000)

#: What a row takes in the pandas script, as measured at a million rows.
PANDAS_PR_RAEKKE = 1_300

#: What must agree with the generator, where a side finds it.
FACIT = ("raekker", "raekker_tabel", "raekker_dublet", "raekker_afvist", "oere_tabel", "oere_e_handlet")

#: Our numbers of a cube; the pandas script's must be the same.
KUBENS = ("celler", "fakturaer_i_celler")

SIDER = {
    "ehandel": "ehandel",
    "pandas": "pandas-script",
    "duckdb": "DuckDB, én kolonne",
    "polars": "Polars, én kolonne",
}

#: Panel → what is drawn of a measurement of so many rows.
FELTER = {
    "Processortid (µs pr. række)": lambda rows, its: its.cpu / rows * 1e6,
    "Hukommelse, når den er højest (MB)": lambda _, its: its.mb,
}


def ours(folder: Path) -> dict[str, Any]:
    """Read, clean, classify and store the delivery, and make the cube."""
    with tempfile.TemporaryDirectory() as place:
        motor.skriv(motor.kube_af(folder, "polars"), Path(place) / "kube.parquet", "måling")
        cells = _cells(Path(place) / "kube.parquet")
    account = pl.read_parquet(store.prepare(folder) / "regnskab.parquet")
    invoices = account.filter(pl.col("kilde_fil").str.starts_with("fakturaer"))
    return {
        "raekker": invoices["raekker_ind"].sum(),
        **{name: invoices[name].sum() for name in FACIT if name in invoices.columns},
        **cells,
    }


def _cells(cube: Path) -> dict[str, int]:
    """What a cube holds; its rows are in the order of the keys, so that a cell is a run of rows."""
    found = Counter[str]()
    last = None
    for batch in pq.ParquetFile(cube).iter_batches():
        rows = pl.DataFrame(batch)
        keys = rows.select(name for name in NOEGLER if name in rows.columns)
        with_last = keys if last is None else pl.concat([last, keys])
        changes = with_last.select(
            pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in keys.columns)
        ).to_series()
        found["celler"] += int(changes[1:].sum()) + (last is None)
        found["fakturaer_i_celler"] += rows["antal_fakturaer"].sum()
        found["oere_e_handlet"] += rows.filter("e_handlet")["beloeb_oere"].sum()
        last = keys.tail(1)
    return dict(found)


def one_size(folder: Path, sides: list[str]) -> dict[str, Maaling]:
    """Measure the sides on one delivery, after a scan that fetches its files from the disk."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        commands = {
            "ehandel": [__file__, "--led", str(folder)],
            "pandas": [str(HER / "pandas_script.py"), str(folder), f"{place}/kube.parquet"],
            **{side: [str(HER / "bare_scan.py"), side, str(folder)] for side in ("duckdb", "polars")},
        }
        measured([sys.executable, *commands["polars"]])
        found = {side: measured([sys.executable, *commands[side]], {store.MILJOE: place}) for side in sides}
    _check(json.loads((folder / "facit.json").read_text(encoding="utf-8")), found)
    return found


def _check(facit: dict[str, int], found: dict[str, Maaling]) -> None:
    """All sides agree with the generator and with each other."""
    for side, its in found.items():
        wrong = {name: (its.fundet[name], facit[name]) for name in FACIT
                 if name in its.fundet and its.fundet[name] != facit[name]}  # fmt: skip
        assert not wrong, f"{side}: {wrong}"
    for names in (KUBENS, ("tegn",)):
        said = {tuple(its.fundet[name] for name in names) for its in found.values() if names[0] in its.fundet}
        assert len(said) <= 1, said


def table(rows: int, found: dict[str, Maaling]) -> Iterator[str]:
    """The measurements of one size as rows of a Markdown table."""
    limit = min(found["duckdb"].tid, found["polars"].tid)
    script = found.get("pandas")
    for side, its in found.items():
        yield "| " + " | ".join(
            [
                antal(rows),
                SIDER[side],
                f"{decimaltal(its.tid)} s",
                decimaltal(its.tid / rows * 1e6, 2),
                f"{decimaltal(its.cpu)} s",
                antal(round(its.mb)),
                decimaltal(script.tid / its.tid) if script else "",
                decimaltal(script.cpu / its.cpu) if script else "",
                decimaltal(script.mb / its.mb) if script else "",
                decimaltal(its.tid / limit),
            ]
        ) + " |"  # fmt: skip
    if script is None:
        needed = decimaltal(rows * PANDAS_PR_RAEKKE / 1e9)
        yield f"| {antal(rows)} | pandas-script | ikke målt: der er ikke {needed} GB hukommelse ||||||||"


HOVED = """\
| rækker | | tid | µs pr. række | CPU-tid | MB | pandas / denne: tid | CPU-tid | MB | tid / skanning |
|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|"""


def fits(rows: int) -> bool:
    """Is there memory for the pandas script?"""
    return rows * PANDAS_PR_RAEKKE < psutil.virtual_memory().available


def main(sizes: list[int], place: Path, picture: Path | None) -> None:
    print(HOVED, flush=True)
    results = {}
    for rows in sizes:
        with tempfile.TemporaryDirectory(dir=place) as folder:
            delivery = Path(folder) / "leverance"
            write_delivery(delivery, rows)
            sides = [side for side in SIDER if side != "pandas" or fits(rows)]
            results[rows] = one_size(delivery, sides)
        print("\n".join(table(rows, results[rows])), flush=True)
    if picture:
        from picture import draw

        draw(results, SIDER, FELTER, picture, enhed="Rækker", skrevet=lambda n: f"{antal(n / 1e6)} mio.")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Måler vejen fra rå filer til kube.")
    parser.add_argument("--raekker", type=int, nargs="+", default=RAEKKER, help="leverancernes størrelser")
    parser.add_argument("--mappe", type=Path, help="hvor de rå filer skrives (20 mio. rækker fylder 2,5 GB)")
    parser.add_argument("--billede", type=Path, help="en SVG-fil, som tid og hukommelse tegnes i")
    parser.add_argument("--led", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    if given.led:
        print(json.dumps(ours(given.led)))
    else:
        main(list(given.raekker), given.mappe, given.billede)
