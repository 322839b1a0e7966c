"""
What the chapter on changes since an earlier report says: what moved, by how much, and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ehandel_lib import text
from ehandel_lib.aarsager import DATA, PAKKER, PARAMETRE, PROGRAM, REGEL, Aarsag
from ehandel_lib.aendringer import I_ALT, LOVKRAV, MAAL, PLADS
from ehandel_lib.rates import FUND_MINDST
from ehandel_lib.schema.meanings import BEGGE
from ehandel_lib.sentences.fraser import Row, af, fra_til, gik, midt, pct1, rows, saetning

if TYPE_CHECKING:
    from ehandel_lib.aendringer import Tidligere

#: Kind and label of the columns that the data dictionary does not describe.
AENDRINGSKOLONNER = {
    "gruppe": ("tekst", "Gruppe"),
    "maal": ("tekst", "Mål"),
    "grad_foer": ("andel", "Før", f"{BEGGE}, i den tidligere rapport."),
    "grad": ("andel", "Nu", f"{BEGGE}, i denne rapport."),
    "aendring": ("point", "Ændring"),
    "taeller_foer": ("antal", "Tæller før"),
    "naevner_foer": ("antal", "Nævner før"),
    "taeller": ("antal", "Tæller nu"),
    "naevner": ("antal", "Nævner nu"),
}

#: The same for the table of all rates in one report.
TALKOLONNER = {
    "gruppe": ("tekst", "Gruppe"),
    "maal": ("tekst", "Mål"),
    "taeller": ("antal", "Tæller"),
    "naevner": ("antal", "Nævner"),
    "grad": ("andel", "Grad", f"{BEGGE}. Ved plads er tælleren pladsen og nævneren antallet af kommuner."),
}

#: What each kind of cause is called at the head of its line.
SLAGS = {
    PARAMETRE: "Parametre",
    DATA: "Data",
    REGEL: "Leverancens regler",
    PROGRAM: "Program",
    PAKKER: "Pakker",
}

#: Parts of a cause named in one line; more are counted.
NAEVNT = 6


INGEN_FLYTTET = f"Ingen gruppe med mindst {FUND_MINDST} fakturaer i begge rapporter har fået en anden grad."


def sammenlignet_med(foer: Tidligere) -> str:
    """Which report this one is held against."""
    given = foer.ophav["parametre"]
    return saetning(
        f"den tidligere rapport handler om {given['kommune']} {given['aar']} og er lavet af leverancen "
        f"{given['leverance']}"
    )


def aendret(forskelle: pd.DataFrame) -> str:
    """How many of the rates moved, and how the municipality's own did (`aendringer.sammenlign`)."""
    moved, total = int(forskelle["flyttet"].sum()), len(forskelle)
    if not moved:
        return saetning(
            f"ingen tal er ændret: alle {text.antal(total)} er de samme som i den tidligere rapport"
        )
    same = text.antal(total - moved)
    rest = f", og {same} er {'det' if total - moved == 1 else 'de'} samme" if moved < total else ""
    count = f"{af(moved, total, 'tal', 'tal')} er ændret{rest}"
    return saetning(count, *(_whole(row) for row in rows(forskelle[forskelle["gruppe"] == I_ALT])))


def _whole(row: Row) -> str:
    """How a rate of all posts moved, or the rank."""
    if row["maal"] == PLADS:
        return _rank(row)
    name = f"graden på {row['maal']}"
    if pd.isna(row["grad"]) or pd.isna(row["grad_foer"]):
        return f"{name} kan ikke sammenlignes, da den mangler i den ene rapport"
    if not row["flyttet"]:
        return f"{name} er den samme ({pct1(row['grad'])})"
    verb, change = gik(row["grad_foer"], row["grad"])
    if verb == "var":
        return f"{name} er stadig {pct1(row['grad'])}, men af et andet grundlag"
    return f"{name} {verb} {change}"


def _rank(row: Row) -> str:
    if not row["flyttet"] or pd.isna(row["taeller"]) or pd.isna(row["taeller_foer"]):
        return ""
    then, now = (
        f"nr. {text.antal(row[place])} af {text.antal(row[of])}"
        for place, of in (("taeller_foer", "naevner_foer"), ("taeller", "naevner"))
    )
    return f"pladsen blandt kommunerne gik fra {then} til {now}"


def samlede(forskelle: pd.DataFrame) -> pd.DataFrame:
    """The rates of all posts and of those under the law, as rows of a table."""
    return forskelle[forskelle["gruppe"].isin([I_ALT, LOVKRAV]) & forskelle["maal"].isin(list(MAAL))]


def grundlaget(forskelle: pd.DataFrame) -> str:
    """Whether the invoices are others or only how they were judged."""
    whole = forskelle[(forskelle["gruppe"] == I_ALT) & (forskelle["maal"] == "faktura")]
    if whole.empty or whole[["naevner", "naevner_foer", "taeller", "taeller_foer"]].isna().any(axis=None):
        return ""
    row = rows(whole)[0]
    more, traded = int(row["naevner"] - row["naevner_foer"]), int(row["taeller"] - row["taeller_foer"])
    if not more and not traded:
        return "Der er lige så mange fakturaer og lige så mange e-handlede som før."
    base = f"{_more(more, 'faktura', 'fakturaer')} end" if more else "lige så mange fakturaer som"
    of_them = _more(traded, "e-handlet", "e-handlede") if traded else "lige så mange e-handlede"
    return saetning(f"der er {base} før, og {of_them}")


def _more(n: int, ental: str, flertal: str) -> str:
    """
    A number more or fewer.

    Examples
    --------
    >>> _more(3, "faktura", "fakturaer"), _more(-1, "faktura", "fakturaer")
    ('3 flere fakturaer', '1 faktura mindre')
    """
    if abs(n) == 1:
        return f"1 {ental} {'mere' if n > 0 else 'mindre'}"
    return f"{text.antal(abs(n))} {'flere' if n > 0 else 'færre'} {flertal}"


def flyttede(stoerste: pd.DataFrame) -> str:
    """The single group whose rate moved most (`aendringer.stoerste`)."""
    if stoerste.empty:
        return INGEN_FLYTTET
    row = rows(stoerste)[0]
    change = fra_til(row["grad_foer"], row["grad"])
    return saetning(f"mest flyttede {midt(row['gruppe'])} sig målt på {row['maal']}: {change}")


def kun_den_ene(forskelle: pd.DataFrame) -> str:
    """The groups that only one of the reports has."""
    parts = []
    for found, where in (("nu", "kun i denne rapport"), ("før", "kun i den tidligere")):
        names = list(dict.fromkeys(forskelle.loc[forskelle["findes"] == found, "gruppe"]))
        if names:
            parts.append(f"{text.opremsning([midt(name) for name in names])} står {where}")
    return saetning(*parts) if parts else "De to rapporter har de samme grupper."


def hvorfor(aarsager: list[Aarsag], egne: set[str], forskelle: pd.DataFrame) -> list[str]:
    """
    What changed, a line for each kind of cause, and last what can be concluded.

    Parameters
    ----------
    aarsager : list of Aarsag
        From `aarsager.aarsager`.
    egne : set of str
        The files that hold rows of the municipality.
    forskelle : DataFrame
        From `aendringer.sammenlign`.
    """
    kinds = [kind for kind in SLAGS if any(cause.slags == kind for cause in aarsager)]
    lines = [_line(kind, [cause.tekst for cause in aarsager if cause.slags == kind]) for kind in kinds]
    moved = bool(forskelle["flyttet"].any())
    years = any(cause.slags == PARAMETRE and cause.tekst.startswith("året ") for cause in aarsager)
    last = _other_year(kinds) if years and moved else _conclusion(kinds, moved)
    return [*lines, *_own(aarsager, egne), last]


def _line(kind: str, parts: list[str]) -> str:
    rest = len(parts) - NAEVNT
    shown = parts if rest <= 1 else [*parts[:NAEVNT], f"{text.antal(rest)} andre"]
    return f"{SLAGS[kind]}: {text.opremsning(shown)}."


def _own(aarsager: list[Aarsag], egne: set[str]) -> list[str]:
    """Whether a changed file holds the municipality's own rows: else only its comparisons can move."""
    files = [cause.tekst.rsplit(" er ", 1)[0] for cause in aarsager if cause.slags == DATA]
    if not files:
        return []
    own = [name for name in files if name in egne]
    if own:
        return [saetning(f"kommunens egne rækker står i {text.opremsning(own)}")]
    return [
        "Ingen af de nye eller ændrede filer har rækker fra kommunen; de kan kun flytte sammenligningerne."
    ]


def _other_year(kinds: list[str]) -> str:
    """Another year is other purchases; what else changed cannot be told apart from that."""
    others = [kind for kind in kinds if kind != PARAMETRE]
    more = f"hvad ændringen i {text.opremsning(others)} betyder, kan ikke skilles fra det" if others else ""
    return saetning("rapporterne handler om hvert sit år, så tallene er talt efter forskellige køb", more)


def _conclusion(kinds: list[str], moved: bool) -> str:
    named = text.opremsning(kinds)
    if not kinds:
        return "Data, regler, program, pakker og parametre er de samme." + (
            " Så skulle tallene også være det: den ene af filerne er ændret, efter at den blev lavet." * moved
        )
    if not moved:
        return saetning(f"{named} er ændret, men det flyttede ingen tal")
    if len(kinds) == 1:
        return saetning(f"kun {named} er ændret, så alle ændringer i tallene kommer derfra")
    return saetning(
        f"{named} er ændret på én gang, så det kan ikke ses, hvad der flyttede hvilket tal",
        "lav rapporten med én ændring ad gangen for at skille dem ad",
    )
