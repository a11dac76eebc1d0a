"""The three roll-ups: what each asks of its log, and what review.toml makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from reliability.errors import RollupError
from reliability.queries import query
from reliability.rollups.clocks import local_days
from reliability.rollups.maintenance import pieces, windows_table
from reliability.rollups.model import Column, SmallTable
from reliability.rollups.text import columns_of
from reliability.settings.rollups import (
    MOST_LIMITS,
    UNITS_IN_MS,
    Alerts,
    Log,
    Maintenance,
    Requests,
    Rollups,
    Tickets,
    earliest_second,
)

NAMES = ("requests", "alerts", "tickets")
FILES = {"requests": "availability", "alerts": "alerts", "tickets": "tickets"}
"""What the export of a roll-up is called: the canonical table it fills."""

_NO_LIMIT = 1e308


@dataclass(frozen=True)
class Rollup:
    """One roll-up, with what the settings give to each of its texts."""

    name: str
    log: Log
    columns: tuple[Column, ...]
    read_values: Mapping[str, Any]
    read_tables: Mapping[str, SmallTable]
    judge_tables: Mapping[str, SmallTable]
    write_values: Mapping[str, Any] = field(default_factory=dict)
    windows: tuple[Maintenance, ...] = ()
    finds_doubled: bool = True

    def text(self, step: str) -> str:
        """The name of one of its queries: read, judge or write."""
        return f"rollups/{self.name}/{step}"

    @property
    def called(self) -> dict[str, str]:
        """Our names -> the log's."""
        return {column.name: self.log.columns.get(column.name, column.called) for column in self.columns}


def rollup(name: str, settings: Rollups) -> Rollup:
    """The roll-up `name`. Raises RollupError when there is none."""
    if name == "requests":
        return _requests(settings.requests)
    if name == "alerts":
        return _events("alerts", settings.alerts)
    if name == "tickets":
        return _events("tickets", settings.tickets)
    raise RollupError(f"there is no roll-up '{name}'", "rollup", f"Choose {', '.join(NAMES)}.")


def _common(name: str, log: Log) -> tuple[tuple[Column, ...], dict[str, Any], dict[str, SmallTable]]:
    values = {"earliest": earliest_second(log), "ahead_seconds": round(60 * log.clock_minutes)}
    return (
        columns_of(query(f"rollups/{name}/read")),
        values,
        {"local_days": local_days(log.time_zone)},
    )


def _requests(settings: Requests) -> Rollup:
    columns, values, tables = _common("requests", settings.log)
    seconds = 60 * settings.interval_minutes
    unit = UNITS_IN_MS[settings.duration_unit]
    limits = [limit / unit for limit in settings.limits_ms]
    limits += [_NO_LIMIT] * (MOST_LIMITS - len(limits))
    values |= {"interval_seconds": seconds, "has_limits": bool(settings.limits_ms)}
    values |= {f"limit_{number}": limit for number, limit in enumerate(limits, start=1)}
    return Rollup(
        "requests",
        settings.log,
        columns,
        values,
        {**tables, "pieces": pieces(settings.maintenance, seconds)},
        {
            "rules": _rules(settings),
            "statuses": _statuses(settings),
            "maintenance": windows_table(settings.maintenance),
        },
        {"interval_seconds": seconds},
        settings.maintenance,
        settings.find_doubled,
    )


def _rules(settings: Requests) -> SmallTable:
    """The endpoints of the settings; without any, one that takes every endpoint as it is."""
    rank = {limit: number for number, limit in enumerate(settings.limits_ms, start=1)}
    named = [
        (e.match, e.match_service, e.endpoint, e.service, e.objective, e.under_ms or settings.under_ms)
        for e in settings.endpoints
    ] or [("*", "*", "", "", None, settings.under_ms)]
    columns = {
        "number": "bigint",
        "endpoint_like": "varchar",
        "service_like": "varchar",
        "endpoint": "varchar",
        "service": "varchar",
        "objective": "double",
        "limit_rank": "bigint",
    }
    return SmallTable(
        columns,
        [
            (
                number,
                _like(match),
                _like(of),
                endpoint or None,
                service or None,
                objective,
                rank.get(limit or 0),
            )
            for number, (match, of, endpoint, service, objective, limit) in enumerate(named, start=1)
        ],
    )


def _like(pattern: str) -> str:
    """A pattern with * as LIKE writes it, with ^ as its escape."""
    for special in "^%_":
        pattern = pattern.replace(special, f"^{special}")
    return pattern.replace("*", "%")


def _statuses(settings: Requests) -> SmallTable:
    """Every HTTP status and what it is. A status that is named wins over its class."""
    kinds = dict.fromkeys(range(100, 600), "good")
    for exact in (False, True):
        for kind, patterns in (("bad", settings.bad), ("not valid", settings.not_valid)):
            for pattern in patterns:
                if exact and pattern.isdigit():
                    kinds[int(pattern)] = kind
                elif not exact and not pattern.isdigit():
                    first = 100 * int(pattern[0])
                    kinds |= dict.fromkeys(range(first, first + 100), kind)
    return SmallTable({"status": "bigint", "kind": "varchar"}, list(kinds.items()))


def _events(name: str, settings: Alerts | Tickets) -> Rollup:
    columns, values, tables = _common(name, settings.log)
    meanings = [one.name for one in fields(settings) if one.name != "log"]
    words = [(word, meaning) for meaning in meanings for word in getattr(settings, meaning)]
    return Rollup(
        name,
        settings.log,
        columns,
        values,
        tables,
        {"words": SmallTable({"word": "varchar", "meaning": "varchar"}, words)},
    )
