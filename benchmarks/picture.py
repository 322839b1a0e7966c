"""
Cost against size, on logarithmic scales: where a line is level, each costs what it did before.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
from measure import Maaling

from ehandel_lib.charts.style import BLAEK, BREDDE, CM, RC
from ehandel_lib.show import use_fonts
from ehandel_lib.text import antal, decimaltal

#: Colour, mark and line of each side in turn, so that they are told apart in grey print too.
TEGN = [("#1f3a5f", "o", "-"), ("#b3382c", "s", "--"), ("#6b7178", "^", ":"), ("#6b7178", "v", "-.")]

#: Title → what is drawn of a measurement of such a size.
Felter = dict[str, Callable[[int, Maaling], float]]


def draw(
    results: dict[int, dict[str, Maaling]], names: dict[str, str], felter: Felter, path: Path, *,
    enhed: str, skrevet: Callable[[int], str] = antal,
) -> None:  # fmt: skip
    """
    Draw the measurements of all sizes and write them as an SVG without the time of day.

    Parameters
    ----------
    results : dict
        Size → side → what it took. A side that was not measured at all sizes is drawn where it was.
    names : dict
        Side → what it is called.
    felter : dict
        A panel for each.
    path : Path
    enhed : str
        What a size counts.
    skrevet : callable
        How a size is written.
    """
    use_fonts()
    with plt.rc_context({**RC, "svg.hashsalt": "ydelse", "svg.fonttype": "path"}):
        figure, axes = plt.subplots(1, len(felter), figsize=(BREDDE * CM, 7.5 * CM), layout="constrained")
        for axis, (title, value) in zip(axes, felter.items(), strict=True):
            for (side, name), (colour, mark, line) in zip(names.items(), TEGN, strict=False):
                points = [(size, value(size, its[side])) for size, its in results.items() if side in its]
                if not points:
                    continue
                axis.plot(*zip(*points, strict=True), color=colour, marker=mark, linestyle=line,
                          markersize=4, linewidth=1.2, label=name)  # fmt: skip
            axis.set_xscale("log")
            axis.set_yscale("log")
            axis.set_xticks(list(results), [skrevet(size) for size in results])
            axis.minorticks_off()
            axis.yaxis.set_major_formatter(lambda y, _: antal(round(y)) if y >= 1 else decimaltal(y))
            axis.set_title(title, color=BLAEK)
            axis.set_xlabel(enhed)
        axes[0].legend(frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(figure)
