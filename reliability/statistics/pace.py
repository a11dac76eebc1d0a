"""Pace before the deadline: what is still allowed, what is likely to come, where the figure should be by now.

Counts of events and days; target is the allowed ratio to the baseline (0.6 for 40 % fewer).

Sources
- Gamma-Poisson prediction with Jeffreys' prior: Krishnamoorthy and Peng (2011), Journal of Statistical
  Planning and Inference 141, 1709-1718, doi 10.1016/j.jspi.2010.11.021; Gelman et al. (2013), Bayesian Data
  Analysis, section 2.6
- Score of chances: Brier (1950), Monthly Weather Review 78, 1-3
- Reliability diagram: Murphy and Winkler (1977), Journal of the Royal Statistical Society C 26, 41-47
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from reliability.statistics.intervals import Interval, wilson
from reliability.statistics.shapes import DEFAULT, shape_named

# 0.7 times 90 is a hair below 63 in binary: whole numbers must not be lost to that.
_ROUNDING = 1e-9


def total_ratio(target: float, shape: str = DEFAULT) -> float:
    """Give the allowed ratio of the whole window's total (see `reliability.statistics.shapes`).

    Raises ValueError for a shape that does not exist.
    """
    return shape_named(shape).total(target)


def allowance(
    baseline_count: int, baseline_days: float, days: float, target: float, shape: str = DEFAULT
) -> int:
    """Give how many events the window of `days` may have in all: a whole number, rounded down."""
    return math.floor(total_ratio(target, shape) * baseline_count * days / baseline_days + _ROUNDING)


def quota(baseline_count: int, baseline_days: float, days: float, target: float) -> int:
    """Give how many events the window of `days` must have at least: a whole number, rounded up."""
    return math.ceil(target * baseline_count * days / baseline_days - _ROUNDING)


def glide_ratio(target: float, elapsed: float) -> float:
    """Give where a ratio should be after a share `elapsed` (0-1) of the window: straight on a log scale.

    From 45 to 15 minutes: 45 times (1/3) to the power of elapsed.
    """
    return target**elapsed


def expected_rest(count: int, elapsed_days: float, days: float, phi: float = 1.0) -> float:
    """Give the expected number of events in the rest of the window, going on as so far. elapsed_days > 0."""
    return (count / phi + 0.5) * phi * (days - elapsed_days) / elapsed_days


def chance_within(
    count: int, elapsed_days: float, days: float, allowed: int, phi: float = 1.0
) -> float | None:
    """Give the chance (0-1) to end the window with at most `allowed` events, going on as so far.

    count: events in `elapsed_days` of `days`. phi: dispersion of weekly counts; events then come 1/phi as
    often, phi at a time. None before the first day has begun. Negative binomial (gamma-Poisson).
    """
    if elapsed_days <= 0:
        return None
    if count > allowed:
        return 0.0
    if elapsed_days >= days:
        return 1.0
    rest = math.floor((allowed - count) / phi + _ROUNDING)
    return float(special.betainc(count / phi + 0.5, rest + 1, elapsed_days / days))


def chance_with_more(
    count: int, elapsed_days: float, days: float, allowed: int, more_a_week: float, phi: float = 1.0
) -> float | None:
    """Give the chance (0-1) as `chance_within` does, had every week to come so many events more (below 0: fewer).

    None as there, and where no more can be missing than is expected to come.
    """
    extra = more_a_week * (days - elapsed_days) / 7
    if elapsed_days <= 0 or -extra > expected_rest(count, elapsed_days, days, phi):
        return None
    return chance_within(count, elapsed_days, days, math.floor(allowed - extra + _ROUNDING), phi)


def brier(chances: Sequence[float], outcomes: Sequence[bool]) -> float:
    """Give the mean squared difference between chances (0-1) and what came of them (Brier 1950): 0 is perfect.

    Raises ValueError for none, or for numbers that do not pair.
    """
    if not chances:
        raise ValueError("no chances")
    return sum((p - o) ** 2 for p, o in zip(chances, outcomes, strict=True)) / len(chances)


@dataclass(frozen=True)
class ChanceGroup:
    """Forecasts of nearly the same chance. chance: their mean, 0-1; kept of them came true; interval of that share."""

    chance: float
    kept: int
    of: int
    interval: Interval


def calibration(chances: Sequence[float], outcomes: Sequence[bool], groups: int = 5) -> list[ChanceGroup]:
    """Group forecasts by their chance, in equally wide steps of it, lowest first; steps without any are left out.

    What a reliability diagram shows: forecasts are good where each group came true as often
    as its chance said.
    """
    steps: dict[int, list[tuple[float, bool]]] = {}
    for chance, came_true in zip(chances, outcomes, strict=True):
        steps.setdefault(min(int(chance * groups), groups - 1), []).append((chance, came_true))
    found = []
    for _, members in sorted(steps.items()):
        kept, of = sum(came_true for _, came_true in members), len(members)
        found.append(ChanceGroup(sum(c for c, _ in members) / of, kept, of, wilson(kept, of)))
    return found
