"""
Amount bands inside each category: in which cells the invoices without e-handel lie.

SKI advises to look for the pattern between e-handel and order size within each of the
14 categories, and to make a plan for orders under 250 kr. and over 5.000 kr. (chapter 6,
"E-handelsgrad og fakturastørrelser"). A cell is a category and a band, or a category and
one of the three groups of bands. Small cells are hidden, and with them as many others as
it takes that no sum gives them away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import narwhals as nw
import pandas as pd

from ehandel_lib import rates, schema, skjul, text
from ehandel_lib.analyses import STOR_FORSKEL
from ehandel_lib.classify import lovkrav
from ehandel_lib.skjul import BORGERE, DAEKKER

#: The two zones that SKI names as the problem: invoices under 250 kr. and from 5.000 kr.
PROBLEMZONER = ("Under 250 kr.", "5.000 kr. eller mere")

#: To be worth a word, a hole has this many invoices without e-handel: a tenth of a small category.
MINDST_I_HUL = 10

#: Credit notes and invoices of exactly 0 kr.: in no group, but in a category's sum.
UDEN_KOEB = "Kreditnotaer og 0 kr."

#: What stands for a cell's number where it is hidden for being small, hidden to cover, or nothing was bought.
FAA, SKJULT, INTET = "få", "skjult", text.MANGLER

#: The parts of the two rates, which add up over bands.
TAL = ["antal_fakturaer", "fakturaer_e_handlet", "omsaetning_oere", "omsaetning_e_handlet_oere"]


def gruppe(interval: str) -> str:
    """
    The group that a band belongs to.

    Examples
    --------
    >>> gruppe("100 til under 250 kr."), gruppe("5.000 kr. eller mere"), gruppe("Præcis 0 kr.")
    ('Under 250 kr.', '5.000 kr. eller mere', 'Kreditnotaer og 0 kr.')
    """
    least = schema.BELOEBSINTERVALLER[interval]
    fitting = [name for name, bound in schema.BELOEBSGRUPPER.items() if least and least >= bound]
    return fitting[-1] if fitting else UDEN_KOEB


def kryds(poster: Any, mindst: int = rates.MIN_FAKTURAER) -> pd.DataFrame:
    """
    Each of the 14 categories by each band and by each group of bands.

    Parameters
    ----------
    poster : frame
        One municipality's posts, or its cube.
    mindst : int
        Cells with fewer invoices are hidden, and so are others where a sum would give one of them away.

    Returns
    -------
    DataFrame
        `varekategori` (the law's order), `beloebsgruppe`, `beloebsinterval` (missing in the rows that are a
        whole group), the parts of the two rates, `uden_fakturaer` and `uden_oere` (not e-handlet),
        `grad_faktura`, `grad_omsaetning` and `aarsag`. Cells without invoices stand with zeros.
    """
    bands = _baand(poster)
    groups = bands.groupby(["varekategori", "beloebsgruppe"], sort=False, as_index=False)[TAL].sum()
    both: pd.DataFrame = pd.concat([bands, groups], ignore_index=True)  # a group has no band
    graded = both.assign(
        uden_fakturaer=both["antal_fakturaer"] - both["fakturaer_e_handlet"],
        uden_oere=both["omsaetning_oere"] - both["omsaetning_e_handlet_oere"],
        grad_faktura=rates.ratio(both["fakturaer_e_handlet"], both["antal_fakturaer"])[0],
    )
    grad, aarsag = rates.ratio(graded["omsaetning_e_handlet_oere"], graded["omsaetning_oere"])
    return _skjult(graded.assign(grad_omsaetning=grad, aarsag=aarsag), mindst)


def _baand(poster: Any) -> pd.DataFrame:
    """All bands of all 14 categories, with zeros where nobody bought."""
    covered = nw.from_native(poster).filter(nw.col("varekategori").is_in(lovkrav()))
    counted = rates.begge(covered.to_native(), ["varekategori", "beloebsinterval"])
    every = pd.MultiIndex.from_product(
        [lovkrav(), list(schema.BELOEBSINTERVALLER)], names=["varekategori", "beloebsinterval"]
    )
    full = counted.set_index(list(every.names))[TAL].reindex(every, fill_value=0).reset_index()
    return full.assign(beloebsgruppe=full["beloebsinterval"].map(gruppe))


def _skjult(cells: pd.DataFrame, mindst: int) -> pd.DataFrame:
    """The cells without the numbers of those that are hidden, and why."""
    personal = cells.index[skjul.er_borgernaer(cells)]
    # of what could cover for a small cell, that goes first with which the least money is lost from view
    few, covering = skjul.celler(
        cells["antal_fakturaer"], list(_summer(cells)), mindst,
        vaegt=cells["uden_oere"], ogsaa=_borgernaere(cells, mindst), borgernaer=personal,
    )  # fmt: skip
    numbers = cells.select_dtypes("number").columns
    reason = cells["aarsag"].mask(few, BORGERE)
    reason = reason.mask(skjul.faa(cells["antal_fakturaer"], mindst), f"færre end {mindst} fakturaer")
    reason = reason.mask(covering, DAEKKER)
    return cells.assign(**{name: cells[name].mask(few | covering) for name in numbers}, aarsag=reason)


def _borgernaere(cells: pd.DataFrame, mindst: int) -> pd.Index:
    """
    The cells of goods for citizens that are hidden for the sake of one of them.

    What is left of a category when some of its cells are subtracted may be few invoices too, so all of its
    bands, or all of its groups, are hidden together.
    """
    small = skjul.er_borgernaer(cells) & skjul.faa_i_en_del(cells, mindst)
    level = [cells["varekategori"], cells["beloebsinterval"].isna()]
    return cells.index[small.groupby(level).transform("any")]


def _summer(cells: pd.DataFrame) -> Iterable[list[int]]:
    """
    The rows that a reader can subtract from each other: what adds up to a sum that is known.

    A group is the sum of its bands. A category's groups add up to its total, which the chapter on categories
    shows; a band's and a group's cells add up over the categories.
    """
    whole = cells["beloebsinterval"].isna()
    sums = (
        cells.groupby(["varekategori", "beloebsgruppe"]),
        cells[whole].groupby("varekategori"),
        cells[whole].groupby("beloebsgruppe"),
        cells[~whole].groupby("beloebsinterval"),
    )
    return ([int(label) for label in rows.index] for _, rows in chain(*sums))


def grupper(celler: pd.DataFrame) -> pd.DataFrame:
    """The cells of `kryds` that are a category and one of the three groups of purchases."""
    chosen = celler["beloebsinterval"].isna() & celler["beloebsgruppe"].isin(list(schema.BELOEBSGRUPPER))
    return celler[chosen].drop(columns="beloebsinterval").reset_index(drop=True)


def bredt(grupper: pd.DataFrame, orden: Sequence[str]) -> pd.DataFrame:
    """
    The cells of `grupper` side by side: one row a category, in the order of the figure.

    Returns
    -------
    DataFrame
        `varekategori`, and for each group `uden_fakturaer` (as words: `i_felt`), `grad_faktura` and its parts
        `fakturaer_e_handlet` and `antal_fakturaer`, with the group's name after each.
    """
    told = grupper.assign(uden_fakturaer=[i_felt(cell) for cell in grupper.to_dict("records")])
    by_group = {group: own.set_index("varekategori") for group, own in told.groupby("beloebsgruppe")}
    columns = {
        f"{name} {group}": by_group[group][name]
        for group in schema.BELOEBSGRUPPER
        for name in ("uden_fakturaer", "grad_faktura", "fakturaer_e_handlet", "antal_fakturaer")
        if group in by_group
    }
    return pd.DataFrame(columns, index=pd.Index(orden, name="varekategori")).reset_index()


def i_felt(cell: Mapping[Any, Any]) -> str:
    """
    What stands in a cell: the number of its invoices without e-handel, or why there is none.

    Examples
    --------
    >>> shown = {"antal_fakturaer": 1300, "uden_fakturaer": 1200, "aarsag": None}
    >>> [i_felt(shown | changed) for changed in ({}, {"antal_fakturaer": 0}, {"uden_fakturaer": None},
    ...                                          {"uden_fakturaer": None, "aarsag": DAEKKER})]
    ['1.200', '–', 'få', 'skjult']
    """
    if pd.isna(cell["uden_fakturaer"]):
        return SKJULT if cell["aarsag"] in (BORGERE, DAEKKER) else FAA
    return text.antal(cell["uden_fakturaer"]) if cell["antal_fakturaer"] else INTET


def intervaller(celler: pd.DataFrame) -> pd.DataFrame:
    """The cells of `kryds` that are a category and one of the twelve bands."""
    return celler[celler["beloebsinterval"].notna()].reset_index(drop=True)


def flest_uden(celler: pd.DataFrame, n: int) -> pd.DataFrame:
    """
    The plan list: the cells with the most invoices without e-handel.

    Parameters
    ----------
    celler : DataFrame
        From `grupper` or `intervaller`. Credit notes and invoices of 0 kr. are no purchases to move.
    n : int

    Returns
    -------
    DataFrame
        The rows with `andel_uden`: the share of the invoices without e-handel in all cells that are shown.
    """
    shown = celler[(celler["beloebsgruppe"] != UDEN_KOEB) & (celler["uden_fakturaer"] > 0).fillna(False)]
    share = (shown["uden_fakturaer"] / shown["uden_fakturaer"].sum()).astype("Float64")
    ranked = shown.assign(andel_uden=share).sort_values("uden_fakturaer", ascending=False, kind="stable")
    return ranked.head(n).reset_index(drop=True)


def huller(grupper: pd.DataFrame, varekategori: str, grad: float) -> pd.DataFrame:
    """
    The problem zones in which a category is e-traded far less than as a whole.

    Parameters
    ----------
    grupper : DataFrame
        From `grupper`; what is hidden there is no hole.
    grad : float
        The category's rate on invoices.

    Returns
    -------
    DataFrame
        The cells with at least `MINDST_I_HUL` invoices without e-handel and a rate that is `STOR_FORSKEL`
        or more below the category's.
    """
    own = grupper[(grupper["varekategori"] == varekategori) & grupper["beloebsgruppe"].isin(PROBLEMZONER)]
    deep = (own["grad_faktura"] <= grad - STOR_FORSKEL) & (own["uden_fakturaer"] >= MINDST_I_HUL)
    return own[deep.fillna(False)]


def zoner(poster: Any) -> pd.DataFrame:
    """
    The three groups of invoices over the 14 categories together, small groups hidden.

    Returns
    -------
    DataFrame
        `beloebsgruppe`, the parts, `uden_fakturaer`, `uden_oere`, `grad_faktura`, `grad_omsaetning`,
        `aarsag`, and `problemzone`: is it one of the two that SKI names? An invoice counts once, whatever it
        has goods of.
    """
    covered = nw.from_native(poster).filter(nw.col("varekategori").is_in(lovkrav()))
    bands = rates.begge(covered.to_native(), "beloebsinterval").set_index("beloebsinterval")[TAL]
    every = bands.reindex(list(schema.BELOEBSINTERVALLER), fill_value=0).reset_index()
    bought = every.assign(beloebsgruppe=every["beloebsinterval"].map(gruppe))
    bought = bought[bought["beloebsgruppe"] != UDEN_KOEB]
    summed = bought.groupby("beloebsgruppe", sort=False, as_index=False)[TAL].sum()
    grad, aarsag = rates.ratio(summed["omsaetning_e_handlet_oere"], summed["omsaetning_oere"])
    return rates.skjul_smaa(
        summed.assign(
            uden_fakturaer=summed["antal_fakturaer"] - summed["fakturaer_e_handlet"],
            uden_oere=summed["omsaetning_oere"] - summed["omsaetning_e_handlet_oere"],
            grad_faktura=rates.ratio(summed["fakturaer_e_handlet"], summed["antal_fakturaer"])[0],
            grad_omsaetning=grad,
            aarsag=aarsag,
            problemzone=summed["beloebsgruppe"].isin(PROBLEMZONER),
        )
    )
