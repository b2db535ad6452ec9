"""Agency pay of the financial year so far, and the same months of the year before."""

import pandas as pd

MONEY = ["gross_gbp", "equivalent_gbp", "premium_gbp"]


def agency_pay_to_date(pay: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Agency pay from April to the period: gross, what employees would cost, and what is above.

    Parameters
    ----------
    pay : DataFrame
        The result of ``agency_pay.agency_pay_by_month``, over at least April to the period.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``agency_weeks``, ``hours``, ``gross_gbp``, ``equivalent_gbp``, ``premium_gbp``
        (over assignments that have both), ``premium_share_pct`` (of the gross of the same
        assignments), ``mean_workers`` (agency weeks over the weeks of the months),
        ``first_month``, ``last_month``, ``note``.

    Examples
    --------
    >>> pay = pd.DataFrame({"month": pd.to_datetime(["2021-03-01", "2021-08-01"]),
    ...     "agency_weeks": [4.0, 4.0], "hours": [148.0, 148.0], "gross_gbp": [5920.0, 5920.0],
    ...     "equivalent_gbp": [4144.0, 4144.0], "premium_gbp": [1776.0, 1776.0],
    ...     "gross_with_equivalent_gbp": [5920.0, 5920.0], "without_pay": [0, 0]})
    >>> agency_pay_to_date(pay, "2021-08")[["gross_gbp", "premium_share_pct"]].values.tolist()
    [[5920.0, 30.0]]
    """
    last = pd.Period(period, "M")
    year = pay[pay["month"].between(_april(last).to_timestamp(), last.to_timestamp())]
    sums = year[["agency_weeks", "hours", *MONEY]].sum(min_count=1)
    paired = year["gross_with_equivalent_gbp"].sum(min_count=1)
    left = int(year["without_pay"].sum())
    note = f"assignment-months without rate or hours, in no sum: {left}" if left else ""
    if pd.isna(sums["gross_gbp"]):
        note = "cannot be computed: no assignment of the year has a rate and hours"
    share = sums["premium_gbp"] / paired * 100 if paired > 0 else float("nan")
    days = (last.end_time.normalize() - _april(last).to_timestamp()).days + 1
    return pd.DataFrame(
        {
            **{name: [value] for name, value in sums.items()},
            "premium_share_pct": [share],
            "gross_with_equivalent_gbp": [paired],
            "mean_workers": [sums["agency_weeks"] / (days / 7)],
            "first_month": [_april(last).to_timestamp()],
            "last_month": [last.to_timestamp()],
            "note": [note],
        }
    )


def earlier_year_known(agency: pd.DataFrame, period: str | pd.Period) -> bool:
    """Whether the agency list tells what was paid from April a year before the period's.

    A month that ends before the list's first assignment is not known: a list may not have been
    kept then, and what was paid later would look like a rise.

    Parameters
    ----------
    agency : DataFrame
        As for ``agency_pay.agency_pay_by_month``.
    period : str or Period
        The month that the report ends with.

    Examples
    --------
    >>> agency = pd.DataFrame({"start_date": pd.to_datetime(["2020-05-04"])})
    >>> earlier_year_known(agency, "2021-08")
    False
    """
    april = _april(pd.Period(period, "M")) - 12
    return bool(agency["start_date"].min() <= april.end_time)


def agency_pay_a_year_apart(
    pay: pd.DataFrame, period: str | pd.Period
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hours and cost by job type from April to the period, and in the same months a year before.

    Parameters
    ----------
    pay : DataFrame
        The result of ``agency_pay.agency_pay_by_month`` over both spells.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    tuple of DataFrame
        Before and after, as ``pay_decomposition.cost_change`` takes them: one row a job type,
        ``job_type``, ``hours``, ``cost_gbp``. Costs without hours are in neither.

    Examples
    --------
    >>> pay = pd.DataFrame({"month": pd.to_datetime(["2020-08-01", "2021-08-01"]),
    ...     "job_type": "social worker", "hours": [10.0, 12.0], "gross_gbp": [400.0, 540.0]})
    >>> before, after = agency_pay_a_year_apart(pay, "2021-08")
    >>> before["cost_gbp"].item(), after["cost_gbp"].item()
    (400.0, 540.0)
    """
    last = pd.Period(period, "M")
    spells = [(_april(last) - 12, last - 12), (_april(last), last)]
    before, after = (_spell(pay, *spell) for spell in spells)
    return before, after


def change_parts(change: pd.DataFrame) -> pd.DataFrame:
    """The whole row of a decomposition as steps from the old cost to the new.

    Parameters
    ----------
    change : DataFrame
        The result of ``pay_decomposition.cost_change``.

    Returns
    -------
    DataFrame
        One row a step: ``part`` (before, volume, mix, price, after), ``amount_gbp``, ``unit``
        ("GBP", or "GBP change" of a step), and in each row the amounts of all parts under their
        names. Before and the three steps add to after.

    Examples
    --------
    >>> change = pd.DataFrame({"cost_before_gbp": [400.0], "volume_gbp": [80.0], "mix_gbp": [0.0],
    ...                        "price_gbp": [60.0], "cost_after_gbp": [540.0]})
    >>> change_parts(change)["amount_gbp"].tolist()
    [400.0, 80.0, 0.0, 60.0, 540.0]
    """
    whole = change.iloc[-1]
    names = {"before": "cost_before_gbp", "volume": "volume_gbp", "mix": "mix_gbp"}
    names |= {"price": "price_gbp", "after": "cost_after_gbp"}
    steps = [(part, whole[column]) for part, column in names.items()]
    table = pd.DataFrame(steps, columns=["part", "amount_gbp"])
    ends = table["part"].isin(["before", "after"])
    units = ends.map({True: "GBP", False: "GBP change"})
    return table.assign(unit=units, note="", **dict(steps))


def _april(last: pd.Period) -> pd.Period:
    """The first month of the financial year that holds a month."""
    return pd.Period(year=last.year - (last.month < 4), month=4, freq="M")


def _spell(pay: pd.DataFrame, first: pd.Period, last: pd.Period) -> pd.DataFrame:
    rows = pay[pay["month"].between(first.to_timestamp(), last.to_timestamp())]
    rows = rows[rows["hours"] > 0].rename(columns={"gross_gbp": "cost_gbp"})
    return rows.groupby("job_type", sort=True)[["hours", "cost_gbp"]].sum().reset_index()
