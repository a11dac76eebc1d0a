"""Reading any published file: its suffix says which kind it is."""

from collections.abc import Callable
from pathlib import Path

from reliability.errors import ReliabilityError
from reliability.publish.csv_file import read_csv
from reliability.publish.deck_reading import read_deck
from reliability.publish.reading import Published, read_published
from reliability.publish.workbook_reading import read_workbook

_READERS: dict[str, Callable[[Path], Published]] = {
    ".xlsx": read_workbook,
    ".csv": read_csv,
    ".pptx": read_deck,
}


def read_any(path: Path) -> Published:
    """Read a published file. Raises ReliabilityError for one that is none, or carries no figure."""
    if path.suffix.lower() == ".pdf":
        remedy = "Name the HTML file or the workbook of the same review."
        raise ReliabilityError("carries no figure ids: a PDF is for paper", str(path), remedy)
    return _READERS.get(path.suffix.lower(), read_published)(path)
