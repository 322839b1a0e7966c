"""
What the chapter on method and data quality says.

Which rule decided how much, whether the ledger adds up, what was left out, and
the words of the field for a reader who meets them for the first time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ehandel_lib import rates, reference, schema, text
from ehandel_lib.sentences.fraser import pct, rows, saetning

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
    """The weaker measure: how many invoices have any order number at all."""
    weak = rows(rates.fakturaer(poster.assign(e_handlet=poster["har_ordrenummer"])))[0]
    if pd.isna(weak["grad"]):
        return "Der er ingen fakturaer i året."
    return saetning(
        f"et svagere mål er, om fakturaen overhovedet har et ordrenummer: det har {pct(weak['grad'])} "
        f"({text.antal(weak['taeller'])} af {text.tael(int(weak['naevner']), 'faktura', 'fakturaer')})",
        "et ordrenummer er ikke i sig selv e-handel",
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
    files = f"kommunens rækker står i {text.tael(own['kilde_fil'].nunique(), 'fil', 'filer')}"
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


#: What the ledger calls the rows whose municipality is not known.
UDEN_KOMMUNE = "Rækker uden kendt kommune"


def regnskab_pr_fil(frame: pd.DataFrame) -> pd.DataFrame:
    """
    The ledger per file, and all files together in the last row.

    Rows without a known municipality may be anybody's: they stand in one row for all files.
    """
    named = frame.assign(kilde_fil=frame["kilde_fil"].where(frame["kommune_kode"].notna(), UDEN_KOMMUNE))
    order = [*sorted(set(named["kilde_fil"]) - {UDEN_KOMMUNE}), UDEN_KOMMUNE]
    summed = named.drop(columns="kommune_kode").groupby("kilde_fil").sum()
    per_fil = summed.reindex([name for name in order if name in summed.index]).reset_index()
    total = per_fil.drop(columns="kilde_fil").sum().to_frame().T.assign(kilde_fil="I alt")
    return pd.concat([per_fil, total.astype(per_fil.dtypes.to_dict())[list(per_fil)]], ignore_index=True)


def aarsager(rettelser: pd.DataFrame) -> pd.DataFrame:
    """How many rows were rejected, changed or masked, by what was done and why."""
    # a remark on a whole column says how many values it is about; alike remarks belong together
    plain = rettelser.assign(aarsag=rettelser["aarsag"].str.replace(r": [\d.]+(?=;)", "", regex=True))
    counted = plain.groupby(["handling", "aarsag"], dropna=False).size().astype("Int64")
    return (
        counted.rename("antal").reset_index()
        .sort_values(["handling", "antal", "aarsag"], ascending=[True, False, True], ignore_index=True)
    )  # fmt: skip


def rettelser(frame: pd.DataFrame) -> str:
    """How many rows did not go unchanged into the table, and how many CPR-like values were masked."""
    count = {name: int((frame["handling"] == name).sum()) for name in schema.HANDLINGER}
    words = {"afvist": "afvist", "dublet": "genkendt som kopi", "rettet": "rettet", "bemærket": "bemærket"}
    told = [f"{text.antal(count[name])} {word}" for name, word in words.items() if count[name]]
    listed = f"af rækkerne blev {text.opremsning(told)}" if told else "ingen rækker blev afvist eller rettet"
    strangers = int((frame["kommune_kode"].isna() & (frame["handling"] == "afvist")).sum())
    of_them = f"; i {text.antal(strangers)} af de afviste kan kommunen ikke læses" if strangers else ""
    masked = text.tael(count["maskeret"], "værdi, der ligner et CPR-nummer", "værdier, der ligner CPR-numre")
    none = "ingen værdi lignede et CPR-nummer"
    return saetning(
        listed + of_them, f"maskeret, før noget blev gemt, er {masked}" if count["maskeret"] else none
    )


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
