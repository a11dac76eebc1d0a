"""The chance that a promise is called met though nothing changed, and that one of many is."""

import math
from collections.abc import Iterable

from scipy import special

from reliability.commitments.model import CommitmentStatus
from reliability.model import UNKNOWN
from reliability.queries.figures import Family, figure
from reliability.statistics.intervals import CONFIDENCE, Interval, Z
from reliability.statistics.power import count_power

_ONE_SIDE = (1 - CONFIDENCE) / 2


def false_met(status: CommitmentStatus) -> float:
    """Give the chance (0-1) that a finished, sampled promise would be called met had nothing changed; 0 for others.

    Counts are enumerated. A change must reach its goal and be sure: a normal tail beyond the further of the two, with
    the spread that the interval has. A fixed level must lie outside the interval, seen from the baseline where that is
    known to be worse, else from the level itself.
    """
    of, baseline, target = figure(status.kpi), status.baseline, status.target
    sampled = of.family not in (Family.CENSUS, Family.AVAILABILITY) and status.interval_of
    if not sampled or status.pace or status.tone == UNKNOWN or target is None:
        return 0.0
    if of.family is Family.COUNT and baseline and baseline.n and target < 1:
        return count_power(baseline.n, baseline.days, status.window.days, target, 1.0).met
    if status.change_interval is not None:
        return _beyond(abs(target), status.change_interval)
    was = baseline.value if baseline else None
    if status.interval is None:
        return _ONE_SIDE
    if status.interval_of == "ratio":
        if target >= 1:  # a limit in the figure's own unit
            target = target / was if was else 1.0
        low, high = (math.log(end) if end > 0 else -math.inf for end in status.interval)
        return _beyond(-math.log(target), Interval(low, high)) if 0 < target < 1 else _ONE_SIDE
    if was is None:
        return _ONE_SIDE
    worse = was - target if of.better == "lower" else target - was
    return _beyond(max(0.0, worse) + (status.interval.high - status.interval.low) / 2, status.interval)


def _beyond(goal: float, interval: Interval) -> float:
    """The normal tail beyond the goal or beyond what is sure, whichever is further. interval: 90 %, for its width."""
    width = interval.high - interval.low
    if not math.isfinite(width) or width <= 0:
        return _ONE_SIDE
    return float(special.ndtr(-max(Z, goal / (width / (2 * Z)))))


def one_of_many(statuses: Iterable[CommitmentStatus]) -> tuple[int, float]:
    """Give how many promises can be called met by chance, and the chance (0-1) that at least one is."""
    rates = [rate for status in statuses if (rate := false_met(status))]
    return len(rates), 1 - math.prod(1 - rate for rate in rates)
