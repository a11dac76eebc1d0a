"""The bar of the buckets: how many promises stand where, each part as wide as it is full, with its words on it."""

from collections.abc import Sequence

from reliability.model import Count
from reliability.ui import text, theme


def bar(found: Sequence[Count]) -> str:
    """Return the bar as HTML; "" where no promise is counted."""
    if not found:
        return ""
    parts = "".join(
        f'<span class="rl-bucket {theme.tone(one.tone).css}" style="flex-grow:{one.number}">'
        f"<b>{one.number}</b> {text.html(one.name)}</span>"
        for one in found
    )
    return f'<p class="rl rl-buckets">{parts}</p>'
