"""Where a journal lies, behind one interface: what reading, writing, copying and restoring need of it."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from reliability.journal.rows import Row


class View(Protocol):
    """The journal as it is at one moment. Rows may be damaged in any way; nothing here judges them."""

    @property
    def stamp(self) -> Hashable:
        """What changes whenever anything in the journal does."""

    @property
    def is_chained(self) -> bool:
        """Whether the digests are those that were written, not worked out while reading."""

    def rows(self) -> Iterator[Row]:
        """Every row, oldest first, with its digest also where none is kept yet."""

    def matching(self, kind: str | None, subject: str | None) -> Iterator[Row]:
        """The rows of a kind and of a subject, oldest first; None: any."""

    def newest_digest(self, kind: str | None) -> str:
        """The digest of the newest row of a kind, "" where there is none."""

    def row(self, number: int) -> Row | None:
        """The row of a number, None where there is none. Raises one of `rows.UNREADABLE` where it cannot be read."""

    def last_number(self) -> int:
        """The highest number of a row, 0 without rows."""

    def given(self) -> int:
        """The highest number that was ever given to an entry."""

    def damage(self) -> str:
        """What is wrong with the storage itself, "" when nothing is."""

    def copy(self, to: Path) -> None:
        """Copy all of it to a new file of the layout of `journal.sqlite`, on disk when this returns."""


class Writer(View, Protocol):
    """The journal while one writer has it alone; what is added is there once the transaction ended, or not at all."""

    def add(self, row: Row) -> None:
        """Write a row behind the newest; its number counts as given from then on."""


Note = Callable[[Writer], object] | None
"""What a restore writes behind the entries it brings back; None: nothing."""


class Backend(Protocol):
    """One journal's storage. All but the names raise JournalError, saying what to do, where it cannot be used."""

    @property
    def where(self) -> str:
        """What messages call it."""

    @property
    def key(self) -> str:
        """What no other journal of this machine has."""

    @property
    def file(self) -> Path | None:
        """The file it lies in, None where it lies in no file of the data folder."""

    def exists(self) -> bool:
        """Whether anybody has written yet. Raises JournalError for what must not be taken for an empty journal."""

    def reading(self, past_damage: bool = False) -> AbstractContextManager[View]:
        """One view, which never waits for writers. past_damage: read what can be read instead of refusing all."""

    def writing(self) -> AbstractContextManager[Writer]:
        """One transaction by one writer at a time; the journal is made where there is none."""

    def building(self, wait_seconds: float) -> AbstractContextManager[None]:
        """Hold the lock of builds of all machines that share this journal; a file is shared by none.

        Raises JournalError, naming who holds it where that can be known, when it is held for longer.
        """

    def replace(self, source: View, note: Note = None) -> Path | None:
        """Put a sound journal in this one's place, or change nothing; return the file that keeps what was there.

        note: writes what is to be there too, whole or not at all with the rest.
        """
