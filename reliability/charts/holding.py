"""The step curve of endings: the share that still holds after so many days, with its interval where it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reliability import formatting as fmt
from reliability.charts import labels
from reliability.charts.canvas import canvas
from reliability.charts.palette import PALETTES

HEIGHT = 268
_TOP, _BOTTOM, _LEFT = 20, 40, 46


@dataclass(frozen=True)
class Reading:
    """The curve read at a day: the share (0-1) and its interval."""

    day: float
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """One step curve: its name, written at its end, its steps (days, shares 0-1), and where it is read."""

    label: str
    days: Sequence[float]
    shares: Sequence[float]
    readings: Sequence[Reading] = ()
    main: bool = True


def figure(curves: Sequence[Curve], theme: str, agreed: float, longest: float) -> dict[str, Any]:
    """Draw curves from day 0 to `longest`; `agreed` is the day from which an ending counts as one."""
    palette = PALETTES[theme]
    names = [labels.wrap(curve.label, 14) for curve in curves]
    right = max([30.0, *(labels.width(name) + 16 for name in names)])
    plot_height = HEIGHT - _TOP - _BOTTOM
    data: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for curve in curves:
        colour = palette.text if curve.main else palette.faint
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(curve.days),
                "y": list(curve.shares),
                "line": {"shape": "hv", "width": 2 if curve.main else 1.5, "color": colour},
                "hovertemplate": f"{curve.label}<br>%{{y:.0%}} after %{{x:.0f}} days<extra></extra>",
                "showlegend": False,
            }
        )
        if not curve.readings:
            continue
        read = curve.readings
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [r.day for r in read],
                "y": [r.share for r in read],
                "error_y": {
                    "type": "data",
                    "array": [r.high - r.share for r in read],
                    "arrayminus": [r.share - r.low for r in read],
                    "color": colour,
                    "thickness": 1.2,
                    "width": 4,
                },
                "marker": {"size": 7, "color": colour},
                "hovertext": [
                    f"<b>{fmt.share(r.share)}</b> held {fmt.count(r.day)} days<br>"
                    f"90 % interval {fmt.share(r.low)} to {fmt.share(r.high)}"
                    for r in read
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "showlegend": False,
            }
        )
        notes += [
            _note(
                f"<b>{fmt.share(r.share)}</b>",
                palette.text,
                x=r.day,
                y=r.high,
                yshift=9,
                xanchor="left" if r.day == agreed else "center",
                xshift=4 * (r.day == agreed),
            )
            for r in read
        ]
    # A curve that stops early carries its name where it stops.
    short = [(c, name) for c, name in zip(curves, names, strict=True) if c.days[-1] < 0.85 * longest]
    notes += [
        _note(name, palette.text if curve.main else palette.muted, x=curve.days[-1], y=curve.shares[-1],
              xanchor="left", yanchor="bottom", align="left", xshift=4, yshift=2)
        for curve, name in short
    ]  # fmt: skip
    whole = [(c, name) for c, name in zip(curves, names, strict=True) if c.days[-1] >= 0.85 * longest]
    placed = labels.spread(
        [curve.shares[-1] * plot_height for curve, _ in whole],
        [labels.height(name) + 4 for _, name in whole],
        low=0,
        high=plot_height,
    )
    notes += [
        _note(
            name, palette.text if curve.main else palette.muted,
            x=1, xref="paper", y=0, yref="paper", xanchor="left", yanchor="middle", align="left",
            xshift=7, yshift=round(place, 1),
        )
        for (curve, name), place in zip(whole, placed, strict=True)
    ]  # fmt: skip
    notes.append(
        _note(f"agreed: {fmt.count(agreed)} days", palette.good, x=agreed, y=1, yref="paper", xanchor="left",
              yanchor="bottom", xshift=-3, yshift=2)
    )  # fmt: skip
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": False,
        "tickangle": 0,
        "tickfont": {"size": labels.FONT_SIZE, "color": palette.muted},
    }
    return {
        "data": data,
        "layout": {
            **canvas(palette),
            "height": HEIGHT,
            "margin": {"t": _TOP, "b": _BOTTOM, "l": _LEFT, "r": right, "pad": 0},
            "annotations": notes,
            "shapes": [
                {
                    "type": "line", "layer": "below", "x0": agreed, "x1": agreed, "yref": "paper", "y0": 0, "y1": 1,
                    "line": {"width": 1.5, "color": palette.good, "dash": "5px,3px"},
                }
            ],
            "xaxis": {
                **axis,
                "range": [0, longest],
                "showgrid": False,
                "tickmode": "array",
                "tickvals": _days(longest),
                "ticktext": [fmt.count(day) for day in _days(longest)],
                "title": {
                    "text": "days since it was declared over",
                    "font": {"size": labels.FONT_SIZE, "color": palette.muted},
                    "standoff": 4,
                },
            },
            "yaxis": {
                **axis,
                "range": [0, 1.03],
                "tickmode": "array",
                "tickvals": [0, 0.25, 0.5, 0.75, 1],
                "ticktext": [fmt.share(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)],
                "gridcolor": palette.border,
                "title": {"text": ""},
            },
        },
    }  # fmt: skip


def _days(longest: float) -> list[int]:
    step = next((s for s in (10, 30, 60, 90, 180, 360) if longest / s <= 6), 720)
    return list(range(0, int(longest) + 1, step))


def _note(text: str, colour: str, **where: Any) -> dict[str, Any]:
    return {
        "text": text,
        "showarrow": False,
        "font": {"size": labels.FONT_SIZE, "color": colour},
        "borderpad": 0,
        **where,
    }
