"""The data of promises: the only part of this room that asks the store."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from reliability.commitments.spending import Spender
from reliability.commitments.tools import ToolSpan
from reliability.formatting import count
from reliability.kpis import Asked, AsKnown, Kpi, Readings
from reliability.kpis.intervals import durations_of
from reliability.model import Filters
from reliability.queries import Asks
from reliability.queries.figures import Family, Figure
from reliability.settings import Settings
from reliability.settings.periods import Window, local_date, midnight
from reliability.statistics.endings import Endings, Held
from reliability.statistics.nps import NetPromoterScore, Returning, panel_of, score_of
from reliability.statistics.survival import Durations

# How late records come where no source says when it was told.
LATE_DAYS = 7
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
# Missing records are estimated when half arrive in a week, for so many days back, and no share below is trusted.
_TOLD, _MOST_DAYS, _LEAST_ARRIVED = 0.5, 31, 0.05
# Weeks before a promise that say how much a count drifts: three years.
_HISTORY_WEEKS = 156
MOST_LOST = 0.10
"""The share of a window that may lie in gaps before nobody can tell what it holds."""
_MINUTE = timedelta(minutes=1)
_INSTANT = timedelta(microseconds=1)
_WORST = 3


@dataclass(frozen=True)
class Counts:
    """A count over a window. row: the figure's own row. week_rows: those of its whole weeks, in their order."""

    row: Mapping[str, Any]
    week_rows: tuple[Mapping[str, Any], ...]

    @property
    def weeks(self) -> np.ndarray:
        """The counts of its whole weeks, shape (weeks,)."""
        return self.weekly("value")

    def weekly(self, column: str) -> np.ndarray:
        """Another count of its whole weeks, shape (weeks,); 0 where it is not told."""
        return np.array([row.get(column) or 0 for row in self.week_rows], dtype=float)

    @property
    def total(self) -> int:
        """How many in the whole window."""
        return int(self.row["value"] or 0)

    @property
    def unknown(self) -> bool:
        """Whether nobody can say how many."""
        return self.row["value"] is None

    def of(self, column: str) -> int:
        """Another count of the figure's row, 0 where it has no such column."""
        return int(self.row.get(column) or 0)

    def share(self, part: str, whole: str) -> float | None:
        """One count of the row as a share of another; None where the row has none to divide."""
        return self.of(part) / self.of(whole) if part in self.row and self.of(whole) else None


@dataclass(frozen=True)
class ClockReading:
    """Durations of a window, and how many incidents lack them.

    unrecorded: over, but without the stamp. zero_length: posted after the fact. day_only: known to the day only.
    longest: the three longest, by name, with their minutes.
    """

    durations: Durations
    unrecorded: int
    reversed: int
    severity_unknown: int
    zero_length: int = 0
    day_only: int = 0
    longest: tuple[tuple[str, float], ...] = ()

    @property
    def unknown(self) -> int:
        """How many lack the times that say how long they took."""
        return self.unrecorded + self.zero_length + self.day_only

    @property
    def needed(self) -> int:
        """How many stamps a complete record would hold."""
        return self.durations.n + self.unknown + self.reversed

    @property
    def unknown_in_words(self) -> str:
        """Of how many it is not known how long they took, and why: "unknown for 14 of 14 (14 day only)"."""
        reasons = {
            "not recorded": self.unrecorded,
            "zero length": self.zero_length,
            "day only": self.day_only,
        }
        said = ", ".join(f"{count(n)} {reason}" for reason, n in reasons.items() if n)
        return f"unknown for {count(self.unknown)} of {count(self.needed)} ({said})"

    @property
    def left_out(self) -> dict[str, int]:
        """Reason -> incidents that are in no duration."""
        reasons = {
            "not recorded": self.unrecorded,
            "reversed times": self.reversed,
            "zero length": self.zero_length,
            "day only": self.day_only,
            "severity unknown": self.severity_unknown,
        }
        return {reason: count for reason, count in reasons.items() if count}


@dataclass(frozen=True)
class EndpointDays:
    """Requests per day and endpoint, shape (days, endpoints), and the minutes that were measured.

    allowed: requests that may fail by the objective. interval_minutes: the shortest interval of each endpoint, shape
    (endpoints,). spans: from the first interval of each endpoint to the end of its last one.
    """

    endpoints: tuple[str, ...]
    good: np.ndarray
    valid: np.ndarray
    allowed: np.ndarray
    measured_minutes: np.ndarray
    interval_minutes: np.ndarray
    spans: tuple[Window, ...]

    def unmeasured(self, window: Window) -> np.ndarray:
        """Minutes of a window without measurements, per endpoint, shape (endpoints,).

        Less than one interval at an end is how intervals meet the window's edge, not time that nobody measured.
        """
        return np.array([self._unmeasured(i, window) for i in range(len(self.endpoints))])

    def _unmeasured(self, endpoint: int, window: Window) -> float:
        span, interval = self.spans[endpoint], float(self.interval_minutes[endpoint])
        inside = (span.end - span.start) / _MINUTE - float(self.measured_minutes[:, endpoint].sum())
        before, after = (span.start - window.start) / _MINUTE, (window.end - span.end) / _MINUTE
        # The interval across the start belongs to the time before; one across the end would be here.
        whole = before // interval * interval
        return max(0.0, inside) + whole + (after if after >= interval else 0.0)

    @property
    def lost_minutes(self) -> float:
        """Minutes of full outage that the failed requests amount to, added up over endpoints."""
        valid = self.valid.sum(axis=0)
        return float(((valid - self.good.sum(axis=0)) / valid * self.measured_minutes.sum(axis=0)).sum())

    @property
    def objectives(self) -> np.ndarray:
        """The objective of each endpoint, weighted by requests where it changed; shape (endpoints,)."""
        # Rounded, so that one that never changed is as it was written.
        return np.round(1 - self.allowed.sum(axis=0) / self.valid.sum(axis=0), 12)


@dataclass(frozen=True)
class Gap:
    """A stretch in which a tool that normally speaks is silent. after, before: the exports it lies between."""

    start: datetime
    end: datetime
    after: str
    before: str


@dataclass(frozen=True)
class Covered:
    """First and last instant that the records of a table vouch for, of each tool, how late records come, and gaps.

    late_days: per source the days within which 95 of 100 records arrive; None where it does not say when. lag_days: the
    percentiles 0 to 100 of all known delays, shape (101,) or (0,).
    """

    first: datetime | None
    last: datetime
    tools: tuple[ToolSpan, ...] = ()
    late_days: tuple[float | None, ...] = ()
    lag_days: np.ndarray = field(default_factory=lambda: np.empty(0))
    gaps: tuple[Gap, ...] = ()

    def arrived(self, age: float) -> float | None:
        """The share (0-1) of records that arrive within `age` days; None where no source says when they do."""
        if not self.lag_days.size:
            return None
        return float(np.searchsorted(self.lag_days, age, side="right") / self.lag_days.size)

    def lost(self, window: Window) -> tuple[float, Gap | None]:
        """The share of a window, 0-1, that lies in gaps, and the longest of them."""
        inside = [
            (min(gap.end, window.end) - max(gap.start, window.start), gap)
            for gap in self.gaps
            if gap.start < window.end and gap.end > window.start
        ]
        if not inside:
            return 0.0, None
        lost = sum((length for length, _ in inside), timedelta())
        return lost / (window.end - window.start), max(inside, key=lambda part: part[0])[1]

    def speaks_of(self, window: Window | Asked) -> bool:
        """Whether records vouch for a window: between the first and the last of them, no gap takes too much of it."""
        inside = Window(window.start, window.end)
        if self.first is None or self.first >= inside.end or inside.start > self.last:
            return False
        return self.lost(inside)[0] <= MOST_LOST

    def holds(self, window: Window) -> bool:
        """Whether a whole window may be compared with: the records begin before it, and no gap takes too much of it."""
        return self.first is not None and self.first <= window.start and self.lost(window)[0] <= MOST_LOST


def _gaps(row: Mapping[str, Any], as_of: datetime) -> tuple[Gap, ...]:
    """The gaps that were known by as_of: before, a tool had not been silent for too long."""
    columns = (row[name] for name in ("gap_known", "gap_starts", "gap_ends", "gap_after", "gap_before"))
    return tuple(Gap(*parts) for known, *parts in zip(*columns, strict=True) if known <= as_of)


def _span(window: Window, other: Window | None) -> Window:
    """The shortest window that holds both."""
    return Window(min(window.start, other.start), max(window.end, other.end)) if other else window


class Evidence:
    """Reads what promises need from one store, as known at one instant.

    readings: where figures are read; shared by all who read the same warehouse for one answer.
    """

    def __init__(
        self, store: Asks, settings: Settings, as_of: datetime, readings: Readings | None = None
    ) -> None:
        self.settings = settings
        self.as_of = as_of
        self.readings = readings or Readings(store, settings)
        self._known = AsKnown(store, settings, as_of)
        self._requests_expected: dict[tuple[Filters, float], Window] = {}
        self._requests: dict[tuple[Filters, float], tuple[Window, list[dict[str, Any]]]] = {}

    def asked(self, window: Window) -> Asked:
        """Return a window as it is asked about here."""
        return self._known.asked(window)

    def weeks(self, window: Window) -> list[Asked]:
        """Return the whole 7 days of a window, counted from its own start, that are over."""
        zone = self.settings.organisation.zone
        first, end = local_date(window.start, zone), min(window.end, self.as_of)
        found = []
        while (last := midnight(first + _WEEK, zone)) <= end:
            found.append(Asked(midnight(first, zone), last, self.as_of))
            first += _WEEK
        return found

    def expect(self, figure: Figure, windows: Iterable[Window], filters: Filters, before: datetime) -> None:
        """Say which windows of a figure a promise will be judged by. before: where it begins."""
        if figure.family is Family.COUNT:
            self.readings.expect(figure.id, self._weeks_before(figure, before), filters)
        for window in windows:
            if figure.samples:
                self.readings.expect_samples(figure.id, [self.asked(window)], filters)
            if figure.family is not Family.MEDIAN:
                self.readings.expect(figure.id, [self.asked(window)], filters)
            if figure.family is Family.COUNT:
                self.readings.expect(figure.id, self.weeks(window), filters)
                self.readings.expect(figure.id, self._recent_days(figure, window), filters)

    @cached_property
    def coverage(self) -> dict[str, Covered]:
        """Table -> what its records vouch for; a table without records is not there."""
        return {
            row["table_name"]: Covered(
                row["first_at"],
                min(row["last_at"], self.as_of),
                _tools(row),
                tuple(row["late_days"] or ()),
                np.array(row["lag_days"] or (), dtype=float),
                _gaps(row, self.as_of),
            )
            for row in self._known.store.run("lists/data_range")
            if row["records"] and row["last_at"] and not (row["first_at"] and row["first_at"] > self.as_of)
        }

    def late_days(self, tables: Iterable[str]) -> int:
        """The whole days after which records of these tables are taken as complete: the slowest source counts."""
        slowest = [
            late for table in tables if table in self.coverage for late in self.coverage[table].late_days
        ]
        return math.ceil(max((LATE_DAYS if late is None else late for late in slowest), default=LATE_DAYS))

    def _recent_days(self, figure: Figure, window: Window) -> list[Asked]:
        """The days of a window from which records may still be missing, where the source says how late they come."""
        covered = self.coverage.get(figure.covered_by[0])
        if covered is None or not covered.lag_days.size:
            return []
        zone, last = self.settings.organisation.zone, min(window.end, self.as_of)
        reach = min(_MOST_DAYS, math.ceil(covered.lag_days[-1]))
        first = max(local_date(self.as_of, zone) - timedelta(days=reach), local_date(window.start, zone))
        found = []
        while (start := midnight(first, zone)) < last:
            first += timedelta(days=1)
            found.append(Asked(start, min(midnight(first, zone), last), self.as_of))
        return found

    def still_missing(self, figure: Figure, window: Window, filters: Filters) -> float | None:
        """Estimate how many records of a window have yet to arrive: each one that came stands for 1 / F(its age).

        F: the share of records that arrive within an age. None where no source says how late its records come, or fewer
        than half come within a week.
        """
        covered = self.coverage.get(figure.covered_by[0])
        within_a_week = covered.arrived(_WEEK / _DAY) if covered else None
        if covered is None or within_a_week is None or within_a_week < _TOLD:
            return None
        missing = 0.0
        for day in self._recent_days(figure, window):
            arrived = covered.arrived((self.as_of - (day.start + (day.end - day.start) / 2)) / _DAY) or 0.0
            rows = self.readings.row(figure.id, day, filters)["value"] or 0
            missing += rows * (1 / max(arrived, _LEAST_ARRIVED) - 1)
        return missing

    def counts(self, kpi_id: str, window: Window, filters: Filters) -> Counts:
        """Count a figure over a window, and in each of its whole weeks."""
        weeks = self.weeks(window)
        self.readings.expect(kpi_id, weeks, filters)
        row = self.readings.row(kpi_id, self.asked(window), filters)
        return Counts(row, tuple(self.readings.row(kpi_id, week, filters) for week in weeks))

    def history(self, figure: Figure, before: datetime, filters: Filters) -> Counts:
        """Count a figure in each of the whole weeks before a promise, oldest first, as far back as the data reach."""
        weeks = self._weeks_before(figure, before)
        self.readings.expect(figure.id, weeks, filters)
        rows = tuple(self.readings.row(figure.id, week, filters) for week in weeks)
        return Counts({"value": sum(row["value"] or 0 for row in rows)}, rows)

    def _weeks_before(self, figure: Figure, before: datetime) -> list[Asked]:
        # As known when the promise began, so that each look at it asks for the same windows.
        known = [self.coverage[table].first for table in figure.covered_by if table in self.coverage]
        first = max((at for at in known if at), default=before)
        zone, found = self.settings.organisation.zone, list[Asked]()
        last = local_date(before, zone)
        # Most of the oldest week must be covered: the first record comes some time after what it vouches for.
        while len(found) < _HISTORY_WEEKS and midnight(last - _WEEK, zone) + _WEEK / 2 >= first:
            found.append(Asked(midnight(last - _WEEK, zone), midnight(last, zone), before))
            last -= _WEEK
        return found[::-1]

    def durations(self, kpi_id: str, window: Window, filters: Filters) -> ClockReading:
        """Read the durations behind a median, open ones with their age, and what is in none."""
        rows = self.readings.samples(kpi_id, self.asked(window), filters)
        lacking = Counter[str]()
        for row in rows:
            if row["minutes"] is None:
                lacking[row["state"]] += row["n"]
        return ClockReading(
            durations_of(rows),
            lacking["no resolve time"] + lacking["not recorded"],
            lacking["reversed times"],
            lacking["severity unknown"],
            lacking["zero length"],
            lacking["day only"],
            tuple(
                (row["incident_id"], row["minutes"])
                for row in sorted(rows, key=lambda row: -(row["minutes"] or 0))[:_WORST]
                if row["minutes"] is not None
            ),
        )

    def score(self, kpi_id: str, window: Window, filters: Filters) -> NetPromoterScore:
        """Score the answers of a window."""
        return score_of(self.readings.row(kpi_id, self.asked(window), filters))

    def returning(self, kpi_id: str, now: Window, was: Window, filters: Filters) -> Returning:
        """Read the accounts that answered in both windows; none of a window that is too short to say."""
        now_row, was_row = (self.readings.row(kpi_id, self.asked(w), filters) for w in (now, was))
        return Returning.of(panel_of(now_row), panel_of(was_row))

    def expect_requests(self, window: Window, filters: Filters, objective: float) -> None:
        """Say that the requests of a window will be read, so that one question reads those of all promises."""
        key = (filters, objective)
        self._requests_expected[key] = _span(window, self._requests_expected.get(key))

    def _daily(self, window: Window, filters: Filters, objective: float) -> list[dict[str, Any]]:
        key = (filters, objective)
        known = self._requests.get(key)
        if known is None or window.start < known[0].start or window.end > known[0].end:
            wanted = _span(window, self._requests_expected.get(key))
            answer = self._known.run(
                "commitments/availability_daily", wanted.start, wanted.end, filters, availability=objective
            )
            known = self._requests[key] = (wanted, answer.rows)
        return known[1]

    def endpoint_days(self, window: Window, filters: Filters, objective: float) -> EndpointDays:
        """Read requests per day and endpoint; a day without measurements of an endpoint is 0.

        objective: of the endpoints that have none of their own.
        """
        zone = self.settings.organisation.zone
        first, last = (at.astimezone(zone).date() for at in (window.start, window.end - _INSTANT))
        found = self._daily(window, filters, objective)
        rows = [row for row in found if first <= row["day"] <= last]
        days = {day: i for i, day in enumerate(sorted({row["day"] for row in rows}))}
        names = {name: i for i, name in enumerate(sorted({row["endpoint"] for row in rows}))}
        shape = (len(days), len(names))
        filled = {key: np.zeros(shape) for key in ("good", "valid", "allowed", "measured_minutes")}
        for row in rows:
            for key, values in filled.items():
                values[days[row["day"]], names[row["endpoint"]]] = row[key]
        own = {name: [row for row in rows if row["endpoint"] == name] for name in names}
        shortest = [min(row["interval_minutes"] for row in rows) for rows in own.values()]
        spans = tuple(
            Window(min(row["first_at"] for row in rows), max(row["last_at"] for row in rows))
            for rows in own.values()
        )
        return EndpointDays(tuple(names), **filled, interval_minutes=np.array(shortest), spans=spans)

    def budget_spenders(self, window: Window, filters: Filters, objective: float) -> tuple[Spender, ...]:
        """Read what spent the error budget of each endpoint."""
        found = self._known.run(
            "lists/budget_spent", window.start, window.end, filters, availability=objective
        )
        return tuple(
            Spender(row["endpoint"], row["spender"], row["incident_id"], row["budget_share"]) for row in found
        )

    def kpi(self, kpi_id: str, window: Window, filters: Filters) -> tuple[Kpi, dict[str, Any]]:
        """Read a figure of a window; also its whole row, for columns of its own."""
        asked = self.asked(window)
        return self.readings.kpi(kpi_id, asked, filters), self.readings.row(kpi_id, asked, filters)

    def held(self, kpi_id: str, window: Window, filters: Filters) -> Held:
        """Read how the endings up to the window's end hold, after the days that the settings ask for."""
        rows = self.readings.samples(kpi_id, self.asked(window), filters)
        return Endings.of_rows(rows).held(self.settings.incidents.ended_after_days)


def _tools(row: Mapping[str, Any]) -> tuple[ToolSpan, ...]:
    columns = (row[n] for n in ("tools", "tool_records", "tool_first", "tool_last", "tool_silence_days"))
    return tuple(ToolSpan(*parts) for parts in zip(*columns, strict=True))
