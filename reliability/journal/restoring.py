"""Restoring: a checked copy takes the journal's place, and what was there is kept; or nothing changes at all."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from reliability.errors import JournalError
from reliability.journal import file
from reliability.journal.backend import Note, View
from reliability.journal.file_view import FileView, FileWriter
from reliability.journal.soundness import verified

_ROOM = "Make room on the disk; then try again."


def put(source: View, path: Path, wait_seconds: float, note: Note) -> Path | None:
    """Put a sound journal at `path`; returns the file that keeps what was there. The caller holds the lock.

    note: what is written behind its newest entry, in the same step.
    """
    new = path.with_name("journal.new")
    kept = path.with_name(f"journal.replaced-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.sqlite")
    try:
        # Nothing is touched before the copy lies complete and checked on the same disk.
        with _or_unchanged():
            source.copy(new)
            if note is not None:
                with file.writing(new, wait_seconds) as connection:
                    note(FileWriter(connection))
            with file.reading(new, wait_seconds) as connection:
                verified(FileView(connection))
        if not any(_lies(path, suffix) for suffix in file.SUFFIXES):
            with _or_unchanged():
                os.replace(new, path)
                file.sync(path.parent)
            return None
        if _is_sound(path, wait_seconds):
            _overwrite(new, path, kept, wait_seconds)
        else:
            _swap(new, path, kept)
        return kept
    finally:
        file.remove(new)


def _is_sound(path: Path, wait_seconds: float) -> bool:
    try:
        if not file.exists(path):
            return False
        with file.reading(path, wait_seconds) as connection:
            verified(FileView(connection))
    except JournalError as error:
        if "is busy" in error.what:
            raise
        return False
    return True


def _overwrite(new: Path, path: Path, kept: Path, wait_seconds: float) -> None:
    """Copy the journal away, then write the new one over it in one transaction: who reads sees one or the other."""
    with _or_unchanged(), file.reading(path, wait_seconds) as live:
        before = verified(FileView(live))
        part = path.with_name("journal.keeping")
        try:
            file.copy(live, part)
            os.replace(part, kept)
        finally:
            file.remove(part)
    try:
        with (
            contextlib.closing(sqlite3.connect(new)) as source,
            contextlib.closing(sqlite3.connect(path, timeout=wait_seconds)) as live,
        ):
            live.execute("pragma synchronous = extra")
            source.backup(live)
    except BaseException as error:
        if _is_still(path, before, wait_seconds):
            file.remove(kept)
        else:
            file.remove(path)
            os.replace(kept, path)
        raise _unchanged(error) from error


def _is_still(path: Path, before: object, wait_seconds: float) -> bool:
    try:
        with file.reading(path, wait_seconds) as live:
            return verified(FileView(live)) == before
    except JournalError:
        return False


def _swap(new: Path, path: Path, kept: Path) -> None:
    """Keep what cannot be read under names of its own, and put the new one there; all is put back when that fails."""
    moved: list[tuple[Path, Path]] = []
    try:
        with _or_unchanged():
            # What lies beside the old one would be taken for the new one's; the old one itself goes last.
            for suffix in reversed(file.SUFFIXES):
                if _lies(path, suffix):
                    was, now = Path(f"{path}{suffix}"), Path(f"{kept}{suffix}")
                    if suffix or not _linked(was, now):
                        os.replace(was, now)
                    moved.append((was, now))
            os.replace(new, path)
            file.sync(path.parent)
    except BaseException:
        for was, now in reversed(moved):
            os.replace(now, was)
        raise


def _linked(was: Path, now: Path) -> bool:
    """Give a file a second name, so that there is no moment without it."""
    try:
        os.link(was, now, follow_symlinks=False)
    except OSError:
        return False
    return True


def _lies(path: Path, suffix: str) -> bool:
    return os.path.lexists(f"{path}{suffix}")


@contextlib.contextmanager
def _or_unchanged() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, JournalError) as error:
        raise _unchanged(error) from error


def _unchanged(error: BaseException) -> BaseException:
    """Say that the journal is as it was; what is no failure of the disk (a stop by hand) stays what it is."""
    if not isinstance(error, sqlite3.Error | OSError | JournalError):
        return error
    reason = error.what if isinstance(error, JournalError) else str(error)
    return JournalError(f"could not be restored ({reason}); nothing was changed", file.FILE, _ROOM)
