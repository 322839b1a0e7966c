"""
Where one printed percentage comes from, link by link.

A rate is named as a reader names it: "Lyskilder, omsætning". The chain goes from
the rate to its numerator and denominator, the rules that decided each post, what
was left out, and the files that the rows came from. It is counted from the same
posts and by the same functions as the report.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ehandel_lib import analyses, rates, schema, text
from ehandel_lib.classify import lovkrav
from ehandel_lib.errors import UnknownNameError, shorten, suggestion
from ehandel_lib.load import Data

#: What stands for all posts, instead of a category or an amount band.
I_ALT = "i alt"

#: measure → the columns of `rates.begge` that hold its rate, numerator and denominator.
MAAL = {
    "omsætning": ("grad_omsaetning", "omsaetning_e_handlet_oere", "omsaetning_oere"),
    "faktura": ("grad_faktura", "fakturaer_e_handlet", "antal_fakturaer"),
}


@dataclass(frozen=True)
class Tal:
    """A rate's name: the group's column (none for all posts), the group, and the measure."""

    kolonne: str
    gruppe: str
    maal: str

    def poster(self, poster: pd.DataFrame) -> pd.DataFrame:
        """The posts that the rate is counted from."""
        return poster[poster[self.kolonne] == self.gruppe] if self.kolonne else poster


def find_tal(navn: str, poster: pd.DataFrame) -> Tal:
    """
    The rate with this name.

    Parameters
    ----------
    navn : str
        A category or amount band, or "i alt"; a comma; and "omsætning" or "faktura".
    poster : DataFrame
        The municipality's posts: their categories can be named.

    Raises
    ------
    UnknownNameError
        There is no such group or measure; the message offers the nearest.

    Examples
    --------
    >>> find_tal("i alt, faktura", pd.DataFrame({"varekategori": ["Bleer"]}))
    Tal(kolonne='', gruppe='i alt', maal='faktura')
    >>> find_tal("lyskider, omsætning", pd.DataFrame({"varekategori": ["Bleer"]}))
    Traceback (most recent call last):
    ...
    ehandel_lib.errors.UnknownNameError: Der er intet tal for "lyskider". Mente du Lyskilder?
    """
    group, comma, measure = (part.strip() for part in navn.rpartition(","))
    if not comma:
        raise UnknownNameError(
            f'Skriv tallet som gruppe og mål, fx "Lyskilder, omsætning" eller "i alt, faktura"; '
            f'"{shorten(navn, 60)}" har intet komma.'
        )
    return Tal(*_group(group, poster), _one_of(measure, list(MAAL), "mål"))


def _group(name: str, poster: pd.DataFrame) -> tuple[str, str]:
    known = {I_ALT: ""}
    known |= dict.fromkeys(schema.BELOEBSINTERVALLER, "beloebsinterval")
    categories = {*lovkrav(), *poster["varekategori"].dropna()}
    known |= dict.fromkeys(sorted(categories), "varekategori")
    group = _one_of(name, list(known), "tal for")
    return known[group], group


def _one_of(name: str, known: list[str], what: str) -> str:
    """The known name, whatever its case; nothing else is guessed."""
    by_case = {one.casefold(): one for one in known}
    if name.casefold() not in by_case:
        hint = suggestion(name, known) or f" Der findes: {text.opremsning(known)}."
        raise UnknownNameError(f'Der er intet {what} "{shorten(name, 60)}".{hint}')
    return by_case[name.casefold()]


def forklaring(data: Data, navn: str) -> str:
    """
    The chain behind a rate, as Danish text.

    Parameters
    ----------
    data : load.Data
        One municipality and year.
    navn : str
        As `find_tal` takes it.

    Raises
    ------
    UnknownNameError
        There is no such rate.
    """
    tal = find_tal(navn, data.poster)
    poster = tal.poster(data.poster)
    head = f"{tal.gruppe[:1].upper()}{tal.gruppe[1:]}, {tal.maal}: {data.kommune.officielt_navn} {data.aar}"
    parts = [("", [head])]
    if hidden := _hidden_reason(data.poster, tal):
        parts.append(("", [f"Rapporten viser ingen tal for gruppen: {hidden}."]))
    else:
        parts += _chain(data, tal, poster)
    return "\n\n".join("\n".join([*filter(None, [title]), *lines]) for title, lines in parts)


def _hidden_reason(poster: pd.DataFrame, tal: Tal) -> str:
    """Why the report hides the group, if it does: what is hidden there is not told here."""
    if not tal.kolonne:
        few = 0 < poster["faktura_id"].nunique() < rates.MIN_FAKTURAER
        return f"færre end {rates.MIN_FAKTURAER} fakturaer" if few else ""
    by_category = tal.kolonne == "varekategori"
    groups = analyses.per_kategori(poster) if by_category else rates.per(poster, tal.kolonne)
    hidden = groups[(groups[tal.kolonne] == tal.gruppe) & groups["antal_fakturaer"].isna()]
    return "" if hidden.empty else str(hidden["aarsag"].iloc[0])


def _chain(data: Data, tal: Tal, poster: pd.DataFrame) -> list[tuple[str, list[str]]]:
    valuta = data.leverance.valuta
    return [
        ("Tallet", _rate(poster, tal.maal, valuta)),
        ("Svagere mål", [_weaker(poster, tal.maal, valuta)]),
        ("Grundlaget", _base(poster, data.poster, valuta)),
        ("Hvad der afgjorde, om posterne er e-handlet", _rules(poster, "ordre_regel", valuta)),
        ("Hvad der afgjorde varekategorien", _rules(poster, "kategori_regel", valuta)),
        ("Hvad der ikke er med", _left_out(data, tal, valuta)),
        ("Filerne, posterne kommer fra", _files(poster, data, valuta)),
    ]


def _amount(value: int, maal: str, valuta: str) -> str:
    return text.kroner(value, valuta) if maal == "omsætning" else text.tael(value, "faktura", "fakturaer")


def _rate(poster: pd.DataFrame, maal: str, valuta: str) -> list[str]:
    """The rate, its numerator and its denominator."""
    grad, taeller, naevner = MAAL[maal]
    row = rates.begge(poster).iloc[0]
    reason = rates.omsaetning(poster) if maal == "omsætning" else rates.fakturaer(poster)
    shown = f"kan ikke beregnes: {reason['aarsag'].iloc[0]}" if pd.isna(row[grad]) else text.pct(row[grad])
    return [
        f"  {schema.KOLONNER[grad].etiket}: {shown}",
        f"  Tæller: {_amount(int(row[taeller]), maal, valuta)} ({_meaning(taeller)})",
        f"  Nævner: {_amount(int(row[naevner]), maal, valuta)} ({_meaning(naevner)})",
    ]


def _meaning(column: str) -> str:
    """A column's meaning as part of a sentence."""
    words = schema.KOLONNER[column].betydning.rstrip(".")
    return words[:1].lower() + words[1:]


def _weaker(poster: pd.DataFrame, maal: str, valuta: str) -> str:
    """The same rate if any order number were enough."""
    grad, taeller, naevner = MAAL[maal]
    row = rates.begge(poster.assign(e_handlet=poster["har_ordrenummer"])).iloc[0]
    part, whole = (_amount(int(row[column]), maal, valuta) for column in (taeller, naevner))
    return f"  Har ordrenummer: {text.pct(row[grad])} ({part} af {whole}); det er ikke i sig selv e-handel"


def _base(poster: pd.DataFrame, alle: pd.DataFrame, valuta: str) -> list[str]:
    """The posts that are counted, beside all posts of the year."""
    invoices = poster[["kommune_kode", "faktura_id"]].drop_duplicates()
    credit = int((poster["dokumenttype"] == "kreditnota").sum())
    return [
        f"  {_posts(poster, valuta)}, på {text.tael(len(invoices), 'faktura', 'fakturaer')}; "
        f"heraf {text.tael(credit, 'post på en kreditnota', 'poster på kreditnotaer')}",
        f"  Alle kommunens poster i året: {_posts(alle, valuta)}",
    ]


def _posts(poster: pd.DataFrame, valuta: str) -> str:
    return f"{text.tael(len(poster), 'post', 'poster')}, {text.kroner(_sum(poster), valuta)}"


def _sum(poster: pd.DataFrame) -> int:
    return int(poster["beloeb_oere"].sum())


def _rules(poster: pd.DataFrame, column: str, valuta: str) -> list[str]:
    """How many posts, and how much, each rule decided; rules that decided nothing are left out."""
    asked = [rule for rule in schema.KOLONNER[column].tilladt if (poster[column] == rule).any()]
    lines = [f"  {rule}: {_posts(poster[poster[column] == rule], valuta)}" for rule in asked]
    return lines or ["  Ingen poster."]


def _left_out(data: Data, tal: Tal, valuta: str) -> list[str]:
    """Rows that never became posts, of all groups and years, and groups that are counted but not shown."""
    lines = []
    kinds = (("dublet", "kendte dubletter"), ("afvist", "afvist med en årsag"))
    for kind, words in kinds:
        rows, amount = (int(data.regnskab[f"{unit}_{kind}"].sum()) for unit in ("raekker", "oere"))
        lines.append(f"  {text.tael(rows, 'række', 'rækker')}, {text.kroner(amount, valuta)}: {words}")
    lines.append("  (rækkerne er fra alle kommunens filer og år; de står hver for sig i datakvalitet.csv)")
    if tal.kolonne == "varekategori" and tal.gruppe != schema.UKENDT:
        unknown = data.poster[data.poster["varekategori"] == schema.UKENDT]
        lines.append(f"  {_posts(unknown, valuta)}: har ingen kendt varekategori og kan høre til her")
    if tal.kolonne == "":
        lines.append(f"  {_hidden(data.poster)}")
    return lines


def _hidden(poster: pd.DataFrame) -> str:
    counted = rates.fakturaer(poster, "varekategori")["naevner"]
    few = int(((counted > 0) & (counted < rates.MIN_FAKTURAER)).sum())
    groups = text.tael(few, "varekategori", "varekategorier")
    return f"{groups} med færre end {rates.MIN_FAKTURAER} fakturaer er med i tallet, men vises ikke for sig"


def _files(poster: pd.DataFrame, data: Data, valuta: str) -> list[str]:
    """Each file with its rows, its amount and its fingerprint; a member of a zip file has the zip file's."""
    marks = {file.navn: file.sha256 for file in data.leverance.filer}
    lines = [
        f"  {name}: {text.tael(int(own['antal_linjer'].sum()), 'række', 'rækker')}, "
        f"{text.kroner(_sum(own), valuta)}{_mark(str(name), marks)}"
        for name, own in poster.groupby("kilde_fil", sort=True)
    ]
    return lines or ["  Ingen filer."]


def _mark(name: str, marks: dict[str, str]) -> str:
    """The fingerprint of a file of the delivery, or of the zip file that it lies in."""
    whole = next((known for known in marks if name == known or name.startswith(f"{known}/")), None)
    return f" (sha256 {marks[whole][:12]})" if whole else ""
