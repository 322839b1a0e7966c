"""
What has changed since an earlier report: which figures, by how much, and why as far as it can be told.

A report carries its rates as a table with numerators and denominators, and the stamp of what it was
made of. Both lie in the PDF, so an earlier PDF is all that is needed. What moved is read from the
figures; why is read from the stamps (`aarsager`).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ehandel_lib import analyses, compare, rates
from ehandel_lib.errors import CheckError, ParameterError, UnreadableFileError
from ehandel_lib.provenance import Facts, sha256
from ehandel_lib.reference import PROJECT
from ehandel_lib.render import attachments

if TYPE_CHECKING:
    from ehandel_lib.load import Data

#: The id of the table that holds a report's rates, and the file in the PDF that carries it.
ID = "tal"
FIL = f"ark_{ID}.csv"

#: A report in its folder.
RAPPORT = "rapport.pdf"

I_ALT, LOVKRAV = "I alt", "Varekategorier med lovkrav"

#: measure → the columns of `rates.begge` that hold its numerator, denominator and rate.
MAAL = {
    "omsætning": ("omsaetning_e_handlet_oere", "omsaetning_oere", "grad_omsaetning"),
    "faktura": ("fakturaer_e_handlet", "antal_fakturaer", "grad_faktura"),
}

#: The rank stands among the rates: its numerator is the rank, its denominator how many are ranked.
PLADS = "plads"

KOLONNER = ["gruppe", "maal", "taeller", "naevner", "grad"]


@dataclass(frozen=True)
class Tidligere:
    """An earlier report: the fingerprint of its file, what it was made of, and its rates."""

    sha256: str
    ophav: Facts
    tal: pd.DataFrame

    def kort(self) -> dict[str, Any]:
        """What names it among the things that a new report is made of."""
        given = self.ophav["parametre"]
        return {"sha256": self.sha256, "kommune": given["kommune"], "aar": given["aar"]}


def tal(data: Data) -> pd.DataFrame:
    """
    The report's rates by name: all posts, those under the law, each category and amount band, and the rank.

    Returns
    -------
    DataFrame
        ``gruppe``, ``maal`` ("omsætning", "faktura", "plads"), ``taeller``, ``naevner`` and ``grad``; amounts
        in øre. Numbers of small groups are missing, as everywhere in the report.
    """
    poster = data.poster
    wholes = [(I_ALT, rates.begge(poster)), (LOVKRAV, rates.begge(poster.query("lovkrav")))]
    groups = [
        ("varekategori", analyses.kategorier(poster)),
        ("beloebsinterval", _bands(data)),
    ]
    parts = [frame.assign(gruppe=name) for name, frame in wholes]
    parts += [frame.rename(columns={by: "gruppe"}) for by, frame in groups]
    rank = compare.placering(compare.per_kommune(data.landet), data.kommune.kode)
    ranked = rank.rename(columns={"placering": "taeller", "antal_kommuner": "naevner"})
    ranked = ranked.assign(gruppe=I_ALT, maal=PLADS, grad=float("nan"))[KOLONNER]
    return _typed(pd.concat([*(_long(part) for part in parts), ranked], ignore_index=True))


def _bands(data: Data) -> pd.DataFrame:
    bands = rates.skjul_smaa(analyses.beloebsintervaller(data.poster))
    return analyses.i_valuta(bands, data.leverance.valuta)


def _long(frame: pd.DataFrame) -> pd.DataFrame:
    """A row a measure."""
    named = [
        frame[["gruppe", *columns]]
        .set_axis(["gruppe", "taeller", "naevner", "grad"], axis=1)
        .assign(maal=maal)
        for maal, columns in MAAL.items()
    ]
    return pd.concat(named).sort_index(kind="stable")[KOLONNER]


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    kinds = {"gruppe": "str", "maal": "str", "taeller": "Int64", "naevner": "Int64", "grad": "Float64"}
    return frame.astype(kinds)


def tidligere(siden: str | Path, kommune: str) -> Tidligere:
    """
    An earlier report about a municipality.

    Parameters
    ----------
    siden : str or Path
        A `rapport.pdf`, or the folder that it lies in; a relative path is tried from the working folder, then
        from the project.
    kommune : str
        The municipality's name.

    Raises
    ------
    UnreadableFileError
        There is no such file.
    CheckError
        It is no report, or one from before reports carried their rates.
    ParameterError
        It is about another municipality.
    """
    path = _file(Path(siden))
    raw = path.read_bytes()
    files = attachments.tables(raw)
    if FIL not in files:
        raise CheckError(f"{path.name} bærer ikke sine tal ({FIL}), så den kan ikke sammenlignes med.")
    found = Tidligere(sha256(raw), attachments.stamp(raw), _read(files[FIL][1]))
    if (name := found.ophav["parametre"]["kommune"]) != kommune:
        raise ParameterError(
            f"Den tidligere rapport handler om {name} og kan ikke sammenlignes med {kommune}."
        )
    return found


def _file(siden: Path) -> Path:
    for path in (siden, PROJECT / siden):
        found = path / RAPPORT if path.is_dir() else path
        if found.is_file():
            return found
    raise UnreadableFileError(f'Der er ingen tidligere rapport "{siden}".')


def _read(content: bytes) -> pd.DataFrame:
    """The rates as a report carries them."""
    rows = list(csv.DictReader(io.StringIO(content.decode()), delimiter=";"))
    frame = pd.DataFrame(rows, columns=KOLONNER).replace("", None)
    numbers = {name: pd.to_numeric(frame[name]) for name in ("taeller", "naevner", "grad")}
    return _typed(frame.assign(**numbers))


def sammenlign(foer: pd.DataFrame, nu: pd.DataFrame) -> pd.DataFrame:
    """
    Two reports' rates side by side.

    Parameters
    ----------
    foer, nu : DataFrame
        As from `tal`.

    Returns
    -------
    DataFrame
        One row per rate that either has, in the order of `nu`: ``gruppe``, ``maal``, ``grad_foer``, ``grad``,
        ``aendring`` (now minus before), the parts of both, ``findes`` ("begge", "før" or "nu"), ``flyttet``
        (is any part another?).

    Examples
    --------
    >>> foer = pd.DataFrame({"gruppe": ["Bleer"], "maal": "faktura", "taeller": 4, "naevner": 9, "grad": 0.4})
    >>> sammenlign(foer, foer.assign(taeller=5, grad=0.5))[["aendring", "flyttet"]].round(2).values.tolist()
    [[0.1, True]]
    """
    both = _typed(foer).merge(
        _typed(nu),
        on=["gruppe", "maal"],
        how="outer",
        suffixes=("_foer", ""),
        validate="1:1",
        indicator="findes",
    )
    order = {pair: place for place, pair in enumerate(_names(pd.concat([nu, foer])))}
    place = [order[pair] for pair in _names(both)]
    both = both.assign(plads=place).sort_values("plads", ignore_index=True).drop(columns="plads")
    same = pd.Series(True, index=both.index)
    for name in ("taeller", "naevner", "grad"):
        old, new = both[f"{name}_foer"], both[name]
        same &= ((old == new) | (old.isna() & new.isna())).fillna(False).astype("bool")
    found = both["findes"].astype("str").map({"both": "begge", "left_only": "før", "right_only": "nu"})
    return both.assign(
        aendring=both["grad"] - both["grad_foer"], findes=found, flyttet=~same | (found != "begge")
    )


def _names(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Group and measure of each row, each pair once."""
    return list(dict.fromkeys(zip(frame["gruppe"], frame["maal"], strict=True)))


def stoerste(forskelle: pd.DataFrame, n: int = 12, *, mindst: int = rates.FUND_MINDST) -> pd.DataFrame:
    """
    The rates of single groups that moved most, the largest move first.

    Parameters
    ----------
    forskelle : DataFrame
        From `sammenlign`.
    n : int
        No more than this: a table that a reader takes in.
    mindst : int
        A group has this many invoices in both reports: a handful moves far by chance.
    """
    invoices = forskelle[forskelle["maal"] == "faktura"].set_index("gruppe")[["naevner_foer", "naevner"]]
    enough = invoices.index[(invoices >= mindst).fillna(False).all(axis=1)]
    single = forskelle[forskelle["gruppe"].isin(enough) & ~forskelle["gruppe"].isin([I_ALT, LOVKRAV])]
    moved = single[single["aendring"].abs().fillna(0) > 0]
    size = moved.assign(stoerrelse=moved["aendring"].abs())
    ranked = size.sort_values(
        ["stoerrelse", "gruppe", "maal"], ascending=[False, True, True], ignore_index=True
    )
    return ranked.drop(columns="stoerrelse").head(n)
