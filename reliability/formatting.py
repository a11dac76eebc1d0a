"""Figures as people read them: durations, shares, changes, dates. Nothing is rounded up to perfect.

Every function takes None or NaN and answers "—". A quantity and its unit are joined by a no-break space,
so that a figure never breaks over two lines; `plain` undoes that for terminals and CSV.
"""

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

MISSING = "—"
MOST_LEADERS = 3
"""As many equal leaders are named; more do not stand out."""
MINUS = "−"
NO_BREAK = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"

T = TypeVar("T")
_MINUTES_PER_HOUR = 60
_MINUTES_PER_DAY = 24 * 60
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_missing(value: object) -> bool:
    """Tell whether there is no figure: None or a float that is not a number."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def plain(text: str) -> str:
    """Return the text with ordinary spaces and hyphens, for terminals, file names and CSV."""
    return text.replace(NO_BREAK, " ").replace(THIN, "").replace(MINUS, "-")


def _joined(*parts: str) -> str:
    return NO_BREAK.join(parts)


def count(number: float | None) -> str:
    """Format a count: 1204 -> "1 204" with thin spaces. Fractions are rounded; infinity has words."""
    if is_missing(number):
        return MISSING
    assert number is not None
    if math.isinf(number):
        return "no upper bound" if number > 0 else MISSING
    digits = f"{abs(round(number)):,}".replace(",", THIN)
    return f"{MINUS}{digits}" if round(number) < 0 else digits


def duration(minutes: float | None) -> str:
    """Format minutes: 0.75 -> "45 s", 12 -> "12 min", 112 -> "1 h 52 min", 4560 -> "3 d 4 h".

    Two units at most, the smaller one left out when it is zero. Negative spans keep a true minus sign.
    """
    if is_missing(minutes):
        return MISSING
    assert minutes is not None
    if math.isinf(minutes):
        return "no upper bound" if minutes > 0 else MISSING
    sign, length = (MINUS, -minutes) if minutes < 0 else ("", minutes)
    if length == 0:
        return _joined("0", "min")
    if length < 1 and round(length * 60) < 60:
        return sign + _joined(str(max(1, round(length * 60))), "s")
    whole = round(length)
    if whole < _MINUTES_PER_HOUR:
        return sign + _joined(str(whole), "min")
    if whole < _MINUTES_PER_DAY:
        return sign + _two_units(whole, _MINUTES_PER_HOUR, "h", "min")
    hours = round(length / _MINUTES_PER_HOUR)
    return sign + _two_units(hours, 24, "d", "h")


def _two_units(amount: int, size: int, large: str, small: str) -> str:
    whole, rest = divmod(amount, size)
    parts = (f"{whole:,}".replace(",", THIN), large)
    return _joined(*parts, str(rest), small) if rest else _joined(*parts)


def hours(amount: float | None) -> str:
    """Format a number of hours like a duration: 6.5 -> "6 h 30 min"."""
    return MISSING if is_missing(amount) else duration(float(amount or 0) * _MINUTES_PER_HOUR)


def share(part: float | None) -> str:
    """Format a share of one: 0.4286 -> "43 %". Never 0 % or 100 % unless it is exactly that."""
    if is_missing(part):
        return MISSING
    assert part is not None
    percent = part * 100
    if 0 < percent < 0.5:
        return _joined("<1", "%")
    if 99.5 <= percent < 100:
        return _joined(">99", "%")
    return _percent(percent, 0)


def availability(part: float | None, digits: int = 2) -> str:
    """Format an availability with the digits it needs: 0.99962 -> "99.962 %", 0.9995 -> "99.95 %".

    A zero at the end is kept where it is a digit that was measured: 0.999602 -> "99.960 %".
    `digits` significant digits of the unavailable part are kept, five decimals at most; 100 % only when
    exact.
    """
    if is_missing(part):
        return MISSING
    assert part is not None
    percent = part * 100
    missing = 100 - percent
    if missing <= 0:
        return _joined("100", "%")
    decimals = min(5, max(0, digits - 1 - math.floor(math.log10(missing) + 1e-9)))
    scale = 10**decimals
    kept = min(round(percent * scale), 100 * scale - 1) / scale
    text = f"{kept:.{decimals}f}"
    if "." in text and math.isclose(percent * scale, round(percent * scale), rel_tol=1e-12):
        text = text.rstrip("0").rstrip(".")
    return _joined(text, "%")


def _percent(percent: float, decimals: int) -> str:
    number = f"{abs(percent):.{decimals}f}"
    sign = MINUS if percent < 0 and float(number) else ""
    return _joined(f"{sign}{number}", "%")


def signed(number: float | None, decimals: int = 0) -> str:
    """Format a number with its sign: 6 -> "+6", -6 -> "−6", 0 -> "0"."""
    if is_missing(number):
        return MISSING
    assert number is not None
    if math.isinf(number):
        return "no upper bound" if number > 0 else "no lower bound"
    digits = f"{abs(number):,.{decimals}f}".replace(",", THIN)
    if not float(f"{number:.{decimals}f}"):
        return f"{0:.{decimals}f}"
    return f"{'+' if number > 0 else MINUS}{digits}"


def signed_share(ratio: float | None) -> str:
    """Format a relative change: -0.2222 -> "−22 %", 0.5 -> "+50 %"."""
    if is_missing(ratio):
        return MISSING
    assert ratio is not None
    return signed(ratio * 100) if math.isinf(ratio) else _joined(signed(ratio * 100), "%")


def nps(points: float | None) -> str:
    """Format a Net Promoter Score, -100 to 100, with its sign: 31 -> "+31"."""
    return signed(points)


def figure(value: float | None, unit: str) -> str:
    """Format a KPI's value by its unit: minutes, hours, days, share, availability, points, or a count."""
    formats = {
        "minutes": duration,
        "hours": hours,
        "share": share,
        "availability": availability,
        "points": nps,
        "days": lambda days: duration(None if is_missing(days) else days * _MINUTES_PER_DAY),
    }
    return formats.get(unit, count)(value)


def more_than(bound: float | None, unit: str) -> str:
    """Format a figure of which only a lower bound is known, such as a median that is not reached: "more than 5 h"."""
    return MISSING if is_missing(bound) else _joined("more than", figure(bound, unit))


def change(now: float | None, then: float | None, unit: str = "") -> str:
    """Format a change between two figures: (21, 27) -> "−6 (−22 %)".

    Shares and Net Promoter Scores change in points ("+5 points"). A relative change needs a figure to
    relate to.
    """
    if is_missing(now):
        return MISSING
    if is_missing(then):
        return "no figure then"
    assert now is not None and then is not None
    difference = now - then
    if unit in ("share", "points"):
        points = difference * 100 if unit == "share" else difference
        return _joined(signed(points), "point" if abs(round(points)) == 1 else "points")
    if unit == "availability":
        return _joined(signed(difference * 100, 3), "points")
    if unit in ("minutes", "hours"):
        size = figure(abs(difference), unit)
        text = size if difference == 0 else f"{'+' if difference > 0 else MINUS}{size}"
    else:
        text = signed(difference)
    return text if then == 0 or difference == 0 else f"{text} ({signed_share(difference / then)})"


def local(instant: datetime, zone: str) -> datetime:
    """Return the instant in the organisation's zone. A naive datetime is taken as UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo("UTC"))
    return aware.astimezone(ZoneInfo(zone))


def day(when: date | datetime | None, zone: str = "UTC") -> str:
    """Format a date: "16 Nov 2025". An instant is first moved to the organisation's zone."""
    if when is None:
        return MISSING
    shown = local(when, zone) if isinstance(when, datetime) else when
    return f"{shown.day} {_MONTHS[shown.month - 1]} {shown.year}"


def short_day(when: date | datetime | None, zone: str = "UTC") -> str:
    """Format a date whose year is plain from its surroundings: "16 Nov"."""
    return MISSING if when is None else day(when, zone).rsplit(" ", 1)[0]


def instant(when: datetime | None, zone: str = "UTC") -> str:
    """Format an instant to the minute in the organisation's zone: "16 Nov 2025, 09:30"."""
    return MISSING if when is None else f"{day(when, zone)}, {local(when, zone):%H:%M}"


def month(when: datetime | None, zone: str = "UTC") -> str:
    """Format the month of an instant: "November 2025"."""
    return MISSING if when is None else f"{local(when, zone):%B %Y}"


def weekday(when: datetime | None, zone: str = "UTC") -> str:
    """Format the day of the week of an instant: "Sunday"."""
    return MISSING if when is None else f"{local(when, zone):%A}"


def time(when: datetime | None, zone: str = "UTC") -> str:
    """Format the time of day of an instant: "09:30"."""
    return MISSING if when is None else f"{local(when, zone):%H:%M}"


def last_day(end: datetime, zone: str = "UTC") -> str:
    """Format the last day that lies inside a window ending (exclusively) at `end`."""
    return day(end - timedelta(microseconds=1), zone)


def short_last_day(end: datetime, zone: str = "UTC") -> str:
    """Format the last day of a window like `last_day`, without its year: "15 Nov"."""
    return short_day(end - timedelta(microseconds=1), zone)


def p1_among(p1: float | None, unknown: int, every: float) -> str:
    """Say how many of `every` incidents are P1, and beside it of how many the severity is unknown."""
    if unknown and unknown >= every:
        return "severity unknown for all of them"
    said = f"{count(p1)} of them P1"
    return f"{said}, {unknown_severities(unknown)}" if unknown else said


def unknown_severities(number: int) -> str:
    """Say of how many incidents the severity is not known: any of them may be a P1; "" for none."""
    return f"severity unknown for {count(number)}" if number else ""


def plural(number: float | None, one: str, many: str = "") -> str:
    """Format a count with its noun: (1, "incident") -> "1 incident", (3, "incident") -> "3 incidents"."""
    noun = one if number == 1 else (many or f"{one}s")
    return f"{count(number)}{NO_BREAK}{noun}"


def leaders(things: Iterable[T], number: Callable[[T], float]) -> list[T]:
    """Return the things with the most, all that are equal; none where nothing has any or too many to stand out do."""
    numbered = [(thing, number(thing)) for thing in things]
    most = max((held for _, held in numbered), default=0)
    found = [thing for thing, held in numbered if most and held == most]
    return found if len(found) <= MOST_LEADERS else []


def listed(names: list[str] | tuple[str, ...], most: int = 3) -> str:
    """Join names for a sentence: "a, b and c", and "a, b, c and 4 more" beyond `most`."""
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def shortened(value: object, most: int) -> str:
    """Shorten a free text to `most` characters at a word, with an ellipsis. Never used on figures."""
    text = " ".join(str(value or "").split())
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rsplit(' ', 1)[0]}…"


def size(number: float | None) -> str:
    """Format a file size in bytes: 2048 -> "2 kB", 5300000 -> "5.3 MB"."""
    if is_missing(number):
        return MISSING
    assert number is not None
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= step:
            return _joined(f"{number / step:.1f}".removesuffix(".0"), unit)
    return _joined(str(round(number)), "bytes")
