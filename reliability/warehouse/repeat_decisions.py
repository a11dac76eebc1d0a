"""Decisions about repeats as rows of the warehouse: what people said of incidents, ready for SQL to read."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import duckdb

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


Decisions = Callable[[], Sequence[RepeatDecision]]
"""Reads the decisions as they stand now. Called by the one builder, so that nothing written before it is missed."""


def none() -> Sequence[RepeatDecision]:
    """No decisions: what a folder without a journal holds."""
    return ()


def stated_version(inputs_version: str, decisions: Iterable[RepeatDecision]) -> str:
    """Twelve hex digits for a warehouse of these inputs and decisions; without decisions, those of the inputs."""
    listed = sorted(map(repr, decisions))
    if not listed:
        return inputs_version
    return hashlib.sha256("\n".join((inputs_version, *listed)).encode()).hexdigest()[:12]


def write_decisions(
    con: duckdb.DuckDBPyConnection, decisions: Iterable[RepeatDecision], table: str = "repeat_decisions"
) -> None:
    """Insert decisions into `table`, a name of the program's own."""
    rows = list(decisions)
    if not rows:
        return
    columns = {name: [getattr(row, name) for row in rows] for name in RepeatDecision._fields}
    listed = ", ".join(f"unnest(${name})" for name in columns)
    con.execute(f"insert into {table} select {listed}", columns)
