"""
The script that an analyst would write: raw files → cube, in plain pandas.

Everything is read as text, numbers and dates are parsed a column at a time, and
tables are joined, as the pandas documentation advises; nothing is slow on
purpose. It counts what it leaves out, but lists no rows, masks no persons'
numbers, checks no company numbers and stores no lines, as `ehandel` does.

    python benchmarks/pandas_script.py FOLDER CUBE.parquet
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd

KOLONNER = ["Kommune", "Fakturadato", "Fakturanr.", "Linje", "Bilagstype", "CVR-nr.", "Leverandør", "EAN-nr.",
            "Ordrenr.", "Aftale", "UNSPSC", "Varetekst", "Konto", "Beløb ekskl. moms"]  # fmt: skip

E_ORDRE = {"TELLIS": r"TEL-\d{7}", "TT": r"TT\d{8}", "TRICOM": r"TRC\d{6}", "RK": r"RK-\d{8}",
           "BUBO": r"BB\d{8}", "KOMMERS": r"KOM\d{6}", "KVANTUM": r"KV-\d{8}"}  # fmt: skip

GRAENSER = [0, 1, 50_00, 100_00, 250_00, 500_00, 1_000_00, 2_000_00, 3_000_00, 4_000_00, 5_000_00]
NOEGLER = [
    "Kommune",
    "aar",
    "maaned",
    "system",
    "varekategori",
    "paa_aftale",
    "interval",
    "Type",
    "e_handlet",
]
REFERENCE = Path(__file__).parents[1] / "data" / "reference"


def read(folder: Path) -> pd.DataFrame:
    files = sorted(folder.glob("fakturaer_*.csv"))
    return pd.concat(
        [pd.read_csv(file, sep=";", encoding="cp1252", dtype=str, usecols=KOLONNER) for file in files],
        ignore_index=True,
    )


def parsed(rows: pd.DataFrame) -> pd.DataFrame:
    number = rows["Beløb ekskl. moms"].str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    kroner = pd.to_numeric(number, errors="coerce")
    return rows.assign(
        oere=(kroner * 100).round(),
        dato=pd.to_datetime(rows["Fakturadato"], format="%d-%m-%Y", errors="coerce"),
    )


def categories(rows: pd.DataFrame) -> pd.Series:
    """The agreement's category, else that of the longest known prefix of the UNSPSC code."""
    agreements = pd.read_csv(REFERENCE / "aftaler.csv", sep=";", dtype=str)
    agreements = agreements[agreements["delaftale_nummer"].isna()]
    category = rows["Aftale"].map(agreements.set_index("aftale_nummer")["varekategori"])
    codes = pd.read_csv(REFERENCE / "koder.csv", sep=";", dtype=str)
    codes = codes[(codes["vare_kodesystem"] == "UNSPSC") & (codes["tjenesteydelse"] == "nej")]
    prefixes = codes.set_index("praefiks")["varekategori"]
    for length in sorted(prefixes.index.str.len().unique(), reverse=True):
        category = category.fillna(rows["UNSPSC"].str[:length].map(prefixes))
    return category.fillna("Ukendt")


def e_traded(rows: pd.DataFrame) -> pd.Series:
    hit = pd.Series(False, index=rows.index)
    for system, pattern in E_ORDRE.items():
        hit |= (rows["system"] == system) & rows["Ordrenr."].str.fullmatch(pattern, na=False)
    return hit


def cube(folder: Path) -> tuple[pd.DataFrame, dict[str, int]]:
    raw = read(folder)
    known = parsed(raw)
    kept = known.dropna(subset=["oere", "dato"])
    rows = kept.drop_duplicates(subset=KOLONNER)
    systems = pd.read_csv(folder / "systemer.csv", sep=";", encoding="cp1252", dtype=str)
    units = pd.read_csv(folder / "enheder.csv", sep=";", encoding="cp1252", dtype=str)
    rows = rows.merge(systems.rename(columns={"System": "system"}), on="Kommune", how="left")
    rows = rows.merge(units.drop(columns="Navn"), left_on=["Kommune", "EAN-nr."], right_on=["Kommune", "EAN"],
                      how="left")  # fmt: skip
    rows["oere"] = rows["oere"].astype("int64")
    rows["aar"] = rows["dato"].dt.year
    rows["maaned"] = rows["dato"].dt.month
    rows["varekategori"] = categories(rows)
    rows["paa_aftale"] = rows["Aftale"].notna()
    rows["e_handlet"] = e_traded(rows)
    whole = rows.groupby(["Kommune", "CVR-nr.", "Fakturanr."])["oere"].transform("sum")
    rows["interval"] = pd.cut(whole, [-float("inf"), *GRAENSER, float("inf")], right=False, labels=False)
    grouped = rows.groupby(NOEGLER, dropna=False, observed=True)
    cells = grouped.agg(
        antal_linjer=("oere", "size"), antal_fakturaer=("Fakturanr.", "nunique"), beloeb_oere=("oere", "sum")
    )
    found = {
        "raekker": len(raw),
        "raekker_afvist": len(raw) - len(kept),
        "raekker_dublet": len(kept) - len(rows),
        "raekker_tabel": len(rows),
        "oere_tabel": int(rows["oere"].sum()),
        "oere_e_handlet": int(rows.loc[rows["e_handlet"], "oere"].sum()),
        "celler": len(cells),
        "fakturaer_i_celler": int(cells["antal_fakturaer"].sum()),
    }
    return cells.reset_index(), found


if __name__ == "__main__":
    cells, found = cube(Path(sys.argv[1]))
    cells.to_parquet(sys.argv[2])
    print(json.dumps(found))
