"""Where labels go so that they do not lie on each other. Pure geometry in pixels; no drawing."""

import math
from collections.abc import Sequence

FONT_SIZE = 11
LINE_HEIGHT = 13.5
_CHARACTER_WIDTH = 5.7


def width(text: str) -> float:
    """Estimate the width in pixels of the widest line of a label ("a<br>b" has two)."""
    return max(len(line) for line in _lines(text)) * _CHARACTER_WIDTH


def height(text: str) -> float:
    """Return the height in pixels of a label of one or more lines."""
    return len(_lines(text)) * LINE_HEIGHT


def _lines(text: str) -> list[str]:
    bare = text.replace("<b>", "").replace("</b>", "")
    return bare.split("<br>")


def word(text: str, most: int = 26) -> str:
    """Shorten a note to what fits above a plot: what stands before a colon, at most `most` characters.

    Angle brackets are replaced, because the drawing library would read them as tags.
    """
    short = " ".join(text.split(":")[0].split()).replace("<", "‹").replace(">", "›")
    return short if len(short) <= most else f"{short[: most - 1].rstrip()}…"


def wrap(text: str, most: int = 16) -> str:
    """Break a label into lines of about `most` characters at ordinary spaces; no-break spaces hold."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "<br>".join(lines)


def spread(centres: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move labels apart along one axis until none overlap, each as near to its place as the others allow.

    centres: wanted middle of each label in pixels. heights: extent of each. low, high: the room there is.
    Labels keep the order of their wanted places. When the room is too small they overlap evenly.
    """
    order = sorted(range(len(centres)), key=lambda i: centres[i])
    total = sum(heights)
    squeeze = min(1.0, (high - low) / total) if total else 1.0
    # Runs of touching labels are merged and centred on the mean of what their members wanted.
    runs: list[tuple[list[int], float, float]] = []
    for index in order:
        members, extent = [index], heights[index] * squeeze
        middle = _held(centres[index], extent, low, high)
        while runs and runs[-1][1] + runs[-1][2] / 2 > middle - extent / 2 + 1e-9:
            before, _, before_extent = runs.pop()
            members, extent = before + members, before_extent + extent
            middle = _held(_wanted_middle(members, centres, heights, squeeze, extent), extent, low, high)
        runs.append((members, middle, extent))
    placed = [0.0] * len(centres)
    for members, middle, extent in runs:
        edge = middle - extent / 2
        for index in members:
            placed[index] = edge + heights[index] * squeeze / 2
            edge += heights[index] * squeeze
    return placed


def _held(middle: float, extent: float, low: float, high: float) -> float:
    return min(max(middle, low + extent / 2), max(high - extent / 2, low + extent / 2))


def _wanted_middle(
    members: Sequence[int], centres: Sequence[float], heights: Sequence[float], squeeze: float, extent: float
) -> float:
    """Return the middle of a run that keeps its members' mean distance from their places at zero."""
    edge, drift = 0.0, []
    for index in members:
        drift.append(centres[index] - (edge + heights[index] * squeeze / 2))
        edge += heights[index] * squeeze
    return math.fsum(drift) / len(drift) + extent / 2


def rows(
    spans: Sequence[tuple[float, float]], lines: Sequence[float | None] = (), most: int = 3
) -> list[int]:
    """Put horizontal spans on rows, counted from the plot upwards, so that none overlap in a row.

    lines: where a line goes from the plot up to the span, None for none; no span stands across the line of an earlier
    one. Each takes the first row with room, else the one of `most` rows that is the highest.
    """
    chosen: list[int] = []
    for span in spans:
        row = 0
        while row < most - 1 and not _free(span, row, spans, lines, chosen):
            row += 1
        chosen.append(row)
    return chosen


def _free(
    span: tuple[float, float],
    row: int,
    spans: Sequence[tuple[float, float]],
    lines: Sequence[float | None],
    chosen: Sequence[int],
) -> bool:
    """Tell whether a row has room for a span beside those that have theirs."""
    start, end = span
    for (other_start, other_end), other, line in zip(
        spans, chosen, [*lines, *[None] * (len(spans) - len(lines))], strict=False
    ):
        if other == row and start < other_end and other_start < end:
            return False
        if line is not None and other >= row and start < line < end:
            return False
    return True
