"""What the records of a text look like, learnt from the first thousand."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from reliability.exports.csv_layout import Layout
from reliability.exports.csv_records import RecordReader, Scanner
from reliability.exports.shapes import Shapes

_RECORDS = 1_000


def physical_lines(path: Path, skipped: int) -> Iterator[str]:
    """Yield the lines of a UTF-8 text without their `\\n`, from the line behind the first `skipped`."""
    with path.open("rb") as file:
        for raw in islice(file, skipped, None):
            yield raw.removesuffix(b"\n").decode("utf-8", "replace")


def sample_shapes(path: Path, layout: Layout) -> Shapes:
    """Learn the shapes of a UTF-8 text's records.

    Only its start is read: a look into the middle may fall among the lines of a long quoted text, and take
    the log that somebody pasted there for records.
    """
    lines = physical_lines(path, layout.header_lines)
    records = islice(RecordReader(lines, Scanner(layout.dialect)), _RECORDS)
    whole = (r.cells for r in records if r.cells is not None and len(r.cells) == layout.width)
    return Shapes(whole, layout.width)
