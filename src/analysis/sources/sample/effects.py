"""The effects that are planted in a sample, in one place, for makers and for the truth file."""

from dataclasses import dataclass

import pandas as pd

from analysis.sources.sample.span import Span


@dataclass(frozen=True)
class Effects:
    """When each planted effect starts and how large it is; a start beyond the months is none."""

    mix_start: pd.Period
    rise_start: pd.Period
    surge_start: pd.Period
    step_start: pd.Period
    declared_start: pd.Period
    overspend_year: int
    education_share_points: float = 0.08
    contacts_ratio: float = 1.18
    residential_price_ratio: float = 1.12
    declared_kpi: str = "RHI_72"
    declared_points: float = 14.0


def effects(span: Span) -> Effects:
    """Return the effects of a sample that ends in span's last month."""
    last = span.last_month
    return Effects(
        mix_start=span.month(16),
        rise_start=span.month(9),
        surge_start=span.month(8),
        step_start=span.month(7),
        declared_start=span.month(23),
        overspend_year=last.year if last.month >= 4 else last.year - 1,
    )
