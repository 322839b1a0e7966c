"""
Which category do the goods belong to?

The agreement says it best; then the UNSPSC or CPV code on the line, where the
longest known prefix wins (coffee before food, tablet before computer). What
neither knows is "Ukendt" and stays in every table. Each line says which rule
decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import narwhals as nw
import polars as pl

from ehandel_lib import reference, schema


def aftaler(egne: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    Agreement → category: the reference table, with the delivery's own entries on top.

    A key is an agreement, or an agreement and its lot: ``"50.55"``, ``"50.96/2"``.

    Examples
    --------
    >>> aftaler()["50.96/2"], aftaler({"DEMO-IT": "Computere og it-tilbehør"})["DEMO-IT"]
    ('Bleer', 'Computere og it-tilbehør')
    """
    return _faelles_aftaler() | dict(egne or {})


@cache
def _faelles_aftaler() -> dict[str, str]:
    rows = reference.table("aftaler").fillna("")
    keys = rows["aftale_nummer"] + ("/" + rows["delaftale_nummer"]).where(rows["delaftale_nummer"] != "", "")
    return dict(zip(keys, rows["varekategori"], strict=True))


def lovkrav() -> list[str]:
    """The 14 categories that must be e-traded, in the order of the order (BEK 1164/2024)."""
    return reference.table("varekategorier")["varekategori"].tolist()


#: What a line's category depends on.
KODER = ["aftale_nummer", "delaftale_nummer", "vare_kodesystem", "vare_kode"]


def _chosen(key: nw.Expr, categories: Mapping[str, str]) -> nw.Expr:
    """The category of each key, or missing. A chain of when-then is the one mapping that every engine has."""
    by_category: dict[str, list[str]] = {}
    for code, category in categories.items():
        by_category.setdefault(category, []).append(code)
    chosen: nw.Expr = nw.lit(None, nw.String)
    for category, codes in by_category.items():
        chosen = nw.when(key.is_in(codes)).then(nw.lit(category)).otherwise(chosen)
    return chosen


@cache
def _prefixes(system: str) -> dict[int, dict[str, str]]:
    """Length, longest first → the prefixes of goods in this code system, and their categories."""
    codes = reference.table("koder").query("vare_kodesystem == @system and tjenesteydelse == 'nej'")
    lengths = codes["praefiks"].str.len()
    return {
        int(n): dict(zip(group["praefiks"], group["varekategori"], strict=True))
        for n, group in sorted(codes.groupby(lengths), key=lambda pair: -pair[0])
    }


def _by_code(system: str) -> nw.Expr:
    """The category by the longest prefix of the line's code in this code system, or missing."""
    per_length = [
        _chosen(nw.col("vare_kode").str.slice(0, n), categories)
        for n, categories in _prefixes(system).items()
    ]
    return nw.when(nw.col("vare_kodesystem") == system).then(nw.coalesce(*per_length))


@nw.narwhalify
def varekategori(linjer: Any, egne_aftaler: Mapping[str, str] | None = None) -> Any:
    """
    Put each line in a category, and say by which rule.

    The agreement decides first, then the longest UNSPSC or CPV prefix; what neither knows is "Ukendt".
    Codes of services (subscriptions) are no goods and decide nothing.

    Parameters
    ----------
    linjer : frame
        With `aftale_nummer`, `delaftale_nummer`, `vare_kodesystem` and `vare_kode`.
    egne_aftaler : mapping, optional
        Agreement → category of this delivery.

    Returns
    -------
    frame
        With `varekategori`, `kategori_regel` (one of `schema.KATEGORI_REGLER`), `lovkrav` and `paa_aftale`.

    Examples
    --------
    >>> import pandas as pd
    >>> linjer = pd.DataFrame({"aftale_nummer": ["50.55", None, None, "50.96"],
    ...                        "delaftale_nummer": [None, None, None, "1"],
    ...                        "vare_kodesystem": [None, "UNSPSC", None, None],
    ...                        "vare_kode": [None, "50201706", None, None]}, dtype="str")
    >>> varekategori(linjer)[["varekategori", "kategori_regel", "lovkrav"]].values.tolist()
    [['Kontorartikler', 'aftale', True], ['Kaffe og te', 'UNSPSC', True], ['Ukendt', 'ukendt', False],
     ['Bleer med bevilling', 'aftale', False]]
    """
    if not isinstance(native := nw.to_native(linjer), pl.DataFrame):
        return _judged(linjer, egne_aftaler)
    kinds = _kinds(native.select(KODER).unique(), aftaler(egne_aftaler))
    return nw.from_native(
        native.drop(kinds.columns[len(KODER) :], strict=False).join(
            kinds, on=KODER, how="left", nulls_equal=True, validate="m:1", maintain_order="left"
        )
    )


def _kinds(kinds: pl.DataFrame, known: Mapping[str, str]) -> pl.DataFrame:
    """The few combinations of codes that a table of lines has, each judged by the same rules as a line."""
    found = [_found(known, *row) for row in kinds.iter_rows()]
    mandatory = set(lovkrav())
    return kinds.with_columns(
        pl.Series("varekategori", [category for category, _ in found], pl.String),
        pl.Series("kategori_regel", [rule for _, rule in found], pl.String),
        pl.Series("lovkrav", [category in mandatory for category, _ in found], pl.Boolean),
        paa_aftale=pl.col("aftale_nummer").is_not_null(),
    )


def _found(
    known: Mapping[str, str], agreement: str | None, lot: str | None, system: str | None, code: str | None
) -> tuple[str, str]:
    """The category of one combination of codes, and the rule that found it."""
    if agreement is not None:
        own = known.get(f"{agreement}/{lot}") if lot is not None else None
        if own := own or known.get(agreement):
            return own, "aftale"
    if system in schema.KODESYSTEMER and code is not None:
        for length, categories in _prefixes(system).items():
            if code[:length] in categories:
                return categories[code[:length]], system
    return schema.UKENDT, "ukendt"


def _judged(linjer: Any, egne_aftaler: Mapping[str, str] | None) -> Any:
    """Each line's category by the rules, asked of every line."""
    known = aftaler(egne_aftaler)
    lot = nw.concat_str("aftale_nummer", nw.lit("/"), "delaftale_nummer", ignore_nulls=False)
    rules = {
        "aftale": nw.coalesce(_chosen(lot, known), _chosen(nw.col("aftale_nummer"), known)),
        "UNSPSC": _by_code("UNSPSC"),
        "CPV": _by_code("CPV"),
    }
    found = linjer.with_columns(**{f"_{rule}": category for rule, category in rules.items()})
    rule: nw.Expr = nw.lit("ukendt")
    for name in reversed(rules):
        rule = nw.when(~nw.col(f"_{name}").is_null()).then(nw.lit(name)).otherwise(rule)
    category = nw.coalesce(*(nw.col(f"_{name}") for name in rules), nw.lit(schema.UKENDT))
    return (
        found.with_columns(varekategori=category, kategori_regel=rule)
        .with_columns(
            lovkrav=nw.col("varekategori").is_in(lovkrav()),
            paa_aftale=~nw.col("aftale_nummer").is_null(),
        )
        .drop(*(f"_{name}" for name in rules))
    )
