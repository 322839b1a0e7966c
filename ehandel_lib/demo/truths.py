"""
What is planted in the synthetic Denmark for an analysis to find, each truth once: what, where, how large.

SKI's figures stay what they are: a habit is a push on the odds before the
invoices are fitted to the published rates, and the rest of the municipality
yields to it. What follows the law comes on top of the figures that the year
would have had without it. `planted` weaves the truths in; tests and
demonstrations hold what they find up against this list. All of it is invented.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

VEJLE = "630"


@dataclass(frozen=True)
class Vane:
    """
    A habit: some of a municipality's invoices are e-traded more, or less, than others of their kind.

    `log_odds` is the push; a selector that is not set takes all. `fra` and `til` are the first and the last
    day, `under_oere` takes the small invoices above 0, `lovkrav` the goods of the law, and `fast_leverandoer`
    only what is bought on agreement from the supplier that the municipality uses most for these goods.
    `uden` are municipalities that the habit is not about. `tabt` says that the order was placed in the
    supplier's shop: the invoices carry the shop's number.
    """

    hvad: str
    log_odds: float
    kommune_kode: str | None = VEJLE
    uden: tuple[str, ...] = ()
    enhedstype: str | None = None
    enheder: tuple[str, ...] = ()
    varekategori: str | None = None
    lovkrav: bool = False
    under_oere: int | None = None
    fra: date | None = None
    til: date | None = None
    fast_leverandoer: bool = False
    tabt: bool = False


#: Units whose punch-out to the food supplier works, but for some months.
PUNCH_OUT_ENHEDER = ("Plejecenter 1", "Plejecenter 5", "Plejecenter 8", "Plejecenter 9")

#: What kind of unit lags in Vejle: far below the schools of other municipalities.
HALTER = Vane("Vejles skoler e-handler langt mindre end andre kommuners.", -1.8, enhedstype="skole")

#: And what kind does best.
BEDST = Vane("Vejles dagtilbud e-handler langt mere end andre kommuners.", 1.3, enhedstype="dagtilbud")

#: A unit far below its own kind, with some 60 invoices a year: that is not chance.
LAV_ENHED = Vane(
    "Plejecenter 7 e-handler næsten intet, langt under de andre plejecentre.",
    -2.8,
    enheder=("Plejecenter 7",),
)

#: Units that have begun to e-trade, one each year; they go on.
FREMGANG_2024 = Vane(
    "Plejecenter 2 e-handler langt mere fra 2024.", 1.6, enheder=("Plejecenter 2",), fra=date(2024, 1, 1)
)
FREMGANG = Vane(
    "Plejecenter 4 e-handler langt mere fra 2025.", 1.8, enheder=("Plejecenter 4",), fra=date(2025, 1, 1)
)

#: A hole: a category that is e-traded well, except in small orders.
HUL = Vane(
    "Kontorartikler for under 250 kr. e-handles næsten ikke i Vejle.",
    -5.0,
    varekategori="Kontorartikler",
    under_oere=250_00,
)

#: Orders from these units to the usual food supplier mostly come back from the supplier's shop …
PUNCH_OUT = Vane(
    "Fire plejecentre e-handler næsten alle fødevarer hos den faste leverandør.",
    3.5,
    enheder=PUNCH_OUT_ENHEDER,
    varekategori="Fødevarer",
    fast_leverandoer=True,
)

#: … but for three months they were lost, and the invoices carry the shop's own number.
TABT_PUNCH_OUT = Vane(
    "I september-november 2024 kom ingen af de ordrer tilbage fra leverandørens butik.",
    -14.0,
    enheder=PUNCH_OUT_ENHEDER,
    varekategori="Fødevarer",
    fra=date(2024, 9, 1),
    til=date(2024, 11, 30),
    fast_leverandoer=True,
    tabt=True,
)

VANER = (HALTER, BEDST, LAV_ENHED, FREMGANG_2024, FREMGANG, HUL, PUNCH_OUT, TABT_PUNCH_OUT)

#: The first day of the law, and the municipality where nothing changes then: Kolding.
LOVENS_DAG, UBEROERT = date(2025, 1, 1), "621"

#: Two kinds of goods leap in Vejle …
LOVENS_SPRING = (
    Vane(
        "Fra 1. januar 2025 e-handler Vejle langt mere telefoni.",
        3.2,
        varekategori="Telefoni",
        fra=LOVENS_DAG,
    ),
    Vane(
        "Fra 1. januar 2025 e-handler Vejle langt flere computere.",
        2.8,
        varekategori="Computere og it-tilbehør",
        fra=LOVENS_DAG,
    ),
)

#: … and all goods of the law rise a little everywhere else.
LOVENS_LOEFT = Vane(
    "Fra 1. januar 2025 e-handles varerne med lovkrav lidt mere i alle kommuner undtagen Vejle og Kolding.",
    0.25,
    kommune_kode=None,
    uden=(VEJLE, UBEROERT),
    lovkrav=True,
    fra=LOVENS_DAG,
)

LOVEN = (*LOVENS_SPRING, LOVENS_LOEFT)


@dataclass(frozen=True)
class Smaaordrer:
    """A unit that orders from one supplier several times a week: `pr_uge` orders in each of the ISO weeks."""

    hvad: str
    enhed: str
    varekategori: str
    uger: tuple[int, ...]
    pr_uge: int
    kommune_kode: str = VEJLE


SMAAORDRER = Smaaordrer(
    "Plejecenter 3 bestiller forbrugsartikler fire gange om ugen i ti uger hos samme leverandør.",
    "Plejecenter 3",
    "Forbrugsartikler",
    uger=(6, 10, 14, 18, 22, 26, 34, 38, 42, 46),
    pr_uge=4,
)


@dataclass(frozen=True)
class Aftaleskift:
    """An agreement that ended and its successor; `andel` of the purchases stay on the old one."""

    hvad: str
    gammel: str
    ny: str
    start: date
    slut: date
    ny_start: date
    ny_slut: date
    andel: float
    andel_andre: float
    kommune_kode: str = VEJLE


AFTALESKIFT = Aftaleskift(
    "It-aftalen udløb midt i 2024; 40 pct. af Vejles køb står stadig på den gamle.",
    "DEMO-IT",
    "DEMO-IT24",
    start=date(2020, 7, 1),
    slut=date(2024, 6, 30),
    ny_start=date(2024, 7, 1),
    ny_slut=date(2028, 6, 30),
    andel=0.40,
    andel_andre=0.05,
)


@dataclass(frozen=True)
class Merpris:
    """
    What an item costs off agreement against its price on agreement, in all municipalities.

    Off agreement the item is called `varetekst` and counted in `maaleenhed`; one of these holds `indhold`
    of the agreement's. `merpris` is the median difference per unit of content. `andel` of the lines off
    agreement are so; the others keep name and unit, and have the same difference. `fejl` is the share
    where the price is that of `indhold` units but the unit is still the agreement's: a mistake in the data.
    """

    hvad: str
    aftalevare: str
    merpris: float
    varetekst: str
    maaleenhed: str
    indhold: float
    andel: float
    fejl: float


@cache
def merpriser() -> tuple[Merpris, ...]:
    """
    The planted prices, from `merpriser.csv`.

    Among them are traps: a box of 20 against one piece, a carton whose content is not said, another size, a
    wrong unit.

    Examples
    --------
    >>> [truth.aftalevare for truth in merpriser() if truth.merpris < 0]
    ['Plaster']
    """
    with (Path(__file__).parent / "merpriser.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    words = ("hvad", "aftalevare", "varetekst", "maaleenhed")
    return tuple(
        Merpris(**{name: value if name in words else float(value) for name, value in row.items()})  # type: ignore[arg-type]
        for row in rows
    )
