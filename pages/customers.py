"""Customers: what they say with its margin, who was hit and who was not, and what they wrote beside the incidents."""

import streamlit as st

from reliability.ui import drawer, plot
from reliability.ui.customers import account as customers_account
from reliability.ui.customers import accounts as customers_accounts
from reliability.ui.customers import alert as customers_alert
from reliability.ui.customers import comments as customers_comments
from reliability.ui.customers import exposure as customers_exposure
from reliability.ui.customers import page as customers
from reliability.ui.customers import score as customers_score
from reliability.ui.view import view

seen = view()
if not customers_account.story(seen) and not customers_alert.story(seen):
    found = customers.read(seen)
    customers.headline(found, seen)
    if found.answered:
        with st.grid(2, min_column_width=340, gap="small"):
            chart = customers_score.course(found, seen)
            customers_score.windows(found, seen)
        # Beside a table a panel of one line would be as tall as the table.
        with st.grid(2 if found.link["incidents"] else 1, min_column_width=340, gap="small"):
            customers_exposure.exposure(found, seen)
            customers_exposure.mix(found, seen)
        if point := plot.clicked():
            drawer.open_point(point, chart, seen)
    customers_accounts.show(seen)
    customers_comments.show(seen)
