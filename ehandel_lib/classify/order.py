"""
Was the order sent through the e-procurement system?

An order number is not an e-order: municipalities count an order as e-handlet
because their system gives it a *prefix*. No system publishes its prefixes, so
the patterns belong to the delivery, and `former` shows an analyst the shapes
among which to look for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw
import pandas as pd

from ehandel_lib import schema

#: What stands in the order field when there is no order, in capitals. Peppol tells senders to write NA where
#: only a sales order exists; the rest is what real e-invoices and ledgers carry.
PLADSHOLDERE = (
    "NA",
    "N/A",
    "N.A.",
    "N.A",
    "NONE",
    "NULL",
    "NIL",
    "INGEN",
    "INTET",
    "UKENDT",
    "IKKE OPLYST",
    "1",
)

#: Nothing but zeros, dashes, dots, crosses or question marks says "no order" too.
_INTET_TEGN = r"^[0\-–._xX?*/ ]+$"

#: A pattern's letters, as regular expressions that every engine reads alike.
_TEGN = {"#": "[0-9]", "@": "[A-ZÆØÅ]", "*": ".*"}


@dataclass(frozen=True)
class OrdrePraefiks:
    """
    A form of order number that only an e-procurement system gives.

    Parameters
    ----------
    moenster : str
        ``#`` is one digit, ``@`` one letter, ``*`` anything; the rest stands for itself, in capitals or not.
        The whole order number must match: ``"TEL-#######"``, ``"30#####"``, ``"EHO*"``.
    system : str, optional
        Applies only where the municipality uses this system.
    kommuner : tuple of str
        Municipality codes to which the pattern is confined; empty means all.
    """

    moenster: str
    system: str | None = None
    kommuner: tuple[str, ...] = ()

    @property
    def regex(self) -> str:
        """
        The pattern as a regular expression for order numbers in capitals.

        Examples
        --------
        >>> OrdrePraefiks("ab30#@*").regex
        '^AB30[0-9][A-ZÆØÅ].*$'
        """
        return f"^{''.join(_TEGN.get(c) or _escaped(c) for c in self.moenster.upper())}$"

    def gaelder(self, nummer: nw.Expr | None = None) -> nw.Expr:
        """Is this line an e-order by this pattern? `nummer` is what `sammenlignet` gives."""
        hit = (sammenlignet() if nummer is None else nummer).str.contains(self.regex)
        if self.system is not None:
            hit = hit & (nw.col("system_kode") == self.system)
        if self.kommuner:
            hit = hit & nw.col("kommune_kode").is_in(list(self.kommuner))
        return hit


def _escaped(character: str) -> str:
    return re.escape(character) if character.isascii() else character


def sammenlignet() -> nw.Expr:
    """The order number as it is compared: in capitals, without blanks around it, never missing."""
    return nw.col("ordrenummer").fill_null("").str.strip_chars().str.to_uppercase()


@nw.narwhalify
def e_ordre(linjer: Any, praefikser: Sequence[OrdrePraefiks], *, pladsholdere: Sequence[str] = ()) -> Any:
    """
    Say of each line whether its order went through the e-procurement system, and by which rule.

    Parameters
    ----------
    linjer : frame
        With `ordrenummer`, `e_handlet_angivet`, `kommune_kode` and `system_kode`.
    praefikser : sequence of OrdrePraefiks
        The delivery's patterns.
    pladsholdere : sequence of str
        Placeholders of this delivery, besides `PLADSHOLDERE`.

    Returns
    -------
    frame
        With `e_handlet`, `har_ordrenummer` (the weaker measure: any number that is no placeholder) and
        `ordre_regel` (one of `schema.ORDRE_REGLER`). A yes/no of the delivery itself decides before the
        patterns do.

    Notes
    -----
    Source: SKI, E-handel som indkøbsredskab, chapter 2: an order sent through the system gets a prefix by
    which it is registered as e-handlet, whether or not its goods are on an agreement.

    Examples
    --------
    >>> import pandas as pd
    >>> linjer = pd.DataFrame({"kommune_kode": "630", "system_kode": "TELLIS",
    ...                        "e_handlet_angivet": pd.Series([pd.NA] * 4, dtype="boolean"),
    ...                        "ordrenummer": ["tel-07", "n/a", None, "4711"]})
    >>> svar = e_ordre(linjer, [OrdrePraefiks("TEL-##", system="TELLIS")])
    >>> svar[["e_handlet", "ordre_regel"]].values.tolist()
    [[True, 'præfiks'], [False, 'pladsholder'], [False, 'intet ordrenummer'], [False, 'andet ordrenummer']]
    """
    known = [*PLADSHOLDERE, *(word.strip().upper() for word in pladsholdere)]
    number = nw.col("_nummer")
    empty = number == ""
    placeholder = number.is_in(known) | number.str.contains(_INTET_TEGN)
    pattern = reduce(or_, (p.gaelder(number) for p in _mulige(linjer, praefikser)), nw.lit(False))
    stated, prefix, held, none, other = schema.ORDRE_REGLER
    rule = (
        nw.when(~nw.col("e_handlet_angivet").is_null())
        .then(nw.lit(stated))
        .otherwise(
            nw.when(empty)
            .then(nw.lit(none))
            .otherwise(
                nw.when(pattern)
                .then(nw.lit(prefix))
                .otherwise(nw.when(placeholder).then(nw.lit(held)).otherwise(nw.lit(other)))
            )
        )
    )
    ruled = linjer.with_columns(_nummer=sammenlignet()).with_columns(
        ordre_regel=rule, har_ordrenummer=~(empty | placeholder)
    )
    return ruled.with_columns(
        e_handlet=(nw.col("ordre_regel") == prefix)
        | ((nw.col("ordre_regel") == stated) & nw.col("e_handlet_angivet").fill_null(False))
    ).drop("_nummer")


def _mulige(linjer: Any, praefikser: Sequence[OrdrePraefiks]) -> list[OrdrePraefiks]:
    """The patterns that can apply: where the rows are at hand, those of systems that occur in them."""
    if isinstance(linjer, nw.LazyFrame):
        return list(praefikser)
    used = set(linjer.get_column("system_kode").unique().to_list())
    return [p for p in praefikser if p.system is None or p.system in used]


#: Letters or leading digits that so many order numbers share are a system's, not a person's: they are shown.
MINDST_FAELLES = 20


def former(ordrenumre: pd.Series) -> pd.DataFrame:
    """
    The shapes of the order numbers with counts, written as patterns; never the numbers themselves.

    Letters become ``@`` and digits ``#``, except a beginning that at least `MINDST_FAELLES` numbers of
    the same shape share (and, for digits, half of them): that is what a prefix looks like. Initials stay
    hidden.

    Parameters
    ----------
    ordrenumre : Series of str
        Order numbers, one per invoice or line; missing ones are counted as ``(tomt)``.

    Returns
    -------
    DataFrame
        `form`, `antal` and `andel` of all, most frequent first.

    Examples
    --------
    >>> former(pd.Series(["TEL-%04d" % i for i in range(30)] + ["ABCD", None]))
           form  antal    andel
    0  TEL-####     30   0.9375
    1    (tomt)      1  0.03125
    2      @@@@      1  0.03125
    """
    form = nummerform(ordrenumre)
    counts = form.value_counts().rename_axis("form").reset_index(name="antal")
    counts = counts.sort_values(["antal", "form"], ascending=[False, True], ignore_index=True)
    return counts.assign(andel=counts["antal"] / len(form)).astype({"antal": "Int64", "andel": "Float64"})


def nummerform(ordrenumre: pd.Series) -> pd.Series:
    """The shape of each order number, as `former` counts them; how it is shown depends on all of them."""
    numbers = ordrenumre.fillna("").astype("str").str.strip().str.upper()
    shape = numbers.str.replace(r"[^\W\d_]", "@", regex=True).str.replace(r"\d", "#", regex=True)
    start = numbers.str.extract(r"^([^\W\d_]+|\d{2}(?=\d{3,}$))", expand=False).fillna("")
    size = shape.groupby(shape).transform("size")
    shared = start.groupby([shape, start]).transform("size")
    shown = (start != "") & (shared >= MINDST_FAELLES) & (~start.str.isdigit() | (shared >= size / 2))
    return pd.Series(
        [s + f[len(s) :] if keep else f for s, f, keep in zip(start, shape, shown, strict=True)],
        index=numbers.index,
        dtype="str",
    ).where(numbers != "", "(tomt)")
