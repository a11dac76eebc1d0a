"""A frozen review as a page: what was presented, marked as such, with nothing on it that could be changed."""

import streamlit as st

from reliability import formatting as fmt
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.model import Card
from reliability.review.frozen import FrozenReview, find
from reliability.ui import empty, filters, navigation, plot, tables, text
from reliability.ui.review import cards, sections
from reliability.ui.view import View

_PARAMETER = "review"
# The filters of the shell choose among today's figures.
_HIDE_FILTERS = "<style>.st-key-topline { display: none; }</style>"


def asked() -> str:
    """Return the id of the frozen review that the URL asks for, "" when it asks for none."""
    return str(st.query_params.get(_PARAMETER, ""))


def page(view: View) -> None:
    """Show the frozen review that the URL asks for."""
    st.html(_HIDE_FILTERS)
    try:
        frozen = _found(view, asked())
    except ReliabilityError as error:
        empty.show_error(error)
        _back()
        return
    _mark(frozen)
    review = frozen.review
    sections.headline(review)
    cards.grid(review.cards, lambda card: _open(card, frozen))
    sections.decisions(review)
    with st.grid(2, min_column_width=320, gap="small"):
        for chart in review.charts:
            plot.card(chart, frozen.zone, clickable=False)
    if review.worst:
        with st.container(border=True, key="worst"):
            st.html(
                '<div class="rl"><p class="rl-finding">The incidents that took longest</p>'
                f'<p class="rl-subtitle">{text.html(review.period.label)}</p></div>'
            )
            tables.table(
                review.worst,
                "table-worst-presented",
                frozen.zone,
                alt=f"The incidents of {review.period.label} that took longest to recover from",
                hide=sections.QUIET_IN_WORST,
            )
    with st.grid(2, min_column_width=320, gap="small"):
        with st.container(gap="small"):
            sections.changes(review)
            sections.left_out(review)
        sections.sources(review, frozen.zone)


def _found(view: View, review_id: str) -> FrozenReview:
    journal = Journal(view.data_dir)
    return view.remembered(("frozen review", journal.state(), review_id), lambda: find(journal, review_id))


def _mark(frozen: FrozenReview) -> None:
    review = frozen.review
    said = [
        f"{review.period.label} as presented",
        f"frozen {fmt.instant(frozen.frozen_at, frozen.zone)}",
        f"data to {fmt.day(review.period.as_of, frozen.zone)}",
        *(filters.active(review.filters) or ["all services and teams"]),
        f"data version {review.data_version}",
        f"review {frozen.id}",
    ]
    note = f'<p class="rl rl-note">{text.html(frozen.note)}</p>' if frozen.note else ""
    with st.container(horizontal=True, vertical_alignment="center", key="presented"):
        st.html(
            f'<p class="rl rl-note"><b>{text.html(said[0])}</b> · {text.html(" · ".join(said[1:]))}</p>{note}'
        )
        _back()


def _back() -> None:
    navigation.link("quarterly_review", "Today's review")


def _open(card: Card, frozen: FrozenReview) -> None:
    """Show where a figure came from when it was presented: the text of its query as it was then."""

    @st.dialog(card.title, width="large")
    def opened() -> None:
        st.html(cards.body(card))
        if card.left_out:
            listed = "; ".join(f"{reason}: {fmt.count(number)}" for reason, number in card.left_out.items())
            st.caption(text.markdown(f"Left out: {listed}."))
        st.caption(
            "The query as it was when this was presented. The records behind it may have changed since."
        )
        st.code(frozen.queries.get(card.query, "-- not kept"), language="sql", wrap_lines=True)

    opened()
