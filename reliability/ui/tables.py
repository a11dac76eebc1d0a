"""Tables of records: readable columns, times in the organisation's zone, and CSV of all rows."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal

import streamlit as st

from reliability import formatting as fmt
from reliability.masking import PEOPLE as PEOPLE
from reliability.masking import without_people as without_people
from reliability.ui import navigation, plain, pressed, sheet, text
from reliability.ui.columns import LONG, minutes_in, ordered, word

MOST_ROWS = 1000
"""Rows of a table that are fetched and sent; the CSV has all."""

_NAMES = ("incident_id", "account", "ticket_id")
_UNITS = ("s", "min", "h", "d")
_DIGITS = 5  # of the largest number of a unit, with its thin space: "1 204 d" has five characters
_WIDEST = len(_UNITS) * _DIGITS
# A laptop shows nine columns beside each other, a title among them, and a duration whole: "15 h 27 min".
_MANY, _TITLE_PX, _DURATION_PX = 8, 250, 98
_TITLE_OF_EIGHT_PX = 304
_DIGIT_SPACE = "\N{FIGURE SPACE}"


def table(
    rows: Sequence[dict[str, Any]],
    key: str,
    zone: str,
    alt: str,
    hide: Sequence[str] = (),
    only: Sequence[str] = (),
    opened: Callable[[dict[str, Any]], None] | None = None,
    link: Callable[[dict[str, Any]], str] | None = None,
    height: int | Literal["auto"] = "auto",
    missing: str = "—",
) -> None:
    """Show records as a table that sorts, searches and scrolls inside itself; in a drawer as a plain one, on a phone as
    stacked rows.

    hide: columns left away. only: the columns to show, in this order; without it all that hold anything.
    opened: called with a row that is chosen: arrows move in the table, a click or Enter opens the row. link: the
    address that opens a row, for the stacked rows of a phone, which know no canvas; rows that open without one stay a
    canvas there. missing: what stands where a record says nothing. At most `MOST_ROWS` rows are sent.
    """
    shown = list(rows[:MOST_ROWS])
    if not shown:
        return
    wanted = only or [c for c in ordered(shown[0]) if c not in hide]
    columns = [c for c in wanted if any(row.get(c) is not None for row in shown)]
    if plain.asked():
        st.html(plain.scrolling(shown, columns, zone, alt, missing))
        return
    named = _naming(columns) if opened is not None else ""
    data = {word(c): [_cell(c, row.get(c)) for row in shown] for c in columns}
    settings = {
        word(c): setting for c in columns if (setting := _column(c, shown, zone, len(columns))) is not None
    }
    if named:
        data[word(named)] = [_label(row.get(named)) for row in shown]
        settings[word(named)] = st.column_config.ButtonColumn(
            type="tertiary",
            alignment="left",
            pinned=True,
            key=f"press-{key}",
            on_click=partial(_keep, key, shown),
        )
    with st.container(key=f"{'opens' if named else 'grid'}-{key}"):
        st.dataframe(
            data,
            key=key,
            hide_index=True,
            placeholder=missing,
            alt=alt,
            column_config=settings,
            height=height,
        )
        # The canvas of the table prints blank, and on a phone most of it lies beyond the edge.
        stacks = opened is None or link is not None
        st.html(plain.beside_canvas(shown, columns, zone, alt, missing, named, link, stacks))
    if opened is not None:
        navigation.rows_open_by_keyboard()
        if (row := _kept(key)) is not None:
            opened(row)
    if len(rows) >= MOST_ROWS:
        of = f" of {fmt.count(len(rows))}" if len(rows) > MOST_ROWS else ""
        st.caption(f"The first {fmt.count(MOST_ROWS)}{of} rows; the CSV has all of them.")


def brief(
    rows: Sequence[dict[str, Any]],
    key: str,
    zone: str,
    alt: str,
    opened: Callable[[dict[str, Any]], None],
    link: Callable[[dict[str, Any]], str],
    hide: Sequence[str] = (),
    missing: str = fmt.MISSING,
) -> None:
    """Show a few records that nobody sorts or searches; any cell of one opens it, by keyboard its name.

    opened: called with the row that was chosen. link: its address, for a tab of its own. hide, alt, missing: as for
    `table`.
    """
    columns = [c for c in ordered(rows[0]) if c not in hide and any(row.get(c) is not None for row in rows)]
    held = plain.table(rows, columns, zone, missing, _naming(columns), link, pressed=True)
    region = f'<div class="rl-scroll rl-phone" tabindex="0" role="region" aria-label="{text.html(alt)}">'
    if chosen := pressed.show(key, f"{region}{held}</div>"):
        opened(rows[int(chosen)])


def _naming(columns: Sequence[str]) -> str:
    """Return the column by which a row is opened: its name, else the first."""
    return next((c for c in columns if c in _NAMES), columns[0] if columns else "")


def _label(value: Any) -> str:
    """Return a record's name for its button; a name from data stays text, also one like an icon's."""
    return str(value or "—").replace(":material/", ":\N{WORD JOINER}material/")


def _keep(key: str, rows: Sequence[dict[str, Any]]) -> None:
    if (pressed := st.session_state.get(f"press-{key}")) is not None:
        st.session_state[f"_row-{key}"] = rows[int(pressed["row"])]


def _kept(key: str) -> dict[str, Any] | None:
    return st.session_state.pop(f"_row-{key}", None)


def _cell(column: str, value: Any) -> Any:
    if value is None:
        return None
    if (minutes := minutes_in(column, value)) is not None:
        return _duration(minutes)
    if column == "severity":
        return f"P{value}"
    if isinstance(value, (list, tuple, dict)):
        return ", ".join(str(v) for v in value)
    return value


def _duration(minutes: float) -> str:
    """Return a duration in the words of every page, padded on the left so that the table sorts by length.

    The table sorts texts by their characters, spaces first. A longer unit and a longer number get less padding, and
    the smaller unit always two places; in a column set to the right nothing of it is seen.
    """
    parts = fmt.duration(minutes).split(fmt.NO_BREAK)
    if len(parts) < 2 or parts[1] not in _UNITS:
        return fmt.NO_BREAK.join(parts)
    padding = _WIDEST - _UNITS.index(parts[1]) * _DIGITS - len(parts[0])
    smaller = [parts[2].rjust(2, _DIGIT_SPACE), *parts[3:]] if len(parts) > 2 else []
    return fmt.NO_BREAK * padding + fmt.NO_BREAK.join([*parts[:2], *smaller])


def _column(column: str, rows: Sequence[dict[str, Any]], zone: str, beside: int) -> Any:
    """Return a column's settings, None for the default. beside: how many columns the table has."""
    sample = next((row[column] for row in rows if row.get(column) is not None), None)
    if isinstance(sample, datetime):
        return st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=zone)
    if minutes_in(column, 0) is not None:
        return st.column_config.TextColumn(alignment="right", width=_DURATION_PX)
    if column == "url":
        return st.column_config.LinkColumn(display_text="Open", validate=r"^https?://")
    if isinstance(sample, bool) or column == "severity":
        return None
    if column.startswith("annual_value"):
        return st.column_config.NumberColumn(format="localized")
    if isinstance(sample, int):
        return st.column_config.NumberColumn(format="%d")
    if column in LONG:
        narrow = _TITLE_OF_EIGHT_PX if beside == _MANY else _TITLE_PX
        return st.column_config.TextColumn(width="large" if beside < _MANY else narrow)
    return None


def download(
    name: str, rows: Callable[[], Sequence[dict[str, Any]]], zone: str, label: str = "Download CSV"
) -> None:
    """Offer rows as a CSV file; they are fetched and written only when the button is pressed.

    zone: the zone of the times in it.
    """
    st.download_button(
        label,
        data=lambda: sheet.to_csv(rows(), zone).encode("utf-8-sig"),
        file_name=f"{text.key(name)}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=f"csv-{text.digest(name)}",
    )
