"""
What the chapter on agreements says.

E-handel says how an order was sent and an agreement what was bought, so each sentence
names both. What an invoice cannot tell is said to be unknown, and a price difference is
what it would have been, not what was lost.
"""

from __future__ import annotations

import pandas as pd

from ehandel_lib import aftaler, alternativer, text
from ehandel_lib.aftaler import ALT_OPLYST, Oplyst
from ehandel_lib.alternativer import Omfang
from ehandel_lib.sentences.fraser import Row, aftale, fakturaer, midt, pct, rows, saetning, slags

#: So many items stand in the short tables and charts.
FLEST_VARER = 6

#: Labels that are shorter than the data dictionary's.
VAREKOLONNER = {
    "varetekst": ("tekst", "Vare uden for aftale"),
    "alternativ": ("tekst", "Lignende vare på aftale"),
    "aarsag": ("tekst", "Hvorfor ingen pris"),
}

NOTE_FELTER = (
    "En aftale uden for sin periode tæller som uden for aftale. Begge: på gældende aftale og e-handlet. "
    "En del med 1-4 fakturaer vises ikke, og ofte skjules én mere, så den ikke kan regnes ud af denne tabel."
)
NOTE_KOEBSMAADER = (
    "En faktura tæller i hver linje, den har varer i. Fritekst, B-sortiment og punch-out til andre varer "
    "ligner hinanden på en faktura og kan ikke skelnes."
)
NOTE_LIGHED = (
    "Lighed er, hvor meget de to varetekster ligner hinanden, fra 0 til 100; under "
    f"{alternativer.LIGNER} foreslås intet."
)
NOTE_PRISER = (
    "Priserne er medianer vægtet med mængden, for samme mængde. Lignende varer er fundet på varegruppe "
    "og tekst: et forslag, som skal ses efter."
)
NOTE_BETALE = "Priserne er antagelser, som kan rettes i leverancens kilde.toml under [[hvad_koster]]."


UOPLYST = (
    "Leverancen oplyser ingen aftaler for kommunens køb, så det kan ikke ses, hvad der er købt på aftale. "
    "Aftalens nummer angives i kilde.toml med feltet aftale_nummer."
)


def koebsmaader(maader: pd.DataFrame, valuta: str = "DKK", oplyst: Oplyst = ALT_OPLYST) -> str:
    """
    The chapter's bottom line: how much is on agreements, and how much of the e-handel is not.

    Parameters
    ----------
    maader : DataFrame
        `aftaler.koebsmaader`.
    oplyst : Oplyst
        `aftaler.oplyst`: without agreements nothing can be said of them.
    """
    if not oplyst.aftaler:
        return UOPLYST
    if not maader["antal_fakturaer"].fillna(1).sum():
        return saetning("der er ingen fakturaer, så købene kan ikke fordeles på aftaler")
    on = maader.iloc[0]
    off = maader.iloc[1:]
    hidden = maader[["fakturaer_e_handlet"]].isna().any(axis=None)
    known = pd.notna(on["andel_omsaetning"])
    amount = f" ({text.mio(int(on['omsaetning_oere']), valuta)})" if known else ""
    whole = (
        f"på gældende aftaler er købt {pct(on['andel_omsaetning'])} af omsætningen{amount}" if known else ""
    )
    if hidden or pd.isna(on["grad_omsaetning"]):
        return saetning(whole or "andelen på gældende aftaler kan ikke vises", "en del af tallene er skjult")
    count = int(off["fakturaer_e_handlet"].sum())
    return saetning(
        f"{whole}, og {pct(on['grad_omsaetning'])} af det beløb er e-handlet",
        f"uden for aftalerne er {fakturaer(count)} e-handlet: e-handel er ikke i sig selv køb på aftale",
    )


def uden_aftale(maader: pd.DataFrame, oplyst: Oplyst = ALT_OPLYST) -> str:
    """What can be told of the e-orders outside agreements, and what cannot."""
    if not oplyst.aftaler:
        return UOPLYST
    off = {row["koebsmaade"]: row for row in rows(maader)}
    known = {
        name: int(off[name]["fakturaer_e_handlet"])
        for name in aftaler.MAADER[1:]
        if pd.notna(off[name]["fakturaer_e_handlet"]) and off[name]["fakturaer_e_handlet"] > 0
    }
    if not known:
        return saetning("ingen vist gruppe af e-handlede fakturaer ligger uden for aftalerne")
    words = {
        aftaler.UDLOEBET: "{} på en aftale uden for dens periode",
        aftaler.AFTALELEVERANDOER: "{} hos en aftaleleverandør",
        aftaler.ANDEN: "{} hos en leverandør uden aftale"
        if oplyst.leverandoerer
        else "{} hos en leverandør, der ikke er oplyst",
    }
    parts = [words[name].format(text.antal(n)) for name, n in known.items()]
    return saetning(f"af de e-handlede fakturaer uden for aftalerne er {text.opremsning(parts)}")


def fire_felter(felter: pd.DataFrame, by: str = "varekategori", oplyst: Oplyst = ALT_OPLYST) -> str:
    """Which groups are bought most on agreements, and where the agreement is used but not e-handel."""
    if not oplyst.aftaler:
        return UOPLYST
    known = felter.dropna(subset=["aftale_ikke_andel"])
    if known.empty:
        return saetning("ingen gruppe har nok fakturaer til, at køb på aftale uden e-handel kan vises")
    without = rows(known.sort_values(["aftale_ikke_andel", by], ascending=[False, True]))[0]
    if not without["aftale_ikke_andel"]:
        return saetning("i de grupper, der kan vises, er der ingen køb på aftale uden e-handel")
    share = f"{pct(without['aftale_ikke_andel'])} af omsætningen"
    said = f"{_navn(without[by], by)} har den største del købt på aftale uden e-handel: {share}"
    both = known.dropna(subset=["aftale_e_andel"])
    both = both.assign(paa=(both["aftale_e_andel"] + both["aftale_ikke_andel"]).astype(float))
    used = rows(both[both["paa"] > 0].sort_values(["paa", by]))
    if len(used) < 2:
        return saetning(said)
    least = f"{_navn(used[0][by], by)} med {pct(used[0]['paa'])} af omsætningen"
    return saetning(
        said,
        f"af de {text.antal(len(used))} grupper, hvor hele andelen på aftale kan vises, er den "
        f"mindst for {least}",
    )


def _navn(name: object, by: str) -> str:
    if not isinstance(name, str):
        return "enheder af ukendt slags"
    return slags(name) if by == "enhedstype" else midt(name)


def alt_fire_felter(felter: pd.DataFrame, by: str = "varekategori") -> str:
    """The chart for a reader who cannot see it."""
    return saetning(
        "hver gruppe har en søjle, delt efter, om omsætningen er på aftale, og om den er e-handlet",
        fire_felter(felter, by),
    )


def uden_for_perioden(
    koeb: pd.DataFrame, perioder: pd.DataFrame, valuta: str = "DKK", oplyst: Oplyst = ALT_OPLYST
) -> str:
    """
    What is bought on agreements that do not hold.

    Parameters
    ----------
    koeb : DataFrame
        `aftaler.uden_for_perioden`.
    perioder : DataFrame
        `Data.aftaler`.
    """
    if not oplyst.aftaler:
        return UOPLYST
    if perioder.empty:
        return saetning(
            "leverancen siger ikke, hvornår aftalerne gælder, så køb på udløbne aftaler kan ikke ses",
            "det skrives i kilde.toml under [aftaler]",
        )
    if koeb.empty:
        told = text.tael(len(perioder), "aftale", "aftaler")
        return saetning(f"intet er købt uden for perioden på de {told}, hvis periode leverancen oplyser")
    first = koeb.iloc[0]
    if pd.isna(first["antal_fakturaer"]):
        return saetning(
            "der er købt på aftaler uden for deres periode, men på for få fakturaer til at blive vist"
        )
    ended = f", der udløb {text.dato(first['aftale_slut'])}," if pd.notna(first["aftale_slut"]) else ""
    return saetning(
        f"på aftalen {aftale(first['aftale_nummer'], first['varekategori'])}{ended} står "
        f"{fakturaer(first['antal_fakturaer'])} for {text.mio(first['omsaetning_oere'], valuta)} med en dato "
        f"uden for perioden, den seneste fra {text.dato(first['dato'])}"
    )


def alternativer_omfang(varer: pd.DataFrame, omfang: Omfang, oplyst: Oplyst = ALT_OPLYST) -> str:
    """What is bought most often outside the agreements, and how far the comparison reaches."""
    if not oplyst.aftaler:
        return UOPLYST
    if varer.empty:
        return saetning(
            "ingen vare med varekode er købt ofte nok uden for aftalerne til at blive sammenlignet "
            f"(mindst {alternativer.MIN_LINJER} linjer og fakturaer)"
        )
    first = varer.iloc[0]
    often = fakturaer(first["antal_fakturaer"])
    lines = f"oftest købt af varer med varekode er {midt(first['varetekst'])} ({often})"
    if omfang.uden_oere <= 0:
        return saetning(lines)
    shown, priced = (oere / omfang.uden_oere for oere in (omfang.vist_oere, omfang.sammenlignet_oere))
    return saetning(
        lines,
        f"{text.tael(len(varer), 'vare', 'varer')} er købt ofte nok til at blive sammenlignet, i alt "
        f"{pct(shown)} af det beløb, der er købt for uden for aftalerne",
        f"for {pct(priced)} af beløbet er der en pris på aftale at holde op imod",
    )


def prisforskelle(dyreste: pd.DataFrame, valuta: str = "DKK", oplyst: Oplyst = ALT_OPLYST) -> str:
    """The items whose prices outside the agreements cost most."""
    if not oplyst.aftaler:
        return UOPLYST
    if dyreste.empty:
        return saetning("ingen vare, hvis pris kan sammenlignes, er dyrere uden for aftalerne")
    told = [f"{midt(row['varetekst'])} (+{text.i_pct(row['prisforskel'])})" for row in rows(dyreste.head(3))]
    total = text.mio(int(dyreste["besparelse_oere"].sum()), valuta)
    return saetning(
        f"forskellen er størst i kroner på {text.opremsning(told)}",
        f"er varerne de samme, ville de viste varer have kostet {total} mindre til aftalernes priser",
    )


def alt_prisforskelle(dyreste: pd.DataFrame, valuta: str = "DKK") -> str:
    """The chart for a reader who cannot see it."""
    return saetning(
        "hver vare har en søjle: hvor meget dyrere den er uden for aftalerne", prisforskelle(dyreste, valuta)
    )


def kunne_betale(
    raad: pd.DataFrame, varer: pd.DataFrame, valuta: str = "DKK", oplyst: Oplyst = ALT_OPLYST
) -> str:
    """
    What the differences on all items come to, and what they could pay for.

    Parameters
    ----------
    raad, varer : DataFrame
        `alternativer.kunne_betale`, and all items of `alternativer.sammenlign`.
    """
    if not oplyst.aftaler:
        return UOPLYST
    dearer, cheaper = alternativer.dyreste(varer), alternativer.billigere(varer)
    whole = _i_alt(dearer, valuta)
    less = (
        f"omvendt er {text.tael(len(cheaper), 'vare', 'varer')} billigere uden for aftalerne, i alt "
        f"{text.mio(-int(cheaper['besparelse_oere'].sum()), valuta)}"
        if len(cheaper) else ""
    )  # fmt: skip
    if raad.empty:
        few = "ingen slags enheder har nok fakturaer til, at forskellen kan vises" if len(dearer) else ""
        return saetning(whole, few, less)
    said = [_raekker(row, valuta) for row in rows(raad.drop_duplicates("enhedstype").head(FLEST_SLAGS))]
    return saetning(whole, f"pr. slags enhed er den størst for {text.opremsning(said)}", less)


def _i_alt(dearer: pd.DataFrame, valuta: str) -> str:
    """The difference on all items that cost more outside the agreements."""
    if dearer.empty:
        return "ingen vare er så sikkert den samme og dyrere uden for aftalerne, at forskellen er talt med"
    items = text.tael(len(dearer), "vare", "varer")
    who = f"for den ene {items[2:]}" if len(dearer) == 1 else f"for alle {items}"
    return (
        f"{who}, der er dyrere uden for aftalerne, er forskellen i alt "
        f"{text.mio(int(dearer['besparelse_oere'].sum()), valuta)}"
    )


def note_betale(raad: pd.DataFrame) -> str:
    """Whose the prices are that the differences are measured in."""
    sources = set(raad["kilde"].dropna())
    if not sources:
        return ""
    own = "leverancens kilde.toml"
    whose = "kommunens egne" if sources == {own} else "projektets antagelser, som kommunen kan rette"
    if own in sources and len(sources) > 1:
        whose = "dels kommunens egne, dels projektets antagelser"
    return f" Priserne på det, forskellen kunne betale, er {whose}."


#: So many kinds of unit are named.
FLEST_SLAGS = 3


def _raekker(row: Row, valuta: str) -> str:
    """A kind of unit, its sum, and what that could pay for."""
    money = f"{slags(row['enhedstype'])} ({text.mio(int(row['besparelse_oere']), valuta)}"
    if not row["antal_raad_til"]:
        return money + ")"
    return f"{money}: {text.antal(row['antal_raad_til'])} × {row['hvad']})"
