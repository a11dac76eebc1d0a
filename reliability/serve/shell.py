"""The shell: the script Streamlit runs. Page settings, navigation and filters; every page runs inside it.

It lies in the package, away from `pages/`, so that no deep link can run a page without it.
"""

# ruff: noqa: E402
from reliability.serve import warm

warm.wait()

import streamlit as st

from reliability.errors import NothingYetError, ReliabilityError, SettingsError
from reliability.publish.audience import AUDIENCES
from reliability.serve.metrics import page_run
from reliability.ui import audience, page_charts, turns, visitor
from reliability.ui.empty import show_error, signed_out
from reliability.ui.navigation import page_list, page_of, script_of
from reliability.ui.review import frozen
from reliability.ui.theme import ICON, SIDEBAR_WIDTH
from reliability.ui.view import open_view, opened_view

st.set_page_config(
    page_title="Reliability review", page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR_WIDTH
)

if visitor.present() is None:
    signed_out()
    st.stop()

if audience.chosen():
    sections = page_list(audience.pages(), f"For {AUDIENCES[audience.chosen()].title}")
    # Streamlit's own links would leave the audience out of the address.
    page = st.navigation(sections, position="hidden")
    audience.sidebar(sections)
else:
    page = st.navigation(page_list())
with page_run(script_of(page)), turns.pages.one():
    if not page.url_path and (presented := frozen.asked()):
        try:
            frozen.show(presented)
        except ReliabilityError as error:
            show_error(error)
        visitor.sign_out_link()
        st.stop()
    try:
        open_view()
    except ReliabilityError as error:
        # Where nothing can be reviewed yet, the first page is the one where exports are added and mapped.
        if isinstance(error, NothingYetError) and not page.url_path:
            st.switch_page(page_of("data"))
        # The Data page says itself that there is nothing yet; settings that are wrong stop it, too.
        if page.url_path != "data" or isinstance(error, SettingsError):
            show_error(error)
        # Without a warehouse only the Data page has something to show: it is where exports are added.
        if page.url_path != "data":
            st.stop()
    audience.top_line()
    page.run()
    if (opened := opened_view()) is not None:
        try:
            page_charts.show(script_of(page), opened)
        except ReliabilityError as error:
            show_error(error)
    visitor.sign_out_link()
