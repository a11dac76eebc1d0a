"""The journal of one data folder: append, undo, read, verify, back up, restore."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from reliability.errors import JournalError
from reliability.journal import file, restoring
from reliability.journal.chain import START, Verified, link, verify
from reliability.journal.entries import Entry, undone_by
from reliability.journal.file import FILE
from reliability.journal.rows import Row, entry, select
from reliability.journal.salvage import Salvaged, salvage
from reliability.journal.soundness import verified

_BUSY_SECONDS = 20.0
_LONGEST_NAME = 500
_LARGEST_BODY = 20_000_000

# Files found whole: a page asks several times, and nothing can have changed while the file has not.
_found_whole: dict[Path, tuple[tuple[int, ...], ...]] = {}


class Journal:
    """The journal of one data folder. Any number of threads and processes may use it at the same time.

    Every method raises JournalError, with what to do, when the file cannot be used.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE

    def append(self, kind: str, subject: str, body: dict[str, Any], who: str) -> Entry:
        """Write one entry and return it; it is on disk when this returns.

        body: anything JSON can hold. Refuses empty names.
        """
        for name, value in (("who", who), ("kind", kind), ("subject", subject)):
            _check_name(name, value)
        text = _as_json(body)
        with self._writing() as connection:
            return _add(connection, who, kind, subject, text, None)

    def undo(self, entry_id: int, who: str, why: str = "", digest: str = "") -> Entry:
        """Undo an entry by writing one more; undoing that one brings the first back.

        digest: the entry's, as whoever undoes it saw it: after a restore the same number may be another entry, which
        is then left alone. Refuses an entry that is not there, is another one, or is undone already.
        """
        _check_name("who", who)
        text = _as_json({"why": why} if why else {})
        if not file.exists(self.path):
            raise JournalError(f"there is no entry {entry_id} to undo", FILE, "Reload the page.")
        with self._writing() as connection:
            entries = [entry(row) for row in file.rows(connection)]
            target = next((e for e in entries if e.id == entry_id), None)
            if target is None:
                raise JournalError(f"there is no entry {entry_id} to undo", FILE, "Reload the page.")
            if digest and digest != target.digest:
                what = f"entry {entry_id} is not the one that was shown: the journal was restored since"
                raise JournalError(what, FILE, "Reload the page and look again.")
            if by := undone_by(entries).get(entry_id):
                what = f"entry {entry_id} was already undone by {by.who}"
                raise JournalError(what, FILE, f"Undo entry {by.id} to bring it back.")
            return _add(connection, who, target.kind, target.subject, text, entry_id)

    def entries(self, kind: str | None = None, subject: str | None = None) -> list[Entry]:
        """Return everything ever written, undone or not, oldest first; none when nobody has written yet.

        Raises JournalError when any entry is damaged, of whatever kind: what it undid would count again.
        """
        if not file.exists(self.path):
            return []
        before = file.stamp(self.path)
        with self._reading() as connection:
            if _found_whole.get(self.path) != before:
                verify(file.rows(connection))
                _found_whole[self.path] = before
            if not file.is_chained(connection):
                found = (entry(row) for row in file.rows(connection))
                return [e for e in found if kind in (None, e.kind) and subject in (None, e.subject)]
            condition = "(?1 is null or kind = ?1) and (?2 is null or subject = ?2)"
            return [entry(row) for row in select(connection, True, condition, kind, subject)]

    def state(self, kind: str | None = None) -> str:
        """Return what names the journal's contents: it changes with every entry, and no other contents have it.

        kind: only what is of that kind counts, undone or not. "" when nobody has written such a thing yet. Numbers of
        entries come back after a restore; this does not.
        """
        if not file.exists(self.path):
            return ""
        with self._reading() as connection:
            if not file.is_chained(connection):
                found = [row.digest for row in file.rows(connection) if kind in (None, entry(row).kind)]
                return found[-1] if found else ""
            newest = connection.execute(
                "select digest from entries where ?1 is null or kind = ?1 order by id desc limit 1", (kind,)
            ).fetchone()
        return str(newest[0]) if newest else ""

    def verify(self, includes: str = "") -> Verified:
        """Hold the file and every entry to what was written.

        includes: a digest noted earlier, or its first digits. Raises JournalError with the first thing that is wrong.
        """
        if not file.exists(self.path):
            if includes:
                raise JournalError("nobody has written yet", FILE, "Restore a backup.")
            return Verified()
        with self._reading() as connection:
            return verified(connection, includes)

    def salvage(self) -> Salvaged:
        """Read what can be read of a damaged journal, and say what cannot."""
        if not file.exists(self.path):
            return Salvaged([], [])
        with file.reading(self.path, _BUSY_SECONDS, past_damage=True) as connection:
            found = salvage(connection)
        if not found.problems:
            try:
                self.entries()
            except JournalError as error:  # every entry is there, the file around them is damaged
                return Salvaged(found.entries, [error.what])
        return found

    def backup(self, to: Path) -> Path:
        """Copy the journal, as it is at one moment, to the file `to`, replacing an earlier backup there.

        A damaged journal is not copied: it would replace the good copy.
        """
        if to.is_dir():
            to = to / f"journal-{datetime.now(UTC):%Y%m%d-%H%M%S}.sqlite"
        if to.resolve() == self.path.resolve():
            raise JournalError("a backup onto itself", str(to), "Name another file.")
        if not file.exists(self.path):
            raise JournalError("there is nothing to back up yet", FILE)
        part = to.with_name(f"{to.name}.{os.getpid()}.part")
        with self._reading() as connection:
            verified(connection)
            try:
                file.copy(connection, part)
                os.replace(part, to)
                file.sync(to.parent)
            except (sqlite3.Error, OSError) as error:
                remedy = "Name a file in a folder with room."
                raise JournalError(f"the backup failed ({error})", str(to), remedy) from error
            finally:
                file.remove(part)
        return to

    def restore(self, source: Path) -> Path | None:
        """Put a backup in the journal's place. What was there is kept beside it; returns that file, if any.

        Nothing is touched when `source` is not a sound journal, or when anything fails on the way.
        """
        if not source.is_file():
            raise JournalError("there is no such file", str(source), "Name a file that `backup` made.")
        if source.resolve() == self.path.resolve():
            raise JournalError("is the journal itself", str(source), "Name a file that `backup` made.")
        with file.reading(source, _BUSY_SECONDS, str(source)) as copy:
            try:
                verified(copy)
            except JournalError as error:
                raise JournalError(error.what, str(source), "Name another backup.") from error
            with file.explained(FILE), self._lock():
                return restoring.put(copy, self.path, _BUSY_SECONDS)

    def _lock(self) -> FileLock:
        """One writer at a time; the system releases it when its holder dies."""
        if not self.path.parent.is_dir():
            raise JournalError("there is no such folder", str(self.path.parent), "Name the data folder.")
        return FileLock(self.path.with_name("journal.lock"), timeout=_BUSY_SECONDS, poll_interval=0.01)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with file.reading(self.path, _BUSY_SECONDS) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with file.explained(FILE), self._lock():
            if not file.exists(self.path):
                file.create(self.path)
            with file.writing(self.path, _BUSY_SECONDS) as connection:
                yield connection


def _add(
    connection: sqlite3.Connection, who: str, kind: str, subject: str, body: str, undo_of: int | None
) -> Entry:
    """Write one row behind the newest."""
    newest = connection.execute("select id, digest from entries order by id desc limit 1").fetchone()
    before = str(newest[1]) if newest else START
    # A number is never given twice, not even when entries were taken off the end.
    given = connection.execute("select max(seq) from sqlite_sequence where name = 'entries'").fetchone()[0]
    number = max(given if isinstance(given, int) else 0, newest[0] if newest else 0) + 1
    row = Row(number, datetime.now(UTC).isoformat(), who, kind, subject, body, undo_of)
    row = row._replace(digest=link(before, row))
    connection.execute(
        "insert into entries (id, at, who, kind, subject, body, undo_of, digest)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    return entry(row)


def _check_name(name: str, value: str) -> None:
    if not value.strip():
        raise JournalError(f"'{name}' is empty", FILE, "Say it.")
    if len(value) > _LONGEST_NAME:
        raise JournalError(f"'{name}' is longer than {_LONGEST_NAME} characters", FILE, "Shorten it.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise JournalError(f"'{name}' holds a character that is no text", FILE, "Type it again.") from error


def _as_json(body: dict[str, Any]) -> str:
    try:
        text = json.dumps(body, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise JournalError(f"the entry cannot be kept as JSON ({error})", FILE, "Report this.") from error
    if len(text) > _LARGEST_BODY:
        raise JournalError(f"the entry is larger than {_LARGEST_BODY // 1_000_000} MB", FILE, "Shorten it.")
    return text
