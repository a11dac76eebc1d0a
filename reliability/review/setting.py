"""What a review is composed of: the store, the settings, the period, the filters, and the promises in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reliability.kpis import parameters
from reliability.model import Band, Filters, Mark, Period, Point
from reliability.queries import Result, Store
from reliability.settings import Settings
from reliability.settings.periods import midnight

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Setting:
    """Everything the parts of a review read from; `seen_at` is the earlier of as_of and the period's end."""

    store: Store
    settings: Settings
    period: Period
    filters: Filters

    @property
    def seen_at(self) -> datetime:
        """The instant the period is judged at: a past quarter does not grow when new data arrives."""
        return min(self.period.as_of, self.period.end)

    @property
    def zone(self) -> str:
        """The organisation's time zone name."""
        return self.settings.organisation.time_zone

    def run(
        self, name: str, start: datetime | None = None, end: datetime | None = None, **more: Any
    ) -> Result:
        """Run a query for the period, or for another window, with the filters and targets of this review."""
        window = (start or self.period.start, end or self.period.end)
        return self.store.run(
            name, {**parameters(self.settings, *window, self.period.as_of, self.filters), **more}
        )

    def year_of(self, name: str, **more: Any) -> tuple[Point, ...]:
        """Run a chart query over the twelve months that end with the period, as points."""
        return course_points(self.run(name, self.seen_at - YEAR, self.seen_at, **more).rows)

    def incident_bands(self, since: datetime) -> tuple[Band, ...]:
        """Return the incident windows of the settings that reach past `since`, cut to it and to `seen_at`."""
        zone = self.settings.organisation.zone
        bands = []
        for span in self.settings.incident_windows:
            start = midnight(span.start, zone)
            end = min(midnight(span.end, zone), self.seen_at) if span.end else self.seen_at
            if max(start, since) < end:
                bands.append(Band(max(start, since), end, span.note or "incident window", "incident"))
        return tuple(bands)

    def freeze_marks(self, since: datetime) -> tuple[Mark, ...]:
        """Return the starts of the launch freezes between `since` and `seen_at`."""
        zone = self.settings.organisation.zone
        starts = [(midnight(f.start, zone), f.note) for f in self.settings.freezes]
        return tuple(Mark(at, "freeze") for at, _ in starts if since < at < self.seen_at)


def course_points(rows: list[dict[str, Any]] | tuple[Mapping[str, Any], ...]) -> tuple[Point, ...]:
    """Turn the rows of a chart query (at, value, n, low, high, partial) into points."""
    return tuple(
        Point(
            at=row["at"],
            value=row["value"],
            low=row.get("low"),
            high=row.get("high"),
            n=row.get("n"),
            partial=bool(row.get("partial")),
        )
        for row in rows
    )
