"""The timeline in the story of a chronic issue: returns, fixes, postmortems, and how long it stayed away."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.charts import timeline
from reliability.charts.timeline import Happening, Quiet
from reliability.ui import panels, plot, text
from reliability.ui.chronic.page import seen_at
from reliability.ui.incidents import listing as incident_list
from reliability.ui.view import View

_CHOSEN = "_chosen-incident"
_FIXES, _REMEDIATION, _POSTMORTEMS, _UNKNOWN = "Fixes", "Remediation", "Postmortems", "No severity"


def show(
    issue: dict[str, Any],
    history: Sequence[dict[str, Any]],
    work: Sequence[dict[str, Any]],
    endings: Sequence[dict[str, Any]],
    view: View,
) -> None:
    """Show the timeline; a return opens its incident."""
    marks = [*returns(history, view.zone), *works(work, view.zone)]
    away = quiet(endings, view.settings.incidents.repeat_look_back_days, view)
    subtitle = (
        "Each point an incident, by severity; diamonds: what was released; squares: postmortems · shaded: away for "
        f"more than {fmt.count(view.settings.incidents.repeat_look_back_days)} days"
    )
    finding = longest_clause(endings, view)
    with panels.panel("story-timeline", finding, subtitle):
        spec = timeline.figure(marks, away, rows(marks), "app", view.zone, seen_at(view))
        plot.draw("timeline", spec, alt=f"{text.title(issue['title'] or '', 60)}. {finding}.", on_key=_choose)
        panels.source(
            "The story of a problem",
            ("lists/chronic/chronic_history", "lists/chronic_work", "lists/chronic_endings"),
            view,
            issue_id=issue["issue_id"],
            as_of=seen_at(view),
        )
    if chosen := st.session_state.pop(_CHOSEN, None):
        row = next((r for r in history if _key(r) == chosen), None)
        if row is not None:
            incident_list.open_incident(row, view)


def _choose(key: str) -> None:
    if key:
        st.session_state[_CHOSEN] = key


def _key(row: dict[str, Any]) -> str:
    return f"{row['source'] or ''} {row['incident_id']}"


def rows(marks: Sequence[Happening]) -> list[str]:
    """Return the rows that hold anything: severities from the gravest, then work, then postmortems."""
    used = {mark.row for mark in marks}
    severities = sorted(row for row in used if row.startswith("P") and row[1:].isdigit())
    return severities + [row for row in (_UNKNOWN, _FIXES, _REMEDIATION, _POSTMORTEMS) if row in used]


def returns(history: Sequence[dict[str, Any]], zone: str) -> list[Happening]:
    """Return the incidents as marks; the first one, which was no return, is hollow."""
    found = []
    for number, row in enumerate(history):
        level = f"P{row['severity']}" if row["severity"] else _UNKNOWN
        told = f"<b>{_safe(row['incident_id'])}</b> {_safe(row['title'])}<br>{fmt.instant(row['opened_at'], zone)}"
        told += f"<br>{_took(row)}"
        if row["days_since_previous"] is not None:
            told += f"<br>{fmt.plural(int(row['days_since_previous']), 'day')} after the one before"
        found.append(Happening(row["opened_at"], level, told, _key(row), strong=number > 0))
    return found


def _took(row: dict[str, Any]) -> str:
    if row["state"] == "open":
        return f"open for {fmt.duration(row['minutes'])}"
    return f"recovered in {fmt.duration(row['minutes'])}" if row["minutes"] is not None else str(row["state"])


def works(work: Sequence[dict[str, Any]], zone: str) -> list[Happening]:
    """Return what was released and written as marks; fixes carry their id."""
    found = []
    for row in work:
        if row["done_at"] is None:
            continue
        told = f"<b>{_safe(row['work_id'])}</b> {_safe(row['title'])}<br>{fmt.day(row['done_at'], zone)}"
        if row["kind"] == "postmortem":
            if row["actions_total"]:
                told += f"<br>{fmt.count(row['actions_done'])} of {fmt.plural(row['actions_total'], 'action')} done"
            found.append(Happening(row["done_at"], _POSTMORTEMS, told, strong=False))
            continue
        days = fmt.plural(int(row["days_quiet"]), "day")
        told += f"<br>{'back after' if row['came_back'] else 'away for'} {days}<br>{_safe(row['tie'])}"
        place = _FIXES if row["is_fix"] else _REMEDIATION
        label = _safe(row["work_id"]) if row["is_fix"] else ""
        found.append(Happening(row["done_at"], place, told, label=label, strong=bool(row["is_fix"])))
    return found


def quiet(endings: Sequence[dict[str, Any]], least_days: int, view: View) -> list[Quiet]:
    """Return the stretches longer than `least_days` without the issue, the running one to the instant of the view."""
    found = []
    for row in endings:
        start = row["ended_at"] or row["last_opened_at"]
        end = row["back_at"] or seen_at(view)
        if row["is_open"] or end - start <= timedelta(days=least_days):
            continue
        holds = row["back_at"] is None
        found.append(Quiet(start, end, f"{(end - start).days}{fmt.NO_BREAK}d", holds))
    return found


def longest_clause(endings: Sequence[dict[str, Any]], view: View) -> str:
    """Return the longest time away in words, and whether it is the running one."""
    known = [row for row in endings if row["ended_at"] is not None]
    if not known:
        return "It has never been declared over" if endings else "Nothing is known of it"
    last = seen_at(view)
    spans = [((row["back_at"] or last) - row["ended_at"], row["back_at"] is None) for row in known]
    longest, running = max(spans, key=lambda pair: pair[0])
    days = fmt.plural(longest.days, "day")
    if running:
        return (
            f"It has been away for {days}, longer than ever before" if len(spans) > 1 else f"Away for {days}"
        )
    return f"It never stayed away for more than {days}"


def _safe(value: object) -> str:
    """Return a text for the drawing library, which reads tags."""
    return text.title(value or "", 60).replace("<", "‹").replace(">", "›")
