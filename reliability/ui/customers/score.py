"""NPS on the Customers page: its course by month or quarter, and before, in and after the incident window."""

from datetime import datetime
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.charts import estimates
from reliability.kpis import Asked
from reliability.kpis import windows as windows_of
from reliability.model import NO_DATA, OK, Chart, Line, Point
from reliability.review import nps_words as words
from reliability.review.nps_course import AFTER, BEFORE, DURING
from reliability.review.scope import MONTH
from reliability.settings.periods import midnight, previous
from reliability.statistics.nps import LEAST_ANSWERS, NetPromoterScore, NpsChange, nps_change, score_of
from reliability.ui import empty, panels, plot, text, theme
from reliability.ui.customers.page import Customers, dates, narrowed
from reliability.ui.view import View

GRAINS = ("Month", "Quarter")
_QUARTERS = 8
_HEIGHT = 330
_PARTS = {BEFORE: "Before", DURING: "In the window", AFTER: "After"}


def course(found: Customers, view: View) -> Chart:
    """Show NPS per month or quarter with its interval and its answers; return the chart, for a chosen point."""
    with st.container(border=True, height="stretch", key="chart-nps-course"):
        top = st.container(horizontal=True, vertical_alignment="top")
        with top:
            place = st.container(width="stretch")
            grain = st.segmented_control(
                "Step", GRAINS, default=GRAINS[0], required=True, key="grain", bind="query-params",
                label_visibility="collapsed",
            )  # fmt: skip
        chart, notes = chart_of(found, view, grain if grain in GRAINS else GRAINS[0])
        place.html(plot.finding(chart))
        if chart.status == NO_DATA:
            empty.note("No dated answer in these months.", concern=False)
            return chart
        names = _names(chart, view) if grain == GRAINS[1] else ()
        spec = estimates.steps(chart, "app", view.zone, _HEIGHT, LEAST_ANSWERS, names)
        plot.draw(chart.id, spec, chart.takeaway)
        for note in notes:
            empty.note(note, concern=False)
    return chart


def chart_of(found: Customers, view: View, grain: str) -> tuple[Chart, list[str]]:
    """Return the course of NPS by month or quarter, and what has to be said below it."""
    scope = view.scope
    rows = _months(view, found.seen_at) if grain == GRAINS[0] else _quarters(view, found.seen_at)
    points = tuple(
        Point(r["at"], r["value"], r["low"], r["high"], r["n"], bool(r["partial"]), until=r["ends_at"])
        for r in rows
    )
    since = points[0].at if points else scope.year_ago
    known = [row for row in rows if row["n"]]
    few = [_label(row["at"], grain, view) for row in known if row["n"] < LEAST_ANSWERS]
    title = _finding(rows, grain, view)
    subtitle = f"NPS per {grain.lower()} · bars: 90{fmt.NO_BREAK}% interval · small figures: answers · hollow: to date"
    notes = [f"Under {LEAST_ANSWERS} answers, too few to tell: {fmt.listed(few, 6)}."] if few else []
    if said := narrowed(view):
        notes.append(said)
    chart = Chart(
        id="nps-course",
        title=title,
        subtitle=subtitle,
        kind="points",
        unit="points",
        lines=(Line("", points),),
        bands=(*scope.incident_bands(since), *scope.gap_bands("nps", since)),
        marks=scope.freeze_marks(since),
        takeaway=f"{title}. NPS per {grain.lower()} with its 90 % interval.",
        query="kpis/nps",
        status=OK if known else NO_DATA,
        needs="nps_responses",
    )
    return chart, notes


def _months(view: View, at: datetime) -> list[dict[str, Any]]:
    scope = view.scope
    return scope.rows("nps", scope.steps(MONTH), as_of=at)


def _quarters(view: View, at: datetime) -> list[dict[str, Any]]:
    wanted = [view.period]
    while len(wanted) < _QUARTERS:
        wanted.append(previous(wanted[-1], view.settings))
    wanted.reverse()
    rows = view.scope.rows("nps", wanted, as_of=at)
    first = next((n for n, row in enumerate(rows) if row["n"]), len(rows))
    return rows[first:]


def _names(chart: Chart, view: View) -> list[str]:
    """Return the quarters of the points as they stand below them: the quarter, and its year where that begins."""
    found, year = [], ""
    for point in chart.lines[0].points:
        name = _label(point.at, GRAINS[1], view)
        of_year, quarter = name.rsplit(" ", 1)
        found.append(quarter if of_year == year else f"{quarter}\n{of_year}")
        year = of_year
    return found


def _finding(rows: list[dict[str, Any]], grain: str, view: View) -> str:
    """Say how the last whole step stands against the one before."""
    whole = [row for row in rows if not row["partial"]]
    if len(whole) < 2:
        known = [row for row in rows if row["n"]]
        if not known:
            return "No dated answers here"
        label = _label(known[-1]["at"], grain, view)
        return f"NPS {fmt.nps(known[-1]['value'])} in {label}; no whole {grain.lower()} to compare it with"
    was, now = (score_of(row) for row in whole[-2:])
    labels = (_label(whole[-1]["at"], grain, view), _label(whole[-2]["at"], grain, view))
    return words.step_sentence(now, was, nps_change(now, was), labels)


def _label(at: datetime, grain: str, view: View) -> str:
    if grain == GRAINS[0]:
        return fmt.day(at, view.zone).split(" ", 1)[1]
    period = view.period
    while period.start > at:
        period = previous(period, view.settings)
    return period.label


def windows(found: Customers, view: View) -> None:
    """Show the score before, in and after the window, the changes between them, and the claims that were made."""
    change = found.course.in_window
    with panels.panel("nps-windows", _title(found), _subtitle(found, view)):
        if not found.course.answers:
            empty.note("No dated answer before, in or after it.", concern=False)
            return
        scores = {BEFORE: found.course.before, DURING: found.course.during, AFTER: found.course.after}
        rows = [_part(name, scores[name], found, view) for name in _PARTS]
        st.html(
            panels.table(
                ("Time", "NPS", f"90{fmt.NO_BREAK}% range", "Answers", "Accounts"), rows, (1, 2, 3, 4)
            )
        )
        st.html(
            panels.table(
                ("Change", "Points", f"90{fmt.NO_BREAK}% range", "Verdict"),
                [
                    _changed("In the window, against before", change),
                    _changed("After it, against the window", found.course.since),
                    _changed("After it, against before", found.course.overall),
                ],
                (1, 2),
            )
        )
        for claimed in claims(found, view):
            empty.note(words.claim_sentence(change, claimed), concern=False)
        if promised := own_window(found, view):
            empty.note(promised, concern=False)
        asked = windows_of([Asked(w.start, w.end, found.seen_at) for w in found.parts.begun.values()])
        panels.source("NPS before, in and after", ("kpis/nps",), view, windows=asked)


def own_window(found: Customers, view: View) -> str:
    """Say why the promise made after this very window has other answers and another range; "" without one."""
    zone = view.settings.organisation.zone
    first = found.parts.after.start.astimezone(zone).date()
    promised = next(
        (c for c in view.settings.commitments if c.kpi == "nps" and found.declared and c.start == first), None
    )
    if promised is None:
        return ""
    ends = min(midnight(promised.end, zone), found.seen_at)
    return (
        f"The promise on NPS counts the answers from {fmt.day(first)} to {fmt.last_day(ends, view.zone)}, and compares "
        "accounts that answered before and since with themselves: its answers and its range differ from those above."
    )


def claims(found: Customers, view: View) -> list[float]:
    """Return the falls that promises state: points to win back that were lost in this very window."""
    if not found.declared:
        return []
    during = found.parts.during
    zone = view.settings.organisation.zone
    first = during.start.astimezone(zone).date()
    return [
        -commitment.goal.change_points
        for commitment in view.settings.commitments
        if commitment.kpi == "nps"
        and commitment.goal.change_points
        and commitment.baseline is not None
        and commitment.baseline.start == first
        and commitment.baseline.days == found.parts.days
    ]


def _title(found: Customers) -> str:
    course, change = found.course, found.course.in_window
    if change is None or course.before is None or course.during is None:
        return "Nothing to compare the window with"
    word = words.word(change)
    both = f"{fmt.nps(course.before.value)} before, {fmt.nps(course.during.value)} in the window"
    return f"{word[:1].upper()}{word[1:]}: {both}"


def _subtitle(found: Customers, view: View) -> str:
    what = f"incident window {dates(found.parts, DURING, view.zone)}"
    if not found.declared:
        what = f"no incident window is declared in review.toml; {view.period.label} stands in for one"
    return f"NPS of {what} · as many days before and after"


def _part(name: str, score: NetPromoterScore | None, found: Customers, view: View) -> tuple[str, ...]:
    label = _PARTS[name]
    if score is None:
        return (f"{label}<br>{panels.faint('not begun')}", "", "", "", "")
    when = dates(found.parts, name, view.zone) + (", so far" if found.parts.running(name) else "")
    few = f"<br>{panels.faint('too few to tell')}" if 0 < score.n < LEAST_ANSWERS else ""
    return (
        f"{label}<br>{panels.faint(when)}",
        f"<b>{fmt.nps(score.value)}</b>" if score.n else panels.faint("no answers"),
        text.html(words.span(score.interval)),
        f"{fmt.count(score.n)}{few}",
        fmt.count(score.accounts),
    )


def _changed(label: str, change: NpsChange | None) -> tuple[str, ...]:
    if change is None:
        return (label, "", "", mark(change))
    return (
        label,
        f"<b>{fmt.signed(change.difference)}</b>",
        text.html(words.span(change.interval)),
        mark(change),
    )


def mark(change: NpsChange | None) -> str:
    """Return the word of a change with its icon, in its colour, as HTML."""
    look = theme.tone(words.tone(change))
    icon = f'<span aria-hidden="true">{look.icon}</span>'
    return f'<span class="{look.css}">{icon} {text.html(words.word(change))}</span>'
