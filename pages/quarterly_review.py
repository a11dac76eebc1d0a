"""Quarterly review: was it a good quarter, are promises kept, what must be decided."""

import streamlit as st

from reliability.ui import audience, drawer, plot
from reliability.ui.chronic import queue_count
from reliability.ui.gates import waivers
from reliability.ui.promises import drawer as promise_drawer
from reliability.ui.review import cards, frozen, sections
from reliability.ui.view import view

seen = view()
review = seen.review
presented = frozen.of_quarter(seen)

sections.headline(review)
with st.container(key="answers"):  # on a phone what must be decided comes before the cards
    cards.grid(
        queue_count.named(review.cards, seen),
        lambda card: promise_drawer.choose(card.commitment) if card.judged else drawer.open_card(card, seen),
        presented=frozen.last_presented(seen, presented),
    )
    sections.decisions(review, seen)

brief = audience.is_brief()
if not brief:
    sections.charts(review, seen)

if point := plot.clicked():
    drawer.open_point(point, plot.chart_of(point, review.charts), seen)
else:
    promise_drawer.open_linked(seen)

if not brief:
    sections.worst(review, seen)
    sections.changes(review)
    waivers.in_review(seen)
    frozen.section(seen, presented)
    sections.origin(review, seen.zone)
