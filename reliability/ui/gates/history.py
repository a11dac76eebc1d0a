"""The Release gates page's history: how many core changes complied, which did not, how long a sign-off takes."""

import streamlit as st

from reliability import formatting as fmt
from reliability.model import NO_DATA, OK, Chart, Level, Line, Mark, Point
from reliability.queries.figures import MONTH
from reliability.ui import empty, tables, text
from reliability.ui.view import View

_SHOWN = ("change_id", "title", "service", "team", "merged_at", "missing", "source_file", "source_line")
_PEOPLE = "reliability_signoff_by"
_COMPLIANCE = "core_change_compliance_share"


def charts(view: View) -> tuple[Chart, ...]:
    """Return compliance per month, and the time from request to sign-off, over the year that ends with the period."""
    return _compliance(view), _signoff(view)


def _shown(view: View, points: tuple[Point, ...]) -> tuple[tuple[Point, ...], tuple[Mark, ...], Point | None]:
    scope = view.scope
    since = scope.year_ago
    # Months before the first change are not shown: nothing is known of them.
    first = next((n for n, point in enumerate(points) if point.value is not None), len(points))
    known = [point for point in points if point.value is not None]
    return points[first:], scope.freeze_marks(since), known[-1] if known else None


def _compliance(view: View) -> Chart:
    points, marks, last = _shown(view, view.scope.points(_COMPLIANCE))
    title = "No core change was merged"
    if last is not None:
        month = fmt.day(last.at, view.zone).split(" ")[1]
        title = f"{fmt.share(last.value)} of {month}'s core changes had statement and sign-off"
        title += " so far" if last.partial else ""
    return Chart(
        id="core_changes_monthly",
        title=title,
        subtitle="Core changes with statement and sign-off before the merge, per month",
        kind="line",
        unit="share",
        lines=(Line(fmt.share(last.value) if last else "", points),),
        levels=(Level("every one", 1.0, "goal"),),
        marks=marks,
        takeaway=f"{title}. Share of compliant core changes per month.",
        query=f"kpis/{_COMPLIANCE}",
        status=OK if last else NO_DATA,
        needs="changes",
    )


def _signoff(view: View) -> Chart:
    scope = view.scope
    rows = view.scope.run("charts/signoff_monthly", start=scope.steps(MONTH)[0].start, end=scope.seen_at).rows
    course = tuple(
        Point(r["at"], r["value"], r["low"], r["high"], r["n"], bool(r["partial"]), until=r["ends_at"])
        for r in rows
    )
    points, marks, last = _shown(view, course)
    title = "No sign-off is recorded with its times"
    if last is not None:
        month = fmt.day(last.at, view.zone).split(" ")[1]
        title = f"Half of {month}'s sign-offs came within {fmt.duration(last.value)}"
    return Chart(
        id="signoff_monthly",
        title=title,
        subtitle="From request to reliability sign-off, core changes · median, middle half · log scale",
        kind="line",
        unit="minutes",
        lines=(Line(fmt.duration(last.value) if last else "", points),),
        marks=marks,
        scale="log",
        takeaway=f"{title}. Median time from request to sign-off per month.",
        query="charts/signoff_monthly",
        status=OK if last else NO_DATA,
        needs="changes",
    )


def exceptions(view: View) -> None:
    """Show the core changes of the period that went without statement or sign-off, by the name of the change."""
    rows = [
        {name: value for name, value in row.items() if name != _PEOPLE}
        for row in view.scope.run("rows/core_changes", limit=None).rows
    ]
    without = [row for row in rows if row["contributes"] == 0]
    unknown = sum(row["contributes"] is None for row in rows)
    with st.container(border=True, key="gate-exceptions"):
        title = f"{fmt.plural(len(without), 'core change')} of {fmt.count(len(rows))} went without"
        if not rows:
            title = f"No core change was merged in {view.period.label}"
        elif not without:
            title = f"All {fmt.plural(len(rows), 'core change')} complied"
        parts = [f"{view.period.label} · merged without SLO impact statement or sign-off"]
        if unknown:
            parts.append(f"{fmt.count(unknown)} left out: the sign-off has no time")
        st.html(
            f'<div class="rl"><p class="rl-finding">{text.html(title)}</p>'
            f'<p class="rl-subtitle">{text.html(" · ".join(parts))}</p></div>'
        )
        if without:
            tables.table(
                without,
                "table-gate-exceptions",
                view.zone,
                alt=f"Core changes of {view.period.label} without statement or sign-off",
                only=_SHOWN,
            )
            tables.download(f"exceptions {view.period.id}", lambda: without, view.zone)
        elif not rows:
            empty.note("Choose another quarter, or look at the whole year above.", concern=False)
