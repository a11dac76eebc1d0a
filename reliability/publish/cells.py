"""Cells of a spreadsheet: values with their types, and the text by which a written and a read one are compared."""

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from reliability.formatting import local

Cell = str | bool | int | float | datetime | date | None

# XML has no word for these, and Excel keeps no more than so many characters of a cell.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767
_WHOLE_DIGITS = 15


def clean(text: str) -> str:
    """Return text as a cell can hold it: without what XML forbids, and not longer than Excel allows."""
    found = _FORBIDDEN.sub("\ufffd", text)
    return found if len(found) <= _LONGEST else f"{found[: _LONGEST - 1]}…"


def typed(value: Any, kind: str, zone: str) -> Cell:
    """Return a kept JSON value as a cell. kind: its SQL type; an instant becomes the organisation's local time.

    Lists become text, and whole numbers with more digits than a spreadsheet keeps do too.
    """
    if value is None:
        return None
    if kind == "timestamptz":
        return local(datetime.fromisoformat(value), zone)
    if kind == "date":
        return date.fromisoformat(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**_WHOLE_DIGITS:
        return str(value)
    return value if isinstance(value, str | bool | int | float) else str(value)


def written(value: Cell) -> Cell:
    """Return a cell as spreadsheets hold it: local time without a zone, to the second; no number that is none."""
    if isinstance(value, datetime):
        return rounded(value.replace(tzinfo=None))
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return clean(value) if isinstance(value, str) else value


def rounded(moment: datetime) -> datetime:
    """Return a moment to the second: spreadsheets keep days as fractions, which are off by microseconds."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def canonical(value: Any) -> str:
    """Return a cell as text that is the same before writing and after reading, whichever program saved it."""
    if isinstance(value, datetime):
        value = rounded(value.replace(tzinfo=None))
        # A date at midnight and a day are the same cell to a spreadsheet.
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return f"{value:.12g}" if math.isfinite(value) else ""
    if value is None:
        return ""
    return " ".join(clean(str(value)).split())
