"""
What a batch has to tell about each municipality, for the index page and for schedulers.

The figures are read from the executed notebooks that lie with the report, from the
twins of what they showed; nothing is counted again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ehandel_lib import aendringer
from ehandel_lib.run import noegle
from ehandel_lib.run.output import NOTEBOOKS, write_whole
from ehandel_lib.show import MIME

#: The records of all municipalities, in the reports' folder.
FILNAVN = "oversigt.json"

LAVET, SPRUNGET_OVER, FEJLET = "lavet", "sprunget over", "fejlet"

#: Why a report was made again, for those who read it: by the kind of source, see `noegle.AARSAGER`.
NYT = {
    "parametre": "andre indstillinger",
    "data": "nye data",
    "regler": "nye regler i leverancen",
    "landet": "nye tal for landet",
}
PROGRAM, FILER = "nyt program", "filer var ændret eller væk"

#: Key figure by its label in the report → the record's field.
_RATER = {"Alle køb, på omsætning": "omsaetning", "Alle køb, på faktura": "faktura"}


@dataclass(frozen=True)
class Grad:
    """A rate with its parts, and the same a year before (None where it cannot be told)."""

    grad: float | None
    taeller: int | None
    naevner: int | None
    foer: float | None = None

    @property
    def aendring(self) -> float | None:
        """How many percentage points it has changed, as a share."""
        return None if self.grad is None or self.foer is None else self.grad - self.foer


@dataclass(frozen=True)
class Resultat:
    """
    One municipality in a batch.

    `mappe` is the report's folder from the reports' folder, "" where there is none; `aarsag` says why it was
    made, or what failed. `plads` and `af` are its rank and how many are ranked. The figures are those of the
    report that lies there: where a new one failed, of the earlier.
    """

    kommune_kode: str
    kommune_navn: str
    region: str
    status: str
    aarsag: str
    mappe: str
    aar: int | None = None
    omsaetning: Grad | None = None
    faktura: Grad | None = None
    plads: int | None = None
    af: int | None = None

    @property
    def tilstand(self) -> str:
        """How the report is, for those who read it and did not make it."""
        if self.status != LAVET:
            return "ikke lavet" if self.status == FEJLET else "uændret"
        reason = self.aarsag.partition(";")[0]  # how many attempts it took is for those who made it
        return "ny" if reason == noegle.NY else f"lavet igen: {_hvorfor(reason)}"


def _hvorfor(reason: str) -> str:
    """
    Why a report was made again, without the words of the program.

    Examples
    --------
    >>> _hvorfor("data ændret"), _hvorfor("anden commit"), _hvorfor("du bad om det")
    ('nye data', 'nyt program', 'du bad om det')
    """
    if reason == noegle.MANGLER:
        return FILER
    kinds = {words: kind for kind, words in noegle.AARSAGER.items()}
    return NYT.get(kinds[reason], PROGRAM) if reason in kinds else reason


def figures(folder: Path) -> dict[str, Any]:
    """The fields of `Resultat` that stand in a report's notebooks; none where there is no report."""
    found: dict[str, Any] = {}
    for twin in _twins(folder):
        if twin["slags"] == "kapitel":
            found["aar"] = twin["aar"]
        elif twin["slags"] == "noegletal":
            found |= {
                _RATER[figure["label"]]: _rate(figure) for figure in twin["tal"] if figure["label"] in _RATER
            }
        elif twin.get("id") == aendringer.ID:
            found |= _rank(twin)
    return found


def _rate(figure: dict[str, Any]) -> Grad:
    return Grad(figure["vaerdi"], figure["taeller"], figure["naevner"], figure.get("foer"))


def _rank(twin: dict[str, Any]) -> dict[str, Any]:
    """The rank, and among how many: it stands among the report's rates."""
    names = [column["navn"] for column in twin["kolonner"]]
    for row in (dict(zip(names, cells, strict=True)) for cells in twin["raekker"]):
        if row["maal"] == aendringer.PLADS:
            return {"plads": row["taeller"], "af": row["naevner"]}
    return {}


def _twins(folder: Path) -> Iterator[dict[str, Any]]:
    """What the first chapter showed."""
    for path in sorted((folder / NOTEBOOKS).glob("0_*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if twin := output.get("data", {}).get(MIME):
                    yield twin


def write(reports: Path, results: Sequence[Resultat]) -> Path:
    """Write the records, and keep those of municipalities that this batch was not about."""
    path = reports / FILNAVN
    records = {record["kommune_kode"]: record for record in _kept(path)}
    records |= {result.kommune_kode: asdict(result) for result in results}
    content = {"version": 1, "kommuner": [records[code] for code in sorted(records)]}
    write_whole(path, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
    return path


def _kept(path: Path) -> list[dict[str, Any]]:
    """The records of before, of reports that are still there."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["kommuner"]
        return [one for one in found if one["mappe"] and (path.parent / one["mappe"]).is_dir()]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def read(reports: Path) -> list[Resultat]:
    """
    The records of a reports' folder, by code.

    Raises
    ------
    FileNotFoundError
        There has been no batch.
    """
    content = json.loads((reports / FILNAVN).read_text(encoding="utf-8"))["kommuner"]
    return [Resultat(**{key: _read(key, value) for key, value in one.items()}) for one in content]


def _read(key: str, value: Any) -> Any:
    return Grad(**value) if key in _RATER.values() and value is not None else value
