"""The journal's file: SQLite in write-ahead mode, one short connection per call.

A kill or a full disk leaves every entry that was confirmed, and none by half.
"""

import contextlib
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
from reliability.journal.entries import Entry, undone_by

FILE = "journal.sqlite"

_BUSY_SECONDS = 20.0
_LONGEST_NAME = 500
_LARGEST_BODY = 20_000_000
_APPLICATION = 0x52454C4A  # "RELJ": tells a journal from any other SQLite file
_LAYOUT = 1
_ONLY_GROWS = "the journal only grows: undo an entry with a new one"
_SCHEMA = f"""
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
create trigger entries_never_change before update on entries begin select raise(abort, '{_ONLY_GROWS}'); end;
create trigger entries_never_go before delete on entries begin select raise(abort, '{_ONLY_GROWS}'); end;
pragma application_id = {_APPLICATION};
pragma user_version = {_LAYOUT};
"""
_KEPT = "Your last backup can be restored; the broken file is kept."
_ROOM = "Make room on the disk, or give the program the right to write there; then try again."
_FULL = ("disk is full", "disk I/O error", "readonly", "unable to open")


class Journal:
    """The journal of one data folder. Any number of threads and processes may use it at the same time.

    Every method raises JournalError, with what to do, when the file cannot be used.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE

    def append(
        self, kind: str, subject: str, body: dict[str, Any], who: str, undo_of: int | None = None
    ) -> Entry:
        """Write one entry and return it; it is on disk when this returns.

        body: anything JSON can hold. Refuses empty names, and an undo of an entry that is not there or is
        undone already.
        """
        for name, value in (("who", who), ("kind", kind), ("subject", subject)):
            _check_name(name, value)
        text = _as_json(body)
        with self._writing() as connection:
            if undo_of is not None:
                self._check_undo(connection, undo_of)
            at = datetime.now(UTC)
            row = (at.isoformat(), who, kind, subject, text, undo_of)
            statement = (
                "insert into entries (at, who, kind, subject, body, undo_of) values (?, ?, ?, ?, ?, ?)"
            )
            written = connection.execute(statement, row).lastrowid
        assert written is not None
        return Entry(written, at, who, kind, subject, json.loads(text), undo_of)

    def undo(self, entry_id: int, who: str, why: str = "") -> Entry:
        """Undo an entry by writing one more; undoing that one brings the first back."""
        target = next((e for e in self.entries() if e.id == entry_id), None)
        if target is None:
            raise JournalError(f"there is no entry {entry_id}", FILE, "Reload the page.")
        return self.append(target.kind, target.subject, {"why": why} if why else {}, who, undo_of=entry_id)

    def entries(self, kind: str | None = None, subject: str | None = None) -> list[Entry]:
        """Return everything ever written, undone or not, oldest first; none when nobody has written yet."""
        if not self._exists():
            return []
        with self._connection() as connection:
            return _read(connection, kind, subject)

    def last_id(self) -> int:
        """Return the newest entry's id, 0 when there is none: it changes whenever the journal does."""
        if not self._exists():
            return 0
        with self._connection() as connection:
            return connection.execute("select coalesce(max(id), 0) from entries").fetchone()[0]

    def check(self) -> None:
        """Raise JournalError when the file is damaged anywhere, also where nobody has read yet."""
        if not self._exists():
            return
        with self._connection() as connection:
            found = connection.execute("pragma integrity_check").fetchone()[0]
        if found != "ok":
            raise JournalError(f"is damaged ({found.splitlines()[0]})", FILE, _KEPT)

    def backup(self, to: Path) -> Path:
        """Copy the journal, as it is at one moment, to the file `to`, replacing an earlier backup there."""
        if to.is_dir():
            to = to / f"journal-{datetime.now(UTC):%Y%m%d-%H%M%S}.sqlite"
        if to.resolve() == self.path.resolve():
            raise JournalError("a backup onto itself", str(to), "Name another file.")
        if not self._exists():
            raise JournalError("there is nothing to back up yet", FILE)
        part = to.with_name(f"{to.name}.{os.getpid()}.part")
        with self._connection() as connection:
            try:
                with contextlib.closing(sqlite3.connect(part)) as copy:
                    connection.backup(copy)
                    copy.execute("pragma journal_mode = delete")
                os.replace(part, to)
            except (sqlite3.Error, OSError) as error:
                remedy = "Name a file in a folder with room."
                raise JournalError(f"the backup failed ({error})", str(to), remedy) from error
            finally:
                part.unlink(missing_ok=True)
        return to

    def restore(self, source: Path) -> Path | None:
        """Put a backup in the journal's place. What was there is kept beside it; returns that file, if any.

        Nothing is touched when `source` is not a sound journal.
        """
        if not source.is_file():
            raise JournalError("there is no such file", str(source), "Name a file that `backup` made.")
        address = f"{source.resolve().as_uri()}?mode=ro"
        with _explained(str(source)), contextlib.closing(sqlite3.connect(address, uri=True)) as copy:
            _check_layout(copy, str(source))
            if copy.execute("pragma integrity_check").fetchone()[0] != "ok":
                raise JournalError("is damaged", str(source), "Name another backup.")
            with self._lock():
                kept = self._keep()
                if not self._exists():
                    self._create()
                with self._connection() as live:
                    copy.backup(live)
        return kept

    def _keep(self) -> Path | None:
        """Keep what is there under another name: as a copy, or by moving it away when it cannot be read."""
        parts = [Path(f"{self.path}{suffix}") for suffix in ("-wal", "-shm", "")]
        if not any(part.exists() for part in parts):
            return None
        kept = self.path.with_name(f"journal.replaced-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.sqlite")
        try:
            self.check()
            return self.backup(kept)
        except JournalError:
            for part in filter(Path.exists, parts):
                os.replace(part, part.with_name(part.name.replace(FILE, kept.name)))
            return kept

    def _exists(self) -> bool:
        """Whether there is a journal; entries without their main file are not taken for an empty one."""
        wal = Path(f"{self.path}-wal")
        empty = not self.path.exists() or self.path.stat().st_size == 0
        if empty and wal.exists() and wal.stat().st_size > 0:
            remedy = f"Put {FILE} back beside {wal.name}, or restore a backup."
            raise JournalError("is missing, but newer entries are there", FILE, remedy)
        return not empty

    def _lock(self) -> FileLock:
        """One writer at a time; the system releases it when its holder dies."""
        if not self.path.parent.is_dir():
            raise JournalError("there is no such folder", str(self.path.parent), "Name the data folder.")
        return FileLock(self.path.with_name("journal.lock"), timeout=_BUSY_SECONDS, poll_interval=0.01)

    def _create(self) -> None:
        """Make the file with its table; it appears whole or not at all. The caller holds the lock."""
        part = self.path.with_name("journal.new")
        for suffix in ("-wal", "-shm", ""):
            Path(f"{part}{suffix}").unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(f"begin immediate; {_SCHEMA} commit;")
        os.replace(part, self.path)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with _explained(FILE):
            address = f"{self.path.resolve().as_uri()}?mode=rw"
            connection = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                connection.execute("pragma synchronous = full")
                _check_layout(connection, FILE)
                yield connection
            finally:
                connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that is written whole or not at all."""
        with _explained(FILE), self._lock():
            if not self._exists():
                self._create()
            with self._connection() as connection:
                connection.execute("begin immediate")
                try:
                    yield connection
                    connection.execute("commit")
                except BaseException:
                    with contextlib.suppress(sqlite3.Error):
                        connection.execute("rollback")
                    raise

    @staticmethod
    def _check_undo(connection: sqlite3.Connection, entry_id: int) -> None:
        entries = _read(connection, None, None)
        if not any(e.id == entry_id for e in entries):
            raise JournalError(f"there is no entry {entry_id} to undo", FILE, "Reload the page.")
        if by := undone_by(entries).get(entry_id):
            what = f"entry {entry_id} was already undone by {by.who}"
            raise JournalError(what, FILE, f"Undo entry {by.id} to bring it back.")


def _read(connection: sqlite3.Connection, kind: str | None, subject: str | None) -> list[Entry]:
    rows = connection.execute(
        "select id, at, who, kind, subject, body, undo_of from entries"
        " where (?1 is null or kind = ?1) and (?2 is null or subject = ?2) order by id",
        (kind, subject),
    )
    return [
        Entry(number, datetime.fromisoformat(at), who, kind_, subject_, json.loads(body), undo_of)
        for number, at, who, kind_, subject_, body, undo_of in rows
    ]


def _check_layout(connection: sqlite3.Connection, where: str) -> None:
    application = connection.execute("pragma application_id").fetchone()[0]
    layout = connection.execute("pragma user_version").fetchone()[0]
    if application != _APPLICATION:
        raise JournalError("is not a journal", where, "Move it away, or restore a backup.")
    if layout > _LAYOUT:
        raise JournalError("was written by a newer version of this program", where, "Update this program.")


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """Turn the errors of SQLite and of the lock into ones a person can act on."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        if _ONLY_GROWS in text:
            raise JournalError(_ONLY_GROWS, where) from error
        if "locked" in text or "busy" in text:
            remedy = "Somebody else is writing: try again in a moment."
            raise JournalError("is busy; nothing was written", where, remedy) from error
        if any(part in text for part in _FULL):
            remedy = "Make room on the disk, or give the program the right to write there; then try again."
            raise JournalError(
                f"could not be written ({text}); nothing was changed", where, remedy
            ) from error
        raise JournalError(f"cannot be read ({text})", where, _KEPT) from error
    except TimeoutError as error:
        raise JournalError("is busy; nothing was written", where, "Try again in a moment.") from error
    except OSError as error:
        raise JournalError(
            f"could not be written ({error.strerror}); nothing was changed", where, _ROOM
        ) from error


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
    except (TypeError, ValueError) as error:
        raise JournalError(f"the entry cannot be kept as JSON ({error})", FILE, "Report this.") from error
    if len(text) > _LARGEST_BODY:
        raise JournalError(f"the entry is larger than {_LARGEST_BODY // 1_000_000} MB", FILE, "Shorten it.")
    return text
