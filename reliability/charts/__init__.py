"""Charts: a `model.Chart` becomes a plain Plotly figure, in one look, for pages and documents alike.

Figures are plain dicts, made without Plotly's own objects: building and checking those costs more than the page.
The finding (title) and the subtitle stand outside the plot, where text can wrap and be selected.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from reliability.charts import labels, layers, series
from reliability.charts.axes import time_ticks, value_axis
from reliability.charts.canvas import canvas
from reliability.charts.palette import PALETTES, Palette
from reliability.model import Chart, Point

HEIGHT = 232
_BOTTOM = 34
_TOP = 8
_NARROWEST_RIGHT = 12


def figure(chart: Chart, theme: str, zone: str = "UTC", height: int = HEIGHT) -> dict[str, Any]:
    """Draw a chart.

    theme: "light" or "dark" with fixed colours, "app" with stand-ins that the browser fills from the theme, or
    "document" with the custom properties of a style sheet.
    zone: the organisation's time zone. height: in pixels, margins included.
    Each point's customdata is [start, end] of its step as ISO instants and its line's name, for drilling down.
    """
    palette = PALETTES[theme]
    chart = _without_cut_start(chart)
    axis = value_axis(_values(chart), chart.unit, chart.scale)
    if chart.kind != "columns":
        axis = axis.with_room_below()
    start, end = _span(chart)
    ground = layers.Ground(start, end, zone, axis, 0, chart.unit)
    headings = layers.headings(chart.bands, chart.marks, ground)
    top = _TOP + layers.heading_height(headings)
    ground = layers.Ground(start, end, zone, axis, height - top - _BOTTOM, chart.unit)
    ends = [*_line_labels(chart, palette), *layers.level_labels(chart.levels, ground, palette)]
    right = max([_NARROWEST_RIGHT, *(labels.width(label.text) + 14 for label in ends)])
    left = max((labels.width(text) for text in axis.texts), default=20) + 12
    return {
        "data": series.traces(chart, ground, palette),
        "layout": {
            **canvas(palette),
            "height": height,
            "margin": {"t": top, "b": _BOTTOM, "l": left, "r": right, "pad": 0},
            "bargap": 0,
            "shapes": [
                *layers.bands(chart.bands, ground, palette),
                *layers.moments(headings, ground, palette),
                *layers.levels(chart.levels, ground, palette),
            ],
            "annotations": [
                *layers.heading_texts(headings, ground, palette),
                *layers.end_labels(ends, ground),
            ],
            "xaxis": {
                "type": "date",
                "range": [ground.at(start), ground.at(end)],
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "showline": False,
                "ticks": "",
                "tickangle": 0,
                "automargin": False,
                "tickfont": {"size": labels.FONT_SIZE, "color": palette.muted},
                **time_ticks(start, end),
            },
            "yaxis": {
                "type": "log" if axis.log else "linear",
                "range": axis.range,
                "fixedrange": True,
                "tickmode": "array",
                "tickvals": list(axis.ticks),
                "ticktext": list(axis.texts),
                "ticks": "",
                "automargin": False,
                "gridcolor": palette.border,
                "gridwidth": 1,
                "griddash": "solid",
                "zeroline": False,
                "showline": False,
                "tickfont": {"size": labels.FONT_SIZE, "color": palette.muted},
                "title": {"text": ""},
            },
        },
    }


def _without_cut_start(chart: Chart) -> Chart:
    """Leave out first points that only the window's start cut short: they would look like a rise after them."""
    lines = tuple(replace(line, points=_from_first_whole(line.points)) for line in chart.lines)
    return replace(chart, lines=lines)


def _from_first_whole(points: tuple[Point, ...]) -> tuple[Point, ...]:
    first = next((i for i, point in enumerate(points) if not point.partial), 0)
    return points[first:]


def _values(chart: Chart) -> Iterator[float]:
    points = list(chain.from_iterable(line.points for line in chart.lines))
    yield from (p.value for p in points if p.value is not None)
    yield from (
        level.value for level in chart.levels if level.role != "limit" or _worth_showing(chart, level.value)
    )
    yield from (p.low for p in points if p.low is not None)
    yield from (p.high for p in points if p.high is not None and _worth_showing(chart, p.high))


def _worth_showing(chart: Chart, value: float) -> bool:
    """Tell whether a limit or interval end may stretch the axis: not when it would flatten the data."""
    known = [p.value for line in chart.lines for p in line.points if p.value is not None]
    if not known or chart.unit in ("points", "availability"):
        return True
    return value <= max(known) * (12 if chart.scale == "log" else 2.5)


def _span(chart: Chart) -> tuple[datetime, datetime]:
    """Return the first and last moment drawn: the points' own, with room for the last column."""
    moments = [point.at for line in chart.lines for point in line.points]
    if not moments:
        edges = [edge for band in chart.bands for edge in (band.start, band.end)] + [
            m.at for m in chart.marks
        ]
        return (min(edges), max(edges)) if len(edges) > 1 else _nothing()
    steps = [series.step_of(line) for line in chart.lines if line.points]
    room = (max(moments) - min(moments)) * 0.012
    before = timedelta(0) if chart.kind == "columns" else room
    after = max(steps) if chart.kind == "columns" else room
    if before + after == timedelta(0):  # a single point
        before = after = timedelta(days=4)
    return min(moments) - before, max(moments) + after


def _nothing() -> tuple[datetime, datetime]:
    return datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 12, 31, tzinfo=UTC)


def _line_labels(chart: Chart, palette: Palette) -> list[layers.EndLabel]:
    found = []
    for line in chart.lines:
        last = next((p for p in reversed(line.points) if p.value is not None), None)
        if last is None or last.value is None or not line.label or chart.kind == "columns":
            continue
        text = "<br>".join(labels.wrap(part) for part in line.label.split("\n"))
        if line.role == "main":
            text = f"<b>{text}</b>"
        if last.partial:
            text += "<br>to date"
        found.append(layers.EndLabel(text, last.value, series.colour_of_name(line, palette)))
    return found


__all__ = ["HEIGHT", "figure"]
