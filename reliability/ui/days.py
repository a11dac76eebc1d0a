"""A field for a day that is never something else than what stands in it."""

import time
from datetime import date
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

# Seconds: longer than what lies between a run and the one that replaces it, shorter than a person's first change.
_ARRIVING = 2.0


def ask_day(
    label: str, value: date | tuple[date, date], key: str, place: DeltaGenerator | None = None, **more: Any
) -> object:
    """Ask for a day, or for two; returns what the field holds: a date, dates, or None or () where it is empty.

    value: what is offered at first. more: as for `st.date_input`. Every day can be typed: one outside the bounds of a
    field is marked as wrong in the browser, which then sends the day before it. Nor does the browser send that a field
    was emptied, unless it began empty: so it does, and is filled before it is shown. A day of which only a part was
    deleted stands there again as soon as the field is left, before anything can be sent: what is written is what is
    seen. What cannot be is for the form to say when it is sent.
    A run that another one replaces at once may never reach the browser, and with it what fills the field: the day that
    is offered is sent again by every run of the first two seconds.
    """
    state, since = st.session_state, f"{key}-since"
    if key not in state:
        state[key], state[since] = value, time.monotonic()
    elif state[key] == value and time.monotonic() - state[since] < _ARRIVING:
        state[key] = value
    ask = (place or st).date_input
    begins: Any = [] if isinstance(value, tuple) else None
    return ask(label, begins, key=key, min_value=date.min, max_value=date.max, format="YYYY-MM-DD", **more)
