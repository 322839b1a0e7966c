"""
One municipality's report, from a delivery to finished files.

The parameters are checked, the delivery is prepared once, the notebooks are
run, and the PDF, the page and the workbook are made from what they show. The
files get their real names when all of them are there.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from nbformat import NotebookNode

from ehandel_lib import aendringer, load, provenance, proveniens, render
from ehandel_lib.errors import ParameterError, ReportError
from ehandel_lib.read import Delivery, read_delivery
from ehandel_lib.reference import PROJECT, Kommune, find_kommune
from ehandel_lib.run import output
from ehandel_lib.run.depth import KORT
from ehandel_lib.run.execute import NotebookError, check_parameters
from ehandel_lib.run.progress import OnStep, silent
from ehandel_lib.run.side_by_side import execute_all
from ehandel_lib.run.stored import stored, without_paths, write
from ehandel_lib.store import finished

#: The chapters, one notebook each, in reading order.
CHAPTERS = PROJECT / "notebooks"

#: The chapter on what changed since an earlier report. It comes second, and only where one is named.
CHANGES = CHAPTERS / "aendringer.ipynb"


def make_report(
    kommune: str,
    aar: int | None,
    leverance: str | Path,
    ud: str | Path,
    progress: OnStep = silent,
    *,
    dybde: str = KORT,
    siden: Path | None = None,
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
    target = Path(ud).absolute() / output.folder_name(body.navn, body.kode)
    _keep_apart(target, delivery.mappe)
    earlier = aendringer.tidligere(siden, body.navn) if siden else None
    notebooks = chapters(compared=siden is not None)
    cwd, name = _from(delivery.mappe)
    parameters = {"kommune": body.navn, "aar": aar, "leverance": name, "dybde": dybde}
    own = {CHANGES.name: {"siden": _seen_from(cwd, siden)}} if siden else {}
    for notebook in notebooks:
        check_parameters(notebook, {**parameters, **own.get(notebook.name, {})})

    _prepare(delivery.mappe, progress)
    data = load.hent(body.navn, aar, delivery.mappe)
    if data.poster.empty:
        raise ParameterError(f"Leverancen har ingen fakturaer fra {body.navn} i {data.aar}.")
    parameters["aar"] = data.aar
    with output.written_beside(target) as work, _kept_where_it_fails(target) as kept:
        executed = execute_all(notebooks, parameters, own=own, cwd=cwd, progress=progress)
        finished = {file: stored(notebook) for file, notebook in executed.items()}
        kept.update({file: write(notebook) for file, notebook in finished.items()})
        _write_chapters(work, finished, progress)
        (work / "datakvalitet.csv").write_bytes(load.skriv_datakvalitet(data))
        facts = provenance.facts(data, dybde) | ({"siden": earlier.kort()} if earlier else {})
        (work / proveniens.FILNAVN).write_bytes(proveniens.as_json(facts))
    return target


def _prepare(delivery: Path, progress: OnStep) -> None:
    """Read the delivery, as one step however many files it has."""
    step = "Leverancen læses"
    store = load.prepare(delivery, lambda _, done, total: progress(step, done, max(total, done + 1)))
    finished.remember(delivery, store)
    progress(step, 1, 1)


def find(kommune: str, leverance: str | Path) -> tuple[Delivery, Kommune]:
    """The delivery, and the municipality or other body in it; nothing is prepared yet."""
    delivery = read_delivery(load.find_leverance(leverance))
    return delivery, find_kommune(kommune, others=delivery.myndigheder)


def chapters(*, compared: bool = False) -> list[Path]:
    """The notebooks, in reading order; with the one on changes where the report is `compared`."""
    found = sorted(CHAPTERS.glob(provenance.KAPITLER))
    if not found:
        raise ReportError(f"Der er ingen notebooks i {CHAPTERS}.")
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


@contextmanager
def _kept_where_it_fails(target: Path) -> Iterator[dict[str, bytes]]:
    """The notebooks that are executed by then: where it fails, they are left with the reason and its log."""
    files: dict[str, bytes] = {}
    try:
        yield files
    except NotebookError as failure:
        files[failure.notebook] = write(stored(failure.partial))
        _keep(target, str(failure), failure.details, files)
        place = target / output.FAILURE
        raise ReportError(f"{failure} Notebooken, så langt den nåede, ligger i {place}.") from failure
    except ReportError as failure:
        _keep(target, str(failure), _traceback(failure), files)
        what = "De kørte notebooks" if files else "Loggen"  # none where no kernel could be started
        raise ReportError(f"{failure} {what} ligger i {target / output.FAILURE}.") from failure
    except Exception as failure:
        reason = (
            f"Der skete en fejl i programmet selv ({type(failure).__name__}). fejl.log har hele beskeden."
        )
        with suppress(ReportError):  # what went wrong first is the thing to tell
            _keep(target, reason, _traceback(failure), files)
        raise


def _keep(target: Path, reason: str, details: str, files: Mapping[str, bytes]) -> None:
    output.keep_failure(target, reason, {**files, "fejl.log": details.encode(errors="backslashreplace")})


def _traceback(failure: Exception) -> str:
    """Where in the program it went wrong, without this machine's folders."""
    told: str = without_paths("".join(traceback.format_exception(failure)))
    return told


def _write_chapters(work: Path, chapters: Mapping[str, NotebookNode], progress: OnStep) -> None:
    """The executed notebooks, and from them alone the three forms of the report."""
    (work / output.NOTEBOOKS).mkdir()
    for file, notebook in chapters.items():
        (work / output.NOTEBOOKS / file).write_bytes(write(notebook))
    document = render.document(list(chapters.values()))
    forms = {"rapport.pdf": render.pdf, "rapport.html": render.html, "tabeller.xlsx": render.workbook}
    for done, (file, form) in enumerate(forms.items()):
        progress("Rapporten skrives", done, len(forms))
        (work / file).write_bytes(form(document))
    progress("Rapporten skrives", len(forms), len(forms))
