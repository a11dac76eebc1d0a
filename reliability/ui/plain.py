"""Tables of records in HTML: for drawers, where nothing may swallow the Escape key, and wherever a canvas cannot go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from reliability import formatting as fmt
from reliability.ui import text
from reliability.ui.columns import minutes_in, shown, word

MOST_ROWS = 100
"""Rows of a plain table; nobody reads more of them in a drawer, and the CSV has all."""

_asked: ContextVar[bool] = ContextVar("plain", default=False)


@contextmanager
def only() -> Iterator[None]:
    """Make every table of the block a plain one."""
    before = _asked.set(True)
    try:
        yield
    finally:
        _asked.reset(before)


def asked() -> bool:
    """Tell whether tables must be plain here."""
    return _asked.get()


def scrolling(
    rows: Sequence[dict[str, Any]], columns: Sequence[str], zone: str, name: str, missing: str
) -> str:
    """Return records as a table that scrolls inside itself, by keyboard too, as HTML.

    name: what it holds, for those who hear it. missing: what stands where a record says nothing.
    """
    more = ""
    if len(rows) > MOST_ROWS:
        more = f'<p class="rl rl-note">The first {fmt.count(MOST_ROWS)} of {fmt.count(len(rows))}.</p>'
    return (
        f'<div class="rl-scroll rl-tall" tabindex="0" role="region" aria-label="{text.html(name)}">'
        f"{table(rows[:MOST_ROWS], columns, zone, missing)}</div>{more}"
    )


def table(
    rows: Sequence[dict[str, Any]], columns: Sequence[str], zone: str, missing: str = fmt.MISSING
) -> str:
    """Return records as an HTML table: values in words, numbers to the right, ids and moments on one line."""
    css = {column: _css(column, rows) for column in columns}
    heads = "".join(f"<th{css[c]}>{text.html(word(c))}</th>" for c in columns)
    body = "".join(
        "<tr>" + "".join(f"<td{css[c]}>{_cell(c, row.get(c), zone, missing)}</td>" for c in columns) + "</tr>"
        for row in rows
    )
    return f'<table class="rl rl-table"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _css(column: str, rows: Sequence[dict[str, Any]]) -> str:
    sample = next((row[column] for row in rows if row.get(column) is not None), None)
    is_number = isinstance(sample, (int, float)) and not isinstance(sample, bool) and column != "severity"
    if is_number or minutes_in(column, 0) is not None:
        return ' class="rl-num"'
    return "" if isinstance(sample, str) and not column.endswith("_id") else ' class="rl-nowrap"'


def _cell(column: str, value: Any, zone: str, missing: str) -> str:
    if value is None:
        return text.html(missing)
    if column == "url" and str(value).startswith(("https://", "http://")):
        return f'<a href="{text.html(value)}" target="_blank" rel="noopener noreferrer">Open</a>'
    return text.html(shown(column, value, zone))
