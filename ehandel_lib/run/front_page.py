"""
The front page of a batch, with the chart of where its municipalities lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ehandel_lib import charts
from ehandel_lib.render import index
from ehandel_lib.render.drawing import svg
from ehandel_lib.run import output
from ehandel_lib.run.batch_result import Resultat
from ehandel_lib.sentences.landet import alt_regioner, regioner


def write_front_page(reports: Path, results: Sequence[Resultat]) -> Path:
    """
    Write `index.html` beside the municipalities' folders.

    Parameters
    ----------
    reports : Path
        The reports' folder.
    results : sequence of Resultat
        One record a municipality, as `batch_result.read` gives them.

    Raises
    ------
    ReportError
        It cannot be written.
    """
    rates = [(r.kommune_navn, r.region, r.omsaetning.grad if r.omsaetning else None) for r in results]
    kommuner = pd.DataFrame(rates, columns=["kommune_navn", "region", "grad_omsaetning"])
    kommuner = kommuner.astype({"grad_omsaetning": "Float64"})
    path = reports / index.FILNAVN
    chart, alt, finding = svg(charts.regioner(kommuner)), alt_regioner(kommuner), regioner(kommuner)
    output.write_whole(path, index.html(results, chart, alt, finding))
    return path
