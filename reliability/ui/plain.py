"""Tables of records in HTML: for drawers, where nothing may swallow the Escape key, and wherever a canvas cannot go."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from reliability import formatting as fmt
from reliability.ui import text
from reliability.ui.columns import LONG, STATES, minutes_in, shown, word

MOST_ROWS = 100
"""Rows of a plain table; nobody reads more of them in a drawer, and the CSV has all."""

# So many rows stand whole on a phone; more scroll inside themselves, or what comes after them is never reached.
_FEW = 12

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
    return (
        f'<div class="rl-scroll rl-tall" tabindex="0" role="region" aria-label="{text.html(name)}">'
        f"{table(rows[:MOST_ROWS], columns, zone, missing)}</div>{_more(rows)}"
    )


def whole(
    rows: Sequence[dict[str, Any]],
    columns: Sequence[str],
    zone: str,
    missing: str = fmt.MISSING,
    named: str = "",
    link: Callable[[dict[str, Any]], str] | None = None,
) -> str:
    """Return records as a table that stands whole, as on paper, and a line that says how many are not in it.

    link: the address that opens a row; the cell of the column `named` leads there.
    """
    return f"{table(rows[:MOST_ROWS], columns, zone, missing, named, link)}{_more(rows)}"


def beside_canvas(
    rows: Sequence[dict[str, Any]],
    columns: Sequence[str],
    zone: str,
    name: str,
    missing: str,
    named: str,
    link: Callable[[dict[str, Any]], str] | None,
    stacks: bool,
) -> str:
    """Return what stands for a table on a canvas where that cannot be: on paper, and with `stacks` on a phone, as HTML.

    name: what it holds, for those who hear it. named: the column whose cell is the link that opens a row.
    """
    held = whole(rows, columns, zone, missing, named, link)
    if not stacks:
        return f'<div class="rl-paper">{held}</div>'
    if len(rows) <= _FEW:
        return f'<div class="rl-paper rl-phone">{held}</div>'
    label = text.html(name)
    return (
        f'<div class="rl-paper rl-phone rl-long" tabindex="0" role="region" aria-label="{label}">{held}</div>'
    )


def _more(rows: Sequence[dict[str, Any]]) -> str:
    if len(rows) <= MOST_ROWS:
        return ""
    return f'<p class="rl rl-note">The first {fmt.count(MOST_ROWS)} of {fmt.count(len(rows))}.</p>'


def table(
    rows: Sequence[dict[str, Any]],
    columns: Sequence[str],
    zone: str,
    missing: str = fmt.MISSING,
    named: str = "",
    link: Callable[[dict[str, Any]], str] | None = None,
    pressed: bool = False,
) -> str:
    """Return records as an HTML table: values in words, numbers to the right, ids and moments on one line.

    pressed: a row that is pressed names its place to `reliability.ui.pressed`. On a phone rows are stacked: what a row
    is about, its state, then the rest under the names of their columns.
    """
    css = {column: _css(column, rows) for column in columns}
    heads = "".join(f"<th{_aligned(c, rows)}>{text.html(word(c))}</th>" for c in columns)

    def cell(column: str, row: dict[str, Any]) -> str:
        said = _cell(column, row.get(column), zone, missing)
        if link is not None and column == named:
            said = f'<a href="{text.html(link(row))}" target="_self">{said}</a>'
        name = f' data-name="{text.html(word(column))}"' if column != columns[0] else ""
        return f"<td{css[column]}{name}>{said}</td>"

    press = ' data-press="{}"' if pressed else ""
    body = "".join(
        f"<tr{press.format(place)}>{''.join(cell(c, row) for c in columns)}</tr>"
        for place, row in enumerate(rows)
    )
    return f'<table class="rl rl-table rl-stack"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _css(column: str, rows: Sequence[dict[str, Any]]) -> str:
    """Return the classes of a column's cells: how they are set, and where they stand in stacked rows."""
    classes = [_alignment(column, rows)]
    if column in STATES:
        classes.append("rl-first")
    if column in LONG:
        classes.append("rl-whole")
    return _class(classes)


def _aligned(column: str, rows: Sequence[dict[str, Any]]) -> str:
    return _class([_alignment(column, rows)])


def _class(names: Sequence[str]) -> str:
    held = " ".join(filter(None, names))
    return f' class="{held}"' if held else ""


def _alignment(column: str, rows: Sequence[dict[str, Any]]) -> str:
    sample = next((row[column] for row in rows if row.get(column) is not None), None)
    is_number = isinstance(sample, (int, float)) and not isinstance(sample, bool) and column != "severity"
    if is_number or minutes_in(column, 0) is not None:
        return "rl-num"
    return "" if isinstance(sample, str) and not column.endswith("_id") else "rl-nowrap"


def _cell(column: str, value: Any, zone: str, missing: str) -> str:
    if value is None:
        return text.html(missing)
    if column == "url" and str(value).startswith(("https://", "http://")):
        return f'<a href="{text.html(value)}" target="_blank" rel="noopener noreferrer">Open</a>'
    return text.html(shown(column, value, zone))
