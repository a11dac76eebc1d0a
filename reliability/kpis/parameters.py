"""The standard parameters of queries: windows, filters, and what the settings say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reliability.model import Filters
from reliability.settings import Settings


@dataclass(frozen=True)
class Asked:
    """A window [start, end) as known at `as_of`; UTC instants."""

    start: datetime
    end: datetime
    as_of: datetime


def windows(asked: Iterable[Asked]) -> list[dict[str, Any]]:
    """Return the value of $windows: each window with its place as its id."""
    return [{"id": i, "start": w.start, "end": w.end, "as_of": w.as_of} for i, w in enumerate(asked)]


def standing(settings: Settings, filters: Filters | None = None) -> dict[str, Any]:
    """Return the parameters that do not depend on a window: filters, targets, and the organisation's ways."""
    chosen = filters or Filters()
    return {
        "services": list(chosen.services) or None,
        "teams": list(chosen.teams) or None,
        "severities": list(chosen.severities) or None,
        "time_zone": settings.organisation.time_zone,
        "engage_minutes": float(settings.targets.engage_minutes),
        "postmortem_hours": float(settings.targets.postmortem_hours),
        "executive_hours": float(settings.targets.executive_hours),
        "availability": float(settings.targets.availability),
        "core_services": list(settings.incidents.core_services) or None,
        "look_back_days": settings.incidents.repeat_look_back_days,
        "ended_after_days": settings.incidents.ended_after_days,
    }


def parameters(
    settings: Settings, start: datetime, end: datetime, as_of: datetime, filters: Filters | None = None
) -> Mapping[str, Any]:
    """Return the standard parameters of every query for the window [start, end) as known at `as_of`."""
    return {"start": start, "end": end, "as_of": as_of, **standing(settings, filters)}
