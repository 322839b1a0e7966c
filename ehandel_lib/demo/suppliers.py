"""
The suppliers of the synthetic Denmark: invented names, numbers that pass the check.

A CVR number of eight digits passes modulus 11 or is none. These begin with 99,
or with 0 (a spreadsheet loses that zero): a handful of real ones may begin so too, so no
number here says anything about a firm that happens to have it.
"""

from __future__ import annotations

import polars as pl

from ehandel_lib.demo.invoices import categories

#: Suppliers per category: on its agreement, and all.
PAA_AFTALEN, I_ALT = 3, 7
#: "Diverse" is bought anywhere.
LOKALE = 60

#: Each of these suppliers' CVR begins with a zero.
NUL_FORAN_HVER = 20

#: The weights of modulus 11. Source: the CVR number's check, as in python-stdnum's `dk.cvr`.
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


def _next_cvr(start: int) -> str:
    """The first number from here on that passes."""
    return next(f"{n:08d}" for n in range(start, start + 99) if cvr_passes(f"{n:08d}"))


def suppliers() -> pl.DataFrame:
    """
    All suppliers by category: `leverandoer_cvr`, `leverandoer_navn`, `c` (category), `paa_aftale`, `pris`.

    `pris` is what the supplier's prices are multiplied by; off agreement things cost more.

    Examples
    --------
    >>> suppliers().row(0, named=True)["leverandoer_navn"]
    'Kontorleverandør 1 A/S'
    """
    rows = []
    for c, kategori in enumerate(categories()):
        total = I_ALT if kategori.aftaler else LOKALE if kategori.varekategori == "Diverse" else I_ALT
        for i in range(total):
            nr = len(rows)
            start = (
                1_000_000 + 7_919 * nr
                if nr % NUL_FORAN_HVER == NUL_FORAN_HVER - 1
                else 99_000_000 + 1_009 * nr
            )
            on = bool(kategori.aftaler) and i < PAA_AFTALEN
            name = f"{kategori.leverandoer} {i + 1} {'A/S' if on else 'ApS'}"
            rows.append((_next_cvr(start), name, c, on, 0.94 + 0.05 * i if on else 1.12 + 0.03 * (i % 7)))
    names = ["leverandoer_cvr", "leverandoer_navn", "c", "paa_aftale", "pris"]
    return pl.DataFrame(rows, schema=names, orient="row")
