"""Published figures to set beside an authority's own: England, region, neighbours, the authority.

``analysis benchmarks FILE...`` reads the Department for Education's files as downloaded and writes
data/raw/benchmarks.xlsx; a run only reads that workbook, so it needs no internet. Every row says
what its period is and when it ends: a year of the workforce census ends in September, a year of
the children in need census in March, and nothing is joined on a bare year.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from analysis.sources.benchmark_files import BenchmarkError, read_published
from analysis.sources.preflight import inspect

DERBY = "E06000015"
SHEET = "Benchmarks"
COLUMNS = [
    "measure", "area", "area_name", "la_code", "region", "period_type", "period_label",
    "period_end", "value", "unit", "numerator", "denominator", "areas", "symbol", "source",
    "source_file", "release_date", "licence",
]  # fmt: skip
NUMBERS = ("value", "numerator", "denominator", "areas")
REMEDY = "put the project's own file back, make it anew with analysis benchmarks, or take it away"
AREAS = ("England", "Region", "Neighbour median", "Authority")


def load_benchmarks(path: Path | str = "data/raw/benchmarks.xlsx") -> pd.DataFrame:
    """Read the carried figures.

    Parameters
    ----------
    path : Path or str
        The workbook that ``write_benchmarks`` wrote.

    Returns
    -------
    DataFrame
        One row a measure, area and period: ``measure``, ``area`` (England, Region, Neighbour
        median, Authority), ``area_name``, ``la_code`` (of the authority that the neighbours are
        those of, else of the area), ``region`` (of an authority), ``period_type`` ("year to
        31 March", "at 30 September" ...),
        ``period_label``, ``period_end``, ``value`` (missing where ``symbol`` holds the
        Department's symbol, such as c, suppressed), ``unit``, ``numerator``, ``denominator``,
        ``areas`` (authorities behind a median), ``source``, ``source_file``, ``release_date``
        ("not given" where the file does not say), ``licence``. Empty where there is no file.

    Raises
    ------
    BenchmarkError
        When the workbook cannot be opened, or lacks its sheet or a column.

    Examples
    --------
    >>> load_benchmarks("no such folder/benchmarks.xlsx").empty
    True
    """
    path = Path(path)
    if not path.exists():
        return pd.DataFrame(columns=COLUMNS)
    from python_calamine import CalamineError

    for problem in inspect(path, path.name).problems:
        if problem.severity == "error":
            raise BenchmarkError(f"{path.name}: {problem.message.split(';')[0]}; {REMEDY}")
    text = ["area_name", "la_code", "symbol", "release_date"]
    try:
        table = pd.read_excel(
            path, sheet_name=SHEET, engine="calamine", dtype=dict.fromkeys(text, "str"),
            keep_default_na=False, na_values=[""],
        )  # fmt: skip
    except (CalamineError, ValueError, OSError) as error:
        raise BenchmarkError(
            f"{path.name} cannot be read ({type(error).__name__}); {REMEDY}"
        ) from error
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise BenchmarkError(
            f"{path.name}, sheet {SHEET}: columns {', '.join(missing)} are missing; write it again "
            "with: analysis benchmarks FILE ..."
        )
    typed = {name: _typed(table, name, path.name) for name in (*NUMBERS, "period_end")}
    return table.assign(**typed)[COLUMNS]


def _typed(table: pd.DataFrame, name: str, file: str) -> pd.Series:
    """A column as numbers, or as days.

    Raises
    ------
    BenchmarkError
        When a cell is neither; the message names its row.
    """
    given = table[name]
    if name in NUMBERS:
        typed = pd.to_numeric(given, errors="coerce")
    else:
        typed = pd.to_datetime(given, errors="coerce", format="mixed").astype("datetime64[us]")
    wrong = given.notna() & typed.isna()
    if wrong.any():
        kind = "number" if name in NUMBERS else "day"
        raise BenchmarkError(
            f"{file}, sheet {SHEET}, row {int(wrong.idxmax()) + 2}: {name} is no {kind}; {REMEDY}"
        )
    return typed


def write_benchmarks(
    files: Iterable[Path | str], out: Path | str, la_codes: Sequence[str] = (DERBY,)
) -> pd.DataFrame:
    """Read the Department's files and write the workbook of carried figures.

    Carried are England, every region, and, for each authority named, its own figures and the
    median of its ten statistical neighbours.

    Parameters
    ----------
    files : iterable of Path
        The files as downloaded: workforce, C1, D3, D5, looked after, placement stability; the
        interactive tool's long file together with its data dictionary; the neighbours.
    out : Path
        Where the workbook is written, e.g. data/raw/benchmarks.xlsx.
    la_codes : sequence of str, default Derby's
        Authorities (codes like E06000015).

    Returns
    -------
    DataFrame
        What was written.

    Raises
    ------
    BenchmarkError
        When a file is none that is known, two files hold the same table, or no file has figures.
    """
    published, neighbours = read_published([Path(file) for file in files])
    table = chosen_areas(published, neighbours, la_codes)
    _write(table, Path(out))
    return table


def chosen_areas(
    published: pd.DataFrame, neighbours: pd.DataFrame, la_codes: Sequence[str]
) -> pd.DataFrame:
    """Keep England, the regions and the authorities named, and add the neighbours' medians.

    Parameters
    ----------
    published : DataFrame
        One row a measure, area and period, every authority, from ``read_published``.
    neighbours : DataFrame
        One row an authority and neighbour: ``old_la_code``, ``neighbour`` (old codes), ``model``.
    la_codes : sequence of str
        Codes of the authorities to keep.

    Returns
    -------
    DataFrame
        As ``load_benchmarks``.

    Examples
    --------
    >>> published = pd.DataFrame({"measure": "agency_rate_dfe", "la_code": ["E1", "E2", "E3"],
    ...     "old_la_code": ["1", "2", "3"], "area": "Authority", "area_name": ["A", "B", "C"],
    ...     "period_end": pd.Timestamp("2021-09-30"), "period_type": "at 30 September",
    ...     "value": [12.0, 10.0, 20.0]})
    >>> neighbours = pd.DataFrame({"old_la_code": ["1", "1"], "neighbour": ["2", "3"],
    ...                            "model": "2025 model"})
    >>> table = chosen_areas(published, neighbours, ["E1"])
    >>> table[["area", "value", "areas"]].fillna(0).values.tolist()
    [['Neighbour median', 15.0, 2.0], ['Authority', 12.0, 0.0]]
    """
    ours = published["la_code"].isin(la_codes) & (published["area"] == "Authority")
    unknown = sorted(set(la_codes) - set(published.loc[ours, "la_code"]))
    if unknown:
        raise BenchmarkError(f"no published figures for authority {', '.join(unknown)}")
    kept = [published[published["area"].isin(["England", "Region"]) | ours]]
    codes = published.loc[ours, ["la_code", "old_la_code"]].drop_duplicates()
    for la_code, old in codes.itertuples(index=False):
        kept.append(
            _neighbour_median(published, neighbours[neighbours["old_la_code"] == old], la_code)
        )
    filled = [part for part in kept if len(part)]
    table = pd.concat(filled, ignore_index=True).reindex(columns=COLUMNS)
    order = table["area"].map({area: place for place, area in enumerate(AREAS)})
    table = table.assign(order=order).sort_values(
        ["measure", "period_end", "order", "area_name"], kind="stable", ignore_index=True
    )
    return table.drop(columns="order")


def compare(
    benchmarks: pd.DataFrame,
    measure: str,
    la_code: str,
    period: str | pd.Period,
    *,
    region: str | None = None,
    until: str | pd.Period | None = None,
    every_year: bool = False,
) -> pd.DataFrame:
    """England, region, neighbour median and the authority's own published figure of a measure.

    Parameters
    ----------
    benchmarks : DataFrame
        From ``load_benchmarks``.
    measure : str
        A measure, e.g. "agency_rate_dfe".
    la_code : str
        The authority's code.
    period : str or Period
        The month that the report ends with: no published period that ends later is used.
    region : str, optional
        The name of its region; default the region of the authority's own published rows.
    until : str or Period, optional
        A later month up to which published periods may end, where a page says so.
    every_year : bool, default False
        All periods, for a series; else the latest that England has.

    Returns
    -------
    DataFrame
        One row an area and period, in the order of time and then England, region, neighbours,
        authority: the columns of ``load_benchmarks`` and ``note`` (a symbol in words; an area
        without a figure of the period; that the figure is of another period than the report).
        Empty where the measure has no published figure.

    Examples
    --------
    >>> table = pd.DataFrame({"measure": "agency_rate_dfe", "area": ["England", "Authority"],
    ...     "area_name": ["England", "Derby"], "la_code": ["E92000001", "E06000015"],
    ...     "region": ["", "East Midlands"], "period_end": pd.Timestamp("2020-09-30"),
    ...     "period_label": "30 September 2020", "value": [15.4, 6.5], "symbol": ""})
    >>> rows = compare(table, "agency_rate_dfe", "E06000015", "2021-08")
    >>> rows[["area", "value"]].values.tolist()
    [['England', 15.4], ['Authority', 6.5]]
    """
    last = pd.Period(until or period, "M").end_time
    area, ends = benchmarks["area"], benchmarks["period_end"]
    asked = (benchmarks["measure"] == measure) & (ends <= last)
    ours, england = benchmarks["la_code"] == la_code, asked & (area == "England")
    own = benchmarks.loc[asked & ours & (area == "Authority"), "region"]
    name = region or (own.iloc[-1] if len(own) else None)
    of_region = (area == "Region") & (benchmarks["area_name"] == name)
    of_authority = area.isin(["Neighbour median", "Authority"]) & ours
    shown = england | (asked & (of_region | of_authority))
    rows = benchmarks[shown if every_year else shown & (ends == ends[england].max())]
    end = pd.Period(period, "M").end_time.normalize()
    months = (end.year - rows["period_end"].dt.year) * 12 + end.month - rows["period_end"].dt.month
    note = rows["symbol"].map(_SYMBOLS).fillna("").astype("str")
    apart = [_apart(label, n) for label, n in zip(rows["period_label"], months, strict=True)]
    joined = [f"{said}; {far}" if said else far for said, far in zip(note, apart, strict=True)]
    return rows.assign(note=joined).reset_index(drop=True)


_SYMBOLS = {
    "c": "suppressed by the Department to protect confidentiality",
    "x": "not available",
    "z": "not applicable",
    "u": "of low reliability and not published",
    "low": "rounds to 0",
    ":": "not available",
    "-": "not published by the source",
}


def _apart(label: str, months: int) -> str:
    """Say how far the published period lies from the report's."""
    if months == 0:
        return f"published for {label}"
    far = f"{abs(months)} month{'s' if abs(months) != 1 else ''}"
    return f"published for {label}, {far} {'before' if months > 0 else 'after'} this report's month"


def _neighbour_median(
    published: pd.DataFrame, neighbours: pd.DataFrame, la_code: str
) -> pd.DataFrame:
    """Median of the neighbours that have a figure, with their number."""
    if neighbours.empty:
        return pd.DataFrame(columns=COLUMNS)
    rows = published[published["old_la_code"].isin(neighbours["neighbour"])]
    rows = rows[rows["area"] == "Authority"]
    keys = [name for name in _SAME_FOR_ALL if name in rows.columns]
    groups = rows.groupby(keys, dropna=False)["value"]
    table = groups.agg(value="median", areas="count").reset_index()
    name = f"Median of {len(neighbours)} statistical neighbours ({neighbours['model'].iloc[0]})"
    return table[table["areas"] > 0].assign(
        area="Neighbour median", area_name=name, la_code=la_code, symbol=""
    )


_SAME_FOR_ALL = [
    "measure", "period_type", "period_label", "period_end", "unit", "source", "source_file",
    "release_date", "licence",
]  # fmt: skip


def _write(table: pd.DataFrame, out: Path) -> None:
    """Write the workbook: the figures, and a sheet that says what they are."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(COLUMNS)
    dated = table.assign(period_end=table["period_end"].dt.strftime("%Y-%m-%d"))
    for row in dated.astype(object).itertuples(index=False):
        sheet.append([None if pd.isna(value) or value == "" else value for value in row])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for place, name in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = max(12, len(name) + 2)
    about = book.create_sheet("About")
    for line in _ABOUT:
        about.append([line])
    for source, file in table[["source", "source_file"]].drop_duplicates().itertuples(index=False):
        about.append([source, file])
    about.column_dimensions["A"].width = 90
    out.parent.mkdir(parents=True, exist_ok=True)
    book.save(out)


_ABOUT = [
    "Published figures of the Department for Education, carried for comparison.",
    "Crown copyright, released under the Open Government Licence v3.0.",
    "Written by: analysis benchmarks FILE ... from the files as downloaded; not typed by hand.",
    "The neighbours' medians are computed here over the neighbours that have a figure.",
    "Published figures are revised: the release date is the source's where the file gives one.",
    "Sources and files:",
]
