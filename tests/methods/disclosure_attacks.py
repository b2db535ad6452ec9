"""Random tables of counts, and attacks on what was published of them.

The attacks share no code with the method: they build the sums from the labels themselves, and
look for the least and greatest value of each hidden cell by linear programming or by trying
every filling.
"""

import itertools

import numpy as np
import pandas as pd
from scipy.optimize import linprog

TEAMS = {"Team 1": "Service A", "Team 2": "Service A", "Team 3": "Service A",
         "Team 4": "Service B", "Team 5": "Service B"}  # fmt: skip


def random_counts(seed, *shape, zeros=0.1, centre=1.6, spread=1.1):
    """Make log-normal counts, some of them zero."""
    generator = np.random.default_rng(seed)
    counts = np.floor(np.exp(generator.normal(centre, spread, shape))).astype(int)
    return np.where(generator.random(shape) < zeros, 0, counts)


def with_margins(body, rows="team", columns="category", labels=None):
    frame = pd.DataFrame(
        body,
        index=pd.Index(labels or [f"{rows} {i}" for i in range(len(body))], name=rows),
        columns=pd.Index([f"{columns} {j}" for j in range(body.shape[1])], name=columns),
    )
    frame["Total"] = frame.sum(axis=1)
    frame.loc["Total"] = frame.sum()
    return frame


def one_way(seed):
    counts = random_counts(seed, 3 + seed % 6)
    table = pd.Series(counts, index=pd.Index([f"team {i}" for i in range(len(counts))]))
    table.loc["Total"] = counts.sum()
    return {"one-way": table}


def two_way(seed, shape=None):
    return {"two-way": with_margins(random_counts(seed, *(shape or (2 + seed % 5, 2 + seed % 4))))}


def hierarchy(seed):
    body = random_counts(seed, len(TEAMS), 3 + seed % 2)
    frame = with_margins(body, labels=list(TEAMS))
    for service in ("Service A", "Service B"):
        teams = [team for team, parent in TEAMS.items() if parent == service]
        frame.loc[service] = frame.loc[teams].sum()
    return {"hierarchy": frame}


def linked(seed):
    cube = random_counts(seed, 4, 3, 3, centre=1.0)
    return {
        "by category": with_margins(cube.sum(axis=2)),
        "by age": with_margins(cube.sum(axis=1), columns="age"),
        "category by age": with_margins(cube.sum(axis=0), rows="category", columns="age"),
        "by team": with_margins(cube.sum(axis=2))["Total"].rename("children"),
    }


def outsider_view(tables, published, parents=None):
    """List the cells once as (truth, shown or None), and every sum as (total, parts)."""
    truth, shown, sums = {}, {}, []
    for name, table in tables.items():
        frame = table.to_frame("Total") if isinstance(table, pd.Series) else table
        view = published[name]
        view = view.to_frame("Total") if isinstance(view, pd.Series) else view

        def key(row, column, frame=frame):
            pairs = {(frame.index.name, row), (frame.columns.name, column)}
            return frozenset(pair for pair in pairs if pair[1] != "Total")

        for row, column in itertools.product(frame.index, frame.columns):
            truth[key(row, column)] = frame.loc[row, column]
            cell = view.loc[row, column]
            shown[key(row, column)] = None if cell == "[c]" else float(cell)
        for above in {(parents or {}).get(row, "Total") for row in frame.index if row != "Total"}:
            below = [
                row for row in frame.index
                if row != "Total" and (parents or {}).get(row, "Total") == above
            ]  # fmt: skip
            sums += [(key(above, c), [key(row, c) for row in below]) for c in frame.columns]
        others = [column for column in frame.columns if column != "Total"]
        if others:
            sums += [(key(r, "Total"), [key(r, c) for c in others]) for r in frame.index]
    return truth, shown, sums


def ranges_by_linear_programming(truth, shown, sums):
    """Give the least and greatest value of each hidden count of 1 to 5."""
    names = [name for name, value in shown.items() if value is None]
    place = {name: position for position, name in enumerate(names)}
    matrix, constants = np.zeros((len(sums), len(names))), np.zeros(len(sums))
    for row, (total, parts) in enumerate(sums):
        for name, sign in [(total, 1.0), *((part, -1.0) for part in parts)]:
            if name in place:
                matrix[row, place[name]] += sign
            else:
                constants[row] -= sign * shown[name]
    # the strictest reader: told which hidden cells are true zeros
    bounds = [(min(1, truth[name]), None) for name in names]
    found = {}
    for name in names:
        if not 1 <= truth[name] <= 5:
            continue
        aim = np.zeros(len(names))
        aim[place[name]] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            result = linprog(sign * aim, A_eq=matrix, b_eq=constants, bounds=bounds)
            assert result.status in (0, 3), result.message
            ends.append(sign * result.fun if result.status == 0 else np.inf)
        found[name] = (ends[0], ends[1])
    return found


def values_by_enumeration(truth, shown, sums, most=14):
    """Try every filling of the hidden cells (up to ``most``); give the values each can have."""
    names = [name for name, value in shown.items() if value is None]
    found = {name: set() for name in names}

    def check(filling):
        cells = {**shown, **filling}
        return all(cells[total] == sum(cells[part] for part in parts) for total, parts in sums)

    body = [name for name in names if not any(name == total for total, _ in sums)]
    margins = [name for name in names if name not in body]
    ways = {total: parts for total, parts in reversed(sums) if total in margins}
    sizes_of = [range(min(1, int(truth[name])), most + 1) for name in body]
    for sizes in itertools.product(*sizes_of):
        filling = dict(zip(body, sizes, strict=True))
        for margin in sorted(margins, key=len, reverse=True):
            cells = {**shown, **filling}
            filling[margin] = sum(cells[part] for part in ways[margin])
        if check(filling):
            for name, value in filling.items():
                found[name].add(value)
    return {name: values for name, values in found.items() if 1 <= truth[name] <= 5}
