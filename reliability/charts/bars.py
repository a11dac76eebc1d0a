"""Bars for things that are not a course in time: services, teams, hours, days of the week."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reliability import formatting as fmt
from reliability.charts import labels
from reliability.charts.axes import value_axis
from reliability.charts.canvas import canvas
from reliability.charts.palette import PALETTES, Palette

_ROW_HEIGHT = 24
_TOP, _BOTTOM = 6, 24


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its count, the part of it drawn dark, and what a click on it passes on."""

    label: str
    value: float
    part: float = 0.0
    key: str = ""


def leaders(bars: Sequence[Bar]) -> list[Bar]:
    """Return the bars with the most, all that are equal; none where they are too many to stand out."""
    return fmt.leaders(bars, lambda bar: bar.value)


def ranked(bars: Sequence[Bar], theme: str, noun: str, part: str) -> dict[str, Any]:
    """Draw bars lying on their side, the first on top, each with its count at its end.

    noun: what is counted, singular. part: what the dark part is, "" where there is none.
    Each bar's customdata is [key].
    """
    palette = PALETTES[theme]
    shown = list(bars)
    names = [_short(bar.label) for bar in shown]
    places = list(range(len(shown)))
    ends = [
        {
            "text": fmt.count(bar.value),
            "x": bar.value,
            "y": place,
            "xanchor": "left",
            "xshift": 5,
            "showarrow": False,
            "font": {"size": labels.FONT_SIZE, "color": palette.muted},
        }
        for place, bar in zip(places, shown, strict=True)
    ]
    figure = _figure(palette, _TOP + 10 + _ROW_HEIGHT * max(len(shown), 1))
    figure["data"] = [
        {**trace, "orientation": "h", "y": places, "x": values, "width": 0.62}
        for trace, values in _traces(shown, palette, noun, part)
    ]
    figure["layout"].update(
        annotations=ends,
        margin={
            "t": _TOP,
            "b": 10,
            "l": max((labels.width(n) for n in names), default=20) + 14,
            "r": 34,
            "pad": 0,
        },
        xaxis={
            **_axis(palette),
            "range": [0, max([bar.value for bar in shown] or [1])],
            "showticklabels": False,
        },
        yaxis={
            **_axis(palette),
            "range": [len(shown) - 0.5, -0.5],
            "tickmode": "array",
            "tickvals": places,
            "ticktext": names,
            "ticks": "outside",
            "ticklen": 5,
            "tickcolor": "rgba(0,0,0,0)",
        },
    )
    return figure


def columns(
    bars: Sequence[Bar], theme: str, noun: str, part: str, height: int, every: int = 1
) -> dict[str, Any]:
    """Draw standing bars in the given order, each n-th (`every`) named below it."""
    palette = PALETTES[theme]
    axis = value_axis([bar.value for bar in bars], "incidents")
    places = list(range(len(bars)))
    figure = _figure(palette, height)
    figure["data"] = [
        {**trace, "x": places, "y": values, "width": 0.76}
        for trace, values in _traces(bars, palette, noun, part)
    ]
    named = places[::every]
    figure["layout"].update(
        margin={
            "t": _TOP,
            "b": _BOTTOM,
            "l": max(labels.width(t) for t in axis.texts) + 12,
            "r": 10,
            "pad": 0,
        },
        xaxis={
            **_axis(palette),
            "range": [-0.6, len(bars) - 0.4],
            "tickmode": "array",
            "tickvals": named,
            "ticktext": [bars[n].label for n in named],
        },
        yaxis={
            **_axis(palette),
            "range": axis.range,
            "tickmode": "array",
            "tickvals": list(axis.ticks),
            "ticktext": list(axis.texts),
            "showgrid": True,
            "gridcolor": palette.border,
        },
    )
    return figure


def _short(label: str, most: int = 22) -> str:
    text = " ".join(label.split())
    text = text if len(text) <= most else f"{text[: most - 1]}…"
    return text.replace("<", "‹").replace(">", "›")  # the drawing library would read tags


def _traces(
    bars: Sequence[Bar], palette: Palette, noun: str, part: str
) -> tuple[tuple[dict[str, Any], list[float]], ...]:
    """Return the dark and the pale part of the bars: how each looks, and its values."""
    words = [
        f"<b>{_short(bar.label, 40)}</b><br>{fmt.plural(bar.value, noun)}"
        + (f", {fmt.count(bar.part)} {part}" if part else "")
        for bar in bars
    ]
    shared = {
        "type": "bar",
        "customdata": [[bar.key] for bar in bars],
        "hovertext": words,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "showlegend": False,
    }
    dark = {
        **shared,
        "marker": {"color": palette.muted, "line": {"width": 0}},
    }
    pale = {
        **shared,
        "marker": {"color": palette.faint, "opacity": 0.45, "line": {"width": 0}},
        "unselected": {"marker": {"opacity": 0.45}},
        "selected": {"marker": {"opacity": 0.45}},
    }
    return (dark, [b.part for b in bars]), (pale, [b.value - b.part for b in bars])


def _axis(palette: Palette) -> dict[str, Any]:
    return {
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": False,
        "tickangle": 0,
        "title": {"text": ""},
        "tickfont": {"size": labels.FONT_SIZE, "color": palette.muted},
    }


def _figure(palette: Palette, height: int) -> dict[str, Any]:
    return {
        "data": [],
        "layout": {
            **canvas(palette),
            "height": height,
            "barmode": "stack",
        },
    }
