"""Unread: which columns of an export its format reads, and which of the others look like something that matters."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

import duckdb

from reliability.guesses import Profile, meaning, profile
from reliability.warehouse.export_view import columns_read
from reliability.warehouse.format import LINE, Format
from reliability.warehouse.recognition import first_rows

_PICKED = re.compile(r"\b(?:columns\(|regexp_matches\(name,)\s*'((?:[^']|'')*)'")

# Rows that are looked at: a column that is blank in all of them is not worth a warning.
_ROWS = 400
# Values of a column that are looked at closely: a warning needs no more, and a file may have thousands of columns.
_VALUES = 60


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
    con: duckdb.DuckDBPyConnection,
    names: list[str],
    chosen: Format | None,
    repeats: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[FileColumn]:
    """Look at the columns of the table `raw`; those that `chosen` may read are read.

    repeats: a column -> those of the same name behind it, which are read with it.
    """
    taken = columns_read(con, "raw", chosen).values() if chosen else ()
    used = {same for columns in taken for column in columns for same in (column, *repeats.get(column, ()))}
    asked = _patterns(chosen) if chosen else []
    read = {name: name in used or any(pattern.search(name) for pattern in asked) for name in names}
    seen = _profiles(con, [name for name in names if not read[name]])
    return [
        FileColumn(name, True) if read[name] else _unread(name, seen[name]) for name in names if name != LINE
    ]


def _patterns(chosen: Format) -> list[re.Pattern[str]]:
    """The patterns by which a query picks columns: some are questions, which have no name of their own."""
    found = []
    for picked in _PICKED.finditer(chosen.sql):
        # DuckDB's patterns are written almost as Python's: one that is not names no column here.
        with suppress(re.error):
            found.append(re.compile(picked[1].replace("''", "'")))
    return found


def _unread(name: str, seen: Profile) -> FileColumn:
    like = meaning(name, seen)
    return FileColumn(name, False, like, seen.examples if like else ())


def _profiles(con: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, Profile]:
    if not names:
        return {}
    cells = zip(*first_rows(con, "raw", names, _ROWS), strict=True)
    said = dict(zip(names, cells, strict=False))
    return {name: profile(list(islice(filter(None, said.get(name, ())), _VALUES))) for name in names}
