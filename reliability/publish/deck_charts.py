"""A `Chart` as series that a presentation holds, and back to the figures that they carry."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from reliability import formatting
from reliability.model import Band, Chart, Line, Point
from reliability.publish.powerpoint_charts import Axes, Series, day_number, instant_of

_NAME = re.compile(r"figure: (chart/\S+) · (\w+) · ([+-]\d+) min$")
_LOW, _HIGH, _LEVEL, _MORE = ": low", ": high", "level: ", ": after a gap"
_BAND, _MARK = "band: ", "mark: "
_EDGES = {_LOW: "low", _HIGH: "high"}
_NUMBERS = {
    "share": "0%",
    "availability": "0.00%",
    "minutes": '#,##0" min"',
    "hours": '0.#" h"',
    "points": "+0;-0;0",
}
_ROOM_FOR_WORDS = 0.2
_LONG_DAYS = 150
_DOTS = 30
_CLOSE = 0.12
_ONE_LINE = 11  # letters that stand on one line at the right of a small chart: "goal 1 h 55 min" does not
_ABOVE = 0.2
_HOURS = 0.09  # of a day: clocks that were put forward since


def ahead_of(as_of: datetime, zone: str) -> timedelta:
    """Return how far the organisation's clock is ahead of UTC. One for a whole chart: no hour comes twice in it."""
    return as_of.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


def chart_name(chart: Chart, ahead: timedelta) -> str:
    """Return the name of a chart's shape, which says all that is needed to read its points back."""
    return f"figure: chart/{chart.id} · {chart.unit} · {round(ahead / timedelta(minutes=1)):+d} min"


def series_of(chart: Chart, ahead: timedelta) -> list[Series]:
    """Return all lines of a chart: its own, the ends of their intervals, its levels, its stretches and moments."""
    found: list[Series] = []
    for line in chart.lines:
        found += _of_line(line, ahead)
    days = [x for series in found for x, _ in series.points]
    for level in chart.levels:
        start = day_number(level.start, ahead) if level.start else min(days, default=0.0)
        end = day_number(level.end, ahead) if level.end else max(days, default=0.0)
        points = [(max(start, min(days, default=start)), level.value), (end, level.value)]
        style = "goal" if level.role == "goal" else "was"
        # A level that ends early has its words where the course is: its name stands in the chart's data.
        said = level.label if level.end is None else ""
        found.append(Series(_LEVEL + level.label, points, style, said))
    return [*_apart(found, chart.scale == "log"), *_times(chart, found, ahead)]


def _times(chart: Chart, drawn: Sequence[Series], ahead: timedelta) -> Iterator[Series]:
    """Return the named stretches of a chart as lines above its course, and its moments as lines up to there."""
    days = [x for series in drawn for x, _ in series.points]
    values = [y for series in drawn for _, y in series.points]
    if not values:
        return
    first, last = min(days), max(days)
    low, top = _reach(chart, values)
    stretches: dict[tuple[float, float], list[Band]] = {}
    for band in chart.bands:
        start, end = max(day_number(band.start, ahead), first), min(day_number(band.end, ahead), last)
        if start < end:
            stretches.setdefault((start, end), []).append(band)
    for (start, end), bands in stretches.items():
        said = ", ".join(band.label.partition(":")[0] for band in bands)
        style = "incident" if any(band.role == "incident" for band in bands) else "band"
        # The words stand at the last point: the line goes back to its middle.
        points = [(start, top), (end, top), ((start + end) / 2, top)]
        yield Series(_BAND + ", ".join(band.label for band in bands), points, style, said, "below")
    ends = [one.points[-1][1] for one in drawn if one.said and one.points]
    taken = any(abs(end - top) < _CLOSE * (top - low) for end in ends)
    for mark in chart.marks:
        if first <= (at := day_number(mark.at, ahead)) <= last:
            # Above, unless the words of a line stand there.
            points = [(at, low), (at, top)]
            if taken:
                points.append((at, low + (top - low) / 15))
            yield Series(_MARK + mark.label, points, "mark", mark.label)


def _reach(chart: Chart, values: Sequence[float]) -> tuple[float, float]:
    """Return the lowest value that is drawn, and one above all of them for the words of stretches."""
    if chart.scale == "log":
        positive = [value for value in values if value > 0] or [1.0]
        decade = 10.0 ** math.ceil(math.log10(max(positive)))
        low = 10.0 ** math.floor(math.log10(min(positive)))
        return low, min(max(positive) * (max(positive) / low) ** _ABOVE, decade)
    low = min(values) if chart.unit in ("points", "availability") else min(0.0, *values)
    top = max(values) + _ABOVE * ((max(values) - low) or 1.0)
    return low, min(top, 1.0) if chart.unit in ("share", "availability") else top


def _apart(series: Sequence[Series], logarithmic: bool) -> list[Series]:
    """Return series whose last words do not stand on those of the course."""

    def height(value: float) -> float:
        return math.log10(max(value, 1e-9)) if logarithmic else value

    values = [height(value) for one in series for _, value in one.points]
    ends = [one.points[-1] for one in series if one.style == "main" and one.points and one.said]
    if not ends:
        return list(series)
    (when, course), span = ends[-1], max(values) - min(values)
    found = []
    for one in series:
        if one.style != "main" and one.said and one.points:
            apart = height(one.points[-1][1]) - height(course)
            lines = 2 if len(one.said) > _ONE_LINE else 1
            if abs(apart) < lines * _CLOSE * span and abs(one.points[-1][0] - when) < _LONG_DAYS / 3:
                one = replace(one, place="above" if apart >= 0 else "below")
        found.append(one)
    return found


def axes_of(chart: Chart, series: Sequence[Series]) -> Axes:
    """Return the axes on which a chart's series stand, with room for the words at their ends."""
    days = [x for one in series for x, _ in one.points] or [0.0, 1.0]
    first, last = min(days), max(days)
    last += max(1.0, (last - first) * _ROOM_FOR_WORDS)
    values = [y for one in series for _, y in one.points] or [0.0]
    low: float | None = None
    high: float | None = None
    if chart.scale == "log":
        positive = [value for value in values if value > 0] or [1.0]
        low, high = (
            10.0 ** math.floor(math.log10(min(positive))),
            10.0 ** math.ceil(math.log10(max(positive))),
        )
    elif chart.unit == "share":
        low, high = 0.0, 1.0
    elif chart.unit not in ("points", "availability"):
        low = min(0.0, *values)
    days_format = "mmm yyyy" if last - first > _LONG_DAYS else "d mmm"
    return Axes(
        _NUMBERS.get(chart.unit, "#,##0"),
        math.floor(first + _HOURS),
        math.ceil(last),
        low,
        high,
        chart.scale == "log",
        days_format,
    )


def drawn(chart: Chart) -> bool:
    """Is there anything to draw?"""
    return any(point.value is not None for line in chart.lines for point in line.points)


def figures_in(name: str, series: Sequence[Series]) -> Iterator[tuple[str, str]]:
    """Return the figures that a chart carries, by the name of its shape: (id, text); nothing for another's chart."""
    found = _NAME.match(name)
    if not found:
        return
    start, unit, ahead = found[1], found[2], timedelta(minutes=int(found[3]))
    line, level = -1, 0
    for one in series:
        if one.name.startswith((_BAND, _MARK)):
            continue
        if one.name.startswith(_LEVEL):
            for _, value in one.points[:1]:
                yield f"{start}/level {level}", formatting.figure(value, unit)
            # Both ends of a level are the same number, until somebody edits one.
            if len({value for _, value in one.points}) > 1:
                yield f"{start}/level {level}", formatting.figure(one.points[-1][1], unit)
            level += 1
            continue
        ending = next((end for end in _EDGES if one.name.endswith(end)), "")
        line += not ending and not one.name.endswith(_MORE)
        for x, value in one.points:
            at = instant_of(x, ahead).astimezone(UTC).isoformat()
            yield (
                f"{start}/{line}/{at}{'/' + _EDGES[ending] if ending else ''}",
                formatting.figure(value, unit),
            )


def _of_line(line: Line, ahead: timedelta) -> Iterator[Series]:
    style = line.role if line.role in ("goal", "was", "second") else "main"
    parts = _parts(line.points)
    if not parts:
        # Lines are counted when they are read back.
        yield Series(line.label, (), style)
    for number, part in enumerate(parts):
        points = [(day_number(point.at, ahead), point.value) for point in part if point.value is not None]
        said = line.label if number == len(parts) - 1 else ""
        marked = style == "main" and len(line.points) < _DOTS
        yield Series(line.label + (_MORE if number else ""), points, style, said, marked=marked)
    for ending, edge in _EDGES.items():
        ends = [(day_number(point.at, ahead), getattr(point, edge)) for point in line.points]
        if kept := [(x, value) for x, value in ends if value is not None]:
            yield Series(line.label + ending, kept, "edge", "")


def _parts(points: Sequence[Point]) -> list[list[Point]]:
    """Return stretches without a gap: no line is drawn across what is not known."""
    return [list(group) for known, group in groupby(points, lambda point: point.value is not None) if known]
