"""Control charts: did something change, and when? Never the verdict on a promise.

Counts per week use a c-chart with Poisson probability limits when the baseline has 2 or more a week; rarer
events use a t-chart: the days between them on an XmR chart. Limits are locked on the baseline.

Sources
- Wheeler and Chambers (1992), Understanding Statistical Process Control, 2nd edition (XmR limits, trial
  limits)
- Montgomery (2019), Introduction to Statistical Quality Control, 8th edition, section 7.3 (c-chart)
- Nelson (1994), Journal of Quality Technology 26, 88-91, doi 10.1080/00224065.1994.11979505 (days to the
  power 1/3.6)
- NHS England, Making Data Count (screening of moving ranges, rules in words)
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from reliability.statistics.intervals import dispersion

# Probability limits: as rare on each side as three standard deviations of a normal variable.
TAIL = 0.00135
RUN = 8
LOCK = 12
LEAST_GAPS = 8
COUNT_CHART_FROM = 2.0
CLUSTERED = 1.5
_RANGE_FACTOR = 2.66
_RANGE_OUTLIER = 3.267
_GAP_POWER = 1 / 3.6

LOWER, HIGHER, NEITHER = "lower", "higher", "neither"


@dataclass(frozen=True)
class Signal:
    """Something that chance explains badly.

    at: index of the point that completes it; -1 is the gap still running. first: index where it begins. kind:
    "outside" (beyond a limit), "run" (on one side of the centre) or "gap" (the one still running is unusually
    long). direction: +1 above, -1 below. better: None when neither direction is. words: one plain clause.
    """

    at: int
    first: int
    kind: str
    direction: int
    better: bool | None
    words: str


@dataclass(frozen=True)
class ControlChart:
    """Points with their centre line and limits, in the units of the points.

    kind: "c" or "t". lower is None when no lower limit exists (a count that could be zero by chance, a
    gap of no days). trial: fewer than 12 baseline points, so the limits are only a first guess. phi:
    dispersion of baseline counts, 1 for gaps. open_gap: days since the last event (t-chart only).
    """

    kind: str
    points: tuple[float, ...]
    centre: float
    lower: float | None
    upper: float
    trial: bool
    phi: float
    signals: tuple[Signal, ...]
    open_gap: float | None = None


def count_chart(counts: Sequence[int] | np.ndarray, baseline: int, better: str = LOWER) -> ControlChart:
    """Chart counts per week against limits locked on the first `baseline` of them.

    counts: shape (weeks,), zero weeks included, whole weeks only. The limits are the Poisson quantiles .00135
    and .99865 of the baseline mean; a dispersion above 1.5 stretches their distance by its square root.
    Signals: strictly outside a limit, or 8 in a row on one side, looked for after the baseline (in all weeks
    when there are none after). Raises ValueError when `baseline` is not 1..weeks.
    """
    values = np.asarray(counts, dtype=float)
    locked = _locked(values, baseline)
    mean = float(locked.mean())
    phi = dispersion(locked)
    stretch = math.sqrt(phi) if phi > CLUSTERED else 1.0
    lower = mean - (mean - poisson_quantile(TAIL, mean)) * stretch
    upper = mean + (poisson_quantile(1 - TAIL, mean) - mean) * stretch
    low = lower if lower > 0 else None
    signals = _signals(values, mean, low, upper, baseline, better, "a week")
    return ControlChart("c", tuple(values.tolist()), mean, low, upper, baseline < LOCK, phi, signals)


def gap_chart(days: ArrayLike, baseline: int, as_of_day: float, better: str = LOWER) -> ControlChart | None:
    """Chart the days between rare events; `better` speaks of the events, so lower wants longer gaps.

    days: when events happened, in days from any origin, ascending, shape (events,). baseline: how many of the
    gaps lock the limits. as_of_day: now, on the same clock: the gap still running counts as soon as it passes
    the upper limit. None with fewer than 8 gaps or fewer than 8 in the baseline.
    """
    moments = np.asarray(days, dtype=float)
    gaps = np.diff(moments)
    if min(gaps.size, baseline) < LEAST_GAPS:
        return None
    points = gaps**_GAP_POWER
    centre, reach = _individual_limits(_locked(points, baseline))
    low = centre - reach if centre > reach else None
    longer = {LOWER: HIGHER, HIGHER: LOWER}.get(better, NEITHER)
    signals = list(_signals(points, centre, low, centre + reach, baseline, longer, "days between"))
    upper = float((centre + reach) ** (1 / _GAP_POWER))
    running = float(as_of_day - moments[-1])
    if running > upper:
        good = None if better == NEITHER else better == LOWER
        words = f"{running:.0f} days without one: unusual"
        signals.append(Signal(-1, -1, "gap", 1, good, words))
    return ControlChart(
        "t",
        tuple(gaps.tolist()),
        float(centre ** (1 / _GAP_POWER)),
        None if low is None else float(low ** (1 / _GAP_POWER)),
        upper,
        baseline < LOCK,
        1.0,
        tuple(signals),
        running,
    )


def suits_counts(counts: Sequence[int] | np.ndarray) -> bool:
    """Say whether weekly counts are high enough (2 a week on average) for a c-chart; otherwise use gaps."""
    values = np.asarray(counts, dtype=float)
    return bool(values.size and values.mean() >= COUNT_CHART_FROM)


def poisson_quantile(share: float, mean: float) -> float:
    """Give the smallest count whose Poisson probability of it or fewer reaches `share` (0-1)."""
    if mean <= 0:
        return 0.0
    guess = max(0.0, math.floor(float(special.pdtrik(share, mean))) - 1.0)
    while special.pdtr(guess, mean) < share:
        guess += 1
    return guess


def _locked(values: np.ndarray, baseline: int) -> np.ndarray:
    if not 1 <= baseline <= values.size:
        raise ValueError(f"the baseline must be 1..{values.size} points, not {baseline}")
    return values[:baseline]


def _individual_limits(values: np.ndarray) -> tuple[float, float]:
    """Give mean and distance of the XmR limits, extreme moving ranges screened out."""
    ranges = np.abs(np.diff(values))
    kept = ranges[ranges < _RANGE_OUTLIER * ranges.mean()] if ranges.mean() > 0 else ranges
    return float(values.mean()), _RANGE_FACTOR * float(kept.mean() if kept.size else 0.0)


def _signals(
    values: np.ndarray,
    centre: float,
    lower: float | None,
    upper: float,
    baseline: int,
    better: str,
    unit: str,
) -> tuple[Signal, ...]:
    """Find points strictly outside a limit and runs of 8; a point on the centre ends a run.

    Only what is completed after the baseline is news; a run may have begun inside it.
    """
    begin = baseline if baseline < values.size else 0
    found: list[Signal] = []
    length, side = 0, 0
    for i, value in enumerate(values):
        direction = int(np.sign(value - centre))
        good = None if better == NEITHER else (direction < 0) == (better == LOWER)
        length = length + 1 if direction and direction == side else abs(direction)
        side = direction
        if i < begin:
            continue
        word = "above" if direction > 0 else "below"
        if value > upper or (lower is not None and value < lower):
            limit = "upper" if direction > 0 else "lower"
            found.append(Signal(i, i, "outside", direction, good, f"{word} the {limit} limit"))
        # A run that was complete before the baseline ended and goes on is told at the first point after it.
        if length == RUN or (length > RUN and i == begin):
            first = i - length + 1
            tail = f"{length} in a row {word} the earlier mean"
            found.append(Signal(i, first, "run", direction, good, f"{tail} ({unit})" if unit else tail))
    return tuple(found)
