"""The journal of one data folder: append, undo, read, verify, back up, restore."""

import json
import os
import sqlite3
from collections.abc import Hashable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reliability.errors import JournalError
from reliability.journal import file, sqlite
from reliability.journal.backend import Backend, Writer
from reliability.journal.chain import START, Verified, link, verify
from reliability.journal.entries import Entry, undone_by
from reliability.journal.file import FILE
from reliability.journal.places import backend_of
from reliability.journal.rows import Row, entry
from reliability.journal.salvage import Salvaged, salvage
from reliability.journal.soundness import verified

KIND = "journal"
"""What is done to the journal itself."""

_BUSY_SECONDS = 20.0
_LONGEST_NAME = 500
_LARGEST_BODY = 20_000_000

# Journals found whole: a page asks several times, and nothing can have changed while the stamp has not.
_found_whole: dict[str, Hashable] = {}


class Journal:
    """The journal of one data folder. Any number of threads and processes may use it at the same time.

    Every method raises JournalError, with what to do, when it cannot be used.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.path = data_dir / FILE

    @property
    def _backend(self) -> Backend:
        """Where the journal lies."""
        return backend_of(self.data_dir, _BUSY_SECONDS)

    @property
    def where(self) -> str:
        """What messages call it."""
        return self._backend.where

    def append(self, kind: str, subject: str, body: dict[str, Any], who: str) -> Entry:
        """Write one entry and return it; it is on disk when this returns.

        body: anything JSON can hold. Refuses empty names.
        """
        backend = self._backend
        for name, value in (("who", who), ("kind", kind), ("subject", subject)):
            _check_name(name, value, backend.where)
        text = _as_json(body, backend.where)
        with backend.writing() as writer:
            return _add(writer, who, kind, subject, text, None)

    def undo(self, entry_id: int, who: str, why: str = "", digest: str = "") -> Entry:
        """Undo an entry by writing one more; undoing that one brings the first back.

        digest: the entry's, as whoever undoes it saw it: after a restore the same number may be another entry, which
        is then left alone. Refuses an entry that is not there, is another one, or is undone already.
        """
        backend = self._backend
        _check_name("who", who, backend.where)
        text = _as_json({"why": why} if why else {}, backend.where)
        if not backend.exists():
            raise JournalError(f"there is no entry {entry_id} to undo", backend.where, "Reload the page.")
        with backend.writing() as writer:
            entries = [entry(row) for row in writer.rows()]
            target = next((e for e in entries if e.id == entry_id), None)
            if target is None:
                raise JournalError(f"there is no entry {entry_id} to undo", backend.where, "Reload the page.")
            if digest and digest != target.digest:
                what = f"entry {entry_id} is not the one that was shown: the journal was restored since"
                raise JournalError(what, backend.where, "Reload the page and look again.")
            if by := undone_by(entries).get(entry_id):
                what = f"entry {entry_id} was already undone by {by.who}"
                raise JournalError(what, backend.where, f"Undo entry {by.id} to bring it back.")
            return _add(writer, who, target.kind, target.subject, text, entry_id)

    def entries(self, kind: str | None = None, subject: str | None = None) -> list[Entry]:
        """Return everything ever written, undone or not, oldest first; none when nobody has written yet.

        Raises JournalError when any entry is damaged, of whatever kind: what it undid would count again.
        """
        backend = self._backend
        if not backend.exists():
            return []
        with backend.reading() as view:
            if _found_whole.get(backend.key) != view.stamp:
                verify(view.rows())
                _found_whole[backend.key] = view.stamp
            return [entry(row) for row in view.matching(kind, subject)]

    def building(self, wait_seconds: float) -> AbstractContextManager[None]:
        """Hold the lock of builds of all machines that share this journal, where it is in a database.

        Raises JournalError, naming who holds it, when another build does for longer than `wait_seconds`.
        """
        return self._backend.building(wait_seconds)

    def state(self, kind: str | None = None) -> str:
        """Return what names the journal's contents: it changes with every entry, and no other contents have it.

        kind: only what is of that kind counts, undone or not. "" when nobody has written such a thing yet. Numbers of
        entries come back after a restore; this does not.
        """
        backend = self._backend
        if not backend.exists():
            return ""
        with backend.reading() as view:
            return view.newest_digest(kind)

    def verify(self, includes: str = "") -> Verified:
        """Hold the storage and every entry to what was written.

        includes: a digest noted earlier, or its first digits. Raises JournalError with the first thing that is wrong.
        """
        backend = self._backend
        if not backend.exists():
            if includes:
                raise JournalError("nobody has written yet", backend.where, "Restore a backup.")
            return Verified()
        with backend.reading() as view:
            return verified(view, includes)

    def salvage(self) -> Salvaged:
        """Read what can be read of a damaged journal, and say what cannot."""
        backend = self._backend
        if not backend.exists():
            return Salvaged([], [])
        with backend.reading(past_damage=True) as view:
            found = salvage(view)
        if not found.problems:
            try:
                self.entries()
            except JournalError as error:  # every entry is there, what is around them is damaged
                return Salvaged(found.entries, [error.what])
        return found

    def backup(self, to: Path) -> Path:
        """Copy the journal, as it is at one moment, to the file `to`, replacing an earlier backup there.

        A damaged journal is not copied: it would replace the good copy.
        """
        backend = self._backend
        if to.is_dir():
            to = to / f"journal-{datetime.now(UTC):%Y%m%d-%H%M%S}.sqlite"
        if to.resolve() == self.path.resolve():
            raise JournalError("a backup onto itself", str(to), "Name another file.")
        if not backend.exists():
            raise JournalError("there is nothing to back up yet", backend.where)
        part = to.with_name(f"{to.name}.{os.getpid()}.part")
        with backend.reading() as view:
            verified(view)
            try:
                view.copy(part)
                os.replace(part, to)
                file.sync(to.parent)
            except (sqlite3.Error, OSError) as error:
                remedy = "Name a file in a folder with room."
                raise JournalError(f"the backup failed ({error})", str(to), remedy) from error
            finally:
                file.remove(part)
        return to

    def restore(self, source: Path, who: str = "") -> Path | None:
        """Put a backup in the journal's place. What was there is kept in the data folder; returns that file, if any.

        who: restores it, which becomes one more entry behind those of the backup; "" for none, to compare the two.
        Nothing is touched when `source` is not a sound journal, or when anything fails on the way.
        """
        backend = self._backend
        if not source.is_file():
            raise JournalError("there is no such file", str(source), "Name a file that `backup` made.")
        if backend.file and source.resolve() == backend.file.resolve():
            raise JournalError("is the journal itself", str(source), "Name a file that `backup` made.")
        with sqlite.opened(source, _BUSY_SECONDS, str(source)) as copy:
            try:
                verified(copy)
            except JournalError as error:
                raise JournalError(error.what, str(source), "Name another backup.") from error
            if not who:
                return backend.replace(copy)
            body = {"action": "restored", "from": source.name, "newest_digest": copy.newest_digest(None)}
            text = _as_json(body, backend.where)
            return backend.replace(copy, lambda writer: _add(writer, who, KIND, "restore", text, None))


def _add(writer: Writer, who: str, kind: str, subject: str, body: str, undo_of: int | None) -> Entry:
    """Write one row behind the newest."""
    last = writer.last_number()
    before = writer.newest_digest(None) or START
    # A number is never given twice, not even when entries were taken off the end.
    number = max(writer.given(), last) + 1
    row = Row(number, datetime.now(UTC).isoformat(), who, kind, subject, body, undo_of)
    row = row._replace(digest=link(before, row))
    writer.add(row)
    return entry(row)


def _check_name(name: str, value: str, where: str) -> None:
    if not value.strip():
        raise JournalError(f"'{name}' is empty", where, "Say it.")
    if len(value) > _LONGEST_NAME:
        raise JournalError(f"'{name}' is longer than {_LONGEST_NAME} characters", where, "Shorten it.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise JournalError(
            f"'{name}' contains a character that is not text", where, "Type it again."
        ) from error
    if "\0" in value:  # PostgreSQL keeps no such text
        raise JournalError(f"'{name}' contains a character that is not text", where, "Type it again.")


def _as_json(body: dict[str, Any], where: str) -> str:
    try:
        text = json.dumps(body, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise JournalError(f"the entry cannot be kept as JSON ({error})", where, "Report this.") from error
    if len(text) > _LARGEST_BODY:
        raise JournalError(f"the entry is larger than {_LARGEST_BODY // 1_000_000} MB", where, "Shorten it.")
    return text
