"""The figures of a review with their values: the ids, and the texts, are those that published files carry."""

from dataclasses import dataclass, replace

from reliability.model import Review
from reliability.publish.carried import carried, point_id

ROWS, PROMISES = "rows", "promises"


@dataclass(frozen=True)
class Shown:
    """A figure as shown. value: None for words, and where there is no figure. unit: of the value, "" for words."""

    text: str
    value: float | None = None
    unit: str = ""


def shown(review: Review) -> dict[str, Shown]:
    """Return every figure and sentence of a review by its id, in reading order."""
    values = _values(review)
    return {name: Shown(text, *values.get(name, (None, ""))) for name, text in carried(review).items()}


def as_whole_as(review: Review, presented: Review) -> Review:
    """Return a review without the parts that were not kept yet when `presented` was: its promises, and its lists."""
    had_promises = presented.promises or not any(bucket.number for bucket in presented.buckets)
    return replace(
        review,
        promises=review.promises if had_promises else (),
        listings=review.listings if presented.listings else (),
    )


def _values(review: Review) -> dict[str, tuple[float | None, str]]:
    found: dict[str, tuple[float | None, str]] = {}
    for bucket in review.buckets:
        found[f"bucket/{bucket.name}"] = (bucket.number, PROMISES)
    for card in review.cards:
        found[f"card/{card.id}/value"] = (card.value, card.unit)
        found[f"card/{card.id}/n"] = (card.n, "records")
    for promise in review.promises:
        found[f"promise/{promise.id}/n"] = (promise.n, "records")
    for chart in (*review.charts, *(one.chart for one in review.promises if one.chart)):
        for number, line in enumerate(chart.lines):
            for point in line.points:
                found[point_id(chart, number, point.at.isoformat())] = (point.value, chart.unit)
    for reason, number in review.left_out:
        found[f"left out/{reason}"] = (number, ROWS)
    return found
