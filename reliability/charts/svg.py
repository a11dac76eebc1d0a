"""A figure as static SVG, drawn on the server: for files that need no script, and for paper."""

import html
import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reliability.charts import labels

_BASELINE = 4
_DAY = 86_400_000
# Two-week steps are counted from a Sunday, as in the browser.
_FIRST_SUNDAY = datetime(2000, 1, 2, tzinfo=UTC)


def svg(figure: dict[str, Any], width: int, name: str) -> str:
    """Draw what `charts.figure` returned as one `<svg>` element.

    width: in pixels of the figure's own height; the element scales with its box. name: what a screen reader says.
    Colours are the figure's, as styles: custom properties such as `var(--text)` work.
    """
    room = _Room(figure["layout"], width)
    parts = [
        *(_shape(shape, room) for shape in _layer(room, "below")),
        *_grid(room),
        *(element for trace in figure["data"] for element in _trace(trace, room)),
        *(_shape(shape, room) for shape in _layer(room, "above")),
        *_times(room),
        *(_annotation(one, room) for one in room.layout["annotations"]),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {room.height}" role="img" '
        f'aria-label="{html.escape(name)}" font-size="{labels.FONT_SIZE}">' + "".join(parts) + "</svg>"
    )


class _Room:
    """Where dates and values lie on the canvas, in pixels from its top left corner."""

    def __init__(self, layout: dict[str, Any], width: int) -> None:
        self.layout = layout
        self.height: int = layout["height"]
        margin = layout["margin"]
        self.left, self.top = margin["l"], margin["t"]
        self.right, self.bottom = width - margin["r"], self.height - margin["b"]
        self.start, self.end = map(_moment, layout["xaxis"]["range"])
        self._low, self._high = layout["yaxis"]["range"]
        self._log = layout["yaxis"]["type"] == "log"

    def x(self, at: datetime) -> float:
        return self.left + (self.right - self.left) * ((at - self.start) / (self.end - self.start))

    def y(self, value: float) -> float:
        drawn = math.log10(max(value, 1e-9)) if self._log else value
        return self.part_of_height((drawn - self._low) / (self._high - self._low))

    def part_of_height(self, part: float) -> float:
        """0 is the bottom of the plot, 1 its top."""
        return self.bottom - (self.bottom - self.top) * part


def _moment(text: str) -> datetime:
    # Local times without an offset: only their distances count here.
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _grid(room: _Room) -> Iterator[str]:
    axis = room.layout["yaxis"]
    for value, text in zip(axis["tickvals"], axis["ticktext"], strict=True):
        y = room.y(value)
        yield _line(room.left, y, room.right, y, {"color": axis["gridcolor"], "width": axis["gridwidth"]})
        yield _text(text, room.left - 4, y + _BASELINE, "end", axis["tickfont"]["color"])


def _times(room: _Room) -> Iterator[str]:
    axis = room.layout["xaxis"]
    below = ""
    for at in _ticks(room.start, room.end, axis["dtick"]):
        first, _, second = axis["tickformat"].partition("\n")
        # The second line is only written where it changes.
        year = _date(at, second) if second else ""
        text = _date(at, first) + (f"<br>{year}" if year != below else "")
        below = year
        yield _text(text, room.x(at), room.bottom + 14, "middle", axis["tickfont"]["color"])


def _date(at: datetime, form: str) -> str:
    return at.strftime(form.replace("%-d", str(at.day)))


def _ticks(start: datetime, end: datetime, step: float | str) -> Iterator[datetime]:
    if isinstance(step, str):
        months = int(step.removeprefix("M"))
        number = math.ceil((start.year * 12 + start.month - 1) / months) * months
        while (at := datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)) <= end:
            if at >= start:
                yield at
            number += months
        return
    distance = timedelta(days=step / _DAY)
    at = _FIRST_SUNDAY + math.ceil((start - _FIRST_SUNDAY) / distance) * distance
    while at <= end:
        yield at
        at += distance


def _layer(room: _Room, name: str) -> list[dict[str, Any]]:
    return [shape for shape in room.layout["shapes"] if shape["layer"] == name]


def _shape(shape: dict[str, Any], room: _Room) -> str:
    up = room.part_of_height if shape.get("yref") == "paper" else room.y
    x0, x1 = (room.x(_moment(shape[key])) for key in ("x0", "x1"))
    y0, y1 = up(shape["y0"]), up(shape["y1"])
    if shape["type"] == "line":
        return _line(x0, y0, x1, y1, shape["line"])
    return (
        f'<rect x="{_n(x0)}" y="{_n(min(y0, y1))}" width="{_n(x1 - x0)}" height="{_n(abs(y1 - y0))}" '
        f'style="fill:{shape["fillcolor"]}"/>'
    )


def _line(x0: float, y0: float, x1: float, y1: float, look: dict[str, Any]) -> str:
    return f'<line x1="{_n(x0)}" y1="{_n(y0)}" x2="{_n(x1)}" y2="{_n(y1)}" style="{_stroke(look)}"/>'


def _stroke(look: dict[str, Any]) -> str:
    dash = f";stroke-dasharray:{look['dash'].replace('px', '')}" if "dash" in look else ""
    return f"fill:none;stroke:{look['color']};stroke-width:{look['width']}{dash}"


def _trace(trace: dict[str, Any], room: _Room) -> Iterator[str]:
    if trace["type"] == "bar":
        yield from _bars(trace, room)
    elif trace["mode"] == "markers":
        yield from _markers(trace, room)
    elif trace.get("fill"):
        points = _points(list(zip(trace["x"], trace["y"], strict=True)), room)
        yield f'<polygon points="{points}" style="fill:{trace["fillcolor"]};fill-opacity:{trace["opacity"]}"/>'
    else:
        yield from (
            f'<polyline points="{_points(run, room)}" style="{_stroke(trace["line"])}"/>'
            for run in _runs(trace)
        )


def _runs(trace: dict[str, Any]) -> Iterator[list[tuple[str, float]]]:
    """Yield the stretches without a gap; a single point is no stroke."""
    run: list[tuple[str, float]] = []
    for x, y in [*zip(trace["x"], trace["y"], strict=True), ("", None)]:
        if y is not None:
            run.append((x, y))
            continue
        if len(run) > 1:
            yield run
        run = []


def _points(run: Sequence[tuple[str, float]], room: _Room) -> str:
    return " ".join(f"{_n(room.x(_moment(x)))},{_n(room.y(y))}" for x, y in run)


def _bars(trace: dict[str, Any], room: _Room) -> Iterator[str]:
    marker = trace["marker"]
    wide = timedelta(milliseconds=trace["width"])
    for place, (x, value) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        if not value:
            continue
        left, right = room.x(_moment(x)), room.x(_moment(x) + wide)
        top = room.y(value)
        yield (
            f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(room.y(0) - top)}" '
            f'style="{_filled(marker, place)};opacity:{marker["opacity"]}"/>'
        )


def _markers(trace: dict[str, Any], room: _Room) -> Iterator[str]:
    marker = trace["marker"]
    for place, (x, value) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        if value is not None and marker["opacity"][place]:
            yield (
                f'<circle cx="{_n(room.x(_moment(x)))}" cy="{_n(room.y(value))}" r="{marker["size"][place] / 2}" '
                f'style="{_filled(marker, place)}"/>'
            )


def _filled(marker: dict[str, Any], place: int) -> str:
    edge = marker["line"]
    return f"fill:{marker['color'][place]};stroke:{edge['color'][place]};stroke-width:{edge['width'][place]}"


def _annotation(one: dict[str, Any], room: _Room) -> str:
    x = room.right if one.get("xref") == "paper" else room.x(_moment(one["x"]))
    y = room.part_of_height(one["y"]) - one.get("yshift", 0)
    rows = one["text"].count("<br>")
    if one["yanchor"] == "middle":
        y += _BASELINE - rows * labels.LINE_HEIGHT / 2
    else:
        y -= 3 + rows * labels.LINE_HEIGHT
    anchor = {"left": "start", "right": "end"}.get(one["xanchor"], "middle")
    return _text(one["text"], x + one.get("xshift", 0), y, anchor, one["font"]["color"])


_TAG = re.compile(r"</?b>")


def _text(text: str, x: float, y: float, anchor: str, colour: str) -> str:
    bold = ";font-weight:bold" if "<b>" in text else ""
    lines = _TAG.sub("", text).split("<br>")
    # Texts come as the drawing library reads them, with its entities.
    return "".join(
        f'<text x="{_n(x)}" y="{_n(y + row * labels.LINE_HEIGHT)}" text-anchor="{anchor}" '
        f'style="fill:{colour}{bold}">{html.escape(html.unescape(line))}</text>'
        for row, line in enumerate(lines)
    )
