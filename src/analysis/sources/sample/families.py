"""Synthetic families and their children."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.sources.sample import calibration as known
from analysis.sources.sample.draws import choose, stream
from analysis.sources.sample.span import Span

YEAR = 365
LARGEST_FAMILY = 5
OLDEST_DAYS = int(17.6 * YEAR)
UNBORN_DAYS = 100
HIGHER_RISK = 2.4  # a third of families; the rest have what keeps the mean at one


@dataclass(frozen=True)
class Families:
    """Every family of the sample: how often it is noticed, how likely a referral, who is in it.

    children has one row a child (family, born, gender, ethnicity, disabled), in family order;
    first and number say where each family's children stand in it.
    """

    weight: np.ndarray
    risk: np.ndarray
    first: np.ndarray
    number: np.ndarray
    children: pd.DataFrame


def families(seed: int, size: float, span: Span) -> Families:
    """Return families whose children are born from 18 years before the sample to its end."""
    rng = stream(seed, "families")
    count = max(round(known.FAMILIES * size), 40)
    number = rng.choice(
        np.arange(1, LARGEST_FAMILY + 1), size=count, p=[0.42, 0.31, 0.16, 0.07, 0.04]
    )
    first = np.cumsum(number) - number
    family = np.repeat(np.arange(count), number)
    begin = span.burn_in_day.astype("int64") - 18 * YEAR
    end = span.last_day.astype("int64") + UNBORN_DAYS
    eldest = rng.integers(begin - 4 * YEAR, end, size=count)
    gap = rng.integers(int(1.1 * YEAR), int(4.5 * YEAR), size=len(family))
    gap[first] = 0
    since_eldest = np.cumsum(gap) - np.repeat(np.cumsum(gap)[first], number)
    born = np.minimum(eldest[family] + since_eldest, end)
    children = pd.DataFrame(
        {
            "family": family,
            "born": born.astype("datetime64[D]"),
            "gender": choose(rng, (("Male", 0.52), ("Female", 0.48)), len(family)),
            "ethnicity": choose(rng, known.ETHNICITIES, count)[family],
            "disabled": rng.random(len(family)) < known.DISABLED,
            "child_id": _child_ids(rng, len(family)),
        }
    )
    weight = rng.gamma(1.0, size=count)
    risk = np.where(rng.random(count) < 1 / 3, HIGHER_RISK, (3 - HIGHER_RISK) / 2)
    return Families(weight, risk, first, number, children)


def _child_ids(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return ids that no system uses, in an order that says nothing of the family."""
    return np.array(
        [f"SYN{number:07d}" for number in (rng.permutation(count) + 1).tolist()], object
    )


def of_age(born: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Return whether each child is unborn but expected, or young enough to be followed."""
    age_days = (on - born).astype("int64")
    return (age_days >= -UNBORN_DAYS) & (age_days < OLDEST_DAYS)
