"""One outage in two tools: incidents of one service that opened within minutes, for a person to join or not."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.access.identity import CONTRIBUTE
from reliability.errors import JournalError, ReliabilityError
from reliability.journal import Journal
from reliability.repeats import Suggestion
from reliability.repeats.model import SIMILAR_TEXT
from reliability.replicas import build
from reliability.rulings import outages
from reliability.rulings.outages import Outage
from reliability.ui import empty, panels, text, turns, visitor
from reliability.ui.chronic import queue_acts as acts
from reliability.ui.chronic import queue_pair as pairs
from reliability.ui.view import View
from reliability.warehouse.decided import SAME_OUTAGE, OutageDecision

_MOST, _SHOWN = 50, 10
_DOING = "deciding about outages in two tools"
_PROBLEM = "_outage-problem"
_WORD = re.compile(r"\w{4,}")


def show(seen: View) -> None:
    """Show the pairs of the period that nobody decided about, one in focus, and what was decided; else nothing."""
    try:
        decided: Sequence[Outage] = outages.standing_in(Journal(seen.data_dir))
    except JournalError:
        return  # the queue above says what is the matter
    alike = any(row["alike"] for row in seen.scope.run("lists/sources"))
    with st.expander(
        "One outage in two tools", expanded=alike or bool(decided), key="outages", on_change="rerun"
    ) as box:
        if box.open:
            _pairs(decided, seen)


def _pairs(decided: Sequence[Outage], seen: View) -> None:
    known = {outage.pair for outage in decided}
    found = seen.scope.run("suggestions/outages", limit=_MOST + len(known)).rows
    waiting = [s for s in map(_suggestion, found) if frozenset(s.pair) not in known]
    number = max(len(waiting), found[0]["waiting"] - (len(found) - len(waiting))) if found else 0
    st.html(panels.heading(_finding(number, seen), _SUBTITLE))
    if problem := st.session_state.pop(_PROBLEM, None):
        empty.note(problem)
    if waiting:
        _one(waiting[0], seen)
        _others(waiting[1:])
    elif decided:
        acts.ask_who(
            "outage-who", _DOING
        )  # who undoes says who they are, also after the last pair is decided
    _bring_in(decided, seen)
    _history(decided, seen)


_SUBTITLE = (
    "the same service, opened at most 15 minutes apart · joined they count once, as the one that opened first"
)


def _finding(number: int, seen: View) -> str:
    if not number:
        return f"No two incidents of {seen.period.label} are left that may be one outage in two tools"
    be = "pair" if number == 1 else "pairs"
    return f"{fmt.count(number)} {be} of {seen.period.label} may be one outage in two tools, counted twice"


def _suggestion(row: Mapping[str, Any]) -> Suggestion:
    return Suggestion(
        row["source"],
        row["incident_id"],
        row["partner_source"],
        row["partner_id"],
        SIMILAR_TEXT,
        0.0,
        (),
        row["minutes_apart"] / 1440,
    )


def _one(focus: Suggestion, seen: View) -> None:
    later, earlier = pairs.details(seen, focus.key, focus.partner_key)
    words = tuple(_WORD.findall(f"{later.get('title') or ''}"))
    theirs = {word.lower() for word in _WORD.findall(f"{earlier.get('title') or ''}")}
    shared = tuple(word for word in words if word.lower() in theirs)
    marked = Suggestion(*focus.key, *focus.partner_key, SIMILAR_TEXT, 0.0, shared, focus.days_apart)
    apart = fmt.plural(round(focus.days_apart * 1440), "minute")
    st.html(
        f'<div class="rl"><p class="rl-quiet">Are {text.html(_named(focus.key))} and '
        f"{text.html(_named(focus.partner_key))} one outage? Opened {apart} apart.</p></div>"
        + pairs.side_by_side(later, earlier, marked, seen)
    )
    ready = acts.ready()
    acts.ask_who("outage-who", _DOING)
    names = f"{_named(focus.key)} and {_named(focus.partner_key)}"
    with st.container(horizontal=True, key="outage-buttons"):
        st.button(
            "Same outage",
            key="outage-same",
            type="primary",
            disabled=not ready,
            help=f"{names} count once.",
            on_click=_decide,
            args=(seen, focus, True),
        )
        st.button(
            "Not the same",
            key="outage-not",
            disabled=not ready,
            help=f"{names} stay two incidents, and nobody is asked again.",
            on_click=_decide,
            args=(seen, focus, False),
        )


def _named(key: tuple[str | None, str]) -> str:
    return f"{key[1]} of {key[0] or 'no tool'}"


def _others(waiting: Sequence[Suggestion]) -> None:
    if not waiting:
        return
    listed = fmt.listed([f"{s.incident_id} and {s.partner_id}" for s in waiting[:_SHOWN]])
    more = f", and {fmt.count(len(waiting) - _SHOWN)} more" if len(waiting) > _SHOWN else ""
    st.html(f'<p class="rl rl-note">Next: {text.html(listed)}{more}</p>')


def _decide(seen: View, pair: Suggestion, is_same: bool) -> None:
    try:
        visitor.require(CONTRIBUTE, _DOING)
        write = outages.same if is_same else outages.not_the_same
        write(Journal(seen.data_dir), pair.key, pair.partner_key, visitor.signed(visitor.remembered_name()))
    except ReliabilityError as error:
        st.session_state[_PROBLEM] = str(error)


def _take_back(seen: View, outage: Outage) -> None:
    try:
        visitor.require(CONTRIBUTE, _DOING)
        Journal(seen.data_dir).undo(
            outage.id, visitor.signed(visitor.remembered_name()), digest=outage.digest
        )
    except ReliabilityError as error:
        st.session_state[_PROBLEM] = str(error)


def _bring_in(decided: Sequence[Outage], seen: View) -> None:
    """Offer to count by what was decided since the last build: rows are joined while exports are read."""
    live = {OutageDecision(**row) for row in seen.scope.run("lists/chronic/outage_decisions")}
    now = set(outages.rows(tuple(decided)))
    # What is not the same was counted twice before: nothing changes.
    number = sum(row.decision == SAME_OUTAGE for row in live ^ now)
    if not number:
        return
    waits = "waits" if number == 1 else "wait"
    with st.container(horizontal=True, vertical_alignment="center", key="outage-waiting"):
        st.html(
            f'<p class="rl rl-note">{fmt.plural(number, "decision")} {waits} to be brought into the figures of all '
            "pages: the exports are read again</p>",
            width="content",
        )
        chosen = st.button("Bring them in", key="outage-bring", disabled=not visitor.may(CONTRIBUTE))
    if chosen:
        try:
            visitor.require(CONTRIBUTE, _DOING)
            with st.spinner("Reading the exports again …"), turns.pages.stepped_aside():
                build(seen.data_dir, seen.settings, who=visitor.builds_as())
        except ReliabilityError as error:
            empty.show_error(error)
            return
        st.rerun()


def _history(decided: Sequence[Outage], seen: View) -> None:
    if not decided:
        return
    st.html('<p class="rl rl-heading">Decided</p>')
    for outage in list(reversed(decided))[:_MOST]:
        verb = "are one outage" if outage.decision == SAME_OUTAGE else "are not the same outage"
        said = f"{_named(outage.incident)} and {_named(outage.partner)} {verb}"
        told = f"{said}. {outage.who}, {fmt.instant(outage.at, seen.zone)}"
        acts.said_line("outage", outage.id, told, said, _take_back, seen, outage)
