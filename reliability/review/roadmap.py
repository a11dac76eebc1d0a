"""What roadmap entries promised, beside what the same figures did after their release.

The promise is about the organisation's figures: P1 time to recover, availability of the core endpoints, repeat
escalations. Each is compared over as many days before the release as have passed since, 90 at most. That is before
against after, not cause and effect: entries released in the same weeks share the same change.

Sources
- Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 6 (availability: whole days are resampled, as
  failed requests come in outages)
- the sources of reliability.statistics.intervals and reliability.statistics.medians
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from reliability.commitments import verdicts
from reliability.commitments.verdict import Verdict
from reliability.commitments.verdicts import EARLY, LEAST_DURATIONS
from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN
from reliability.statistics.intervals import LEAST_BASELINE_COUNT, Interval, dispersion, rate_ratio
from reliability.statistics.medians import DRAWS, SEED, median_change, percentiles
from reliability.statistics.survival import Durations

MTTR, AVAILABILITY, REPEATS = MEASURES = ("mttr", "availability", "repeats")

FULL_DAYS = 90
"""Days after a release that are compared at most; a quarter of them is the least."""

LEAST_MEASURED_DAYS = 14
_WEEK = timedelta(days=7)
_EXACT = 1e-12

AS_PROMISED = "as promised"
AS_PROMISED_IN_NOISE = "as promised, could be luck"
BETTER_SHORT = "better, short of the promise"
BETTER = "better"
IN_NOISE = "could be luck"
NOT_AS_PROMISED = "not as promised"
WORSE = "worse"
WORSE_THAN_PROMISED = "worse than promised"
TOO_FEW = "too few to tell"
TOO_EARLY = "too early"
NOT_RECORDED = "not recorded"
NOT_RELEASED = "not released"
NO_PROMISE = ""

TONES = {
    AS_PROMISED: GOOD,
    AS_PROMISED_IN_NOISE: NOISE,
    BETTER_SHORT: NOISE,
    BETTER: GOOD,
    IN_NOISE: NOISE,
    NOT_AS_PROMISED: CONCERN,
    WORSE: CONCERN,
    WORSE_THAN_PROMISED: CONCERN,
    TOO_FEW: UNKNOWN,
    TOO_EARLY: UNKNOWN,
    NOT_RECORDED: UNKNOWN,
    NOT_RELEASED: UNKNOWN,
    NO_PROMISE: UNKNOWN,
}

_OF_VERDICT = {
    Verdict.MET: AS_PROMISED,
    Verdict.MET_IN_NOISE: AS_PROMISED_IN_NOISE,
    Verdict.IMPROVED: BETTER_SHORT,
    Verdict.NOT_MET_IN_NOISE: IN_NOISE,
    Verdict.MISSED: NOT_AS_PROMISED,
    Verdict.WORSE: WORSE,
    Verdict.TOO_FEW: TOO_FEW,
}


@dataclass(frozen=True)
class Effect:
    """One promised effect and what came of it.

    promised, change, interval: relative for time to recover and repeats (-0.1 is 10 % less), a difference of shares for
    availability. promised None: nothing was stated. before, after: the figure of each stretch (minutes, a share, a
    count), before_n, after_n: the incidents or days it is based on.
    """

    measure: str
    promised: float | None
    word: str
    before: float | None = None
    after: float | None = None
    change: float | None = None
    interval: Interval | None = None
    before_n: int = 0
    after_n: int = 0

    @property
    def tone(self) -> str:
        """The tone that decides colour and icon."""
        return TONES[self.word]


@dataclass(frozen=True)
class Entry:
    """One roadmap entry. days: how many after its release are compared with as many before; None: not released."""

    item_id: str
    title: str
    quarter: str
    service: str
    released_at: datetime | None
    before_start: datetime | None
    days: float | None
    states_effect: bool
    effects: tuple[Effect, ...] = field(default=())

    @property
    def is_running(self) -> bool:
        """Whether the days after the release are still being collected."""
        return self.days is not None and self.days < FULL_DAYS - 1e-6

    def effect(self, measure: str) -> Effect:
        """Return the effect on one measure."""
        return next(e for e in self.effects if e.measure == measure)


def entries(
    plans: Iterable[Mapping[str, Any]],
    incidents: Iterable[Mapping[str, Any]],
    requests: Iterable[Mapping[str, Any]],
) -> tuple[Entry, ...]:
    """Judge every entry.

    plans, incidents, requests: the rows of `roadmap_effects`, `roadmap_incidents` and `roadmap_availability` below
    queries/lists/work/.
    """
    by_entry = _grouped(incidents), _grouped(requests)
    return tuple(_entry(plan, *(rows.get(plan["item_id"], []) for rows in by_entry)) for plan in plans)


def _entry(
    plan: Mapping[str, Any], incidents: Sequence[Mapping[str, Any]], requests: Sequence[Mapping[str, Any]]
) -> Entry:
    promised = {
        MTTR: plan["expected_mttr_change"],
        AVAILABILITY: plan["expected_availability_change"],
        REPEATS: plan["expected_repeat_change"],
    }
    found = Entry(
        item_id=plan["item_id"],
        title=plan["title"] or "",
        quarter=plan["quarter"] or "",
        service=plan["service"] or "",
        released_at=plan["released_at"],
        before_start=plan["before_start"],
        days=plan["days"],
        states_effect=bool(plan["states_effect"]),
    )
    made = []
    for measure, expected in promised.items():
        if expected is None:
            made.append(Effect(measure, None, NO_PROMISE))
        elif plan["released_at"] is None:
            made.append(Effect(measure, expected, NOT_RELEASED))
        elif plan["days"] <= 0:
            made.append(Effect(measure, expected, TOO_EARLY))
        elif measure == AVAILABILITY:
            made.append(availability_effect(expected, plan["days"], *_sides(requests)))
        elif not plan["incidents_covered" if measure == MTTR else "repeats_covered"]:
            made.append(Effect(measure, expected, NOT_RECORDED))
        elif measure == MTTR:
            made.append(recovery_effect(expected, plan["days"], *(_durations(s) for s in _sides(incidents))))
        else:
            made.append(_repeats(expected, plan, *_sides(incidents)))
    return Entry(**{**found.__dict__, "effects": tuple(made)})


def recovery_effect(promised: float, days: float, before: Durations, after: Durations) -> Effect:
    """Compare two median times to recover, open incidents included. promised: relative change."""
    if not before.n or not after.n:
        word = TOO_EARLY if _early(days) else TOO_FEW
        return Effect(MTTR, promised, word, before_n=before.n, after_n=after.n)
    moved = median_change(after, before)
    interval = Interval(moved.deciding.low - 1, moved.deciding.high - 1)
    change = None if moved.ratio is None or math.isinf(moved.ratio) else moved.ratio - 1
    enough = min(before.n, after.n) >= LEAST_DURATIONS
    word = _word(promised, change, interval, days, enough, hard_floor=True)
    figures = [None if math.isinf(m) else m for m in (moved.baseline_median, moved.median)]
    return Effect(MTTR, promised, word, figures[0], figures[1], change, interval, before.n, after.n)


def repeats_effect(promised: float, days: float, before: int, after: int, phi: float = 1.0) -> Effect:
    """Compare two counts of repeats over equally many days. promised: relative change. phi: clustering, 1 or more."""
    compared = rate_ratio(after, days, before, days, phi)
    interval = Interval(compared.interval.low - 1, compared.interval.high - 1)
    change = None if compared.ratio is None else compared.ratio - 1
    word = _word(promised, change, interval, days, before >= LEAST_BASELINE_COUNT)
    return Effect(REPEATS, promised, word, float(before), float(after), change, interval, before, after)


def availability_effect(
    promised: float,
    days: float,
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
) -> Effect:
    """Compare two availabilities. promised: difference of shares (0.0003). before, after: days with `good`, `total`."""
    sizes = len(before), len(after)
    if not before or not after:
        return Effect(AVAILABILITY, promised, NOT_RECORDED, before_n=sizes[0], after_n=sizes[1])
    then, now = _days(before), _days(after)
    was, is_now = (float(d[0].sum() / d[1].sum()) for d in (then, now))
    generator = np.random.default_rng(SEED)
    interval = percentiles(_resampled(now, generator) - _resampled(then, generator))
    enough = min(sizes) >= LEAST_MEASURED_DAYS
    word = _word(promised, is_now - was, interval, days, enough, hard_floor=True, lower_is_better=False)
    return Effect(AVAILABILITY, promised, word, was, is_now, is_now - was, interval, *sizes)


def _word(
    promised: float,
    change: float | None,
    interval: Interval,
    days: float,
    enough: bool,
    hard_floor: bool = False,
    lower_is_better: bool = True,
) -> str:
    """Choose the word. All values are changes, 0 is no change."""
    if _early(days):
        return TOO_EARLY
    sign = 1.0 if lower_is_better else -1.0
    goal = sign * promised
    low, high = sorted((sign * interval.low, sign * interval.high))
    if goal < 0:
        judged = verdicts.judge_change(
            change, interval, promised, no_change=0.0, lower_is_better=lower_is_better, enough=enough,
            hard_floor=hard_floor,
        )  # fmt: skip
        return _OF_VERDICT[judged.verdict]
    if not enough and hard_floor:
        return TOO_FEW
    # No effect, or a price, was promised: only more harm than that breaks it.
    if low > goal + _EXACT:
        return WORSE_THAN_PROMISED if goal > 0 else WORSE
    if goal > 0 and high <= goal + _EXACT:
        return AS_PROMISED
    if goal == 0 and high < 0:
        return BETTER
    return IN_NOISE if enough else TOO_FEW


def _early(days: float) -> bool:
    return days < EARLY * FULL_DAYS


def _repeats(
    promised: float,
    plan: Mapping[str, Any],
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
) -> Effect:
    counts = [[row for row in side if row["is_repeat_escalation"]] for side in (before, after)]
    weeks = int(plan["days"] // 7)
    # Whole weeks counted away from the release, so that both stretches have equally many.
    phi = dispersion(*(_weekly(side, plan["released_at"], weeks) for side in counts))
    return repeats_effect(promised, plan["days"], len(counts[0]), len(counts[1]), phi)


def _weekly(rows: Sequence[Mapping[str, Any]], released_at: datetime, weeks: int) -> np.ndarray:
    distance = [abs(row["opened_at"] - released_at) // _WEEK for row in rows]
    return np.bincount([week for week in distance if week < weeks], minlength=weeks)


def _durations(rows: Sequence[Mapping[str, Any]]) -> Durations:
    measured = [row for row in rows if row["minutes"] is not None]
    return Durations.of([row["minutes"] for row in measured], [bool(row["has_ended"]) for row in measured])


def _days(rows: Sequence[Mapping[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([row["good"] for row in rows]), np.array([row["total"] for row in rows])


def _resampled(days: tuple[np.ndarray, np.ndarray], generator: np.random.Generator) -> np.ndarray:
    """Draw availabilities of resampled days, shape (DRAWS,)."""
    good, total = days
    weights = generator.multinomial(good.size, np.full(good.size, 1 / good.size), size=DRAWS)
    return (weights @ good) / (weights @ total)


def _sides(rows: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    return [r for r in rows if r["side"] == "before"], [r for r in rows if r["side"] == "after"]


def _grouped(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["item_id"], []).append(row)
    return found
