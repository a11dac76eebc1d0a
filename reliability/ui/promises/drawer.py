"""A promise, opened: its verdict, its history, what was left out, its definition, records and SQL."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import streamlit as st

from reliability import formatting as fmt
from reliability.model import Period
from reliability.queries.figures import Family, figure
from reliability.repeats.prepared import is_large
from reliability.review.past import Past, past
from reliability.review.standing import Standing
from reliability.ui import drawer, empty, panels, text, theme
from reliability.ui.decisions import asked
from reliability.ui.plot import Clicked
from reliability.ui.promises import budget_spent, signed, survival
from reliability.ui.promises import page as promises
from reliability.ui.view import View

_PARAMETER = "promise"


def choose(promise_id: str) -> None:
    """Let the address name a promise (`promise=ID`): `open_linked` opens it, Back closes it, a link holds it."""
    st.query_params[_PARAMETER] = promise_id


def open_linked(view: View) -> None:
    """Open the promise that the address names, if any; closing it takes it out of the address."""
    name = str(st.query_params.get(_PARAMETER, "")).strip()
    if not name:
        return
    found = next((one for one in promises.standings(view) if one.status.id == name), None)
    if found is not None:
        open_promise(found, view, _forget)
    else:
        empty.note(f"No promise {text.title(name, 40)} is known in {view.period.label}.")


def _forget() -> None:
    if _PARAMETER in st.query_params:
        del st.query_params[_PARAMETER]


def open_promise(one: Standing, view: View, closed: Callable[[], None] | None = None) -> None:
    """Open a promise over its own window, seen as the page sees it. closed: called when the visitor closes it."""

    def verdict() -> None:
        st.html(promises.body(one.status, view))
        if figure(one.commitment.kpi).family is Family.AVAILABILITY:
            budget_spent.show(one, _own_view(one, view))
        asked.on_promise(one.status.id, view)
        signed.section(one, view)
        _notes(one)
        _judged_again(one, view)

    status = one.status
    drawer.open_figure(
        status.title,
        f"kpis/{status.kpi}",
        _own_view(one, view),
        f"promise-{status.id}",
        verdict,
        status.left_out,
        closed,
        start=status.window.start,
        end=status.window.end,
    )


def open_point(clicked: Clicked, found: Sequence[Standing], view: View) -> None:
    """Open a point of a path: the records since the start up to that point, because figures are to date.

    A count adds up what is known today; any other figure is shown as it was known at the point.
    """
    one = next(s for s in found if s.chart is not None and s.chart.id == clicked.chart_id)
    assert one.chart is not None
    since = replace(clicked, start=one.status.window.start.isoformat())
    counted = figure(one.commitment.kpi).family is Family.COUNT
    known = {} if counted else {"as_of": datetime.fromisoformat(clicked.end)}
    drawer.open_point(since, one.chart, _own_view(one, view), **known)


def _own_view(one: Standing, view: View) -> View:
    """Return the view of a promise: its window and filters, as known at the instant it was judged."""
    window = one.status.window
    seen = promises.seen_at(view)
    period = Period(
        one.status.id,
        one.status.title,
        window.start,
        window.end,
        seen,
        seen < window.end,
        window.elapsed_days,
        window.days,
    )
    workspace = replace(view.workspace, as_of=seen)
    return replace(view, workspace=workspace, period=period, filters=one.commitment.filters)


def _notes(one: Standing) -> None:
    """Show the second opinions, what was left out, and who owns the promise."""
    notes = [*one.status.details]
    if one.status.left_out:
        notes.append(
            "Left out: " + ", ".join(f"{fmt.count(n)} {reason}" for reason, n in one.status.left_out.items())
        )
    if one.commitment.note:
        notes.append(one.commitment.note)
    if one.commitment.owner:
        notes.append(f"Owner: {one.commitment.owner}")
    if notes:
        items = "".join(f"<li>{text.html(note)}</li>" for note in notes)
        st.html(f'<ul class="rl rl-small rl-notes">{items}</ul>')


def _judged_again(one: Standing, view: View) -> None:
    """Show the promise under other definitions and week by week; of a long history only to whoever asks for it."""
    asked_for = f"_judged-again-{one.status.id}"
    if is_large(view.workspace) and asked_for not in st.session_state:
        st.button(
            "Judge it again: under other definitions, and as each week saw it",
            key=f"judge-again-{one.status.id}",
            help="Takes some seconds with so many incidents.",
            on_click=st.session_state.setdefault,
            args=(asked_for, True),
        )
        return
    survival.section(one, view)
    _history(one, view)


def _history(one: Standing, view: View) -> None:
    seen = promises.seen_at(view)
    looks = view.remembered(
        ("past", one.status.id, seen), lambda: past(view.store, view.settings, one.commitment, seen)
    )
    if len(looks) < 2:
        return
    with st.expander(f"What was said at the end of each week ({len(looks)} looks)"):
        st.html(history_table(looks, view.zone))


def history_table(looks: Sequence[Past], zone: str) -> str:
    """Return past verdicts as an HTML table, newest first."""
    rows = []
    for look in looks:
        tone = theme.tone(look.tone)
        rows.append(
            (
                panels.whole(fmt.day(look.at, zone)),
                text.html(look.figure),
                f'<span class="{tone.css}"><span aria-hidden="true">{tone.icon}</span> '
                f"{text.html(look.verdict)}</span>",
                text.html(look.evidence),
            )
        )
    return panels.table(
        ("Seen on", "To date", "Verdict then", "Evidence then"), rows, numeric=(1,), verdict=2
    )
