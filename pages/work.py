"""Reliability work: where the capacity goes, which postmortems and runbooks are owed, what the roadmap brought."""

import streamlit as st

from reliability.ui import drawer
from reliability.ui.promises import drawer as promise_drawer
from reliability.ui.review import cards
from reliability.ui.view import view
from reliability.ui.work import alerts as work_alerts
from reliability.ui.work import capacity as work_capacity
from reliability.ui.work import floor as work_floor
from reliability.ui.work import page as work
from reliability.ui.work import postmortems as work_postmortems
from reliability.ui.work import roadmap as work_roadmap
from reliability.ui.work import runbooks as work_runbooks

seen = view()
sprints = work_capacity.read(seen)
owed = work_postmortems.read(seen)
roadmap = work_roadmap.read(seen)

work.headline(sprints, owed, seen)
cards.grid(
    work.cards(seen),
    lambda card: promise_drawer.choose(card.commitment) if card.judged else drawer.open_card(card, seen),
)
promise_drawer.open_linked(seen)
work_capacity.show(sprints, seen)
with st.grid(2, min_column_width=320, gap="small"):
    work_postmortems.show(owed, seen)
    work_runbooks.show(seen)
    work_alerts.services(seen)
    work_alerts.worst(seen)
    work_floor.freezes(seen)
    work_floor.rotations(seen)
work_roadmap.show(roadmap, seen)
