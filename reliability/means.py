"""Means that have no open cases, such as hours until an escalation: their interval, and one mean against another.

Sources
- Student (1908), Biometrika 6, 1-25, doi 10.2307/2331554
- Welch (1947), Biometrika 34, 28-35, doi 10.2307/2332510, on the logarithm of each mean (delta method)
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from reliability.intervals import CONFIDENCE, Interval

LEAST_VALUES = 8


def mean_interval(values: ArrayLike) -> Interval | None:
    """Give Student's interval of a mean, in the unit of the values; None with fewer than two."""
    given = np.asarray(values, dtype=float)
    if given.size < 2:
        return None
    reach = float(given.std(ddof=1)) / math.sqrt(given.size) * _t(given.size - 1)
    return Interval(float(given.mean()) - reach, float(given.mean()) + reach)


@dataclass(frozen=True)
class MeanChange:
    """A mean against an earlier one. ratio: None when the earlier mean is not above zero."""

    mean: float
    baseline_mean: float
    ratio: float | None
    interval: Interval


def mean_change(period: ArrayLike, baseline: ArrayLike) -> MeanChange | None:
    """Compare two means of values that are 0 or more; None with fewer than two values in a window.

    The interval of the ratio is (0, inf) where one of the means is zero: nothing can be said on a log scale.
    """
    now, was = np.asarray(period, dtype=float), np.asarray(baseline, dtype=float)
    if min(now.size, was.size) < 2:
        return None
    m, b = float(now.mean()), float(was.mean())
    ratio = m / b if b > 0 else None
    if not ratio:
        return MeanChange(m, b, ratio, Interval(0.0, math.inf))
    parts = [float(v.var(ddof=1)) / v.size / float(v.mean()) ** 2 for v in (now, was)]
    error = math.sqrt(sum(parts))
    reach = 0.0
    if error > 0:
        freedom = error**4 / (parts[0] ** 2 / (now.size - 1) + parts[1] ** 2 / (was.size - 1))
        reach = error * _t(freedom)
    return MeanChange(m, b, ratio, Interval(ratio * math.exp(-reach), ratio * math.exp(reach)))


def _t(freedom: float) -> float:
    return float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2))
