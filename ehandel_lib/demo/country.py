"""
The municipalities of the synthetic Denmark: size, system, goal, units.

Populations are not part of the project's reference data, so sizes are invented
weights. Which municipality has which system and which e-handel rate is drawn by
lot, within what SKI published: municipalities per system, mean per system, and
the systems of the ten highest and the ten lowest.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from ehandel_lib import reference

#: The years in the delivery. The first is the one that is calibrated to SKI's figures.
AAR = (2023, 2024)

#: Another seed gives another Denmark with the same marginal figures.
FROE = 2023

#: Invented sizes: 1 is an ordinary municipality. The rest is drawn between `ANDRE`.
STOERRELSER = {
    "101": 9.0,
    "751": 4.5,
    "461": 3.0,
    "851": 3.0,
    "630": 1.7,
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
    for _ in range(100):
        rates = np.clip(rates + mean - rates.mean(), low, high)
    return rates


def places(rng: np.random.Generator) -> list[tuple[str, float, int]]:
    """System, goods-agreement rate (0 to 1) and place among the highest (0: none) of the 98."""
    count = {system: int(n) for system, n in ski("system_antal_kommuner").items()}
    mean = {system: float(v) for system, v in ski("system_gns_ehandelsgrad").items()}
    high, low = ski("top10_system").values(), ski("bund10_system").values()
    ends = [(s, g, i) for i, (s, g) in enumerate(zip(high, TOP, strict=True), 1)]
    ends += [(s, g, 0) for s, g in zip(low, BUND, strict=True)]
    rows = list(ends)
    for system, n in count.items():
        taken = [g for s, g, _ in ends if s == system]
        left = n - len(taken)
        if left:
            rates = _middle(left, (n * mean[system] - sum(taken)) / left, rng)
            rows += [(system, float(rate), 0) for rate in rates]
    return [(system, rate / 100, place) for system, rate, place in rows]


def _landsdel(kode: str, region: str) -> str:
    """Jutland's codes begin at 510; Zealand's region has the rest of its own."""
    return "Jylland" if int(kode) >= 510 else region


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
    known = reference.kommuner()
    lot = [str(kode) for kode in rng.permutation(sorted(known)) if kode not in (KOEBENHAVN, VEJLE)]
    rows = places(rng)
    chosen: dict[str, tuple[str, float, int]] = {}
    # the four of the group come first: they may not be drawn among what the others left
    for row in sorted(rows, key=lambda row: row[2] not in GRUPPENS_PLADSER):
        chosen[_drawn(row, lot, rows)] = row
    kinds = [(k.kode, k.navn, k.region, *chosen[k.kode]) for k in known.values()]
    names = ["kommune_kode", "kommune_navn", "region", "system", "grad", "plads"]
    weights = {kode: STOERRELSER.get(kode, round(float(rng.uniform(*ANDRE)), 3)) for kode in known}
    return (
        pl.DataFrame(kinds, schema=names, orient="row")
        .with_columns(gruppe=pl.col("plads").is_in(list(GRUPPENS_PLADSER)))
        .with_columns(
            vaegt=pl.when("gruppe")
            .then(pl.lit(GRUPPENS_VAEGT))
            .otherwise(pl.col("kommune_kode").replace_strict(weights, return_dtype=pl.Float64))
        )
        .drop("plads")
    )


def _drawn(row: tuple[str, float, int], lot: list[str], rows: list[tuple[str, float, int]]) -> str:
    """Take the next municipality out of the lot that may have this place."""
    system, _, place = row
    if system == "KVANTUM":
        return KOEBENHAVN
    if row == _ordinary(rows):
        return VEJLE
    part = GRUPPENS_PLADSER.get(place)
    return lot.pop(next(i for i, kode in enumerate(lot) if part is None or _fits(kode, part)))


def _fits(kode: str, part: str) -> bool:
    """Is this an ordinary municipality in that part of the country?"""
    return kode not in STOERRELSER and _landsdel(kode, reference.kommuner()[kode].region) == part


def _ordinary(rows: list[tuple[str, float, int]]) -> tuple[str, float, int]:
    """Vejle's place: the middle one of the most used system, so that the example is neither high nor low."""
    tellis = sorted((row for row in rows if row[0] == "TELLIS"), key=lambda row: row[1])
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
