"""Bordered panels with a finding, what is shown, and a small table of HTML. All text given here is HTML already."""

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from reliability.ui import drawer, text
from reliability.ui.view import View

_STACKED = 4  # columns from which a table does not fit a phone


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
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    numeric: Sequence[int] = (),
    wide: bool = False,
    verdict: int | None = None,
) -> str:
    """Return a small table that scrolls inside itself. Cells are HTML, heads are plain text.

    On a phone one of many columns or with a verdict becomes stacked rows: first what the row is about, then its
    verdict, then the rest under the names of their columns. head: a name for every column, since a screen reader reads
    it before each cell; none for pairs of a name and a value. numeric: columns set to the right. wide: needs its width.
    verdict: the column that holds the verdict.
    """

    def css(column: int) -> str:
        given = (("rl-num", column in numeric), ("rl-first", column == verdict))
        return " ".join(name for name, holds in given if holds)

    cells = "".join(_cell("th", css(i), text.html(name)) for i, name in enumerate(head))
    heads = f"<thead><tr>{cells}</tr></thead>" if head else ""
    names = dict(enumerate(head[1:], 1))
    body = "".join(
        f"<tr>{''.join(_cell('td', css(i), c, names.get(i, '')) for i, c in enumerate(row))}</tr>"
        for row in rows
    )
    stacks = wide or verdict is not None or len(head) >= _STACKED
    look = ("rl rl-table", "rl-stack" if stacks else "", "rl-wide" if wide else "")
    return (
        f'<div class="rl-scroll" tabindex="0"><table class="{" ".join(filter(None, look))}">{heads}'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(tag: str, css: str, content: str, name: str = "") -> str:
    held = f' class="{css}"' if css else ""
    named = f' data-name="{text.html(name)}"' if name else ""
    return f"<{tag}{held}{named}>{content}</{tag}>"


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


def confirm(said: str) -> None:
    """Say for a moment what was done, as plain text: what people wrote in a form comes back in it."""
    st.toast(text.markdown(said), icon=":material/check:")
