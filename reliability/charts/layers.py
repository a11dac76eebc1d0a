"""What lies behind and beside the data: bands, moments, levels, and the labels at the right end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reliability import formatting as fmt
from reliability.charts import labels
from reliability.charts.axes import Axis
from reliability.charts.palette import Palette
from reliability.model import Band, Level, Mark

# Rows of words above the plot are laid out for the narrowest plot they must fit: a phone's.
_NARROW_PLOT = 225.0
_ROW = 13
_GAP = 6


@dataclass(frozen=True)
class Ground:
    """The plot's room: its time span in the organisation's zone, its value axis, its height in pixels."""

    start: datetime
    end: datetime
    zone: str
    axis: Axis
    plot_height: float
    unit: str

    def at(self, moment: datetime) -> str:
        """Return the moment as the drawing library wants it: local time without an offset."""
        return fmt.local(moment, self.zone).replace(tzinfo=None).isoformat()

    def fraction(self, moment: datetime) -> float:
        """Return where a moment lies between the left (0) and the right end (1)."""
        span = (self.end - self.start).total_seconds() or 1.0
        return min(1.0, max(0.0, (moment - self.start).total_seconds() / span))

    def within(self, moment: datetime) -> bool:
        """Tell whether a moment is on the chart."""
        return self.start <= moment <= self.end


@dataclass(frozen=True)
class EndLabel:
    """A label at the right end of a line, wanted at `value`."""

    text: str
    value: float
    colour: str


def bands(shown: Sequence[Band], ground: Ground, palette: Palette) -> list[dict[str, Any]]:
    """Shade stretches of time: baseline in slate, incident window in pale orange, what no export covers in grey."""
    fills = {"baseline": palette.baseline, "incident": palette.incident, "gap": palette.border}
    return [
        {
            "type": "rect",
            "layer": "below",
            "yref": "paper",
            "x0": ground.at(max(band.start, ground.start)),
            "x1": ground.at(min(band.end, ground.end)),
            "y0": 0,
            "y1": 1,
            "fillcolor": fills.get(band.role, palette.baseline),
            "line": {"width": 0},
        }
        for band in _seen_bands(shown, ground)
    ]


def _seen_bands(shown: Sequence[Band], ground: Ground) -> list[Band]:
    return [band for band in shown if band.start < ground.end and band.end > ground.start]


@dataclass(frozen=True)
class Heading:
    """A word above the plot: where, on which row, to which side it runs, and whether it names a moment."""

    at: datetime
    text: str
    row: int
    anchor: str
    moment: bool


def headings(shown_bands: Sequence[Band], shown_marks: Sequence[Mark], ground: Ground) -> list[Heading]:
    """Lay out the words of bands and moments above the plot, on as many rows as they need."""
    words = [
        (max(b.start, ground.start), labels.word(b.label), False) for b in _seen_bands(shown_bands, ground)
    ]
    words += [(m.at, labels.word(m.label), True) for m in shown_marks if ground.within(m.at)]
    # Moments from the right first: each line reaches up to its own word, below which no other word may stand across it.
    words = sorted((w for w in words if w[1]), key=lambda w: (not w[2], -ground.fraction(w[0]) * w[2], w[0]))
    spans, lines, anchors = [], [], []
    for at, text, moment in words:
        left, extent = ground.fraction(at) * _NARROW_PLOT, labels.width(text) + _GAP
        anchor = "right" if left + extent > _NARROW_PLOT + 40 and left > extent else "left"
        spans.append((left, left + extent) if anchor == "left" else (left - extent, left))
        lines.append(left if moment else None)
        anchors.append(anchor)
    rows = labels.rows(spans, lines)
    return [Heading(*w[:2], row, anchor, w[2]) for w, row, anchor in zip(words, rows, anchors, strict=True)]


def heading_height(shown: Sequence[Heading]) -> int:
    """Return the height in pixels that words above the plot take."""
    return (max(h.row for h in shown) + 1) * _ROW if shown else 0


def heading_texts(shown: Sequence[Heading], ground: Ground, palette: Palette) -> list[dict[str, Any]]:
    """Write the words above the plot."""
    return [
        _text(
            heading.text,
            palette.muted,
            x=ground.at(heading.at),
            y=1,
            yref="paper",
            xanchor=heading.anchor,
            yanchor="bottom",
            yshift=1 + heading.row * _ROW,
            xshift=3 * heading.moment if heading.anchor == "left" else -3,
        )
        for heading in shown
    ]


def moments(shown: Sequence[Heading], ground: Ground, palette: Palette) -> list[dict[str, Any]]:
    """Draw moments as thin vertical lines that reach up to their word."""
    return [
        {
            "type": "line",
            "layer": "below",
            "yref": "paper",
            "x0": ground.at(heading.at),
            "x1": ground.at(heading.at),
            "y0": 0,
            "y1": 1 + (heading.row + 1) * _ROW / ground.plot_height,
            "line": {"width": 1, "color": palette.faint},
        }
        for heading in shown
        if heading.moment
    ]


def levels(shown: Sequence[Level], ground: Ground, palette: Palette) -> list[dict[str, Any]]:
    """Draw horizontal lines: the goal dashed in the accent, mean and limits quiet.

    A level that stops before the right end, where its name stands, is continued there as a trace.
    """
    looks: dict[str, dict[str, Any]] = {
        "goal": {"width": 1.5, "color": palette.good, "dash": "5px,3px"},
        "mean": {"width": 1.25, "color": palette.faint},
        "limit": {"width": 1, "color": palette.faint, "dash": "1px,3px"},
    }
    drawn = []
    for level in _seen_levels(shown, ground):
        look = looks.get(level.role, looks["mean"])
        start, end = max(level.start or ground.start, ground.start), min(level.end or ground.end, ground.end)
        drawn.append(_across(level, start, end, look, "above" if level.role == "goal" else "below", ground))
        if end < ground.end:
            trace = {"width": 1, "color": look["color"], "dash": "1px,4px"}
            drawn.append(_across(level, end, ground.end, trace, "below", ground))
    return drawn


def _across(
    level: Level, start: datetime, end: datetime, look: dict[str, Any], layer: str, ground: Ground
) -> dict[str, Any]:
    return {
        "type": "line",
        "layer": layer,
        "x0": ground.at(start),
        "x1": ground.at(end),
        "y0": level.value,
        "y1": level.value,
        "line": look,
    }


def _seen_levels(shown: Sequence[Level], ground: Ground) -> list[Level]:
    return [
        level
        for level in shown
        if ground.axis.low <= level.value <= ground.axis.high
        and (level.start or ground.start) < ground.end
        and (level.end or ground.end) > ground.start
    ]


def level_labels(shown: Sequence[Level], ground: Ground, palette: Palette) -> list[EndLabel]:
    """Name the levels with their value, at the right end."""
    return [
        EndLabel(
            labels.wrap(_with_value(level, ground.unit)),
            level.value,
            palette.good if level.role == "goal" else palette.muted,
        )
        for level in _seen_levels(shown, ground)
    ]


def _with_value(level: Level, unit: str) -> str:
    """Return the level's label, with its value unless the label already has a number."""
    if any(character.isdigit() for character in level.label):
        return level.label
    plain_count = unit not in ("minutes", "hours", "days", "share", "availability", "points")
    value = f"{level.value:.1f}".removesuffix(".0") if plain_count else fmt.figure(level.value, unit)
    return f"{level.label} {value}".strip()


def end_labels(wanted: Sequence[EndLabel], ground: Ground) -> list[dict[str, Any]]:
    """Write labels at the right end, moved apart so that none lies on another."""
    height = ground.plot_height
    placed = labels.spread(
        [ground.axis.place(label.value) * height for label in wanted],
        [labels.height(label.text) for label in wanted],
        low=-6,
        high=height + 6,
    )
    return [
        _text(
            label.text,
            label.colour,
            x=1,
            xref="paper",
            y=0,
            yref="paper",
            xanchor="left",
            yanchor="middle",
            align="left",
            xshift=7,
            yshift=round(place, 1),
        )
        for label, place in zip(wanted, placed, strict=True)
    ]


def _text(text: str, colour: str, **where: Any) -> dict[str, Any]:
    return {
        "text": text,
        "showarrow": False,
        "font": {"size": labels.FONT_SIZE, "color": colour},
        "borderpad": 0,
        **where,
    }
