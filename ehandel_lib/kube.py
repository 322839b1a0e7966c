"""
A cube: the posts reduced to what every rate needs, and nothing else.

Turnover is a sum, so posts in one cell (municipality, month, category …) become
one row. Invoices cannot be summed so: one with posts in two cells is one
invoice wherever both are counted. But invoices with the *same set of cells* can
stand for one another, so the cube keeps one of each kind and says how many
there are. `rates` counts a cube as it counts posts, to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl

from ehandel_lib import celler, schema, sums

#: An invoice belongs to a municipality, and is e-handlet or not in each of its cells: no cube is without.
FASTE = ("kommune_kode", "e_handlet")

#: What the report's rates are grouped by.
NOEGLER = tuple(schema.navne("kube")[:-4])

#: So few cells are told by how many they are and the least, the greatest and the sum of their numbers. Nearly
#: every invoice has one or two; those with more than this keep a name of their own.
FLEST_CELLER = 3

#: What begins the key of like invoices, and that of an invoice of its own. Whatever an invoice is called, the
#: two cannot be taken for one another.
ENS, EGEN = "≡", "="

_KIND: dict[str, Any] = {"antal": nw.Int64, "ja_nej": nw.Boolean}
_EMPTY = {"antal": 0, "ja_nej": False}


def kube(poster: Any, noegler: Sequence[str] = NOEGLER) -> Any:
    """
    Reduce posts to a cube, or a cube to fewer keys.

    Parameters
    ----------
    poster : frame
        Posts, or a cube of them. All posts of an invoice must be there; cubes of different municipalities
        may be stacked, cubes of parts of one may not.
    noegler : sequence of str
        The columns that rates are to be grouped by. `kommune_kode` and `e_handlet` are always among them;
        `maaned` is taken from `dato` where the posts lack it. What has no value is a value of its own.

    Returns
    -------
    frame
        Of the same engine: the keys, `faktura_id`, `antal_poster`, `antal_fakturaer` and `beloeb_oere`, one
        row per kind of invoice and cell, in the order of the keys. `antal_fakturaer` is the number of
        invoices of the kind (the same in each of its rows); `faktura_id` names the kind within its
        municipality: how many cells it has, and the least, the greatest and the sum of their places in
        sorted order.

    Raises
    ------
    DeliveryError
        The amounts together are no 64-bit number.

    Examples
    --------
    >>> poster = pd.DataFrame({"kommune_kode": "630", "faktura_id": list("aabbc"), "e_handlet": True,
    ...                        "varekategori": ["Bleer", "Møbler", "Bleer", "Møbler", "Bleer"],
    ...                        "beloeb_oere": [5, 1, 6, 2, 7]})
    >>> kube(poster, ["varekategori"]).drop(columns=["kommune_kode", "e_handlet"])
      varekategori faktura_id  antal_poster  antal_fakturaer  beloeb_oere
    0        Bleer   ≡1,1,1,1             1                1            7
    1        Bleer   ≡2,1,2,3             2                2           11
    2       Møbler   ≡2,1,2,3             2                2            3
    """
    native = nw.to_native(poster, pass_through=True)
    if isinstance(native, pl.DataFrame):
        return kube_af_dele([lambda: native], noegler)
    return _by_joining(native, _keys(noegler))


def kube_af_dele(dele: Sequence[celler.Del], noegler: Sequence[str] = NOEGLER) -> pl.DataFrame:
    """
    As `kube`, of posts that need not be in memory at once.

    Parameters
    ----------
    dele : sequence of callable
        Each gives a Polars frame with some of the posts, all posts of an invoice among them; it is called
        three times.
    noegler : sequence of str
        As in `kube`.
    """
    keys = _keys(noegler)
    # what a cube calls an invoice is a name already
    mark = "" if "antal_fakturaer" in dele[0]().columns else EGEN
    parts = [partial(_counting, part, keys) for part in dele]
    cube: pl.DataFrame | None = celler.kube_af_dele(parts, keys, mark, FLEST_CELLER, ENS)
    return _by_joining(pl.concat([part() for part in dele]), keys) if cube is None else cube


def _counting(part: celler.Del, keys: list[str]) -> pl.DataFrame:
    return celler.som_poster(part(), keys)


def _keys(noegler: Sequence[str]) -> list[str]:
    return [name for name in schema.navne("kube") if name in {*FASTE, *noegler}]


def _by_joining(poster: Any, keys: list[str]) -> Any:
    """The cube on any engine."""
    frame = nw.from_native(poster)
    names = frame.collect_schema().names()
    sums.check_room(frame, "beloeb_oere")
    posts = _filled(frame, names, keys)
    cells = _numbered(posts, keys)
    on_cell = [*keys, "_tom"]
    parts = (
        posts.join(cells, on=on_cell, how="inner")
        .group_by("kommune_kode", "faktura_id", "_celle")
        .agg(nw.col("antal_poster", "beloeb_oere").sum(), nw.col("antal_fakturaer").max())
    )
    kinds = parts.join(_kinds(parts), on=["kommune_kode", "faktura_id"], how="inner").drop("faktura_id")
    counted = ["antal_poster", "antal_fakturaer", "beloeb_oere"]
    reduced = kinds.group_by("kommune_kode", "_celle", "_slags").agg(nw.col(*counted).sum())
    whole = reduced.with_columns(nw.col(*counted).cast(nw.Int64))  # DuckDB adds BIGINT to HUGEINT
    named = whole.join(cells, on=["kommune_kode", "_celle"], how="inner")
    return _native(_emptied(named.rename({"_slags": "faktura_id"}), keys, counted))


def _filled(frame: Any, names: list[str], keys: list[str]) -> Any:
    """The columns that count, none of them empty: `_tom` says which keys were (a bit for each)."""
    weights = {
        name: nw.col(name) if name in names else nw.lit(1) for name in ("antal_poster", "antal_fakturaer")
    }
    if "maaned" in keys and "maaned" not in names:
        frame = frame.with_columns(maaned=nw.col("dato").dt.month())
    # What a cube calls an invoice is a name already; a post's may look like one and is marked.
    mark = "" if "antal_fakturaer" in names else EGEN
    own = nw.concat_str(nw.lit(mark), nw.col("faktura_id")).fill_null("")
    bits = [
        nw.when(nw.col(name).is_null()).then(2**place).otherwise(0).cast(nw.Int64)
        for place, name in enumerate(keys)
    ]
    full = {
        name: nw.col(name)
        .cast(_KIND.get(slags := schema.KOLONNER[name].slags, nw.String))
        .fill_null(_EMPTY.get(slags, ""))
        for name in keys
    }
    numbers = {name: number.cast(nw.Int64) for name, number in weights.items()}
    return (
        frame.with_columns(
            _tom=nw.sum_horizontal(*bits),
            faktura_id=own,
            beloeb_oere=nw.col("beloeb_oere").cast(nw.Int64),
            **numbers,
        )
        .with_columns(**full)
        .select(*keys, "_tom", "faktura_id", "antal_poster", "antal_fakturaer", "beloeb_oere")
    )


def _numbered(posts: Any, keys: list[str]) -> Any:
    """The cells, each with its place in its municipality's sorted order; empty before all others."""
    order = [name for name in keys if name != "kommune_kode"]
    place = nw.col("_en").cum_sum().over("kommune_kode", order_by=[*order, "_tom"])
    return (
        posts.select(*keys, "_tom")
        .unique()
        .with_columns(_en=nw.lit(1))
        .with_columns(_celle=place.cast(nw.Int64))
        .drop("_en")
    )


def _kinds(parts: Any) -> Any:
    """Each invoice's kind: its own name, or that of all invoices with the same few cells."""
    cell = nw.col("_celle")
    found = parts.group_by("kommune_kode", "faktura_id").agg(
        _antal=nw.len(), _min=cell.min(), _max=cell.max(), _sum=cell.sum()
    )
    shape = [nw.col(name).cast(nw.Int64).cast(nw.String) for name in ("_antal", "_min", "_max", "_sum")]
    alike = nw.concat_str(nw.lit(ENS), nw.concat_str(*shape, separator=","))
    kind = nw.when(nw.col("_antal") <= FLEST_CELLER).then(alike).otherwise(nw.col("faktura_id"))
    return found.select("kommune_kode", "faktura_id", _slags=kind)


def _emptied(rows: Any, keys: list[str], counted: list[str]) -> Any:
    """The rows in their order, with the keys that were empty empty again."""
    emptied = {
        name: nw.when((nw.col("_tom") // 2**place) % 2 == 0).then(nw.col(name))
        for place, name in enumerate(keys)
    }
    return rows.with_columns(**emptied).select(*keys, "faktura_id", *counted).sort(*keys, "faktura_id")


def _native(rows: Any) -> Any:
    """The rows as their own engine has them; pandas in the types of the data dictionary."""
    native = nw.maybe_reset_index(rows).to_native()
    if not isinstance(native, pd.DataFrame):
        return native
    return native.astype({name: schema.TYPES[schema.KOLONNER[name].slags] for name in rows.columns})
