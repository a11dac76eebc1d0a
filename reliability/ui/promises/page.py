"""The promises of the Commitments page: a sentence over all, then one card each, by bucket."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from reliability.charts import figure
from reliability.commitments import CommitmentStatus
from reliability.commitments.facts import left_to_say
from reliability.model import UNKNOWN
from reliability.queries.figures import Family
from reliability.queries.figures import figure as figure_of
from reliability.review import standing
from reliability.review.buckets import Bucket, begun, bucket_of, sentence
from reliability.review.buckets import counts as counted
from reliability.review.promises import ended_before, verdict_of
from reliability.review.standing import Standing
from reliability.ui import buckets, empty, plot, text, theme
from reliability.ui.promises import form as promise_form
from reliability.ui.promises import signed
from reliability.ui.view import View

_CHART_HEIGHT = 184


def seen_at(view: View) -> datetime:
    """Return the instant promises are judged at: a past quarter is seen from its end."""
    return min(view.as_of, view.period.end)


def standings(view: View) -> tuple[Standing, ...]:
    """Return the promises in force in the view, judged and drawn once per data version and settings."""
    seen, since = seen_at(view), ended_before(view.period, view.settings)
    return view.remembered(
        ("standings", seen, since, seen == view.as_of),
        lambda: standing.standings(view.store, view.settings, seen, seen == view.as_of, since),
    )


def headline(found: Sequence[Standing], view: View) -> None:
    """Show the sentence over all promises, one line of what is open, and the button for a new one."""
    statuses = [s.status for s in found]
    said = sentence(statuses)
    why = standing.reason(statuses, seen_at(view), view.zone)
    notes = ""
    if seen_at(view) < view.as_of:
        notes += empty.note_html(f"As it was at the end of {view.period.label}.", concern=False)
    with st.container(horizontal=True, vertical_alignment="top", key="promises-top"):
        st.html(
            f'<h1 class="rl-headline">{text.html(said)}</h1><p class="rl-reason">{text.html(why)}</p>'
            f"{buckets.bar(counted(statuses))}{notes}{signed.withdrawn_html(signed.held(found, view), view)}",
            width="stretch",
        )
        promise_form.button(view)


def show(found: Sequence[Standing], view: View) -> Standing | None:
    """Show all promises by group; return the one whose card was chosen in this run."""
    chosen = None
    if not found:
        empty.note("Promises are written down with “New promise”, or in review.toml.", concern=False)
    ahead = [s for s in found if not begun([s.status])]
    signings = signed.held(found, view)
    groups = [
        (str(b), b.tone, [s for s in found if s not in ahead and bucket_of(s.status.verdict) is b])
        for b in Bucket
    ]
    for heading, tone, group in [*groups, ("not begun", UNKNOWN, ahead)]:
        if not group:
            continue
        look = theme.tone(tone)
        st.html(
            f'<h2 class="rl rl-group"><span class="{look.css}" aria-hidden="true">{look.icon}</span> '
            f'{heading[:1].upper()}{heading[1:]} <span class="rl-quiet">{len(group)}</span></h2>'
        )
        for one in group:
            if _card(one, signed.note_html(signings[one.status.id], view), view):
                chosen = one
    return chosen


def _card(one: Standing, note: str, view: View) -> bool:
    """Show a promise; return whether it was chosen. note: what was changed after it was signed, as HTML."""
    status = one.status
    with st.container(border=True, key=f"promise-{status.id}"):
        words, drawn = st.columns([5, 7], gap="medium", vertical_alignment="top")
        with words, st.container(key=f"words-{status.id}"):
            label = text.markdown(status.title)
            pressed = st.button(
                label, type="tertiary", key=f"open-promise-{status.id}", width="stretch", wrap=True
            )
            st.html(body(status, view) + note)
        with drawn:
            if one.chart is not None:
                st.html(plot.finding(one.chart))
                spec = figure(one.chart, "app", view.zone, _CHART_HEIGHT)
                plot.draw(one.chart.id, spec, one.chart.takeaway)
    return pressed


def body(status: CommitmentStatus, view: View) -> str:
    """Return the words of a promise as HTML. All text in it is escaped."""
    verdict = verdict_of(status)
    look = theme.tone(verdict.tone if verdict else status.tone)
    parts = [
        figure_html(status),
        _line("rl-small", " · ".join(part for part in (status.goal_text, standing.was(status)) if part)),
    ]
    if verdict is not None:
        parts.append(
            f'<p class="rl-verdict {look.css}"><span class="rl-icon" aria-hidden="true">{look.icon}</span> '
            f"{text.html(verdict.word)}</p>"
        )
    parts.append(_line("rl-sentence", status.sentence))
    parts.append(_line("rl-left", standing.allowance(status, seen_at(view), view.zone)))
    parts.append(_line("rl-evidence", _evidence(status)))
    notes = [word for word in status.warnings if word not in status.verdict_word]
    parts.extend(empty.note_html(f"{word[:1].upper()}{word[1:]}", concern=False) for word in notes)
    parts.append(_line("rl-power", status.power))
    return f'<div class="rl rl-promise">{"".join(parts)}</div>'


def figure_html(status: CommitmentStatus) -> str:
    """Return a promise's large figure as HTML; a median that is not reached is known to lie above something."""
    if status.value is None and status.above is None:
        return '<p class="rl-figure rl-none">No figure yet</p>'
    return f'<p class="rl-figure">{text.html(status.figure)}</p>'


def _evidence(status: CommitmentStatus) -> str:
    """Return what the sentence leaves to say; of endpoints nothing that the large figure says already."""
    said = left_to_say(status.facts)
    counts_endpoints = figure_of(status.kpi).family is Family.AVAILABILITY
    return "" if counts_endpoints and status.figure and said.startswith(status.figure) else said


def _line(css: str, content: str) -> str:
    return f'<p class="{css}">{text.html(content)}</p>' if content else ""
