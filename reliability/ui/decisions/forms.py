"""Recording a decision and what became of it. Names of people are not shown."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from reliability import formatting as fmt
from reliability.access.identity import CONTRIBUTE
from reliability.decisions import CARRIED_OVER, DONE, DROPPED, OPEN, RECORDING, Decision, decide, follow
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.model import Option, Question
from reliability.review.questions import DUE
from reliability.ui import empty, panels, text, visitor
from reliability.ui.days import ask_day
from reliability.ui.view import View

_GIVEN, _SAID = "_decisions-recorded", "_decided"
_OTHER = Option("", "Something else")
_BECAME = {DONE: "Done", CARRIED_OVER: "Carried over to a later day", DROPPED: "Dropped", OPEN: "Open again"}


def confirm() -> None:
    """Say what was recorded in the run before."""
    if said := st.session_state.pop(_SAID, None):
        panels.confirm(said)


def recorded() -> int:
    """Return how much this visitor has recorded: part of the keys of what has to start anew after it."""
    return int(st.session_state.get(_GIVEN, 0))


def ask(view: View, question: Question | None = None) -> None:
    """Offer to record a decision: on a question of the review, or on another one."""
    name = question.id if question else "another"
    label = "Record the decision" if question else "Record another decision"
    key = f"record-{text.digest(name)}-{recorded()}"
    with st.popover(label, icon=":material/gavel:", key=key, on_change="rerun") as popover:
        if not visitor.note_lack(CONTRIBUTE, RECORDING):
            _form(view, question, name, popover.open)


def _form(view: View, question: Question | None, name: str, shown: bool | None) -> None:
    today = fmt.local(view.as_of, view.zone).date()
    # A form of its own for every decision: after one is written nothing of it is left to be sent again.
    form = f"decide-{text.digest(name)}-{recorded()}"
    with st.form(form, border=False):
        problem = st.container()
        about, asked = "", question.title if question else ""
        option: str | None = ""
        if question is None:
            asked = st.text_input("What had to be decided", max_chars=300) or ""
            promises = {c.id: c.title for c in view.settings.commitments}
            about = (
                st.selectbox(
                    "The promise it is about",
                    list(promises),
                    index=None,
                    format_func=lambda p: promises[p],
                    placeholder="None: then nothing says whether it worked",
                    filter_mode=None,
                )
                or ""
            )
        else:
            about = question.id
            options = {o.id: o for o in (*question.options, _OTHER)}
            option = st.radio(
                "What was chosen", list(options), index=None, format_func=lambda o: options[o].title
            )
        exactly = st.text_input(
            "In which words" if question else "What was decided", max_chars=300,
            help="Left empty: the option as it is named." if question else None,
        )  # fmt: skip
        owner = st.text_input("Owner", question.owner if question else "", help="A role, not a person.")
        due = ask_day("Due", today + DUE, f"{form}-due", shown=shown)
        on = ask_day("Decided on", today, f"{form}-on", shown=shown, help=f"No later than {fmt.day(today)}.")
        note = st.text_input("Note", max_chars=500)
        who = visitor.ask_name()
        if not st.form_submit_button("Write it down", type="primary"):
            return
    with problem:
        chosen = exactly or (_title(question, option) if question else "")
        named = [link.name for link in question.links] if question else []
        _decide(view, asked, about, option or "", chosen, owner, due, on, note, who, named)


def _title(question: Question, option: str | None) -> str:
    return next((o.title for o in question.options if o.id == option), "")


def _decide(
    view: View,
    question: str,
    about: str,
    option: str,
    chosen: str,
    owner: str,
    due: object,
    on: object,
    note: str,
    who: str,
    named: Sequence[str],
) -> None:
    try:
        visitor.require(CONTRIBUTE, RECORDING)
        if not chosen.strip():
            raise ReliabilityError(
                "the choice is missing", "decision", "Choose an option, or say it in words."
            )
        made = decide(
            Journal(view.data_dir),
            view.settings,
            view.as_of,
            question=question,
            chosen=chosen,
            owner=owner,
            due=_day(due, "day it is due"),
            decided_on=_day(on, "day it was decided"),
            about=about,
            option=option,
            quarter=view.period.id,
            note=note,
            named=named,
            who=visitor.signed(who),
        )
    except ReliabilityError as error:
        empty.note(str(error))
        return
    _done(f"Recorded: {made.chosen}, due {fmt.day(made.due)}")


def became(view: View, found: Sequence[Decision]) -> None:
    """Offer to say what became of a decision."""
    key = f"became-{recorded()}"
    with st.popover("What became of one", icon=":material/task_alt:", key=key, on_change="rerun") as popover:
        if visitor.note_lack(CONTRIBUTE, RECORDING):
            return
        known = {d.id: d for d in found}
        form = f"became-{recorded()}-{text.digest(list(known))}"
        with st.form(form, border=False):
            problem = st.container()
            chosen = st.selectbox(
                "Decision",
                list(known),
                format_func=lambda d: text.title(
                    f"{known[d].chosen}, due {fmt.day(known[d].due)}: {known[d].question}"
                ),
                filter_mode=None,
            )
            state = st.radio("It is", list(_BECAME), index=None, format_func=lambda s: _BECAME[s])
            latest = max(fmt.local(view.as_of, view.zone).date(), *(d.due for d in found))
            due = ask_day(
                "New day, when it is carried over",
                latest + timedelta(days=7),
                f"{form}-due",
                shown=popover.open,
            )
            note = st.text_input("Note", max_chars=500, help="For one that is dropped: why.")
            who = visitor.ask_name()
            if not st.form_submit_button("Write it down", type="primary"):
                return
        with problem:
            _follow(view, chosen, state, due, note, who)


def _follow(view: View, decision_id: str, state: str | None, due: object, note: str, who: str) -> None:
    try:
        visitor.require(CONTRIBUTE, RECORDING)
        if state is None:
            raise ReliabilityError("what became of it is missing", "decision", "Choose it.")
        later = _day(due, "new day") if state == CARRIED_OVER else None
        made = follow(
            Journal(view.data_dir), view.settings, view.as_of, decision_id, state=state, who=visitor.signed(who),
            due=later, note=note,
        )  # fmt: skip
    except ReliabilityError as error:
        empty.note(str(error))
        return
    _done(f"{made.chosen}: {made.state}")


def _day(given: object, what: str) -> date:
    if not isinstance(given, date):
        raise ReliabilityError(f"the {what} is missing", "decision", "Choose a day.")
    return given


def _done(said: str) -> None:
    st.session_state[_SAID] = said
    st.session_state[_GIVEN] = recorded() + 1
    st.rerun()
