"""The review queue: incidents that look like the return of an earlier one, for a person to confirm or to reject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.repeats import Key, Suggestion, is_prepared, suggested, waiting
from reliability.repeats import decisions as repeats
from reliability.ui import empty, panels, tables, text
from reliability.ui.chronic import queue_acts as acts
from reliability.ui.chronic import queue_pair as pairs
from reliability.ui.chronic.queue_count import FIRST
from reliability.ui.chronic.queue_history import history
from reliability.ui.chronic.queue_issue import (
    NO_SUCH_ISSUE,
    has_more,
    is_issue,
    issue_actions,
    issues,
    name_of,
)
from reliability.ui.incidents import listing as incident_list
from reliability.ui.view import View

__all__ = ["issue_actions", "show"]

_NEXT = FIRST - 1
_FOCUS, _SKIPPED, _SAME = "_repeat-focus", "_repeat-skipped", "_repeat-same"
_PATIENT = "Looking for incidents that came back …"


@dataclass(frozen=True)
class Queue:
    """What is left to decide, as far as it is shown: one suggestion per incident, the gravest first.

    incidents: what is known of the incident of each. waiting, grave: how many there are in all, and of P1 and P2.
    skipped: put off for now.
    is_prepared: whether they could be read; else they are being looked for.
    """

    suggestions: tuple[Suggestion, ...] = ()
    incidents: Mapping[Key, dict[str, Any]] = field(default_factory=dict)
    waiting: int = 0
    grave: int = 0
    skipped: int = 0
    is_prepared: bool = True


def show(seen: View) -> None:
    """Show the queue of the chosen quarter, one suggestion in focus, and what was decided so far."""
    decided = acts.read(seen)
    queue = _read(seen, decided)
    focus = _focus(queue)
    with st.container(border=True, key="repeat-queue"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(panels.heading(_finding(queue, seen), _subtitle(queue)), width="stretch")
            if focus is not None:
                acts.ask_who("repeat-who")
        acts.outcome(seen, decided, "repeat")
        if focus is None:
            _nothing_left(queue, seen)
        else:
            _one(focus, queue, decided, seen)
            _next(focus, queue, seen)
    history(seen, decided)


def _read(seen: View, decided: acts.Decided) -> Queue:
    """Return what is left to decide of the incidents of the period that pass the filters and are no repeats yet."""
    if not is_prepared(seen.workspace):
        return Queue(is_prepared=False)
    settled = repeats.settled(decided.rows)
    skipped = frozenset(later for later, _ in _skipped())
    with st.spinner(_PATIENT):
        found = waiting(
            seen.workspace,
            seen.scope.parameters(),
            repeats.rejected(decided.rows),
            settled,
            skipped,
            limit=FIRST + len(skipped),
        )
    return Queue(
        tuple(suggestion for _, suggestion in found.rows),
        {suggestion.key: row for row, suggestion in found.rows},
        found.waiting,
        found.grave,
        sum(
            1 for pair in _skipped() if pair[0] not in settled and pair not in repeats.rejected(decided.rows)
        ),
    )


def _finding(queue: Queue, seen: View) -> str:
    number = queue.waiting
    if not queue.is_prepared:
        return f"Incidents of {seen.period.label} that came back are being looked for"
    if not number:
        return f"Nothing is left to decide about repeats in {seen.period.label}"
    look = "looks" if number == 1 else "look"
    return f"{fmt.plural(number, 'incident')} of {seen.period.label} {look} like the return of an earlier one"


def _subtitle(queue: Queue) -> str:
    if not queue.suggestions:
        return "suggestions come from titles, causes and tickets; a person decides"
    parts = ["none counts until a person confirms it", "the gravest first"]
    if 0 < queue.grave < queue.waiting:
        parts.insert(1, f"{fmt.count(queue.grave)} of them P1 or P2")
    if queue.skipped:
        parts.append(f"{fmt.count(queue.skipped)} skipped")
    return " · ".join(parts)


def _skipped() -> set[tuple[Key, Key]]:
    return st.session_state.setdefault(_SKIPPED, set())


def _focus(queue: Queue) -> Suggestion | None:
    """Return the suggestion in focus: the one chosen in the list, else the first that was not skipped."""
    chosen = st.session_state.get(_FOCUS)
    skipped = _skipped()
    wanted = [s for s in queue.suggestions if s.pair == chosen]
    return next(iter(wanted + [s for s in queue.suggestions if s.pair not in skipped]), None)


def _nothing_left(queue: Queue, seen: View) -> None:
    if not queue.is_prepared:
        empty.note(
            "All texts of the history are compared once after a build: a minute per million incidents."
        )
        st.button("Look again", key="repeat-look-again")
    elif queue.suggestions:
        empty.note(f"All {fmt.count(queue.waiting)} that are left were skipped.", concern=False)
        st.button("Look at them again", key="repeat-again", on_click=lambda: _skipped().clear())
    elif not seen.row("incidents")["n"]:
        empty.filtered_out(seen.filters)
    else:
        empty.note("Look at another quarter, or below at what was decided.", concern=False)


def _one(focus: Suggestion, queue: Queue, decided: acts.Decided, seen: View) -> None:
    later, earlier = pairs.details(seen, focus.key, focus.partner_key)
    told = f"{pairs.likeness(focus)} · {pairs.apart(focus.days_apart)}"
    st.html(
        f'<div class="rl"><p class="rl-quiet">Is {text.html(focus.incident_id)} the return of '
        f"{text.html(focus.partner_id)}? {text.html(told[:1].upper() + told[1:])}</p></div>"
        + pairs.side_by_side(later, earlier, focus, seen)
    )
    confirmed = acts.effect(seen, decided, repeats.CONFIRM, incident=focus.key, partner=focus.partner_key)
    st.html(f'<p class="rl rl-after" role="status"><b>{text.html(confirmed)}</b> if confirmed</p>')
    ready = acts.ready()
    _buttons(focus, ready, seen)
    if not ready:
        empty.note("Enter your name above first: it is kept with your decision.", concern=False)
    with st.container(key="repeat-keys"):
        empty.note(
            "Keys: Y confirm · N reject · S same as · K skip · U undo the last decision", concern=False
        )
    if st.session_state.get(_SAME) == focus.pair:
        _same_as(focus, queue, decided, ready, seen)
    for row, word in ((later, "this incident"), (earlier, "the earlier one")):
        if st.session_state.pop(f"_repeat-open-{word}", False):
            incident_list.open_incident(row, seen)


def _buttons(focus: Suggestion, ready: bool, seen: View) -> None:
    key, partner = focus.key, focus.partner_key
    with st.container(horizontal=True, vertical_alignment="center", key="repeat-buttons"):
        st.button(
            "Confirm",
            key="repeat-confirm",
            type="primary",
            shortcut="Y",
            disabled=not ready,
            on_click=acts.decide,
            args=(
                seen,
                f"{focus.incident_id} confirmed as the return of {focus.partner_id}",
                lambda journal, name: repeats.confirm(journal, key, partner, name),
            ),
        )
        st.button(
            "Reject",
            key="repeat-reject",
            shortcut="N",
            disabled=not ready,
            on_click=acts.decide,
            args=(
                seen,
                f"{focus.incident_id} rejected as the return of {focus.partner_id}",
                lambda journal, name: repeats.reject(journal, key, partner, name),
            ),
        )
        st.button("Same as …", key="repeat-same", shortcut="S", on_click=_toggle_same, args=(focus,))
        st.button("Skip", key="repeat-skip", shortcut="K", on_click=_skip, args=(focus,))
        st.button(
            text.markdown(f"Open {focus.incident_id}"),
            key="repeat-open-later",
            type="tertiary",
            on_click=_open,
            args=("this incident",),
        )
        st.button(
            text.markdown(f"Open {focus.partner_id}"),
            key="repeat-open-earlier",
            type="tertiary",
            on_click=_open,
            args=("the earlier one",),
        )


def _toggle_same(focus: Suggestion) -> None:
    st.session_state[_SAME] = None if st.session_state.get(_SAME) == focus.pair else focus.pair


def _skip(focus: Suggestion) -> None:
    _skipped().add(focus.pair)
    st.session_state.pop(_FOCUS, None)


def _open(word: str) -> None:
    st.session_state[f"_repeat-open-{word}"] = True


def _same_as(focus: Suggestion, queue: Queue, decided: acts.Decided, ready: bool, seen: View) -> None:
    """Ask for the issue, or another of the earlier incidents, that this one is the return of."""
    service = queue.incidents[focus.key]["service"]
    # What is likely stands first: the issues of the same service.
    known = dict(sorted(issues(seen).items(), key=lambda item: item[1]["service"] != service))
    others = {
        s.partner_key: s
        for s in suggested(seen.workspace, repeats.rejected(decided.rows), only_close=True, of=focus.key)
        if s.pair != focus.pair
    }
    with st.container(border=True, key="repeat-same-form"):
        chosen = st.selectbox(
            "It is the return of",
            [*others, *known],
            format_func=lambda o: _choice(o, others, known, seen),
            index=None,
            placeholder="A chronic issue, or another earlier incident: type an id or words",
            accept_new_options=has_more(known),
            key="repeat-same-choice",
        )
        if chosen is None:
            return
        if isinstance(chosen, str) and not (chosen in known or is_issue(chosen, seen)):
            empty.note(f"No issue is called {text.title(chosen, 40)}. {NO_SUCH_ISSUE}")
            return
        incident = focus.key
        if isinstance(chosen, tuple):
            partner: Key = chosen
            said = acts.effect(seen, decided, repeats.CONFIRM, incident=incident, partner=partner)
            words = f"{focus.incident_id} confirmed as the return of {partner[1]}"
            args = (seen, words, lambda journal, name: repeats.confirm(journal, incident, partner, name))
        else:
            issue = str(chosen)
            said = acts.effect(seen, decided, repeats.SAME, incident=incident, into=issue)
            words = f"{focus.incident_id} said to be the same as {issue}"
            args = (seen, words, lambda journal, name: repeats.same_as(journal, incident, issue, name))
        st.html(f'<p class="rl" role="status"><b>{text.html(said)}</b></p>')
        st.button(
            "It is the same",
            key="repeat-same-do",
            type="primary",
            disabled=not ready,
            on_click=acts.decide,
            args=args,
        )


def _choice(option: Any, others: dict[Key, Suggestion], known: dict[str, dict[str, Any]], seen: View) -> str:
    if isinstance(option, tuple):
        suggestion = others[option]
        (incident,) = pairs.details(seen, option)
        title = incident.get("title")
        return f"{option[1]} · {text.title(title or 'without a title', 70)} · {pairs.apart(suggestion.days_apart)}"
    return name_of(option, known)


def _next(focus: Suggestion, queue: Queue, seen: View) -> None:
    """Show what comes next; a cell brings it into focus."""
    skipped = _skipped()
    others = [s for s in queue.suggestions if s.pair != focus.pair]
    others.sort(key=lambda s: s.pair in skipped)
    if not others:
        return
    st.html(f'<p class="rl rl-heading">Next{_of(queue.waiting - 1)}</p>')
    rows = [_row(s, queue, skipped) for s in others[:_NEXT]]
    _stacked(rows, seen)
    tables.table(
        rows,
        "table-repeat-queue",
        seen.zone,
        alt="The suggestions that come next",
        only=("incident_id", "title", "severity", "opened_at", "likeness", "return_of", "skipped"),
        opened=lambda row: _bring_up(row["pair"]),
    )


def _stacked(rows: Sequence[dict[str, Any]], seen: View) -> None:
    """Show the rows one below the other for a phone, where the list on its canvas goes beyond the edge.

    Buttons, not links: a link would start anew, without the visitor's name and what was skipped.
    """
    with st.container(gap=None, key="repeat-stacked"):
        for number, row in enumerate(rows):
            with st.container(gap=None, key=f"repeat-stack-{number}"):
                name = f"Bring up {row['incident_id']}"
                st.button(
                    text.markdown(name),
                    key=f"pick-repeat-{text.digest(row['pair'])}",
                    type="tertiary",
                    on_click=_focus_on,
                    args=(row["pair"],),
                )
                st.html(_stacked_html(row, seen.zone))


def _stacked_html(row: dict[str, Any], zone: str) -> str:
    facts = [
        f"P{row['severity']}" if row["severity"] else "",
        fmt.day(row["opened_at"], zone),
        row["skipped"] or "",
    ]
    return (
        f'<p class="rl rl-stacked"><b>{text.html(row["incident_id"])}</b> '
        f"{text.html(row['title'] or 'without a title')}"
        f'<br><span class="rl-faint">{text.html(" · ".join(filter(None, facts)))}'
        f"<br>{text.html(row['likeness'])}: {text.html(row['return_of'])}</span></p>"
    )


def _of(number: int) -> str:
    return f": the first {_NEXT} of {fmt.count(number)}" if number > _NEXT else ""


def _row(suggestion: Suggestion, queue: Queue, skipped: set[tuple[Key, Key]]) -> dict[str, Any]:
    row = queue.incidents[suggestion.key]
    return {
        "incident_id": suggestion.incident_id,
        "title": row["title"],
        "severity": row["severity"],
        "opened_at": row["opened_at"],
        "likeness": pairs.likeness(suggestion),
        "return_of": f"{suggestion.partner_id}, {pairs.apart(suggestion.days_apart)}",
        "skipped": "skipped" if suggestion.pair in skipped else None,
        "pair": suggestion.pair,
    }


def _bring_up(pair: tuple[Key, Key]) -> None:
    _focus_on(pair)
    st.rerun()


def _focus_on(pair: tuple[Key, Key]) -> None:
    st.session_state[_FOCUS] = pair
