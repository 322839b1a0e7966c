"""
Is a finished report what these data and this program give?

The report's own stamp says what it was made of. It is made again in a folder that
is thrown away; the two files are the same, byte for byte, or it is told what
differs: a data file, a parameter, the program, a package, the lock, the numbers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ehandel_lib import aendringer, provenance, text
from ehandel_lib.aarsager import andre_filer
from ehandel_lib.errors import CheckError, EhandelError, ParameterError, UnreadableFileError
from ehandel_lib.leverance import LANDETS_TAL
from ehandel_lib.provenance import Facts
from ehandel_lib.read import Delivery, read_delivery
from ehandel_lib.render.attachments import stamp, tables
from ehandel_lib.render.stamp import TEGN
from ehandel_lib.run.depth import KORT
from ehandel_lib.run.progress import OnStep, silent
from ehandel_lib.run.report import make_report
from ehandel_lib.store import find_leverance, source_files

#: What lies beside a report and is made of the same document.
VED_SIDEN = ("rapport.html", "tabeller.xlsx")

#: What each part of the program is called in a sentence.
DELE = {
    "ehandel": "ehandel",
    "commit": "commit",
    "kildekode": "kildekoden (med notebooks og referencetabeller)",
    "python": "Python",
    "requirements.lock": "requirements.lock",
}


@dataclass(frozen=True)
class Verdict:
    """Whether the report is the same, and the sentences that say so; `str()` is what the user reads."""

    ens: bool
    saetninger: tuple[str, ...]

    def __str__(self) -> str:
        """The sentences, what differs as a list."""
        if self.ens:
            return " ".join(self.saetninger)
        return "\n  - ".join(["Ikke ens:", *self.saetninger])


def verify(
    rapport: Path, leverance: str | Path, progress: OnStep = silent, *, siden: Path | None = None
) -> Verdict:
    """
    Make a report again and compare.

    Parameters
    ----------
    rapport : Path
        A `rapport.pdf`; the page and the workbook beside it are compared too, where they are there.
    leverance : str or Path
        The folder of the delivery that it was made from.
    progress : callable, optional
        Told how far it is.
    siden : Path, optional
        The earlier report that it was compared with, if it was: PDF or folder.

    Raises
    ------
    EhandelError
        The file is no report with a stamp, the folder is another delivery, the earlier report is not named
        or named without need, or the report cannot be made again though nothing differs.
    """
    raw = _bytes(rapport)
    then = stamp(raw)
    delivery = read_delivery(find_leverance(leverance))
    now = {**_now(delivery, then), **_earlier(then, siden)}
    _refuse_another(then, delivery)
    found = list(differences(then, now))
    given = then["parametre"]
    depth = given.get("dybde", KORT)  # a report from before there were two forms
    with tempfile.TemporaryDirectory(prefix="ehandel-") as folder:
        try:
            again = make_report(
                given["kommune"], given["aar"], delivery.mappe, folder, progress, dybde=depth, siden=siden
            )
        except EhandelError as problem:
            if found:
                return Verdict(False, (*found, f"rapporten kan ikke laves igen: {problem}"))
            raise CheckError(f"Rapporten kan ikke laves igen: {problem}") from problem
        made = (again / "rapport.pdf").read_bytes()
        found = list(differences(then, stamp(made)))
        beside = {name: _same(rapport.with_name(name), again / name) for name in VED_SIDEN}
    others = [
        f"{name} er en anden end den, rapporten giver" for name, same in beside.items() if same is False
    ]
    if made == raw and not others:
        files = text.opremsning([name for name, same in beside.items() if same])
        also = [f"Det samme gælder {files}."] if files else []
        return Verdict(True, (f"Ens, byte for byte (sha256 {provenance.sha256(raw)}).", *also, _about(then)))
    if made == raw:
        return Verdict(False, ("rapport.pdf er ens, byte for byte", *others))
    unexplained = "stemplet er det samme, men filen er en anden: den er ændret, efter at den blev lavet"
    return Verdict(False, (*(found or [unexplained]), _numbers(tables(raw), tables(made)), *others))


def _same(given: Path, made: Path) -> bool | None:
    """Whether two files are the same; None where the one is not there."""
    return given.read_bytes() == made.read_bytes() if given.is_file() else None


def _earlier(then: Facts, siden: Path | None) -> dict[str, object]:
    """The earlier report that was named; asked for where the report was compared with one."""
    if "siden" in then and siden is None:
        raise ParameterError(
            "Rapporten er sammenlignet med en tidligere rapport (sha256 "
            f"{then['siden']['sha256'][:TEGN]}); skriv med --siden, hvor den ligger."
        )
    if "siden" not in then and siden is not None:
        raise ParameterError("Rapporten er ikke sammenlignet med en tidligere rapport; udelad --siden.")
    return {"siden": aendringer.tidligere(siden, then["parametre"]["kommune"]).kort()} if siden else {}


def _bytes(rapport: Path) -> bytes:
    if not rapport.is_file():
        raise UnreadableFileError(f'Der er ingen fil "{rapport}".')
    return rapport.read_bytes()


def _now(delivery: Delivery, then: Facts) -> Facts:
    """What a report of the same municipality and year would be made of here, as far as it can be told yet."""
    here = {name: sha for name, sha, _ in source_files(delivery)}
    given = {file["navn"]: file["sha256"] for file in then["filer"]}
    national = {name: sha for name, sha in given.items() if name.startswith(f"{LANDETS_TAL} ")}
    known = {name: sha for name, sha in here.items() if name in given} | national
    return {
        "parametre": {**then["parametre"], "leverance": delivery.navn},
        "filer": [{"navn": name, "sha256": sha} for name, sha in known.items()],
        "notebooks": provenance.notebooks(),
        "program": provenance.software(),
    }


def _refuse_another(then: Facts, delivery: Delivery) -> None:
    """Another delivery altogether is a wrong folder, not a changed one."""
    name = then["parametre"]["leverance"]
    shared = {file["sha256"] for file in then["filer"]} & {sha for _, sha, _ in source_files(delivery)}
    if name != delivery.navn and not shared:
        raise ParameterError(
            f'Rapporten er lavet af leverancen "{name}", men mappen {delivery.mappe.name} er '
            f'"{delivery.navn}"; skriv med --data, hvor den rigtige ligger.'
        )


def differences(then: Facts, now: Facts) -> Iterator[str]:
    """
    What differs between two stamps, a sentence each.

    Parameters
    ----------
    then, now : dict
        As from `provenance.facts`; what stands in the report, and what is here.
    """
    yield from _changed("parameteren {}", then["parametre"], now["parametre"])
    yield from _changed("den tidligere rapports {}", then.get("siden", {}), now.get("siden", {}))
    yield from _files(*({file["navn"]: file["sha256"] for file in facts["filer"]} for facts in (then, now)))
    programs = then["program"], now["program"]
    yield from _changed("{}", *({name: program[key] for key, name in DELE.items()} for program in programs))
    yield from _changed("pakken {}", programs[0]["pakker"], programs[1]["pakker"])
    yield from _changed("notebooken {}", then["notebooks"], now["notebooks"])


def _changed(what: str, then: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        old, new = (_short(facts.get(name, "findes ikke")) for facts in (then, now))
        if then.get(name) != now.get(name):
            yield f"{what.format(name)} er en anden: {old} i rapporten, {new} her"


def _files(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in andre_filer(then, now):
        if name not in now:
            yield f"datafilen {name} mangler her"
        elif name not in then:
            yield f"datafilen {name} er ny: den var der ikke, da rapporten blev lavet"
        else:
            old, new = then[name][:TEGN], now[name][:TEGN]
            yield f"datafilen {name} er ændret: sha256 {old} i rapporten, {new} her"


def _short(value: object) -> str:
    """A value in a sentence; of a fingerprint or a commit the first characters."""
    shown = str(value)
    head, plus, tail = shown.partition("+")
    return (head[:TEGN] if len(head) >= 40 and " " not in head else head) + plus + tail


def _numbers(then: Mapping[str, tuple[str, bytes]], now: Mapping[str, tuple[str, bytes]]) -> str:
    """Which of the report's tables have other numbers."""
    titles = {**{name: title for name, (title, _) in now.items()}, **{n: t for n, (t, _) in then.items()}}
    other = [f"»{titles[name]}«" for name in sorted(titles) if then.get(name) != now.get(name)]
    if not other:
        return f"tallene er de samme: alle {len(then)} tabeller er ens"
    return f"tallene er andre i {len(other)} af {len(titles)} tabeller: {text.opremsning(other)}"


def _about(facts: Facts) -> str:
    given = facts["parametre"]
    return f"Rapporten om {given['kommune']} {given['aar']} er lavet igen af leverancen {given['leverance']}."
