"""The cube of a delivery: the same file from Polars, from DuckDB, and from a real cluster of Spark."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
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
spark.driver.memory 512m
spark.sql.shuffle.partitions 2
"""

#: Java that starts at once: no compiler for the long run, and one thread to clean up after it.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

#: How long a process of the cluster may take to say where it listens, and a cube to be written.
SECONDS = 300

#: Two forms of invoice files, so that two processes have something to read.
KILDE = """
[leverance]
navn = "Tre kommuner"

[[filer]]
moenster = "fakturaer_øer_*.csv"
tabel = "fakturaer"
[filer.kolonner]
{columns}

[[filer]]
moenster = "fakturaer_vejle.csv"
tabel = "fakturaer"
kreditnotaer = "positive"
[filer.kolonner]
{columns}

[[e_ordre.praefikser]]
moenster = "EH######"
"""

COLUMNS = {
    "Kommune": "kommune", "Dato": "dato", "Type": "dokumenttype", "Faktura": "faktura_nummer",
    "Linje": "linje_nummer", "Leverandør": "leverandoer_navn", "Ordre": "ordrenummer", "Varekode": "unspsc",
    "Tekst": "varetekst", "Enhed": "enhed_navn", "Beløb": "beloeb",
}  # fmt: skip

DAYS = ("31-12-2023", "01-01-2024", "29-02-2024", "31-12-2024")

#: Office supplies, coffee, cleaning, nothing known, nothing said.
CODES = ("44121700", "50201706", "47131801", "99999999", "")


def invoices(kommune: str, sign: str = "-") -> list[str]:
    """A hundred invoices of one to three lines; every eleventh a credit note, every other e-traded."""
    kinds, orders = ("Kreditnota", *["Faktura"] * 10), ("", "EH00{:04}")
    return [
        f"{kommune};{DAYS[n % 4]};{kinds[n % 11]};{n};{line};Æbler ApS;{orders[n % 2].format(n)};"
        f"{CODES[(n + line) % 5]};Rødgrød {line};Åløkke Skole {n % 3};"
        f"{'' if n % 11 else sign}{n % 9}.{n * 7 % 1000:03},{n % 100:02}"
        for n in range(100)
        for line in range(1 + (n % 7 == 0) + (n % 20 == 0))
    ]


def write_three_municipalities(folder: Path) -> Path:
    """A delivery with Danish letters, days at the year's ends, credit notes, copies and rows of no use."""
    folder.mkdir()
    first, second = invoices("Ærø"), invoices("Bornholm")
    dirt = ["Ærø;31-02-2024;Faktura;7;1;;;;x;;5,00", "Vejel;01-02-2024;Faktura;7;1;;;;x;;5,00"]
    files = {
        "fakturaer_øer_1.csv": ([*first, first[5], *dirt], "cp1252"),
        "fakturaer_øer_2.csv": ([*second, first[9]], "cp1252"),
        "fakturaer_vejle.csv": (invoices("Vejle", sign=""), "utf-8"),
    }
    for name, (rows, encoding) in files.items():
        (folder / name).write_bytes("\r\n".join([";".join(COLUMNS), *rows, ""]).encode(encoding))
    columns = "\n".join(f'"{theirs}" = "{ours}"' for theirs, ours in COLUMNS.items())
    (folder / "kilde.toml").write_text(KILDE.format(columns=columns), encoding="utf-8")
    return folder


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


def _begun(stack: ExitStack, command: list[str], log: Path) -> subprocess.Popen:
    """Start a process that writes a log; it and all that it started end with the stack."""
    told = stack.enter_context(log.open("w"))
    process = subprocess.Popen(
        command, stdout=told, stderr=subprocess.STDOUT, env=_environment(log.parent), start_new_session=True
    )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen) -> None:
    for kind, seconds in ((signal.SIGTERM, 15), (signal.SIGKILL, None)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, kind)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_CONF_DIR": str(folder),
        "SPARK_DAEMON_MEMORY": "256m",
        "JAVA_TOOL_OPTIONS": JAVA,
        "PYSPARK_PYTHON": sys.executable,
    }


def _told(process: subprocess.Popen, log: Path, expected: str) -> str:
    """What a process says in its log, when it does."""
    for _ in range(SECONDS * 4):
        if found := re.search(expected, log.read_text(errors="replace")):
            return found[0]
        if process.poll() is not None:
            break
        time.sleep(0.25)
    raise AssertionError(log.read_text(errors="replace")[-2000:])


@pytest.fixture
def cluster(tmp_path) -> Iterator[str]:
    """A master and two workers on this machine; the master's address."""
    if not find_spec("pyspark"):
        pytest.skip("PySpark mangler: make test-klynge")
    if not shutil.which("java"):
        pytest.skip("Java mangler")
    import pyspark

    (tmp_path / "spark-defaults.conf").write_text(SETTINGS)
    starter, kind = str(Path(pyspark.__file__).parent / "bin" / "spark-class"), "org.apache.spark.deploy"
    here = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    with ExitStack() as stack:
        log = tmp_path / "master.log"
        master = _begun(stack, [starter, f"{kind}.master.Master", *here], log)
        address = _told(master, log, r"spark://127\.0\.0\.1:\d+")
        workers = {}
        for log in (tmp_path / "worker1.log", tmp_path / "worker2.log"):
            bounds = ["--cores", "1", "--memory", "512m", "--work-dir", str(log.with_suffix("")), address]
            workers[log] = _begun(stack, [starter, f"{kind}.worker.Worker", *here, *bounds], log)
        for log, worker in workers.items():
            _told(worker, log, "Successfully registered with master")
        yield address


@pytest.mark.klynge
def test_a_cluster_reads_the_raw_files_and_writes_the_same_cube(cluster, tmp_path):
    delivery = write_three_municipalities(tmp_path / "leverance")
    words = {"spark": ["--spark", cluster], "polars": [], "duckdb": []}
    for motor, more in words.items():
        command = ["kube", str(delivery), "--motor", motor, "--ud", str(tmp_path / motor), *more]
        with ExitStack() as stack:
            log = tmp_path / f"{motor}.log"
            process = _begun(stack, [sys.executable, "-m", "ehandel_lib.cli", *command], log)
            assert process.wait(SECONDS) == 0, log.read_text(errors="replace")[-2000:]
    spark, polars, duckdb = (pl.read_parquet(tmp_path / motor) for motor in words)
    assert_frame_equal(spark, polars)
    assert_frame_equal(spark, duckdb)
    assert len({(tmp_path / motor).read_bytes() for motor in words}) == 1
    oere = sum(int(re.sub("[.,]", "", row.split(";")[-1])) for row in invoices("Ærø"))
    totals = spark.group_by("kommune_kode").agg(pl.col("beloeb_oere").sum()).sort("kommune_kode")
    assert totals.rows() == [("400", oere), ("492", oere), ("630", oere)]
    started = re.findall(r"Launching executor app-\S+ on worker (\S+)", (tmp_path / "master.log").read_text())
    assert len(set(started)) == 2
