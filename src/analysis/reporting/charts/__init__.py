"""The charts of the report: facts in, a whole ``figure`` element out.

Each takes facts or a table that has been through disclosure control and returns the caption, a
wide and a narrow drawing with one title and description, the source, and the numbers as a table.
Hidden and missing values are never drawn: lines break, and the symbol stands in their place.
"""

from analysis.reporting.charts.columns import paired_columns
from analysis.reporting.charts.forecast import fan_chart
from analysis.reporting.charts.intervals import change_intervals
from analysis.reporting.charts.lines import lines
from analysis.reporting.charts.parts import bars, waterfall
from analysis.reporting.charts.process import spc_chart
from analysis.reporting.charts.sparkline import sparkline

__all__ = [
    "bars",
    "change_intervals",
    "fan_chart",
    "lines",
    "paired_columns",
    "sparkline",
    "spc_chart",
    "waterfall",
]
