"""A field for a day that is never something else than what stands in it."""

import math
import time
from datetime import date
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

# Seconds: longer than what lies between a run and the one that replaces it, or between the opening of a form and the
# browser having what it draws a field with; shorter than a person's first change.
_ARRIVING = 5.0
# Seconds: a form that was open for less was closed before anybody could write into it, and perhaps before its fields
# were drawn.
_GLIMPSE = 1.0


def ask_day(
    label: str,
    value: date | tuple[date, date],
    key: str,
    place: DeltaGenerator | None = None,
    *,
    shown: bool | None = True,
    **more: Any,
) -> object:
    """Ask for a day, or for two; returns what the field holds: a date, dates, or None or () where it is empty.

    value: what is offered at first. shown: whether what the field lies in is open; a field in a popover must say so
    (its `open`, with `on_change="rerun"`), as the browser draws it when that is first opened. more: as for
    `st.date_input`.

    Every day can be typed: one outside the bounds of a field is marked as wrong in the browser, which then sends the
    day before it. Nor does the browser send that a field was emptied, unless it began empty: so it does, and is filled
    before it is shown. A day of which only a part was deleted stands there again as soon as the field is left, before
    anything can be sent: what is written is what is seen. What cannot be is for the form to say when it is sent.
    A run that another one replaces at once may never reach the browser, and with it what fills the field: the day that
    is offered is sent again by every run until some seconds after the field is first shown. What is written into a
    form reaches nobody before the form is sent: once it was closed with something in it, nothing is sent again.
    """
    state, since, now = st.session_state, f"{key}-since", time.monotonic()
    if shown:
        state.setdefault(since, now)
    elif since in state:
        if now - state[since] < _GLIMPSE:
            del state[since]
        else:
            state[since] = -math.inf
    arriving = since not in state or now - state[since] < _ARRIVING
    if key not in state or (arriving and state[key] == value):
        state[key] = value
    ask = (place or st).date_input
    begins: Any = [] if isinstance(value, tuple) else None
    return ask(label, begins, key=key, min_value=date.min, max_value=date.max, format="YYYY-MM-DD", **more)
