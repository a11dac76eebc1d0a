"""Glide paths: a promise from its baseline to its goal, its figure to date, today and the deadline, as one chart.

A count is added up against the allowance; a median, a score or a share is shown as it stood at the end of each week
(a score: each day), as it was known then.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate

import numpy as np

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.commitments.evidence import Evidence
from reliability.commitments.subjects import (
    AVAILABILITY,
    CENSUS,
    COUNT,
    DURATION,
    HOLDING,
    SCORE,
    SHARE,
    subject_of,
)
from reliability.model import Chart, Line, Mark, Point
from reliability.review import path_findings
from reliability.review.setting import Setting, course_points
from reliability.settings import Commitment
from reliability.settings.periods import Window, local_date, midnight
from reliability.statistics.intervals import wilson
from reliability.statistics.pace import BY_DEADLINE
from reliability.statistics.survival import median, median_interval

_WEEK = 7
_CURVE = 24
_DAILY = {
    "p1_incidents": "charts/p1_since",
    "repeat_escalations": "charts/repeat_escalations_since",
    "repeat_incidents": "charts/repeats_since",
    "nps": "charts/nps_since",
}
_WEEKLY = {"time_to_recover_median": "charts/recover_since", "time_to_engage_median": "charts/engage_since"}


def path(commitment: Commitment, status: CommitmentStatus, setting: Setting) -> Chart | None:
    """Return the path of a promise as known at the setting's `seen_at`; None before it has a figure.

    The view's filters do not touch a promise: its own do.
    """
    family = subject_of(commitment.kpi).family
    own = replace(setting, filters=commitment.filters)
    makers: dict[str, Callable[[Commitment, CommitmentStatus, Setting], tuple[Point, ...]]] = {
        COUNT: _counts,
        DURATION: _medians,
        SCORE: _scores,
    }
    points = makers.get(family, _figures)(commitment, status, own)
    known = [point for point in points if point.value is not None]
    if status.value is None or not known:
        return None
    title = _title(commitment, status, family, known, setting.zone)
    subtitle = _subtitle(commitment, status, family, setting.zone)
    return Chart(
        id=f"path-{commitment.id}",
        title=title,
        subtitle=subtitle,
        kind="line",
        unit=status.unit,
        lines=(
            Line(formatting.figure(known[-1].value, status.unit), points),
            *_guides(commitment, status, family),
        ),
        marks=_marks(status, setting),
        scale="log" if family == DURATION else "linear",
        takeaway=f"{commitment.title}: {title}. {subtitle}.",
        query=query_of(commitment),
    )


def _title(
    commitment: Commitment, status: CommitmentStatus, family: str, known: list[Point], zone: str
) -> str:
    if family == COUNT and status.allowed is not None:
        return path_findings.of_count(status, known, planned(commitment, status, _share_gone(status)), zone)
    if family == AVAILABILITY and status.evidence:
        # The promise holds for every endpoint; the line is that of all together.
        return status.evidence[:1].upper() + status.evidence[1:]
    planned_now = _path_now(commitment, status, family)
    return path_findings.of_level(status, known[-1], planned_now, lower_is_better(commitment))


def query_of(commitment: Commitment) -> str:
    """Return the query behind a promise's path: its own series where there is one, else its KPI."""
    named = {**_DAILY, **_WEEKLY}.get(commitment.kpi, "")
    return named if named and not commitment.filters.severities else f"kpis/{commitment.kpi}"


def lower_is_better(commitment: Commitment) -> bool:
    """Tell whether the goal asks for less."""
    goal = commitment.goal
    if goal.at_most is not None or goal.at_least is not None:
        return goal.at_most is not None
    return (goal.change if goal.change is not None else goal.change_points or 0.0) < 0


def planned(commitment: Commitment, status: CommitmentStatus, share: float) -> float:
    """Return how many events the path allows after a share (0-1) of the window."""
    allowed = float(status.allowed or 0)
    change = commitment.goal.change
    if commitment.shape != BY_DEADLINE or change is None:
        return allowed * share
    # The rate falls in a straight line to the target; the area below it, made to end at the whole number allowed.
    return allowed * (share + change * share * share / 2) / (1 + change / 2)


def _share_gone(status: CommitmentStatus) -> float:
    return min(1.0, status.window.elapsed_days / status.window.days)


def _path_now(commitment: Commitment, status: CommitmentStatus, family: str) -> float | None:
    """Where the figure should be by now: on the path while the window runs, the goal at its end."""
    share, goal = _share_gone(status), status.goal_value
    was = status.baseline.value if status.baseline else None
    if goal is None or share >= 1 or was is None or family not in (DURATION, SCORE):
        return goal
    if family == DURATION:
        return was * (goal / was) ** share if was > 0 else goal
    return was + (goal - was) * share if commitment.goal.change_points is not None else goal


def _counts(commitment: Commitment, status: CommitmentStatus, setting: Setting) -> tuple[Point, ...]:
    start, end = status.window.start, min(status.window.end, setting.seen_at)
    zero = Point(start, 0.0, n=0)
    if not query_of(commitment).startswith("kpis/"):
        rows = setting.run(query_of(commitment), start, status.window.end, as_of=setting.seen_at).rows
        return (zero, *course_points(rows))
    evidence = Evidence(setting.store, setting.settings, setting.seen_at)
    weekly = evidence.weekly_counts(Window(start, end), commitment.filters)
    totals = accumulate(weekly.counts[subject_of(commitment.kpi).column])
    moments = _week_ends(status, setting)
    return (
        zero,
        *(
            Point(at, float(total), n=int(total), partial=at == end < status.window.end)
            for at, total in zip(moments, totals, strict=False)
        ),
    )


def _medians(commitment: Commitment, status: CommitmentStatus, setting: Setting) -> tuple[Point, ...]:
    subject = subject_of(commitment.kpi)

    def point(evidence: Evidence, window: Window) -> Point:
        found = evidence.durations(window, commitment.filters, subject.clock, subject.worst_only).durations
        value, (low, high) = median(found), median_interval(found)
        finite = bool(np.isfinite(value))
        return Point(
            window.end,
            value if finite else None,
            low if finite and np.isfinite(low) else None,
            # Where the range has no upper end yet the band runs out of the picture.
            (high if np.isfinite(high) else value * 100) if finite else None,
            n=found.n,
        )

    return _weekly(status, setting, point)


def _scores(commitment: Commitment, status: CommitmentStatus, setting: Setting) -> tuple[Point, ...]:
    del commitment
    rows = setting.run("charts/nps_since", status.window.start, status.window.end, as_of=setting.seen_at).rows
    points = course_points(rows)
    # A handful of answers swings over the whole scale: the line begins where there are enough to speak of a score.
    first = next((i for i, p in enumerate(points) if (p.n or 0) >= _FEWEST_ANSWERS), len(points) - 1)
    return points[max(0, first) :]


_FEWEST_ANSWERS = 15


def _figures(commitment: Commitment, status: CommitmentStatus, setting: Setting) -> tuple[Point, ...]:
    family = subject_of(commitment.kpi).family

    def point(evidence: Evidence, window: Window) -> Point:
        found, _ = evidence.kpi(commitment.kpi, window, commitment.filters)
        low = high = None
        if family == SHARE and found.denominator and found.numerator is not None:
            low, high = wilson(found.numerator, found.denominator)
        if family == HOLDING and found.value is not None:
            low, high = evidence.held(commitment.kpi, window, commitment.filters).interval or (None, None)
        return Point(window.end, found.value, low, high, n=found.n)

    return _weekly(status, setting, point)


def _weekly(
    status: CommitmentStatus, setting: Setting, point: Callable[[Evidence, Window], Point]
) -> tuple[Point, ...]:
    """Make one point per week end, each from what was known at that moment."""
    points = []
    for at in _week_ends(status, setting):
        made = point(Evidence(setting.store, setting.settings, at), Window(status.window.start, at))
        points.append(replace(made, partial=at == setting.seen_at and at < status.window.end))
    return tuple(points)


def _week_ends(status: CommitmentStatus, setting: Setting) -> list[datetime]:
    """Return the ends of the window's weeks up to now, and now (or the deadline) itself."""
    zone = setting.settings.organisation.zone
    first = local_date(status.window.start, zone)
    last = min(status.window.end, setting.seen_at)
    weeks = int(status.window.days // _WEEK) + 1
    ends = (midnight(first + timedelta(days=_WEEK * (i + 1)), zone) for i in range(weeks))
    return [*(at for at in ends if at < last), last]


def _guides(commitment: Commitment, status: CommitmentStatus, family: str) -> tuple[Line, ...]:
    """The path to the goal, and how it would go on as before."""
    window, goal = status.window, status.goal_value
    baseline = status.baseline
    was = baseline.value if baseline and baseline.value is not None else None
    lines = []
    if family == COUNT:
        if baseline and was:
            as_before = was / baseline.days * window.days
            lines.append(_straight(f"as before {formatting.count(as_before)}", status, 0.0, as_before, "was"))
        if goal is not None:
            shares = (
                [i / _CURVE for i in range(_CURVE + 1)] if commitment.shape == BY_DEADLINE else [0.0, 1.0]
            )
            lines.append(
                Line(
                    f"goal {formatting.count(goal)}",
                    tuple(
                        Point(
                            window.start + (window.end - window.start) * share,
                            planned(commitment, status, share)
                            if status.allowed is not None
                            else goal * share,
                        )
                        for share in shares
                    ),
                    "goal",
                )
            )
        return tuple(lines)
    if was is not None and family not in (CENSUS, AVAILABILITY):
        lines.append(_straight(f"was {formatting.figure(was, status.unit)}", status, was, was, "was"))
    if goal is not None:
        sloped = was is not None and (family == DURATION or commitment.goal.change_points is not None)
        begins = was if sloped and was is not None and was > 0 else goal
        lines.append(_straight(f"goal {formatting.figure(goal, status.unit)}", status, begins, goal, "goal"))
    return tuple(lines)


def _straight(label: str, status: CommitmentStatus, first: float, last: float, role: str) -> Line:
    return Line(label, (Point(status.window.start, first), Point(status.window.end, last)), role)


def _marks(status: CommitmentStatus, setting: Setting) -> tuple[Mark, ...]:
    end, seen = status.window.end, setting.seen_at
    deadline = Mark(end, f"deadline {formatting.short_day(end, setting.zone)}")
    return (
        (deadline,)
        if seen >= end
        else (Mark(seen, f"as of {formatting.short_day(seen, setting.zone)}"), deadline)
    )


def _subtitle(commitment: Commitment, status: CommitmentStatus, family: str, zone: str) -> str:
    since = f"since {formatting.day(status.window.start, zone)}"
    noun = subject_of(commitment.kpi).noun
    noun = noun.removeprefix("the ")
    noun = noun[:1].upper() + noun[1:]
    if family == COUNT:
        each = "week by week" if query_of(commitment).startswith("kpis/") else "day by day"
        return f"{noun} {since}, added up {each}"
    if family == DURATION:
        return f"{noun} {since}, at the end of each week · band: 90{formatting.NO_BREAK}% range · log scale"
    if family == SCORE:
        return f"{noun} of all answers {since}, day by day · band: 90{formatting.NO_BREAK}% range"
    if family == AVAILABILITY:
        return f"{noun} of all core endpoints together {since}, at the end of each week"
    band = f" · band: 90{formatting.NO_BREAK}% range" if family == SHARE else ""
    return f"{noun} {since}, at the end of each week{band}"
