"""The figures of a frozen review as CSV, and back."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from reliability.publish.cells import Cell, canonical
from reliability.publish.measured import MEASURES, measure_id
from reliability.publish.reading import Published, not_published, text_of
from reliability.publish.sheets import ID, TEXT, Sheet, course_sheet, figure_sheet
from reliability.review.frozen import Frozen
from reliability.spreadsheets import as_written, inert

_COLUMNS = (ID, "of", "what", "chart", "line", TEXT, *MEASURES, "unit", "to date")
_REVIEW = "review id"
_STAMP = (_REVIEW, "as of", "data version", "filters")


def csv_file(frozen: Frozen) -> str:
    """Return all figures and points, a row each; what the file was made from stands in every row."""
    stamped = (frozen.id, frozen.as_of.isoformat(), frozen.data_version, ", ".join(frozen.filters))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((*_COLUMNS, *_STAMP))
    review = frozen.review
    for sheet in (figure_sheet(review), course_sheet(review, frozen.zone)):
        writer.writerows((*_row(sheet, row), *map(inert, stamped)) for row in sheet.rows)
    return out.getvalue()


def _row(sheet: Sheet, row: Sequence[Cell]) -> list[str]:
    cells = dict(zip(sheet.header, row, strict=True))
    return [_written(cells.get(column)) for column in _COLUMNS]


def _written(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return inert(value) if isinstance(value, str) else str(value)


def read_csv(path: Path) -> Published:
    """Read a published CSV file, whatever separates its columns. Raises ReliabilityError for one that is none."""
    text = text_of(path, "utf-8-sig")
    found = Published()
    separator = next((one for one in ",;\t" if one in text.partition("\n")[0]), ",")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        if {ID, TEXT, _REVIEW} <= set(reader.fieldnames or ()):
            for row in reader:
                _read_row(row, f"line {reader.line_num}", found)
    except csv.Error as error:
        raise not_published(path) from error
    if not found.review_id or not found.figures:
        raise not_published(path)
    return found


def _read_row(row: dict[str, Any], where: str, found: Published) -> None:
    name = _live(row[ID])
    found.review_id = found.review_id or _live(row[_REVIEW])
    texts = [(name, canonical(_live(row[TEXT])))]
    measured = ((measure_id(name, column), _measure(column, row.get(column))) for column in MEASURES)
    for carried, text in chain(texts, measured):
        found.figures.append((carried, text))
        found.places[carried] = where


def _live(text: str | None) -> str:
    """Return text without what keeps spreadsheets from running it."""
    return as_written(text or "")


def _measure(column: str, text: str | None) -> str:
    if not text:
        return ""
    try:
        return canonical(datetime.fromisoformat(text) if column in MEASURES[-2:] else float(text))
    except ValueError:
        return text
