"""Where a promise stands: the figure of its window, of its baseline, and the goal that follows from both."""

from datetime import datetime

from reliability import formatting
from reliability.commitments.model import CommitmentBaseline, CommitmentStatus, CommitmentWindow
from reliability.kpis import Kpi, kpi, kpi_queries, parameters
from reliability.pace import allowance
from reliability.periods import calendar_days, dated_window, midnight
from reliability.queries import Store
from reliability.settings import Settings
from reliability.settings.model import Commitment

COUNTS = ("p1_incidents", "incidents", "repeat_incidents", "repeat_escalations", "reclassified_incidents")


def commitment_statuses(store: Store, settings: Settings, as_of: datetime) -> tuple[CommitmentStatus, ...]:
    """Return every commitment in the order of review.toml, as known at `as_of` (UTC)."""
    return tuple(_status(commitment, store, settings, as_of) for commitment in settings.commitments)


def _status(commitment: Commitment, store: Store, settings: Settings, as_of: datetime) -> CommitmentStatus:
    zone = settings.organisation.zone
    start, end = midnight(commitment.start, zone), midnight(commitment.end, zone)
    seen = min(max(as_of, start), end)
    now = _figure(commitment, store, settings, start, end, as_of)
    baseline = None
    if commitment.baseline is not None:
        then = dated_window(commitment.baseline.start, commitment.baseline.end, settings)
        before = _figure(commitment, store, settings, then.start, then.end, as_of)
        days = calendar_days(then.start, then.end, zone)
        baseline = CommitmentBaseline(then.start, then.end, days, before.value, before.n)
    window = CommitmentWindow(start, end, calendar_days(start, seen, zone), float(commitment.days))
    goal, allowed = _goal(commitment, baseline)
    unit = "availability" if commitment.kpi == "availability" else kpi_queries()[commitment.kpi].unit
    return CommitmentStatus(
        id=commitment.id,
        title=commitment.title,
        kpi=commitment.kpi,
        unit=unit,
        owner=commitment.owner,
        baseline=baseline,
        window=window,
        value=now.value,
        n=now.n,
        open=now.open,
        goal_value=goal,
        allowed=allowed,
        goal_text=_goal_text(commitment, goal, allowed, unit),
        left_out=now.left_out,
    )


def _figure(
    commitment: Commitment, store: Store, settings: Settings, start: datetime, end: datetime, as_of: datetime
) -> Kpi:
    return kpi(store, commitment.kpi, parameters(settings, start, end, as_of, commitment.filters))


def _goal(commitment: Commitment, baseline: CommitmentBaseline | None) -> tuple[float | None, int | None]:
    """Return the goal in the KPI's own unit, and for a count the whole number it may reach."""
    goal = commitment.goal
    if goal.at_most is not None:
        return goal.at_most, None
    if goal.at_least is not None:
        return goal.at_least, None
    if baseline is None or baseline.value is None:
        return None, None
    if goal.change_points is not None:
        return baseline.value + goal.change_points, None
    assert goal.change is not None
    if commitment.kpi in COUNTS:
        allowed = allowance(int(baseline.value), baseline.days, commitment.days, 1 + goal.change)
        return float(allowed), allowed
    return baseline.value * (1 + goal.change), None


def _goal_text(commitment: Commitment, goal: float | None, allowed: int | None, unit: str) -> str:
    """The goal as a card shows it: "at most 19 in 90 days from 18 Aug 2025"."""
    if goal is None:
        return "goal unknown: the baseline has no figure"
    since = formatting.day(commitment.start)
    if allowed is not None:
        return f"goal: at most {allowed} in {commitment.days} days from {since}"
    more = commitment.goal.at_least is not None or (commitment.goal.change_points or 0) > 0
    more = more or (commitment.goal.change or 0) > 0
    return f"goal: {'at least' if more else 'at most'} {formatting.figure(goal, unit)}"
