"""Whether a promise's verdict holds under every definition that could be defended. Asked only when it is opened."""

import streamlit as st

from reliability.review.standing import Standing
from reliability.scrutiny.definitions import survivals
from reliability.ui import text
from reliability.ui.view import View

_MOST = 8


def section(one: Standing, view: View) -> None:
    """Show in how many definitions the verdict holds, and name those in which it does not."""
    seen = min(view.as_of, view.period.end)
    found = view.remembered(
        ("definitions", one.status.id, seen),
        lambda: survivals(view.store, view.settings, seen, [one.status]).get(one.status.id),
    )
    if found is None:
        return
    names = [f"With {other.choice}: {other.verdict} ({other.figure})" for other in found.otherwise]
    if len(names) > _MOST:
        names = [*names[:_MOST], f"and in {len(names) - _MOST} more: all are in `commitments --json`"]
    items = "".join(f"<li>{text.html(line)}</li>" for line in (found.words, *names))
    st.html(f'<ul class="rl rl-small rl-notes">{items}</ul>')
