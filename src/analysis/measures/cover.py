"""Why agency workers are there: the need for cover, who covers it, and what is left uncovered."""

import pandas as pd

from analysis.methods.stays import in_force

REASONS = ("vacancy", "sickness", "maternity", "additional")
NOT_GIVEN = "not given"
_ELEMENTS = {
    "vacancy": "Vacancies",
    "sickness": "Long-term sickness",
    "maternity": "Maternity leave",
    "additional": "Additional work (surge)",
}


def agency_by_reason(agency: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Agency workers at the end of the period by the reason for which they are there.

    A blank reason is a row of its own: how much of the use has no reason recorded is a finding.

    Parameters
    ----------
    agency : DataFrame
        One row an assignment: ``worker_id``, ``fte``, ``posts_covered``, ``reason``,
        ``start_date``, ``end_date``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row a reason (vacancy, sickness, maternity, additional, not given):
        ``reason``, ``agency_headcount``, ``agency_fte``, ``agency_posts_covered``,
        ``share_of_fte_pct``, ``note``.

    Examples
    --------
    >>> agency = pd.DataFrame({"worker_id": ["a", "b"], "fte": [1.0, 1.0],
    ...     "posts_covered": [1.0, 1.5], "reason": ["vacancy", None],
    ...     "start_date": pd.Timestamp("2021-06-01"), "end_date": pd.NaT})
    >>> agency_by_reason(agency, "2021-08")[["reason", "agency_fte"]].values.tolist()[-1]
    ['not given', 1.0]
    """
    now = in_force(_workers(agency), pd.Period(period, "M").end_time.normalize())
    groups = now.groupby(now["reason"].fillna(NOT_GIVEN))
    order = [*REASONS, *sorted(set(groups.groups) - {*REASONS, NOT_GIVEN}), NOT_GIVEN]
    table = pd.DataFrame(
        {
            "agency_headcount": groups["worker_id"].nunique(),
            "agency_fte": groups["fte"].sum(),
            "agency_posts_covered": groups["posts_covered"].sum(min_count=1),
        }
    ).reindex(order)
    none = table["agency_headcount"].isna()
    table.loc[none] = 0
    total = table["agency_fte"].sum()
    share = table["agency_fte"] / total * 100 if total > 0 else float("nan")
    table = table.assign(share_of_fte_pct=share, note="").rename_axis("reason").reset_index()
    said = "no reason recorded: what these workers cover cannot be said"
    unknown = (table["reason"] == NOT_GIVEN) & (table["agency_headcount"] > 0)
    return table.assign(note=table["note"].mask(unknown, said))


def cover_bridge(
    position: pd.DataFrame, by_reason: pd.DataFrame, other: float | None = None
) -> pd.DataFrame:
    """Need for cover by reason, agency and other cover, and the FTE left uncovered.

    Vacancies + long-term sickness + maternity leave + additional work = cover needed;
    cover needed - agency cover - other cover = uncovered. Additional work is known only by the
    agency workers taken on for it, so it is always covered. Agency workers without a recorded
    reason cover something, so they count as cover as a whole but against no single reason.

    Parameters
    ----------
    position : DataFrame
        One row of ``workforce_months.workforce_by_month``: ``vacancies_fte``,
        ``long_term_absence_fte``, ``maternity_fte``.
    by_reason : DataFrame
        The result of ``agency_by_reason``.
    other : float, optional
        FTE of other cover, from ``other_cover``; missing is said and counts as none.

    Returns
    -------
    DataFrame
        One row a step of the bridge: ``step`` (vacancy, sickness, maternity, additional,
        cover_needed, agency_cover, other_cover, uncovered), ``label``, ``fte`` (covers below
        zero, so that the steps add), ``agency_fte`` (agency workers there for that reason),
        ``uncovered_fte`` (of the reason), ``note``. A negative uncovered figure is more cover than
        need and is said.

    Examples
    --------
    >>> position = pd.DataFrame({"vacancies_fte": [5.0], "long_term_absence_fte": [9.0],
    ...                          "maternity_fte": [6.0]})
    >>> reasons = pd.DataFrame({"reason": ["vacancy", "additional", "not given"],
    ...                         "agency_fte": [5.0, 2.0, 14.0]})
    >>> bridge = cover_bridge(position, reasons, other=0.5)
    >>> bridge.set_index("step")["fte"][["cover_needed", "agency_cover", "uncovered"]].tolist()
    [22.0, -21.0, 0.5]
    """
    agency = by_reason.set_index("reason")["agency_fte"].astype("float64")
    columns = {"vacancy": "vacancies_fte", "sickness": "long_term_absence_fte",
               "maternity": "maternity_fte"}  # fmt: skip
    row = position.reindex(columns=list(columns.values())).astype("float64").iloc[-1]
    need = {reason: row[column] for reason, column in columns.items()}
    need["additional"] = agency.get("additional", 0.0)
    steps = [
        {"step": reason, "label": _ELEMENTS[reason], "fte": fte,
         "agency_fte": agency.get(reason, 0.0)}
        for reason, fte in need.items()
    ]  # fmt: skip
    needed = sum(need.values())
    cover, rest = agency.sum(), 0.0 if other is None else other
    steps += [
        {"step": "cover_needed", "label": "Cover needed", "fte": needed},
        {"step": "agency_cover", "label": "Agency cover", "fte": -cover},
        {"step": "other_cover", "label": "Other cover", "fte": None if other is None else -rest},
        {"step": "uncovered", "label": "Uncovered", "fte": needed - cover - rest},
    ]
    table = pd.DataFrame(steps).assign(note="")
    table[["fte", "agency_fte"]] = table[["fte", "agency_fte"]].astype("float64")
    table["uncovered_fte"] = table["fte"] - table["agency_fte"]
    return _bridge_with_notes(table, columns, agency.get(NOT_GIVEN, 0.0), other)


def other_cover(
    establishment: pd.DataFrame, staff: pd.DataFrame, period: str | pd.Period
) -> float | None:
    """Employees' FTE in posts beyond what the post's budget holds: cover that is not agency.

    A fixed-term worker in the post of someone on maternity leave is such cover: both hold the
    post, and their FTE together is above the post's.

    Parameters
    ----------
    establishment : DataFrame
        One row a post: ``post_id``, ``budgeted_fte``.
    staff : DataFrame
        One row a person in a post: ``post_id``, ``fte``, ``contract``, ``start_date``,
        ``end_date``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    float or None
        None where the posts are not in the tables.

    Examples
    --------
    >>> posts = pd.DataFrame({"post_id": ["1"], "budgeted_fte": [1.0]})
    >>> staff = pd.DataFrame({"post_id": ["1", "1"], "fte": [1.0, 0.8],
    ...     "contract": ["permanent", "fixed term"],
    ...     "start_date": pd.Timestamp("2020-01-01"), "end_date": pd.NaT})
    >>> round(other_cover(posts, staff, "2021-08"), 1)
    0.8
    """
    if "post_id" not in staff.columns or staff["post_id"].isna().all() or establishment.empty:
        return None
    contract = staff.get("contract", pd.Series(index=staff.index, dtype="str"))
    employed = in_force(
        staff[~contract.astype("str").eq("agency")], pd.Period(period, "M").end_time.normalize()
    )
    held = employed.groupby("post_id")["fte"].sum()
    budgeted = establishment.groupby("post_id")["budgeted_fte"].sum()
    beyond = (held - budgeted.reindex(held.index)).clip(lower=0)
    return float(beyond.sum())


def _bridge_with_notes(
    table: pd.DataFrame, columns: dict[str, str], unexplained: float, other: float | None
) -> pd.DataFrame:
    """Say what is missing, what has no reason, and where cover exceeds need."""
    missing = [column for step, column in columns.items()
               if table.loc[table["step"] == step, "fte"].isna().any()]  # fmt: skip
    notes = table.set_index("step")["note"].to_dict()
    for step, column in columns.items():
        if column in missing:
            notes[step] = f"cannot be computed: column {column} missing"
    if missing:
        notes["cover_needed"] = notes["uncovered"] = (
            f"cannot be computed: {' and '.join(missing)} missing"
        )
    if unexplained > 0:
        notes["agency_cover"] = f"{unexplained:g} FTE of it without a recorded reason"
    if other is None:
        notes["other_cover"] = "cannot be computed: posts are not given; counted as none"
    over = (table["fte"] < 0) & (table["step"] == "uncovered") | (table["uncovered_fte"] < 0)
    for step in table.loc[over, "step"]:
        notes[step] = "; ".join(filter(None, [notes[step], "more cover than need is recorded"]))
    return table.assign(note=table["step"].map(notes))[
        ["step", "label", "fte", "agency_fte", "uncovered_fte", "note"]
    ]


def _workers(agency: pd.DataFrame) -> pd.DataFrame:
    """Keep the columns needed, missing where the extract does not have them."""
    types = {
        "worker_id": "str",
        "fte": "float64",
        "posts_covered": "float64",
        "reason": "str",
        "start_date": "datetime64[us]",
        "end_date": "datetime64[us]",
    }
    return agency.reindex(columns=list(types)).astype(types)
