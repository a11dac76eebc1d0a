"""Power: how often a true improvement of the promised size will be confirmed. Told when the promise is made.

"Confirmed" is the verdict met: the figure reaches the target and the 90 % interval excludes no change. A true
change of exactly the promised size reaches the target only every second time, at any size of company.

Counts are enumerated exactly (Poisson in both windows); medians are read from a table that
benchmarks/median_power.py simulates with lognormal durations.
"""

import csv
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from scipy import special

from reliability.statistics.intervals import LEAST_BASELINE_COUNT, Z, lucks, ratio_limits

TABLE = Path(__file__).with_suffix(".csv")
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Power:
    """Chances (0-1): that the promise is confirmed, and that some improvement at all is."""

    met: float
    any_improvement: float


@lru_cache(maxsize=1000)
def count_power(
    baseline_mean: float,
    baseline_days: float,
    days: float,
    target: float,
    true_ratio: float | None = None,
    phi: float = 1.0,
) -> Power:
    """Give the power of comparing two counts.

    baseline_mean: expected events in the baseline window. target: allowed ratio (0.6). true_ratio: what
    really happens (default: exactly the target). phi: dispersion; only 1/phi of the events count as
    independent. Raises ValueError when the mean is not positive.
    """
    if baseline_mean <= 0 or min(days, baseline_days) <= 0:
        raise ValueError("power needs a positive expected count and positive windows")
    was_mean = baseline_mean / phi
    now_mean = was_mean * days / baseline_days * (target if true_ratio is None else true_ratio)
    was, was_chance = _poisson(was_mean)
    now, now_chance = _poisson(now_mean)
    if now[0] > 0 and was[0] * phi >= LEAST_BASELINE_COUNT:
        return _many(now, now_chance, was, was_chance, days, baseline_days, target)
    k, b = now[:, None], was[None, :]
    none = k + b == 0
    _, high = ratio_limits(np.where(none, 1, k), days, b, baseline_days)
    shown = (high < 1) & ~none
    thin = (k == 0) | (b * phi < LEAST_BASELINE_COUNT)
    shown &= ~thin | (lucks(k, days, b, baseline_days) <= 1 - special.ndtr(Z) + _TOLERANCE)
    reached = k / days <= target * b / baseline_days + _TOLERANCE
    chance = now_chance[:, None] * was_chance[None, :]
    return Power(float(chance[shown & reached].sum()), float(chance[shown].sum()))


def _many(
    now: np.ndarray,
    now_chance: np.ndarray,
    was: np.ndarray,
    was_chance: np.ndarray,
    days: float,
    baseline_days: float,
    target: float,
) -> Power:
    """Give the same where no count is thin, without a table of all pairs: a million events have tens of millions.

    For one count of the baseline the interval's upper end grows with the other count: those that show an improvement
    are the first so many, and so are those that reach the target.
    """
    shown, beyond = np.zeros(was.size, dtype=int), np.full(was.size, now.size)
    while (shown < beyond).any():
        middle = np.minimum((shown + beyond) // 2, now.size - 1)
        _, high = ratio_limits(now[middle], days, was, baseline_days)
        is_shown = (high < 1) & (shown < beyond)
        shown, beyond = (
            np.where(is_shown, middle + 1, shown),
            np.where(is_shown, beyond, np.minimum(middle, beyond)),
        )
    reached = np.searchsorted(now / days, target * was / baseline_days + _TOLERANCE, side="right")
    so_far = np.concatenate([[0.0], np.cumsum(now_chance)])
    met = float((was_chance * so_far[np.minimum(shown, reached)]).sum())
    return Power(met, float((was_chance * so_far[shown]).sum()))


def _poisson(mean: float) -> tuple[np.ndarray, np.ndarray]:
    if mean == 0:
        return np.array([0]), np.array([1.0])
    reach = 8 * math.sqrt(mean) + 12
    counts = np.arange(max(0, math.floor(mean - reach)), math.ceil(mean + reach) + 1)
    return counts, np.exp(counts * math.log(mean) - mean - special.gammaln(counts + 1))


@cache
def _table() -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Read the simulated table: axes (log_sd, ln n, ln ratio, each ascending) and chances of that shape."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    axes = [np.unique([row[name] for row in rows]) for name in ("log_sd", "n", "ratio")]
    chances = np.empty([axis.size for axis in axes])
    for row in rows:
        at = tuple(int(np.searchsorted(axis, row[name])) for axis, name in zip(axes, row, strict=False))
        chances[at] = row["met"]
    return (axes[0], np.log(axes[1]), np.log(axes[2])), chances


def median_power(n: float, baseline_n: float, log_sd: float, target: float) -> float | None:
    """Give the chance that a true change of exactly `target` (a ratio below 1) of two medians is confirmed.

    n, baseline_n: incidents in each window (unequal ones count as their harmonic mean). log_sd: standard
    deviation of the natural logs of the durations. Read between the simulated points, at the edge beyond
    them. None with fewer than 8 in a window, where no verdict is given.
    """
    if min(n, baseline_n) < 8 or not 0 < target < 1:
        return None
    axes, chances = _table()
    effective = 2 / (1 / n + 1 / baseline_n)
    for axis, at in zip(axes, (log_sd, math.log(effective), math.log(target)), strict=True):
        place = np.interp(at, axis, np.arange(axis.size))
        low = min(int(place), axis.size - 2)
        chances = chances[low] + (place - low) * (chances[low + 1] - chances[low])
    return float(chances)


def difference_power(standard_error: float, change: float) -> Power:
    """Give the power for a difference of two scores, such as NPS.

    standard_error: of the difference, in points, > 0. change: the promised rise in points, which is also the
    true one.
    """
    shown = float(special.ndtr(change / standard_error - Z))
    return Power(min(0.5, shown), shown)


def times_in_hundred(chance: float) -> int:
    """Say a chance as so many times in 100, never 0 or 100."""
    return min(99, max(1, round(chance * 100)))
