"""Bordered panels with a finding, what is shown, and a small table of HTML. All text given here is HTML already."""

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from reliability.ui import drawer, text
from reliability.ui.view import View


def panel(key: str, finding: str, subtitle: str) -> Any:
    """Open a bordered panel of its row's height. finding, subtitle: plain text."""
    box = st.container(border=True, height="stretch", key=key)
    box.html(heading(finding, subtitle))
    return box


def heading(finding: str, subtitle: str) -> str:
    """Return a finding and what is shown as HTML. finding, subtitle: plain text."""
    return (
        f'<div class="rl"><p class="rl-finding">{text.html(finding)}</p>'
        f'<p class="rl-subtitle">{text.html(subtitle)}</p></div>'
    )


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int] = (), wide: bool = False
) -> str:
    """Return a small table that scrolls inside itself. Cells are HTML.

    head: a name for every column, since a screen reader reads it before each cell; none for pairs of a name and
    a value. numeric: columns set to the right. wide: keeps its width on a phone, where it scrolls.
    """

    def cell(tag: str, column: int, content: str) -> str:
        css = ' class="rl-num"' if column in numeric else ""
        return f"<{tag}{css}>{content}</{tag}>"

    cells = "".join(cell("th", i, name) for i, name in enumerate(head))
    heads = f"<thead><tr>{cells}</tr></thead>" if head else ""
    body = "".join(f"<tr>{''.join(cell('td', i, c) for i, c in enumerate(row))}</tr>" for row in rows)
    return (
        f'<div class="rl-scroll" tabindex="0"><table class="rl rl-table{" rl-wide" if wide else ""}">{heads}'
        f"<tbody>{body}</tbody></table></div>"
    )


def whole(content: object) -> str:
    """Return a text that stays on one line, as HTML."""
    return f'<span class="rl-nowrap">{text.html(content)}</span>'


def faint(content: object) -> str:
    """Return a text as small quiet HTML."""
    return f'<span class="rl-faint">{text.html(content)}</span>'


def link(url: object, label: str) -> str:
    """Return a link that opens beside the app, as HTML; the bare label when the address is not one of the web."""
    address = str(url or "")
    if not address.startswith(("https://", "http://")):
        return text.html(label)
    return f'<a href="{text.html(address)}" target="_blank" rel="noopener noreferrer">{text.html(label)}</a>'


def source(heading: str, names: Sequence[str], view: View, **given: Any) -> None:
    """Offer what a panel was made from: the definition, rows and SQL of its queries, with the values `given`."""
    label = "Definition, rows, SQL"
    if st.button(label, type="tertiary", icon=":material/manage_search:", key=f"source-{text.key(names[0])}"):
        drawer.open_queries(heading, names, view, **given)
