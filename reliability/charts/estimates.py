"""Scores with their intervals: steps of time with the answers each is based on, and groups side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reliability import formatting as fmt
from reliability.charts import figure, labels
from reliability.charts.axes import value_axis
from reliability.charts.canvas import canvas
from reliability.charts.palette import PALETTES, Palette
from reliability.model import Chart

_COUNT_SIZE = 10
_TOP, _BOTTOM = 10, 48
_SHIFT = 0.13


def steps(
    chart: Chart, theme: str, zone: str, height: int, too_few: int, names: Sequence[str] = ()
) -> dict[str, Any]:
    """Draw a course of scores: a bar for each interval, below it how many answers it is based on.

    A point based on fewer than `too_few` is a hollow diamond, one of a running step a hollow circle. names: what
    stands below each point instead of dates; a line break begins a second line.
    """
    palette = PALETTES[theme]
    drawn = figure(chart, theme, zone, height)
    drawn["data"] = [trace for trace in drawn["data"] if trace.get("fill") != "toself"]
    marks = next((trace for trace in drawn["data"] if trace.get("mode") == "markers"), None)
    points = chart.lines[0].points if chart.lines else ()
    if marks is None or len(points) < len(marks["x"]):
        return drawn
    shown = points[len(points) - len(marks["x"]) :]
    few = [p.value is not None and (p.n or 0) < too_few for p in shown]
    marks["error_y"] = _bars(
        [p.value for p in shown], [p.low for p in shown], [p.high for p in shown], palette
    )
    marker = marks["marker"]
    marker["symbol"] = ["diamond" if f else "circle" for f in few]
    marker["opacity"] = [1] * len(shown)
    marker["size"] = [8 if f or p.partial else 7 for f, p in zip(few, shown, strict=True)]
    marker["color"] = [
        palette.page if f or p.partial else palette.muted for f, p in zip(few, shown, strict=True)
    ]
    marker["line"] = {
        "color": palette.muted,
        "width": [1.75 if f or p.partial else 0 for f, p in zip(few, shown, strict=True)],
    }
    marks["hovertext"] = [
        f"{words}<br>too few to tell" if f else words
        for words, f in zip(marks["hovertext"], few, strict=True)
    ]
    if len(names) == len(points):
        drawn["layout"]["xaxis"] |= {
            "tickmode": "array",
            "tickvals": marks["x"],
            "ticktext": [name.replace("\n", "<br>") for name in names[len(names) - len(shown) :]],
        }
    low, high = drawn["layout"]["yaxis"]["range"]
    drawn["layout"]["yaxis"]["range"] = [low - (high - low) * 0.11, high]
    drawn["layout"]["annotations"] += [
        {
            "text": fmt.count(p.n),
            "x": x,
            "y": 0,
            "yref": "paper",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": _COUNT_SIZE, "color": palette.muted},
        }
        for x, p in zip(marks["x"], shown, strict=True)
        if p.n
    ]
    return drawn


@dataclass(frozen=True)
class Estimate:
    """One value with its interval; None where there is none. words: what it says on hover, as lines."""

    value: float | None
    low: float | None
    high: float | None
    words: tuple[str, ...]
    sure: bool = True


def groups(
    names: Sequence[str], series: Sequence[tuple[str, Sequence[Estimate]]], theme: str, height: int
) -> dict[str, Any]:
    """Draw one or two series of changes in points over groups, side by side around a line at zero.

    names: what stands below each group; a line break begins a second line. series: (name, one estimate per group); the
    first is drawn dark, the second pale. An estimate that is not `sure` (too few answers) is hollow.
    """
    palette = PALETTES[theme]
    known = [v for _, found in series for e in found for v in (e.value, e.low, e.high) if v is not None]
    axis = value_axis([*known, 0.0], "points")
    data = [_series(found, place, len(series), palette) for place, (_, found) in enumerate(series)]
    return {
        "data": data,
        "layout": {
            **canvas(palette),
            "height": height,
            "margin": {
                "t": _TOP,
                "b": _BOTTOM,
                "l": max((labels.width(text) for text in axis.texts), default=20) + 12,
                "r": 8,
                "pad": 0,
            },
            "shapes": [
                {
                    "type": "line",
                    "layer": "below",
                    "xref": "paper",
                    "x0": 0,
                    "x1": 1,
                    "y0": 0,
                    "y1": 0,
                    "line": {"width": 1.25, "color": palette.faint},
                }
            ],
            "xaxis": {
                "range": [-0.5, len(names) - 0.5],
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "showline": False,
                "ticks": "",
                "tickangle": 0,
                "tickmode": "array",
                "tickvals": list(range(len(names))),
                "ticktext": [name.replace("\n", "<br>") for name in names],
                "tickfont": {"size": labels.FONT_SIZE, "color": palette.muted},
            },
            "yaxis": {
                "range": axis.range,
                "fixedrange": True,
                "tickmode": "array",
                "tickvals": list(axis.ticks),
                "ticktext": list(axis.texts),
                "ticks": "",
                "gridcolor": palette.border,
                "gridwidth": 1,
                "zeroline": False,
                "showline": False,
                "tickfont": {"size": labels.FONT_SIZE, "color": palette.muted},
                "title": {"text": ""},
            },
        },
    }


def _series(found: Sequence[Estimate], place: int, of: int, palette: Palette) -> dict[str, Any]:
    shift = _SHIFT * (2 * place - (of - 1))
    colour = palette.text if place == 0 else palette.noise
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [n + shift for n in range(len(found))],
        "y": [e.value for e in found],
        "text": [fmt.signed(e.value) if e.value is not None else "" for e in found],
        "textposition": "middle left" if place == 0 else "middle right",
        "textfont": {"size": labels.FONT_SIZE, "color": colour},
        "error_y": _bars(
            [e.value for e in found], [e.low for e in found], [e.high for e in found], palette, colour
        ),
        "marker": {
            "size": 8,
            "symbol": "circle" if place == 0 else "square",
            "color": [colour if e.sure else palette.page for e in found],
            "line": {"color": colour, "width": [0 if e.sure else 1.75 for e in found]},
        },
        "cliponaxis": False,
        "hovertext": ["<br>".join(e.words) for e in found],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def _bars(
    values: Sequence[float | None],
    lows: Sequence[float | None],
    highs: Sequence[float | None],
    palette: Palette,
    colour: str = "",
) -> dict[str, Any]:
    """Return intervals as error bars.

    They lie around the adjusted score, so the two arms differ; with a handful of answers one arm may be nothing.
    """

    def arm(low: float | None, high: float | None) -> float:
        return 0.0 if low is None or high is None else max(0.0, high - low)

    return {
        "type": "data",
        "symmetric": False,
        "array": [arm(v, h) for v, h in zip(values, highs, strict=True)],
        "arrayminus": [arm(low, v) for v, low in zip(values, lows, strict=True)],
        "color": colour or palette.noise,
        "thickness": 1.5,
        "width": 3,
    }
