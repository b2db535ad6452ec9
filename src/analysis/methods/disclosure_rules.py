"""Which figures must be hidden for what they are: the primary rules of disclosure control."""

from __future__ import annotations

import math
from numbers import Real

SMALL_COUNT = 5
"""The largest count that is hidden. Counts of 1 to this number are hidden; zeros are shown."""

SAFE_WIDTH = 5
"""The least distance between the lowest and highest value a reader could prove for a hidden count.

With five, a reader can never prove that a hidden figure is one of the small counts.
"""

DOMINANT_SHARE_PCT = 85.0
"""Money is hidden when one contributor makes up more than this share of it."""

MONEY_WIDTH_SHARE = 0.10
"""Hidden money is uncertain by at least this share of itself."""

HIDDEN = "[c]"
HIDDEN_NOTE = (
    "Hidden to protect people: a count of 1 to 5 or one from which it could be worked out."
)
UNJUDGED_NOTE = (
    "Hidden to protect people: the count that this figure rests on is not given, "
    "so it could not be checked."
)


class DisclosureError(Exception):
    """A table cannot be published without giving a hidden figure away.

    The message names the table and the cell, never a value.
    """


def is_missing(number: float | None) -> bool:
    """Tell whether a number is absent (None, NaN or NA)."""
    if number is None or isinstance(number, float):
        return number is None or math.isnan(number)
    return not isinstance(number, Real) or math.isnan(number)


def is_small(count: float | None, *, threshold: int = SMALL_COUNT) -> bool:
    """Tell whether a count of people is too small to be shown.

    Parameters
    ----------
    count : float or None
        Number of people (a headcount, or full-time equivalents: more than five FTE are always
        at least six people). None and NaN are not counts and are never small.
    threshold : int, default SMALL_COUNT
        Largest count that is hidden.

    Returns
    -------
    bool
        True above 0 and up to the threshold. Zero is a true zero and shown.

    Examples
    --------
    >>> [is_small(count) for count in (0, 1, 5, 6, None)]
    [False, True, True, False, False]
    """
    return not is_missing(count) and 0 < float(count) <= threshold


def is_small_share(
    numerator: float | None, denominator: float | None, *, threshold: int = SMALL_COUNT
) -> bool:
    """Tell whether a percentage of people gives a small count away.

    A percentage at one decimal is one-to-one with its numerator for denominators up to 1,000,
    so it is judged by its numerator, its complement (denominator less numerator) and its
    denominator.

    Parameters
    ----------
    numerator, denominator : float or None
        Numbers of people.
    threshold : int, default SMALL_COUNT
        Largest count that is hidden.

    Returns
    -------
    bool
        True where any of the three counts is small.

    Examples
    --------
    >>> is_small_share(3, 40), is_small_share(38, 40), is_small_share(20, 40)
    (True, True, False)
    >>> is_small_share(40, 40), is_small_share(0, 3)
    (False, True)
    """
    counts = [numerator, denominator]
    if not (is_missing(numerator) or is_missing(denominator)):
        counts.append(float(denominator) - float(numerator))
    return any(is_small(count, threshold=threshold) for count in counts)


def is_sensitive_money(
    count_behind: float | None,
    largest_share_pct: float | None = None,
    *,
    threshold: int = SMALL_COUNT,
) -> bool:
    """Tell whether a sum of money says what one person or one provider costs.

    Parameters
    ----------
    count_behind : float or None
        Number of children or staff that the money is spent on; None where money is not spent on
        counted people.
    largest_share_pct : float or None
        Share of the largest contributor (a provider, a placement) in the sum, 0-100.
    threshold : int, default SMALL_COUNT
        Largest count behind which money is hidden.

    Returns
    -------
    bool
        True where the count is small or the largest contributor has more than
        ``DOMINANT_SHARE_PCT``.

    Examples
    --------
    >>> is_sensitive_money(1), is_sensitive_money(40), is_sensitive_money(40, 92.0)
    (True, False, True)
    """
    dominated = not is_missing(largest_share_pct) and largest_share_pct > DOMINANT_SHARE_PCT
    return is_small(count_behind, threshold=threshold) or dominated


def is_shareable_event(denominator: float | None, *, threshold: int = SMALL_COUNT) -> bool:
    """Tell whether the timeliness of a process may be shown for a whole authority.

    Events (assessments finished in time, visits held) of a whole authority are shown with their
    denominator when it is above the threshold: otherwise the better the practice, the emptier
    the page. In any finer cut events are judged as people.

    Examples
    --------
    >>> [is_shareable_event(number) for number in (5, 6, math.nan)]
    [False, True, False]
    """
    return not is_missing(denominator) and not is_small(denominator, threshold=threshold)
