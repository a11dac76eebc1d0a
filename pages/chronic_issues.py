"""Chronic issues: which problems keep coming back, what they cost, what ended them, and how they are escalated."""

import streamlit as st

from reliability.ui import drawer
from reliability.ui.chronic import endings as chronic_endings
from reliability.ui.chronic import escalations, queue_count
from reliability.ui.chronic import issues as chronic_list
from reliability.ui.chronic import outages as same_outages
from reliability.ui.chronic import page as chronic
from reliability.ui.chronic import queue as repeat_queue
from reliability.ui.chronic import story as chronic_story
from reliability.ui.promises import drawer as promise_drawer
from reliability.ui.review import cards
from reliability.ui.view import view

seen = view()
top = st.container()
chosen = chronic_list.toolbar(seen)

if chosen is not None:
    issue = chronic_list.one(chosen, seen)
    with top:
        chronic_story.headline(issue, seen)
    chronic_story.show(issue, seen)
    repeat_queue.issue_actions(str(issue["issue_id"]), seen)
else:
    found = chronic.read(seen)
    made = chronic.cards(seen)  # they read every window of their figures at once, the headline's among them
    with top:
        chronic.headline(found, seen)
        cards.grid(
            queue_count.named(made, seen),
            lambda card: (
                promise_drawer.choose(card.commitment) if card.judged else drawer.open_card(card, seen)
            ),
        )
        promise_drawer.open_linked(seen)
    chronic_list.show(found, seen)
    if not chronic.nothing_left(found, seen):
        repeat_queue.show(seen)
        same_outages.show(seen)
        chronic_endings.show(seen)
        escalations.show(seen)
