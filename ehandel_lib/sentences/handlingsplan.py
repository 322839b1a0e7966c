"""
What the plan of action says: where to begin and why, in which amounts, what it is worth, and the targets.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ehandel_lib import handlingsplan as analysis
from ehandel_lib import maal as targets
from ehandel_lib import plan as cells
from ehandel_lib import rates, reference, schema, text, tid_og_penge
from ehandel_lib.sentences.fraser import Row, fakturaer, midt, pct, rows, saetning, ud_af

#: How many categories the plan's sentences name: what a leader can set in motion in a year.
INDSATSER = 3

INGEN_KATEGORI = "Ingen varekategori med lovkrav har nok fakturaer til at indgå i en plan."

INGEN_MAAL = (
    "Leverancen har ingen mål for e-handel; vejledningen (docs/vejledning.md, afsnittet Mål) viser, hvordan "
    "de skrives, så rapporten kan følge op på dem."
)

INGEN_CELLER = "Ingen felter med fakturaer uden e-handel er store nok til at blive vist."

KILDE_RAAD = "Leverancens fakturaer; SKI: E-handel som indkøbsredskab, kapitel 6 (skridt og råd)."

#: What stands in a cell of category and amount, in both forms of the figure.
PLANNOTE = (
    f"Jo mørkere felt, jo flere fakturaer uden e-handel. {cells.INTET}: ingen fakturaer. "
    f"»{cells.FAA}«: feltet har færre end {rates.MIN_FAKTURAER} fakturaer i alt. "
    f"»{cells.SKJULT}«: feltet har flere, men blev det vist, kunne et mindre tal regnes ud."
)

#: Column → kind and label, where the plan's table is narrower than the dictionary's labels.
PLANKOLONNER = {
    "grad_faktura": ("andel", "E-handlet"),
    "antal_fakturaer": ("antal", "Fakturaer"),
    "uden_fakturaer": ("antal", "Uden e-handel"),
    "uden_oere": ("oere", "Uden e-handel"),
    "median": ("andel", "Lignende, median"),
    "oevre_kvartil": ("andel", "Lignende, bedste fjerdedel"),
    "til_bedste": ("antal", "Fakturaer op til bedste fjerdedel"),
    "op_til_bedste": ("antal", "Op til bedste fjerdedel"),
}

#: The same for `plan.bredt`, and its columns for the workbook alone.
GRUPPEKOLONNER = {
    f"{name} {group}": (kind, f"{group}: {label}", meaning)
    for group in schema.BELOEBSGRUPPER
    for name, kind, label, meaning in [
        ("uden_fakturaer", "tekst", "uden e-handel", "Fakturaer, der ikke er e-handlet."),
        ("grad_faktura", "andel", "e-handelsgrad", "E-handlede fakturaer over fakturaer."),
        ("fakturaer_e_handlet", "antal", "e-handlede fakturaer", "Fakturaer, der er e-handlet."),
        ("antal_fakturaer", "antal", "fakturaer", "Alle fakturaer i feltet."),
    ]
}
GRUPPEBAG = [name for name in GRUPPEKOLONNER if name.startswith(("fakturaer_e_handlet", "antal_fakturaer"))]

#: The same for the targets.
MAALKOLONNER = {
    "varekategori": ("tekst", "Mål for"),
    "enhedstype": ("tekst", "Hos"),
    "grad": ("andel", "Nu"),
    "maaldato": ("dato", "Frist"),
    "aendring": ("point", "Ændring på et år"),
    "pr_maaned": ("point", "Krævet pr. md."),
}


def handlingsplan(plan: pd.DataFrame) -> str:
    """Where to begin: the categories with the most to win, or with the most left."""
    if plan.empty:
        return INGEN_KATEGORI
    first = plan[(plan["til_bedste"] >= analysis.MINDST_AT_HENTE).fillna(False)].head(INDSATSER)
    if len(first):
        likes = text.antal(plan["antal_kommuner"].max())
        return saetning(
            f"begynd med {_named(first, 'til_bedste')}",
            f"så mange flere skal e-handles for at nå den bedste fjerdedel af de {likes} kommuner, der "
            "ligner mest i størrelse",
        )
    most = f"flest fakturaer uden e-handel er der i {_named(plan.head(INDSATSER), 'uden_fakturaer')}"
    if plan["til_bedste"].isna().all():
        return saetning("leverancen rummer for få kommuner at sammenligne med", most)
    return saetning("ingen kategori ligger langt under den bedste fjerdedel af lignende kommuner", most)


def _named(plan: pd.DataFrame, column: str) -> str:
    """The categories with a number of invoices each."""
    return text.opremsning([f"{midt(row['varekategori'])} ({fakturaer(row[column])})" for row in rows(plan)])


def plan_note(plan: pd.DataFrame, lignende: Sequence[str]) -> str:
    """How the plan is ordered, what a dash in it means, and who the comparable municipalities are."""
    if plan["til_bedste"].isna().all():
        return ""
    least = text.antal(analysis.MINDST_AT_HENTE)
    reached = (plan["til_bedste"] == 0).any()
    there = "kommunen er allerede i den bedste fjerdedel"
    alone = "for få lignende kommuner køber varen" if plan["til_bedste"].isna().any() else ""
    dash = text.opremsning([part for part in (there if reached else "", alone) if part], "eller")
    return saetning(
        f"ordnet efter tallet yderst til højre; er det under {least}, efter fakturaer uden e-handel",
        f"{text.MANGLER}: {dash}" if dash else "",
        f"lignende kommuner er de nærmeste i antal fakturaer: {text.opremsning(analysis.navne(lignende))}",
    )


def plan_raad(plan: pd.DataFrame, grupper: pd.DataFrame, valuta: str = "DKK") -> list[str]:
    """What to do about the first of the plan, and about the one with most left where that is another."""
    if plan.empty:
        return [INGEN_KATEGORI]
    first = [_raad(row, grupper) for row in rows(plan.head(INDSATSER))]
    most = rows(plan.sort_values("uden_fakturaer", ascending=False, kind="stable"))[0]
    return first if most["nr"] <= INDSATSER else [*first, saetning(_mest(most, valuta), str(most["raad"]))]


def _raad(row: Row, grupper: pd.DataFrame) -> str:
    """A category's advice, and what it is that is not e-handlet there."""
    reasons = [
        f"blandt {fakturaer(cell['antal_fakturaer'])} på {midt(str(cell['beloebsgruppe']))} er "
        f"{_kun(cell['grad_faktura'])} e-handlet"
        for cell in rows(cells.huller(grupper, str(row["varekategori"]), float(row["grad_faktura"])))
    ]
    if pd.notna(row["forskel"]):
        reasons.append("det er især de store køb, der ikke e-handles")
    first, *more = [*reasons, str(row["raad"])]
    return saetning(f"{row['varekategori']}: {first}", *more)


def _mest(row: Row, valuta: str) -> str:
    """The category with most left, although it is not among the first of the plan."""
    left = ud_af(row["uden_fakturaer"], row["antal_fakturaer"])
    return f"flest tilbage har {midt(row['varekategori'])}: {left}, {text.mio(row['uden_oere'], valuta)}"


def _kun(share: float) -> str:
    """
    A small share: "kun 0 pct." is no Danish.

    Examples
    --------
    >>> _kun(0.0), _kun(0.12).replace("\\xa0", " ")
    ('ingen', 'kun 12 pct.')
    """
    return f"kun {pct(share)}" if share else "ingen"


def plan_zoner(zoner: pd.DataFrame, valuta: str = "DKK") -> str:
    """The two zones that SKI points to, small and large invoices, beside the middle."""
    known = zoner.dropna(subset=["uden_fakturaer"])
    total = int(known["uden_fakturaer"].sum())
    if not total:
        return INGEN_CELLER
    known = known.dropna(subset=["grad_faktura"])  # a group without invoices has no rate to tell
    parts = [
        f"{text.antal(row['uden_fakturaer'])} på {midt(str(row['beloebsgruppe']))}" for row in rows(known)
    ]
    shares = [pct(row["grad_faktura"]) for row in rows(known)]
    large = rows(known[known["beloebsgruppe"] == cells.PROBLEMZONER[1]])
    money = text.mio(large[0]["uden_oere"], valuta) if large else ""
    weight = f"for de store er {money} ikke e-handlet" if large else ""
    whole = f"af {fakturaer(total)} uden e-handel i varekategorierne med lovkrav"
    each = f"e-handlet er {text.opremsning(shares)} af fakturaerne i de {text.antal(len(shares))} grupper"
    return saetning(
        f"{whole} er {text.opremsning(parts)}",
        each if len(shares) > 1 else "",
        weight,
        "kreditnotaer og fakturaer på 0 kr. er ikke med her",
    )


def plan_celler(flest: pd.DataFrame) -> str:
    """The cells of category and band with the most invoices without e-handel."""
    if flest.empty:
        return INGEN_CELLER
    share = float(flest.head(INDSATSER)["andel_uden"].sum())
    whole = f"tilsammen er det {pct(share)} af de fakturaer uden e-handel, der kan vises"
    return saetning(f"flest fakturaer uden e-handel har {_felter(flest)}", whole)


def _felter(flest: pd.DataFrame) -> str:
    """The first cells with their numbers."""
    by = "beloebsinterval" if "beloebsinterval" in flest else "beloebsgruppe"
    named = [
        f"{midt(row['varekategori'])} i »{row[by]}« ({fakturaer(row['uden_fakturaer'])})"
        for row in rows(flest.head(INDSATSER))
    ]
    return text.opremsning(named)


def alt_plan(flest: pd.DataFrame) -> str:
    """The shaded table of cells for a reader who cannot see it."""
    kinds = "de tolv beløbsintervaller" if "beloebsinterval" in flest else "tre beløbsgrupper"
    what = f"Felter med varekategorier ned ad siden og {kinds} hen ad, med tal i hvert felt"
    if flest.empty:
        return saetning(what, INGEN_CELLER)
    return saetning(what, f"de mørkeste har flest fakturaer uden e-handel: {_felter(flest)}")


def vaerdi(potentiale: pd.DataFrame) -> str:
    """What e-handel of what is left would save in handling: low, high, and on what that rests."""
    low, high = rows(potentiale)
    if not high["antal_fakturaer"]:
        return "Der er ingen fakturaer uden e-handel at spare behandling på."
    whole = f"alle {fakturaer(high['antal_fakturaer'])}" if high["antal_fakturaer"] > 1 else "den ene faktura"
    return saetning(
        _low(low),
        f"blev {whole} uden e-handel i kategorierne med lovkrav e-handlet, ville det spare {_sparet(high)}",
        antaget(),
    )


def _low(case: Row) -> str:
    """What each category at the median would save; nothing where there is nobody to compare with."""
    if pd.isna(case["antal_fakturaer"]):
        return ""
    if not case["antal_fakturaer"]:
        return "alle kategorier har nået medianen af lignende kommuner"
    count = fakturaer(case["antal_fakturaer"])
    return (
        "nåede hver kategori medianen af lignende kommuner, ville det spare behandlingen af "
        f"{count} om året, regnet til {_sparet(case)}"
    )


def _sparet(case: Row) -> str:
    """The money and the hours, both ends where they differ."""
    money = [text.mio(case[f"sparet_{end}_oere"]) for end in ("lav", "hoej")]
    return f"{'–'.join(dict.fromkeys(money))} eller {_timer(case['timer_lav'], case['timer_hoej'])}"


def _timer(low: float, high: float) -> str:
    """
    Hours from the fewest to the most.

    Examples
    --------
    >>> [_timer(*ends).replace("\\xa0", " ") for ends in ((24.6, 34.4), (0.9, 1.2), (0.1, 0.2), (2.1, 2.2))]
    ['25–34 timer', '1 time', 'under en time', '2 timer']
    """
    least, most = round(low), round(high)
    if not most:
        return "under en time"
    return (
        text.tael(most, "time", "timer")
        if least in (0, most)
        else f"{least}–{text.antal(most)}{text.NBSP}timer"
    )


def antaget() -> str:
    """What the savings rest on, from the table of amounts."""
    saved, hour = tid_og_penge.sats("sparet_pr_faktura"), tid_og_penge.sats("timepris")
    source = str(reference.table("tid_og_penge").set_index("noegle")["kilde"]["sparet_pr_faktura"])
    return saetning(
        f"regnet med {_span(saved)} sparet pr. faktura ({source}) og {_span(hour)} i timen (antaget)"
    )


def _span(amounts: tuple[int | None, int | None]) -> str:
    low, high = amounts
    return text.kroner(high) if low == high else f"{text.antal((low or 0) / 100)}–{text.kroner(high)}"


def smaa_ordrer(antal: pd.DataFrame) -> str:
    """How many small orders could have gone with another one."""
    row = rows(antal)[0]
    limit = text.kroner(tid_og_penge.sats("smaa_ordrer_under")[0])
    if not row["smaa_ordrer"]:
        return saetning(f"der er ingen fakturaer under {limit}, som kan henføres til enhed og leverandør")
    small = f"{fakturaer(row['smaa_ordrer'])} under {limit} (en e-ordre tæller som én)"
    return saetning(
        f"af {small} kunne {text.antal(row['kan_samles'])} være lagt sammen med en anden fra "
        "samme enhed til samme leverandør i samme uge",
        f"det ville spare {text.mio(row['sparet_oere'])} i behandling om året",
    )


def maal_status(status: pd.DataFrame) -> str:
    """How many targets are reached or on the way, and which is farthest away."""
    if status.empty:
        return INGEN_MAAL
    counts = status["maalstatus"].value_counts()
    told = {
        targets.NAAET: "nået",
        targets.PAA_VEJ: "på vej til tiden",
        targets.FOR_LANGSOMT: "for langsomt på vej",
        targets.GAAR_TILBAGE: "længere væk end året før",
        targets.KAN_IKKE_SIGES: "uden tal nok til et svar",
    }
    parts = [f"{text.antal(counts[name])} {words}" for name, words in told.items() if name in counts]
    left = status[(status["afstand"] > 0).fillna(False)].sort_values("afstand", ascending=False)
    one = len(status) == 1
    counted = f"af kommunens {text.tael(len(status), 'mål', 'mål')} er {text.opremsning(parts)}"
    return saetning(
        f"kommunens ene mål er {told[str(status['maalstatus'].iloc[0])]}" if one else counted,
        *(_laengst(rows(left)[0], "det er målet" if one else "længst er der til målet") if len(left) else ()),
    )


def _laengst(row: Row, which: str) -> list[str]:
    """The target that is farthest away, and what it takes a month."""
    of = "fakturaerne" if row["maalt_paa"] == "faktura" else "omsætningen"
    monthly: float = row["pr_maaned"]
    need = f"det kræver {text.point(monthly)} mere hver måned" if pd.notna(monthly) else ""
    return [
        f"{which} for {midt(row['varekategori'])} ({row['enhedstype']}): "
        f"{pct(row['grad'])} af {of} mod {pct(row['maal_grad'])} senest {text.dato(row['maaldato'])}",
        need,
    ]
