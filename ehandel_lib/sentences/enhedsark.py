"""
What a unit's page says to the unit.

It begins with what goes well, compares without blame, and ends with advice that
can be followed. Where chance explains a difference, the page says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ehandel_lib import enheder, text
from ehandel_lib.sentences.fraser import fakturaer, midt, pct, saetning, ud_af
from ehandel_lib.show import Noegletal

if TYPE_CHECKING:
    from ehandel_lib.enhedsark import Ark

#: Kinds of unit in the plural; any other is "enheder af samme slags".
FLERTAL = {
    "administration": "administrative enheder",
    "børnehave": "børnehaver",
    "dagtilbud": "dagtilbud",
    "plejecenter": "plejecentre",
    "skole": "skoler",
}

ARK_KOLONNER = {
    "antal_fakturaer": ("antal", "Jeres fakturaer"),
    "uden": ("antal", "Uden e-ordre"),
    "grad_faktura": ("andel", "Jeres grad"),
    "grad_slags": ("andel", "Hele slagsen"),
}
ARK_SPREDNINGSKOLONNER = {
    "grad_faktura": ("andel", "Jeres grad"),
    "slags_median": ("andel", "Median"),
    "mindste": ("andel", "Laveste"),
    "stoerste": ("andel", "Højeste"),
    "antal_enheder": ("antal", "Enheder"),
}


def ark_noegletal(sheet: Ark) -> list[Noegletal]:
    """The unit's two rates with their bases."""
    unit = sheet.enhed
    hits, n = int(unit["fakturaer_e_handlet"]), int(unit["antal_fakturaer"])
    money, whole = unit["omsaetning_e_handlet_oere"], unit["omsaetning_oere"]
    rate = unit["grad_omsaetning"]
    missing = pd.isna(rate)
    base = "kan ikke beregnes" if missing else f"{text.mio(int(money))} af {text.mio(int(whole))}"
    return [
        Noegletal("E-handlede fakturaer", float(unit["grad_faktura"]), "andel", hits, n, ud_af(hits, n)),
        Noegletal(
            "E-handlet omsætning",
            None if missing else float(rate),
            "andel",
            None if missing else int(money),
            None if missing else int(whole),
            base,
            talt_i="oere",
        ),
    ]


def ark_styrke(sheet: Ark) -> str:
    """What the unit already does well, or how far it is."""
    unit, best = sheet.enhed, sheet.styrke
    if best is not None:
        part = ud_af(int(best["fakturaer_e_handlet"]), int(best["antal_fakturaer"]))
        told = f"{midt(best['varekategori'])} går godt: {part} er e-handlet ({pct(best['grad_faktura'])})"
        more = pd.notna(best["grad_slags"]) and best["grad_faktura"] > best["grad_slags"]
        kind = f"kommunens {_flertal(unit['enhedstype'])} under ét ({pct(best['grad_slags'])})"
        return saetning(told, f"det er mere end hos {kind}" if more else "")
    hits, n = int(unit["fakturaer_e_handlet"]), int(unit["antal_fakturaer"])
    if hits:
        return saetning(f"{ud_af(hits, n)} er e-handlet", "indkøbskontoret hjælper gerne videre")
    return saetning(f"ingen af jeres {fakturaer(n)} er e-handlet", "indkøbskontoret hjælper gerne i gang")


def _flertal(slags: object) -> str:
    return FLERTAL.get(str(slags).casefold(), "enheder af samme slags")


def ark_styrke_overskrift(sheet: Ark) -> str:
    """The heading over what goes well, or over how far the unit is where nothing stands out."""
    return "Så langt er I" if sheet.styrke is None else "Det går godt"


def ark_slags_overskrift(sheet: Ark) -> str:
    """The heading over the comparison."""
    return f"Jer og kommunens andre {_flertal(sheet.enhed['enhedstype'])}"


def ark_figur(sheet: Ark) -> str:
    """The figure's title."""
    return (
        f"E-handelsgrad på faktura hos de {text.tael(len(sheet.blandt), 'enhed', 'enheder')} af samme slags"
    )


def ark_spredning(sheet: Ark) -> pd.DataFrame:
    """The numbers in the figure: the unit and the spread of its kind."""
    kind = sheet.slags or {}
    row = {"grad_faktura": sheet.enhed["grad_faktura"], "slags_median": sheet.enhed["slags_median"]}
    row |= {name: kind[name] for name in ("mindste", "stoerste", "antal_enheder")}
    return pd.DataFrame([row]).astype({"antal_enheder": "Int64"})


def ark_plads(sheet: Ark) -> str:
    """Where the unit stands among its kind, and whether chance can explain it."""
    unit = sheet.enhed
    if sheet.slags is None or pd.isna(unit["slags_median"]):
        return saetning("der er for få enheder af samme slags i kommunen til at sammenligne med")
    rate, median = unit["grad_faktura"], unit["slags_median"]
    if pct(rate) == pct(median):
        return saetning(f"I ligger på linje med den midterste enhed ({pct(rate)})")
    where = "over" if rate > median else "under"
    told = f"I ligger {where} den midterste enhed: {pct(rate)} mod {pct(median)}"
    scattered = unit["slags_spredning"] > 0
    inside = f"med {fakturaer(int(unit['antal_fakturaer']))} kan forskellen være tilfældig"
    if scattered:
        inside = "forskellen er ikke større, end den plejer at være mellem enheder af samme slags"
    if unit["mod_slags"] == enheder.INDEN_FOR:
        return saetning(told, inside)
    usual = "plejer at være mellem enheder af samme slags" if scattered else "plejer at blive ved et tilfælde"
    return saetning(told, f"forskellen er større, end den {usual}, men kan komme af, hvad I køber")


def ark_alt(sheet: Ark) -> str:
    """The figure for a reader who cannot see it."""
    kind = sheet.slags or {}
    return saetning(
        f"et punkt for hver af {text.tael(len(sheet.blandt), 'enhed', 'enheder')} af samme slags, fra "
        f"{pct(kind['mindste'])} til {pct(kind['stoerste'])}; jeres eget er fremhævet",
        ark_plads(sheet),
    )


def ark_at_hente(sheet: Ark) -> pd.DataFrame:
    """The table of the categories to begin with."""
    columns = ["varekategori", "antal_fakturaer", "uden", "fakturaer_e_handlet", "grad_faktura", "grad_slags"]
    return sheet.at_hente[columns]


def ark_raad(sheet: Ark) -> list[str]:
    """One piece of advice for each category, or one for all where no category stands out."""
    known = sheet.at_hente.dropna(subset=["raad"])
    advice = [f"{row['varekategori']}: {row['raad']}" for row in known.to_dict("records")]
    return advice or [
        "Der er ingen varekategori med lovkrav at pege på: I har under fem fakturaer i hver, eller de er "
        "alle e-handlet.",
        "Søg først i e-handelssystemet, og ring til indkøbskontoret, hvis varen ikke er til at finde.",
    ]
