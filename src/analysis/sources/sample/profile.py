"""authority.toml of Exampleshire: what is true of it for every report."""

import pandas as pd

from analysis.sources.sample.effects import Effects
from analysis.sources.sample.headings import SHEETS
from analysis.sources.sample.span import Span

NAME = "Exampleshire (synthetic)"
CHILDREN = {
    2017: 58_300, 2018: 58_700, 2019: 59_000, 2020: 59_000, 2021: 59_900, 2022: 60_800,
    2023: 61_500, 2024: 62_100, 2025: 62_600,
}  # fmt: skip
# Measure: targets in force, each with the months before the last month from which it holds.
TARGETS = {
    "contact_decisions_in_1_working_day": ((47, 90), (16, 95)),
    "referral_decisions_in_1_working_day": ((47, 90),),
    "assessments_in_45_working_days": ((47, 85),),
    "icpc_in_15_working_days": ((47, 85),),
    "cp_reviews_in_timescale": ((47, 95),),
    "cp_visits_in_timescale": ((47, 90),),
    "cla_reviews_in_timescale": ((47, 95),),
    "cla_visits_in_timescale": ((47, 95), (28, 90)),
    "re_referrals_in_12_months": ((47, 22),),
}
PINNED = ("contacts", "referrals", "assessments", "section47")
FILES = (
    "case_management.xlsx", "kpi_return.xlsx", "workforce.xlsx", "budget_monitoring.xlsx",
    "oversight.xlsx", "notes.xlsx", "annex_a.xlsx",
)  # fmt: skip


def authority_toml(span: Span, planted: Effects, size: float) -> str:
    """Return the text of authority.toml: name, population, dates, targets, rebase log, pins."""
    lines = [
        "# Exampleshire does not exist: every child, member of staff and figure is made up.",
        f'name = "{NAME}"',
        'short_name = "Exampleshire"',
        'la_code = ""',
        "synthetic = true",
        'status = "provisional"',
        'title = "Children’s safeguarding performance (synthetic data)"',
        "closure_days = []",
        "caseload_threshold = 20",
        f'next_inspection = "{(pd.Timestamp(span.as_at) + pd.DateOffset(months=5)).date()}"',
        "",
        "[population_0_17]",
        'source = "Made up for Exampleshire (synthetic)"',
        *(f"{year} = {round(children * size)}" for year, children in CHILDREN.items()),
        "",
        "# The day on which each extract was taken.",
        "[extracts]",
        *(f'"{file}" = {span.as_at}' for file in FILES),
        "",
        "# Annex A holds the same events as the case management extract, for six months only.",
        "[files]",
        *(
            f'{name} = {{file = "case_management.xlsx", sheet = "{SHEETS[name]}"}}'
            for name in PINNED
        ),
        "",
        "# Targets by measure, with the month from which each holds.",
        "[targets]",
        *(f"{measure} = [{_targets(span, steps)}]" for measure, steps in TARGETS.items()),
        "",
        "# Limits are calculated afresh only from a declared change.",
        "[[rebase]]",
        f'measure = "{planted.declared_kpi}"',
        f'from = "{planted.declared_start}"',
        'reason = "A new provider of return home interviews started in this month."',
    ]
    return "\n".join(lines) + "\n"


def _targets(span: Span, steps: tuple[tuple[int, int], ...]) -> str:
    """Return a measure's targets as TOML, the first one from the first month at the latest."""
    return ", ".join(
        f'{{from = "{_not_before(span, back)}", value = {value}}}' for back, value in steps
    )


def _not_before(span: Span, months_back: int) -> pd.Period:
    """Return the month so many before the last, or the first month if that is later."""
    return max(span.month(months_back), span.first_month)
