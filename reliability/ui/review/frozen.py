"""Frozen reviews in the browser: keeping one, and opening one as it was presented."""

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from reliability import formatting as fmt
from reliability.access.identity import ADMINISTER
from reliability.data_dir import default_data_dir
from reliability.errors import ReliabilityError, RightsError
from reliability.journal import Journal
from reliability.model import Card
from reliability.review.frozen import FREEZING, Frozen, freeze, frozen_review, frozen_reviews
from reliability.ui import empty, navigation, panels, plot, text, theme, visitor
from reliability.ui.review import cards, kept, publishing, sections
from reliability.ui.view import View

_PARAMETER = "review"
_PAGE = "quarterly_review"


def asked() -> str:
    """Return the id of the frozen review that the address names, "" for none."""
    return str(st.query_params.get(_PARAMETER, ""))


def show(review_id: str) -> None:
    """Show a review as it was presented. It needs the journal only: exports and settings may be others by now.

    Raises ReliabilityError for an id that nothing has, and for a review of a newer program.
    """
    # What makes a review again and compares is slow to load, and every page loads this file.
    from reliability.ui.review import restated

    theme.apply()
    frozen = frozen_review(Journal(default_data_dir()), review_id)
    review = frozen.review
    theme.organisation(review.organisation, review.sample)
    _mark(frozen, review.period.label)
    sections.headline(review)
    cards.still(review.cards)
    sections.decisions(review)
    with st.grid(2, min_column_width=320, gap="small"):
        for chart in review.charts:
            plot.card(chart, frozen.zone, clickable=False)
    sections.changes(review)
    kept.sections(review)
    publishing.section(frozen)
    restated.section(frozen)


def of_quarter(view: View) -> list[Frozen] | None:
    """Return what was presented of the quarter, the newest first; None for a journal that cannot be read, of which
    `section` says why: the review itself does not need it."""
    with suppress(ReliabilityError):
        return frozen_reviews(Journal(view.data_dir), view.period.id)
    return None


def last_presented(view: View, found: Sequence[Frozen] | None) -> dict[str, Card]:
    """Return the cards of the newest of them that was narrowed to the same, by id; empty where there is none.

    One of a newer program presented something that cannot be read here.
    """
    for one in found or ():
        with suppress(ReliabilityError):
            if (review := one.review).filters == view.filters:
                return {card.id: card for card in review.cards}
    return {}


def section(view: View, found: Sequence[Frozen] | None) -> None:
    """Show when the quarter was presented, and let an administrator keep it as it is now. found: `of_quarter`.

    Raises ReliabilityError for a journal that cannot be read.
    """
    if found is None:
        found = frozen_reviews(Journal(view.data_dir), view.period.id)
    if said := st.session_state.pop("_frozen", None):
        panels.confirm(said)
    with st.container(border=True, key="presented"):
        title = f"{view.period.label} as presented" if found else f"{view.period.label} was not presented yet"
        about = "a kept review does not change, whatever happens to the data"
        st.html(
            f'<div class="rl"><p class="rl-finding">{text.html(title)}</p><p class="rl-subtitle">{about}</p></div>'
        )
        if found:
            st.html(f'<ul class="rl rl-notes">{"".join(map(_item, found))}</ul>')
        with st.popover("Keep as presented", icon=":material/inventory_2:"):
            _form(view)


def _form(view: View) -> None:
    if visitor.note_lack(ADMINISTER, FREEZING):
        return
    with st.form(f"freeze-{view.drawn_from}", border=False, clear_on_submit=True):
        note = st.text_input("For which meeting, or why", max_chars=200)
        name = visitor.ask_name()
        if not st.form_submit_button("Keep this review", type="primary"):
            return
    try:
        visitor.require(ADMINISTER, FREEZING)
        who = visitor.signed(name)
        made = freeze(view.workspace, view.period.id, who, note, view.comparison, view.filters)
    except (ReliabilityError, RightsError) as error:
        empty.show_error(error)
        return
    st.session_state["_frozen"] = f"Kept as {made.id}"
    st.rerun()


def _item(frozen: Frozen) -> str:
    about = [frozen.note, f"only {fmt.listed(frozen.filters)}" if frozen.filters else ""]
    said = ": ".join([f"{fmt.day(frozen.at, frozen.zone)}, {frozen.at:%H:%M} UTC", *filter(None, about)])
    address = navigation.address(_PAGE, review=frozen.id)
    return f'<li><a href="{text.html(address)}" target="_self">{text.html(said)}</a></li>'


def _mark(frozen: Frozen, label: str) -> None:
    note = f" “{frozen.note}”." if frozen.note else ""
    filters = frozen.filters
    narrowed = f" Only {fmt.listed(filters)}." if filters else ""
    with st.container(border=True, key="as-presented"):
        st.html(
            f'<p class="rl rl-finding">{text.html(label)} as presented on {text.html(fmt.day(frozen.at, frozen.zone))}'
            f'</p><p class="rl rl-small">{text.html(note + narrowed)} Kept as {text.html(frozen.id)}, with data to '
            f"{text.html(fmt.day(frozen.as_of, frozen.zone))}. Nothing on this page changes any more.</p>"
        )
        navigation.link(_PAGE, "Today's review of this quarter", quarter=frozen.quarter)
