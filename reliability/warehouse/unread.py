"""Unread: which columns of an export its format reads, and which of the others look like something that matters."""

from dataclasses import dataclass, replace

import duckdb

from reliability.guesses import Profile, meaning, profile
from reliability.guesses.meaning import DATE, RESOLVED
from reliability.guesses.names import folded
from reliability.schema import INSTANT, TABLES
from reliability.warehouse.formats import BUILT_IN, LINE, OTHER_DATES, Format, columns_read

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


def adopted_date(
    con: duckdb.DuckDBPyConnection, columns: list[FileColumn], chosen: Format
) -> tuple[str, str] | None:
    """The one date column that a format left unread, when its rows come out with no date: (canonical, column).

    Only for tables whose rows have a single instant, so that a date can mean nothing else, and for the project's own
    formats: a mapping leaves a column out on purpose. Reads the view `mapping`.
    """
    table = TABLES[chosen.table]
    instants = [name for name, kind in table.columns.items() if kind == INSTANT]
    if instants != [table.happened_at] or not (BUILT_IN / f"{chosen.name}.sql").exists():
        return None
    dates = [c.name for c in columns if not c.read and c.looks_like in (DATE, RESOLVED)]
    dates = [name for name in dates if not OTHER_DATES.search(folded(name))]
    if len(dates) != 1:
        return None
    given = con.execute("from mapping limit 0").description or ()
    if table.happened_at not in {column[0] for column in given}:
        return None
    if con.execute(f'select 1 from mapping where "{table.happened_at}" is not null limit 1').fetchone():
        return None
    return table.happened_at, dates[0]


def marked_read(columns: list[FileColumn], name: str) -> list[FileColumn]:
    """The same columns with one of them read after all."""
    return [replace(c, read=True, looks_like="", examples=()) if c.name == name else c for c in columns]
