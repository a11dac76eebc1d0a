"""Records as CSV for people with a spreadsheet: names and values as on the page, in a form it can reckon with."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reliability.masking import PEOPLE
from reliability.spreadsheets import inert
from reliability.ui.columns import minutes_in, ordered, word

_DIGITS = 4  # as many as a page shows of a number that is not whole


def to_csv(rows: Sequence[dict[str, Any]], zone: str) -> str:
    """Write records as CSV, without the people they name.

    zone: that of the times, named by their columns; `2025-11-16 09:30:00` is a time for every spreadsheet. Durations
    are minutes, whole from one minute on. Lists are joined, and nothing in the file is run.
    """
    out = io.StringIO(newline="")
    columns = [column for column in ordered(rows[0]) if column not in PEOPLE] if rows else []
    names = [_name(column, rows, zone) for column in columns]
    writer = csv.writer(out)
    writer.writerow(
        f"{name} [{column}]" if names.count(name) > 1 else name
        for name, column in zip(names, columns, strict=True)
    )
    at = ZoneInfo(zone)
    writer.writerows([_cell(column, row.get(column), at) for column in columns] for row in rows)
    return out.getvalue()


def _name(column: str, rows: Sequence[dict[str, Any]], zone: str) -> str:
    if minutes_in(column, 0) is not None:
        return f"{word(column)} (minutes)"
    sample = next((row[column] for row in rows if row.get(column) is not None), None)
    return f"{word(column)} ({zone})" if isinstance(sample, datetime) else word(column)


def _cell(column: str, value: Any, zone: ZoneInfo) -> Any:
    """Return a cell. Text that a spreadsheet would take for a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if (minutes := minutes_in(column, value)) is not None:
        return round(minutes) if abs(minutes) >= 1 else _rounded(float(minutes))
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column == "severity":
        return f"P{value}"
    if isinstance(value, float):
        return _rounded(value)
    if isinstance(value, Mapping):
        return inert("; ".join(f"{name}: {_cell(name, held, zone)}" for name, held in value.items()))
    if isinstance(value, (list, tuple)):
        return inert(", ".join(str(_cell("", part, zone)) for part in value))
    return inert(value) if isinstance(value, str) else value


def _rounded(value: float) -> float | int:
    """Return a number with the digits a page shows, and never less than its whole part."""
    if not math.isfinite(value) or value == 0:
        return value
    places = max(0, _DIGITS - 1 - math.floor(math.log10(abs(value))))
    kept = round(value, places)
    return int(kept) if kept == int(kept) else kept
