"""Tables of records: readable columns, times in the organisation's zone, and CSV of all rows."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

import streamlit as st

from reliability import formatting as fmt
from reliability.masking import PEOPLE as PEOPLE
from reliability.masking import without_people as without_people
from reliability.ui import navigation, plain, sheet, text
from reliability.ui.columns import minutes_in, ordered, word

MOST_ROWS = 1000
"""Rows of a table that are fetched and sent; the CSV has all."""

_NAMES = ("incident_id", "account", "ticket_id")


def table(
    rows: Sequence[dict[str, Any]],
    key: str,
    zone: str,
    alt: str,
    hide: Sequence[str] = (),
    only: Sequence[str] = (),
    opened: Callable[[dict[str, Any]], None] | None = None,
    height: int | Literal["auto"] = "auto",
    missing: str = "—",
) -> None:
    """Show records as a table that sorts, searches and scrolls inside itself; in a drawer as a plain one.

    hide: columns left away. only: the columns to show, in this order; without it all that hold anything.
    opened: called with a row that is chosen: arrows move in the table, a click or Enter opens the row. missing: what
    stands where a record says nothing. At most `MOST_ROWS` rows are sent.
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
    settings = {word(c): setting for c in columns if (setting := _column(c, shown, zone)) is not None}
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
        # The canvas of the table prints blank.
        st.html(f'<div class="rl-paper">{plain.whole(shown, columns, zone, missing)}</div>')
    if opened is not None:
        navigation.rows_open_by_keyboard()
        if (row := _kept(key)) is not None:
            opened(row)
    if len(rows) >= MOST_ROWS:
        of = f" of {fmt.count(len(rows))}" if len(rows) > MOST_ROWS else ""
        st.caption(f"The first {fmt.count(MOST_ROWS)}{of} rows; the CSV has all of them.")


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
        return timedelta(seconds=round(minutes * 60) if abs(minutes) < 1 else round(minutes) * 60)
    if column == "severity":
        return f"P{value}"
    if isinstance(value, (list, tuple, dict)):
        return ", ".join(str(v) for v in value)
    return value


def _column(column: str, rows: Sequence[dict[str, Any]], zone: str) -> Any:
    sample = next((row[column] for row in rows if row.get(column) is not None), None)
    if isinstance(sample, datetime):
        return st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=zone)
    if minutes_in(column, 0) is not None:
        return st.column_config.NumberColumn(format="localized")
    if column == "url":
        return st.column_config.LinkColumn(display_text="Open", validate=r"^https?://")
    if isinstance(sample, bool) or column == "severity":
        return None
    if column == "annual_value":
        return st.column_config.NumberColumn(format="localized")
    if isinstance(sample, int):
        return st.column_config.NumberColumn(format="%d")
    if column in ("title", "comment", "subject", "detail"):
        return st.column_config.TextColumn(width="large")
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
