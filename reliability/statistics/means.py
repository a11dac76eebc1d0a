"""Means that have no open cases, such as hours until an escalation: their interval, and one mean against another.

Sources
- Student (1908), Biometrika 6, 1-25, doi 10.2307/2331554
- Welch (1947), Biometrika 34, 28-35, doi 10.2307/2332510, on the logarithm of each mean (delta method)
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from reliability.statistics.intervals import CONFIDENCE, Interval

LEAST_VALUES = 8


@dataclass(frozen=True)
class Sample:
    """What a mean's interval needs of n values. deviation: their standard deviation (n - 1), None below two."""

    n: int
    mean: float
    deviation: float | None

    @classmethod
    def of(cls, values: ArrayLike) -> "Sample":
        """Sum up values of any shape."""
        given = np.asarray(values, dtype=float).ravel()
        deviation = float(given.std(ddof=1)) if given.size > 1 else None
        return cls(given.size, float(given.mean()) if given.size else math.nan, deviation)

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Sample":
        """Read a KPI query's row: value, n, deviation."""
        mean = row.get("value")
        return cls(row.get("n", 0), math.nan if mean is None else mean, row.get("deviation"))

    @classmethod
    def joined(cls, parts: Sequence["Sample"]) -> "Sample":
        """Put samples together as one."""
        known = [part for part in parts if part.n]
        n = sum(part.n for part in known)
        if not n:
            return cls(0, math.nan, None)
        mean = sum(part.n * part.mean for part in known) / n
        within = sum((part.n - 1) * (part.deviation or 0.0) ** 2 for part in known)
        between = sum(part.n * (part.mean - mean) ** 2 for part in known)
        return cls(n, mean, math.sqrt((within + between) / (n - 1)) if n > 1 else None)

    @property
    def relative_variance(self) -> float:
        """Variance of the mean, as a share of its square."""
        assert self.deviation is not None
        return self.deviation**2 / self.n / self.mean**2


def mean_interval(sample: Sample) -> Interval | None:
    """Give Student's interval of a mean, in the unit of the values; None with fewer than two."""
    if sample.deviation is None:
        return None
    reach = sample.deviation / math.sqrt(sample.n) * _t(sample.n - 1)
    return Interval(sample.mean - reach, sample.mean + reach)


@dataclass(frozen=True)
class MeanChange:
    """A mean against an earlier one. ratio: None when the earlier mean is not above zero."""

    mean: float
    ratio: float | None
    interval: Interval


def mean_change(now: Sample, was: Sample) -> MeanChange | None:
    """Compare two means of values that are 0 or more; None with fewer than two values in a window.

    The interval of the ratio is (0, inf) where one of the means is zero: nothing can be said on a log scale.
    """
    if now.deviation is None or was.deviation is None:
        return None
    ratio = now.mean / was.mean if was.mean > 0 else None
    if not ratio:
        return MeanChange(now.mean, ratio, Interval(0.0, math.inf))
    parts = (now.relative_variance, was.relative_variance)
    error = math.sqrt(sum(parts))
    reach = 0.0
    if error > 0:
        freedom = error**4 / (parts[0] ** 2 / (now.n - 1) + parts[1] ** 2 / (was.n - 1))
        reach = error * _t(freedom)
    interval = Interval(ratio * math.exp(-reach), ratio * math.exp(reach))
    return MeanChange(now.mean, ratio, interval)


def _t(freedom: float) -> float:
    return float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2))
