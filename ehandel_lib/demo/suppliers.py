"""
The suppliers of the synthetic Denmark: invented names, numbers that pass the check.

A CVR number has eight digits and passes modulus 11. These begin with 99, or with 0
so that a spreadsheet can lose it. A real firm may happen to have one of them:
nothing here says anything about it.
"""

from __future__ import annotations

import polars as pl

from ehandel_lib.demo.invoices import Kategori, categories

#: Suppliers on a category's agreement, and in the trade as a whole; "Diverse" is bought anywhere.
PAA_AFTALEN, I_ALT, LOKALE = 3, 7, 60

#: Every so many-th supplier's number begins with a zero. The others are so far apart, from these on.
NUL_FORAN_HVER = 20
FOERSTE, AFSTAND = 99_000_000, 1_009
FOERSTE_MED_NUL, AFSTAND_MED_NUL = 1_000_000, 7_919

#: Prices on agreement and off it, as a multiple of `varer.csv`, and the step from one supplier to the next.
PRIS_AFTALE, TRIN_AFTALE, PRIS_UDEN, TRIN_UDEN = 0.94, 0.05, 1.12, 0.03

#: The weights of modulus 11, as in python-stdnum's `dk.cvr`.
VAEGTE = (2, 7, 6, 5, 4, 3, 2, 1)


def cvr_passes(number: str) -> bool:
    """
    Does the number pass modulus 11?

    Examples
    --------
    >>> cvr_passes("13585628"), cvr_passes("13585627")
    (True, False)
    """
    return sum(w * int(digit) for w, digit in zip(VAEGTE, number, strict=True)) % 11 == 0


def cvr(nr: int) -> str:
    """
    The CVR number of supplier `nr`: the first from its start on that passes.

    Examples
    --------
    >>> cvr(0), cvr(19)
    ('99000007', '01150464')
    """
    with_zero = nr % NUL_FORAN_HVER == NUL_FORAN_HVER - 1
    start = FOERSTE_MED_NUL + AFSTAND_MED_NUL * nr if with_zero else FOERSTE + AFSTAND * nr
    # one in eleven numbers passes, but the weight of the last digit is 1 and there are only ten digits
    return next(f"{n:08d}" for n in range(start, start + 30) if cvr_passes(f"{n:08d}"))


def suppliers() -> pl.DataFrame:
    """
    All suppliers by category: `leverandoer_cvr`, `leverandoer_navn`, `c` (category), `paa_aftale`, `pris`.

    `pris` is what the supplier's prices are multiplied by; off agreement things cost more.

    Examples
    --------
    >>> suppliers().row(0, named=True)["leverandoer_navn"]
    'Kontorleverandør 1 A/S'
    """
    rows = [(c, i, kategori) for c, kategori in enumerate(categories()) for i in range(_number(kategori))]
    return pl.DataFrame([_supplier(nr, *row) for nr, row in enumerate(rows)])


def _number(kategori: Kategori) -> int:
    return LOKALE if kategori.varekategori == "Diverse" else I_ALT


def _supplier(nr: int, c: int, i: int, kategori: Kategori) -> dict[str, object]:
    on = bool(kategori.aftaler) and i < PAA_AFTALEN
    return {
        "leverandoer_cvr": cvr(nr),
        "leverandoer_navn": f"{kategori.leverandoer} {i + 1} {'A/S' if on else 'ApS'}",
        "c": c,
        "paa_aftale": on,
        "pris": PRIS_AFTALE + TRIN_AFTALE * i if on else PRIS_UDEN + TRIN_UDEN * (i % I_ALT),
    }
