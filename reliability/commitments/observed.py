"""What was observed in a window: counts, durations, and requests per day and endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from reliability.formatting import count
from reliability.settings.periods import Window
from reliability.statistics.survival import Durations

_MINUTE = timedelta(minutes=1)


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
    longest: by name, with its minutes.
    """

    durations: Durations
    unrecorded: int
    reversed: int
    severity_unknown: int
    zero_length: int = 0
    day_only: int = 0
    longest: tuple[str, float] | None = None

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
