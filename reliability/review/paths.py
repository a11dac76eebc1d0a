"""Glide paths: a promise from its baseline to its goal, its figure to date, today and the deadline, as one chart.

A count is added up day by day against the allowance; any other figure is shown as it stood at the end of each week, as
it was known then.
"""

import math
from datetime import timedelta
from itertools import accumulate

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.kpis import Asked
from reliability.kpis.intervals import interval_of
from reliability.model import Chart, Line, Mark, Point
from reliability.queries.figures import Family, Figure, figure
from reliability.review import path_findings
from reliability.review.scope import Scope
from reliability.settings import Commitment
from reliability.settings.periods import Window, dated_window, local_date, midnight
from reliability.statistics.shapes import shape_named

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_CURVE = 24
_FEWEST_ANSWERS = 15


def expect_path(commitment: Commitment, scope: Scope) -> None:
    """Say which windows of its figure the path of a promise will be drawn from."""
    of = figure(commitment.kpi)
    window = dated_window(commitment.start, commitment.end, scope.settings)
    if window.start >= scope.seen_at:
        return
    asked = _days(window, scope) if of.family is Family.COUNT else _so_far(window, scope)
    scope.readings.expect(of.id, asked, commitment.filters)
    if of.samples:
        scope.readings.expect_samples(of.id, asked, commitment.filters)


def path(commitment: Commitment, status: CommitmentStatus, scope: Scope) -> Chart | None:
    """Return the path of a promise as known at the scope's `seen_at`; None before it has a figure.

    The view's filters do not touch a promise: its own do.
    """
    if status.value is None:
        return None
    of = figure(commitment.kpi)
    window = Window(status.window.start, status.window.end)
    points = (
        _added_up(commitment, window, scope)
        if of.family is Family.COUNT
        else _level(of, commitment, window, scope)
    )
    known = [point for point in points if point.value is not None]
    if not known:
        return None
    title = _title(commitment, status, of.family, known, scope.zone)
    subtitle = _subtitle(status, of, scope.zone)
    return Chart(
        id=f"path-{commitment.id}",
        title=title,
        subtitle=subtitle,
        kind="line",
        unit=status.unit,
        lines=(
            Line(formatting.figure(known[-1].value, status.unit), points),
            *_guides(commitment, status, of.family),
        ),
        marks=_marks(status, scope),
        scale="log" if of.family is Family.MEDIAN else "linear",
        takeaway=f"{commitment.title}: {title}. {subtitle}.",
        query=f"kpis/{commitment.kpi}",
    )


def _title(
    commitment: Commitment, status: CommitmentStatus, family: Family | None, known: list[Point], zone: str
) -> str:
    if family is Family.COUNT and status.allowed is not None:
        return path_findings.of_count(status, known, planned(commitment, status, _share_gone(status)), zone)
    if family is Family.AVAILABILITY and status.evidence:
        # The promise holds for every endpoint; the line is that of all together.
        return status.evidence[:1].upper() + status.evidence[1:]
    planned_now = _path_now(commitment, status, family)
    return path_findings.of_level(status, known[-1], planned_now, lower_is_better(commitment))


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
    # A fixed number is used up evenly; a change follows the promise's shape, made to end at the whole number allowed.
    return allowed * (share if change is None else shape_named(commitment.shape).part(share, 1 + change))


def _share_gone(status: CommitmentStatus) -> float:
    return min(1.0, status.window.elapsed_days / status.window.days)


def _path_now(commitment: Commitment, status: CommitmentStatus, family: Family | None) -> float | None:
    """Where the figure should be by now: on the path while the window runs, the goal at its end."""
    share, goal = _share_gone(status), status.goal_value
    was = status.baseline.value if status.baseline else None
    if goal is None or share >= 1 or was is None or family not in (Family.MEDIAN, Family.SCORE):
        return goal
    if family is Family.MEDIAN:
        return was * (goal / was) ** share if was > 0 else goal
    return was + (goal - was) * share if commitment.goal.change_points is not None else goal


def _added_up(commitment: Commitment, window: Window, scope: Scope) -> tuple[Point, ...]:
    """Add a count up day by day; a day that no export covers has no value.

    One that only tools speak of which never record this adds nothing, here as in the figure over all days.
    """
    days = _days(window, scope)
    coverage = scope.evidence.coverage
    tables = figure(commitment.kpi).covered_by

    def is_covered(day: Asked) -> bool:
        return all(table in coverage and coverage[table].speaks_of(day) for table in tables)

    scope.readings.expect(commitment.kpi, days, commitment.filters)
    rows = [scope.readings.row(commitment.kpi, day, commitment.filters) for day in days]
    totals = accumulate(int(row["value"] or 0) for row in rows)
    end = min(window.end, scope.seen_at)
    points = [
        Point(
            min(day.end, end),
            None if row["value"] is None and not is_covered(day) else float(total),
            n=total,
            partial=day.end > end,
            until=day.end,
        )
        for day, row, total in zip(days, rows, totals, strict=True)
    ]
    return (Point(window.start, 0.0, n=0), *points)


def _level(of: Figure, commitment: Commitment, window: Window, scope: Scope) -> tuple[Point, ...]:
    """Show the figure at the end of each week as it was known then, with its 90 % interval where it has one."""
    asked = _so_far(window, scope)
    scope.readings.expect(of.id, asked, commitment.filters)
    points = []
    for moment in asked:
        kpi = scope.readings.kpi(of.id, moment, commitment.filters)
        low, high = interval_of(scope.readings, kpi, moment, commitment.filters) or (None, None)
        if high is not None and math.isinf(high) and kpi.value is not None:
            # Where the range has no upper end yet the band runs out of the picture.
            high = kpi.value * 100
        running = moment.end == scope.seen_at < window.end
        points.append(Point(moment.end, kpi.value, low, high, n=kpi.n, partial=running, until=moment.end))
    if of.family is Family.SCORE:
        # A handful of answers swings over the whole scale: the line begins where there are enough to speak of a score.
        first = next((i for i, p in enumerate(points) if (p.n or 0) >= _FEWEST_ANSWERS), len(points) - 1)
        return tuple(points[max(0, first) :])
    return tuple(points)


def _days(window: Window, scope: Scope) -> list[Asked]:
    """Return the days of a window that have begun, as known now."""
    zone, end = scope.settings.organisation.zone, min(window.end, scope.seen_at)
    first, found = local_date(window.start, zone), []
    while (start := midnight(first, zone)) < end:
        first += _DAY
        found.append(Asked(start, midnight(first, zone), scope.seen_at))
    return found


def _so_far(window: Window, scope: Scope) -> list[Asked]:
    """Return the window up to the end of each of its weeks, and up to now or its deadline, each as known then."""
    zone, last = scope.settings.organisation.zone, min(window.end, scope.seen_at)
    first, ends = local_date(window.start, zone), []
    while (end := midnight(first + _WEEK, zone)) < last:
        first += _WEEK
        ends.append(end)
    return [Asked(window.start, end, end) for end in (*ends, last)]


def _guides(commitment: Commitment, status: CommitmentStatus, family: Family | None) -> tuple[Line, ...]:
    """The path to the goal, and how it would go on as before."""
    window, goal = status.window, status.goal_value
    baseline = status.baseline
    was = baseline.value if baseline and baseline.value is not None else None
    lines = []
    if family is Family.COUNT:
        if baseline and was:
            as_before = was / baseline.days * window.days
            lines.append(_straight(f"as before {formatting.count(as_before)}", status, 0.0, as_before, "was"))
        if goal is not None:
            shares = (
                [0.0, 1.0]
                if shape_named(commitment.shape).straight
                else [i / _CURVE for i in range(_CURVE + 1)]
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
    if was is not None and family not in (Family.CENSUS, Family.AVAILABILITY):
        lines.append(_straight(f"was {formatting.figure(was, status.unit)}", status, was, was, "was"))
    if goal is not None:
        sloped = was is not None and (family is Family.MEDIAN or commitment.goal.change_points is not None)
        begins = was if sloped and was is not None and was > 0 else goal
        lines.append(_straight(f"goal {formatting.figure(goal, status.unit)}", status, begins, goal, "goal"))
    return tuple(lines)


def _straight(label: str, status: CommitmentStatus, first: float, last: float, role: str) -> Line:
    return Line(label, (Point(status.window.start, first), Point(status.window.end, last)), role)


def _marks(status: CommitmentStatus, scope: Scope) -> tuple[Mark, ...]:
    end, seen = status.window.end, scope.seen_at
    deadline = Mark(end, f"deadline {formatting.short_last_day(end, scope.zone)}")
    return (
        (deadline,)
        if seen >= end
        else (Mark(seen, f"as of {formatting.short_day(seen, scope.zone)}"), deadline)
    )


def _subtitle(status: CommitmentStatus, of: Figure, zone: str) -> str:
    since = f"since {formatting.day(status.window.start, zone)}"
    noun = of.noun.removeprefix("the ")
    noun = noun[:1].upper() + noun[1:]
    if of.family is Family.COUNT:
        return f"{noun} {since}, added up day by day"
    if of.family is Family.AVAILABILITY:
        return f"{noun} of all core endpoints together {since}, at the end of each week"
    band = "" if of.family is Family.CENSUS else f" · band: 90{formatting.NO_BREAK}% range"
    log = " · log scale" if of.family is Family.MEDIAN else ""
    return f"{noun} {since}, at the end of each week{band}{log}"
