"""Merged cells of a sheet: one value that a person sees beside several rows, but that the file holds once."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from openpyxl.utils import range_boundaries

_REFERENCE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")
_PIECE = 1 << 20
_LONGEST = 200

Numbered = tuple[int, list[str | None]]


@dataclass(frozen=True)
class Span:
    """Cells merged downwards. column: 0-based place in a row. first, last: numbers of its rows."""

    column: int
    first: int
    last: int


def spans(sheet: IO[bytes]) -> list[Span]:
    """The cells of a sheet's XML that are merged over several rows, from the top down; others are left out."""
    found = []
    rest = b""
    while piece := sheet.read(_PIECE):
        text = rest + piece
        end = 0
        for reference in _REFERENCE.finditer(text):
            column, first, _, last = range_boundaries(reference[1].decode())
            end = reference.end()
            if column is not None and first is not None and last is not None and last > first:
                found.append(Span(column - 1, first, last))
        rest = text[max(end, len(text) - _LONGEST) :]
    return sorted(found, key=lambda span: span.first)


def filled_down(rows: Iterable[Numbered], merged: Sequence[Span], below: int) -> Iterator[Numbered]:
    """Write the value of each span that begins below row `below` into its other rows, where their own cell is blank."""
    waiting = [span for span in merged if span.first > below]
    running: list[tuple[Span, str]] = []
    at = 0
    for number, cells in rows:
        while at < len(waiting) and waiting[at].first <= number:
            span, at = waiting[at], at + 1
            value = cells[span.column] if span.first == number and span.column < len(cells) else None
            if value:
                running.append((span, value))
        running = [(span, value) for span, value in running if span.last >= number]
        for span, value in running:
            if span.column >= len(cells):
                cells = cells + [None] * (span.column + 1 - len(cells))
            cells[span.column] = cells[span.column] or value
        yield number, cells
