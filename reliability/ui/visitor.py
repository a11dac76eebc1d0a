"""Who looks at the page, as the gate let them in, and what they may do."""

import streamlit as st

from reliability.serve import presence
from reliability.serve.identity import LOCAL_IDENTITY, Identity


def present() -> Identity | None:
    """Return who is behind this page; None for somebody whose sign-in has ended, or who came past the gate."""
    headers = st.context.headers
    if not headers and not presence.is_guarded():
        return LOCAL_IDENTITY  # no server: a test or a notebook runs the page
    return presence.behind(headers.get(presence.HEADER))
