"""Decisions of people as rows of the warehouse: what they said of incidents and of the data, ready for SQL to read."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import duckdb

from reliability.warehouse.decided import OutageDecision, QuietSpan

CONFIRMED, REJECTED, NOT_A_REPEAT = "confirmed", "rejected", "not a repeat"
SAME_AS, SPLIT, MERGED = "same as", "split", "merged"


class RepeatDecision(NamedTuple):
    """One decision that stands.

    decision: CONFIRMED or REJECTED (the pair of incident and partner), NOT_A_REPEAT (the incident), SAME_AS (the
    incident is of `effective_issue_id`), SPLIT (the same, moved there out of `issue_id`), MERGED (everything of
    `issue_id` is of `effective_issue_id`). entry_id: where it is written; a later one has a higher id.
    An incident has at most one of SAME_AS and SPLIT, an issue at most one MERGED, and no MERGED leads to another.
    """

    decision: str
    source: str | None = None
    incident_id: str | None = None
    partner_source: str | None = None
    partner_id: str | None = None
    issue_id: str | None = None
    effective_issue_id: str | None = None
    entry_id: int = 0


Decided = RepeatDecision | QuietSpan | OutageDecision
"""Anything that people said and figures are made with."""

Decisions = Callable[[], Sequence[Decided]]
"""Reads the decisions as they stand now. Called by the one builder, so that nothing written before it is missed."""


TABLES: Mapping[str, type[RepeatDecision] | type[QuietSpan] | type[OutageDecision]] = {
    "repeat_decisions": RepeatDecision,
    "quiet_spans": QuietSpan,
    "outage_decisions": OutageDecision,
}
"""Where decisions of each kind lie in a warehouse."""


def none() -> Sequence[Decided]:
    """No decisions: what a folder without a journal holds."""
    return ()


def stated_version(inputs_version: str, decisions: Iterable[Decided]) -> str:
    """Twelve hex digits for a warehouse of these inputs and decisions; without decisions, those of the inputs."""
    listed = sorted(map(repr, decisions))
    if not listed:
        return inputs_version
    return hashlib.sha256("\n".join((inputs_version, *listed)).encode()).hexdigest()[:12]


def write_decisions(
    con: duckdb.DuckDBPyConnection, decisions: Iterable[Decided], schema: str = "main"
) -> None:
    """Insert decisions into their tables. schema: a name of the program's own."""
    listed = list(decisions)
    for table, kind in TABLES.items():
        rows = [row for row in listed if isinstance(row, kind)]
        if not rows:
            continue
        columns = {name: [getattr(row, name) for row in rows] for name in kind._fields}
        values = ", ".join(f"unnest(${name})" for name in columns)
        con.execute(f"insert into {schema}.{table} select {values}", columns)


def outages_of(con: duckdb.DuckDBPyConnection) -> list[OutageDecision]:
    """Return the decisions about outages that the rows of an open warehouse were joined by."""
    return [row for row in decided_in(con) if isinstance(row, OutageDecision)]


def decided_in(con: duckdb.DuckDBPyConnection) -> list[Decided]:
    """Return all decisions that an open warehouse was made with, in the order of the journal. Instants in UTC."""
    found: list[Decided] = []
    for table, kind in TABLES.items():
        columns = ", ".join(kind._fields)
        rows = con.execute(f"select {columns} from {table} order by all").fetchall()
        found += [kind(*map(_in_utc, row)) for row in rows]
    return sorted(found, key=lambda row: row.entry_id)


def _in_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
