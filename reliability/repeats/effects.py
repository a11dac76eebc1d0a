"""Effects: what a decision would do to the repeat figures, shown before it is made.

The very facts and KPIs of the warehouse are run with the decisions supposed, in temporary tables; nothing is computed
a second way. Where that is enough, only on the incidents that the decisions can reach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from reliability.queries import Asks, Store
from reliability.settings import Settings
from reliability.warehouse import RepeatDecision
from reliability.warehouse.facts import fact_files, fact_values, make_fact, make_fact_from

_DECIDED = ("fact_problems", "fact_links", "fact_issues", "fact_repeats")
_NARROW = (*_DECIDED, "fact_sources")
_REACH = ("fact_coverage", "fact_reach")
_WIDE = "fact_incidents"
_KPIS = ("kpis/repeat_incidents", "kpis/repeat_escalations")

FEW = 20_000
"""So many incidents are recomputed at once, and kept for the next filter."""

MOST_NEAR = 20_000
"""Incidents that decisions may reach; beyond, everything is recomputed."""


@dataclass(frozen=True)
class Figures:
    """The repeat figures of a window; None where there is no figure."""

    incidents: float | None
    escalations: float | None


def figures(
    store: Store,
    settings: Settings,
    decisions: Sequence[RepeatDecision],
    params: Mapping[str, Any],
    live: Figures | None = None,
) -> Figures:
    """Return what the figures of a window are with these decisions, whichever the warehouse was made with.

    params: the standard parameters of the window. live: what the warehouse says of it, where that was read already.
    """
    made_with = applied(store)
    live = live or _figures(store, params)
    if made_with == list(decisions):
        return live
    records = (row["records"] for row in store.run("lists/data_range") if row["table_name"] == "incidents")
    if sum(records) <= FEW:
        return _all_supposed(store, settings, decisions, params)
    return _nearby(store, settings, decisions, made_with, params, live) or _supposing(
        store, settings, decisions, params
    )


def applied(store: Asks) -> list[RepeatDecision]:
    """Return the decisions that a warehouse was made with."""
    rows = store.run("lists/repeat_decisions")
    return sorted(
        (RepeatDecision(**{name: row[name] for name in RepeatDecision._fields}) for row in rows),
        key=lambda row: (row.entry_id, row.incident_id or "", row.source or ""),
    )


def _figures(store: Asks, params: Mapping[str, Any]) -> Figures:
    return Figures(*(store.run(name, params).one()["value"] for name in _KPIS))


def _nearby(
    store: Store,
    settings: Settings,
    decisions: Sequence[RepeatDecision],
    made_with: Sequence[RepeatDecision],
    params: Mapping[str, Any],
    live: Figures,
) -> Figures | None:
    """The live figures, changed by what becomes of the incidents that the decisions can reach.

    Repeats are counted, so what does not change may be left alone. None where that is not enough: the figures may
    come to be known, or no longer be, or the decisions reach too far.
    """
    known = store.run("repeats/told_by_tools", params).one()
    if known["told"] is None:
        return None
    differing = set(decisions) ^ set(made_with)
    # Ids are enough: one that two tools use reaches more than it must, and changes nothing.
    names = {
        name
        for row in differing
        for name in (row.incident_id, row.partner_id, row.issue_id, row.effective_issue_id)
        if name
    }
    near = store.run("repeats/near", {"names": sorted(names), "limit": MOST_NEAR + 1}).rows
    if len(near) > MOST_NEAR:
        return None
    if not known["told"]:
        # A tool comes to tell, or no longer does, by what is decided about its own incidents.
        return live if {row["source"] for row in near}.isdisjoint(known["sources"]) else None
    window = _window(params)
    values = fact_values(settings, params["as_of"])
    # Neither depends on a filter: who chooses another one finds the tables already made.
    key = (tuple(decisions), repr(window), repr(values))
    with store.kept_aside(("now", *key), lambda aside: _as_it_is(aside.connection, near, window)) as aside:
        before = _counts(aside, params)
    with store.kept_aside(
        ("supposed", *key),
        lambda aside: _as_decided(aside.connection, values, decisions, near, window),
    ) as aside:
        after = _counts(aside, params)
    changed = [
        None if value is None else value + new - old
        for value, old, new in zip((live.incidents, live.escalations), before, after, strict=True)
    ]
    return Figures(*changed)


def _counts(aside: Asks, params: Mapping[str, Any]) -> list[int]:
    return [aside.run(name, params).one()["n"] for name in _KPIS]


def _as_it_is(
    con: duckdb.DuckDBPyConnection, near: Sequence[Mapping[str, Any]], window: Mapping[str, Any]
) -> None:
    """Leave only the incidents of the window that are near."""
    _write_near(con, near)
    con.execute(
        "create temp table fact_incidents as select fact.* from fact_incidents as fact semi join near "
        "on fact.source is not distinct from near.source and fact.incident_id = near.incident_id "
        "where fact.opened_at >= $start and fact.opened_at < $end",
        window,
    )


def _as_decided(
    con: duckdb.DuckDBPyConnection,
    values: Mapping[str, Any],
    decisions: Sequence[RepeatDecision],
    near: Sequence[Mapping[str, Any]],
    window: Mapping[str, Any],
) -> None:
    """Leave only the incidents of the window that are near, as the decisions make them."""
    files = {table: file for file, table in fact_files() if table}
    _write_near(con, near)
    _suppose(con, decisions)
    for table in ("incidents", "incident_versions"):
        con.execute(
            f"create temp table {table} as select own.* from {table} as own semi join near "
            "on own.source is not distinct from near.source and own.incident_id = near.incident_id"
        )
    con.execute("create temp table tickets as select * from tickets semi join near using (incident_id)")
    for table in sorted(_DECIDED, key=lambda table: files[table].name):
        make_fact(con, files[table], table, values, temporary=True)
    con.execute("delete from temp.incidents where opened_at < $start or opened_at >= $end", window)
    make_fact(con, files[_WIDE], _WIDE, values, temporary=True)


def _write_near(con: duckdb.DuckDBPyConnection, near: Sequence[Mapping[str, Any]]) -> None:
    con.execute(
        "create temp table near as select unnest($sources) as source, unnest($ids) as incident_id",
        {
            "sources": [row["source"] for row in near],
            "ids": [row["incident_id"] for row in near],
        },
    )


def _suppose(con: duckdb.DuckDBPyConnection, decisions: Sequence[RepeatDecision]) -> None:
    columns = {name: [getattr(row, name) for row in decisions] for name in RepeatDecision._fields}
    values = ", ".join(f"unnest(${name}) as {name}" for name in columns)
    con.execute(
        "create temp table repeat_decisions as "
        f"(select * from repeat_decisions limit 0) union all by name select {values}",
        columns,
    )


def _all_supposed(
    store: Store, settings: Settings, decisions: Sequence[RepeatDecision], params: Mapping[str, Any]
) -> Figures:
    """All incidents of the window, as the decisions make them. No filter matters to that: another one finds it made."""
    window, values = _window(params), fact_values(settings, params["as_of"])
    key = ("all", tuple(decisions), repr(window), repr(values))
    with store.kept_aside(key, lambda aside: _all(aside.connection, values, decisions, window)) as aside:
        return _figures(aside, params)


def _supposing(
    store: Store, settings: Settings, decisions: Sequence[RepeatDecision], params: Mapping[str, Any]
) -> Figures:
    """The same, of too many incidents to keep."""
    with store.aside() as aside:
        _all(aside.connection, fact_values(settings, params["as_of"]), decisions, _window(params))
        return _figures(aside, params)


def _all(
    con: duckdb.DuckDBPyConnection,
    values: Mapping[str, Any],
    decisions: Sequence[RepeatDecision],
    window: Mapping[str, Any],
) -> None:
    _suppose(con, decisions)
    make_fact_from(con, _REACH[-1], _REACH[:-1], values)
    make_fact_from(con, _WIDE, _NARROW, values, window)


def _window(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: params[name] for name in ("start", "end")}
