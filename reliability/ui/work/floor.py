"""Launches inside freezes, and engineers' turns on the support floor, on the Reliability work page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.gates.evaluation import parameters as gate_parameters
from reliability.gates.waivers import in_force, waivers
from reliability.journal import Journal
from reliability.model import CONCERN, NOISE, UNKNOWN
from reliability.review.scope import YEAR
from reliability.settings.periods import midnight
from reliability.ui import empty, filters, navigation, panels, text, theme
from reliability.ui.view import View

_GATE = "launch_freeze"
_STATES = {
    "not essential": ("Not essential", CONCERN),
    "not recorded": ("Not recorded", UNKNOWN),
    "essential": ("Exception: essential", NOISE),
}


def freezes(view: View) -> None:
    """Show each freeze of the last twelve months and the next ones, the features launched inside, and exceptions."""
    seen_at = min(view.as_of, view.period.end)
    names = ("freeze_starts", "freeze_ends", "freeze_notes")
    given = gate_parameters(view.settings, view.as_of)
    since = seen_at - YEAR
    stretch = {"start": since, "end": seen_at, **{name: given[name] for name in names}}
    rows = view.scope.run("lists/work/freeze_launches", **stretch).rows
    listed = [spell for spell in _spells(view) if spell[1] is None or spell[1] > since]
    subtitle = (
        f"Features released inside a freeze, {fmt.day(since, view.zone)} to {fmt.day(seen_at, view.zone)}"
    )
    with panels.panel("freezes", _title(rows, listed, seen_at), subtitle):
        if not listed:
            empty.note("review.toml names no freeze: [[freezes]] with start, end and note.", concern=False)
            return
        if not any(r["table_name"] == "changes" and r["records"] for r in view.scope.run("lists/data_range")):
            empty.no_data("changes", "Launches inside a freeze")
            return
        for start, end, note in listed:
            when = f"{fmt.day(start, view.zone)} to {fmt.last_day(end, view.zone) if end else 'no end set'}"
            inside = [row for row in rows if row["freeze_starts_at"] == start]
            said = (
                "ahead" if start > seen_at else fmt.plural(len(inside), "feature") if inside else "no feature"
            )
            name = f"{note} · " if note else ""
            st.html(f'<p class="rl rl-note">{text.html(f"{name}{when} · {said}")}</p>')
            if inside:
                st.html(
                    panels.table(
                        ("State", "Feature", "Released"), [_launch(r, view.zone) for r in inside], verdict=0
                    )
                )
        _waived(view, since, seen_at)
        navigation.link("gates", "What the freeze holds next")
        panels.source("Launches inside a freeze", ("lists/work/freeze_launches",), view, **stretch)


def _spells(view: View) -> list[tuple[datetime, datetime | None, str]]:
    zone = view.settings.organisation.zone
    return [
        (midnight(span.start, zone), midnight(span.end, zone) if span.end else None, span.note)
        for span in view.settings.freezes
    ]


def _title(rows: Sequence[dict[str, Any]], listed: Sequence[tuple], seen_at: datetime) -> str:
    if not any(start <= seen_at for start, *_ in listed):
        return "No freeze in these twelve months"
    if not rows:
        return "No feature went out inside a freeze"
    count = {state: len({r["change_id"] for r in rows if r["state"] == state}) for state in _STATES}
    total = len({row["change_id"] for row in rows})
    said = f"{fmt.plural(total, 'feature')} went out inside a freeze"
    parts = [f"{fmt.count(count['not essential'])} not essential"] if count["not essential"] else []
    parts += [f"{fmt.count(count['not recorded'])} not recorded"] if count["not recorded"] else []
    return f"{said}: {', '.join(parts)}" if parts else f"{said}, each an essential one"


def _launch(row: dict[str, Any], zone: str) -> tuple[str, ...]:
    word, tone = _STATES[row["state"]]
    look = theme.tone(tone)
    return (
        f'<span class="{look.css} rl-nowrap"><span aria-hidden="true">{look.icon}</span> {word}</span>',
        f"{panels.whole(row['change_id'])} {text.html(text.title(row['title'] or '', 60))}",
        panels.whole(fmt.day(row["released_at"], zone)),
    )


def _waived(view: View, start: datetime, end: datetime) -> None:
    found = [w for w in waivers(Journal(view.data_dir), view.settings) if w.gate == _GATE]
    # One that was given at the very instant the data is seen from counts.
    for waiver in in_force(found, start, end + timedelta(microseconds=1)):
        said = f"Waived for {waiver.subject} until {fmt.day(waiver.until)}: {waiver.reason}"
        empty.note(said, concern=False)


def rotations(view: View) -> None:
    """Show the turns of engineers on the support floor by team, held against planned; no person is named."""
    rows = view.scope.run("lists/work/support_rotations_by_team").rows
    weeks = [w for w in view.scope.run("charts/support_turns_weekly").rows if w["value"] is not None]
    turns = sum(row["turns"] for row in rows)
    title = "No turn on the support floor"
    if rows:
        title = f"{fmt.plural(turns, 'turn')} on the support floor by {fmt.plural(len(rows), 'team')}"
        empty_weeks = sum(not week["value"] for week in weeks)
        title += (
            f"; {fmt.plural(empty_weeks, 'week')} without one" if empty_weeks else ", at least one a week"
        )
    planned = sum(row["planned"] for row in rows)
    plan = "no export says which were planned"
    if planned:
        plan = f"{fmt.count(sum(row['planned_held'] for row in rows))} of {fmt.count(planned)} planned ones were held"
    subtitle = f"Engineers on support, {view.period.label} · {plan}"
    with panels.panel("rotations", title, subtitle):
        if not rows:
            recorded = any(
                r["table_name"] == "support_rotations" and r["records"]
                for r in view.scope.run("lists/data_range")
            )
            if not recorded:
                empty.no_data("support_rotations", "Support rotations")
            elif filters.active(view.filters):
                empty.filtered_out(view.filters, "turns on the support floor")
            return
        cells = [
            (
                text.html(row["team"] or "no team"),
                fmt.count(row["turns"]),
                fmt.count(row["planned"]) if row["planned"] else fmt.MISSING,
                fmt.count(row["engineers"]),
                fmt.hours(row["hours"]),
                panels.whole(fmt.day(row["last_on"])),
            )
            for row in rows
        ]
        st.html(panels.table(("Team", "Held", "Planned", "Engineers", "Time", "Last"), cells, (1, 2, 3, 4)))
        panels.source(
            "Support floor", ("lists/work/support_rotations_by_team", "rows/support_rotations"), view
        )
