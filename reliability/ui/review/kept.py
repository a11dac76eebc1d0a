"""What a frozen review holds beyond the page of today's: its promises, its lists, what was left out, how sure it is."""

from collections.abc import Sequence

import streamlit as st

from reliability import formatting as fmt
from reliability.model import Listing, Promise, Review
from reliability.publish.headings import HEADINGS
from reliability.publish.left_out import in_words
from reliability.ui import panels, text, theme


def sections(review: Review) -> None:
    """Show them, those that there are: reviews of earlier versions of this program have fewer."""
    if review.promises:
        _promises(review.promises)
    for listing in review.listings:
        _listing(listing)
    if review.left_out:
        with st.container(border=True, key="kept-left-out"):
            st.html(panels.heading("What was left out", "rows of the exports that no figure counts, and why"))
            rows = [(text.html(in_words(reason)), fmt.count(number)) for reason, number in review.left_out]
            st.html(panels.table(("Reason", "Rows"), rows, numeric=(1,)))
    if review.how_sure:
        with st.container(border=True, key="kept-how-sure"):
            st.html(panels.heading("How sure are these verdicts?", "margins, power and what they rest on"))
            items = "".join(f"<li>{text.html(said)}</li>" for said in review.how_sure)
            st.html(f'<ul class="rl rl-small rl-notes">{items}</ul>')


def _promises(promises: Sequence[Promise]) -> None:
    with st.container(border=True, key="kept-promises"):
        st.html(panels.heading("The promises", "as they stood when this review was kept"))
        rows = [
            (
                f"<b>{text.html(one.title)}</b><br>{panels.faint(one.window)}",
                _verdict(one),
                text.html(one.figure),
                text.html(one.goal),
                text.html(one.before),
            )
            for one in promises
        ]
        heads = ("Promise", "How it stands", "Figure", "Promised", "Before")
        st.html(panels.table(heads, rows, wide=True, verdict=1))


def _verdict(one: Promise) -> str:
    look = theme.tone(one.tone)
    word = f'<b class="{look.css}"><span aria-hidden="true">{look.icon}</span> {text.html(one.verdict)}</b>'
    return "<br>".join((word, *(panels.faint(said) for said in (one.evidence, one.cause) if said)))


def _listing(listing: Listing) -> None:
    with st.container(border=True, key=f"kept-{listing.id}"):
        heading = HEADINGS.get(listing.id, "")
        about = ": ".join(filter(None, (heading, listing.subtitle)))
        st.html(panels.heading(listing.title, about))
        if listing.rows:
            rows = [[text.html(cell) for cell in row] for row in listing.rows]
            st.html(panels.table(listing.heads, rows, wide=True))
        below = [f"and {fmt.count(listing.rest)} more"] if listing.rest else []
        if below := [*below, *listing.notes]:
            st.html(f'<p class="rl rl-small">{"<br>".join(map(text.html, below))}</p>')
