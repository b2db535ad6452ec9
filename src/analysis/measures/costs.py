"""Budget monitoring: variance, movement, run-rate; an overspend is positive everywhere.

The financial year runs from April to March: P1 is April, P12 March, P13 the closing adjustments
of the same year. Figures to date are cumulative. The budget is the revised one, virements in it.
"""

import pandas as pd

NOT_GIVEN = "not given"
EARLY_PERIODS = 2
STAFFING = ("salaried", "agency", "overtime")
_MONEY = [
    "annual_budget_gbp", "profiled_budget_gbp", "actual_to_date_gbp", "commitments_gbp",
    "forecast_outturn_gbp", "prior_forecast_gbp", "virement_gbp",
]  # fmt: skip
_OF_VARIANCE = ["financial_year", "period_no", *_MONEY, "as_at"]


def budget_position(budget_monitoring: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Rows of the latest accounting period up to the month that the report ends with.

    Parameters
    ----------
    budget_monitoring : DataFrame
        One row a cost centre and subjective in a period: ``financial_year`` ("2021/22"),
        ``period_no`` (1 to 13), ``cost_centre``, ``subjective`` and the money columns.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        The rows of one period, with ``month`` (March for P12 and P13), ``as_at`` (its text) and
        ``prior_forecast_gbp`` filled from the period before where the extract leaves it blank.
        Empty where no period is that early.

    Raises
    ------
    ValueError
        When a financial year is not written as "2021/22".

    Examples
    --------
    >>> table = pd.DataFrame({"financial_year": "2021/22", "period_no": [4, 5],
    ...     "cost_centre": "A1", "subjective": "1000", "annual_budget_gbp": [100.0, 100.0],
    ...     "forecast_outturn_gbp": [110.0, 115.0]})
    >>> now = budget_position(table, "2021-08")
    >>> print(now["period_no"].item(), now["prior_forecast_gbp"].item(), now["as_at"].item())
    5 110.0 2021-08
    """
    table = budget_monitoring.reindex(
        columns=list(dict.fromkeys([*budget_monitoring.columns, *_MONEY, "placement_type"]))
    ).astype(dict.fromkeys(_MONEY, "float64"))
    table = table.assign(month=_months(table))
    table = table[table["month"] <= pd.Period(period, "M").to_timestamp()]
    if table.empty:
        return table.assign(as_at=pd.Series(dtype="str"))
    order = table["month"].dt.year * 10_000 + table["month"].dt.month * 100 + table["period_no"]
    now = table[order == order.max()]
    same_year = table["financial_year"] == now["financial_year"].iloc[0]
    before = table[same_year & (table["period_no"] == now["period_no"].iloc[0] - 1)]
    keys = ["cost_centre", "subjective", "placement_type"]
    earlier = before.groupby(keys, dropna=False)["forecast_outturn_gbp"].sum(min_count=1)
    found = now[keys].merge(earlier.rename("earlier").reset_index(), on=keys, how="left")
    filled = now["prior_forecast_gbp"].fillna(found["earlier"].set_axis(now.index))
    return now.assign(prior_forecast_gbp=filled, as_at=now["month"].dt.strftime("%Y-%m"))


def budget_variance(position: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Forecast against budget, movement on the forecast before, and the position to date.

    Parameters
    ----------
    position : DataFrame
        The result of ``budget_position``.
    by : str, optional
        "service", "category", "cost_centre_name" or another column; default the whole table.

    Returns
    -------
    DataFrame
        One row, or one a group ("not given" where blank): ``financial_year``, ``period_no``,
        ``annual_budget_gbp`` (revised), ``original_budget_gbp`` (before ``virement_gbp``),
        ``forecast_outturn_gbp``, ``variance_gbp`` (forecast minus budget, overspend positive),
        ``variance_pct`` (of the budget), ``prior_forecast_gbp``, ``movement_gbp`` (forecast minus
        prior forecast, over the rows that have one), ``actual_to_date_gbp``,
        ``profiled_budget_gbp``, ``variance_to_date_gbp``, ``commitments_gbp``, ``as_at``,
        ``note``.

    Examples
    --------
    >>> position = pd.DataFrame({"financial_year": ["2021/22"], "period_no": [5],
    ...     "annual_budget_gbp": [1000.0], "forecast_outturn_gbp": [1100.0], "as_at": ["2021-08"],
    ...     "prior_forecast_gbp": [1080.0]})
    >>> row = budget_variance(position).iloc[0]
    >>> print(row["variance_gbp"], row["variance_pct"], row["movement_gbp"])
    100.0 10.0 20.0
    """
    position = position.reindex(columns=list(dict.fromkeys([*position.columns, *_MONEY])))
    if position.empty:
        note = "cannot be computed: no accounting period up to the month of the report"
        return pd.DataFrame({"variance_gbp": [float("nan")], "note": [note]})
    if by is None:
        return pd.DataFrame([_variance(position)])
    groups = position[_OF_VARIANCE].groupby(position[by].astype("str").fillna(NOT_GIVEN))
    return pd.DataFrame([_variance(rows) | {by: name} for name, rows in groups])


def run_rate(position: pd.DataFrame) -> pd.DataFrame:
    """Spend to date carried forward evenly, against the service's own forecast.

    Parameters
    ----------
    position : DataFrame
        The result of ``budget_position``.

    Returns
    -------
    DataFrame
        One row: ``actual_to_date_gbp``, ``periods_elapsed`` (12 at P13), ``run_rate_gbp``
        (actual / periods elapsed x 12), ``forecast_outturn_gbp`` (of the same rows),
        ``gap_gbp`` (run-rate minus forecast; positive: the forecast expects spending to slow),
        ``as_at``, ``note``.

    Examples
    --------
    >>> position = pd.DataFrame({"period_no": [5], "actual_to_date_gbp": [500.0],
    ...                          "forecast_outturn_gbp": [1100.0], "as_at": ["2021-08"]})
    >>> run_rate(position)[["run_rate_gbp", "gap_gbp"]].iloc[0].tolist()
    [1200.0, 100.0]
    """
    known = position[position["actual_to_date_gbp"].notna()]
    if known.empty:
        note = "cannot be computed: column actual_to_date_gbp missing"
        return pd.DataFrame({"run_rate_gbp": [float("nan")], "note": [note]})
    elapsed = min(int(known["period_no"].iloc[0]), 12)
    actual, forecast = known["actual_to_date_gbp"].sum(), known["forecast_outturn_gbp"].sum()
    notes = []
    if elapsed <= EARLY_PERIODS:
        notes.append(f"from {elapsed} of 12 periods: late invoices alone can move it")
    if len(known) < len(position):
        notes.append(f"rows without spend to date, left out: {len(position) - len(known)}")
    return pd.DataFrame(
        {
            "actual_to_date_gbp": [actual],
            "periods_elapsed": [elapsed],
            "run_rate_gbp": [actual / elapsed * 12],
            "forecast_outturn_gbp": [forecast],
            "gap_gbp": [actual / elapsed * 12 - forecast],
            "as_at": [known["as_at"].iloc[0]],
            "note": ["; ".join(notes)],
        }
    )


def staffing_bridge(position: pd.DataFrame) -> pd.DataFrame:
    """Agency cost and the underspend on vacant posts, netted and both shown.

    Parameters
    ----------
    position : DataFrame
        The result of ``budget_position``, with ``category``.

    Returns
    -------
    DataFrame
        One row each for salaried, agency, overtime, and "net": ``category``,
        ``annual_budget_gbp``, ``forecast_outturn_gbp``, ``variance_gbp`` (a negative salaried
        variance is the underspend on vacant posts), ``as_at``, ``note``. A category that the
        extract does not hold is missing, and the net says so.

    Examples
    --------
    >>> position = pd.DataFrame({"category": ["salaried", "agency"], "as_at": "2021-08",
    ...     "annual_budget_gbp": [900.0, 0.0], "forecast_outturn_gbp": [700.0, 350.0]})
    >>> staffing_bridge(position).set_index("category")["variance_gbp"].to_dict()
    {'salaried': -200.0, 'agency': 350.0, 'overtime': nan, 'net': 150.0}
    """
    columns = ["annual_budget_gbp", "forecast_outturn_gbp"]
    sums = position.groupby(position["category"].astype("str"))[columns].sum(min_count=1)
    table = sums.reindex(STAFFING)
    absent = [name for name in STAFFING if name not in sums.index]
    table.loc["net"] = table.sum(min_count=1)
    note = f"no rows of {' or '.join(absent)}: not in the net" if absent else ""
    table = table.assign(
        variance_gbp=table["forecast_outturn_gbp"] - table["annual_budget_gbp"],
        as_at=position["as_at"].iloc[0] if len(position) else "",
        note=["the extract has no such rows" if name in absent else "" for name in STAFFING]
        + [note],
    )
    return table.rename_axis("category").reset_index()


def recurring_variance(position: pd.DataFrame) -> pd.DataFrame:
    """Variance that recurs next year, against that of this year alone.

    Parameters
    ----------
    position : DataFrame
        The result of ``budget_position``, with ``recurring`` (bool).

    Returns
    -------
    DataFrame
        One row each for "recurring", "one-off" and "not given": ``kind``, ``annual_budget_gbp``,
        ``forecast_outturn_gbp``, ``variance_gbp``, ``as_at``. The three add to the whole.

    Examples
    --------
    >>> position = pd.DataFrame({"recurring": pd.array([True, None], "boolean"),
    ...     "annual_budget_gbp": [10.0, 20.0], "forecast_outturn_gbp": [15.0, 21.0],
    ...     "as_at": "2021-08"})
    >>> recurring_variance(position).set_index("kind")["variance_gbp"].to_dict()
    {'recurring': 5.0, 'one-off': 0.0, 'not given': 1.0}
    """
    given = position["recurring"].astype("boolean")
    kind = given.map({True: "recurring", False: "one-off"}).astype("str").fillna(NOT_GIVEN)
    columns = ["annual_budget_gbp", "forecast_outturn_gbp"]
    table = position.groupby(kind)[columns].sum()
    table = table.reindex(["recurring", "one-off", NOT_GIVEN], fill_value=0.0)
    table = table.assign(
        variance_gbp=table["forecast_outturn_gbp"] - table["annual_budget_gbp"],
        as_at=position["as_at"].iloc[0] if len(position) else "",
    )
    return table.rename_axis("kind").reset_index()


def _variance(rows: pd.DataFrame) -> dict:
    """One row of sums and differences over one group of rows."""
    sums = rows[_MONEY].sum(min_count=1)
    budget, virement = sums["annual_budget_gbp"], sums["virement_gbp"]
    moved = rows["forecast_outturn_gbp"] - rows["prior_forecast_gbp"]
    to_date = rows["actual_to_date_gbp"] - rows["profiled_budget_gbp"]
    variance = (rows["forecast_outturn_gbp"] - rows["annual_budget_gbp"]).sum(min_count=1)
    notes = []
    if pd.isna(budget) or budget == 0:
        notes.append("no percentage: there is no budget")
    blank = int(rows["forecast_outturn_gbp"].isna().sum())
    if blank:
        notes.append(f"rows without a forecast, in no variance: {blank}")
    unmoved = int(moved.isna().sum())
    if unmoved:
        notes.append(f"movement leaves out {unmoved} of {len(rows)} rows without a prior forecast")
    share = variance / abs(budget) * 100 if budget else float("nan")
    first = rows.iloc[0]
    return {
        "financial_year": first["financial_year"],
        "period_no": first["period_no"],
        **sums,
        "original_budget_gbp": budget - (0 if pd.isna(virement) else virement),
        "variance_gbp": variance,
        "variance_pct": share,
        "movement_gbp": moved.sum(min_count=1),
        "variance_to_date_gbp": to_date.sum(min_count=1),
        "as_at": first["as_at"],
        "note": "; ".join(notes),
    }


def _months(table: pd.DataFrame) -> pd.Series:
    """First day of the month that each accounting period covers; P13 counts as March."""
    years = table["financial_year"].astype("str").str.extract(r"^(\d{4})/\d{2}$")[0]
    if years.isna().any():
        raise ValueError(
            f"{years.isna().sum()} of {len(years)} rows of budget monitoring: the financial year "
            "is not written as 2021/22: correct the column financial_year"
        )
    steps = table["period_no"].astype("int64").clip(upper=12) - 1
    months = (years.astype("int64") - 1970) * 12 + 3 + steps  # counted from January 1970
    stamps = months.to_numpy().astype("datetime64[M]").astype("datetime64[us]")
    return pd.Series(stamps, index=table.index)
