"""
One page for each unit: what it does well, where its kind stands, and three things to begin with.

The page is meant for the unit itself. It compares only with the municipality's
units of the same kind, names no other unit, and shows no group of few invoices.
A unit with few invoices gets no page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ehandel_lib import enheder, rates, reference, schema
from ehandel_lib.errors import ParameterError, UnknownNameError, suggestion
from ehandel_lib.load import Data

#: So many categories are named as the place to begin: more is no beginning.
FLEST_KATEGORIER = 3

#: From this rate on invoices a category is said to go well: SKI's limit for green.
GODT_FRA = rates.GROEN_OVER


@dataclass(frozen=True)
class Ark:
    """
    What one unit's page is made of.

    `enhed` is its row of `enheder.alle`, `slags` the row of its kind or None where the kind is not compared,
    `blandt` the compared units of the kind, `kategorier` its categories with enough invoices: both rates,
    `uden` (invoices without an e-order) and `grad_slags` (the kind's rate on invoices).
    """

    enhed: dict
    slags: dict | None
    blandt: pd.DataFrame
    kategorier: pd.DataFrame

    @property
    def at_hente(self) -> pd.DataFrame:
        """The categories under the law with the most invoices without an e-order, and the advice for each."""
        open_ = self.kategorier[self.kategorier["lovkrav"].astype("bool") & (self.kategorier["uden"] > 0)]
        best = self.styrke
        others = open_[open_["varekategori"] != best["varekategori"]] if best else open_
        open_ = others if len(others) else open_  # what goes well is no place to begin
        ranked = open_.sort_values(["uden", "varekategori"], ascending=[False, True], ignore_index=True)
        return ranked.head(FLEST_KATEGORIER).merge(_raad(), on="varekategori", how="left", validate="1:1")

    @property
    def styrke(self) -> dict | None:
        """The category that goes best, where one does: well in itself, or better than in the kind."""
        known = self.kategorier[self.kategorier["varekategori"] != schema.UKENDT]
        good = (known["grad_faktura"] > GODT_FRA) | (
            (known["grad_faktura"] > known["grad_slags"]) & (known["fakturaer_e_handlet"] > 0)
        )
        best = known[good.fillna(False).astype("bool")].sort_values(
            ["grad_faktura", "varekategori"], ascending=[False, True]
        )
        return None if best.empty else best.iloc[0].to_dict()


def _raad() -> pd.DataFrame:
    """The advice to units, by category."""
    advice = reference.table("handlingsraad").query("emne == 'enhed'")
    return advice.rename(columns={"noegle": "varekategori"})[["varekategori", "raad"]]


def valgte(poster: pd.DataFrame, enhed: str | None = None) -> pd.DataFrame:
    """
    The units that get a page: rows of `enheder.alle`.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts.
    enhed : str, optional
        Only this one, by its id or its name, in capitals or not.

    Raises
    ------
    UnknownNameError
        There is no such unit.
    ParameterError
        The unit has too few invoices, or several have the name.
    """
    everyone = enheder.alle(enheder.pr_enhed(poster))
    shown = everyone.dropna(subset=["grad_faktura"])
    shown = shown[shown["enhed_id"] != schema.UKENDT].reset_index(drop=True)
    if enhed is None:
        return shown
    wanted = enhed.strip().casefold()
    hits = everyone[
        (everyone["enhed_id"] == enhed.strip()) | (everyone["enhed_navn"].str.casefold() == wanted)
    ]
    if hits.empty:
        raise UnknownNameError(f'Der er ingen enhed "{enhed}".{suggestion(enhed, everyone["enhed_navn"])}')
    if len(hits) > 1:
        ids = ", ".join(hits["enhed_id"])
        raise ParameterError(f'{len(hits)} enheder hedder "{enhed}"; skriv enhedens id i stedet: {ids}.')
    chosen = shown[shown["enhed_id"].isin(hits["enhed_id"])].reset_index(drop=True)
    if chosen.empty:
        hidden = hits.iloc[0]
        raise ParameterError(f"{hidden['enhed_navn']} får ikke et ark: {hidden['aarsag']}.")
    return chosen


def ark(data: Data, enhed: str | None = None) -> list[Ark]:
    """
    The pages of a municipality's units, by kind and name.

    Parameters
    ----------
    data : Data
        From `load.hent`.
    enhed : str, optional
        Only this one, as for `valgte`.
    """
    units = valgte(data.poster, enhed)
    per_enhed = enheder.pr_enhed(data.poster)
    compared, kinds = enheder.tragt(per_enhed), enheder.slags(per_enhed)
    categories = _kategorier(data.poster, per_enhed)
    return [
        Ark(
            enhed=unit,
            slags=next((k for k in kinds.to_dict("records") if k["enhedstype"] == unit["enhedstype"]), None),
            blandt=compared[compared["enhedstype"] == unit["enhedstype"]],
            kategorier=categories[categories["enhed_id"] == unit["enhed_id"]].reset_index(drop=True),
        )
        for unit in units.to_dict("records")
    ]


def _kategorier(poster: pd.DataFrame, per_enhed: pd.DataFrame) -> pd.DataFrame:
    """Each unit's categories with enough invoices, beside the same categories in its kind."""
    known = enheder.med_noegle(poster).drop(columns="enhedstype")
    known = known.merge(per_enhed[["enhed_id", "enhedstype"]], on="enhed_id", how="left", validate="m:1")
    own = rates.begge(known, ["enhed_id", "enhedstype", "varekategori", "lovkrav"])
    own = own[own["antal_fakturaer"] >= rates.MIN_FAKTURAER]
    kind = rates.begge(known, ["enhedstype", "varekategori"])
    kind = kind.rename(columns={"grad_faktura": "grad_slags", "antal_fakturaer": "antal_slags"})
    both = own.merge(
        kind[["enhedstype", "varekategori", "grad_slags", "antal_slags"]],
        on=["enhedstype", "varekategori"], how="left", validate="m:1",
    )  # fmt: skip
    # a kind that is hardly more than the unit itself is nothing to compare with
    enough = both["antal_slags"] - both["antal_fakturaer"] >= rates.MIN_FAKTURAER
    return both.assign(
        uden=both["antal_fakturaer"] - both["fakturaer_e_handlet"],
        grad_slags=both["grad_slags"].where(enough),
    )


def vis(sheets: Sequence[Ark]) -> None:
    """Show the pages one after another, each under its unit's name."""
    from ehandel_lib import charts, sentences
    from ehandel_lib.show import figur, laesning, liste, noegletal, overskrift, tabel

    for number, sheet in enumerate(sheets, 1):
        overskrift(sheet.enhed["enhed_navn"], ark=f"{number}-{sheet.enhed['enhed_id']}")
        noegletal(sentences.ark_noegletal(sheet), id=f"ark-{number}-tal")
        overskrift(sentences.ark_styrke_overskrift(sheet), niveau=3)
        laesning(sentences.ark_styrke(sheet))
        overskrift(sentences.ark_slags_overskrift(sheet), niveau=3)
        if sheet.slags is not None and pd.notna(sheet.enhed["slags_median"]):
            figur(
                charts.ark_blandt(sheet.blandt, sheet.enhed["enhed_id"]),
                sentences.ark_figur(sheet),
                id=f"ark-{number}-blandt",
                alt=sentences.ark_alt(sheet),
                data=sentences.ark_spredning(sheet),
                kolonner=sentences.ARK_SPREDNINGSKOLONNER,
            )
        laesning(sentences.ark_plads(sheet))
        overskrift("Her er mest at hente", niveau=3)
        if len(sheet.at_hente):
            tabel(
                sentences.ark_at_hente(sheet),
                "Varekategorier med lovkrav, hvor flest fakturaer er uden e-ordre",
                id=f"ark-{number}-at-hente",
                kolonner=sentences.ARK_KOLONNER,
                kun_i_ark=["fakturaer_e_handlet"],
            )
        liste(sentences.ark_raad(sheet))
