"""A view of the journal's file at one moment, of any layout."""

import sqlite3
from collections.abc import Hashable, Iterator
from pathlib import Path

from reliability.journal import file
from reliability.journal.rows import Row, select


class FileView:
    """What one open transaction of the file sees."""

    def __init__(self, connection: sqlite3.Connection, stamp: Hashable = None) -> None:
        self.connection = connection
        self.stamp = stamp

    @property
    def is_chained(self) -> bool:
        """Whether the file has digests."""
        return file.is_chained(self.connection)

    def rows(self) -> Iterator[Row]:
        """Every row, oldest first."""
        return file.rows(self.connection)

    def matching(self, kind: str | None, subject: str | None) -> Iterator[Row]:
        """The rows of a kind and of a subject, oldest first."""
        if not self.is_chained:
            return (r for r in self.rows() if kind in (None, r.kind) and subject in (None, r.subject))
        condition = "(?1 is null or kind = ?1) and (?2 is null or subject = ?2)"
        return select(self.connection, True, condition, kind, subject)

    def newest_digest(self, kind: str | None) -> str:
        """The digest of the newest row of a kind."""
        if not self.is_chained:
            found = [row.digest for row in self.matching(kind, None)]
            return found[-1] if found else ""
        newest = self.connection.execute(
            "select digest from entries where ?1 is null or kind = ?1 order by id desc limit 1", (kind,)
        ).fetchone()
        return str(newest[0]) if newest else ""

    def row(self, number: int) -> Row | None:
        """The row of a number."""
        return next(select(self.connection, self.is_chained, "id = ?", number), None)

    def last_number(self) -> int:
        """The highest number of a row."""
        return self._number("select max(id) from entries")

    def given(self) -> int:
        """The highest number that SQLite remembers to have given."""
        return self._number("select max(seq) from sqlite_sequence where name = 'entries'")

    def damage(self) -> str:
        """What SQLite finds wrong with the file's pages."""
        found = str(self.connection.execute("pragma integrity_check").fetchone()[0])
        return "" if found == "ok" else " ".join(found.split())

    def copy(self, to: Path) -> None:
        """Copy the file as it is."""
        file.copy(self.connection, to)

    def _number(self, question: str) -> int:
        (found,) = self.connection.execute(question).fetchone()
        return found if isinstance(found, int) else 0


class FileWriter(FileView):
    """The journal's file while one writer has it alone."""

    def add(self, row: Row) -> None:
        """Write a row behind the newest."""
        self.connection.execute(
            "insert into entries (id, at, who, kind, subject, body, undo_of, digest)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
