"""What people stated, then and now: settings by their dotted names, decisions and exceptions, and what differs."""

import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from reliability.journal.entries import Entry, standing
from reliability.restatements.model import Record
from reliability.warehouse.decided import OutageDecision, QuietSpan
from reliability.warehouse.repeat_decisions import Decided

_NOT_COMPARED = ("rollups", "access", "journal", "warehouse", "deliver")


def said_in(text: str) -> dict[str, Any]:
    """Return the settings of a text of review.toml that a review depends on."""
    return {key: value for key, value in tomllib.loads(text).items() if key not in _NOT_COMPARED}


def flat(said: Any, key: str = "") -> dict[str, Any]:
    """Return settings by their dotted names; a promise or a freeze by its id, or its place in the list."""
    if isinstance(said, dict):
        items = [(name, value) for name, value in said.items()]
    elif isinstance(said, list) and any(isinstance(one, dict) for one in said):
        items = [(str(one.get("id", place)), one) for place, one in enumerate(said, 1)]
    else:
        return {key: said}
    found: dict[str, Any] = {}
    for name, value in items:
        found |= flat(value, f"{key}.{name}" if key else name)
    return found


def of_kind(kind: type, decided: Sequence[Decided]) -> list[Decided]:
    """Return the decisions of one kind."""
    return [row for row in decided if isinstance(row, kind)]


def stated(decided: Sequence[Decided]) -> list[str]:
    """Return decisions in a form that compares, whatever their order."""
    return sorted(map(repr, decided))


def decisions(then: Sequence[Decided], now: Sequence[Decided]) -> Iterator[Record]:
    """Yield what was decided, and what was taken back, in between."""
    for said, rows in (("decided", set(now) - set(then)), ("taken back", set(then) - set(now))):
        for row in sorted(rows, key=lambda row: (row.entry_id, repr(row))):
            yield _decision(row, said)


def exceptions(then: Sequence[Entry], now: Sequence[Entry]) -> Iterator[Record]:
    """Yield the exceptions to gates that were given, or taken back, in between."""
    before, after = ({entry.id: entry for entry in standing(entries)} for entries in (then, now))
    for said, found in (
        ("given", after.keys() - before.keys()),
        ("taken back", before.keys() - after.keys()),
    ):
        for one in sorted(found):
            entry = {**before, **after}[one]
            yield Record("", entry.subject, f"exception to {entry.body.get('gate', 'a gate')}: {said}")


def _decision(row: Decided, said: str) -> Record:
    match row:
        case QuietSpan():
            span = f"{row.starts_at:%Y-%m-%d} to {row.ends_at:%Y-%m-%d}"
            return Record("", f"{row.source} {row.table_name}".strip(), f"quiet {span}: {said}")
        case OutageDecision():
            return Record("", row.incident_id, f"{row.decision} {row.partner_id}: {said}")
    partner = row.partner_id or row.effective_issue_id or ""
    what = " ".join(filter(None, (row.decision, partner)))
    return Record("", row.incident_id or row.issue_id or "?", f"{what}: {said}")
