"""Reliability work: where the capacity goes, which postmortems and runbooks are owed, what the roadmap brought."""

import streamlit as st

from reliability.ui import (
    cards,
    drawer,
    work,
    work_alerts,
    work_capacity,
    work_floor,
    work_postmortems,
    work_roadmap,
    work_runbooks,
)
from reliability.ui.view import view

seen = view()
sprints = work_capacity.read(seen)
owed = work_postmortems.read(seen)
roadmap = work_roadmap.read(seen)

work.headline(sprints, owed, seen)
cards.grid(work.cards(seen), lambda card: drawer.open_card(card, seen))
work_capacity.show(sprints, seen)
with st.grid(2, min_column_width=320, gap="small"):
    work_postmortems.show(owed, seen)
    work_runbooks.show(seen)
    work_alerts.services(seen)
    work_alerts.worst(seen)
    work_floor.freezes(seen)
    work_floor.rotations(seen)
work_roadmap.show(roadmap, seen)
