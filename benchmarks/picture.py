"""
Cost against size: processor time for each row, where level is as good as before, and memory.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
from measure import Maaling

from ehandel_lib.charts.style import BLAEK, BREDDE, CM, RC
from ehandel_lib.show import use_fonts
from ehandel_lib.text import antal, decimaltal

#: side → colour, mark and line, so that the lines are told apart in grey print too.
TEGN = {
    "ehandel": ("#1f3a5f", "o", "-"),
    "pandas": ("#b3382c", "s", "--"),
    "duckdb": ("#6b7178", "^", ":"),
    "polars": ("#6b7178", "v", "-."),
}


#: Panel → what is drawn of a measurement of so many rows.
FELTER: dict[str, Callable[[int, Maaling], float]] = {
    "Processortid (µs pr. række)": lambda rows, its: its.cpu / rows * 1e6,
    "Hukommelse, når den er højest (MB)": lambda _, its: its.mb,
}


def draw(results: dict[int, dict[str, Maaling]], names: dict[str, str], path: Path) -> None:
    """Draw the measurements of all sizes and write them as an SVG without the time of day."""
    use_fonts()
    with plt.rc_context({**RC, "svg.hashsalt": "ydelse", "svg.fonttype": "path"}):
        figure, axes = plt.subplots(1, 2, figsize=(BREDDE * CM, 7.5 * CM), layout="constrained")
        for axis, (title, value) in zip(axes, FELTER.items(), strict=True):
            for side, (colour, mark, line) in TEGN.items():
                points = [(rows, value(rows, its[side])) for rows, its in results.items() if side in its]
                if not points:
                    continue
                axis.plot(*zip(*points, strict=True), color=colour, marker=mark, linestyle=line,
                          markersize=4, linewidth=1.2, label=names[side])  # fmt: skip
            axis.set_xscale("log")
            axis.set_yscale("log")
            axis.set_xticks(list(results), [f"{antal(rows / 1e6)} mio." for rows in results])
            axis.minorticks_off()
            axis.yaxis.set_major_formatter(lambda y, _: antal(round(y)) if y >= 1 else decimaltal(y))
            axis.set_title(title, color=BLAEK)
            axis.set_xlabel("Rækker")
        axes[0].legend(frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(figure)
