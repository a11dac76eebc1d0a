"""Questions as lists: what must be decided, why, what each option did before, whose it is and by when."""

from collections.abc import Iterable, Mapping
from itertools import groupby

import streamlit as st

from reliability import formatting as fmt
from reliability.decisions import Decision, decisions, open_about
from reliability.errors import JournalError
from reliability.journal import Journal
from reliability.model import Option, Question
from reliability.ui import navigation, text, theme
from reliability.ui.view import View


def taken(view: View) -> tuple[Decision, ...]:
    """Return every decision; none where the journal cannot be read, which other parts of the page say."""
    try:
        return decisions(Journal(view.data_dir))
    except JournalError:
        return ()


def answers(asked: Iterable[Question], found: tuple[Decision, ...], quarter: str) -> dict[str, Decision]:
    """Return which questions are decided, by promise: one is open about it, or was taken on this quarter's review."""
    answered = {}
    for question in asked:
        on_it = [d for d in found if d.about == question.id and d.quarter == quarter and d.state != "dropped"]
        if decision := open_about(found, question.id) or next(iter(on_it), None):
            answered[question.id] = decision
    return answered


def section(asked: Iterable[Question], answered: Mapping[str, Decision]) -> None:
    """Show the questions of a review, with the decision in place of the options where there is one."""
    items = "".join(f"<li>{body(q, answered.get(q.id))}</li>" for q in asked)
    with st.container(border=True, key="decide"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html('<p class="rl rl-heading">To decide</p>', width="stretch")
            navigation.link("decisions", "Decide and record")
        st.html(f'<ol class="rl rl-asked">{items}</ol>')


def body(question: Question, decision: Decision | None = None) -> str:
    """Return one question as HTML: the question and why, its options or what was decided, owner and day due."""
    middle = _options(question.options) if decision is None else _decided(decision)
    owner, due = (decision.owner, decision.due) if decision else (question.owner, question.due)
    return (
        f'<div class="rl-question"><div><p class="rl-ask">{text.html(question.title)}</p>'
        f'<p class="rl-small">{why(question)}</p></div><div class="rl-options">{middle}</div>'
        f'<div class="rl-small rl-owner">{f"<b>{text.html(owner)}</b><br>" if owner else ""}'
        f"due {text.html(fmt.day(due))}</div></div>"
    )


def why(question: Question) -> str:
    """Return what stands behind a question as HTML, with the records that it names as links, and the promise."""
    said = text.html(question.why)
    for link in question.links:
        name = text.html(link.name)
        address = text.html(navigation.address(link.page, **{link.key: link.name}))
        whole = ' class="rl-nowrap"' if text.is_id(link.name) else ""
        said = said.replace(name, f'<a{whole} href="{address}" target="_self">{name}</a>', 1)
    promise = text.html(navigation.address("commitments", promise=question.id))
    return f'{said} <a href="{promise}" target="_self">The promise</a>'


def _options(options: Iterable[Option]) -> str:
    """Return options as HTML in their order: a line for each that was tried before, one for others side by side."""
    lines: list[str] = []
    for told, group in groupby(options, key=lambda option: bool(option.before)):
        if not told:
            lines.append(" · ".join(f"<b>{text.html(option.title)}</b>" for option in group))
            continue
        for option in group:
            tone = f" {theme.tone(option.tone).css}" if option.tone else ""
            before = f'<span class="rl-before{tone}">{text.html(option.before)}</span>'
            lines.append(f"<b>{text.html(option.title)}</b> {before}")
    return "".join(f'<p class="rl-option">{line}</p>' for line in lines)


def _decided(decision: Decision) -> str:
    said = f"decided {fmt.day(decision.decided_on)}, {decision.state}"
    return (
        f'<p class="rl-option rl-chosen"><b>{text.html(decision.chosen)}</b> '
        f'<span class="rl-before">{text.html(said)}</span></p>'
    )


def on_promise(promise_id: str, view: View) -> None:
    """Show what was decided on a promise, with the way to the record; nothing when nothing was."""
    _on_it([d for d in taken(view) if d.about == promise_id])


def on_record(record_id: str, view: View) -> None:
    """Show what was decided on an incident or a change, as on a promise."""
    _on_it([d for d in taken(view) if d.concerns(record_id)])


def _on_it(found: list[Decision]) -> None:
    if not found:
        return
    said = "".join(
        f"<li>{text.html(d.chosen)}: decided {text.html(fmt.day(d.decided_on))}, {text.html(d.state)}, "
        f"due {text.html(fmt.day(d.due))}</li>"
        for d in found
    )
    address = text.html(navigation.address("decisions"))
    st.html(
        f'<p class="rl rl-heading rl-section">What was decided on it</p><ul class="rl rl-small rl-notes">{said}</ul>'
        f'<p class="rl rl-note"><a href="{address}" target="_self">Did it work? Decisions</a></p>'
    )
