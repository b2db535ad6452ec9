"""Headings: which contract a sheet holds, and in which row its headings stand.

A sheet is known by its headings, not by its name. The name, or the file's, only decides between
contracts whose headings are all there.
"""

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.sources.amounts import heading_unit
from analysis.sources.contracts import Contract, load_contracts
from analysis.sources.months_across import below_months, months_across
from analysis.sources.wording import heading_key, plain

ROWS_SEARCHED = 30

Index = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Located:
    """The headings of one sheet under one contract.

    ``header`` and ``depth`` say which rows of the sheet hold them, ``columns`` which columns stand
    for a field (more than one is a doubled heading), ``factors`` the units that headings declare,
    ``months`` the columns of a wide return: its month, and the figure that it holds.
    """

    contract: Contract
    header: int
    columns: dict[str, list[int]]
    factors: dict[str, float] = field(default_factory=dict)
    depth: int = 1
    months: dict[int, tuple[dt.date, str]] = field(default_factory=dict)

    @property
    def positions(self) -> frozenset[int]:
        """Columns of the sheet that the contract explains."""
        found = {at for name, ats in self.columns.items() if name != "as_at" for at in ats}
        return frozenset(found | set(self.months))

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns that the sheet does not have."""
        absent = [name for name in self.contract.required if name not in self.columns]
        either = self.contract.either
        if either and not any(name in self.columns for name in either):
            absent.append(" or ".join(either))
        return tuple(absent)

    @property
    def complete(self) -> bool:
        """Whether the sheet can be used under the contract."""
        told = self.columns.keys() - {"paragraph"}  # a place in a paper, which any sheet may have
        return not self.missing and len(told) >= self.contract.minimum_fields


def heading_index(aliases: Mapping[str, Mapping[str, Sequence[str]]] | None = None) -> Index:
    """Every accepted heading -> the columns it can stand for.

    Parameters
    ----------
    aliases : mapping, optional
        An authority's own headings: contract -> column -> headings.
    """
    index: Index = {}
    for contract in load_contracts().values():
        own = (aliases or {}).get(contract.name, {})
        for column in contract.fields:
            more = [heading_key(text) for text in own.get(column.name, ())]
            for key in dict.fromkeys((*column.headings, *more)):
                for spelling in {key, key.replace(" ", "")}:
                    places = index.setdefault(spelling, [])
                    if (contract.name, column.name) not in places:
                        places.append((contract.name, column.name))
    return index


def _places(key: str, index: Index) -> list[tuple[str, str]]:
    """Columns of a heading; "ContactDate" is one too, its spaces left out."""
    return index.get(key) or index.get(key.replace(" ", ""), [])


def _stands_for(text: str, index: Index) -> list[tuple[str, str, float]]:
    """Columns that one heading can stand for, with the unit that it declares."""
    whole = heading_key(text)
    found = [(name, column, 1.0) for name, column in _places(whole, index)]
    key, factor = heading_unit(text)
    if key != whole:
        contracts = load_contracts()
        found += [
            (name, column, factor)
            for name, column in _places(key, index)
            if contracts[name].field(column).type == "money"
            and not any(seen[:2] == (name, column) for seen in found)
        ]
    return found


def _located_in(cells: Sequence, at: int, depth: int, index: Index) -> dict[str, Located]:
    columns: dict[str, dict[str, list[int]]] = {}
    factors: dict[str, dict[str, float]] = {}
    for position, cell in enumerate(cells):
        if not isinstance(cell, str) or not cell or len(cell) > 300:
            continue
        for name, column, factor in _stands_for(cell, index):
            columns.setdefault(name, {}).setdefault(column, []).append(position)
            if factor != 1.0:
                factors.setdefault(name, {})[column] = factor
    contracts = load_contracts()
    return {
        name: Located(contracts[name], at, _named_apart(found, cells), factors.get(name, {}), depth)
        for name, found in columns.items()
    }


def _named_apart(columns: dict[str, list[int]], cells: Sequence) -> dict[str, list[int]]:
    """Columns in which "Indicator" beside "Code" is the KPI's name; alone it is the code.

    Where a column of names stands there too, it is neither.
    """
    codes = columns.get("kpi_code", [])
    heads = {at: heading_key(cells[at]) for at in codes}
    names = [at for at in codes if heads[at] in ("indicator", "kpi")]
    if len(names) == len(codes):
        names = [at for at in names if heads[at] == "indicator"]
    if not 0 < len(names) < len(codes):
        return columns
    apart = columns | {"kpi_code": [at for at in codes if at not in names]}
    return apart if "kpi_name" in columns else apart | {"kpi_name": names}


def _wide(
    first: Sequence, second: Sequence, found: dict[str, Located], at: int
) -> dict[str, Located]:
    """The KPI return with months across, their figures beside or below them."""
    kpi = found.get("kpi_return")
    if kpi is None or "kpi_code" not in kpi.columns or "month" in kpi.columns:
        return {}
    months, depth = months_across(first), 1
    if below := below_months(first, second):
        months, depth = below, 2
    elif len(months) < (3 if "value_pct" in kpi.columns else 1):
        return {}
    columns = {name: [at for at in ats if at not in months] for name, ats in kpi.columns.items()}
    columns = {name: ats for name, ats in columns.items() if ats} | {"month": []}
    return {"kpi_return": Located(kpi.contract, at, columns, depth=depth, months=months)}


def two_rows(first: Sequence, second: Sequence) -> list[str]:
    """Headings that stand in two rows, one above the other."""
    width = max(len(first), len(second))
    top, below = (list(row) + [""] * (width - len(row)) for row in (first, second))
    return [
        f"{a} {b}".strip() if isinstance(a, str) and isinstance(b, str) else ""
        for a, b in zip(top, below, strict=True)
    ]


def _keep_better(best: dict[str, Located], found: Iterable[Located]) -> None:
    for one in found:
        before = best.get(one.contract.name)
        if before is None or (
            (len(one.missing), -len(one.columns)) < (len(before.missing), -len(before.columns))
        ):
            best[one.contract.name] = one


def locate(rows: Sequence[Sequence], index: Index) -> dict[str, Located]:
    """For each contract that shares a heading with the sheet, its best row of headings."""
    best: dict[str, Located] = {}
    for at, cells in enumerate(rows[:ROWS_SEARCHED]):
        found = _located_in(cells, at, 1, index)
        below = rows[at + 1] if at + 1 < len(rows) else []
        wide = _wide(cells, below, found or _located_in(below, at, 1, index), at)
        _keep_better(best, (found | wide).values())
    if not any(one.complete for one in best.values()):
        for at in range(min(len(rows), ROWS_SEARCHED) - 1):
            cells = two_rows(rows[at], rows[at + 1])
            found = _located_in(cells, at, 2, index).values()
            _keep_better(best, (one for one in found if one.complete))
    return best


def named_like(name: str, contract: Contract) -> bool:
    """Whether the name of a sheet or file is one under which a contract's sheet goes."""
    key = heading_key(name)
    return key in {heading_key(text) for text in (contract.name, contract.title, *contract.sheets)}


def matching(best: Mapping[str, Located], sheet: str, file: str) -> list[Located]:
    """Contracts that the sheet holds: one is plain, none and several are for the reader to say.

    Of contracts whose headings are all there, one that explains only some of the columns that
    another explains gives way to it.
    """
    complete = [one for one in best.values() if one.complete]
    left = [
        one for one in complete if not any(one.positions < other.positions for other in complete)
    ]
    for name in (sheet, file):
        named = [one for one in left if named_like(name, one.contract)]
        if len(left) > 1 and len(named) == 1:
            return named
    return left


def nearest(best: Mapping[str, Located]) -> Located | None:
    """The incomplete contract that a sheet comes nearest to, if it comes near to any."""
    near = [
        one
        for one in best.values()
        if len(one.columns) >= 2 and any(name in one.columns for name in one.contract.required)
    ]
    return max(near, key=lambda one: (-len(one.missing), len(one.columns)), default=None)


def close_headings(cells: Sequence, contract: Contract, missing: Iterable[str]) -> list[str]:
    """Headings of the sheet that may be a missing column, misspelt: ``'Contct date'``."""
    texts = {heading_key(cell): plain(cell) for cell in cells if isinstance(cell, str) and cell}
    wanted = [
        key
        for name in missing
        for part in name.split(" or ")
        for key in contract.field(part).headings
    ]
    close = {
        texts[key]
        for want in wanted
        for key in difflib.get_close_matches(want, texts, n=1, cutoff=0.75)
    }
    return sorted(close)


def headings_in_words(cells: Sequence) -> str:
    """Headings of a sheet that is not known, those only that have a word of a known heading.

    The row may be somebody's record, so nothing else of it is said.

    Examples
    --------
    >>> headings_in_words(["Child Ref", "Contact Recvd", "Hazlett", 4])
    "'Child Ref', 'Contact Recvd'"
    """
    known = {word for key in heading_index() for word in key.split()}
    texts = [plain(cell) for cell in cells if isinstance(cell, str)]
    shown = [text for text in texts if known & set(heading_key(text).split())]
    return ", ".join(repr(text) for text in shown[:12])
