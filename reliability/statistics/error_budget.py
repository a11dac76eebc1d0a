"""Availability and its error budget: what was measured, what gaps could hide, how fast it goes.

Every request is counted, so there is no sampling interval; the doubt is in the time that was not measured.

Sources
- Beyer et al. (2018), The Site Reliability Workbook, chapters 2 and 5
  (https://sre.google/workbook/alerting-on-slos/)
- Hanley and Lippman-Hand (1983), JAMA 249, 1743-1745, doi 10.1001/jama.1983.03330370053031 (the rule of
  three)
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reliability.statistics.medians import DRAWS, SEED

MINUTES_A_DAY = 1440.0
# 1 - 0.9995 is a hair below 0.0005 in binary: a budget used up exactly is not overspent.
_ROUNDING = 1 + 1e-9


@dataclass(frozen=True)
class Availability:
    """Availability of one endpoint, or of several together, in one window.

    good, valid: requests. gap_minutes: time without measurements inside the window so far. share: good /
    valid, None when nothing was measured. worst, best: had all requests in the gaps failed, or none; gaps are
    filled with the measured rate of requests.
    """

    good: int
    valid: int
    gap_minutes: float
    share: float | None
    worst: float | None
    best: float | None

    @property
    def bad(self) -> int:
        """Valid requests that failed."""
        return self.valid - self.good


def availability(good: int, valid: int, measured_minutes: float, gap_minutes: float = 0.0) -> Availability:
    """Count a window.

    measured_minutes, gap_minutes: time covered and not covered by measurements. Raises ValueError when good
    exceeds valid or anything is negative.
    """
    if not 0 <= good <= valid or min(measured_minutes, gap_minutes) < 0:
        raise ValueError(f"0 <= good <= valid and times >= 0 are needed, not {good} of {valid}")
    if not valid:
        return Availability(good, valid, gap_minutes, None, None, None)
    hidden = valid * gap_minutes / measured_minutes if measured_minutes > 0 else math.inf
    worst = 0.0 if math.isinf(hidden) else good / (valid + hidden)
    best = 1.0 if math.isinf(hidden) else (good + hidden) / (valid + hidden)
    return Availability(good, valid, gap_minutes, good / valid, worst, best)


def burn_rate(bad: float, valid: float, objective: float) -> float | None:
    """Say how many times faster than allowed the budget goes; None without requests."""
    _check_objective(objective)
    return None if valid <= 0 else bad / valid / (1 - objective)


def _check_objective(objective: float) -> None:
    if not 0 < objective < 1:
        raise ValueError(f"an objective lies between 0 and 1, not {objective}")


@dataclass(frozen=True)
class Budget:
    """The error budget of a window of `days` days.

    used: share spent (above 1 when overspent). minutes, minutes_left: as minutes of full outage; left is
    negative when overspent. burn: since the start of the window.
    """

    used: float
    minutes: float
    minutes_left: float
    burn: float


def budget(bad: float, valid: float, objective: float, elapsed_days: float, days: float) -> Budget | None:
    """Say how much of the error budget is used after `elapsed_days` of `days`, traffic going on as so far.

    None when nothing was measured. Raises ValueError for days out of order or an objective outside 0..1.
    """
    if not 0 < elapsed_days <= days:
        raise ValueError(f"elapsed days must lie in 0..{days}, not {elapsed_days}")
    burn = burn_rate(bad, valid, objective)
    if burn is None:
        return None
    used = burn * elapsed_days / days
    minutes = (1 - objective) * days * MINUTES_A_DAY
    return Budget(used, minutes, minutes * (1 - used), burn)


def chance_to_keep(
    bad: ArrayLike,
    valid: ArrayLike,
    past_bad: ArrayLike,
    past_valid: ArrayLike,
    days_left: int,
    objective: ArrayLike,
    draws: int = DRAWS,
    seed: int = SEED,
) -> float | None:
    """Give the chance (0-1) to end the window at or above the objective, from days drawn out of the past.

    bad, valid: requests of the window so far, numbers or shape (endpoints,). past_bad, past_valid: requests
    per day, shape (days,) or (days, endpoints), best of the last 180 days; a day is drawn for all endpoints at
    once, and all of them must keep the objective, a number or shape (endpoints,). The same answer on every run; None
    without past requests. It hopes too much where outages are rare and big: call it likely, never safe.
    """
    allowed = 1 - np.asarray(objective, dtype=float)
    for one in np.ravel(objective):
        _check_objective(float(one))
    failed_yet, asked_yet = (np.atleast_1d(np.asarray(so_far, dtype=float)) for so_far in (bad, valid))
    if days_left <= 0:
        kept = failed_yet <= allowed * asked_yet * _ROUNDING
        return float(kept.all()) if asked_yet.sum() else None
    failed, asked = (np.asarray(p, dtype=float).reshape(-1, failed_yet.size) for p in (past_bad, past_valid))
    if asked.sum() == 0:
        return None
    # How often each day is drawn is all that matters: two matrix products instead of picking days.
    often = np.random.default_rng(seed).multinomial(
        days_left, np.full(len(asked), 1 / len(asked)), size=draws
    )
    kept = failed_yet + often @ failed <= allowed * (asked_yet + often @ asked) * _ROUNDING
    return float(kept.all(axis=1).mean())


def enough_requests(valid: int, objective: float) -> bool:
    """Whether there are requests enough to show the objective at all: 3 / (1 - objective)."""
    _check_objective(objective)
    return valid >= 3 / (1 - objective) - 1e-6
