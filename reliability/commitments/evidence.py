"""The data of promises: the only part of this room that asks the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from reliability.commitments.spending import Spender
from reliability.kpi_intervals import HOLDING
from reliability.kpis import Kpi, from_row, kpi_queries, parameters
from reliability.model import Filters
from reliability.queries import Store, catalogue
from reliability.settings import Settings
from reliability.settings.periods import Window
from reliability.statistics.endings import Endings, Held
from reliability.statistics.nps import NetPromoterScore, score_of
from reliability.statistics.survival import Durations


@dataclass(frozen=True)
class WeeklyCounts:
    """Counts per 7 days of a window, each of shape (weeks,); `whole` marks the weeks that are not cut."""

    counts: Mapping[str, np.ndarray]
    whole: np.ndarray

    def total(self, column: str) -> int:
        """How many in the whole window."""
        return int(self.counts[column].sum())

    def steady(self, column: str) -> np.ndarray:
        """The counts of whole weeks, for the dispersion."""
        return self.counts[column][self.whole]


@dataclass(frozen=True)
class ClockReading:
    """Durations of a window, and how many incidents lack them. unrecorded: over, but without the stamp."""

    durations: Durations
    unrecorded: int
    reversed: int
    severity_unknown: int

    @property
    def needed(self) -> int:
        """How many stamps a complete record would hold."""
        return self.durations.n + self.unrecorded + self.reversed

    @property
    def left_out(self) -> dict[str, int]:
        """Reason -> incidents that are in no duration."""
        reasons = {
            "not recorded": self.unrecorded,
            "reversed times": self.reversed,
            "severity unknown": self.severity_unknown,
        }
        return {reason: count for reason, count in reasons.items() if count}


@dataclass(frozen=True)
class EndpointDays:
    """Requests per day and endpoint, shape (days, endpoints), and the minutes that were measured.

    interval_minutes: the shortest interval of each endpoint, shape (endpoints,), 0 without any.
    """

    endpoints: tuple[str, ...]
    good: np.ndarray
    valid: np.ndarray
    measured_minutes: np.ndarray
    interval_minutes: np.ndarray


@dataclass(frozen=True)
class Covered:
    """First and last instant that the records of a table vouch for."""

    first: datetime | None
    last: datetime


class Evidence:
    """Reads what promises need from one store, as known at one instant. Each question is asked once."""

    def __init__(self, store: Store, settings: Settings, as_of: datetime) -> None:
        self.settings = settings
        self.as_of = as_of
        self._store = store
        self._known: dict[tuple[Any, ...], list[dict[str, Any]]] = {}

    def _rows(
        self, name: str, window: Window | None = None, filters: Filters | None = None, **more: Any
    ) -> list[dict[str, Any]]:
        key = (name, window, filters, *sorted(more.items()))
        if key not in self._known:
            start, end = (window.start, window.end) if window else (self.as_of, self.as_of)
            asked = parameters(self.settings, start, end, self.as_of, filters)
            self._known[key] = self._store.run(name, {**asked, **more}).rows
        return self._known[key]

    def coverage(self) -> dict[str, Covered]:
        """Table -> what its records vouch for; a table without records is not there."""
        rows = self._rows("commitments/coverage")
        return {row["table_name"]: Covered(row["first_at"], row["last_at"]) for row in rows}

    def weekly_counts(self, window: Window, filters: Filters) -> WeeklyCounts:
        """Count the window's incidents per week in every way a promise counts them."""
        rows = self._rows("commitments/weekly_counts", window, filters)
        names = [name for name in (rows[0] if rows else _NO_WEEK) if name not in ("week", "whole")]
        counts = {name: np.array([row[name] for row in rows], dtype=float) for name in names}
        return WeeklyCounts(counts, np.array([row["whole"] for row in rows], dtype=bool))

    def durations(self, window: Window, filters: Filters, clock: str, worst_only: bool) -> ClockReading:
        """Read the window's durations by one clock ("recover", "engage", "detect"), open ones with their age."""
        (row,) = self._rows("commitments/durations", window, filters, clock=clock, worst_only=worst_only)
        ended, running = np.array(row["ended"], dtype=float), np.array(row["running"], dtype=float)
        marks = np.arange(ended.size + running.size) < ended.size
        return ClockReading(
            Durations.of(np.concatenate([ended, running]), marks),
            row["unrecorded"],
            row["reversed_times"],
            row["severity_unknown"],
        )

    def score(self, window: Window) -> NetPromoterScore:
        """Score the answers of a window."""
        (row,) = self._rows("kpis/nps", window)
        return score_of(row)

    def endpoint_days(self, window: Window, filters: Filters) -> EndpointDays:
        """Read requests per day and endpoint; a day without measurements of an endpoint is 0."""
        rows = self._rows("commitments/availability_daily", window, filters)
        days = {day: i for i, day in enumerate(sorted({row["day"] for row in rows}))}
        names = {name: i for i, name in enumerate(sorted({row["endpoint"] for row in rows}))}
        shape = (len(days), len(names))
        filled = {key: np.zeros(shape) for key in ("good", "valid", "measured_minutes")}
        for row in rows:
            for key, values in filled.items():
                values[days[row["day"]], names[row["endpoint"]]] = row[key]
        shortest = [
            min((row["interval_minutes"] for row in rows if row["endpoint"] == name), default=0)
            for name in names
        ]
        return EndpointDays(tuple(names), **filled, interval_minutes=np.array(shortest, dtype=float))

    def budget_spenders(self, window: Window, filters: Filters, objective: float) -> tuple[Spender, ...]:
        """Read what spent the error budget of each endpoint."""
        rows = self._rows("lists/budget_spent", window, filters, availability=objective)
        return tuple(
            Spender(row["endpoint"], row["spender"], row["incident_id"], row["budget_share"]) for row in rows
        )

    def kpi(self, kpi_id: str, window: Window, filters: Filters) -> tuple[Kpi, dict[str, Any]]:
        """Compute a KPI of a window; also its whole row, for columns of its own. No such query: no data."""
        asked = kpi_queries().get(kpi_id)
        if asked is None:
            return Kpi(kpi_id, kpi_id, "", "", None, 0, 0, "no data"), {}
        (row,) = self._rows(asked.name, window, filters)
        return from_row(asked, row, partial=self.as_of < window.end), row

    def held(self, kpi_id: str, window: Window, filters: Filters) -> Held:
        """Read how the endings up to the window's end hold, after the days that the settings ask for."""
        rows = self._rows(HOLDING[kpi_id], window, filters, limit=None)
        return Endings.of_rows(rows).held(self.settings.incidents.ended_after_days)

    def contributions(self, rows: str, window: Window, filters: Filters) -> list[dict[str, Any]]:
        """Read the rows behind a KPI that count, newest or largest first; none when there is no such query."""
        if rows not in catalogue():
            return []
        found = self._rows(rows, window, filters, limit=None)
        return [row for row in found if row.get("contributes") is not None]


_NO_WEEK = dict.fromkeys(
    (
        "incidents",
        "p1",
        "p1_final",
        "p1_first",
        "repeats",
        "repeats_by_flag",
        "escalations",
        "repeat_escalations",
        "reclassified",
        "linked",
        "open_p1",
        "severity_unknown",
    ),
    0,
)
