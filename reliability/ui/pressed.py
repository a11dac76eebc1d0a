"""A piece of the page whose parts can be pressed: one element of HTML, where Streamlit takes one for each part."""

from pathlib import Path

import streamlit as st

_pressed = st.components.v2.component(
    "pressed", js=Path(__file__).with_name("pressed.mjs").read_text(encoding="utf-8"), isolate_styles=False
)


def show(key: str, html: str) -> str:
    """Show HTML, and return what was pressed in it since the last run, "" for nothing.

    html: all text of others in it is escaped, as nobody else looks through it. What can be pressed has the attribute
    `data-press`, whose value is returned, and holds a link for those who use the keyboard.
    """
    # Bytes, as in plot.py.
    return str(_pressed(key=key, data=html.encode(), on_chosen_change=lambda: None).chosen or "")
