"""
`kilde.toml` → `Delivery`, strictly.

A key, a field or a value that we do not know is a mistake that names the
nearest one we do. Nothing is guessed here, so that a misspelt rule cannot make
a wrong report.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ehandel_lib.classify import OrdrePraefiks
from ehandel_lib.errors import DeliveryError, suggestion
from ehandel_lib.read.agreements import read_agreements
from ehandel_lib.read.costs import read_costs
from ehandel_lib.read.delivery import FELTER, FILNAVN, UBL, Delivery, Filer
from ehandel_lib.read.encoding import decode
from ehandel_lib.read.problems import Problems, Slags
from ehandel_lib.read.ubl.model import KOLONNER
from ehandel_lib.reference import Kommune

#: table → the fields without which a row means nothing. Municipality and date may also come from elsewhere.
UUNDVAERLIGE = {
    "fakturaer": ["beloeb"],
    "omsaetning": ["aftale_nummer", "beloeb"],
    "systemer": ["system"],
    "enheder": ["enhed_id"],
    "maal": ["maal", "dato"],
}

#: The choices of a key, the first one being the default.
VALG = {
    "beloeb": ("uden moms", "med moms"),
    "kreditnotaer": ("", "positive", "negative"),
    "talform": ("", "dansk", "engelsk"),
    "datoform": ("", "dag først", "måned først"),
    "dokumenttype": ("faktura", "kreditnota", "afvis"),
    "format": ("", UBL),
}

_TABEL: dict[str, Slags] = {
    "leverance": dict, "filer": list, "e_ordre": dict, "aftaler": dict, "dokumenttyper": dict,
    "hvad_koster": list,
}  # fmt: skip
_LEVERANCE: dict[str, Slags] = {
    "navn": str, "syntetisk": bool, "kommune": str, "myndighed": dict, "datobasis": str, "valuta": str,
    "system": str, "ignorer_filer": list,
}  # fmt: skip
_MYNDIGHED: dict[str, Slags] = {"kode": str, "navn": str, "officielt_navn": str}
_FILER: dict[str, Slags] = {
    "moenster": str, "tabel": str, "kolonner": dict, "ignorer": list, "beloeb": str, "momssats": (int, float),
    "kreditnotaer": str, "talform": str, "datoform": str, "dato_fra_filnavn": str, "kommune": str, "ark": str,
    "format": str,
}  # fmt: skip
_E_ORDRE: dict[str, Slags] = {"pladsholdere": list, "praefikser": list}
_PRAEFIKS: dict[str, Slags] = {"moenster": str, "system": str, "kommuner": list}


def read_delivery(path: str | Path) -> Delivery:
    """
    The delivery in this folder, as its `kilde.toml` describes it.

    Parameters
    ----------
    path : str or Path
        The folder, or its `kilde.toml`.

    Raises
    ------
    DeliveryError
        No such folder, no `kilde.toml`, or one that does not make sense: all its problems in one message.
    """
    folder = Path(path)
    folder = folder.parent if folder.name == FILNAVN else folder
    if not folder.is_dir():
        raise DeliveryError(
            f"Leverancen {path} findes ikke: der er ingen mappe af det navn.{_siblings(folder)}"
        )
    if not (folder / FILNAVN).is_file():
        raise DeliveryError(f"Mappen {path} har ingen {FILNAVN}. Lav et udkast med: ehandel ny-kilde {path}")
    problems = Problems()
    delivery = _delivery(folder, _toml(folder / FILNAVN), problems)
    problems.raise_if_any(f"{folder.name}/{FILNAVN} kan ikke bruges")
    return delivery


def _siblings(folder: Path) -> str:
    """Folders beside the missing one with a like name."""
    parent = folder.parent
    names = sorted(p.name for p in parent.iterdir() if p.is_dir()) if parent.is_dir() else []
    return suggestion(folder.name, names)


def _toml(path: Path) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
    except PermissionError:
        name = f"{path.parent.name}/{path.name}"
        raise DeliveryError(f"{name} må ikke læses af den bruger, der kører programmet.") from None
    text, _ = decode(raw, path.name)
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+)", str(error))
        line = f"linje {where[1]}" if where else "slutningen af filen"
        raise DeliveryError(
            f"{path.parent.name}/{path.name} er ikke gyldig TOML: se {line} "
            "(navne med æ, ø, å, mellemrum eller punktum skal stå i anførselstegn, og hvert navn kun én gang)"
        ) from None


def _delivery(folder: Path, raw: dict[str, Any], problems: Problems) -> Delivery:
    top = problems.take(raw, FILNAVN, _TABEL)
    about = problems.take(top.get("leverance", {}), "leverance", _LEVERANCE)
    bodies = _bodies(about, problems)
    fixed = problems.kommune(about, "leverance", bodies) or next(iter(bodies), None)
    e_order = problems.take(top.get("e_ordre", {}), "e_ordre", _E_ORDRE)
    prefixes = e_order.get("praefikser", [])
    categories, periods = read_agreements(top.get("aftaler", {}), problems)
    if not top.get("filer"):
        problems.append("der skal være mindst ét afsnit [[filer]]")
    return Delivery(
        mappe=folder,
        navn=about.get("navn") or folder.resolve().name,
        filer=tuple(
            _files(n, part, fixed, bodies, problems) for n, part in enumerate(top.get("filer", []), 1)
        ),
        syntetisk=about.get("syntetisk", False),
        valuta=about.get("valuta", "DKK").strip().upper(),
        datobasis=about.get("datobasis", "fakturadato"),
        kommune=fixed,
        myndigheder=bodies,
        system=about.get("system", "").strip().upper(),
        ignorer_filer=problems.texts(about, "leverance", "ignorer_filer"),
        praefikser=tuple(_prefix(n, part, bodies, problems) for n, part in enumerate(prefixes, 1)),
        pladsholdere=problems.texts(e_order, "e_ordre", "pladsholdere"),
        aftaler=categories,
        aftale_perioder=periods,
        hvad_koster=read_costs(top.get("hvad_koster", []), problems),
        dokumenttyper={
            name.casefold(): problems.choice({name: kind}, "dokumenttyper", name, VALG["dokumenttype"])
            for name, kind in top.get("dokumenttyper", {}).items()
        },
    )


def _bodies(about: Mapping[str, Any], problems: Problems) -> tuple[Kommune, ...]:
    """The body outside the 98 municipalities that the delivery names for itself, if it does."""
    if "myndighed" not in about:
        return ()
    body = problems.take(about["myndighed"], "leverance.myndighed", _MYNDIGHED)
    missing = [key for key in ("kode", "navn") if not body.get(key, "").strip()]
    problems.extend(f"[leverance.myndighed] {key} mangler" for key in missing)
    if missing:
        return ()
    # the code becomes a file name in the prepared store
    if not re.fullmatch(r"\w+", body["kode"]):
        problems.append(f'[leverance.myndighed] kode = "{body["kode"]}" skal bestå af bogstaver og cifre')
        return ()
    return (Kommune(body["kode"], body["navn"], body.get("officielt_navn") or body["navn"]),)


def _files(
    n: int, part: Mapping[str, Any], fixed: Kommune | None, bodies: tuple[Kommune, ...], problems: Problems
) -> Filer:
    where = f"filer nr. {n}"
    known = problems.take(part, where, _FILER)
    problems.extend(f"[{where}] {key} mangler" for key in ("moenster", "tabel") if not known.get(key))
    # neither does nan lie between the two
    if not 0 <= known.get("momssats", 25) <= 100:
        problems.append(f"[{where}] momssats = {known['momssats']} skal være et tal fra 0 til 100")
    table = known.get("tabel", "")
    if table and table not in FELTER:
        problems.append(f'[{where}] tabel = "{table}" kendes ikke.{suggestion(table, FELTER)}')
    columns = {" ".join(k.split()): v for k, v in known.get("kolonner", {}).items()}
    files = Filer(
        moenster=known.get("moenster", ""),
        tabel=table,
        kolonner=columns,
        ignorer=tuple(" ".join(name.split()) for name in problems.texts(known, where, "ignorer")),
        beloeb=problems.choice(known, where, "beloeb", VALG["beloeb"]),
        momssats=known.get("momssats", 25),
        kreditnotaer=problems.choice(known, where, "kreditnotaer", VALG["kreditnotaer"]),
        talform=problems.choice(known, where, "talform", VALG["talform"]),
        datoform=problems.choice(known, where, "datoform", VALG["datoform"]),
        dato_fra_filnavn=known.get("dato_fra_filnavn", ""),
        kommune=problems.kommune(known, where, bodies),
        ark=known.get("ark", ""),
        format=problems.choice(known, where, "format", VALG["format"]),
    )
    if files.format == UBL or files.moenster.lower().endswith(".xml"):
        problems.extend(f"[{where}] {fault}" for fault in _ubl_faults(known))
        # what turns a credit note is its document type, which the reader of e-invoices knows
        return replace(files, format=UBL, kolonner=KOLONNER, kreditnotaer="negative")
    if table in FELTER:
        problems.extend(f"[{where}] {fault}" for fault in _column_faults(files, fixed))
    return files


def _ubl_faults(known: Mapping[str, Any]) -> list[str]:
    """What `kilde.toml` says of e-invoices that they themselves say better."""
    own = [key for key in known if key not in ("moenster", "tabel", "format", "kommune")]
    faults = [f"{key} bruges ikke til e-fakturaer; deres felter er kendte" for key in own]
    if known.get("tabel", "fakturaer") != "fakturaer":
        faults.append('e-fakturaer i XML har tabel = "fakturaer"')
    return faults


def _column_faults(files: Filer, fixed: Kommune | None) -> list[str]:
    """What is wrong with the columns of one [[filer]]."""
    known = FELTER[files.tabel]
    faults = [
        f'kolonnen "{header}" = {name!r}: feltet kendes ikke.{suggestion(str(name), known)}'
        for header, name in files.kolonner.items()
        if name not in known
    ]
    faults += [
        f'"{header}" står både under kolonner og i ignorer'
        for header in files.ignorer
        if header in files.kolonner
    ]
    missing = [name for name in UUNDVAERLIGE[files.tabel] if name not in files.felter]
    faults += [f"ingen kolonne er {name}" for name in missing]
    if "kommune" not in files.felter and files.kommune is None and fixed is None:
        faults.append("ingen kolonne er kommune; skriv ellers [leverance] kommune = …")
    return faults + _date_faults(files)


def _date_faults(files: Filer) -> list[str]:
    has_date = "dato" in files.felter
    by_name = files.dato_fra_filnavn
    faults = []
    if by_name and has_date:
        faults.append("dato_fra_filnavn bruges kun, hvor ingen kolonne er dato")
    if by_name and not re.search("å{4}", by_name):
        faults.append(f'dato_fra_filnavn = "{by_name}" skal indeholde åååå, og gerne mm og dd')
    if files.tabel == "fakturaer" and not (has_date or by_name):
        faults.append('ingen kolonne er dato; skriv ellers dato_fra_filnavn = "åååå-mm"')
    if files.tabel == "omsaetning" and not (files.felter & {"dato", "aar", "kvartal"} or by_name):
        faults.append("ingen kolonne er aar, kvartal (som 2023K1) eller dato")
    return faults


def _prefix(n: int, part: Any, bodies: tuple[Kommune, ...], problems: Problems) -> OrdrePraefiks:
    where = f"e_ordre.praefikser nr. {n}"
    known = problems.take(part if isinstance(part, dict) else {}, where, _PRAEFIKS)
    if not known.get("moenster", "").strip():
        problems.append(f"[{where}] moenster mangler")
    places = [
        problems.kommune({"kommune": name}, where, bodies)
        for name in problems.texts(known, where, "kommuner")
    ]
    system = known.get("system", "").strip().upper() or None
    return OrdrePraefiks(
        known.get("moenster", "").strip(), system, tuple(k.kode for k in places if k is not None)
    )
