"""Places: a data folder's journal is its file, or the database that [journal] of review.toml names."""

from pathlib import Path

from reliability.errors import JournalError, SettingsError
from reliability.journal import file
from reliability.journal.backend import Backend
from reliability.journal.sqlite import SqliteBackend
from reliability.settings.journal import journal_place


def backend_of(data_dir: Path, busy_seconds: float) -> Backend:
    """The storage of a data folder's journal. busy_seconds: how long a writer waits for another one.

    Raises JournalError where review.toml does not say which one it is.
    """
    try:
        url = journal_place(data_dir).url
    except SettingsError as error:
        raise JournalError(error.what, error.where, error.remedy) from error
    path = data_dir / file.FILE
    if not url:
        return SqliteBackend(path, busy_seconds)
    # Only who keeps a journal there needs the driver loaded.
    from reliability.journal.postgres import PostgresBackend

    return PostgresBackend(url, path, busy_seconds)
