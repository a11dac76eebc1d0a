"""Quarterly review: was it a good quarter, are promises kept, what must be decided."""

import streamlit as st

from reliability.ui import drawer, plot
from reliability.ui.gates import waivers
from reliability.ui.promises import drawer as promise_drawer
from reliability.ui.review import cards, frozen, sections
from reliability.ui.view import view

seen = view()
review = seen.review

sections.headline(review)
cards.grid(
    review.cards,
    lambda card: promise_drawer.choose(card.commitment) if card.judged else drawer.open_card(card, seen),
)
sections.decisions(review)

with st.grid(2, min_column_width=320, gap="small"):
    for chart in review.charts:
        plot.card(chart, seen.zone)

if point := plot.clicked():
    drawer.open_point(point, plot.chart_of(point, review.charts), seen)
else:
    promise_drawer.open_linked(seen)

sections.worst(seen)
sections.changes(review)
waivers.in_review(seen)
frozen.section(seen)
sections.origin(review, seen.zone)
