"""
All municipalities' reports: ours against what people do today, and against the floor.

The same notebooks and data in one run, on a sample of municipalities: `ehandel rapporter`;
per municipality and notebook the command `papermill` and then `jupyter nbconvert`; and a bare
script that draws the same figures and compiles the same PDF in one warm process, with no
notebook machinery. Processor time is what to look at where the machine has other work; the
start of the fork server is in it, so a larger sample costs less for each municipality.

    python benchmarks/bench_batch.py [municipalities …]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ehandel_lib.demo import write_demo
from ehandel_lib.reference import find_kommune
from ehandel_lib.run.report import chapters
from ehandel_lib.run.settings import environment
from ehandel_lib.store import prepare

#: A small, a middle and a large one.
KOMMUNER = ("Ærø", "Vejle", "Aarhus")

Seconds = tuple[float, float]


def timed(work: Callable[[], object]) -> Seconds:
    """Seconds on the clock and of processor time, with all processes that it starts and waits for."""
    begun, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    return time.perf_counter() - begun, sum(after[:4]) - sum(before[:4])


def run(*command: str, folder: Path | None = None) -> None:
    """Run a command to its end; what it says is shown where it fails."""
    settings = environment(Path(tempfile.gettempdir(), "ehandel-bench-ipython"))
    done = subprocess.run(command, env=settings, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")


def ours(delivery: Path, ud: Path, names: tuple[str, ...]) -> None:
    """The batch, with its check of a sample left out as the others have none."""
    code = (
        "import sys; from ehandel_lib.run import batch; batch.STIKPROEVE = 0; from ehandel_lib import cli; "
    )
    words = ["rapporter", "--data", str(delivery), "--ud", str(ud), "--kommuner", " ".join(names)]
    run(sys.executable, "-c", code + f"sys.exit(cli.run({words!r}))")


def one(delivery: Path, ud: Path, name: str) -> None:
    """One report, cold."""
    run(sys.executable, "-m", "ehandel_lib.cli", "rapport", name, "--data", str(delivery), "--ud", str(ud))


def todays_way(delivery: Path, ud: Path, names: tuple[str, ...]) -> None:
    """A papermill command and an nbconvert command for each notebook, one after the other."""
    ud.mkdir()
    for name in names:
        for notebook in chapters():
            done = ud / f"{name}-{notebook.name}"
            given = ["-p", "kommune", name, "-p", "leverance", str(delivery)]
            run(sys.executable, "-m", "papermill", str(notebook), str(done), "--no-progress-bar", *given)
            run(sys.executable, "-m", "nbconvert", "--to", "html", str(done))


def floor(ud: Path, reports: Path, names: tuple[str, ...]) -> None:
    """The notebooks' own code in one process, and the PDF of what they showed: nothing else."""
    folders = [str(reports / find_kommune(name).navn) for name in names]
    run(sys.executable, __file__, "--gulv", str(ud), *folders)


def bare(folders: list[str]) -> None:
    """Run the code cells of finished notebooks as plain Python, draw their figures, and set the PDF."""
    import nbformat

    from ehandel_lib import render, show
    from ehandel_lib.render.drawing import svg

    show._display = lambda *_, **__: None
    show.svg = svg
    for folder in folders:
        notebooks = [
            nbformat.read(path, as_version=4) for path in sorted(Path(folder, "notebooks").iterdir())
        ]
        for notebook in notebooks:
            names: dict[str, object] = {}
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    exec(cell.source, names)
        render.pdf(render.document(notebooks))


def main(names: tuple[str, ...]) -> None:
    """Measure all sides, and print the table as Markdown."""
    with tempfile.TemporaryDirectory(prefix="ehandel-bench-") as folder:
        work = Path(folder)
        os.environ["EHANDEL_KLAR"] = str(work / "klar")
        write_demo(work / "demo", kommuner=list(names))
        prepare(work / "demo")
        sides = {
            "`papermill` og `nbconvert --to html`": lambda: todays_way(work / "demo", work / "a", names),
            "`ehandel rapporter`": lambda: ours(work / "demo", work / "b", names),
            "bart script (gulvet)": lambda: os.chdir(work) or floor(work / "c", work / "b", names),
            "`ehandel rapport`, én kommune": lambda: one(work / "demo", work / "d", names[0]),
            "`ehandel rapporter` igen, intet ændret": lambda: ours(work / "demo", work / "b", names),
        }
        found = {}
        for side, call in sides.items():
            found[side] = timed(call)
            print(f"{side}: {found[side][0]:.1f} s, CPU {found[side][1]:.1f} s", file=sys.stderr, flush=True)
    print(table(found, len(names)))
    print(json.dumps({"kommuner": len(names), "notebooks": len(chapters()), "sekunder": found}))


def table(found: dict[str, Seconds], count: int) -> str:
    """
    The measurements as Markdown.

    Examples
    --------
    >>> print(table({"a": (30.0, 20.0), "b": (3.0, 4.0)}, 3))
    | | tid | CPU-tid | CPU pr. kommune | CPU mod papermill |
    |---|---:|---:|---:|---:|
    | a | 30,0 s | 20,0 s | 6,7 s | 1,0 |
    | b | 3,0 s | 4,0 s | 1,3 s | 5,0 |
    """
    lines = ["| | tid | CPU-tid | CPU pr. kommune | CPU mod papermill |", "|---|---:|---:|---:|---:|"]
    first = next(iter(found.values()))[1] / count
    for side, (seconds, cpu) in found.items():
        each = cpu / (1 if "én kommune" in side else count)
        cells = f"| {side} | {seconds:.1f} s | {cpu:.1f} s | {each:.1f} s | {first / each:.1f} |"
        lines.append(cells.replace(".", ",").replace("pr,", "pr."))
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--gulv"]:
        bare(sys.argv[3:])
    else:
        main(tuple(sys.argv[1:]) or KOMMUNER)
