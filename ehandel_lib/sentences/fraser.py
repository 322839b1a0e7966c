"""
Phrases that all chapters' sentences are built of.

A rate is never written without what it is counted of; a rate that is missing
is said in words. Danish grammar's small traps live here: one or many, the full
stop after "pct.", and a category's name inside a sentence.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ehandel_lib import rates, reference, text
from ehandel_lib.rates import FUND_MINDST

#: One row of a frame, as a mapping from column to value.
Row = dict[str, Any]

KILDE = "Leverancens fakturaer."
KILDE_SKI = "Leverancens fakturaer; SKI: E-handel som indkøbsredskab, kapitel 5 (tal fra 2023)."

LILLE_GRUNDLAG = "grundlaget er så lille, at tallene siger mere om enkelte køb end om kommunens vaner"


def rows(frame: pd.DataFrame) -> list[Row]:
    """The frame's rows as mappings."""
    return frame.to_dict("records")  # type: ignore[return-value]


def saetning(*dele: str) -> str:
    """
    Parts as sentences: a capital first, a full stop last, a space between.

    Examples
    --------
    >>> saetning("graden er 12 pct.", "", "det er lavt")
    'Graden er 12 pct. Det er lavt.'
    """
    whole = [part[0].upper() + part[1:] for part in dele if part]
    return " ".join(part if part[-1] in ".?!" else part + "." for part in whole)


def midt(navn: str) -> str:
    """
    A category's name as it stands inside a sentence.

    Examples
    --------
    >>> midt("Møbler"), midt("AV-udstyr"), midt("Ukendt")
    ('møbler', 'AV-udstyr', 'varer uden kendt kategori')
    """
    if navn == "Ukendt":
        return "varer uden kendt kategori"
    return navn if navn[1:2].isupper() else navn[0].lower() + navn[1:]


def slags(enhedstype: str) -> str:
    """
    The units of a kind, as they stand inside a sentence; a kind that is not known goes by its own name.

    Examples
    --------
    >>> slags("Plejecenter"), slags("teknik"), slags("Havnekontor")
    ('plejecentre', 'tekniske enheder', 'havnekontor')
    """
    known = reference.table("enhedstyper").set_index("enhedstype")["flertal"]
    return str(known.get(enhedstype.strip().casefold(), midt(enhedstype)))


def fakturaer(antal: int) -> str:
    """A number of invoices: "1 faktura", "1.234 fakturaer"."""
    return text.tael(int(antal), "faktura", "fakturaer")


def kategorier(antal: int) -> str:
    """A number of categories: "1 varekategori", "3 varekategorier"."""
    return text.tael(int(antal), "varekategori", "varekategorier")


def af(antal: int, i_alt: int, ental: str, flertal: str) -> str:
    """
    How many of some groups, as it stands after a preposition.

    Examples
    --------
    >>> [af(n, 12, "aftale", "aftaler").replace("\\xa0", " ") for n in (0, 1, 12)]
    ['ingen af de 12 aftaler', '1 af 12 aftaler', 'alle 12 aftaler']
    >>> af(0, 1, "aftale", "aftaler"), af(1, 1, "aftale", "aftaler")
    ('ingen aftale', 'den ene aftale')
    """
    if i_alt == 1:
        return f"{'den ene' if antal else 'ingen'} {ental}"
    if not antal:
        return f"ingen af de {text.antal(i_alt)} {flertal}"
    if antal == i_alt:
        return f"alle {text.tael(i_alt, ental, flertal)}"
    return f"{text.antal(antal)} af {text.tael(i_alt, ental, flertal)}"


def ud_af(taeller: int, naevner: int) -> str:
    """
    A part of a number of invoices.

    Examples
    --------
    >>> ud_af(300, 1234).replace("\\xa0", " ")
    '300 af 1.234 fakturaer'
    """
    return f"{text.antal(taeller)} af {fakturaer(naevner)}"


def pct(share: float) -> str:
    """
    A share as it stands in a sentence; what is not quite nothing or not quite all is not rounded to it.

    Examples
    --------
    >>> [pct(share).replace("\\xa0", " ") for share in (0.0, 0.003, 0.27, 0.998, 1.0)]
    ['0 pct.', 'under 1 pct.', '27 pct.', 'over 99 pct.', '100 pct.']
    """
    if pd.isna(share):
        return text.MANGLER
    if 0 < share < 0.005:
        return f"under {text.i_pct(0.01)}"
    if 0.995 <= share < 1:
        return f"over {text.i_pct(0.99)}"
    return text.i_pct(share)


def pct1(share: float) -> str:
    """
    A share in a sentence with a decimal, where it stands beside a figure or another year that has one.

    Examples
    --------
    >>> [pct1(share).replace("\\xa0", " ") for share in (0.0, 0.0003, 0.2345, 0.9996, 1.0)]
    ['0,0 pct.', 'under 0,1 pct.', '23,5 pct.', 'over 99,9 pct.', '100,0 pct.']
    """
    if pd.isna(share):
        return text.MANGLER
    side, shown = "", share
    if 0 < share < 0.0005:
        side, shown = "under ", 0.001
    if 0.9995 <= share < 1:
        side, shown = "over ", 0.999
    return f"{side}{text.procenttal(shown, 1)}{text.NBSP}pct."


def rest(share: float) -> str:
    """
    What is left of the whole, so that the two printed percentages add up to 100.

    Examples
    --------
    >>> rest(0.73).replace("\\xa0", " "), rest(0.625).replace("\\xa0", " "), rest(0.003).replace("\\xa0", " ")
    ('27 pct.', '37 pct.', 'over 99 pct.')
    """
    if 0 < share < 0.005 or 0.995 <= share < 1:
        return pct(1 - share)
    return text.i_pct((100 - int(text.procenttal(share))) / 100)


def begge(row: Row) -> str:
    """
    Both rates of a group with their base.

    Examples
    --------
    >>> begge({"grad_omsaetning": 0.88, "grad_faktura": 0.87, "antal_fakturaer": 100}).replace("\\xa0", " ")
    '88 pct. af omsætningen og 87 pct. af fakturaerne (af 100 fakturaer)'
    """
    base = f" (af {fakturaer(row['antal_fakturaer'])})"
    return f"{pct(row['grad_omsaetning'])} af omsætningen og {pct(row['grad_faktura'])} af fakturaerne{base}"


def fra_til(foer: float, nu: float) -> str:
    """
    Two shares of a change, with a decimal: a change can be smaller than a whole percent.

    Examples
    --------
    >>> fra_til(0.137, 0.1543).replace("\\xa0", " ")
    'fra 13,7 til 15,4 pct.'
    """
    return f"fra {text.procenttal(foer, 1)} til {pct1(nu)}"


def gik(foer: float, nu: float) -> tuple[str, str]:
    """
    How a share went, as verb and rest; what reads the same is unchanged.

    The difference is not told beside the two ends: rounded for itself it may disagree with them.

    Examples
    --------
    >>> [" ".join(gik(*ends)).replace("\\xa0", " ") for ends in ((0.137, 0.154), (0.2, 0.1), (0.465, 0.4652))]
    ['steg fra 13,7 til 15,4 pct.', 'faldt fra 20,0 til 10,0 pct.', 'var uændret (46,5 pct.)']
    """
    if pct1(foer) == pct1(nu):
        return "var", f"uændret ({pct1(nu)})"
    return "steg" if nu > foer else "faldt", fra_til(foer, nu)


def baerende(frame: pd.DataFrame, *antal: str) -> tuple[pd.DataFrame, str]:
    """
    The groups that a finding can rest on, and the words for them where others are left out.

    Examples
    --------
    >>> baerende(pd.DataFrame({"antal_fakturaer": [7, 40, 25]}))[1].replace("\\xa0", " ")
    'mindst 20 fakturaer'
    >>> baerende(pd.DataFrame({"antal_fakturaer": [7, 4, 25]}))[1]
    ''
    """
    counts = frame[list(antal) or ["antal_fakturaer"]].min(axis=1)
    solid = frame[counts >= FUND_MINDST]
    if len(solid) < 2 or len(solid) == len(frame):
        return frame, ""
    return solid, f"mindst {fakturaer(FUND_MINDST)}"


def mod(difference: float) -> str:
    """
    A difference in percentage points and which way it goes.

    Examples
    --------
    >>> mod(0.021).replace("\\xa0", " "), mod(-0.01).replace("\\xa0", " "), mod(0.0004)
    ('2,1 procentpoint højere', '1,0 procentpoint lavere', 'det samme')
    """
    if abs(difference) < 0.0005:
        return "det samme"
    return f"{text.point(difference)} {'højere' if difference > 0 else 'lavere'}"


def grundlag(poster: pd.DataFrame, valuta: str = "DKK") -> str:
    """What a chart is counted of: the invoices and their turnover."""
    count = fakturaer(int(rates.fakturaer(poster)["naevner"].iloc[0]))
    return saetning(
        f"grundlag: {count}, i alt {text.mio(int(poster['beloeb_oere'].sum()), valuta)} uden moms"
    )


def aftale(nummer: str, navn: str | None) -> str:
    """
    An agreement's number with its name, where it has one.

    Examples
    --------
    >>> aftale("50.30", "Møbler"), aftale("X-1", None)
    ('50.30 Møbler', 'X-1')
    """
    return f"{nummer} {navn}" if isinstance(navn, str) else nummer
