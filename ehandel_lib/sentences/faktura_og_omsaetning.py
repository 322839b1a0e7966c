"""
What the chapter on invoices against turnover says.

The sentence of SKI's report, "de sidste 27 pct. af fakturaerne står for 55 pct.
af omsætningen", is a consequence of the two rates; here it is computed.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import reference, text
from ehandel_lib.sentences.fraser import (
    FUND_MINDST,
    Row,
    af,
    aftale,
    baerende,
    fakturaer,
    midt,
    pct,
    rest,
    rows,
    saetning,
    ud_af,
)
from ehandel_lib.sentences.fraser import kategorier as antal_kategorier

#: Invoices and suppliers' statements agree when they differ by no more than this: invoices are dated by
#: one rule and statements by another, so a few days' turnover always falls on either side of the year's end.
PASSER_INDEN_FOR = 0.05

#: Invoices are called few when they are at most a fourth of those without e-handel.
FAA = 0.25

INGEN_OPGOERELSE = (
    "Leverancen rummer ingen omsætningsopgørelse, så fakturaerne kan ikke afstemmes mod leverandørernes tal."
)


INGEN_GRADER = "Ingen varekategori har både en grad på omsætning og en grad på faktura at sammenligne."


def gab(frame: pd.DataFrame, kategorier: pd.DataFrame, *, mindst: float = 0.10) -> str:
    """
    Where the rate on invoices is far above the rate on turnover, and what the rest then carries.

    Parameters
    ----------
    frame : DataFrame
        `analyses.gab`: the categories where the two part.
    kategorier : DataFrame
        `analyses.kategorier`: those that were looked at.
    mindst : float
        The difference from which they part.
    """
    limit = f"mindst {text.point(mindst, 0)} højere end graden på omsætning"
    known = kategorier[["grad_omsaetning", "grad_faktura"]].notna().all(axis=1).sum()
    if not known:
        return INGEN_GRADER
    if frame.empty:
        return saetning(f"i ingen varekategori er graden på faktura {limit}")
    widest = rows(baerende(_widest_first(frame))[0])[0]
    name = midt(widest["varekategori"])
    if len(frame) == 1:
        return saetning(f"kun for {name} er graden på faktura {limit}: {_rest(widest)}")
    where = f"i {antal_kategorier(len(frame))} er graden på faktura {limit}"
    return saetning(where, f"tydeligst er det for {name}: {_rest(widest)}")


def _rest(row: Row) -> str:
    counted = f" ({ud_af(row['fakturaer_e_handlet'], row['antal_fakturaer'])})"
    return (
        f"{pct(row['grad_faktura'])} af fakturaerne{counted} er e-handlet, men kun "
        f"{pct(row['grad_omsaetning'])} af omsætningen. De sidste "
        f"{rest(row['grad_faktura'])} "
        f"af fakturaerne står altså for {rest(row['grad_omsaetning'])} af omsætningen"
    )


def _widest_first(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(["forskel", "varekategori"], ascending=[False, True])


def retning(frame: pd.DataFrame, *, mindst: float = 0.10) -> str:
    """
    In how many categories invoices are e-handlet more often than turnover, and where it is far the other way.

    What reads the same in whole per cent is not higher.

    Parameters
    ----------
    frame : DataFrame
        `analyses.kategorier`.
    mindst : float
        The difference from which the two part.
    """
    both = frame.dropna(subset=["grad_omsaetning", "grad_faktura"])
    if both.empty:
        return INGEN_GRADER
    gap = (both["grad_faktura"] - both["grad_omsaetning"]).astype("float64").round(2)
    where = af(int((gap > 0).sum()), len(both), "varekategori", "varekategorier")
    higher = f"graden på faktura er højere end graden på omsætning i {where}"
    solid = both[(gap <= -mindst) & (both["antal_fakturaer"] >= FUND_MINDST)]
    return saetning(higher, _reverse(solid, mindst))


def _reverse(frame: pd.DataFrame, mindst: float) -> str:
    """Where the small invoices go outside the system: the rate on turnover is far above."""
    if frame.empty:
        return ""
    names = text.opremsning([midt(name) for name in sorted(frame["varekategori"])])
    return (
        f"i {names} er det omvendt: graden på omsætning er mindst {text.point(mindst, 0)} højere, så dér "
        "går de mindre fakturaer uden om e-handelssystemet"
    )


def rester(frame: pd.DataFrame, kategorier: pd.DataFrame) -> list[str]:
    """The same sentence for each category where the two rates part, widest first, and SKI's explanation."""
    causes = reference.table("varekategorier").set_index("varekategori")["forskel_aarsag"].dropna()
    return [
        saetning(f"{row['varekategori']}: {_rest(row)}", _cause(causes.get(row["varekategori"])))
        for row in rows(_widest_first(frame))
    ] or [gab(frame, kategorier)]


def _cause(known: str | None) -> str:
    return f"SKI's forklaring er, at {known}" if known else ""


def alt_gab(frame: pd.DataFrame, parted: pd.DataFrame, *, mindst: float = 0.10) -> str:
    """The dumbbells for a reader who cannot see them."""
    shown = frame.dropna(subset=["grad_omsaetning", "grad_faktura"])
    if shown.empty:
        return retning(frame)
    marks = (
        f"To punkter for hver af {antal_kategorier(len(shown))}, graden på omsætning og graden på "
        "faktura, forbundet af en streg."
    )
    return saetning(marks, gab(parted, frame, mindst=mindst))


def koncentration(frame: pd.DataFrame) -> str:
    """
    How few invoices carry half of what was not e-handlet, in the categories where the two rates part.

    Parameters
    ----------
    frame : DataFrame
        `analyses.store_fakturaer`.
    """
    shown = frame.dropna(subset=["halvdelen_andel"])
    if shown.empty:
        return "Der er ingen så stor forskel, som få store fakturaer uden e-handel kan forklare."
    row = rows(shown.sort_values(["halvdelen_andel", "varekategori"]))[0]
    half, of = int(row["halvdelen_fakturaer"]), int(row["antal_fakturaer"])
    bear = "står den største" if half == 1 else f"står de {text.antal(half)} største"
    few = (
        "det er de få køb, der flytter graden på omsætning"
        if row["halvdelen_andel"] <= FAA
        else "det er altså ikke kun få køb, der gør forskellen"
    )
    return saetning(
        f"skævest er {midt(row['varekategori'])}: her {bear} af de {fakturaer(of)} uden e-handel "
        f"({pct(row['halvdelen_andel'])}) for halvdelen af det beløb, der ikke er e-handlet",
        few,
    )


def alt_koncentration(frame: pd.DataFrame) -> str:
    """The concentration for a reader who cannot see it."""
    if frame.empty:
        return koncentration(frame)
    bars = (
        f"En søjle for hver af {antal_kategorier(len(frame))}: hvor stor en del af fakturaerne uden "
        "e-handel der bærer halvdelen af beløbet."
    )
    return saetning(bars, koncentration(frame))


def afstemning(alle: pd.DataFrame, vist: pd.DataFrame, valuta: str = "DKK") -> str:
    """
    How well invoices and suppliers' statements agree, and on which agreement they differ most.

    Parameters
    ----------
    alle : DataFrame
        `afstemning.per_aftale`: the sums are of every agreement.
    vist : DataFrame
        The same without the numbers of small agreements: only these are named.
    """
    stated = alle.dropna(subset=["indberettet_oere"])
    if stated.empty:
        return INGEN_OPGOERELSE
    invoices, reported = (
        int(stated["fakturadata_oere"].fillna(0).sum()),
        int(stated["indberettet_oere"].sum()),
    )
    total = (
        f"på {_aftaler(len(stated))}, som leverandørerne har indberettet, viser fakturaerne i alt "
        f"{text.mio(invoices, valuta)} og indberetningerne {text.mio(reported, valuta)}"
    )
    shares = stated["difference_andel"].dropna()
    close = int((shares.abs() <= PASSER_INDEN_FOR).sum())
    agree = (
        f"på {af(close, len(stated), 'aftale', 'aftaler')} passer de to tal sammen "
        f"inden for {pct(PASSER_INDEN_FOR)}"
    )
    apart_oere = stated["fakturadata_oere"].fillna(0) - stated["indberettet_oere"]
    gross = int(apart_oere.abs().sum())
    apart = f"forskellene er tilsammen {text.mio(gross, valuta)}, uanset hvilken vej de går" if gross else ""
    shown = vist.dropna(subset=["indberettet_oere", "difference_oere"])
    return saetning(total, apart, agree, _furthest(shown, len(stated), valuta))


def _aftaler(n: int) -> str:
    return "den aftale" if n == 1 else f"de {text.antal(n)} aftaler"


def _furthest(stated: pd.DataFrame, of: int, valuta: str) -> str:
    """The agreement among those that are shown on which the two differ most."""
    if len(stated) < 2:
        return ""
    order = stated.assign(_afstand=stated["difference_oere"].abs()).sort_values("_afstand", ascending=False)
    row = rows(order)[0]
    if not row["_afstand"]:
        return ""
    way = "mere" if row["difference_oere"] > 0 else "mindre"
    return (
        f"størst{_blandt(len(stated), of)} er forskellen på "
        f"{aftale(row['aftale_nummer'], row['aftale_navn'])}, hvor fakturaerne viser "
        f"{text.mio(int(row['_afstand']), valuta)} {way} end indberetningen"
    )


def _blandt(shown: int, of: int) -> str:
    if shown == of:
        return ""
    return f" blandt de {text.antal(shown)} aftaler med fakturaer nok til at blive vist"


def alt_afstemning(alle: pd.DataFrame, vist: pd.DataFrame, valuta: str = "DKK") -> str:
    """The reconciliation for a reader who cannot see it."""
    if vist.empty:
        return INGEN_OPGOERELSE
    bars = (
        f"To søjler for hver af {text.tael(len(vist), 'aftale', 'aftaler')}: omsætning ifølge "
        "fakturaer og ifølge leverandørernes indberetning."
    )
    return saetning(bars, afstemning(alle, vist, valuta))
