"""Series and axes of a native chart, and how they look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.oxml.ns import qn
from pptx.util import Pt

from reliability.charts.palette import LIGHT
from reliability.formatting import NO_BREAK
from reliability.publish.cells import clean

_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)  # day 0 of spreadsheets
# Darker than the shade of a page, which would not be seen as a line.
_INCIDENT = "#F0C9A8"
_OF_TIME = ("band", "incident", "mark")


@dataclass(frozen=True)
class Series:
    """One line of a chart. points: (day number of spreadsheets, value). style: main, second, goal, was or edge;
    band, incident (a stretch of time) or mark (a moment).

    said: what is written at its end, "" for nothing; place: right of it, above or below. marked: each point is a dot.
    """

    name: str
    points: Sequence[tuple[float, float]]
    style: str
    said: str = ""
    place: str = "right"
    marked: bool = False


@dataclass(frozen=True)
class Axes:
    """number: format of values. first, last: day numbers. low, high: of values, None for any. logarithmic: scale."""

    number: str
    first: float
    last: float
    low: float | None = None
    high: float | None = None
    logarithmic: bool = False
    days: str = "d mmm"


def day_number(at: datetime, ahead: timedelta) -> float:
    """Return an instant as spreadsheets count days. ahead: of UTC, for the whole chart."""
    return (at - _EPOCH + ahead) / timedelta(days=1)


def instant_of(number: float, ahead: timedelta) -> datetime:
    """Return the instant of a day number to the second: programs keep fifteen digits of it."""
    found = _EPOCH + timedelta(days=number) - ahead + timedelta(microseconds=500_000)
    return found.replace(microsecond=0)


def set_axes(chart: Any, axes: Axes) -> None:
    """Give a chart its axes."""
    days, values = chart.category_axis, chart.value_axis
    days.minimum_scale, days.maximum_scale = axes.first, axes.last
    days.major_unit = max(1, round((axes.last - axes.first) / 6))
    days.has_major_gridlines = False
    days.tick_labels.number_format, days.tick_labels.number_format_is_linked = axes.days, False
    days.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = RGBColor.from_string(LIGHT.border.lstrip("#"))
    values.format.line.fill.background()
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = axes.number, False
    if axes.low is not None:
        values.minimum_scale = axes.low
    if axes.high is not None:
        values.maximum_scale = axes.high
    days.format.line.color.rgb = RGBColor.from_string(LIGHT.faint.lstrip("#"))
    if axes.logarithmic:
        scaling = values._element.find(qn("c:scaling"))
        base = etree.Element(qn("c:logBase"), val="10")
        scaling.insert(0, base)


_PLACES = {
    "right": XL_LABEL_POSITION.RIGHT,
    "above": XL_LABEL_POSITION.ABOVE,
    "below": XL_LABEL_POSITION.BELOW,
}
_STYLES = {
    "main": (LIGHT.text, 2.25, None),
    "second": (LIGHT.noise, 1.75, None),
    "goal": (LIGHT.good, 1.75, MSO_LINE_DASH_STYLE.DASH),
    "was": (LIGHT.faint, 1.25, MSO_LINE_DASH_STYLE.ROUND_DOT),
    "edge": (LIGHT.faint, 0.75, None),
    "band": (LIGHT.border, 4.0, None),
    "incident": (_INCIDENT, 4.0, None),
    "mark": (LIGHT.muted, 1.0, None),
}


def draw_series(drawn: Any, series: Series, points: float) -> None:
    """Give a series of a chart its look. points: how large a point is on slides of the template's size."""
    colour, width, dash = _STYLES[series.style]
    drawn.smooth = False
    drawn.format.line.color.rgb = RGBColor.from_string(colour.lstrip("#"))
    drawn.format.line.width = Pt(width * points)
    if dash is not None:
        drawn.format.line.dash_style = dash
    alone = series.marked or (series.style == "main" and len(series.points) == 1)
    drawn.marker.style = XL_MARKER_STYLE.CIRCLE if alone else XL_MARKER_STYLE.NONE
    if alone:
        drawn.marker.size = 6
        drawn.marker.format.fill.solid()
        drawn.marker.format.fill.fore_color.rgb = RGBColor.from_string(colour.lstrip("#"))
        drawn.marker.format.line.fill.background()
    if series.said and series.points:
        label = drawn.points[len(series.points) - 1].data_label
        label.has_text_frame = True
        whole = series.style == "main" or (series.style == "goal" and series.place != "right")
        said = clean(series.said)
        label.text_frame.text = said.replace(" ", NO_BREAK) if whole else said
        label.position = _PLACES[series.place]
        if whole:
            # LibreOffice breaks a figure in the middle of a word; a goal's second line lies on the course's.
            label.text_frame._txBody.bodyPr.set("wrap", "none")
        for run in label.text_frame.paragraphs[0].runs:
            run.font.size, run.font.bold = Pt(11 * points), series.style == "main"
            ink = LIGHT.muted if series.style in _OF_TIME else colour
            run.font.color.rgb = RGBColor.from_string(ink.lstrip("#"))
