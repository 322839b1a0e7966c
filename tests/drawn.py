"""Tables drawn as text: what a reader of a test sees is what the code gets."""

from __future__ import annotations

import pandas as pd

from ehandel_lib import schema

#: Values that every row of a drawn table has unless it is drawn otherwise.
ORDINARY = {
    "kommune_kode": "630",
    "aar": 2024,
    "dato": "2024-05-01",
    "dokumenttype": "faktura",
    "system_kode": "TELLIS",
    "e_handlet": False,
    "har_ordrenummer": False,
    "ordre_regel": "intet ordrenummer",
    "paa_aftale": False,
    "varekategori": "Ukendt",
    "lovkrav": False,
    "kategori_regel": "ukendt",
    "beloeb_oere": 0,
    "antal_linjer": 1,
    "kilde_fil": "fakturaer.csv",
}


def drawn(table: str, text: str) -> pd.DataFrame:
    """
    A table of `schema` from a drawing with `|` between the cells; `-` is a missing value.

    Columns that are not drawn are ordinary. Amounts stand in øre. In "poster" and "linjer", each row is an
    invoice of its own, and the invoice's amount is the row's, unless they are drawn.
    """
    lines = [line.strip().strip("|") for line in text.strip().splitlines()]
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    raw = pd.DataFrame(rows, columns=header, dtype="str").replace("-", None)
    names = schema.navne(table)
    kinds = {column.navn: schema.TYPES[column.slags] for column in schema.kolonner(table)}
    for name in raw:
        if kinds[name] == "boolean":
            raw[name] = raw[name].map({"ja": True, "nej": False}).astype("boolean")
        elif kinds[name] in {"Int64", "Float64"}:
            raw[name] = pd.to_numeric(raw[name].str.replace(".", "", regex=False)).astype(kinds[name])
    defaults = {name: value for name, value in ORDINARY.items() if name in names and name not in raw}
    full = raw.assign(**defaults)
    if table in {"poster", "linjer"}:
        number = pd.Series(range(1, len(full) + 1), index=full.index)
        full = full.assign(
            faktura_id=full.get("faktura_id", "f" + number.astype("str")), kilde_raekke=number + 1
        )
    if table == "poster":
        full = full.assign(faktura_beloeb_oere=full.get("faktura_beloeb_oere", full["beloeb_oere"]))
        full = full.assign(beloebsinterval=full.get("beloebsinterval", "5.000 kr. eller mere"))
    full["dato"] = pd.to_datetime(full["dato"]) if "dato" in names else pd.NaT
    return schema.typed(full, table)
