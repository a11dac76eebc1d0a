"""Format: one kind of export, by its header, and the query that maps it to a canonical table.

A format is one `.sql` file in `queries/import/` (or in the data folder's `mappings/`): a comment header that
says what it recognises, then a `select ... from export`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from reliability.schema import PROVENANCE, TABLES

# Cells that mean "nothing here", exactly as tools write them ("none" in lower case is a severity word).
BLANKS = ("", "?", "-", "–", "—", "NA", "N/A", "null", "None", "--", "NS")

LIKELY = ("severity", "resolved_at")
"""Columns that a format may take by look and name where it knows none of a file's names."""

LINE = "source_line"
OFFSETS = ("acknowledged_seconds", "engaged_seconds", "mitigated_seconds", "resolved_seconds")

ONE_PER_RECORD, FOLD = "one per record", "fold"
REAL_FILE, DOCUMENTATION, UNVERIFIED = "real file", "documentation", "unverified"


@dataclass(frozen=True)
class Format:
    """One export format.

    name: file name without `.sql`, used in review.toml to force the format. title, definition: for people.
    source: who produced the file ("pagerduty"). table: the canonical table its rows go to.
    requires: columns that must all be in the header. any_of: at least one of these must be. excludes: none of
    these may be. optional: columns that are used when they are there. rows: "one per record", or "fold" when
    several rows of one key are normal. zone: IANA zone of times without an offset, or "". date_order: "dmy", "mdy", or
    "" where the dates say it. verified: what the format was checked against. instead_of: the format whose files it
    reads when both fit: a mapping that corrects what a built-in one makes of a file. encoding: the code page of those
    lines of its files that are not UTF-8, "" where they show it themselves.

    alternatives: required column -> other columns, one of which may be there in its place. also: column -> other names
    that exports give it; it is read by its own name whichever the file has. date: the column that the only column of
    dates in a file becomes, whatever it is called, when no name is known. likely: columns that become the only one that
    looks and is called like them, in any language, when no name is known. like: a pattern that the name of some column
    must match. holds: (column, pattern) that some of its first cells must match, for headers that several tools share.
    """

    name: str
    title: str
    definition: str
    source: str
    table: str
    requires: tuple[str, ...]
    optional: tuple[str, ...]
    any_of: tuple[str, ...]
    excludes: tuple[str, ...]
    rows: str
    zone: str
    verified: str
    sql: str
    by_hand: bool = False
    date_order: str = ""
    instead_of: str = ""
    encoding: str = ""
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date: str = ""
    likely: tuple[str, ...] = ()
    like: str = ""
    holds: tuple[str, str] = ("", "")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the query may read, in the format's own spelling."""
        others = (name for names in self.alternatives.values() for name in names)
        return tuple(dict.fromkeys((*self.requires, *others, *self.any_of, *self.optional)))

    @property
    def rank(self) -> int:
        """How much it asks of a file: the columns it requires, and what they hold."""
        return len(self.requires) + bool(self.like) + bool(self.holds[0])

    def missing(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Required columns that `columns` lacks."""
        have = self._known(columns)
        return tuple(
            column
            for column in self.requires
            if not any(folded_column(name) in have for name in (column, *self.alternatives.get(column, ())))
        )

    def _known(self, columns: Iterable[str]) -> set[str]:
        """The names of columns, folded, and the format's own names for those it knows by another."""
        have = {folded_column(column) for column in columns}
        others = self.also.items()
        return have | {
            folded_column(own) for own, names in others if any(folded_column(name) in have for name in names)
        }

    def fits(self, columns: Sequence[str], cells: Mapping[str, Sequence[str]] | None = None) -> bool:
        """Is a file with these columns in this format?

        cells: the first values of its columns, by their names: what the format `holds` is looked for there.
        """
        given = {folded_column(column) for column in columns}
        return (
            not self.missing(columns)
            and self.has_any(columns)
            and not any(folded_column(column) in given for column in self.excludes)
            and self.is_alike(columns)
            and self._holds(cells or {})
        )

    def has_any(self, columns: Iterable[str]) -> bool:
        """Whether one of the columns is there of which one must be."""
        have = self._known(columns)
        return not self.any_of or any(folded_column(column) in have for column in self.any_of)

    def is_alike(self, columns: Iterable[str]) -> bool:
        """Whether the name of some column matches the pattern that one must."""
        return not self.like or any(re.search(self.like, column) for column in columns)

    def _holds(self, cells: Mapping[str, Sequence[str]]) -> bool:
        column, pattern = self.holds
        if not column:
            return True
        names = {folded_column(name) for name in (column, *self.also.get(column, ()))}
        values = [value for name, given in cells.items() if folded_column(name) in names for value in given]
        return any(re.search(pattern, value) for value in values)

    def read_from(self, columns: Sequence[str]) -> dict[str, list[str]]:
        """Each column that the query reads, with the columns of a file it is read from: its own name, else others."""
        given = {folded_column(column): column for column in reversed(columns)}
        own = {folded_column(column) for column in self.columns}
        found = {}
        for column in self.columns:
            names = (column, *(name for name in self.also.get(column, ()) if folded_column(name) not in own))
            found[column] = list(
                dict.fromkeys(given[folded_column(n)] for n in names if folded_column(n) in given)
            )
        return found


def output_columns(table: str) -> frozenset[str]:
    """Names an import query for `table` may give; all are text but `source_line`."""
    offsets = OFFSETS if table == "incidents" else ()
    own = set(TABLES[table].columns) - set(PROVENANCE)
    return frozenset({*own, *offsets, LINE, "exported_at", "excluded_reason"})


@lru_cache(maxsize=8192)
def folded_column(name: str) -> str:
    """The name of a column without its case and doubled blanks, which do not tell columns apart."""
    return " ".join(name.split()).casefold()


def listed_columns(names: Sequence[str]) -> str:
    """Names of columns as a message lists them."""
    return ", ".join(f"'{name}'" for name in names)
