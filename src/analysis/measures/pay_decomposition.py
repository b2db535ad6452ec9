"""Why a cost moved: price, volume and mix, to the penny.

One decomposition is used everywhere. It works in whole pence, so the three parts add to the change
without a residual, in each group and as a whole.
"""

from fractions import Fraction

import pandas as pd


def cost_change(before: pd.DataFrame, after: pd.DataFrame, by: str = "job_type") -> pd.DataFrame:
    """Change of a cost as volume, mix and price, group by group and as a whole.

    - volume: all hours change, at the old price and the old mix
    - mix: the hours move between dearer and cheaper groups, at the old prices
    - price: the new hours are paid at the new instead of the old price

    A group that is new has no old price: its whole effect is mix (its price effect is nil).
    Volume and price of a group are rounded to the penny and mix is what remains, so a group's
    rounding, under a penny, lies in mix.

    Parameters
    ----------
    before, after : DataFrame
        One row a group: the column of ``by``, ``hours`` and ``cost_gbp``.
    by : str, default "job_type"
        The column that names the group.

    Returns
    -------
    DataFrame
        One row a group, then "all": the column of ``by``, ``cost_before_gbp``,
        ``cost_after_gbp``, ``change_gbp``, ``volume_gbp``, ``mix_gbp``, ``price_gbp``. In each
        row volume + mix + price = change, in whole pence.

    Raises
    ------
    ValueError
        When a group has a cost and no hours, or hours below zero: there is no price then.

    Examples
    --------
    Ten hours at 40 pounds become twelve at 45: 80 pounds for volume, 60 for price.

    >>> before = pd.DataFrame({"job_type": ["social worker"], "hours": [10], "cost_gbp": [400.0]})
    >>> after = pd.DataFrame({"job_type": ["social worker"], "hours": [12], "cost_gbp": [540.0]})
    >>> row = cost_change(before, after).iloc[-1]
    >>> print(row["change_gbp"], row["volume_gbp"], row["mix_gbp"], row["price_gbp"])
    140.0 80.0 0.0 60.0
    """
    old, new = _groups(before, by), _groups(after, by)
    all_old = sum((hours for hours, _ in old.values()), Fraction(0))
    all_new = sum((hours for hours, _ in new.values()), Fraction(0))
    growth = all_new / all_old - 1 if all_old else None
    nothing = (Fraction(0), 0)
    rows = []
    for name in dict.fromkeys([*old, *new]):
        hours_old, pence_old = old.get(name, nothing)
        hours_new, pence_new = new.get(name, nothing)
        volume = _pence(pence_old * growth) if growth is not None else 0
        old_price = pence_old / hours_old if hours_old else None
        price = pence_new - _pence(hours_new * old_price) if old_price is not None else 0
        change = pence_new - pence_old
        rows.append((name, pence_old, pence_new, change, volume, change - volume - price, price))
    if growth is None:
        # Nothing was worked before: the whole cost is new volume.
        rows = [(n, a, b, c, c, 0, 0) for n, a, b, c, *_ in rows]
    rows.append(("all", *(sum(row[part] for row in rows) for part in range(1, 7))))
    names = ["cost_before", "cost_after", "change", "volume", "mix", "price"]
    table = pd.DataFrame(rows, columns=[by, *(f"{name}_gbp" for name in names)])
    table[table.columns[1:]] = table[table.columns[1:]].astype("int64") / 100
    return table


def _groups(table: pd.DataFrame, by: str) -> dict[object, tuple[Fraction, int]]:
    """Hours and whole pence of each group."""
    groups = {}
    for name, rows in table.groupby(by, sort=False):
        hours = sum((Fraction(str(value)) for value in rows["hours"]), Fraction(0))
        pence = sum(round(Fraction(str(value)) * 100) for value in rows["cost_gbp"])
        if hours < 0 or (hours == 0 and pence != 0):
            raise ValueError(
                f"group {name!r} has {float(hours):g} hours and a cost of {pence / 100:.2f} "
                "pounds: without hours there is no price; correct the hours or leave it out"
            )
        groups[name] = (hours, pence)
    return groups


def _pence(value: Fraction) -> int:
    """Whole pence, halves away from zero."""
    rounded = int(abs(value) + Fraction(1, 2))
    return rounded if value >= 0 else -rounded
