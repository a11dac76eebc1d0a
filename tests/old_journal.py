"""A journal as versions before the chain wrote it: no digests, a write-ahead log."""

import json
import sqlite3
from pathlib import Path
from typing import Any

SCHEMA = """
create table entries (
    id integer primary key autoincrement,
    at text not null,
    who text not null,
    kind text not null,
    subject text not null,
    body text not null,
    undo_of integer references entries (id)
);
create index entries_by_kind on entries (kind, subject);
create trigger entries_never_change before update on entries begin select raise(abort, 'the journal only grows'); end;
create trigger entries_never_go before delete on entries begin select raise(abort, 'the journal only grows'); end;
pragma application_id = 0x52454C4A;
pragma user_version = 1;
"""


def write_old_journal(data_dir: Path, subjects: list[str]) -> Path:
    """Write a journal of layout 1 with a decision for each subject, and return its file."""
    path = data_dir / "journal.sqlite"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.executescript(SCHEMA)
    for number, subject in enumerate(subjects):
        row = (
            f"2025-11-17T08:00:{number % 60:02}+00:00",
            "ana",
            "decision",
            subject,
            json.dumps({"n": number}),
        )
        connection.execute("insert into entries (at, who, kind, subject, body) values (?, ?, ?, ?, ?)", row)
    connection.close()
    return path


def add_old_entry(path: Path, kind: str, subject: str, body: dict[str, Any]) -> None:
    """Write one more entry into a journal of layout 1."""
    connection = sqlite3.connect(path, isolation_level=None)
    row = ("2025-11-17T09:00:00+00:00", "ana", kind, subject, json.dumps(body))
    connection.execute("insert into entries (at, who, kind, subject, body) values (?, ?, ?, ?, ?)", row)
    connection.close()
