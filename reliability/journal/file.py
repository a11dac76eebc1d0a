"""The journal's file: one SQLite database, opened for each use, with errors that a person can act on.

It is kept without a write-ahead log: that needs files beside it even to read, which a full or read-only disk refuses.
A rollback journal lies beside it only while an entry is written.
"""

import contextlib
import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from reliability.errors import JournalError
from reliability.journal.chain import chained
from reliability.journal.rows import DAMAGED, ONLY_GROWS, UNREADABLE, Row, entry, select

FILE = "journal.sqlite"
SUFFIXES = ("", "-wal", "-shm", "-journal")
"""What may belong to the database: itself, and what SQLite puts beside it."""

APPLICATION = 0x52454C4A  # "RELJ": distinguishes a journal from any other SQLite file
LAYOUT = 2
"""1: without digests, 2: with."""

_TRIGGERS = f"""
create trigger entries_never_change before update on entries begin select raise(abort, '{ONLY_GROWS}'); end;
create trigger entries_never_go before delete on entries begin select raise(abort, '{ONLY_GROWS}'); end;
"""
_SCHEMA = f"""
create table entries (
    id integer primary key autoincrement,
    at text not null,
    who text not null,
    kind text not null,
    subject text not null,
    body text not null,
    undo_of integer references entries (id),
    digest text
);
create index entries_by_kind on entries (kind, subject);
{_TRIGGERS}
pragma application_id = {APPLICATION};
pragma user_version = {LAYOUT};
"""
_ROOM = "Make room on the disk, or give the program the right to write there; then try again."
_FULL = ("is full", "disk I/O error", "readonly", "unable to open")


def exists(path: Path) -> bool:
    """Whether there is a journal. Raises JournalError for what must not be taken for an empty one."""
    if path.is_dir():
        raise JournalError("is a folder, not a journal", path.name, "Move it away, or restore a backup.")
    if path.is_symlink() and not path.exists():
        raise JournalError("is a link to a file that is not there", path.name, "Put that file back.")
    wal = Path(f"{path}-wal")
    if not path.exists():
        if wal.exists() and wal.stat().st_size > 0:
            remedy = f"Put {path.name} back beside {wal.name}, or restore a backup."
            raise JournalError("is missing, but newer entries are there", path.name, remedy)
        return False
    if path.stat().st_size == 0:
        remedy = "Restore a backup. To begin a new journal, remove the file."
        raise JournalError("is empty: it was cut off", path.name, remedy)
    return True


def stamp(path: Path) -> tuple[tuple[int, ...], ...]:
    """What changes whenever the file does."""
    found = []
    for suffix in SUFFIXES:
        with contextlib.suppress(OSError):
            stat = Path(f"{path}{suffix}").stat()
            found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns))
    return tuple(found)


@contextmanager
def reading(
    path: Path, wait_seconds: float, where: str = "", past_damage: bool = False
) -> Iterator[sqlite3.Connection]:
    """One view of the journal at one moment, also where nothing can be written.

    past_damage: what can be read of a file that was cut off is read, instead of refusing all of it.
    """
    with explained(where or path.name, writes=False), contextlib.ExitStack() as held:
        try:
            connection = held.enter_context(contextlib.closing(_open(path, "mode=rw", wait_seconds)))
            if past_damage:
                connection.execute("pragma writable_schema = on")
            connection.execute("begin")
            connection.execute("select count(*) from sqlite_schema").fetchone()
        except sqlite3.OperationalError as error:
            if not any(part in str(error) for part in _FULL):
                raise
            connection = held.enter_context(_snapshot(path, error))
        check_layout(connection, where or path.name)
        yield connection


@contextmanager
def _snapshot(path: Path, why: sqlite3.OperationalError) -> Iterator[sqlite3.Connection]:
    """Read a journal beside which SQLite may put nothing; what lies there already is read on a copy."""
    beside = [suffix for suffix in ("-wal", "-journal") if _size(Path(f"{path}{suffix}"))]
    if not beside:
        with contextlib.closing(_open(path, "mode=ro&immutable=1", 0)) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="journal-") as folder:
        copy = Path(folder) / FILE
        try:
            for suffix in ("", *beside):
                shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        except OSError:
            raise why from None
        with contextlib.closing(_open(copy, "mode=rw", 0)) as connection:
            yield connection


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@contextmanager
def writing(path: Path, wait_seconds: float) -> Iterator[sqlite3.Connection]:
    """One transaction that is written whole or not at all. The caller holds the lock; the journal exists."""
    with explained(path.name), contextlib.closing(_open(path, "mode=rw", wait_seconds)) as connection:
        # The removal of the rollback journal is what commits: it must reach the disk too.
        connection.execute("pragma synchronous = extra")
        if check_layout(connection, path.name) < LAYOUT:
            _upgrade(connection)
        connection.execute("begin immediate")
        try:
            yield connection
            connection.execute("commit")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("rollback")
            raise


def create(path: Path) -> None:
    """Make an empty journal; it appears whole or not at all. The caller holds the lock."""
    part = path.with_name("journal.new")
    remove(part)
    try:
        with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection:
            connection.executescript(f"begin immediate; {_SCHEMA} commit;")
        os.replace(part, path)
        sync(path.parent)
    finally:
        remove(part)


def copy(source: sqlite3.Connection, to: Path) -> None:
    """Copy the database, as it is at one moment, to a new file that lies on disk when this returns."""
    remove(to)
    with contextlib.closing(sqlite3.connect(to)) as made:
        source.backup(made)
        made.execute("pragma journal_mode = delete")
    sync(to)


def write_rows(to: Path, rows: Iterable[Row], given: int) -> None:
    """Write rows as they are to a new journal that lies on disk when this returns. given: the highest number given."""
    remove(to)
    with contextlib.closing(sqlite3.connect(to, isolation_level=None)) as made:
        made.executescript(_SCHEMA)
        made.execute("begin")
        made.executemany(
            f"insert into entries ({', '.join(Row._fields)}) values (?, ?, ?, ?, ?, ?, ?, ?)", rows
        )
        made.execute("delete from sqlite_sequence")
        made.execute("insert into sqlite_sequence values ('entries', ?)", (given,))
        made.execute("commit")
    sync(to)


def remove(path: Path) -> None:
    """Remove a database and what belongs to it."""
    for suffix in SUFFIXES:
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file or folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_layout(connection: sqlite3.Connection, where: str) -> int:
    """Return the layout. Raises JournalError for another database and for a newer layout."""
    application = connection.execute("pragma application_id").fetchone()[0]
    layout = connection.execute("pragma user_version").fetchone()[0]
    if application != APPLICATION:
        raise JournalError("is not a journal", where, "Move it away, or restore a backup.")
    if layout > LAYOUT:
        raise JournalError("was written by a newer version of this program", where, "Update this program.")
    return layout


def rows(connection: sqlite3.Connection) -> Iterator[Row]:
    """Every row, oldest first, with its digest also where the file has none yet."""
    if is_chained(connection):
        return select(connection, is_chained=True)
    return chained(select(connection, is_chained=False))


def is_chained(connection: sqlite3.Connection) -> bool:
    """Whether the file holds digests."""
    return connection.execute("pragma user_version").fetchone()[0] >= LAYOUT


def _open(path: Path, mode: str, wait_seconds: float) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?{mode}"
    connection = sqlite3.connect(address, uri=True, timeout=wait_seconds, isolation_level=None)
    # What is not text is reported by entry, not by a failure of the whole.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return connection


def _upgrade(connection: sqlite3.Connection) -> None:
    """Give a journal of layout 1 its digests, in one transaction; readers see the old one or the new one."""
    with contextlib.suppress(
        sqlite3.OperationalError
    ):  # somebody reads: it keeps its log until the next entry
        connection.execute("pragma journal_mode = delete")
    connection.execute("begin immediate")
    try:
        if not is_chained(connection):
            digests = []
            for row in rows(connection):
                entry(row)
                digests.append((row.digest, row.id))
            connection.execute("drop trigger entries_never_change")
            connection.execute("drop trigger entries_never_go")
            connection.execute("alter table entries add column digest text")
            connection.executemany("update entries set digest = ? where id = ?", digests)
            for statement in filter(None, map(str.strip, _TRIGGERS.split("\n"))):
                connection.execute(statement)
            connection.execute(f"pragma user_version = {LAYOUT}")
        connection.execute("commit")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("rollback")
        raise


@contextmanager
def explained(where: str, writes: bool = True) -> Iterator[None]:
    """Turn the errors of SQLite, of the lock and of the disk into ones a person can act on."""
    did = "nothing was written" if writes else "it could not be read"
    try:
        yield
    except JournalError as error:
        raise error if error.where else JournalError(error.what, where, error.remedy) from error
    except UNREADABLE as error:
        text = " ".join(str(error).split())
        if ONLY_GROWS in text:
            raise JournalError(ONLY_GROWS, where) from error
        if "locked" in text or "busy" in text:
            remedy = "Somebody else is writing: try again in a moment."
            raise JournalError(f"is busy; {did}", where, remedy) from error
        if writes and any(part in text for part in _FULL):
            raise JournalError(f"could not be written ({text}); nothing was changed", where, _ROOM) from error
        raise JournalError(f"cannot be read ({text})", where, DAMAGED) from error
    except TimeoutError as error:
        remedy = "Somebody else has been writing all the time: try again in a moment."
        raise JournalError(f"is busy; {did}", where, remedy) from error
    except OSError as error:
        reason = error.strerror or (os.strerror(error.errno) if error.errno else str(error))
        if writes or error.errno in (errno.ENOSPC, errno.EROFS):
            raise JournalError(
                f"could not be written ({reason}); nothing was changed", where, _ROOM
            ) from error
        raise JournalError(f"cannot be read ({reason})", where, "Check its permissions.") from error
