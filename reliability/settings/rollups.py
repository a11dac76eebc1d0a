"""[rollups] of review.toml: how raw logs are read, and what makes a request good, an alert actionable."""

import math
import re
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from reliability.settings.reader import Table

MOST_LIMITS = 4
"""How many different latency limits a company's endpoints may have: a roll-up keeps a count per limit."""

UNITS_IN_MS = {"s": 1000.0, "ms": 1.0, "us": 0.001, "ns": 0.000001}
_STATUS = re.compile(r"[1-5](\d\d|xx)")
_SHARE = "a share between 0 and 1, for example 0.9995"
_POSITIVE_MS = "a number above 0, in milliseconds"

REQUEST_COLUMNS = ("at", "service", "endpoint", "status", "duration", "id", "received", "count")
ALERT_COLUMNS = ("at", "alert_id", "event", "title", "service", "incident_id", "received")
TICKET_COLUMNS = (
    *(
        "at",
        "ticket_id",
        "event",
        "account_id",
        "subject",
        "service",
        "priority",
        "incident_id",
        "problem_id",
    ),
    "received",
)


@dataclass(frozen=True)
class Log:
    """What is said of any raw log.

    source: URI that a build rolls up by itself, "" for none. columns: our name -> the log's. time_zone: of times
    without an offset. earliest: rows before this day come from a wrong clock. clock_minutes: how far ahead of its
    reception a row may be.
    """

    source: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    time_zone: str = "UTC"
    earliest: date = date(2000, 1, 1)
    clock_minutes: float = 5


@dataclass(frozen=True)
class Endpoint:
    """What the log calls `match` (`*` stands for anything) is this endpoint of this service.

    endpoint, service: "" keeps the log's. objective: share of good requests, None: the organisation's target.
    under_ms: a good request takes less, None: the limit of all endpoints.
    """

    match: str
    match_service: str = "*"
    endpoint: str = ""
    service: str = ""
    objective: float | None = None
    under_ms: float | None = None


@dataclass(frozen=True)
class Maintenance:
    """A declared window: its requests are neither good nor valid. UTC; services empty: all of them."""

    start: datetime
    end: datetime
    services: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Requests:
    """What makes a request good, and what the intervals and endpoints are."""

    log: Log = field(default_factory=Log)
    interval_minutes: int = 60
    bad: tuple[str, ...] = ("5xx",)
    not_valid: tuple[str, ...] = ()
    under_ms: float | None = None
    duration_unit: str = "ms"
    find_doubled: bool = True
    endpoints: tuple[Endpoint, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()

    @property
    def limits_ms(self) -> tuple[float, ...]:
        """The different latency limits, shortest first."""
        found = {self.under_ms, *(endpoint.under_ms for endpoint in self.endpoints)}
        return tuple(sorted(limit for limit in found if limit is not None))


@dataclass(frozen=True)
class Alerts:
    """The words of the alerting tool's events. `acted`: somebody had something to do."""

    log: Log = field(default_factory=Log)
    fired: tuple[str, ...] = ("fired", "triggered", "opened", "created")
    acted: tuple[str, ...] = ("acknowledged", "escalated", "assigned", "annotated")
    closed: tuple[str, ...] = ("closed", "resolved")


@dataclass(frozen=True)
class Tickets:
    """The words of the desk's events."""

    log: Log = field(default_factory=Log)
    created: tuple[str, ...] = ("created", "opened")
    solved: tuple[str, ...] = ("solved", "closed", "resolved")
    reopened: tuple[str, ...] = ("reopened",)
    to_engineering: tuple[str, ...] = ("escalated to engineering",)
    to_executive: tuple[str, ...] = ("escalated to executive",)
    changed: tuple[str, ...] = ("updated", "linked", "commented")


@dataclass(frozen=True)
class Rollups:
    """What [rollups] says."""

    requests: Requests = field(default_factory=Requests)
    alerts: Alerts = field(default_factory=Alerts)
    tickets: Tickets = field(default_factory=Tickets)


def read_rollups(table: Table, time_zone: str) -> Rollups:
    """Read the [rollups] table. time_zone: the organisation's, for logs that name none."""
    found = Rollups(
        _requests(table.table("requests"), time_zone),
        _alerts(table.table("alerts"), time_zone),
        _tickets(table.table("tickets"), time_zone),
    )
    table.finish()
    return found


def _log(table: Table, time_zone: str, known: tuple[str, ...]) -> Log:
    named = table.table("columns")
    called_there = {name: named.text(name) for name in known}
    columns = {name: called for name, called in called_there.items() if named.given(name)}
    named.finish()
    for name, called in columns.items():
        if not called:
            named.problem(name, "is empty", "Write the name of the log's column.")
    return Log(
        source=table.text("from"),
        columns=columns,
        time_zone=table.zone("time_zone", time_zone),
        earliest=table.day("earliest") or Log.earliest,
        clock_minutes=table.number("clock_minutes", Log.clock_minutes, -1e-9, math.inf, "minutes, 0 or more"),
    )


def _requests(table: Table, time_zone: str) -> Requests:
    log = _log(table, time_zone, REQUEST_COLUMNS)
    found = Requests(
        log=log,
        interval_minutes=table.integer("interval_minutes", 60, 1, 1440),
        bad=_statuses(table, "bad", Requests.bad),
        not_valid=_statuses(table, "not_valid", ()),
        under_ms=table.number("under_ms", None, 0, math.inf, _POSITIVE_MS),
        duration_unit=table.choice("duration_unit", "ms", tuple(UNITS_IN_MS)),
        find_doubled=table.flag("find_doubled", True),
        endpoints=tuple(_endpoint(one) for one in table.tables("endpoints")),
        maintenance=tuple(
            window
            for one in table.tables("maintenance")
            if (window := _maintenance(one, ZoneInfo(log.time_zone)))
        ),
    )
    if 1440 % found.interval_minutes:
        table.problem(
            "interval_minutes",
            f"found {found.interval_minutes}",
            "A day must be a whole number of intervals.",
        )
    if both := sorted(set(found.bad) & set(found.not_valid)):
        table.problem("not_valid", f"'{both[0]}' is also in bad", "Keep it in one list.")
    if len(found.limits_ms) > MOST_LIMITS:
        what = f"there are {len(found.limits_ms)} different limits"
        table.problem("under_ms", what, f"Use at most {MOST_LIMITS}.")
    table.finish()
    return found


def _statuses(table: Table, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(word.strip().lower() for word in table.names(key, default))
    for word in found:
        if not _STATUS.fullmatch(word):
            table.problem(key, f"found '{word}'", 'Write HTTP statuses or classes of them: ["5xx", "429"].')
    return found


def _endpoint(table: Table) -> Endpoint:
    if not table.text("match"):
        table.problem("match", "is missing", 'Write what the log says, for example "/v2/checkout*".')
    found = Endpoint(
        match=table.text("match"),
        match_service=table.text("match_service", "*") or "*",
        endpoint=table.text("endpoint"),
        service=table.text("service"),
        objective=table.number("objective", None, 0, 1, _SHARE),
        under_ms=table.number("under_ms", None, 0, math.inf, _POSITIVE_MS),
    )
    table.finish()
    return found


def _maintenance(table: Table, zone: ZoneInfo) -> Maintenance | None:
    for key in ("start", "end"):
        if not table.given(key):
            table.problem(key, "is missing", "Write a date with a time, for example 2025-03-02T01:00:00Z.")
    start, end = table.instant("start", zone), table.instant("end", zone)
    services, note = table.names("services"), table.text("note")
    table.finish()
    if start is None or end is None:
        return None
    if end <= start:
        table.problem("end", f"{end:%Y-%m-%d %H:%M} UTC is not after the start", "Check both.")
        return None
    return Maintenance(start, end, services, note)


def _words(table: Table, of: type) -> dict[str, tuple[str, ...]]:
    """The lists of event words of a log; a word in two of them is a problem."""
    found: dict[str, tuple[str, ...]] = {}
    meaning: dict[str, str] = {}
    names = [one.name for one in fields(of) if one.name != "log"]
    given = [name for name in names if table.given(name)]
    for name in [*given, *(name for name in names if name not in given)]:
        words = tuple(" ".join(word.lower().split()) for word in table.names(name, getattr(of, name)))
        for word in words:
            if name in given and meaning.get(word, name) != name:
                table.problem(name, f"'{word}' is also in {meaning[word]}", "Keep it in one list.")
        # A word that was given elsewhere moves there.
        found[name] = tuple(word for word in words if meaning.setdefault(word, name) == name)
    return found


def _alerts(table: Table, time_zone: str) -> Alerts:
    log = _log(table, time_zone, ALERT_COLUMNS)
    found = Alerts(log=log, **_words(table, Alerts))
    table.finish()
    return found


def _tickets(table: Table, time_zone: str) -> Tickets:
    log = _log(table, time_zone, TICKET_COLUMNS)
    found = Tickets(log=log, **_words(table, Tickets))
    table.finish()
    return found


def earliest_second(log: Log) -> int:
    """The first Unix second that a row may have."""
    return int(datetime.combine(log.earliest, time.min, tzinfo=UTC).timestamp())
