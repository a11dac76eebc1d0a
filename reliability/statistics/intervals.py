"""Intervals for counts and shares: how far a figure can be from what it stands for.

Every interval is two-sided at 90 %: 5 % error on each side. Counts are numbers of events in a window of so
many days; shares are between 0 and 1. Pure functions on numbers and arrays.

Sources
- Wilson (1927), Journal of the American Statistical Association 22, 209-212, doi
  10.1080/01621459.1927.10502953
- Brown, Cai, DasGupta (2001), Statistical Science 16, 101-133, doi 10.1214/ss/1009213286
- Graham, Mengersen, Morton (2003), Statistics in Medicine 22, 2071-2083, doi 10.1002/sim.1405 (ratio of two
  rates)
- Newcombe (1998), Statistics in Medicine 17, 873-890 (difference of two shares, method 10)
- Donner and Zou (2012), Statistical Methods in Medical Research 21, 347-359, doi 10.1177/0962280210383082
  (ratio)
- McCullagh and Nelder (1989), Generalized Linear Models, 2nd edition, section 6.2 (dispersion)
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

CONFIDENCE = 0.90
Z = float(special.ndtri(0.5 + CONFIDENCE / 2))
_ONE_SIDE = (1 - CONFIDENCE) / 2

# Below this many degrees of freedom a dispersion is noise itself.
DISPERSION_DEGREES = 8
# Slow drift is looked for with this many lags in this many weeks at least, and believed from this size on.
LONG_RUN_WEEKS, _LAGS, _LONG_RUN_FROM = 39, 12, 2.0
# Where a period has no event or a baseline fewer than this, the score interval is too short: luck decides too.
LEAST_BASELINE_COUNT = 10


class Interval(NamedTuple):
    """A two-sided 90 % interval; `high` may be infinite."""

    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high


def wilson_limits(successes: ArrayLike, total: ArrayLike, z: float = Z) -> tuple[np.ndarray, np.ndarray]:
    """Give the Wilson score limits of shares, element by element.

    successes, total: arrays that broadcast, 0 <= successes <= total, total > 0; fractions are allowed (scaled
    counts).
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(total, dtype=float)
    share, z2 = k / n, z * z
    centre = share + z2 / (2 * n)
    reach = z * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = np.where(k <= 0, 0.0, np.maximum(0.0, (centre - reach) / (1 + z2 / n)))
    high = np.where(k >= n, 1.0, np.minimum(1.0, (centre + reach) / (1 + z2 / n)))
    return low, high


def wilson(successes: float, total: float, z: float = Z) -> Interval:
    """Give the Wilson score interval of a share (0-1).

    Raises ValueError when total is not positive or successes lie outside 0..total.
    """
    if not 0 <= successes <= total or total <= 0:
        raise ValueError(f"a share needs 0 <= successes <= total and total > 0, not {successes} of {total}")
    low, high = wilson_limits(successes, total, z)
    return Interval(float(low), float(high))


def share_difference(
    successes: int, total: int, was_successes: int, was_total: int, z: float = Z
) -> Interval:
    """Give Newcombe's interval of share minus earlier share (-1..1), built from the two Wilson intervals.

    Raises ValueError as `wilson` does.
    """
    now, was = wilson(successes, total, z), wilson(was_successes, was_total, z)
    p, q = successes / total, was_successes / was_total
    return Interval(
        p - q - math.hypot(p - now.low, was.high - q),
        p - q + math.hypot(now.high - p, q - was.low),
    )


def share_ratio(
    successes: float, total: float, was_successes: float, was_total: float, z: float = Z
) -> Interval:
    """Give the interval of share / earlier share by Donner and Zou's method on the two Wilson intervals.

    The high end is infinite when the earlier share can be zero. Raises ValueError as `wilson` does.
    """
    now, was = wilson(successes, total, z), wilson(was_successes, was_total, z)
    return share_ratio_of(successes / total, now, was_successes / was_total, was)


def share_ratio_of(share: float, now: Interval, was_share: float, was: Interval) -> Interval:
    """Give the interval of share / earlier share from the interval of each, by Donner and Zou's method.

    The high end is infinite when the earlier share can be zero.
    """
    p, q = share, was_share
    low_part = (p * q) ** 2 - now.low * was.high * (2 * p - now.low) * (2 * q - was.high)
    high_part = (p * q) ** 2 - now.high * was.low * (2 * p - now.high) * (2 * q - was.low)
    low_base = was.high * (2 * q - was.high)
    high_base = was.low * (2 * q - was.low)
    low = (p * q - math.sqrt(max(0.0, low_part))) / low_base if low_base else 0.0
    high = (p * q + math.sqrt(max(0.0, high_part))) / high_base if high_base > 0 else math.inf
    return Interval(max(0.0, low), high)


def dispersion(*windows: Sequence[int] | np.ndarray) -> float:
    """Say how much more weekly counts vary than independent events would: 2 is twice the variance.

    windows: one array of counts per window, zero weeks included; each window has its own mean. The Pearson
    chi-square over its degrees of freedom, pooled, never below 1. Windows without any event say nothing. With
    fewer than 8 degrees of freedom the answer is 1: too little to see clusters.
    """
    chi_square, degrees = 0.0, 0
    for window in windows:
        counts = np.asarray(window, dtype=float)
        if counts.size < 2 or counts.sum() == 0:
            continue
        mean = counts.mean()
        chi_square += float(((counts - mean) ** 2).sum() / mean)
        degrees += counts.size - 1
    return max(1.0, chi_square / degrees) if degrees >= DISPERSION_DEGREES else 1.0


def long_run_dispersion(weeks: Sequence[int] | np.ndarray) -> float:
    """Say how much more weekly counts vary in the long run than independent events would, slow drift included.

    weeks: all counts before a promise in their order, zero weeks included. The Bartlett estimate of the long-run
    variance with 12 lags, over the mean, corrected for the lags by n / (n - 13). Counted from 2 up, else 1; also 1
    with fewer than 39 weeks, which cannot show it. Newey and West (1987), Econometrica 55, 703-708.
    """
    counts = np.asarray(weeks, dtype=float)
    if counts.size < LONG_RUN_WEEKS or counts.sum() == 0:
        return 1.0
    n, mean = counts.size, counts.mean()
    gone = counts - mean
    variance = float(gone @ gone) / n
    for lag in range(1, _LAGS + 1):
        variance += 2 * (1 - lag / (_LAGS + 1)) * float(gone[lag:] @ gone[:-lag]) / n
    found = variance / mean * n / (n - _LAGS - 1)
    return found if found >= _LONG_RUN_FROM else 1.0


def rate_interval(count: float, phi: float = 1.0) -> Interval:
    """Give the score interval of the expected number of events behind one count.

    count: events seen (>= 0). phi: dispersion (>= 1). Divide both ends by the days for a rate. Barker (2002),
    The American Statistician 56, 85-89, doi 10.1198/000313002317572736.
    """
    if count < 0 or phi < 1:
        raise ValueError(f"a rate needs count >= 0 and phi >= 1, not {count} and {phi}")
    effective = count / phi
    centre, reach = effective + Z * Z / 2, Z * math.sqrt(effective + Z * Z / 4)
    return Interval(max(0.0, centre - reach) * phi, (centre + reach) * phi)


@dataclass(frozen=True)
class RateRatio:
    """A rate against an earlier rate.

    ratio: None when the baseline has no event. interval: of the ratio; (0, inf) when neither window has an
    event. luck: the chance of a fall at least this large had nothing changed (None without any event).
    """

    count: int
    days: float
    baseline_count: int
    baseline_days: float
    phi: float
    ratio: float | None
    interval: Interval
    luck: float | None

    @property
    def is_sure(self) -> bool:
        """Whether "no change" lies outside the interval and, where that is too short, luck is at most 0.05 too."""
        if 1 in self.interval:
            return False
        if self.count and self.baseline_count >= LEAST_BASELINE_COUNT:
            return True
        if self.interval.low > 1:
            here = (self.count, self.days, self.baseline_count, self.baseline_days)
            return luck_of_rise(*here, self.phi) <= _ONE_SIDE
        return self.luck is not None and self.luck <= _ONE_SIDE


def ratio_limits(
    count: ArrayLike,
    days: float,
    baseline_count: ArrayLike,
    baseline_days: float,
    phi: float = 1.0,
    z: float = Z,
) -> tuple[np.ndarray, np.ndarray]:
    """Give the score limits of rate ratios, element by element; the two counts must not both be 0."""
    k, b = np.asarray(count, dtype=float) / phi, np.asarray(baseline_count, dtype=float) / phi
    low, high = wilson_limits(k, k + b, z)
    exposure = baseline_days / days
    with np.errstate(divide="ignore"):
        return low / (1 - low) * exposure, high / (1 - high) * exposure


def rate_ratio(
    count: int, days: float, baseline_count: int, baseline_days: float, phi: float = 1.0, z: float = Z
) -> RateRatio:
    """Compare two counts over their days: ratio, score interval and luck.

    days: exposure of each window, > 0. phi: dispersion of the weekly counts, >= 1; it widens the interval as
    if only 1/phi of the events were independent and leaves the ratio alone. z: of the
    interval. Raises ValueError otherwise.
    """
    if min(count, baseline_count) < 0 or min(days, baseline_days) <= 0 or phi < 1:
        raise ValueError(
            f"two rates need counts >= 0, days > 0 and phi >= 1, not {count} in {days} days, "
            f"{baseline_count} in {baseline_days} days, phi {phi}"
        )
    ratio = (count / days) / (baseline_count / baseline_days) if baseline_count else None
    interval = Interval(0.0, math.inf)
    if count + baseline_count:
        low, high = ratio_limits(count, days, baseline_count, baseline_days, phi, z)
        interval = Interval(float(low), float(high))
    return RateRatio(
        count,
        days,
        baseline_count,
        baseline_days,
        phi,
        ratio,
        interval,
        luck(count, days, baseline_count, baseline_days, phi),
    )


class Compared(NamedTuple):
    """A ratio and its interval."""

    ratio: float
    interval: Interval


def control_ratio(
    counts: tuple[int, int], controls: tuple[int, int], phi: float = 1.0, control_phi: float = 1.0
) -> Compared:
    """Give the change of a count over that of another one in the same windows: what moves both falls out.

    counts, controls: (period, baseline), all > 0. phi, control_phi: their dispersion. The interval is symmetric on the
    log scale, with variance sum of phi / count. Raises ValueError for a count of 0.
    """
    if min(*counts, *controls) <= 0:
        raise ValueError(f"a ratio of changes needs counts above 0, not {counts} and {controls}")
    ratio = counts[0] / counts[1] / (controls[0] / controls[1])
    error = math.sqrt(sum(phi / n for n in counts) + sum(control_phi / n for n in controls))
    return Compared(ratio, Interval(ratio * math.exp(-Z * error), ratio * math.exp(Z * error)))


def luck(
    count: int, days: float, baseline_count: int, baseline_days: float, phi: float = 1.0
) -> float | None:
    """Give the chance of a count this low or lower had the rate not changed: binomial, given the sum of both.

    None when neither window has an event. phi > 1 uses the binomial continued to fractions (incomplete beta
    function), so that the answer does not contradict the wider interval.
    """
    if count + baseline_count == 0:
        return None
    return float(lucks(count, days, baseline_count, baseline_days, phi))


def lucks(
    count: ArrayLike, days: float, baseline_count: ArrayLike, baseline_days: float, phi: float = 1.0
) -> np.ndarray:
    """Give `luck` element by element; the two counts must not both be 0. Counts may be fractions."""
    k, b = np.asarray(count, dtype=float) / phi, np.asarray(baseline_count, dtype=float) / phi
    rest = baseline_days / (days + baseline_days)
    return np.where(b > 0, special.betainc(np.where(b > 0, b, 1.0), k + 1, rest), 1.0)


def luck_of_rise(
    count: int, days: float, baseline_count: int, baseline_days: float, phi: float = 1.0
) -> float:
    """Give the chance of a count this high or higher had the rate not changed: `luck` seen from the other window."""
    found = luck(baseline_count, baseline_days, count, days, phi)
    return 1.0 if found is None else found
