"""The timeline of one issue: its returns by severity, the work on it, and the quiet stretches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reliability import formatting as fmt
from reliability.charts import labels
from reliability.charts.axes import time_ticks
from reliability.charts.canvas import canvas
from reliability.charts.palette import PALETTES

_ROW = 34
_TOP, _BOTTOM = 22, 36
_NARROW_PLOT = 270.0


@dataclass(frozen=True)
class Happening:
    """One mark: when, on which row, what is told on hover, and what a click on it names ("" for nothing).

    label: a few words written above the mark. strong: drawn filled and dark; else hollow.
    """

    at: datetime
    row: str
    told: str
    key: str = ""
    label: str = ""
    strong: bool = True


@dataclass(frozen=True)
class Quiet:
    """A stretch in which the issue stayed away: its days are written in it where there is room."""

    start: datetime
    end: datetime
    label: str
    holds: bool = False


def figure(
    happenings: Sequence[Happening],
    quiet: Sequence[Quiet],
    rows: Sequence[str],
    theme: str,
    zone: str,
    end: datetime,
) -> dict[str, Any]:
    """Draw an issue's story. rows: the names of the rows, the first on top. end: the instant it is seen from.

    Each mark's customdata is [key].
    """
    palette = PALETTES[theme]
    places = {name: len(rows) - 1 - number for number, name in enumerate(rows)}
    start = min((h.at for h in happenings), default=end)
    room = (end - start) * 0.015
    left = max((labels.width(name) for name in rows), default=20) + 14

    def at(moment: datetime) -> str:
        return fmt.local(moment, zone).replace(tzinfo=None).isoformat()

    drawn = []
    for strong in (True, False):
        shown = [h for h in happenings if h.strong == strong]
        looks = [_look(h.row) for h in shown]
        fill = palette.text if strong else "rgba(0,0,0,0)"
        drawn.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [at(h.at) for h in shown],
                "y": [places[h.row] for h in shown],
                "marker": {
                    "symbol": looks,
                    "size": 10,
                    "color": fill,
                    "line": {"width": 1.5, "color": palette.text if strong else palette.muted},
                },
                "customdata": [[h.key] for h in shown],
                "hovertext": [h.told for h in shown],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "selected": {"marker": {"opacity": 1}},
                "unselected": {"marker": {"opacity": 1}},
                "showlegend": False,
            }
        )
    span = (end - start).total_seconds() or 1.0
    notes = [
        _note(q.label, palette.muted, x=at(q.start + (q.end - q.start) / 2), y=1, yref="paper", yanchor="bottom",
              yshift=3)
        for q in quiet
        if (q.end - q.start).total_seconds() / span * _NARROW_PLOT > labels.width(q.label)
    ]  # fmt: skip
    notes += [
        _note(h.label, palette.text, x=at(h.at), y=places[h.row], yanchor="middle",
              xanchor="right" if _late(h, start, end) else "left", xshift=-10 if _late(h, start, end) else 10)
        for h in happenings
        if h.label
    ]  # fmt: skip
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": False,
        "tickangle": 0,
    }
    return {
        "data": drawn,
        "layout": {
            **canvas(palette),
            "height": _TOP + _BOTTOM + _ROW * max(len(rows), 1),
            "margin": {"t": _TOP, "b": _BOTTOM, "l": left, "r": 14, "pad": 0},
            "annotations": notes,
            "shapes": [
                {
                    "type": "rect", "layer": "below", "yref": "paper", "y0": 0, "y1": 1,
                    "x0": at(q.start), "x1": at(q.end), "fillcolor": palette.baseline,
                    "line": {"width": 1 if q.holds else 0, "color": palette.border},
                }
                for q in quiet
            ],
            "xaxis": {
                **axis,
                "type": "date",
                "range": [at(start - room), at(end + room)],
                "showgrid": False,
                "tickfont": {"size": labels.FONT_SIZE, "color": palette.muted},
                **time_ticks(start, end),
            },
            "yaxis": {
                **axis,
                "range": [-0.6, len(rows) - 0.4],
                "tickmode": "array",
                "tickvals": [places[name] for name in rows],
                "ticktext": list(rows),
                "gridcolor": palette.border,
                "tickfont": {"size": labels.FONT_SIZE, "color": palette.muted},
                "title": {"text": ""},
            },
        },
    }  # fmt: skip


def _late(mark: Happening, start: datetime, end: datetime) -> bool:
    """Tell whether a word beside a mark has no room to its right."""
    return mark.at - start > (end - start) * 0.7


def _look(row: str) -> str:
    return {"Fixes": "diamond", "Remediation": "diamond", "Postmortems": "square"}.get(row, "circle")


def _note(text: str, colour: str, **where: Any) -> dict[str, Any]:
    return {
        "text": text,
        "showarrow": False,
        "font": {"size": labels.FONT_SIZE, "color": colour},
        "borderpad": 0,
        **where,
    }
