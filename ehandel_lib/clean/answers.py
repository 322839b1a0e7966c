"""
Cells that choose between a few answers: the kind of a document, yes or no, a quarter, a year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_FAKTURA = "faktura|fakturaer|invoice|regning|f|fa|fak|380|389|i|inv"
_KREDITNOTA = (
    "kreditnota|kreditnote|kreditnotaer|kredit nota|credit note|creditnote|credit|kredit|k|kn|kre|381|396|cn"
)

#: How extracts and e-invoices (UNCL 1001) name the two kinds of document.
DOKUMENTTYPER = {
    **dict.fromkeys(_FAKTURA.split("|"), "faktura"),
    **dict.fromkeys(_KREDITNOTA.split("|"), "kreditnota"),
}

JA = frozenset(
    ("ja", "j", "yes", "y", "true", "sand", "1", "1.0", "x", "e-handlet", "e-handel", "ehandlet", "ehandel")
)
NEJ = frozenset(
    ("nej", "n", "no", "false", "falsk", "0", "0.0", "ikke e-handlet", "ikke e-handel", "ej e-handlet")
)


def document_kind(text: str, own: Mapping[str, str]) -> tuple[str | None, str | None]:
    """
    Invoice or credit note, or why it is neither.

    Examples
    --------
    >>> document_kind("Kreditnota", {}), document_kind("ZK", {"zk": "kreditnota"})
    (('kreditnota', None), ('kreditnota', None))
    >>> document_kind("Rykker", {})
    (None, 'ukendt dokumenttype; skriv den under [dokumenttyper] i kilde.toml')
    """
    name = re.sub(r"\.0$", "", text.strip().casefold())
    kind = own.get(name) or DOKUMENTTYPER.get(name)
    if kind == "afvis":
        return None, "dokumenttypen er hverken faktura eller kreditnota"
    return kind, None if kind else "ukendt dokumenttype; skriv den under [dokumenttyper] i kilde.toml"


def yes_or_no(text: str) -> tuple[bool | None, str | None]:
    """
    Yes, no, or neither with a reason.

    Examples
    --------
    >>> yes_or_no("Ja"), yes_or_no("0"), yes_or_no("måske")
    ((True, None), (False, None), (None, 'hverken ja eller nej'))
    """
    word = text.strip().casefold()
    return (True, None) if word in JA else (False, None) if word in NEJ else (None, "hverken ja eller nej")


def year(text: str) -> int | None:
    """
    A year by itself or in front of a quarter.

    Examples
    --------
    >>> year("2023"), year("2023.0"), year("2023K1"), year("i fjor")
    (2023, 2023, 2023, None)
    """
    found = re.search(r"(?<!\d)(19[9]\d|20\d\d)(?:\.0+)?(?!\d)", text)
    return int(found[1]) if found else None


def quarter(text: str) -> int | None:
    """
    A quarter, in the forms that extracts use.

    Examples
    --------
    >>> [quarter(text) for text in ("1", "K2", "3. kvartal 2023", "2023Q4", "Q1-2023", "5")]
    [1, 2, 3, 4, 1, None]
    """
    rest = re.sub(r"(?<!\d)(19|20)\d\d(?!\d)", "", text.casefold())
    found = re.search(r"(?<!\d)([1-4])(?:\.0+)?(?!\d)", rest)
    return int(found[1]) if found else None
