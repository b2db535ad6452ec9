"""The KPI return: what the authority reports that its case extracts do not hold."""

import numpy as np
import pandas as pd

from analysis.sources.sample.draws import stream
from analysis.sources.sample.effects import Effects
from analysis.sources.sample.span import Span

# Code: name, children or cases a month at size 1, share, which way is good, target.
KPIS: dict[str, tuple[str, int, float, str, float]] = {
    "CL_ACC": ("Care leavers in suitable accommodation", 228, 0.90, "high", 92),
    "CL_EET": ("Care leavers in education, employment or training", 228, 0.55, "high", 60),
    "CL_TOUCH": ("Care leavers the authority is in touch with", 228, 0.95, "high", 95),
    "CLA_HEALTH": ("Children looked after with an up-to-date health check", 430, 0.92, "high", 95),
    "CLA_DENTAL": ("Children looked after with an up-to-date dental check", 430, 0.83, "high", 85),
    "CLA_LTS": ("Children looked after in a stable long-term placement", 152, 0.69, "high", 70),
    "CLA_20MI": ("Children looked after placed more than 20 miles away", 590, 0.17, "low", 15),
    "PEP": ("Personal education plans reviewed in the term", 395, 0.94, "high", 95),
    "RHI_72": ("Return home interviews held within 72 hours", 46, 0.79, "high", 85),
    "EHCP_20": ("Education, health and care plans issued within 20 weeks", 38, 0.54, "high", 60),
    "EH_45": ("Early help assessments completed within 45 working days", 112, 0.84, "high", 85),
    "PROC_26": ("Care proceedings completed within 26 weeks", 9, 0.46, "high", 50),
}
# Percentages without the counts behind them, as some services still send them.
PERCENT_ONLY: dict[str, tuple[str, float, float]] = {
    "CMPL_10": ("Complaints answered within 10 working days", 81.0, 4.0),
    "FC_REV": ("Foster carers' annual reviews held on time", 92.0, 2.2),
    "SGT_TRN": ("Staff with safeguarding training in date", 88.0, 1.4),
}
PROVISIONAL_MONTHS = 2
FEWEST_ACROSS = 3  # fewer months across are not taken for a return with months across
EARLIER_MONTHS_BACK = 1


def kpi_return(seed: int, size: float, span: Span, planted: Effects) -> pd.DataFrame:
    """Return one row a KPI and month, in the contract's columns."""
    rng = stream(seed, "kpi return")
    earlier = np.asarray(span.periods < planted.declared_start)
    parts = []
    for code, (name, cases, share, direction, target) in KPIS.items():
        lower = planted.declared_points / 100 if code == planted.declared_kpi else 0.0
        denominator = np.maximum(rng.poisson(max(cases * size, 1), span.months), 1)
        numerator = rng.binomial(denominator, share - lower * earlier)
        parts.append(
            pd.DataFrame(
                {
                    "month": span.periods.to_timestamp(),
                    "kpi_code": code,
                    "kpi_name": name,
                    "numerator": numerator,
                    "denominator": denominator,
                    "value_pct": np.round(100 * numerator / denominator, 1),
                    "target_pct": float(target),
                    "direction": direction,
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    recent = table["month"] > (span.last_month - PROVISIONAL_MONTHS).to_timestamp()
    return table.assign(status=np.where(recent, "provisional", "final"))


def percentages_across(seed: int, span: Span) -> pd.DataFrame:
    """Return one row a KPI with a column a month, for what comes as a percentage only."""
    rng = stream(seed, "percentages")
    rows = []
    for code, (name, mean, spread) in PERCENT_ONLY.items():
        values = np.clip(np.round(rng.normal(mean, spread, span.months), 1), 0, 100)
        rows.append({"kpi_code": code, "kpi_name": name, "direction": "high"}
                    | dict(zip(span.periods.strftime("%b %Y"), values, strict=True)))  # fmt: skip
    return pd.DataFrame(rows)


def earlier_return(seed: int, size: float, span: Span, planted: Effects) -> pd.DataFrame:
    """Return the return as it stood a month before: its provisional months were not complete."""
    rng = stream(seed, "earlier return")
    last = (span.last_month - EARLIER_MONTHS_BACK).to_timestamp()
    table = kpi_return(seed, size, span, planted)
    table = table[table["month"] <= last].reset_index(drop=True)
    recent = table["month"] > (span.last_month - 1 - PROVISIONAL_MONTHS).to_timestamp()
    missing = np.where(recent, rng.binomial(table["denominator"], 0.03), 0)
    denominator = np.maximum(table["denominator"] - missing, 1)
    numerator = np.minimum(table["numerator"] - np.round(missing * 0.7), denominator).clip(0)
    return table.assign(
        denominator=denominator,
        numerator=numerator.astype("int64"),
        value_pct=np.round(100 * numerator / denominator, 1),
        status=np.where(recent, "provisional", "final"),
    )
