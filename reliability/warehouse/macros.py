"""Macros of the build's queries, defined on a connection when a text that is about to run there names them.

Defining all of them takes as long as reading an export of ten thousand rows: DuckDB binds every body, with those that
it names spelt out in it. Most builds need a dozen.
"""

import re
from functools import cache, lru_cache
from weakref import WeakKeyDictionary

import duckdb

from reliability.queries import FOLDER, read_query

FILES = ("instants", "values", "trackers")
"""The files of queries/build that hold them."""

_BEGINS = re.compile(r"^create or replace macro (\w+)\(", re.MULTILINE)

# What is defined already, by connection: asking the database for its functions costs more than defining one.
_defined: WeakKeyDictionary[duckdb.DuckDBPyConnection, set[str]] = WeakKeyDictionary()


def define_for(con: duckdb.DuckDBPyConnection, *texts: str) -> None:
    """Define on `con` what these texts of SQL call, and what that calls, unless this function did so before."""
    known = _defined.setdefault(con, set())
    for text in texts:
        for name in called(text):
            if name not in known:
                con.execute(definitions()[name])
                known.add(name)


@cache
def definitions() -> dict[str, str]:
    """The statement that defines each macro, by its name."""
    found: dict[str, str] = {}
    for name in FILES:
        sql = read_query(FOLDER / "build" / f"{name}.sql").sql
        starts = [*_BEGINS.finditer(sql)]
        ends = [following.start() for following in starts[1:]] + [len(sql)]
        found |= {begin[1]: sql[begin.start() : end] for begin, end in zip(starts, ends, strict=True)}
    return found


@lru_cache(maxsize=512)
def called(text: str) -> tuple[str, ...]:
    """The macros that a text of SQL calls, each after those that it calls itself."""
    order: dict[str, None] = {}

    def visit(names: tuple[str, ...]) -> None:
        for name in names:
            if name not in order:
                visit(_named_in(definitions()[name].partition("(")[2]))
                order[name] = None

    visit(_named_in(text))
    return tuple(order)


@lru_cache(maxsize=512)
def _named_in(text: str) -> tuple[str, ...]:
    # Comments are looked at too: one macro too many costs a millisecond, one that is not seen an import.
    return tuple(dict.fromkeys(name.lower() for name in _calls().findall(text)))


@cache
def _calls() -> re.Pattern[str]:
    """A name of a macro before its brackets; people may write one in quotes, or put a comment between."""
    between = r"\s*(?:(?:/\*.*?\*/|--[^\n]*)\s*)*"
    return re.compile(rf'\b({"|".join(definitions())})"?{between}\(', re.IGNORECASE | re.DOTALL)
