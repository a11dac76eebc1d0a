"""Capacity per sprint on the Reliability work page: planned, done, of which kind, against the promise."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from reliability import formatting as fmt
from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN
from reliability.review import capacity
from reliability.review.capacity import KINDS, Sprint
from reliability.settings.periods import midnight
from reliability.ui import empty, filters, panels, text, theme
from reliability.ui.view import View

_KPI = "root_cause_capacity_share"
_WORDS = {"root_cause": "root causes", "feature": "features", "other": "other", "unlabelled": "not labelled"}


@dataclass(frozen=True)
class Sprints:
    """The sprints that are shown, oldest first, the goal as a share (0-1), and the stretch [start, end) they fill."""

    all: tuple[Sprint, ...]
    goal: float
    start: datetime | None = None
    end: datetime | None = None


def read(view: View) -> Sprints:
    """Return the sprints of the promise and since, and those of the period where it begins earlier."""
    scope = view.scope
    promise, goal = _promise(view)
    start = view.period.start
    if promise is not None and promise[0] < scope.seen_at:
        start = min(start, promise[0])
    rows = view.scope.run("charts/capacity_by_sprint", start=start, end=scope.seen_at).rows
    return Sprints(capacity.sprints(rows, promise), goal, start, scope.seen_at)


def _promise(view: View) -> tuple[tuple[datetime, datetime] | None, float]:
    zone = view.settings.organisation.zone
    target = view.settings.targets.root_cause_capacity
    for promise in view.settings.commitments:
        if promise.kpi == _KPI:
            end = promise.start + timedelta(days=promise.days)
            return (midnight(promise.start, zone), midnight(end, zone)), promise.goal.at_least or target
    return None, target


def show(sprints: Sprints, view: View) -> None:
    """Show every sprint as one bar of its kinds of work, with the goal marked."""
    ended = capacity.ended(sprints.all)
    reached = sum(bool(capacity.reaches(s.share, sprints.goal)) for s in ended)
    title = "No sprint has ended"
    if ended:
        sprint_count = fmt.plural(len(ended), "sprint")
        title = f"{fmt.count(reached)} of {sprint_count} put {fmt.share(sprints.goal)} into root causes"
    what = (
        "Points done, planned ones where none are recorded · from the left: root causes, features, other · "
        "striped: not labelled"
    )
    with panels.panel("capacity", title, f"{what} · line: {fmt.share(sprints.goal)}"):
        if not sprints.all:
            if filters.active(view.filters):
                empty.filtered_out(view.filters, "sprint work")
            else:
                empty.no_data("sprint_work", "Capacity per sprint")
            return
        head = (
            "Sprint",
            "Root causes",
            "Verdict",
            "Planned there",
            "Done of planned",
            "Features",
            "Other",
            "Not labelled",
        )
        rows = [_row(sprint, sprints.goal, view.zone) for sprint in reversed(sprints.all)]
        st.html(panels.table(head, rows, numeric=(3, 4, 5, 6, 7), wide=True, verdict=2))
        names = ("charts/capacity_by_sprint", "rows/sprint_work")
        panels.source("Capacity per sprint", names, view, start=sprints.start, end=sprints.end)


def _row(sprint: Sprint, goal: float, zone: str) -> tuple[str, ...]:
    last = sprint.ends_at - timedelta(microseconds=1) if sprint.ends_at else None
    days = f"{fmt.short_day(sprint.begins_at, zone)} to {fmt.short_day(last, zone)}"
    note = " · promised" if sprint.promised else ""
    note += " · to date" if sprint.running else ""
    return (
        f"{panels.whole(sprint.name)}<br>{panels.faint(days + note)}",
        _bar(sprint, goal),
        _verdict(sprint, goal),
        fmt.share(sprint.planned_share),
        f"{fmt.count(sprint.done)} of {fmt.count(sprint.planned)}",
        *(fmt.share(_part(sprint, kind)) for kind in KINDS[1:]),
    )


def _verdict(sprint: Sprint, goal: float) -> str:
    """Return the share with its word: unlabelled work may be what is missing."""
    part = sprint.share
    if part is None:
        tone, word = UNKNOWN, "no points"
    elif sprint.running:
        tone, word = UNKNOWN, "so far"
    elif capacity.reaches(part, goal):
        tone, word = GOOD, "reached"
    elif capacity.reaches(sprint.highest_share, goal):
        tone, word = NOISE, "short, unless unlabelled work counts"
    else:
        tone, word = CONCERN, "short"
    look = theme.tone(tone)
    icon = f'<span aria-hidden="true">{look.icon}</span>'
    return f'<b>{fmt.share(part)}</b> <span class="{look.css}">{icon} {word}</span>'


def _part(sprint: Sprint, kind: str) -> float | None:
    return sprint.points[kind] / sprint.total if sprint.total else None


def _bar(sprint: Sprint, goal: float) -> str:
    """Return the sprint's kinds of work as one bar; the goal is a thin line across it."""
    parts = [(kind, _part(sprint, kind)) for kind in KINDS]
    said = ", ".join(f"{fmt.share(part)} {_WORDS[kind]}" for kind, part in parts if part)
    segments = "".join(
        f'<span class="rl-kind-{kind}" style="width:{part * 100:.2f}%"></span>'
        for kind, part in parts
        if part
    )
    return (
        f'<div class="rl-bar" role="img" aria-label="{text.html(said or "no points")}">{segments}'
        f'<i style="left:{goal * 100:.2f}%"></i></div>'
    )
