"""
What the report is made of, as its last page tells it.

Two small tables: parameters and program, and the delivery's files. In print a
fingerprint is cut to its first characters, enough to compare by eye; the whole
ones are in the workbook and in the attached `proveniens.json`.
"""

from __future__ import annotations

from typing import Any

from ehandel_lib import text
from ehandel_lib.provenance import Facts, together

TITEL = "Hvad rapporten er lavet af"

TEKST = (
    "De samme data, parametre og programmer giver den samme fil, byte for byte. Kommandoen "
    "»ehandel efterproev rapport.pdf« laver rapporten igen og siger, om den er ens, eller hvad der er "
    "ændret. Fingeraftryk (sha256) er her forkortet; de hele står i proveniens.json, som er vedhæftet."
)

#: A fingerprint's first characters in print: 48 bits, no two files of a delivery share them by chance.
TEGN = 12

#: Files on the last page: more would not leave it one page.
FILER = 22

#: What the commit ends with where the program's files were changed since.
AENDRET = "+ændringer"

#: A report's two forms in words, see `run.depth`.
FORMER = {
    "kort": "kort (DYBDE=fuld giver også detaljerne)",
    "fuld": "fuld, med alle detaljer",
}


def tables(facts: Facts, *, short: bool) -> list[dict[str, Any]]:
    """
    The stamp as tables in the form of a twin.

    Parameters
    ----------
    facts : dict
        From `provenance.facts`.
    short : bool
        As printed: fingerprints cut, and only so many files that they stand on one page.
    """
    return [_made_with(facts, short), _files(facts["filer"], short)]


def _made_with(facts: Facts, short: bool) -> dict[str, Any]:
    given, program = facts["parametre"], facts["program"]
    all_files = together((file["navn"], file["sha256"]) for file in facts["filer"])
    rows = {
        "Kommune": given["kommune"],
        "År": str(given["aar"]),
        "Leverance": given["leverance"],
        "Dybde": FORMER[given["dybde"]],
        "Filerne og landets tal (sha256)": _cut(all_files, short),
        **_compared_with(facts, short),
        "Program": f"ehandel {program['ehandel']}, Python {program['python']}",
        "Commit": _commit(program["commit"], short),
        "Kildekode og notebooks (sha256)": _cut(program["kildekode"], short),
        "requirements.lock (sha256)": _cut(program["requirements.lock"], short),
        "Pakker": text.opremsning([f"{name} {version}" for name, version in program["pakker"].items()]),
    }
    columns = [_column("hvad", "tekst", "Hvad"), _column("vaerdi", "tekst", "Indhold")]
    return _table("stempel", "Parametre og program", columns, [list(row) for row in rows.items()])


def _compared_with(facts: Facts, short: bool) -> dict[str, str]:
    """The earlier report, where there is one."""
    if "siden" not in facts:
        return {}
    siden = facts["siden"]
    return {"Sammenlignet med (sha256)": f"{siden['kommune']} {siden['aar']}: {_cut(siden['sha256'], short)}"}


def _files(files: list[dict[str, Any]], short: bool) -> dict[str, Any]:
    shown = files if not short or len(files) <= FILER else files[: FILER - 1]
    rows: list[list[Any]] = [[file["navn"], _cut(file["sha256"], short), file["bytes"]] for file in shown]
    if rest := files[len(shown) :]:
        rows.append([f"og {text.antal(len(rest))} andre filer", None, sum(file["bytes"] for file in rest)])
    columns = [
        _column("navn", "tekst", "Fil"),
        _column("sha256", "kode", "Fingeraftryk (sha256)"),
        _column("bytes", "antal", "Bytes"),
    ]
    return _table("filer", "Filerne med kommunens rækker, leverancens regler og landets tal", columns, rows)


def _commit(commit: str, short: bool) -> str:
    """
    The commit as printed.

    Examples
    --------
    >>> _commit("0123456789abcdef+ændringer", True)
    '0123456789ab med ændringer, der ikke er i git'
    """
    changed = " med ændringer, der ikke er i git" if commit.endswith(AENDRET) else ""
    return _cut(commit.removesuffix(AENDRET), short) + changed


def _cut(fingerprint: str, short: bool) -> str:
    return fingerprint[:TEGN] if short else fingerprint


def _column(navn: str, slags: str, etiket: str) -> dict[str, str]:
    return {"navn": navn, "slags": slags, "etiket": etiket, "betydning": ""}


def _table(id: str, titel: str, columns: list[dict[str, str]], rows: list[list[Any]]) -> dict[str, Any]:
    words = {"id": id, "titel": titel, "note": "", "kilde": ""}
    return {"slags": "tabel", **words, "kolonner": columns, "raekkenavn": 0, "raekker": rows}
