"""
What a report was made from, in a few fingerprints: with the same ones it need not be made again.

`noegle.json` lies beside the report. It holds a fingerprint for each kind of source, so that
a batch can say why a report is made anew, and the fingerprint of each file, so that one
that was changed or half removed is noticed. Of the delivery it is what the report shows:
the municipality's own rows and their files, and the country's figures of the year and the
one before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ehandel_lib import provenance
from ehandel_lib.data import Data
from ehandel_lib.leverance import LANDETS_TAL
from ehandel_lib.provenance import sha256
from ehandel_lib.read.delivery import FILNAVN as REGLER

FILNAVN = "noegle.json"

#: Kind of source → what the table after a batch says where it is another than before. The first counts.
AARSAGER = {
    "parametre": "parametre ændret",
    "data": "data ændret",
    "regler": "leverancens regler ændret",
    "landet": "landets tal ændret",
    "notebooks": "notebook ændret",
    "kildekode": "bibliotek ændret",
    "pakker": "pakker ændret",
    "commit": "anden commit",
}

NY, MANGLER = "ny", "filer ændret eller væk"


def sources(
    store: Path, data: Data, parameters: Mapping[str, Any], ophav: Mapping[str, Any]
) -> dict[str, str]:
    """
    The fingerprints of what a report is made from.

    Parameters
    ----------
    store : Path
        The prepared delivery.
    data : load.Data
        The municipality and year.
    parameters, ophav : mapping
        Of the order, see `writing.Order`.
    """
    program = provenance.software()
    files = {file.navn: [*file] for file in data.leverance.filer}
    regler = files.pop(REGLER, None)
    landet = [files.pop(name) for name in list(files) if name.startswith(f"{LANDETS_TAL} ")]
    return {
        "parametre": _digest([parameters, ophav]),
        "data": _digest([list(files.values()), _own(store, data), str(data.leverance.asof)]),
        "regler": _digest(regler),
        "landet": _digest(landet),
        "notebooks": _digest(provenance.notebooks(data.kommune.kode)),
        "kildekode": program["kildekode"],
        "pakker": _digest([program[name] for name in ("python", "pakker", "requirements.lock", "ehandel")]),
        "commit": program["commit"],
    }


def _own(store: Path, data: Data) -> list[str]:
    """The municipality's tables."""
    files = [store / table / f"{data.kommune.kode}.parquet" for table in ("poster", "linjer")]
    names = ("omsaetning", "enheder", "maal", "regnskab", "rettelser")
    tables = [getattr(data, name) for name in names if name in data.tabeller]
    return [*map(provenance.of_table, files), *(_digest(rows.to_csv(index=False)) for rows in tables)]


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode())


def write(folder: Path, made_from: Mapping[str, str]) -> None:
    """Leave the fingerprints beside the files that are in the folder."""
    content = {"kilder": dict(made_from), "filer": dict(_contents(folder))}
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / FILNAVN).write_text(text + "\n", encoding="utf-8")


def _contents(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != FILNAVN:
            yield path.relative_to(folder).as_posix(), sha256(path.read_bytes())


def reason(folder: Path, made_from: Mapping[str, str]) -> str | None:
    """
    Why a report has to be made; None where it is there, whole, and made from the same.

    Parameters
    ----------
    folder : Path
        Where the report lies, if it does.
    made_from : mapping
        From `sources`.
    """
    try:
        kept = json.loads((folder / FILNAVN).read_text(encoding="utf-8"))
        then, files = dict(kept["kilder"]), dict(kept["filer"])
    except (OSError, ValueError, KeyError, TypeError):
        return NY
    for kind, changed in AARSAGER.items():
        if then.get(kind) != made_from[kind]:
            return changed
    whole = all((folder / name).is_file() for name in files)
    if not whole or any(sha256((folder / name).read_bytes()) != sha for name, sha in files.items()):
        return MANGLER
    return None
