"""The sheets of a published review, before any file format: figures, courses, definitions, and the rows behind each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reliability.formatting import count
from reliability.model import Review
from reliability.publish.carried import carried, point_id
from reliability.publish.cells import Cell, typed
from reliability.publish.defined import definition_of, queries_of, text_of
from reliability.publish.measured import MEASURES, NUMBER, Measured, measured
from reliability.review.frozen import Frozen

ID = "figure id"
TEXT = "as published"
ROW = "row id"
ROWS = "rows/"
"""Columns by which figures and rows are found again (a row's id begins with `ROWS`); the others may be deleted."""


@dataclass(frozen=True)
class Sheet:
    """One table. notes: lines above it, beside what stands on every sheet."""

    name: str
    header: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    notes: tuple[str, ...] = ()


def sheets(frozen: Frozen, data_dir: Path) -> Iterator[Sheet]:
    """Return all sheets in order. data_dir: where the review was frozen, which holds the rows behind it."""
    review = frozen.review
    yield figure_sheet(review)
    yield course_sheet(review, frozen.zone)
    yield _definition_sheet(frozen)
    yield from row_sheets(frozen, data_dir)


_FIGURE_COLUMNS = (ID, "of", "what", TEXT, NUMBER, "unit")


def figure_sheet(review: Review) -> Sheet:
    """Return every published figure and sentence, without the points of charts."""
    numbers, titles = measured(review), {f"card/{card.id}": card.title for card in review.cards}
    rows: list[tuple[Cell, ...]] = []
    for name, text in carried(review).items():
        if name.startswith("chart/"):
            continue
        part, _, what = name.partition("/")
        if part == "card":
            one, _, what = what.partition("/")
            part = titles[f"card/{one}"]
        number = numbers.get(name, Measured(None))
        unit = number.unit if number.number is not None else ""
        rows.append((name, part, what.replace("/", ": "), text, number.number, unit))
    return Sheet("Figures", _FIGURE_COLUMNS, rows)


_COURSE_COLUMNS = (ID, "chart", "line", *MEASURES[-2:], TEXT, *MEASURES[:4], "unit", "to date")


def course_sheet(review: Review, zone: str) -> Sheet:
    """Return the points of all charts, a row each."""
    numbers, texts = measured(review), carried(review)
    rows: list[tuple[Cell, ...]] = []
    for chart in review.charts:
        for number, line in enumerate(chart.lines):
            label = line.label if len(chart.lines) > 1 else ""
            for point in line.points:
                name = point_id(chart, number, point.at.isoformat())
                cells = numbers[name].cells(zone)
                measures = (*(cells[column] for column in MEASURES[-2:]), texts[name])
                measures += tuple(cells[column] for column in MEASURES[:4])
                rows.append((name, chart.title, label, *measures, chart.unit, point.partial))
    return Sheet("Courses", _COURSE_COLUMNS, rows, (f"Times are those of {zone}.",))


def _definition_sheet(frozen: Frozen) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for name, title in queries_of(frozen).items():
        if found := definition_of(name, frozen):
            rows.append((title, *found, f"queries/{name}.sql", text_of(name, frozen)))
    return Sheet("Definitions", ("shown as", "title", "definition", "file", "SQL"), rows)


def row_sheets(frozen: Frozen, data_dir: Path) -> Iterator[Sheet]:
    """Return the rows behind each card's figure of the period, a sheet each."""
    found = frozen.rows(data_dir)
    cards = {card.id: card for card in frozen.review.cards}
    for one in found or ():
        card = cards[one.card]
        notes = [f"The rows behind figure card/{card.id}/value, {card.title}: {card.text}."]
        if one.cut:
            notes.append(
                f"There are more: these are the first {count(len(one.rows))}. `thaw` gives back the exports."
            )
        notes.append(f"Times are those of {frozen.zone}. Names of people are left out.")
        rows = [
            (
                row_id(card.id, number),
                *(typed(v, k, frozen.zone) for v, k in zip(row, one.columns.values(), strict=True)),
            )
            for number, row in enumerate(one.rows, start=1)
        ]
        yield Sheet(card.title, (ROW, *one.columns), rows, tuple(notes))
    if found is None:
        said = "This review was frozen by a version that did not keep the rows behind its figures."
        yield Sheet("Rows", (ROW,), (), (said,))


def row_id(card: str, number: int) -> str:
    """Return the id of a row behind a card's figure, counted from 1."""
    return f"{ROWS}{card}/{number}"
