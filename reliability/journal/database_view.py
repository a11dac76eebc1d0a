"""A view of the journal's tables in PostgreSQL within one transaction."""

from collections.abc import Hashable, Iterator
from functools import cached_property
from pathlib import Path

import psycopg

from reliability.journal import file
from reliability.journal.database import STATE, TABLE
from reliability.journal.rows import Row

_COLUMNS = ", ".join(Row._fields)
_AT_ONCE = 100


class DatabaseView:
    """What one transaction sees."""

    is_chained = True

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    @cached_property
    def stamp(self) -> Hashable:
        """The table and, for each row, the transaction that wrote it: a row that was changed has another one."""
        question = f"""
            select '{TABLE}'::regclass::oid::bigint, count(*), max(id),
                   md5(coalesce(string_agg(id::text || ' ' || xmin::text, ',' order by id), ''))
            from {TABLE}
        """
        return self.connection.execute(question).fetchone()

    def rows(self) -> Iterator[Row]:
        """Every row, oldest first, a few at a time."""
        return self._selected("true")

    def matching(self, kind: str | None, subject: str | None) -> Iterator[Row]:
        """The rows of a kind and of a subject, oldest first."""
        condition = "(%s::text is null or kind = %s) and (%s::text is null or subject = %s)"
        return self._selected(condition, kind, kind, subject, subject)

    def newest_digest(self, kind: str | None) -> str:
        """The digest of the newest row of a kind."""
        question = f"select digest from {TABLE} where %s::text is null or kind = %s order by id desc limit 1"
        found = self.connection.execute(question, (kind, kind)).fetchone()
        return str(found[0]) if found else ""

    def row(self, number: int) -> Row | None:
        """The row of a number."""
        return next(self._selected("id = %s", number), None)

    def last_number(self) -> int:
        """The highest number of a row."""
        return self._number(f"select max(id) from {TABLE}")

    def given(self) -> int:
        """The highest number that was given, kept in a row that each entry's transaction changes."""
        return self._number(f"select max(given) from {STATE}")

    def damage(self) -> str:
        """Nothing: the server reports a page that it cannot read when rows are read."""
        return ""

    def copy(self, to: Path) -> None:
        """Write all rows to a journal's file."""
        file.write_rows(to, self.rows(), self.given())

    def _number(self, question: str) -> int:
        found = self.connection.execute(question).fetchone()
        return found[0] if found and isinstance(found[0], int) else 0

    def _selected(self, condition: str, *values: object) -> Iterator[Row]:
        """Rows after rows, without a cursor that would outlive whoever stops reading."""
        question = (
            f"select {_COLUMNS} from {TABLE} where {condition} and id > %s order by id limit {_AT_ONCE}"
        )
        last = -1
        while found := self.connection.execute(question, (*values, last)).fetchall():
            for row in found:
                yield Row(*row)
            last = found[-1][0]


class DatabaseWriter(DatabaseView):
    """The tables while one writer has them alone."""

    def add(self, row: Row) -> None:
        """Write a row behind the newest, and note that its number was given."""
        places = ", ".join(["%s"] * len(Row._fields))
        self.connection.execute(f"insert into {TABLE} ({_COLUMNS}) values ({places})", row)
        self.connection.execute(f"update {STATE} set given = %s", (row.id,))
