"""What the records of a table vouch for: from when until when, how late they come, and their gaps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from reliability.commitments.tools import ToolSpan
from reliability.kpis import Asked
from reliability.settings.periods import Window

MOST_LOST = 0.10
"""The share of a window that may lie in gaps before nobody can tell what it holds."""


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

    @classmethod
    def of(cls, row: Mapping[str, Any], as_of: datetime) -> "Covered":
        """Read a row of `lists/data_range`, as known at an instant."""
        return cls(
            row["first_at"],
            min(row["last_at"], as_of),
            _tools(row),
            tuple(row["late_days"] or ()),
            np.array(row["lag_days"] or (), dtype=float),
            _gaps(row, as_of),
        )

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


def _tools(row: Mapping[str, Any]) -> tuple[ToolSpan, ...]:
    columns = (row[n] for n in ("tools", "tool_records", "tool_first", "tool_last", "tool_silence_days"))
    return tuple(ToolSpan(*parts) for parts in zip(*columns, strict=True))
