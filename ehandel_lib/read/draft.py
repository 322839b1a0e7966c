"""
A first `kilde.toml` for a folder of raw files, by looking at their headers.

It is a draft: the analyst reads it through, gives the municipality where no
column does, and writes the prefixes of the e-orders, for which the shapes of
the order numbers found are shown. An existing description is never touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pandas as pd

from ehandel_lib import reference
from ehandel_lib.classify import former
from ehandel_lib.errors import DeliveryError, EhandelError, UnknownNameError
from ehandel_lib.read.delivery import FELTER, FILNAVN, Filer
from ehandel_lib.read.files import Fil, delivery_files
from ehandel_lib.read.grid import REGNEARK, csv_grid, parquet_grid, sheets
from ehandel_lib.read.headers import guess_columns, guess_table, plain
from ehandel_lib.read.tables import TEKSTFILER, read_file
from ehandel_lib.read.ubl.rows import ENDELSER, order_numbers
from ehandel_lib.text import antal, pct

#: So many shapes of order numbers are shown; the rest are odd ones.
VISTE_FORMER = 15


@dataclass(frozen=True)
class Gruppe:
    """Files with the same header, and what its columns seem to be."""

    filer: tuple[Fil, ...]
    overskrift: tuple[str, ...]
    form: Filer


def draft(folder: str | Path) -> str:
    """
    Write a first `kilde.toml` in the folder.

    Returns
    -------
    str
        What was written, the shapes of the order numbers, and what is left to do, in Danish.

    Raises
    ------
    DeliveryError
        The folder is missing or empty, or has a `kilde.toml` already.
    """
    place = Path(folder)
    if not place.is_dir():
        raise DeliveryError(f"Mappen {folder} findes ikke.")
    if (place / FILNAVN).exists():
        raise DeliveryError(f"{place.name} har allerede en {FILNAVN}; den bliver ikke overskrevet.")
    groups, odd = _groups(place)
    xml = len(_invoices(place))
    if not groups and not xml:
        raise DeliveryError(
            f"Der er ingen filer i {place.name}, som kan læses: {'; '.join(odd) or 'mappen er tom'}."
        )
    shapes = _shapes(groups, _invoices(place))
    text = _toml(place, groups, odd, bool(xml), shapes)
    (place / FILNAVN).write_text(text, encoding="utf-8")
    described = antal(sum(len(group.filer) for group in groups) + xml)
    found = [f"{place.name}/{FILNAVN} er skrevet. Filer, den beskriver: {described}."]
    found += [f"Ikke læst: {reason}" for reason in odd]
    return "\n".join([*found, "", shapes_text(shapes), "", _NAESTE])


_NAESTE = """\
Læs filen igennem, før rapporten laves:
  er hver kolonne det, der står ud for den? (resten står i ignorer)
  er kommunen nævnt, og er beløbene uden moms?
  hvilke former af ordrenumre giver e-handelssystemet? Skriv dem under [[e_ordre.praefikser]]."""


def order_shapes(folder: str | Path) -> pd.DataFrame:
    """
    The shapes of the order numbers in the tables of a folder, never the numbers themselves.

    Parameters
    ----------
    folder : str or Path
        Raw files, with or without a `kilde.toml`.

    Returns
    -------
    DataFrame
        `form`, `antal` and `andel`, as `classify.former` gives them.
    """
    return _shapes(_groups(Path(folder))[0], _invoices(Path(folder)))


def _invoices(folder: Path) -> list[Fil]:
    """The e-invoices of a folder: XML files and zips of them."""
    return [file for file in delivery_files(folder) if file.endelse in ENDELSER]


def _shapes(groups: Sequence[Gruppe], invoices: Sequence[Fil]) -> pd.DataFrame:
    numbers = [order_numbers(invoices)] if invoices else []
    numbers += [
        read_file(file, group.form).rows.get_column("ordrenummer").to_list()
        for group in groups
        if "ordrenummer" in group.form.felter
        for file in group.filer
    ]
    return former(pd.Series([number for part in numbers for number in part], dtype="str"))


def shapes_text(shapes: pd.DataFrame) -> str:
    """The shapes of `order_shapes` as lines of Danish text, the most frequent first."""
    if shapes.empty:
        return "Der er ingen kolonne med ordrenumre."
    lines = ["Ordrenumrenes former (# er et ciffer, @ et bogstav):"]
    shown = shapes.head(VISTE_FORMER)
    triples = zip(shown["form"], shown["antal"], shown["andel"], strict=True)
    lines += [f"  {form:<30} {antal(n):>12}  {pct(share):>8}" for form, n, share in triples]
    rest = shapes.iloc[VISTE_FORMER:]
    if len(rest):
        lines.append(
            f"  {'(andre former)':<30} {antal(rest['antal'].sum()):>12}  {pct(rest['andel'].sum()):>8}"
        )
    return "\n".join(lines)


def _groups(folder: Path) -> tuple[list[Gruppe], list[str]]:
    """The files with a header that we understand, by header; and why the others were left out."""
    by_header: dict[tuple[str, ...], list[Fil]] = {}
    odd = []
    for file in delivery_files(folder):
        if file.endelse in ENDELSER:
            continue
        try:
            header = _header(file)
        except EhandelError as error:
            odd.append(str(error))
            continue
        by_header.setdefault((*header, file.endelse), []).append(file)
    groups = []
    for key, files in by_header.items():
        header = key[:-1]
        table = guess_table(set(guess_columns(header).values()))
        wanted = guess_columns(header, FELTER[table])
        form = Filer(moenster="", tabel=table, kolonner=wanted, ignorer=("*",))
        groups.append(Gruppe(tuple(files), header, form))
    return groups, odd


def _header(file: Fil) -> tuple[str, ...]:
    """The row that looks most like a header: the one with the most names that we know."""
    if file.endelse == ".parquet":
        heads = [parquet_grid(file).head()]
    elif file.endelse in REGNEARK:
        heads = [grid.head() for grid in sheets(file)]
    elif file.endelse in TEKSTFILER:
        heads = [csv_grid(file, lambda head: (_known(head), sum(map(len, head)))).head()]
    else:
        raise DeliveryError(f"{file.navn} er ikke en tabel")
    row = max((row for head in heads for row in head), key=lambda row: len(guess_columns(row)), default=())
    if not guess_columns(row):
        raise DeliveryError(f"{file.navn} har ingen overskrifter, som genkendes")
    return tuple(name for name in row if name)


def _known(head: Sequence[Sequence[str]]) -> int:
    return max((len(guess_columns(row)) for row in head), default=0)


def _toml(folder: Path, groups: Sequence[Gruppe], odd: Sequence[str], xml: bool, shapes: pd.DataFrame) -> str:
    has_kommune = all("kommune" in group.form.felter for group in groups) and not xml
    patterns = _patterns(groups)
    parts = [
        "# Udkast til beskrivelse af leverancen. Læs den igennem; docs/vejledning.md forklarer hver linje.",
        "[leverance]",
        f"navn = {_text(folder.resolve().name)}",
        *([] if has_kommune else [_kommune_line(folder)]),
        'datobasis = "fakturadato"     # hvad datoen er: fakturadato, bogføringsdato …',
        'valuta = "DKK"',
        *([f"ignorer_filer = {_texts(_names(odd))}"] if odd else []),
    ]
    if xml:
        parts += ["", "[[filer]]", 'moenster = "*.xml"', 'tabel = "fakturaer"']
    for group, pattern in ((g, p) for g, ps in zip(groups, patterns, strict=True) for p in ps):
        parts += ["", *_files_part(group, pattern)]
    return "\n".join([*parts, "", *_order_part(shapes)]) + "\n"


def _kommune_line(folder: Path) -> str:
    """The municipality, if the folder is called after one; else a line to fill in."""
    for word in (folder.resolve().name, *re.split(r"[\W_]+", folder.resolve().name)):
        try:
            if not word.isdigit():
                found = reference.find_kommune(word)
                return f"kommune = {_text(found.navn)}     # efter mappens navn; passer det?"
        except UnknownNameError:
            continue
    return '# kommune = "…"              # skriv kommunens navn, og fjern # foran'


def _names(reasons: Sequence[str]) -> list[str]:
    return [reason.split(" ", 1)[0] for reason in reasons]


def _patterns(groups: Sequence[Gruppe]) -> list[list[str]]:
    """For each group one pattern that fits all its files and no others, or else the files' names."""
    made = []
    for group in groups:
        names = [file.navn for file in group.filer]
        start = _common(names)
        end = _common([name[len(start) :][::-1] for name in names])[::-1]
        others = [file.navn for other in groups if other is not group for file in other.filer]
        clash = any(
            len(name) >= len(start + end) and name.startswith(start) and name.endswith(end) for name in others
        )
        made.append(names if len(names) == 1 or clash else [f"{start}*{end}"])
    return made


def _common(names: Sequence[str]) -> str:
    """What all names begin with."""
    return "".join(
        letters[0] for letters in takewhile(lambda alike: len(set(alike)) == 1, zip(*names, strict=False))
    )


def _files_part(group: Gruppe, pattern: str) -> list[str]:
    fields = group.form.kolonner
    gross = [
        name for name, field in fields.items() if field == "beloeb" and re.search("inkl|brutto", plain(name))
    ]
    dateless = group.form.tabel == "fakturaer" and "dato" not in fields.values()
    rest = [name for name in dict.fromkeys(group.overskrift) if name not in fields]
    return [
        "[[filer]]",
        f"moenster = {_text(pattern)}",
        f'tabel = "{group.form.tabel}"',
        *(['beloeb = "med moms"', "momssats = 25"] if gross else []),
        *([_date_line(group.filer)] if dateless else []),
        *([f"ignorer = {_texts(rest)}"] if rest else []),
        "[filer.kolonner]",
        *(f"{_text(name)} = {_text(field)}" for name, field in fields.items()),
    ]


def _date_line(files: Sequence[Fil]) -> str:
    forms = {
        "åååå-mm-dd": r"20\d\d-[01]\d-[0-3]\d",
        "åååå-mm": r"20\d\d-[01]\d",
        "ååååmm": r"20\d\d[01]\d",
        "åååå": r"20\d\d",
    }
    for form, pattern in forms.items():
        if all(re.search(pattern, file.navn) for file in files):
            return f'dato_fra_filnavn = "{form}"     # ingen kolonne ligner en dato'
    return '# dato_fra_filnavn = "åååå-mm"   # ingen kolonne ligner en dato'


def _order_part(shapes: pd.DataFrame) -> list[str]:
    return [
        "# E-ordrer kendes på ordrenummerets form: # er et ciffer, @ et bogstav, * hvad som helst.",
        *(f"# {line}".rstrip() for line in shapes_text(shapes).split("\n")),
        "# [[e_ordre.praefikser]]",
        '# moenster = "TEL-#######"',
    ]


def _text(value: str) -> str:
    """A TOML string: JSON's are the same."""
    return json.dumps(value, ensure_ascii=False)


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
