"""Entries of the journal as data: which of them stand, and all of them as CSV."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reliability.spreadsheets import inert

COLUMNS = ("id", "at", "who", "kind", "subject", "body", "undo_of")


@dataclass(frozen=True)
class Entry:
    """Something that somebody wrote.

    id: grows with every entry; a restored journal assigns it again. at: when, UTC, by the clock of the machine. who: as
    the sign-in names them. kind: "decision", "waiver" ... subject: what it is about (an incident, a change, a
    quarter). body: everything else, as JSON holds it. undo_of: the entry that this one undoes. digest: of this entry
    and all before it, never given twice; "" for one that is only supposed.
    """

    id: int
    at: datetime
    who: str
    kind: str
    subject: str
    body: dict[str, Any]
    undo_of: int | None = None
    digest: str = ""


def undone_by(entries: Iterable[Entry]) -> dict[int, Entry]:
    """Return which entries are undone, each with the entry that undid it. An undo can itself be undone."""
    undone: dict[int, Entry] = {}
    for entry in sorted(entries, key=lambda e: e.id, reverse=True):
        if entry.undo_of is not None and entry.id not in undone:
            undone[entry.undo_of] = entry
    return undone


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that count today, oldest first: neither undone nor an undo."""
    listed = sorted(entries, key=lambda e: e.id)
    undone = undone_by(listed)
    return [entry for entry in listed if entry.undo_of is None and entry.id not in undone]


def to_csv(entries: Iterable[Entry]) -> str:
    """Return entries as CSV with a header row; the body is JSON.

    Text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        text = [inert(value) for value in (entry.who, entry.kind, entry.subject)]
        undo_of = "" if entry.undo_of is None else entry.undo_of
        body = json.dumps(entry.body, ensure_ascii=False)
        writer.writerow([entry.id, entry.at.isoformat(), *text, body, undo_of])
    return out.getvalue()
