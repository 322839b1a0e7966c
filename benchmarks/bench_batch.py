"""
All municipalities' reports: ours against what people do today, and against the floor.

The same notebooks and data in one run. Ours: one report, ten, and all 98. Today's way, on a
sample: per municipality and notebook the command `papermill` and then `jupyter nbconvert`.
The floor, on the same sample: a bare script that runs the notebooks' code, draws the same
figures and compiles the same PDF in one warm process, with no notebook machinery. What is
scaled up from the sample is said to be. Where the machine has other work, processor time is
what to look at.

    python benchmarks/bench_batch.py [--stikproeve KOMMUNE …] [--antal N …] [--billede SVG]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measure import Maaling, after_each_other, measured

from ehandel_lib.demo import write_demo
from ehandel_lib.reference import find_kommune, kommuner
from ehandel_lib.run.report import chapters
from ehandel_lib.run.settings import environment
from ehandel_lib.store import prepare
from ehandel_lib.text import antal, decimaltal

#: A small, a middle and a large one.
STIKPROEVE = ("Ærø", "Vejle", "Aarhus")

#: So many reports in one go.
ANTAL = (1, 10, 98)

SIDER = {
    "ehandel": "`ehandel rapporter`",
    "i dag": "`papermill` og `nbconvert`",
    "gulv": "bart script (gulvet)",
    "igen": "`ehandel rapporter` igen, intet ændret",
}

FELTER = {
    "Processortid (sekunder pr. kommune)": lambda count, its: its.cpu / count,
    "Tid på uret (sekunder pr. kommune)": lambda count, its: its.tid / count,
}


@dataclass(frozen=True)
class Sted:
    """Where the measurement takes place: the delivery, and a folder for what is made."""

    leverance: Path
    ud: Path

    def run(self, *command: str) -> Maaling:
        """Run Python with a command, from where finished notebooks name the delivery."""
        return measured([sys.executable, *command], environment(self.ud / "ipython"), self.ud)


def spread(count: int) -> list[str]:
    """So many municipalities, evenly from the list of codes; the first is the middle sized one."""
    codes = list(kommuner())
    if count == 1:
        return [find_kommune(STIKPROEVE[1]).kode]
    return [codes[n * len(codes) // count] for n in range(count)]


def ours(sted: Sted, codes: list[str], folder: str) -> Maaling:
    """The batch, without its check of three, as the others have none; alone, as `make report` makes it."""
    given = ["--data", str(sted.leverance), "--ud", str(sted.ud / folder)]
    if len(codes) == 1:
        return sted.run("-m", "ehandel_lib.cli", "rapport", codes[0], *given)
    unchecked = (
        "import sys; from ehandel_lib.run import batch; batch.STIKPROEVE = 0; from ehandel_lib import cli"
    )
    words = ["rapporter", "--kommuner", " ".join(codes), *given]
    return sted.run("-c", f"{unchecked}; sys.exit(cli.run({words!r}))")


def todays_way(sted: Sted, codes: list[str]) -> Maaling:
    """A papermill command and an nbconvert command for each notebook, one after the other."""
    (sted.ud / "i dag").mkdir()
    parts = []
    for code in codes:
        for notebook in chapters():
            done = str(sted.ud / "i dag" / f"{code}-{notebook.name}")
            given = ["-p", "kommune", kommuner()[code].navn, "-p", "leverance", str(sted.leverance)]
            given += ["-p", "dybde", "kort"]
            parts.append(sted.run("-m", "papermill", str(notebook), done, "--no-progress-bar", *given))
            parts.append(sted.run("-m", "nbconvert", "--to", "html", done))
    return after_each_other(parts)


def floor(sted: Sted, codes: list[str], made: str) -> Maaling:
    """The notebooks' own code in one process, and the PDF of what they showed: nothing else."""
    return sted.run(__file__, "--gulv", *(str(sted.ud / made / kommuner()[code].navn) for code in codes))


def bare(folders: list[str]) -> None:
    """Run the code cells of finished notebooks as plain Python, draw their figures, and set the PDF."""
    import nbformat

    from ehandel_lib import render, show
    from ehandel_lib.render.drawing import svg

    show._display = lambda *_, **__: None
    show.svg = svg
    for folder in folders:
        files = sorted(Path(folder, "notebooks").iterdir())
        notebooks = [nbformat.read(path, as_version=4) for path in files]
        for notebook in notebooks:
            names: dict[str, object] = {}
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    exec(cell.source, names)
        render.pdf(render.document(notebooks))


def main(sample: list[str], counts: list[int], picture: Path | None) -> None:
    """Measure all sides, and print the table as Markdown."""
    with tempfile.TemporaryDirectory(prefix="ehandel-bench-") as folder:
        sted = Sted(Path(folder, "demo"), Path(folder))
        os.environ["EHANDEL_KLAR"] = str(sted.ud / "klar")
        write_demo(sted.leverance)
        prepare(sted.leverance)
        codes = [find_kommune(name).kode for name in sample]
        results: dict[int, dict[str, Maaling]] = {}

        def note(count: int, side: str, its: Maaling) -> None:
            results.setdefault(count, {})[side] = its
            print(f"{side}, {count}: {its.tid:.1f} s, CPU {its.cpu:.1f} s", file=sys.stderr, flush=True)

        ours(sted, codes, "stikprøve")
        note(len(codes), "gulv", floor(sted, codes, "stikprøve"))
        note(len(codes), "i dag", todays_way(sted, codes))
        for count in counts:
            note(count, "ehandel", ours(sted, spread(count), f"ud-{count}"))
        note(counts[-1], "igen", ours(sted, spread(counts[-1]), f"ud-{counts[-1]}"))
    print("\n".join(table(results)))
    if picture:
        from picture import draw

        names = {side: name.replace("`", "") for side, name in SIDER.items()}
        draw(dict(sorted(results.items())), names, FELTER, picture, enhed="Kommuner")


HOVED = """\
| | kommuner | tid | CPU-tid | MB | tid pr. kommune | CPU pr. kommune | i dag / denne: tid | CPU-tid |
|---|---:|---:|---:|---:|---:|---:|---:|---:|"""


def table(results: dict[int, dict[str, Maaling]]) -> Iterator[str]:
    """
    The measurements as Markdown, with today's way scaled up to the largest number.

    Examples
    --------
    >>> found = {1: {"i dag": Maaling(90.0, 60.0, 300.0, {})}}
    >>> found[98] = {"ehandel": Maaling(294.0, 588.0, 900.0, {})}
    >>> print("\\n".join(list(table(found))[1:]))
    | `papermill` og `nbconvert` | 1 | 90 s | 60 s | 300 | 90,0 s | 60,0 s | 1,0 | 1,0 |
    | `papermill` og `nbconvert`, ganget op | 98 | 8.820 s | 5.880 s | | 90,0 s | 60,0 s | 1,0 | 1,0 |
    | `ehandel rapporter` | 98 | 294 s | 588 s | 900 | 3,0 s | 6,0 s | 30,0 | 10,0 |
    """
    size, today = next((size, its["i dag"]) for size, its in results.items() if "i dag" in its)
    seconds, cpu = today.tid / size, today.cpu / size
    yield HOVED

    def row(name: str, count: int, its: Maaling, mb: str) -> str:
        each = its.tid / count, its.cpu / count
        cells = [name, antal(count), f"{antal(its.tid)} s", f"{antal(its.cpu)} s", mb]
        cells += [f"{decimaltal(one)} s" for one in each]
        cells += [decimaltal(now / one) for now, one in zip((seconds, cpu), each, strict=True)]
        return "| " + " | ".join(cells).replace("|  |", "| |") + " |"

    yield row(SIDER["i dag"], size, today, antal(today.mb))
    most = max(results)
    scaled = Maaling(seconds * most, cpu * most, 0, {})
    yield row(f"{SIDER['i dag']}, ganget op", most, scaled, "")
    for side, name in SIDER.items():
        for count, its in sorted(results.items()):
            if side in its and side != "i dag":
                alone = "`ehandel rapport`, kold" if (side, count) == ("ehandel", 1) else name
                yield row(alone, count, its[side], antal(its[side].mb))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Måler rapporterne mod papermill og nbconvert.")
    parser.add_argument("--stikproeve", nargs="+", default=STIKPROEVE, help="kommuner for de andre måder")
    parser.add_argument("--antal", type=int, nargs="+", default=ANTAL, help="så mange rapporter ad gangen")
    parser.add_argument("--billede", type=Path, help="en SVG-fil, som tiden tegnes i")
    parser.add_argument("--gulv", nargs="+", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    if given.gulv:
        bare(given.gulv)
    else:
        main(list(given.stikproeve), sorted(given.antal), given.billede)
