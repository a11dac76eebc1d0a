"""What a gate finds about one change, in words: its query returns a verdict with parts, its header says them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from reliability import formatting as fmt
from reliability.queries.gates import CANNOT_TELL, Gate

_LEAD = "the reliability lead"


class Finding(NamedTuple):
    """One row of a gate's answer. service: the one that it is about, None when it is about the change itself."""

    change_id: str
    state: str
    reason: str
    resolver: str
    service: str | None = None


def findings(gate: Gate, rows: Iterable[Mapping[str, Any]], asked: Mapping[str, Any]) -> list[Finding]:
    """Return what the rows of a gate's query say. asked: the parameters it was asked with, which may be said, too.

    A verdict that the header has no words for is taken for not knowing: a gate never passes by a slip in its query.
    """
    return [_finding(gate, row, asked) for row in rows]


def _finding(gate: Gate, row: Mapping[str, Any], asked: Mapping[str, Any]) -> Finding:
    verdict = gate.verdicts.get(row["verdict"])
    team = row.get("team")
    resolver = f"team {team}" if team else gate.resolver
    if verdict is None:
        reason = f"The gate's answer '{row['verdict']}' has no meaning in its header, so nobody can tell."
        return Finding(row["change_id"], CANNOT_TELL, reason, resolver, row["service"])
    reason = verdict.phrase.say({**asked, **row}, asked["time_zone"])
    return Finding(row["change_id"], verdict.state, reason, resolver, row["service"])


def nothing_known(empty: Sequence[str], change_ids: Iterable[str]) -> list[Finding]:
    """Return the findings of a gate for which no export holds the tables `empty`."""
    tables = fmt.listed([name.replace("_", " ") for name in empty], len(empty))
    reason = f"No export holds {tables}, so nobody can tell."
    return [Finding(change_id, CANNOT_TELL, reason, _LEAD) for change_id in change_ids]
