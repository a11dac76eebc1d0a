"""The numbers behind carried figures, for files whose cells have types: as exact as the review has them."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from reliability.formatting import local
from reliability.model import Card, Chart, Review
from reliability.publish.carried import point_id
from reliability.publish.cells import Cell, canonical

NUMBER = "number"
MEASURES = (NUMBER, "low", "high", "n", "from", "to")
"""What a figure's row may hold beside its text, each a column of that name; "" ends in none of them."""


class Measured(NamedTuple):
    """One figure as numbers. unit: that of number, low and high; instants are those of a step's start and end."""

    number: float | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    n: int | None = None
    start: datetime | None = None
    end: datetime | None = None

    def cells(self, zone: str) -> dict[str, Cell]:
        """Return its typed cells by column; times are the organisation's local ones."""
        start = local(self.start, zone) if self.start else None
        end = local(self.end, zone) if self.end else None
        values = (self.number, self.low, self.high, self.n, start, end)
        return dict(zip(MEASURES, values, strict=True))


def measured(review: Review) -> dict[str, Measured]:
    """Return the figures of a review that are numbers: id as in `carried` -> the number."""
    found = {f"bucket/{bucket.name}": Measured(bucket.number, "promises") for bucket in review.buckets}
    for card in review.cards:
        found |= dict(_of_card(card))
    for chart in review.charts:
        found |= dict(_of_chart(chart))
    return found | {f"left out/{reason}": Measured(number, "records") for reason, number in review.left_out}


def _of_card(card: Card) -> Iterator[tuple[str, Measured]]:
    start = f"card/{card.id}"
    yield f"{start}/value", Measured(card.value, card.unit)
    # The goal of a promise may have another unit than its card's figure: its text names it.
    yield f"{start}/goal", Measured(card.goal_value)
    yield f"{start}/n", Measured(card.n, "records")
    for change in card.changes:
        known = card.value is not None and change.then is not None
        difference = card.value - change.then if known else None  # type: ignore[operator]
        yield f"{start}/change/{change.label}", Measured(difference, card.unit)


def _of_chart(chart: Chart) -> Iterator[tuple[str, Measured]]:
    for number, line in enumerate(chart.lines):
        for point in line.points:
            numbers = (point.value, chart.unit, point.low, point.high, point.n, point.at, point.until)
            yield point_id(chart, number, point.at.isoformat()), Measured(*numbers)


def measures(review: Review, zone: str) -> dict[str, str]:
    """Return every typed cell of the figures as text to compare: "ID (number)" -> "14"."""
    return {
        measure_id(name, column): canonical(value)
        for name, one in measured(review).items()
        for column, value in one.cells(zone).items()
        if value is not None
    }


def measure_id(figure: str, column: str) -> str:
    """Return the id of a typed cell of a figure."""
    return f"{figure} ({column})"
