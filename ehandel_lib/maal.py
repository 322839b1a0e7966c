"""
Targets: how far it is to each, whether it goes the right way, and what it takes a month.

A municipality may write its own targets in the delivery (`tabel = "maal"`); without them
there is nothing to be far from. The rate is that of the report's year, the trend is the
change from the year before, and the need is spread evenly over the months that are left.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd

from ehandel_lib import analyses, rates, skjul
from ehandel_lib.classify import lovkrav

#: What a target without a category, or without a kind of unit, is for.
ALLE_KATEGORIER, ALLE_ENHEDER = "alle 14 kategorier", "alle enheder"

#: How a target stands.
NAAET, PAA_VEJ, FOR_LANGSOMT, GAAR_TILBAGE, KAN_IKKE_SIGES = (
    "nået",
    "på vej",
    "for langsomt",
    "går tilbage",
    "kan ikke siges",
)


class Raekke(NamedTuple):
    """What is counted for one target."""

    taeller: int
    naevner: int
    antal_fakturaer: int
    grad: float | None
    aarsag: str | None


def status(maal: pd.DataFrame, poster: pd.DataFrame, poster_foer: pd.DataFrame, asof: date) -> pd.DataFrame:
    """
    Each target, how far it is, and what is needed to reach it.

    Parameters
    ----------
    maal : DataFrame
        The table `maal` of the schema.
    poster, poster_foer : DataFrame
        The municipality's posts of the year and of the year before.
    asof : date
        The day that the data reach to; the months are counted from here.

    Returns
    -------
    DataFrame
        One row per target, in the law's order of categories: `varekategori`, `enhedstype`, `maalt_paa`,
        `maaldato`, `taeller`, `naevner`, `antal_fakturaer`, `grad`, `maal_grad`, `afstand` (target less
        rate), `aendring` (since the year before), `maaneder` (whole months left, at least 0), `pr_maaned`
        (points a month), `fakturaer_pr_maaned` (further e-traded invoices a month, at this year's number of
        invoices, once it is reached) and `maalstatus`. Groups with few invoices have no rate, and say why in
        `aarsag`.
    """
    years = [(posts, analyses.skjulte(posts)) for posts in (poster, poster_foer)]
    rows = [_row(target, years, asof) for target in maal.to_dict("records")]
    table = pd.DataFrame(rows, columns=list(KOLONNER)).astype(KOLONNER)
    order = {name: nr for nr, name in enumerate([ALLE_KATEGORIER, *lovkrav()])}
    return table.sort_values(
        ["varekategori", "enhedstype", "maaldato", "maalt_paa"],
        key=lambda column: column.map(order) if column.name == "varekategori" else column,
        ignore_index=True,
    )


#: The columns of `status` and their types.
KOLONNER: dict[str, Any] = {
    "varekategori": "str", "enhedstype": "str", "maalt_paa": "str", "maaldato": "datetime64[ns]",
    "taeller": "Int64", "naevner": "Int64", "antal_fakturaer": "Int64", "grad": "Float64",
    "maal_grad": "Float64", "afstand": "Float64", "aendring": "Float64", "maaneder": "Int64",
    "pr_maaned": "Float64", "fakturaer_pr_maaned": "Float64", "maalstatus": "str", "aarsag": "str",
}  # fmt: skip


def _row(
    target: dict[Any, Any], years: list[tuple[pd.DataFrame, frozenset[str]]], asof: date
) -> dict[str, Any]:
    """A target's row; of each year the posts, and the categories that the report does not show."""
    now, then = (_counted(posts, target, hidden) for posts, hidden in years)
    months = months_left(asof, target["maaldato"])
    goal = float(target["maal_grad"])
    known = now.grad is not None
    distance = goal - now.grad if now.grad is not None else None
    change = now.grad - then.grad if now.grad is not None and then.grad is not None else None
    left = distance if distance is not None and distance > 0 else None
    return {
        "varekategori": target["varekategori"] if pd.notna(target["varekategori"]) else ALLE_KATEGORIER,
        "enhedstype": target["enhedstype"] if pd.notna(target["enhedstype"]) else ALLE_ENHEDER,
        "maalt_paa": target["maalt_paa"],
        "maaldato": target["maaldato"],
        "taeller": now.taeller if known else None,
        "naevner": now.naevner if known else None,
        "antal_fakturaer": now.antal_fakturaer if known else None,
        "grad": now.grad,
        "maal_grad": goal,
        "afstand": distance,
        "aendring": change,
        "maaneder": months,
        "pr_maaned": left / months if left and months else None,
        "fakturaer_pr_maaned": left * now.naevner / 12 if left and target["maalt_paa"] == "faktura" else None,
        "maalstatus": stand(distance, change, months),
        "aarsag": now.aarsag,
    }


def _counted(poster: pd.DataFrame, target: dict[Any, Any], skjulte: frozenset[str]) -> Raekke:
    """
    The rate that a target is about; no rate for a group of few invoices, or one that would tell of such.

    Goods for citizens are counted for all units together, or the others could be told.
    """
    chosen = poster["varekategori"].isin(lovkrav())
    if pd.notna(target["varekategori"]):
        chosen = poster["varekategori"] == target["varekategori"]
    if pd.notna(target["enhedstype"]):
        chosen &= poster["enhedstype"].str.casefold() == str(target["enhedstype"]).strip().casefold()
    posts = poster[chosen]
    invoices, money = rates.fakturaer(posts).iloc[0], rates.omsaetning(posts).iloc[0]
    found = invoices if target["maalt_paa"] == "faktura" else money
    count = int(invoices["naevner"])
    few = count < rates.MIN_FAKTURAER
    part = pd.notna(target["enhedstype"]) and target["varekategori"] in skjul.borgernaere()
    held_back = part or target["varekategori"] in skjulte
    missing = few or held_back or pd.isna(found["grad"])
    reason = skjul.BORGERE if held_back else found["aarsag"]
    reason = f"færre end {rates.MIN_FAKTURAER} fakturaer" if few else reason
    return Raekke(
        int(found["taeller"]), int(found["naevner"]), count,
        None if missing else float(found["grad"]), str(reason) if missing else None,
    )  # fmt: skip


def months_left(asof: date, target: date) -> int:
    """
    The whole months from one day to another; 0 where the day is past.

    Examples
    --------
    >>> months_left(date(2024, 12, 31), date(2026, 6, 30)), months_left(date(2024, 12, 31), date(2024, 6, 30))
    (18, 0)
    """
    # counted between the days after, so that the last days of two months are whole months apart
    first, last = (day + timedelta(days=1) for day in (asof, target))
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return max(0, months)


def stand(afstand: float | None, aendring: float | None, maaneder: int) -> str:
    """
    How a target stands: does the change of a year, gone on, reach it in the months that are left?

    Examples
    --------
    >>> stand(-0.01, None, 6), stand(0.10, 0.06, 24), stand(0.10, 0.06, 12), stand(0.10, -0.02, 12)
    ('nået', 'på vej', 'for langsomt', 'går tilbage')
    >>> stand(0.10, None, 12)
    'kan ikke siges'
    """
    if afstand is None:
        return KAN_IKKE_SIGES
    if afstand <= 0:
        return NAAET
    if aendring is None:
        return KAN_IKKE_SIGES
    if aendring < 0:
        return GAAR_TILBAGE
    return PAA_VEJ if aendring * maaneder / 12 >= afstand else FOR_LANGSOMT
