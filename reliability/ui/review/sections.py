"""The parts of the quarterly review around its cards and charts."""

import streamlit as st

from reliability import formatting as fmt
from reliability.model import Filters, Review
from reliability.queries.figures import figure
from reliability.review.cards import unnarrowed
from reliability.review.headline import compared
from reliability.ui import buckets, empty, filters, navigation, panels, plot, tables, text
from reliability.ui.decisions import asked
from reliability.ui.decisions.recorded import did, recorded
from reliability.ui.incidents import listing as incident_list
from reliability.ui.view import View

_QUIET_IN_WORST = ("source", "source_file", "source_line", "url", "severity_text", "still_open", "repeat_rule",
                   "root_cause", "resolved_at", "team")  # fmt: skip


def headline(review: Review) -> None:
    """Show the sentence, the line of why, and what makes the review provisional."""
    notes = "".join(empty.note_html(warning) for warning in review.warnings)
    st.html(
        f'<h1 class="rl-headline">{text.html(review.headline)}</h1>'
        f'<p class="rl-reason">{text.html(review.reason)}</p>{buckets.bar(review.buckets)}{notes}'
    )
    if not (review.notes or review.how_sure):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sure"):
        st.html(f'<p class="rl rl-note rl-flat">{text.html(" · ".join(review.notes))}</p>', width="content")
        if review.how_sure:
            with st.popover("How sure?", type="tertiary", key="how-sure"):
                items = "".join(f"<li>{text.html(said)}</li>" for said in review.how_sure)
                st.html(f'<ul class="rl rl-small rl-notes">{items}</ul>')


def decisions(review: Review, view: View | None = None) -> None:
    """Show what needs a decision; nothing when there is nothing to decide.

    view: whose journal says what was decided and excused before; without one the questions stand as they were asked.
    """
    if review.questions:
        if view is None:
            asked.section(review.questions, {})
            return
        taken = asked.taken(view)
        answered = asked.answers(review.questions, taken, review.period.id)
        effect = did(view, taken) if taken else {}
        asked.section(recorded(view, review.questions, taken, effect), answered)
        return
    if not review.decisions:
        return
    items = "".join(f"<li>{text.html(question)}</li>" for question in review.decisions)
    with st.container(border=True, key="decide"):
        st.html(f'<div class="rl rl-decide"><p class="rl-heading">To decide</p><ol>{items}</ol></div>')


def charts(review: Review, view: View) -> None:
    """Show the charts of the review; of what a filter leaves nothing to draw, only the names, once."""
    narrowed = review.filters != Filters()
    left_out = [chart for chart in review.charts if narrowed and plot.has_nothing(chart)]
    with st.grid(2, min_column_width=320, gap="small"):
        for chart in review.charts:
            if chart not in left_out:
                plot.card(chart, view.zone)
        if left_out:
            with st.container(border=True, height="stretch", key="charts-of-nothing"):
                names = (figure(chart.query.removeprefix("kpis/")).title for chart in left_out)
                empty.nothing_to_draw(list(names))


def worst(review: Review, view: View) -> None:
    """Show the incidents that hurt most; a name opens the incident. Nothing where the charts said that none is left."""
    if (
        not review.worst
        and any(plot.has_nothing(chart) for chart in review.charts)
        and review.filters != Filters()
    ):
        return
    with st.container(border=True, key="worst"):
        _heading(
            "The incidents that took longest",
            f"{review.period.label} · choose one to see its moments and its source",
        )
        if not review.worst:
            if view.row("incidents")["value"] is None:
                empty.not_covered(review.period.label, "incidents")
            else:
                empty.filtered_out(review.filters, "P1 or P2 incidents")
            return
        tables.brief(
            review.worst,
            "table-worst",
            view.zone,
            alt=f"The incidents of {review.period.label} that took longest to recover from",
            opened=lambda row: incident_list.open_incident(row, view),
            link=lambda row: incident_list.address(row, view),
            hide=(*_QUIET_IN_WORST, *filters.repeated(view.filters)),
        )


def changes(review: Review) -> None:
    """Show every figure of the period beside an earlier one; verdicts speak of promises and stand on the cards."""
    if not any(card.changes and card.changes[0].then is not None for card in review.cards):
        with st.container(border=True, height="stretch", key="changes"):
            said = compared(review.cards) or "no figure is on record to compare with"
            _heading("What changed", text.html(f"{said[:1].upper()}{said[1:]}"))
        return
    rows = []
    for card in review.cards:
        first = card.changes[0] if card.changes else None
        then, change = (first.then_text, first.text) if first else (fmt.MISSING, fmt.MISSING)
        name = ", ".join(filter(None, (card.title, unnarrowed(card.id, review.filters))))
        cells = (name, card.text or fmt.MISSING, then, change)
        rows.append([text.html(cell) for cell in cells])
    labels = {c.label for card in review.cards for c in card.changes[:1] if c.then is not None}
    subtitle = text.html(labels.pop()) if len(labels) == 1 else "against the period before"
    with st.container(border=True, height="stretch", key="changes"):
        _heading("What changed", subtitle)
        st.html(panels.table(("Figure", "Now", "Then", "Change"), rows, numeric=(1, 2, 3)))


def origin(review: Review, zone: str) -> None:
    """Say in one line what the figures come from and what no figure counts; Data has it file by file."""
    read, counted = sum(s.rows_read for s in review.sources), sum(s.kept for s in review.sources)
    exports = fmt.plural(len(review.sources), "export")
    said = f"From {exports}: {fmt.count(counted)} of {fmt.plural(read, 'row')} counted"
    if uncounted := sum(number for _, number in review.left_out):
        said += f", {fmt.count(uncounted)} not, each with its reason"
    if newest := max((s.newest_at for s in review.sources if s.newest_at), default=None):
        said += f" · newest record {fmt.day(newest, zone)}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="origin"):
        st.html(f'<p class="rl-quiet">{text.html(said)}</p>', width="content")
        navigation.link("data", "Every file and every reason")


def _heading(heading: str, subtitle: str) -> None:
    st.html(f'<div class="rl"><p class="rl-finding">{heading}</p><p class="rl-subtitle">{subtitle}</p></div>')
