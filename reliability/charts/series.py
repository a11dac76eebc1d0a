"""The data itself: columns, lines and points, their intervals, and the words shown on hover."""

import html
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from reliability import formatting as fmt
from reliability.charts.layers import Ground
from reliability.charts.palette import Palette
from reliability.model import Chart, Line, Point

# Paths that data are compared with: drawn as strokes, without points.
_GUIDES = {"goal": "5px,3px", "was": "1px,3px"}
_POINT_NAMES = {"incidents": "incident", "escalations": "escalation", "answers": "answer", "alerts": "alert"}


def step_of(line: Line) -> timedelta:
    """Return the usual distance between the points of a line; a week when there is only one."""
    gaps = sorted(after.at - before.at for before, after in pairwise(line.points))
    return gaps[len(gaps) // 2] if gaps else timedelta(days=7)


def traces(chart: Chart, ground: Ground, palette: Palette) -> list[dict[str, Any]]:
    """Return the drawing library's traces of all lines, faint ones first so that the main one lies on top."""
    order = {"was": 0, "faint": 1, "goal": 2, "second": 3, "main": 4}
    lines = sorted(chart.lines, key=lambda line: order.get(line.role, 4))
    drawn: list[dict[str, Any]] = []
    for line in lines:
        drawn += interval(line, ground, palette)
    for line in lines:
        if line.role in _GUIDES:
            drawn.append(_guide(line, ground, palette))
        elif chart.kind == "columns":
            drawn.append(_columns(chart, line, ground, palette))
        else:
            drawn += _joined(chart, line, ground, palette)
    return drawn


def colour_of(line: Line, palette: Palette) -> str:
    """Return a line's colour: its role decides, never its verdict."""
    colours = {"main": palette.text, "second": palette.noise, "goal": palette.good}
    return colours.get(line.role, palette.faint)


def colour_of_name(line: Line, palette: Palette) -> str:
    """Return the colour of a line's name: the line's, but for a faint line, since words are never faint."""
    colour = colour_of(line, palette)
    return palette.muted if colour == palette.faint else colour


def _guide(line: Line, ground: Ground, palette: Palette) -> dict[str, Any]:
    look = {"color": colour_of(line, palette), "width": 1.5, "dash": _GUIDES[line.role]}
    return _stroke([ground.at(p.at) for p in line.points], [p.value for p in line.points], look)


def interval(line: Line, ground: Ground, palette: Palette) -> list[dict[str, Any]]:
    """Return the interval of a line as pale shapes, one per unbroken run of points that have one."""
    runs: list[list[Point]] = [[]]
    for point in line.points:
        if point.low is None or point.high is None:
            runs.append([])
        else:
            runs[-1].append(point)
    top = ground.axis.high
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [ground.at(p.at) for p in [*run, *reversed(run)]],
            "y": [min(p.high or 0, top) for p in run]
            + [max(p.low or 0, ground.axis.low) for p in reversed(run)],
            "fill": "toself",
            "fillcolor": palette.noise,
            "opacity": 0.16,
            "line": {"width": 0},
            "hoverinfo": "skip",
            "showlegend": False,
        }
        for run in runs
        if len(run) > 1
    ]


def _keys(line: Line) -> list[list[str]]:
    """Return what a click on each point passes on: ISO instants of its step's start and end, and the line's name."""
    return [[p.at.isoformat(), (p.until or p.at).isoformat(), line.label] for p in line.points]


def _columns(chart: Chart, line: Line, ground: Ground, palette: Palette) -> dict[str, Any]:
    quiet = palette.faint if line.role == "main" else palette.border
    colours = [palette.tone(p.tone) if p.tone else quiet for p in line.points]
    step = step_of(line)
    return {
        "type": "bar",
        "x": [ground.at(p.at) for p in line.points],
        "y": [p.value for p in line.points],
        "offset": 0,
        "width": step.total_seconds() * 1000 * 0.82,
        "marker": {
            "color": [palette.page if p.partial else c for p, c in zip(line.points, colours, strict=True)],
            "line": {"color": colours, "width": [1.5 if p.partial else 0 for p in line.points]},
            "opacity": 0.75,
        },
        **_words(chart, line, ground),
    }


def _joined(chart: Chart, line: Line, ground: Ground, palette: Palette) -> list[dict[str, Any]]:
    """Return a line with its points; what leads to a partial point is dashed, the point itself hollow."""
    colour = colour_of(line, palette)
    points = chart.kind == "points"
    last = next((i for i in range(len(line.points) - 1, -1, -1) if line.points[i].value is not None), -1)
    sizes = [6.5 if points else 8 if i == last else 6 for i in range(len(line.points))]
    # On a plain line only the last point is shown, and those that no stroke reaches; all can be clicked.
    alone = _alone([p.value for p in line.points])
    shown = [1 if points or i == last or i in alone else 0 for i in range(len(line.points))]
    colours = [palette.tone(p.tone) if p.tone else (palette.muted if points else colour) for p in line.points]
    x = [ground.at(p.at) for p in line.points]
    whole = [None if p.partial else p.value for p in line.points]
    width = 1.25 if points else {"main": 2.25, "second": 1.75}.get(line.role, 1.25)
    stroke = {"color": palette.faint if points else colour, "width": width}
    drawn = [_stroke(x, whole, stroke)]
    for before, after in pairwise(line.points):
        if after.partial and before.value is not None and after.value is not None:
            ends = [ground.at(before.at), ground.at(after.at)]
            drawn.append(_stroke(ends, [before.value, after.value], {**stroke, "dash": "3px,3px"}))
    drawn.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": x,
            "y": [p.value for p in line.points],
            "marker": {
                "size": sizes,
                "opacity": shown,
                "color": [
                    palette.page if p.partial else c for p, c in zip(line.points, colours, strict=True)
                ],
                "line": {"color": colours, "width": [1.75 if p.partial else 0 for p in line.points]},
            },
            "cliponaxis": False,
            **_words(chart, line, ground),
        }
    )
    return drawn


def _alone(values: Sequence[float | None]) -> set[int]:
    """Return the places of figures without a figure right before or after them."""
    known = [False, *(value is not None for value in values), False]
    return {i - 1 for i in range(1, len(known) - 1) if known[i] and not known[i - 1] and not known[i + 1]}


def _stroke(x: list[str], y: Sequence[float | None], stroke: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": list(y),
        "line": {"shape": "linear", **stroke},
        "connectgaps": False,
        "hoverinfo": "skip",
        "cliponaxis": False,
        "showlegend": False,
    }


def _words(chart: Chart, line: Line, ground: Ground) -> dict[str, Any]:
    return {
        "customdata": _keys(line),
        "hovertext": [hover(chart, line, point, ground.zone) for point in line.points],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1 if chart.kind != "line" else 0.6}},
        "showlegend": False,
    }


def hover(chart: Chart, line: Line, point: Point, zone: str) -> str:
    """Return what a point says in words: when, how much, between what, resting on how many."""
    parts = [f"<b>{_when(point, step_of(line), zone)}</b>"]
    if sum(other.role not in _GUIDES for other in chart.lines) > 1 and line.label:
        parts.append(html.escape(line.label.split("<br>")[0]))
    value = fmt.figure(point.value, chart.unit)
    if chart.unit in _POINT_NAMES and point.value is not None:
        value = fmt.plural(point.value, _POINT_NAMES[chart.unit])
    cut = " to date" if point is line.points[-1] else ", incomplete"
    parts.append(f"{value}{cut}" if point.partial else value)
    if point.low is not None and point.high is not None:
        parts.append(f"{fmt.figure(point.low, chart.unit)} to {fmt.figure(point.high, chart.unit)}")
    if point.n is not None and chart.unit not in _POINT_NAMES:
        parts.append(f"based on {fmt.count(point.n)}")
    return "<br>".join(parts)


def _when(point: Point, step: timedelta, zone: str) -> str:
    at = fmt.day(point.at, zone)
    if timedelta(days=6) <= step <= timedelta(days=8):
        return f"Week from {at}"
    if timedelta(days=27) <= step <= timedelta(days=32):
        return at.split(" ", 1)[1]
    if timedelta(days=85) <= step <= timedelta(days=95):
        return f"Quarter from {at}"
    return at
