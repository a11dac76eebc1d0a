"""How sure a figure is: the 90 % interval that its family gives it.

What was counted in full (requests, postmortems due, sprint points, runbooks, core changes) has none: there is no
sampling in it, and an interval would only look exact.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reliability.kpis.kpi import Kpi
from reliability.kpis.parameters import Asked
from reliability.kpis.readings import Readings
from reliability.model import Filters
from reliability.queries.figures import Family, figure
from reliability.settings import Settings
from reliability.settings.periods import weeks
from reliability.statistics.endings import Endings
from reliability.statistics.intervals import Interval, dispersion, rate_interval, wilson
from reliability.statistics.means import Sample, mean_interval
from reliability.statistics.nps import score_of
from reliability.statistics.survival import Durations, median_interval


def interval_of(readings: Readings, found: Kpi, asked: Asked, filters: Filters) -> Interval | None:
    """Give the interval of one figure in its own unit; None when it has no value or was counted in full.

    An end of a median that the data do not bound is infinite; a median that is not reached has a lower end.
    """
    if found.value is None and found.above is None:
        return None
    match figure(found.id).family:
        case Family.COUNT:
            if found.value is None:
                return None
            return rate_interval(found.value, _clusters(readings, found.id, asked, filters))
        case Family.SHARE:
            return wilson(*found.independent) if found.independent else None
        case Family.MEDIAN:
            return _median(readings.samples(found.id, asked, filters))
        case Family.HOLDING:
            days = readings.settings.incidents.ended_after_days
            return Endings.of_rows(readings.samples(found.id, asked, filters)).held(days).interval
        case Family.MEAN:
            return mean_interval(Sample.of_row(readings.row(found.id, asked, filters)))
        case Family.SCORE:
            return score_of(readings.row(found.id, asked, filters)).interval
        case Family.CENSUS | Family.AVAILABILITY | None:
            return None


def whole_weeks(asked: Asked, settings: Settings) -> list[Asked]:
    """Return the calendar weeks that lie in a window and are over."""
    end = min(asked.end, asked.as_of)
    spine = weeks(asked.start, end, settings)
    return [Asked(w.start, w.end, asked.as_of) for w in spine if w.start >= asked.start and w.end <= end]


def durations_of(rows: Sequence[Mapping[str, Any]]) -> Durations:
    """Make durations of the samples behind a median: each number of minutes as often as it occurred."""
    measured = [row for row in rows if row["minutes"] is not None]
    times = np.array([r["n"] for r in measured], dtype=int)
    minutes = np.repeat(np.array([r["minutes"] for r in measured], dtype=float), times)
    ended = np.repeat(np.array([r["is_over"] for r in measured], dtype=bool), times)
    return Durations.of(minutes, ended)


def _clusters(readings: Readings, figure_id: str, asked: Asked, filters: Filters) -> float:
    """Dispersion of the window's whole weeks; a short window says nothing and counts as 1."""
    steps = whole_weeks(asked, readings.settings)
    readings.expect(figure_id, steps, filters)
    rows = [readings.row(figure_id, step, filters) for step in steps]
    return dispersion(np.array([r["value"] for r in rows if r["value"] is not None and not r["partial"]]))


def _median(rows: Sequence[Mapping[str, Any]]) -> Interval | None:
    durations = durations_of(rows)
    return median_interval(durations) if durations.n else None
