"""
What the chapter on development says of the months, the years and the law.

A rate of one month is compared with the same month a year earlier, never with
the month before. Around the law it is said what changed, and that a picture of
two lines cannot say why.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import text
from ehandel_lib.loven import LOVEN, MIN_FAKTURAER, MIN_MAANEDER, UDEN_LOVKRAV, Brud
from ehandel_lib.over_tid import VINDUE, Daekning
from ehandel_lib.sentences.fraser import (
    fakturaer,
    fra_til,
    gik,
    kategorier,
    midt,
    pct,
    pct1,
    rows,
    saetning,
    ud_af,
)

#: Columns of the table of months, where they have other labels than the data dictionary's.
MAANEDSKOLONNER = {
    "grad_faktura": ("andel", "På faktura"),
    "grad_omsaetning": ("andel", "På omsætning"),
    "fakturaer_e_handlet": ("antal", "E-handlede"),
}
#: Its columns for the workbook alone.
MAANEDSBAG = [
    "omsaetning_e_handlet_oere",
    "omsaetning_oere",
    "grad_omsaetning",
    "taeller_rullende",
    "naevner_rullende",
    "delvis",
]

#: The same where a year stands beside the one before, measured on invoices.
FAKTURAKOLONNER = {
    "grad_foer": ("andel", "Året før", "E-handlede fakturaer over fakturaer, året før."),
    "grad": ("andel", "E-handelsgrad", "E-handlede fakturaer over fakturaer."),
    "taeller_foer": ("antal", "E-handlede fakturaer, året før"),
    "naevner_foer": ("antal", "Fakturaer, året før"),
    "taeller": ("antal", "E-handlede fakturaer"),
    "naevner": ("antal", "Fakturaer"),
}


def over_aaret(same: pd.DataFrame, aar: int, med: pd.DataFrame | None = None) -> str:
    """
    The chapter's bottom line: the same months of two years together.

    Parameters
    ----------
    same : DataFrame
        `over_tid.samme_maaned`.
    aar : int
        The year.
    med : DataFrame, optional
        The same of the months with the e-orders that may be missing (`over_tid.med_mulige`).
    """
    if same.empty:
        return saetning(f"der er ingen måneder i {aar}, som kan holdes op mod den samme måned i {aar - 1}")
    now, before = (
        (int(same[f"taeller{year}"].sum()), int(same[f"naevner{year}"].sum())) for year in ("", "_foer")
    )
    rate, earlier = now[0] / now[1], before[0] / before[1]
    months = "hele året" if len(same) == 12 else f"de {text.antal(len(same))} måneder, der er i begge år,"
    ends = (f"{pct1(earlier)} i {aar - 1} ({ud_af(*before)})", f"{pct1(rate)} i {aar} ({ud_af(*now)})")
    also = "" if med is None else _med_mulige(same, med)
    return saetning(f"regnet på {months} {_fra(earlier, rate, ends)}", also)


def _med_mulige(same: pd.DataFrame, med: pd.DataFrame) -> str:
    """The change with the e-orders that may be missing; nothing where none are in the months compared."""
    parts = ["taeller", "taeller_foer"]
    more = round(float(med[parts].sum().sum() - same[parts].sum().sum()))
    if more < 1:
        return ""
    before, now = (float(med[f"taeller{year}"].sum() / med[f"naevner{year}"].sum()) for year in ("_foer", ""))
    verb, ends = gik(before, now)
    some = f"de {text.antal(more)}" if more > 1 else "den ene"
    return f"med {some}, hvor en e-ordre måske mangler, {verb} den {ends}"


def _fra(foer: float, nu: float, ends: tuple[str, str]) -> str:
    """How the rate on invoices went between two ends that say where they are from."""
    verb, _ = gik(foer, nu)
    if verb == "var":
        return f"var graden på faktura den samme: {ends[0]} og {ends[1]}"
    return f"{verb} graden på faktura fra {ends[0]} til {ends[1]}"


def maaneder(same: pd.DataFrame, aar: int) -> str:
    """In how many months the rate was higher than a year before, and where it moved most."""
    if same.empty:
        return over_aaret(same, aar)
    higher = int((same["aendring"] > 0).sum())
    ranked = rows(same.sort_values("aendring", kind="stable"))
    of = text.tael(len(same), "måned", "måneder")
    part = f"alle {of}" if higher == len(same) > 1 else f"{text.antal(higher)} af {of}"
    told = f"graden er højere end året før i {part}"
    if len(ranked) == 1:
        return saetning(told)
    fell, rose = (
        f"{_navn(row['maaned'])} ({fra_til(row['grad_foer'], row['grad'])})"
        for row in (ranked[0], ranked[-1])
    )
    return (
        saetning(told, f"mest op gik {rose}, mest ned gik {fell}")
        if higher not in (0, len(same))
        else (saetning(told, f"størst er forskellen i {rose if higher else fell}"))
    )


def _maaned(aar: int, maaned: int) -> str:
    """A month in words: "maj 2024"."""
    day = pd.Timestamp(int(aar), int(maaned), 1)
    return text.periode(day, day)


def _navn(maaned: int) -> str:
    return _maaned(2024, maaned).split(" ")[0]


def sammenlignelig(two: Daekning, aar: int) -> str:
    """Whether the two years hold the same buyers, or something else may look like a development."""
    if two.andel_kendte is None:
        return saetning(f"der er ikke fakturaer fra både {aar - 1} og {aar} at sammenligne")
    thin = [_maaned(year, month) for year, month in two.tynde[:6]]
    few = f"usædvanligt få fakturaer er der i {text.opremsning(thin)}" if thin else ""
    counts = f"{fakturaer(two.fakturaer_foer)} i {aar - 1} og {text.antal(two.fakturaer)} i {aar}"
    known = f"{pct(two.andel_kendte)} af fakturaerne i {aar} er fra enheder, der også er med i {aar - 1}"
    if two.uens:
        return saetning(
            "årene er ikke ens leveret, så en ændring kan komme af det", f"der er {counts}", known, few
        )
    return saetning(f"årene kan sammenlignes: der er {counts} i de samme måneder", known, few)


def lang_linje(per_maaned: pd.DataFrame) -> str:
    """Where the moving rate begins and ends."""
    rolling = per_maaned.dropna(subset=["grad_rullende"])
    if len(rolling) < 2:
        return saetning(f"der er for få måneder til at vise graden for de seneste {VINDUE} måneder over tid")
    first, last = rows(rolling.iloc[[0, -1]])
    begin, end = (
        f"{pct1(row['grad_rullende'])} i {_maaned(row['aar'], row['maaned'])}" for row in (first, last)
    )
    went = _fra(first["grad_rullende"], last["grad_rullende"], (begin, end))
    return saetning(f"regnet på de seneste {VINDUE} måneder {went}")


#: What is counted in the second run around the law.
_MED = "når de e-ordrer, der måske mangler, tælles med"


def loven(two: Brud, med: Brud | None = None) -> str:
    """
    What changed at the law's first day, and what the picture can and cannot say.

    Parameters
    ----------
    two : Brud
        `loven.brud`.
    med : Brud, optional
        The same of the months with the e-orders that may be missing (`over_tid.med_mulige`).
    """
    day = text.dato(LOVEN)
    if two.spring is None:
        return saetning(
            f"før og efter {day}, hvor loven trådte i kraft, kan sammenlignes, når der er {MIN_MAANEDER} "
            "hele måneder på hver side",
            f"leverancen har {text.antal(two.maaneder_foer)} før og {text.antal(two.maaneder_efter)} efter",
        )
    return saetning(
        f"ved {day} skifter niveauet {fra_til(two.foer or 0.0, two.efter or 0.0)}",
        _udsving(two, two if med is None or med.spring is None else med),
        "billedet kan vise, at noget ændrede sig da, men ikke hvorfor",
    )


def _udsving(two: Brud, med: Brud) -> str:
    """Whether the leap is larger than chance, also with the e-orders that may be missing."""
    clear, other = text.punkter(two.spring), text.punkter(med.spring)
    if _tydelig(two) != _tydelig(med):
        return (
            f"om det er mere, end månedernes udsving forklarer, kan ikke siges: springet er {clear} "
            f"procentpoint ({_interval(two)}), men {other} ({_interval(med)}), {_MED}"
        )
    size = "mere, end månedernes udsving forklarer" if _tydelig(two) else "inden for månedernes udsving"
    also = f", også {_MED} ({other})" if clear != other else ""
    return f"det er {size} ({_interval(two)} procentpoint){also}"


def _tydelig(two: Brud) -> bool:
    return (two.lav or 0.0) > 0 or (two.hoej or 0.0) < 0


def _interval(two: Brud) -> str:
    return f"95{text.NBSP}%-interval {text.punkter(two.lav)} til {text.punkter(two.hoej)}"


def loven_haeldning(two: Brud) -> str:
    """The slopes before and after the law, and what may have changed at the same time."""
    if two.spring is None:
        return loven(two)
    before, after = text.punkter(two.haeldning_foer), text.punkter(two.haeldning_efter)
    return saetning(
        f"hældningen er {before} procentpoint om året før {text.dato(LOVEN)} og {after} om året efter",
        "aftaler, systemer og registrering kan være skiftet samtidig",
    )


#: Columns of the table of the law, where they have other labels than the data dictionary's.
LOVKOLONNER = {
    "grad_foer": ("andel", "Året før loven", "E-handlede fakturaer over fakturaer i året før loven."),
    "grad": ("andel", "Lovens første år", "E-handlede fakturaer over fakturaer i lovens første år."),
    "tydelig": ("ja_nej", "Mere end udsving"),
    "taeller_foer": ("antal", "E-handlede, året før"),
    "naevner_foer": ("antal", "Fakturaer, året før"),
    "taeller": ("antal", "E-handlede, første år"),
    "naevner": ("antal", "Fakturaer, første år"),
}


def loven_kategorier(leaps: pd.DataFrame) -> str:
    """
    Which categories leapt at the law, and whether goods that it does not cover did too.

    Parameters
    ----------
    leaps : DataFrame
        `loven.per_kategori`.
    """
    single = leaps[leaps["q"].notna()]
    if single.empty:
        return saetning(
            f"ingen varekategori med lovkrav har {text.antal(MIN_FAKTURAER)} fakturaer både i det sidste år "
            "før loven og i dens første år, så kategorierne kan ikke ses hver for sig"
        )
    found = rows(single[single["tydelig"].astype("bool")])
    enough = "med lovkrav og fakturaer nok"
    told = [
        f"{midt(row['varekategori'])} ({fra_til(row['grad_foer'], row['grad'])} af "
        f"{text.antal(row['naevner_foer'])} og {fakturaer(row['naevner'])})"
        for row in found
    ]
    if told:
        among = f"{text.antal(len(told))} af {kategorier(len(single))} {enough}"
        first = f"niveauet springer tydeligt i {among}: {text.opremsning(told)}"
    elif len(single) == 1:
        first = f"i den ene varekategori {enough} springer niveauet ikke tydeligt"
    else:
        first = f"i ingen af de {kategorier(len(single))} {enough} springer niveauet tydeligt"
    return saetning(first, _uden_lovkrav(leaps))


def _uden_lovkrav(leaps: pd.DataFrame) -> str:
    """What the goods that the law does not cover did at the same time."""
    other = rows(leaps[leaps["varekategori"] == UDEN_LOVKRAV])
    if not other:
        return ""
    size = (
        "også et spring, så noget andet end loven er på spil"
        if other[0]["tydelig"]
        else "intet tydeligt spring"
    )
    return f"varer uden lovkrav viser {size} ({text.punkter(other[0]['spring'])} procentpoint)"


def alt_maaneder(per_maaned: pd.DataFrame, same: pd.DataFrame, aar: int) -> str:
    """The lines of the years for a reader who cannot see them."""
    years = sorted({int(year) for year in per_maaned["aar"].dropna()} & {aar, aar - 1, aar - 2})
    if not years:
        return saetning("der er ingen måneder at vise")
    return saetning(
        "en linje for hvert år med e-handelsgraden på faktura fra januar til december: "
        f"{text.opremsning([str(year) for year in years])}",
        maaneder(same, aar),
    )


def alt_lang_linje(per_maaned: pd.DataFrame, two: Brud, med: Brud | None = None) -> str:
    """The long line for a reader who cannot see it; `two` and `med` as in `loven`."""
    shown = per_maaned.dropna(subset=["grad_faktura"])
    if shown.empty:
        return saetning("der er ingen måneder at vise")
    ends = f"mellem {pct(shown['grad_faktura'].min())} og {pct(shown['grad_faktura'].max())}"
    return saetning(
        f"et punkt for hver måneds e-handelsgrad på faktura ({ends}) og en linje for de seneste {VINDUE} "
        "måneder",
        lang_linje(per_maaned),
        loven(two, med) if two.spring is not None else "",
    )
