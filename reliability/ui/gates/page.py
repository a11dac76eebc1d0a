"""The Release gates page: the answer in a sentence, and what is planned next."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.gates import words
from reliability.gates.model import Decision, Evaluation, GateResult
from reliability.journal import Journal
from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN
from reliability.queries.gates import FAILED
from reliability.review.documents import gates_evaluation
from reliability.settings.periods import midnight
from reliability.ui import empty, filters, tables, text, theme
from reliability.ui.view import View
from reliability.warehouse.workspace import Workspace

GROUPS = ("Week", "Release")
_MOST_SHOWN = 40
_FIGURE = re.compile(r"(\d) (%|min|h|d)(?!\w)")


def has_changes(view: View) -> bool:
    """Tell whether any export holds changes; else say which export would fill the page."""
    if any(row["table_name"] == "changes" and row["records"] for row in view.scope.run("lists/data_range")):
        return True
    st.html('<h1 class="rl-headline">Nothing can be said about any change</h1>')
    empty.no_data("changes", "Release gates")
    return False


def planned(view: View) -> Evaluation:
    """Return the gates' answer for the planned changes that pass the filters."""
    found = evaluation_of(view, None)
    services, teams = set(view.filters.services), set(view.filters.teams)
    kept = tuple(
        decision
        for decision in found.decisions
        if (not services or services & set(decision.change.touches))
        and (not teams or decision.change.team in teams)
    )
    return found._replace(decisions=kept)


def headline(evaluation: Evaluation, view: View) -> None:
    """Show the answer in a sentence, and the line of what else has to be said."""
    facts = [*words.caveats(evaluation), f"as of {fmt.instant(evaluation.as_of, view.zone)}"]
    if chosen := _chosen(view):
        facts.append(f"only {', '.join(chosen)}")
    st.html(
        f'<h1 class="rl-headline">{figures(words.headline(evaluation))}</h1>'
        f'<p class="rl-reason">{figures(" · ".join(facts))}</p>'
    )


def _chosen(view: View) -> list[str]:
    """Return the filters that narrow the changes, in words; changes have no severity."""
    return filters.active(replace(view.filters, severities=()))


def look_of(decision: Decision) -> theme.Tone:
    """Return the look of a decision: its icon says ship, ship by a waiver, hold, or hold because nobody can tell."""
    if not decision.held:
        return theme.tone(NOISE if any(p.excused for p in decision.problems) else GOOD)
    failed = any(problem.state == FAILED for problem in decision.holding)
    return theme.tone(CONCERN if failed else UNKNOWN)


def _verdict(decision: Decision, about: str) -> str:
    """Return ship or hold in its colour, and beside it what the change is about."""
    look = look_of(decision)
    word = "Hold" if decision.held else "Ship"
    if decision.held and look.name == theme.tone(UNKNOWN).name:
        word = "Hold: cannot tell"
    badge = (
        ""
        if decision.held or look.name != theme.tone(NOISE).name
        else '<span class="rl-badge">by waiver</span>'
    )
    return (
        f'<p class="rl-evidence"><b class="{look.css}"><span aria-hidden="true">{look.icon}</span> {word}</b>{badge}'
        f" · {text.html(about)}</p>"
    )


def open_change(change_id: str) -> None:
    """Open a change, or none with "". For `on_click`."""
    st.session_state["change"] = change_id


def upcoming(evaluation: Evaluation, view: View) -> None:
    """Show what is planned next, by week or by release: ship or hold, which gate, why, who."""
    if not evaluation.decisions:
        if chosen := _chosen(view):
            empty.note(f"No planned change with {', '.join(chosen)}.", concern=False)
            st.button("Clear filters", on_click=filters.clear, key="clear-planned")
        else:
            empty.note("Every change known was merged or released.", concern=False)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html('<h2 class="rl-section">Planned next</h2>', width="stretch")
        by = st.segmented_control(
            "Group by",
            GROUPS,
            default=GROUPS[0],
            required=True,
            key="by",
            bind="query-params",
            label_visibility="collapsed",
        )
        tables.download("planned changes", lambda: _rows(evaluation), view.zone)
    shown = evaluation.decisions[:_MOST_SHOWN]
    for name, members in _grouped(shown, by if by in GROUPS else GROUPS[0], evaluation.as_of, view).items():
        shipping = sum(not member.held for member in members)
        st.html(
            f'<p class="rl rl-heading">{text.html(name)} <span class="rl-quiet">· {shipping} of {len(members)} '
            "may ship</span></p>"
        )
        with st.grid(3, min_column_width=300, gap="small"):
            for member in members:
                _card(member, view.zone)
    if len(evaluation.decisions) > _MOST_SHOWN:
        more = len(evaluation.decisions) - _MOST_SHOWN
        empty.note(
            f"{fmt.count(more)} more go out later: narrow the filters, or take the CSV.", concern=False
        )


def _card(decision: Decision, zone: str) -> None:
    change = decision.change
    with st.container(border=True, height="stretch", key=f"card-change-{text.digest(change.change_id)}"):
        day = fmt.short_day(change.planned_for, zone) if change.planned_for else "no day planned"
        about = f"{change.service or 'no service named'} · {day}"
        st.html(f'<div class="rl rl-card">{_verdict(decision, about)}</div>')
        st.button(
            text.markdown(f"{change.change_id} {text.title(change.title or '')}"),
            type="tertiary",
            key=f"open-change-{text.digest(change.change_id)}",
            width="stretch",
            wrap=True,
            on_click=open_change,
            args=(change.change_id,),
        )
        if decision.problems:
            st.html(f'<div class="rl">{"".join(_problem(problem) for problem in decision.problems)}</div>')


def _problem(problem: GateResult) -> str:
    """Return a problem in a card: which gate, why, who; one that does not hold says so."""
    quiet = "" if problem.holds or problem.excused else "Warning only. "
    who = f"<br>→ {text.html(problem.resolver)}" if problem.holds else ""
    return (
        f'<p class="rl-evidence" style="margin-top:0.35rem"><b>{figures(problem.title)}</b> {quiet}'
        f"{figures(words.why(problem))}{who}</p>"
    )


def _grouped(
    decisions: Sequence[Decision], by: str, as_of: datetime, view: View
) -> dict[str, list[Decision]]:
    groups: dict[str, list[Decision]] = {}
    for decision in decisions:
        change = decision.change
        if by == "Release":
            name = f"Release {change.release}" if change.release else "No release named"
        else:
            name = _week(change.planned_for, as_of, view)
        groups.setdefault(name, []).append(decision)
    return groups


def _week(planned_for: datetime | None, as_of: datetime, view: View) -> str:
    if planned_for is None:
        return "No day planned"
    zone = view.settings.organisation.zone
    day, today = fmt.local(planned_for, view.zone).date(), fmt.local(as_of, view.zone).date()
    if midnight(day, zone) < midnight(today, zone):
        return "Planned day has passed"
    monday, this_monday = (d - timedelta(days=d.weekday()) for d in (day, today))
    if monday == this_monday:
        return "This week"
    if monday == this_monday + timedelta(days=7):
        return f"Next week, from {fmt.short_day(monday)}"
    return f"Week of {fmt.day(monday)}"


def _rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the planned changes as rows for CSV: one per change, its problems joined."""
    return [
        {
            "change_id": d.change.change_id,
            "title": d.change.title,
            "service": d.change.service,
            "team": d.change.team,
            "release": d.change.release,
            "planned_for": d.change.planned_for,
            "decision": d.decision,
            "held_by": ", ".join(p.title for p in d.holding),
            "why": fmt.plain(" ".join(words.why(p) for p in d.problems)),
            "who": ", ".join(dict.fromkeys(p.resolver for p in d.holding)),
        }
        for d in evaluation.decisions
    ]


def figures(said: str) -> str:
    """Escape a sentence of a gate; what belongs together stays on one line."""
    joined = _FIGURE.sub(rf"\1{fmt.NO_BREAK}\2", said)
    return text.html(joined.replace("sign-off", "sign\N{NON-BREAKING HYPHEN}off"))


def evaluation_of(view: View, change_id: str | None) -> Evaluation:
    """Ask the gates once per data version, settings, journal and instant."""
    said = f"{view.settings.fingerprint} {view.settings.gates} {view.settings.freezes}"
    written = Journal(view.data_dir).state()
    return _evaluate(view.workspace, view.store.data_version, said, written, view.as_of, change_id)


# Evaluations are data that nobody changes, so all visitors may share the very object.
@st.cache_resource(max_entries=40, show_spinner="Asking the gates …")
def _evaluate(
    _workspace: Workspace,
    data_version: str,
    settings: str,
    journal: str,
    as_of: datetime,
    change_id: str | None,
) -> Evaluation:
    del data_version, settings, journal, as_of  # part of the key only
    return gates_evaluation(_workspace, None if change_id is None else [change_id])
