"""The scope of an answer: the store, the settings, a period, the filters, and what has been read so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from reliability.commitments.evidence import Evidence
from reliability.kpis import Asked, AsKnown, Kpi, Readings
from reliability.kpis.series import points_of
from reliability.model import Band, Filters, Mark, Period, Point
from reliability.queries import Asks, Result
from reliability.queries.figures import MONTH, WEEK, figure
from reliability.settings import Settings
from reliability.settings.periods import Window, a_year_earlier, midnight, months, weeks

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Scope:
    """Everything the parts of a review read from; `seen_at` is the earlier of as_of and the period's end."""

    store: Asks
    settings: Settings
    period: Period
    filters: Filters
    readings: Readings = field(default=None, compare=False, repr=False)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.readings is None:
            object.__setattr__(self, "readings", Readings(self.store, self.settings))

    @property
    def seen_at(self) -> datetime:
        """The instant the period is judged at: a past quarter does not grow when new data arrives."""
        return min(self.period.as_of, self.period.end)

    @property
    def year_ago(self) -> datetime:
        """The instant twelve months before `seen_at`: 366 days where a 29 February lies between."""
        return a_year_earlier(self.seen_at, self.settings)

    @property
    def zone(self) -> str:
        """The organisation's time zone name."""
        return self.settings.organisation.time_zone

    @property
    def currency(self) -> str:
        """What money is in, "" when that is not set."""
        return self.settings.organisation.currency

    @property
    def evidence(self) -> Evidence:
        """What promises are judged by when the period is seen."""
        return Evidence(self.store, self.settings, self.seen_at, self.readings)

    @property
    def known(self) -> AsKnown:
        """The warehouse as known when the period is looked at."""
        return AsKnown(self.store, self.settings, self.period.as_of)

    def parameters(
        self, start: datetime | None = None, end: datetime | None = None, **own: Any
    ) -> dict[str, Any]:
        """Return the standard parameters for the period, or another window, with the filters. own: more of them."""
        return self.known.parameters(start or self.period.start, end or self.period.end, self.filters, **own)

    def run(self, name: str, **own: Any) -> Result:
        """Ask a query by name, for the period. own: as in `parameters`, such as another start or end."""
        return self.store.run(name, self.parameters(**own))

    def asked(self, window: Period | Window) -> Asked:
        """Return a window as it is asked about in this scope."""
        return self.known.asked(Window(window.start, window.end))

    def kpi(self, figure_id: str, window: Period | Window | None = None) -> Kpi:
        """Return a figure of the period, or of another window."""
        return self.readings.kpi(figure_id, self.asked(window or self.period), self.filters)

    def expect(self, figure_id: str, *windows: Period | Window, perhaps: bool = False) -> None:
        """Say which windows of a figure will be read. perhaps: as for `Readings.expect`."""
        self.readings.expect(figure_id, map(self.asked, windows), self.filters, perhaps)

    def steps(self, step: str, since: datetime | None = None) -> list[Window]:
        """Return the weeks or months that begin at or after `since` (default: a year ago), up to `seen_at`."""
        begun = since or self.year_ago
        cut = weeks if step == WEEK else months
        found = [w for w in cut(begun, self.seen_at, self.settings) if w.start >= begun]
        # A past quarter does not grow: its last week ends with it.
        return [w if w.end <= self.seen_at else Window(w.start, self.seen_at) for w in found]

    def points(self, figure_id: str, step: str = MONTH, since: datetime | None = None) -> tuple[Point, ...]:
        """Return a figure step by step, oldest first: each point is the figure of that week or month."""
        windows = self.steps(step, since)
        # Who draws a figure's steps says its number of the period, too: one statement for both.
        self.expect(figure_id, self.period, *windows)
        rows = [self.readings.row(figure_id, self.asked(w), self.filters) for w in windows]
        points = points_of(figure(figure_id), windows, rows)
        if points and windows[-1].end == self.seen_at and self._cut(windows[-1], step):
            return (*points[:-1], replace(points[-1], partial=True))
        return points

    def _cut(self, last: Window, step: str) -> bool:
        """Tell whether the last step would have gone on."""
        (whole,) = (weeks if step == WEEK else months)(last.start, last.end, self.settings)
        return whole.end > last.end

    def rows(
        self, figure_id: str, windows: Sequence[Period | Window], as_of: datetime | None = None
    ) -> list[dict[str, Any]]:
        """Return a figure's row of each window, with its start as `at` and its end as `ends_at`."""
        asked = [Asked(w.start, w.end, as_of or self.period.as_of) for w in windows]
        self.readings.expect(figure_id, asked, self.filters)
        return [
            {"at": w.start, "ends_at": w.end, **self.readings.row(figure_id, w, self.filters)} for w in asked
        ]

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

    def gap_bands(self, figure_id: str, since: datetime) -> tuple[Band, ...]:
        """Return the stretches past `since` of which a figure knows nothing, as known at the period's `as_of`."""
        coverage = self.evidence.coverage
        gaps = [
            gap for table in figure(figure_id).covered_by if table in coverage for gap in coverage[table].gaps
        ]
        return tuple(
            Band(max(gap.start, since), min(gap.end, self.seen_at), "not covered", "gap")
            for gap in sorted(gaps, key=lambda gap: gap.start)
            if max(gap.start, since) < min(gap.end, self.seen_at)
        )

    def freeze_marks(self, since: datetime) -> tuple[Mark, ...]:
        """Return the starts of the launch freezes between `since` and `seen_at`."""
        zone = self.settings.organisation.zone
        starts = [(midnight(f.start, zone), f.note) for f in self.settings.freezes]
        return tuple(Mark(at, "freeze") for at, _ in starts if since < at < self.seen_at)
