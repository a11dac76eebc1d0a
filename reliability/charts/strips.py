"""Strips over time: one row per tool, and what is known of each stretch of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reliability import formatting as fmt
from reliability.charts import labels
from reliability.charts.axes import time_ticks
from reliability.charts.canvas import canvas
from reliability.charts.palette import PALETTES, Palette

RECORDS, NONE, GAP, QUIET, SINCE, ENDED = "records", "none", "gap", "quiet", "since", "ended"
"""What is known of a stretch: there are records; none, and that is a zero; nobody knows; somebody says that nothing
happened; nothing has come yet since the newest record; its records ended. Where nothing is drawn they had not begun."""

_ROW = 26
_TOP, _BOTTOM = 4, 36


@dataclass(frozen=True)
class Stretch:
    """A part of a row. told: what is said on hover, as text."""

    row: str
    state: str
    start: datetime
    end: datetime
    told: str


def figure(stretches: Sequence[Stretch], rows: Sequence[str], theme: str, zone: str) -> dict[str, Any]:
    """Draw the strips. rows: their names, the first on top. Stretches drawn later lie on those before."""
    palette = PALETTES[theme]
    places = {name: len(rows) - 1 - number for number, name in enumerate(rows)}
    names = [labels.word(name) for name in rows]
    start, end = min(s.start for s in stretches), max(s.end for s in stretches)
    looks = _looks(palette)
    drawn = []
    for state in (RECORDS, NONE, SINCE, ENDED, QUIET, GAP):
        shown = [s for s in stretches if s.state == state]
        if not shown:
            continue
        drawn.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": state,
                "base": [_at(s.start, zone) for s in shown],
                "x": [_milliseconds(s, zone) for s in shown],
                "y": [places[s.row] for s in shown],
                "width": 0.56,
                "marker": looks[state],
                "hovertext": [s.told for s in shown],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "showlegend": False,
            }
        )
    axis = {"fixedrange": True, "zeroline": False, "showline": False, "ticks": "", "showgrid": False}
    return {
        "data": drawn,
        "layout": {
            **canvas(palette),
            "height": _TOP + _BOTTOM + _ROW * len(rows),
            "margin": {
                "t": _TOP,
                "b": _BOTTOM,
                "l": max(labels.width(name) for name in names) + 14,
                "r": 8,
                "pad": 0,
            },
            "barmode": "overlay",
            "xaxis": {
                **axis,
                "type": "date",
                "range": [_at(start, zone), _at(end, zone)],
                "tickangle": 0,
                "tickfont": {"size": labels.FONT_SIZE, "color": palette.muted},
                **time_ticks(start, end),
            },
            "yaxis": {
                **axis,
                "range": [-0.5, len(rows) - 0.5],
                "tickmode": "array",
                "tickvals": [places[name] for name in rows],
                "ticktext": names,
                "tickfont": {"size": labels.FONT_SIZE, "color": palette.muted},
            },
        },
    }


def _looks(palette: Palette) -> dict[str, dict[str, Any]]:
    """How each state is filled: shape says it, colour only helps."""
    hatch = {"shape": "/", "size": 6, "solidity": 0.35, "fillmode": "replace"}
    dots = {"shape": ".", "size": 5, "solidity": 0.3, "fillmode": "replace"}
    return {
        RECORDS: {"color": palette.noise, "line": {"width": 0}},
        NONE: {"color": palette.border, "line": {"width": 0}},
        SINCE: {"color": "rgba(0,0,0,0)", "line": {"width": 1, "color": palette.faint}},
        ENDED: {
            "color": palette.faint,
            "pattern": {
                **hatch,
                "shape": "\\",
                "fgcolor": palette.faint,
                "bgcolor": palette.page,
                "solidity": 0.15,
            },
            "line": {"width": 0},
        },
        QUIET: {
            "color": palette.muted,
            "pattern": {**dots, "fgcolor": palette.muted, "bgcolor": palette.page},
            "line": {"width": 1, "color": palette.muted},
        },
        GAP: {
            "color": palette.concern,
            "pattern": {**hatch, "fgcolor": palette.concern, "bgcolor": palette.page},
            "line": {"width": 1, "color": palette.concern},
        },
    }


def _at(moment: datetime, zone: str) -> str:
    return fmt.local(moment, zone).replace(tzinfo=None).isoformat()


def _milliseconds(stretch: Stretch, zone: str) -> float:
    """The length on the axis, which shows local time: a day of 23 hours is 23 long."""
    start, end = (fmt.local(at, zone).replace(tzinfo=None) for at in (stretch.start, stretch.end))
    return (end - start).total_seconds() * 1000
