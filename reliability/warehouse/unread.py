"""Unread: which columns of an export its format reads, and which of the others look like something that matters."""

from dataclasses import dataclass

import duckdb

from reliability.guesses import Profile, meaning, profile
from reliability.warehouse.export_view import columns_read
from reliability.warehouse.format import LINE, Format

# Rows that are looked at: a column that is blank in all of them is not worth a warning.
_ROWS = 400


@dataclass(frozen=True)
class FileColumn:
    """One column of an export. looks_like: what an unread one may be ("a date", "a severity"), "" when nothing counts.

    examples: up to three values of an unread one that looks like something.
    """

    name: str
    read: bool
    looks_like: str = ""
    examples: tuple[str, ...] = ()


def columns_of_file(
    con: duckdb.DuckDBPyConnection, names: list[str], chosen: Format | None
) -> list[FileColumn]:
    """Look at the columns of the table `raw`; those that `chosen` may read are read."""
    taken = columns_read(con, "raw", chosen).values() if chosen else ()
    used = {column for columns in taken for column in columns}
    read = {name: name in used for name in names}
    seen = _profiles(con, [name for name in names if not read[name]])
    return [
        FileColumn(name, True) if read[name] else _unread(name, seen[name]) for name in names if name != LINE
    ]


def _unread(name: str, seen: Profile) -> FileColumn:
    like = meaning(name, seen)
    return FileColumn(name, False, like, seen.examples if like else ())


def _profiles(con: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, Profile]:
    if not names:
        return {}
    wanted = [duckdb.ColumnExpression(name) for name in names]
    rows = con.table("raw").select(*wanted).limit(_ROWS).fetchall()
    return {name: profile([row[at] for row in rows]) for at, name in enumerate(names)}
