"""Waivers on the Release gates page: the list, giving one, taking one back. Names of people are not shown."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import streamlit as st

from reliability import formatting as fmt
from reliability.errors import ReliabilityError
from reliability.gates import waivers as gate_waivers
from reliability.gates import words
from reliability.gates.evaluation import known_service, resolve
from reliability.gates.waivers import ALL, CHANGE, EXPIRED, EXPIRING, SERVICE, Waiver
from reliability.journal import Journal
from reliability.model import CONCERN, GOOD, NOISE
from reliability.queries.gates import all_gates
from reliability.ui import empty, navigation, text, theme
from reliability.ui.view import View

_USUAL_DAYS = 14
_SCOPES = {CHANGE: "One change", SERVICE: "One service", ALL: "Everything"}
_TONES = {EXPIRED: CONCERN, EXPIRING: NOISE}


def section(view: View) -> None:
    """Show the waivers, those that count first, and let the visitor give one or take one back."""
    if said := st.session_state.pop("_waived", None):
        st.toast(said, icon=":material/check:")
    journal = Journal(view.data_dir)
    found = gate_waivers.waivers(journal, view.settings)
    with st.container(border=True, key="waivers"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(_heading(found, view), width="stretch")
            with st.popover("Give a waiver", icon=":material/edit_note:"):
                form(view, list(all_gates()))
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
        rows.append(
            f'<tr><td class="rl-nowrap {look.css}"><span aria-hidden="true">{look.icon}</span> '
            f"{text.html(words.waiver_state(waiver, view.as_of))}</td>"
            f"<td>{text.html(waiver.subject)}</td><td>{text.html(titles.get(waiver.gate, waiver.gate))}</td>"
            f"<td>{text.html(waiver.reason)}</td></tr>"
        )
    return (
        '<div class="rl-scroll"><table class="rl rl-table"><thead><tr><th>State</th><th>For</th><th>Gate</th>'
        f"<th>Reason</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def form(view: View, gates: Sequence[str], change_id: str = "", planned_for: datetime | None = None) -> None:
    """Ask for everything a waiver needs. change_id: for this change only, else the visitor says for what.

    planned_for: when the change goes out; the day that is offered lies no earlier.
    """
    titles = {gate.id: gate.title for gate in all_gates().values()}
    today = fmt.local(view.as_of, view.zone).date()
    last = today + timedelta(days=view.settings.gates.waiver_days)
    usual = today + timedelta(days=_USUAL_DAYS)
    if planned_for is not None:
        usual = max(usual, fmt.local(planned_for, view.zone).date())
    with st.form(f"waive-{change_id}", border=False):
        problem = st.container()
        gate = st.selectbox("Gate", gates, format_func=lambda g: titles.get(g, g), filter_mode=None)
        scope, target = CHANGE, change_id
        if not change_id:
            scope = st.segmented_control(
                "For", list(_SCOPES), format_func=lambda s: _SCOPES[s], default=CHANGE, required=True
            )
            target = st.text_input("Which change or service", help="Nothing, when it is for everything.")
        until = st.date_input(
            "Last day it holds",
            value=min(usual, last),
            min_value=today,
            max_value=last,
            format="YYYY-MM-DD",
        )
        reason = st.text_area("Why this is safe enough", help="Shown to everybody.", height=80)
        approver = st.text_input("Approved by", help="Kept in the journal, not shown on this page.")
        who = person()
        if st.form_submit_button("Write it down", type="primary"):
            with problem:
                _grant(view, str(gate), str(scope), target or "", reason or "", approver or "", until, who)


def _grant(
    view: View, gate: str, scope: str, target: str, reason: str, approver: str, until: object, who: str
) -> None:
    try:
        if not isinstance(until, date):
            raise ReliabilityError("the last day is missing", "waiver", "Choose it.")
        if target.strip() and scope != ALL:
            target = (resolve if scope == CHANGE else known_service)(view.store, target.strip())
        given = gate_waivers.grant(
            Journal(view.data_dir),
            view.settings,
            view.as_of,
            all_gates().values(),
            gate=gate,
            scope=scope,
            target=target,
            reason=reason,
            approver=approver,
            until=until,
            who=who,
        )
    except ReliabilityError as error:
        empty.note(str(error))
        return
    st.session_state["_waived"] = f"Waived for {given.subject} until {fmt.day(given.until)}"
    st.rerun()


def _take_back(journal: Journal, found: Sequence[Waiver]) -> None:
    by_id = {w.id: w for w in found}
    with st.form("take-back", border=False):
        problem = st.container()
        chosen = st.selectbox(
            "Waiver",
            list(by_id),
            format_func=lambda i: f"{by_id[i].subject}: {by_id[i].gate}, until {fmt.day(by_id[i].until)}",
            filter_mode=None,
        )
        why = st.text_input("Why")
        who = person()
        if st.form_submit_button("Take it back", type="primary"):
            with problem:
                _withdraw(journal, int(chosen), who.strip(), (why or "").strip())


def _withdraw(journal: Journal, waiver_id: int, who: str, why: str) -> None:
    try:
        if not who:
            raise ReliabilityError("your name is missing", "waiver", "Say it: others read the journal.")
        gate_waivers.withdraw(journal, waiver_id, who, why)
    except ReliabilityError as error:
        empty.note(str(error))
        return
    st.session_state["_waived"] = "Taken back"
    st.rerun()


def person(key: str | None = None) -> str:
    """Return who is writing: the signed-in user, else the name that the visitor gives."""
    if getattr(st.user, "is_logged_in", False):
        return str(st.user.get("email") or st.user.get("name") or "")
    return st.text_input("Your name", key=key, help="Kept in the journal, not shown on this page.") or ""
