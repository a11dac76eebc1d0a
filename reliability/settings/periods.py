"""Periods: quarters, weeks, months and dated windows, cut at midnight in the organisation's zone.

A window [start, end) holds what happened at `start` and not what happened at `end`; both are UTC instants.
Lengths in days count calendar days, so a week is 7 days also when the clocks change in it.

A fiscal year that does not begin in January is named after the calendar year in which it ends: with
fiscal_year_start_month = 4, "2026-Q1" (shown as "FY2026 Q1") is April to June 2025.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from reliability.errors import SettingsError
from reliability.formatting import day
from reliability.model import Period
from reliability.settings import Settings

_QUARTER = re.compile(r"(?:FY)?(\d{4})[- ]?Q([1-4])", re.IGNORECASE)
_YEARS = range(1971, 2199)
_MOST_LISTED = 12


@dataclass(frozen=True)
class Window:
    """[start, end) as UTC instants."""

    start: datetime
    end: datetime

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


@lru_cache(maxsize=4096)  # a review asks for three thousand, most of them again and again
def midnight(first: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a day begins in a zone, also where the clocks skip midnight."""
    return datetime.combine(first, time(), tzinfo=zone).astimezone(UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Return the day of an instant in a zone."""
    return instant.astimezone(zone).date()


def calendar_days(start: datetime, end: datetime, zone: ZoneInfo) -> float:
    """Return the days between two instants by the zone's clock: a changed hour does not count."""
    return (
        end.astimezone(zone).replace(tzinfo=None) - start.astimezone(zone).replace(tzinfo=None)
    ) / timedelta(days=1)


def dated_window(start: date, end: date, settings: Settings) -> Window:
    """Return the window from the day `start` up to, not including, the day `end`."""
    zone = settings.organisation.zone
    return Window(midnight(start, zone), midnight(end, zone))


def quarter(quarter_id: str, settings: Settings, as_of: datetime, known: Sequence[str] = ()) -> Period:
    """Return a quarter of the fiscal year by id ("2025-Q3"; "2025 Q3" and "FY2025-Q3" are understood too).

    known: the ids there are to choose from; any other is refused when given.
    Raises SettingsError with what is available.
    """
    found = _QUARTER.fullmatch(quarter_id.strip())
    if not found or int(found[1]) not in _YEARS:
        raise SettingsError(f"'{quarter_id}' is not a quarter", "quarter", _choices(known))
    year, number = int(found[1]), int(found[2])
    if known and f"{year}-Q{number}" not in known:
        raise SettingsError(f"there is no data for {year}-Q{number}", "quarter", _choices(known))
    return _quarter(year, number, settings, as_of)


def quarter_of(instant: datetime, settings: Settings, as_of: datetime) -> Period:
    """Return the quarter that holds an instant."""
    organisation = settings.organisation
    first = local_date(instant, organisation.zone)
    since = (first.year - 1970) * 12 + first.month - organisation.fiscal_year_start_month
    year = 1970 + since // 12 + (organisation.fiscal_year_start_month > 1)
    return _quarter(year, since % 12 // 3 + 1, settings, as_of)


def quarters_between(first: datetime, last: datetime, settings: Settings, as_of: datetime) -> list[Period]:
    """Return every quarter from the one that holds `first` to the one that holds `last`, oldest first."""
    found = [quarter_of(first, settings, as_of)]
    while found[-1].end <= last:
        found.append(quarter_of(found[-1].end, settings, as_of))
    return found


def previous(period: Period, settings: Settings) -> Period:
    """Return the quarter before a quarter; before any other window, the equally long one that ends there."""
    if found := _QUARTER.fullmatch(period.id):
        year, number = int(found[1]), int(found[2])
        earlier = (year, number - 1) if number > 1 else (year - 1, 4)
        return _quarter(*earlier, settings, period.as_of)
    start, end = _dates_of(period, settings)
    return _dated(start - (end - start), start, settings, period.as_of)


def year_before(period: Period, settings: Settings) -> Period:
    """Return the same quarter, or the same dates, one year earlier (29 February becomes 28 February)."""
    if found := _QUARTER.fullmatch(period.id):
        return _quarter(int(found[1]) - 1, int(found[2]), settings, period.as_of)
    start, end = _dates_of(period, settings)
    earlier = _earlier_year(start)
    return _dated(earlier, max(_earlier_year(end), earlier + timedelta(days=1)), settings, period.as_of)


def same_length(earlier: Period, period: Period, settings: Settings) -> Period:
    """Cut an earlier period to as many days as have passed of a running one, so that the two can be compared.

    The label says so ("2025 Q2, same 47 days"). A finished period, or one that has run longer than the
    earlier one, leaves it whole.
    """
    if not period.partial or period.elapsed_days >= earlier.days:
        return earlier
    zone = settings.organisation.zone
    clock = earlier.start.astimezone(zone).replace(tzinfo=None) + timedelta(days=period.elapsed_days)
    end = clock.replace(tzinfo=zone).astimezone(UTC)
    whole = int(period.elapsed_days)
    same = f"{whole} day{'' if whole == 1 else 's'}" if whole else "hours"
    return replace(
        earlier,
        label=f"{earlier.label}, same {same}",
        end=end,
        partial=False,
        elapsed_days=period.elapsed_days,
        days=period.elapsed_days,
    )


def window_of_dates(start: str | None, end: str | None, settings: Settings, as_of: datetime) -> Period:
    """Return the window between two days as typed ("2025-05-20"); `end` is the day after the last one.

    Raises SettingsError naming the one that is missing, no date, or out of order.
    """
    first, last = _typed_day(start, "--start"), _typed_day(end, "--end")
    if last <= first:
        raise SettingsError(
            f"{last} is not after {first}", "--end", "Give the day after the last one of the window."
        )
    return _dated(first, last, settings, as_of)


def weeks(start: datetime, end: datetime, settings: Settings) -> list[Window]:
    """Return the whole weeks (Monday to Sunday) that touch [start, end), without gaps."""
    return list(_weeks(start, end, settings.organisation.zone))


@lru_cache(maxsize=64)
def _weeks(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[Window, ...]:
    first = local_date(start, zone)
    return tuple(_spine(first - timedelta(days=first.weekday()), end, zone, lambda d: d + timedelta(days=7)))


def a_year_earlier(at: datetime, settings: Settings) -> datetime:
    """Return the same time of the same day a year before, in the organisation's zone; of 29 February the 28th."""
    local = at.astimezone(settings.organisation.zone)
    return datetime.combine(_earlier_year(local.date()), local.timetz()).astimezone(UTC)


def months(start: datetime, end: datetime, settings: Settings) -> list[Window]:
    """Return the whole calendar months that touch [start, end), without gaps."""
    return list(_months(start, end, settings.organisation.zone))


@lru_cache(maxsize=64)
def _months(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[Window, ...]:
    first = local_date(start, zone).replace(day=1)
    return tuple(_spine(first, end, zone, lambda d: _month(d.year, d.month + 1)))


def _spine(first: date, end: datetime, zone: ZoneInfo, following: Callable[[date], date]) -> Iterator[Window]:
    while True:
        window = Window(midnight(first, zone), midnight(following(first), zone))
        if window.start >= end:
            return
        yield window
        first = following(first)


def _month(year: int, month: int) -> date:
    """Return the first day of a month; month 13 is January of the next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _quarter(year: int, number: int, settings: Settings, as_of: datetime) -> Period:
    first_month = settings.organisation.fiscal_year_start_month
    begins_in = year - (first_month > 1)
    start = _month(begins_in, first_month + (number - 1) * 3)
    label = f"{'FY' if first_month > 1 else ''}{year} Q{number}"
    return _period(f"{year}-Q{number}", label, start, _month(start.year, start.month + 3), settings, as_of)


def _dated(start: date, end: date, settings: Settings, as_of: datetime) -> Period:
    last = end - timedelta(days=1)
    first_shown = day(start) if start.year != last.year else day(start).rsplit(" ", 1)[0]
    label = day(start) if start == last else f"{first_shown} to {day(last)}"
    return _period(f"{start}..{end}", label, start, end, settings, as_of)


def _period(key: str, label: str, start: date, end: date, settings: Settings, as_of: datetime) -> Period:
    zone = settings.organisation.zone
    window = dated_window(start, end, settings)
    elapsed = calendar_days(window.start, min(as_of, window.end), zone) if as_of > window.start else 0.0
    return Period(
        id=key,
        label=label,
        start=window.start,
        end=window.end,
        as_of=as_of,
        partial=as_of in window,
        elapsed_days=max(0.0, elapsed),
        days=float((end - start).days),
    )


def _dates_of(period: Period, settings: Settings) -> tuple[date, date]:
    zone = settings.organisation.zone
    return local_date(period.start, zone), local_date(period.end, zone)


def _earlier_year(given: date) -> date:
    try:
        return given.replace(year=given.year - 1)
    except ValueError:
        return given.replace(year=given.year - 1, day=28)


def _typed_day(text: str | None, where: str) -> date:
    remedy = "Write a day, for example 2025-08-18; a window needs both --start and --end."
    if not text:
        raise SettingsError("is missing", where, remedy)
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise SettingsError(f"'{text}' is not a day", where, remedy) from None
    if found.year not in _YEARS:
        raise SettingsError(f"the year {found.year} is out of range", where, remedy)
    return found


def _choices(known: Sequence[str]) -> str:
    if not known:
        return "Write the year and the quarter, for example 2025-Q3."
    if len(known) > _MOST_LISTED:
        return f"Available: {known[0]} to {known[-1]}."
    return f"Available: {', '.join(known)}."
