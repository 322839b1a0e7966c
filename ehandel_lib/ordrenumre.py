"""
Which order numbers are e-orders? How an analyst finds the rule.

No e-procurement system publishes the prefixes it gives its orders. Here the
order numbers of a delivery are laid out by shape, never as numbers, for each
system or supplier; and a proposed rule is tried before it is written in
`kilde.toml`: which invoices it would make e-handlet, and what the rates become.
"""

from __future__ import annotations

from pathlib import Path

import narwhals as nw
import pandas as pd
import polars as pl

from ehandel_lib import rates
from ehandel_lib.classify import OrdrePraefiks, nummerform
from ehandel_lib.errors import shorten
from ehandel_lib.read.delivery import FILNAVN
from ehandel_lib.read.draft import order_shapes, shapes_text
from ehandel_lib.store import find_leverance, prepare
from ehandel_lib.text import antal, kroner, pct

#: Suppliers with fewer invoices say nothing of a system's prefixes, and are small enough to be recognised.
MINDST_FAKTURAER = rates.MIN_FAKTURAER

#: By what the shapes are laid out.
GRUPPER = {"system": ["system_kode"], "leverandoer": ["leverandoer_cvr", "leverandoer_navn"]}

#: What the rates ask for, and what the shapes are laid out by.
_FELTER = [
    *("kommune_kode", "faktura_id", "system_kode", "leverandoer_cvr", "leverandoer_navn"),
    *("ordrenummer", "e_handlet", "ordre_regel", "beloeb_oere"),
]


def former(leverance: str | Path, *, by: str = "system", n: int = 20) -> pd.DataFrame:
    """
    The shapes of a delivery's order numbers, per system or supplier.

    Parameters
    ----------
    leverance : str or Path
        The delivery's folder; it is prepared first if need be.
    by : {"system", "leverandoer"}
        One group per e-procurement system, or per supplier.
    n : int
        How many groups, those with the most invoices first.

    Returns
    -------
    DataFrame
        The group's columns, `form` (``#`` one digit, ``@`` one letter), `antal` invoices, `andel` of the
        group's invoices and `andel_omsaetning` of its turnover that a rule of this form would make e-handlet,
        and `e_handlet`: the share of them that is so by the rules there are. Groups with fewer than
        `MINDST_FAKTURAER` invoices are left out.
    """
    groups = GRUPPER[by]
    orders = _orders(leverance)
    size = orders.groupby(groups, dropna=False)["faktura_id"].transform("nunique")
    largest = size[size >= MINDST_FAKTURAER].sort_values(ascending=False, kind="stable")
    chosen = orders.loc[largest.index, groups].drop_duplicates().head(n)
    parts = [_shapes(orders, group, groups) for group in chosen.itertuples(index=False, name=None)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*groups, *_MAAL])


_MAAL = ["form", "antal", "andel", "andel_omsaetning", "e_handlet"]


def _orders(leverance: str | Path) -> pd.DataFrame:
    """One row per invoice and order, with its amount: an order on three posts is one order."""
    posts = _posts(leverance)
    keys = ["faktura_id", "system_kode", "leverandoer_cvr", "leverandoer_navn", "ordrenummer"]
    grouped = posts.group_by(keys, maintain_order=True)
    return grouped.agg(pl.col("beloeb_oere").sum(), pl.col("e_handlet").any()).to_pandas()


def _posts(leverance: str | Path) -> pl.DataFrame:
    files = sorted((prepare(leverance) / "poster").glob("*.parquet"))
    return pl.scan_parquet(files).select(_FELTER).collect()


def _shapes(orders: pd.DataFrame, group: tuple, names: list[str]) -> pd.DataFrame:
    own = pd.Series(True, index=orders.index)
    for name, value in zip(names, group, strict=True):
        own &= orders[name].isna() if pd.isna(value) else orders[name] == value
    rows = orders[own]
    shaped = rows.assign(form=nummerform(rows["ordrenummer"])).groupby("form")
    counts = shaped.agg(
        antal=("faktura_id", "nunique"), oere=("beloeb_oere", "sum"), e_handlet=("e_handlet", "mean")
    )
    weight = counts["oere"] / rows["beloeb_oere"].sum()
    shares = counts.assign(
        **dict(zip(names, group, strict=True)),
        andel=counts["antal"] / rows["faktura_id"].nunique(),
        # where credit notes outweigh purchases, a shape has no share of the turnover
        andel_omsaetning=weight.where(weight.between(0, 1)),
    )
    ordered = shares.reset_index().sort_values(["antal", "form"], ascending=[False, True])
    return ordered[[*names, *_MAAL]]


def proev(leverance: str | Path, praefiks: OrdrePraefiks) -> pd.DataFrame:
    """
    What a proposed rule would change, per system and in all.

    The rule is added to those in `kilde.toml`; it changes nothing where the delivery's own yes or no decides.

    Parameters
    ----------
    leverance : str or Path
        The delivery's folder; it is prepared first if need be.
    praefiks : OrdrePraefiks
        The proposed rule.

    Returns
    -------
    DataFrame
        `system_kode` (missing in the row of all), `antal_fakturaer`, `fakturaer_e_handlet`, `fakturaer_nye`,
        `grad_faktura`, `grad_faktura_ny`, `omsaetning_oere`, `omsaetning_nye_oere`, `grad_omsaetning` and
        `grad_omsaetning_ny`.
    """
    posts = _posts(leverance)
    hit = nw.from_native(posts).select(hit=praefiks.gaelder()).to_native()["hit"].fill_null(False)
    open_to_rules = posts["ordre_regel"].is_in(["andet ordrenummer", "pladsholder"])
    after = posts.with_columns(e_handlet=pl.col("e_handlet") | (hit & open_to_rules))
    return pd.concat([_change(posts, after, ["system_kode"]), _change(posts, after, [])], ignore_index=True)


_AENDRING = [
    *("system_kode", "antal_fakturaer", "fakturaer_e_handlet", "fakturaer_nye", "grad_faktura"),
    *("grad_faktura_ny", "omsaetning_oere", "omsaetning_nye_oere", "grad_omsaetning", "grad_omsaetning_ny"),
]


def _change(before: pl.DataFrame, after: pl.DataFrame, by: list[str]) -> pd.DataFrame:
    old, new = rates.begge(before, by), rates.begge(after, by)
    both = old.assign(
        fakturaer_nye=new["fakturaer_e_handlet"] - old["fakturaer_e_handlet"],
        omsaetning_nye_oere=new["omsaetning_e_handlet_oere"] - old["omsaetning_e_handlet_oere"],
        grad_faktura_ny=new["grad_faktura"],
        grad_omsaetning_ny=new["grad_omsaetning"],
    ).reindex(columns=_AENDRING)
    return both.astype({"system_kode": "str"})


#: So many suppliers and shapes of each are shown; the function `former` gives all.
VISTE_LEVERANDOERER = 10
VISTE_FORMER = 8


def oversigt(leverance: str | Path, forslag: str = "") -> str:
    """
    The shapes per system and supplier, and what a proposed pattern would change, as Danish text.

    Parameters
    ----------
    leverance : str or Path
        The delivery's folder; without a `kilde.toml`, the shapes of all its files together are shown.
    forslag : str
        A pattern as in `kilde.toml`, such as ``"TEL-#######"``.

    Raises
    ------
    DeliveryError
        There is no `kilde.toml` to try the pattern with.
    """
    if not forslag.strip() and not (find_leverance(leverance) / FILNAVN).is_file():
        return shapes_text(order_shapes(find_leverance(leverance)))
    parts = [_listed(former(leverance), GRUPPER["system"])]
    suppliers = former(leverance, by="leverandoer", n=VISTE_LEVERANDOERER)
    parts.append(_listed(suppliers, GRUPPER["leverandoer"]))
    if forslag.strip():
        parts.append(_proposed(forslag.strip(), proev(leverance, OrdrePraefiks(forslag.strip()))))
    return "\n\n".join(["Former: # er et ciffer, @ et bogstav.", *(part for part in parts if part)])


def _listed(shapes: pd.DataFrame, names: list[str]) -> str:
    lines: list[str] = []
    for _, rows in shapes.groupby(names, sort=False, dropna=False):
        records = rows.to_dict("records")
        title = ", ".join(str(records[0][name]) for name in names if pd.notna(records[0][name]))
        title = shorten(title, 33)
        lines += ["", f"{title:<34}{'fakturaer':>10}{'andel':>10}{'omsætning':>11}{'e-handlet nu':>14}"]
        lines += [
            f"  {row['form'][:30]:<32}{antal(row['antal']):>10}{pct(row['andel']):>10}"
            f"{pct(row['andel_omsaetning']):>11}{pct(row['e_handlet']):>14}"
            for row in records[:VISTE_FORMER]
        ]
    return "\n".join(lines).strip("\n")


def _proposed(pattern: str, changes: pd.DataFrame) -> str:
    lines = [f'Forslaget "{pattern}" gør flere fakturaer e-handlet:']
    for row in changes.to_dict("records"):
        where = row["system_kode"] if pd.notna(row["system_kode"]) else "I alt"
        lines.append(
            f"  {where:<10}{antal(row['fakturaer_nye']):>9} fakturaer: {pct(row['grad_faktura'])} → "
            f"{pct(row['grad_faktura_ny'])}; {kroner(row['omsaetning_nye_oere'])}: "
            f"{pct(row['grad_omsaetning'])} → {pct(row['grad_omsaetning_ny'])} af omsætningen"
        )
    return "\n".join(lines)
