"""Axes with human ticks: zero where counts and shares need it, logarithmic steps for durations, whole counts."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reliability import formatting as fmt

_MINUTE, _HOUR, _DAY = 1, 60, 24 * 60
_DURATIONS = (
    *(n / 60 for n in (1, 5, 15, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 15, 30)),
    *(n * _HOUR for n in (1, 2, 4, 8)),
    *(n * _DAY for n in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)),
)
_FINE_DURATIONS = (
    *(n / 60 for n in (5, 10, 20, 30, 45)),
    *(n * _MINUTE for n in (1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 20, 30, 45)),
    *(n * _HOUR for n in (1, 1.5, 2, 3, 4, 6, 8, 12, 18)),
    *(n * _DAY for n in (1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32)),
)
_DURATION_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 5760, 14400, 43200)
_MOST_TICKS = 6


@dataclass(frozen=True)
class Axis:
    """A value axis: its range and its ticks, both in the data's unit (not in powers)."""

    low: float
    high: float
    ticks: tuple[float, ...]
    texts: tuple[str, ...]
    log: bool = False

    def place(self, value: float) -> float:
        """Return where a value lies between 0 (bottom) and 1 (top); may lie outside."""
        if self.log:
            low, high = math.log10(self.low), math.log10(self.high)
            return (math.log10(max(value, 1e-9)) - low) / (high - low)
        return (value - self.low) / (self.high - self.low)

    def with_room_below(self) -> "Axis":
        """Return the axis with a little room below zero, so that a point at zero is seen whole."""
        return replace(self, low=-self.high * 0.04) if self.low == 0 and not self.log else self

    def drawn(self, value: float) -> float:
        """Return the coordinate the drawing library wants for annotations: powers of ten on a log axis."""
        return math.log10(max(value, 1e-9)) if self.log else value

    @property
    def range(self) -> list[float]:
        """The range the drawing library wants."""
        return [self.drawn(self.low), self.drawn(self.high)]


def value_axis(values: Iterable[float], unit: str, scale: str = "linear") -> Axis:
    """Choose range and ticks that hold all values. Without any value the axis runs from 0 to 1."""
    known = [v for v in values if v is not None and math.isfinite(v)]
    if scale == "log" and any(v > 0 for v in known):
        return _log_durations([v for v in known if v > 0], unit)
    if unit in ("points", "availability"):
        return _floating(known, unit)
    if unit == "share":
        return _from_zero(known, unit, steps=(0.05, 0.1, 0.25, 0.5), ceiling=1.0)
    if unit == "minutes":
        return _from_zero(known, unit, steps=_DURATION_STEPS)
    return _from_zero(known, unit, steps=_whole_steps(max(known, default=1)))


def _whole_steps(highest: float) -> tuple[float, ...]:
    size = 10 ** max(0, math.floor(math.log10(max(highest, 1))) - 1)
    return tuple(n * size for n in (1, 2, 5, 10, 20, 50))


def _from_zero(known: list[float], unit: str, steps: tuple[float, ...], ceiling: float = math.inf) -> Axis:
    highest = max([*known, 0]) or min(steps[0] * 2, ceiling)
    step = next((s for s in steps if highest / s <= _MOST_TICKS - 1), steps[-1])
    high = min(max(highest * 1.08, step), ceiling) if highest <= ceiling else highest * 1.08
    ticks = tuple(step * n for n in range(math.floor(high / step + 1e-9) + 1))
    return Axis(0, high, ticks, tuple(fmt.figure(t, unit) if t or unit != "minutes" else "0" for t in ticks))


def _floating(known: list[float], unit: str) -> Axis:
    lowest, highest = (min(known), max(known)) if known else (0.0, 1.0)
    room = (highest - lowest) * 0.12 or (10 if unit == "points" else 0.0005)
    low, high = lowest - room, highest + room
    if unit == "availability":
        high = min(high, 1.0) if highest <= 1 else high
    rough = (high - low) / (_MOST_TICKS - 1)
    size = 10 ** math.floor(math.log10(rough))
    step = next(s * size for s in (1, 2, 5, 10) if s * size >= rough)
    first = math.ceil(low / step - 1e-9)
    ticks = tuple(step * n for n in range(first, math.floor(high / step + 1e-9) + 1))
    return Axis(low, high, ticks, tuple(fmt.figure(t, unit) for t in ticks))


def _log_durations(known: list[float], unit: str) -> Axis:
    low, high = min(known) / 1.25, max(known) * 1.25
    inside = [d for d in _DURATIONS if low <= d <= high]
    if len(inside) < 4 and len(finer := [d for d in _FINE_DURATIONS if low <= d <= high]) >= 2:
        inside = finer
    if len(inside) < 2:  # a narrow band of values: widen to the ticks around it
        below = max((d for d in _DURATIONS if d <= min(known)), default=_DURATIONS[0])
        above = min((d for d in _DURATIONS if d >= max(known)), default=_DURATIONS[-1])
        low, high = min(low, below / 1.1), max(high, above * 1.1)
        inside = [d for d in _DURATIONS if low <= d <= high]
    while len(inside) > _MOST_TICKS:
        inside = inside[len(inside) % 2 == 0 :: 2]
    return Axis(low, high, tuple(inside), tuple(fmt.figure(d, unit) for d in inside), log=True)


def time_ticks(start: datetime, end: datetime) -> dict[str, object]:
    """Return the drawing library's tick settings of a time axis from `start` to `end`."""
    span = end - start
    for most, step, text in (
        (timedelta(days=45), 14 * 86_400_000, "%-d %b"),
        (timedelta(days=100), "M1", "%-d %b"),
        (timedelta(days=250), "M1", "%b\n%Y"),
        (timedelta(days=420), "M2", "%b\n%Y"),
        (timedelta(days=800), "M3", "%b\n%Y"),
        (timedelta(days=1600), "M6", "%b\n%Y"),
    ):
        if span <= most:
            return {"dtick": step, "tickformat": text}
    return {"dtick": "M12", "tickformat": "%Y"}
