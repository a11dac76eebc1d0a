"""Silences that somebody calls quiet: nothing happened, so they are no gaps. In the journal, each undoable."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from reliability.errors import ReliabilityError
from reliability.journal import Entry, Journal
from reliability.journal.entries import standing
from reliability.warehouse.decided import QuietSpan

KIND = "quiet"


@dataclass(frozen=True)
class Quiet:
    """One silence called quiet: who said it when, and of which tool's records. Instants in UTC.

    id, digest: of its journal entry.
    """

    id: int
    at: datetime
    who: str
    table_name: str
    source: str
    starts_at: datetime
    ends_at: datetime
    digest: str = ""


def say(
    journal: Journal, table_name: str, source: str, starts_at: datetime, ends_at: datetime, who: str
) -> Entry:
    """Write that nothing happened in a silence of one tool. Raises ReliabilityError when a part is missing."""
    if not who.strip():
        raise ReliabilityError("your name is missing", "quiet", "State it: others will read the journal.")
    if not starts_at < ends_at:
        raise ReliabilityError("the silence ends before it begins", "quiet", "Reload the page.")
    body = {
        "table": table_name,
        "source": source,
        "starts_at": starts_at.astimezone(UTC).isoformat(),
        "ends_at": ends_at.astimezone(UTC).isoformat(),
    }
    return journal.append(KIND, f"{source or 'no tool'} {table_name}", body, who.strip())


def standing_in(journal: Journal) -> tuple[Quiet, ...]:
    """Return what stands, oldest first; entries that do not say enough are passed over."""
    return standing_of(journal.entries(KIND))


def standing_of(entries: Iterable[Entry]) -> tuple[Quiet, ...]:
    """Return what stands of some entries of this kind, oldest first."""
    read = (_read(entry) for entry in standing(entries))
    return tuple(quiet for quiet in read if quiet is not None)


def rows(said: Iterable[Quiet]) -> list[QuietSpan]:
    """Return it as rows for SQL to read, in the order of the journal."""
    return [QuietSpan(q.table_name, q.source, q.starts_at, q.ends_at, q.id) for q in said]


def _read(entry: Entry) -> Quiet | None:
    body = entry.body
    try:
        starts_at, ends_at = (datetime.fromisoformat(str(body[name])) for name in ("starts_at", "ends_at"))
        table_name, source = str(body["table"]), str(body["source"])
    except (KeyError, ValueError):
        return None
    if starts_at.tzinfo is None or ends_at.tzinfo is None or not starts_at < ends_at:
        return None
    return Quiet(
        entry.id,
        entry.at,
        entry.who,
        table_name,
        source,
        starts_at.astimezone(UTC),
        ends_at.astimezone(UTC),
        entry.digest,
    )
