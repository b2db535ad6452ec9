"""Practice oversight: what inspectors found, and the actions that answer it."""

import pandas as pd

CLOSED_WORDS = frozenset({"closed", "complete", "completed", "done"})


def improvement_plan(
    findings: pd.DataFrame, actions: pd.DataFrame, period: str | pd.Period
) -> pd.DataFrame:
    """Each finding with its actions, as they stood at the end of the period.

    Parameters
    ----------
    findings : DataFrame
        One row a finding: ``finding_id``, ``kind`` (strength | development), ``finding``,
        ``finding_date``, ``source``, ``paragraph``.
    actions : DataFrame
        One row an action: ``action_id``, ``finding_id``, ``action``, ``owner_role``,
        ``due_date``, ``original_due_date``, ``status``, ``closed_date``, ``evidence``,
        ``linked_measure``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row a finding and action (a finding without one is one row; an action without a
        finding comes last): the columns above, ``closed``, ``overdue``, ``slipping`` (due later
        than first agreed), ``without_measure``, ``closed_without_evidence`` (booleans, missing
        where there is no action), ``days_overdue``, ``days_slipped``, ``note``. What was closed
        after the period counts as open.

    Examples
    --------
    >>> findings = pd.DataFrame({"finding_id": ["F1", "F2"], "kind": "development",
    ...                          "finding": ["Care plans", "Caseloads"]})
    >>> actions = pd.DataFrame({"action_id": ["A1"], "finding_id": ["F1"], "action": ["Train"],
    ...     "due_date": pd.to_datetime(["2021-07-31"]), "status": ["open"]})
    >>> plan = improvement_plan(findings, actions, "2021-08")
    >>> plan["note"].tolist()
    ['', 'no action is recorded for this finding']
    """
    end = pd.Period(period, "M").end_time.normalize()
    told = findings.reindex(columns=list(_FINDING)).astype(_FINDING)
    done = actions.reindex(columns=list(_ACTION)).astype(_ACTION)
    plan = told.merge(_states(done, end), on="finding_id", how="left")
    alone = done[~done["finding_id"].isin(told["finding_id"])]
    if len(alone):
        plan = pd.concat([plan, _states(alone, end)], ignore_index=True)
    no_action, no_finding = plan["action_id"].isna(), plan["finding"].isna()
    note = (
        plan["note"]
        .fillna("")
        .mask(no_action & (plan["kind"] == "development"), "no action is recorded for this finding")
    )
    return plan.assign(note=note.mask(no_finding, "the action answers no recorded finding"))


def plan_counts(plan: pd.DataFrame) -> pd.DataFrame:
    """Numbers of findings and actions in each state.

    Parameters
    ----------
    plan : DataFrame
        The result of ``improvement_plan``.

    Returns
    -------
    DataFrame
        One row a state: ``state`` (strengths, areas for development, areas without an action,
        actions, closed, open, overdue, slipping, without a measure, closed without evidence),
        ``number``, ``of`` (the number it is part of, where it is), ``note``. Without any finding
        the numbers of findings are missing, not 0; without any action those of actions.

    Examples
    --------
    >>> findings = pd.DataFrame({"finding_id": ["F1"], "kind": ["development"], "finding": ["x"]})
    >>> plan = improvement_plan(findings, pd.DataFrame(), "2021-08")
    >>> plan_counts(plan).set_index("state")["note"]["areas without an action"]
    'cannot be computed: the extracts hold no actions'
    """
    findings = plan.drop_duplicates("finding_id").dropna(subset=["finding"])
    actions = plan.dropna(subset=["action_id"])
    areas = findings["kind"] == "development"
    bare = areas & findings["action_id"].isna()
    closed = actions["closed"].fillna(False).astype(bool)
    n, open_number = len(actions), int((~closed).sum())
    rows = [
        ("strengths", int((findings["kind"] == "strength").sum()), len(findings)),
        ("areas for development", int(areas.sum()), len(findings)),
        ("areas without an action", int(bare.sum()), int(areas.sum())),
        ("actions", n, n),
        ("closed", int(closed.sum()), n),
        ("open", open_number, n),
        ("overdue", int(actions["overdue"].sum()), open_number),
        ("slipping", int(actions["slipping"].sum()), n),
        ("without a measure", int(actions["without_measure"].sum()), n),
        (
            "closed without evidence",
            int(actions["closed_without_evidence"].sum()),
            int(closed.sum()),
        ),
    ]
    table = pd.DataFrame(rows, columns=["state", "number", "of"])
    table = table.astype({"number": "Int64", "of": "Int64"}).assign(note="")
    # Without a list nothing is known of it: none recorded is not none made, and none taken.
    if n == 0:
        of_actions = ~table["state"].isin(["strengths", "areas for development"])
        table = _unknown(table, of_actions, "the extracts hold no actions")
    if findings.empty:
        of_findings = table["state"].isin(list(_OF_FINDINGS))
        table = _unknown(table, of_findings, "no extract of findings is held")
    return table


_OF_FINDINGS = ("strengths", "areas for development", "areas without an action")


def _unknown(table: pd.DataFrame, where: pd.Series, why: str) -> pd.DataFrame:
    """The counts with some of them missing, and why."""
    table[["number", "of"]] = table[["number", "of"]].mask(where)
    return table.assign(note=table["note"].mask(where, f"cannot be computed: {why}"))


def due_before_inspection(plan: pd.DataFrame, window_start: str | pd.Timestamp) -> pd.DataFrame:
    """Open actions by whether they are due before an inspection may begin.

    Parameters
    ----------
    plan : DataFrame
        The result of ``improvement_plan``.
    window_start : date
        First day on which the next inspection may begin, as the authority expects it.

    Returns
    -------
    DataFrame
        One row each for "before", "after" and "no due date": ``due``, ``open_actions``.

    Examples
    --------
    >>> plan = pd.DataFrame({"action_id": ["A"], "closed": pd.array([False], "boolean"),
    ...                      "due_date": pd.to_datetime(["2022-02-01"])})
    >>> due_before_inspection(plan, "2022-03-01")["open_actions"].tolist()
    [1, 0, 0]
    """
    still = plan[plan["action_id"].notna() & ~plan["closed"].fillna(False).astype(bool)]
    before = still["due_date"] < pd.Timestamp(window_start)
    undated = still["due_date"].isna()
    numbers = [int(before.sum()), int((~before & ~undated).sum()), int(undated.sum())]
    return pd.DataFrame({"due": ["before", "after", "no due date"], "open_actions": numbers})


def _states(actions: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Tell the state of each action at a date."""
    said = actions["status"].str.strip().str.lower().isin(CLOSED_WORDS)
    closed = (said & ~(actions["closed_date"] > end)) | (actions["closed_date"] <= end)
    late = (end - actions["due_date"]).dt.days
    slipped = (actions["due_date"] - actions["original_due_date"]).dt.days
    overdue = ~closed & (late > 0)
    evidence = actions["evidence"].fillna("").str.strip() != ""
    measure = actions["linked_measure"].fillna("").str.strip() != ""
    notes = pd.Series("", index=actions.index, dtype="str")
    notes = notes.mask(actions["due_date"].isna(), "no due date: whether it is overdue is unknown")
    notes = notes.mask(said & actions["closed_date"].isna(), "closed without a date")
    flags = {
        "closed": closed,
        "overdue": overdue.mask(actions["due_date"].isna() & ~closed),
        "slipping": slipped > 0,
        "without_measure": ~measure,
        "closed_without_evidence": closed & ~evidence,
    }
    return actions.assign(
        **{name: flag.astype("boolean") for name, flag in flags.items()},
        days_overdue=late.where(overdue).astype("float64"),
        days_slipped=slipped.where(slipped > 0).astype("float64"),
        note=notes,
    )


_FINDING = {
    "finding_id": "str",
    "kind": "str",
    "finding": "str",
    "finding_date": "datetime64[us]",
    "source": "str",
    "paragraph": "str",
}
_ACTION = {
    "action_id": "str",
    "finding_id": "str",
    "action": "str",
    "owner_role": "str",
    "due_date": "datetime64[us]",
    "original_due_date": "datetime64[us]",
    "status": "str",
    "closed_date": "datetime64[us]",
    "evidence": "str",
    "linked_measure": "str",
    "decision_needed": "str",
}
