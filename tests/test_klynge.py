"""The cube of a delivery: the same file from Polars, from DuckDB, and from a real cluster of Spark."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ehandel_lib import classify
from ehandel_lib.cli import run
from ehandel_lib.klynge import afsendere, linjer
from ehandel_lib.read import read_delivery
from ehandel_lib.store import prepare

#: What the cluster may take of a machine that does other things too.
SETTINGS = """
spark.executor.memory 512m
spark.sql.shuffle.partitions 2
spark.ui.enabled false
"""

#: How long a process of the cluster may take to say where it listens.
SECONDS = 90


def test_polars_and_duckdb_write_the_same_file(demo_leverance, tmp_path, capsys):
    files = [tmp_path / f"{motor}.parquet" for motor in ("polars", "duckdb")]
    for file in files:
        assert run(["kube", str(demo_leverance), "--motor", file.stem, "--ud", str(file)]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    one, other = (line.split(": ")[1] for line in capsys.readouterr().out.splitlines())
    assert one == other
    posts = pl.read_parquet(prepare(demo_leverance) / "poster" / "*.parquet")
    assert pl.read_parquet(files[0])["beloeb_oere"].sum() == posts["beloeb_oere"].sum()


def test_an_address_without_spark_is_refused(demo_leverance, capsys):
    assert run(["kube", str(demo_leverance), "--spark", "spark://127.0.0.1:1"]) == 2
    assert "--motor spark" in capsys.readouterr().err


@pytest.mark.langsom
def test_senders_read_apart_give_the_posts_of_the_delivery_read_as_a_whole(demo_leverance):
    delivery = read_delivery(demo_leverance)
    apart = pl.concat([linjer(delivery, sender) for sender in afsendere(delivery)])
    posts = classify.poster(classify.varekategori(apart, delivery.aftaler))
    whole = pl.read_parquet(prepare(demo_leverance) / "poster" / "*.parquet")
    assert_frame_equal(posts, whole.select(posts.columns), check_row_order=False)


def _started(stack: ExitStack, log: Path, *words: str) -> re.Match[str]:
    """Start a process of the cluster, which ends with the stack, and wait for what its log says."""
    import pyspark

    *command, expected = words
    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    told = stack.enter_context(log.open("w"))
    process = subprocess.Popen(
        [program, *command], stdout=told, stderr=subprocess.STDOUT, env=_environment(log.parent)
    )
    stack.callback(_end, process)
    for _ in range(SECONDS * 4):
        if found := re.search(expected, log.read_text(errors="replace")):
            return found
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        time.sleep(0.25)
    raise AssertionError(log.read_text(errors="replace")[-2000:])


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_CONF_DIR": str(folder),
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }


@pytest.fixture
def cluster(tmp_path) -> Iterator[str]:
    """A master and two workers on this machine; the master's address."""
    if not find_spec("pyspark"):
        pytest.skip("PySpark mangler: pip install -r requirements-spark.lock")
    if not shutil.which("java"):
        pytest.skip("Java mangler")
    (tmp_path / "spark-defaults.conf").write_text(SETTINGS)
    kind, here = "org.apache.spark.deploy", ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    with ExitStack() as stack:
        said = r"Starting Spark master at (spark://127\.0\.0\.1:\d+)"
        address = _started(stack, tmp_path / "master.log", f"{kind}.master.Master", *here, said)[1]
        for n in (1, 2):
            bounds = ["--cores", "1", "--memory", "768m", "--work-dir", str(tmp_path / f"work{n}"), address]
            said = "Successfully registered with master"
            _started(stack, tmp_path / f"worker{n}.log", f"{kind}.worker.Worker", *here, *bounds, said)
        yield address


@pytest.mark.langsom
def test_a_cluster_reads_the_raw_files_and_writes_the_same_cube(cluster, tmp_path):
    from ehandel_lib.demo import write_demo

    delivery = tmp_path / "leverance"
    write_demo(delivery, kommuner=["Ærø", "Bornholm"])
    for motor, words in {"polars": [], "spark": ["--spark", cluster]}.items():
        file = str(tmp_path / f"{motor}.parquet")
        subprocess.run(
            [
                sys.executable,
                "-m",
                "ehandel_lib.cli",
                "kube",
                delivery,
                "--motor",
                motor,
                "--ud",
                file,
                *words,
            ],
            env=_environment(tmp_path),
            check=True,
        )
    assert (tmp_path / "spark.parquet").read_bytes() == (tmp_path / "polars.parquet").read_bytes()
