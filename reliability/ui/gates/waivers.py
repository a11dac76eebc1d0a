"""Waivers on the Release gates page: the list, giving one, taking one back. Names of people are not shown."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import streamlit as st

from reliability import formatting as fmt
from reliability.access.identity import APPROVE
from reliability.errors import ReliabilityError
from reliability.gates import waivers as gate_waivers
from reliability.gates import words
from reliability.gates.evaluation import known_service, resolve
from reliability.gates.waivers import ALL, CHANGE, EXPIRED, EXPIRING, SERVICE, Waiver
from reliability.journal import Journal
from reliability.model import CONCERN, GOOD, NOISE
from reliability.queries.gates import all_gates
from reliability.ui import empty, navigation, panels, text, theme, visitor
from reliability.ui.days import ask_day
from reliability.ui.view import View

_USUAL_DAYS = 14
_GIVEN = "_waivers-given"
_SCOPES = {CHANGE: "One change", SERVICE: "One service", ALL: "Everything"}
_TARGET, _UNTIL, _WHY, _APPROVED = (
    "Which change or service", "Last day it holds", "Why this is safe enough", "Approved by",
)  # fmt: skip
_TONES = {EXPIRED: CONCERN, EXPIRING: NOISE}


def section(view: View) -> None:
    """Show the waivers, those that count first, and let the visitor give one or take one back."""
    if said := st.session_state.pop("_waived", None):
        panels.confirm(said)
    journal = Journal(view.data_dir)
    found = gate_waivers.waivers(journal, view.settings)
    with st.container(border=True, key="waivers"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(_heading(found, view), width="stretch")
            key = f"give-waiver-{given()}"
            with st.popover(
                "Give a waiver", icon=":material/edit_note:", key=key, on_change="rerun"
            ) as popover:
                form(view, list(all_gates()), shown=popover.open)
            if found:
                with st.popover("Take one back"):
                    _take_back(journal, found)
        if found:
            st.html(_table(found, view))


def in_review(view: View) -> None:
    """Show the waivers that held in the period, for the quarterly review; nothing when there was none."""
    end = min(view.as_of + timedelta(microseconds=1), view.period.end)
    found = gate_waivers.in_force(
        gate_waivers.waivers(Journal(view.data_dir), view.settings), view.period.start, end
    )
    if not found:
        return
    title = f"{fmt.plural(len(found), 'waiver')} in force in {view.period.label}"
    with st.container(border=True, key="waivers-review"):
        st.html(
            f'<div class="rl"><p class="rl-finding">{text.html(title)}</p>'
            '<p class="rl-subtitle">each an exception to one release gate, with an end</p></div>'
        )
        st.html(_table(found, view))
        navigation.link("gates", "Release gates")


def _heading(found: Sequence[Waiver], view: View) -> str:
    holding = [w for w in found if w.holds(view.as_of)]
    expiring = sum(w.state(view.as_of) == EXPIRING for w in holding)
    expired = sum(w.state(view.as_of) == EXPIRED for w in found)
    title = f"{fmt.plural(len(holding), 'waiver')} in force" if holding else "No waiver is in force"
    parts = ["each an exception to one gate, with an end"]
    if expiring:
        parts.insert(0, f"{fmt.count(expiring)} {'ends' if expiring == 1 else 'end'} within 7 days")
    if expired:
        parts.insert(0, f"{fmt.count(expired)} expired and {'holds' if expired == 1 else 'hold'} again")
    return (
        f'<div class="rl"><p class="rl-finding">{text.html(title)}</p>'
        f'<p class="rl-subtitle">{text.html(" · ".join(parts))}</p></div>'
    )


def _table(found: Sequence[Waiver], view: View) -> str:
    titles = {gate.id: gate.title for gate in all_gates().values()}
    rows = []
    for waiver in sorted(found, key=lambda w: (not w.holds(view.as_of), -w.id)):
        look = theme.tone(_TONES.get(waiver.state(view.as_of), GOOD))
        state = text.html(words.waiver_state(waiver, view.as_of))
        rows.append(
            (
                f'<span class="rl-nowrap {look.css}"><span aria-hidden="true">{look.icon}</span> {state}</span>',
                text.html(waiver.subject),
                text.html(titles.get(waiver.gate, waiver.gate)),
                text.html(waiver.reason),
            )
        )
    return panels.table(("State", "For", "Gate", "Reason"), rows)


def form(
    view: View,
    gates: Sequence[str],
    change_id: str = "",
    planned_for: datetime | None = None,
    *,
    shown: bool | None = True,
) -> None:
    """Ask for everything a waiver needs. change_id: for this change only, else the visitor says for what.

    planned_for: when the change goes out; the day that is offered lies no earlier. shown: as for `ask_day`.
    """
    if visitor.note_lack(APPROVE, "giving a waiver"):
        return
    titles = {gate.id: gate.title for gate in all_gates().values()}
    gates = waivable(view, gates)
    if not gates:
        empty.note("None of these gates may be waived ([access] waivable_gates).", concern=False)
        return
    today = fmt.local(view.as_of, view.zone).date()
    last = today + timedelta(days=view.settings.gates.waiver_days)
    usual = today + timedelta(days=_USUAL_DAYS)
    if planned_for is not None:
        usual = max(usual, fmt.local(planned_for, view.zone).date())
    # A form of its own for every waiver: after one is written nothing of it is left to be sent again.
    name = f"waive-{change_id}-{_signature(gates)}-{given()}"
    with st.form(name, border=False):
        problem = st.container()
        gate = st.selectbox("Gate", gates, format_func=lambda g: titles.get(g, g), filter_mode=None)
        scope, target = CHANGE, change_id
        if not change_id:
            scope = st.segmented_control(
                "For", list(_SCOPES), format_func=lambda s: _SCOPES[s], default=CHANGE, required=True
            )
            target = st.text_input(_TARGET, help="Nothing, when it is for everything.")
        until = ask_day(
            _UNTIL,
            min(usual, last),
            f"{name}-until",
            shown=shown,
            help=f"From {fmt.day(today)} to {fmt.day(last)}.",
        )
        reason = st.text_area(_WHY, help="Shown to everybody.", height=80)
        approver = ""
        if visitor.is_local():
            approver = st.text_input(_APPROVED, help="Kept in the journal, not shown on this page.")
        who = visitor.ask_name()
        if st.form_submit_button("Write it down", type="primary"):
            with problem:
                if wrong := _wrong(
                    str(scope), target or "", until, (today, last), reason or "", approver or "", who
                ):
                    empty.note(wrong)
                    return
                _grant(view, str(gate), str(scope), target or "", reason or "", approver or "", until, who)


def _wrong(
    scope: str, target: str, until: object, days: tuple[date, date], reason: str, approver: str, who: str
) -> str:
    """Say in the form's words what keeps the waiver from being written; "" when nothing does."""
    needed = {_TARGET: scope == ALL or target, _WHY: reason}
    if visitor.is_local():
        needed |= {_APPROVED: approver, visitor.YOUR_NAME: who}
    lacking = [f"“{label}”" for label, given in needed.items() if not str(given or "").strip()]
    if lacking:
        return f"Still empty: {fmt.listed(lacking, len(lacking))}."
    first, last = days
    if not isinstance(until, date) or not first <= until <= last:
        return f"“{_UNTIL}” is a day from {fmt.day(first)} to {fmt.day(last)}."
    return ""


def _grant(
    view: View, gate: str, scope: str, target: str, reason: str, approver: str, until: object, who: str
) -> None:
    try:
        visitor.require(APPROVE, "giving a waiver")
        who = who if visitor.is_local() else visitor.signed(who)
        if gate not in waivable(view, [gate]):
            why = f"the gate '{gate}' may not be waived"
            visitor.refuse(f"a waiver of {gate}", why, "review.toml, [access] waivable_gates")
        assert isinstance(until, date)
        if target.strip() and scope != ALL:
            target = (resolve if scope == CHANGE else known_service)(view.store, target.strip())
        written = gate_waivers.grant(
            Journal(view.data_dir),
            view.settings,
            view.as_of,
            all_gates().values(),
            gate=gate,
            scope=scope,
            target=target,
            reason=reason,
            approver=approver if visitor.is_local() else who,
            until=until,
            who=who,
        )
    except ReliabilityError as error:
        empty.note(str(error))
        return
    st.session_state["_waived"] = f"Waived for {written.subject} until {fmt.day(written.until)}"
    st.session_state[_GIVEN] = given() + 1
    st.rerun()


def given() -> int:
    """Return how many waivers this visitor has written: part of the keys of what has to start anew after one."""
    return int(st.session_state.get(_GIVEN, 0))


def _signature(options: Iterable[str]) -> str:
    """Return what names a list of options.

    A form that is sent from an old page, after its options changed, would otherwise choose the first of the new ones.
    """
    return hashlib.sha256("\n".join(options).encode()).hexdigest()[:12]


def _take_back(journal: Journal, found: Sequence[Waiver]) -> None:
    if visitor.note_lack(APPROVE, "taking a waiver back"):
        return
    # By digest: what was chosen on an old page is never another waiver that has its number since a restore.
    known = {w.digest: w for w in found}
    with st.form(f"take-back-{_signature(known)}", border=False):
        problem = st.container()
        chosen = st.selectbox(
            "Waiver",
            list(known),
            format_func=lambda d: f"{known[d].subject}: {known[d].gate}, until {fmt.day(known[d].until)}",
            filter_mode=None,
        )
        why = st.text_input("Why")
        who = visitor.ask_name()
        if st.form_submit_button("Take it back", type="primary"):
            with problem:
                _withdraw(journal, known[chosen], who.strip(), (why or "").strip())


def _withdraw(journal: Journal, waiver: Waiver, who: str, why: str) -> None:
    try:
        visitor.require(APPROVE, "taking a waiver back")
        gate_waivers.withdraw(journal, waiver.id, visitor.signed(who), why, waiver.digest)
    except ReliabilityError as error:
        empty.note(str(error))
        return
    st.session_state["_waived"] = "Taken back"
    st.rerun()


def waivable(view: View, gates: Sequence[str]) -> list[str]:
    """Return the gates that may be waived: those that [access] lists, at this machine all of them."""
    listed = view.settings.access.waivable
    return [gate for gate in gates if visitor.is_local() or not listed or gate in listed]
