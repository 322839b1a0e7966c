"""
What SKI's measures would give, and what in the municipality's own figures points to each.

A measure that nothing points to is not named: the list is short enough to be acted on.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ehandel_lib import enheder, maal, plan, rates, reference, text
from ehandel_lib.aftaler import PAA_AFTALE
from ehandel_lib.sentences.fraser import fakturaer, midt, rest, rows, saetning, slags, ud_af
from ehandel_lib.tiltag import Spor

KILDE_TILTAG = "Leverancens fakturaer; SKI: E-handel som indkøbsredskab, kapitel 6 (tiltag og virkning)."

#: Column → kind and label of the table.
TILTAGSKOLONNER = {
    "tiltag": ("tekst", "Hvad kan gøres?"),
    "virkning": ("tekst", "Hvad giver det? (SKI)"),
    "peger_paa": ("tekst", "Hvad peger på det her?"),
}

#: Goals that the year's change does not reach.
NAAS_IKKE = (maal.FOR_LANGSOMT, maal.GAAR_TILBAGE)

#: A smaller part of the turnover outside agreements is no reason to look for search words.
MINDST_UDEN_AFTALE = 0.05


def tiltag(spor: Spor, valuta: str = "DKK") -> pd.DataFrame:
    """
    SKI's measures that the municipality's figures point to.

    Returns
    -------
    DataFrame
        `tiltag`, `virkning` and `kilde` as in the reference table, and `peger_paa`: the number behind it.
    """
    table = reference.table("tiltag")
    told = {key: say(spor, valuta) for key, say in PEGER.items()}
    assert set(told) == set(table["noegle"]), "each measure is tied to a figure, and each tie has a measure"
    found = table.assign(peger_paa=table["noegle"].map(told))
    return found[found["peger_paa"] != ""][["tiltag", "virkning", "peger_paa", "kilde"]].reset_index(
        drop=True
    )


def tiltag_antal(frame: pd.DataFrame) -> str:
    """How many of SKI's measures the municipality's figures point to (`tiltag`)."""
    whole = text.antal(len(reference.table("tiltag")))
    if frame.empty:
        return f"Kommunens tal peger ikke på noget bestemt af de {whole} tiltag, der gælder alle kategorier."
    return saetning(
        f"kommunens tal peger på {text.antal(len(frame))} af de {whole} tiltag, der gælder alle kategorier"
    )


def _ledelse(spor: Spor, valuta: str) -> str:
    """The targets that are not reached as it goes now."""
    late, whole = int(spor.maal["maalstatus"].isin(NAAS_IKKE).sum()), len(spor.maal)
    if not late:
        return ""
    which = "kommunens ene mål" if whole == 1 else f"{text.antal(late)} af {text.antal(whole)} mål"
    return saetning(f"{which} nås ikke til tiden, som det går nu")


def _besoeg(spor: Spor, valuta: str) -> str:
    """The units below what is expected of their kind, and what the middle of their kind would mean there."""
    below = enheder.hjaelp(spor.enheder)
    more = int(below["flere_e_handlede"].sum())
    if not more:
        return ""
    units = _ud_af_enheder(len(below), len(enheder.tragt(spor.enheder)))
    return saetning(f"{units} ligger under det ventede for slagsen: {fakturaer(more)} at hente")


def _ledermails(spor: Spor, valuta: str) -> str:
    """How few units hold half of what is left."""
    if spor.halvdel is None:
        return ""
    few, among, invoices = spor.halvdel
    where = _ud_af_enheder(few, among)
    return saetning(f"halvdelen af {fakturaer(invoices)} uden e-handel ligger hos {where}")


def _ud_af_enheder(few: int, among: int) -> str:
    return f"{text.antal(few)} af {text.tael(among, 'enhed', 'enheder')}"


def _oplaering(spor: Spor, valuta: str) -> str:
    """The kinds whose units differ more than chance gives."""
    kinds = enheder.slags(spor.enheder)
    unlike = kinds[(kinds["p"] < 1 - enheder.GRAENSE).fillna(False).astype("bool")]
    if unlike.empty:
        return ""
    named = text.opremsning([slags(name) for name in unlike["enhedstype"]])
    return saetning(f"forskellene er større, end tilfældet giver, mellem {named}")


def _faa_koebere(spor: Spor, valuta: str) -> str:
    """The small invoices, and those that could have gone with another one."""
    left = _zone(spor, plan.PROBLEMZONER[0])
    gathered = int(rows(spor.smaa)[0]["kan_samles"])
    could = f"{text.antal(gathered)} småkøb kunne samles" if gathered >= rates.MIN_FAKTURAER else ""
    return saetning("; ".join(part for part in (left, could) if part))


def _store_koeb(spor: Spor, valuta: str) -> str:
    """The large invoices, with their money."""
    return saetning(_zone(spor, plan.PROBLEMZONER[1], valuta))


def _zone(spor: Spor, name: str, valuta: str = "") -> str:
    """A problem zone, where it has enough invoices without e-handel to be worth a word."""
    [row] = rows(spor.zoner[spor.zoner["beloebsgruppe"] == name])
    if pd.isna(row["uden_fakturaer"]) or row["uden_fakturaer"] < plan.MINDST_I_HUL:
        return ""
    money = f" ({text.mio(row['uden_oere'], valuta)})" if valuta else ""
    return f"{ud_af(row['uden_fakturaer'], row['antal_fakturaer'])} på {midt(name)} er ikke e-handlet{money}"


def _aftaler(spor: Spor, valuta: str) -> str:
    """The turnover that is not on an agreement that holds."""
    on, off = (
        spor.koebsmaader[(spor.koebsmaader["koebsmaade"] == PAA_AFTALE) == held] for held in (True, False)
    )
    share = on["andel_omsaetning"].iloc[0]
    if pd.isna(share) or off["omsaetning_oere"].isna().any() or 1 - share < MINDST_UDEN_AFTALE:
        return ""
    money = text.mio(int(off["omsaetning_oere"].sum()), valuta)
    return saetning(f"{rest(share)} af omsætningen ({money}) er uden for gældende aftaler")


#: Each measure and what is said of it; nothing where the figures do not point to it.
PEGER: dict[str, Callable[[Spor, str], str]] = {
    "ledelse": _ledelse,
    "besoeg": _besoeg,
    "ledermails": _ledermails,
    "oplaering": _oplaering,
    "faa_koebere": _faa_koebere,
    "store_koeb": _store_koeb,
    "aftaler": _aftaler,
}
