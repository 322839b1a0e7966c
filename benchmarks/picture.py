"""
Cost against size: time and memory of each side, on axes where what grows with the rows is a straight line.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
from measure import Maaling

from ehandel_lib.charts.style import BLAEK, BREDDE, CM, RC
from ehandel_lib.show import use_fonts
from ehandel_lib.text import antal

#: side → colour, mark and line, so that the lines are told apart in grey print too.
TEGN = {
    "ehandel": ("#1f3a5f", "o", "-"),
    "pandas": ("#b3382c", "s", "--"),
    "duckdb": ("#6b7178", "^", ":"),
    "polars": ("#6b7178", "v", "-."),
}


def draw(results: dict[int, dict[str, Maaling]], names: dict[str, str], path: Path) -> None:
    """Draw the measurements of all sizes and write them as a PNG without the time of day."""
    use_fonts()
    with plt.rc_context(RC):
        figure, axes = plt.subplots(1, 2, figsize=(BREDDE * CM, 7.5 * CM), layout="constrained")
        for axis, field, title in zip(
            axes, ("tid", "mb"), ("Tid (sekunder)", "Hukommelse, når den er højest (MB)"), strict=True
        ):
            for side, (colour, mark, line) in TEGN.items():
                points = [(rows, getattr(its[side], field)) for rows, its in results.items() if side in its]
                axis.plot(*zip(*points, strict=True), color=colour, marker=mark, linestyle=line,
                          markersize=4, linewidth=1.2, label=names[side])  # fmt: skip
            axis.set_xscale("log")
            axis.set_yscale("log")
            axis.set_xticks(list(results), [f"{antal(rows / 1e6)} mio." for rows in results])
            axis.minorticks_off()
            axis.yaxis.set_major_formatter(lambda value, _: antal(round(value)))
            axis.set_title(title, color=BLAEK)
            axis.set_xlabel("Rækker")
        axes[0].legend(frameon=False)
        figure.savefig(path, dpi=150, metadata={"Software": None})
