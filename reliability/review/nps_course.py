"""NPS before, in and after a stretch of time: equal lengths of days, each a score, and the changes between them.

"In the window" is not "because of it": the two changes say when, the difference between accounts that were hit and
accounts that were not says with whom. Neither says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from reliability.settings import Settings
from reliability.settings.model import Span
from reliability.settings.periods import Window, local_date, midnight
from reliability.statistics.nps import (
    NetPromoterScore,
    NpsChange,
    difference_of_changes,
    nps_change,
    score_of,
)

BEFORE, DURING, AFTER = "before", "during", "after"
# The groups of queries/lists/customers/nps_by_exposure.sql: by the number of incidents that hit the account.
EXPOSED, NOT_EXPOSED, NO_ACCOUNT = "exposed", "not exposed", "no account"
DOSES = (NOT_EXPOSED, "1", "2", "3 or more")


@dataclass(frozen=True)
class Around:
    """A stretch of `days` days and the equal lengths before and after it, all cut at the zone's midnights.

    seen_at: the instant it is seen from; what begins later is not there yet.
    """

    note: str
    days: int
    before: Window
    during: Window
    after: Window
    seen_at: datetime

    @property
    def begun(self) -> dict[str, Window]:
        """The parts that have begun, by name."""
        parts = {BEFORE: self.before, DURING: self.during, AFTER: self.after}
        return {name: window for name, window in parts.items() if window.start < self.seen_at}

    @property
    def lists(self) -> dict[str, list[datetime]]:
        """The parts as the two lists that queries take."""
        found = list(self.begun.values())
        return {"window_starts": [w.start for w in found], "window_ends": [w.end for w in found]}

    def running(self, part: str) -> bool:
        """Whether a part has begun and not ended."""
        window = self.begun.get(part)
        return window is not None and window.end > self.seen_at


def around(span: Span, settings: Settings, seen_at: datetime) -> Around | None:
    """Return a declared stretch with the days before and after it; None while it has not begun.

    One that has no end yet ends with the day of `seen_at`, and nothing comes after it.
    """
    zone = settings.organisation.zone
    last = span.end or local_date(seen_at, zone) + timedelta(days=1)
    if midnight(span.start, zone) >= seen_at or last <= span.start:
        return None
    return _around(span.note, span.start, last, settings, seen_at)


def around_period(start: datetime, end: datetime, settings: Settings, seen_at: datetime) -> Around:
    """Return any window cut at midnights, such as a quarter, with the days before and after it."""
    zone = settings.organisation.zone
    return _around("", local_date(start, zone), local_date(end, zone), settings, seen_at)


def _around(note: str, first: date, last: date, settings: Settings, seen_at: datetime) -> Around:
    zone, length = settings.organisation.zone, last - first
    edges = [midnight(day, zone) for day in (first - length, first, last, last + length)]
    before, during, after = (Window(*pair) for pair in pairwise(edges))
    return Around(note, length.days, before, during, after, seen_at)


@dataclass(frozen=True)
class Course:
    """The scores of one group before, in and after a window; None for a part that has not begun."""

    before: NetPromoterScore | None
    during: NetPromoterScore | None
    after: NetPromoterScore | None

    @property
    def in_window(self) -> NpsChange | None:
        """The window against before it."""
        return _between(self.during, self.before)

    @property
    def since(self) -> NpsChange | None:
        """After the window against the window."""
        return _between(self.after, self.during)

    @property
    def overall(self) -> NpsChange | None:
        """After the window against before it: what is won back, or not."""
        return _between(self.after, self.before)

    @property
    def answers(self) -> int:
        """How many answers there are in all."""
        return sum(score.n for score in (self.before, self.during, self.after) if score)


def course_of(rows: Iterable[Mapping[str, Any]], parts: Around) -> Course:
    """Return the course of rows with `at` and the counts of a score, at most one row per part."""
    scores = {row["at"]: score_of(row) for row in rows}
    none = NetPromoterScore(None, 0, 0, 0, 0, 0, 0.0)
    found = {name: scores.get(window.start, none) for name, window in parts.begun.items()}
    return Course(found.get(BEFORE), found.get(DURING), found.get(AFTER))


def courses_by(rows: Sequence[Mapping[str, Any]], column: str, parts: Around) -> dict[Any, Course]:
    """Return the course of every group that a column names."""
    names = dict.fromkeys(row[column] for row in rows)
    return {name: course_of([row for row in rows if row[column] == name], parts) for name in names}


def apart(hit: Course, others: Course, part: str) -> NpsChange | None:
    """Return how far a group moved from before to `part`, less how far another one moved; None without answers.

    The interval adds the four variances, as if no account answered twice. Where the same accounts answer before and
    after, which binds the two scores together, it is on the safe side.
    """
    now, others_now = (hit.after, others.after) if part == AFTER else (hit.during, others.during)
    if now is None or others_now is None or hit.before is None or others.before is None:
        return None
    return difference_of_changes(now, hit.before, others_now, others.before)


def _between(now: NetPromoterScore | None, was: NetPromoterScore | None) -> NpsChange | None:
    return None if now is None or was is None else nps_change(now, was)
