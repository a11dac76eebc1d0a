"""The data of promises: the only part of this room that asks the store."""

import math
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from reliability.commitments.coverage import Covered
from reliability.commitments.observed import ClockReading, Counts, EndpointDays
from reliability.commitments.spending import Spender
from reliability.kpis import Asked, AsKnown, Kpi, Readings
from reliability.kpis.intervals import durations_of
from reliability.model import Filters
from reliability.queries import Asks
from reliability.queries.figures import Family, Figure
from reliability.settings import Settings
from reliability.settings.periods import Window, local_date, midnight
from reliability.statistics.endings import Endings, Held
from reliability.statistics.nps import NetPromoterScore, Returning, panel_of, score_of

# How late records come where no source says when it was told.
LATE_DAYS = 7
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
# Missing records are estimated when half arrive in a week, for so many days back, and no share below is trusted.
_TOLD, _MOST_DAYS, _LEAST_ARRIVED = 0.5, 31, 0.05
# Weeks before a promise that say how much a count drifts: three years.
_HISTORY_WEEKS = 156
_INSTANT = timedelta(microseconds=1)


def _span(window: Window, other: Window | None) -> Window:
    """The shortest window that holds both."""
    return Window(min(window.start, other.start), max(window.end, other.end)) if other else window


def _longest(rows: list[dict[str, Any]]) -> tuple[str, float] | None:
    """The longest duration by name with its minutes; equally long ones are counted."""
    known = [row for row in rows if row["minutes"] is not None]
    if not known:
        return None
    worst = max(known, key=lambda row: row["minutes"])
    more = f" and {worst['n'] - 1} more" if worst["n"] > 1 else ""
    return f"{worst['incident_id']}{more}", worst["minutes"]


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
            row["table_name"]: Covered.of(row, self.as_of)
            for row in self._known.store.run("lists/data_range")
            if row["records"] and row["last_at"] and not (row["first_at"] and row["first_at"] > self.as_of)
        }

    @cached_property
    def undated_answers(self) -> int:
        """How many answers were kept that have no date: exports are there, but they cover no time."""
        return int(self._known.store.run("lists/nps_undated").one()["n"] or 0)

    @cached_property
    def quiet_said(self) -> list[dict[str, Any]]:
        """The silences of single tools that people called quiet."""
        return self._known.store.run("lists/quiet_said").rows

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
            _longest(rows),
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
