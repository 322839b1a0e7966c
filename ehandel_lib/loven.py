"""
Around the law: did anything leap on 1 January 2025 that was not under way already?

The monthly rate is drawn as two straight lines, one up to the law's first day and
one from it, where there are twelve whole months on both sides. The leap between
them is what the trend before does not explain. Goods that the law does not cover
stand beside: what leaps there too is not of the law. Never does it say why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ehandel_lib import analyses, rates
from ehandel_lib.classify import lovkrav
from ehandel_lib.linjer import linje, spring
from ehandel_lib.over_tid import maaneder

#: The law's first day: the 14 categories must be e-traded. Source: BEK 1164/2024.
LOVEN = pd.Timestamp(2025, 1, 1)

#: Whole months on each side of the law before the series is drawn in two pieces: a year has all its seasons.
#: Source: Wagner et al. (2002), Journal of Clinical Pharmacy and Therapeutics 27, 299-309.
MIN_MAANEDER = 12

#: Fewer invoices than this on one side of the law, and a category has no lines: five a month in a year.
MIN_FAKTURAER = rates.MIN_FAKTURAER * MIN_MAANEDER

#: The share of false finds accepted among the categories named (Benjamini and Hochberg 1995).
FALSKE_FUND = 0.05

#: The goods of the law together, and those that it does not cover.
MED_LOVKRAV, UDEN_LOVKRAV = "Varer med lovkrav", "Andre varer"


@dataclass(frozen=True)
class Brud:
    """
    The series in two pieces, before and after the law's first day.

    `foer` and `efter` are the rates that the two lines reach on that day, `spring` their difference with a
    95 % interval from `lav` to `hoej`, and `p` how often chance alone would give one as large; the slopes are
    in shares a year. `linjer` holds the fitted rate of each month. Without enough months on both sides the
    numbers are None.
    """

    maaneder_foer: int
    maaneder_efter: int
    foer: float | None = None
    efter: float | None = None
    lav: float | None = None
    hoej: float | None = None
    p: float | None = None
    haeldning_foer: float | None = None
    haeldning_efter: float | None = None
    linjer: pd.DataFrame | None = None

    @property
    def spring(self) -> float | None:
        """How much higher the second line begins than the first one ends."""
        return None if self.efter is None or self.foer is None else self.efter - self.foer


def brud(per_maaned: pd.DataFrame, dag: pd.Timestamp = LOVEN) -> Brud:
    """
    Level and slope of the monthly rate on invoices before and after a day.

    Parameters
    ----------
    per_maaned : DataFrame
        From `over_tid.maaneder`, or any months with `aar`, `maaned`, `grad_faktura`, `antal_fakturaer` and
        `delvis`.
    dag : Timestamp
        The first day of a month.

    Notes
    -----
    Segmented regression of interrupted time series: Wagner et al. (2002). Each side is a line of its own,
    each month weighing as many invoices as it has, with its own spread about it: months at 5 % and months at
    50 % do not spread alike. So the interval of the leap is Welch's, made wider where neighbouring months
    are alike (`linjer.spring`): else it is too narrow (Turner et al. 2021, BMC Medical Research Methodology
    21, 181).
    """
    known = per_maaned[~per_maaned["delvis"].astype("bool")].dropna(subset=["grad_faktura"])
    year, month = known["aar"].astype(int), known["maaned"].astype(int)
    t = ((year - dag.year) * 12 + month - dag.month + 0.5).to_numpy(dtype=float) / 12
    counts = int((t < 0).sum()), int((t > 0).sum())
    if min(counts) < MIN_MAANEDER:
        return Brud(*counts)
    rate, n = (known[name].to_numpy(dtype=float) for name in ("grad_faktura", "antal_fakturaer"))
    before, after = (linje(t[side], rate[side], n[side]) for side in (t < 0, t > 0))
    jump, half, p = spring(before, after)
    fitted = np.where(t < 0, before.ved_dagen + before.haeldning * t, after.ved_dagen + after.haeldning * t)
    return Brud(
        *counts,
        foer=before.ved_dagen,
        efter=after.ved_dagen,
        lav=jump - half,
        hoej=jump + half,
        p=p,
        haeldning_foer=before.haeldning,
        haeldning_efter=after.haeldning,
        linjer=known[["aar", "maaned"]].assign(grad=fitted),
    )


def per_kategori(poster: pd.DataFrame, aar: int, dag: pd.Timestamp = LOVEN) -> pd.DataFrame:
    """
    The leap of each category of the law, of all of them, and of the goods that the law does not cover.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts of all years.
    aar : int
        The last year.

    Returns
    -------
    DataFrame
        `varekategori` (first `MED_LOVKRAV` and `UDEN_LOVKRAV`, then the categories by their leap, largest
        first), `taeller_foer`, `naevner_foer`, `grad_foer` and `taeller`, `naevner`, `grad`: the invoices of
        the last twelve whole months before the day and of the first twelve after it; `spring`, `lav`, `hoej`
        (the leap and its interval), `q` (p corrected for the number of categories) and `tydelig`. Groups with
        less than `MIN_FAKTURAER` invoices in either twelve months have no row, nor have categories that the
        report hides in one of the two years.
    """
    covered = poster["lovkrav"].fillna(False).astype("bool")
    whole = [(MED_LOVKRAV, poster[covered]), (UDEN_LOVKRAV, poster[~covered])]
    years = (poster[(poster["aar"] == year).fillna(False)] for year in (dag.year - 1, dag.year))
    hidden = frozenset[str]().union(*(analyses.skjulte(posts) for posts in years))
    single = [(name, poster[poster["varekategori"] == name]) for name in lovkrav() if name not in hidden]
    calendar = maaneder(poster, aar)[["aar", "maaned", "delvis"]]
    together, apart = (_spring(groups, calendar, dag) for groups in (whole, single))
    q = stats.false_discovery_control(apart["p"].to_numpy(dtype=float)) if len(apart) else []
    apart = apart.assign(q=q, tydelig=np.asarray(q) < FALSKE_FUND)
    together = together.assign(q=np.nan, tydelig=together["p"] < FALSKE_FUND)
    ranked = apart.sort_values(["spring", "varekategori"], ascending=[False, True])
    table = pd.DataFrame([*together.to_dict("records"), *ranked.to_dict("records")], columns=list(KOLONNER))
    return table.astype(KOLONNER)


#: The columns of `per_kategori` and their types.
KOLONNER: dict[str, Any] = {
    "varekategori": "str", "taeller_foer": "Int64", "naevner_foer": "Int64", "grad_foer": "Float64",
    "taeller": "Int64", "naevner": "Int64", "grad": "Float64", "spring": "Float64", "lav": "Float64",
    "hoej": "Float64", "q": "Float64", "tydelig": "boolean",
}  # fmt: skip


def _spring(
    groups: Iterable[tuple[str, pd.DataFrame]], calendar: pd.DataFrame, dag: pd.Timestamp
) -> pd.DataFrame:
    """The leap of each group that has enough invoices, and `p`."""
    rows = (_row(name, _months(posts, calendar), dag) for name, posts in groups)
    return pd.DataFrame([row for row in rows if row is not None], columns=[*KOLONNER, "p"])


def _months(poster: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """
    All whole months with their counts, none hidden: only sums over a year are shown.

    A month without an invoice has no rate.
    """
    counted = rates.fakturaer(
        poster.assign(maaned=poster["dato"].dt.month.astype("Int64")), ["aar", "maaned"]
    )
    names = {"naevner": "antal_fakturaer", "grad": "grad_faktura"}
    full = calendar.merge(counted.rename(columns=names), on=["aar", "maaned"], how="left", validate="1:1")
    return full[~full["delvis"].astype("bool")].fillna({"antal_fakturaer": 0, "taeller": 0})


def _row(name: str, months: pd.DataFrame, dag: pd.Timestamp) -> dict[str, Any] | None:
    """One group's numbers, or None where there are too few."""
    number = (months["aar"] - dag.year) * 12 + months["maaned"] - dag.month
    year_before, first_year = (
        months[number.between(first, first + 11)][["taeller", "antal_fakturaer"]].sum().astype(int)
        for first in (-12, 0)
    )
    two = brud(months, dag)
    enough = min(year_before["antal_fakturaer"], first_year["antal_fakturaer"]) >= MIN_FAKTURAER
    if not enough or two.spring is None:
        return None
    return {
        "varekategori": name,
        "taeller_foer": year_before["taeller"],
        "naevner_foer": year_before["antal_fakturaer"],
        "grad_foer": year_before["taeller"] / year_before["antal_fakturaer"],
        "taeller": first_year["taeller"],
        "naevner": first_year["antal_fakturaer"],
        "grad": first_year["taeller"] / first_year["antal_fakturaer"],
        "spring": two.spring,
        "lav": two.lav,
        "hoej": two.hoej,
        "p": two.p,
    }
