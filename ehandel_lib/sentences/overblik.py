"""
What the overview says: the key figures, three findings, and where to act.

Everything is computed from the same frames as the chapters, so the first page
cannot say anything that they do not.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import analyses, rates, text
from ehandel_lib.handlingsplan import MINDST_AT_HENTE
from ehandel_lib.sentences import beloebsintervaller, faktura_og_omsaetning, varekategorier
from ehandel_lib.sentences.fraser import LILLE_GRUNDLAG, Row, gik, midt, pct, pct1, rows, saetning, ud_af
from ehandel_lib.sentences.fremgang import blandt_andre
from ehandel_lib.show import Noegletal

#: How many categories the list of first steps names: what a leader can set in motion in a year.
INDSATSER = 3

LILLE_I_ALT = "alle køb tilsammen er så få fakturaer, at de ikke viser kommunens vaner"

ALT_E_HANDLET = "I varekategorierne med lovkrav er al den omsætning, der kan vises, e-handlet."

INGEN_PLAN = "Ingen varekategori med lovkrav har nok fakturaer til at pege på et første skridt."

INTET_SKRIDT = "Alle fakturaer i de varekategorier med lovkrav, der kan vises, er e-handlet."

INGEN_FOER = "Leverancen rummer ingen fakturaer fra året før, så udviklingen kan ikke vises."


def lovkrav(under: pd.DataFrame, aar: int, valuta: str = "DKK") -> str:
    """Both rates of the categories under the law, together (`rates.begge` of their posts)."""
    row = rows(under)[0]
    if not row["antal_fakturaer"]:
        return "Der er ingen køb i de 14 varekategorier med lovkrav."
    return _registered("i de 14 varekategorier med lovkrav", row, f" i {aar}", valuta)


def samlet(i_alt: pd.DataFrame, kommune: str, aar: int, valuta: str = "DKK") -> str:
    """Both rates of all purchases with their bases (`rates.begge` without groups)."""
    row = rows(i_alt)[0]
    if not row["antal_fakturaer"]:
        return saetning(f"der er ingen fakturaer for {kommune} i {aar}")
    return _registered(f"af alle køb i {kommune} i {aar}", row, "", valuta, LILLE_I_ALT, "den samlede grad")


def _registered(
    where: str, row: Row, when: str, valuta: str, lille: str = LILLE_GRUNDLAG, grad: str = "graden"
) -> str:
    few = lille if row["antal_fakturaer"] < rates.MIN_FAKTURAER else ""
    if pd.isna(row["grad_omsaetning"]):
        return saetning(
            f"{where} blev {_counted(row)} registreret som e-handel{when}",
            f"{grad} på omsætning kan ikke beregnes: {row['aarsag']}",
        )
    both = f"{_share_of_money(row, valuta)} og {_counted(row)}"
    return saetning(f"{where} blev {both} registreret som e-handel{when}", few)


def _counted(row: Row) -> str:
    counted = ud_af(row["fakturaer_e_handlet"], row["antal_fakturaer"])
    return f"{pct1(row['grad_faktura'])} af fakturaerne ({counted})"


def _share_of_money(row: Row, valuta: str) -> str:
    return f"{pct1(row['grad_omsaetning'])} af omsætningen ({_money(row, valuta)})"


def _money(row: Row, valuta: str) -> str:
    part, whole = row["omsaetning_e_handlet_oere"], row["omsaetning_oere"]
    return f"{text.mio(part, valuta)} af {text.mio(whole, valuta)}"


def udvikling(
    now: pd.DataFrame, then: pd.DataFrame, aar: int, hvad: str = "", frem: pd.DataFrame | None = None
) -> str:
    """
    The change since the year before, on both measures.

    Parameters
    ----------
    now, then : DataFrame
        `rates.begge` of the year and of the one before.
    aar : int
        The year.
    hvad : str
        What is bought: "varer med lovkrav".
    frem : DataFrame, optional
        `fremgang.fremgang` of the same goods.
    """
    row, before = rows(now)[0], rows(then)[0]
    moves = [
        (f"graden på {name}", *gik(before[grad], row[grad]))
        for name, grad in [("omsætning", "grad_omsaetning"), ("faktura", "grad_faktura")]
        if pd.notna(row[grad]) and pd.notna(before[grad])
    ]
    if not moves:
        return INGEN_FOER
    (name, verb, change), *more = moves
    also = "".join(f", og {name} {verb} {change}" for name, verb, change in more)
    of_what = f" for {hvad}" if hvad else ""
    last, went, _ = moves[-1]
    others = blandt_andre(frem, went) if frem is not None and last.endswith("faktura") else ""
    return saetning(f"fra {aar - 1} til {aar} {verb} {name}{of_what} {change}{also}{others}")


def plads(pladser: pd.DataFrame, kommune: str) -> str:
    """The municipality's rank among all and among those of its size, and where the middle half lies."""
    if pladser.empty or rows(pladser)[0]["antal_kommuner"] < 2:
        return varekategorier.ALENE
    row = rows(pladser)[0]
    measured = f"målt på {row['maalt_paa']} af {row['koeb']}"
    return saetning(
        f"{kommune} er nr. {_rank(row)} kommuner {measured}{_among_near(row)}",
        f"den midterste halvdel af de {text.antal(row['antal_kommuner'] - 1)} øvrige ligger mellem "
        f"{pct(row['nedre_kvartil'])} og {pct(row['oevre_kvartil'])}",
    )


def _rank(row: Row, blandt: str = "kommuner") -> str:
    plads = "placering" if blandt == "kommuner" else f"placering_{blandt}"
    return f"{text.antal(row[plads])} af {text.antal(row[f'antal_{blandt}'])}"


def _near(row: Row) -> bool:
    """Are those of its size some of all, and more than itself?"""
    return bool(1 < row["antal_lignende"] < row["antal_kommuner"])


def _among_near(row: Row) -> str:
    return (
        f" og nr. {_rank(row, 'lignende')} kommuner med omtrent lige så mange fakturaer" if _near(row) else ""
    )


def alt_pladser(pladser: pd.DataFrame, kommune: str) -> str:
    """What the strokes show: the rank on each measure, and the middle of the others."""
    if pladser.empty:
        return varekategorier.ALENE
    said = [
        f"på {row['maalt_paa']} af {row['koeb']} er graden {pct(row['grad'])}, nr. {_rank(row)} kommuner"
        f"{_among_near(row)}, og den midterste af de øvrige har {pct(row['median'])}"
        for row in rows(pladser)
    ]
    return saetning(f"en streg for hver kommune og en prik for {kommune}", *said)


def noegletal(
    under: pd.DataFrame,
    under_foer: pd.DataFrame,
    i_alt: pd.DataFrame,
    foer: pd.DataFrame,
    valuta: str = "DKK",
) -> list[Noegletal]:
    """The key figures of the first page with their parts: what the law covers, then all purchases."""
    covered = _tiles("Lovkrav", rows(under)[0], rows(under_foer)[0], valuta)
    return [*covered, *_tiles("Alle køb", rows(i_alt)[0], rows(foer)[0], valuta)]


def _tiles(koeb: str, row: Row, then: Row, valuta: str) -> list[Noegletal]:
    turnover = Noegletal(
        f"{koeb}, på omsætning",
        _plain(row["grad_omsaetning"]),
        taeller=int(row["omsaetning_e_handlet_oere"]),
        naevner=int(row["omsaetning_oere"]),
        talt_i="oere",
        grundlag=_money(row, valuta) + _then(then["grad_omsaetning"]),
        foer=_plain(then["grad_omsaetning"]),
    )
    invoices = Noegletal(
        f"{koeb}, på faktura",
        _plain(row["grad_faktura"]),
        taeller=int(row["fakturaer_e_handlet"]),
        naevner=int(row["antal_fakturaer"]),
        grundlag=ud_af(row["fakturaer_e_handlet"], row["antal_fakturaer"]) + _then(then["grad_faktura"]),
        foer=_plain(then["grad_faktura"]),
    )
    return [turnover, invoices]


def _plain(share: float) -> float | None:
    return None if pd.isna(share) else float(share)


def _then(share: float) -> str:
    return "" if pd.isna(share) else f"; året før {text.pct(share)}"


def fund(kategorier: pd.DataFrame, gab: pd.DataFrame, grupper: pd.DataFrame) -> list[str]:
    """The three findings: categories, large invoices, small invoices."""
    return [
        varekategorier.kategorier(kategorier),
        faktura_og_omsaetning.gab(gab, kategorier),
        beloebsintervaller.grupper(grupper),
    ]


def uden_e_handel(kategorier: pd.DataFrame, under: pd.DataFrame, valuta: str = "DKK") -> str:
    """
    How much turnover under the law is not e-handlet, and how much of it the largest categories hold.

    Parameters
    ----------
    kategorier : DataFrame
        `analyses.kategorier`. Those whose numbers are hidden are in the total all the same.
    under : DataFrame
        `rates.begge` of all posts under the law.
    """
    left, whole = _outside(kategorier), rows(under)[0]
    if left.empty:
        return _intet(kategorier)
    total = int(whole["omsaetning_oere"] - whole["omsaetning_e_handlet_oere"])
    shown = left.head(INDSATSER)
    names = text.opremsning([midt(navn) for navn in shown["varekategori"]])
    part = int(shown["uden_oere"].sum())
    said = f"i varekategorierne med lovkrav er {text.mio(total, valuta)} ikke registreret som e-handel"
    if part >= total:  # a category in which more was paid back than bought
        return saetning(said, f"mest ligger i {names}")
    return saetning(said, f"{pct(part / total)} af det ligger i {names}")


def _intet(kategorier: pd.DataFrame) -> str:
    """Why no category under the law has turnover outside e-handel: all is e-handlet, or no rate is known."""
    covered = kategorier["lovkrav"].fillna(False).astype(bool)
    known = kategorier.loc[covered, "grad_omsaetning"].notna().any()
    return ALT_E_HANDLET if known else varekategorier.INGEN


def indsats(plan: pd.DataFrame) -> list[str]:
    """The plan's first steps (`handlingsplan.potentiale`), each with its number and its advice."""
    if plan.empty:
        return [INGEN_PLAN]
    return [
        saetning(f"nr. {row['nr']}, {midt(row['varekategori'])}: {_skridt(row)}", str(row["raad"]))
        for row in rows(plan[plan["uden_fakturaer"] > 0].head(INDSATSER))
    ] or [INTET_SKRIDT]


def _skridt(row: Row) -> str:
    """What is left in a category, and how much of it comparable municipalities show to be within reach."""
    told = f"{ud_af(row['uden_fakturaer'], row['antal_fakturaer'])} er ikke e-handlet"
    if pd.isna(row["til_bedste"]) or row["til_bedste"] < MINDST_AT_HENTE:
        return told
    more = f"{text.antal(row['til_bedste'])} flere være e-handlet"
    return f"{told}; med de bedste lignende kommuners grad ville {more}"


def _outside(kategorier: pd.DataFrame) -> pd.DataFrame:
    """The categories under the law with the turnover that is not e-handlet, the largest first."""
    left = analyses.uden_e_handel(kategorier).dropna(subset=["grad_omsaetning"])
    return left[left["uden_oere"] > 0]


def _most(kategorier: pd.DataFrame, valuta: str) -> list[str]:
    most = [
        f"{midt(row['varekategori'])} ({_not(row, valuta)})"
        for row in rows(_outside(kategorier).head(INDSATSER))
    ]
    return [saetning(f"Mest at flytte: {text.opremsning(most)}")] if most else []


def _not(row: Row, valuta: str) -> str:
    whole = text.mio(row["omsaetning_oere"], valuta)
    if not row["omsaetning_e_handlet_oere"]:
        return f"intet af {whole} er e-handlet"
    return f"{text.mio(row['uden_oere'], valuta)} af {whole} er ikke e-handlet"


def alt_indsats(kategorier: pd.DataFrame, valuta: str = "DKK") -> str:
    """The turnover outside e-handel for a reader who cannot see the bars."""
    bars = "Liggende søjler med den omsætning, der ikke er e-handlet, i varekategorierne med lovkrav."
    if _outside(kategorier).empty:
        return _intet(kategorier)
    return saetning(bars, *_most(kategorier, valuta))
