"""Maintenance windows as tables: cut at each other's edges, so that a request lies in one piece at most."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from reliability.rollups.model import SmallTable
from reliability.settings.rollups import Maintenance

PIECES = {"slot": "bigint", "starts": "bigint", "ends": "bigint"}
WINDOWS = {"starts": "bigint", "ends": "bigint", "service": "varchar"}


def _span(window: Maintenance) -> tuple[int, int]:
    return int(window.start.timestamp()), int(window.end.timestamp())


def pieces(windows: Iterable[Maintenance], interval_seconds: int) -> SmallTable:
    """Every stretch between two edges that some window covers, cut at the intervals it lies in. Unix seconds."""
    spans = [_span(window) for window in windows]
    edges = sorted({edge for span in spans for edge in span})
    rows = []
    for start, end in pairwise(edges):
        if not any(first <= start and end <= last for first, last in spans):
            continue
        slot = start - start % interval_seconds
        while slot < end:
            rows.append((slot, max(start, slot), min(end, slot + interval_seconds)))
            slot += interval_seconds
    return SmallTable(PIECES, rows)


def windows_table(windows: Sequence[Maintenance]) -> SmallTable:
    """One row per window and service; a window without services is one row with NULL."""
    rows = [(*_span(window), service) for window in windows for service in (window.services or (None,))]
    return SmallTable(WINDOWS, rows)


def overlapping(windows: Sequence[Maintenance], first: int | None, last: int | None) -> list[tuple[int, int]]:
    """The windows that a file with rows from `first` to `last` was read under."""
    if first is None or last is None:
        return []
    return sorted({span for span in map(_span, windows) if span[0] <= last and span[1] > first})
