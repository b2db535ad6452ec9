"""What placements cost, by type, with the children placed."""

import pandas as pd

NOT_GIVEN = "not given"


def placement_spend(position: pd.DataFrame) -> pd.DataFrame:
    """Spend on placements by type, with the children placed where the extract holds them.

    Parameters
    ----------
    position : DataFrame
        The result of ``budget_position``, with ``category``, ``placement_type``, ``children``.

    Returns
    -------
    DataFrame
        One row a type: ``placement_type`` ("not given" where blank), ``annual_budget_gbp``,
        ``forecast_outturn_gbp``, ``variance_gbp``, ``children``,
        ``forecast_per_child_week_gbp`` (forecast / children / 52), ``as_at``, ``note``.

    Examples
    --------
    >>> position = pd.DataFrame({"category": ["placements"], "placement_type": ["Children's home"],
    ...     "children": [10], "annual_budget_gbp": [2_000_000.0],
    ...     "forecast_outturn_gbp": [2_600_000.0], "as_at": "2021-08"})
    >>> placement_spend(position)["forecast_per_child_week_gbp"].item()
    5000.0
    """
    rows = position[position["category"].astype("str").eq("placements")]
    rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, "placement_type", "children"])))
    if rows.empty:
        note = "cannot be computed: no rows of category placements"
        return pd.DataFrame({"placement_type": [NOT_GIVEN], "note": [note]})
    groups = rows.astype({"children": "float64"}).groupby(
        rows["placement_type"].astype("str").fillna(NOT_GIVEN)
    )
    columns = ["annual_budget_gbp", "forecast_outturn_gbp", "children"]
    table = groups[columns].sum(min_count=1)
    children = table["children"].where(table["children"] > 0)
    note = children.isna().map({True: "number of children not given", False: ""})
    known = groups["children"].count().eq(groups.size())
    note = note.mask(table["children"].eq(0) & known, "no children are placed")
    return table.assign(
        variance_gbp=table["forecast_outturn_gbp"] - table["annual_budget_gbp"],
        forecast_per_child_week_gbp=table["forecast_outturn_gbp"] / children / 52,
        as_at=rows["as_at"].iloc[0],
        note=note.astype("str"),
    ).reset_index()
