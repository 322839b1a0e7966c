"""The store: what is made again and what is not, runs that are killed, and disks that are full."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ehandel_lib import hukommelse, load
from ehandel_lib.errors import StorageError
from ehandel_lib.read import lines, read_delivery
from ehandel_lib.store import history, prepare
from ehandel_lib.store.place import place

KILDE = """
[leverance]
navn = "Måneder"
[[filer]]
moenster = "f*.csv"
tabel = "fakturaer"
[filer.kolonner]
Kommune = "kommune"
Dato = "dato"
Faktura = "faktura_nummer"
CVR = "leverandoer_cvr"
Tekst = "varetekst"
"Beløb" = "beloeb"
[[filer]]
moenster = "systemer.csv"
tabel = "systemer"
[filer.kolonner]
Kommune = "kommune"
System = "system"
"""

HEADER = "Kommune;Dato;Faktura;CVR;Tekst;Beløb\n"
TABELLER = (
    "poster",
    "linjer",
    "kube",
    "landet",
    "rettelser",
    "regnskab",
    "systemer",
    "enheder",
    "omsaetning",
    "maal",
)


def month(number: int, *kommuner: str) -> str:
    """Some invoices of each municipality: two lines, an equal line, a rejected one, and a person's number."""
    rows = []
    for kommune in kommuner:
        for n in range(4):
            start = f"{kommune};{n + 1}.{number}.2024;{number}{n}"
            rows += [f"{start};64942212;papir;1.234,50", f"{start};64942212;til 010190-1234;{n}"]
        rows += [f"{kommune};1.{number}.2024;{number}0;64942212;papir;1.234,50", f"{kommune};x;9;;papir;7"]
    return HEADER + "\n".join(rows) + "\n"


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "klar"))
    delivery = tmp_path / "leverance"
    delivery.mkdir()
    files = {
        "kilde.toml": KILDE,
        "f1.csv": month(1, "Vejle", "Aarhus"),
        "f2.csv": month(2, "Vejle"),
        "systemer.csv": "Kommune;System\nVejle;TT\n",
    }
    for name, text in files.items():
        (delivery / name).write_text(text, encoding="utf-8")
    return delivery


def tables(store: Path) -> dict[str, pl.DataFrame]:
    """All rows of each table, whatever files they lie in."""
    found = {}
    for name in TABELLER:
        paths = [store / f"{name}.parquet", *sorted((store / name).glob("*.parquet"))]
        parts = [pl.read_parquet(path) for path in paths if path.is_file()]
        found[name] = pl.concat(parts).sort(pl.all())
    return found


def contents(store: Path) -> dict[str, bytes]:
    """The bytes of each table's files."""
    return {
        path.relative_to(store).as_posix(): path.read_bytes() for path in sorted(store.rglob("*.parquet"))
    }


def same(one: Path, other: Path) -> None:
    for name, rows in tables(one).items():
        assert_frame_equal(rows, tables(other)[name])


def made_anew(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same delivery, prepared from nothing."""
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "frisk"))
    return prepare(folder)


def read_by(folder: Path) -> tuple[Path, list[str]]:
    told: list[str] = []
    store = prepare(folder, lambda step, *_: told.append(step))
    return store, [step for step in told if step.startswith("læser f")]


def inode(store: Path, file: str) -> int:
    return (store / file).stat().st_ino


def test_a_new_month_reads_the_new_file_and_leaves_the_other_municipalities(folder, tmp_path, monkeypatch):
    first, steps = read_by(folder)
    assert steps == ["læser f1.csv", "læser f2.csv"]
    (folder / "f3.csv").write_text(month(3, "Vejle"), encoding="utf-8")
    second, steps = read_by(folder)
    assert steps == ["læser f3.csv"]
    assert inode(first, "poster/751.parquet") == inode(second, "poster/751.parquet")
    assert inode(first, "poster/630.parquet") != inode(second, "poster/630.parquet")
    same(second, made_anew(folder, tmp_path, monkeypatch))


def test_a_corrected_file_replaces_its_rows_and_is_remembered(folder, tmp_path, monkeypatch):
    first = prepare(folder)
    old = dict(pl.read_parquet(first / "regnskab.parquet").filter(kilde_fil="f2.csv").rows(named=True)[0])
    (folder / "f2.csv").write_text(month(2, "Vejle").replace("1.234,50", "1.000,00"), encoding="utf-8")
    second, steps = read_by(folder)
    assert steps == ["læser f2.csv"]
    assert (pl.read_parquet(second / "linjer" / "630.parquet")["beloeb_oere"] == 1000_00).sum() == 5
    delivery = read_delivery(folder)
    (gone,) = history.replaced(delivery, place(delivery))
    assert load.hent("Vejle", None, folder).leverance.historik == (gone,)
    assert (gone.navn, gone.raekker, gone.oere) == ("f2.csv", old["raekker_ind"], old["oere_ind"])
    same(second, made_anew(folder, tmp_path, monkeypatch))


def test_the_last_store_is_kept_and_those_before_it_are_removed_with_their_parts(folder):
    stores, texts = [], [month(2, "Vejle").replace("papir", word) for word in ("a", "b", "c")]
    for text in texts:
        (folder / "f2.csv").write_text(text, encoding="utf-8")
        stores.append(prepare(folder))
    assert [store.is_dir() for store in stores] == [False, True, True]
    where = place(read_delivery(folder))
    assert len(list(where.pieces.iterdir())) == 3
    assert len(list(where.finished.iterdir())) == 3
    (folder / "f2.csv").write_text(texts[1], encoding="utf-8")
    assert read_by(folder) == (stores[1], [])


def test_a_rule_of_the_delivery_reads_no_small_table_into_other_municipalities(folder):
    first = prepare(folder)
    (folder / "systemer.csv").write_text("Kommune;System\nVejle;RK\n", encoding="utf-8")
    second, steps = read_by(folder)
    assert steps == []
    assert inode(first, "poster/751.parquet") == inode(second, "poster/751.parquet")
    assert pl.read_parquet(second / "poster" / "630.parquet")["system_kode"].unique().to_list() == ["RK"]


def test_a_file_of_doubtful_amounts_follows_the_other_files_also_when_it_was_read_before(folder):
    text = HEADER + "Vejle;1.3.2024;31;64942212;a;1.234\n"
    (folder / "f3.csv").write_text(text, encoding="utf-8")
    for name in ("f1.csv", "f2.csv"):
        (folder / name).write_text(HEADER + "Vejle;1.3.2024;30;64942212;a;5\n", encoding="utf-8")
    assert 1234_00 in pl.read_parquet(prepare(folder) / "linjer" / "630.parquet")["beloeb_oere"]
    (folder / "f2.csv").write_text(HEADER + "Vejle;1.3.2024;32;64942212;a;5.25\n", encoding="utf-8")
    assert 1_23 in pl.read_parquet(prepare(folder) / "linjer" / "630.parquet")["beloeb_oere"]


def test_blocks_and_shares_of_a_municipality_give_what_the_whole_gives(folder, tmp_path, monkeypatch):
    whole = prepare(folder)
    monkeypatch.setattr(lines, "BLOK", 3)
    monkeypatch.setattr("ehandel_lib.read.files.STYKKE", 50)
    monkeypatch.setattr(hukommelse, "raekker", lambda: 5)
    parts = made_anew(folder, tmp_path, monkeypatch)
    same(whole, parts)
    assert contents(parts) == contents(whole)


def test_a_municipality_is_read_from_its_own_files_alone(folder):
    store = prepare(folder)
    for path in store.rglob("751.parquet"):
        path.unlink()
    for path in (store.parents[1] / ".dele").rglob("*.parquet"):
        path.unlink()
    (store / "poster" / "751.parquet").write_bytes(b"not Parquet")
    data = load.hent("Vejle", None, folder)
    for name in ("poster", "poster_alle", "linjer", "landet", "regnskab", "rettelser", "systemer", "enheder"):
        assert len(getattr(data, name)) or name == "enheder"


#: Prepares a delivery, and ends the process at the n'th change of a folder, as a power cut would.
DYING = """
import os, signal, sys
left = int(sys.argv[2])
from ehandel_lib.store import prepare
def count(event, args):
    global left
    if event in ("os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir"):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
print(prepare(sys.argv[1]))
"""


def prepared_elsewhere(folder: Path, events: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", DYING, str(folder), str(events)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows har intet SIGKILL")
@pytest.mark.parametrize(
    "events", [11, *(pytest.param(n, marks=pytest.mark.langsom) for n in (*range(1, 11), *range(12, 40, 3)))]
)
def test_a_run_that_is_killed_leaves_the_old_store_and_the_next_one_is_whole(
    folder, tmp_path, monkeypatch, events
):
    old = prepare(folder)
    before = tables(old)
    (folder / "f2.csv").write_text(month(2, "Vejle", "Varde"), encoding="utf-8")
    done = prepared_elsewhere(folder, events)
    assert done.returncode in (-signal.SIGKILL, 0)
    for name, rows in tables(old).items():
        assert_frame_equal(rows, before[name])
    new = prepare(folder)
    assert not list((tmp_path / "klar").rglob(".ny-*"))
    same(new, made_anew(folder, tmp_path, monkeypatch))


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
from ehandel_lib.errors import StorageError
from ehandel_lib.store import prepare
try:
    prepare(sys.argv[1])
except StorageError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows har ingen sådan grænse")
def test_a_disk_that_takes_no_more_is_one_sentence_and_leaves_nothing_half_done(folder, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(folder)], capture_output=True, text=True, check=True
    )
    assert "klargjorte data kan ikke skrives" in done.stdout
    assert "EHANDEL_KLAR" in done.stdout
    assert not list((tmp_path / "klar" / "måneder").glob("*"))


def test_a_place_that_cannot_be_written_is_one_sentence(folder, tmp_path, monkeypatch):
    (tmp_path / "fil").write_text("")
    monkeypatch.setenv("EHANDEL_KLAR", str(tmp_path / "fil" / "klar"))
    with pytest.raises(StorageError, match="stien går gennem en fil"):
        prepare(folder)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root må skrive overalt")
def test_a_folder_that_is_closed_is_one_sentence(folder, tmp_path, monkeypatch):
    (tmp_path / "klar").mkdir(mode=0o500)
    with pytest.raises(StorageError, match="må ikke skrives i"):
        prepare(folder)
