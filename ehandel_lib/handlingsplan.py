"""
Where to begin: SKI's order of effort held against the municipality's own potential.

SKI names five categories as the first step and five as the next (chapter 6). How much
there is to win differs from one municipality to the next, so the plan is ranked by what
others of the same size already do: the invoices that would be e-traded if the
municipality did as the best quarter of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from ehandel_lib import analyses, compare, rates, reference
from ehandel_lib.classify import lovkrav

#: A municipality is compared with this many others, those nearest to it in number of invoices: about a
#: quarter of the 98, so enough for quartiles, and none of them several times larger or smaller.
NABOER = 24

#: Quartiles of fewer municipalities than this are one municipality's own rate.
MIN_NABOER = 4

#: To win fewer invoices than this in a year is no reason to put one category before another.
MINDST_AT_HENTE = 5

#: A category without a step in SKI's list.
INTET_TRIN = "ikke nævnt"


def trin() -> pd.DataFrame:
    """
    SKI's order of effort: `varekategori`, `ski_trin`, `ski_raekkefoelge` (among the next steps) and `raad`.

    Source: SKI, chapter 6, "E-handelsgrad i varekategorier"; the advice is in the project's own words.
    """
    steps = reference.table("varekategorier")[["varekategori", "ski_indsats"]]
    advice = reference.table("handlingsraad").query("emne == 'varekategori'")
    joined = steps.merge(
        advice[["noegle", "raekkefoelge", "raad"]],
        left_on="varekategori", right_on="noegle", how="left", validate="1:1",
    )  # fmt: skip
    return joined.assign(
        ski_trin=joined["ski_indsats"].str.removesuffix(" skridt").fillna(INTET_TRIN),
        ski_raekkefoelge=pd.to_numeric(joined["raekkefoelge"]).astype("Int64"),
    )[["varekategori", "ski_trin", "ski_raekkefoelge", "raad"]]


def sammenlignelige(landet: Any, kommune_kode: str, n: int = NABOER) -> list[str]:
    """
    The other municipalities that are nearest in size.

    Size is the year's number of invoices, and near is measured as a ratio: half as many and twice as many are
    equally far.

    Parameters
    ----------
    landet : frame
        Posts or cube of all municipalities.

    Returns
    -------
    list of str
        At most `n` codes, the nearest first; none where the municipality itself has no invoices.

    Examples
    --------
    >>> landet = pd.DataFrame({"kommune_kode": list("aabcccc"), "faktura_id": list("1212345"),
    ...                        "e_handlet": True})
    >>> sammenlignelige(landet, "a", n=1)
    ['b']
    """
    size = rates.fakturaer(landet, "kommune_kode").set_index("kommune_kode")["antal"].astype("float64")
    if kommune_kode not in size:
        return []
    others = size.drop(kommune_kode).sort_index()
    distance = pd.Series(np.abs(np.log(others / size[kommune_kode])), others.index).round(12)
    return [str(code) for code in distance.sort_values(kind="stable").index[:n]]


def navne(koder: Sequence[str]) -> list[str]:
    """
    The municipalities' names, in the same order; a body that is none of the 98 has its code.

    Examples
    --------
    >>> navne(["461", "min-myndighed"])
    ['Odense', 'min-myndighed']
    """
    known = reference.kommuner()
    return [known[code].navn if code in known else code for code in koder]


def potentiale(poster: Any, landet: Any, kommune_kode: str) -> pd.DataFrame:
    """
    The 14 categories, ranked by what the municipality would win by doing as its likes do.

    Parameters
    ----------
    poster, landet : frame
        The municipality's posts, and the posts or the cube of all.
    kommune_kode : str

    Returns
    -------
    DataFrame
        One row per category that can be shown: `nr`, `varekategori`, `ski_trin`, both rates with their parts,
        `uden_fakturaer`, `uden_oere`, `forskel` (`analyses.gab`, missing where it is small), `median` and
        `oevre_kvartil` of the comparable municipalities' rates on invoices and `antal_kommuner` among them,
        `til_median` and `til_bedste` (further invoices that reach each), `til_bedste_oere` (the same for the
        turnover), and `raad`. Ranked by `til_bedste` where that is at least `MINDST_AT_HENTE`, then by the
        invoices without e-handel: who is ahead of its likes begins where most is left.
    """
    own = _egne(poster)
    likes = _kvartiler(landet, sammenlignelige(landet, kommune_kode))
    joined = own.merge(likes, on="varekategori", how="left", validate="1:1")
    joined = joined.merge(trin(), on="varekategori", how="left", validate="1:1")
    reached = joined.assign(
        til_median=_mangler(joined, joined["median"]),
        til_bedste=_mangler(joined, joined["oevre_kvartil"]),
        til_bedste_oere=_mangler_oere(joined),
    )
    won = reached["til_bedste"].fillna(0)
    ranked = reached.assign(_vundet=won.where(won >= MINDST_AT_HENTE, 0)).sort_values(
        ["_vundet", "uden_fakturaer", "varekategori"], ascending=[False, False, True], ignore_index=True
    )
    return ranked.drop(columns="_vundet").assign(nr=pd.RangeIndex(1, len(ranked) + 1))


def vist(plan: pd.DataFrame) -> pd.DataFrame:
    """
    The plan as it is printed: `op_til_bedste` is missing where the best quarter is reached already.

    A nought would read as if nothing were left to e-trade there.
    """
    return plan.assign(op_til_bedste=plan["til_bedste"].where(plan["til_bedste"] > 0))


def _egne(poster: Any) -> pd.DataFrame:
    """The municipality's own categories that can be shown, with what is not e-handlet."""
    posts = nw.from_native(poster).filter(nw.col("varekategori").is_in(lovkrav()))
    covered = posts.with_columns(lovkrav=nw.lit(True)).to_native()
    shown = analyses.per_kategori(covered).drop(columns="lovkrav").dropna(subset=["antal_fakturaer"])
    wide = analyses.gab(shown)[["varekategori", "forskel"]]
    return shown.assign(
        uden_fakturaer=shown["antal_fakturaer"] - shown["fakturaer_e_handlet"],
        uden_oere=(shown["omsaetning_oere"] - shown["omsaetning_e_handlet_oere"]).clip(lower=0),
    ).merge(wide, on="varekategori", how="left", validate="1:1")


def _kvartiler(landet: Any, koder: list[str]) -> pd.DataFrame:
    """Median and upper quartile per category among the comparable municipalities, each counting once."""
    chosen = nw.col("kommune_kode").is_in(koder) & nw.col("varekategori").is_in(lovkrav())
    likes = compare.per_kommune(nw.from_native(landet).filter(chosen).to_native(), "varekategori")
    enough = likes[likes["antal_fakturaer"] >= rates.MIN_FAKTURAER]
    columns = ["varekategori", "median", "oevre_kvartil", "antal_kommuner"]
    counted = compare.spredning(enough, "grad_faktura", "varekategori")[columns]
    money = compare.spredning(enough, "grad_omsaetning", "varekategori")[columns]
    known, money = (table[table["antal_kommuner"] >= MIN_NABOER] for table in (counted, money))
    money = money.rename(columns={"oevre_kvartil": "oevre_kvartil_omsaetning"})
    return known.merge(
        money[["varekategori", "oevre_kvartil_omsaetning"]], on="varekategori", how="left", validate="1:1"
    )


def _mangler(own: pd.DataFrame, grad: pd.Series) -> pd.Series:
    """How many more invoices must be e-handlet to reach a rate; whole invoices, none where it is reached."""
    wanted = (grad * own["antal_fakturaer"]).round(9).astype("float64")
    return (np.ceil(wanted).astype("Int64") - own["fakturaer_e_handlet"]).clip(lower=0)


def _mangler_oere(own: pd.DataFrame) -> pd.Series:
    """How much more turnover must be e-handlet to reach the best quarter; missing without a rate."""
    behind = (own["oevre_kvartil_omsaetning"] - own["grad_omsaetning"]).clip(lower=0)
    return (behind * own["omsaetning_oere"]).round().astype("Int64")
