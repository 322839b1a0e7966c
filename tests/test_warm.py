"""A warm process is as fresh as a cold one, shows the same, and is gone with whoever asked for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ehandel_lib.errors import ParameterError
from ehandel_lib.reference import PROJECT
from ehandel_lib.run import settings, warm
from ehandel_lib.run.execute import NotebookError, execute
from ehandel_lib.run.forked import DiedError, can_fork
from ehandel_lib.run.progress import OnStep
from ehandel_lib.run.stored import stored, write

#: The server finds the functions of this file too.
WITH_TESTS = os.pathsep.join([str(PROJECT), str(Path(__file__).parent)])

pytestmark = pytest.mark.skipif(not can_fork(), reason="forks are made on Linux")


@pytest.fixture(scope="module")
def server() -> Iterator[warm.Server]:
    """One server for all tests here, as for all municipalities of a batch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "PROJECT", WITH_TESTS)
        with warm.forks() as started:
            assert started is not None
            yield started


def drawn(folder: Path, *sources: str, name: str = "1_prøve") -> Path:
    cells = [new_markdown_cell("# En prøve"), new_code_cell("x = 1", metadata={"tags": ["parameters"]})]
    cells += [new_code_cell(source) for source in sources]
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=about), folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


def run_warm(path: Path, progress: OnStep) -> NotebookNode:
    """What the server is asked to do."""
    return execute(path, {}, cwd=path.parent, here=True)


def printed(notebook: NotebookNode) -> str:
    return "".join(out["text"] for cell in notebook.cells for out in cell.get("outputs", []) if "text" in out)


SHOWS = """
print("én"); print("to")
import sys; print("fejl", file=sys.stderr); print("tre")
from IPython.display import display, HTML
display({"application/json": {"b": 1, "a": [1.5, None, "æ"]}, "text/plain": "x"}, raw=True)
display(HTML("<b>fed</b>"))
import warnings; warnings.warn("bemærk")
import pandas as pd
pd.DataFrame({"a": [1, None]})
"""


def test_it_shows_what_a_cold_kernel_shows(server: warm.Server, tmp_path: Path) -> None:
    cells = [SHOWS, "", "import os; os.path.basename(os.getcwd())", "_", "a = 1; {1, 2}"]
    notebook = drawn(tmp_path, *cells)
    cold = write(stored(execute(notebook, {}, cwd=tmp_path)))
    assert write(stored(server.call(run_warm, notebook))).decode() == cold.decode()


def test_it_has_the_settings_of_a_cold_kernel(server: warm.Server, tmp_path: Path) -> None:
    source = """
import os, sys, time, matplotlib
names = ["PYTHONHASHSEED", "TZ", "LC_ALL", "PYTHONUTF8", "MPLBACKEND", "OMP_NUM_THREADS"]
print({name: os.environ[name] for name in names}, os.getcwd(), sys.executable)
print([path for path in sys.path if not path.endswith("tests")], sys.flags.utf8_mode)
print(time.tzname, hash("ehandel"), matplotlib.rcParams["figure.figsize"], matplotlib.get_backend())
"""
    notebook = drawn(tmp_path, source)
    cold = printed(execute(notebook, {}, cwd=tmp_path))
    assert printed(server.call(run_warm, notebook)) == cold


def test_nothing_that_one_does_is_seen_by_the_next(server: warm.Server, tmp_path: Path) -> None:
    spoils = """
import os, random, sys, warnings
import matplotlib, numpy as np, pandas as pd, ehandel_lib.rates
from matplotlib import pyplot
x = 2; os.environ["SPOR"] = "1"; os.chdir("/"); random.seed(1); np.random.seed(1)
pd.set_option("display.max_rows", 3); matplotlib.rcParams["font.size"] = 30; pyplot.figure()
ehandel_lib.rates.MIN_FAKTURAER = 0; sys.modules["spor"] = sys; warnings.simplefilter("ignore")
"""
    looks = """
import os, random, sys, threading, warnings
import matplotlib, numpy as np, pandas as pd, ehandel_lib.rates
print(x, os.environ.get("SPOR"), os.getcwd(), matplotlib.rcParams["font.size"])
print(pd.get_option("display.max_rows"))
print(ehandel_lib.rates.MIN_FAKTURAER, "spor" in sys.modules, threading.active_count())
print("matplotlib.pyplot" in sys.modules and len(sys.modules["matplotlib.pyplot"].get_fignums()))
"""
    chance = drawn(
        tmp_path, "import random, numpy as np; print(random.random(), np.random.random())", name="3_c"
    )
    after = drawn(tmp_path, looks, name="2_b")
    before = printed(server.call(run_warm, after))
    server.call(run_warm, drawn(tmp_path, spoils))
    assert printed(server.call(run_warm, after)) == before
    assert len({printed(server.call(run_warm, chance)) for _ in range(3)}) == 3


def test_a_cell_that_fails_is_told_as_from_a_cold_kernel(server: warm.Server, tmp_path: Path) -> None:
    notebook = drawn(tmp_path, "print('før')", "{}['x']", "print('efter')")
    told = []
    for run in (lambda: execute(notebook, {}, cwd=tmp_path), lambda: server.call(run_warm, notebook)):
        with pytest.raises(NotebookError) as failure:
            run()
        shown = stored(failure.value.partial)
        errors = [o for c in shown.cells for o in c.get("outputs", []) if o.output_type == "error"]
        told.append((str(failure.value), printed(shown), [(e.ename, e.evalue) for e in errors]))
    assert told[0] == told[1]
    assert told[0][1] == "før\n"


def test_a_parameter_that_does_not_exist_is_told(server: warm.Server, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="har ikke parameteren"):
        server.call(_run_with_a_slip, drawn(tmp_path, "1"))


def _run_with_a_slip(path: Path, progress: OnStep) -> None:
    execute(path, {"komune": "Vejle"}, here=True)


def _ends(how: str, progress: OnStep) -> None:
    if how == "exit":
        os._exit(3)
    if how == "sleep":
        time.sleep(60)
    os.kill(os.getpid(), getattr(signal, how))


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("SIGKILL", "dræbt"),
        ("SIGSEGV", "brød sammen"),
        ("exit", "kode 3"),
        ("sleep", "over 0 min"),
    ],
)
def test_a_process_that_ends_early_is_told_and_the_server_goes_on(
    server: warm.Server, how: str, message: str
) -> None:
    with pytest.raises(DiedError, match=message):
        server.call(_ends, how, seconds=2 if how == "sleep" else 60)
    assert server.call(_pid_and_threads)[0] > 0


def _pid_and_threads(progress: OnStep) -> tuple[int, int, list[str]]:
    tasks = Path(f"/proc/{os.getppid()}/task")
    return os.getpid(), os.getppid(), [(task / "comm").read_text().strip() for task in tasks.iterdir()]


def test_the_process_that_is_forked_from_has_one_thread(server: warm.Server) -> None:
    threads = server.call(_pid_and_threads)[2]
    # Polars starts one on import, which waits for files to remove: it holds no lock, and no fork needs it.
    assert [name for name in threads[1:] if name != "polars-ooc-clea"] == []


def test_all_processes_end_when_the_program_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    source = f"""
import test_warm
from ehandel_lib.run import settings, warm
settings.PROJECT = {WITH_TESTS!r}
with warm.forks() as server:
    server.call(test_warm._tells_its_pid, {str(file)!r})
"""
    program = subprocess.Popen([sys.executable, "-c", source], env={**os.environ, "PYTHONPATH": WITH_TESTS})
    until = time.monotonic() + 60
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.05)
    pids = [int(pid) for pid in file.read_text().split()]
    program.kill()
    program.wait()
    until = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    assert [pid for pid in pids if alive(pid)] == []


def _tells_its_pid(file: str, progress: OnStep) -> None:
    """It, and a child of its own as a notebook would be, and the server."""
    from multiprocessing.connection import Pipe

    from ehandel_lib.run import forked

    pid = forked.start(lambda progress: time.sleep(60), Pipe()[1])
    beside = Path(f"{file}.ny")
    beside.write_text(f"{os.getpid()} {os.getppid()} {pid}")
    beside.rename(file)
    time.sleep(60)


def alive(pid: int) -> bool:
    """Does it run? A process that has ended and was not asked after yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
