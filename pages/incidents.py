"""Incidents: signal or noise, how long things take, where and when; every incident down to its source line."""

import streamlit as st

from reliability.ui import drawer, plot
from reliability.ui.incidents import charts as incident_charts
from reliability.ui.incidents import listing as incident_list
from reliability.ui.incidents import severity_changes
from reliability.ui.view import view

seen = view()
control = incident_charts.control(seen)
weekly = incident_charts.weekly(seen)
clocks = incident_charts.clocks(seen)

incident_list.headline(seen)
# Where nothing is left, that is said once, not in every chart.
if not incident_list.none_left(seen) or not plot.has_nothing(weekly):
    with st.grid(2, min_column_width=320, gap="small"):
        plot.card(control.chart, seen.zone, notes=control.signals)
        plot.card(weekly, seen.zone)
    with st.grid(3, min_column_width=280, gap="small"):
        for chart, missing in zip(clocks, incident_charts.NEEDED, strict=True):
            plot.card(chart, seen.zone, missing=missing)
if incident_list.none_left(seen):
    incident_list.nothing(seen, year=plot.has_nothing(weekly))
else:
    with st.grid(2, min_column_width=320, gap="small"):
        incident_charts.places(seen)
        incident_charts.hours(seen)
        incident_charts.weekdays(seen)
    severity_changes.show(seen)
    incident_list.show(seen)

if point := plot.clicked():
    drawer.open_point(point, plot.chart_of(point, [control.chart, weekly, *clocks]), seen)
else:
    incident_list.open_linked(seen)
