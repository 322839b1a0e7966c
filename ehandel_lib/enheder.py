"""
Each unit beside its own kind: a school beside the municipality's other schools.

A small unit's rate moves far by chance alone. So a unit is said to differ from
its kind only where it lies outside the limits that it is expected within (a
funnel: wide for few invoices, narrow for many), and what help could bring is
counted for those units alone. Where the units of a kind lie more scattered than
chance gives, the limits are widened by that scatter: there a unit is an exception
only if it is one among the others.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from ehandel_lib import rates, schema

#: A kind with fewer units has no middle to be held against.
MIN_ENHEDER = 4

#: Two-sided control limits: outside the first lies one unit in 20 by chance, outside the second two in 1,000.
#: Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202.
GRAENSE, ALARM = 0.95, 0.998

#: Where a unit lies among its kind, lowest first.
TYDELIGT_UNDER, UNDER, INDEN_FOR, OVER, TYDELIGT_OVER = MOD_SLAGS = (
    "tydeligt under",
    "under",
    "inden for grænserne",
    "over",
    "tydeligt over",
)

#: Where chance alone gives the units' scatter less often than this, a kind's limits are widened by it.
SPREDT = 0.05

#: The share of units at each end, and at least one, whose scores are drawn in to the next one before the
#: scatter is estimated: a true exception does not widen its own limits. Source: Spiegelhalter (2005).
YDERST = 0.10

#: The share of false alarms accepted among the units said to have moved (Benjamini and Hochberg 1995).
FALSKE_FUND = 0.05

_ENHED = ["enhed_id", "enhed_navn", "enhedstype"]


def pr_enhed(poster: pd.DataFrame) -> pd.DataFrame:
    """
    Both measures per unit, kind by kind; small units hidden.

    A unit is its `enhed_id`, or its name where it has no id. Its name and kind are those that most of its
    posts have. What has neither id nor name is the unit "Ukendt".

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts.

    Returns
    -------
    DataFrame
        `enhed_id`, `enhed_navn`, `enhedstype` and the columns of `rates.begge`, by kind and name.

    Examples
    --------
    >>> poster = pd.DataFrame({"kommune_kode": "630", "faktura_id": list("abcdef"), "beloeb_oere": 100,
    ...                        "enhed_id": ["1"] * 5 + [None], "enhed_navn": ["Nord"] * 5 + [None],
    ...                        "enhedstype": ["skole"] * 5 + [None], "e_handlet": [True] * 2 + [False] * 4})
    >>> pr_enhed(poster)[["enhed_navn", "enhedstype", "grad_faktura", "aarsag"]].values.tolist()
    [['Ukendt', 'Ukendt', <NA>, 'færre end 5 fakturaer'], ['Nord', 'skole', 0.4, nan]]
    """
    known = med_noegle(poster)
    counted = rates.begge(known, "enhed_id").merge(_navne(known), on="enhed_id", validate="1:1")
    ordered = counted.sort_values(["enhedstype", "enhed_navn", "enhed_id"], ignore_index=True)
    # kind by kind: a kind's total stands in the report, and the one hidden unit of a kind could be told by it
    parts = [rates.skjul_smaa(units) for _, units in ordered.groupby("enhedstype")]
    shown = pd.concat(parts, ignore_index=True) if parts else rates.skjul_smaa(ordered)
    return shown[[*_ENHED, *(name for name in shown if name not in _ENHED)]]


def med_noegle(poster: pd.DataFrame) -> pd.DataFrame:
    """The posts with an `enhed_id` on each: the name where there is no id, else "Ukendt"."""
    return poster.assign(enhed_id=poster["enhed_id"].fillna(poster["enhed_navn"]).fillna(schema.UKENDT))


def _navne(known: pd.DataFrame) -> pd.DataFrame:
    """Each unit's most frequent name and kind; of equals the first by the alphabet."""
    most = {
        name: known.groupby("enhed_id")[name].agg(lambda values: values.mode().min())
        for name in ("enhed_navn", "enhedstype")
    }
    named = pd.DataFrame(most).rename_axis("enhed_id").reset_index()
    return named.assign(
        enhed_navn=named["enhed_navn"].astype("str").fillna(named["enhed_id"]),
        enhedstype=named["enhedstype"].astype("str").fillna(schema.UKENDT),
    )


def tragt(per_enhed: pd.DataFrame) -> pd.DataFrame:
    """
    Where each unit lies among its kind, and between which limits it is expected.

    The target is the rate of the kind's units together. The limits are exact: binomial ones, or beta-binomial
    ones where the units lie more scattered than chance gives (`spredning`). Units without numbers, of unknown
    kind, or of a kind with fewer than `MIN_ENHEDER` such units are not compared.

    Parameters
    ----------
    per_enhed : DataFrame
        From `pr_enhed`.

    Returns
    -------
    DataFrame
        The rows that are compared, with `slags_grad` (the kind's rate), `slags_median` (the middle unit's),
        `slags_spredning` (the standard deviation that the limits allow for between the kind's units),
        `nedre_graense` and `oevre_graense` (95 %), `nedre_alarm` and `oevre_alarm` (99.8 %), and `mod_slags`,
        one of `MOD_SLAGS`.
    """
    known = per_enhed.dropna(subset=["grad_faktura"])
    known = known[known["enhedstype"] != schema.UKENDT]
    by_kind = known.groupby("enhedstype")
    known = known[by_kind["enhed_id"].transform("size") >= MIN_ENHEDER].reset_index(drop=True)
    by_kind = known.groupby("enhedstype")
    target = by_kind["fakturaer_e_handlet"].transform("sum") / by_kind["antal_fakturaer"].transform("sum")
    n, hits = (known[name].to_numpy(dtype=float) for name in ("antal_fakturaer", "fakturaer_e_handlet"))
    p, scatter = target.to_numpy(dtype=float), np.zeros(len(known))
    for rows in by_kind.indices.values():
        scatter[rows] = spredning(n[rows], hits[rows])
    limits = {}
    for name, share in {"graense": GRAENSE, "alarm": ALARM}.items():
        limits[f"nedre_{name}"], limits[f"oevre_{name}"] = graenser(n, p, share, scatter)
    low, high = _hale(hits, n, p, scatter), _hale(n - hits, n, 1 - p, scatter)
    beyond = (1 - ALARM) / 2, (1 - GRAENSE) / 2
    outside = [low <= beyond[0], low <= beyond[1], high <= beyond[0], high <= beyond[1]]
    places = np.select(outside, [TYDELIGT_UNDER, UNDER, TYDELIGT_OVER, OVER], INDEN_FOR)
    return known.assign(
        slags_grad=target.astype("Float64"),
        slags_median=by_kind["grad_faktura"].transform("median").astype("Float64"),
        slags_spredning=pd.Series(scatter, index=known.index, dtype="Float64"),
        **{name: pd.Series(values, index=known.index, dtype="Float64") for name, values in limits.items()},
        mod_slags=pd.Series(places, index=known.index, dtype="str"),
    )


def alle(per_enhed: pd.DataFrame) -> pd.DataFrame:
    """All units, with what `tragt` says of those that are compared."""
    said = tragt(per_enhed)
    added = [name for name in said if name not in per_enhed]
    return per_enhed.merge(said[["enhed_id", *added]], on="enhed_id", how="left", validate="1:1")


def spredning(n: np.ndarray, hits: np.ndarray) -> float:
    """
    The standard deviation between a kind's units that chance does not explain; 0 where it explains all.

    Parameters
    ----------
    n, hits : array
        Each unit's invoices, and those of them that are e-traded.

    Notes
    -----
    Spiegelhalter's additive model (2005, Statistics in Medicine 24, 1185-1202; 2005, Quality and Safety in
    Health Care 14, 347-351): DerSimonian and Laird's estimate from winsorised scores. It is used where
    Pearson's chi-square says that the units differ. The mean square is divided by what winsorising leaves of
    normal scores; without that the limits were too narrow by a sixth, and by more in a kind of few units.

    Examples
    --------
    >>> alike, apart = np.array([28, 29, 30, 31, 32]), np.array([2, 15, 30, 45, 58])
    >>> round(spredning(np.full(5, 60), alike), 2), round(spredning(np.full(5, 60), apart), 2)
    (0.0, 0.35)
    """
    together = hits.sum() / n.sum()
    variance = together * (1 - together) / n
    if not variance.all():
        return 0.0
    scores = (hits / n - together) / np.sqrt(variance)
    if stats.chi2.sf((scores**2).sum(), len(n) - 1) >= SPREDT:
        return 0.0
    outermost = max(1, round(YDERST * len(n)))
    ordered = np.sort(scores)
    drawn_in = np.clip(scores, ordered[outermost], ordered[-outermost - 1])
    excess = (drawn_in**2).sum() / _tilbage(len(n), outermost) - (len(n) - 1)
    weight = 1 / variance
    return float(np.sqrt(max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))))


@cache
def _tilbage(units: int, outermost: int) -> float:
    """The mean square of so many normal scores of which the outermost at each end are drawn in."""
    places, weights = np.polynomial.legendre.leggauss(400)
    share = (places + 1) / 2
    weights = weights / 2 * stats.norm.ppf(share) ** 2
    ranks = range(outermost + 1, units - outermost + 1)
    squares = [float((weights * stats.beta.pdf(share, i, units - i + 1)).sum()) for i in ranks]
    return (sum(squares) + outermost * (squares[0] + squares[-1])) / units


def graenser(
    n: np.ndarray, p: np.ndarray, daekning: float, spredning: np.ndarray | float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """
    The limits that a share of `n` with mean `p` keeps within with probability `daekning`.

    Counts are whole, so each limit is interpolated between two of them, as Spiegelhalter's appendix does.

    Parameters
    ----------
    spredning : array or float
        The standard deviation between the units; with 0 the counts are binomial, else beta-binomial.

    Examples
    --------
    >>> low, high = graenser(np.array([10, 40, 1000]), np.array([0.25] * 3), 0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.108, 0.223], [0.591, 0.402, 0.278])
    >>> low, high = graenser(np.array([10, 40, 1000]), np.array([0.25] * 3), 0.95, 0.1)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.038, 0.082], [0.675, 0.526, 0.471])
    """
    tail = (1 - daekning) / 2
    scatter = np.broadcast_to(np.asarray(spredning, dtype=float), np.shape(n))
    return _nedre(n, p, tail, scatter), 1 - _nedre(n, 1 - p, tail, scatter)


def _nedre(n: np.ndarray, p: np.ndarray, tail: float, scatter: np.ndarray) -> np.ndarray:
    """The lower limit: the first whole count whose tail is not too small, interpolated with the one below."""
    count = stats.binom.ppf(tail, n, p)
    below, at = _hale(count - 1, n, p, np.zeros(len(n))), _hale(count, n, p, np.zeros(len(n)))
    for i in np.flatnonzero(scatter):
        heads = _spredt(int(n[i]), p[i], scatter[i])
        count[i] = np.searchsorted(heads, tail)
        below[i], at[i] = heads[int(count[i]) - 1] if count[i] else 0, heads[int(count[i])]
    part = np.divide(at - tail, at - below, out=np.zeros_like(at), where=at > below)
    limit: np.ndarray = np.clip((count - part) / n, 0, 1)
    return limit


def _hale(hits: np.ndarray, n: np.ndarray, p: np.ndarray, scatter: np.ndarray) -> np.ndarray:
    """How often a unit of the kind has so few hits, or fewer."""
    often: np.ndarray = np.asarray(stats.binom.cdf(hits, n, p), dtype=float)
    for i in np.flatnonzero(scatter):
        often[i] = _spredt(int(n[i]), p[i], scatter[i])[int(hits[i])]
    return often


def _spredt(n: int, p: float, scatter: float) -> np.ndarray:
    """How often a unit has 0, 1, … hits or fewer where the units' own rates are scattered."""
    size = max(p * (1 - p) / scatter**2 - 1, MINDST_ENS)
    often: np.ndarray = np.cumsum(stats.betabinom.pmf(np.arange(n + 1), n, p * size, (1 - p) * size))
    return often


#: Units cannot lie more scattered than all or nothing, which a beta distribution has at 0.
MINDST_ENS = 0.01


def slags(per_enhed: pd.DataFrame) -> pd.DataFrame:
    """
    The kinds that are compared: their units, their spread, and whether it is more than chance gives.

    Parameters
    ----------
    per_enhed : DataFrame
        From `pr_enhed`.

    Returns
    -------
    DataFrame
        One row per kind, the lowest median first: `enhedstype`, `antal_enheder`, `antal_fakturaer`,
        `fakturaer_e_handlet`, `grad_faktura` (the kind together), `mindste`, `nedre_kvartil`, `median`,
        `oevre_kvartil`, `stoerste`, `antal_under` and `antal_over` (units outside the 95 % limits),
        `slags_spredning` (by which the limits are widened),
        `spredningsforhold` (the spread over what chance alone gives on average: about 1 where the units do
        not differ) and `p` (how often chance alone gives as much).

    Notes
    -----
    The ratio is Pearson's chi-square for the kind's units over its degrees of freedom.
    """
    rows = [_en_slags(str(kind), units) for kind, units in tragt(per_enhed).groupby("enhedstype")]
    counts = ["antal_enheder", "antal_fakturaer", "fakturaer_e_handlet", "antal_under", "antal_over"]
    shares = ["grad_faktura", "mindste", "nedre_kvartil", "median", "oevre_kvartil", "stoerste"]
    measures = ["slags_spredning", "spredningsforhold", "p"]
    columns = ["enhedstype", *counts[:3], *shares, *counts[3:], *measures]
    table = pd.DataFrame(rows, columns=columns).astype(
        {"enhedstype": "str"}
        | dict.fromkeys(counts, "Int64")
        | dict.fromkeys([*shares, *measures], "Float64")
    )
    return table.sort_values(["median", "enhedstype"], ignore_index=True)


def _en_slags(kind: str, units: pd.DataFrame) -> dict[str, object]:
    rate = units["grad_faktura"].astype("float64")
    n, hits = units["antal_fakturaer"].astype(float), units["fakturaer_e_handlet"].astype(float)
    together = hits.sum() / n.sum()
    variance = n * together * (1 - together)
    chi2 = ((hits - n * together) ** 2 / variance).sum() if (variance > 0).all() else np.nan
    return {
        "enhedstype": kind,
        "antal_enheder": len(units),
        "antal_fakturaer": int(n.sum()),
        "fakturaer_e_handlet": int(hits.sum()),
        "grad_faktura": together,
        "mindste": rate.min(),
        "nedre_kvartil": rate.quantile(0.25),
        "median": rate.median(),
        "oevre_kvartil": rate.quantile(0.75),
        "stoerste": rate.max(),
        "antal_under": int(units["mod_slags"].isin([UNDER, TYDELIGT_UNDER]).sum()),
        "antal_over": int(units["mod_slags"].isin([OVER, TYDELIGT_OVER]).sum()),
        "slags_spredning": units["slags_spredning"].iloc[0],
        "spredningsforhold": chi2 / (len(units) - 1),
        "p": stats.chi2.sf(chi2, len(units) - 1),
    }


def hjaelp(per_enhed: pd.DataFrame) -> pd.DataFrame:
    """
    The units where help pays most: those below the limits, by what the middle of their kind would mean.

    Returns
    -------
    DataFrame
        Rows of `tragt` with `flere_e_handlede`: how many more of the unit's invoices would be e-traded at its
        kind's median, rounded down; the most first. Units within the limits have no row: much of what they
        lack would come by itself, or is usual in their kind.
    """
    compared = tragt(per_enhed)
    below = compared[compared["mod_slags"].isin([UNDER, TYDELIGT_UNDER])]
    lacking = (below["slags_median"] - below["grad_faktura"]) * below["antal_fakturaer"]
    # 0.35 * 20 - 5 is 2 less a rounding error of the computer's
    whole = (lacking.astype("float64") + 1e-9).floordiv(1).clip(lower=0).astype("Int64")
    return below.assign(flere_e_handlede=whole).sort_values(
        ["flere_e_handlede", "enhedstype", "enhed_navn", "enhed_id"],
        ascending=[False, True, True, True],
        ignore_index=True,
    )


def sikrest_flyttet(moved: pd.DataFrame, n: int) -> pd.DataFrame:
    """The `n` rows of `bevaegelser` that chance explains worst, the rises before the falls."""
    chosen = moved[moved["aendring"] != 0].nsmallest(n, "q", keep="first")
    return chosen.sort_values(["aendring", "enhed_id"], ascending=[False, True], ignore_index=True)


def bevaegelser(poster: pd.DataFrame, poster_foer: pd.DataFrame) -> pd.DataFrame:
    """
    Each unit's rate on invoices this year and the year before, the greatest rise first.

    Only units with enough invoices in both years (`rates.MIN_FAKTURAER`) have a row.

    Returns
    -------
    DataFrame
        `enhed_id`, `enhed_navn`, `enhedstype`, `grad_foer`, `grad`, `aendring`, the counts behind both, `q`
        (Fisher's exact test of the two years, corrected for the number of units) and `tydelig`: is it below
        `FALSKE_FUND`?

    Notes
    -----
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300: among the units
    said to have moved, at most 5 % on average have not.
    """
    parts = {"fakturaer_e_handlet": "taeller", "antal_fakturaer": "naevner", "grad_faktura": "grad"}
    now, before = (pr_enhed(posts).dropna(subset=["grad_faktura"]) for posts in (poster, poster_foer))
    old = before.rename(columns=parts)[["enhed_id", *parts.values()]]
    new = now.rename(columns=parts)[[*_ENHED, *parts.values()]]
    both = new.merge(old, on="enhed_id", suffixes=("", "_foer"), validate="1:1")
    both = both[both["enhed_id"] != schema.UKENDT]
    counts = both[["taeller", "naevner", "taeller_foer", "naevner_foer"]].astype(int).itertuples(index=False)
    p = [stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue for a, n, b, m in counts]
    q = stats.false_discovery_control(p) if p else []
    moved = both.assign(
        aendring=both["grad"] - both["grad_foer"],
        q=pd.Series(q, index=both.index, dtype="Float64"),
    )
    moved = moved.assign(tydelig=(moved["q"] < FALSKE_FUND).astype("boolean"))
    columns = [*_ENHED, "grad_foer", "grad", "aendring", "taeller_foer", "naevner_foer", "taeller", "naevner"]
    return moved[[*columns, "q", "tydelig"]].sort_values(
        ["aendring", "enhed_id"], ascending=[False, True], ignore_index=True
    )
