"""
E-handel month by month, and around the law.

Purchasing follows the year: little in July, much before Christmas. So a month is
held against the same month a year earlier, and the long line is the rate of the
latest twelve months. What happened around the law is in `loven`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ehandel_lib import rates

#: A moving rate adds up so many months.
VINDUE = 12

#: A month with fewer than this share of the median month's invoices is told as thin: a file may be missing.
TYND = 0.5

#: Two years are told to be unlike where this share of the invoices is of units that only one of them has, or
#: the number of invoices differs by more.
NYE_ENHEDER, ANDET_ANTAL = 0.10, 0.25

_MAAL = ["antal_fakturaer", "fakturaer_e_handlet", "omsaetning_oere", "omsaetning_e_handlet_oere"]


def maaneder(poster: pd.DataFrame, aar: int) -> pd.DataFrame:
    """
    Both measures for each month up to the end of a year; months without an invoice have their row.

    The years are those before `aar` without a break that have `rates.MIN_FAKTURAER` invoices: a slip of the
    pen makes no year.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts of all years.
    aar : int
        The last year.

    Returns
    -------
    DataFrame
        `aar`, `maaned`, the columns of `rates.begge` (small months hidden), `delvis` (is it the first or last
        month, and the data begin late or end early in it?) and `grad_rullende`: the rate on invoices of the
        `VINDUE` months that end with this one, missing where there are not so many whole ones; with its
        parts, `taeller_rullende` and `naevner_rullende`, unless they would tell a small month's number.
    """
    own = poster[poster["aar"].isin(_years(poster, aar))]
    counted = rates.begge(own.assign(maaned=own["dato"].dt.month.astype("Int64")), ["aar", "maaned"])
    if own.empty:
        return counted.assign(
            delvis=pd.Series(dtype="boolean"),
            grad_rullende=pd.Series(dtype="Float64"),
            taeller_rullende=pd.Series(dtype="Int64"),
            naevner_rullende=pd.Series(dtype="Int64"),
        ).astype({"maaned": "Int64"})
    span = pd.period_range(own["dato"].min(), own["dato"].max(), freq="M")
    whole = pd.DataFrame({"aar": span.year, "maaned": span.month}, dtype="Int64")
    full = whole.merge(counted, on=["aar", "maaned"], how="left", validate="1:1")
    full[_MAAL] = full[_MAAL].fillna(0)
    partial = _delvise(own["dato"], len(full))
    sums = full[_MAAL[:2]].astype("float64").where(~partial).rolling(VINDUE).sum()
    rolling = (
        sums["fakturaer_e_handlet"] / sums["antal_fakturaer"].where(sums["antal_fakturaer"] > 0)
    ).astype("Float64")
    shown = rates.skjul_smaa(full).assign(maaned=full["maaned"])  # a month's number is no count to hide
    hidden = shown["antal_fakturaer"].isna().any()
    parts = sums.mask(sums.notna() & hidden).astype("Int64")
    return shown.assign(
        delvis=partial.astype("boolean"),
        grad_rullende=rolling,
        taeller_rullende=parts["fakturaer_e_handlet"],
        naevner_rullende=parts["antal_fakturaer"],
    )


def _years(poster: pd.DataFrame, aar: int) -> list[int]:
    """The years up to `aar` without a break, each with enough invoices."""
    invoices = poster.groupby("aar")["faktura_id"].nunique()
    years = []
    while invoices.get(aar, 0) >= rates.MIN_FAKTURAER:
        years.append(aar)
        aar -= 1
    return years


def _delvise(dates: pd.Series, months: int) -> pd.Series:
    """
    Is the first or the last month incomplete?

    It is where no invoice stands at its outer end for longer than the municipality pauses at any other time.
    """
    days = dates.drop_duplicates().sort_values()
    pause = days.diff().max()
    first, last = days.iloc[0], days.iloc[-1]
    lead = first - first.to_period("M").start_time
    trail = last.to_period("M").end_time.normalize() - last
    partial = pd.Series(False, index=range(months))
    if pd.notna(pause):
        partial.iloc[0] = lead > pause
        partial.iloc[-1] |= trail > pause
    return partial


def samme_maaned(per_maaned: pd.DataFrame, aar: int) -> pd.DataFrame:
    """
    Each whole month of a year beside the same month of the year before.

    Returns
    -------
    DataFrame
        `maaned`, `grad_foer`, `grad` (on invoices), `aendring`, and the counts behind: `taeller_foer`,
        `naevner_foer`, `taeller`, `naevner`. Only months that are whole and shown in both years have a row.
    """
    known = per_maaned[~per_maaned["delvis"].astype("bool")].dropna(subset=["grad_faktura"])
    names = {"grad_faktura": "grad", "fakturaer_e_handlet": "taeller", "antal_fakturaer": "naevner"}
    now, before = (
        known[known["aar"] == year].rename(columns=names)[["maaned", *names.values()]]
        for year in (aar, aar - 1)
    )
    both = now.merge(before, on="maaned", suffixes=("", "_foer"), validate="1:1")
    both = both.assign(aendring=both["grad"] - both["grad_foer"])
    order = ["maaned", "grad_foer", "grad", "aendring", "taeller_foer", "naevner_foer", "taeller", "naevner"]
    return both[order].sort_values("maaned", ignore_index=True)


def med_mulige(per_maaned: pd.DataFrame, mulige: pd.DataFrame) -> pd.DataFrame:
    """
    The months as they would be were the e-orders that may be missing registered.

    Parameters
    ----------
    per_maaned : DataFrame
        From `maaneder`.
    mulige : DataFrame
        From `registrering.pr_maaned`.

    Returns
    -------
    DataFrame
        `per_maaned` with more `fakturaer_e_handlet` (not whole numbers) and the `grad_faktura` that follows;
        hidden months stay hidden. The moving rate is as it was.
    """
    joined = per_maaned.merge(mulige, on=["aar", "maaned"], how="left", validate="1:1")
    e_traded = joined["fakturaer_e_handlet"].astype("Float64") + joined["mangler"].fillna(0).astype("Float64")
    most = joined["antal_fakturaer"].astype("Float64")
    e_traded = e_traded.mask(e_traded > most, most)
    rate = (e_traded / most.where(most > 0)).where(joined["grad_faktura"].notna())
    return joined.drop(columns="mangler").assign(fakturaer_e_handlet=e_traded, grad_faktura=rate)


@dataclass(frozen=True)
class Daekning:
    """
    Do two years hold the same buyers?

    `andel_kendte` is the share of the year's invoices of units that the year before has too; `tynde` are the
    (year, month) with less than half of the median month's invoices.
    """

    fakturaer: int
    fakturaer_foer: int
    andel_kendte: float | None
    tynde: tuple[tuple[int, int], ...]

    @property
    def uens(self) -> bool:
        """Are the two years so unlike that their rates are no development?"""
        if self.andel_kendte is None:
            return False
        change = abs(self.fakturaer - self.fakturaer_foer) / max(self.fakturaer_foer, 1)
        return 1 - self.andel_kendte > NYE_ENHEDER or change > ANDET_ANTAL


def daekning(poster: pd.DataFrame, per_maaned: pd.DataFrame, aar: int) -> Daekning:
    """
    Whether a change in what was delivered could be taken for a development.

    Months that are incomplete in one of the two years count in neither.

    Parameters
    ----------
    poster : DataFrame
        One municipality's posts of all years.
    per_maaned : DataFrame
        From `maaneder`.
    """
    whole = per_maaned[~per_maaned["delvis"].astype("bool")]
    counts = whole["antal_fakturaer"].fillna(0)
    thin = whole[counts < TYND * counts.median()] if len(whole) else whole
    months = set.intersection(*(set(whole.loc[whole["aar"] == y, "maaned"]) for y in (aar, aar - 1)))
    own = poster[poster["dato"].dt.month.isin([int(m) for m in months])]
    own = own.drop_duplicates(["faktura_id", "enhed_id"])
    now, before = (own[own["aar"] == year] for year in (aar, aar - 1))
    known = None
    if len(now) and len(before):
        known = float((now["enhed_id"].isin(before["enhed_id"]) | now["enhed_id"].isna()).mean())
    return Daekning(
        fakturaer=now["faktura_id"].nunique(),
        fakturaer_foer=before["faktura_id"].nunique(),
        andel_kendte=known,
        tynde=tuple((int(y), int(m)) for y, m in zip(thin["aar"], thin["maaned"], strict=True)),
    )
