"""
The reconciliation: what the invoices say of an agreement's turnover beside what its suppliers reported.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import rates, reference, skjul


def aftalenavne(poster: pd.DataFrame) -> dict[str, str]:
    """
    What agreements are called: the published name, or else the category that the delivery gives the number.

    An agreement that neither knows, or that the delivery spreads over several categories, is not there.
    """
    given = poster[poster["kategori_regel"] == "aftale"].groupby("aftale_nummer")["varekategori"]
    known: dict[str, str] = {
        str(number): categories.iloc[0] for number, categories in given if len(set(categories)) == 1
    }
    for number, rows in reference.table("aftaler").groupby("aftale_nummer"):
        known[str(number)] = rows["aftale_navn"].iloc[0] if len(rows) == 1 else rows["varekategori"].iloc[-1]
    return known


def per_aftale(poster: pd.DataFrame, omsaetning: pd.DataFrame) -> pd.DataFrame:
    """
    Turnover per agreement: what the invoices say beside what the suppliers reported.

    The two sources never match: suppliers report by delivery and know only their own agreement; the invoices
    carry what was booked. An agreement that one of them lacks stands with that side missing, and so does the
    invoices' side where it would tell of a few purchases for citizens.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts of one year.
    omsaetning : DataFrame
        The turnover statements of the same municipality and year.

    Returns
    -------
    DataFrame
        `aftale_nummer`, `aftale_navn`, `antal_fakturaer`, `fakturadata_oere`, `indberettet_oere`,
        `difference_oere` (invoices minus statements) and `difference_andel` (over the statements),
        largest statement first.

    Examples
    --------
    >>> poster = pd.DataFrame({"aftale_nummer": ["50.20", "50.55", None], "beloeb_oere": [90, 50, 7],
    ...                        "kommune_kode": "630", "faktura_id": list("abc"), "kategori_regel": "ukendt",
    ...                        "varekategori": "Ukendt"})
    >>> omsaetning = pd.DataFrame({"aftale_nummer": ["50.20", "50.96"], "beloeb_oere": [100, 30]})
    >>> hidden = ["aftale_navn", "antal_fakturaer", "difference_andel"]
    >>> per_aftale(poster, omsaetning).drop(columns=hidden)
      aftale_nummer  fakturadata_oere  indberettet_oere  difference_oere
    0         50.20                90               100              -10
    1         50.96              <NA>                30             <NA>
    2         50.55                50              <NA>             <NA>
    """
    held_back = _borgernaere(poster)
    sides = {
        name: frame.dropna(subset=["aftale_nummer"])
        .groupby("aftale_nummer")["beloeb_oere"]
        .sum()
        .astype("Int64")
        for name, frame in {"fakturadata_oere": poster, "indberettet_oere": omsaetning}.items()
    }
    table = (
        pd.concat(sides, axis=1).rename_axis("aftale_nummer").reset_index().astype({"aftale_nummer": "str"})
    )
    invoices = poster.groupby("aftale_nummer")["faktura_id"].nunique()
    table.insert(1, "aftale_navn", table["aftale_nummer"].map(aftalenavne(poster)).astype("str"))
    table.insert(2, "antal_fakturaer", table["aftale_nummer"].map(invoices).astype("Int64"))
    own = table[["antal_fakturaer", "fakturadata_oere"]].mask(table["aftale_nummer"].isin(held_back))
    table = table.assign(**{str(name): own[name] for name in own})
    difference = table["fakturadata_oere"] - table["indberettet_oere"]
    base = table["indberettet_oere"].where(table["indberettet_oere"] > 0)
    return table.assign(
        difference_oere=difference, difference_andel=(difference / base).astype("Float64")
    ).sort_values(
        ["indberettet_oere", "fakturadata_oere", "aftale_nummer"],
        ascending=[False, False, True],
        ignore_index=True,
    )


def _borgernaere(poster: pd.DataFrame) -> set[str]:
    """The agreements on which, or outside which, few invoices of goods for citizens were bought."""
    own = poster[poster["varekategori"].isin(skjul.borgernaere())]
    on: pd.DataFrame = own.groupby(["varekategori", "aftale_nummer"])["faktura_id"].nunique().reset_index()
    count = on["faktura_id"].astype("Int64")
    whole = on["varekategori"].map(own.groupby("varekategori")["faktura_id"].nunique()).astype("Int64")
    few = skjul.faa(count, rates.MIN_FAKTURAER) | skjul.faa(whole - count, rates.MIN_FAKTURAER)
    return set(on["aftale_nummer"][few].astype("str"))
