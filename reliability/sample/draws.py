"""Random draws that keep the story: exact shares and medians, the rhythm of a working week, clusters.

All functions take a numpy Generator and return arrays; nothing is drawn from global state.
"""

import numpy as np
from scipy.special import ndtri

from reliability.sample.story import MIDNIGHTS

# Monday to Sunday, and the hours of a day, in the organisation's zone: trouble follows releases and traffic.
SEVERE_WEEK = (1.25, 1.2, 1.15, 1.2, 1.0, 0.6, 0.6)
ORDINARY_WEEK = (1.3, 1.25, 1.2, 1.2, 1.05, 0.5, 0.5)
WORKING_WEEK = (1.2, 1.2, 1.15, 1.1, 0.95, 0.15, 0.1)
_NIGHT, _MORNING, _DAY, _EVENING = [1.0] * 6, [1.8, 2.8, 4.0, 4.6], [4.2] * 8, [3.2, 2.8, 2.2, 1.8, 1.4, 1.2]
DAY_AND_NIGHT = (*_NIGHT, *_MORNING, *_DAY, *_EVENING)
OFFICE_HOURS = (*[0.05] * 6, 0.3, 1.0, 3.0, 4.5, *[4.5] * 7, 2.5, 1.2, 0.8, 0.6, 0.5, 0.3, 0.1)


def _shares(weights: np.ndarray | tuple[float, ...]) -> np.ndarray:
    weights = np.asarray(weights, dtype=float)
    return weights / weights.sum()


def moments(
    rng: np.random.Generator,
    count: int,
    days: tuple[int, int],
    week: tuple[float, ...],
    hours: tuple[float, ...] = DAY_AND_NIGHT,
    clustering: float = 0.0,
) -> np.ndarray:
    """Draw `count` moments (Unix seconds) in the days [first, last) of the sample.

    clustering: squared coefficient of variation of the weekly rate. With m events a week the weekly counts
    vary 1 + m * clustering times as much as independent events would.
    """
    number = np.arange(*days)
    likely = np.asarray(week)[number % 7]
    if clustering:
        weekly = rng.gamma(1 / clustering, clustering, size=number[-1] // 7 + 1)
        likely = likely * weekly[number // 7]
    day = rng.choice(number, size=count, p=_shares(likely))
    hour = rng.choice(24, size=count, p=_shares(hours))
    return MIDNIGHTS[day] + hour * 3600 + rng.integers(0, 3600, size=count)


def normal_scores(rng: np.random.Generator, count: int) -> np.ndarray:
    """Draw standard normal values, one from each of `count` equally likely slices, in random order.

    Their median is close to 0 even when there are few, so that a promised median is really there.
    """
    slices = rng.permutation(count) + 0.25 + 0.5 * rng.random(count)
    return ndtri(slices / max(count, 1))


def coupled(rng: np.random.Generator, values: np.ndarray, leader: np.ndarray, strength: float) -> np.ndarray:
    """Reorder `values` so that they tend to be large where `leader` (standard normal) is large.

    strength: correlation of the ranks, 0-1.
    """
    guide = strength * leader + np.sqrt(1 - strength**2) * rng.standard_normal(len(leader))
    ordered = np.empty_like(values)
    ordered[np.argsort(guide, kind="stable")] = np.sort(values)
    return ordered


def quota(rng: np.random.Generator, count: int, chosen: int) -> np.ndarray:
    """Mark exactly `chosen` of `count` places, at random."""
    marks = np.zeros(count, dtype=bool)
    marks[rng.permutation(count)[: min(chosen, count)]] = True
    return marks


def pick(rng: np.random.Generator, count: int, weights: np.ndarray | tuple[float, ...]) -> np.ndarray:
    """Draw `count` indices in proportion to `weights`."""
    return rng.choice(len(weights), size=count, p=_shares(weights))
