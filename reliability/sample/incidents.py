"""What truly happened: every incident of one copy of the organisation, before any tool wrote it down."""

from datetime import date

import numpy as np

from reliability.sample import catalogue, draws, not_counted, story
from reliability.sample.rows import (
    DAY,
    HOUR,
    INCIDENT,
    LINKS,
    MINUTE,
    NONE,
    PAGERDUTY,
    REGISTER,
    SERVICENOW,
    Rows,
    stacked,
)
from reliability.sample.story import LAST_SECOND, STRETCHES, Stretch

# By severity 1-5: median minutes to recover where the story does not say, sd of the logarithm, clustering.
_RECOVER = (0, 0, 540, 1700, 4200)
_SPREAD = (1.15, 1.2, 1.35, 1.4, 1.5)
_CLUSTERING = (0.34, 0.06, 0.03, 0.02, 0.02)
_ACKNOWLEDGE = (5, 9, 35, 120, 400)
_ENGAGE = (1, 2.2, 5, 12, 30)  # times the median of a P1
_DETECT = (1, 1.4, 2.5, 4, 6)  # times the median of a P1
_REGISTER_SNAPSHOT_MARGIN = 18 * DAY

# Per stretch: how many incidents of each awkward sort.
_DOWNGRADED_P1 = (0, 5, 3, 2, 1, 0)
_RAISED_TO_P1 = (0, 5, 2, 1, 0, 0)
_CHANGED_P2 = (0, 6, 3, 2, 1, 0)
_REVERSED_P1 = (0, 1, 1, 0, 0, 0)
_REVERSED = (8, 9, 4, 3, 1, 0)
_UNRESOLVED_P1 = (2, 2, 1, 0, 0, 0)
_UNRESOLVED_P2 = (8, 5, 3, 0, 1, 0)
_NOT_ENGAGED_P1 = (6, 4, 1, 0, 1, 0)
_INSTANT = (6, 6, 3, 2, 1, 0)


def draw(rng: np.random.Generator, share: float = 1.0) -> Rows:
    """Draw two years of incidents, in order of opening; `share` of the story's counts.

    Columns: opened, started, detected, acknowledged, engaged, mitigated, resolved, closed (Unix seconds, 0
    none); severity_first, severity_final, severity_highest (1-5), reclassified (Unix seconds, 0 never); source,
    kind, service, problem, occurrence (of the problem), cause, repeat_of, merged_into (positions), is_repeat,
    number (within its source), stretch, customers, variant (a number for texts), cancelled, reopened.
    """
    drawn = [_in_stretch(rng, k, stretch, share) for k, stretch in enumerate(STRETCHES)]
    rows = _sorted(stacked(drawn))
    count = len(rows["opened"])
    high = rows["severity_highest"] <= 2
    rows["source"] = np.where(
        rows["opened"] < story.seconds(story.PAGERDUTY_FROM),
        SERVICENOW,
        np.where(high & (rows["opened"] >= catalogue.register_from()), REGISTER, PAGERDUTY),
    )
    rows["kind"] = np.full(count, INCIDENT)
    rows["variant"] = rng.integers(0, 1 << 30, size=count)
    rows["reopened"] = (rng.random(count) < 0.04).astype(int)
    rows["merged_into"] = np.full(count, NONE)
    rows["cancelled"] = np.zeros(count, dtype=bool)
    rows["customers"] = np.where(
        high,
        np.clip(
            np.exp(np.where(rows["severity_highest"] == 1, 3.0, 1.6) + 0.8 * rng.standard_normal(count)),
            1,
            220,
        ),
        np.where(rng.random(count) < 0.5, 1, 0),
    ).astype(int)
    _chronic(rng, rows)
    _stamps(rng, rows)
    _reclassify(rng, rows, share)
    _awkward(rng, rows, share)
    _unfinished(rows)
    return _numbered(_sorted(not_counted.added(rng, rows, share)))


def _sorted(rows: Rows) -> Rows:
    """Rows in order of opening; links between rows are positions and move with them."""
    order = np.argsort(rows["opened"], kind="stable")
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order], place[NONE] = np.arange(len(order)), NONE
    moved = {name: column[order] for name, column in rows.items()}
    return {name: place[column] if name in LINKS else column for name, column in moved.items()}


def _numbered(rows: Rows) -> Rows:
    """Give each incident its running number within the tool it is kept in, and say links in these numbers.

    `number` and the columns of LINKS + "_number" are 0 where there is none.
    """
    count = len(rows["opened"])
    number = np.zeros(count + 1, dtype=np.int64)  # the last place is that of NONE
    for source in (SERVICENOW, PAGERDUTY, REGISTER):
        there = np.flatnonzero(rows["source"] == source)
        number[there] = np.arange(1, len(there) + 1)
    linked = {f"{name}_number": number[rows[name]] for name in LINKS}
    return {**rows, "number": number[:count], **linked}


def _in_stretch(rng: np.random.Generator, k: int, stretch: Stretch, share: float) -> Rows:
    """Opening times and durations (minutes) of one stretch."""
    first, last = story.day_number(stretch.start), story.day_number(stretch.end)
    parts: list[Rows] = []
    for level in range(1, 6):
        count = round(stretch.incidents[level - 1] * share)
        # Nobody expects a postmortem yet for a P1 of the last few days: keep them clear of the 90th day.
        until = last - 5 if level == 1 and stretch.end == date(2025, 11, 16) else last
        week = draws.SEVERE_WEEK if level <= 2 else draws.ORDINARY_WEEK
        opened = draws.moments(rng, count, (first, until), week, clustering=_CLUSTERING[level - 1])
        opened = np.where(opened > LAST_SECOND - 6 * MINUTE, opened - DAY, opened)
        _named_times(k, level, opened)
        slow = draws.normal_scores(rng, count)
        median = stretch.recover * (1, 1.35)[level - 1] if level <= 2 else _RECOVER[level - 1]
        recover = median * np.exp(_SPREAD[level - 1] * slow)
        engage = stretch.engage * _ENGAGE[level - 1] * np.exp(0.8 * draws.normal_scores(rng, count))
        engage = np.minimum(draws.coupled(rng, engage, slow, 0.6), 0.85 * recover)
        acknowledge = _ACKNOWLEDGE[level - 1] * np.exp(0.7 * rng.standard_normal(count))
        parts.append(
            {
                "opened": opened,
                "severity_highest": np.full(count, level),
                "recover": recover,
                "engage": engage,
                "acknowledge": np.minimum(acknowledge, 0.9 * engage),
                "detect": stretch.detect * _DETECT[level - 1] * np.exp(0.8 * rng.standard_normal(count)),
                "stretch": np.full(count, k),
            }
        )
    return stacked(parts)


def _named_times(k: int, level: int, opened: np.ndarray) -> None:
    """Put the first P1s of a stretch at the times that the story names."""
    named = [story.local_seconds(text) for text, _ in story.NAMED_P1S] if level == 1 else []
    here = [moment for moment in named if story.stretch_of(np.array([moment]))[0] == k][: len(opened)]
    opened[: len(here)] = here


def _chronic(rng: np.random.Generator, rows: Rows) -> None:
    """Say which problem and which service each incident belongs to, and which ones are repeats."""
    problems = catalogue.problems()
    count = len(rows["opened"])
    shares = np.array([stretch.chronic for stretch in STRETCHES])[rows["stretch"]]
    is_chronic = (rows["severity_highest"] <= 2) & (rng.random(count) < shares)
    # The last stretch is a day long: it goes on like the one before.
    weights = np.array([(*problem.weights, problem.weights[-1]) for problem in problems], dtype=float)
    steps = (weights / weights.sum(axis=0)).cumsum(axis=0)[:, rows["stretch"]]
    drawn = np.minimum((rng.random(count) > steps).sum(axis=0), len(problems) - 1)
    until = np.array([problem.until for problem in problems])[drawn]
    is_chronic &= (until == 0) | (rows["opened"] < until)
    ids = [problem.id for problem in problems]
    for text, problem_id in story.NAMED_P1S:
        named = (rows["opened"] == story.local_seconds(text)) & (rows["severity_highest"] == 1)
        is_chronic |= named
        drawn[named] = ids.index(problem_id)
    rows["problem"] = np.where(is_chronic, drawn, NONE)
    ordinary = draws.pick(rng, count, tuple(s["weight"] for s in catalogue.services()))
    rows["service"] = np.where(is_chronic, np.array([p.service for p in problems])[drawn], ordinary)
    rows["cause"] = np.full(count, NONE)
    for n, problem in enumerate(problems):
        own = rows["problem"] == n
        rows["cause"][own] = np.searchsorted(problem.fixed_on, rows["opened"][own], side="right") - 1
    _repeats(rng, rows)


def _repeats(rng: np.random.Generator, rows: Rows) -> None:
    """Link incidents to the one before of the same problem; only the register keeps such links."""
    count = len(rows["opened"])
    rows["occurrence"], rows["repeat_of"] = np.zeros(count, dtype=int), np.full(count, NONE)
    rows["is_repeat"] = np.zeros(count, dtype=bool)
    kept = np.flatnonzero((rows["problem"] != NONE) & (rows["source"] != PAGERDUTY))
    order = kept[np.lexsort((rows["opened"][kept], rows["problem"][kept]))]
    later, before = order[1:], order[:-1]
    same = rows["problem"][later] == rows["problem"][before]
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    rows["occurrence"][order] = np.arange(len(order)) - np.repeat(starts, np.diff((*starts, len(order))))
    linkable = same & (rows["source"][later] == REGISTER) & (rows["source"][before] == REGISTER)
    linked = linkable & (rng.random(len(later)) < 0.45)
    near = linkable & (rows["opened"][later] - rows["opened"][before] <= story.LOOK_BACK_DAYS * DAY)
    rows["repeat_of"][later[linked]] = before[linked]
    rows["is_repeat"][later[linked | near]] = True


def _stamps(rng: np.random.Generator, rows: Rows) -> None:
    """Turn durations into instants. Only the register knows when an incident began and was detected."""
    opened, count = rows["opened"], len(rows["opened"])
    detected = np.where(rows["source"] == REGISTER, opened - rng.integers(40, 340, size=count), opened)
    for name, minutes in (("acknowledged", "acknowledge"), ("engaged", "engage"), ("resolved", "recover")):
        rows[name] = detected + np.maximum(rows.pop(minutes) * MINUTE, 20).astype(int)
    rows["detected"] = detected
    rows["started"] = detected - np.maximum(rows.pop("detect") * MINUTE, 15).astype(int)
    rows["mitigated"] = detected + ((rows["resolved"] - detected) * rng.uniform(0.55, 0.95, count)).astype(
        int
    )
    rows["closed"] = rows["resolved"] + (rng.exponential(1.5, count) * DAY).astype(int)
    # The two P1s of the last day: one recovered in 74 minutes, one not yet.
    last = np.flatnonzero((rows["stretch"] == len(STRETCHES) - 1) & (rows["severity_highest"] == 1))
    for row in last:
        lasts = 14 * DAY if row == last[-1] else 74 * MINUTE
        rows["resolved"][row] = detected[row] + lasts
        rows["mitigated"][row] = detected[row] + lasts * 3 // 4
        rows["engaged"][row] = detected[row] + 11 * MINUTE
        rows["acknowledged"][row] = detected[row] + 3 * MINUTE
        rows["closed"][row] = rows["resolved"][row] + DAY


def _some(
    rng: np.random.Generator, where: np.ndarray, stretch: np.ndarray, counts: tuple, share: float
) -> np.ndarray:
    """Choose `counts` rows per stretch among those `where` is true; returns their positions."""
    found = []
    for k, count in enumerate(counts):
        eligible = np.flatnonzero(where & (stretch == k))
        found.append(eligible[draws.quota(rng, len(eligible), round(count * share))])
    return np.concatenate(found)


def _reclassify(rng: np.random.Generator, rows: Rows, share: float) -> None:
    """Let some incidents change their severity after an export had already been made."""
    opened, stretch = rows["opened"], rows["stretch"]
    highest = rows["severity_highest"]
    rows["severity_first"], rows["severity_final"] = highest.copy(), highest.copy()
    rows["reclassified"] = np.zeros(len(opened), dtype=np.int64)
    early = (rows["source"] == REGISTER) & (opened < LAST_SECOND - _REGISTER_SNAPSHOT_MARGIN)
    down = _some(rng, early & (highest == 1), stretch, _DOWNGRADED_P1, share)
    rows["severity_final"][down] = 2
    untouched = early & (rows["severity_final"] == 1)
    up = _some(rng, untouched & (highest == 1), stretch, _RAISED_TO_P1, share)
    rows["severity_first"][up] = 2
    second = _some(rng, early & (highest == 2), stretch, _CHANGED_P2, share)
    rows["severity_final"][second] = 3
    changed = np.concatenate((down, up, second))
    # Just after the first of the month that follows, when an export was made.
    made = np.array(snapshots())
    following = made[np.searchsorted(made, opened[changed], side="right")]
    delay = (rng.uniform(1, 12, len(changed)) * DAY).astype(int)
    rows["reclassified"][changed] = np.minimum(following + delay, LAST_SECOND - HOUR)


def snapshots() -> list[int]:
    """Unix seconds at which the register was exported: each 1st of a month, 06:00 local, and the last day."""
    months = [date(2024 + m // 12, m % 12 + 1, 1) for m in range(7, 23)]
    return [story.seconds(first) + 6 * HOUR for first in months] + [LAST_SECOND]


def _awkward(rng: np.random.Generator, rows: Rows, share: float) -> None:
    """Spoil some stamps in the ways that real tools and people do."""
    stretch, level = rows["stretch"], rows["severity_highest"]
    fine = np.ones(len(stretch), dtype=bool)

    def chosen(where: np.ndarray, counts: tuple) -> np.ndarray:
        found = _some(rng, where & fine, stretch, counts, share)
        fine[found] = False
        return found

    by_hand = rows["source"] != PAGERDUTY
    for found in (chosen(level == 1, _REVERSED_P1), chosen(by_hand & (level > 1), _REVERSED)):
        # Written down afterwards, with the end before the beginning.
        rows["resolved"][found] = rows["opened"][found] - rng.integers(20 * MINUTE, 90 * MINUTE, len(found))
        rows["mitigated"][found] = 0
        rows["closed"][found] = rows["opened"][found] + HOUR
    instant = chosen(level > 2, _INSTANT)
    rows["resolved"][instant] = rows["opened"][instant]
    rows["mitigated"][instant] = 0
    for found in (
        chosen(by_hand & (level == 1), _UNRESOLVED_P1),
        chosen(by_hand & (level == 2), _UNRESOLVED_P2),
    ):
        rows["closed"][found] = rows["opened"][found] + 5 * DAY
        rows["resolved"][found] = rows["mitigated"][found] = 0
    # ServiceNow closes old tickets by a job: closed, but never resolved.
    by_job = (rows["source"] == SERVICENOW) & (level > 2) & fine & (rng.random(len(level)) < 0.06)
    rows["closed"][by_job] = rows["opened"][by_job] + 7 * DAY
    rows["resolved"][by_job] = 0
    rows["engaged"][chosen(level == 1, _NOT_ENGAGED_P1)] = 0
    rows["engaged"][(level == 2) & (rng.random(len(level)) < 0.1)] = 0


def _unfinished(rows: Rows) -> None:
    """Take away what had not happened yet when the exports were made."""
    for name in ("acknowledged", "engaged", "mitigated", "resolved", "closed"):
        rows[name] = np.where(rows[name] > LAST_SECOND, 0, rows[name]).astype(np.int64)
