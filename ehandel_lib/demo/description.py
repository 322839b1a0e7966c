"""
The `kilde.toml` of the synthetic delivery, written from the shapes of its files.

It is an ordinary one: what an analyst would write who knows the systems' order
numbers and the agreements' goods.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import polars as pl

from ehandel_lib.demo import orders, statements, targets
from ehandel_lib.demo.invoices import categories
from ehandel_lib.demo.shapes import Form
from ehandel_lib.demo.truths import AFTALESKIFT as SKIFT

_HOVED = """\
# Syntetiske data. Kommunernes navne er virkelige; alt andet er opfundet.
# Ordrenumrenes form, aftalerne DEMO-… og alle beløb findes ikke i virkeligheden.
# Tallene er afstemt med de e-handelsgrader, SKI har offentliggjort for 2023.

[leverance]
navn = "Syntetisk Danmark"
syntetisk = true
datobasis = "fakturadato"
valuta = "DKK"
ignorer_filer = ["plantede_fejl.csv"]
"""

#: The other files: pattern, table, columns.
_ANDRE: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    (statements.FIL.format(aar="*"), "omsaetning", statements.KOLONNER),
    ("systemer.csv", "systemer", {"Kommune": "kommune", "System": "system"}),
    (
        "enheder.csv",
        "enheder",
        {"Kommune": "kommune", "EAN": "enhed_id", "Navn": "enhed_navn", "Type": "enhedstype"},
    ),
    (targets.FIL, "maal", targets.KOLONNER),
)


def _text(value: str) -> str:
    """A TOML string: JSON's are the same."""
    return json.dumps(value, ensure_ascii=False)


def description(forms: Sequence[Form], kommuner: pl.DataFrame) -> str:
    """
    The text of `kilde.toml`.

    Parameters
    ----------
    forms : sequence of Form
        The shapes of the invoice files that were written.
    kommuner : DataFrame
        With `kommune_navn` and `system`.
    """
    invoices = [_invoices(form) for form in forms]
    others = [_files(pattern, table, [], columns) for pattern, table, columns in _ANDRE]
    return "".join([_HOVED, *invoices, *others, _e_order(kommuner), _agreements()])


def _invoices(form: Form) -> str:
    pattern = form.fil.format(aar="*") + ("/*.csv" if form.slags == "zip" else "")
    options = ['beloeb = "med moms"', "momssats = 25"] if form.med_moms else []
    options += ['kreditnotaer = "positive"'] if form.positive_kreditnotaer else []
    options += [f"ignorer = {_text_list(form.ignorer)}"] if form.ignorer else []
    return _files(pattern, "fakturaer", options, form.kolonner)


def _files(pattern: str, table: str, options: Sequence[str], kolonner: Mapping[str, str]) -> str:
    what = [f"moenster = {_text(pattern)}", f"tabel = {_text(table)}", *options]
    columns = [f"{_text(header)} = {_text(name)}" for header, name in kolonner.items()]
    return "\n".join(["", "[[filer]]", *what, "", "[filer.kolonner]", *columns, ""])


def _text_list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _e_order(kommuner: pl.DataFrame) -> str:
    """The systems' forms, and those of the municipalities whose system is not known."""
    used = set(kommuner["system"])
    parts = [
        f"[[e_ordre.praefikser]]\nmoenster = {_text(m)}\nsystem = {_text(s)}\n"
        for s, m in orders.MOENSTRE.items()
        if s in used
    ]
    own = pl.DataFrame({"navn": kommuner["kommune_navn"], "moenster": orders.patterns(kommuner)})
    own = own.filter(~pl.col("moenster").is_in(list(orders.MOENSTRE.values())))
    for moenster in sorted(own["moenster"].unique()):
        names = own.filter(pl.col("moenster") == moenster)["navn"].to_list()
        parts.append(
            f"[[e_ordre.praefikser]]\nmoenster = {_text(moenster)}\nkommuner = {_text_list(names)}\n"
        )
    return "\n" + "\n".join(parts)


def _agreements() -> str:
    own = [(key, k.varekategori) for k in categories() for key in k.aftaler if key.startswith("DEMO-")]
    rows = [f"{_text(key)} = {_text(category)}" for key, category in own if key != SKIFT.gammel]
    shared = f"varekategori = {_text(dict(own)[SKIFT.gammel])}"
    rows += [
        f"{_text(SKIFT.gammel)} = {{ {shared}, start = {SKIFT.start}, slut = {SKIFT.slut} }}",
        f"{_text(SKIFT.ny)} = {{ {shared}, start = {SKIFT.ny_start}, slut = {SKIFT.ny_slut} }}",
    ]
    return "\n".join(["", "[aftaler]", *rows, ""])
