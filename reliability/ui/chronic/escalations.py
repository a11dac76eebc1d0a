"""Escalations of repeats: how long to the engineering lead and to an executive, which were late, which run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.charts import bars
from reliability.charts.palette import IN_APP
from reliability.model import CONCERN, UNKNOWN
from reliability.statistics.intervals import wilson
from reliability.ui import empty, filters, panels, plot, tables, text, theme
from reliability.ui.incidents import listing as incident_list
from reliability.ui.view import View

EXECUTIVE, ENGINEERING = "rows/escalation_to_executive", "rows/escalation_to_engineering"
_MEAN = "escalation_to_engineering_hours_mean"
_STEPS = (0.25, 0.5, 1, 2, 4, 8)
_HEIGHT = 196
_LATE_COLUMNS = (
    "incident_id",
    "title",
    "service",
    "severity",
    "to",
    "note",
    "opened_at",
    "late_hours",  # how long it took stands in the chart above; a title needs the room
)


@dataclass(frozen=True)
class Path:
    """One way of escalation in the window.

    hours: what those that arrived took. late: rows over the target or that never arrived. target: hours, None when none
    is set. counted: how many are decided; in_time: how many of them arrived within the target.
    """

    hours: tuple[float, ...]
    late: tuple[dict[str, Any], ...]
    target: float | None
    counted: int
    in_time: int

    @property
    def share(self) -> float | None:
        """The share (0-1) within the target, None when nothing is decided or no target is set."""
        return self.in_time / self.counted if self.counted and self.target is not None else None


def executive(view: View) -> Path:
    """Return the way from the incident to an executive, judged as its KPI judges it."""
    target = view.settings.targets.executive_hours
    rows = [r for r in view.scope.run(EXECUTIVE, limit=None).rows if r["contributes"] is not None]
    late = tuple(_late(row, "executive", row["hours"], target) for row in rows if not row["contributes"])
    return Path(
        tuple(r["hours"] for r in rows if r["hours"] is not None),
        late,
        target,
        len(rows),
        sum(int(r["contributes"]) for r in rows),
    )


def engineering(view: View) -> Path:
    """Return the way from support to the engineering lead; the promised mean stands in for a target of each."""
    target = next((p.goal.at_most for p in view.settings.commitments if p.kpi == _MEAN), None)
    rows = [r for r in view.scope.run(ENGINEERING, limit=None).rows if r["contributes"] is not None]
    hours = tuple(r["contributes"] for r in rows)
    late = tuple(
        _late(row, "engineering lead", row["contributes"], target)
        for row in rows
        if target is not None and row["contributes"] > target
    )
    return Path(hours, late, target, len(rows), len(rows) - len(late))


def _late(row: dict[str, Any], to: str, hours: float | None, target: float) -> dict[str, Any]:
    return {
        **row,
        "to": to,
        "took_hours": hours,
        "late_hours": hours - target if hours is not None else None,
        "note": None if hours is not None else "never reached one",
    }


def show(view: View) -> None:
    """Show both ways: distribution, share within the target, each late one by name, and what runs now."""
    st.html(f'<h2 class="rl-section">Escalations of repeats, {text.html(view.period.label)}</h2>')
    if not any(r["table_name"] == "escalations" and r["records"] for r in view.scope.run("lists/data_range")):
        empty.no_data("tickets", "How repeats are escalated")
        return
    to_engineering, to_executive = engineering(view), executive(view)
    with st.grid(2, min_column_width=320, gap="small"):
        _way(
            "engineering",
            "From the first ticket to the engineering lead",
            to_engineering,
            view,
            ENGINEERING,
            _MEAN,
        )
        _way("executive", "From the incident to an executive", to_executive, view, EXECUTIVE,
             "escalation_to_executive_within_target_share")  # fmt: skip
    _running(view, to_engineering.target)
    _named((*to_executive.late, *to_engineering.late), view)


def _way(key: str, what: str, path: Path, view: View, rows: str, kpi: str) -> None:
    subtitle = f"{what}, hours, repeats of {view.period.label} · right of the line: over the target"
    if key == "engineering" and path.target is not None:
        subtitle = (
            f"{what}, hours, repeats of {view.period.label} · right of the line: over the promised mean"
        )
    with panels.panel(f"escalation-{key}", title(path, key, view.row(kpi)), subtitle):
        if not path.counted:
            named = filters.active(view.filters)
            which = f" with {', '.join(named)}" if named else ""
            empty.note(f"No repeat of {view.period.label}{which} was escalated this way.", concern=False)
            return
        if path.hours:
            alt = f"{what}: {fmt.plural(len(path.hours), 'repeat')} by hours taken."
            plot.draw(f"escalation-{key}", distribution(path), alt=alt, clickable=False)
        st.html(f'<p class="rl rl-note">{text.html(within(path))}</p>')
        panels.source(what, (f"kpis/{kpi}", rows), view)


def title(path: Path, key: str, kpi: dict[str, Any]) -> str:
    """Return what a way shows. kpi: the only row of its KPI."""
    if not path.counted:
        return "No repeat was escalated this way"
    if key == "engineering":
        return f"{fmt.hours(kpi['value'])} on average to the engineering lead"
    assert path.target is not None
    reached = f"{fmt.count(path.in_time)} of {fmt.count(path.counted)}"
    return f"{reached} reached an executive within {_target(path.target)}"


def within(path: Path) -> str:
    """Return the share within the target with its interval and n; without a target, that there is none."""
    if path.target is None:
        return f"{fmt.plural(path.counted, 'repeat')}; no target is set: promise one for {_MEAN}"
    interval = wilson(path.in_time, path.counted)
    said = f"{fmt.share(path.share)} within {_target(path.target)}: "
    said += f"{fmt.count(path.in_time)} of {fmt.count(path.counted)}"
    said += f", 90 % interval {interval.low * 100:.0f} to {fmt.share(interval.high)}"
    never = path.counted - len(path.hours)
    return f"{said} · {fmt.count(never)} never arrived" if never else said


def _target(hours: float) -> str:
    return f"{hours:g}{fmt.NO_BREAK}h"


def distribution(path: Path) -> dict[str, Any]:
    """Return the hours in steps around the target as standing bars, with the target as a line between two of them."""
    middle = path.target or 8.0
    edges = [middle * step for step in _STEPS]
    counts = [0] * (len(edges) + 1)
    for hours in path.hours:
        counts[next((n for n, edge in enumerate(edges) if hours <= edge), len(edges))] += 1
    names = [f"to {_short(edge)}" for edge in edges] + [f"over {_short(edges[-1])}"]
    line = _STEPS.index(1)
    shown = [
        bars.Bar(name, count, count if path.target is not None and n > line else 0)
        for n, (name, count) in enumerate(zip(names, counts, strict=True))
    ]
    figure = bars.columns(shown, "app", "repeat", "over", _HEIGHT)
    figure["layout"]["margin"]["t"] = 24
    if path.target is not None:
        at = line + 0.5
        figure["layout"]["shapes"] = [
            {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1,
             "line": {"width": 1.5, "color": IN_APP.good, "dash": "5px,3px"}}
        ]  # fmt: skip
        figure["layout"]["annotations"] = [
            {"text": f"target {_target(path.target)}", "showarrow": False, "x": at, "y": 1, "yref": "paper",
             "yanchor": "bottom", "font": {"size": 11, "color": IN_APP.good}}
        ]  # fmt: skip
    return figure


def _short(hours: float) -> str:
    return f"{hours:g}{fmt.NO_BREAK}h" if hours >= 1 else f"{hours * 60:.0f}{fmt.NO_BREAK}min"


def _running(view: View, engineering_target: float | None) -> None:
    rows = view.scope.run("lists/chronic/escalations_running").rows
    targets = {"engineering lead": engineering_target, "executive": view.settings.targets.executive_hours}
    finding = f"{fmt.plural(len(rows), 'escalation')} running now" if rows else "No escalation is running now"
    late = sum(due(row, targets[row["waits_for"]])[0] == "Overdue" for row in rows)
    if late:
        finding += f", {fmt.count(late)} overdue"
    subtitle = f"Repeats still open on {fmt.instant(view.as_of, view.zone)}, whenever they began · age so far"
    with panels.panel("escalations-running", finding, subtitle):
        if rows:
            cells = [_running_row(row, targets[row["waits_for"]], view.zone) for row in rows]
            st.html(panels.table(("State", "Incident", "Waits for", "Since", "Age"), cells, (4,)))
        panels.source("Escalations running", ("lists/chronic/escalations_running",), view)


def due(row: dict[str, Any], target: float | None) -> tuple[str, str]:
    """Return how a running escalation stands, in a word, and its tone."""
    if target is None:
        return "Waiting, no target", UNKNOWN
    return ("Overdue", CONCERN) if row["age_hours"] > target else ("Not yet due", UNKNOWN)


def _running_row(row: dict[str, Any], target: float | None, zone: str) -> tuple[str, ...]:
    word, tone = due(row, target)
    look = theme.tone(tone)
    more = f" of {_target(target)}" if target is not None else ""
    return (
        f'<span class="{look.css} rl-nowrap"><span aria-hidden="true">{look.icon}</span> {word}</span>',
        f"{panels.whole(row['incident_id'])} {text.html(text.title(row['title'] or '', 60))}"
        f"<br>{panels.faint(row['service'] or 'no service')}",
        text.html(row["waits_for"]),
        panels.whole(fmt.instant(row["waiting_since"], zone)),
        f"{fmt.hours(row['age_hours'])}{more}",
    )


def _named(late: Sequence[dict[str, Any]], view: View) -> None:
    finding = (
        f"{fmt.plural(len(late), 'escalation')} came late or never" if late else "No escalation was late"
    )
    subtitle = (
        f"Repeats of {view.period.label} over the target, the latest first · choose one to see its moments"
    )
    with panels.panel("escalations-late", finding, subtitle):
        if not late:
            return
        ordered = sorted(late, key=lambda row: (row["late_hours"] is not None, -(row["late_hours"] or 0)))
        tables.table(
            ordered,
            "table-late",
            view.zone,
            alt=f"Late escalations of {view.period.label}",
            only=_LATE_COLUMNS,
            opened=lambda row: incident_list.open_incident(row, view),
            link=lambda row: incident_list.address(row, view),
        )
        tables.download(f"late escalations {view.period.id}", lambda: ordered, view.zone)
