"""What a delimited text looks like, found from its first lines: delimiter, quoting, header, usual width."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from reliability.errors import ExportError
from reliability.exports.csv_records import Dialect, Record, RecordReader, Scanner, lines_of
from reliability.exports.header import Header, find_header, first_header_row

DELIMITERS = ",;\t|^~\x1f"
_TITLE_ABOVE = 0.8
_DAMAGED_ABOVE = 0.1
_SAMPLE = 400  # records that are looked at


@dataclass(frozen=True)
class Layout:
    """How to read a delimited text.

    header_lines: physical lines up to the first record. header_rows: the same as rows, a blank line being
    one.
    width: cells that most records have, at least as many as the header names.
    """

    dialect: Dialect
    header: Header
    header_lines: int
    header_rows: int
    width: int
    first_record: list[str] | None


def find_layout(head: str, where: str) -> Layout:
    """Find the layout of a text from its first characters, which end where a line ends.

    The delimiter is the one under which the rows agree best with the header in their number of cells. A
    first line `sep=;` (spreadsheets write and read it) decides it.
    Raises ExportError when there is no text, or no header that can be read.
    """
    lines = lines_of(head.removeprefix("\ufeff"))
    if not any(line.strip() for line in lines):
        raise ExportError("it is empty", where, "Export it again, or remove the file.")
    told = _told_delimiter(lines[0])
    # One that is nowhere makes one column, and that never wins over the first.
    candidates = [told] if told else [d for d in DELIMITERS if d == DELIMITERS[0] or d in head]
    skipped = 1 if told else 0
    tried = [(Dialect(d), _records(lines, Dialect(d), skipped)) for d in candidates]
    dialect, records = max(tried, key=lambda t: _agreement(t[1]))
    dialect, records = _quoting(lines, dialect, records, skipped)
    # A damaged row stands in as one cell, which keeps the places of the others.
    rows = [[record.text] if record.cells is None else record.cells for record in records]
    header = find_header(rows, where)
    if bad := next((r for r in records[: header.first + header.count] if r.cells is None), None):
        raise ExportError(
            f"its header cannot be read: {bad.reason}",
            f"{where}, line {bad.line}",
            "Fix the line or export again.",
        )
    last = records[header.first + header.count - 1]
    header_lines = last.line + last.lines - 1
    before = records[: header.first + header.count]
    header_rows = header_lines - sum(record.lines - 1 for record in before)
    data = records[header.first + header.count :]
    widths = Counter(len(record.cells) for record in data if record.cells is not None)
    usual = widths.most_common(1)[0][0] if widths else 0
    first_record = data[0].cells if data else None
    return Layout(dialect, header, header_lines, header_rows, max(usual, len(header.names)), first_record)


def _told_delimiter(line: str) -> str:
    told = line.strip("\r")
    return told[4] if len(told) == 5 and told.lower().startswith("sep=") else ""


def _records(lines: list[str], dialect: Dialect, skipped: int) -> list[Record]:
    reader = RecordReader(_from(lines, skipped), Scanner(dialect), first_line=1 + skipped)
    return list(islice(reader, _SAMPLE))


def _from(lines: list[str], start: int) -> Iterator[str]:
    return islice(lines, start, None)


def _agreement(records: list[Record]) -> float:
    """Return how well the records agree with their header in width: 0 (one column, or unreadable) to 1."""
    widths = [0 if r.cells is None else len(r.cells) for r in records]
    first = first_header_row([r.cells or [""] for r in records])
    if first < 0 or widths[first] < 2:
        return 0.0
    named = widths[first]
    share = sum(min(w, named) / max(w, named) for w in widths[first:]) / len(widths[first:])
    # What stands above may be a title, or a header under the wrong delimiter; unreadable, it is the latter.
    if any(record.cells is None for record in records[:first]):
        share *= _DAMAGED_ABOVE
    elif first > 0:
        share *= _TITLE_ABOVE
    return share + min(named, 1000) * 1e-6


def _quoting(
    lines: list[str], dialect: Dialect, records: list[Record], skipped: int
) -> tuple[Dialect, list[Record]]:
    """Try the two other ways of quoting where the usual one leaves damaged records."""
    damaged = _damaged(records)
    if not damaged:
        return dialect, records
    backslashed = [r for r in records if '\\"' in r.text]
    if _damaged(backslashed) * 2 > len(backslashed):
        other = replace(dialect, escape="\\")
        escaped = _records(lines, other, skipped)
        # A backslash at the end of a cell, read as an escape, swallows the records behind it: that is no gain.
        if _damaged(escaped) < damaged and _whole(escaped) > _whole(records):
            return other, escaped
    # Quotes mean nothing only where most records that have one make no sense with them, and none needs them.
    needed = any(dialect.delimiter in cell or "\n" in cell for r in records for cell in r.cells or [])
    if damaged >= 3 and damaged * 2 >= sum('"' in r.text for r in records) and not needed:
        other = replace(dialect, quote="")
        bare = _records(lines, other, skipped)
        if _agreement(bare) > _agreement(records):
            return other, bare
    return dialect, records


def _whole(records: list[Record]) -> int:
    """Return how many records have the commonest number of cells."""
    widths = Counter(len(record.cells) for record in records if record.cells is not None)
    return max(widths.values(), default=0)


def _damaged(records: list[Record]) -> int:
    return sum(r.cells is None for r in records)
