"""Reading a deck back, also after another program saved it or somebody edited, moved or grouped what is on it."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from reliability.publish.carried import cell_id
from reliability.publish.deck_canvas import FIGURE, FIGURES, LEFT_OUT, TITLE
from reliability.publish.deck_charts import figures_in
from reliability.publish.left_out import as_kept
from reliability.publish.powerpoint_reading import Shown, shown
from reliability.publish.reading import Published, not_published, unreadable
from reliability.publish.stamp import review_in

_TITLED = re.compile(TITLE + r"\[([^\]]+)\]$")
_NOTED = re.compile(r".*?: (.*) \[([^\]]+)\]$")


def read_deck(path: Path) -> Published:
    """Read a published deck. Raises ReliabilityError for a file that is none, or carries no figure."""
    found = Published()
    try:
        for number, slide in enumerate(shown(path), start=1):
            for _, text in (*slide.texts, ("", slide.notes)):
                found.review_id = found.review_id or review_in(text)
            for name, text in _carried(slide):
                found.figures.append((name, text))
                found.places[name] = f"slide {number}"
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:
        raise not_published(path) from error
    if not found.review_id or not found.figures:
        raise not_published(path)
    return found


def _carried(slide: Shown) -> Iterator[tuple[str, str]]:
    for name, text in slide.texts:
        if name.startswith(FIGURE):
            yield name.removeprefix(FIGURE), text
    for name, rows in slide.tables:
        if name.startswith(FIGURES) and rows:
            yield from _cells(name.removeprefix(FIGURES), rows)
    for name, series in slide.charts:
        yield from figures_in(name, series)
    for line in slide.notes.splitlines():
        if titled := _TITLED.match(line):
            yield titled[1], slide.title
        elif noted := _NOTED.match(line):
            yield noted[2], noted[1]


def _cells(table: str, rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    heads = rows[0]
    for row in rows[1:]:
        for head, cell in zip(heads[1:], row[1:], strict=True):
            yield f"{table}/{as_kept(row[0])}" if table == LEFT_OUT else cell_id(table, row[0], head), cell
