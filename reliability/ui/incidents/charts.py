"""The charts of the Incidents page: how long things take, month by month, and where and when incidents open."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.charts import bars
from reliability.model import NO_DATA, OK, Chart, Filters, Line
from reliability.review.control import Control, p1_control
from reliability.review.scope import WEEK
from reliability.ui import plot, text
from reliability.ui.view import View

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CLOCKS = (
    ("time_to_detect_median", "detected", "Start to detection"),
    ("time_to_engage_median", "engaged", "P1, detection to engagement"),
    ("time_to_recover_median", "recovered", "P1, time to recover"),
)
# What an incident must say for each clock, in the order of the clocks.
NEEDED = (
    "No incident of these months says both when it started and when it was detected.",
    "No P1 of these months says when someone engaged.",
    "No P1 of these months says when it was resolved.",
)
_SMALL = 196
_MOST_BARS = 10


def clocks(view: View) -> tuple[Chart, ...]:
    """Return the three clocks of an incident over the twelve months that end with the period."""
    return tuple(_clock(view, *clock) for clock in _CLOCKS)


def _clock(view: View, name: str, done: str, what: str) -> Chart:
    scope = view.scope
    since = scope.year_ago
    points = scope.points(name)
    known = [point for point in points if point.value is not None]
    last = known[-1] if known else None
    narrowed = view.filters != Filters()
    title = f"None {done} with these filters" if narrowed else f"When they were {done} is not recorded"
    if last is not None:
        month = fmt.day(last.at, view.zone).split(" ")[1]
        title = f"Half {done} within {fmt.duration(last.value)} in {month}"
        title += " so far" if last.partial else ""
    return Chart(
        id=f"{name}_monthly",
        title=title,
        subtitle=f"{what} · median, middle half · log scale",
        kind="line",
        unit="minutes",
        lines=(Line(fmt.duration(last.value) if last else "", points),),
        bands=(*scope.incident_bands(since), *scope.gap_bands(name, since)),
        scale="log",
        takeaway=f"{title}. {what}, median per month.",
        query=f"kpis/{name}",
        status=OK if known else NO_DATA,
        needs="incidents",
    )


def control(view: View) -> Control:
    """Return the control chart of P1s with limits locked on the promise's baseline, composed once per view."""
    return view.remembered(("control", view.period, view.filters), lambda: p1_control(view.scope))


def weekly(view: View) -> Chart:
    """Return all incidents of the chosen severities per week, over the twelve months that end with the period."""
    scope = view.scope
    since = scope.year_ago
    points = scope.points("incidents", WEEK)
    known = [point.value for point in points if point.value is not None and not point.partial]
    levels = view.filters.severities
    which = " and ".join(f"P{level}" for level in levels) if levels else "all severities"
    busiest = max((p for p in points if p.value is not None), key=lambda p: p.value or 0, default=None)
    title = "No incidents are covered"
    if known and not any(known):
        title = "No incident in the weeks shown"
    elif known and busiest is not None:
        equals = sum(point.value == busiest.value for point in points)
        when = fmt.short_day(busiest.at, view.zone) if equals == 1 else f"{equals} weeks"
        title = (
            f"{fmt.count(sum(known) / len(known))} incidents in a usual week, "
            f"{fmt.count(busiest.value)} in the busiest ({when})"
        )
    return Chart(
        id="incidents_weekly",
        title=title,
        subtitle=f"Incidents per week, {which}",
        kind="columns",
        unit="incidents",
        lines=(Line("", points),),
        bands=(*scope.incident_bands(since), *scope.gap_bands("incidents", since)),
        marks=scope.freeze_marks(since),
        takeaway=f"{title}. Incidents per week.",
        query="kpis/incidents",
        status=OK if known else NO_DATA,
        needs="incidents",
    )


def places(view: View) -> None:
    """Show where incidents open, of which there are some: by service and by team. A bar sets the filter."""
    for name, most in (("service", "Most are in"), ("team", "Most are with")):
        rows = view.scope.run(f"charts/incidents_by_{name}").rows
        found = [
            bars.Bar(row["label"] or f"no {name}", row["value"], row["p1"] or 0, row["label"] or "")
            for row in rows
        ]
        total = sum(bar.value for bar in found)
        first = bars.leaders(found)
        each = " each" if len(first) > 1 else ""
        title = f"No {name} stands out: {fmt.count(total)} in {fmt.count(len(found))}"
        if first:
            names = fmt.listed([text.title(bar.label, 40) for bar in first])
            title = f"{most} {names}: {fmt.count(first[0].value)}{each} of {fmt.count(total)}"
        rest = found[_MOST_BARS:]
        more = (
            f" · {fmt.count(sum(bar.value for bar in rest))} in {fmt.plural(len(rest), f'other {name}')}"
            if rest
            else ""
        )
        what = (
            f"Incidents by {name}, {view.period.label} · P1 first in each bar · a bar filters the page{more}"
        )
        with _card(f"by-{name}", title, what):
            spec = bars.ranked(found[:_MOST_BARS], "app", "incident", "P1")
            plot.draw(f"by-{name}", spec, alt=f"{title}. Incidents by {name}.", on_key=_setter(name))


def hours(view: View) -> None:
    """Show at which hour of the day incidents open, in the organisation's zone."""
    rows = view.scope.run("charts/incidents_by_hour")
    found = [bars.Bar(f"{row['hour']:02d}", row["value"], row["p1"] or 0) for row in rows]
    what = f"Incidents by hour they opened, {view.zone} · P1 at the foot of each bar"
    _standing("by-hour", found, _busiest_hours(found), what, every=3)


def weekdays(view: View) -> None:
    """Show on which day of the week incidents open."""
    rows = view.scope.run("charts/incidents_by_weekday")
    found = [bars.Bar(_DAYS[row["weekday"] - 1], row["value"], row["p1"] or 0) for row in rows]
    _standing(
        "by-day",
        found,
        _busiest_day(found),
        "Incidents by day of the week · P1 at the foot of each bar",
    )


def _standing(key: str, found: Sequence[bars.Bar], title: str, what: str, every: int = 1) -> None:
    with _card(key, title, what):
        spec = bars.columns(found, "app", "incident", "P1", _SMALL, every)
        plot.draw(key, spec, alt=f"{title}. {what}.", clickable=False)


def _busiest_hours(found: Sequence[bars.Bar], width: int = 4) -> str:
    values = [bar.value for bar in found]
    total = sum(values)
    spans = [sum(values[(hour + i) % 24] for i in range(width)) for hour in range(24)]
    best = [hour for hour in range(24) if spans[hour] == max(spans)]
    # Spans that overlap the first one are the same peak, seen a little earlier or later.
    if any(width <= hour - best[0] <= 24 - width for hour in best):
        return f"No hours stand out: {fmt.count(total)} over the day"
    start = best[0]
    part = spans[start] / total
    return f"{fmt.share(part)} opened between {start:02d}:00 and {(start + width) % 24:02d}:00"


def _busiest_day(found: Sequence[bars.Bar]) -> str:
    total = sum(bar.value for bar in found)
    most = max(bar.value for bar in found)
    if sum(bar.value == most for bar in found) > 1:
        return f"No day stands out: {fmt.count(total)} over the week"
    top = next(bar for bar in found if bar.value == most)
    names = {"Mon": "Mondays", "Tue": "Tuesdays", "Wed": "Wednesdays", "Thu": "Thursdays", "Fri": "Fridays"}
    name = {**names, "Sat": "Saturdays", "Sun": "Sundays"}[top.label]
    return f"{name} had most: {fmt.share(top.value / total)}"


def _setter(name: str) -> Any:
    def choose(key: str) -> None:
        if key:
            st.session_state[name] = [key]

    return choose


def _card(key: str, title: str, subtitle: str) -> Any:
    box = st.container(border=True, height="stretch", vertical_alignment="distribute", key=f"chart-{key}")
    box.html(
        f'<div class="rl"><p class="rl-finding">{text.html(title)}</p>'
        f'<p class="rl-subtitle">{text.html(subtitle)}</p></div>'
    )
    return box
