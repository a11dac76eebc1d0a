"""How long endings hold: the share of endings that still hold after so many days, and how sure that is.

An ending is a moment from which a problem stays away; it holds until the problem comes back. One that has not come back
yet has held for at least its age: it stays in, as holding so far (Kaplan-Meier). "Held for 30 days" includes the 30th.

Several endings of one issue are alike, so they tell less than as many endings of different issues: the variance is the
larger of Greenwood's and the one that takes each issue as one cluster. The interval is symmetric on the scale of
log(-log); where nothing has come back it is Wilson's for all of those that were followed so long.

Sources
- Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481, doi 10.2307/2281868
- Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd edition, section 1.4 (log-log)
- Williams (1995), Lifetime Data Analysis 1, 171-186, doi 10.1007/BF00985768 (survival of clustered observations)
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reliability.statistics.intervals import Interval, Z, wilson
from reliability.statistics.survival import TIE, Durations, kaplan_meier

# As for other durations: fewer say too little to name a share.
LEAST_ENDINGS = 8


@dataclass(frozen=True)
class Held:
    """What is known of the endings after `days`.

    share: 0-1, None while no ending was followed that long. interval: 90 %. followed: how many were still holding and
    had been followed for as long, or had come back before.
    """

    days: float
    share: float | None
    interval: Interval | None
    followed: int


@dataclass(frozen=True)
class Endings:
    """Endings with the days each held, shape (n,), whether it came back, and the issue it belongs to."""

    days: np.ndarray
    back: np.ndarray
    issues: np.ndarray

    @classmethod
    def of(cls, days: ArrayLike, back: ArrayLike, issues: Sequence[str] | None = None) -> "Endings":
        """Take endings in any order. Raises ValueError for negative or missing days, or lengths that differ."""
        durations, marks = np.asarray(days, dtype=float).ravel(), np.asarray(back, dtype=bool).ravel()
        names = list(issues) if issues is not None else [str(i) for i in range(durations.size)]
        if not durations.size == marks.size == len(names):
            raise ValueError(f"{durations.size} durations, {marks.size} marks, {len(names)} issues")
        if not np.all(durations >= 0):
            raise ValueError("days must be 0 or more")
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        return cls(durations, marks, np.array([numbers[name] for name in names], dtype=int))

    @classmethod
    def of_rows(cls, rows: Iterable[Mapping[str, Any]]) -> "Endings":
        """Take endings given as rows with days, came_back and issue_id."""
        kept = list(rows)
        return cls.of(
            [row["days"] for row in kept],
            [row["came_back"] for row in kept],
            [row["issue_id"] for row in kept],
        )

    @property
    def n(self) -> int:
        """How many endings there are."""
        return int(self.days.size)

    @property
    def holding(self) -> int:
        """How many have not come back."""
        return int(self.n - self.back.sum())

    @property
    def issue_count(self) -> int:
        """How many issues they belong to."""
        return int(np.unique(self.issues).size)

    @property
    def enough(self) -> bool:
        """Whether there are enough to name a share."""
        return self.n >= LEAST_ENDINGS

    def held(self, days: float) -> Held:
        """Give the share that held for at least `days`."""
        came_back = self.back & (self.days < days)
        followed = int((came_back | (self.days >= days)).sum())
        at_risk = int((self.days >= days).sum())
        survival = self._curve_before(days)
        if survival is None or (not at_risk and survival > TIE):
            return Held(days, None, None, followed)
        return Held(days, survival, self._interval(days, survival, at_risk), followed)

    def steps(self, longest: float) -> tuple[list[float], list[float]]:
        """Give the curve as days and shares from day 0, one step per return, up to `longest` days.

        It ends where the last ending is followed to, if that is earlier.
        """
        curve = kaplan_meier(Durations.of(self.days, self.back))
        end = min(longest, float(self.days.max())) if self.n else 0.0
        shown = curve.times <= end
        days = [0.0, *map(float, curve.times[shown])]
        shares = [1.0, *map(float, curve.survival[shown])]
        return ([*days, end], [*shares, shares[-1]]) if end > days[-1] else (days, shares)

    def _curve_before(self, days: float) -> float | None:
        if not self.n:
            return None
        curve = kaplan_meier(Durations.of(self.days, self.back))
        before = curve.survival[curve.times < days]
        return float(before[-1]) if before.size else 1.0

    def _interval(self, days: float, survival: float, at_risk: int) -> Interval:
        if survival >= 1 - TIE:
            return Interval(wilson(at_risk, at_risk).low, 1.0)
        if survival <= TIE:
            return Interval(0.0, wilson(0, self.n).high)
        error = math.sqrt(self._variance(days)) / abs(math.log(survival))
        return Interval(survival ** math.exp(Z * error), survival ** math.exp(-Z * error))

    def _variance(self, days: float) -> float:
        """Variance of log survival just before `days`: the larger of Greenwood's and the clustered one."""
        curve = kaplan_meier(Durations.of(self.days, self.back))
        before = curve.times < days
        times, greenwood = curve.times[before], float(curve.variance[before][-1])
        ordered = np.sort(self.days)
        risk = self.n - np.searchsorted(ordered, times, side="left")
        hazard = np.diff(-np.concatenate([[1.0], curve.survival[before]])) / np.concatenate(
            [[1.0], curve.survival[before][:-1]]
        )
        weight = 1 / (risk * (1 - hazard))
        # Each ending's part in log survival: what it did, less what was expected of it while it was at risk.
        expected = np.concatenate([[0.0], np.cumsum(hazard * weight)])
        seen = np.searchsorted(times, self.days, side="right")
        parts = (
            np.where(self.back & (self.days < days), weight[np.maximum(seen, 1) - 1], 0.0) - expected[seen]
        )
        groups = np.bincount(self.issues, parts)
        count = groups.size
        if not 1 < count < self.n:
            return greenwood
        return max(greenwood, float(count / (count - 1) * ((groups - groups.mean()) ** 2).sum()))
