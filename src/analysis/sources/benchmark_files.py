"""The Department for Education's public files, as downloaded, as one long table.

A file is recognised by its headings (benchmarks.toml), whatever its name. Headings drift between
releases, so each has a list of aliases. The Department's symbols stay symbols, never numbers.
"""

import tomllib
from pathlib import Path

import pandas as pd

_DECLARED = Path(__file__).with_name("benchmarks.toml")
_YEAR_ENDS = {"march": "03-31", "september": "09-30"}
_END_WORDS = {"march": "31 March", "september": "30 September"}
_LAIT_HEADINGS = {"short desc", "data item", "years", "la and regions", "values", "la number"}
_DICTIONARY_HEADINGS = {"measure_short", "last update", "year_type"}
_AREAS = {"National": "England", "Regional": "Region", "Local authority": "Authority"}
_SYMBOLS = {"c", "x", "z", "u", "low", ":", "-", "."}
NOT_GIVEN = "not given"


class BenchmarkError(Exception):
    """A public file that cannot be used, with what was seen and what to do."""


def read_published(files: list[Path]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the public files into one table of figures and one of neighbours.

    Parameters
    ----------
    files : list of Path
        csv and parquet files as downloaded, in any order.

    Returns
    -------
    tuple of DataFrame
        The figures: one row a measure, area and period, with ``old_la_code`` and the columns of
        ``benchmarks.load_benchmarks``. The neighbours: ``old_la_code``, ``neighbour``, ``model``;
        of several models the newest.

    Raises
    ------
    BenchmarkError
        When a file is none that is known, holds a table that another already holds, or when the
        interactive tool's long file comes without its data dictionary.
    """
    declared = tomllib.loads(_DECLARED.read_text(encoding="utf-8"))
    licence = declared.pop("licence")
    tables = {path: _read(path) for path in files}
    kinds = {path: _kind(table, declared, path) for path, table in tables.items()}
    _check_once(kinds)
    by_kind = {kind: path for path, kind in kinds.items()}
    parts = [
        _figures(tables[by_kind[kind]], declared[kind], by_kind[kind].name)
        for kind in declared
        if kind in by_kind and kind != "lait"
    ]
    if not parts:
        raise BenchmarkError("none of the files holds published figures with authority codes")
    if "lait" in by_kind:
        if "dictionary" not in by_kind:
            raise BenchmarkError(
                f"{by_kind['lait'].name}: the interactive tool's data dictionary is needed too; "
                "name it in the same command"
            )
        codes = pd.concat(parts)[["old_la_code", "la_code", "area", "area_name", "region"]]
        dictionary = tables[by_kind["dictionary"]]
        parts.append(
            _lait(
                tables[by_kind["lait"]], dictionary, declared["lait"], codes, by_kind["lait"].name
            )
        )
    figures = pd.concat(parts, ignore_index=True).assign(licence=licence)
    keys = ["measure", "la_code", "period_end"]
    figures = figures.drop_duplicates(keys, keep="first", ignore_index=True)
    models = [_neighbours(tables[by_kind[kind]]) for kind in _MODELS if kind in by_kind]
    empty = pd.DataFrame(columns=["old_la_code", "neighbour", "model"])
    return figures, models[0] if models else empty


_MODELS = ("neighbours 2025 model", "neighbours")


def _read(path: Path) -> pd.DataFrame:
    """Read a file as text with its headings in lower case."""
    if not path.exists():
        raise BenchmarkError(f"{path.name}: no such file")
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
    elif path.suffix == ".csv":
        table = pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False)
    else:
        raise BenchmarkError(f"{path.name}: only csv and parquet files are read")
    return table.rename(columns=lambda name: str(name).strip().lower())


def _kind(table: pd.DataFrame, declared: dict, path: Path) -> str:
    """Recognise a file by its headings."""
    headings = set(table.columns)
    if headings >= _LAIT_HEADINGS:
        return "lait"
    if headings >= _DICTIONARY_HEADINGS:
        return "dictionary"
    if {"old_la_code", "sn_1", "sn_10"} <= headings:
        return "neighbours 2025 model"
    if {"la num", "sn1", "sn10"} <= headings:
        return "neighbours"
    for kind, entry in declared.items():
        if kind == "lait":
            continue
        renamed = set(_with_own_names(table, entry).columns)
        asked = {measure["value"] for measure in entry["measures"]}
        asked |= {name for measure in entry["measures"] for name in measure.get("where", {})}
        if asked <= renamed and {"time_period", "geographic_level"} <= renamed:
            return kind
    raise BenchmarkError(
        f"{path.name}: its headings are those of no known file of the Department; its first "
        f"headings are {', '.join(list(table.columns)[:6])}; known are {', '.join(declared)}, the "
        "interactive tool's data dictionary and the statistical neighbours"
    )


def _check_once(kinds: dict[Path, str]) -> None:
    """Refuse two files of one kind: which is newer cannot be seen in them."""
    for kind in set(kinds.values()):
        names = [path.name for path, other in kinds.items() if other == kind]
        if len(names) > 1:
            raise BenchmarkError(f"{' and '.join(names)} both hold {kind}: name only the newer one")


def _with_own_names(table: pd.DataFrame, entry: dict) -> pd.DataFrame:
    """Rename the headings of other releases to those declared."""
    names = {}
    for own, aliases in entry.get("aliases", {}).items():
        seen = next((alias for alias in aliases if alias in table.columns), None)
        if own not in table.columns and seen is not None:
            names[seen] = own
    return table.rename(columns=names)


def _figures(table: pd.DataFrame, entry: dict, file: str) -> pd.DataFrame:
    """Long figures of one file of the Department."""
    table = _with_own_names(table, entry)
    year_ends = entry["year_ends"]
    parts = []
    for measure in entry["measures"]:
        rows = table
        for column, value in measure.get("where", {}).items():
            rows = rows[rows[column] == value]
        parts.append(_one_measure(rows, measure, year_ends))
    return pd.concat(parts, ignore_index=True).assign(
        source=entry["source"], source_file=file, release_date=NOT_GIVEN
    )


def _one_measure(rows: pd.DataFrame, measure: dict, year_ends: str) -> pd.DataFrame:
    """Figures of one measure: area, period, value or symbol."""
    area = rows["geographic_level"].map(_AREAS)
    code = rows["new_la_code"].where(area == "Authority", rows["region_code"])
    name = rows["la_name"].where(area == "Authority", rows["region_name"])
    end = pd.to_datetime(rows["time_period"].str[:4] + "-" + _YEAR_ENDS[year_ends])
    raw = rows[measure["value"]].str.strip()
    return pd.DataFrame(
        {
            "measure": measure["measure"],
            "area": area,
            "area_name": name.where(area != "England", "England"),
            "la_code": code.where(area != "England", rows["country_code"]),
            "old_la_code": rows["old_la_code"].where(area == "Authority", ""),
            "region": rows["region_name"].where(area == "Authority", ""),
            **_period(end, measure["period"], year_ends),
            "value": _number(raw),
            "symbol": raw.where(raw.isin(_SYMBOLS), ""),
            "unit": measure["unit"],
            "numerator": _number(rows.get(measure.get("numerator"))),
            "denominator": _number(rows.get(measure.get("denominator"))),
        }
    )


def _lait(
    table: pd.DataFrame, dictionary: pd.DataFrame, entry: dict, codes: pd.DataFrame, file: str
) -> pd.DataFrame:
    """Long figures of the interactive tool, by the short names of its data dictionary."""
    known = dictionary.drop_duplicates("measure_short").set_index("measure_short")
    old = codes[codes["old_la_code"] != ""].drop_duplicates("old_la_code").set_index("old_la_code")
    wide = codes[codes["old_la_code"] == ""].drop_duplicates("area_name")
    by_name = wide.set_index(wide["area_name"].str.lower())
    parts = []
    for measure, how in entry["measures"].items():
        if how["short"] not in known.index:
            raise BenchmarkError(
                f"the interactive tool's data dictionary no longer holds {how['short']!r}: correct "
                "the short name in src/analysis/sources/benchmarks.toml"
            )
        rows = table[table["short desc"] == how["short"]]
        number = rows["la number"].astype("Int64").astype("str").fillna("")
        name = rows["la and regions"].str.strip().str.lower()
        code = number.map(old["la_code"]).fillna(name.map(by_name["la_code"]))
        area = number.map(old["area"]).fillna(name.map(by_name["area"]))
        full = number.map(old["area_name"]).fillna(name.map(by_name["area_name"]))
        year = rows["years"].str.extract(r"^(\d{4})(?:-(\d{2}))?")
        last = year[0].where(year[1].isna(), year[0].str[:2] + year[1])
        raw = rows["values"].astype("str").str.strip()
        part = pd.DataFrame(
            {
                "measure": measure,
                "area": area,
                "area_name": full,
                "la_code": code,
                "old_la_code": number.where(area == "Authority", ""),
                "region": number.map(old["region"]).fillna(""),
                **_period(pd.to_datetime(last + "-03-31"), how["period"], "march"),
                "value": _number(raw),
                "symbol": raw.where(raw.isin(_SYMBOLS), ""),
                "unit": how["unit"],
                "release_date": _release(known["last update"][how["short"]]),
            }
        )
        parts.append(part[part["la_code"].notna()])
    return pd.concat(parts, ignore_index=True).assign(source=entry["source"], source_file=file)


def _period(end: pd.Series, kind: str, year_ends: str) -> dict[str, object]:
    """Type, label and last day of a published period."""
    words = _END_WORDS[year_ends]
    year = end.dt.year.astype("str")
    if kind == "at":
        return {
            "period_type": f"at {words}", "period_label": words + " " + year, "period_end": end,
        }  # fmt: skip
    if year_ends == "march":
        before = (end.dt.year - 1).astype("str")
        label = before + "-" + year.str[2:]
    else:
        label = "year to " + words + " " + year
    return {"period_type": f"year to {words}", "period_label": label, "period_end": end}


def _number(column: pd.Series | None) -> pd.Series | float:
    """Numbers of a text column; symbols and blanks are missing, and dust of floats is wiped off."""
    if column is None:
        return float("nan")
    return pd.to_numeric(column, errors="coerce").astype("float64").round(6)


def _release(text: str) -> str:
    """Date of last update: the dictionary holds Excel's day numbers, or words."""
    number = pd.to_numeric(text, errors="coerce")
    if pd.isna(number):
        return NOT_GIVEN
    return f"{pd.Timestamp('1899-12-30') + pd.Timedelta(days=int(number)):%Y-%m-%d}"


def _neighbours(table: pd.DataFrame) -> pd.DataFrame:
    """Ten statistical neighbours of each authority, by the old codes that the model uses."""
    newer = "sn_1" in table.columns
    code = "old_la_code" if newer else "la num"
    places = [f"sn_{n}" if newer else f"sn{n}" for n in range(1, 11)]
    long = table.melt(id_vars=code, value_vars=places, value_name="neighbour")
    model = "2025 model" if newer else "2021 model"
    long = long.rename(columns={code: "old_la_code"})[["old_la_code", "neighbour"]]
    return long.apply(lambda column: column.str.strip()).assign(model=model)
