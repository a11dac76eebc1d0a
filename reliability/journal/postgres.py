"""The journal in a PostgreSQL database, for several servers: the same rows and the same digests as in the file."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from reliability.errors import JournalError
from reliability.journal import database, file
from reliability.journal.backend import Note, View
from reliability.journal.database_view import DatabaseView, DatabaseWriter
from reliability.journal.rows import ONLY_GROWS
from reliability.journal.soundness import verified

_ROOM = "Make room in the database and in the data folder; then try again."


class PostgresBackend:
    """The journal in the database that `url` names.

    beside: where its file would lie; what a restore replaces is kept there, and a file that is there is not passed
    over in silence. busy_seconds: how long a writer waits for another one.
    """

    file = None

    def __init__(self, url: str, beside: Path, busy_seconds: float) -> None:
        parts = urlsplit(url)
        self.where = f"the journal's database ({parts.hostname or 'this machine'}{parts.path})"
        self.key = url
        self._beside = beside
        self._busy_seconds = busy_seconds

    def exists(self) -> bool:
        """Whether anybody has written yet."""
        with self._explained(writes=False), database.reading(self.key) as connection:
            if database.layout(connection, self.where):
                return True
        if file.exists(self._beside):
            what = f"is empty, and {self._beside.name} in the data folder is not"
            remedy = f"`python -m reliability journal restore --from {self._beside}` brings it over."
            raise JournalError(what, self.where, remedy)
        return False

    @contextmanager
    def reading(self, past_damage: bool = False) -> Iterator[DatabaseView]:
        """One snapshot."""
        del past_damage  # the server gives what it can read, or an error
        with self._explained(writes=False), database.reading(self.key) as connection:
            database.layout(connection, self.where)
            yield DatabaseView(connection)

    @contextmanager
    def writing(self) -> Iterator[DatabaseWriter]:
        """One transaction under the advisory lock."""
        self.exists()  # where the folder's own file waits to be brought over, nothing is begun beside it
        if not self._beside.parent.is_dir():
            raise JournalError("there is no such folder", str(self._beside.parent), "Name the data folder.")
        with self._explained(), database.writing(self.key, self._busy_seconds) as connection:
            if not database.layout(connection, self.where):
                database.create(connection)
            yield DatabaseWriter(connection)

    @contextmanager
    def building(self, wait_seconds: float) -> Iterator[None]:
        """Hold the advisory lock of builds; a builder that dies frees it."""
        with ExitStack() as held:
            with self._explained(writes=False):
                held.enter_context(database.building(self.key, wait_seconds))
            yield

    def replace(self, source: View, note: Note = None) -> Path | None:
        """Put a sound journal in this one's place in one transaction; what was there is kept in the data folder."""
        kept: Path | None = None
        try:
            with database.writing(self.key, self._busy_seconds) as connection:
                if database.layout(connection, self.where):
                    kept = self._keep(DatabaseView(connection))
                else:
                    database.create(connection)
                with database.unguarded(connection):
                    writer = DatabaseWriter(connection)
                    for row in source.rows():
                        writer.add(row)
                    if note is not None:
                        note(writer)
                verified(writer)
        except database.MaybeWritten as error:
            raise self._maybe(error) from error
        except (psycopg.Error, OSError, JournalError) as error:
            if kept:
                kept.unlink(missing_ok=True)
            if isinstance(error, psycopg.errors.LockNotAvailable):
                raise self._as_error(error, writes=True) from error
            reason = error.what if isinstance(error, JournalError) else _first_line(error)
            raise JournalError(
                f"could not be restored ({reason}); nothing was changed", self.where, _ROOM
            ) from error
        return kept

    def _keep(self, view: View) -> Path:
        kept = self._beside.with_name(f"journal.replaced-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.sqlite")
        part = kept.with_name(f"journal.keeping.{os.getpid()}")
        try:
            view.copy(part)
            os.replace(part, kept)
            file.sync(kept.parent)
        finally:
            file.remove(part)
        return kept

    @contextmanager
    def _explained(self, writes: bool = True) -> Iterator[None]:
        try:
            yield
        except JournalError as error:
            raise error if error.where else JournalError(error.what, self.where, error.remedy) from error
        except database.MaybeWritten as error:
            raise self._maybe(error) from error
        except psycopg.Error as error:
            raise self._as_error(error, writes) from error

    def _as_error(self, error: psycopg.Error, writes: bool) -> JournalError:
        text = _first_line(error)
        did = "nothing was written" if writes else "it could not be read"
        if isinstance(error, psycopg.errors.LockNotAvailable):
            remedy = "Somebody else has been writing all the time: try again in a moment."
            return JournalError(f"is busy; {did}", self.where, remedy)
        if ONLY_GROWS in text:
            return JournalError(ONLY_GROWS, self.where)
        if isinstance(error, psycopg.errors.DiskFull | psycopg.errors.ReadOnlySqlTransaction):
            return JournalError(f"could not be written ({text}); nothing was changed", self.where, _ROOM)
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            remedy = "Give the role of the address the right to make and write its tables there."
            return JournalError(f"refuses ({text}); {did}", self.where, remedy)
        if isinstance(error, psycopg.OperationalError):
            remedy = "Check that the server runs, its address in [journal] of review.toml, and the password."
            return JournalError(f"cannot be reached ({text}); {did}", self.where, remedy)
        return JournalError(
            f"cannot be used ({text}); {did}", self.where, "Restore a backup, or ask who runs it."
        )

    def _maybe(self, error: Exception) -> JournalError:
        what = f"broke off while it confirmed ({_first_line(error)}): what was written may be there or not"
        return JournalError(what, self.where, "Reload and look before you write it again.")


def _first_line(error: BaseException) -> str:
    with suppress(IndexError):
        return " ".join(str(error).split("\n")[0].split())
    return type(error).__name__
