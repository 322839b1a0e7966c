"""
Raw invoice deliveries of any size, with totals that are known beforehand.

A file a month, as an office gets them: Windows-1252, semicolons, Danish numbers
and dates, 98 municipalities of very different size, order numbers of several
systems, and some dirt. What the ledger must find is counted here, as the rows
are drawn. The same number of rows gives the same bytes on every machine.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from stdnum.dk import cvr

from ehandel_lib import reference
from ehandel_lib.classify import aftaler

AAR = 2024

#: So many rows are drawn at a time: some 150 MB.
BLOK = 400_000

LEVERANDOERER = 20_000
ENHEDER = 6_000

#: The share of the rows that has each kind of dirt.
SNAVS = 0.01

#: The municipalities' systems, in the proportions of SKI's report, and how their order numbers look.
ORDRENUMRE = {"TELLIS": "TEL-#######", "TT": "TT########", "TRICOM": "TRC######", "RK": "RK-########",
              "BUBO": "BB########", "KOMMERS": "KOM######", "KVANTUM": "KV-########"}  # fmt: skip

VARER = {
    "44121706": "Blyanter, sorte", "44121503": "Kuverter C5", "56101703": "Skrivebord, hæve/sænke",
    "43211509": "Tablet 10\"", "43211503": "Bærbar computer", "47131801": "Rengøringsmiddel, 10 l",
    "50201706": "Kaffe, økologisk", "50301700": "Bananer", "39101600": "LED-pære E27",
    "53102305": "Bleer, voksen", "14111704": "Toiletpapir", "52161518": "HDMI-kabel",
    "30161509": "Gipsplade", "83111603": "Abonnement, data", "": "Diverse ifølge bilag",
}  # fmt: skip

UGYLDIGE_BELOEB = ("se bilag", "#VÆRDI!", "12,34,56", "ukendt")
UGYLDIGE_DATOER = ("31-02-2024", "ukendt", "00-00-0000")
LOKALE = ("NA", "n/a", "INGEN", "-", "1")


def cvr_numbers(count: int) -> list[str]:
    """Company numbers that pass modulus 11, none of them of a real company that we know of."""
    found: list[str] = []
    number = 10_000_000
    while len(found) < count:
        number += 37
        if cvr.checksum(str(number)) == 0:
            found.append(str(number))
    return found


class Country:
    """What the rows are drawn from: municipalities, their systems and units, suppliers, goods, agreements."""

    def __init__(self) -> None:
        chance = np.random.default_rng(98)
        places = reference.table("kommuner")
        self.names = places["kommune_navn"].tolist()
        # Copenhagen has a tenth of the rows, the smallest islands a few in ten thousand
        weight = 1 / (np.arange(len(self.names)) + 5) ** 0.9
        self.weight = weight / weight.sum()
        usual = [code for code, n in (("TELLIS", 40), ("TT", 20), ("TRICOM", 17), ("RK", 10), ("BUBO", 4),
                                      ("KOMMERS", 6)) for _ in range(n)]  # fmt: skip
        self.systems = ["KVANTUM", *(str(s) for s in chance.permutation(usual)[: len(self.names) - 1])]
        owners = np.sort(chance.choice(len(self.names), ENHEDER, p=self.weight))
        owners[: len(self.names)] = np.arange(len(self.names))
        self.units_of = [np.flatnonzero(owners == n) for n in range(len(self.names))]
        self.unit_owner = owners
        self.eans = [f"57980{n:08d}" for n in range(ENHEDER)]
        kinds = ["skole", "dagtilbud", "plejecenter", "bibliotek", "teknik", "administration"]
        self.unit_kinds = [kinds[n] for n in chance.integers(0, len(kinds), ENHEDER)]
        self.cvr = cvr_numbers(LEVERANDOERER)
        self.suppliers = [f"Leverandør {n} {('A/S', 'ApS', 'I/S')[n % 3]}" for n in range(LEVERANDOERER)]
        own = sorted(key for key in aftaler() if "/" not in key)
        self.agreements = [*own, *([""] * len(own))]


def write_delivery(folder: Path, rows: int) -> dict[str, int]:
    """
    Write a delivery of so many rows with its `kilde.toml`, and say what a ledger must find in it.

    Parameters
    ----------
    folder : Path
        Made here.
    rows : int
        Rows in the twelve invoice files together, headers not counted.

    Returns
    -------
    dict of str to int
        `raekker`, `raekker_tabel`, `raekker_dublet`, `raekker_afvist`, `oere_tabel`, `oere_dublet`,
        `oere_afvist`, `oere_e_handlet`, `fakturaer` and `maskeret`; also written to `facit.json`.
    """
    folder.mkdir(parents=True)
    country = Country()
    total: Counter[str] = Counter()
    first = 0
    for month in range(1, 13):
        own = rows * month // 12 - rows * (month - 1) // 12
        with (folder / f"fakturaer_{AAR}-{month:02}.csv").open("wb") as file:
            file.write((";".join(KOLONNER) + "\r\n").encode("cp1252"))
            for part in _blocks(own):
                frame, counts = _block(country, month, part, first)
                file.write(_csv(frame))
                total += counts
                first += part
    _write_small_tables(folder, country)
    facit = dict(sorted(total.items()))
    (folder / "facit.json").write_text(json.dumps(facit, indent=1), encoding="utf-8")
    return facit


def _blocks(rows: int) -> Iterator[int]:
    for start in range(0, rows, BLOK):
        yield min(BLOK, rows - start)


def _csv(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    empty = pl.col(pl.String).replace("", None)
    frame.with_columns(empty).write_csv(
        out, separator=";", include_header=False, line_terminator="\r\n", quote_style="necessary"
    )
    return out.getvalue().decode("utf-8").encode("cp1252")


def _block(country: Country, month: int, rows: int, first: int) -> tuple[pl.DataFrame, Counter[str]]:
    """So many rows of a month, the copies among them, and what they add up to."""
    chance = np.random.default_rng([AAR, month, rows, first])
    copies = int(rows * SNAVS)
    frame = _lines(country, chance, month, rows - copies, first)
    kind = chance.random(frame.height)
    dirt = {
        name: pl.Series((kind >= n * SNAVS) & (kind < (n + 1) * SNAVS))
        for n, name in enumerate(("beloeb", "dato", "cpr"))
    }
    clean = np.flatnonzero(kind >= len(dirt) * SNAVS)
    again = np.sort(chance.choice(clean, min(copies, len(clean)), replace=False))
    shown = _soiled(frame, dirt, chance)
    counts = _counts(frame, dirt, again)
    all_rows = pl.concat([shown, shown[again]])
    return all_rows.select(list(KOLONNER)), counts


def _lines(country: Country, chance: np.random.Generator, month: int, rows: int, first: int) -> pl.DataFrame:
    """Clean lines of one to three to an invoice, written as the extract writes them."""
    lines = chance.choice([1, 1, 1, 2, 3], rows)
    invoices = int(np.searchsorted(np.cumsum(lines), rows)) + 1
    of = np.repeat(np.arange(invoices), lines[:invoices])[:rows]
    starts = np.concatenate([[True], of[1:] != of[:-1]])
    line = np.arange(rows) - np.flatnonzero(starts)[of] + 1
    place = chance.choice(len(country.names), invoices, p=country.weight)
    unit = _units(country, chance, place)
    supplier = (LEVERANDOERER * chance.random(invoices) ** 3).astype(np.int64)
    order, e_traded = _orders(country, chance, place)
    credit = chance.random(invoices) < 0.02
    goods = chance.integers(0, len(VARER), rows)
    oere = np.round(np.exp(chance.normal(6.2, 1.6, rows)) * 100).astype(np.int64) + 1
    oere = np.where(credit[of], -oere, oere)
    days = (np.datetime64(f"{AAR}-{month:02}", "M") + 1).astype("datetime64[D]") - np.datetime64(
        f"{AAR}-{month:02}-01"
    )
    day = chance.integers(1, int(days.astype(int)) + 1, invoices)
    codes, texts = list(VARER), list(VARER.values())
    return pl.DataFrame(
        {
            "Kommune": _chosen(country.names, place[of]),
            "Fakturadato": _chosen([f"{d:02}-{month:02}-{AAR}" for d in range(32)], day[of]),
            "Fakturanr.": pl.Series(first + 1 + of).cast(pl.String).str.zfill(9),
            "Linje": line,
            "Bilagstype": _chosen(["Faktura", "Kreditnota"], credit[of].astype(np.int64)),
            "CVR-nr.": _chosen(country.cvr, supplier[of]),
            "Leverandør": _chosen(country.suppliers, supplier[of]),
            "EAN-nr.": _chosen(country.eans, unit[of]),
            "Ordrenr.": order[of],
            "Aftale": _chosen(country.agreements, chance.integers(0, len(country.agreements), invoices)[of]),
            "UNSPSC": _chosen(codes, goods),
            "Varetekst": _chosen(texts, goods),
            "Konto": _chosen([str(2900 + n) for n in range(40)], chance.integers(0, 40, rows)),
            "oere": oere,
            "faktura": first + 1 + of,
            "e_handlet": e_traded[of],
        }
    ).with_columns(danish(pl.col("oere")).alias("Beløb ekskl. moms"))


def _chosen(words: list[str], which: np.ndarray) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(which)


def _units(country: Country, chance: np.random.Generator, place: np.ndarray) -> np.ndarray:
    """A unit of each invoice's municipality."""
    sizes = np.array([len(units) for units in country.units_of])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    every = np.concatenate(country.units_of)
    return every[starts[place] + (chance.random(len(place)) * sizes[place]).astype(np.int64)]


def _orders(country: Country, chance: np.random.Generator, place: np.ndarray) -> tuple[pl.Series, pl.Series]:
    """Order numbers, three in ten of them the system's own, and which those are."""
    number = pl.Series(chance.integers(0, 10**8, len(place))).cast(pl.String).str.zfill(8)
    prefix = [ORDRENUMRE[system].rstrip("#") for system in country.systems]
    width = [ORDRENUMRE[system].count("#") for system in country.systems]
    kind = chance.random(len(place))
    frame = pl.DataFrame(
        {"n": number, "p": _chosen(prefix, place), "w": np.array(width)[place], "k": kind,
         "lokal": _chosen(list(LOKALE), chance.integers(0, len(LOKALE), len(place)))}
    )  # fmt: skip
    own = pl.col("p") + pl.col("n").str.slice(0, pl.col("w"))
    order = (
        pl.when(pl.col("k") < 0.3).then(own)
        .when(pl.col("k") < 0.5).then(pl.lit("4") + pl.col("n").str.head(5))
        .when(pl.col("k") < 0.6).then("lokal")
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return frame.select(order.alias("o"))["o"], frame.select(pl.col("k") < 0.3)["k"]


def danish(oere: pl.Expr) -> pl.Expr:
    """
    Øre as an extract writes kroner.

    Examples
    --------
    >>> pl.DataFrame({"x": [123456789, -5, 100_00]}).select(danish(pl.col("x")))["x"].to_list()
    ['1.234.567,89', '-0,05', '100,00']
    """
    size = oere.abs()
    whole = (size // 100).cast(pl.String)
    for places in (3, 7):
        whole = (
            pl.when(whole.str.len_bytes() > places)
            .then(whole.str.head(-places) + pl.lit(".") + whole.str.tail(places))
            .otherwise(whole)
        )
    sign = pl.when(oere < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return sign + whole + pl.lit(",") + (size % 100).cast(pl.String).str.zfill(2)


def _soiled(frame: pl.DataFrame, dirt: dict[str, pl.Series], chance: np.random.Generator) -> pl.DataFrame:
    """The lines with dirt in some cells."""
    amounts = _chosen(list(UGYLDIGE_BELOEB), chance.integers(0, len(UGYLDIGE_BELOEB), frame.height))
    days = _chosen(list(UGYLDIGE_DATOER), chance.integers(0, len(UGYLDIGE_DATOER), frame.height))
    tail = pl.Series(chance.integers(1000, 9999, frame.height)).cast(pl.String)
    person = pl.lit("Høreapparat til 010165-") + tail
    return frame.with_columns(
        pl.when(dirt["beloeb"]).then(amounts).otherwise("Beløb ekskl. moms").alias("Beløb ekskl. moms"),
        pl.when(dirt["dato"]).then(days).otherwise("Fakturadato").alias("Fakturadato"),
        pl.when(dirt["cpr"]).then(person).otherwise("Varetekst").alias("Varetekst"),
    )


def _counts(frame: pl.DataFrame, dirt: dict[str, pl.Series], again: np.ndarray) -> Counter[str]:
    """What the ledger must find in these lines."""
    kept = frame.filter(~dirt["beloeb"] & ~dirt["dato"])
    undated = frame.filter(dirt["dato"])
    return Counter(
        raekker=frame.height + len(again),
        raekker_tabel=kept.height,
        raekker_dublet=len(again),
        raekker_afvist=frame.height - kept.height,
        oere_tabel=int(kept["oere"].sum()),
        oere_dublet=int(frame["oere"][again].sum()),
        oere_afvist=int(undated["oere"].sum()),
        oere_e_handlet=int(kept.filter("e_handlet")["oere"].sum()),
        fakturaer=kept["faktura"].n_unique(),
        maskeret=int(dirt["cpr"].sum()),
    )


def _write_small_tables(folder: Path, country: Country) -> None:
    systems = pl.DataFrame({"Kommune": country.names, "System": country.systems})
    units = pl.DataFrame(
        {
            "Kommune": _chosen(country.names, country.unit_owner),
            "EAN": country.eans,
            "Navn": [f"Enhed {n}" for n in range(ENHEDER)],
            "Type": country.unit_kinds,
        }
    )
    for name, frame in (("systemer", systems), ("enheder", units)):
        header = (";".join(frame.columns) + "\r\n").encode("cp1252")
        (folder / f"{name}.csv").write_bytes(header + _csv(frame))
    rules = "\n".join(
        f'[[e_ordre.praefikser]]\nmoenster = "{pattern}"\nsystem = "{system}"\n'
        for system, pattern in ORDRENUMRE.items()
    )
    (folder / "kilde.toml").write_text(KILDE + rules, encoding="utf-8")


#: The headers, and which of our fields each is.
KOLONNER = {
    "Kommune": "kommune", "Fakturadato": "dato", "Fakturanr.": "faktura_nummer", "Linje": "linje_nummer",
    "Bilagstype": "dokumenttype", "CVR-nr.": "leverandoer_cvr", "Leverandør": "leverandoer_navn",
    "EAN-nr.": "enhed_id", "Ordrenr.": "ordrenummer", "Aftale": "aftale_nummer", "UNSPSC": "unspsc",
    "Varetekst": "varetekst", "Konto": "konto", "Beløb ekskl. moms": "beloeb",
}  # fmt: skip

_FELTER = "\n".join(f'"{header}" = "{field}"' for header, field in KOLONNER.items())

KILDE = f"""[leverance]
navn = "Måling"
syntetisk = true
ignorer_filer = ["facit.json"]

[[filer]]
moenster = "fakturaer_*.csv"
tabel = "fakturaer"
[filer.kolonner]
{_FELTER}

[[filer]]
moenster = "systemer.csv"
tabel = "systemer"
[filer.kolonner]
"Kommune" = "kommune"
"System" = "system"

[[filer]]
moenster = "enheder.csv"
tabel = "enheder"
[filer.kolonner]
"Kommune" = "kommune"
"EAN" = "enhed_id"
"Navn" = "enhed_navn"
"Type" = "enhedstype"

"""
