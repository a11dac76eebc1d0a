"""The Decisions page: what is open and whether it worked, what must be decided now, the agenda, the record."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from reliability import formatting as fmt
from reliability.decisions import Decision, decisions
from reliability.decisions.leaving import to_csv, to_ics
from reliability.journal import Journal
from reliability.model import CONCERN, GOOD, NOISE, Question
from reliability.review.agenda import Item, agenda
from reliability.review.effects import Effect
from reliability.ui import empty, navigation, panels, text, theme
from reliability.ui.decisions import asked as questions
from reliability.ui.decisions import forms, presented
from reliability.ui.decisions.recorded import did, recorded
from reliability.ui.view import View

_PRESENT = "present"
_CLOCK = (
    '<div class="rl rl-clock" role="timer"><span class="rl-clock-time"></span><button type="button">'
    'Start the clock</button><span class="rl-clock-part"></span></div>'
)
# A rule of this page alone: one that asks every page whether it presents costs each of them.
_ALONE = (
    '[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], .st-key-topline { display: none; }'
)


def presenting() -> bool:
    """Whether the address asks for the presenter's view: no sidebar, no filters, no forms."""
    return str(st.query_params.get(_PRESENT, "")) == "1"


def today_of(view: View) -> date:
    """Return the day of the data, in the organisation's zone."""
    return fmt.local(view.as_of, view.zone).date()


def headline(
    waiting: Sequence[Question], found: Sequence[Decision], parts: Sequence[Item], view: View
) -> None:
    """Show what is to decide, what is open, and how long the meeting takes."""
    standing = [d for d in found if d.is_open]
    late = sum(d.is_late(today_of(view)) for d in standing)
    said = f"{fmt.plural(len(waiting), 'question')} to decide" if waiting else "Nothing has to be decided now"
    if standing:
        said += f"; {fmt.plural(len(standing), 'decision')} open"
        said += f", {fmt.count(late)} of them past the day due" if late else ", none past the day due"
    elif found:
        said += "; every decision is done or dropped"
    else:
        said += "; nothing has been decided yet"
    minutes, forward = sum(p.minutes for p in parts), sum(p.minutes for p in parts if p.forward)
    reason = f"The meeting takes {minutes} minutes, {forward} of them for what comes."
    with st.container(horizontal=True, vertical_alignment="top", key="promises-top"):
        st.html(
            f'<h1 class="rl-headline">{text.html(said)}</h1><p class="rl-reason">{text.html(reason)}</p>',
            width="stretch",
        )
        if presenting():
            st.html(_CLOCK, width="content")
            navigation.link("decisions", "End presenting", quarter=view.period.id)
        else:
            navigation.link("decisions", "Present", quarter=view.period.id, present="1")


def standing(found: Sequence[Decision], effect: Mapping[str, Effect], view: View) -> None:
    """Show the open decisions, those due first on top, each with what it did so far."""
    still = sorted((d for d in found if d.is_open), key=lambda d: d.due)
    with st.container(border=True, key="standing"):
        with st.container(horizontal=True, vertical_alignment="center"):
            title = "Open: did it work?" if still else "Nothing is open from last time"
            st.html(
                panels.heading(title, "the promise in the days before each decision, and since"),
                width="stretch",
            )
            if found and not presenting():
                forms.became(view, found)
        if still:
            today = today_of(view)
            items = "".join(f"<li>{_open(d, effect.get(d.id), today)}</li>" for d in still)
            st.html(f'<ul class="rl rl-asked">{items}</ul>')


def waiting(asked: Sequence[Question], view: View) -> None:
    """Show what must be decided now, each question with the form that records the choice."""
    with st.container(border=True, key="to-decide"):
        with st.container(horizontal=True, vertical_alignment="center"):
            title = "To decide now" if asked else "No promise asks for a decision"
            about = f"{view.period.label} · each option with what it did before"
            st.html(panels.heading(title, about if asked else view.period.label), width="stretch")
            if not presenting():
                forms.ask(view)
        for question in asked:
            with st.container(key=f"question-{text.digest(question.id)}", gap="small"):
                st.html(f'<div class="rl rl-asked rl-one">{questions.body(question)}</div>')
                if not presenting():
                    forms.ask(view, question)


def meeting(parts: Sequence[Item]) -> None:
    """Show the agenda: when each part begins, how long it takes, and what it looks at."""
    minutes, forward = sum(p.minutes for p in parts), sum(p.minutes for p in parts if p.forward)
    rows = [
        (
            f'<span data-starts="{p.starts}" data-minutes="{p.minutes}">'
            f"{panels.whole(f'{p.starts // 60}:{p.starts % 60:02d}')}</span><br>"
            f"{panels.faint(fmt.duration(p.minutes))}",
            f'<span data-part="{text.html(p.title)}">{text.html(p.title)}</span>'
            + (f"<br>{panels.faint(p.about)}" if p.about else ""),
            "ahead" if p.forward else "back",
        )
        for p in parts
    ]
    with st.container(border=True, key="agenda"):
        st.html(
            panels.heading(
                f"The meeting in {minutes} minutes", f"{forward} of them look ahead, {minutes - forward} back"
            )
            + panels.table(("Begins", "What", "Looks"), rows)
        )


def record(found: Sequence[Decision], effect: Mapping[str, Effect], view: View) -> None:
    """Show every decision ever taken, newest first, and let it be taken along."""
    with st.container(border=True, key="record"):
        if not found:
            st.html(
                panels.heading("The record is empty", "what is decided stays here, whatever becomes of it")
            )
            return
        st.html(panels.heading("The record", f"{fmt.plural(len(found), 'decision')}; nothing is deleted"))
        today = today_of(view)
        rows = [
            (
                _state(d, today),
                panels.whole(fmt.day(d.decided_on)),
                f"{text.html(d.chosen)}<br>{panels.faint(d.question)}{_steps(d)}",
                text.html(d.owner),
                panels.whole(fmt.day(d.due)),
                _worked(effect.get(d.id)),
            )
            for d in found
        ]
        st.html(panels.table(("State", "Decided", "What", "Owner", "Due", "Did it work?"), rows, wide=True))
        if presenting():
            return
        with st.container(horizontal=True):
            name = f"decisions {today:%Y-%m-%d}"
            st.download_button(
                "CSV",
                to_csv(found).encode("utf-8-sig"),
                f"{name}.csv",
                "text/csv",
                icon=":material/download:",
                key="decisions-csv",
            )
            st.download_button(
                "Calendar of what is due",
                to_ics(found, view.settings.organisation.name),
                f"{name}.ics",
                "text/calendar",
                icon=":material/event:",
                key="decisions-ics",
            )


def show(view: View) -> None:
    """Show the whole page."""
    forms.confirm()
    if presenting():
        st.html(f"<style>{_ALONE}</style>")
        navigation.the_meeting_has_a_clock()
    found = decisions(Journal(view.data_dir))
    effect = did(view, found)
    review = view.review
    answered = questions.answers(review.questions, found, view.period.id)
    asked = recorded(view, [q for q in review.questions if q.id not in answered], found, effect)
    parts = agenda(asked, found, view.settings, today_of(view), review.headline)
    headline(asked, found, parts, view)
    if not view.settings.commitments:
        empty.note("Questions come from promises: write one down on the page Commitments.", concern=False)
    if found:
        standing(found, effect, view)
    waiting(asked, view)
    meeting(parts)
    if not presenting():
        presented.section(view)
    record(found, effect, view)


def _open(decision: Decision, effect: Effect | None, today: date) -> str:
    state = f"{decision.state}, decided {fmt.day(decision.decided_on)}"
    due = f"due {fmt.day(decision.due)}"
    if decision.is_late(today):
        look = theme.tone(CONCERN)
        days = fmt.plural((today - decision.due).days, "day")
        due = f'<span class="{look.css}"><span aria-hidden="true">{look.icon}</span> {text.html(f"{days} late")}</span>'
    else:
        due = text.html(due)
    owner = f"<b>{text.html(decision.owner)}</b><br>"
    return (
        f'<div class="rl-question"><div><p class="rl-ask">{text.html(decision.chosen)}</p>'
        f'<p class="rl-small">{text.html(decision.question)} {_promise(decision)}{_steps(decision)}</p></div>'
        f'<div class="rl-options"><p class="rl-option">{_worked(effect)}</p>'
        f'<p class="rl-small">{text.html(state)}</p></div><div class="rl-small rl-owner">{owner}{due}</div></div>'
    )


def _promise(decision: Decision) -> str:
    if not decision.about:
        return ""
    address = text.html(navigation.address("commitments", promise=decision.about))
    return f'<a href="{address}" target="_self">The promise</a>'


def _steps(decision: Decision) -> str:
    """What was said of it afterwards; the names of who said it stay in the journal."""
    said = [
        decision.note,
        *(f"{fmt.day(s.on)}: {s.state}{f', {s.note}' if s.note else ''}" for s in decision.steps),
    ]
    return "".join(f"<br>{panels.faint(part)}" for part in said if part)


def _state(decision: Decision, today: date) -> str:
    late = decision.is_late(today)
    look = theme.tone(CONCERN if late else GOOD if decision.state == "done" else NOISE)
    word = f"{decision.state}, late" if late else decision.state
    return f'<span class="rl-nowrap {look.css}"><span aria-hidden="true">{look.icon}</span> {text.html(word)}</span>'


def _worked(effect: Effect | None) -> str:
    if effect is None:
        return panels.faint("on no promise: nothing to measure")
    look = theme.tone(effect.tone)
    word = (
        f'<b class="{look.css}"><span aria-hidden="true">{look.icon}</span> {text.html(effect.verdict)}</b>'
    )
    if not effect.after:
        return word
    span = fmt.plural(effect.days, "day")
    return (
        f"{word}<br>{text.html(f'{effect.before} in the {span} before, {effect.after} in the {span} since')}"
    )
