"""Net Promoter Score with its margin, the change between two windows, and whether a claimed change fits.

Scores are 0-10; an answer is worth +1 (9, 10), 0 (7, 8) or -1 (0-6); NPS is 100 times the mean, -100 to 100
points.

Sources
- Rocks (2016), The American Statistician 70, 365-372, doi 10.1080/00031305.2016.1198279: adjusted Wald adding
  three answers, 3/4 promoters, 3/2 passives, 3/4 detractors
  (https://measuringu.com/nps-confidence-intervals/)
- Cameron and Miller (2015), Journal of Human Resources 50, 317-372, doi 10.3368/jhr.50.2.317 (answers of one
  account)
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reliability.statistics.intervals import Interval, Z

LEAST_ANSWERS = 15
# From this many answers a window the plain difference is the middle of its interval.
_PLAIN_FROM = 30
_ADDED, _ADDED_END = 3.0, 0.75


@dataclass(frozen=True)
class NetPromoterScore:
    """One window's score.

    value: points, None without answers. variance: of value / 100, clusters included. accounts: how many
    accounts answered, an answer without an account being its own. rejected: scores outside 0-10 or blank. spread: over
    accounts, the squared sum of their answers' distances from the mean.
    """

    value: float | None
    promoters: int
    passives: int
    detractors: int
    accounts: int
    rejected: int
    variance: float
    spread: float = 0.0

    @property
    def n(self) -> int:
        """How many answers count."""
        return self.promoters + self.passives + self.detractors

    @property
    def enough(self) -> bool:
        """Whether there are at least 15 answers: fewer say too little to compare."""
        return self.n >= LEAST_ANSWERS

    @property
    def adjusted(self) -> float:
        """The score with the three added answers, in points: the middle of the interval, never shown itself."""
        return 100 * (self.promoters - self.detractors) / (self.n + _ADDED)

    @property
    def interval(self) -> Interval | None:
        """The 90 % interval in points, None without answers."""
        if self.value is None:
            return None
        reach = 100 * Z * math.sqrt(self.variance)
        return Interval(max(-100.0, self.adjusted - reach), min(100.0, self.adjusted + reach))


def net_promoter_score(scores: ArrayLike, accounts: Sequence[str | None] | None = None) -> NetPromoterScore:
    """Score answers.

    scores: shape (n,), NaN for blank. accounts: the account of each answer, None where unknown. When an
    account answered more than once the variance is the larger of the adjusted Wald and the clustered one.
    Raises ValueError when `accounts` has another length.
    """
    given = np.asarray(scores, dtype=float).ravel()
    names = [None] * given.size if accounts is None else list(accounts)
    if len(names) != given.size:
        raise ValueError(f"{given.size} scores but {len(names)} accounts")
    valid = (given >= 0) & (given <= 10) & (given == np.floor(given))
    points = np.where(given >= 9, 1.0, np.where(given >= 7, 0.0, -1.0))[valid]
    promoters, detractors = int((points > 0).sum()), int((points < 0).sum())
    n = points.size
    clusters = _clusters(list(compress(names, valid.tolist())))
    variance = adjusted_wald_variance(promoters, detractors, n)
    groups = int(clusters.max()) + 1 if n else 0
    if 1 < groups < n:
        variance = max(variance, clustered_variance(points, clusters))
    return NetPromoterScore(
        100 * float(points.mean()) if n else None,
        promoters,
        n - promoters - detractors,
        detractors,
        groups,
        int(given.size - n),
        variance,
        float((np.bincount(clusters, points - points.mean()) ** 2).sum()) if n else 0.0,
    )


def score_of(row: Mapping[str, Any]) -> NetPromoterScore:
    """Return the score of a query's row: value, n, promoters, passives, detractors, accounts, account_spread.

    account_spread: over accounts, the squared sum of their answers' distances from the mean. Several answers of one
    account tell less: the larger variance counts. Where the row counts the answers outside 0 to 10 they are `rejected`.
    """
    answers, accounts = int(row["n"]), int(row["accounts"])
    variance = adjusted_wald_variance(row["promoters"], row["detractors"], answers)
    if 1 < accounts < answers:
        variance = max(variance, accounts / (accounts - 1) * row["account_spread"] / answers**2)
    rejected = row.get("left_out_outside_0_to_10", 0)
    return NetPromoterScore(
        row["value"],
        row["promoters"],
        row["passives"],
        row["detractors"],
        accounts,
        rejected,
        variance,
        float(row["account_spread"] or 0.0),
    )


def panel_of(row: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Return the named accounts of a query's row: account -> (answers, sum of points).

    panel: three numbers for each, separated by blanks; a row without it has none.
    """
    numbers = (row.get("panel") or "").split()
    each = zip(numbers[0::3], numbers[1::3], numbers[2::3], strict=True)
    return {who: (int(answers), int(points)) for who, answers, points in each}


def adjusted_wald_variance(promoters: int, detractors: int, n: int) -> float:
    """Give the variance of NPS / 100 after adding three neutral answers."""
    padded = n + _ADDED
    up, down = (promoters + _ADDED_END) / padded, (detractors + _ADDED_END) / padded
    return (up + down - (up - down) ** 2) / padded


def clustered_variance(points: np.ndarray, clusters: np.ndarray) -> float:
    """Give the variance of a mean whose answers come in groups.

    points, clusters: shape (n,); clusters numbered from 0 without gaps, two or more of them.
    """
    residuals = np.bincount(clusters, points - points.mean())
    groups = residuals.size
    return float(groups / (groups - 1) * (residuals**2).sum() / points.size**2)


def _clusters(names: Sequence[str | None]) -> np.ndarray:
    """Number the accounts in order of appearance; each answer without one is a cluster of its own."""
    keys: list[object] = [i if name is None else name for i, name in enumerate(names)]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.fromiter(map(numbers.__getitem__, keys), int, len(keys))


class Move(StrEnum):
    """What can be said of a change of the score."""

    FELL = "fell"
    ROSE = "rose"
    NO_CHANGE_SHOWN = "no change shown"
    TOO_FEW = "too few responses to tell"


@dataclass(frozen=True)
class NpsChange:
    """The change from one window to another in points. enough: 15 answers in each window."""

    difference: float
    interval: Interval
    enough: bool

    @property
    def word(self) -> Move:
        """Say it in words; a direction only where no change lies outside the interval."""
        if not self.enough:
            return Move.TOO_FEW
        if self.interval.high < 0:
            return Move.FELL
        return Move.ROSE if self.interval.low > 0 else Move.NO_CHANGE_SHOWN

    def compatible(self, claimed: float) -> bool:
        """Whether a claimed change in points lies inside the interval."""
        return claimed in self.interval


@dataclass(frozen=True)
class Returning:
    """Accounts that answered in both windows, arrays of shape (accounts,): answers, and the sum of their points.

    Points are +1, 0 and -1.
    """

    answers: np.ndarray
    points: np.ndarray
    was_answers: np.ndarray
    was_points: np.ndarray

    @classmethod
    def of(cls, now: Mapping[str, tuple[int, int]], was: Mapping[str, tuple[int, int]]) -> "Returning":
        """Find them among the accounts of two windows: account -> (answers, sum of points)."""
        both = sorted(now.keys() & was.keys())
        columns = [
            np.array([side[who][i] for who in both], dtype=float) for side in (now, was) for i in (0, 1)
        ]
        return cls(*columns)


def nps_change(
    now: NetPromoterScore, was: NetPromoterScore, returning: Returning | None = None
) -> NpsChange | None:
    """Compare two windows: now minus then. None when either has no answers.

    returning: those who answered in both; each is compared with itself, which takes what sets accounts apart out of
    the margin. Without any the two variances are added.
    """
    if now.value is None or was.value is None:
        return None
    variance = now.variance + was.variance
    if returning is not None and returning.answers.size:
        variance = _paired_variance(now, was, returning)
    return _change(now.value - was.value, (now,), (was,), variance)


def _paired_variance(now: NetPromoterScore, was: NetPromoterScore, returning: Returning) -> float:
    """Cluster what answers add to the difference by account, over both windows together."""
    assert now.value is not None and was.value is not None
    own = returning.points - now.value / 100 * returning.answers
    was_own = returning.was_points - was.value / 100 * returning.was_answers
    groups = now.accounts + was.accounts - returning.answers.size
    shared = 2 * float((own * was_own).sum()) / (now.n * was.n)
    total = now.spread / now.n**2 + was.spread / was.n**2 - shared
    return max(0.0, total) * groups / max(1, groups - 1)


def difference_of_changes(
    now: NetPromoterScore, was: NetPromoterScore, others_now: NetPromoterScore, others_was: NetPromoterScore
) -> NpsChange | None:
    """Compare the change of one group (accounts hit) with that of another (accounts not hit).

    The second change is taken off the first: what remains is not a general trend. None when any has no
    answers.
    """
    values = [s.value for s in (now, was, others_now, others_was)]
    if any(v is None for v in values):
        return None
    a, b, c, d = (v for v in values if v is not None)
    variance = sum(s.variance for s in (now, was, others_now, others_was))
    return _change((a - b) - (c - d), (now, others_was), (was, others_now), variance)


def _change(
    difference: float,
    added: Sequence[NetPromoterScore],
    taken: Sequence[NetPromoterScore],
    variance: float,
) -> NpsChange:
    """Put the interval around the difference; of few answers around the adjusted one, or it would hold too seldom."""
    scores = (*added, *taken)
    middle = difference
    if min(s.n for s in scores) < _PLAIN_FROM:
        middle = sum(s.adjusted for s in added) - sum(s.adjusted for s in taken)
    reach = 100 * Z * math.sqrt(variance)
    return NpsChange(difference, Interval(middle - reach, middle + reach), all(s.enough for s in scores))


def variance_of_one(*scores: NetPromoterScore) -> float | None:
    """Give the variance that one answer adds, on average over windows, accounts included; None without answers."""
    known = [s.variance * s.n for s in scores if s.n]
    return sum(known) / len(known) if known else None


def answers_needed(margin: float, variance_of_one: float = 0.66) -> int:
    """Say how many answers each window needs so that a change is known to within `margin` points either way.

    variance_of_one: variance of one answer's +1/0/-1; 0.66 is typical (40 % promoters, 30 % detractors would
    be 0.69). Raises ValueError when the margin is not positive.
    """
    if margin <= 0:
        raise ValueError(f"a margin must be positive, not {margin}")
    return math.ceil(2 * variance_of_one * (100 * Z / margin) ** 2)
