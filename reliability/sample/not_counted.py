"""Rows that every real incident list holds and no honest count does: duplicates, drills, maintenance."""

from datetime import timedelta

import numpy as np

from reliability.sample import draws, story
from reliability.sample.rows import (
    DAY,
    DRILL,
    HOUR,
    MAINTENANCE,
    MINUTE,
    NONE,
    PAGERDUTY,
    REGISTER,
    SERVICENOW,
    TEST,
    Rows,
    stacked,
)
from reliability.sample.story import LAST_SECOND

_MERGED, _CANCELLED, _TESTS, _MAINTENANCE = 26, 10, 16, 34


def added(rng: np.random.Generator, rows: Rows, share: float) -> Rows:
    """Add such rows below `rows`, whose positions stay as they are."""
    tracked = np.flatnonzero((rows["source"] != PAGERDUTY) & (rows["opened"] < LAST_SECOND - DAY))
    old = np.flatnonzero(rows["source"] == SERVICENOW)
    return stacked(
        [
            rows,
            _merged(rng, rows, rng.choice(tracked, round(_MERGED * share)) if len(tracked) else tracked),
            _cancelled(rng, rows, rng.choice(old, round(_CANCELLED * share)) if len(old) else old),
            *_exercises(rng, rows, share),
        ]
    )


def _copies(rows: Rows, places: np.ndarray) -> Rows:
    """The rows at `places` once more, without what makes them count."""
    copies = {name: column[places] for name, column in rows.items()}
    for name in ("problem", "cause", "repeat_of", "merged_into"):
        copies[name] = np.full(len(places), NONE)
    for name in ("severity_first", "severity_final"):
        copies[name] = copies["severity_highest"].copy()
    copies["is_repeat"] = np.zeros(len(places), dtype=bool)
    copies["reclassified"] = np.zeros(len(places), dtype=np.int64)
    copies["occurrence"] = np.zeros(len(places), dtype=np.int64)
    return copies


def _shifted(copies: Rows, opened: np.ndarray, lasts: np.ndarray) -> Rows:
    """Move copies to `opened`, recovered after `lasts` seconds."""
    copies["opened"] = opened
    copies["started"], copies["detected"] = opened - 3 * MINUTE, opened - MINUTE
    copies["acknowledged"], copies["engaged"] = opened + MINUTE, opened + 2 * MINUTE
    copies["resolved"], copies["closed"] = opened + lasts, opened + lasts + MINUTE
    copies["mitigated"] = np.zeros(len(opened), dtype=np.int64)
    return copies


def _merged(rng: np.random.Generator, rows: Rows, parents: np.ndarray) -> Rows:
    """A second report of the same trouble, closed within minutes: looks like a fast recovery."""
    count = len(parents)
    opened = rows["opened"][parents] + rng.integers(2 * MINUTE, 25 * MINUTE, count)
    copies = _shifted(_copies(rows, parents), opened, rng.integers(4 * MINUTE, 15 * MINUTE, count))
    copies["merged_into"] = parents
    return copies


def _cancelled(rng: np.random.Generator, rows: Rows, places: np.ndarray) -> Rows:
    copies = _copies(rows, places)
    copies = _shifted(copies, rows["opened"][places] + 5 * HOUR, rng.integers(HOUR, 9 * HOUR, len(places)))
    copies["cancelled"] = np.ones(len(places), dtype=bool)
    return copies


def _exercises(rng: np.random.Generator, rows: Rows, share: float) -> list[Rows]:
    """Game days (P1 on paper), tests of the paging, and planned maintenance, all kept in the register."""
    first, last = story.day_number(story.REGISTER_FROM), story.DAYS - 2
    drills = [story.REGISTER_FROM + timedelta(days=44 + 91 * n) for n in range(6)]
    times = {
        DRILL: np.array(
            [story.local_seconds(f"{day} 10:00") for day in drills[: round(6 * share)]], dtype=np.int64
        ),
        TEST: draws.moments(
            rng, round(_TESTS * share), (first, last), draws.WORKING_WEEK, draws.OFFICE_HOURS
        ),
        MAINTENANCE: draws.moments(
            rng,
            round(_MAINTENANCE * share),
            (first, last),
            (0, 0, 1, 0, 0, 1, 4),
            (4, 4, 4, 2, *[0] * 18, 1, 3),
        ),
    }
    parts = []
    for kind, opened in times.items():
        copies = _copies(rows, rng.integers(0, max(1, len(rows["opened"])), len(opened)))
        copies = _shifted(copies, opened, rng.integers(20 * MINUTE, 3 * HOUR, len(opened)))
        level = {DRILL: 1, TEST: 2, MAINTENANCE: 3}[kind]
        for name in ("severity_first", "severity_final", "severity_highest"):
            copies[name] = np.full(len(opened), level)
        copies["kind"] = np.full(len(opened), kind)
        copies["source"] = np.full(len(opened), REGISTER)
        copies["cancelled"] = np.zeros(len(opened), dtype=bool)
        copies["customers"] = np.zeros(len(opened), dtype=np.int64)
        parts.append(copies)
    return parts
