"""Durations when some have not ended yet: the Kaplan-Meier median and its interval.

An incident that is still open has lasted at least its age; leaving it out makes every figure look better than
it is. Durations are minutes here, but nothing depends on the unit.

Sources
- Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481, doi 10.2307/2281868
- Brookmeyer and Crowley (1982), Biometrics 38, 29-41, doi 10.2307/2530286; log-log form: Klein and
  Moeschberger (2003), Survival Analysis, 2nd edition, section 4.5
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from reliability.statistics.intervals import Interval, Z

# Survival is a product of fractions: closer than this to one half is one half.
TIE = 1e-9


@dataclass(frozen=True)
class Durations:
    """Durations in minutes, shape (n,), sorted, with a mark for those that have ended.

    Equal durations: the ended ones come first, as an open one has outlasted them. Make them with
    `Durations.of`.
    """

    minutes: np.ndarray
    ended: np.ndarray

    @classmethod
    def of(cls, minutes: ArrayLike, ended: ArrayLike | None = None) -> "Durations":
        """Sort and check. `ended` defaults to all. Raises ValueError for negative or missing durations."""
        values = np.asarray(minutes, dtype=float).ravel()
        marks = np.ones(values.size, dtype=bool) if ended is None else np.asarray(ended, dtype=bool).ravel()
        if marks.size != values.size:
            raise ValueError(f"{values.size} durations but {marks.size} marks")
        if not np.all(values >= 0):
            raise ValueError("durations must be 0 or more")
        order = np.lexsort((~marks, values))
        return cls(values[order], marks[order])

    @classmethod
    def joined(cls, parts: Sequence["Durations"]) -> "Durations":
        """Put several together as one."""
        return cls.of(
            *(np.concatenate([getattr(p, of) for p in parts]) if parts else [] for of in ("minutes", "ended"))
        )

    @property
    def n(self) -> int:
        """How many there are, open ones included."""
        return int(self.minutes.size)

    @property
    def open(self) -> int:
        """How many have not ended."""
        return int(self.n - self.ended.sum())

    @cached_property
    def log_sd(self) -> float | None:
        """Standard deviation of the natural logs of ended durations above zero; None with fewer than two."""
        values = self.minutes[self.ended & (self.minutes > 0)]
        return float(np.log(values).std(ddof=1)) if values.size > 1 else None

    def all_ended(self) -> "Durations":
        """Take the open ones as ended now: the most hopeful reading."""
        return Durations(self.minutes, np.ones(self.n, dtype=bool))

    def never_ending(self) -> "Durations":
        """Take the open ones as never ending: the least hopeful reading."""
        return Durations.of(np.where(self.ended, self.minutes, np.inf), self.ended)


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve at the times where something ended, each array of shape (m,).

    survival: share still open just after `times`. variance: Greenwood's sum of d / (r (r - d)); infinite
    where none is left.
    """

    times: np.ndarray
    survival: np.ndarray
    variance: np.ndarray


def kaplan_meier(durations: Durations) -> Curve:
    """Estimate how long things last, counting the open ones as still running at their age."""
    times, first = np.unique(durations.minutes, return_index=True)
    if not times.size:
        return Curve(times, times, times)
    ends = np.add.reduceat(durations.ended.astype(float), first)
    at_risk = (durations.n - first).astype(float)
    times, ends, at_risk = times[ends > 0], ends[ends > 0], at_risk[ends > 0]
    with np.errstate(divide="ignore"):
        variance = np.cumsum(ends / (at_risk * (at_risk - ends)))
    return Curve(times, np.cumprod(1 - ends / at_risk), variance)


def median(durations: Durations) -> float:
    """Give the time by which more than half have ended: infinite when that is not reached, NaN when there are none.

    Where survival rests at exactly one half it is the midpoint with the next ending, so that without open
    ones it is the ordinary median. Without a next ending it is not reached: see `median_above`.
    """
    if not durations.n:
        return math.nan
    curve = kaplan_meier(durations)
    reached = np.flatnonzero(curve.survival <= 0.5 + TIE)
    if not reached.size:
        return math.inf
    at = reached[0]
    if curve.survival[at] < 0.5 - TIE:
        return float(curve.times[at])
    return float((curve.times[at] + curve.times[at + 1]) / 2) if at + 1 < curve.times.size else math.inf


def median_above(durations: Durations) -> float | None:
    """Give what a median that is not reached lies above; None when it is reached, or when there are no durations.

    It is the time at which exactly half had ended, else the longest seen.
    """
    if not math.isinf(median(durations)):
        return None
    curve = kaplan_meier(durations)
    halves = curve.times[curve.survival <= 0.5 + TIE]
    return float(halves[0] if halves.size else durations.minutes[-1])


def median_interval(durations: Durations, z: float = Z) -> Interval:
    """Give the Brookmeyer-Crowley interval of one median from log-log limits of the curve.

    An end the curve's limit never reaches is infinite. (NaN, NaN) when there are none.
    """
    if not durations.n:
        return Interval(math.nan, math.nan)
    curve = kaplan_meier(durations)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_survival = np.log(curve.survival)
        reach = z * np.sqrt(curve.variance) / log_survival
        lower = np.exp(-np.exp(np.log(-log_survival) - reach))
        upper = np.exp(-np.exp(np.log(-log_survival) + reach))
    nothing_left = curve.survival <= TIE
    lower[nothing_left] = upper[nothing_left] = 0.0
    return Interval(_first(curve.times, lower), _first(curve.times, upper))


def _first(times: np.ndarray, limit: np.ndarray) -> float:
    reached = np.flatnonzero(limit <= 0.5)
    return float(times[reached[0]]) if reached.size else math.inf
