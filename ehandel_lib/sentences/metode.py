"""
What the chapter on method and data quality says.

Which rule decided how much, whether the ledger adds up, what was left out, and
the words of the field for a reader who meets them for the first time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ehandel_lib import rates, reference, schema, text
from ehandel_lib.sentences.fraser import FUND_MINDST, pct, rows, saetning

if TYPE_CHECKING:
    from ehandel_lib.load import Leverance

#: What each rule for an e-order means, in the order of `schema.ORDRE_REGLER`.
ORDREREGLER = {
    "ja/nej-kolonne": "Leverancen siger selv, om posten er e-handlet.",
    "præfiks": "Ordrenummeret har den form, som e-handelssystemet giver: e-handlet.",
    "pladsholder": "Der står noget i feltet, men det er ikke et ordrenummer (fx NA eller 1): ikke e-handlet.",
    "intet ordrenummer": "Feltet er tomt: ikke e-handlet.",
    "andet ordrenummer": "Et nummer uden systemets form, fx en rekvisition: ikke e-handlet.",
}

#: What each rule for a category means, in the order of `schema.KATEGORI_REGLER`.
KATEGORIREGLER = {
    "aftale": "Aftalens nummer afgør kategorien.",
    "UNSPSC": "Varekoden (UNSPSC) afgør kategorien; den længste kendte begyndelse vinder.",
    "CPV": "Varekoden (CPV) afgør kategorien; den længste kendte begyndelse vinder.",
    "ukendt": "Hverken aftale eller varekode er kendt: posten står under Ukendt.",
}


NOTE_REGLER = (
    "Procenterne ved denne tabel og den næste er afrundet hver for sig, så de kan give lidt mere eller "
    "mindre end 100."
)


def ordreregler(poster: pd.DataFrame) -> pd.DataFrame:
    """How many posts and how much turnover each rule for an e-order decided, and what the rule means."""
    return _per_regel(poster, "ordre_regel", ORDREREGLER)


def kategoriregler(poster: pd.DataFrame) -> pd.DataFrame:
    """How many posts and how much turnover each rule for a category decided, and what the rule means."""
    return _per_regel(poster, "kategori_regel", KATEGORIREGLER)


def _per_regel(poster: pd.DataFrame, regel: str, betydning: dict[str, str]) -> pd.DataFrame:
    counted = rates.begge(poster, regel).set_index(regel)[["antal_poster", "omsaetning_oere"]]
    counted = counted.reindex(list(betydning)).fillna(0).rename_axis(regel).reset_index()
    return counted.assign(betydning=counted[regel].map(betydning))


def regel_saetning(per_regel: pd.DataFrame) -> str:
    """Which rule decided most posts, and how many none of the good rules decided."""
    total = int(per_regel["antal_poster"].sum())
    if not total:
        return "Der er ingen fakturaposter i året."
    ranked = per_regel[per_regel["antal_poster"] > 0].sort_values(
        "antal_poster", ascending=False, kind="stable"
    )
    shares = ranked["antal_poster"] / total
    parts = [
        f"{pct(share)}{' afgjort' if place == 0 else ''} af »{rule}«"
        for place, (rule, share) in enumerate(zip(ranked.iloc[:, 0], shares, strict=True))
    ]
    return saetning(f"af {text.tael(total, 'fakturapost', 'fakturaposter')} er {text.opremsning(parts)}")


def svagt_maal(poster: pd.DataFrame) -> str:
    """The weaker measure: how many invoices have any order number at all, and whether the rules fit any."""
    weak = rows(rates.fakturaer(poster.assign(e_handlet=poster["har_ordrenummer"])))[0]
    if pd.isna(weak["grad"]):
        return "Der er ingen fakturaer i året."
    return saetning(
        f"et svagere mål er, om fakturaen overhovedet har et ordrenummer: det har {pct(weak['grad'])} "
        f"({text.antal(weak['taeller'])} af {text.tael(int(weak['naevner']), 'faktura', 'fakturaer')})",
        "et ordrenummer er ikke i sig selv e-handel",
        _ingen_e_ordrer(poster, int(weak["taeller"])),
    )


def _ingen_e_ordrer(poster: pd.DataFrame, med_nummer: int) -> str:
    """A warning where many invoices hold no e-order: that says more of the rules than of the purchases."""
    traded = rows(rates.fakturaer(poster))[0]
    if traded["taeller"] or traded["naevner"] < FUND_MINDST:
        return ""
    lack = (
        "ingen ordrenumre passer på reglerne for e-ordrer"
        if med_nummer
        else "ingen fakturaer har et ordrenummer, som reglerne for e-ordrer kunne passe på"
    )
    return (
        f"{lack}, så før 0 pct. læses som et resultat, bør reglerne ses efter: ehandel ordrenumre viser "
        "numrenes former"
    )


def regnskab(frame: pd.DataFrame, valuta: str = "DKK") -> str:
    """Whether the ledger adds up, in rows and in money."""
    if frame.empty:
        return "Der er intet regnskab over rækkerne i leverancen."
    total = frame.drop(columns=["kilde_fil", "kommune_kode"]).sum()
    rows_left = int(
        total["raekker_ind"] - total["raekker_tabel"] - total["raekker_dublet"] - total["raekker_afvist"]
    )
    oere_left = int(total["oere_ind"] - total["oere_tabel"] - total["oere_dublet"] - total["oere_afvist"])
    own = frame[frame["kommune_kode"].notna()]
    bodies = own["kommune_kode"].nunique()
    whose = "kommunens rækker" if bodies == 1 else f"rækker fra {text.tael(bodies, 'kommune', 'kommuner')}"
    files = f"{whose} står i {text.tael(own['kilde_fil'].nunique(), 'fil', 'filer')}"
    strangers = int(total["raekker_ind"] - own["raekker_ind"].sum())
    unknown = (
        f"; {text.antal(strangers)} af dem er uden kendt kommune og kan være andres" if strangers else ""
    )
    came = f"af {text.tael(int(total['raekker_ind']), 'række', 'rækker')}"
    double = text.tael(int(total["raekker_dublet"]), "var dublet", "var dubletter")
    refused = f"{text.antal(total['raekker_afvist'])} blev afvist med en årsag"
    kept = f"{came} indgår {text.antal(total['raekker_tabel'])} i tabellen, {double}, og {refused}"
    return saetning(kept + unknown, files, _adds_up(rows_left, oere_left, valuta))


def _adds_up(rows_left: int, oere_left: int, valuta: str) -> str:
    if rows_left == 0 and oere_left == 0:
        return "regnskabet går op både i rækker og i beløb"
    missing = f"{text.tael(rows_left, 'række', 'rækker')} og {text.kroner(oere_left, valuta)}"
    return f"regnskabet går ikke op: der mangler en forklaring på {missing}"


#: What the ledger calls the rows whose municipality is not known, and its sums.
UDEN_KOMMUNE = "Rækker uden kendt kommune"
I_ALT, I_ALT_KOEB, I_ALT_OPGOERELSER = "I alt", "I alt uden opgørelser", "I alt, opgørelser"


def regnskab_pr_fil(frame: pd.DataFrame, opgoerelser: Collection[str] = ()) -> pd.DataFrame:
    """
    The ledger per file, and all files together in the last row.

    Rows without a known municipality may be anybody's: they stand in one row for all files. Suppliers'
    statements are about the same purchases as the invoices: with both, each has a sum of its own, and there
    is none of their amounts together.

    Parameters
    ----------
    frame : DataFrame
        `Data.regnskab`.
    opgoerelser : collection of str
        The files that hold statements.
    """
    named = frame.assign(kilde_fil=frame["kilde_fil"].where(frame["kommune_kode"].notna(), UDEN_KOMMUNE))
    order = [*sorted(set(named["kilde_fil"]) - {UDEN_KOMMUNE}), UDEN_KOMMUNE]
    summed = named.drop(columns="kommune_kode").groupby("kilde_fil").sum()
    per_fil = summed.reindex([name for name in order if name in summed.index]).reset_index()
    stated = frame["kilde_fil"].isin(list(opgoerelser))
    money = [name for name in per_fil if str(name).startswith("oere_")]
    total = frame.drop(columns=["kilde_fil", "kommune_kode"]).sum()
    sums = {I_ALT: total}
    if stated.any() and not stated.all():
        parts = {I_ALT_KOEB: frame[~stated], I_ALT_OPGOERELSER: frame[stated]}
        sums = {name: part.drop(columns=["kilde_fil", "kommune_kode"]).sum() for name, part in parts.items()}
        sums[I_ALT] = total.drop(money)
    last = pd.DataFrame(sums).T.rename_axis("kilde_fil").reset_index()
    both = pd.concat([per_fil, last], ignore_index=True)[list(per_fil)]
    return both.astype({name: "Int64" for name in per_fil if name != "kilde_fil"})


NOTE_REGNSKAB = (
    "Alle år. Omsætningsopgørelser gælder de samme køb som fakturaerne, så beløbene er ikke lagt sammen. En "
    "række i fremmed valuta tæller som 0 kr. i beløbene ind og afvist. Filer, parametre og programmer står "
    "med fingeraftryk på rapportens sidste side."
)


def egne_rettelser(frame: pd.DataFrame, regnskab: pd.DataFrame) -> pd.DataFrame:
    """The corrections without remarks on files that hold no row of the municipality (`Data.rettelser`)."""
    own = regnskab.loc[regnskab["kommune_kode"].notna(), "kilde_fil"]
    return frame[~_om_kolonne(frame) | frame["kilde_fil"].isin(own)].reset_index(drop=True)


def _om_kolonne(frame: pd.DataFrame) -> pd.Series:
    """Is it a remark on how a whole column was read, which has no row of its own?"""
    return (frame["handling"] == "bemærket") & frame["kilde_raekke"].isna()


def aarsager(rettelser: pd.DataFrame) -> pd.DataFrame:
    """
    How many rows were rejected and values changed or masked, by what was done and why.

    A remark on a whole column counts the values that it is about, and nothing where it does not say.
    """
    # alike remarks that differ by their count belong together
    said = rettelser["aarsag"].str.extract(r": ([\d.]+)(?=;)", expand=False).str.replace(".", "")
    column = _om_kolonne(rettelser)
    plain = rettelser.assign(
        aarsag=rettelser["aarsag"].mask(
            column, rettelser["aarsag"].str.replace(r": [\d.]+(?=;)", "", regex=True)
        ),
        antal=pd.Series(1, index=rettelser.index, dtype="Int64").mask(column, said.astype("Int64")),
    )
    counted = plain.groupby(["handling", "aarsag"], dropna=False)["antal"].sum(min_count=1)
    return counted.reset_index().sort_values(
        ["handling", "antal", "aarsag"], ascending=[True, False, True], ignore_index=True
    )


def rettelser(frame: pd.DataFrame) -> str:
    """How many rows did not go unchanged into the table, and how many CPR-like values were masked."""
    remarks = _om_kolonne(frame)
    count = {name: int((frame.loc[~remarks, "handling"] == name).sum()) for name in schema.HANDLINGER}
    words = {"afvist": "afvist", "dublet": "genkendt som kopi"}
    told = [f"{text.antal(count[name])} {word}" for name, word in words.items() if count[name]]
    listed = f"af rækkerne blev {text.opremsning(told)}" if told else "ingen rækker blev afvist"
    changed = f"{text.tael(count['rettet'], 'værdi', 'værdier')} blev rettet" if count["rettet"] else ""
    noted = f"{text.tael(count['bemærket'], 'værdi', 'værdier')} er bemærket" if count["bemærket"] else ""
    masked = text.tael(count["maskeret"], "værdi, der ligner et CPR-nummer", "værdier, der ligner CPR-numre")
    none = "ingen værdi lignede et CPR-nummer"
    return saetning(
        listed,
        _uden_kommune(frame),
        text.opremsning([words for words in (changed, noted) if words]),
        f"maskeret, før noget blev gemt, er {masked}" if count["maskeret"] else none,
        _bemaerket(int(remarks.sum())),
    )


def _uden_kommune(frame: pd.DataFrame) -> str:
    """The rejected rows of no known municipality, and why, where there is more than one reason."""
    strangers = frame[frame["kommune_kode"].isna() & (frame["handling"] == "afvist")]
    if strangers.empty:
        return ""
    reasons = strangers["aarsag"].value_counts()
    named = [
        f"{text.antal(n)} »{reason}«" for reason, n in sorted(reasons.items(), key=lambda r: (-r[1], r[0]))
    ]
    why = f": {text.opremsning(named)}" if len(named) > 1 else ""
    return f"{text.antal(len(strangers))} af de afviste er uden kendt kommune{why}"


def _bemaerket(n: int) -> str:
    if not n:
        return ""
    what = text.tael(n, "bemærkning gælder en hel kolonne", "bemærkninger gælder hele kolonner")
    return f"{what}, og i tabellen er talt de værdier i filen, som {'den' if n == 1 else 'de'} er om"


def ordliste() -> pd.DataFrame:
    """The words of the report and what they mean."""
    return reference.table("ordliste")


#: Kind and label of columns that the data dictionary does not describe, for each table that has them.
ORDKOLONNER = {"ord": ("tekst", "Ord"), "betydning": ("tekst", "Betydning")}
REGELKOLONNER = {"betydning": ("tekst", "Betydning")}
KODEBOGSKOLONNER = {
    "navn": ("tekst", "Kolonne"),
    "etiket": ("tekst", "Overskrift"),
    "slags": ("tekst", "Slags"),
    "betydning": ("tekst", "Betydning"),
}


def leverancens_regler(leverance: Leverance) -> list[str]:
    """The delivery's own rules: date basis, currency, and how an e-order's number looks."""
    rules = [f"E-ordreregel for kommunen: {rule}." for rule in leverance.e_ordre_regler]
    none = "Leverancen har ingen e-ordreregel, der gælder kommunen: intet køb kan kendes som e-handlet."
    return [
        f"Datoen er {leverance.datobasis}, og beløb er i {leverance.valuta} uden moms.",
        *(rules or [none]),
    ]


def bemaerkninger(leverance: Leverance, regnskab: pd.DataFrame) -> list[str]:
    """What was decided in order to read each file that the municipality has rows in the table from."""
    used = {name.split("/")[0] for name in regnskab.loc[regnskab["raekker_tabel"] > 0, "kilde_fil"]}
    notes = [f"{file.navn}: {file.note}" for file in leverance.filer if file.note and file.navn in used]
    return notes or ["Ingen af kommunens filer krævede en beslutning for at kunne læses."]


def graenser(mangler: Sequence[str] = ()) -> list[str]:
    """The thresholds that the report is made with, and the municipalities that no comparison has."""
    green, red = text.i_pct(rates.GROEN_OVER), text.i_pct(rates.ROED_UNDER)
    lacking = f"Sammenligninger er uden {text.opremsning(mangler)}, hvis filer ikke kan læses."
    return [
        f"En gruppe med færre end {text.antal(rates.MIN_FAKTURAER)} fakturaer viser ingen tal.",
        f"En kategori med lovkrav er grøn over {green}, rød under {red} og gul derimellem, målt "
        "på omsætning (SKI's grænser).",
        "En grad kan ikke beregnes og vises som en streg, hvis nævneren er nul eller negativ, eller hvis "
        "kreditnotaer bringer tælleren uden for nævneren. Kommunen er så heller ikke med i sammenligninger.",
        "Hvert tal er rundet af for sig. Dele kan derfor afvige lidt fra deres sum og en ændring fra de to "
        "tal, den er regnet af.",
        *([lacking] if mangler else []),
    ]
