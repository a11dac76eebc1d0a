"""A field for a day that is never something else than what stands in it."""

from datetime import date
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def ask_day(
    label: str, value: date | tuple[date, date], place: DeltaGenerator | None = None, **more: Any
) -> object:
    """Ask for a day, or for two; returns what the field holds: a date, dates, or None where it is empty.

    more: as for `st.date_input`. Every day can be typed: one outside the bounds of a field is marked as wrong in the
    browser, which then sends the day before it. What cannot be is for the form to say when it is sent.
    """
    ask = (place or st).date_input
    return ask(label, value, min_value=date.min, max_value=date.max, format="YYYY-MM-DD", **more)
