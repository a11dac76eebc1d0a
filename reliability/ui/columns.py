"""Columns of records in words: what a column is called, where it stands, and how its values read."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from reliability import formatting as fmt

_WORDS = {
    "incident_id": "Incident",
    "ticket_id": "Ticket",
    "response_id": "Answer",
    "account_id": "Account",
    "opened_at": "Opened",
    "resolved_at": "Resolved",
    "severity": "Severity",
    "severity_text": "Severity in the tool",
    "recover_minutes": "Time to recover",
    "engage_minutes": "Time to engage",
    "detect_minutes": "Time to detect",
    "open_minutes": "Open for",
    "minutes": "Took",
    "hours": "Took",
    "recover_state": "State",
    "is_repeat": "Repeat",
    "customers_affected": "Customers hit",
    "contributes": "Counts as",
    "left_out": "Left out because",
    "source_file": "File",
    "source_line": "Line",
    "url": "Link",
}
STATES = ("recover_state", "disposition", "contributes")
"""Columns that say how a record stands; on a phone they come first."""
LONG = ("title", "comment", "subject", "detail")
"""Columns of free text, which need a line of their own."""
# Where a record came from stands last; what a person looks for stands first.
_LAST = ("contributes", "left_out", "source", "source_file", "source_line")


def word(column: str) -> str:
    """Return a column's name as a person reads it: "opened_at" -> "Opened", "is_escalated" -> "Escalated"."""
    if column in _WORDS:
        return _WORDS[column]
    name = re.sub("^is_|_(at|minutes|hours)$", "", column).replace("_", " ")
    return name[:1].upper() + name[1:]


def ordered(columns: Iterable[str]) -> list[str]:
    """Return columns with where they came from at the end."""
    names = list(columns)
    return [c for c in names if c not in _LAST] + [c for c in _LAST if c in names]


def minutes_in(column: str, value: Any) -> float | None:
    """Return a duration in minutes when the column holds one by its name, else None."""
    if column == "minutes" or column.endswith("_minutes"):
        return value
    return value * 60 if column == "hours" or column.endswith("_hours") else None


def shown(column: str, value: Any, zone: str) -> str:
    """Return a value as a page writes it: "8 h 15 min", "16 Nov 2025, 09:30", "P1", "yes"; a dash for none."""
    if value is None:
        return fmt.MISSING
    if (minutes := minutes_in(column, value)) is not None:
        return fmt.duration(minutes)
    if isinstance(value, datetime):
        return fmt.instant(value, zone)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column == "severity":
        return f"P{value}"
    if isinstance(value, int):
        return str(value) if column.endswith(("_line", "_id")) else fmt.count(value)
    if isinstance(value, float):
        return f"{value:,.0f}".replace(",", fmt.NO_BREAK) if value == round(value) else f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    return str(value)
