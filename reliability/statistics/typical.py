"""How much longer or shorter a typical duration is than before: the Hodges-Lehmann estimate on logs.

The ratio by which one window's durations have to be divided so that a rank test no longer finds a difference; its
interval holds every ratio that the test does not refuse. It uses all durations where a median uses the middle ones,
and so is narrower. Without open ones the test is the rank sum: the limits are pairwise ratios, cut by rank. With open
ones it is the generalised rank sum of Peto, Peto and Prentice, which does not assume that both windows are as likely to
have open ones.

Sources
- Hodges and Lehmann (1963), Annals of Mathematical Statistics 34, 598-611, doi 10.1214/aoms/1177704172
- Hollander, Wolfe, Chicken (2014), Nonparametric Statistical Methods, 3rd edition, sections 4.1 to 4.3
- Peto and Peto (1972), Journal of the Royal Statistical Society A 135, 185-207; Prentice (1978), Biometrika 65,
  167-179; Harrington and Fleming (1982), Biometrika 69, 553-566 (the same scores as a weighted log-rank, rho = 1)
- Wei and Gail (1983), Journal of the American Statistical Association 78, 382-388 (the interval with open ones)
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from reliability.statistics.intervals import Interval, Z
from reliability.statistics.survival import Durations

# Anything quicker counts as a second, and "never" as longer than any record: logs need numbers.
_SHORTEST, _LONGEST = 1 / 60, 1e12
# Of more durations than this every k-th is taken: exact to the eye, and bounded work.
_MOST = 1500
_HALVINGS = 48


@dataclass(frozen=True)
class TypicalChange:
    """The typical duration against an earlier one.

    ratio: infinite where too many are open to say. interval: 90 %, its upper end infinite where the open ones
    leave it so. luck: one-sided chance of ranks that speak at least as much for shorter ones, had nothing changed.
    """

    ratio: float
    interval: Interval
    luck: float


def typical_change(period: Durations, baseline: Durations, z: float = Z) -> TypicalChange:
    """Compare two windows by ranks. z: how many standard errors the interval reaches to each side.

    Raises ValueError when either window holds nothing.
    """
    if not (period.n and baseline.n):
        raise ValueError("there is nothing to compare")
    luck = float(special.ndtr(-_evidence_for_shorter(period, baseline)))
    few, was_few = _thinned(period), _thinned(baseline)
    reach = z * math.sqrt((1 / period.n + 1 / baseline.n) / (1 / few.n + 1 / was_few.n))
    if period.open + baseline.open:
        shifts = [_shift_at(few, was_few, at) for at in (-reach, 0.0, reach)]
    else:
        shifts = _ranked_shifts(few, was_few, reach)
    low, middle, high = (math.exp(shift) if shift < math.inf else math.inf for shift in shifts)
    return TypicalChange(middle, Interval(low, high), luck)


def _logs(durations: Durations) -> np.ndarray:
    return np.log(np.clip(durations.minutes, _SHORTEST, _LONGEST))


def _ranks(values: np.ndarray) -> np.ndarray:
    """Rank values from 1; equal ones share the mean of their ranks. Importing scipy.stats costs more than the ranks."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    return np.asarray((last - (times - 1) / 2)[place])


def _thinned(durations: Durations) -> Durations:
    if durations.n <= _MOST:
        return durations
    pick = (np.arange(_MOST) + 0.5) * durations.n / _MOST
    return Durations(durations.minutes[pick.astype(int)], durations.ended[pick.astype(int)])


def _evidence_for_shorter(period: Durations, baseline: Durations) -> float:
    """How many standard errors the ranks speak for a shorter period, ties and open ones counted."""
    if period.open + baseline.open:
        return standardised(period, baseline)
    n, m = period.n, baseline.n
    ranks = _ranks(np.concatenate([_logs(period), _logs(baseline)]))
    spread = (
        n * m / (n + m) * np.var(ranks)
    )  # Of all ranks: so that ties count. Finite population: n + m - 1.
    error = math.sqrt(spread * (n + m) / (n + m - 1)) if spread else 0.0
    shortfall = n * (n + m + 1) / 2 - float(ranks[:n].sum())
    return shortfall / error if error else 0.0


def _ranked_shifts(period: Durations, baseline: Durations, reach: float) -> list[float]:
    """The pairwise differences of logs that the rank sum, reach standard errors from its mean, cuts off."""
    differences = np.subtract.outer(_logs(period), _logs(baseline)).ravel()
    n, m = period.n, baseline.n
    error = math.sqrt(n * m * (n + m + 1) / 12)
    low = min(max(1, math.ceil(n * m / 2 - reach * error)), (n * m + 1) // 2)
    high = n * m + 1 - low
    differences.partition((low - 1, high - 1))
    return [float(differences[low - 1]), float(np.median(differences)), float(differences[high - 1])]


def standardised(period: Durations, baseline: Durations, shift: float = 0.0) -> float:
    """Give the Peto-Prentice statistic in standard errors, above 0 where the period's durations are the shorter ones.

    shift: taken off the logs of the period first. 0 where nothing ended that could tell.
    """
    logs = np.concatenate([_logs(period) - shift, _logs(baseline)])
    over = np.concatenate([period.ended, baseline.ended]).astype(float)
    own = np.concatenate([np.ones(period.n), np.zeros(baseline.n)])
    order = np.argsort(logs, kind="stable")
    logs, over, own = logs[order], over[order], own[order]
    first = np.flatnonzero(np.concatenate([[True], logs[1:] > logs[:-1]]))
    at_risk = (logs.size - first).astype(float)
    own_at_risk = period.n - np.concatenate([[0.0], np.cumsum(own)])[first]
    ended, own_ended = np.add.reduceat(over, first), np.add.reduceat(over * own, first)
    # The share not over just before each minute: scores of ranks, also where many are equal.
    weight = np.concatenate([[1.0], np.cumprod(1 - ended / at_risk)[:-1]])
    share = own_at_risk / at_risk
    gained = float((weight * (own_ended - ended * share)).sum())
    spread = ended * share * (1 - share) * (at_risk - ended) / np.maximum(at_risk - 1, 1)
    variance = float((weight**2 * spread).sum())
    return gained / math.sqrt(variance) if variance > 0 else 0.0


def _shift_at(period: Durations, baseline: Durations, wanted: float) -> float:
    """Find the shift at which the statistic passes what is wanted; infinite on the side where it never does."""
    logs, was_logs = _logs(period), _logs(baseline)
    low = float(logs.min() - was_logs.max()) - 1
    high = float(logs.max() - was_logs.min()) + 1

    def passes(shift: float) -> bool:
        return standardised(period, baseline, shift) > wanted

    if not passes(high):
        return math.inf
    if passes(low):
        return -math.inf
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if passes(middle) else (middle, high)
    return (low + high) / 2
