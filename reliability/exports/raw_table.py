"""What reading one export gives: a DuckDB table of text, and everything that could not go into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LONGEST_TEXT = 500
"""Characters of an unreadable record that are kept, so that a person can find it again."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is in the file but not in the table.

    line: 1-based physical line where it starts (index of the object, or row number, where there are no
    lines).
    reason: why, in words a person understands. text: the record as it stands, at most LONGEST_TEXT
    characters.
    """

    line: int
    reason: str
    text: str


def unreadable(line: int, reason: str, text: str) -> Unreadable:
    """Make an Unreadable, with its text cut to LONGEST_TEXT characters."""
    return Unreadable(line, reason, text[:LONGEST_TEXT])


EMPTY_ROW = "empty row"
REPEATED_HEADER = "repeated header"


@dataclass(frozen=True)
class Loaded:
    """What a reader put into the table: its columns, the number of rows, and what was set aside."""

    columns: list[str]
    rows: int
    unreadable: list[Unreadable]


@dataclass(frozen=True)
class RawTable:
    """One export in the database, every value as text.

    columns: names in order, without `source_line`. records: rows in the table + len(unreadable), always.
    kind: csv, json, json lines, parquet or xlsx. encoding, delimiter: "" where the kind has none. perhaps: the code
    page that the text may be in as well, "" where there is no doubt.
    header_lines: physical lines before the first record (titles, blank lines and all header rows).
    repeats: a column whose name the header repeats -> the columns of the same name behind it.
    """

    columns: list[str]
    records: int
    unreadable: list[Unreadable] = field(repr=False)
    kind: str
    encoding: str = ""
    perhaps: str = ""
    delimiter: str = ""
    header_lines: int = 0
    repeats: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def is_in_code_page(self) -> bool:
        """Whether some line of it is neither UTF-8 nor UTF-16 or UTF-32."""
        return (bool(self.encoding) and not self.encoding.startswith(("utf-8", "utf-16", "utf-32"))) or (
            " and " in self.encoding
        )
