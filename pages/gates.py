"""Release gates: may my change ship, and if not, what is missing and who gives it."""

import streamlit as st

from reliability.ui import drawer, plot
from reliability.ui.gates import change as gate_change
from reliability.ui.gates import history as gate_history
from reliability.ui.gates import page as gates
from reliability.ui.gates import waivers
from reliability.ui.view import view

seen = view()
if not gates.has_changes(seen):
    st.stop()

answer = gates.planned(seen)
gates.headline(answer, seen)
gate_change.search(seen)
gates.upcoming(answer, seen)
waivers.section(seen)

history = gate_history.charts(seen)
# What the filters leave nothing of was said above, once.
if answer.decisions or not all(plot.has_nothing(chart) for chart in history):
    with st.grid(2, min_column_width=320, gap="small"):
        for chart in history:
            plot.card(chart, seen.zone)
    gate_history.exceptions(seen)

if point := plot.clicked():
    drawer.open_point(point, plot.chart_of(point, history), seen)
