"""The need for agency cover in the months ahead, under assumptions that are printed.

This is arithmetic on stated assumptions, not a forecast from data: three scenarios, named for the
agency need they lead to (low, central, high). Every assumption is a row of a table that the page
prints and that an analyst may replace.
"""

import pandas as pd

SCENARIOS = ("low", "central", "high")
MONTHS_AHEAD = 24
# Low, central and high: multiples of what was observed in the last twelve months or today.
_FEWER, _SAME, _MORE = (0.8, 1.0, 1.2), (1.0, 1.0, 1.0), (1.2, 1.0, 0.8)


def pipeline_entries(staff: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """People on a programme, by the month in which it ends and the capacity grows.

    Parameters
    ----------
    staff : DataFrame
        One row a person in a post: ``person_id``, ``fte``, ``programme`` (asye | apprentice |
        step up), ``programme_end_date``, ``start_date``, ``end_date``.
    period : str or Period
        The month that the report ends with; programmes that ended before are left out.

    Returns
    -------
    DataFrame
        One row a month and programme: ``month`` (missing where the end is not recorded: such
        people cannot be placed in time and add no capacity), ``programme``, ``headcount``,
        ``fte``, ``note``.

    Examples
    --------
    >>> staff = pd.DataFrame({"person_id": ["a", "b"], "fte": [1.0, 1.0],
    ...     "programme": ["asye", "apprentice"], "start_date": pd.to_datetime(["2021-01-01"] * 2),
    ...     "end_date": pd.NaT, "programme_end_date": pd.to_datetime(["2021-12-31", None])})
    >>> pipeline_entries(staff, "2021-08")[["programme", "headcount"]].values.tolist()
    [['asye', 1], ['apprentice', 1]]
    """
    columns = {
        "person_id": "str", "fte": "float64", "programme": "str",
        "programme_end_date": "datetime64[us]", "end_date": "datetime64[us]",
    }  # fmt: skip
    end = pd.Period(period, "M").end_time.normalize()
    rows = staff.reindex(columns=list(columns)).astype(columns)
    ends = rows["programme_end_date"]
    stays = rows["end_date"].isna() | (rows["end_date"] > end)
    ahead = rows[rows["programme"].notna() & stays & ~(ends <= end)]
    month = ahead["programme_end_date"].dt.to_period("M").dt.to_timestamp()
    groups = ahead.assign(month=month).groupby(["month", "programme"], dropna=False)
    table = groups.agg(headcount=("person_id", "nunique"), fte=("fte", "sum")).reset_index()
    undated = table["month"].isna()
    note = pd.Series("", index=table.index).mask(
        undated, "end of programme not recorded: cannot be placed in time"
    )
    return table.assign(note=note.astype("str"))


def default_assumptions(position: pd.DataFrame, bridge: pd.DataFrame | None = None) -> pd.DataFrame:
    """Assumptions of the three scenarios, from what was observed.

    Parameters
    ----------
    position : DataFrame
        One row (``workforce.rates_by_month`` at the period): ``vacancies_fte``,
        ``leavers_12_months_fte``, ``starters_12_months_fte``,
        ``starters_from_programmes_12_months_fte`` (missing counts as none),
        ``long_term_absence_fte``, ``maternity_fte``, ``agency_headcount``, ``agency_fte``.
    bridge : DataFrame, optional
        The result of ``cover.cover_bridge``, for additional work, other cover and the part left
        uncovered; without it the first two are none and the third is what remains.

    Returns
    -------
    DataFrame
        One row an assumption: ``assumption``, ``unit``, ``low``, ``central``, ``high``,
        ``basis``. Missing where the position does not hold it.

    Examples
    --------
    >>> position = pd.DataFrame({"vacancies_fte": [10.0], "leavers_12_months_fte": [24.0],
    ...     "starters_12_months_fte": [12.0], "long_term_absence_fte": [4.0],
    ...     "maternity_fte": [6.0], "agency_headcount": [22.0], "agency_fte": [20.0]})
    >>> print(default_assumptions(position).set_index("assumption")["central"]["leavers_fte"])
    2.0
    """
    row = position.iloc[-1].reindex(_OBSERVED).astype("float64")
    steps = {} if bridge is None else bridge.set_index("step")["fte"].fillna(0).to_dict()
    from_programmes = row["starters_from_programmes_12_months_fte"]
    recruited = row["starters_12_months_fte"] - (0 if pd.isna(from_programmes) else from_programmes)
    absent = row["long_term_absence_fte"] + row["maternity_fte"]
    other, surge = -steps.get("other_cover", 0.0), steps.get("additional", 0.0)
    uncovered = row["vacancies_fte"] + absent + surge - other - row["agency_fte"]
    heads = row["agency_headcount"] / row["agency_fte"] if row["agency_fte"] > 0 else 1.0
    lines = [
        ("vacancies_fte", "FTE today", row["vacancies_fte"], _SAME, "vacant posts today"),
        ("leavers_fte", "FTE a month", row["leavers_12_months_fte"] / 12, _FEWER,
         "leavers of the last 12 months; 20% fewer, the same, 20% more"),
        ("starters_fte", "FTE a month", recruited / 12, _MORE,
         "starters of the last 12 months not from programmes; 20% more, the same, 20% fewer"),
        ("absence_fte", "FTE each month", absent, _FEWER,
         "long-term sickness and maternity leave today; 20% less, the same, 20% more"),
        ("additional_fte", "FTE each month", surge, _FEWER,
         "agency workers for additional work today; 20% less, the same, 20% more"),
        ("other_cover_fte", "FTE each month", other, _SAME, "cover by employees today"),
        ("uncovered_fte", "FTE each month", uncovered, _SAME,
         "need that agency and other cover leave uncovered today"),
        ("qualifying_share", "share", 0.85, (0.95 / 0.85, 1.0, 0.7 / 0.85),
         "apprentices and Step Up students who qualify and take a post: 95%, 85%, 70%"),
        ("first_year_gap", "share of FTE", 0.1, (0.0, 1.0, 2.0),
         "work that a newly qualified worker's protected caseload leaves to others: 0, 10%, 20%"),
        ("agency_heads_per_fte", "people per FTE", heads, _SAME, "agency workers per FTE today"),
    ]  # fmt: skip
    return pd.DataFrame(
        [
            {"assumption": name, "unit": unit}
            | {key: value * by for key, by in zip(SCENARIOS, times, strict=True)}
            | {"basis": basis}
            for name, unit, value, times, basis in lines
        ]
    )


def agency_need(
    assumptions: pd.DataFrame,
    entries: pd.DataFrame,
    period: str | pd.Period,
    months: int = MONTHS_AHEAD,
) -> pd.DataFrame:
    """Cover and agency workers needed in each month ahead, in three scenarios.

    Each month the vacancies grow by the leavers and shrink by the starters and by those of the
    programmes who qualify (not below 0). Cover needed = vacancies + absence + additional work +
    what the protected caseloads of the newly qualified leave to others. Agency need = cover
    needed - other cover - what is left uncovered today (not below 0).

    Parameters
    ----------
    assumptions : DataFrame
        The result of ``default_assumptions``, or an analyst's own with the same rows.
    entries : DataFrame
        The result of ``pipeline_entries``.
    period : str or Period
        The month that the report ends with; it is the first row, as things stand (the central
        assumptions).
    months : int, default 24
        How many months ahead.

    Returns
    -------
    DataFrame
        One row a scenario and month: ``scenario``, ``month``, ``vacancies_fte``, ``absence_fte``,
        ``additional_fte``, ``first_year_gap_fte``, ``cover_needed_fte``, ``agency_need_fte``,
        ``agency_need_headcount``, ``note``. Where an assumption is missing, no months are given
        and the note of the scenario's one row names it.

    Examples
    --------
    >>> position = pd.DataFrame({"vacancies_fte": [10.0], "leavers_12_months_fte": [12.0],
    ...     "starters_12_months_fte": [24.0], "long_term_absence_fte": [4.0],
    ...     "maternity_fte": [6.0], "agency_headcount": [20.0], "agency_fte": [20.0]})
    >>> nobody = pd.DataFrame({"month": [], "programme": [], "headcount": [], "fte": []})
    >>> need = agency_need(default_assumptions(position), nobody, "2021-08", months=2)
    >>> need.loc[need["scenario"] == "central", "agency_need_fte"].round(1).tolist()
    [20.0, 19.0, 18.0]
    """
    values = assumptions.set_index("assumption")
    start = pd.Period(period, "M")
    parts = []
    for scenario in SCENARIOS:
        given = values[scenario].astype("float64")
        missing = given.index[given.isna()].tolist()
        if missing:
            note = f"cannot be computed: assumption {' and '.join(missing)} missing"
            parts.append(pd.DataFrame({"scenario": [scenario], "note": [note]}))
            continue
        ahead = pd.period_range(start, periods=months + 1, freq="M")
        rows = _months_ahead(given, values["central"].astype("float64"), entries, ahead)
        parts.append(pd.DataFrame(rows).assign(scenario=scenario, note=""))
    table = pd.concat(parts, ignore_index=True)
    return table[["scenario", *(name for name in table.columns if name != "scenario")]]


def agency_back_at(need: pd.DataFrame, level: float) -> pd.DataFrame:
    """When the agency need would be back at a number of workers, in each scenario.

    Parameters
    ----------
    need : DataFrame
        The result of ``agency_need``.
    level : float
        Agency workers, headcount; for Derby 13, as in May 2021.

    Returns
    -------
    DataFrame
        One row a scenario: ``scenario``, ``level_headcount``, ``month`` (the first from which
        the need stays at or below the level), ``months_ahead``, ``note`` (why there is none).

    Examples
    --------
    >>> need = pd.DataFrame({"scenario": "central", "note": "",
    ...     "month": pd.date_range("2021-08-01", periods=4, freq="MS"),
    ...     "agency_need_headcount": [15.0, 13.0, 14.0, 12.5]})
    >>> print(agency_back_at(need, 13)["month"].dt.strftime("%Y-%m").item())
    2021-11
    """
    rows = []
    for scenario, months in need.groupby("scenario", sort=False):
        if "month" not in months or months["month"].isna().all():
            rows.append({"scenario": scenario, "note": months["note"].iloc[0]})
            continue
        ordered = months.sort_values("month").reset_index(drop=True)
        above = ordered.index[ordered["agency_need_headcount"].round(6) > level]
        first = above[-1] + 1 if len(above) else 0
        reached = first < len(ordered)
        rows.append(
            {
                "scenario": scenario,
                "month": ordered["month"][first] if reached else pd.NaT,
                "months_ahead": float(first) if reached else float("nan"),
                "note": ""
                if reached
                else f"not within {len(ordered) - 1} months under these assumptions",
            }
        )
    columns = ["scenario", "level_headcount", "month", "months_ahead", "note"]
    return pd.DataFrame(rows).assign(level_headcount=level).reindex(columns=columns)


_OBSERVED = [
    "vacancies_fte", "leavers_12_months_fte", "starters_12_months_fte", "long_term_absence_fte",
    "maternity_fte", "agency_headcount", "agency_fte", "starters_from_programmes_12_months_fte",
]  # fmt: skip


def _months_ahead(
    given: pd.Series, today: pd.Series, entries: pd.DataFrame, months: pd.PeriodIndex
) -> list[dict[str, object]]:
    """Walk one scenario from month to month; the first month is as things stand today."""
    dated = entries[entries["month"].notna()]
    when = pd.to_datetime(dated["month"]).dt.to_period("M").dt.to_timestamp().to_numpy()
    fte = dated["fte"].astype("float64").fillna(0).to_numpy()
    first_year = dated["programme"].eq("asye").to_numpy(dtype=bool)
    given, today, rows = given.to_dict(), today.to_dict(), []
    vacant = given["vacancies_fte"]
    for step, month in enumerate(months.to_timestamp()):
        joining = fte[~first_year & (when == month)].sum() * given["qualifying_share"]
        if step:
            vacant = max(0.0, vacant + given["leavers_fte"] - given["starters_fte"] - joining)
        protected = fte[first_year & (when >= month)].sum() * given["first_year_gap"]
        if not step:
            # Today's uncovered part already holds what protected caseloads leave to others.
            protected_today = protected
        levels = given if step else today
        absent, additional = levels["absence_fte"], levels["additional_fte"]
        needed = vacant + absent + additional + protected
        left = given["other_cover_fte"] + given["uncovered_fte"] + protected_today
        agency = max(0.0, needed - left)
        rows.append(
            {
                "month": month,
                "vacancies_fte": vacant,
                "absence_fte": absent,
                "additional_fte": additional,
                "first_year_gap_fte": protected,
                "cover_needed_fte": needed,
                "agency_need_fte": agency,
                "agency_need_headcount": agency * given["agency_heads_per_fte"],
            }
        )
    return rows
