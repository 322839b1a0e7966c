"""
Raw files → cube by Polars, DuckDB and Spark on this machine, and what a row costs on each.

Each engine has a process of its own, which first makes the cube of a small
delivery, so that no engine pays for its start, and then that of the measured
one. The cubes must be the same file, or nothing is printed. Processor time
counts what all its processes used, and is what a busy machine changes least.

    python benchmarks/bench_motor.py [--raekker N] [--mappe FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from measure import measured
from raw_data import write_delivery

from ehandel_lib import motor
from ehandel_lib.store import MILJOE
from ehandel_lib.text import antal, decimaltal

MOTORER = {"polars": "Polars", "duckdb": "DuckDB", "spark": "Spark"}

#: Rows of the delivery that each engine starts on.
START = 12_000


def one_engine(name: str, deliveries: list[Path], cube: Path) -> dict[str, Any]:
    """The cube of each delivery in turn; seconds of the last, and the file it makes."""
    for folder in deliveries:
        used, begun = _processor(), time.perf_counter()
        found = list(motor.kube_af(folder, name))
        seconds, cpu = time.perf_counter() - begun, _processor() - used
    motor.skriv(found, cube, name)
    return {"tid": seconds, "cpu": cpu, "celler": sum(part.height for part in found)}


def _processor() -> float:
    """Seconds of processor time that this process used, with all that it started and those that ended."""
    own = psutil.Process()
    return sum(sum(process.cpu_times()[:4]) for process in (own, *own.children(recursive=True)))


def table(rows: int, place: Path) -> str:
    """Measure all engines on so many rows; the table in Markdown."""
    deliveries = [place / "start", place / "maalt"]
    for folder, size in zip(deliveries, (START, rows), strict=True):
        write_delivery(folder, size)
    lines = ["| motor | tid | kernetid | pr. række | hukommelse |", "|---|---:|---:|---:|---:|"]
    for name, label in MOTORER.items():
        command = [sys.executable, __file__, "--led", name, "--mappe", str(place)]
        taken = measured(command, {MILJOE: str(place / f"klar-{name}")})
        cpu = taken.fundet["cpu"]
        numbers = [f"{antal(round(taken.fundet['tid']))} s", f"{antal(round(cpu))} s"]
        numbers += [f"{decimaltal(cpu / rows * 1e6, 0)} µs", f"{decimaltal(taken.mb / 1024, 1)} GB"]
        lines.append(f"| {label} | {' | '.join(numbers)} |")
    if len({(place / name).read_bytes() for name in MOTORER}) > 1:
        raise SystemExit("kuberne er ikke ens")
    machine = f"{antal(rows)} rækker, {antal(taken.fundet['celler'])} celler; {os.cpu_count()} kerner"
    return "\n".join([*lines, "", f"{machine}, belastning {decimaltal(os.getloadavg()[2], 1)}."])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raekker", type=int, default=200_000)
    parser.add_argument("--mappe", type=Path)
    parser.add_argument("--led", choices=MOTORER, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.led:
        deliveries = [asked.mappe / "start", asked.mappe / "maalt"]
        print(json.dumps(one_engine(asked.led, deliveries, asked.mappe / asked.led)))
        return
    with tempfile.TemporaryDirectory(dir=asked.mappe) as place:
        print(table(asked.raekker, Path(place)))


if __name__ == "__main__":
    main()
