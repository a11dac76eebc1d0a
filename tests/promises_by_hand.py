"""Promises and records for tests of the commitments room, written out by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from reliability.commitments import CommitmentStatus, commitment_status
from reliability.commitments.evidence import Evidence
from reliability.model import Filters
from reliability.settings import Baseline, Commitment, Goal, Incidents, Organisation, Settings, Span
from tests.warehouse_by_hand import by_hand

# A baseline of 180 days, then a promise of 90.
BEFORE = Baseline(date(2025, 1, 1), date(2025, 6, 30))
START = date(2025, 6, 30)
END = date(2025, 9, 28)
LATER = "2025-12-01"
ZERO = datetime(2025, 1, 1, tzinfo=UTC)

# Records written by hand are bunched: what they leave silent is quiet here, no gap. tests/test_gaps.py has gaps.
QUIET = {"quiet_starts": [ZERO - timedelta(days=1000)], "quiet_ends": [ZERO + timedelta(days=1000)]}

Rows = list[dict[str, Any]]


def promise(
    kpi: str, goal: Goal, days: int = 90, baseline: Baseline | None = BEFORE, **more: Any
) -> Commitment:
    """Return a promise from 30 June 2025 with the baseline of the half year before."""
    return Commitment("it", "A promise", kpi, START, days, goal, baseline, **more)


def incident(
    number: int, at: datetime, minutes: float | None = 60, severity: int = 1, **more: Any
) -> dict[str, Any]:
    """Return a P1 opened at `at` and resolved after `minutes`; None: still open."""
    ended = {} if minutes is None else {"resolved_at": at + timedelta(minutes=minutes), "status": "resolved"}
    row = {"incident_id": f"I{number}", "opened_at": at, "severity": severity, "status": "open"}
    return {**row, **ended, **more}


def spread(first: int, count: int, from_day: float, to_day: float, **more: Any) -> Rows:
    """Return `count` incidents evenly over the days since 1 January 2025, numbered from `first`."""
    step = (to_day - from_day) / max(1, count)
    return [
        incident(first + i, ZERO + timedelta(days=from_day + step * (i + 0.5)), **more) for i in range(count)
    ]


def late_record(number: int = 999) -> Rows:
    """Return one incident after everything, so that the data do not stop early."""
    return [incident(number, datetime(2025, 11, 30, tzinfo=UTC), severity=4)]


def counts(before: int, after: int, **more: Any) -> Rows:
    """Return `before` P1s in the baseline's 180 days and `after` in the promise's 90, and a late record."""
    return [*spread(0, before, 0, 180, **more), *spread(500, after, 180, 270, **more), *late_record()]


def durations(before: Sequence[float | None], after: Sequence[float | None], **more: Any) -> Rows:
    """Return P1s with these minutes to resolve, None for open ones, and a late record."""
    found = []
    for first, minutes, start, length in ((0, before, 0, 180), (500, after, 180, 90)):
        step = length / max(1, len(minutes))
        for i, took in enumerate(minutes):
            at = ZERO + timedelta(days=start + step * (i + 0.5))
            found.append(incident(first + i, at, took, **more))
    return [*found, *late_record()]


def judged(
    folder: Path,
    commitment: Commitment,
    as_of: str = LATER,
    settings: dict[str, Any] | None = None,
    **tables: Rows,
) -> CommitmentStatus:
    """Judge a promise on a warehouse with exactly these rows."""
    known = Settings(
        organisation=Organisation(time_zone="UTC"),
        incidents=Incidents(core_services=()),
        commitments=(commitment,),
        **(settings or {}),
    )
    at = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    with by_hand(folder, {"as_of": as_of, **QUIET}, **tables) as store:
        return commitment_status(commitment, Evidence(store, known, at))


__all__ = [
    "BEFORE",
    "QUIET",
    "Baseline",
    "Commitment",
    "Filters",
    "Goal",
    "Span",
    "counts",
    "durations",
    "incident",
    "judged",
    "late_record",
    "promise",
    "spread",
]
