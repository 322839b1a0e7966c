"""
Amounts: text → whole øre, exactly.

An extract may hold "1.234,50", "1,234.50", "(1 234,50)", "1.234,50-" and
"kr. 1234" in one column, and each of them says what it is. "1.234" does not: it
is one thousand or a little more than one, and the rest of its column decides.
All steps are narwhals expressions, so that they run on any engine.
"""

from __future__ import annotations

import re
from typing import Any

import narwhals as nw

#: What says "no amount", in small letters. Excel's own errors are among them.
INTET = (
    "",
    ".",
    "n/a",
    "na",
    "n.a.",
    "null",
    "none",
    "nan",
    "#n/a",
    "#i/t",
    "#værdi!",
    "#value!",
    "#ref!",
    "ukendt",
)

#: How money is marked, by currency; the mark of another currency than the delivery's is a foreign amount.
MAERKER = {
    "DKK": r"dkk|kr\.?",
    "EUR": r"eur|€",
    "GBP": r"gbp|£",
    "USD": r"usd|us\$|\$",
    "SEK": r"sek",
    "NOK": r"nok",
    "CHF": r"chf",
    "PLN": r"pln",
}

#: 10^12 kroner is a third of what Denmark makes in a year, and 20,000 times as many øre still fit in 64 bits.
FLEST_CIFRE = 12

LAESELIG = ("heltal", "dansk", "engelsk", "tvetydig", "nul")

#: form → the pattern of an unsigned amount. The first that fits counts; "tvetydig" must come before the two.
FORMER = {
    "heltal": r"^[0-9]+$",
    "tvetydig": r"^[1-9][0-9]{0,2}[.,][0-9]{3}$",
    "dansk": r"^(?:[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*|[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]*,[0-9]+|[0-9]+,)$",
    "engelsk": r"^(?:[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]*\.[0-9]+|[0-9]+\.)$",
    # what is left of sums that should have been 0, in programs that count in binary
    "nul": r"^[0-9](?:[.,][0-9]+)?e-(?:0?[4-9]|[0-9]{2,})$",
    "stumpet": r"^[0-9](?:[.,][0-9]+)?e\+?[0-9]+$",
}

#: What an amount that cannot be read is rejected with.
AARSAGER = {
    "mangler": "beløb mangler",
    "valuta": "fremmed valuta",
    "stumpet": "beløbet er forkortet af et regneark; cifrene er tabt",
    "ulæselig": "beløbet kan ikke læses",
    "for stort": "beløbet er for stort til at være et beløb",
}

_BLANK = "[\u0020\u00a0\u2007\u2009\u202f'’‘´`]"
_MINUS = "[\u2010-\u2015\u2212\ufe63\uff0d]"


@nw.narwhalify
def shapes(rows: Any, column: str, currency: str = "DKK") -> Any:
    """
    Say of each amount how it is written.

    Parameters
    ----------
    rows : frame
        With the text column `column`.
    currency : str
        The currency whose mark may stand beside the amount.

    Returns
    -------
    frame
        With ``{column}_tal`` (the amount without sign, marks and blanks), ``{column}_minus`` and
        ``{column}_form``: a key of `FORMER`, ``"mangler"``, ``"valuta"``, ``"ulæselig"`` or ``"for stort"``.

    Examples
    --------
    >>> import polars as pl
    >>> shapes(pl.DataFrame({"x": ["kr. 1.234,50-", "1 234", "1.234", "EUR 5", "-", "12 34"]}), "x").rows()
    [('kr. 1.234,50-', '1.234,50', True, 'dansk'), ('1 234', '1234', False, 'heltal'),
     ('1.234', '1.234', False, 'tvetydig'), ('EUR 5', 'eur 5', False, 'valuta'), ('-', '', True, 'mangler'),
     ('12 34', '12 34', False, 'ulæselig')]
    """
    own = MAERKER.get(currency, re.escape(currency.lower()))
    foreign = "|".join(mark for code, mark in MAERKER.items() if code != currency)
    tal, minus, form = f"{column}_tal", f"{column}_minus", f"{column}_form"
    text = nw.col(column).fill_null("").str.to_lowercase().str.replace_all(_MINUS, "-")
    # "100,-" is a hundred kroner, not minus a hundred
    text = (
        text.str.replace_all(own, "")
        .str.replace_all(f"^{_BLANK}+|{_BLANK}+$", "")
        .str.replace_all(r"[,.]-+$", "")
    )
    marked = rows.with_columns(**{tal: text})
    plain = nw.col(tal)
    signs = marked.with_columns(
        **{
            minus: plain.str.contains(r"^-|-$|^\(.*\)$"),
            # two signs, or one parenthesis, are a slip of the hand
            form: plain.str.contains(r"^-.*[-)]$|^\(.*[^)]$|^[^(].*\)$|^[-+(]{2}.*[0-9]"),
            tal: plain.str.replace_all(rf"^[-+(]{_BLANK}*|{_BLANK}*[-)]$", ""),
        }
    )
    grouped = nw.col(tal).str.contains(rf"^[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+(?:[.,][0-9]*)?$")
    return signs.with_columns(
        **{
            tal: nw.when(grouped).then(nw.col(tal).str.replace_all(_BLANK, "")).otherwise(nw.col(tal)),
            form: case((nw.col(tal).str.contains(foreign), "valuta"), (nw.col(form), "ulæselig"), default=""),
        }
    ).with_columns(**{form: _form(nw.col(tal), nw.col(form))})


def case(*rules: tuple[nw.Expr, str], default: str) -> nw.Expr:
    """The text of the first rule that holds."""
    text: nw.Expr = nw.lit(default)
    for condition, value in reversed(rules):
        text = nw.when(condition).then(nw.lit(value)).otherwise(text)
    return text


def _form(tal: nw.Expr, known: nw.Expr) -> nw.Expr:
    """How the amount is written, where that is not already settled."""
    rules = [
        (tal.is_in(INTET) | tal.str.contains("^-+$"), "mangler"),
        *((known == name, name) for name in ("valuta", "ulæselig")),
        (tal.str.contains(rf"^[0-9.,]*[0-9]{{{FLEST_CIFRE + 1},}}[0-9.,]*$"), "for stort"),
        (tal.str.len_chars() > 2 * FLEST_CIFRE, "for stort"),
        *((tal.str.contains(pattern), name) for name, pattern in FORMER.items()),
    ]
    return case(*rules, default="ulæselig")


@nw.narwhalify
def values(rows: Any, column: str, english: str) -> Any:
    """
    Turn the amounts that `shapes` has looked at into numbers.

    Parameters
    ----------
    rows : frame
        What `shapes` returned.
    english : str
        A yes/no column: is "1.234" a little more than one in this row's file?

    Returns
    -------
    frame
        With ``{column}_oere`` (missing where unreadable), ``{column}_afrundet`` (did it have more than two
        decimals?) and ``{column}_decimal`` (the amount as text with a decimal point); without the columns of
        `shapes` but ``{column}_form``.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"x": ["1.234,50-", "1.234", "0,125", "x"], "e": False})
    >>> values(shapes(rows, "x"), "x", "e").select("x_oere", "x_afrundet").rows()
    [(-123450, False), (123400, False), (13, True), (None, False)]
    """
    tal, form, decimal = f"{column}_tal", f"{column}_form", f"{column}_decimal"
    dots = nw.col(tal).str.replace_all(".", "", literal=True).str.replace_all(",", ".", literal=True)
    commas = nw.col(tal).str.replace_all(",", "", literal=True)
    shape = nw.col(form)
    is_danish = (shape == "dansk") | ((shape == "tvetydig") & ~nw.col(english))
    readable = shape.is_in(LAESELIG) & (shape != "nul")
    sign = nw.when(nw.col(f"{column}_minus")).then(nw.lit("-")).otherwise(nw.lit(""))
    whole, rest = f"{column}_hele", f"{column}_rest"
    split = (
        rows.with_columns(**{decimal: nw.when(is_danish).then(dots).otherwise(commas)})
        .with_columns(**{decimal: nw.when(readable).then(nw.col(decimal)).otherwise(nw.lit("0"))})
        .with_columns(
            **{
                whole: nw.concat_str(nw.lit("0"), nw.col(decimal).str.replace_all(r"\.[0-9]*$", "")),
                rest: nw.concat_str(nw.col(decimal).str.replace_all(r"^[0-9]*\.?", ""), nw.lit("000")),
                decimal: nw.concat_str(sign, nw.lit("0"), nw.col(decimal)),
            }
        )
    )
    # half up on the size: 0,125 and -0,125 are 13 and -13 øre, so that a credit note cancels its invoice
    up = nw.when(nw.col(rest).str.slice(2, 1).is_in(list("56789"))).then(nw.lit(1)).otherwise(nw.lit(0))
    size = nw.col(whole).cast(nw.Int64) * 100 + nw.col(rest).str.slice(0, 2).cast(nw.Int64) + up
    signed = nw.when(nw.col(f"{column}_minus")).then(-size).otherwise(size)
    numbers = split.with_columns(
        **{
            f"{column}_oere": nw.when(shape.is_in(LAESELIG)).then(signed),
            f"{column}_afrundet": nw.col(rest).str.contains("^[0-9]{2}0*[1-9]") | (shape == "nul"),
            decimal: nw.when(shape.is_in(LAESELIG)).then(nw.col(decimal)),
        }
    )
    return numbers.drop(tal, f"{column}_minus", whole, rest)


def without_vat(oere: Any, percent: float) -> Any:
    """
    Amounts without VAT, in whole øre, rounded half up on their size; any expression that knows ``//``.

    Examples
    --------
    >>> import polars as pl
    >>> pl.DataFrame({"x": [125_00, 99, -99, 0]}).select(without_vat(pl.col("x"), 25)).to_series().to_list()
    [10000, 79, -79, 0]
    """
    # the rate in hundredths of a percent keeps it whole: 12.5 % is 1250
    divisor = 10_000 + round(percent * 100)
    doubled = oere.abs() * 20_000 + divisor
    return doubled // (2 * divisor) * oere.sign()
