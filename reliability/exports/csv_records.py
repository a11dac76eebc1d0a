"""Records of a delimited text, one after another, where a damaged one never costs more than itself.

A record is one line, or several when a quoted cell holds line breaks. A quote that is opened and never closed
would swallow everything behind it; so whenever a record does not hold together, only its first line is
given up and reading starts again at the next.
"""

import contextlib
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

MOST_LINES = 5_000
MOST_CHARACTERS = 1 << 20
"""A quoted cell that runs on for longer than this was opened by accident."""

NOT_CLOSED = "a quote is opened and not closed"
AFTER_QUOTE = "text stands between a closing quote and the next delimiter"
ZERO_BYTES = "it contains zero bytes"


@dataclass(frozen=True)
class Dialect:
    """How cells are separated. quote: '"', or "" when quotes mean nothing. escape: what stands before a
    quote inside a quoted cell: another quote, or a backslash."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'


class End(Enum):
    """How a line ended: with the record, inside an open quoted cell, or in a way no record does."""

    RECORD = 0
    OPEN = 1
    BROKEN = 2


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its first line (1-based), its cells (None when unreadable, then with a reason), how many
    physical lines it takes, and its text."""

    line: int
    cells: list[str] | None
    text: str
    lines: int = 1
    reason: str = ""


class Scanner:
    """Cuts lines into cells."""

    def __init__(self, dialect: Dialect) -> None:
        self.delimiter = dialect.delimiter
        self.quote = dialect.quote
        self._backslash = dialect.escape == "\\"
        self._plain_csv = not self._backslash
        self._blank_quote = f'{dialect.delimiter} "'
        d = re.escape(dialect.delimiter)
        # Possessive: a doubled quote at the end of a line must not be taken for a closing one.
        inside = r'((?:[^"\\]++|\\(?:.|\Z)|"")*+)' if self._backslash else r'((?:[^"]++|"")*+)'
        blanks = " *+"
        closed = rf'{inside}"{blanks}(?:({d})|\Z)'
        self._cell = re.compile(rf'{blanks}"{closed}|(?!{blanks}")([^{d}]*+)(?:({d})|\Z)', re.DOTALL)
        self._opens = re.compile(rf'{blanks}"{inside}\Z', re.DOTALL)
        self._closes = re.compile(closed, re.DOTALL)
        self._stays_open = re.compile(rf"{inside}\Z", re.DOTALL)

    def start(self, line: str) -> tuple[End, list[str]]:
        """Cut a line where a record starts. An open cell is the last one returned, still raw."""
        if not self.quote or self.quote not in line:
            return End.RECORD, line.split(self.delimiter)
        if self._plain_csv and self._blank_quote not in line and line[0] != " ":
            # The library's reader is quick, and refuses in this mode whatever takes a closer look.
            with contextlib.suppress(csv.Error):
                return End.RECORD, next(csv.reader((line,), delimiter=self.delimiter, strict=True))
        cells: list[str] = []
        return self._cells(line, 0, cells), cells

    def go_on(self, line: str, cells: list[str], opened: list[str]) -> End:
        """Cut a line that starts inside a quoted cell, whose earlier lines are `opened`; both lists grow.

        While the cell stays open, `opened` holds its raw lines; it is emptied into `cells` when the cell
        closes.
        """
        if self.quote not in line:
            opened.append(line)
            return End.OPEN
        closing = self._closes.match(line)
        if closing is None:
            if self._stays_open.match(line) is None:
                return End.BROKEN
            opened.append(line)
            return End.OPEN
        cells.append(self._plain("\n".join([*opened, closing[1]])))
        opened.clear()
        if closing[2] is None:
            return End.RECORD
        end = self._cells(line, closing.end(), cells)
        if end is End.OPEN:
            opened.append(cells.pop())
        return end

    def _cells(self, line: str, at: int, cells: list[str]) -> End:
        while True:
            cell = self._cell.match(line, at)
            if cell is None:
                opening = self._opens.match(line, at)
                if opening is None:
                    return End.BROKEN
                cells.append(opening[1])
                return End.OPEN
            quoted, after_quoted, bare, after_bare = cell.groups()
            cells.append(self._plain(quoted) if bare is None else bare)
            if after_quoted is None and after_bare is None:
                return End.RECORD
            at = cell.end()

    def _plain(self, raw: str) -> str:
        if self._backslash and "\\" in raw:
            raw = re.sub(r'\\(["\\])', r"\1", raw)
        return raw.replace('""', '"')


class Likeness:
    """What the records of a file look like. This one knows nothing; see shapes.Shapes."""

    knows = False
    width = 0

    def is_record(self, cells: list[str]) -> bool:
        """Tell whether these cells look like a whole record of the file."""
        return False

    def is_start(self, cells: list[str]) -> bool:
        """Tell whether these cells look like the first cells of a record of the file."""
        return False


def lines_of(text: str) -> list[str]:
    """Cut a text at `\\n` only: other characters that some call a line end are part of a value."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


class RecordReader:
    """Reads records from physical lines (without their `\\n`).

    likeness: what the file's records look like, to notice a swallowed one. first_line: number of the first
    line.
    """

    def __init__(
        self, lines: Iterable[str], scanner: Scanner, likeness: Likeness | None = None, first_line: int = 1
    ) -> None:
        self._scanner = scanner
        self._likeness = likeness or Likeness()
        self._lines = iter(lines)
        self._ahead: deque[str] = deque()
        self._number = first_line - 1

    def __iter__(self) -> Iterator[Record]:
        scanner, delimiter = self._scanner, self._scanner.delimiter
        while (raw := self._next()) is not None:
            line = raw.rstrip("\r")
            if not line or (line.isspace() and delimiter not in line):
                continue
            number = self._number
            end, cells = scanner.start(line)
            if end is End.OPEN:
                yield self._several_lines(number, raw, cells)
            elif "\0" in line:
                yield Record(number, None, line, reason=ZERO_BYTES)
            elif end is End.RECORD:
                yield Record(number, cells, line)
            else:
                yield self._damaged(number, line, AFTER_QUOTE)

    def _next(self) -> str | None:
        line = self._ahead.popleft() if self._ahead else next(self._lines, None)
        if line is not None:
            self._number += 1
        return line

    def _give_back(self, lines: list[str]) -> None:
        self._ahead.extendleft(reversed(lines))
        self._number -= len(lines)

    def _several_lines(self, number: int, first: str, cells: list[str]) -> Record:
        opened = [cells.pop() + first[len(first.rstrip("\r")) :]]
        taken: list[str] = []
        characters = 0
        while (raw := self._next()) is not None:
            taken.append(raw)
            characters += len(raw)
            if len(taken) > MOST_LINES or characters > MOST_CHARACTERS or self._swallowed(raw):
                break
            bare = raw.rstrip("\r")
            end = self._scanner.go_on(bare, cells, opened)
            if end is End.BROKEN:
                break
            if end is End.OPEN:
                opened[-1] += raw[len(bare) :]
            if end is End.RECORD:
                text = "\n".join([first, *taken])
                if "\0" in text:
                    return Record(number, None, text, 1 + len(taken), ZERO_BYTES)
                return Record(number, cells, text, 1 + len(taken))
        self._give_back(taken)
        return self._damaged(number, first, NOT_CLOSED)

    def _swallowed(self, raw: str) -> bool:
        """Tell whether a line inside an open quote is really a record of its own, or starts one."""
        if not self._likeness.knows:
            return False
        end, cells = self._scanner.start(raw.rstrip("\r"))
        if end is End.RECORD:
            return self._likeness.is_record(cells)
        return end is End.OPEN and self._likeness.is_start(cells[:-1])

    def _damaged(self, number: int, line: str, reason: str) -> Record:
        """Give up a record, with the lines behind it that can only be its own rest."""
        rest: list[str] = []
        while self._likeness.knows and (raw := self._next()) is not None:
            bare = raw.rstrip("\r")
            end, cells = self._scanner.start(bare)
            if not bare or not self._is_rest(end, cells):
                self._give_back([raw])
                break
            rest.append(bare)
        return Record(number, None, "\n".join([line, *rest]), 1 + len(rest), reason)

    def _is_rest(self, end: End, cells: list[str]) -> bool:
        if end is End.OPEN or (end is End.RECORD and len(cells) >= self._likeness.width):
            return False
        return not self._likeness.is_start(cells)
