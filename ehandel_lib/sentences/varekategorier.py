"""
What the chapter on product categories says.

One function per finding, and the words for a reader who cannot see the chart.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import analyses, rates, reference, schema, text
from ehandel_lib.sentences.fraser import (
    Row,
    af,
    baerende,
    begge,
    fakturaer,
    fra_til,
    midt,
    mod,
    pct,
    rows,
    saetning,
)
from ehandel_lib.sentences.fraser import kategorier as antal_kategorier

#: level → what it is called for many, its limits, and what SKI advises (chapter 5, page 2/2).
NIVEAUER = {
    "grøn": ("Grøn", "over 55 pct.", "her e-handles det meste af beløbet"),
    "gul": (
        "Gul",
        "20–55 pct.",
        "her skal der en større indsats til, især hvor de to grader er langt fra hinanden",
    ),
    "rød": ("Rød", "under 20 pct.", "her e-handles kun lidt"),
}

INGEN = (
    "Ingen varekategori med lovkrav har en e-handelsgrad på omsætning, der kan vises: "
    "Enten er der for få fakturaer, eller beløbet er nul eller negativt."
)
ALENE = "Leverancen rummer kun én kommune med tal, så der er ingen andre at sammenligne med."


def _graded(frame: pd.DataFrame) -> pd.DataFrame:
    """The categories under the law with a rate on turnover, the highest first."""
    covered = frame[frame["lovkrav"].fillna(False).astype(bool)].dropna(subset=["grad_omsaetning"])
    return covered.sort_values(["grad_omsaetning", "varekategori"], ascending=[False, True])


def kategorier(frame: pd.DataFrame) -> str:
    """The highest and the lowest category under the law."""
    graded = _graded(frame)
    if graded.empty:
        return INGEN
    # a headline should not rest on a handful of invoices
    graded, solid = baerende(graded)
    first, last = rows(graded)[0], rows(graded)[-1]
    if len(graded) == 1:
        only = "kun én varekategori med lovkrav har en e-handelsgrad, der kan vises"
        return saetning(f"{only}, {midt(first['varekategori'])}: {begge(first)}")
    top = (
        f"af varekategorierne med lovkrav{_og(solid)} har {midt(first['varekategori'])} den højeste "
        f"e-handelsgrad: {begge(first)}"
    )
    return saetning(top, f"lavest ligger {midt(last['varekategori'])} med {begge(last)}")


def _og(solid: str) -> str:
    return f" og {solid}" if solid else ""


def antal_pr_niveau(frame: pd.DataFrame) -> str:
    """How many of the categories under the law there are at each level, and how many have no level."""
    covered = frame[frame["lovkrav"].fillna(False).astype(bool)]
    counts = covered["farve"].value_counts()
    words = [("grøn", "grønne"), ("gul", "gule"), ("rød", "røde")]
    named = [
        (f"{text.antal(int(n))} {one if n == 1 else many}")
        for one, many in words
        if (n := counts.get(one, 0))
    ]
    if len(covered) == 1 and counts.sum() == 1:
        return saetning(f"den ene varekategori med lovkrav er {counts.index[0]}")
    rest = len(covered) - sum(int(counts.get(one, 0)) for one, _ in words)
    unknown = f"; {text.antal(rest)} kan ikke beregnes eller har for få fakturaer" if rest else ""
    if not named:
        return INGEN
    return saetning(f"af {antal_kategorier(len(covered))} med lovkrav er {text.opremsning(named)}{unknown}")


def ukendt(poster: pd.DataFrame, valuta: str = "DKK") -> str:
    """What stands outside the ranking because its category is not known, and how much of it is e-handlet."""
    unknown = poster[poster["varekategori"] == schema.UKENDT]
    row, whole = rows(rates.begge(unknown))[0], rows(rates.begge(poster))[0]
    if not row["antal_fakturaer"]:
        return "Alle køb har en kendt varekategori."
    count = fakturaer(row["antal_fakturaer"])
    if pd.isna(row["grad_omsaetning"]) or pd.isna(whole["grad_omsaetning"]):
        return saetning(f"varer uden kendt kategori står på {count}")
    money = f"{text.mio(row['omsaetning_oere'], valuta)} af {text.mio(whole['omsaetning_oere'], valuta)}"
    return saetning(
        f"varer uden kendt kategori står på {count}, i alt {money}",
        f"af det beløb er {pct(row['grad_omsaetning'])} e-handlet",
    )


def niveauer(frame: pd.DataFrame) -> list[str]:
    """One sentence per level: which categories stand there, and what the level means for the work."""
    graded = _graded(frame)
    return [
        saetning(f"{name} ({limits}): {_names(graded[graded['farve'] == level])}", meaning)
        if (graded["farve"] == level).any()
        else saetning(f"{name} ({limits}): ingen varekategorier")
        for level, (name, limits, meaning) in NIVEAUER.items()
    ]


def _names(frame: pd.DataFrame) -> str:
    return text.opremsning(
        [f"{midt(row['varekategori'])} ({pct(row['grad_omsaetning'])})" for row in rows(frame)]
    )


def mod_ski(frame: pd.DataFrame, hvem: str = "kommunen") -> str:
    """How many categories lie above and below SKI's figures for 2023, and where the distance is greatest."""
    both = frame.dropna(subset=["grad_omsaetning", "ski_grad_omsaetning"])
    if both.empty:
        return "Ingen af varekategorierne kan sammenlignes med SKI's tal for 2023."
    gap = both.assign(forskel=both["grad_omsaetning"] - both["ski_grad_omsaetning"]).sort_values("forskel")
    above = int((gap["forskel"] > 0).sum())
    count = f"målt på omsætning ligger {hvem} over SKI's tal for 2023 i {_af(above, len(gap))}"
    named, solid = baerende(gap)
    among = f" blandt dem med {solid}" if solid else ""
    low, high = rows(named)[0], rows(named)[-1]
    under = f"længst under{among} ligger {_distance(low)}" if low["forskel"] < 0 else ""
    over = f"længst over{among} ligger {_distance(high)}" if high["forskel"] > 0 else ""
    return saetning(count, under, over)


def _af(part: int, whole: int) -> str:
    """A part of a number of categories."""
    return af(part, whole, "varekategori", "varekategorier")


def _distance(row: Row) -> str:
    return f"{midt(row['varekategori'])} ({mod(row['forskel'])})"


def blandt_kommuner(frame: pd.DataFrame, kommune: str) -> str:
    """In which categories the municipality belongs to the highest and the lowest fourth."""
    placed = frame.dropna(subset=["grad", "median"])
    placed = placed[placed["antal_kommuner"] > 1]
    if placed.empty:
        return ALENE
    high = placed[placed["grad"] > placed["oevre_kvartil"]]
    low = placed[placed["grad"] < placed["nedre_kvartil"]]
    most = int(placed["antal_kommuner"].max())
    base = f"op til {text.tael(most, 'kommune', 'kommuner')} indgår, {kommune} selv medregnet"
    return saetning(
        _fourth(kommune, "højeste", high, len(placed)), _fourth(kommune, "laveste", low, len(placed)), base
    )


def _fourth(kommune: str, which: str, frame: pd.DataFrame, of: int) -> str:
    if frame.empty:
        return (
            f"{kommune} hører ikke til den {which} fjerdedel af kommunerne i nogen af de "
            f"{antal_kategorier(of)}"
        )
    counted = f"{kommune} hører til den {which} fjerdedel af kommunerne i {_af(len(frame), of)}"
    if len(frame) > FLEST_NAVNE:
        return counted
    return f"{counted}: {text.opremsning([midt(navn) for navn in frame['varekategori']])}"


#: More categories than these are counted in a sentence; the chart above it has their names.
FLEST_NAVNE = 6


def forbehold(frame: pd.DataFrame) -> list[str]:
    """SKI's footnotes for the categories in the frame, and which categories under the law nobody bought."""
    notes = reference.table("varekategorier").dropna(subset=["forbehold"])
    shown = notes[notes["varekategori"].isin(list(frame["varekategori"]))]
    footnotes = [f"{row['varekategori']}: {row['forbehold']}" for row in rows(shown)]
    missing = [midt(name) for name in analyses.uden_koeb(frame)]
    none = [saetning(f"der er ingen køb i året af {text.opremsning(missing, 'eller')}")] if missing else []
    return [*footnotes, *none] or ["Ingen af varekategorierne har et særligt forbehold."]


def forbehold_kort(frame: pd.DataFrame) -> str:
    """What to keep in mind where the levels are drawn: whose limits they are, and which rates mislead."""
    notes = reference.table("varekategorier").dropna(subset=["forbehold_kort"])
    shown = notes[notes["varekategori"].isin(list(frame["varekategori"]))]
    named = [f"{row['varekategori']}: {row['forbehold_kort']}" for row in rows(shown)]
    few = f"i parentes: færre end {fakturaer(rates.FUND_MINDST)}"
    return saetning(f"niveauernes grænser er SKI's for køb på aftale; her er alle køb talt; {few}", *named)


def aftale(frame: pd.DataFrame) -> str:
    """E-handel on and off agreement: two axes, so a high rate is no proof of compliance."""
    by = {bool(row["paa_aftale"]): row for row in rows(frame) if pd.notna(row["paa_aftale"])}
    if not by:
        return "Der er ingen køb i året."
    if True not in by:
        return (
            "Ingen poster er knyttet til en aftale, så e-handel på og uden for aftale kan ikke sammenlignes."
        )
    if False not in by:
        return "Alle poster er købt på aftale, så e-handel på og uden for aftale kan ikke sammenlignes."
    on, off = by[True], by[False]
    if pd.isna(on["antal_fakturaer"]) or pd.isna(off["antal_fakturaer"]):
        return "En af de to grupper har for få fakturaer til at vises, så de kan ikke sammenlignes."
    return saetning(
        f"på aftale er {begge(on)} e-handlet",
        f"uden for aftale er det {begge(off)}",
        "e-handel og køb på aftale er to forskellige ting: en høj e-handelsgrad viser ikke i sig "
        "selv, at aftalerne bliver brugt",
    )


#: Kind and label of the columns of `compare.udvikling`.
UDVIKLINGSKOLONNER = {
    "grad_foer": ("andel", "Grad på omsætning, året før", "E-handlet omsætning over omsætning, året før."),
    "grad": ("andel", "Grad på omsætning, året", "E-handlet omsætning over omsætning i året."),
    "aendring": ("point", "Ændring"),
    "antal_fakturaer_foer": ("antal", "Fakturaer, året før"),
    "antal_fakturaer": ("antal", "Fakturaer, året"),
    "taeller": ("oere", "E-handlet omsætning, året"),
    "naevner": ("oere", "Omsætning, året"),
    "taeller_foer": ("oere", "E-handlet omsætning, året før"),
    "naevner_foer": ("oere", "Omsætning, året før"),
}


def udvikling_pr_kategori(frame: pd.DataFrame, poster_foer: pd.DataFrame, aar: int) -> str:
    """In how many categories the rate on turnover rose since the year before, and where it moved furthest."""
    if poster_foer.empty:
        return f"Leverancen rummer ingen fakturaer fra {aar - 1}, så udviklingen kan ikke vises."
    if frame.empty:
        return f"Ingen varekategori med lovkrav har nok fakturaer i både {aar - 1} og {aar}."
    up = int((frame["aendring"] > 0).sum())
    count = (
        f"fra {aar - 1} til {aar} steg graden på omsætning i {text.antal(up)} af de "
        f"{antal_kategorier(len(frame))} med lovkrav, der har nok fakturaer i begge år"
    )
    named, solid = baerende(frame, "antal_fakturaer_foer", "antal_fakturaer")
    among = f"blandt dem med {solid} i begge år" if solid else "mest"
    first, last = rows(named)[0], rows(named)[-1]
    most = f"{among} steg {_moved(first, solid)}" if first["aendring"] > 0 else ""
    least = f"{among} faldt {_moved(last, solid)}" if last["aendring"] < 0 else ""
    return saetning(count, most, least)


def _moved(row: Row, solid: str) -> str:
    base = f"{text.antal(row['antal_fakturaer_foer'])} og {fakturaer(row['antal_fakturaer'])}"
    most = " mest" if solid else ""
    return f"{midt(row['varekategori'])}{most}, {fra_til(row['grad_foer'], row['grad'])} (af {base})"


def alt_udvikling(frame: pd.DataFrame, poster_foer: pd.DataFrame, aar: int) -> str:
    """The two years for a reader who cannot see them."""
    said = udvikling_pr_kategori(frame, poster_foer, aar)
    if frame.empty:
        return said
    marks = (
        f"For hver af {antal_kategorier(len(frame))} to punkter, graden på omsætning i {aar - 1} og i "
        f"{aar}, forbundet af en streg"
    )
    ends = frame["aendring"].min(), frame["aendring"].max()
    lowest, highest = (f"{text.point(end)} {'op' if end > 0 else 'ned'}" for end in ends)
    return saetning(marks, f"ændringerne går fra {lowest} til {highest}", said)


def alt_mod_ski(frame: pd.DataFrame, hvem: str = "kommunen") -> str:
    """The municipality beside SKI's figures for a reader who cannot see it."""
    both = frame.dropna(subset=["ski_grad_omsaetning"])
    if both.empty:
        return mod_ski(frame, hvem)
    marks = (
        f"To søjler for hver af {antal_kategorier(len(both))}, {hvem}s andel af omsætning og af fakturaer "
        "på aftale. Hver søjle har en rude ved SKI's tal for 2023"
    )
    return saetning(marks, mod_ski(frame, hvem))


def alt_kategorier(frame: pd.DataFrame) -> str:
    """The ranking for a reader who cannot see it."""
    bars = (
        f"Liggende søjler for {antal_kategorier(len(frame))}: andel af omsætning og andel af "
        "fakturaer, der er e-handlet."
    )
    graded = frame.dropna(subset=["grad_omsaetning"])
    if graded.empty:
        return INGEN
    if len(graded) == 1:
        return saetning(bars, kategorier(frame))
    spread = (
        f"Graden på omsætning går fra {pct(graded['grad_omsaetning'].min())} til "
        f"{pct(graded['grad_omsaetning'].max())}"
    )
    return saetning(bars, spread, kategorier(frame))


def alt_blandt_kommuner(frame: pd.DataFrame, kommune: str) -> str:
    """The comparison for a reader who cannot see it."""
    if frame.empty:
        return ALENE
    marks = (
        f"For hver varekategori {kommune}s e-handelsgrad på omsætning som et punkt oven på et bånd "
        "med den midterste halvdel af kommunerne."
    )
    return saetning(marks, blandt_kommuner(frame, kommune))
