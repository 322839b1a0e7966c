"""
The `kilde.toml` of the synthetic delivery, written from the shapes of its files.

It is an ordinary one: what an analyst would write who knows the systems' order
numbers and the agreements' goods.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from ehandel_lib.demo import orders
from ehandel_lib.demo.invoices import categories
from ehandel_lib.demo.shapes import FORMER, Form

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

_ANDRE = """
[[filer]]
moenster = "omsaetning_*.xlsx"
tabel = "omsaetning"

[filer.kolonner]
"Kommune" = "kommune"
"Aftale" = "aftale_nummer"
"Delaftale" = "delaftale_nummer"
"Leverandør CVR" = "leverandoer_cvr"
"Leverandør" = "leverandoer_navn"
"År" = "aar"
"Kvartal" = "kvartal"
"Omsætning" = "beloeb"

[[filer]]
moenster = "systemer.csv"
tabel = "systemer"

[filer.kolonner]
"Kommune" = "kommune"
"System" = "system"

[[filer]]
moenster = "enheder.csv"
tabel = "enheder"

[filer.kolonner]
"Kommune" = "kommune"
"EAN" = "enhed_id"
"Navn" = "enhed_navn"
"Type" = "enhedstype"
"""


def _text(value: str) -> str:
    """A TOML string: JSON's are the same."""
    return json.dumps(value, ensure_ascii=False)


def description(filer: Sequence[str], kommuner: pl.DataFrame) -> str:
    """
    The text of `kilde.toml`.

    Parameters
    ----------
    filer : sequence of str
        The file patterns (with ``{aar}``) that were written.
    kommuner : DataFrame
        With `kommune_navn` and `system`.
    """
    files = "".join(_files(form) for form in FORMER if form.fil in filer)
    return _HOVED + files + _ANDRE + _e_order(kommuner) + _agreements()


def _files(form: Form) -> str:
    pattern = form.fil.format(aar="*") + ("/*.csv" if form.slags == "zip" else "")
    options = [f"moenster = {_text(pattern)}", 'tabel = "fakturaer"']
    options += ['beloeb = "med moms"', "momssats = 25"] if form.med_moms else []
    options += ['kreditnotaer = "positive"'] if form.positive_kreditnotaer else []
    options += [f"ignorer = {_text_list(form.ignorer)}"] if form.ignorer else []
    columns = [f"{_text(header)} = {_text(name)}" for header, name in form.kolonner.items()]
    return "\n".join(["", "[[filer]]", *options, "", "[filer.kolonner]", *columns, ""])


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
    rows = [
        f"{_text(key)} = {_text(kategori.varekategori)}"
        for kategori in categories()
        for key in kategori.aftaler
        if key.startswith("DEMO-")
    ]
    return "\n".join(["", "[aftaler]", *rows, ""])
