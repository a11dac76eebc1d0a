"""Values: what a query is given when nobody asks it anything in particular."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from reliability.gates.evaluation import parameters as gate_parameters
from reliability.kpis import parameters
from reliability.kpis.parameters import standing
from reliability.model import Filters
from reliability.queries import Query, Store
from reliability.settings import Settings
from reliability.settings.periods import quarter_of

Values = Mapping[str, Any]

LAST_QUARTER, RUNNING, FILTERED, NOTHING_THERE = (
    "the last whole quarter", "the running quarter", "the last year, filtered", "a quarter long before any data",
)  # fmt: skip
_LONG_AGO = timedelta(days=36525)
_YEAR = timedelta(days=365)


# Where a list about one record finds one.
_RECORDS = {
    "account_id": ("lists/account_names", "account_id"),
    "incident_id": ("rows/incidents", "incident_id"),
    "issue_id": ("rows/chronic_issues", "problem_id"),
}


def windows(store: Store, settings: Settings, as_of: datetime) -> dict[str, Values]:
    """Return name -> the values of every parameter there is, for windows that differ in what they hold."""
    running = quarter_of(as_of, settings, as_of)
    whole = quarter_of(running.start - timedelta(days=1), settings, as_of)
    long_ago = quarter_of(as_of - _LONG_AGO, settings, as_of)
    chosen = {
        kind: tuple(row["value"] for row in store.run("lists/options") if row["filter"] == kind)[:1]
        for kind in ("service", "team")
    }
    some = Filters(chosen["service"], chosen["team"], (1, 2))
    gates = gate_parameters(settings, as_of)

    def values(start: datetime, end: datetime, filters: Filters) -> Values:
        begun, ended = whole.start, whole.end
        return {
            **_of_some_record(begun, ended),
            **gates,
            "change_ids": None,
            **parameters(settings, start, end, as_of, filters),
        }

    found = {
        LAST_QUARTER: values(whole.start, whole.end, Filters()),
        RUNNING: values(running.start, running.end, Filters()),
        FILTERED: values(as_of - _YEAR, as_of, some),
        NOTHING_THERE: values(long_ago.start, long_ago.end, Filters()),
    }
    year = {**found[FILTERED], "services": None, "teams": None, "severities": None}
    records = {name: _first(store, *found_in, year) for name, found_in in _RECORDS.items()}
    return {name: {**records, **held} for name, held in found.items()}


def _first(store: Store, name: str, column: str, values: Values) -> Any:
    """Return a column of the first row of a query, None where there is none."""
    rows = store.run(name, {"limit": 1, "search": None, **values}).rows
    return rows[0][column] if rows else None


def _of_some_record(start: datetime, end: datetime) -> dict[str, Any]:
    """Return what pages ask lists about one record, one word or two windows."""
    return {
        "hit_start": start,
        "hit_end": end,
        "window_starts": [start, end],
        "window_ends": [end, end + (end - start)],
        "names": ["A0", "A1"],
        "search": "a",
    }


def asked_with(folder: str, settings: Settings, as_of: datetime) -> frozenset[str] | None:
    """Return the parameters that the queries of a folder may name; None where each page has some of its own."""
    if folder == "gates":
        return frozenset({*gate_parameters(settings, as_of), "change_ids"})
    if folder in ("kpis", "samples"):
        return frozenset({*standing(settings), "windows"})
    return None


def given(query: Query, values: Values) -> dict[str, Any]:
    """Return a query's parameters with their values; what a page alone knows (an account, a file) is NULL."""
    window = {"id": 1, **{name: values[name] for name in ("start", "end", "as_of")}}
    # A second window shows that each one has its own row.
    before = {
        **window,
        "id": 2,
        "start": window["start"] - (window["end"] - window["start"]),
        "end": window["start"],
    }
    return {name: values.get(name) for name in query.parameters} | (
        {"windows": [window, before]} if "windows" in query.parameters else {}
    )
