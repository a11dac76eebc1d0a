"""The journal in a file: `journal.sqlite` of the data folder, for one machine."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from reliability.errors import JournalError
from reliability.journal import file, restoring
from reliability.journal.backend import Note, View
from reliability.journal.file_view import FileView, FileWriter


class SqliteBackend:
    """The journal in one file. busy_seconds: how long a writer waits for another one."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self.file = path
        self.where = path.name
        self.key = str(path)
        self._busy_seconds = busy_seconds

    def exists(self) -> bool:
        """Whether there is a journal."""
        return file.exists(self.file)

    @contextmanager
    def reading(self, past_damage: bool = False) -> Iterator[FileView]:
        """One view of the file, also where nothing can be written."""
        stamp: Hashable = file.stamp(self.file)
        with file.reading(self.file, self._busy_seconds, past_damage=past_damage) as connection:
            yield FileView(connection, stamp)

    @contextmanager
    def writing(self) -> Iterator[FileWriter]:
        """One transaction under the lock."""
        with file.explained(self.where), self._lock():
            if not file.exists(self.file):
                file.create(self.file)
            with file.writing(self.file, self._busy_seconds) as connection:
                yield FileWriter(connection)

    @contextmanager
    def building(self, wait_seconds: float) -> Iterator[None]:
        """Nothing to hold: builds of one machine take turns by a lock of the warehouse's folder."""
        del wait_seconds
        yield

    def replace(self, source: View, note: Note = None) -> Path | None:
        """Put a sound journal in this one's place; what was there is kept beside it."""
        with file.explained(self.where), self._lock():
            return restoring.put(source, self.file, self._busy_seconds, note)

    def _lock(self) -> FileLock:
        """One writer at a time; the system releases it when its holder dies."""
        if not self.file.parent.is_dir():
            raise JournalError("there is no such folder", str(self.file.parent), "Name the data folder.")
        return FileLock(self.file.with_name("journal.lock"), timeout=self._busy_seconds, poll_interval=0.01)


@contextmanager
def opened(path: Path, busy_seconds: float, where: str) -> Iterator[FileView]:
    """One view of a journal's file that lies anywhere: a backup."""
    with file.reading(path, busy_seconds, where) as connection:
        yield FileView(connection)
