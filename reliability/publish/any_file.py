"""Reading any published file: its suffix says which kind it is."""

from collections.abc import Callable
from pathlib import Path

from reliability.publish.csv_file import read_csv
from reliability.publish.pdf_reading import read_pdf
from reliability.publish.reading import Published, read_published
from reliability.publish.workbook_reading import read_workbook

_READERS: dict[str, Callable[[Path], Published]] = {
    ".xlsx": read_workbook,
    ".csv": read_csv,
    ".pdf": read_pdf,
}


def read_any(path: Path) -> Published:
    """Read a published file. Raises ReliabilityError for one that is none, or carries no figure."""
    return _READERS.get(path.suffix.lower(), read_published)(path)
