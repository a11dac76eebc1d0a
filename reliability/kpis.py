"""KPIs of a window: run the KPI queries and give each figure its interval, its n and what it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from reliability.model import NO_DATA, OK, PARTIAL, Filters
from reliability.queries import Query, Store, catalogue
from reliability.settings import Settings

_LEFT_OUT = "left_out_"


@dataclass(frozen=True)
class Kpi:
    """One figure of one window.

    value: None when there is no data. n: how many records it rests on. open: records whose outcome is still open.
    left_out: reason -> number of records. numerator, denominator: for shares, else None.
    """

    id: str
    title: str
    unit: str
    better: str
    value: float | None
    n: int
    open: int
    status: str
    left_out: dict[str, int] = field(default_factory=dict)
    interval: tuple[float, float] | None = None
    numerator: float | None = None
    denominator: float | None = None
    needs: tuple[str, ...] = ()


def parameters(
    settings: Settings, start: datetime, end: datetime, as_of: datetime, filters: Filters | None = None
) -> dict[str, Any]:
    """Return the standard parameters of every query for the window [start, end) as known at `as_of`."""
    chosen = filters or Filters()
    return {
        "start": start,
        "end": end,
        "as_of": as_of,
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


@cache
def kpi_queries() -> Mapping[str, Query]:
    """Every KPI query by KPI id."""
    return MappingProxyType({q.id: q for q in catalogue().values() if q.name.startswith("kpis/")})


def kpi(store: Store, kpi_id: str, params: Mapping[str, Any]) -> Kpi:
    """Compute one KPI. Raises QueryError for an unknown id."""
    asked = kpi_queries().get(kpi_id)
    row = store.run(asked.name if asked else f"kpis/{kpi_id}", params).one()
    assert asked is not None
    return from_row(asked, row, partial=params["as_of"] < params["end"])


def from_row(asked: Query, row: Mapping[str, Any], partial: bool) -> Kpi:
    """Make a Kpi of a KPI query's only row."""
    value = row["value"]
    status = NO_DATA if value is None else PARTIAL if partial else OK
    return Kpi(
        id=asked.id,
        title=asked.title,
        unit=asked.unit,
        better=asked.better,
        value=value,
        n=int(row.get("n") or 0),
        open=int(row.get("open") or 0),
        status=status,
        left_out={
            key.removeprefix(_LEFT_OUT).replace("_", " "): int(count)
            for key, count in row.items()
            if key.startswith(_LEFT_OUT) and count
        },
        numerator=row.get("numerator"),
        denominator=row.get("denominator"),
        needs=tuple(t.strip() for t in asked.table.split(",") if t.strip()),
    )
