"""What belongs to an issue: merging it with another, moving incidents out of it, and saying that one is no repeat."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.journal import Entry, Journal
from reliability.repeats import Key
from reliability.repeats import decisions as repeats
from reliability.ui import empty, panels, text
from reliability.ui.chronic import queue_acts as acts
from reliability.ui.view import View

_OFFERED = 200
"""Issues that a box offers; the others are found by their id."""

NO_SUCH_ISSUE = "Choose one of the list, or type a whole id."

_STORY = "issue"
"""The key that holds the issue whose story is open."""


def issues(seen: View) -> dict[str, dict[str, Any]]:
    """Return the chronic issues met most often by their id, whatever the filters, the most often met first."""
    everything = {"services": None, "teams": None, "severities": None, "issue_id": None, "search": None}
    rows = seen.scope.run("lists/chronic_issues", **everything, order_by="incidents", limit=_OFFERED).rows
    return {row["issue_id"]: row for row in rows}


def has_more(known: dict[str, dict[str, Any]]) -> bool:
    """Whether there may be issues besides the offered ones, so that an id has to be typed.

    Only then does a box take what it does not list: it shows that first, where Enter would choose it by accident.
    """
    return len(known) >= _OFFERED


def is_issue(issue_id: str, seen: View) -> bool:
    """Whether there is an issue of this name."""
    return bool(seen.scope.run("lists/chronic/chronic_history", issue_id=issue_id).rows)


def name_of(issue_id: str, known: dict[str, dict[str, Any]]) -> str:
    """Return an issue in one line: its id, its last title, how often it was met."""
    row = known.get(issue_id)
    if row is None:
        return issue_id
    title = text.title(row["title"] or "without a title", 70)
    return f"{issue_id} · {title} · {fmt.plural(row['incidents'], 'incident')}"


def issue_actions(issue_id: str, seen: View) -> None:
    """Let the visitor decide what belongs to an issue; each decision shows first what it would change."""
    decided = acts.read(seen)
    incidents = {
        (row["source"], row["incident_id"]): row
        for row in seen.scope.run("lists/chronic/chronic_history", issue_id=issue_id).rows
    }
    with st.container(border=True, key="issue-actions"):
        with st.container(horizontal=True, vertical_alignment="center"):
            finding, subtitle = (
                "What belongs to it",
                "a person's word wins over the tools' · each can be undone",
            )
            st.html(panels.heading(finding, subtitle), width="stretch")
            acts.ask_who("issue-who")
        acts.outcome(seen, decided, "issue")
        with st.container(horizontal=True):
            with st.popover("Merge with another issue", icon=":material/merge:"):
                _merge(issue_id, decided, seen)
            with st.popover("Move incidents out", icon=":material/call_split:"):
                _split(issue_id, incidents, decided, seen)
            with st.popover("Not a repeat", icon=":material/close:"):
                _deny(incidents, decided, seen)


def _merge(issue_id: str, decided: acts.Decided, seen: View) -> None:
    known = issues(seen)
    into = st.selectbox(
        "It is the same problem as",
        [other for other in known if other != issue_id],
        format_func=lambda other: name_of(other, known),
        index=None,
        placeholder="Type an id or words of a title",
        accept_new_options=has_more(known),
        key=f"merge-{text.digest(issue_id)}",
    )
    into = into.strip() if into else None
    if into is None:
        empty.note("Both become one issue, which goes by the other's name.", concern=False)
        return
    if into == issue_id or not (into in known or is_issue(into, seen)):
        empty.note(f"No other issue is called {text.title(into, 40)}. {NO_SUCH_ISSUE}")
        return
    _do(
        f"Merge into {into}",
        f"{issue_id} merged into {into}",
        acts.effect(seen, decided, repeats.JOIN, issue=issue_id, into=into),
        lambda journal, name: repeats.merge(journal, issue_id, into, name),
        seen,
        moved=(issue_id, into),
    )


def _split(issue_id: str, incidents: dict[Key, dict[str, Any]], decided: acts.Decided, seen: View) -> None:
    chosen: Sequence[Key] = st.multiselect(
        "These are something else",
        list(incidents),
        format_func=lambda key: _named(incidents[key], seen),
        placeholder="Choose incidents",
        key=f"split-{text.digest(issue_id)}",
    )
    if not chosen:
        empty.note("They become an issue of their own. What repeats only them stays a repeat.", concern=False)
        return
    if len(chosen) == len(incidents):
        empty.note("These are all of them: nothing would stay.")
        return
    moved = list(chosen)
    _do(
        f"Move {fmt.plural(len(moved), 'incident')} out",
        f"{fmt.plural(len(moved), 'incident')} moved out of {issue_id}",
        acts.effect(seen, decided, repeats.PART, issue=issue_id, incidents=moved),
        lambda journal, name: repeats.split(journal, issue_id, moved, name),
        seen,
    )


def _deny(incidents: dict[Key, dict[str, Any]], decided: acts.Decided, seen: View) -> None:
    key = st.selectbox(
        "This one repeats nothing",
        [key for key, row in incidents.items() if row["repeat_rule"]],
        format_func=lambda key: f"{_named(incidents[key], seen)} · {incidents[key]['repeat_rule']}",
        index=None,
        placeholder="Choose an incident",
        key="deny",
    )
    if key is None:
        empty.note(
            "It stays in the issue and no longer counts as a repeat, whatever a tool says.", concern=False
        )
        return
    _do(
        "Not a repeat",
        f"{key[1]} said to repeat nothing",
        acts.effect(seen, decided, repeats.REJECT, incident=key, partner=None),
        lambda journal, name: repeats.reject(journal, key, None, name),
        seen,
    )


def _do(
    label: str,
    said: str,
    effect: str,
    write: Callable[[Journal, str], Entry],
    seen: View,
    moved: tuple[str, str] | None = None,
) -> None:
    """Show what a decision would change, and the button that makes it. moved: a story goes on under the second name."""
    ready = acts.ready()
    st.html(f'<p class="rl" role="status"><b>{text.html(effect)}</b></p>')

    def act() -> None:
        acts.decide(seen, said, write)
        if moved is not None and st.session_state.get(_STORY) == moved[0]:
            st.session_state[_STORY] = moved[1]

    st.button(
        text.markdown(label), key=f"do-{text.digest(said)}", type="primary", disabled=not ready, on_click=act
    )
    if not ready:
        empty.note("Enter your name above first: it is kept with your decision.", concern=False)


def _named(row: dict[str, Any], seen: View) -> str:
    title = text.title(row["title"] or "without a title", 60)
    return f"{row['incident_id']} · {fmt.day(row['opened_at'], seen.zone)} · {title}"
