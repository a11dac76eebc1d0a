"""What the records of a text look like, learnt from its start."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from reliability.exports.csv_layout import Layout
from reliability.exports.csv_records import End, RecordReader, Scanner
from reliability.exports.shapes import Shapes

_RECORDS = 1_000
_LINES = 20_000


def physical_lines(path: Path, skipped: int) -> Iterator[str]:
    """Yield the lines of a UTF-8 text without their `\\n`, from the line behind the first `skipped`."""
    with path.open("rb") as file:
        for raw in islice(file, skipped, None):
            yield raw.removesuffix(b"\n").decode("utf-8", "replace")


def sample_shapes(path: Path, layout: Layout) -> Shapes:
    """Learn the shapes of a UTF-8 text's records.

    Only its start is read: a look into the middle may fall among the lines of a long quoted text, and take the log
    that somebody pasted there for records. Several readings compete, and the one that finds most records of one
    width is believed: with line breaks in quoted cells (an unclosed quote would swallow most of them), and line by
    line (long texts would hide them).
    """
    lines = list(islice(physical_lines(path, layout.header_lines), _LINES))
    scanner = Scanner(layout.dialect)
    joined = [r.cells for r in islice(RecordReader(lines, scanner), _RECORDS) if r.cells]
    single = [cells for end, cells in map(scanner.start, _bare(lines)) if end is End.RECORD]
    readings = [
        [cells for cells in reading[:_RECORDS] if len(cells) == width and any(cells)]
        for width in (layout.width, len(layout.header.names))
        for reading in (joined, single)
    ]
    most = max(readings, key=len)
    return Shapes(most, len(most[0]) if most else layout.width)


def _bare(lines: list[str]) -> Iterator[str]:
    return (line.rstrip("\r") for line in lines)
