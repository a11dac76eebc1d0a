"""Two medians against each other: the ratio, the difference, and how far luck alone could move them.

The figure is the ratio of the medians. What decides is how far a typical duration moved (typical.py): it uses every
duration, a median only the middle ones. The interval of the medians' own ratio stands beside it for those who look
closer.

That one is the percentile bootstrap of the ratio of Kaplan-Meier medians: incidents are resampled with
their open or ended mark within each window. Resampling 100,000 incidents 4,000 times would be slow and is not
needed: between two open ones, only how many ended ones were drawn matters (a multinomial), and where the
median falls among those is a uniform rank (a beta variable). The draws are the same in distribution as from
resampling incidents one by one.

Sources
- Efron (1981), Journal of the American Statistical Association 76, 312-319, doi 10.2307/2287832
- David and Nagaraja (2003), Order Statistics, 3rd edition, section 2.5 (uniform ranks are beta distributed)
- Welch (1947), Biometrika 34, 28-35, doi 10.2307/2332510
"""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import special

from reliability.statistics.intervals import CONFIDENCE, Interval
from reliability.statistics.survival import TIE, Durations, median
from reliability.statistics.typical import typical_change

DRAWS = 4000
SEED = 20250818

# With more alternations of ended and open ones than this, neighbours are joined: exact to the eye, and
# bounded work.
_MOST_RUNS = 96


@dataclass(frozen=True)
class _Runs:
    """Sorted durations cut into runs: `ended` ended ones (then or among them) `open` open ones, shapes (k,).

    spread: which part of a run's open ones leaves before its ended ones do, 0 when they all come after.
    """

    ended: np.ndarray
    open: np.ndarray
    spread: np.ndarray


def _runs(durations: Durations) -> _Runs:
    mark = durations.ended
    starts_run = np.concatenate([[True], mark[1:] & ~mark[:-1]])
    run = np.cumsum(starts_run) - 1
    count = int(run[-1]) + 1
    if count > _MOST_RUNS:
        run = np.arange(durations.n) * _MOST_RUNS // durations.n
        count = _MOST_RUNS
    ended = np.bincount(run, mark, count)
    still = np.bincount(run, ~mark, count)
    if count < _MOST_RUNS:
        return _Runs(ended, still, np.zeros(count))
    # Choose the spread that gives each joined run the very fall it has in the data.
    at_risk = durations.n - np.arange(durations.n)
    fall = -np.expm1(np.bincount(run, np.log1p(-1.0 * mark / np.maximum(at_risk, 1 + TIE)), count))
    before = durations.n - np.concatenate([[0], np.cumsum(ended + still)[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (before - ended / fall) / still
    return _Runs(ended, still, np.clip(np.nan_to_num(spread, nan=0.0), 0.0, 1.0))


def median_draws(durations: Durations, generator: np.random.Generator, draws: int = DRAWS) -> np.ndarray:
    """Draw medians of resampled durations, shape (draws,); infinite where no more than half ended.

    Raises ValueError when there are no durations.
    """
    if not durations.n:
        raise ValueError("there is nothing to resample")
    runs, values = _runs(durations), durations.minutes[durations.ended]
    shares = np.stack([runs.ended, runs.open], axis=1).ravel() / durations.n
    drawn = generator.multinomial(durations.n, shares, size=draws)
    ended, still = drawn[:, 0::2], drawn[:, 1::2]
    left = durations.n - np.cumsum(ended + still, axis=1)
    exposed = left + ended + still - runs.spread * still
    survival = np.cumprod(1 - ended / np.maximum(exposed, 1), axis=1)

    result = np.full(draws, np.inf)
    crosses = survival <= 0.5 + TIE
    row = np.flatnonzero(crosses[:, -1])
    run = crosses[row].argmax(axis=1)
    before = np.where(run > 0, survival[row, np.maximum(run - 1, 0)], 1.0)
    size, exposure = ended[row, run], exposed[row, run]
    needed = np.clip(np.ceil(exposure * (1 - (0.5 + TIE) / before)), 1, size)
    rank = generator.beta(needed, size - needed + 1)
    offset = np.concatenate([[0], np.cumsum(runs.ended)[:-1]])

    def value(run_index: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        inside = np.minimum(np.floor(uniform * runs.ended[run_index]), runs.ended[run_index] - 1)
        return values[(offset[run_index] + inside).astype(int)]

    result[row] = value(run, rank)

    # Where survival rests at one half the median is the midpoint with the next ending, in this run or a later
    # one.
    rests = np.flatnonzero(before * (1 - needed / exposure) >= 0.5 - TIE)
    if rests.size:
        row, run, needed, size, rank = row[rests], run[rests], needed[rests], size[rests], rank[rests]
        inside = size > needed
        later = (ended[row] > 0) & (np.arange(ended.shape[1]) > run[:, None])
        onward = np.where(inside, run, np.where(later.any(axis=1), later.argmax(axis=1), run))
        remaining = np.where(inside, size - needed, np.maximum(ended[row, onward], 1))
        step = generator.beta(1, remaining)
        following = value(onward, np.where(inside, rank + (1 - rank) * step, step))
        none_later = ~inside & (onward == run)
        # Without a next ending the rest is open: the median lies above this one, and nobody knows how far.
        result[row] = np.where(none_later, np.inf, (result[row] + following) / 2)
    return result


@dataclass(frozen=True)
class Resampled:
    """Two windows that are resampled once, when somebody asks: what decides does not need it."""

    period: Durations
    baseline: Durations
    draws: int
    seed: int

    @cached_property
    def interval(self) -> Interval:
        """The 90 % interval of the ratio of the medians."""
        # The stream of random numbers goes with the data, not with the role, so that swapping the windows gives
        # exactly the reciprocal interval.
        sizes = [(one.n, float(one.minutes.sum())) for one in (self.period, self.baseline)]
        order = (0, 1) if sizes[0] >= sizes[1] else (1, 0)
        drawn, was_drawn = (
            median_draws(one, np.random.default_rng([self.seed, place]), self.draws)
            for one, place in zip((self.period, self.baseline), order, strict=True)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = drawn / was_drawn
        ratios[np.isnan(ratios)] = np.inf
        return percentiles(ratios)


@dataclass(frozen=True)
class MedianChange:
    """A median against an earlier one.

    ratio: None when the earlier median is 0 or not reached; infinite when this one is not reached. typical: the ratio
    of typical durations. interval: 90 %, of that one. medians_interval: 90 %, of the medians' own ratio. difference:
    in minutes, None when either is not reached. luck: one-sided chance of ranks that speak at least as much for shorter
    ones, had nothing changed.
    """

    median: float
    baseline_median: float
    ratio: float | None
    typical: float
    interval: Interval
    difference: float | None
    luck: float
    resampled: Resampled = field(compare=False)

    @property
    def medians_interval(self) -> Interval:
        """The interval of the medians' own ratio."""
        return self.resampled.interval

    @property
    def deciding(self) -> Interval:
        """The interval that decides: where medians and typical durations moved to opposite sides, nothing is sure."""
        low, high = self.interval
        if self.ratio is None or not ((low > 1 and self.ratio <= 1) or (high < 1 and self.ratio >= 1)):
            return self.interval
        return Interval(min(low, 1.0), max(high, 1.0))


def median_change(
    period: Durations, baseline: Durations, draws: int = DRAWS, seed: int = SEED
) -> MedianChange:
    """Compare two medians: their ratio with its interval, and their difference; the same on every run.

    Resampled when the interval of the medians is asked for. Raises ValueError when either window holds nothing.
    """
    if not period.n or not baseline.n:
        raise ValueError("there is nothing to compare")
    now, was = median(period), median(baseline)
    typical = typical_change(period, baseline)
    return MedianChange(
        now,
        was,
        now / was if 0 < was < math.inf else None,
        typical.ratio,
        typical.interval,
        now - was if max(now, was) < math.inf else None,
        typical.luck,
        Resampled(period, baseline, draws, seed),
    )


def percentiles(draws: np.ndarray) -> Interval:
    """Give the ends of the middle 90 % of draws: real draws, so that infinite ones stay infinite."""
    ordered = np.sort(draws)
    tail = max(1, int(ordered.size * (1 - CONFIDENCE) / 2 + TIE))
    return Interval(float(ordered[tail - 1]), float(ordered[-tail]))


@dataclass(frozen=True)
class GeometricChange:
    """The typical (geometric mean) duration against an earlier one, ended ones above zero only."""

    typical: float
    ratio: float
    interval: Interval


def geometric_change(period: Durations, baseline: Durations) -> GeometricChange | None:
    """Compare geometric means by Welch's t on the logs: narrower than medians, but blind to open incidents.

    None when a window has fewer than two ended durations above zero.
    """
    logs = [np.log(d.minutes[d.ended & (d.minutes > 0)]) for d in (period, baseline)]
    if min(v.size for v in logs) < 2:
        return None
    means = [float(v.mean()) for v in logs]
    parts = [float(v.var(ddof=1)) / v.size for v in logs]
    difference, error = means[0] - means[1], math.sqrt(sum(parts))
    reach = 0.0
    if error > 0:
        freedom = error**4 / sum(p * p / (v.size - 1) for p, v in zip(parts, logs, strict=True))
        reach = float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * error
    return GeometricChange(
        math.exp(means[0]),
        math.exp(difference),
        Interval(math.exp(difference - reach), math.exp(difference + reach)),
    )
