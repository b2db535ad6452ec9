"""The Department's published rates lie within what its own rounded counts allow."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.measures.workforce import (
    absence_rate_dfe,
    rates_by_month,
    rates_dfe,
    turnover_rate_dfe,
    vacancy_agency_cover_rate_dfe,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
PUBLISHED = SHARED / "csww_indicators_2017_to_2025.csv"

OURS = {
    "inpost_fte": "inpost_fte",
    "inpost_headcount": "inpost_headcount",
    "leavers_fte": "leavers_12_months_fte",
    "leavers_headcount": "leavers_12_months_headcount",
    "agency_fte": "agency_fte",
    "agency_headcount": "agency_headcount",
    "agency_cover_fte": "agency_covering_vacancies_fte",
    "vacancy_fte": "vacancies_fte",
    "case_holders_fte": "caseholders_fte",
    "cases": "cases",
    "working_days_lost_fte": "days_lost_12_months_working_days",
}
# Published rate, our column, and the inputs that make it.
RATES = {
    "agency_rate_fte": ("agency_rate_dfe_pct", ["agency_fte", "inpost_fte"]),
    "agency_rate_headcount": (
        "agency_rate_headcount_dfe_pct",
        ["agency_headcount", "inpost_headcount"],
    ),
    "vacancy_rate_fte": ("vacancy_rate_dfe_pct", ["vacancies_fte", "inpost_fte"]),
    "turnover_rate_fte": ("turnover_rate_dfe_pct", ["leavers_12_months_fte", "inpost_fte"]),
    "turnover_rate_headcount": (
        "turnover_rate_headcount_dfe_pct",
        ["leavers_12_months_headcount", "inpost_headcount"],
    ),
    "agency_cover_rate_fte": (
        "agency_cover_rate_dfe_pct",
        ["agency_covering_vacancies_fte", "agency_fte"],
    ),
    "vacancy_agency_cover_rate_fte": (
        "vacancy_agency_cover_rate_dfe_pct",
        ["agency_covering_vacancies_fte", "vacancies_fte"],
    ),
    "absence_rate_fte": (
        "absence_rate_dfe_pct",
        ["days_lost_12_months_working_days", "inpost_fte"],
    ),
    "caseload_fte": ("caseload_dfe", ["cases", "caseholders_fte"]),
}
HALF_A_DIGIT = 0.05 + 1e-9


@pytest.fixture(scope="module")
def published():
    if not PUBLISHED.exists():
        pytest.skip("the Department's published workforce file is not beside the project")
    table = pd.read_csv(PUBLISHED, dtype=str, encoding="utf-8")
    numeric = [*OURS, *RATES]
    table[numeric] = table[numeric].apply(pd.to_numeric, errors="coerce")
    table = table[table["geographic_level"] == "Local authority"].rename(columns=OURS)
    years = table["time_period"].astype(int)
    return table.assign(leap_year=years % 4 == 0)


def extremes(rows, inputs, rate):
    """Smallest and largest rate that the inputs, each rounded to one decimal, allow."""
    corners = []
    for signs in product((-1, 1), repeat=len(inputs)):
        moved = {
            name: (rows[name] + sign * (0 if rows[name].mod(1).eq(0).all() else 0.05)).clip(lower=0)
            for name, sign in zip(inputs, signs, strict=True)
        }
        corners.append(rates_dfe(rows.assign(**moved))[rate])
    return pd.concat(corners, axis=1).min(axis=1), pd.concat(corners, axis=1).max(axis=1)


@pytest.mark.parametrize("theirs", RATES)
def test_every_published_rate_lies_within_what_its_rounded_counts_allow(published, theirs, capsys):
    rate, inputs = RATES[theirs]
    rows = published[published[[*inputs, theirs]].notna().all(axis=1)]
    low, high = extremes(rows, inputs, rate)
    rows, low, high = rows[low.notna()], low.dropna(), high[low.notna()]
    inside = (rows[theirs] >= low - HALF_A_DIGIT) & (rows[theirs] <= high + HALF_A_DIGIT)
    with capsys.disabled():
        print(f"\n{theirs}: {inside.sum()} of {len(rows)} comparable authority rows", end="")
    assert len(rows) >= 1290, f"{theirs}: only {len(rows)} comparable rows"
    outside = rows.loc[~inside, ["time_period", "la_name"]].head().to_dict("records")
    assert inside.all(), f"{theirs}: {(~inside).sum()} of {len(rows)} outside, first {outside}"


def test_derby_in_2021_is_12_1_per_cent(published):
    derby = published[(published["la_name"] == "Derby") & (published["time_period"] == "2021")]
    rates = rates_dfe(derby).iloc[0]
    assert round(rates["agency_rate_dfe_pct"], 1) == 12.1
    assert round(rates["agency_cover_rate_dfe_pct"], 1) == 23.8
    assert round(rates["vacancy_rate_dfe_pct"], 1) == 3.2


def months_of_2020(**columns):
    months = pd.period_range("2019-10", "2020-09", freq="M").astype(str)
    return pd.DataFrame({"as_at": months, **columns})


def test_turnover_sums_twelve_months_and_divides_by_the_end():
    table = months_of_2020(leavers_fte=1.5, inpost_fte=[100.0] * 11 + [90.0])
    row = turnover_rate_dfe(table, "2020-09")
    assert row["leavers_12_months_fte"].item() == 18
    assert row["turnover_rate_dfe_pct"].item() == pytest.approx(20)


def test_eleven_months_are_no_year():
    table = months_of_2020(leavers_fte=1.5, inpost_fte=100.0).drop(index=4)
    row = turnover_rate_dfe(table, "2020-09")
    assert row["turnover_rate_dfe_pct"].isna().item()
    assert "twelve months with a row each" in row["note"].item()


def test_a_year_with_29_february_has_254_days():
    table = months_of_2020(days_lost_working_days=63.5, inpost_fte=100.0)
    row = absence_rate_dfe(table, "2020-09")
    assert row["absence_rate_dfe_pct"].item() == pytest.approx(63.5 * 12 / (100 * 254) * 100)


def test_more_cover_than_vacancies_is_shown_and_said():
    table = pd.DataFrame(
        {"as_at": ["2021-09"], "agency_covering_vacancies_fte": [6.0], "vacancies_fte": [5.0]}
    )
    row = vacancy_agency_cover_rate_dfe(table, "2021-09")
    assert row["vacancy_agency_cover_rate_dfe_pct"].item() == pytest.approx(120)
    assert "more agency FTE covers vacancies" in row["note"].item()


def test_headcount_without_fte_gives_the_headcount_rate_alone():
    rates = rates_dfe(pd.DataFrame({"agency_headcount": [22.0], "inpost_headcount": [128.0]}))
    assert rates["agency_rate_headcount_dfe_pct"].item() == pytest.approx(22 / 150 * 100)
    assert np.isnan(rates["agency_rate_dfe_pct"].item())


def test_the_monthly_series_is_in_order_and_leaves_out_undated_rows():
    table = pd.DataFrame(
        {
            "as_at": ["2021-08", "2021-07-31", "not given"],
            "vacancies_fte": [6.0, 5.0, 9.0],
            "inpost_fte": [94.0, 95.0, 91.0],
            "establishment_fte": [120.0, 120.0, 120.0],
        }
    )
    series = rates_by_month(table)
    assert series["month"].dt.month.tolist() == [7, 8]
    assert series["vacancy_rate_dfe_pct"].tolist() == [5, 6]
    assert series["vacancy_rate_establishment_pct"].round(2).tolist() == [4.17, 5]
