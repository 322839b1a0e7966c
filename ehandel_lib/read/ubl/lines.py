"""
An e-invoice as rows: one per line, our fields as text, as an ERP extract has them.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from ehandel_lib import reference
from ehandel_lib.read.ubl.model import Faktura, Linje

Row = tuple[str | None, ...]


def raekker(faktura: Faktura) -> list[Row]:
    """
    One row per line, with the fields of `KOLONNER` as text; an invoice without lines is one row.

    The municipality is that of the buyer's CVR number, and missing where it is not one of the 98. Amounts and
    quantities have a decimal comma and always decimals, so that they can be read in one way only.
    """
    numbers = [line.nummer for line in faktura.linjer]
    # equal numbers would make equal lines look like duplicates
    own = numbers if len(set(numbers)) == len(numbers) else [str(n) for n in range(1, len(numbers) + 1)]
    head = (kommune_kode(faktura), faktura.dato, faktura.nummer)
    return [
        (*head, number, *_document(faktura), *_goods(faktura, line), faktura.valuta)
        for number, line in zip(own or [""], faktura.linjer or (hele(faktura),), strict=True)
    ]


def _document(faktura: Faktura) -> Row:
    return (
        faktura.dokumenttype,
        faktura.leverandoer_cvr,
        faktura.leverandoer_navn,
        faktura.enhed_id,
        faktura.enhed_navn,
    )


def _goods(faktura: Faktura, line: Linje) -> Row:
    return (
        line.ordrenummer,
        faktura.aftale_nummer,
        faktura.delaftale_nummer,
        line.unspsc,
        line.cpv,
        line.tekst,
        line.konto,
        _dansk(line.maengde),
        line.maaleenhed,
        _dansk(line.enhedspris),
        _dansk(Decimal(line.beloeb_oere).scaleb(-2)),
    )


def hele(faktura: Faktura) -> Linje:
    """An invoice without lines as one line."""
    return Linje("", "", None, "", None, faktura.netto_oere, "", "", faktura.ordrenummer, faktura.konto)


def _dansk(value: Decimal | None) -> str | None:
    """
    A number that can be read in one way only.

    Examples
    --------
    >>> _dansk(Decimal("1.234")), _dansk(Decimal(5)), _dansk(None)
    ('1,234000', '5,000000', None)
    """
    return None if value is None else f"{value:.6f}".replace(".", ",")


def kommune_kode(faktura: Faktura) -> str | None:
    """The municipality whose CVR number the buyer has, if it is one of the 98."""
    return _by_cvr().get(faktura.koeber_cvr)


@cache
def _by_cvr() -> dict[str, str]:
    return {kommune.cvr: kommune.kode for kommune in reference.kommuner().values()}
