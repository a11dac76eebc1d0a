"""A reliability diagram: how often forecasts came true against the chance that they were given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reliability.charts.canvas import canvas
from reliability.charts.palette import PALETTES

_TOP, _BOTTOM, _LEFT = 8, 44, 48
_HEIGHT = 280


@dataclass(frozen=True)
class Told:
    """A group of forecasts. chance, share, low, high: 0-1. told: what is said on hover, as text."""

    chance: float
    share: float
    low: float
    high: float
    told: str


def figure(groups: Sequence[Told], theme: str) -> dict[str, Any]:
    """Draw the diagram: a point for each group with its 90 % interval, and the line on which good forecasts lie."""
    palette = PALETTES[theme]
    ticks = [0, 0.25, 0.5, 0.75, 1]
    axis = {
        "range": [-0.04, 1.04],
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": ["0 %", "25 %", "50 %", "75 %", "100 %"],
        "fixedrange": True,
        "zeroline": False,
        "gridcolor": palette.border,
        "tickfont": {"color": palette.muted},
    }
    good = {
        "type": "scatter",
        "mode": "lines",
        "name": "as often as said",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": palette.faint, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    points = {
        "type": "scatter",
        "mode": "markers",
        "name": "promises",
        "x": [g.chance for g in groups],
        "y": [g.share for g in groups],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [g.high - g.share for g in groups],
            "arrayminus": [g.share - g.low for g in groups],
            "color": palette.muted,
            "thickness": 1.5,
            "width": 0,
        },
        "marker": {"color": palette.muted, "size": 8},
        "hovertext": [g.told for g in groups],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }
    return {
        "data": [good, points],
        "layout": {
            **canvas(palette),
            "height": _HEIGHT,
            "margin": {"t": _TOP, "b": _BOTTOM, "l": _LEFT, "r": 8, "pad": 0},
            "xaxis": axis | {"title": {"text": "chance given half way", "font": {"color": palette.muted}}},
            "yaxis": axis | {"title": {"text": "kept", "font": {"color": palette.muted}}},
            "font": {"color": palette.text},
        },
    }
