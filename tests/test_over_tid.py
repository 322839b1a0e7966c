"""Development: like months side by side, a long line, and years that hold the same buyers."""

from __future__ import annotations

import pandas as pd
import pytest
from drawn import drawn
from drawn_results import plain, result

from ehandel_lib import loven, over_tid, schema, sentences


def posts(counts: dict[str, tuple[int, int]], enhed: str = "1") -> pd.DataFrame:
    """Posts of months ("2024-05"): invoices, and how many of them are e-traded; evenly over the month."""
    rows = [
        {
            "dato": pd.Timestamp(f"{month}-01") + pd.Timedelta(days=27 * i // max(n - 1, 1)),
            "e_handlet": i < hits,
        }
        for month, (n, hits) in counts.items()
        for i in range(n)
    ]
    table = pd.DataFrame(rows)
    names = pd.Series(range(len(table)), dtype="str") + enhed
    full = table.assign(kommune_kode="630", faktura_id=names, beloeb_oere=100, enhed_id=enhed)
    return schema.typed(full.assign(aar=table["dato"].dt.year), "poster")


def test_every_month_has_its_row_and_small_ones_no_numbers():
    months = over_tid.maaneder(posts({"2024-01": (10, 5), "2024-03": (3, 3), "2024-04": (3, 0)}), 2024)
    assert months["maaned"].tolist() == [1, 2, 3, 4]
    assert months["grad_faktura"].isna().tolist() == [False, True, True, True]
    assert months["aarsag"].fillna("").tolist()[1:] == ["", *["færre end 5 fakturaer"] * 2]


def test_a_year_far_away_or_after_the_report_s_is_left_out():
    year = {f"2024-{m:02d}": (10, 5) for m in range(1, 13)}
    months = over_tid.maaneder(posts({"2019-05": (9, 0), **year, "2025-01": (9, 9), "2032-01": (9, 9)}), 2024)
    assert set(months["aar"]) == {2024}


def test_a_month_that_breaks_off_is_partial_and_stands_in_no_comparison():
    full = posts({f"{y}-{m:02d}": (28, 14) for y in (2023, 2024) for m in range(1, 13)})
    cut = full[full["dato"] <= pd.Timestamp(2024, 12, 10)]
    months = over_tid.maaneder(cut, 2024)
    assert months["delvis"].tolist() == [False] * 23 + [True]
    assert over_tid.samme_maaned(months, 2024)["maaned"].tolist() == list(range(1, 12))
    assert pd.isna(months["grad_rullende"].iloc[-1])
    assert not over_tid.maaneder(full, 2024)["delvis"].any()


def test_the_moving_rate_is_the_sum_of_twelve_months_over_their_sum():
    counts = {f"2023-{m:02d}": (10 * m, m) for m in range(1, 13)} | {"2024-01": (40, 40)}
    months = over_tid.maaneder(posts(counts), 2024)
    assert months["grad_rullende"].isna().sum() == 11
    assert months["grad_rullende"].tolist()[-2:] == pytest.approx([78 / 780, (78 - 1 + 40) / (780 - 10 + 40)])
    parts = months[["taeller_rullende", "naevner_rullende"]].astype("Float64")
    assert (parts["taeller_rullende"] / parts["naevner_rullende"]).equals(months["grad_rullende"])
    assert parts["naevner_rullende"].tolist()[-1] == 780 - 10 + 40


def test_the_sums_of_twelve_months_do_not_tell_a_small_month_s_number():
    counts = {f"2023-{m:02d}": (10, 5) for m in range(1, 13)} | {"2023-02": (3, 2)}
    months = over_tid.maaneder(posts(counts), 2023)
    assert months["grad_rullende"].notna().sum() == 1
    assert months[["taeller_rullende", "naevner_rullende"]].isna().all(axis=None)


def test_a_month_is_held_against_the_same_month_of_the_year_before():
    counts = {
        "2023-11": (10, 1),
        "2023-12": (20, 5),
        "2024-01": (10, 9),
        "2024-11": (10, 3),
        "2024-12": (10, 1),
    }
    same = over_tid.samme_maaned(over_tid.maaneder(posts(counts), 2024), 2024)
    assert same["maaned"].tolist() == [11, 12]
    assert same["aendring"].tolist() == pytest.approx([0.3 - 0.1, 0.1 - 0.25])
    said = sentences.over_aaret(same, 2024).replace("\xa0", " ")
    assert "var graden på faktura den samme: 20,0 pct. i 2023 (6 af 30 fakturaer) og 20,0 pct. i 2024" in said


MULIGE = pd.DataFrame({"aar": [2023, 2023], "maaned": [11, 12], "mangler": [2.0, 3.0]}).astype(
    {"aar": "Int64", "maaned": "Int64"}
)


def test_possibly_missing_orders_are_counted_in_their_own_months():
    months = over_tid.maaneder(
        posts({"2023-11": (10, 1), "2023-12": (20, 5), "2024-11": (10, 3), "2024-12": (10, 1)}), 2024
    )
    with_them = over_tid.med_mulige(months, MULIGE)
    assert with_them["fakturaer_e_handlet"].tolist()[:2] == [1 + 2, 5 + 3]
    assert with_them["grad_faktura"].tolist()[:2] == pytest.approx([3 / 10, 8 / 20])
    assert with_them["grad_faktura"].tolist()[-2:] == pytest.approx([0.3, 0.1])
    assert over_tid.med_mulige(months, MULIGE.head(0))["grad_faktura"].equals(months["grad_faktura"])
    too_many = over_tid.med_mulige(months, MULIGE.assign(mangler=50.0))
    assert too_many["grad_faktura"].tolist()[:2] == [1, 1]


def test_a_hidden_month_stays_hidden():
    months = over_tid.maaneder(posts({"2023-11": (3, 1), "2023-12": (4, 1), "2024-01": (10, 1)}), 2024)
    hidden = months["grad_faktura"].isna()
    with_them = over_tid.med_mulige(months, MULIGE)
    assert with_them["grad_faktura"].isna().tolist() == hidden.tolist()
    assert with_them["fakturaer_e_handlet"].isna().tolist() == months["fakturaer_e_handlet"].isna().tolist()


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ([2, 3], "Med de 5, hvor en e-ordre måske mangler, faldt den fra 36,7 til 20,0 pct."),
        ([1, 0], "Med den ene, hvor en e-ordre måske mangler, faldt den fra 23,3 til 20,0 pct."),
        ([0, 0], None),
    ],
)
def test_the_year_s_change_is_told_with_the_orders_that_may_be_missing(missing, said):
    months = over_tid.maaneder(
        posts({"2023-11": (10, 1), "2023-12": (20, 5), "2024-11": (10, 3), "2024-12": (10, 1)}), 2024
    )
    same = over_tid.samme_maaned(months, 2024)
    counted = over_tid.samme_maaned(over_tid.med_mulige(months, MULIGE.assign(mangler=missing)), 2024)
    without, told = (plain(sentences.over_aaret(same, 2024, *med)) for med in ([], [counted]))
    assert told == (f"{without} {said}" if said else without)


def test_units_that_only_one_year_has_are_told():
    old = posts({f"2023-{m:02d}": (10, 5) for m in range(1, 13)})
    same = posts({f"2024-{m:02d}": (10, 5) for m in range(1, 13)})
    new = posts({f"2024-{m:02d}": (4, 1) for m in range(1, 13)}, enhed="ny")
    for added, unlike in ((same, False), (pd.concat([same, new]), True)):
        both = pd.concat([old, added], ignore_index=True)
        cover = over_tid.daekning(both, over_tid.maaneder(both, 2024), 2024)
        assert cover.uens is unlike
        assert ("ikke ens leveret" in sentences.sammenlignelig(cover, 2024)) is unlike


def test_a_month_with_a_missing_file_is_thin():
    counts = {f"2024-{m:02d}": (20, 5) for m in range(1, 13)} | {"2024-05": (6, 1)}
    cut = posts(counts)
    cover = over_tid.daekning(cut, over_tid.maaneder(cut, 2024), 2024)
    assert cover.tynde == ((2024, 5),)
    assert cover.andel_kendte is None


def test_nothing_is_a_sentence():
    empty = drawn("poster", "enhed_id | beloeb_oere\n1 | 100").head(0)
    months = over_tid.maaneder(empty, 2024)
    same, two = over_tid.samme_maaned(months, 2024), loven.brud(months)
    cover = over_tid.daekning(empty, months, 2024)
    for said in (
        sentences.over_aaret(same, 2024), sentences.maaneder(same, 2024), sentences.lang_linje(months),
        sentences.loven(two), sentences.sammenlignelig(cover, 2024), sentences.alt_lang_linje(months, two),
        sentences.alt_maaneder(months, same, 2024),
    ):  # fmt: skip
        assert said.endswith(".")


def test_only_one_month_to_compare_is_told_without_extremes():
    one = result("""
        maaned | grad_foer | grad | aendring | taeller_foer | naevner_foer | taeller | naevner
        5      | 0.10      | 0.20 | 0.10     | 1            | 10           | 2       | 10
    """)
    assert sentences.maaneder(one, 2024).replace("\xa0", " ") == (
        "Graden er højere end året før i 1 af 1 måned."
    )
