"""
The units' pages of one municipality, from a delivery to finished PDFs.

One notebook shows them all, so that hundreds of units cost one kernel; each page
is then a PDF of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ehandel_lib import enhedsark, load
from ehandel_lib.reference import PROJECT
from ehandel_lib.render.enhedsark import Side, side_pdf, sider
from ehandel_lib.run import output
from ehandel_lib.run.execute import check_parameters, execute
from ehandel_lib.run.progress import OnStep, silent
from ehandel_lib.run.report import find
from ehandel_lib.run.stored import stored

NOTEBOOK = PROJECT / "notebooks" / "ark" / "enhed.ipynb"

#: The pages' folder within the municipality's.
MAPPE = "enhedsark"


@dataclass(frozen=True)
class Arkene:
    """Where the pages lie, their files, and how many units are hidden in the report and have none."""

    mappe: Path
    filer: tuple[str, ...]
    uden_ark: int


def make_sheets(
    kommune: str,
    aar: int | None,
    leverance: str | Path,
    ud: str | Path,
    enhed: str | None = None,
    progress: OnStep = silent,
) -> Arkene:
    """
    Make a page for each unit of a municipality, or for one.

    Parameters
    ----------
    kommune, aar, leverance, ud, progress :
        As for `report.make_report`.
    enhed : str, optional
        Only this unit, by name or id.

    Raises
    ------
    EhandelError
        A name is unknown, the unit has too few invoices, or the notebook or the rendering fails.
    """
    delivery, body = find(kommune, leverance)
    data = load.hent(body.navn, aar, delivery.mappe)
    chosen = enhedsark.valgte(data.poster, enhed)
    parameters = {"kommune": body.navn, "aar": data.aar, "leverance": str(delivery.mappe), "enhed": enhed}
    check_parameters(NOTEBOOK, parameters)
    executed = execute(
        NOTEBOOK, parameters, on_cell=lambda done, total: progress("Arkene regnes", done, total)
    )
    pages = sider(stored(executed))
    names = file_names(pages)
    target = Path(ud).absolute() / output.folder_name(body.navn, body.kode) / MAPPE
    with output.written_beside(target) as work:
        for done, (name, page) in enumerate(zip(names, pages, strict=True)):
            progress("Arkene skrives", done, len(pages))
            (work / name).write_bytes(side_pdf(page))
    progress("Arkene skrives", len(pages), len(pages))
    everyone = data.poster["enhed_id"].fillna(data.poster["enhed_navn"]).dropna().nunique()
    return Arkene(target, tuple(names), 0 if enhed else everyone - len(chosen))


def file_names(pages: list[Side]) -> list[str]:
    """
    A file name for each page: the unit's name, with its id where two share the name.

    Examples
    --------
    >>> file_names([Side("Nord", "1", {}), Side("nord", "2", {}), Side("Syd/Øst", "3", {})])
    ['Nord (1).pdf', 'nord (2).pdf', 'Syd_Øst.pdf']
    """
    folders = [output.folder_name(page.navn, page.enhed_id) for page in pages]
    alike = [name.casefold() for name in folders]  # some disks do not tell capitals apart
    return [
        f"{name} ({output.folder_name(page.enhed_id, 'id')}).pdf"
        if alike.count(name.casefold()) > 1
        else f"{name}.pdf"
        for name, page in zip(folders, pages, strict=True)
    ]
