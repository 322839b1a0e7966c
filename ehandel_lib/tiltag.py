"""
What can be done besides single categories, and what in the municipality's own figures points to it.

SKI's chapter 6 recommends the same to all: a mandate, visits, mails to leaders, training,
few buyers, search words. Each is held against one thing that the invoices can tell
(`sentences.tiltag` says it), and where they tell nothing, it is left out.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from ehandel_lib import aftaler, enheder, plan, schema, tid_og_penge
from ehandel_lib.classify import lovkrav
from ehandel_lib.data import Data

#: So few of the units hold half of what is left that a word to their leaders is aimed.
FAA_ENHEDER = 1 / 3


class Halvdel(NamedTuple):
    """How few units hold half of the invoices without e-handel."""

    enheder: int
    af_enheder: int
    fakturaer: int


class Spor(NamedTuple):
    """
    What the municipality's figures say, each as its own chapter has it.

    `maal` is `maal.status`, `enheder` is `enheder.pr_enhed`, `zoner` is `plan.zoner`, `smaa` is
    `tid_og_penge.smaa_ordrer`, and `koebsmaader` is `aftaler.koebsmaader`. What may be missing for want of
    registration has its advice where it is found, in the chapter on development.
    """

    maal: pd.DataFrame
    enheder: pd.DataFrame
    halvdel: Halvdel | None
    zoner: pd.DataFrame
    smaa: pd.DataFrame
    koebsmaader: pd.DataFrame


def spor(data: Data, maal: pd.DataFrame, zoner: pd.DataFrame, smaa: pd.DataFrame) -> Spor:
    """
    All that SKI's measures are held against.

    Parameters
    ----------
    data : Data
        One municipality and year.
    maal, zoner, smaa : DataFrame
        From `maal.status`, `plan.zoner` and `tid_og_penge.smaa_ordrer`, which the chapter has already.
    """
    return Spor(
        maal=maal,
        enheder=enheder.pr_enhed(data.poster),
        halvdel=halvdel(data.poster),
        zoner=zoner,
        smaa=smaa,
        koebsmaader=aftaler.koebsmaader(data.poster, data.aftaler),
    )


def halvdel(poster: pd.DataFrame) -> Halvdel | None:
    """
    How few units hold half of the invoices without e-handel in the categories under the law.

    None where they are no few (`FAA_ENHEDER`), where there are few invoices (`plan.MINDST_I_HUL`), or where
    too much is without a unit.

    Examples
    --------
    >>> poster = pd.DataFrame({"faktura_id": [str(n) for n in range(20)], "varekategori": "Bleer",
    ...                        "enhed_id": ["nord"] * 14 + ["syd", "øst", "vest", "by", "havn", "ø"],
    ...                        "enhed_navn": None, "e_handlet": [True] * 4 + [False] * 16})
    >>> halvdel(poster)
    Halvdel(enheder=1, af_enheder=7, fakturaer=16)
    """
    left = tid_og_penge.uden_e_handel(poster)
    covered = enheder.med_noegle(poster[poster["varekategori"].isin(lovkrav())])
    once = covered.drop_duplicates("faktura_id")  # an invoice goes to one unit
    known = once[once["enhed_id"] != schema.UKENDT]
    held = known[known["faktura_id"].isin(left["faktura_id"])]["enhed_id"].value_counts()
    whole, units = left["faktura_id"].nunique(), known["enhed_id"].nunique()
    reached = held.cumsum() * 2 >= whole
    few = int((~reached).sum()) + 1
    if whole < plan.MINDST_I_HUL or not reached.any() or few > units * FAA_ENHEDER:
        return None
    return Halvdel(few, units, whole)
