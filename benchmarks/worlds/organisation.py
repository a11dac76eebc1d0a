"""A made-up organisation over two years and a promise's window: its incidents or answers, drawn with a known truth.

Days are counted from FIRST_DAY; the promise begins on day PROMISED, after 104 whole weeks.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

FIRST_DAY = datetime(2023, 7, 3, tzinfo=UTC)
PROMISED, WINDOW, BASELINE, QUARTER = 728, 90, 364, 91
END = PROMISED + WINDOW
ALL_DAYS = END + 60
"""Days that are drawn: until after the last late report."""

Rate = np.ndarray
"""Expected incidents per day, shape (ALL_DAYS,)."""
Shape = Callable[[np.random.Generator], Rate]


@dataclass(frozen=True)
class Incidents:
    """Incidents in no order, arrays of shape (incidents,).

    opened, recorded: days. severity, highest: the last level, and the gravest it ever had. minutes: until resolved.
    """

    opened: np.ndarray
    severity: np.ndarray
    highest: np.ndarray
    recorded: np.ndarray
    minutes: np.ndarray

    @property
    def columns(self) -> tuple[np.ndarray, ...]:
        """Every column, in the order of the fields."""
        return self.opened, self.severity, self.highest, self.recorded, self.minutes

    def of(self, kept: np.ndarray) -> "Incidents":
        """Those of a mask, shape (incidents,)."""
        return Incidents(*(column[kept] for column in self.columns))


@dataclass(frozen=True)
class Answers:
    """Answers to "would you recommend us", arrays of shape (answers,): days, scores 0 to 10, account numbers."""

    at: np.ndarray
    scores: np.ndarray
    accounts: np.ndarray


def level(per_quarter: float) -> Rate:
    """Give the same rate every day. per_quarter: incidents per 90 days."""
    return np.full(ALL_DAYS, per_quarter / WINDOW)


def weekdays() -> Rate:
    """Give factors of the days of a week: 1.3 from Monday to Friday, 0.25 on the others."""
    return np.resize(np.array([1.3] * 5 + [0.25] * 2), ALL_DAYS)


def drift(generator: np.random.Generator, log_sd: float, days: float = 60) -> Rate:
    """Draw factors whose logs are an AR(1) of so many days, with mean factor 1."""
    keep = math.exp(-1 / days)
    steps = generator.normal(0, log_sd * math.sqrt(1 - keep**2), ALL_DAYS)
    logs = np.empty(ALL_DAYS)
    logs[0] = generator.normal(0, log_sd)
    for day in range(1, ALL_DAYS):
        logs[day] = keep * logs[day - 1] + steps[day]
    return np.exp(logs - log_sd**2 / 2)


def trend(a_year: float) -> Rate:
    """Give factors that fall all along by a share of a year ago; 1 in the middle of the baseline."""
    return np.asarray((1 - a_year) ** ((np.arange(ALL_DAYS) - (PROMISED - BASELINE / 2)) / BASELINE))


def season(depth: float) -> Rate:
    """Give factors of a cosine a year long, lowest in the middle of the promise's window."""
    return 1 - depth * np.cos(2 * np.pi * (np.arange(ALL_DAYS) - (PROMISED + WINDOW / 2)) / BASELINE)


def bad_quarter(factor: float) -> Rate:
    """Give 1 on all days but those of the last quarter before the promise, which have the factor."""
    factors = np.ones(ALL_DAYS)
    factors[PROMISED - QUARTER : PROMISED] = factor
    return factors


def changed(ratio: float) -> Rate:
    """Give 1 before the promise and its true ratio from then on."""
    factors = np.ones(ALL_DAYS)
    factors[PROMISED:] = ratio
    return factors


def moments(generator: np.random.Generator, rate: Rate) -> np.ndarray:
    """Draw independent moments in days: a Poisson number each day, anywhere in it."""
    counts = generator.poisson(rate)
    days = np.repeat(np.arange(ALL_DAYS), counts)
    return np.asarray(days + generator.random(days.size))


def clustered(generator: np.random.Generator, rate: Rate, mean_size: float, days: float) -> np.ndarray:
    """Draw moments in clusters: the first of each by the rate, 1 + Poisson incidents anywhere in the days after it."""
    first = moments(generator, rate / mean_size)
    more = generator.poisson(mean_size - 1, first.size)
    parents = np.repeat(first, more)
    found = np.concatenate([first, parents + generator.random(parents.size) * days])
    return found[found < ALL_DAYS]


def incidents(
    opened: np.ndarray,
    p2: np.ndarray | None = None,
    filed_as_p2: np.ndarray | None = None,
    known: bool = True,
    lag: np.ndarray | None = None,
    minutes: np.ndarray | None = None,
) -> Incidents:
    """Put an organisation together.

    opened: when P1s opened; p2: the same of P2s. filed_as_p2: which P1s were filed as P2s, shape (P1s,); known: whether
    they were P1s before, so that the history shows it. lag: days until each P1 was recorded.
    """
    others = np.empty(0) if p2 is None else p2
    at = np.concatenate([opened, others])
    highest = np.repeat([1, 2], [opened.size, others.size])
    severity = highest.copy()
    if filed_as_p2 is not None:
        severity[: opened.size][filed_as_p2] = 2
        highest = highest if known else severity
    late = np.zeros(at.size)
    if lag is not None:
        late[: lag.size] = lag
    took = np.full(at.size, 60.0)
    if minutes is not None:
        took[: minutes.size] = minutes
    return Incidents(at, severity, highest, at + late, took)
