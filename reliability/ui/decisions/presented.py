"""What was presented, and what was restated since: the frozen reviews on the Decisions page."""

import streamlit as st

from reliability import formatting as fmt
from reliability.journal import Journal
from reliability.review.frozen import Frozen, frozen_reviews
from reliability.ui import navigation, panels
from reliability.ui.review import restated
from reliability.ui.view import View

_REVIEW = "quarterly_review"


def section(view: View) -> None:
    """Show the ledger of the quarter's newest frozen review, or of another one that is chosen.

    Raises ReliabilityError for a journal that cannot be read.
    """
    found = frozen_reviews(Journal(view.data_dir))
    if not found:
        with st.container(border=True, key="presented"):
            about = (
                "keep one at the end of the review: what differs later is then listed here, with its causes"
            )
            st.html(panels.heading("No review was kept as presented yet", about))
        return
    first = next((place for place, one in enumerate(found) if one.quarter == view.period.id), 0)
    with st.container(border=True, key="restated"):
        st.html(panels.heading("What was restated since it was presented", restated.ABOUT))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                "Review as presented",
                found,
                index=first,
                format_func=_named,
                key=f"presented-{view.period.id}",
                width=420,
            )
            navigation.link(_REVIEW, "Open it", review=chosen.id)
        restated.compared(chosen)


def _named(frozen: Frozen) -> str:
    about = [frozen.note, f"only {fmt.listed(frozen.filters)}" if frozen.filters else ""]
    when = f"{fmt.day(frozen.at, frozen.zone)}, {frozen.at:%H:%M} UTC"
    return ", ".join(filter(None, (frozen.quarter.replace("-", " "), when, *about)))
