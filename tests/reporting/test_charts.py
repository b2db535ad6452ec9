"""Charts: what is drawn, what is never drawn, and that the same facts draw the same."""

import re
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.attribute_charts import p_prime
from analysis.methods.spc import xmr
from analysis.reporting import charts
from analysis.reporting.charts.axes import nice_ticks, spread
from analysis.reporting.facts import COLUMNS
from analysis.reporting.page_tree import read_tree

HOSTILE = "<script>alert(1)</script> & \"'$x$"
WORDS = {"figure_id": "trial", "title": "A message", "subtitle": "Visits, per cent", "source": "S"}


def facts_of_months(values, first="2023-01", name="visits", unit="%"):
    months = pd.period_range(first, periods=len(values), freq="M")
    rows = [
        dict.fromkeys(COLUMNS, "")
        | {
            "id": f"{name}.{month}",
            "label": f"Visits {month}",
            "value": value,
            "shown": "[c]" if value is None else f"{value:.1f}{unit}",
            "period": str(month),
            "lower": None if value is None else value - 1,
            "upper": None if value is None else value + 1,
            "suppressed": value is None,
        }
        for month, value in zip(months, values, strict=True)
    ]
    return pd.DataFrame(rows, dtype=object)


def chart_of(facts, raw=None, **rest):
    months = pd.PeriodIndex(facts["period"], freq="M").to_timestamp()
    values = facts["value"].astype(float).to_numpy() if raw is None else raw
    return charts.spc_chart(xmr(pd.Series(values, months)), facts, **WORDS, **rest)


def drawings(figure):
    """The wide and the narrow drawing as trees."""
    return [
        ElementTree.fromstring(svg) for svg in re.findall(r"<svg class=\"[wn]\".*?</svg>", figure)
    ]


def texts(drawing):
    return ["".join(text.itertext()) for text in drawing.iter("text")]


def toned(facts):
    return facts.iloc[:4].assign(tone=["part", "usual", "part", "total"])


def fan_of(facts):
    ahead = facts_of_months([80.0, 81.0], "2025-01", "ahead").assign(
        lower_80=79.0, upper_80=82.0, lower_95=78.0, upper_95=83.0
    )
    return charts.fan_chart(facts, ahead, **WORDS)


KINDS = {
    "pairs": lambda facts: charts.paired_columns(facts.iloc[12:18], facts.iloc[:12], **WORDS),
    "changes": lambda facts: charts.change_intervals(facts.iloc[:5], **WORDS),
    "process": lambda facts: chart_of(facts, target=85.0),
    "lines": lambda facts: charts.lines([("One", facts), ("Two", facts)], **WORDS),
    "fan": fan_of,
    "bars": lambda facts: charts.bars(toned(facts), **WORDS),
    "waterfall": lambda facts: charts.waterfall(toned(facts), **WORDS),
}
STEADY = [80.0 + (place * 7) % 5 for place in range(24)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_has_two_drawings_one_name_and_its_numbers_in_a_table(kind):
    values = list(STEADY)
    values[2] = None
    figure = KINDS[kind](facts_of_months(values))
    root, faults = read_tree(figure)
    assert faults == []
    assert [svg.attributes["class"] for svg in root.find("svg")] == ["w", "n"]
    assert len(root.find("title")) == len(root.find("desc")) == len(root.find("table")) == 1
    assert {svg.attributes["aria-labelledby"] for svg in root.find("svg")} == {
        "fig-trial-t fig-trial-d"
    }
    assert "style=" not in figure
    assert "clip-path" not in figure
    widths = [float(svg.attributes["viewbox"].split()[2]) for svg in root.find("svg")]
    assert widths[0] in (560, 720)
    assert widths[1] == 320


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_facts_draw_the_same_bytes(kind):
    facts = facts_of_months(STEADY)
    assert KINDS[kind](facts) == KINDS[kind](facts)


@pytest.mark.parametrize("kind", KINDS)
def test_each_marked_number_of_a_chart_is_the_text_of_its_fact(kind):
    facts = facts_of_months(STEADY)
    known = facts.set_index("id")["shown"].to_dict() | {
        "ahead.2025-01": "80.0%",
        "ahead.2025-02": "81.0%",
    }
    root, _ = read_tree(KINDS[kind](facts))
    marked = [part for part in root.walk() if "data-fact" in part.attributes]
    assert marked
    assert all(part.text() == known[part.attributes["data-fact"]] for part in marked)


def test_paired_columns_find_last_year_by_the_calendar():
    this = facts_of_months([110.0, 120.0], "2021-03", "this")
    last = facts_of_months([90.0, 100.0], "2020-02", "last")
    figure = charts.paired_columns(this, last, **WORDS)
    cells = [cell.text() for cell in read_tree(figure)[0].find("td")]
    assert cells == ["100.0%", "110.0%", "[x]", "120.0%"]


def test_columns_start_at_zero_and_are_as_high_as_their_values():
    figure = charts.paired_columns(
        facts_of_months([100.0], "2021-03"), facts_of_months([50.0], "2020-03", "last"), **WORDS
    )
    heights = []
    for classes in ("f-ctx", "f-blue"):
        path = re.search(rf'class="{classes}" d="([^"]+)"', figure)[1]
        down = [float(number) for number in re.findall(r"[\d.]+ ([\d.]+)", path)]
        heights.append(max(down) - min(down))
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)


def test_a_change_whose_interval_holds_zero_has_an_open_dot():
    changes = facts_of_months([0.5, 5.0])
    figure = charts.change_intervals(changes, **WORDS)
    assert figure.count('class="m-hol"') == figure.count('class="m-dot"') == 2
    assert "An open circle marks" in figure


def test_a_hidden_month_breaks_the_line_and_shows_its_symbol():
    values = list(STEADY)
    values[10] = None
    wide, narrow = drawings(chart_of(facts_of_months(values)))
    for drawing in (wide, narrow):
        assert "[c]" in texts(drawing)
        observed = [path for path in drawing.iter("path") if path.get("class") == "obs"]
        assert [path.get("d").count("L") + 1 for path in observed] == [10, 13]
        dots = [path.get("d") for path in drawing.iter("path") if path.get("class") == "dots"]
        assert [path.count("h0") for path in dots] == [23]


@pytest.mark.parametrize("place", [1, 12, 22])
def test_no_part_of_a_process_chart_depends_on_a_hidden_value_beyond_its_limits(place):
    values = list(STEADY)
    values[place] = None
    facts = facts_of_months(values)
    table = xmr(pd.Series(STEADY, pd.date_range("2023-01", periods=24, freq="MS")))
    told = [
        charts.spc_chart(table.assign(value=raw), facts, **WORDS)
        for raw in ([61.7 if month == place else v for month, v in enumerate(STEADY)], STEADY)
    ]
    assert told[0] == told[1]


def test_twelve_points_make_a_run_chart_without_limits_and_say_so():
    figure = chart_of(facts_of_months(STEADY[:12]))
    assert "Too few points for limits." in figure
    assert 'class="band lim"' not in figure
    assert "Not tested" in figure
    figure = chart_of(facts_of_months(STEADY[:13]))
    assert "Too few points" not in figure
    assert figure.count('class="band lim"') == 2


def test_a_newest_month_of_no_cases_keeps_the_limits_of_the_month_before():
    facts = facts_of_months([*STEADY[:23], None])
    months = pd.PeriodIndex(facts["period"], freq="M").to_timestamp()
    cases = pd.Series([100.0] * 23 + [0.0], months)
    met = pd.Series([*STEADY[:23], 0.0], months)
    table = p_prime(met, cases)
    assert table["mean"].notna().iloc[-1]
    assert table["lcl"].isna().iloc[-1]
    figure = charts.spc_chart(table, facts, **WORDS)
    limits = [f"{table[key].iloc[-2]:.1f}%" for key in ("lcl", "ucl")]
    assert f"limits {limits[0]} to {limits[1]}" in figure
    assert f"Upper limit {limits[1]}" in texts(drawings(figure)[0])


def test_a_chart_with_a_mean_and_no_limits_is_a_run_chart():
    facts = facts_of_months(STEADY)
    months = pd.PeriodIndex(facts["period"], freq="M").to_timestamp()
    table = xmr(pd.Series(STEADY, months)).assign(lcl=float("nan"), ucl=float("nan"))
    assert "Run chart without limits." in charts.spc_chart(table, facts, **WORDS)


def test_limits_restart_at_a_rebase_and_the_line_does_not_cross_it():
    facts = facts_of_months([80.0, 81.0] * 7 + [90.0, 91.0] * 7)
    months = pd.PeriodIndex(facts["period"], freq="M").to_timestamp()
    table = xmr(pd.Series(facts["value"].astype(float).to_numpy(), months), rebase=["2024-03-01"])
    figure = charts.spc_chart(table, facts, breaks=[("2024-03", "New system")], **WORDS)
    wide = drawings(figure)[0]
    assert len([path for path in wide.iter("path") if path.get("class") == "obs"]) == 2
    assert len([path for path in wide.iter("path") if path.get("class") == "mean"]) == 2
    assert "New system, March 2024" in texts(wide)
    assert "Mean 90.5%" in texts(wide)


def test_a_chart_in_words_counts_one_month_as_one():
    one = chart_of(facts_of_months(STEADY[:23] + [60.0]))
    assert "1 of 24 months is a signal;" in one
    assert "0 of 24 months are signals;" in chart_of(facts_of_months(STEADY))
    assert "1 month is drawn;" in chart_of(facts_of_months(STEADY[:1]))
    assert "12 months are drawn;" in chart_of(facts_of_months(STEADY[:12]))


def test_the_shape_of_a_point_tells_its_state():
    figure = chart_of(facts_of_months(STEADY[:23] + [60.0]))
    wide = drawings(figure)[0]
    diamonds = [path.get("d") for path in wide.iter("path") if path.get("class") == "m-con"]
    assert len(diamonds) == 1
    assert diamonds[0].count("L") == 3
    assert "Below the lower limit" in figure


def test_a_waterfall_places_each_part_where_the_one_before_ended():
    rows = facts_of_months([10.0, 5.0, -6.0, 9.0]).assign(tone=["part", "part", "usual", "total"])
    wide = drawings(charts.waterfall(rows, **WORDS))[0]
    bars = [p.get("d") for p in wide.iter("path") if p.get("class") in ("f-mid", "f-blue", "f-tot")]
    spans = []
    for bar in bars:
        across = [float(number) for number in re.findall(r"([\d.]+) [\d.]+", bar)]
        spans.append((min(across), max(across)))
    scale = (spans[0][1] - spans[0][0]) / 10
    zero = spans[0][0]
    assert [
        (round((low - zero) / scale, 1), round((high - zero) / scale, 1)) for low, high in spans
    ] == [(0, 10), (10, 15), (9, 15), (0, 9)]


def test_after_a_hidden_part_no_bar_is_placed_until_the_next_total():
    rows = facts_of_months([10.0, None, -6.0, 9.0]).assign(tone=["part", "part", "usual", "total"])
    wide = drawings(charts.waterfall(rows, **WORDS))[0]
    assert not [path for path in wide.iter("path") if path.get("class") == "f-blue"]
    assert len([path for path in wide.iter("path") if path.get("class") == "f-tot"]) == 1
    assert "[c]" in texts(wide)


def test_bars_that_cannot_be_placed_are_counted_in_the_description():
    rows = facts_of_months([10.0, None, -6.0, 9.0]).assign(tone=["part", "part", "usual", "total"])
    figure = charts.waterfall(rows, **WORDS)
    assert "Waterfall of 4 amounts, 1 not shown, 1 more without a bar, from" in figure
    assert "not shown" not in charts.waterfall(rows.dropna(subset="value"), **WORDS)


def test_hostile_words_are_text_in_every_part_of_a_chart():
    rows = facts_of_months([10.0, 9.0]).assign(tone=["part", "total"], label=HOSTILE)
    figure = charts.bars(
        rows, figure_id=HOSTILE, title=HOSTILE, subtitle=HOSTILE, source=HOSTILE, say=HOSTILE
    )
    assert "<script" not in figure
    assert HOSTILE in texts(drawings(figure)[0])


def test_five_lines_are_refused():
    facts = facts_of_months([1.0, 2.0])
    with pytest.raises(ValueError, match="one to four series; 5 were given"):
        charts.lines([(str(place), facts) for place in range(5)], **WORDS)


def test_a_sparkline_draws_no_point_of_a_hidden_month():
    drawn = charts.sparkline([80.0, None, 82.0, 81.0], "concern_low")
    assert drawn.count("<path") == 2
    assert drawn.count("L") == 4
    assert charts.sparkline([80.0, 81.0, None], "concern_low").count("<path") == 1
    assert 'aria-hidden="true"' in drawn


@given(
    wanted=st.lists(st.floats(0, 300), min_size=1, max_size=6),
    gap=st.floats(5, 20),
)
def test_labels_never_meet_and_keep_their_order(wanted, gap):
    placed = spread(wanted, gap, 0, 300)
    for rank, low in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        above = sorted(range(len(wanted)), key=wanted.__getitem__)[rank + 1 :]
        assert all(placed[high] - placed[low] >= gap - 1e-6 for high in above)
    assert min(placed) >= -1e-6


@given(low=st.floats(-1e6, 1e6), span=st.floats(0, 1e6))
def test_ticks_cover_the_values_and_are_few(low, span):
    ticks = nice_ticks(low, low + span)
    assert ticks[0] <= low + 1e-3
    assert ticks[-1] >= low + span - 1e-3
    assert 2 <= len(ticks) <= 7
