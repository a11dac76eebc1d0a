"""Freezing the review that is shown, and the way to those frozen of its quarter. Names of people are not shown."""

from typing import NamedTuple

import streamlit as st

from reliability import formatting as fmt
from reliability.access.identity import ADMINISTER
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.review.frozen import freeze, frozen_reviews
from reliability.ui import empty, filters, navigation, text, visitor
from reliability.ui.view import View

_DOING = "freezing a review"
_MOST = 8


class _Listed(NamedTuple):
    id: str
    quarter: str
    label: str


def section(view: View) -> None:
    """Offer to freeze the review that is shown, and to open those frozen of its quarter."""
    if said := st.session_state.pop("_frozen", None):
        st.toast(said, icon=":material/check:")
    try:
        listed = [found for found in _listed(view) if found.quarter == view.period.id]
    except ReliabilityError as error:
        empty.show_error(error)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="frozen"):
        with st.popover("Freeze this review", icon=":material/ac_unit:"):
            _form(view)
        if listed:
            with st.popover(f"As presented ({fmt.count(len(listed))})"):
                for found in listed[: -_MOST - 1 : -1]:
                    navigation.link("quarterly_review", text.markdown(found.label), review=found.id)


def _listed(view: View) -> list[_Listed]:
    """Return what is listed of every frozen review, oldest first; read again only when the journal changed."""
    journal = Journal(view.data_dir)
    state = journal.state()
    if not state:
        return []

    def read() -> list[_Listed]:
        found = []
        for frozen in frozen_reviews(journal):
            label = " · ".join(
                [fmt.instant(frozen.frozen_at, frozen.zone), *filters.active(frozen.review.filters)]
                + ([text.title(frozen.note, 40)] if frozen.note else [])
            )
            found.append(_Listed(frozen.id, frozen.quarter, label))
        return found

    return view.remembered(("frozen reviews", state), read)


def _form(view: View) -> None:
    if visitor.note_lack(ADMINISTER, _DOING):
        return
    st.caption(
        "Keeps this review as it is shown, with its queries, its settings and the contents of the exports. "
        "It opens unchanged later, whatever the data say by then."
    )
    if named := filters.active(view.filters):
        empty.note(f"Only {' and '.join(named)}: the frozen review says so.", concern=False)
    with st.form("freeze", border=False):
        problem = st.container()
        note = st.text_input("Note", placeholder="Board meeting of 20 November") or ""
        name = visitor.ask_name("freeze-name")
        if not st.form_submit_button("Freeze", type="primary"):
            return
    try:
        visitor.require(ADMINISTER, _DOING)
        made = freeze(view.workspace, view.review, visitor.signed(name), note)
    except ReliabilityError as error:
        with problem:
            empty.note(str(error))
        return
    st.session_state["_frozen"] = f"Frozen as {made.id}"
    st.rerun()
