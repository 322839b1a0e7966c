"""
The municipalities of the synthetic Denmark: size, system, goal, units.

Populations are not part of the project's reference data, so sizes are invented
weights. Which municipality has which system and which e-handel rate is drawn by
lot, within what SKI published: municipalities per system, mean per system, and
the systems of the ten highest and the ten lowest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl

from ehandel_lib import reference

#: The years in the delivery. The first is the one that is calibrated to SKI's figures.
AAR = (2023, 2024, 2025)

#: Another seed gives another Denmark with the same marginal figures.
FROE = 2023

#: Invented sizes: 1 is an ordinary municipality. The rest is drawn between `ANDRE`.
STOERRELSER = {
    "101": 9.0,
    "751": 4.5,
    "461": 3.0,
    "851": 3.0,
    "630": 2.9,
    **dict.fromkeys(["155", "187", "400", "482", "492", "563", "665", "671", "741", "825"], 0.42),
}
ANDRE = (0.65, 1.55)

#: Goods-agreement rates of the ten highest and the ten lowest in percent. Invented; the systems are SKI's.
TOP = (41.0, 38.0, 36.0, 34.0, 31.0, 29.0, 27.5, 26.0, 25.0, 24.0)
BUND = (5.5, 6.3, 6.9, 7.4, 7.9, 8.3, 8.7, 9.1, 9.5, 9.9)
#: All others lie between, with this spread around what their system's published mean leaves for them.
MIDTE, SPREDNING = (10.8, 23.2), 3.2

#: SKI's amount bands come from four municipalities with high rates, one on Zealand and three in Jutland.
#: Here they are the ones with these places among the highest; SKI does not name the real ones.
GRUPPENS_PLADSER = {2: "Jylland", 3: "Sjælland", 4: "Jylland", 5: "Jylland"}
GRUPPENS_VAEGT = 1.7

KOEBENHAVN, VEJLE = "101", "630"

#: Kinds of units, and how many of each an ordinary municipality has. Invented.
ENHEDSTYPER = {
    "skole": ("Skole", 5),
    "dagtilbud": ("Børnehus", 7),
    "plejecenter": ("Plejecenter", 3),
    "administration": ("Forvaltning", 2),
    "kultur": ("Bibliotek", 1),
    "teknik": ("Driftsgård", 2),
    "sundhed": ("Sundhedscenter", 1),
}

#: GLN numbers that begin with 2 are for a firm's own use: they belong to no real unit.
GLN_EGEN = "299"


def ski(maal: str) -> dict[str, str]:
    """SKI's published figures of one kind: key → value, or → key where the value is a name."""
    rows = reference.table("ski_2023").query("maal == @maal").dropna(subset=["vaerdi"])
    return dict(zip(rows["noegle"], rows["vaerdi"], strict=True))


def _middle(n: int, mean: float, rng: np.random.Generator) -> np.ndarray:
    """`n` rates with exactly this mean, all within `MIDTE`."""
    low, high = MIDTE
    rates = np.clip(rng.normal(mean, SPREDNING, n), low, high)
    # cutting moves the mean: push back and cut again, until it stays
    for _ in range(100 if n else 0):
        rates = np.clip(rates + mean - rates.mean(), low, high)
    return rates


class Place(NamedTuple):
    """What a municipality can draw: a system, a rate (0 to 1), and a place among the highest (0: none)."""

    system: str
    grad: float
    plads: int = 0


def places(rng: np.random.Generator) -> list[Place]:
    """The 98 places, with SKI's number of municipalities and mean rate per system."""
    count = {system: int(n) for system, n in ski("system_antal_kommuner").items()}
    mean = {system: float(rate) for system, rate in ski("system_gns_ehandelsgrad").items()}
    high = zip(ski("top10_system").values(), TOP, range(1, 11), strict=True)
    low = zip(ski("bund10_system").values(), BUND, strict=True)
    found = [*(Place(*row) for row in high), *(Place(*row) for row in low)]
    for system, n in count.items():
        taken = [place.grad for place in found if place.system == system]
        left = n - len(taken)
        rates = _middle(left, (n * mean[system] - sum(taken)) / max(left, 1), rng)
        found += [Place(system, float(rate)) for rate in rates]
    return [place._replace(grad=place.grad / 100) for place in found]


def municipalities(froe: int = FROE) -> pl.DataFrame:
    """
    The 98 municipalities with invented weight, system and rate.

    Returns
    -------
    DataFrame
        `kommune_kode`, `kommune_navn`, `region`, `vaegt`, `system`, `grad` (e-handel share of the turnover on
        agreements, 2023) and `gruppe` (is it one of the four of the amount bands?).

    Examples
    --------
    >>> municipalities().group_by("system").len().sort("len").tail(2).rows()
    [('TT', 18), ('TELLIS', 37)]
    """
    rng = np.random.default_rng([froe, 1])
    drawn = _drawn(places(rng), rng)
    known = reference.kommuner().values()
    weights = [STOERRELSER.get(k.kode, round(float(rng.uniform(*ANDRE)), 3)) for k in known]
    rows = [(k.kode, k.navn, k.region, *drawn[k.kode]) for k in known]
    names = ["kommune_kode", "kommune_navn", "region", "system", "grad", "plads"]
    everyone = pl.DataFrame(rows, schema=names, orient="row")
    in_group = pl.col("plads").is_in(list(GRUPPENS_PLADSER))
    weight = pl.when(in_group).then(GRUPPENS_VAEGT).otherwise(pl.Series(weights))
    return everyone.with_columns(gruppe=in_group, vaegt=weight).drop("plads")


def _drawn(found: list[Place], rng: np.random.Generator) -> dict[str, Place]:
    """
    Deal the places out by lot: municipality code → place.

    Copenhagen and Vejle have theirs; the four of the group are drawn before the others, since not all fit.
    """
    ordinary = _ordinary(found)
    dealt = {KOEBENHAVN: next(place for place in found if place.system == "KVANTUM"), VEJLE: ordinary}
    lot = [str(kode) for kode in rng.permutation(sorted(reference.kommuner())) if kode not in dealt]
    for place in sorted(found, key=lambda place: place.plads not in GRUPPENS_PLADSER):
        if place not in (dealt[KOEBENHAVN], ordinary):
            part = GRUPPENS_PLADSER.get(place.plads)
            kode = next(kode for kode in lot if part is None or _fits(kode, part))
            lot.remove(kode)
            dealt[kode] = place
    return dealt


def _fits(kode: str, part: str) -> bool:
    """Is this an ordinary municipality in that part of the country? Jutland's codes begin at 510."""
    region = "Jylland" if int(kode) >= 510 else reference.kommuner()[kode].region
    return kode not in STOERRELSER and region == part


def _ordinary(found: list[Place]) -> Place:
    """The middle place of the most used system: the report's example is neither high nor low."""
    tellis = sorted(place for place in found if place.system == "TELLIS")
    return tellis[len(tellis) // 2 + 1]


def check_digit(digits: str) -> str:
    """
    The check digit of a GLN/EAN number (weights 3 and 1 from the right).

    Examples
    --------
    >>> check_digit("400638133393")
    '1'
    """
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def units(kommuner: Iterable[tuple[str, float]]) -> pl.DataFrame:
    """
    The units of the municipalities: `kommune_kode`, `enhed_id`, `enhed_navn`, `enhedstype`.

    Parameters
    ----------
    kommuner : iterable of (code, weight)

    Examples
    --------
    >>> units([("630", 1.0)])["enhed_id"].str.len_chars().unique().to_list()
    [13]
    """
    rows = []
    for kode, vaegt in kommuner:
        kinds = [(kind, name, max(1, round(n * vaegt))) for kind, (name, n) in ENHEDSTYPER.items()]
        names = [(kind, f"{name} {i}") for kind, name, n in kinds for i in range(1, n + 1)]
        for serial, (kind, name) in enumerate(names, 1):
            gln = f"{GLN_EGEN}{kode}{serial:06d}"
            rows.append((kode, gln + check_digit(gln), name, kind))
    return pl.DataFrame(rows, schema=["kommune_kode", "enhed_id", "enhed_navn", "enhedstype"], orient="row")
