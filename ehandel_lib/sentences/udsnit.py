"""
What is said of any grouping that an analyst has chosen.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ehandel_lib import text
from ehandel_lib.explore.grupper import GRUPPER, MAAL, OEVRIGE
from ehandel_lib.sentences.fraser import Row, begge, fakturaer, midt, pct, rows, saetning

INGEN = "Ingen af grupperne har så mange fakturaer, at en e-handelsgrad kan vises."


def _graded(per_gruppe: pd.DataFrame, maal: str) -> list[Row]:
    """The groups that have a rate, highest first; the rest together is no group to name."""
    own = per_gruppe[per_gruppe["gruppe"] != OEVRIGE].dropna(subset=["grad_omsaetning", "grad_faktura"])
    return rows(own.sort_values(MAAL[maal][0], ascending=False, kind="stable"))


def udsnit(per_gruppe: pd.DataFrame, maal: str = "omsaetning") -> str:
    """The group with the highest and the one with the lowest rate, with their bases."""
    graded = _graded(per_gruppe, maal)
    if not graded:
        return INGEN
    first, last = graded[0], graded[-1]
    top = f"højest ligger {first['gruppe']} med {begge(first)}"
    return saetning(top, f"lavest ligger {last['gruppe']} med {begge(last)}" if len(graded) > 1 else "")


def udsnit_i_alt(i_alt: pd.DataFrame, valuta: str = "DKK") -> str:
    """
    How much of a whole part of the posts is e-traded.

    Parameters
    ----------
    i_alt : DataFrame
        `rates.begge` without groups: one row.
    """
    row = rows(i_alt)[0]
    if pd.isna(row["grad_omsaetning"]) or pd.isna(row["grad_faktura"]):
        return saetning(f"e-handelsgraden for udsnittet kan ikke beregnes ({row['aarsag']})")
    return saetning(f"e-handlet er {begge(row)}, i alt {text.mio(row['omsaetning_oere'], valuta)} uden moms")


def alt_udsnit(per_gruppe: pd.DataFrame, maal: str = "omsaetning") -> str:
    """The chart in words: every group's rate, from the highest to the lowest."""
    graded = _graded(per_gruppe, maal)
    if not graded:
        return INGEN
    column, of = MAAL[maal][0], {"omsaetning": "omsætningen", "faktura": "fakturaerne"}[maal]
    shown = text.opremsning([f"{row['gruppe']} {pct(row[column])}" for row in graded])
    hidden = int(per_gruppe["grad_faktura"].isna().sum())
    without = f"{text.tael(hidden, 'gruppe', 'grupper')} er uden tal" if hidden else ""
    return saetning(f"e-handlet andel af {of}: {shown}", without)


def overskrift(gruppe: str, valg: Mapping[str, str]) -> str:
    """
    The question that a grouping answers, as a chapter's heading.

    Examples
    --------
    >>> overskrift("leverandoer", {"varekategori": "Møbler"})
    'Hvor meget e-handles pr. leverandør (varekategori: møbler)?'
    """
    chosen = ", ".join(
        f"{GRUPPER[name]}: {midt(value) if name == 'varekategori' else value}" for name, value in valg.items()
    )
    return f"Hvor meget e-handles pr. {GRUPPER[gruppe]}{f' ({chosen})' if chosen else ''}?"


def antal_i_udsnit(poster: pd.DataFrame, valuta: str = "DKK") -> str:
    """
    How many invoices a part of the posts has, and what they come to.

    Examples
    --------
    >>> poster = pd.DataFrame({"kommune_kode": "630", "faktura_id": ["a", "a"], "beloeb_oere": [100, 250]})
    >>> antal_i_udsnit(poster).replace("\\xa0", " ")
    '1 faktura, i alt 4 kr. uden moms'
    """
    count = len(poster[["kommune_kode", "faktura_id"]].drop_duplicates())
    return f"{fakturaer(count)}, i alt {text.mio(int(poster['beloeb_oere'].sum()), valuta)} uden moms"
