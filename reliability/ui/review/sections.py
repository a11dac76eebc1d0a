"""The parts of the quarterly review around its cards and charts."""

from collections.abc import Sequence

import streamlit as st

from reliability import formatting as fmt
from reliability.model import Review, Source
from reliability.ui import empty, tables, text
from reliability.ui.incidents import listing as incident_list
from reliability.ui.view import View

_QUIET_IN_WORST = ("source", "source_file", "source_line", "url", "severity_text", "still_open", "repeat_rule",
                   "root_cause", "resolved_at")  # fmt: skip


def headline(review: Review) -> None:
    """Show the sentence, the line of why, and what makes the review provisional."""
    notes = "".join(empty.note_html(warning) for warning in review.warnings)
    if review.notes:
        notes += f'<p class="rl rl-note">{text.html(" · ".join(review.notes))}</p>'
    st.html(
        f'<h1 class="rl-headline">{text.html(review.headline)}</h1>'
        f'<p class="rl-reason">{text.html(review.reason)}</p>{notes}'
    )
    if review.how_sure:
        with st.expander("How sure?"):
            st.html("".join(f'<p class="rl rl-small">{text.html(line)}</p>' for line in review.how_sure))


def decisions(review: Review) -> None:
    """Show what needs a decision; nothing when there is nothing to decide."""
    if not review.decisions:
        return
    items = "".join(f"<li>{text.html(question)}</li>" for question in review.decisions)
    with st.container(border=True, key="decide"):
        st.html(f'<div class="rl rl-decide"><p class="rl-heading">To decide</p><ol>{items}</ol></div>')


def worst(view: View) -> None:
    """Show the incidents that hurt most; a cell opens the incident."""
    review = view.review
    with st.container(border=True, key="worst"):
        _heading(
            "The incidents that took longest",
            f"{review.period.label} · choose one to see its moments and its source",
        )
        if not review.worst:
            empty.filtered_out(review.filters)
            return
        tables.table(
            review.worst,
            "table-worst",
            view.zone,
            alt=f"The incidents of {review.period.label} that took longest to recover from",
            hide=_QUIET_IN_WORST,
            opened=lambda row: incident_list.open_incident(row, view),
        )


def changes(review: Review) -> None:
    """Show every figure of the period beside an earlier one; verdicts speak of promises and stand on the cards."""
    rows = []
    for card in review.cards:
        first = card.changes[0] if card.changes else None
        then, change = (first.then_text, first.text) if first else (fmt.MISSING, fmt.MISSING)
        rows.append(
            f"<tr><td>{text.html(card.title)}</td><td class='rl-num'>{text.html(card.text or fmt.MISSING)}</td>"
            f"<td class='rl-num'>{text.html(then)}</td><td class='rl-num'>{text.html(change)}</td></tr>"
        )
    labels = {c.label for card in review.cards for c in card.changes[:1]}
    subtitle = text.html(labels.pop()) if len(labels) == 1 else "against the period before"
    with st.container(border=True, height="stretch", key="changes"):
        _heading("What changed", subtitle)
        _table(("", "Now", "Then", "Change"), rows, numeric=(1, 2, 3))


def left_out(review: Review) -> None:
    """Show how many records the review leaves out, and why."""
    with st.container(border=True, height="stretch", key="left-out"):
        _heading("What was left out", "records of the exports that no figure counts, by reason")
        if not review.left_out:
            st.html(
                '<p class="rl rl-small">Nothing: every row of the exports that were recognised is kept.</p>'
            )
            return
        rows = [
            f"<tr><td>{text.html(reason.replace('_', ' '))}</td><td class='rl-num'>{fmt.count(number)}</td></tr>"
            for reason, number in review.left_out
        ]
        _table(("Reason", "Records"), rows, numeric=(1,))


def sources(review: Review, zone: str) -> None:
    """Show each kind of export: how fresh it is and how much of it was used."""
    kinds: dict[tuple[str, str], list[Source]] = {}
    for source in review.sources:
        kinds.setdefault((source.title, source.table), []).append(source)
    with st.container(border=True, height="stretch", key="sources"):
        _heading(
            "Where the figures come from",
            "the newest record of each kind of export, and the rows used of those read",
        )
        rows = [_kind(title, files, zone) for (title, _), files in kinds.items()]
        _table(("Export", "Newest", "Used"), rows, numeric=(2,))


def _kind(title: str, files: Sequence[Source], zone: str) -> str:
    newest = max((f.newest_at for f in files if f.newest_at), default=None)
    stale = ' <span class="tone-concern">▲ stale</span>' if any(f.stale for f in files) else ""
    name = files[0].file if len(files) == 1 else fmt.plural(len(files), "file")
    kept, read = sum(f.kept for f in files), sum(f.rows_read for f in files)
    return (
        f"<tr><td>{text.html(title)} <span class='rl-faint rl-file'>{text.html(name)}</span></td>"
        f"<td class='rl-nowrap'>{fmt.day(newest, zone)}{stale}</td>"
        f"<td class='rl-num'>{fmt.count(kept)} of {fmt.count(read)}</td></tr>"
    )


def _heading(heading: str, subtitle: str) -> None:
    st.html(f'<div class="rl"><p class="rl-finding">{heading}</p><p class="rl-subtitle">{subtitle}</p></div>')


def _table(head: Sequence[str], rows: Sequence[str], numeric: Sequence[int] = ()) -> None:
    cells = "".join(
        f"<th class='rl-num'>{name}</th>" if i in numeric else f"<th>{name}</th>"
        for i, name in enumerate(head)
    )
    st.html(
        f'<div class="rl-scroll"><table class="rl rl-table"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
