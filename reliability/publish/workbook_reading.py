"""Reading a published workbook back, also after another program saved it, rows were sorted or columns moved."""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from reliability.publish.cells import canonical
from reliability.publish.measured import MEASURES, measure_id
from reliability.publish.reading import Published, not_published, unreadable
from reliability.publish.sheets import ID, ROW, TEXT
from reliability.publish.stamp import review_in

_SEARCHED = 20
"""A table's header stands within so many rows from the top."""


def read_workbook(path: Path) -> Published:
    """Read a published workbook. Raises ReliabilityError for a file that is none, or carries no figure."""
    found = Published()
    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, data_only=True)
            for sheet in book.worksheets:
                _read_sheet(sheet.title, [[cell.value for cell in row] for row in sheet.iter_rows()], found)
    except OSError as error:
        raise unreadable(path, error) from error
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise not_published(path) from error
    if not found.review_id or not found.figures:
        raise not_published(path)
    return found


def _read_sheet(name: str, rows: list[list[Any]], found: Published) -> None:
    for values in rows[:_SEARCHED]:
        for value in values:
            if isinstance(value, str) and not found.review_id:
                found.review_id = review_in(value)
    for place, values in enumerate(rows[:_SEARCHED]):
        if ID in values or ROW in values:
            _read_table(name, place + 1, values, rows[place + 1 :], found)
            return


def _read_table(
    sheet: str, above: int, header: Sequence[Any], rows: list[list[Any]], found: Published
) -> None:
    key = header.index(ID if ID in header else ROW)
    for number, values in enumerate(rows, start=above + 1):
        name = values[key]
        if not isinstance(name, str) or not name:
            continue
        for carried, column, value in _carried(name, header, values):
            found.figures.append((carried, canonical(value)))
            found.places[carried] = f"{sheet}!{get_column_letter(column + 1)}{number}"


def _carried(name: str, header: Sequence[Any], values: Sequence[Any]) -> Iterator[tuple[str, int, Any]]:
    """Return what a row carries: ids with the column they stand in."""
    of_figures = ID in header
    for column, (title, value) in enumerate(zip(header, values, strict=False)):
        if of_figures and title == TEXT:
            yield name, column, value
        elif of_figures and title in MEASURES:
            yield measure_id(name, title), column, value
        elif not of_figures and title and title != ROW:
            yield measure_id(name, str(title)), column, value
