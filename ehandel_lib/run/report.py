"""
One municipality's report, from a delivery to finished files.

The parameters are checked, the delivery is prepared once, the notebooks are
run, and the PDF, the page and the workbook are made from what they show. The
files get their real names when all of them are there.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from ehandel_lib import aendringer, load, provenance
from ehandel_lib.errors import ParameterError, ReportError
from ehandel_lib.read import Delivery, read_delivery
from ehandel_lib.reference import LANDET, PROJECT, Kommune, find_kommune
from ehandel_lib.run import laws, noegle, output
from ehandel_lib.run.depth import KORT
from ehandel_lib.run.execute import check_parameters
from ehandel_lib.run.progress import OnStep, silent
from ehandel_lib.run.side_by_side import AT_A_TIME
from ehandel_lib.run.warm import Server
from ehandel_lib.run.writing import Order, write_report, write_warm
from ehandel_lib.store import finished, ulaeselige

#: The folder of an office's own chapters.
EGNE = "egne"

#: The chapter on what changed since an earlier report. It comes second, and only where one is named.
CHANGES = provenance.NOTEBOOKS / "aendringer.ipynb"


def make_report(
    kommune: str,
    aar: int | None,
    leverance: str | Path,
    ud: str | Path,
    progress: OnStep = silent,
    *,
    dybde: str = KORT,
    siden: Path | None = None,
    server: Server | None = None,
) -> Path:
    """
    Make a municipality's report.

    Parameters
    ----------
    kommune : str
        Name or code, as `reference.find_kommune` takes it.
    aar : int or None
        The year; None is the latest with posts.
    leverance : str or Path
        The delivery's folder; a relative path is tried from the working folder, then from the project.
    ud : str or Path
        The folder in which the municipality's own folder is made.
    progress : callable, optional
        Told how far it is.
    dybde : str, optional
        The short form or the full one, see `depth`.
    siden : Path, optional
        An earlier report to compare with: its PDF, or the folder that it lies in.
    server : warm.Server, optional
        Where the notebooks' processes are forked from. By default they are ordinary kernels.

    Returns
    -------
    Path
        The municipality's folder.

    Raises
    ------
    EhandelError
        Before anything runs, where a parameter or the delivery is wrong; `ReportError` where a notebook or
        the rendering fails or a file cannot be written. The folder `fejl` in the municipality's own then says
        why.
    """
    delivery, body = find(kommune, leverance)
    order = ordered(body, aar, delivery, Path(ud), dybde, siden)
    check(order)
    prepare(delivery, progress)
    order = with_year(order, body, aar)
    return server.call(write_warm, order, progress=progress) if server else write_report(order, progress)


def with_year(order: Order, body: Kommune, aar: int | None, *, processer: int = AT_A_TIME) -> Order:
    """
    The order when the delivery is prepared.

    Raises
    ------
    DeliveryError
        A file of the municipality's own cannot be read.
    ParameterError
        The municipality has no invoices in the year.
    """
    ulaeselige.refuse(finished.here(order.leverance), body)
    data = load.hent(body.kode, aar, order.leverance)
    if data.poster.empty:
        raise ParameterError(f"Leverancen har ingen fakturaer fra {body.navn} i {data.aar}.")
    parameters = {**order.parameters, "aar": data.aar}
    store = finished.here(order.leverance)
    return replace(
        order,
        parameters=parameters,
        miljoe=finished.environment(),
        kilder=noegle.sources(store, data, parameters, order.ophav),
        processer=processer,
    )


def check(order: Order) -> None:
    """Hold the parameters against the notebooks, before anything runs."""
    for notebook in order.notebooks:
        check_parameters(notebook, order.of_notebook(notebook))


def ordered(
    body: Kommune,
    aar: int | None,
    delivery: Delivery,
    ud: Path,
    dybde: str = KORT,
    siden: Path | None = None,
) -> Order:
    """The order for a report, see `make_report`; nothing is prepared or held against the notebooks yet."""
    target = ud.absolute() / output.folder_name(body.navn, body.kode)
    _keep_apart(target, delivery.mappe)
    cwd, name = _from(delivery.mappe)
    return Order(
        target=target,
        leverance=delivery.mappe.resolve(),
        notebooks=tuple(chapters(body.kode, compared=siden is not None)),
        parameters={"kommune": body.navn, "aar": aar, "leverance": name, "dybde": dybde},
        own={CHANGES.name: {"siden": _seen_from(cwd, siden)}} if siden else {},
        ophav={"siden": aendringer.tidligere(siden, body.navn).kort()} if siden else {},
        cwd=cwd,
        processer=AT_A_TIME,
    )


def prepare(delivery: Delivery, progress: OnStep) -> Path:
    """Read the delivery, as one step however many files it has, and let the notebooks know where it lies."""
    step = "Leverancen læses"
    store = load.prepare(delivery.mappe, lambda _, done, total: progress(step, done, max(total, done + 1)))
    finished.remember(delivery.mappe, store)
    progress(step, 1, 1)
    return store


def find(kommune: str, leverance: str | Path) -> tuple[Delivery, Kommune]:
    """The delivery, and the municipality or other body in it; nothing is prepared yet."""
    delivery = read_delivery(load.find_leverance(leverance))
    return delivery, find_kommune(kommune, others=(*delivery.myndigheder, LANDET))


def chapters(kode: str = "", *, compared: bool = False) -> list[Path]:
    """
    The notebooks, in reading order; with the one on changes where the report is `compared`.

    Raises
    ------
    ReportError
        There is none.
    ParameterError
        A chapter of the office's own breaks a law of chapters (`laws.hold`).
    """
    found = provenance.kapitler(kode)
    if not found:
        raise ReportError(f"Der er ingen notebooks i {provenance.NOTEBOOKS}.")
    laws.hold([path for path in found if path.parent.name == EGNE], found)
    return [found[0], *[CHANGES] * compared, *found[1:]]


def _seen_from(cwd: Path, siden: Path) -> str:
    """The earlier report as the notebook is told it: no whole path of this machine is stored there."""
    return Path(os.path.relpath(siden.resolve(), cwd)).as_posix()


def _keep_apart(target: Path, delivery: Path) -> None:
    """What is made must not be read as raw data the next time."""
    if target.resolve().is_relative_to(delivery.resolve()):
        raise ParameterError("Rapporten kan ikke lægges i leverancens egen mappe; vælg en anden UD (--ud).")


def _from(delivery: Path) -> tuple[Path, str]:
    """A folder to start from, and the delivery's name from there: no report shows a machine's paths."""
    path = delivery.resolve()
    return (
        (PROJECT, path.relative_to(PROJECT).as_posix())
        if path.is_relative_to(PROJECT)
        else (path.parent, path.name)
    )
