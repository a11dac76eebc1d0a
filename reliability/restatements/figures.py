"""The figures of a review with their values: the ids, and the texts, are those that published files carry."""

from dataclasses import dataclass, replace

from reliability.model import Review
from reliability.publish.carried import carried, point_id

ROWS = "rows"


@dataclass(frozen=True)
class Shown:
    """A figure as shown. value: None for words, and where there is no figure. unit: of the value, "" for words."""

    text: str
    value: float | None = None
    unit: str = ""


def shown(review: Review) -> dict[str, Shown]:
    """Return every figure and sentence of a review's own page by its id, in reading order.

    Its promises in words and the lists of other pages are made of the same figures, and say nothing more of a cause.
    """
    values = _values(review)
    page = replace(review, promises=(), listings=())
    return {name: Shown(text, *values.get(name, (None, ""))) for name, text in carried(page).items()}


def _values(review: Review) -> dict[str, tuple[float | None, str]]:
    found: dict[str, tuple[float | None, str]] = {}
    for bucket in review.buckets:
        found[f"bucket/{bucket.name}"] = (bucket.number, "promises")
    for card in review.cards:
        found[f"card/{card.id}/value"] = (card.value, card.unit)
        found[f"card/{card.id}/n"] = (card.n, "records")
    for chart in review.charts:
        for number, line in enumerate(chart.lines):
            for point in line.points:
                found[point_id(chart, number, point.at.isoformat())] = (point.value, chart.unit)
    for reason, number in review.left_out:
        found[f"left out/{reason}"] = (number, ROWS)
    return found
