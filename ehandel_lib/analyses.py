"""
The tables behind chapters 1 to 3: categories, gaps and amount bands.

Each function takes one municipality's posts and gives the frame that a chart,
a table and a sentence are made from. What is counted is defined in `rates`;
here it is only put beside SKI's 2023 figures and ranked.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import narwhals as nw
import pandas as pd

from ehandel_lib import rates, reference, schema, skjul
from ehandel_lib.classify import beloebsgruppe, lovkrav

#: A category's two rates part when invoices lead turnover by this much. SKI's four such categories have
#: gaps of 10 to 28 points, the others at most 8 (chapter 5, "Varekategorier med stor forskel").
STOR_FORSKEL = 0.10


def per_kategori(
    poster: Any, mindst: int = rates.MIN_FAKTURAER, skjult: Collection[str] = ()
) -> pd.DataFrame:
    """
    Both measures per category as they may be shown, those of the law and the others each for themselves.

    The 14 of the law have a total of their own in the report, and one of them hidden alone could be told by
    it. Every table of categories asks here, so that all hide the same ones.

    Parameters
    ----------
    skjult : collection of str
        Categories to hide besides. None is hidden with them: no total of the report tells what they lack.
    """
    counted = rates.begge(poster, ["varekategori", "lovkrav"])
    apart = counted["varekategori"].isin(skjult)
    held_back = rates.uden_tal(counted[apart], apart[apart]).assign(aarsag=skjul.BORGERE)
    parts = [rates.skjul_smaa(part, mindst) for _, part in counted[~apart].groupby("lovkrav", dropna=False)]
    shown = pd.concat(parts) if parts else rates.skjul_smaa(counted[~apart], mindst)
    return pd.concat([shown, held_back]).sort_index() if apart.any() else shown.sort_index()


def skjulte(poster: Any) -> frozenset[str]:
    """The categories that have invoices, and whose numbers the report does not show."""
    shown = per_kategori(poster)
    return frozenset(shown.loc[shown["antal_fakturaer"].isna(), "varekategori"].dropna())


def kategorier(
    poster: Any, n: int = 20, mindst: int = rates.MIN_FAKTURAER, skjult: Collection[str] = ()
) -> pd.DataFrame:
    """
    The categories ranked by their rate on turnover: the mandatory ones, and the best others up to `n` rows.

    Parameters
    ----------
    poster : frame
        One municipality's posts. SKI measures purchases on agreements; hand in ``poster.query("paa_aftale")``
        to compare with its figures.
    n : int
        The number of rows, unless the mandatory categories alone are more.
    mindst : int
        Categories with fewer invoices show no numbers and stand last, so that not even their place tells.
    skjult : collection of str
        Categories to hide besides, such as `aftaler.skjulte`.

    Returns
    -------
    DataFrame
        `varekategori`, `lovkrav`, both measures with their bases (`rates.begge`), `farve`,
        `ski_grad_omsaetning` and `ski_grad_faktura`. A mandatory category without posts has no row. What is
        not ranked stands last, beyond the `n`, so that the rows hold all posts: "Øvrige kategorier" together,
        and "Ukendt".
    """
    shown = rates.niveau(per_kategori(poster, mindst, skjult))
    ranked = shown.sort_values(
        ["grad_omsaetning", "varekategori"], ascending=[False, True], na_position="last", ignore_index=True
    )
    unknown = ranked["varekategori"] == schema.UKENDT
    covered = ranked["lovkrav"].astype("bool")
    others = ranked[~covered & ~unknown].head(max(0, n - covered.sum()))
    is_shown = covered | ranked.index.isin(others.index)
    rest = _samlet(poster, ranked["varekategori"][~is_shown & ~unknown], mindst)
    parts = [part for part in (ranked[is_shown], rest, ranked[unknown]) if len(part)]
    chosen = pd.concat(parts, ignore_index=True) if parts else ranked
    return chosen.assign(
        ski_grad_omsaetning=chosen["varekategori"]
        .map(reference.ski("kategori_omsaetning"))
        .astype("Float64"),
        ski_grad_faktura=chosen["varekategori"].map(reference.ski("kategori_faktura")).astype("Float64"),
    )


def uden_e_handel(per_kategori: pd.DataFrame) -> pd.DataFrame:
    """
    The categories under the law by the turnover that is not e-traded, the most first.

    Examples
    --------
    >>> kategori = pd.DataFrame({"varekategori": ["Bleer", "Møbler"], "lovkrav": True, "grad_omsaetning": 0.5,
    ...                          "omsaetning_oere": [20, 80], "omsaetning_e_handlet_oere": [10, 40]})
    >>> uden_e_handel(kategori)[["varekategori", "uden_oere"]].values.tolist()
    [['Møbler', 40], ['Bleer', 10]]
    """
    covered = per_kategori[per_kategori["lovkrav"].fillna(False).astype("bool")]
    left = covered.assign(uden_oere=covered["omsaetning_oere"] - covered["omsaetning_e_handlet_oere"])
    columns = ["varekategori", "uden_oere", "omsaetning_oere", "omsaetning_e_handlet_oere", "grad_omsaetning"]
    return left.sort_values(["uden_oere", "varekategori"], ascending=[False, True], ignore_index=True)[
        columns
    ]


def _samlet(poster: Any, categories: pd.Series, mindst: int) -> pd.DataFrame:
    """The categories that are not shown, as one row; no row where there are none."""
    posts = nw.from_native(poster).filter(nw.col("varekategori").is_in(categories.tolist()))
    together = posts.with_columns(varekategori=nw.lit(schema.OEVRIGE), lovkrav=nw.lit(False))
    return rates.niveau(rates.skjul_smaa(rates.begge(together, ["varekategori", "lovkrav"]), mindst))


def uden_koeb(per_kategori: pd.DataFrame) -> list[str]:
    """The mandatory categories that have no row in `per_kategori`."""
    return [name for name in lovkrav() if name not in set(per_kategori["varekategori"])]


def gab(per_kategori: pd.DataFrame, mindst: float = STOR_FORSKEL) -> pd.DataFrame:
    """
    The categories where invoices are e-traded much more often than turnover, widest gap first.

    Parameters
    ----------
    per_kategori : DataFrame
        From `kategorier`.
    mindst : float
        The smallest gap, as a share.

    Returns
    -------
    DataFrame
        The rows with `forskel` (invoices minus turnover), and `andel_fakturaer` and `andel_omsaetning`: the
        share of the invoices that is not e-traded, and the share of the turnover that these carry.

    Examples
    --------
    SKI's own example: the last 27 % of the invoices carry 55 % of the turnover.

    >>> kategori = pd.DataFrame({"varekategori": ["Storkøkkenudstyr", "Bleer"], "grad_faktura": [0.73, 0.68],
    ...                          "grad_omsaetning": [0.45, 0.66]})
    >>> gab(kategori)[["varekategori", "forskel", "andel_fakturaer", "andel_omsaetning"]].round(2)
           varekategori  forskel  andel_fakturaer  andel_omsaetning
    0  Storkøkkenudstyr     0.28             0.27              0.55
    """
    known = per_kategori[~per_kategori["varekategori"].isin([schema.UKENDT, schema.OEVRIGE])]
    forskel = known["grad_faktura"] - known["grad_omsaetning"]
    wide = known.assign(
        forskel=forskel,
        andel_fakturaer=1 - known["grad_faktura"],
        andel_omsaetning=1 - known["grad_omsaetning"],
    )[(forskel >= mindst).fillna(False).astype("bool")]
    return wide.sort_values(["forskel", "varekategori"], ascending=[False, True], ignore_index=True)


def _ikke_e_handlet(poster: pd.DataFrame) -> pd.DataFrame:
    """The un-e-traded part of each invoice in each category, purchases only, largest first."""
    keys = ["varekategori", "kommune_kode", "faktura_id"]
    left = poster[~poster["e_handlet"].astype("bool")].groupby(keys, dropna=False)[["beloeb_oere"]].sum()
    left = left[left["beloeb_oere"] > 0].reset_index()
    return left.sort_values(["beloeb_oere", "kommune_kode", "faktura_id"], ascending=[False, True, True])


def store_fakturaer(poster: pd.DataFrame, kategorier: list[str]) -> pd.DataFrame:
    """
    Which few large invoices make the gap: how many carry half of a category's un-e-traded turnover.

    Credit notes are left out: they carry nothing. Goods for citizens are left out: a few large invoices there
    are a few citizens.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts.
    kategorier : list of str
        The categories, in the order of the result.

    Returns
    -------
    DataFrame
        `varekategori`, `antal_fakturaer` (un-e-traded invoices), `omsaetning_oere` (what they carry),
        `halvdelen_fakturaer` (the smallest number of invoices that carry half of it) and `halvdelen_andel`
        (that number over all of them).

    Examples
    --------
    >>> poster = pd.DataFrame({"kommune_kode": "630", "faktura_id": list("abcd"), "varekategori": "AV-udstyr",
    ...                        "e_handlet": [False, False, False, True], "beloeb_oere": [900, 60, 40, 10]})
    >>> store_fakturaer(poster, ["AV-udstyr"]).drop(columns="varekategori")
       antal_fakturaer  omsaetning_oere  halvdelen_fakturaer  halvdelen_andel
    0                3             1000                    1         0.333333
    """
    kategorier = [name for name in kategorier if name not in skjul.borgernaere()]
    left = _ikke_e_handlet(poster)
    by_category = left.groupby("varekategori")["beloeb_oere"]
    # An invoice belongs to the first half if those before it carry less than half.
    before = by_category.cumsum() - left["beloeb_oere"]
    first_half = before * 2 < by_category.transform("sum")
    result = (
        left.assign(halvdelen_fakturaer=first_half)
        .groupby("varekategori")
        .agg(
            antal_fakturaer=("faktura_id", "size"),
            omsaetning_oere=("beloeb_oere", "sum"),
            halvdelen_fakturaer=("halvdelen_fakturaer", "sum"),
        )
        .reindex(kategorier, fill_value=0)
        .astype("Int64")
        .rename_axis("varekategori")
        .reset_index()
    )
    base = result["antal_fakturaer"].where(result["antal_fakturaer"] > 0)
    return result.assign(halvdelen_andel=(result["halvdelen_fakturaer"] / base).astype("Float64"))


def _andele(per_baand: pd.DataFrame) -> pd.DataFrame:
    """Add each row's share of all invoices and of all turnover; missing where the whole is not positive."""
    for share, base in {"andel_fakturaer": "antal_fakturaer", "andel_omsaetning": "omsaetning_oere"}.items():
        total = per_baand[base].sum()
        values = per_baand[base] / total if total > 0 else pd.Series(pd.NA, index=per_baand.index)
        per_baand = per_baand.assign(**{share: values.astype("Float64")})
    return per_baand


def _alle_raekker(per_baand: pd.DataFrame, by: str, labels: list[str]) -> pd.DataFrame:
    """All labels in their order, with zeros and a reason where nobody bought."""
    full = per_baand.set_index(by).reindex(labels)
    zero = [
        "antal_poster",
        "antal_fakturaer",
        "fakturaer_e_handlet",
        "omsaetning_oere",
        "omsaetning_e_handlet_oere",
    ]
    empty = full["antal_fakturaer"].isna()
    full[zero] = full[zero].fillna(0)
    return full.assign(aarsag=full["aarsag"].mask(empty, "intet grundlag")).rename_axis(by).reset_index()


def beloebsintervaller(poster: Any) -> pd.DataFrame:
    """
    Both measures per amount band of the whole invoice; all twelve bands, in order.

    Returns
    -------
    DataFrame
        `beloebsinterval`, `rates.begge`, `andel_fakturaer` and `andel_omsaetning` of all, and `ski_grad`: the
        share of invoices that SKI found in four municipalities among the five highest on KL's list. It is
        missing for the negative band and for exactly 0, since the report prints one number for the two.
    """
    per_baand = _alle_raekker(
        rates.begge(poster, "beloebsinterval"), "beloebsinterval", list(schema.BELOEBSINTERVALLER)
    )
    return _andele(per_baand).assign(
        ski_grad=per_baand["beloebsinterval"].map(reference.ski("beloebsbaand")).astype("Float64")
    )


def beloebsgrupper(poster: Any) -> pd.DataFrame:
    """Both measures for small, middle and large invoices (`schema.BELOEBSGRUPPER`); only amounts above 0."""
    grouped = nw.from_native(poster).with_columns(beloebsgruppe=beloebsgruppe(nw.col("beloebsinterval")))
    per_gruppe = rates.begge(grouped, "beloebsgruppe")
    return _andele(_alle_raekker(per_gruppe, "beloebsgruppe", list(schema.BELOEBSGRUPPER)))


def i_valuta(per_baand: pd.DataFrame, valuta: str) -> pd.DataFrame:
    """
    Amount bands or groups named in the delivery's currency, whose numbers they are; SKI's are in kroner only.

    Examples
    --------
    >>> baand = pd.DataFrame({"beloebsinterval": ["Over 0 til under 50 kr."], "ski_grad": [0.21]})
    >>> i_valuta(baand, "GBP").values.tolist()
    [['Over 0 til under 50 GBP', <NA>]]
    """
    if valuta == "DKK":
        return per_baand
    named = [name for name in ("beloebsinterval", "beloebsgruppe") if name in per_baand]
    labels = {name: per_baand[name].str.replace("kr.", valuta, regex=False) for name in named}
    none = {"ski_grad": pd.array([pd.NA] * len(per_baand), "Float64")} if "ski_grad" in per_baand else {}
    return per_baand.assign(**labels, **none)
