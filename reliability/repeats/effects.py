"""Effects: what a decision would do to the repeat figures, told before it is made.

The very facts and KPIs of the warehouse are run with the decisions supposed, in temporary tables; nothing is computed
a second way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reliability.queries import Asks, Store
from reliability.settings import Settings
from reliability.warehouse import RepeatDecision
from reliability.warehouse.facts import fact_files, fact_values, make_fact
from reliability.warehouse.repeat_decisions import write_decisions

_NARROW = ("fact_problems", "fact_links", "fact_issues", "fact_repeats", "fact_sources", "fact_coverage")
_WIDE = "fact_incidents"


@dataclass(frozen=True)
class Figures:
    """The repeat figures of a window; None where there is no figure."""

    incidents: float | None
    escalations: float | None


def figures(
    store: Store, settings: Settings, decisions: Sequence[RepeatDecision], params: Mapping[str, Any]
) -> Figures:
    """Return what the figures of a window are with these decisions, whichever the warehouse was made with.

    params: the standard parameters of the window.
    """
    if applied(store) == list(decisions):
        return _figures(store, params)
    return _supposing(store, settings, decisions, params)


def applied(store: Asks) -> list[RepeatDecision]:
    """Return the decisions that a warehouse was made with."""
    rows = store.run("lists/repeat_decisions")
    return sorted(
        (RepeatDecision(**{name: row[name] for name in RepeatDecision._fields}) for row in rows),
        key=lambda row: (row.entry_id, row.incident_id or "", row.source or ""),
    )


def _figures(store: Asks, params: Mapping[str, Any]) -> Figures:
    return Figures(
        store.run("kpis/repeat_incidents", params).one()["value"],
        store.run("kpis/repeat_escalations", params).one()["value"],
    )


def _supposing(
    store: Store, settings: Settings, decisions: Sequence[RepeatDecision], params: Mapping[str, Any]
) -> Figures:
    values = fact_values(settings, params["as_of"])
    files = {table: file for file, table in fact_files() if table}
    with store.aside() as supposed:
        con = supposed.connection
        con.execute("create temp table repeat_decisions as select * from repeat_decisions limit 0")
        write_decisions(con, decisions)
        for table in sorted(_NARROW, key=lambda table: files[table].name):
            make_fact(con, files[table], table, values, temporary=True)
        # Of the wide facts only the rows of the window are needed: each depends on no other row.
        con.execute(
            "create temp table incidents as select * from incidents where opened_at >= $start and opened_at < $end",
            {"start": params["start"], "end": params["end"]},
        )
        make_fact(con, files[_WIDE], _WIDE, values, temporary=True)
        return _figures(supposed, params)
