"""Effects: what a decision would do to the repeat figures, shown before it is made.

The very facts and KPIs of the warehouse are run with the decisions supposed, in temporary tables; nothing is computed
a second way. Where that is enough, only on the incidents that the decisions can reach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from reliability.queries import Asks, Store
from reliability.queries.store import Aside
from reliability.settings import Settings
from reliability.warehouse import RepeatDecision
from reliability.warehouse.facts import fact_files, fact_values, make_fact
from reliability.warehouse.repeat_decisions import write_decisions

_DECIDED = ("fact_problems", "fact_links", "fact_issues", "fact_repeats")
_NARROW = (*_DECIDED, "fact_sources", "fact_coverage", "fact_reach")
_WIDE = "fact_incidents"
_KPIS = ("kpis/repeat_incidents", "kpis/repeat_escalations")

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
    if live.incidents is None or not store.run("repeats/told_by_tools", params).one()["incidents"]:
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
    with store.aside() as supposed:
        before, after = _counted(supposed, settings, decisions, near, params)
    changed = [
        None if value is None else value + new - old
        for value, old, new in zip((live.incidents, live.escalations), before, after, strict=True)
    ]
    return Figures(*changed)


def _counted(
    supposed: Aside,
    settings: Settings,
    decisions: Sequence[RepeatDecision],
    near: Sequence[Mapping[str, Any]],
    params: Mapping[str, Any],
) -> tuple[list[int], list[int]]:
    """What the figures count among some incidents, now and with the decisions."""
    values = fact_values(settings, params["as_of"])
    files = {table: file for file, table in fact_files() if table}
    window = {"start": params["start"], "end": params["end"]}
    con = supposed.connection
    con.execute(
        "create temp table near as select unnest($sources) as source, unnest($ids) as incident_id",
        {
            "sources": [row["source"] for row in near],
            "ids": [row["incident_id"] for row in near],
        },
    )
    con.execute(
        "create temp table fact_incidents as select fact.* from fact_incidents as fact semi join near "
        "on fact.source is not distinct from near.source and fact.incident_id = near.incident_id "
        "where fact.opened_at >= $start and fact.opened_at < $end",
        window,
    )
    before = [supposed.run(name, params).one()["n"] for name in _KPIS]
    con.execute("drop table temp.fact_incidents")
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
    return before, [supposed.run(name, params).one()["n"] for name in _KPIS]


def _suppose(con: duckdb.DuckDBPyConnection, decisions: Sequence[RepeatDecision]) -> None:
    con.execute("create temp table repeat_decisions as select * from repeat_decisions limit 0")
    write_decisions(con, decisions, "temp")


def _supposing(
    store: Store, settings: Settings, decisions: Sequence[RepeatDecision], params: Mapping[str, Any]
) -> Figures:
    values = fact_values(settings, params["as_of"])
    files = {table: file for file, table in fact_files() if table}
    with store.aside() as supposed:
        con = supposed.connection
        _suppose(con, decisions)
        for table in sorted(_NARROW, key=lambda table: files[table].name):
            make_fact(con, files[table], table, values, temporary=True)
        # Of the wide facts only the rows of the window are needed: each depends on no other row.
        con.execute(
            "create temp table incidents as select * from incidents where opened_at >= $start and opened_at < $end",
            {"start": params["start"], "end": params["end"]},
        )
        make_fact(con, files[_WIDE], _WIDE, values, temporary=True)
        return _figures(supposed, params)
