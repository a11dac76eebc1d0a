"""A figure step by step: its rows of consecutive windows as points."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from reliability.model import Point
from reliability.queries.figures import Family, Figure
from reliability.statistics.intervals import wilson


class Span(Protocol):
    """Anything with a start and an end."""

    @property
    def start(self) -> datetime:
        """The instant it begins."""
        ...

    @property
    def end(self) -> datetime:
        """The instant it ends, not part of it."""
        ...


def points_of(of: Figure, windows: Sequence[Span], rows: Sequence[Mapping[str, Any]]) -> tuple[Point, ...]:
    """Return one point for each window at its start, oldest first.

    low and high are the middle half of the incidents behind a median, else the figure's 90 % interval where it has one
    that its row alone can give.
    """
    return tuple(
        Point(
            at=window.start,
            value=row["value"],
            low=low,
            high=high,
            n=row["n"],
            partial=bool(row["partial"]),
            until=window.end,
        )
        for window, row in zip(windows, rows, strict=True)
        for low, high in (spread(of, row),)
    )


def spread(of: Figure, row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return the two ends of what surrounds a figure's value, (None, None) where its row does not say.

    What was counted in full has no interval: there is no sampling in it.
    """
    if of.family is Family.MEDIAN:
        return row.get("quarter"), row.get("three_quarters")
    if of.family is Family.SCORE:
        return row.get("low"), row.get("high")
    k, n = row.get("numerator"), row.get("denominator")
    if of.family is Family.SHARE and row["value"] is not None and k is not None and n:
        if k != int(k) or n != int(n):
            return None, None
        clustering = row.get("clustering") or 1.0
        low, high = wilson(k / clustering, n / clustering)
        return low, high
    return None, None
