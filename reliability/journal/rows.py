"""Rows: an entry as the file holds it, and what makes one unreadable."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from reliability.errors import JournalError
from reliability.journal.entries import Entry

DAMAGED = (
    "`journal csv` prints what can be read; `journal restore` puts a backup in its place and keeps this file."
)

ONLY_GROWS = "the journal only grows: undo an entry with a new one"

UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file raises; the second where not even SQLite's message is text."""


class Row(NamedTuple):
    """The columns of one entry, of any type that a damaged file may give. digest: "" in a journal without a chain."""

    id: Any
    at: Any
    who: Any
    kind: Any
    subject: Any
    body: Any
    undo_of: Any
    digest: Any = ""


def select(connection: sqlite3.Connection, is_chained: bool, where: str = "", *values: Any) -> Iterator[Row]:
    """Read rows, oldest first. where: a condition of the program's own."""
    columns = ", ".join(Row._fields if is_chained else Row._fields[:-1])
    condition = f" where {where}" if where else ""
    for row in connection.execute(f"select {columns} from entries{condition} order by id", values):
        yield Row(*row)


def damage(row: Row) -> str:
    """Return why a row cannot be an entry, "" when it can."""
    for name in ("at", "who", "kind", "subject", "body"):
        value = getattr(row, name)
        if not isinstance(value, str):
            return f"its {name} is no text"
        try:
            value.encode()
        except UnicodeEncodeError:
            return f"its {name} is no text"
    try:
        if datetime.fromisoformat(row.at).tzinfo is None:
            return "its instant has no time zone"
    except ValueError:
        return "its instant cannot be read"
    try:
        if not isinstance(json.loads(row.body), dict):
            return "its body is not a JSON object"
    except (ValueError, RecursionError):
        return "its body is no JSON"
    if row.undo_of is not None and not (isinstance(row.undo_of, int) and 0 < row.undo_of < row.id):
        return "it undoes an entry that is not before it"
    return ""


def entry(row: Row) -> Entry:
    """Return a row as an entry. Raises JournalError, naming the entry, for a damaged one."""
    if why := damage(row):
        raise JournalError(f"entry {row.id} is damaged ({why})", remedy=DAMAGED)
    at = datetime.fromisoformat(row.at)
    return Entry(
        row.id, at, row.who, row.kind, row.subject, json.loads(row.body), row.undo_of, row.digest or ""
    )
