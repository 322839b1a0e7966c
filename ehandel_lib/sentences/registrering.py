"""
What the chapter says of e-handel that may not have been registered.

It is always *mulig*: the office checks with the supplier. Companies are named;
a supplier without a CVR number may be a person and is not.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import text
from ehandel_lib.sentences.fraser import fakturaer, rows, saetning

#: Columns of the two tables, where they have other labels than the data dictionary's.
STRAEKKOLONNER = {
    "antal_enheder": ("antal", "Enheder, der mangler"),
    "fakturaer_e_handlet": ("antal", "Med e-ordre"),
    "forventet": ("antal", "Ventet"),
}


def straekninger_tabel(stretches: pd.DataFrame) -> pd.DataFrame:
    """The stretches as they are listed: the period in words, the expected number whole."""
    periods = [text.periode(row["fra"], row["til"]) for row in rows(stretches)]
    named = stretches.assign(
        periode=pd.Series(periods, index=stretches.index, dtype="str"),
        forventet=stretches["forventet"].round(0),
    )
    columns = ["leverandoer_navn", "periode", "enhedstyper", "antal_enheder", "antal_fakturaer"]
    return named[[*columns, "fakturaer_e_handlet", "forventet", "mangler", "til_slut", "q"]]


def straekninger(stretches: pd.DataFrame) -> str:
    """How many e-orders may be lost, with whom and when, and what to do."""
    if stretches.empty:
        return saetning(
            "hos ingen leverandør er e-ordrer forsvundet i en periode, ud over hvad tilfældet kan forklare"
        )
    first = rows(stretches)[0]
    when = text.periode(first["fra"], first["til"])
    told = (
        f"hos {first['leverandoer_navn']} har {text.antal(first['fakturaer_e_handlet'])} af "
        f"{fakturaer(first['antal_fakturaer'])} i {when} en e-ordre, hvor enhedernes vane giver omkring "
        f"{text.antal(first['forventet'])}"
    )
    total = int(stretches["mangler"].sum())
    more = ""
    if len(stretches) > 1:
        more = (
            f"i alt er det {text.antal(len(stretches))} leverandører og omkring {fakturaer(total)}, hvor en "
            "e-ordre mangler"
        )
    return saetning(
        told,
        more,
        "ordrerne er måske afgivet, men ikke registreret: spørg leverandøren, om ordrenummeret kom med",
    )


def skrivefejl(slips: pd.DataFrame) -> str:
    """How many order numbers lie one slip from the system's own form."""
    if slips.empty:
        return saetning("ingen ordrenumre ligner e-ordrenumre med en skrivefejl")
    total, chance = int(slips["antal_fakturaer"].sum()), float(slips["forventet"].sum())
    few = "under 1" if chance < 0.95 else f"omkring {text.antal(chance)}"
    return saetning(
        f"på {fakturaer(total)} står et ordrenummer, som ligger én skrivefejl fra systemets egen form; ved "
        f"tilfælde ville det være {few}",
        "de er ikke talt som e-handlet",
    )
